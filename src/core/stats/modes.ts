/**
 * Phone and web measure differently. Tests of the mode difference, and the composite of two probability samples.
 */
import { chiSquareTail, fTail } from './chi-square.ts';
import { covarianceOf } from './covariance.ts';
import { type Design, degreesOfFreedom } from './design.ts';
import { factorise, gram, invert, multiply, project, solve, trace, zeroMatrix } from './matrix.ts';
import { studentP } from './student.ts';

export interface DesignRegression {
  readonly estimate: Float64Array;
  readonly se: Float64Array;
  readonly t: Float64Array;
  readonly p: Float64Array;
  readonly df: number;
}

/** Weighted least squares with linearised standard errors (R `svyglm`, gaussian): score of β is A⁻¹x·e, A = X'WX. */
export function fitByDesign(design: Design, y: Float64Array, x: readonly Float64Array[]): DesignRegression {
  const factorisation = factorise(gram(x, design.weight));
  const estimate = solve(factorisation, project(x, design.weight, y));
  const inverse = invert(factorisation);
  const residual = y.map((value, i) => x.reduce((e, c, k) => e - (estimate[k] as number) * (c[i] as number), value));
  const scores = inverse.map((row) =>
    residual.map((e, i) => e * x.reduce((sum, c, k) => sum + (row[k] as number) * (c[i] as number), 0)),
  );
  const covariance = covarianceOf(design, scores);
  const se = estimate.map((_, k) => Math.sqrt(covariance[k]?.[k] as number));
  const df = degreesOfFreedom(design) + 1 - x.length;
  const t = estimate.map((value, k) => value / (se[k] as number));
  return { estimate, se, t, p: t.map((value) => studentP(value, df)), df };
}

export interface RaoScott {
  /** Second-order corrected: F on (d₀, d₀·df) degrees of freedom. */
  readonly f: number;
  readonly ndf: number;
  readonly ddf: number;
  readonly p: number;
  /** Pearson's statistic on the weighted table scaled to n, and its first-order corrected p. */
  readonly chiSquare: number;
  readonly chiSquareP: number;
}

/**
 * Rao & Scott (1984): is the answer independent of the mode, given the design? `row` and `column` are codes 0.. of the
 * two variables. The Pearson statistic is divided by the generalised design effects of the interaction contrasts.
 */
export function testIndependence(
  design: Design,
  row: Int32Array,
  rows: number,
  column: Int32Array,
  columns: number,
): RaoScott {
  const cells = rows * columns;
  const n = design.rows;
  let sumW = 0;
  for (const w of design.weight) sumW += w;
  const share = new Float64Array(cells);
  for (let i = 0; i < n; i++) {
    const c = (row[i] as number) * columns + (column[i] as number);
    share[c] = (share[c] as number) + (design.weight[i] as number) / sumW;
  }
  const scores = Array.from(share, (p, c) => {
    const score = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      score[i] = (((row[i] as number) * columns + (column[i] as number) === c ? 1 : 0) - p) / sumW;
    }
    return score;
  });
  const covariance = covarianceOf(design, scores);
  const pearson = pearsonOf(share, rows, columns, n);
  const contrasts = interactionContrasts(rows, columns);
  const inverseShare = share.map((p) => (p > 0 ? 1 / p : 0));
  const k = contrasts.length;
  const denominator = zeroMatrix(k);
  const numerator = zeroMatrix(k);
  contrasts.forEach((a, i) => {
    contrasts.forEach((b, j) => {
      for (let c = 0; c < cells; c++) {
        const ac = (a[c] as number) * (inverseShare[c] as number);
        (denominator[i] as Float64Array)[j] = (denominator[i]?.[j] as number) + (ac * (b[c] as number)) / n;
        for (let d = 0; d < cells; d++) {
          const bd = (b[d] as number) * (inverseShare[d] as number);
          (numerator[i] as Float64Array)[j] = (numerator[i]?.[j] as number) + ac * (covariance[c]?.[d] as number) * bd;
        }
      }
    });
  });
  const delta = multiply(invert(factorise(denominator)), numerator);
  const sum = trace(delta);
  const ndf = (sum * sum) / trace(multiply(delta, delta));
  const ddf = ndf * degreesOfFreedom(design);
  const f = pearson / sum;
  return {
    f,
    ndf,
    ddf,
    p: fTail(f, ndf, ddf),
    chiSquare: pearson,
    chiSquareP: chiSquareTail((pearson / sum) * k, k),
  };
}

function pearsonOf(share: Float64Array, rows: number, columns: number, n: number): number {
  const rowShare = new Float64Array(rows);
  const columnShare = new Float64Array(columns);
  share.forEach((p, c) => {
    const r = Math.floor(c / columns);
    rowShare[r] = (rowShare[r] as number) + p;
    columnShare[c % columns] = (columnShare[c % columns] as number) + p;
  });
  let pearson = 0;
  share.forEach((p, c) => {
    const expected = (rowShare[Math.floor(c / columns)] as number) * (columnShare[c % columns] as number);
    if (expected > 0) pearson += (n * (p - expected) ** 2) / expected;
  });
  return pearson;
}

/** Columns that span the interactions, orthogonal to rows and columns: products of centred indicators. */
function interactionContrasts(rows: number, columns: number): Float64Array[] {
  const contrasts: Float64Array[] = [];
  for (let r = 1; r < rows; r++) {
    for (let c = 1; c < columns; c++) {
      contrasts.push(
        Float64Array.from({ length: rows * columns }, (_, cell) => {
          const inRow = Math.floor(cell / columns) === r ? 1 : 0;
          const inColumn = cell % columns === c ? 1 : 0;
          return (inRow - 1 / rows) * (inColumn - 1 / columns);
        }),
      );
    }
  }
  return contrasts;
}

/**
 * One figure from two probability samples of the same people: λ·p₁ + (1 − λ)·p₂ with λ by effective sizes. Keep λ for
 * both waves of a comparison.
 */
export function combineSamples(
  first: { readonly share: number; readonly variance: number; readonly effective: number },
  second: { readonly share: number; readonly variance: number; readonly effective: number },
  lambda: number = first.effective / (first.effective + second.effective),
): { readonly lambda: number; readonly share: number; readonly variance: number } {
  return {
    lambda,
    share: lambda * first.share + (1 - lambda) * second.share,
    variance: lambda ** 2 * first.variance + (1 - lambda) ** 2 * second.variance,
  };
}
