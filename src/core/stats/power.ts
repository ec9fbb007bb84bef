/**
 * How many interviews a question needs, and what a given number can see. All shares 0..1; `deff` multiplies the number of
 * simple random interviews, `fraction` is the sampling fraction of a small population.
 */
import { normalCdf, normalQuantile } from './normal.ts';

export interface MarginRequest {
  readonly share: number;
  /** Half-width wanted. */
  readonly margin: number;
  readonly level: number;
  readonly population: number;
  readonly deff: number;
}

export interface MarginAnswer {
  /** z²p(1−p)/e² (Cochran). */
  readonly simple: number;
  /** With the finite population and the design effect. */
  readonly corrected: number;
  readonly interviews: number;
  /** Smallest n whose Wilson half-width is at most e: better near 1. */
  readonly wilson: number;
}

export function sizeForMargin({ share, margin, level, population, deff }: MarginRequest): MarginAnswer {
  const z = normalQuantile(1 - (1 - level) / 2);
  const simple = (z * z * share * (1 - share)) / (margin * margin);
  const corrected = (deff * simple) / (1 + (simple - 1) / population);
  const halfWidth = (n: number): number =>
    (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  let low = 0;
  let high = 1;
  while (halfWidth(high) > margin) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (halfWidth(middle) > margin) low = middle;
    else high = middle;
  }
  return { simple, corrected, interviews: Math.ceil(corrected - 1e-9), wilson: high };
}

/** Interviews per wave to see a change from p₁ to p₂ with this power (real number; R `power.prop.test`). */
export function sizeForChange(p1: number, p2: number, alpha: number, power: number): number {
  const middle = (p1 + p2) / 2;
  const reach =
    normalQuantile(1 - alpha / 2) * Math.sqrt(2 * middle * (1 - middle)) +
    normalQuantile(power) * Math.sqrt(p1 * (1 - p1) + p2 * (1 - p2));
  return (reach / (p1 - p2)) ** 2;
}

export interface Precision {
  readonly n: number;
  readonly deff: number;
  readonly fraction: number;
}

const effective = ({ n, deff, fraction }: Precision): number => n / deff / (1 - fraction);

/** The chance to see a change from p₁ to p₂. */
export function powerForChange(p1: number, p2: number, alpha: number, precision: Precision): number {
  const middle = (p1 + p2) / 2;
  const spread = Math.sqrt(p1 * (1 - p1) + p2 * (1 - p2));
  const gap = Math.sqrt(effective(precision)) * Math.abs(p1 - p2);
  if (spread === 0) return gap > 0 ? 1 : alpha / 2;
  return normalCdf((gap - normalQuantile(1 - alpha / 2) * Math.sqrt(2 * middle * (1 - middle))) / spread);
}

/** The nearest higher rate that would be seen with this power; null when not even 100 % would be (NOT_DETECTABLE). */
export function detectableRate(p1: number, alpha: number, power: number, precision: Precision): number | null {
  if (powerForChange(p1, 1, alpha, precision) < power) return null;
  let low = p1;
  let high = 1;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (powerForChange(p1, middle, alpha, precision) < power) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
