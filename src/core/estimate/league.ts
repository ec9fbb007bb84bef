/** What is said of a table of cells together: adjusted p values and verdicts, ranks, funnel. */
import { exactFunnelLimit, measureDispersion, pooledRate } from '../stats/funnel.ts';
import { adjustBenjaminiHochberg, adjustBonferroni, adjustHolm } from '../stats/multiplicity.ts';
import { jointRankIntervals, rankRates } from '../stats/ranking.ts';
import type { AdjustMethod, EstimateDesign, FigureChange, FigureEstimate, FigureResult, FunnelPlace } from './types.ts';

type P = number | null;
const ADJUST: Readonly<Record<AdjustMethod, (p: readonly P[]) => readonly P[]>> = {
  'benjamini-hochberg': adjustBenjaminiHochberg,
  holm: adjustHolm,
  bonferroni: adjustBonferroni,
  none: (p) => p,
};

/** The family is one figure in one grouping: the cells that are shown in both waves. */
export function addAdjustedP(rows: readonly FigureResult[], design: EstimateDesign): FigureResult[] {
  const adjusted = ADJUST[design.adjust](rows.map(({ change }) => change?.p ?? null));
  return rows.map((row, i) => {
    const { change, estimate, last } = row;
    if (change === null || estimate === null || last === null) return row;
    const pAdjusted = adjusted[i] ?? null;
    // Without a p – no degrees of freedom, a lonely cluster – there is as little to judge by.
    const isFew = change.p === null || Math.min(estimate.base, last.base) < design.suppress.small;
    const isChanged = pAdjusted !== null && pAdjusted <= 1 - design.interval.level;
    const verdict: FigureChange['verdict'] = isFew
      ? 'too-few'
      : !isChanged
        ? 'no-reliable-change'
        : change.difference > 0
          ? 'up'
          : 'down';
    return { ...row, change: { ...change, pAdjusted, verdict } };
  });
}

/** Rates that are shown and not of a small base: those that may be ranked. */
function eligible(rows: readonly FigureResult[]): { i: number; share: number; n: number }[] {
  return rows.flatMap(({ type, status, estimate }, i) =>
    type === 'rate' && status === 'shown' && estimate && estimate.nEff !== null
      ? [{ i, share: (estimate as FigureEstimate).value, n: estimate.nEff }]
      : [],
  );
}

/** Competition ranks with joint intervals (Klein, Wright & Wieczorek). */
export function addRanks(rows: readonly FigureResult[], { rank }: EstimateDesign): FigureResult[] {
  const towns = eligible(rows);
  if (rank === null || towns.length < 2) return [...rows];
  const ranks = rankRates(towns.map(({ share }) => share));
  const intervals = jointRankIntervals(towns, rank.alpha);
  const result = [...rows];
  towns.forEach(({ i }, k) => {
    const interval = intervals[k];
    const row = result[i];
    if (row && interval) result[i] = { ...row, rank: { rank: ranks[k] as number, ...interval } };
  });
  return result;
}

/** Where each cell lies in the funnel around the pooled or a given rate. */
export function addFunnel(rows: readonly FigureResult[], { funnel }: EstimateDesign): FigureResult[] {
  const towns = eligible(rows);
  if (funnel === null || towns.length < 2) return [...rows];
  const target = funnel.target ?? pooledRate(towns);
  const dispersion = measureDispersion(towns, target);
  if (dispersion === null) return [...rows];
  const result = [...rows];
  towns.forEach(({ i, share, n }, k) => {
    const limitsAt = (tail: number) => ({
      lower: exactFunnelLimit(tail, n, target),
      upper: exactFunnelLimit(1 - tail, n, target),
    });
    const limits95 = limitsAt(0.025);
    const limits998 = limitsAt(0.001);
    const place: FunnelPlace['place'] =
      share < limits998.lower
        ? 'low-998'
        : share > limits998.upper
          ? 'high-998'
          : share < limits95.lower
            ? 'low-95'
            : share > limits95.upper
              ? 'high-95'
              : 'inside';
    const row = result[i];
    if (row)
      result[i] = {
        ...row,
        funnel: { target, limits95, limits998, place, zAdjusted: dispersion.zAdjusted[k] as number },
      };
  });
  return result;
}
