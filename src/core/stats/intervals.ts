/**
 * Intervals offered beside the default, for comparison with other software. Limits are shares; the logit, arcsine and
 * Wald intervals take the standard error, the binomial ones whole counts. Null where the method breaks down.
 */
import { betaQuantile } from './beta.ts';
import { isDegenerate, type Limits } from './proportion.ts';

/** expit(logit p ∓ c·se/(p(1−p))): R `svyciprop(method="logit")` and `"xlogit"`. */
export function logitLimits(share: number, se: number, critical: number): Limits | null {
  if (isDegenerate(share, se * se)) return null;
  const centre = Math.log(share / (1 - share));
  const half = (critical * se) / (share * (1 - share));
  const expit = (x: number): number => 1 / (1 + Math.exp(-x));
  return { lower: expit(centre - half), upper: expit(centre + half) };
}

/** sin²(asin √p ∓ c·se/(2√(p(1−p)))): R `svyciprop(method="asin")`. */
export function arcsineLimits(share: number, se: number, critical: number): Limits | null {
  if (isDegenerate(share, se * se)) return null;
  const centre = Math.asin(Math.sqrt(share));
  const half = (critical * se) / (2 * Math.sqrt(share * (1 - share)));
  return { lower: Math.sin(centre - half) ** 2, upper: Math.sin(centre + half) ** 2 };
}

/** p ∓ c·se, not cut off: R `svyciprop(method="mean")`. */
export function waldLimits(value: number, se: number, critical: number): Limits {
  return { lower: value - critical * se, upper: value + critical * se };
}

/** Clopper–Pearson on p(1−p)/V·[t_{n−1}/t_df]², not capped at n: R `svyciprop(method="beta")`. */
export function betaLimits(share: number, variance: number, ratio: number, alpha: number): Limits | null {
  if (isDegenerate(share, variance)) return null;
  const n = (ratio * ratio * (share * (1 - share))) / variance;
  return {
    lower: betaQuantile(alpha / 2, n * share, n * (1 - share) + 1),
    upper: 1 - betaQuantile(alpha / 2, n * (1 - share), n * share + 1),
  };
}

/**
 * Rates θ whose scaled binomial deviance stays below c²: 2[p ln(p/θ) + (1−p) ln((1−p)/(1−θ))] ≤ c²·V/(p(1−p)).
 * R interpolates this on a grid and agrees to about 1e-3.
 */
export function likelihoodLimits(share: number, se: number, critical: number): Limits | null {
  if (isDegenerate(share, se * se)) return null;
  const limit = (critical * critical * se * se) / (share * (1 - share));
  const deviance = (theta: number): number =>
    2 * (share * Math.log(share / theta) + (1 - share) * Math.log((1 - share) / (1 - theta)));
  const search = (end: number): number => {
    let inside = share;
    let outside = end;
    for (let i = 0; i < 100; i++) {
      const middle = 0.5 * (inside + outside);
      if (deviance(middle) <= limit) inside = middle;
      else outside = middle;
    }
    return inside;
  };
  return { lower: search(0), upper: search(1) };
}

/** Wilson's interval with continuity correction (R `prop.test(correct=TRUE)`). */
export function wilsonCorrectedLimits(hits: number, base: number, critical: number): Limits {
  const yates = Math.min(0.5, Math.abs(hits - base / 2));
  const s = (critical * critical) / base;
  const limit = (share: number, sign: number): number =>
    (share + s / 2 + sign * critical * Math.sqrt((share * (1 - share)) / base + s / (4 * base))) / (1 + s);
  const low = (hits - yates) / base;
  const high = (hits + yates) / base;
  return {
    lower: low <= 0 ? 0 : Math.max(0, limit(low, -1)),
    upper: high >= 1 ? 1 : Math.min(1, limit(high, 1)),
  };
}

/** Jeffreys' interval: quantiles of Beta(x + ½, n − x + ½), closed at the ends. */
export function jeffreysLimits(hits: number, base: number, alpha: number): Limits {
  return {
    lower: hits === 0 ? 0 : betaQuantile(alpha / 2, hits + 0.5, base - hits + 0.5),
    upper: hits === base ? 1 : 1 - betaQuantile(alpha / 2, base - hits + 0.5, hits + 0.5),
  };
}

/** Agresti & Coull (1998): Wald on z²/2 more hits and z²/2 more misses; may leave 0..1. */
export function agrestiCoullLimits(hits: number, base: number, critical: number): Limits {
  const n = base + critical * critical;
  const share = (hits + (critical * critical) / 2) / n;
  return waldLimits(share, Math.sqrt((share * (1 - share)) / n), critical);
}
