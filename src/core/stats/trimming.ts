/**
 * Capping extreme weights: a little bias for less variance. Default: cap and rake again until both hold.
 */
import type { Problem } from '../errors.ts';
import type { MarginColumn } from './margins.ts';
import { rakeWeights } from './raking.ts';
import { medianOf, medianOfGroups } from './summary.ts';

/** Caps as multiples of the median raked weight. */
export const CAP_RATIO = 5;
export const FLOOR_RATIO = 0.2;

const MAX_ROUNDS = 50;

export interface TrimmedWeights {
  /** To be used: trimmed if the cap could be kept, else the raked ones. */
  readonly weight: Float64Array;
  /** What the residual treats as design weights: the last capped weights before raking. */
  readonly base: Float64Array;
  readonly raked: Float64Array;
  /** The weights after the last round, whether they settled or not. */
  readonly last: Float64Array;
  readonly lower: number;
  readonly upper: number;
  readonly rounds: number;
  /** Raked weights outside the caps. */
  readonly trimmed: number;
  readonly isSettled: boolean;
  readonly warnings: readonly Problem[];
}

/**
 * Rakes, then alternates between capping at multiples of the first raked median and raking, at most 50 rounds. A row may
 * stand for `count` equal interviews; its base is then their sum of weights, and so are the weights that come back.
 */
export function trimAndRake(
  base: Float64Array,
  margins: readonly MarginColumn[],
  {
    cap = CAP_RATIO,
    floor = FLOOR_RATIO,
    count = null,
  }: { readonly cap?: number; readonly floor?: number; readonly count?: Float64Array | null } = {},
): TrimmedWeights {
  const times = (i: number): number => (count === null ? 1 : (count[i] as number));
  const raked = rakeWeights(base, margins);
  const median = count === null ? medianOf(raked) : medianOfGroups(raked, count);
  const upper = cap * median;
  const lower = floor * median;
  const isOutside = (w: number, i: number): boolean => w > upper * times(i) || w < lower * times(i);
  const trimmed = raked.reduce((sum, w, i) => sum + (isOutside(w, i) ? times(i) : 0), 0);
  let last = raked;
  let capped = base;
  let isSettled = false;
  let rounds = 0;
  while (rounds < MAX_ROUNDS && !isSettled) {
    rounds += 1;
    const next = last.map((w, i) => Math.min(upper * times(i), Math.max(lower * times(i), w)));
    isSettled = next.every((w, i) => Math.abs(w - (last[i] as number)) < 1e-6 * (last[i] as number));
    if (isSettled) break;
    capped = next;
    last = rakeWeights(capped, margins);
  }
  const warnings: Problem[] = isSettled
    ? []
    : [{ code: 'WEIGHT_CAP_UNREACHABLE', details: { upper: Number(upper.toPrecision(4)) } }];
  return {
    weight: isSettled ? last : raked,
    base: isSettled ? capped : base,
    raked,
    last,
    lower,
    upper,
    rounds,
    trimmed,
    isSettled,
    warnings,
  };
}

/**
 * R's `trimWeights`: cap, and spread what was cut equally, in absolute terms, over the weights that were inside. The
 * margins no longer hold. `isStrict` repeats until nothing is pushed outside.
 */
export function trimAndSpread(weight: Float64Array, lower: number, upper: number, isStrict: boolean): Float64Array {
  const isOutside = (w: number): boolean => w < lower || w > upper;
  const outside = weight.filter(isOutside).length;
  if (outside === 0 || outside === weight.length) return weight;
  let cut = 0;
  for (const w of weight) cut += w - Math.min(upper, Math.max(lower, w));
  const share = cut / (weight.length - outside);
  const next = weight.map((w) => (isOutside(w) ? Math.min(upper, Math.max(lower, w)) : w + share));
  return isStrict ? trimAndSpread(next, lower, upper, true) : next;
}
