import { AppError } from '../core/errors.ts';
import { amountText } from '../core/publicity/bulletin.ts';
import type { Kind } from '../core/publicity/kinds.ts';
import { accountLabel, findAccount, followersAt } from '../core/publicity/media-accounts.ts';
import { REACH_NAMES, unitName } from '../core/publicity/names.ts';
import { type Check, describeMark, type Mark, markImplausible, type Ratio } from '../core/publicity/plausibility.ts';
import type { Quantity } from '../core/publicity/quantity.ts';
import { amountOf } from '../core/publicity/report.ts';
import { isCounted, type SumCell } from '../core/publicity/sums.ts';
import type { Text } from '../core/text.ts';
import type { Reader } from '../store/connection.ts';
import type { OutputRow } from '../store/outputs.ts';
import type { StoredUnit } from '../store/units.ts';
import { type Actor, requirePermission, requireScope } from './actor.ts';
import type { Deps } from './deps.ts';
import type { KindService } from './kinds.ts';
import type { MediaAccountService } from './media-accounts.ts';
import { findUnit } from './units.ts';

/** Printed things of which one resident can use only a few. */
const COPIES = ['leaflet', 'booklet', 'letter', 'calendar', 'gift'];
const TALK = 'talk';
/** Views are what a platform gives to whom it likes; reads come from those who follow, and from reposts. */
const READ = ['reads', 'clicks'] as const;
/** So many pieces of a month are looked at; a city has fewer. */
const MOST_PIECES = 20_000;

/** A figure that can be held against something: of a town's month, or of one piece. */
interface Figure extends Ratio {
  readonly unit: StoredUnit;
  /** The piece whose reads they are; null for a town's month. */
  readonly piece: { readonly id: string; readonly title: string } | null;
  readonly said: { readonly amount: Text; readonly per: Text };
}

/** A figure that is worth a look, with the sentence that says why. */
export interface MarkView extends Pick<Mark, 'reason'> {
  readonly unit: { readonly code: string; readonly name: string };
  readonly check: Check;
  readonly kind: string;
  readonly kindName: Text;
  readonly piece: Figure['piece'];
  readonly sentence: Text;
}

export interface MarkList {
  readonly marks: readonly MarkView[];
  /** Figures that nothing is known to hold them against: no residents, no villages, no followers. */
  readonly unjudged: Readonly<Record<Check, number>>;
}

export type MarkService = ReturnType<typeof createMarkService>;

