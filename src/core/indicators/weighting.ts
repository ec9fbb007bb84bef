/**
 * Weighting a wave to the known sizes of its groups: sex × age band, per area (a town, a county).
 *
 * In each area the design weights d = N/Σw of its towns are raked to sex and to age band (or post-stratified to their
 * cells), capped and raked again. All of it happens on counts: people of one town, sex and age band share one factor.
 *
 * Choices where the specification leaves one:
 * - nothing is weighted in part: one area that cannot be weighted refuses the wave, with the area and the level, and its
 *   figures are the unweighted ones, said to be so;
 * - people of unknown sex or age refuse the weighting too: they are neither dropped nor put anywhere by guess;
 * - levels are merged only when the margins allow it, decided on the smaller of the two waves' counts, so that both
 *   waves of a comparison are weighted to the same levels;
 * - weights that came with the interviews are kept within a group; the cap then looks at the group's mean;
 * - an area without any interview is left out, and coverage says so.
 */
import { AppError, type Problem } from '../errors.ts';
import type { KnownTotals, WeightedArea } from '../stats/known-totals.ts';
import { attachMargin, type MarginColumn, MIN_POST_STRATUM } from '../stats/margins.ts';
import { marginResidual } from '../stats/raking.ts';
import { medianOfGroups } from '../stats/summary.ts';
import { CAP_RATIO, trimAndRake } from '../stats/trimming.ts';
import type { UnitPopulation } from '../units/parse-unit-population.ts';
import type { Unit } from '../units/types.ts';
import {
  collapseLevels,
  type Group,
  type GroupCounts,
  type JoinedMargin,
  joinLevels,
  marginsOf,
  respondentsOf,
} from './margin-levels.ts';
import { planStrata, type ResultPlace, type StrataPlan } from './strata.ts';
import { isComplete } from './tally.ts';
import type { TallyCell } from './types.ts';

export const WEIGHTING_METHODS = ['raking', 'post-stratification'] as const;
export type WeightingMethod = (typeof WEIGHTING_METHODS)[number];

/** What a wave is weighted to, and how. */
export interface WaveMargins {
  readonly method: WeightingMethod;
  /** No weight above `cap` times the area's median weight, nor below the median over `cap`. */
  readonly cap: number;
  /** Whether levels with too few respondents may be merged with their neighbour. */
  readonly collapse: boolean;
  readonly cells: readonly UnitPopulation[];
}

export const DEFAULT_CAP = CAP_RATIO;

/** One area, weighted. */
export interface AreaReport {
  readonly unit: Unit;
  readonly from: number;
  readonly to: number;
  readonly margins: readonly { readonly name: string; readonly levels: readonly string[] }[];
  /** Levels that were merged, in order: `18-29+30-39`. */
  readonly collapsed: readonly string[];
  readonly warnings: readonly Problem[];
}

/** A weighted wave: a factor for every stratum and group, at `h·groups + g`. */
export interface WeightedWave {
  readonly method: WeightingMethod;
  readonly cap: number;
  readonly areas: readonly AreaReport[];
  /** The group of a cell of the tallies. */
  readonly groupOf: (cell: TallyCell) => number;
  /** What the weights in the tallies are multiplied by. */
  readonly factor: Float64Array;
  readonly totals: KnownTotals;
  /** Interviews whose raked weight was beyond the cap. */
  readonly trimmed: Float64Array;
  /** The strata of a unit. */
  readonly rangeOf: (unit: string) => { readonly from: number; readonly to: number } | null;
}

/** Null: the wave has no margins. */
export type WeightingResult =
  | { readonly weighted: WeightedWave; readonly refused: null }
  | { readonly weighted: null; readonly refused: Problem }
  | null;

export interface WaveToWeigh {
  readonly cells: readonly TallyCell[];
  readonly margins: WaveMargins | null;
}

