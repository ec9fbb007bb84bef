/**
 * Estimators of a domain, each with its scores: give the score to `varianceOf`, or several to `covarianceOf`.
 *
 *   total  Σ w·y                      score y
 *   mean   Σ w·y / Σ w                score (y − mean)/Σw
 *   ratio  Σ w·a / Σ w·b              score (a − R·b)/Σ w·b
 *
 * `domain` marks the rows that belong (1) and those that do not (0); missing values are rows outside the domain.
 */
import { varianceOf } from './covariance.ts';
import { type Design, degreesOfFreedom } from './design.ts';
import type { RateMoments } from './proportion.ts';

export interface Estimator {
  readonly value: number;
  readonly score: Float64Array;
}

export function estimateTotal(design: Design, y: Float64Array, domain: Uint8Array | null = null): Estimator {
  const score = new Float64Array(design.rows);
  let value = 0;
  for (let i = 0; i < design.rows; i++) {
    if (domain && domain[i] === 0) continue;
    score[i] = y[i] as number;
    value += (design.weight[i] as number) * (y[i] as number);
  }
  return { value, score };
}

export function estimateRatio(
  design: Design,
  a: Float64Array,
  b: Float64Array,
  domain: Uint8Array | null = null,
): Estimator | null {
  let top = 0;
  let bottom = 0;
  for (let i = 0; i < design.rows; i++) {
    if (domain && domain[i] === 0) continue;
    top += (design.weight[i] as number) * (a[i] as number);
    bottom += (design.weight[i] as number) * (b[i] as number);
  }
  if (bottom === 0) return null;
  const value = top / bottom;
  const score = new Float64Array(design.rows);
  for (let i = 0; i < design.rows; i++) {
    if (domain?.[i] !== 0) score[i] = ((a[i] as number) - value * (b[i] as number)) / bottom;
  }
  return { value, score };
}

export interface MeanOfDomain extends Estimator, RateMoments {
  /** V over the variance of a simple random sample of the same size without replacement (R `deff=TRUE`). */
  readonly deff: number | null;
  /** … with replacement (R `deff="replace"`): the one to print. */
  readonly deffReplace: number | null;
}

/** A mean or rate with everything its interval and its page need; null when the domain is empty. */
export function estimateDomainMean(
  design: Design,
  y: Float64Array,
  domain: Uint8Array | null = null,
): MeanOfDomain | null {
  let sumW = 0;
  let sumW2 = 0;
  let sumWY = 0;
  let base = 0;
  for (let i = 0; i < design.rows; i++) {
    if (domain && domain[i] === 0) continue;
    const w = design.weight[i] as number;
    const count = design.group ? (design.group.count[i] as number) : 1;
    sumW += w;
    sumWY += w * (y[i] as number);
    sumW2 += design.group ? (count > 0 ? (w * w) / count + (design.group.spread[i] as number) : 0) : w * w;
    base += w > 0 ? count : 0;
  }
  if (!(sumW > 0)) return null;
  const value = sumWY / sumW;
  const score = new Float64Array(design.rows);
  let squares = 0;
  for (let i = 0; i < design.rows; i++) {
    if (domain && domain[i] === 0) continue;
    const u = (y[i] as number) - value;
    score[i] = u / sumW;
    squares += (design.weight[i] as number) * u * u;
  }
  const variance = varianceOf(design, score, domain);
  const simple = base > 1 ? squares / sumW / (base - 1) : 0;
  const without = simple * (1 - base / sumW);
  return {
    value,
    share: value,
    score,
    variance,
    base,
    df: degreesOfFreedom(design, domain),
    kish: (sumW * sumW) / sumW2,
    deff: without > 0 ? variance / without : null,
    deffReplace: simple > 0 ? variance / simple : null,
  };
}

/** Rows of `within` (or all) for which `belongs` holds. */
export function selectDomain(
  rows: number,
  belongs: (row: number) => boolean,
  within: Uint8Array | null = null,
): Uint8Array {
  const domain = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) domain[i] = within?.[i] !== 0 && belongs(i) ? 1 : 0;
  return domain;
}
