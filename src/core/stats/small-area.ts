/**
 * Small areas (Fay & Herriot 1979): a town's own rate drawn towards what its covariates predict, the more so the fewer
 * interviews it has.
 *
 *   y_h = x_h'β + v_h + e_h,   Var(e_h) = ψ_h known,   Var(v_h) = A by REML
 *
 * The result is model-based: label it, use it for maps and for towns under 30 interviews, never mix it with direct rates
 * in one ranking, and do not use it for fewer than 20 towns. MSE after Prasad & Rao (1990) and Datta & Lahiri (2000). Checked against R `sae` (milk data).
 */
import { factorise, invert, solve, zeroMatrix } from './matrix.ts';

/** Sampling variance that never is 0: p̃(1 − p̃)/n with p̃ = (n·p + ½)/(n + 1). */
export function smoothVariance(share: number, n: number): number {
  const p = (n * share + 0.5) / (n + 1);
  return (p * (1 - p)) / n;
}

export interface SmallAreaFit {
  readonly between: number;
  readonly beta: Float64Array;
  readonly betaSe: Float64Array;
  /** Share of the direct rate in the estimate, A/(A + ψ). */
  readonly gamma: Float64Array;
  readonly estimate: Float64Array;
  readonly mse: Float64Array;
  readonly g1: Float64Array;
  readonly g2: Float64Array;
  readonly g3: Float64Array;
}

/** `x` are the columns of the model, the constant among them. */
export function fitSmallAreas(y: Float64Array, psi: Float64Array, x: readonly Float64Array[]): SmallAreaFit {
  const between = estimateBetween(y, psi, x);
  const { beta, q } = regress(y, psi, x, between);
  const n = y.length;
  const gamma = psi.map((value) => between / (between + value));
  let information = 0;
  for (const value of psi) information += 1 / (between + value) ** 2;
  const varianceOfBetween = 2 / information;
  const estimate = new Float64Array(n);
  const g1 = new Float64Array(n);
  const g2 = new Float64Array(n);
  const g3 = new Float64Array(n);
  const mse = new Float64Array(n);
  for (let h = 0; h < n; h++) {
    const g = gamma[h] as number;
    const p = psi[h] as number;
    let fitted = 0;
    let leverage = 0;
    x.forEach((a, i) => {
      fitted += (beta[i] as number) * (a[h] as number);
      x.forEach((b, j) => {
        leverage += (a[h] as number) * (q[i]?.[j] as number) * (b[h] as number);
      });
    });
    estimate[h] = g * (y[h] as number) + (1 - g) * fitted;
    g1[h] = g * p;
    g2[h] = (1 - g) ** 2 * leverage;
    g3[h] = (p * p * varianceOfBetween) / (between + p) ** 3;
    mse[h] = (g1[h] as number) + (g2[h] as number) + 2 * (g3[h] as number);
  }
  return {
    between,
    beta,
    betaSe: beta.map((_, i) => Math.sqrt(q[i]?.[i] as number)),
    gamma,
    estimate,
    mse,
    g1,
    g2,
    g3,
  };
}

/** Ratio benchmarking: Σ N·θ of the towns is made equal to the county's direct total; cut off to 0..1. */
export function benchmarkRates(estimate: Float64Array, population: Float64Array, countyRate: number): Float64Array {
  let people = 0;
  let sum = 0;
  for (let h = 0; h < estimate.length; h++) {
    people += population[h] as number;
    sum += (population[h] as number) * (estimate[h] as number);
  }
  if (!(sum > 0)) return estimate;
  return estimate.map((value) => Math.min(1, Math.max(0, (value * countyRate * people) / sum)));
}

interface Regression {
  readonly beta: Float64Array;
  /** (X'V⁻¹X)⁻¹ */
  readonly q: readonly Float64Array[];
  /** V⁻¹(y − Xβ) = Py */
  readonly rest: Float64Array;
}

function regress(y: Float64Array, psi: Float64Array, x: readonly Float64Array[], between: number): Regression {
  const matrix = zeroMatrix(x.length);
  const right = new Float64Array(x.length);
  for (let h = 0; h < y.length; h++) {
    const w = 1 / (between + (psi[h] as number));
    x.forEach((a, i) => {
      right[i] = (right[i] as number) + w * (a[h] as number) * (y[h] as number);
      const row = matrix[i] as Float64Array;
      x.forEach((b, j) => {
        row[j] = (row[j] as number) + w * (a[h] as number) * (b[h] as number);
      });
    });
  }
  const factorisation = factorise(matrix);
  const beta = solve(factorisation, right);
  const rest = y.map((value, h) => {
    let e = value;
    for (let i = 0; i < x.length; i++) e -= (beta[i] as number) * (x[i]?.[h] as number);
    return e / (between + (psi[h] as number));
  });
  return { beta, q: invert(factorisation), rest };
}

/** REML score and information at A: s = −½ tr P + ½ y'PPy, I = ½ tr PP, with P = V⁻¹ − V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹. */
function scoreAt(y: Float64Array, psi: Float64Array, x: readonly Float64Array[], between: number): [number, number] {
  const { q, rest } = regress(y, psi, x, between);
  let traceP = 0;
  let tracePP = 0;
  let quadratic = 0;
  const middle = zeroMatrix(x.length);
  for (let h = 0; h < y.length; h++) {
    const w = 1 / (between + (psi[h] as number));
    let leverage = 0;
    x.forEach((a, i) => {
      const row = middle[i] as Float64Array;
      x.forEach((b, j) => {
        leverage += (a[h] as number) * (q[i]?.[j] as number) * (b[h] as number);
        row[j] = (row[j] as number) + w * w * (a[h] as number) * (b[h] as number);
      });
    });
    traceP += w - w * w * leverage;
    tracePP += w * w - 2 * w ** 3 * leverage;
    quadratic += (rest[h] as number) ** 2;
  }
  // tr(V⁻¹XQX'V⁻¹ V⁻¹XQX'V⁻¹) = tr(QMQM) with M = X'V⁻²X.
  const k = x.length;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      let ij = 0;
      let ji = 0;
      for (let m = 0; m < k; m++) {
        ij += (q[i]?.[m] as number) * (middle[m]?.[j] as number);
        ji += (q[j]?.[m] as number) * (middle[m]?.[i] as number);
      }
      tracePP += ij * ji;
    }
  }
  return [-0.5 * traceP + 0.5 * quadratic, 0.5 * tracePP];
}

/** The root of the REML score, 0 when the score is not positive there; Fisher scoring inside a bracket. */
function estimateBetween(y: Float64Array, psi: Float64Array, x: readonly Float64Array[]): number {
  if (scoreAt(y, psi, x, 0)[0] <= 0) return 0;
  let low = 0;
  let high = psi.reduce((max, value) => Math.max(max, value), 0);
  while (scoreAt(y, psi, x, high)[0] > 0) {
    low = high;
    high *= 2;
  }
  let between = 0.5 * (low + high);
  for (let i = 0; i < 300; i++) {
    const [score, information] = scoreAt(y, psi, x, between);
    if (score > 0) low = between;
    else high = between;
    const next = between + score / information;
    const safe = next > low && next < high ? next : 0.5 * (low + high);
    if (Math.abs(safe - between) <= 1e-14 * high) return safe;
    between = safe;
  }
  return between;
}