/** Weighs a wave and the one it is compared with. */
export function weighWaves(request: {
  readonly units: readonly Unit[];
  readonly thisWave: WaveToWeigh;
  readonly lastWave: WaveToWeigh | null;
}): { readonly thisWave: WeightingResult; readonly lastWave: WeightingResult } {
  const plan = planStrata(request.units);
  const [thisWave, lastWave] = [request.thisWave, request.lastWave].map((wave) =>
    wave?.margins ? { counts: countGroups(plan, wave.cells), margins: wave.margins } : null,
  );
  return {
    thisWave: thisWave ? tryToWeigh(plan, thisWave, lastWave ?? null) : null,
    lastWave: lastWave ? tryToWeigh(plan, lastWave, thisWave ?? null) : null,
  };
}

/** Whether two waves' figures may be subtracted: both unweighted, or both weighted to the same levels in the same way. */
export function isSameScheme(a: WeightedWave | null, b: WeightedWave | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.method !== b.method || a.cap !== b.cap) return false;
  const levels = new Map(a.areas.map(({ unit, margins }) => [unit.code, JSON.stringify(margins)]));
  const starts = new Map(a.areas.map(({ from, to }) => [from, to]));
  return b.areas.every(({ unit, margins, from, to }) => {
    const same = levels.get(unit.code);
    // An area that only one wave reached is compared nowhere, unless the other cut the map otherwise.
    if (same === undefined) return ![...starts].some(([f, t]) => f < to && from < t);
    return same === JSON.stringify(margins);
  });
}

/** The stretch of strata of every area that the margins speak of. */
export function planAreas(plan: StrataPlan, margins: Pick<WaveMargins, 'cells'>): ResultPlace[] {
  const codes = [...new Set(margins.cells.map(({ unit }) => unit))];
  const places = codes.map((code) => {
    const place = plan.places[plan.placeOf.get(code) ?? -1];
    if (place?.unit.code !== code) throw new AppError('MARGIN_AREA_LEVEL', { unit: code });
    return place;
  });
  places.sort((a, b) => a.from - b.from || b.to - a.to);
  places.forEach((place, i) => {
    const before = places[i - 1];
    if (before && place.from < before.to) {
      throw new AppError('MARGIN_AREAS_OVERLAP', { unit: place.unit.name, other: before.unit.name });
    }
  });
  return places;
}

/** How unequal the weights of some strata are; weights are relative to their mean. Null when nobody was interviewed. */
export function describeWeights(
  { totals, trimmed }: WeightedWave,
  { from, to }: { readonly from: number; readonly to: number },
): WeightSummary | null {
  const { groups, count, weight, spread } = totals;
  let n = 0;
  let sum = 0;
  let squares = 0;
  let cut = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (let i = from * groups; i < to * groups; i++) {
    const c = count[i] as number;
    if (c === 0) continue;
    const w = weight[i] as number;
    n += c;
    sum += w;
    squares += (spread[i] as number) + (w * w) / c;
    cut += trimmed[i] as number;
    min = Math.min(min, w / c);
    max = Math.max(max, w / c);
  }
  if (n === 0) return null;
  const mean = sum / n;
  const median = medianOfGroups(
    weight.subarray(from * groups, to * groups),
    count.subarray(from * groups, to * groups),
  );
  return {
    interviews: n,
    kishDeff: (n * squares) / (sum * sum),
    nEff: (sum * sum) / squares,
    weightRange: { min: min / mean, median: median / mean, max: max / mean },
    trimmed: cut,
  };
}

export interface WeightSummary {
  readonly interviews: number;
  readonly kishDeff: number;
  readonly nEff: number;
  /** Relative to the mean weight. */
  readonly weightRange: { readonly min: number; readonly median: number; readonly max: number };
  readonly trimmed: number;
}

interface Counted {
  readonly counts: GroupCounts;
  readonly margins: WaveMargins;
}

