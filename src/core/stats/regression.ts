/** Weighted least squares for a handful of columns, with classical and HC3 standard errors. */
import { factorise, gram, invert, project } from './matrix.ts';
import { studentP, studentQuantile } from './student.ts';

export interface LinearFit {
  readonly estimate: Float64Array;
  readonly se: Float64Array;
  /** Robust to unequal variances (MacKinnon & White 1985, HC3). */
  readonly robustSe: Float64Array;
  readonly t: Float64Array;
  readonly p: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly df: number;
  readonly r2: number;
  readonly sigma: number;
  readonly residual: Float64Array;
}

/** y on the columns x (the constant among them, first), weights 1/variance up to a factor; limits at `level`. */
export function fitLinear(
  y: Float64Array,
  x: readonly Float64Array[],
  weight: Float64Array = new Float64Array(y.length).fill(1),
  level = 0.95,
): LinearFit {
  const factorisation = factorise(gram(x, weight));
  if (factorisation.rank < x.length || y.length <= x.length)
    throw new RangeError('columns that explain each other, or too few rows');
  const inverse = invert(factorisation);
  const right = project(x, weight, y);
  const estimate = Float64Array.from(inverse, (row) => row.reduce((sum, v, j) => sum + v * (right[j] as number), 0));
  const df = y.length - x.length;
  let sumW = 0;
  let sumWY = 0;
  for (let i = 0; i < y.length; i++) {
    sumW += weight[i] as number;
    sumWY += (weight[i] as number) * (y[i] as number);
  }
  const mean = sumWY / sumW;
  let rss = 0;
  let tss = 0;
  const residual = y.map((value, i) => {
    let e = value;
    for (let k = 0; k < x.length; k++) e -= (estimate[k] as number) * (x[k]?.[i] as number);
    rss += (weight[i] as number) * e * e;
    tss += (weight[i] as number) * (value - mean) ** 2;
    return e;
  });
  const sigma2 = rss / df;
  const se = estimate.map((_, k) => Math.sqrt(sigma2 * (inverse[k]?.[k] as number)));
  const t = estimate.map((value, k) => value / (se[k] as number));
  const critical = studentQuantile(1 - (1 - level) / 2, df);
  return {
    estimate,
    se,
    robustSe: robustErrors(x, weight, residual, inverse),
    t,
    p: t.map((value) => studentP(value, df)),
    lower: estimate.map((value, k) => value - critical * (se[k] as number)),
    upper: estimate.map((value, k) => value + critical * (se[k] as number)),
    df,
    r2: 1 - rss / tss,
    sigma: Math.sqrt(sigma2),
    residual,
  };
}

/** B X' diag(w²e²/(1−h)²) X B with leverages h = w·x'Bx. */
function robustErrors(
  x: readonly Float64Array[],
  weight: Float64Array,
  residual: Float64Array,
  inverse: readonly Float64Array[],
): Float64Array {
  const influence = x.map(() => new Float64Array(residual.length));
  for (let i = 0; i < residual.length; i++) {
    const bx = inverse.map((row) => row.reduce((sum, v, j) => sum + v * (x[j]?.[i] as number), 0));
    const leverage = (weight[i] as number) * bx.reduce((sum, v, k) => sum + v * (x[k]?.[i] as number), 0);
    const u = ((weight[i] as number) * (residual[i] as number)) / (1 - leverage);
    influence.forEach((column, k) => {
      column[i] = u * (bx[k] as number);
    });
  }
  return Float64Array.from(influence, (column) => Math.sqrt(column.reduce((sum, v) => sum + v * v, 0)));
}
