import type { ReportRow } from '../../src/core/publicity/report.ts';
import type { OutputView } from '../../src/services/output-rows.ts';

/** Kinds that stand, as far as tests enter them. */
const STANDING = ['notice-board', 'report-box'];

export function isWithin(code: string, unit: string, own: boolean): boolean {
  return own ? code === unit : code.startsWith(unit);
}

/** The figures of a row of a report, by line: what was done in the period, in the year so far, a year before. */
export function figuresOf(row: ReportRow): Record<string, unknown> {
  const lines = row.lines.map((line) => {
    const key = [line.kind, line.reach ?? '', line.mediaLevel ?? ''].join(' ');
    return [key, { period: line.period, toDate: line.toDate, lastYear: line.lastYear }] as const;
  });
  return { ...Object.fromEntries(lines), unreviewed: row.unreviewed };
}

/** The same, added up from the entries themselves, by a way of its own. */
export function figureOf(all: readonly OutputView[], period: string): Record<string, unknown> {
  const counted = all.filter(({ state, startDate }) => ['submitted', 'accepted'].includes(state) && startDate !== '');
  const year = Number(period.slice(0, 4));
  const now = { from: firstOf(period, year), to: lastOf(period, year) };
  const before = { from: firstOf(period, year - 1), to: lastOf(period, year - 1) };
  const between = (from: string, to: string) => counted.filter(({ startDate }) => startDate >= from && startDate <= to);
  const windows = {
    period: between(now.from, now.to),
    toDate: between(`${year}-01-01`, now.to),
    lastYear: between(before.from, before.to),
  };
  const found: Record<string, Record<string, unknown>> = {};
  const put = (key: string, window: string, quantities: readonly OutputView['quantity'][]): void => {
    if (quantities.length === 0) return;
    found[key] ??= { period: null, toDate: null, lastYear: null };
    found[key][window] = totalOf(quantities);
  };
  const kinds = [...new Set(counted.map(({ kind }) => kind))];
  for (const kind of kinds) {
    for (const [window, rows] of Object.entries(windows)) {
      const own = rows.filter((row) => row.kind === kind);
      for (const reach of ['persons', 'reads', 'copies-printed'] as const) {
        const reached = own.flatMap((row) => row.reach.filter((one) => one.reach === reach));
        put(
          `${kind} ${reach} `,
          window,
          reached.map(({ quantity }) => quantity),
        );
      }
      if (STANDING.includes(kind)) continue;
      put(
        `${kind}  `,
        window,
        own.map(({ quantity }) => quantity),
      );
      for (const level of kind === 'post' ? ['county', 'province'] : []) {
        put(
          `${kind}  ${level}`,
          window,
          own.filter((row) => row.mediaLevel === level).map(({ quantity }) => quantity),
        );
      }
    }
    if (!STANDING.includes(kind)) continue;
    const of = counted.filter((row) => row.kind === kind);
    put(`${kind}  `, 'period', standingAt(of, now.to));
    put(`${kind}  `, 'lastYear', standingAt(of, before.to));
  }
  return { ...found, unreviewed: windows.period.filter(({ state }) => state === 'submitted').length };
}

const firstOf = (period: string, year: number): string =>
  ({ '2025-08': `${year}-08-01`, '2025-Q3': `${year}-07-01` })[period] ?? `${year}-01-01`;
const lastOf = (period: string, year: number): string =>
  ({ '2025-08': `${year}-08-31`, '2025-Q3': `${year}-09-30` })[period] ?? `${year}-12-31`;

/** At each place of each unit, what was counted on the last day on which somebody looked. */
function standingAt(rows: readonly OutputView[], day: string): OutputView['quantity'][] {
  const known = rows.filter(({ startDate }) => startDate <= day);
  return known
    .filter((row) => {
      const same = known.filter(({ unitCode, place }) => unitCode === row.unitCode && place === row.place);
      return same.every(({ startDate }) => startDate <= row.startDate);
    })
    .map(({ quantity }) => quantity);
}

function totalOf(quantities: readonly OutputView['quantity'][]) {
  const numbers = quantities.flatMap((one) => (one.kind === 'number' && one.per === null ? [one] : []));
  const uncounted = quantities.length - numbers.length;
  if (numbers.length === 0) return { value: null, qualifier: 'at-least', entries: 0, uncounted };
  const has = (...names: string[]) => numbers.some(({ qualifier }) => names.includes(qualifier));
  const lower = has('at-least', 'capped') || uncounted > 0;
  const qualifier =
    has('about') || (has('at-most') && lower) ? 'about' : lower ? 'at-least' : has('at-most') ? 'at-most' : 'exact';
  const value = Number(numbers.reduce((sum, one) => sum + one.value, 0).toFixed(6));
  return { value, qualifier, entries: numbers.length, uncounted };
}
