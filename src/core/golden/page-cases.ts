/** Groups 17–20 and 25: what a results page does with rates – corrections for many towns, rounding, ranks, funnel, hiding. */
import { roundCount, roundHalfUp } from '../indicators/printed.ts';
import { hideLine, hidePrimary, hideTable } from '../stats/disclosure.ts';
import { exactFunnelLimit, measureDispersion, normalFunnelLimit, pooledRate } from '../stats/funnel.ts';
import {
  adjustBenjaminiHochberg,
  adjustBenjaminiYekutieli,
  adjustBonferroni,
  adjustHochberg,
  adjustHolm,
} from '../stats/multiplicity.ts';
import { normalQuantile } from '../stats/normal.ts';
import { wilsonLimits } from '../stats/proportion.ts';
import {
  bonferroniCritical,
  pairwiseRankIntervals,
  type RankInterval,
  rankIntervals,
  rankRates,
  sidakCritical,
} from '../stats/ranking.ts';
import type { CaseComputation } from './run.ts';
import { listOf } from './table.ts';

export const adjustCase: CaseComputation = ({ params }) => {
  const p = listOf(params.p) as (number | null)[];
  const bh = adjustBenjaminiHochberg(p);
  return {
    BH: bh,
    BY: adjustBenjaminiYekutieli(p),
    holm: adjustHolm(p),
    bonferroni: adjustBonferroni(p),
    hochberg: adjustHochberg(p),
    n_reject_BH_05: bh.filter((q) => q !== null && q <= 0.05).length,
  };
};

export const roundingCase: CaseComputation = ({ rows }) => {
  const [x1, n1, x0, n0] = ['x1', 'n1', 'x0', 'n0'].map((name) => Array.from(rows.numbers(name))) as [
    number[],
    number[],
    number[],
    number[],
  ];
  const now = x1.map((x, i) => roundCount(x, n1[i] as number));
  const last = x0.map((x, i) => roundCount(x, n0[i] as number));
  const change = now.map((v, i) => v - (last[i] as number));
  const truth = x1.map((x, i) => x / (n1[i] as number) - (x0[i] as number) / (n0[i] as number));
  const rounded = truth.map((v) => roundHalfUp(10_000 * v));
  const isHalfUp = (x: number[], n: number[], printed: number[]): boolean =>
    printed.every((v, i) => v === roundHalfUp((10_000 * (x[i] as number)) / (n[i] as number)));
  return {
    printed_this: now.map((v) => v / 100),
    printed_last: last.map((v) => v / 100),
    printed_diff: change.map((v) => v / 100),
    true_diff_pp: truth.map((v) => 100 * v),
    rounded_true_diff: rounded.map((v) => v / 100),
    disagree: change.map((v, i) => Number(v !== rounded[i])),
    half_up_equals_integer_rule: isHalfUp(x1, n1, now) && isHalfUp(x0, n0, last),
  };
};

export const bestWorst = (intervals: readonly RankInterval[]) => ({
  best: intervals.map((r) => r.best),
  worst: intervals.map((r) => r.worst),
});

export const rankCase: CaseComputation = ({ rows, params }) => {
  const alpha = Number(params.alpha);
  const n = rows.numbers('neff');
  const towns = Array.from(rows.numbers('p'), (share, i) => ({ share, n: n[i] as number }));
  const k = towns.length;
  const sidak = sidakCritical(alpha, k);
  const bonferroni = bonferroniCritical(alpha, k);
  const wilson = (critical: number) => towns.map((t) => wilsonLimits(t.share, t.n, critical));
  const joint = wilson(sidak);
  const intervals = rankIntervals(joint);
  const wald = towns.map(({ share, n: size }) => {
    const half = sidak * Math.sqrt((share * (1 - share)) / size);
    return { lower: share - half, upper: share + half };
  });
  return {
    rank: rankRates(towns.map((t) => t.share)),
    sidak_crit: sidak,
    bonferroni_crit: bonferroni,
    joint_sidak_wilson: {
      lower: joint.map((l) => l.lower),
      upper: joint.map((l) => l.upper),
      ...bestWorst(intervals),
    },
    joint_bonferroni_wilson: bestWorst(rankIntervals(wilson(bonferroni))),
    joint_sidak_wald: bestWorst(rankIntervals(wald)),
    marginal_wilson: bestWorst(rankIntervals(wilson(normalQuantile(1 - alpha / 2)))),
    pairwise_holm: bestWorst(pairwiseRankIntervals(towns, alpha)),
    tied_with_first: intervals.map((r) => Number(r.best === 1)),
    tied_with_last: intervals.map((r) => Number(r.worst === k)),
  };
};

export const funnelCase: CaseComputation = ({ rows, params }) => {
  const n = rows.numbers('n');
  const towns = Array.from(rows.numbers('p'), (share, i) => ({ share, n: n[i] as number }));
  const target = typeof params.target === 'number' ? params.target : pooledRate(towns);
  const each = (limit: typeof exactFunnelLimit) => ({
    lo_95: towns.map((t) => limit(0.025, t.n, target)),
    hi_95: towns.map((t) => limit(0.975, t.n, target)),
    lo_998: towns.map((t) => limit(0.001, t.n, target)),
    hi_998: towns.map((t) => limit(0.999, t.n, target)),
  });
  const exact = each(exactFunnelLimit);
  const dispersion = measureDispersion(towns, target);
  return {
    target,
    exact,
    normal: each(normalFunnelLimit),
    z: dispersion?.z,
    z_winsor_limits: dispersion?.winsorAt,
    phi: dispersion?.phi,
    tau2: dispersion?.tau2,
    z_adjusted: dispersion?.zAdjusted,
    flag_998: towns.map((t, i) =>
      t.share < (exact.lo_998[i] as number) ? -1 : t.share > (exact.hi_998[i] as number) ? 1 : 0,
    ),
  };
};

export const disclosureCase: CaseComputation = ({ params }) => {
  const least = Number(params.min_n);
  const line = listOf(params.line).map(Number);
  const flat = (listOf(params.table) as (number | number[])[]).flat().map(Number);
  const columns = Number(params.ncol);
  const table = Array.from({ length: flat.length / columns }, (_, i) => flat.slice(i * columns, (i + 1) * columns));
  return {
    primary: table.map((row) => hidePrimary(row, least).map(Number)),
    suppressed: hideTable(table, least).map((row) => row.map(Number)),
    line_suppressed: hideLine(line, hidePrimary(line, least), least).map(Number),
    line_flag_small: line.map((n) => Number(n >= least && n < Number(params.flag_n))),
  };
};
