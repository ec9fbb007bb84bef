/**
 * Ranks with their uncertainty. Rank 1 is the highest rate; with a hundred interviews a town most ranks cannot be told
 * apart, so a table should show the best and worst rank each town may have.
 */
import { adjustHolm } from './multiplicity.ts';
import { normalQuantile, normalTail } from './normal.ts';
import { type Limits, wilsonLimits } from './proportion.ts';

/** Rates as near as this are equal: they differ by rounding only. */
const TIE = 1e-12;

/** Competition ranks (“1224”) of unrounded rates. */
export function rankRates(rates: readonly number[]): number[] {
  return rates.map((rate) => 1 + rates.filter((other) => other > rate + TIE).length);
}

export interface RankInterval {
  readonly best: number;
  readonly worst: number;
}

/**
 * Joint rank intervals of Klein, Wright & Wieczorek (2020): from intervals that hold together, a town can be no better
 * than 1 + the number of towns wholly above it, and no worse than K − the number wholly below.
 */
export function rankIntervals(limits: readonly Limits[]): RankInterval[] {
  return limits.map(({ lower, upper }) => ({
    best: 1 + limits.filter((other) => other.lower > upper).length,
    worst: limits.length - limits.filter((other) => other.upper < lower).length,
  }));
}

/** Critical values with which K independent intervals hold together at level 1 − alpha. */
export function sidakCritical(alpha: number, k: number): number {
  return -normalQuantile(-Math.expm1(Math.log1p(-alpha) / k) / 2);
}

export function bonferroniCritical(alpha: number, k: number): number {
  return -normalQuantile(alpha / k / 2);
}

/** The default: joint Wilson limits on effective sizes at 90 %. */
export function jointRankIntervals(
  rates: readonly { readonly share: number; readonly n: number }[],
  alpha = 0.1,
): RankInterval[] {
  const critical = sidakCritical(alpha, rates.length);
  return rankIntervals(rates.map(({ share, n }) => wilsonLimits(share, n, critical)));
}

/** Narrower: pairs that differ by a z test after Holm's correction over all pairs. */
export function pairwiseRankIntervals(
  rates: readonly { readonly share: number; readonly n: number }[],
  alpha = 0.1,
): RankInterval[] {
  const k = rates.length;
  const pairs: [number, number][] = [];
  const p: number[] = [];
  for (const [i, a] of rates.entries()) {
    for (const [j, b] of rates.entries()) {
      if (j <= i) continue;
      const se = Math.sqrt((a.share * (1 - a.share)) / a.n + (b.share * (1 - b.share)) / b.n);
      const difference = Math.abs(a.share - b.share);
      pairs.push([i, j]);
      p.push(difference <= TIE ? 1 : se > 0 ? 2 * normalTail(difference / se) : 0);
    }
  }
  const adjusted = adjustHolm(p);
  const better = new Array<number>(k).fill(0);
  const worse = new Array<number>(k).fill(0);
  pairs.forEach(([i, j], index) => {
    if ((adjusted[index] as number) > alpha) return;
    const [high, low] = (rates[i]?.share as number) > (rates[j]?.share as number) ? [i, j] : [j, i];
    better[low] = (better[low] as number) + 1;
    worse[high] = (worse[high] as number) + 1;
  });
  return better.map((count, i) => ({ best: 1 + count, worst: k - (worse[i] as number) }));
}
