import { monthsOf, yearBefore } from '../period.ts';
import type { Text } from '../text.ts';
import type { Level } from '../units/types.ts';
import { type Kind, MEDIA_LEVELS, type MediaLevel } from './kinds.ts';
import { REACH_NAMES, unitName } from './names.ts';
import type { Qualifier } from './quantity.ts';
import { isStock, type SumCell, sumCells } from './sums.ts';
import { REACHES, type Reach, totalOf } from './totals.ts';

/** What is reported apart, since no two of these may be added: done in the period, standing now, reached, organisation. */
export const REPORT_GROUPS = ['output', 'stock', 'reach', 'input'] as const;
export type ReportGroup = (typeof REPORT_GROUPS)[number];

/** A total as it is reported; a value of null when there are only words (数百). */
export interface Amount {
  readonly value: number | null;
  readonly qualifier: Qualifier;
  readonly entries: number;
  /** Entries whose words are no number, and which are not in the value. */
  readonly uncounted: number;
}

/** One line of a report: a kind, or what a kind reached; of media pieces also by level. Null where there is nothing. */
export interface ReportLine {
  readonly group: ReportGroup;
  readonly kind: string;
  readonly name: Text;
  readonly reach: Reach | null;
  /** The level of the media for a part of the line above it. */
  readonly mediaLevel: MediaLevel | null;
  /** The unit of measure. */
  readonly unit: Text;
  /** Done in the period; of stock: what stands at its end. */
  readonly period: Amount | null;
  /** From January to the period's end; null for stock, of which there is no running total. */
  readonly toDate: Amount | null;
  /** The same period a year before; of stock: what stood at its end. */
  readonly lastYear: Amount | null;
  /** (period − last year) ÷ last year, only between two exact and complete figures. */
  readonly change: number | null;
}

export interface ReportUnit {
  readonly code: string;
  readonly name: string;
  readonly level: Level;
}

/** What one unit did; `own` is what it did itself, without the units below it. */
export interface ReportRow {
  readonly unit: ReportUnit;
  readonly own: boolean;
  readonly lines: readonly ReportLine[];
  /** Entries of the period in these figures that nobody has reviewed yet. */
  readonly unreviewed: number;
}

/** An entry that only states a period (三年以来). It is in no figure. */
export interface StatedEntry {
  readonly id: string;
  readonly unit: string;
  readonly kind: Text;
  readonly title: string;
  readonly statedPeriod: string;
  readonly quantity: string;
  readonly countedIn: string;
}

export interface LedgerReport {
  readonly unit: ReportUnit;
  readonly period: string;
  readonly months: { readonly from: string; readonly to: string };
  /** The last day of the period is still to come. */
  readonly running: boolean;
  /** The unit with all below it. */
  readonly total: ReportRow;
  /** The units below it, in the order of their codes and in no other. */
  readonly rows: readonly ReportRow[];
  readonly stated: readonly StatedEntry[];
  /** More entries with stated periods than are listed. */
  readonly moreStated: boolean;
}

/** The windows of months whose sums a report is made of. */
export const WINDOWS = ['period', 'toDate', 'lastYear', 'standing', 'standingLastYear'] as const;
export type Window = (typeof WINDOWS)[number];

export function windowsOf(period: string): Readonly<Record<Window, { readonly from: string; readonly to: string }>> {
  const months = monthsOf(period);
  const before = monthsOf(yearBefore(period));
  return {
    period: months,
    toDate: { from: `${months.to.slice(0, 4)}-01`, to: months.to },
    lastYear: before,
    standing: { from: '', to: months.to },
    standingLastYear: { from: '', to: before.to },
  };
}

type Sum = Omit<SumCell, 'month'>;
/** Sums of the counters over each window, of several units. */
export type WindowSums = Readonly<Record<Window, readonly Sum[]>>;

/** The sums of one unit: by kind, by what they count, by window. A report is made of what is there, which is little. */
type UnitSums = Map<string, Map<string, Record<Window, Sum[]>>>;

/** The rows of a report: the unit as a whole, what it did itself, and each unit below it in code order. */
export function buildRows(
  unit: ReportUnit,
  below: readonly ReportUnit[],
  { kinds, sums }: { readonly kinds: readonly Kind[]; readonly sums: WindowSums },
): Pick<LedgerReport, 'total' | 'rows'> {
  const byUnit = new Map<string, UnitSums>();
  for (const window of WINDOWS) for (const sum of sums[window]) lay(byUnit, sum.unitCode, window, sum);
  const rowOf = (one: ReportUnit, own: boolean, parts: UnitSums): ReportRow => {
    const unreviewed = [...parts.values()].flatMap((whats) => whats.get('unreviewed')?.period ?? []);
    const lines = buildLines(kinds, parts);
    return { unit: one, own, lines, unreviewed: unreviewed.reduce((n, cell) => n + cell.n, 0) };
  };
  const sumsOf = (code: string): UnitSums => byUnit.get(code) ?? new Map();
  const ordered = [...below].sort((a, b) => (a.code < b.code ? -1 : 1));
  const rows = ordered.map((one) => rowOf(one, false, sumsOf(one.code)));
  const own = rowOf(unit, true, ownSums(unit.code, new Set(below.map(({ code }) => code)), sums));
  return {
    total: rowOf(unit, false, sumsOf(unit.code)),
    rows: [...(below.length > 0 && own.lines.length > 0 ? [own] : []), ...rows.filter(({ lines }) => lines.length > 0)],
  };
}

