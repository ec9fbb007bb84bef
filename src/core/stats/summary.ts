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