/** Figures of a month that can hardly be right, or are far above all others of their kind: for a look, no score. */
export function createMarkService(
  deps: Deps & { readonly kinds: KindService; readonly accounts: MediaAccountService },
) {
  const { connection, stores, kinds, accounts } = deps;

  /** What towns handed out and told, against their residents and villages. */
  async function listTownFigures(db: Reader, below: readonly StoredUnit[], month: string, known: Known) {
    const towns = below.filter(({ level }) => level === 'town');
    const villages = countVillages(below);
    const units = towns.map(({ code }) => code);
    const windows = { month: { from: month, to: month } };
    const cells = (await stores.outputs.readSums(db, { units, stock: [], windows })).month as Omit<SumCell, 'month'>[];
    return towns.flatMap((unit) =>
      [...COPIES, TALK].flatMap((code): Figure[] => {
        const kind = known.get(code);
        const own = cells.filter((cell) => cell.unitCode === unit.code && cell.kind === code && cell.what === '');
        const amount = amountOf(own);
        if (!kind || amount?.value === undefined || amount.value === null) return [];
        const inVillages = code === TALK;
        const per = inVillages ? (villages.get(unit.code) ?? unit.villages) : unit.population;
        const count = (per ?? 0).toLocaleString('en-US');
        return [
          {
            ...{ unit, piece: null, kind: code, amount: amount.value, per },
            check: inVillages ? 'talks-per-village' : 'copies-per-resident',
            said: {
              amount: {
                zh: `${month}共${amountText(amount, unitName(kind), 'zh')}`,
                en: `${amountText(amount, unitName(kind), 'en')} in ${month}`,
              },
              per: inVillages
                ? { zh: `村（社区）${count}个`, en: `${count} villages` }
                : { zh: `常住人口${count}人`, en: `${count} residents` },
            },
          },
        ];
      }),
    );
  }

  /** Reads of each piece, against the followers of the account that it names. */
  async function listReadFigures(db: Reader, unit: StoredUnit, month: string, known: Known) {
    const inMedia = [...known.values()].filter((kind) => kind.inMedia).map(({ code }) => code);
    const window = { scope: unit.path, from: `${month}-01`, to: `${month}-31`, kinds: inMedia };
    const rows = (await stores.outputs.listNear(db, window, MOST_PIECES)).filter(({ state }) => isCounted(state));
    const around = await accounts.listAround(db, unit.path);
    const codes = [...new Set(rows.map(({ unitCode }) => unitCode))];
    const units = new Map((await stores.units.listByCodes(db, codes)).map((one) => [one.code, one]));
    return rows.flatMap((row): Figure[] => {
      const of = units.get(row.unitCode);
      const seen = READ.flatMap((name) => row.reach.find(({ reach }) => reach === name) ?? [])[0];
      const reads = seen && numberOf(seen.quantity);
      if (!of || !seen || reads === null || reads === undefined) return [];
      const pieces = Math.max(1, numberOf(row.quantity) ?? 1);
      const day = seen.asOf ?? row.endDate;
      const account = findAccount(around, { outlet: row.outlet, unitPath: of.path, day });
      const figure = account && followersAt(account.followers, day);
      const { zh, en } = REACH_NAMES[seen.reach].name;
      const piecesSaid = pieces > 1 ? { zh: `（共${pieces}篇）`, en: ` of ${pieces} pieces` } : { zh: '', en: '' };
      const followers = figure ? `${figure.quantity.text}` : '';
      const isLower = figure && isLowerLimit(figure.quantity);
      const label = account ? accountLabel(account) : '';
      return [
        {
          ...{ unit: of, piece: { id: row.id, title: row.title || row.outlet }, kind: row.kind },
          ...{ check: 'reads-per-follower', amount: reads / pieces, per: figure ? numberOf(figure.quantity) : null },
          said: {
            amount: {
              zh: `${zh}${seen.quantity.text}${piecesSaid.zh}（截至${day}）`,
              en: `${en} ${seen.quantity.text}${piecesSaid.en} (as of ${day})`,
            },
            per: {
              zh: `“${label}”的粉丝${followers}（${figure?.day}）${isLower ? '，只知道下限' : ''}`,
              en: `${followers} followers of “${label}” (${figure?.day})${isLower ? ', a lower limit' : ''}`,
            },
          },
        },
      ];
    });
  }

  return {
    async listMarks(actor: Actor, query: { readonly unit: string; readonly month: string }): Promise<MarkList> {
      requirePermission(actor, 'output.read');
      const { month } = query;
      if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw new AppError('PERIOD_BAD', { value: month });
      const db = connection.reader;
      const unit = await findUnit(deps, query.unit);
      requireScope(actor, unit);
      const known = await kinds.all(db);
      const below = await stores.units.listSubtree(db, unit.path);
      const figures = [
        ...(await listTownFigures(db, below, month, known)),
        ...(await listReadFigures(db, unit, month, known)),
      ];
      const unjudged = { 'copies-per-resident': 0, 'talks-per-village': 0, 'reads-per-follower': 0 };
      for (const { check, per } of figures) if (per === null || per === 0) unjudged[check] += 1;
      const marks = markImplausible(figures).map((mark): MarkView => {
        const { unit, check, kind, reason, ratio, piece, said } = mark;
        return {
          ...{ unit: { code: unit.code, name: unit.name }, check, kind, reason, piece },
          kindName: known.get(kind)?.name ?? { zh: kind, en: kind },
          sentence: describeMark({ check, reason, ratio, ...said }),
        };
      });
      return { marks, unjudged };
    },
  };
}

type Known = ReadonlyMap<string, Kind>;

/** Villages among the units below each town; a town without any is not named. */
function countVillages(below: readonly StoredUnit[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { level, parentCode } of below) {
    if (level === 'village' && parentCode !== null) counts.set(parentCode, (counts.get(parentCode) ?? 0) + 1);
  }
  return counts;
}

/** An amount that was written as one; a frequency and words are none. */
const numberOf = (quantity: OutputRow['quantity']): number | null =>
  quantity.kind === 'number' && quantity.per === null ? quantity.value : null;

const isLowerLimit = (quantity: Quantity): boolean =>
  quantity.kind === 'number' && (quantity.qualifier === 'at-least' || quantity.qualifier === 'capped');
