/**
 * How the sample was drawn: strata, clusters, weights, fractions. `covariance.ts` turns it and an estimator's scores into
 * standard errors. A row is one interview, or a group of equal interviews with their number, Σw and spread of w.
 */
import { AppError } from '../errors.ts';
import { add } from './column.ts';
import { constantFactor, crossFactors, eachFirstRow, type Factor } from './factor.ts';

/** What to do with a stratum in which the whole sample has one cluster. */
export type LonelyRule = 'fail' | 'remove' | 'certainty' | 'adjust' | 'average';

export interface Design {
  readonly rows: number;
  readonly weight: Float64Array;
  readonly stratum: Factor;
  /** Cluster of each row, nested in its stratum; null when every interview stands for itself. */
  readonly cluster: Factor | null;
  /** Clusters (or interviews) per stratum in the full sample. */
  readonly size: Float64Array;
  /** Sampling fraction per stratum; 0 without finite population correction. */
  readonly fraction: Float64Array;
  readonly secondStage: SecondStage | null;
  readonly group: Groups | null;
  readonly lonely: LonelyRule;
  /** Whether the lonely rule also applies where the domain leaves one cluster of several. */
  readonly isLonelyInDomain: boolean;
  /** What weighting to known totals does to a score: it takes out what the totals explain. */
  readonly residual: ((score: Float64Array) => Float64Array) | null;
}

/** Rows that stand for several equal interviews. */
export interface Groups {
  readonly count: Float64Array;
  readonly spread: Float64Array;
}

/** Units drawn within clusters, with their own correction. */
export interface SecondStage {
  readonly unit: Factor;
  readonly clusterOfUnit: Int32Array;
  readonly size: Float64Array;
  readonly fraction: Float64Array;
}

export interface DesignInput {
  readonly rows: number;
  /** Null: the weights that follow from the populations of all stages. */
  readonly weight: Float64Array | null;
  readonly stratum?: Factor | null;
  readonly cluster?: Factor | null;
  /** Population of clusters (or interviews) per row, all ≥ 1, or sampling fractions, all ≤ 1. */
  readonly population?: ArrayLike<number> | null;
  readonly second?: { readonly unit: Factor; readonly population: ArrayLike<number> } | null;
  readonly group?: Groups | null;
  readonly lonely?: LonelyRule;
  readonly isLonelyInDomain?: boolean;
}

export function createDesign(input: DesignInput): Design {
  const { rows } = input;
  const stratum = input.stratum ?? constantFactor(rows);
  const cluster = input.cluster ? crossFactors(stratum, input.cluster) : null;
  const group = input.group ?? null;
  const size = new Float64Array(stratum.levels.length);
  if (cluster) {
    eachFirstRow(cluster, (row) => add(size, stratum.codes[row] as number, 1));
  } else {
    for (let i = 0; i < rows; i++) add(size, stratum.codes[i] as number, group ? (group.count[i] as number) : 1);
  }
  const fraction = input.population
    ? fractionsOf(input.population, stratum, size)
    : new Float64Array(stratum.levels.length);
  const secondStage =
    input.second && cluster ? createSecondStage(cluster, input.second.unit, input.second.population) : null;
  const weight = input.weight ?? impliedWeights(rows, stratum, fraction, secondStage);
  for (let i = 0; i < rows; i++) {
    const w = weight[i] as number;
    if (!(w >= 0 && w < Number.POSITIVE_INFINITY)) throw new AppError('WEIGHT_INVALID', { row: i + 1, weight: w });
  }
  return {
    rows,
    weight,
    stratum,
    cluster,
    size,
    fraction,
    secondStage,
    group,
    lonely: input.lonely ?? 'adjust',
    isLonelyInDomain: input.isLonelyInDomain ?? false,
    residual: null,
  };
}

/** Sampling fraction per level from a column of populations or of fractions. */
function fractionsOf(population: ArrayLike<number>, factor: Factor, size: Float64Array): Float64Array {
  const value = new Float64Array(factor.levels.length);
  eachFirstRow(factor, (row, code) => {
    value[code] = population[row] as number;
  });
  const isFraction = value.every((v) => v <= 1);
  return value.map((v, code) => {
    const stratum = factor.levels[code] ?? '';
    if (!(v > 0) || (!isFraction && v < 1)) throw new AppError('FPC_MIXED', { stratum });
    const sample = size[code] as number;
    if (!isFraction && v < sample) throw new AppError('FPC_LT_N', { stratum, population: v, sample });
    return isFraction ? v : sample / v;
  });
}

function createSecondStage(cluster: Factor, unit: Factor, population: ArrayLike<number>): SecondStage {
  const nested = crossFactors(cluster, unit);
  const clusterOfUnit = new Int32Array(nested.levels.length);
  const size = new Float64Array(cluster.levels.length);
  eachFirstRow(nested, (row, code) => {
    clusterOfUnit[code] = cluster.codes[row] as number;
    add(size, cluster.codes[row] as number, 1);
  });
  return { unit: nested, clusterOfUnit, size, fraction: fractionsOf(population, cluster, size) };
}

function impliedWeights(
  rows: number,
  stratum: Factor,
  fraction: Float64Array,
  second: SecondStage | null,
): Float64Array {
  const weight = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const f1 = fraction[stratum.codes[i] as number] as number;
    const f2 = second ? (second.fraction[second.clusterOfUnit[second.unit.codes[i] as number] as number] as number) : 1;
    if (!(f1 > 0 && f2 > 0)) throw new RangeError('weights need populations at every stage');
    weight[i] = 1 / (f1 * f2);
  }
  return weight;
}

/** The design with new weights that hit known totals; `residual` is what the totals leave of a score. */
export function reweightDesign(
  design: Design,
  weight: Float64Array,
  residual: (score: Float64Array) => Float64Array,
): Design {
  if (design.group === null) return { ...design, weight, residual };
  // All interviews of a group share one factor g: Σw grows by g, the spread by g².
  const spread = design.group.spread.map((value, i) => {
    const before = design.weight[i] as number;
    return before > 0 ? value * ((weight[i] as number) / before) ** 2 : 0;
  });
  return { ...design, weight, residual, group: { count: design.group.count, spread } };
}

/** Clusters minus strata, counting only those with a row of the domain (all rows when there is none). */
export function degreesOfFreedom(design: Design, domain: Uint8Array | null = null): number {
  const strata = new Uint8Array(design.stratum.levels.length);
  const clusters = design.cluster && new Uint8Array(design.cluster.levels.length);
  let df = 0;
  for (let i = 0; i < design.rows; i++) {
    if (domain && domain[i] === 0) continue;
    const h = design.stratum.codes[i] as number;
    if (strata[h] === 0) {
      strata[h] = 1;
      df -= 1;
    }
    if (design.cluster === null || clusters === null) df += design.group ? (design.group.count[i] as number) : 1;
    else if (clusters[design.cluster.codes[i] as number] === 0) {
      clusters[design.cluster.codes[i] as number] = 1;
      df += 1;
    }
  }
  return df;
}
