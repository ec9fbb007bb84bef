/**
 * The change of a rate between two waves of independent respondents: d = this − last, in shares (points are the page's).
 *
 * Town rates: MOVER-Wilson. The interval of d is put together from the two Wilson intervals (Zou & Donner 2008; with
 * simple random samples it is method 10 of Newcombe 1998), and its p value is the level at which the nearer limit is 0,
 * so that p < .05 and “the interval excludes 0” are one statement. Roll-ups, scores and totals: Wald with t.
 */
import { betaLogScale } from './beta.ts';
import {
  type CriticalValues,
  cleanShare,
  effectiveSize,
  type Limits,
  type RateMoments,
  wilsonEffectiveLimits,
} from './proportion.ts';
import { expansion, studentP, tailAndDensity, upperQuantile } from './student.ts';

/** One rate as a change needs it: the share, its effective n, its degrees of freedom (`Infinity`: normal). */
export interface WilsonRate {
  readonly share: number;
  readonly n: number;
  readonly df: number;
}

/** The interval of a − b from the intervals of a and b, which may be as skew as they like. */
export function moverLimits(a: number, ofA: Limits, b: number, ofB: Limits): Limits {
  return {
    lower: a - b - Math.hypot(a - ofA.lower, ofB.upper - b),
    upper: a - b + Math.hypot(ofA.upper - a, b - ofB.lower),
  };
}

/** MOVER-Wilson interval of this − last; null when a wave has no degrees of freedom. */
export function changeLimits(thisWave: RateMoments, lastWave: RateMoments, critical: CriticalValues): Limits | null {
  const a = wilsonEffectiveLimits(thisWave, critical);
  const b = wilsonEffectiveLimits(lastWave, critical);
  return a && b ? moverLimits(cleanShare(thisWave.share), a, cleanShare(lastWave.share), b) : null;
}

/** The p value that belongs to `changeLimits`. */
export function changeP(thisWave: RateMoments, lastWave: RateMoments): number | null {
  if (!(thisWave.df > 0 && lastWave.df > 0)) return null;
  return moverP(
    { share: thisWave.share, n: effectiveSize(thisWave), df: thisWave.df },
    { share: lastWave.share, n: effectiveSize(lastWave), df: lastWave.df },
  );
}

/** No p value is stated below this. */
const SMALLEST_P = 1e-15;

/**
 * The two-sided error level at which the nearer limit of the MOVER-Wilson interval is exactly 0.
 *
 * With c₁, c₂ the critical values of the two waves, two equations hold: both have the same tail, and the reach of the
 * interval towards 0 equals |d|. Newton's method solves them together from distribution functions alone, which is cheaper
 * than quantiles; three steps suffice from the expansion of t.
 */
export function moverP(a: WilsonRate, b: WilsonRate): number {
  const high = a.share >= b.share ? a : b;
  const low = a.share >= b.share ? b : a;
  const p1 = cleanShare(high.share);
  const p2 = 1 - cleanShare(low.share);
  const d = p1 + p2 - 1;
  if (Math.abs(d) < 1e-12) return 1;
  const scale1 = high.df === Number.POSITIVE_INFINITY ? 0 : betaLogScale(high.df / 2, 0.5);
  const scale2 = low.df === Number.POSITIVE_INFINITY ? 0 : betaLogScale(low.df / 2, 0.5);

  const start = startingScore(p1, high, p2, low, d);
  let c1 = criticalGuess(start, high.df);
  let c2 = criticalGuess(start, low.df);
  for (let i = 0; i < 60; i++) {
    const tail1 = tailAndDensity(c1, high.df, scale1);
    const tail2 = c1 === c2 && high.df === low.df ? tail1 : tailAndDensity(c2, low.df, scale2);
    if (!(tail1.tail > 1e-300 && tail2.tail > 1e-300)) break;
    const hazard1 = tail1.density / tail1.tail;
    const hazard2 = tail2.density / tail2.tail;
    const s1 = reach(p1, high.n, c1);
    const s2 = reach(p2, low.n, c2);
    const slope1 = 2 * s1 * reachSlope(p1, high.n, c1, s1);
    const slope2 = 2 * s2 * reachSlope(p2, low.n, c2, s2);
    const mismatch = Math.log(tail1.tail / tail2.tail);
    const excess = s1 * s1 + s2 * s2 - d * d;
    const step1 = ((slope2 * mismatch) / hazard2 - excess) / (slope1 + (slope2 * hazard1) / hazard2);
    const step2 = (hazard1 * step1 - mismatch) / hazard2;
    if (Math.abs(step1) < 1e-7 * c1 && Math.abs(step2) < 1e-7 * c2) {
      return Math.min(1, Math.max(SMALLEST_P, 2 * tail1.tail * Math.exp(-hazard1 * step1)));
    }
    c1 = c1 + step1 > 0 ? Math.min(c1 + step1, 4 * c1) : c1 / 4;
    c2 = c2 + step2 > 0 ? Math.min(c2 + step2, 4 * c2) : c2 / 4;
  }
  return bisectP(p1, high, p2, low, d);
}