function countGroups(plan: StrataPlan, cells: readonly TallyCell[]): GroupCounts {
  const completes = cells.filter((cell) => isComplete(cell) && stratumOf(plan, cell.unit) >= 0);
  const keyOf = ({ sex, ageBand }: TallyCell): string => `${sex} ${ageBand}`;
  // In one order whatever the order of the cells, so that the last digit does not depend on it.
  const keys = [...new Set(completes.map(keyOf))].sort();
  const index = new Map(keys.map((key, g) => [key, g]));
  const groupOf = (cell: TallyCell): number => index.get(keyOf(cell)) ?? -1;
  const size = plan.strata.length * keys.length;
  const [n, w, w2] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  for (const cell of completes) {
    const i = stratumOf(plan, cell.unit) * keys.length + groupOf(cell);
    n[i] = (n[i] as number) + cell.n;
    w[i] = (w[i] as number) + cell.sumW;
    w2[i] = (w2[i] as number) + cell.sumW2;
  }
  const groups = keys.map((key) => {
    const cut = key.indexOf(' ');
    return { sex: key.slice(0, cut), ageBand: key.slice(cut + 1) };
  });
  return { groups, groupOf, n, w, w2 };
}

function stratumOf(plan: StrataPlan, unit: string): number {
  const stratum = plan.stratumOf.get(unit);
  if (stratum === undefined) throw new RangeError(`tallies of unit ${unit}, which is not in the tree`);
  return stratum;
}

