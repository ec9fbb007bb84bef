import { AppError } from '../errors.ts';

/**
 * Random digit dialling: numbers drawn from exchanges (局号, 0472212) and mobile segments (号段, 1384721). A prefix and a
 * random tail make a number, listed or not, so that every number of the frame has a known chance.
 */

export interface Prefix {
  /** National digits with the area code's 0 for landlines: `0472212`, `1384721`. */
  readonly digits: string;
  /** Digits of the tail: all numbers of the prefix are equally long. */
  readonly tail: number;
}

export type DrawMethod = 'systematic' | 'two-stage';

export interface DrawnNumber {
  /** National digits, as dialled at home. */
  readonly digits: string;
  readonly prefix: string;
}

export interface Draw {
  readonly numbers: readonly DrawnNumber[];
  /**
   * The chance of every number of the frame to be drawn. Systematic: n/N over all numbers. Two-stage: (m/M)·(n_i/N_i) with
   * m of M prefixes; equal for all numbers when the prefixes are equally large.
   */
  readonly inclusion: readonly { readonly prefix: string; readonly probability: number; readonly drawn: number }[];
}

/** A mobile number has 11 digits, so a segment of 7 leaves 4; a landline 7 or 8 after its area code. */
export function prefixOf(digits: string, landlineDigits: 7 | 8 = 7): Prefix {
  const clean = digits.normalize('NFKC').replace(/[\s-]/g, '');
  const areaLength = /^0(?:10|2\d)/.test(clean) ? 3 : 4;
  const whole = /^1[3-9]/.test(clean) ? 11 : /^0[1-9]/.test(clean) ? areaLength + landlineDigits : 0;
  const tail = whole - clean.length;
  // At least one digit is random, at most eight: more than a whole segment is no prefix.
  if (!/^\d+$/.test(clean) || tail < 1 || tail > 8) throw new AppError('PHONE_PREFIX_BAD', { value: digits });
  return { digits: clean, tail };
}

const sizeOf = ({ tail }: Prefix): number => 10 ** tail;

/**
 * Draws `count` different numbers. The same seed draws the same numbers in the same (random) order, whatever the order of
 * the prefixes. `systematic`: all numbers in order of prefix and tail, a random start, then every (N/n)-th: spread evenly
 * over the prefixes. `two-stage`: a simple random sample of `prefixCount` prefixes, then of tails within each.
 */
export function drawNumbers({
  prefixes,
  count,
  method,
  seed,
  prefixCount = null,
  exclude = new Set(),
}: {
  readonly prefixes: readonly Prefix[];
  readonly count: number;
  readonly method: DrawMethod;
  readonly seed: number;
  /** Prefixes of the first stage; all when null. */
  readonly prefixCount?: number | null;
  /** National digits never to be drawn: already in the wave. They are no part of the frame. */
  readonly exclude?: ReadonlySet<string>;
}): Draw {
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`count ${count}`);
  const sorted = sortPrefixes(prefixes);
  const random = createStream(seed);
  const chosen =
    method === 'two-stage' && prefixCount !== null
      ? sampleOf(sorted.length, Math.min(prefixCount, sorted.length), random).map((i) => at(sorted, i))
      : sorted;
  const excludedOf = countExcluded(chosen, exclude);
  const roomOf = (prefix: Prefix): number => sizeOf(prefix) - (excludedOf.get(prefix.digits) ?? 0);
  const room = chosen.reduce((sum, prefix) => sum + roomOf(prefix), 0);
  if (room < count) throw new AppError('PHONE_PREFIXES_SMALL', { wanted: count, room, prefixes: chosen.length });

  const shares =
    method === 'systematic'
      ? systematicShares(chosen, count, roomOf, random)
      : equalShares(chosen, count, roomOf, random);
  const numbers = chosen.flatMap((prefix, i) =>
    drawTails(prefix, at(shares, i), { method, exclude, random, excluded: sizeOf(prefix) - roomOf(prefix) }).map(
      (digits) => ({ digits, prefix: prefix.digits }),
    ),
  );
  const first = chosen.length / sorted.length;
  return {
    numbers: shuffle(numbers, random),
    inclusion: chosen.map((prefix, i) => ({
      prefix: prefix.digits,
      probability: method === 'systematic' ? count / room : (first * at(shares, i)) / roomOf(prefix),
      drawn: at(shares, i),
    })),
  };
}

/** Prefixes in order; one inside another would give its numbers two chances. */
function sortPrefixes(prefixes: readonly Prefix[]): readonly Prefix[] {
  const sorted = prefixes.toSorted((a, b) => (a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0));
  if (sorted.length === 0) throw new AppError('PHONE_PREFIXES_SMALL', { wanted: 1, room: 0, prefixes: 0 });
  for (const [i, { digits }] of sorted.entries()) {
    const next = sorted[i + 1];
    if (next?.digits.startsWith(digits))
      throw new AppError('PHONE_PREFIX_TWICE', { value: next.digits, other: digits });
  }
  return sorted;
}

