/**
 * Calibration (Deville & Särndal 1992): weights d·F(x'η) as near to the design weights as a distance allows, such that
 * Σ d·F(x'η)·x hits known totals. The distance gives F:
 *
 *   linear 1 + u · raking exp u · logit between the bounds L < 1 < U · bounded linear, 1 + u cut off at L and U.
 *
 * Variance: the score's residual from its regression on x, weighted by d, for every distance.
 */
import { AppError } from '../errors.ts';
import { factorise, gram, project, solve } from './matrix.ts';

export type Distance =
  | { readonly kind: 'linear' }
  | { readonly kind: 'raking' }
  | { readonly kind: 'logit' | 'bounded-linear'; readonly lower: number; readonly upper: number };

/** F and its derivative. */
function distanceFunction(distance: Distance): (u: number) => [number, number] {
  switch (distance.kind) {
    case 'linear':
      return (u) => [1 + u, 1];
    case 'raking':
      return (u) => [Math.exp(u), Math.exp(u)];
    case 'bounded-linear': {
      const { lower, upper } = distance;
      return (u) => (1 + u <= lower ? [lower, 0] : 1 + u >= upper ? [upper, 0] : [1 + u, 1]);
    }
    case 'logit': {
      const { lower: l, upper: r } = distance;
      const a = (r - l) / ((1 - l) * (r - 1));
      return (u) => {
        const e = Math.exp(Math.min(700, a * u));
        const bottom = r - 1 + (1 - l) * e;
        const value = (l * (r - 1) + r * (1 - l) * e) / bottom;
        return [value, ((value - l) * (r - value) * a) / (r - l)];
      };
    }
  }
}

/**
 * Newton's method on η with step halving. Throws when the bounds leave no solution; a negative weight of the linear
 * distance is refused, since nobody can stand for fewer than no one.
 */
export function calibrateWeights(
  base: Float64Array,
  x: readonly Float64Array[],
  totals: readonly number[],
  distance: Distance,
): Float64Array {
  const f = distanceFunction(distance);
  const rows = base.length;
  const eta = new Float64Array(x.length);
  const weight = new Float64Array(rows);
  const slope = new Float64Array(rows);
  const misfitAt = (point: Float64Array): Float64Array => {
    for (let i = 0; i < rows; i++) {
      let u = 0;
      for (let k = 0; k < x.length; k++) u += (point[k] as number) * ((x[k] as Float64Array)[i] as number);
      const [value, derivative] = f(u);
      weight[i] = (base[i] as number) * value;
      slope[i] = (base[i] as number) * derivative;
    }
    return Float64Array.from(x, (column, k) => {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += (weight[i] as number) * (column[i] as number);
      return (totals[k] as number) - sum;
    });
  };
  const size = (misfit: Float64Array): number =>
    misfit.reduce((worst, value, k) => Math.max(worst, Math.abs(value) / (1 + Math.abs(totals[k] as number))), 0);

  let misfit = misfitAt(eta);
  let worst = size(misfit);
  for (let i = 0; i < 200 && worst >= 1e-14; i++) {
    const step = solve(factorise(gram(x, slope)), misfit);
    let isBetter = false;
    for (let part = 1; part > 1e-4 && !isBetter; part /= 2) {
      const next = eta.map((value, k) => value + part * (step[k] as number));
      const nextMisfit = misfitAt(next);
      if (size(nextMisfit) < worst) {
        eta.set(next);
        misfit = nextMisfit;
        worst = size(nextMisfit);
        isBetter = true;
      }
    }
    if (!isBetter) break;
  }
  if (!(worst < 1e-10)) throw new AppError('CALIBRATION_NOT_CONVERGED', { misfit: worst.toExponential(1) });
  misfitAt(eta);
  const negative = weight.filter((w) => w < 0).length;
  if (negative > 0) throw new AppError('NEGATIVE_WEIGHT', { rows: negative });
  return weight;
}

/** What the regression on x, weighted by the design weights, leaves of a score. */
export function regressionResidual(
  base: Float64Array,
  x: readonly Float64Array[],
): (score: Float64Array) => Float64Array {
  const factorisation = factorise(gram(x, base));
  return (score) => {
    const fit = solve(factorisation, project(x, base, score));
    return score.map((value, i) => {
      let rest = value;
      for (let k = 0; k < x.length; k++) rest -= (fit[k] as number) * ((x[k] as Float64Array)[i] as number);
      return rest;
    });
  };
}
