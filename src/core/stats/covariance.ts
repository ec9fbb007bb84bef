/**
 * What follows from a design: the covariance of any estimators from their linearised values.
 *
 * An estimator brings one score u_i per row (its derivative with respect to the row's weight); the design turns scores
 * into a covariance matrix by the kernel
 *
 *   V = Σ_h (1 − f_h) · n_h/(n_h − 1) · Σ_j (t_hj − t̄_h)(t_hj − t̄_h)',   t_hj = Σ of w·u over cluster j of stratum h.
 *
 * Scores are 0 outside a domain, and clusters without a member of the domain still count: a domain is never a subset.
 * Source: Binder (1983); Särndal, Swensson & Wretman (1992), ch. 5; checked against R `survey` on the reference cases.
 */
import { AppError } from '../errors.ts';
import { add } from './column.ts';
import type { Design, SecondStage } from './design.ts';
import { eachFirstRow, type Factor } from './factor.ts';
import { stratumFactor } from './kernel.ts';
import { zeroMatrix } from './matrix.ts';

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
      add(totals, cluster.codes[i] as number, (weight[i] as number) * (score[i] as number));
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
    if (j === undefined) add(clusters, h, design.group ? (design.group.count[i] as number) : 1);
    else if (seen[j] === 0) {
      seen[j] = 1;
      add(clusters, h, 1);
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
    for (let j = 0; j < t.length; j++) add(sums, stratumOf[j] as number, t[j] as number);
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
    for (let j = 0; j < t.length; j++) add(sums, second.clusterOfUnit[j] as number, t[j] as number);
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