/** How far Wilson's interval of p reaches below p: p − lower. Of 1 − p: how far it reaches above. */
function reach(p: number, n: number, c: number): number {
  return (c * ((c * (2 * p - 1)) / (2 * n) + root(p, n, c))) / (1 + (c * c) / n);
}

function reachSlope(p: number, n: number, c: number, value: number): number {
  const r = root(p, n, c);
  return ((c * (2 * p - 1)) / n + r + (c * c) / (4 * n * n * r) - (value * 2 * c) / n) / (1 + (c * c) / n);
}

const root = (p: number, n: number, c: number): number =>
  Math.sqrt(Math.max(0, p * (1 - p)) / n + (c * c) / (4 * n * n));

/**
 * The first guess: the normal score z at which the interval made with the expansions of both t quantiles touches 0. For
 * the towns of a survey it is right to many digits, so that Newton's method only has to confirm it.
 */
function startingScore(p1: number, high: WilsonRate, p2: number, low: WilsonRate, d: number): number {
  let z = 1;
  for (let i = 0; i < 30; i++) {
    const c1 = criticalGuess(z, high.df);
    const c2 = criticalGuess(z, low.df);
    const s1 = reach(p1, high.n, c1);
    const s2 = reach(p2, low.n, c2);
    const slope = 2 * s1 * reachSlope(p1, high.n, c1, s1) * c1 + 2 * s2 * reachSlope(p2, low.n, c2, s2) * c2;
    const step = (z * (d * d - s1 * s1 - s2 * s2)) / slope;
    const next = Math.max(z / 4, Math.min(3 * z, z + step));
    if (Math.abs(next - z) < 1e-10 * z || next > 9) return Math.min(9, next);
    z = next;
  }
  return z;
}

/** The expansion of the t quantile where it is good, else the score itself. */
const criticalGuess = (score: number, df: number): number => (df > 15 && score < 9 ? expansion(score, df) : score);

/** The slow and certain way, for the cases where Newton leaves the road (one or two degrees of freedom). */
function bisectP(p1: number, high: WilsonRate, p2: number, low: WilsonRate, d: number): number {
  let from = Math.log(SMALLEST_P);
  let to = 0;
  for (let i = 0; i < 80; i++) {
    const middle = (from + to) / 2;
    const tail = Math.exp(middle) / 2;
    const s = Math.hypot(
      reach(p1, high.n, upperQuantile(tail, high.df)),
      reach(p2, low.n, upperQuantile(tail, low.df)),
    );
    if (s < d) to = middle;
    else from = middle;
  }
  return Math.exp(to);
}

export interface WaldTest {
  readonly difference: number;
  readonly se: number;
  readonly df: number;
  readonly limits: Limits;
  readonly p: number;
}

/**
 * Wald's test of a difference with t: `covariance` is what the two waves share (0 for new respondents each wave; the same
 * villages or persons in both waves must bring theirs). Null when the standard error is nothing or no degrees are left.
 */
export function waldTest(
  difference: number,
  variances: { readonly thisWave: number; readonly lastWave: number; readonly covariance: number },
  df: number,
  critical: CriticalValues,
): WaldTest | null {
  const se = Math.sqrt(Math.max(0, variances.thisWave + variances.lastWave - 2 * variances.covariance));
  if (!(se > 1e-12 && df > 0)) return null;
  const half = critical(df) * se;
  return {
    difference,
    se,
    df,
    limits: { lower: difference - half, upper: difference + half },
    p: studentP(difference / se, df),
  };
}
