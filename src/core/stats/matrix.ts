/** Small dense symmetric systems: regressions with a handful of columns, margins with a few hundred levels. */

/** A square or rectangular matrix as rows of numbers. */
export type Matrix = readonly Float64Array[];

export function zeroMatrix(rows: number, columns: number = rows): Float64Array[] {
  return Array.from({ length: rows }, () => new Float64Array(columns));
}

/**
 * Cholesky's factor of a positive semi-definite matrix. A pivot that is nothing against its diagonal belongs to a column
 * that the earlier ones already explain: it is left out, which makes `solve` a generalised inverse.
 */
export interface Factorisation {
  readonly lower: Matrix;
  readonly kept: readonly boolean[];
  readonly rank: number;
}

export function factorise(matrix: Matrix): Factorisation {
  const n = matrix.length;
  const lower = zeroMatrix(n);
  const kept: boolean[] = [];
  let rank = 0;
  for (let j = 0; j < n; j++) {
    const row = lower[j] as Float64Array;
    const source = matrix[j] as Float64Array;
    for (let k = 0; k < j; k++) {
      if (!kept[k]) continue;
      const other = lower[k] as Float64Array;
      let sum = source[k] as number;
      for (let m = 0; m < k; m++) sum -= (row[m] as number) * (other[m] as number);
      row[k] = sum / (other[k] as number);
    }
    const diagonal = source[j] as number;
    let pivot = diagonal;
    for (let k = 0; k < j; k++) pivot -= (row[k] as number) ** 2;
    const isKept = pivot > 1e-11 * diagonal && diagonal > 0;
    kept.push(isKept);
    if (isKept) {
      row[j] = Math.sqrt(pivot);
      rank += 1;
    } else row.fill(0);
  }
  return { lower, kept, rank };
}

/** x with Ax = b; 0 for the columns left out. */
export function solve({ lower, kept }: Factorisation, b: ArrayLike<number>): Float64Array {
  const n = lower.length;
  const x = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    if (!kept[i]) continue;
    const row = lower[i] as Float64Array;
    let sum = b[i] as number;
    for (let k = 0; k < i; k++) sum -= (row[k] as number) * (x[k] as number);
    x[i] = sum / (row[i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    if (!kept[i]) continue;
    let sum = x[i] as number;
    for (let k = i + 1; k < n; k++) if (kept[k]) sum -= ((lower[k] as Float64Array)[i] as number) * (x[k] as number);
    x[i] = sum / ((lower[i] as Float64Array)[i] as number);
  }
  return x;
}

/** The (generalised) inverse. */
export function invert(factorisation: Factorisation): Float64Array[] {
  const n = factorisation.lower.length;
  return Array.from({ length: n }, (_, j) => {
    const unit = new Float64Array(n);
    unit[j] = 1;
    return solve(factorisation, unit);
  });
}

/** X'WX of columns, with weights. */
export function gram(columns: readonly Float64Array[], weight: Float64Array): Float64Array[] {
  const result = zeroMatrix(columns.length);
  columns.forEach((a, i) => {
    for (let j = 0; j <= i; j++) {
      const b = columns[j] as Float64Array;
      let sum = 0;
      for (let row = 0; row < a.length; row++) {
        sum += (weight[row] as number) * (a[row] as number) * (b[row] as number);
      }
      (result[i] as Float64Array)[j] = sum;
      (result[j] as Float64Array)[i] = sum;
    }
  });
  return result;
}

/** X'Wv of columns. */
export function project(columns: readonly Float64Array[], weight: Float64Array, v: Float64Array): Float64Array {
  return Float64Array.from(columns, (column) => {
    let sum = 0;
    for (let row = 0; row < v.length; row++)
      sum += (weight[row] as number) * (column[row] as number) * (v[row] as number);
    return sum;
  });
}

export function multiply(a: Matrix, b: Matrix): Float64Array[] {
  const columns = b[0]?.length ?? 0;
  return a.map((row) =>
    Float64Array.from({ length: columns }, (_, j) => {
      let sum = 0;
      for (let k = 0; k < row.length; k++) sum += (row[k] as number) * ((b[k] as Float64Array)[j] as number);
      return sum;
    }),
  );
}

export function trace(matrix: Matrix): number {
  return matrix.reduce((sum, row, i) => sum + (row[i] as number), 0);
}
