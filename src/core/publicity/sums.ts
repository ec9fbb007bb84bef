import type { Kind, MediaLevel } from './kinds.ts';
import { QUALIFIERS, type Quantity } from './quantity.ts';
import type { Reach, Sums } from './totals.ts';

/** One counter of the ledger: entries of one unit, month, kind and qualifier. `words` counts what is no number. */
export interface SumCell {
  readonly unitCode: string;
  readonly month: string;
  readonly kind: string;
  /** `''` for the entry's own number, else what it reached. */
  readonly what: Reach | '';
  readonly mediaLevel: MediaLevel | '';
  /** Filled for what stands: of a place only the latest count is valid. */
  readonly place: string;
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
}

/** Counters of entries of a flow, with what they reached. Entries without a day are in no month. */
export function countFlow(entry: Countable): SumCell[] {
  return entry.startDate === '' ? [] : [cell(entry, '', entry.quantity, ''), ...countReach(entry)];
}

/** Counters of what entries reached: always a flow, also where the thing itself stands. */
export function countReach(entry: Countable): SumCell[] {
  return entry.startDate === '' ? [] : entry.reach.map((one) => cell(entry, one.reach, one.quantity, ''));
}

/** Counters of what stands at one place in one month: the entries of the latest day. */
export function countStanding(entries: readonly Countable[]): SumCell[] {
  const latest = entries
    .map(({ startDate }) => startDate)
    .sort()
    .at(-1);
  return entries
    .filter(({ startDate }) => startDate === latest && startDate !== '')
    .map((entry) => cell(entry, '', entry.quantity, entry.place === '' ? ANYWHERE : entry.place));
}

/** Stock without a named place is one place of its unit. */
const ANYWHERE = '—';

function cell(entry: Countable, what: Reach | '', quantity: Quantity, place: string): SumCell {
  const isAmount = quantity.kind === 'number' && quantity.per === null;
  return {
    ...{ unitCode: entry.unitCode, month: entry.startDate.slice(0, 7), kind: entry.kind, what, place },
    mediaLevel: entry.mediaLevel ?? '',
    qualifier: isAmount ? quantity.qualifier : 'words',
    ...{ n: 1, sum: isAmount ? quantity.value : 0 },
  };
}

/** The sums of counters, for `totalOf`. The caller has chosen counters of one kind and one `what`. */
export function sumCells(cells: Iterable<Pick<SumCell, 'qualifier' | 'n' | 'sum'>>): Sums {
  const sums = Object.fromEntries(QUALIFIERS.map((one) => [one, { sum: 0, n: 0 }])) as Record<
    (typeof QUALIFIERS)[number],
    { sum: number; n: number }
  >;
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

/** Of counters of what stands up to a month, those of the latest month of each place. */
export function latestStanding<Cell extends Pick<SumCell, 'unitCode' | 'kind' | 'place' | 'month'>>(
  cells: readonly Cell[],
): Cell[] {
  const spot = ({ unitCode, kind, place }: Cell): string => `${unitCode}\n${kind}\n${place}`;
  const latest = new Map<string, string>();
  for (const one of cells) {
    const known = latest.get(spot(one));
    if (known === undefined || known < one.month) latest.set(spot(one), one.month);
  }
  return cells.filter((one) => latest.get(spot(one)) === one.month);
}

/** Whether an entry in this state is in the totals: what was returned, merged or withdrawn is not. */
export function isCounted(state: string): boolean {
  return state === 'submitted' || state === 'accepted';
}

export const isStock = (kind: Kind): boolean => kind.measure === 'stock';
