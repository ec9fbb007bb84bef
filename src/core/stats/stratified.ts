/**
 * Means of a stratified sample from its counts. Stratum = town; in each stratum simple random interviews.
 *
 * A table of outcomes (strata × outcomes) with the number of answers, Σw and the spread of w in each cell is all that a
 * rate, a share of “don't know” or a mean score needs, with its linearised variance: the cost does not depend on the
 * number of interviews. Giving values to outcomes makes the figure: 1 and 0 for a rate, 0..100 for a score, NaN for
 * “outside the base”. Strata stand in the order of the tree of units, so that a county is a range of strata.
 */
import { stratumFactor } from './kernel.ts';
import { type KnownTotals, residualKernel } from './known-totals.ts';

export interface OutcomeTable {
  readonly outcomes: number;
  /** n_h: all interviews of the stratum, whether they have a valid answer or not. */
  readonly interviews: Float64Array;
  /** d_h: what every weight of the stratum is multiplied by (population over Σw of the interviews). */
  readonly scale: Float64Array;
  /** f_h: sampling fraction for the finite population correction; 0 without. */
  readonly fraction: Float64Array;
  /** Answers per stratum and outcome, Σw, and Σw² − (Σw)²/n: how unequal the weights are. */
  readonly count: Float64Array;
  readonly weight: Float64Array;
  readonly spread: Float64Array;
  /** The totals that the weights were made to meet, if they were: their columns are groups × outcomes, their scale is 1. */
  readonly totals?: KnownTotals | null;
}

export interface MeanEstimate {
  readonly mean: number;
  readonly variance: number;
  /** Valid answers, unweighted. */
  readonly base: number;
  /** Valid answers minus strata that have any. */
  readonly df: number;
  /** Kish's effective n of the weights, (Σw)²/Σw². */
  readonly kish: number;
  /** Against simple random sampling with replacement; null where that variance is nothing. */
  readonly deff: number | null;
}

/** A weighted mean without its error. */
export interface WeightedMean {
  readonly mean: number;
  /** Valid answers, unweighted, and the strata that have any. */
  readonly base: number;
  readonly strata: number;
  /** Σw, in weights relative to the first stratum with answers, which has the scale `unit`. */
  readonly sumW: number;
  readonly unit: number;
}

/**
 * The mean Σ w·v / Σ w over the strata `from ≤ h < to`; null when nobody gave a valid answer. Weights are taken relative
 * to the first stratum: the rate of one town is then hits/base to the last bit, whatever its population.
 */
export function averageValues(
  table: OutcomeTable,
  values: Float64Array,
  from: number,
  to: number,
): WeightedMean | null {
  const { outcomes, scale, count, weight } = table;
  let base = 0;
  let strata = 0;
  let sumW = 0;
  let sumWV = 0;
  let unit = 0;
  for (let h = from; h < to; h++) {
    let answers = 0;
    let w = 0;
    let wv = 0;
    for (let k = 0; k < outcomes; k++) {
      const value = values[k] as number;
      if (Number.isNaN(value)) continue;
      const cell = h * outcomes + k;
      answers += count[cell] as number;
      w += weight[cell] as number;
      wv += value * (weight[cell] as number);
    }
    if (answers === 0) continue;
    if (unit === 0) unit = scale[h] as number;
    const d = (scale[h] as number) / unit;
    base += answers;
    strata += 1;
    sumW += d * w;
    sumWV += d * wv;
  }
  return base > 0 && sumW > 0 ? { mean: sumWV / sumW, base, strata, sumW, unit } : null;
}

/**
 * The same mean with its linearised variance
 * V = Σ_h (1−f_h)·n_h/(n_h−1)·Σ_j (z_hj − z̄_h)², z = w(v − mean)/Σw, z = 0 for interviews without a valid answer.
 * A stratum with one interview counts uncentred, which is cautious.
 */
export function estimateMean(table: OutcomeTable, values: Float64Array, from: number, to: number): MeanEstimate | null {
  const { outcomes, interviews, scale, fraction, count, weight, spread } = table;
  const average = averageValues(table, values, from, to);
  if (average === null) return null;
  const { mean, base, strata, sumW, unit } = average;
  let variance = 0;
  let sumW2 = 0;
  let squares = 0;
  for (let h = from; h < to; h++) {
    const n = interviews[h] as number;
    if (n === 0) continue;
    const d = (scale[h] as number) / unit;
    let total = 0;
    for (let k = 0; k < outcomes; k++) {
      const value = values[k] as number;
      if (!Number.isNaN(value)) total += d * (weight[h * outcomes + k] as number) * (value - mean);
    }
    const centre = total / n;
    let around = 0;
    let answers = 0;
    for (let k = 0; k < outcomes; k++) {
      const value = values[k] as number;
      const cell = h * outcomes + k;
      const c = count[cell] as number;
      if (c === 0 || Number.isNaN(value)) continue;
      const each = (d * (weight[cell] as number)) / c;
      const unequal = d * d * (spread[cell] as number);
      const u = value - mean;
      around += u * u * unequal + c * (each * u - centre) ** 2;
      sumW2 += unequal + c * each * each;
      squares += c * each * u * u;
      answers += c;
    }
    around += (n - answers) * centre * centre;
    const f = fraction[h] as number;
    variance += n > 1 ? stratumFactor(n, f) * around : (1 - f) * total * total;
  }
  if (table.totals) variance = residualKernel(table, table.totals, values, mean, from, to);
  variance /= sumW * sumW;
  const simple = base > 1 ? squares / sumW / (base - 1) : 0;
  return {
    mean,
    variance,
    base,
    df: base - strata,
    kish: (sumW * sumW) / sumW2,
    deff: simple > 0 ? variance / simple : null,
  };
}
