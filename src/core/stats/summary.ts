/** Order statistics, from the library: the median, and quantiles as R's type 7 gives them. */
import { median } from 'simple-statistics';

export function medianOf(values: ArrayLike<number>): number {
  return median(Array.from(values));
}

/** Linear interpolation between order statistics at (n − 1)p (R type 7), which the library does not offer. */
export function quantileOf(values: ArrayLike<number>, p: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * p;
  const below = Math.floor(place);
  const a = sorted[below] as number;
  const b = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return a + (place - below) * (b - a);
}

/** The median of the members of groups that are equal within: `sums` of each group, and how many members it has. */
export function medianOfGroups(sums: Float64Array, counts: Float64Array): number {
  const groups = Array.from(sums, (sum, i) => ({ each: sum / (counts[i] as number), n: counts[i] as number }))
    .filter(({ n }) => n > 0)
    .sort((a, b) => a.each - b.each);
  const half = groups.reduce((total, { n }) => total + n, 0) / 2;
  let below = 0;
  for (const [i, { each, n }] of groups.entries()) {
    below += n;
    if (below > half) return each;
    if (below === half) return (each + (groups[i + 1]?.each ?? each)) / 2;
  }
  throw new RangeError('the median of nothing');
}
