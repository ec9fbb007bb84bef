import type { Kind, MediaLevel } from './kinds.ts';
import { QUALIFIERS, type Qualifier, type Quantity } from './quantity.ts';
import type { Reach, Sums } from './totals.ts';

/**
 * One counter of the ledger: what a unit and all units below it put out in a month, by kind and qualifier. `words` counts
 * what is no number. Of stock, a month's counter is the change in what stands: the sum of all months up to a day is what
 * stands then.
 */
export interface SumCell {
  readonly unitCode: string;
  readonly month: string;
  readonly kind: string;
  /** `''` for the entry's own number, else what it reached; `unreviewed` counts entries nobody has accepted yet. */
  readonly what: Reach | '' | 'unreviewed';
  readonly mediaLevel: MediaLevel | '';
  readonly qualifier: string;
  readonly n: number;
  readonly sum: number;
}

/** What counters look at in an entry. */
export interface Countable {
  readonly unitCode: string;
  readonly kind: string;
  readonly place: string;
  readonly startDate: string;
  readonly quantity: Quantity;
  readonly mediaLevel: MediaLevel | null;
  readonly reach: readonly { readonly reach: Reach; readonly quantity: Quantity }[];
  readonly state: string;
}

/** Counters of one entry, all but those of what stands. Entries without a day are in no month. */
export function countEntry(entry: Countable, kind: Kind): SumCell[] {
  if (entry.startDate === '' || !isCounted(entry.state)) return [];
  return [
    ...(isStock(kind) ? [] : [cell(entry, '', entry.quantity)]),
    ...entry.reach.map((one) => cell(entry, one.reach, one.quantity)),
    ...(entry.state === 'submitted' ? [{ ...cell(entry, 'unreviewed', NOTHING), qualifier: 'exact' }] : []),
  ];
}

const NOTHING: Quantity = { kind: 'words', text: '' };

/**
 * Counters of what stands at one place, from all its counted entries: of each month the entries of the latest day stand,
 * and they replace those of the month before.
 */
export function countStanding(entries: readonly Countable[]): SumCell[] {
  const byMonth = new Map<string, Countable[]>();
  for (const entry of entries) {
    if (entry.startDate === '' || !isCounted(entry.state)) continue;
    const month = entry.startDate.slice(0, 7);
    const known = byMonth.get(month) ?? [];
    const latest = known[0]?.startDate ?? '';
    if (entry.startDate > latest) byMonth.set(month, [entry]);
    else if (entry.startDate === latest) known.push(entry);
  }
  let before: readonly SumCell[] = [];
  return [...byMonth.keys()].sort().flatMap((month) => {
    const standing = (byMonth.get(month) ?? []).map((entry) => cell(entry, '', entry.quantity));
    const changes = [...standing, ...takeAway(before).map((one) => ({ ...one, month }))];
    before = standing;
    return changes;
  });
}

/** Two counts of one kind of stock in the same spot are two looks at the same thing. */
export const spotOf = ({ unitCode, kind, place }: Pick<Countable, 'unitCode' | 'kind' | 'place'>): string =>
  [unitCode, kind, place].join('\n');

/** What stands at one place, when these entries come to those that are there. */
export function standingChange(others: readonly Countable[], own: readonly Countable[]): SumCell[] {
  return [...countStanding([...others, ...own]), ...takeAway(countStanding(others))];
}

export const cellKey = ({ unitCode, month, kind, what, mediaLevel, qualifier }: SumCell): string =>
  [unitCode, month, kind, what, mediaLevel, qualifier].join('\n');

/** Adds to the counter of the same key. */
export function addCell(cells: Map<string, SumCell>, cell: SumCell): void {
  const key = cellKey(cell);
  const known = cells.get(key);
  cells.set(key, known ? { ...cell, n: known.n + cell.n, sum: known.sum + cell.sum } : cell);
}

/** One counter per key, in one fixed order so that two writers never wait for each other; what cancels out is left away. */
export function mergeCells(cells: Iterable<SumCell>): SumCell[] {
  const merged = new Map<string, SumCell>();
  for (const cell of cells) addCell(merged, cell);
  return [...merged.entries()]
    .filter(([, { n, sum }]) => n !== 0 || sum !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, cell]) => cell);
}

/** The counters that undo these. */
export function takeAway(cells: readonly SumCell[]): SumCell[] {
  return cells.map((one) => ({ ...one, n: -one.n, sum: -one.sum }));
}

/** The same counters for every unit above. */
export function rollUp(cells: readonly SumCell[], pathOf: (unitCode: string) => string): SumCell[] {
  return cells.flatMap((one) =>
    pathOf(one.unitCode)
      .split('/')
      .filter((code) => code !== '')
      .map((unitCode) => ({ ...one, unitCode })),
  );
}

function cell(entry: Countable, what: SumCell['what'], quantity: Quantity): SumCell {
  const isAmount = quantity.kind === 'number' && quantity.per === null;
  return {
    ...{ unitCode: entry.unitCode, month: entry.startDate.slice(0, 7), kind: entry.kind, what },
    mediaLevel: entry.mediaLevel ?? '',
    qualifier: isAmount ? quantity.qualifier : 'words',
    ...{ n: 1, sum: isAmount ? quantity.value : 0 },
  };
}

/** The sums of counters, for `totalOf`. The caller has chosen counters of one kind and one `what`. */
export function sumCells(cells: Iterable<Pick<SumCell, 'qualifier' | 'n' | 'sum'>>): Sums {
  const sums: Record<Qualifier, { sum: number; n: number }> = {
    ...{ exact: { sum: 0, n: 0 }, 'at-least': { sum: 0, n: 0 }, about: { sum: 0, n: 0 } },
    ...{ 'at-most': { sum: 0, n: 0 }, capped: { sum: 0, n: 0 } },
  };
  let words = 0;
  for (const { qualifier, n, sum } of cells) {
    const known = QUALIFIERS.find((one) => one === qualifier);
    if (known === undefined) words += n;
    else {
      sums[known].n += n;
      sums[known].sum += sum;
    }
  }
  return { ...sums, words };
}

/** Whether an entry in this state is in the totals: what was returned, merged or withdrawn is not. */
export function isCounted(state: string): boolean {
  return state === 'submitted' || state === 'accepted';
}

export const isStock = (kind: Kind): boolean => kind.measure === 'stock';
