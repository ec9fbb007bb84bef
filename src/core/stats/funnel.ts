/**
 * Funnel plot (Spiegelhalter 2005): where rates of towns would lie if all had the same true rate. Outside 99.8 % a town
 * differs from the city, outside 95 % it is watched.
 */
import { binomialCdf, binomialMass, binomialQuantile } from './binomial.ts';
import { normalQuantile } from './normal.ts';
import { quantileOf } from './summary.ts';

export interface TownRate {
  readonly share: number;
  /** (Effective) number of answers. */
  readonly n: number;
}

/** The pooled rate. */
export function pooledRate(towns: readonly TownRate[]): number {
  let hits = 0;
  let answers = 0;
  for (const { share, n } of towns) {
    hits += share * n;
    answers += n;
  }
  return hits / answers;
}

/** Exact limit: the binomial quantile interpolated between the two counts around it. `n` is rounded down. */
export function exactFunnelLimit(prob: number, n: number, target: number): number {
  const whole = Math.floor(n + 1e-9);
  const r = binomialQuantile(prob, whole, target);
  const part = (binomialCdf(r, whole, target) - prob) / binomialMass(r, whole, target);
  return Math.min(1, Math.max(0, (r - part) / whole));
}

/** Normal limit, cut off at 0 and 1. */
export function normalFunnelLimit(prob: number, n: number, target: number): number {
  const limit = target + normalQuantile(prob) * Math.sqrt((target * (1 - target)) / n);
  return Math.min(1, Math.max(0, limit));
}

export interface Dispersion {
  readonly z: readonly number[];
  /** 10th and 90th percentile of z, where it is cut off. */
  readonly winsorAt: readonly [number, number];
  /** Mean of the squared cut-off z: above 1 the towns vary more than chance. */
  readonly phi: number;
  /** Variance between towns beyond chance. */
  readonly tau2: number;
  readonly zAdjusted: readonly number[];
}

/**
 * Additive over-dispersion: what to add to the variance of every town so that the middle of them looks like chance.
 * Null at a target of 0 or 1, where chance leaves no spread to compare with.
 */
export function measureDispersion(towns: readonly TownRate[], target: number): Dispersion | null {
  if (!(target > 0 && target < 1) || towns.length < 2) return null;
  const se = towns.map(({ n }) => Math.sqrt((target * (1 - target)) / n));
  const z = towns.map(({ share }, i) => (share - target) / (se[i] as number));
  const winsorAt = [quantileOf(z, 0.1), quantileOf(z, 0.9)] as const;
  const count = towns.length;
  const phi = z.reduce((sum, v) => sum + Math.min(winsorAt[1], Math.max(winsorAt[0], v)) ** 2, 0) / count;
  let w = 0;
  let w2 = 0;
  for (const s of se) {
    w += 1 / (s * s);
    w2 += 1 / s ** 4;
  }
  const tau2 = count * phi < count - 1 ? 0 : (count * phi - (count - 1)) / (w - w2 / w);
  const zAdjusted = towns.map(({ share }, i) => (share - target) / Math.sqrt((se[i] as number) ** 2 + tau2));
  return { z, winsorAt, phi, tau2, zAdjusted };
}
