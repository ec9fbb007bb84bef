import { AppError } from '../core/errors.ts';
import {
  type BesideAssociation,
  describeAssociation,
  perThousand,
  relateTowns,
  type ShownRate,
  showLastRate,
  showRate,
  type TownBeside,
} from '../core/publicity/beside.ts';
import type { Channel, Kind } from '../core/publicity/kinds.ts';
import { REACH_NAMES, unitName } from '../core/publicity/names.ts';
import { type Amount, amountOf } from '../core/publicity/report.ts';
import { isStock, type SumCell } from '../core/publicity/sums.ts';
import { REACHES, type Reach } from '../core/publicity/totals.ts';
import type { Text } from '../core/text.ts';
import type { OutputSum } from '../store/outputs.ts';
import { type Actor, requirePermission } from './actor.ts';
import type { Deps } from './deps.ts';
import type { KindService } from './kinds.ts';
import type { ResultService } from './results.ts';
import type { WaveView } from './waves.ts';

/** The prefix of the indicators that the survey makes of its question “where did you hear of it”. */
const CHANNEL = 'channels.';
const DEFAULT_KIND = 'leaflet';
const DEFAULT_INDICATOR = 'awareness';
/** What was put out of one kind, or what that kind reached. */
export interface Effort {
  readonly kind: string;
  readonly reach: Reach | null;
  readonly name: Text;
  readonly measure: Kind['measure'];
  readonly unit: Text;
  readonly amount: Amount;
}

/** A channel of the survey: who names it, and what was put out through it. Kinds are not added to each other. */
export interface ChannelBeside {
  readonly channel: string;
  readonly title: Text;
  readonly now: ShownRate;
  readonly last: ShownRate | null;
  readonly effort: readonly Effort[];
}

export interface ReachView {
  readonly wave: WaveView;
  readonly base: WaveView | null;
  /** False: the base wave asked or counted otherwise; nothing is subtracted. */
  readonly comparable: boolean;
  readonly unit: { readonly code: string; readonly name: string };
  readonly indicator: { readonly code: string; readonly title: Text };
  /** The rates to choose from; channels stand apart. */
  readonly indicators: ReadonlyArray<{ readonly code: string; readonly title: Text }>;
  /** The months whose outputs stand beside the rates: from the fieldwork before to the month before this one. */
  readonly months: { readonly from: string; readonly to: string };
  /** Everything put out in these months, to choose from, in the order of the catalogue. */
  readonly efforts: readonly Effort[];
  readonly chosen: { readonly kind: string; readonly reach: Reach | null; readonly name: Text; readonly unit: Text };
  /** The unit as a whole. */
  readonly total: TownBeside;
  /** Its towns in the order of their codes. */
  readonly towns: readonly TownBeside[];
  readonly association: BesideAssociation | null;
  readonly finding: Text;
  readonly caution: Text;
  readonly channels: readonly ChannelBeside[];
}

export interface ReachQuery {
  readonly wave: string;
  readonly unit?: string | undefined;
  readonly indicator?: string | undefined;
  readonly kind?: string | undefined;
  readonly reach?: Reach | undefined;
}

type Sum = Omit<SumCell, 'month'>;

export type ReachService = ReturnType<typeof createReachService>;

