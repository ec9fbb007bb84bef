import type { Measure } from './kinds.ts';
import type { Qualifier, Quantity } from './quantity.ts';

/** What was reached, by what was counted. Reads and persons are never added, nor copies printed and handed out. */
export const REACHES = [
  'copies-handed-out',
  'copies-printed',
  'persons',
  'reads',
  'plays',
  'clicks',
  'households',
] as const;
export type Reach = (typeof REACHES)[number];

/** A sum that says how sure it is, and how much was not counted. */
export interface Total {
  readonly value: number;
  readonly qualifier: Qualifier;
  /** Entries that are in it. */
  readonly entries: number;
  /** Entries with words instead of a number: 数百, 一系列. */
  readonly uncounted: number;
}

/** Sums by qualifier: what a counter keeps, so that totals of totals come out the same in any order. */
export type Sums = { readonly [Q in Qualifier]: { readonly sum: number; readonly n: number } } & {
  readonly words: number;
};

const NOTHING: Sums = {
  ...{ exact: { sum: 0, n: 0 }, 'at-least': { sum: 0, n: 0 }, about: { sum: 0, n: 0 } },
  ...{ 'at-most': { sum: 0, n: 0 }, capped: { sum: 0, n: 0 }, words: 0 },
};

const QUALIFIERS: readonly Qualifier[] = ['exact', 'at-least', 'about', 'at-most', 'capped'];

/** The sums of one entry. Something done so many times a day is no amount: it is not counted. */
export function sumsOf(quantity: Quantity): Sums {
  if (quantity.kind === 'words' || quantity.per !== null) return { ...NOTHING, words: 1 };
  return { ...NOTHING, [quantity.qualifier]: { sum: quantity.value, n: 1 } };
}

export function addSums(a: Sums, b: Sums): Sums {
  const added = QUALIFIERS.map((one) => [one, { sum: a[one].sum + b[one].sum, n: a[one].n + b[one].n }] as const);
  return { ...(Object.fromEntries(added) as unknown as Sums), words: a.words + b.words };
}

/**
 * The qualifier of a sum. All exact: exact. With “about” in it, or with lower and upper limits together: about. Else the
 * limit that its parts have. A capped part is a lower limit. Words make the sum a lower limit: something is missing in it.
 */
function qualifierOf(sums: Sums): Qualifier {
  const lower = sums['at-least'].n + sums.capped.n > 0;
  const upper = sums['at-most'].n > 0;
  if (sums.about.n > 0 || (upper && (lower || sums.words > 0))) return 'about';
  if (lower || sums.words > 0) return 'at-least';
  return upper ? 'at-most' : 'exact';
}

/** The total; null when there is nothing but words, or nothing at all. */
export function totalOf(sums: Sums): Total | null {
  const entries = QUALIFIERS.reduce((n, one) => n + sums[one].n, 0);
  if (entries === 0) return null;
  const value = QUALIFIERS.reduce((sum, one) => sum + sums[one].sum, 0);
  return { value, qualifier: qualifierOf(sums), entries, uncounted: sums.words };
}

/** One entry of the ledger, as far as totals look at it. */
export interface Counted {
  readonly kind: string;
  readonly measure: Measure;
  readonly unitCode: string;
  /** The village, grid or spot; two entries of stock at one place are two looks at the same thing. */
  readonly place: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly quantity: Quantity;
}

/**
 * Total of the entries of one kind. Flow adds up over time; of stock only the latest count at each place stands.
 * Throws `RangeError` when kinds or measures are mixed: that sum would mean nothing.
 */
export function totalEntries(entries: readonly Counted[]): Total | null {
  const first = entries[0];
  if (!first) return null;
  if (entries.some(({ kind, measure }) => kind !== first.kind || measure !== first.measure)) {
    throw new RangeError('entries of several kinds have no total');
  }
  const standing = first.measure === 'flow' ? entries : latestOfEachPlace(entries);
  return totalOf(standing.map(({ quantity }) => sumsOf(quantity)).reduce(addSums, NOTHING));
}

/** Of several counts on the latest day at a place, all stand: they are parts of it. */
function latestOfEachPlace(entries: readonly Counted[]): readonly Counted[] {
  const latest = new Map<string, string>();
  const spot = ({ unitCode, place }: Counted): string => `${unitCode}\n${place}`;
  for (const entry of entries) {
    const known = latest.get(spot(entry));
    if (known === undefined || known < entry.date) latest.set(spot(entry), entry.date);
  }
  return entries.filter((entry) => latest.get(spot(entry)) === entry.date);
}
