/** Chi-square and F tails, by closed sums and the incomplete beta. */
import { betaCdf } from './beta.ts';
import { normalDensity, normalTail } from './normal.ts';

/** P(χ² > x) for whole degrees of freedom: a Poisson sum (even), or the normal tail and a sum over odd powers (odd). */
export function chiSquareTail(x: number, df: number): number {
  if (!(x >= 0) || !Number.isInteger(df) || df < 1) throw new RangeError(`chi-square ${x}, ${df}`);
  if (x === 0) return 1;
  if (df % 2 === 0) {
    let term = Math.exp(-x / 2);
    let sum = term;
    for (let k = 1; k < df / 2; k++) {
      term *= x / (2 * k);
      sum += term;
    }
    return Math.min(1, sum);
  }
  const root = Math.sqrt(x);
  let sum = 2 * normalTail(root);
  let term = 2 * normalDensity(root) * root;
  for (let k = 1; k <= (df - 1) / 2; k++) {
    sum += term;
    term *= x / (2 * k + 1);
  }
  return Math.min(1, sum);
}

/** P(F > f) for real degrees of freedom: I_x(df₂/2, df₁/2) with x = df₂/(df₂ + df₁·f). */
export function fTail(f: number, df1: number, df2: number): number {
  const bottom = df2 + df1 * f;
  return betaCdf(df2 / bottom, df2 / 2, df1 / 2, (df1 * f) / bottom);
}