/** What was put out beside what residents say. The rates are those of the page of results, hidden where they are there. */
export function createReachService(deps: Deps & { readonly kinds: KindService; readonly results: ResultService }) {
  const { connection, stores, kinds, results } = deps;

  /** Sums of the units over the months; what stands is counted at their end. */
  async function readEfforts(
    units: readonly string[],
    { from, to }: { readonly from: string; readonly to: string },
    known: readonly Kind[],
  ): Promise<Sum[]> {
    const stock = known.filter(isStock).map(({ code }) => code);
    const windows = { during: { from, to }, standing: { from: '', to } };
    const { during, standing } = await stores.outputs.readSums(connection.reader, { units, stock, windows });
    const stands = new Set(stock);
    const isStanding = ({ kind, what }: OutputSum): boolean => what === '' && stands.has(kind);
    return [...during.filter((cell) => !isStanding(cell)), ...standing.filter(isStanding)] as Sum[];
  }

  /** Every kind with something to show in the sums of one unit, and what each reached. */
  function listEfforts(cells: readonly Sum[], known: readonly Kind[]): Effort[] {
    const effortOf = (kind: Kind, reach: Reach | null): Effort[] => {
      const amount = amountOf(cells.filter((cell) => cell.kind === kind.code && cell.what === (reach ?? '')));
      const about = nameOf(kind, reach);
      return amount ? [{ kind: kind.code, reach, ...about, measure: reach ? 'flow' : kind.measure, amount }] : [];
    };
    return known.flatMap((kind) => [null, ...REACHES].flatMap((reach) => effortOf(kind, reach)));
  }

  return {
    /** Per town: outputs per 1,000 residents and a rate, this wave and the one before, with what goes with what. */
    async readReach(actor: Actor, query: ReachQuery): Promise<ReachView> {
      requirePermission(actor, 'output.read');
      const overview = await results.readResults(actor, { wave: query.wave, unit: query.unit });
      const isTown = overview.levels.length === 0;
      const { wave, base, unit, summary, rows, indicators } =
        isTown || overview.rows.every((row) => row.unit.level === 'town')
          ? overview
          : await results.readResults(actor, { wave: query.wave, unit: query.unit, by: 'town' });
      const wanted = query.indicator ?? DEFAULT_INDICATOR;
      const indicator = indicators.find(({ code }) => code === wanted) ?? (query.indicator ? undefined : indicators[0]);
      if (!indicator) throw new AppError('NOT_FOUND', { what: 'indicator', id: wanted });
      const known = [...(await kinds.all(connection.reader)).values()];
      const months = monthsBetween(base?.wave ?? null, wave);
      const codes = [unit.code, ...(isTown ? [] : rows.map((row) => row.unit.code))];
      const cells = await readEfforts(codes, months, known);
      const whole = cells.filter(({ unitCode }) => unitCode === unit.code);
      const efforts = listEfforts(whole, known);
      const chosen = chooseKind(query, efforts, known);

      const beside = (row: (typeof rows)[number]): TownBeside => {
        const figure = row.figures[indicator.code];
        const amount = amountOf(
          cells.filter(
            ({ unitCode, kind, what }) =>
              unitCode === row.unit.code && kind === chosen.kind && what === (chosen.reach ?? ''),
          ),
        );
        return {
          ...{ unit: { code: row.unit.code, name: row.unit.name }, population: row.unit.population, amount },
          perThousand: perThousand(amount, row.unit.population),
          now: figure ? showRate(figure) : NOT_ASKED,
          last: figure ? showLastRate(figure) : null,
          change: figure?.change.printed ?? null,
          difference: figure?.change.difference ?? null,
          changeInterval: figure?.change.interval ?? null,
        };
      };
      const townRows = isTown ? [] : rows;
      const towns = townRows.map(beside);
      const pairs = townRows.map((row, i) => ({
        dose: towns[i]?.perThousand ?? null,
        now: row.figures[indicator.code]?.estimate ?? null,
        // Rates of two series are not subtracted; the change says whether they may be.
        last: towns[i]?.change === null ? null : (row.figures[indicator.code]?.last ?? null),
      }));
      const comparable = pairs.filter(({ dose, now }) => dose !== null && now !== null).length;
      const association = relateTowns(pairs);
      return {
        ...{ wave, base: base?.wave ?? null, months, efforts, chosen, towns, association },
        comparable: base !== null && !base.breaks.some((one) => one.indicator === indicator.code),
        unit: { code: unit.code, name: unit.name },
        indicator: { code: indicator.code, title: indicator.title },
        indicators: indicators
          .filter(({ code }) => !code.startsWith(CHANNEL))
          .map(({ code, title }) => ({ code, title })),
        total: beside(summary),
        ...describeAssociation(association, {
          ...{ kind: chosen.name, indicator: indicator.title, towns: towns.length, comparable },
        }),
        channels: indicators
          .filter(({ code }) => code.startsWith(CHANNEL))
          .map(({ code, title }): ChannelBeside => {
            const channel = code.slice(CHANNEL.length);
            const figure = summary.figures[code];
            return {
              ...{ channel, title: optionOf(title) },
              now: figure ? showRate(figure) : NOT_ASKED,
              last: figure ? showLastRate(figure) : null,
              effort: efforts.filter((one) => one.reach === null && channelOf(one.kind, known) === channel),
            };
          }),
      };
    },
  };
}

const NOT_ASKED: ShownRate = { status: 'no-data', printed: null, share: null, interval: null, base: null };

/** From the month of the fieldwork before to the month before this one's; twelve months where there is no wave before. */
function monthsBetween(
  base: Pick<WaveView, 'fieldworkStart'> | null,
  wave: Pick<WaveView, 'fieldworkStart'>,
): { readonly from: string; readonly to: string } {
  const move = (month: string, by: number): string => {
    const months = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + by;
    return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`;
  };
  const to = move(wave.fieldworkStart, -1);
  const from = base ? base.fieldworkStart.slice(0, 7) : move(to, -11);
  // A wave that began in the same month as the one before leaves the month before it.
  return from > to ? { from: to, to } : { from, to };
}

function nameOf(kind: Kind, reach: Reach | null): { readonly name: Text; readonly unit: Text } {
  if (reach === null) return { name: kind.name, unit: unitName(kind) };
  const { name, unit } = REACH_NAMES[reach];
  return { name: { zh: `${kind.name.zh}${name.zh}`, en: `${kind.name.en}, ${name.en.toLowerCase()}` }, unit };
}

/** What was asked for; else leaflets, which every town counts; else the first of the catalogue that anybody entered. */
function chooseKind(
  { kind: code, reach = null }: { readonly kind?: string | undefined; readonly reach?: Reach | null | undefined },
  efforts: readonly Effort[],
  known: readonly Kind[],
): ReachView['chosen'] {
  const wanted = code ?? efforts.find(({ kind }) => kind === DEFAULT_KIND)?.kind ?? efforts[0]?.kind ?? DEFAULT_KIND;
  const kind = known.find((one) => one.code === wanted);
  if (!kind) throw new AppError('OUTPUT_KIND', { value: wanted.slice(0, 60) });
  return { kind: kind.code, reach, ...nameOf(kind, reach) };
}

function channelOf(code: string, known: readonly Kind[]): Channel | null {
  return known.find((kind) => kind.code === code)?.channel ?? null;
}

/** The option behind the name of the question: 宣传接触渠道：电视、广播 → 电视、广播. */
function optionOf({ zh, en }: Text): Text {
  return { zh: zh.slice(zh.indexOf('：') + 1), en: en.slice(en.indexOf(': ') + 1).trim() };
}
