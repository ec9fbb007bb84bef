import type { Problem } from '../errors.ts';
import type { ImportRow } from '../import/rows.ts';
import type { LedgerField, LedgerMapping } from './columns.ts';
import type { EntryInput, ReachInput } from './entry.ts';
import { findKind, isUnitOf, type Kind, type MediaLevel, normaliseName } from './kinds.ts';
import { parseQuantity } from './quantity.ts';
import { parseReach } from './reach.ts';
import type { Reach } from './totals.ts';
import { readWhen } from './when.ts';

/** One row of somebody's ledger as an entry would say it, before its unit is found and the entry is checked. */
export interface SheetRow {
  readonly row: number;
  readonly unitCode: string;
  readonly unitName: string;
  /** The word that names its kind, as written. */
  readonly word: string;
  readonly kind: Kind | null;
  /** 合计: it states the sum of other rows. */
  readonly isTotal: boolean;
  readonly input: EntryInput;
  /** Which column each field of the entry comes from, to name the cell of a problem. */
  readonly columnOf: (field: string, reach?: unknown) => string | undefined;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

const TOTAL = /[(（【]?(合计|合計|总计|總計|小计|累计数|共计)[)）】]?$/;
const ONLY_TOTAL = /^(本页|全镇|全县|全市)?(合计|合計|总计|總計|小计|共计)[:：]?$/;

const LEVEL_WORDS: readonly (readonly [RegExp, MediaLevel])[] = [
  [/^(中央|国家|全国|央媒|国字号)/, 'central'],
  [/^(省|自治区|直辖市)/, 'province'],
  [/^(市|地市|地级市|盟|州)/, 'city'],
  [/^(县|区|旗|区县|县区|县市区|融媒体中心)/, 'county'],
  [/^(镇|乡|街道|乡镇|镇街|苏木|村|社区)/, 'town'],
];

/** 中央级, 省级, 市级, 县级, 镇级 and what else they are called; the text itself when it is none, to be refused as it stands. */
export function readMediaLevel(text: string): string {
  const word = text.normalize('NFKC').replace(/\s+/g, '');
  return LEVEL_WORDS.find(([pattern]) => pattern.test(word))?.[1] ?? word;
}

const REACH_OF: Readonly<Partial<Record<LedgerField, Reach>>> = {
  copies: 'copies-handed-out',
  printed: 'copies-printed',
  households: 'households',
  reads: 'reads',
  plays: 'plays',
  clicks: 'clicks',
};
/** What is counted: said once for several rows, it must not be counted for each. */
const COUNTED: ReadonlySet<LedgerField> = new Set([
  ...['quantity', 'audience'],
  ...Object.keys(REACH_OF),
] as LedgerField[]);
/** A column of counts in which nothing was counted. */
const NOTHING = /^(无|没有|-|—|–|\/|\\|暂无|未统计)*$/;

/**
 * Makes the function that reads the rows of one file. A sum without a day of its own is no entry, nor is a line with nothing
 * but a heading or a signature in its first cell.
 */
export function createRowReader({
  mapping,
  kinds,
  today,
}: {
  readonly mapping: LedgerMapping;
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly today: string;
}): (row: ImportRow) => SheetRow | 'sum-line' | 'heading' {
  const { columns } = mapping;
  const all = [...kinds.values()];
  const known = new Map<string, Kind | null>();
  const kindOf = (word: string): Kind | null => {
    let found = known.get(word);
    if (found === undefined) {
      const chosen = mapping.kinds[word];
      found = (chosen === undefined ? null : kinds.get(chosen)) ?? findKind(all, word);
      known.set(word, found);
    }
    return found;
  };

  return ({ row, cells, shared }) => {
    const cell = (field: LedgerField): string => {
      const column = columns[field] ?? '';
      // One amount beside several merged rows is the amount of all of them: written once, it counts once.
      if (COUNTED.has(field) && shared?.has(column)) return '';
      return cells[column]?.trim() ?? '';
    };
    const filled = Object.keys(cells).filter((column) => cells[column]?.trim() !== '' && !shared?.has(column));
    const [first = ''] = Object.values(cells);
    const when = readWhen(cell('date'), { today, year: mapping.year });
    const isAlone = filled.length === 1 && first.trim() !== '';
    if (isAlone && when === null && !ONLY_TOTAL.test(first) && kindOf(first) === null) return 'heading';
    const problems: Problem[] = [];
    const warnings: Problem[] = [];
    const at = (field: LedgerField) => ({ row, ...(columns[field] === undefined ? {} : { column: columns[field] }) });

    const written = cell('kind') || cell('form');
    const isSumLine = [written, cell('unit'), cell('place'), cell('title'), first].some((text) =>
      ONLY_TOTAL.test(text.replace(/\s+/g, '')),
    );
    const total = TOTAL.exec(normaliseName(written));
    const word = written === '' ? '' : total ? normaliseName(written).slice(0, total.index) : written;
    let kind = word === '' ? null : (kindOf(written) ?? kindOf(word));
    const isTotal = total !== null || isSumLine;
    if (isTotal && (kind === null ? isSumLine : cell('date') === '')) return 'sum-line';
    // 类别 is often a heading (新媒体) and 形式 the thing itself (短视频): the first of them that is known.
    const formKind = kind === null && cell('form') !== '' ? kindOf(cell('form')) : null;
    kind ??= formKind;
    const notes = [cell('note')];
    const usedForm = cell('kind') === '' || formKind !== null;
    if (!usedForm && cell('form') !== '' && cell('form') !== cell('kind')) notes.push(`形式：${cell('form')}`);

    const until = cell('endDate') === '' ? null : readWhen(cell('endDate'), { today, year: mapping.year });

    const unit = cell('quantityUnit');
    const quantity = withUnit(columns.quantity === undefined ? '1' : cell('quantity'), unit, kind);
    if (kind && unit !== '' && !isUnitOf(kind, unit)) {
      const details = { field: 'quantity', value: unit.slice(0, 20), kind: kind.name.zh, unit: kind.unit };
      problems.push({ code: 'OUTPUT_UNIT', ...at('quantityUnit'), details });
    }

    const reach: (ReachInput & { readonly field: LedgerField })[] = [];
    const addReach = (field: LedgerField, one: ReachInput): void => {
      // The same number under two heads is one number; two numbers are a contradiction that the entry's check names.
      if (!reach.some((other) => other.reach === one.reach && other.quantity === one.quantity)) {
        reach.push({ ...one, field });
      }
    };
    const tellReads = (field: LedgerField, text: string): void => {
      warnings.push({ code: 'LEDGER_READS_AS_PERSONS', ...at(field), details: { value: text.slice(0, 40) } });
    };
    const audience = cell('audience');
    if (!NOTHING.test(audience)) {
      const found = parseReach(audience);
      const bare = found === null ? parseQuantity(audience) : null;
      if (found) {
        addReach('audience', { reach: found.reach, quantity: found.quantity.text });
        if (found.readsAsPersons) tellReads('audience', audience);
        if (found.quantity.kind === 'words') notes.push(`受众：${audience}`);
      } else if (bare?.kind === 'number') addReach('audience', { reach: 'persons', quantity: audience });
      else notes.push(`受众：${audience}`);
    }
    for (const [field, name] of Object.entries(REACH_OF) as [LedgerField, Reach][]) {
      const text = cell(field);
      if (NOTHING.test(text)) continue;
      const asOf = /[(（]?截[至止]([^)）]+)[)）]?$/.exec(text);
      const amount = asOf ? text.slice(0, asOf.index) : text;
      const isSeen = name === 'reads' || name === 'plays' || name === 'clicks';
      if (isSeen && /人次?$/.test(amount)) tellReads(field, amount);
      const day = isSeen ? (asOf?.[1] ?? cell('readsAsOf')) : '';
      const read = day === '' ? null : readWhen(day, { today, year: mapping.year });
      addReach(field, { reach: name, quantity: amount, ...(day === '' ? {} : { asOf: read?.startDate || day }) });
    }

    const level = cell('mediaLevel');
    const input: EntryInput = {
      kind: kind?.code ?? '',
      ...{ title: cell('title'), place: cell('place'), outlet: cell('outlet'), link: cell('link') },
      startDate: when === null ? cell('date') : when.startDate,
      endDate: until?.startDate || (cell('endDate') !== '' && until === null ? cell('endDate') : (when?.endDate ?? '')),
      ...(when?.statedPeriod ? { statedPeriod: when.statedPeriod } : {}),
      ...{ quantity, reach: reach.map(({ field: _column, ...one }) => one) },
      ...(NOTHING.test(level) ? {} : { mediaLevel: readMediaLevel(level) }),
      note: notes.filter((one) => one !== '').join('；'),
    };
    return {
      ...{ row, unitCode: cell('unitCode'), unitName: cell('unit'), word: written, kind, isTotal },
      ...{ input, problems, warnings },
      columnOf: (field, what) =>
        field === 'reach'
          ? columns[reach.find((one) => one.reach === what)?.field ?? 'audience']
          : columns[fieldOf(field)],
    };
  };
}

/** The unit of measure of its own column is written behind the number, where the number has none. */
function withUnit(written: string, unit: string, kind: Kind | null): string {
  const quantity = parseQuantity(written);
  // A unit that does not fit is a finding about its own cell.
  if (quantity.kind === 'words' || quantity.unit !== null || kind === null || !isUnitOf(kind, unit)) return written;
  const joined = `${written}${unit}`;
  return parseQuantity(joined).kind === 'number' ? joined : written;
}

function fieldOf(field: string): LedgerField {
  if (field === 'startDate' || field === 'statedPeriod') return 'date';
  return field as LedgerField;
}
