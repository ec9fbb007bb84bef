/**
 * Weighting to the known sizes of groups: post-stratification (one margin) and raking (several).
 *
 * Variance: a score u is replaced by what the known totals leave of it, u − (fit of u by the margins). For raking the
 * fit is the regression on the levels of all margins, weighted by the design weights (Deville & Särndal 1992); for one
 * margin that is the weighted mean of the level.
 */
import { AppError } from '../errors.ts';
import { crossFactors, type Factor } from './factor.ts';
import { factorOf, type MarginColumn } from './margins.ts';
import { factorise, solve, zeroMatrix } from './matrix.ts';

const MAX_CYCLES = 500;
/** Weights have settled when none moves by more than this in a cycle; the loop goes on to `EXACT` while it may. */
const SETTLED = 1e-10;
const EXACT = 1e-13;
/** Margins may disagree by a little among themselves (1e-6), and the last one wins. */
const AGREEMENT = 1e-5;

/**
 * Iterative proportional fitting: scale the weights to each margin in turn until no weight moves any more.
 * All rows with the same levels share one factor, so the work is done on combinations of levels, not on rows.
 */
export function rakeWeights(base: Float64Array, margins: readonly MarginColumn[]): Float64Array {
  const cells = margins.map(factorOf).reduce((a, b) => crossFactors(a, b));
  const sums = new Float64Array(cells.levels.length);
  for (let i = 0; i < base.length; i++) {
    const cell = cells.codes[i] as number;
    sums[cell] = (sums[cell] as number) + (base[i] as number);
  }
  const levels = margins.map((margin) => levelOfCells(cells, margin));
  const now = Float64Array.from(sums);
  const before = new Float64Array(sums.length);
  let change = Number.POSITIVE_INFINITY;
  for (let cycle = 0; cycle < MAX_CYCLES && change >= EXACT; cycle++) {
    before.set(now);
    for (const [m, margin] of margins.entries()) scaleTo(now, levels[m] as Int32Array, margin.totals);
    change = 0;
    for (let c = 0; c < now.length; c++) {
      if ((before[c] as number) > 0)
        change = Math.max(change, Math.abs((now[c] as number) / (before[c] as number) - 1));
    }
  }
  // Weights that come back every cycle can still miss a margin: that is no solution either.
  const misfit = Math.max(...margins.map((margin, m) => misfitOf(now, levels[m] as Int32Array, margin.totals)));
  change = misfit > AGREEMENT ? misfit : change;
  if (!(change < SETTLED)) {
    throw new AppError('RAKING_NOT_CONVERGED', { cycles: MAX_CYCLES, change: change.toExponential(1) });
  }
  const weight = new Float64Array(base.length);
  for (let i = 0; i < base.length; i++) {
    const cell = cells.codes[i] as number;
    weight[i] = (sums[cell] as number) > 0 ? ((base[i] as number) * (now[cell] as number)) / (sums[cell] as number) : 0;
  }
  return weight;
}

function misfitOf(weight: Float64Array, level: Int32Array, totals: readonly number[]): number {
  const sums = new Float64Array(totals.length);
  for (let c = 0; c < weight.length; c++) {
    const l = level[c] as number;
    sums[l] = (sums[l] as number) + (weight[c] as number);
  }
  return sums.reduce((worst, sum, l) => {
    const total = totals[l] as number;
    return total > 0 ? Math.max(worst, Math.abs(sum / total - 1)) : worst;
  }, 0);
}

function levelOfCells(cells: Factor, margin: MarginColumn): Int32Array {
  const level = new Int32Array(cells.levels.length);
  for (let i = 0; i < cells.codes.length; i++) level[cells.codes[i] as number] = margin.codes[i] as number;
  return level;
}

function scaleTo(weight: Float64Array, level: Int32Array, totals: readonly number[]): void {
  const sums = new Float64Array(totals.length);
  for (let c = 0; c < weight.length; c++) {
    const l = level[c] as number;
    sums[l] = (sums[l] as number) + (weight[c] as number);
  }
  for (let c = 0; c < weight.length; c++) {
    const l = level[c] as number;
    weight[c] = ((weight[c] as number) * (totals[l] as number)) / (sums[l] as number);
  }
}

/** Post-stratification is raking to one margin. The default residual for both. */
export function marginResidual(
  base: Float64Array,
  margins: readonly MarginColumn[],
): (score: Float64Array) => Float64Array {
  const offsets: number[] = [];
  let size = 0;
  for (const margin of margins) {
    offsets.push(size);
    size += margin.levels.length;
  }
  const matrix = zeroMatrix(size);
  margins.forEach((a, m) => {
    margins.forEach((b, k) => {
      if (k > m) return;
      const offsetA = offsets[m] as number;
      const offsetB = offsets[k] as number;
      for (let i = 0; i < base.length; i++) {
        const row = matrix[offsetA + (a.codes[i] as number)] as Float64Array;
        const column = offsetB + (b.codes[i] as number);
        row[column] = (row[column] as number) + (base[i] as number);
      }
    });
  });
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) (matrix[j] as Float64Array)[i] = (matrix[i] as Float64Array)[j] as number;
  }
  const factorisation = factorise(matrix);
  return (score) => {
    const right = new Float64Array(size);
    margins.forEach((margin, m) => {
      for (let i = 0; i < base.length; i++) {
        const level = (offsets[m] as number) + (margin.codes[i] as number);
        right[level] = (right[level] as number) + (base[i] as number) * (score[i] as number);
      }
    });
    const fit = solve(factorisation, right);
    const rest = Float64Array.from(score);
    margins.forEach((margin, m) => {
      for (let i = 0; i < rest.length; i++) {
        rest[i] = (rest[i] as number) - (fit[(offsets[m] as number) + (margin.codes[i] as number)] as number);
      }
    });
    return rest;
  };
}

/**
 * The residual of R's `survey::rake()`, to reproduce it: ten sweeps that take out the unweighted mean of each level. It
 * ignores the design weights and so differs a little from `marginResidual` where they vary.
 */
export function sweepResidual(margins: readonly MarginColumn[]): (score: Float64Array) => Float64Array {
  return (score) => {
    const rest = Float64Array.from(score);
    for (let sweep = 0; sweep < 10; sweep++) {
      for (const { codes, levels } of margins) {
        const sums = new Float64Array(levels.length);
        const counts = new Float64Array(levels.length);
        for (let i = 0; i < rest.length; i++) {
          const level = codes[i] as number;
          sums[level] = (sums[level] as number) + (rest[i] as number);
          counts[level] = (counts[level] as number) + 1;
        }
        for (let i = 0; i < rest.length; i++) {
          const level = codes[i] as number;
          rest[i] = (rest[i] as number) - (sums[level] as number) / (counts[level] as number);
        }
      }
    }
    return rest;
  };
}
