/**
 * Do towns with more publicity per resident also have larger increases? An association across towns, never proof that an
 * output caused a change: other differences between towns may explain it, and it says nothing about individuals.
 */
import { sampleCorrelation } from 'simple-statistics';
import { normalQuantile, normalTail } from './normal.ts';
import { fitLinear, type LinearFit } from './regression.ts';
import { studentP } from './student.ts';
import { medianOf } from './summary.ts';

/** One town: outputs per 1000 residents between the waves, last and this rate with their standard errors. */
export interface TownColumns {
  readonly dose: Float64Array;
  readonly last: Float64Array;
  readonly now: Float64Array;
  readonly lastSe: Float64Array;
  readonly nowSe: Float64Array;
}

export interface Correlation {
  readonly r: number;
  readonly t: number;
  readonly df: number;
  readonly p: number;
}

/** Points on a line may come out a rounding beyond 1, where the root of the test has no value. */
const correlation = (x: Float64Array, y: Float64Array): number =>
  Math.max(-1, Math.min(1, sampleCorrelation(Array.from(x), Array.from(y))));

const testOf = (r: number, df: number): Correlation => {
  const t = r * Math.sqrt(df / (1 - r * r));
  return { r, t, df, p: studentP(t, df) };
};

/** Pearson's correlation with Fisher's interval z ∓ 1.96/√(n − 3). */
export function correlate(
  x: Float64Array,
  y: Float64Array,
): Correlation & { readonly lower: number; readonly upper: number } {
  const r = correlation(x, y);
  const half = normalQuantile(0.975) / Math.sqrt(x.length - 3);
  return { ...testOf(r, x.length - 2), lower: Math.tanh(Math.atanh(r) - half), upper: Math.tanh(Math.atanh(r) + half) };
}

/** Spearman's: Pearson's of mid-ranks, p by the t approximation; `s` is R's statistic (n³ − n)(1 − ρ)/6. */
export function correlateRanks(x: Float64Array, y: Float64Array): Correlation & { readonly s: number } {
  const rho = correlation(midRanks(x), midRanks(y));
  const n = x.length;
  return { ...testOf(rho, n - 2), s: ((n ** 3 - n) * (1 - rho)) / 6 };
}

function midRanks(values: Float64Array): Float64Array {
  return values.map((value) => {
    let below = 0;
    let equal = 0;
    for (const other of values) {
      if (other < value) below += 1;
      else if (other === value) equal += 1;
    }
    return below + (equal + 1) / 2;
  });
}

/** Correlation of x and y with z taken out of both. */
export function correlatePartially(x: Float64Array, y: Float64Array, z: Float64Array): Correlation {
  const one = new Float64Array(x.length).fill(1);
  const rest = (column: Float64Array): Float64Array => fitLinear(column, [one, z]).residual;
  return testOf(correlation(rest(x), rest(y)), x.length - 3);
}

export interface Association {
  readonly pearson: ReturnType<typeof correlate>;
  readonly spearman: ReturnType<typeof correlateRanks>;
  /** Given last wave's rate. */
  readonly partial: Correlation;
  /** Change on dose: unweighted, and weighted by 1/Var(change); slope in share per output per 1000 residents. */
  readonly doseUnweighted: LinearFit;
  readonly doseWeighted: LinearFit;
  /** This rate on dose and last rate. Last rate is measured with error, so show it beside the change. */
  readonly ancova: LinearFit;
  readonly highLow: {
    readonly difference: number;
    readonly se: number;
    readonly z: number;
    readonly p: number;
    readonly high: number;
  };
}

/** Null where there is nothing to relate: fewer than five towns, or towns that do not differ in dose or in rate. */
export function associate({ dose, last, now, lastSe, nowSe }: TownColumns): Association | null {
  const varies = (column: Float64Array): boolean => column.some((value) => value !== column[0]);
  if (dose.length < 5 || ![dose, last, now].every(varies)) return null;
  const one = new Float64Array(dose.length).fill(1);
  const change = now.map((value, i) => value - (last[i] as number));
  const weight = nowSe.map((se, i) => 1 / (se * se + (lastSe[i] as number) ** 2));
  return {
    pearson: correlate(dose, now),
    spearman: correlateRanks(dose, now),
    partial: correlatePartially(now, dose, last),
    doseUnweighted: fitLinear(change, [one, dose]),
    doseWeighted: fitLinear(change, [one, dose], weight),
    ancova: fitLinear(
      now,
      [one, dose, last],
      nowSe.map((se) => 1 / (se * se)),
    ),
    highLow: compareHighLow(dose, change, weight),
  };
}

/** Weighted mean change of towns at or above the median dose minus that of the others; sampling error only. */
function compareHighLow(dose: Float64Array, change: Float64Array, weight: Float64Array): Association['highLow'] {
  const median = medianOf(dose);
  const sums: [Side, Side] = [
    { w: 0, wc: 0, n: 0 },
    { w: 0, wc: 0, n: 0 },
  ];
  for (let i = 0; i < dose.length; i++) {
    const side = (dose[i] as number) >= median ? sums[0] : sums[1];
    side.w += weight[i] as number;
    side.wc += (weight[i] as number) * (change[i] as number);
    side.n += 1;
  }
  const difference = sums[0].wc / sums[0].w - sums[1].wc / sums[1].w;
  const se = Math.sqrt(1 / sums[0].w + 1 / sums[1].w);
  return { difference, se, z: difference / se, p: 2 * normalTail(Math.abs(difference / se)), high: sums[0].n };
}

interface Side {
  w: number;
  wc: number;
  n: number;
}