function tryToWeigh(plan: StrataPlan, wave: Counted, other: Counted | null): WeightingResult {
  let area = '';
  try {
    return { weighted: weigh(plan, wave, other, (name) => (area = name)), refused: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { weighted: null, refused: { code: error.code, details: { ...error.details, ...(area ? { area } : {}) } } };
  }
}

function weigh(
  plan: StrataPlan,
  { counts, margins }: Counted,
  other: Counted | null,
  onArea: (name: string) => void,
): WeightedWave {
  const groups = counts.groups.length;
  const places = planAreas(plan, margins);
  const factor = new Float64Array(counts.n.length);
  const trimmed = new Float64Array(counts.n.length);
  const areaOf: (WeightedArea | null)[] = plan.strata.map(() => null);
  requireOneAreaEach(plan, counts, places);
  const areas: AreaReport[] = [];
  for (const place of places) {
    if (!hasInterviews(counts, place)) continue;
    onArea(place.unit.name);
    const known = marginsOf(margins, place.unit.code);
    const reached = other?.margins.collapse && hasInterviews(other.counts, place) ? other.counts : null;
    const planned = known.map((margin) => {
      const own = respondentsOf(margin, counts, place);
      const theirs = reached && respondentsOf(margin, reached, place);
      const least = margins.collapse ? margin.least : 0;
      return collapseLevels(margin, theirs ? own.map((n, k) => Math.min(n, theirs[k] as number)) : own, least);
    });
    const weighted = weighArea(plan, counts, place, planned.map(joinLevels), margins);
    factor.set(weighted.factor, place.from * groups);
    trimmed.set(weighted.trimmed, place.from * groups);
    areaOf.fill({ from: place.from, to: place.to, residual: weighted.residual }, place.from, place.to);
    areas.push({
      unit: place.unit,
      from: place.from,
      to: place.to,
      margins: planned.map(({ name, parts }) => ({ name, levels: parts.flatMap(({ levels }) => levels) })),
      collapsed: planned.flatMap(({ parts }) => parts.flatMap(({ steps }) => steps)),
      warnings: weighted.warnings,
    });
  }
  onArea('');
  const { n, w, w2 } = counts;
  const weight = w.map((sum, i) => sum * (factor[i] as number));
  const spread = w2.map((squares, i) => {
    const c = n[i] as number;
    return c > 0 ? Math.max(0, squares - (w[i] as number) ** 2 / c) * (factor[i] as number) ** 2 : 0;
  });
  const totals: KnownTotals = { groups, count: n, weight, spread, areaOf };
  const rangeOf = (unit: string): ResultPlace | null => plan.places[plan.placeOf.get(unit) ?? -1] ?? null;
  const { method, cap } = margins;
  return { method, cap, areas, groupOf: counts.groupOf, factor, totals, trimmed, rangeOf };
}

function requireOneAreaEach(plan: StrataPlan, counts: GroupCounts, places: readonly ResultPlace[]): void {
  plan.strata.forEach((unit, h) => {
    const isCovered = places.some(({ from, to }) => h >= from && h < to);
    if (!isCovered && hasInterviews(counts, { from: h, to: h + 1 })) {
      throw new AppError('MARGIN_AREA_MISSING', { unit: unit.name });
    }
  });
}

function hasInterviews({ groups, n }: GroupCounts, { from, to }: Pick<ResultPlace, 'from' | 'to'>): boolean {
  return n.subarray(from * groups.length, to * groups.length).some((count) => count > 0);
}

function weighArea(
  plan: StrataPlan,
  { groups, n, w }: GroupCounts,
  { from, to }: ResultPlace,
  margins: readonly JoinedMargin[],
  { method, cap }: WaveMargins,
) {
  const size = groups.length;
  const scale = designScale(plan, n, w, size, from, to);
  const rows: number[] = [];
  for (let i = from * size; i < to * size; i++) if ((n[i] as number) > 0) rows.push(i);
  const groupAt = (row: number) => groups[row % size] as Group;
  for (const [name, key] of [
    ['性别 sex', 'sex'],
    ['年龄 age', 'ageBand'],
  ] as const) {
    const missing = rows.reduce((sum, i) => sum + (groupAt(i)[key] === 'unknown' ? (n[i] as number) : 0), 0);
    if (missing > 0) throw new AppError('MARGIN_VALUE_MISSING', { margin: name, rows: missing });
  }
  const columns = margins.map(({ margin, labelOf }) =>
    attachMargin(
      margin,
      rows.map((i) => labelOf(groupAt(i))),
    ),
  );
  const count = Float64Array.from(rows, (i) => n[i] as number);
  if (method === 'post-stratification') requireEnough(columns[0] as MarginColumn, count, MIN_POST_STRATUM);
  const base = Float64Array.from(rows, (i) => (w[i] as number) * (scale[Math.floor(i / size) - from] as number));
  const result = trimAndRake(base, columns, { cap, floor: 1 / cap, count });
  const cells = (to - from) * size;
  const factor = new Float64Array(cells);
  const trimmed = new Float64Array(cells);
  const design = new Float64Array(cells);
  rows.forEach((i, row) => {
    const cell = i - from * size;
    const raked = (result.raked[row] as number) / (count[row] as number);
    factor[cell] = (result.weight[row] as number) / (w[i] as number);
    design[cell] = result.base[row] as number;
    trimmed[cell] = result.isSettled && (raked > result.upper || raked < result.lower) ? (count[row] as number) : 0;
  });
  // Cells nobody is in have no weight in the regression; their level does not matter.
  const everywhere = columns.map((column) => {
    const codes = new Int32Array(cells);
    rows.forEach((i, row) => {
      codes[i - from * size] = column.codes[row] as number;
    });
    return { ...column, codes };
  });
  return { factor, trimmed, residual: marginResidual(design, everywhere), warnings: result.warnings };
}

/** d = N/Σw per stratum of an area. A stratum alone in its area needs no population: its d cancels. */
function designScale(
  plan: StrataPlan,
  n: Float64Array,
  w: Float64Array,
  size: number,
  from: number,
  to: number,
): Float64Array {
  const sum = (column: Float64Array, h: number): number =>
    column.subarray(h * size, (h + 1) * size).reduce((a, b) => a + b, 0);
  const reached = plan.strata.slice(from, to).filter((_, i) => sum(n, from + i) > 0).length;
  return Float64Array.from(plan.strata.slice(from, to), ({ population, name }, i) => {
    const weight = sum(w, from + i);
    if (!(weight > 0)) return 0;
    if (population !== null) return population / weight;
    if (reached > 1) throw new AppError('MARGIN_TOWN_POPULATION', { unit: name });
    return 1;
  });
}

function requireEnough({ name, levels, codes }: MarginColumn, count: Float64Array, least: number): void {
  levels.forEach((level, k) => {
    const n = count.reduce((sum, c, row) => sum + (codes[row] === k ? c : 0), 0);
    if (n < least) throw new AppError('MARGIN_CELL_SMALL', { margin: name, level, n, least });
  });
}
