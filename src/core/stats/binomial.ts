/** The binomial and hypergeometric distributions by Loader's saddle-point form, and Fisher's exact test. */
import { betaCdf, devianceTerm, stirlingError } from './beta.ts';

/** P(X = x) for n draws with probability p. */
export function binomialMass(x: number, n: number, p: number): number {
  if (x < 0 || x > n) return 0;
  if (p <= 0) return x === 0 ? 1 : 0;
  if (p >= 1) return x === n ? 1 : 0;
  if (x === 0) return Math.exp(n * Math.log1p(-p));
  if (x === n) return Math.exp(n * Math.log(p));
  const exponent =
    stirlingError(n) -
    stirlingError(x) -
    stirlingError(n - x) -
    devianceTerm(x, n * p) -
    devianceTerm(n - x, n * (1 - p));
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * x * (n - x)));
}

/** P(X ≤ x). */
export function binomialCdf(x: number, n: number, p: number): number {
  if (x < 0) return 0;
  if (x >= n || p <= 0) return 1;
  if (p >= 1) return 0;
  return betaCdf(1 - p, n - x, x + 1, p);
}

/** The smallest x with P(X ≤ x) ≥ `prob`. */
export function binomialQuantile(prob: number, n: number, p: number): number {
  let low = 0;
  let high = n;
  // Rounding must not push a sum that equals `prob` below it.
  const target = prob * (1 - 64 * Number.EPSILON);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (binomialCdf(middle, n, p) >= target) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Two-sided p of Fisher's exact test for a of m against b of n: all tables no likelier than the one seen. */
export function fisherP(a: number, m: number, b: number, n: number): number {
  const k = a + b;
  const low = Math.max(0, k - n);
  const high = Math.min(k, m);
  // Hypergeometric masses as products of binomials: any probability serves, k/(m+n) keeps all of them in range.
  const p = k / (m + n);
  if (p === 0 || p === 1) return 1;
  const whole = binomialMass(k, m + n, p);
  const massOf = (x: number): number => (binomialMass(x, m, p) * binomialMass(k - x, n, p)) / whole;
  const seen = massOf(a) * (1 + 1e-7);
  let sum = 0;
  for (let x = low; x <= high; x++) {
    const mass = massOf(x);
    if (mass <= seen) sum += mass;
  }
  return Math.min(1, sum);
}

/** Pearson's chi-square of a of m against b of n, optionally with Yates' correction; null when it is not defined. */
export function pearsonStatistic(a: number, m: number, b: number, n: number, isCorrected: boolean): number | null {
  const p = (a + b) / (m + n);
  if (p === 0 || p === 1) return null;
  const difference = Math.abs(a - m * p);
  const yates = isCorrected ? Math.min(0.5, difference) : 0;
  return ((difference - yates) ** 2 * (1 / m + 1 / n)) / (p * (1 - p));
}
