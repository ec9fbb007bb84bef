/**
 * How the sample was drawn, and what follows from it: the covariance of any estimators from their linearised values.
 *
 * An estimator brings one score u_i per row (its derivative with respect to the row's weight); the design turns scores
 * into a covariance matrix by the kernel
 *
 *   V = Σ_h (1 − f_h) · n_h/(n_h − 1) · Σ_j (t_hj − t̄_h)(t_hj − t̄_h)',   t_hj = Σ of w·u over cluster j of stratum h.
 *
 * Scores are 0 outside a domain, and clusters without a member of the domain still count: a domain is never a subset.
 * A row is one interview, or a group of equal interviews with their number, Σw and spread of w (then it has no cluster).
 * Source: Binder (1983); Särndal, Swensson & Wretman (1992), ch. 5; checked against R `survey` on the reference cases.
 */
import { AppError } from '../errors.ts';
import { constantFactor, crossFactors, type Factor } from './factor.ts';
import { zeroMatrix } from './matrix.ts';
import { stratumFactor } from './stratified.ts';

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
interface SecondStage {
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
    eachFirstRow(cluster, (row) => addTo(size, stratum.codes[row] as number, 1));
  } else {
    for (let i = 0; i < rows; i++) addTo(size, stratum.codes[i] as number, group ? (group.count[i] as number) : 1);
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

const addTo = (column: Float64Array, index: number, value: number): void => {
  column[index] = (column[index] as number) + value;
};

function eachFirstRow(factor: Factor, visit: (row: number, code: number) => void): void {
  const seen = new Uint8Array(factor.levels.length);
  for (let i = 0; i < factor.codes.length; i++) {
    const code = factor.codes[i] as number;
    if (seen[code]) continue;
    seen[code] = 1;
    visit(i, code);
  }
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
    addTo(size, cluster.codes[row] as number, 1);
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

/** The covariance matrix of estimators with these scores. `domain` marks the rows they speak of. */
export function covarianceOf(
  design: Design,
  scores: readonly Float64Array[],
  domain: Uint8Array | null = null,
): Float64Array[] {
  const residuals = design.residual ? scores.map(design.residual) : scores;
  const totals = design.cluster
    ? totalsByCluster(residuals, design.weight, design.cluster)
    : residuals.map((u) => times(u, design.weight));
  const stratumOf = design.cluster ? stratumOfClusters(design.cluster, design.stratum) : design.stratum.codes;
  const covariance = firstStage(design, totals, residuals, stratumOf, domain);
  if (design.secondStage) addSecondStage(design, residuals, stratumOf, covariance);
  return covariance;
}

/** The variance of one estimator. */
export function varianceOf(design: Design, score: Float64Array, domain: Uint8Array | null = null): number {
  return covarianceOf(design, [score], domain)[0]?.[0] as number;
}

const times = (a: Float64Array, b: Float64Array): Float64Array => {
  const product = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) product[i] = (a[i] as number) * (b[i] as number);
  return product;
};

function totalsByCluster(scores: readonly Float64Array[], weight: Float64Array, cluster: Factor): Float64Array[] {
  return scores.map((score) => {
    const totals = new Float64Array(cluster.levels.length);
    for (let i = 0; i < score.length; i++) {
      addTo(totals, cluster.codes[i] as number, (weight[i] as number) * (score[i] as number));
    }
    return totals;
  });
}

function stratumOfClusters(cluster: Factor, stratum: Factor): Int32Array {
  const result = new Int32Array(cluster.levels.length);
  eachFirstRow(cluster, (row, code) => {
    result[code] = stratum.codes[row] as number;
  });
  return result;
}

/** Which strata have a row of the domain, and which have it in one cluster only. */
function domainStrata(design: Design, domain: Uint8Array | null): { present: Uint8Array; clusters: Float64Array } {
  const present = new Uint8Array(design.stratum.levels.length);
  const clusters = new Float64Array(design.stratum.levels.length);
  const seen = new Uint8Array(design.cluster ? design.cluster.levels.length : 0);
  for (let i = 0; i < design.rows; i++) {
    if (domain && domain[i] === 0) continue;
    const h = design.stratum.codes[i] as number;
    present[h] = 1;
    const j = design.cluster?.codes[i];
    if (j === undefined) addTo(clusters, h, design.group ? (design.group.count[i] as number) : 1);
    else if (seen[j] === 0) {
      seen[j] = 1;
      addTo(clusters, h, 1);
    }
  }
  return { present, clusters };
}

function firstStage(
  design: Design,
  totals: readonly Float64Array[],
  scores: readonly Float64Array[],
  stratumOf: Int32Array,
  domain: Uint8Array | null,
): Float64Array[] {
  const k = totals.length;
  const strata = design.stratum.levels.length;
  const { present, clusters } = domainStrata(design, domain);
  const centre = totals.map((t) => {
    const sums = new Float64Array(strata);
    for (let j = 0; j < t.length; j++) addTo(sums, stratumOf[j] as number, t[j] as number);
    return sums;
  });
  const factor = new Float64Array(strata);
  let used = 0;
  let lonely = 0;
  for (let h = 0; h < strata; h++) {
    const n = design.size[h] as number;
    const open = 1 - (design.fraction[h] as number);
    // R treats a stratum taken whole (f = 1) as known, whatever its size; a residual may reach outside the domain.
    if (open <= 0 || (present[h] === 0 && design.residual === null)) continue;
    used += 1;
    const isLonely = n === 1 || (design.isLonelyInDomain && clusters[h] === 1);
    if (isLonely && n === 1 && design.lonely === 'fail') {
      throw new AppError('LONELY_PSU', { stratum: design.stratum.levels[h] ?? '' });
    }
    factor[h] = n === 1 ? open : stratumFactor(n, design.fraction[h] as number);
    if (!isLonely || design.lonely === 'fail') {
      for (const sums of centre) sums[h] = (sums[h] as number) / n;
    } else if (design.lonely === 'adjust') {
      for (const sums of centre) sums[h] = 0;
    } else if (n === 1 || design.lonely === 'average') {
      factor[h] = 0;
      lonely += 1;
    } else for (const sums of centre) sums[h] = (sums[h] as number) / n;
  }
  const covariance = zeroMatrix(k);
  const groups = design.cluster ? null : design.group;
  for (let a = 0; a < k; a++) {
    for (let b = 0; b <= a; b++) {
      const ta = totals[a] as Float64Array;
      const tb = totals[b] as Float64Array;
      const ma = centre[a] as Float64Array;
      const mb = centre[b] as Float64Array;
      let sum = 0;
      for (let j = 0; j < ta.length; j++) {
        const h = stratumOf[j] as number;
        const c = groups ? (groups.count[j] as number) : 1;
        if (c === 0) continue;
        const around = ((ta[j] as number) / c - (ma[h] as number)) * ((tb[j] as number) / c - (mb[h] as number));
        let within = c * around;
        if (groups) {
          within += (scores[a]?.[j] as number) * (scores[b]?.[j] as number) * (groups.spread[j] as number);
        }
        sum += (factor[h] as number) * within;
      }
      if (design.lonely === 'average' && lonely > 0) sum *= used / (used - lonely);
      (covariance[a] as Float64Array)[b] = sum;
      (covariance[b] as Float64Array)[a] = sum;
    }
  }
  return covariance;
}

/** Σ over clusters of f_h · V₂: what drawing within clusters adds when the first stage is corrected for its fraction. */
function addSecondStage(
  design: Design,
  scores: readonly Float64Array[],
  stratumOf: Int32Array,
  covariance: Float64Array[],
): void {
  const second = design.secondStage as SecondStage;
  const values = totalsByCluster(scores, design.weight, second.unit);
  const centre = values.map((t) => {
    const sums = new Float64Array(second.size.length);
    for (let j = 0; j < t.length; j++) addTo(sums, second.clusterOfUnit[j] as number, t[j] as number);
    for (let j = 0; j < sums.length; j++) sums[j] = (sums[j] as number) / (second.size[j] as number);
    return sums;
  });
  values.forEach((ta, a) => {
    values.forEach((tb, b) => {
      let sum = 0;
      for (let j = 0; j < ta.length; j++) {
        const cluster = second.clusterOfUnit[j] as number;
        const n = second.size[cluster] as number;
        const f = second.fraction[cluster] as number;
        if (f >= 1) continue;
        if (n === 1) throw new AppError('LONELY_PSU', { stratum: `${design.cluster?.levels[cluster]}` });
        const around =
          ((ta[j] as number) - (centre[a]?.[cluster] as number)) *
          ((tb[j] as number) - (centre[b]?.[cluster] as number));
        sum += (design.fraction[stratumOf[cluster] as number] as number) * stratumFactor(n, f) * around;
      }
      (covariance[a] as Float64Array)[b] = ((covariance[a] as Float64Array)[b] as number) + sum;
    });
  });
}
