/**
 * The variance of a mean whose weights were made to meet known totals (raking, post-stratification), from counts.
 *
 * Everybody of one stratum and one group of the margins (sex × age band) has the same factor, so a cell stratum × group ×
 * outcome is described by its number, Σw and the spread of w, and the linearised variance is exact:
 *
 *   V = Σ_h (1−f_h)·n_h/(n_h−1)·Σ_j (z_hj − z̄_h)²,   z = w·(u − fit),   u = v − mean in the domain, 0 outside.
 *
 * The fit is the regression of u on the margins over the whole area that was weighted as one. So a town of a county that
 * was weighted to county totals has a z in every town of that county: a domain is never a subset.
 * Source: Deville & Särndal (1992); Särndal, Swensson & Wretman (1992), ch. 6.
 */
import { stratumFactor } from './kernel.ts';
import type { OutcomeTable } from './stratified.ts';

/** A stretch of strata that was weighted as one. */
export interface WeightedArea {
  readonly from: number;
  readonly to: number;
  /** What the margins leave of a score; one score per cell, at `(h − from)·groups + g`. */
  readonly residual: (score: Float64Array) => Float64Array;
}

export interface KnownTotals {
  readonly groups: number;
  /** All interviews per cell `h·groups + g`: number, Σw, and Σw² − (Σw)²/n. */
  readonly count: Float64Array;
  readonly weight: Float64Array;
  readonly spread: Float64Array;
  /** The area of each stratum; null where nobody was interviewed. */
  readonly areaOf: readonly (WeightedArea | null)[];
}

/** Σ over strata of the kernel; divide by (Σw)² of the domain. The table's columns are `g·codes + k`, its scale is 1. */
export function residualKernel(
  table: OutcomeTable,
  totals: KnownTotals,
  values: Float64Array,
  mean: number,
  from: number,
  to: number,
): number {
  let sum = 0;
  const parts = new Float64Array(4 * (totals.groups + table.outcomes));
  for (const area of areasOf(totals, from, to)) {
    const fit = meanScores(table, totals, values, mean, area, from, to);
    const rest = area.residual(fit);
    for (let cell = 0; cell < fit.length; cell++) fit[cell] = (fit[cell] as number) - (rest[cell] as number);
    for (let h = area.from; h < area.to; h++) {
      const n = table.interviews[h] as number;
      if (n === 0) continue;
      const own = h >= from && h < to ? values : null;
      const size = fillParts(parts, table, totals, own, mean, h, fit, (h - area.from) * totals.groups);
      sum += partsKernel(parts, size, n, table.fraction[h] as number);
    }
  }
  return sum;
}

function areasOf({ areaOf }: KnownTotals, from: number, to: number): Set<WeightedArea> {
  return new Set(areaOf.slice(from, to).filter((area) => area !== null));
}

/** The weighted mean of u in every cell of an area; people outside the domain have u = 0. */
function meanScores(
  { outcomes, weight }: OutcomeTable,
  totals: KnownTotals,
  values: Float64Array,
  mean: number,
  area: WeightedArea,
  from: number,
  to: number,
): Float64Array {
  const { groups } = totals;
  const codes = outcomes / groups;
  const score = new Float64Array((area.to - area.from) * groups);
  for (let h = Math.max(from, area.from); h < Math.min(to, area.to); h++) {
    for (let g = 0; g < groups; g++) {
      const all = totals.weight[h * groups + g] as number;
      if (!(all > 0)) continue;
      let top = 0;
      for (let column = g * codes; column < (g + 1) * codes; column++) {
        const value = values[column] as number;
        if (!Number.isNaN(value)) top += (weight[h * outcomes + column] as number) * (value - mean);
      }
      score[(h - area.from) * groups + g] = top / all;
    }
  }
  return score;
}

/**
 * The interviews of a stratum in parts that have one z per unit of weight: r, their number, Σw and the spread of w, four
 * numbers each. `values` is null for a stratum outside the domain. Gives the end of what it wrote.
 */
function fillParts(
  parts: Float64Array,
  { outcomes, count, weight, spread }: OutcomeTable,
  totals: KnownTotals,
  values: Float64Array | null,
  mean: number,
  h: number,
  fit: Float64Array,
  fitAt: number,
): number {
  const { groups } = totals;
  const codes = outcomes / groups;
  let end = 0;
  for (let g = 0; g < groups; g++) {
    const cell = h * groups + g;
    let others = totals.count[cell] as number;
    if (others === 0) continue;
    const fitted = fit[fitAt + g] as number;
    let w = totals.weight[cell] as number;
    let squares = (totals.spread[cell] as number) + (w * w) / others;
    if (values !== null) {
      for (let column = g * codes; column < (g + 1) * codes; column++) {
        const value = values[column] as number;
        const i = h * outcomes + column;
        const c = count[i] as number;
        if (c === 0 || Number.isNaN(value)) continue;
        const own = weight[i] as number;
        const unequal = spread[i] as number;
        parts[end++] = value - mean - fitted;
        parts[end++] = c;
        parts[end++] = own;
        parts[end++] = unequal;
        others -= c;
        w -= own;
        squares -= unequal + (own * own) / c;
      }
    }
    if (others > 0) {
      parts[end++] = -fitted;
      parts[end++] = others;
      parts[end++] = w;
      parts[end++] = Math.max(0, squares - (w * w) / others);
    }
  }
  return end;
}

/** (1−f)·n/(n−1)·Σ (z − z̄)² of one stratum. */
function partsKernel(parts: Float64Array, end: number, n: number, f: number): number {
  let total = 0;
  for (let i = 0; i < end; i += 4) total += (parts[i] as number) * (parts[i + 2] as number);
  if (n === 1) return (1 - f) * total * total;
  const centre = total / n;
  let around = 0;
  for (let i = 0; i < end; i += 4) {
    const r = parts[i] as number;
    const c = parts[i + 1] as number;
    around += r * r * (parts[i + 3] as number) + c * ((r * (parts[i + 2] as number)) / c - centre) ** 2;
  }
  return stratumFactor(n, f) * around;
}