function countExcluded(prefixes: readonly Prefix[], exclude: ReadonlySet<string>): Map<string, number> {
  const byDigits = new Map(prefixes.map((prefix) => [prefix.digits, prefix]));
  const lengths = [...new Set(prefixes.map(({ digits }) => digits.length))];
  const counts = new Map<string, number>();
  for (const number of exclude)
    for (const length of lengths) {
      const prefix = byDigits.get(number.slice(0, length));
      if (prefix && prefix.digits.length + prefix.tail === number.length)
        counts.set(prefix.digits, (counts.get(prefix.digits) ?? 0) + 1);
    }
  return counts;
}

/** How many hits of a systematic walk with a random start fall on each prefix. */
function systematicShares(
  prefixes: readonly Prefix[],
  count: number,
  roomOf: (prefix: Prefix) => number,
  random: () => number,
): readonly number[] {
  const room = prefixes.reduce((sum, prefix) => sum + roomOf(prefix), 0);
  const start = random();
  let before = 0;
  // Hits lie at (start + k)·room/count for k = 0 … count − 1.
  const hitsBelow = (position: number): number =>
    Math.min(count, Math.max(0, Math.ceil((position * count) / room - start)));
  return prefixes.map((prefix, i) => {
    const from = hitsBelow(before);
    before += roomOf(prefix);
    return (i === prefixes.length - 1 ? count : hitsBelow(before)) - from;
  });
}

/** The same number from each prefix, as far as it goes; which of them give one more is random. */
function equalShares(
  prefixes: readonly Prefix[],
  count: number,
  roomOf: (prefix: Prefix) => number,
  random: () => number,
): readonly number[] {
  const shares = prefixes.map(() => 0);
  let left = count;
  while (left > 0) {
    const open = prefixes.flatMap((prefix, i) => (at(shares, i) < roomOf(prefix) ? [i] : []));
    const each = Math.floor(left / open.length);
    const turn = each > 0 ? open : sampleOf(open.length, left, random).map((i) => at(open, i));
    for (const i of turn) {
      const more = Math.min(Math.max(1, each), roomOf(at(prefixes, i)) - at(shares, i));
      shares[i] = at(shares, i) + more;
      left -= more;
    }
  }
  return shares;
}

/** Tails of one prefix: evenly spread with a random start, or a simple random sample. */
function drawTails(
  prefix: Prefix,
  n: number,
  {
    method,
    exclude,
    excluded,
    random,
  }: {
    readonly method: DrawMethod;
    readonly exclude: ReadonlySet<string>;
    /** How many of `exclude` lie in this prefix. */
    readonly excluded: number;
    readonly random: () => number;
  },
): readonly string[] {
  if (n === 0) return [];
  const numberOf = (tail: number): string => prefix.digits + String(tail).padStart(prefix.tail, '0');
  const size = sizeOf(prefix);
  if (method === 'systematic' && excluded === 0) {
    const start = random();
    return Array.from({ length: n }, (_, k) => numberOf(Math.floor(((start + k) * size) / n)));
  }
  // A draw of nearly all is quicker as a list; else by trial, without ever building the frame.
  if (size <= 4 * (n + excluded)) {
    const free = Array.from({ length: size }, (_, tail) => numberOf(tail)).filter((number) => !exclude.has(number));
    return sampleOf(free.length, n, random).map((i) => at(free, i));
  }
  const drawn = new Set<string>();
  while (drawn.size < n) {
    const number = numberOf(Math.floor(random() * size));
    if (!exclude.has(number)) drawn.add(number);
  }
  return [...drawn];
}

/** A simple random sample of n of 0 … size − 1 (Floyd). */
function sampleOf(size: number, n: number, random: () => number): readonly number[] {
  const chosen = new Set<number>();
  for (let j = size - n; j < size; j++) {
    const t = Math.floor(random() * (j + 1));
    chosen.add(chosen.has(t) ? j : t);
  }
  return [...chosen].sort((a, b) => a - b);
}

function shuffle<T>(items: readonly T[], random: () => number): readonly T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const held = at(out, i);
    out[i] = at(out, j);
    out[j] = held;
  }
  return out;
}

function at<T>(items: readonly T[], i: number): T {
  const item = items[i];
  if (item === undefined) throw new RangeError(`no item ${i}`);
  return item;
}

/** Mulberry32 on two words of the seed, so that seeds a bit apart draw nothing alike. */
function createStream(seed: number): () => number {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed ${seed}`);
  let state = (Math.imul(seed | 0, 0x9e3779b1) ^ Math.floor(seed / 2 ** 32)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