function lay(units: Map<string, UnitSums>, code: string, window: Window, sum: Sum): void {
  const kinds: UnitSums = units.get(code) ?? new Map();
  units.set(code, kinds);
  const whats = kinds.get(sum.kind) ?? new Map<string, Record<Window, Sum[]>>();
  kinds.set(sum.kind, whats);
  const windows = whats.get(sum.what) ?? { period: [], toDate: [], lastYear: [], standing: [], standingLastYear: [] };
  whats.set(sum.what, windows);
  windows[window].push(sum);
}

/** What is left of the whole when everything below is taken away. */
function ownSums(code: string, below: ReadonlySet<string>, sums: WindowSums): UnitSums {
  const found = new Map<string, UnitSums>();
  for (const window of WINDOWS) {
    const left = new Map<string, { sum: Sum; n: number; amount: number }>();
    for (const sum of sums[window]) {
      const sign = sum.unitCode === code ? 1 : below.has(sum.unitCode) ? -1 : 0;
      const key = `${sum.kind} ${sum.what} ${sum.mediaLevel} ${sum.qualifier}`;
      const known = left.get(key);
      if (known) {
        known.n += sign * sum.n;
        known.amount += sign * sum.sum;
      } else left.set(key, { sum, n: sign * sum.n, amount: sign * sum.sum });
    }
    for (const { sum, n, amount } of left.values()) {
      // Hours have decimals: what is left of them behind the sixth place is nothing.
      if (n !== 0 || Math.abs(amount) > 1e-6) lay(found, code, window, { ...sum, unitCode: code, n, sum: amount });
    }
  }
  return found.get(code) ?? new Map();
}

const NONE: Readonly<Record<Window, readonly Sum[]>> = {
  ...{ period: [], toDate: [], lastYear: [], standing: [], standingLastYear: [] },
};

function buildLines(kinds: readonly Kind[], sums: UnitSums): ReportLine[] {
  const lines = kinds.flatMap((kind): ReportLine[] => {
    const whats = sums.get(kind.code);
    if (whats === undefined) return [];
    const about = { kind: kind.code, name: kind.name, unit: unitName(kind), mediaLevel: null, reach: null };
    const reached = REACHES.flatMap((reach): ReportLine[] =>
      lineOf({ ...about, group: 'reach', reach, unit: REACH_NAMES[reach].unit }, whats.get(reach) ?? NONE),
    );
    const own = whats.get('') ?? NONE;
    if (isStock(kind)) {
      const standing = { period: own.standing, toDate: [], lastYear: own.standingLastYear };
      return [...lineOf({ ...about, group: kind.stage === 'input' ? 'input' : 'stock' }, standing), ...reached];
    }
    const group = kind.stage === 'out-take' ? 'reach' : kind.stage;
    const levels = kind.inMedia
      ? MEDIA_LEVELS.flatMap((level) => {
          const at = (cells: readonly Sum[]) => cells.filter(({ mediaLevel }) => mediaLevel === level);
          return lineOf(
            { ...about, group, mediaLevel: level },
            { period: at(own.period), toDate: at(own.toDate), lastYear: at(own.lastYear) },
          );
        })
      : [];
    return [...lineOf({ ...about, group }, own), ...levels, ...reached];
  });
  return REPORT_GROUPS.flatMap((group) => lines.filter((line) => line.group === group));
}

function lineOf(
  about: Omit<ReportLine, 'period' | 'toDate' | 'lastYear' | 'change'>,
  cells: Readonly<Record<'period' | 'toDate' | 'lastYear', readonly Sum[]>>,
): ReportLine[] {
  const period = amountOf(cells.period);
  const toDate = amountOf(cells.toDate);
  const lastYear = amountOf(cells.lastYear);
  if (period === null && toDate === null && lastYear === null) return [];
  return [{ ...about, period, toDate, lastYear, change: changeOf(period, lastYear) }];
}

/** Null when nothing was entered; entries in words alone are something. */
export function amountOf(cells: readonly Sum[]): Amount | null {
  // Most of what could be has not been: a report asks this ten thousand times.
  if (cells.length === 0) return null;
  const sums = sumCells(cells);
  const total = totalOf(sums);
  // Hours have decimals, and thousands of them added up have an error far behind the point.
  if (total) {
    const { value } = total;
    return { ...total, value: Number.isInteger(value) ? value : Number(value.toFixed(6)) };
  }
  return sums.words > 0 ? { value: null, qualifier: 'at-least', entries: 0, uncounted: sums.words } : null;
}

function changeOf(now: Amount | null, before: Amount | null): number | null {
  const isSure = (one: Amount | null): one is Amount & { readonly value: number } =>
    one !== null && one.value !== null && one.qualifier === 'exact' && one.uncounted === 0;
  return isSure(now) && isSure(before) && before.value > 0 ? (now.value - before.value) / before.value : null;
}
