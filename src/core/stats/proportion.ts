/**
 * Intervals of one rate. `share` is the estimated rate, `n` a real (effective) number of answers, `critical` the quantile
 * of the normal or t distribution that belongs to the level. All limits are shares between 0 and 1.
 */
import { betaQuantile } from './beta.ts';

export interface Limits {
  readonly lower: number;
  readonly upper: number;
}

/** A rate with what its interval needs: variance, number of valid answers, degrees of freedom, Kish's effective n. */
export interface RateMoments {
  readonly share: number;
  readonly variance: number;
  readonly base: number;
  readonly df: number;
  readonly kish: number;
}

/** Critical values t_df for one level; see `createCriticalValues`. */
export type CriticalValues = (df: number) => number;

/**
 * Rounding leaves an all-positive weighted town at 1 − 1e-16 with a variance of 1e-34. Within this tolerance a rate is 0
 * or 1 and a variance is nothing: otherwise such a town would seem known to sixteen digits.
 */
export function isDegenerate(share: number, variance: number): boolean {
  return share <= 1e-12 || share >= 1 - 1e-12 || variance <= 1e-24;
}

/** The share with rounding dust at the ends removed. */
export function cleanShare(share: number): number {
  return share <= 1e-12 ? 0 : share >= 1 - 1e-12 ? 1 : share;
}

/** The number of simple random answers that would be as precise: p(1−p)/V, never more than n; Kish's n when V is nothing. */
export function effectiveSize(m: RateMoments): number {
  if (isDegenerate(m.share, m.variance)) return Math.min(m.base, m.kish);
  return Math.min(m.base, (m.share * (1 - m.share)) / m.variance);
}

/** Wilson's score interval (1927): the rates θ that a score test at this critical value would not reject. */
export function wilsonLimits(share: number, n: number, critical: number): Limits {
  const s = critical * critical;
  const centre = share + s / (2 * n);
  const half = critical * Math.sqrt(Math.max(0, share * (1 - share)) / n + s / (4 * n * n));
  return { lower: Math.max(0, (centre - half) / (1 + s / n)), upper: Math.min(1, (centre + half) / (1 + s / n)) };
}

/** Clopper & Pearson's exact interval (1934) for real n: each tail holds at most half of `alpha`. */
export function clopperPearsonLimits(share: number, n: number, alpha: number): Limits {
  const hits = n * share;
  const misses = n * (1 - share);
  return {
    // With one side empty the beta quantile is a power: P(no miss in n) = θⁿ.
    lower: share <= 0 ? 0 : share >= 1 ? (alpha / 2) ** (1 / n) : betaQuantile(alpha / 2, hits, misses + 1),
    upper: share >= 1 ? 1 : share <= 0 ? 1 - (alpha / 2) ** (1 / n) : 1 - betaQuantile(alpha / 2, misses, hits + 1),
  };
}

/**
 * The default interval of a rate: Korn & Graubard (1998), Clopper–Pearson on an effective n corrected for the degrees of
 * freedom by [t_{n−1}/t_df]², never more than n. Null without degrees of freedom.
 */
export function kornGraubardLimits(
  m: RateMoments,
  alpha: number,
  critical: CriticalValues,
): (Limits & { readonly n: number }) | null {
  if (!(m.df > 0) || m.base < 2) return null;
  let n = effectiveSize(m);
  if (!isDegenerate(m.share, m.variance)) {
    const ratio = m.df === m.base - 1 ? 1 : critical(m.base - 1) / critical(m.df);
    n = Math.min(m.base, (ratio * ratio * (m.share * (1 - m.share))) / m.variance);
  }
  const { lower, upper } = clopperPearsonLimits(cleanShare(m.share), n, alpha);
  return { lower, upper, n };
}

/** Wilson's interval on the effective n with t: the alternative display, and the part of which changes are made. */
export function wilsonEffectiveLimits(m: RateMoments, critical: CriticalValues): Limits | null {
  if (!(m.df > 0)) return null;
  return wilsonLimits(cleanShare(m.share), effectiveSize(m), critical(m.df));
}
