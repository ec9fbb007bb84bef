import { monthsOf, yearBefore } from '../period.ts';
import type { Text } from '../text.ts';
import type { Level } from '../units/types.ts';
import { type Kind, MEDIA_LEVELS, type MediaLevel } from './kinds.ts';
import { REACH_NAMES } from './names.ts';
import type { Qualifier } from './quantity.ts';
import { isStock, type SumCell, sumCells, takeAway } from './sums.ts';
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
  readonly unit: string;
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

/** The rows of a report: the unit as a whole, what it did itself, and each unit below it in code order. */
export function buildRows(
  unit: ReportUnit,
  below: readonly ReportUnit[],
  { kinds, sums }: { readonly kinds: readonly Kind[]; readonly sums: WindowSums },
): Pick<LedgerReport, 'total' | 'rows'> {
  const byUnit = Object.fromEntries(
    WINDOWS.map((window) => [window, groupBy(sums[window], ({ unitCode }) => unitCode)]),
  ) as Record<Window, Map<string, Sum[]>>;
  const sumsOf = (code: string): WindowSums =>
    Object.fromEntries(WINDOWS.map((window) => [window, byUnit[window].get(code) ?? []])) as unknown as WindowSums;
  const rowOf = (one: ReportUnit, own: boolean, parts: WindowSums): ReportRow => ({
    ...{ unit: one, own, lines: buildLines(kinds, parts) },
    unreviewed: parts.period.filter(({ what }) => what === 'unreviewed').reduce((n, cell) => n + cell.n, 0),
  });
  const whole = sumsOf(unit.code);
  const ordered = [...below].sort((a, b) => (a.code < b.code ? -1 : 1));
  const rows = ordered.map((one) => rowOf(one, false, sumsOf(one.code)));
  // What is left of the whole when everything below is taken away.
  const ownSums = Object.fromEntries(
    WINDOWS.map((window) => {
      const others = ordered.flatMap(({ code }) => byUnit[window].get(code) ?? []);
      return [window, [...whole[window], ...(takeAway(others as SumCell[]) as Sum[])]];
    }),
  ) as unknown as WindowSums;
  const own = rowOf(unit, true, ownSums);
  return {
    total: rowOf(unit, false, whole),
    rows: [...(below.length > 0 && own.lines.length > 0 ? [own] : []), ...rows.filter(({ lines }) => lines.length > 0)],
  };
}

function buildLines(kinds: readonly Kind[], sums: WindowSums): ReportLine[] {
  const found = Object.fromEntries(
    WINDOWS.map((window) => [window, groupBy(sums[window], ({ kind, what }) => `${kind}\n${what}`)]),
  ) as Record<Window, Map<string, Sum[]>>;
  const lines = kinds.flatMap((kind): ReportLine[] => {
    const pick = (window: Window, what: string): readonly Sum[] => found[window].get(`${kind.code}\n${what}`) ?? [];
    const about = { kind: kind.code, name: kind.name, unit: kind.unit, mediaLevel: null, reach: null };
    const reached = REACHES.flatMap((reach): ReportLine[] =>
      lineOf(
        { ...about, group: 'reach', reach, unit: REACH_NAMES[reach].unit },
        { period: pick('period', reach), toDate: pick('toDate', reach), lastYear: pick('lastYear', reach) },
      ),
    );
    if (isStock(kind)) {
      const standing = { period: pick('standing', ''), toDate: [], lastYear: pick('standingLastYear', '') };
      return [...lineOf({ ...about, group: kind.stage === 'input' ? 'input' : 'stock' }, standing), ...reached];
    }
    const group = kind.stage === 'out-take' ? 'reach' : kind.stage;
    const own = { period: pick('period', ''), toDate: pick('toDate', ''), lastYear: pick('lastYear', '') };
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
  if (total) return { ...total, value: Number(total.value.toFixed(6)) };
  return sums.words > 0 ? { value: null, qualifier: 'at-least', entries: 0, uncounted: sums.words } : null;
}

function changeOf(now: Amount | null, before: Amount | null): number | null {
  const isSure = (one: Amount | null): one is Amount & { readonly value: number } =>
    one !== null && one.value !== null && one.qualifier === 'exact' && one.uncounted === 0;
  return isSure(now) && isSure(before) && before.value > 0 ? (now.value - before.value) / before.value : null;
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
