/** Rates and scores of places from the counters of a wave. */
import { MIN_BASE } from '../stats/disclosure.ts';
import {
  type CriticalValues,
  cleanShare,
  effectiveSize,
  kornGraubardLimits,
  type RateMoments,
} from '../stats/proportion.ts';
import { averageValues, estimateMean, type MeanEstimate } from '../stats/stratified.ts';
import { printCount, printShare } from './printed.ts';
import type { ResultPlace } from './strata.ts';
import type { Classification, Estimate, Figure, IndicatorDefinition } from './types.ts';
import type { IndicatorTable } from './wave-table.ts';

/** The error level of every interval and test on the page. */
export const ALPHA = 0.05;

/** One wave's view of one indicator at one place. */
export interface Point {
  readonly moments: RateMoments;
  readonly estimate: Estimate;
}

/** What each outcome is worth for each figure; NaN is outside the base. */
export interface OutcomeValues {
  readonly headline: Float64Array;
  readonly position: Float64Array;
  readonly dontKnow: Float64Array;
  readonly refused: Float64Array;
  readonly hits: Float64Array;
  readonly score: Float64Array | null;
}

export function valuesOf(definition: IndicatorDefinition, codes: readonly string[]): OutcomeValues {
  const make = (value: (kind: Classification, code: string) => number): Float64Array =>
    Float64Array.from(codes, (code) => value(definition.outcomes[code] as Classification, code));
  const amongAll = (counted: Classification) =>
    make((kind) => (kind === 'not-asked' ? Number.NaN : kind === counted ? 1 : 0));
  const position = make((kind) => (kind === 'positive' ? 1 : kind === 'negative' ? 0 : Number.NaN));
  const { scores } = definition;
  return {
    headline: definition.denominator === 'took-a-position' ? position : amongAll('positive'),
    position,
    dontKnow: amongAll('dont-know'),
    refused: amongAll('refused'),
    hits: make((kind) => (kind === 'positive' ? 1 : 0)),
    score: scores ? make((_, code) => scores[code] ?? Number.NaN) : null,
  };
}

/** Estimates rates; towns with the same counts are one calculation. Lives as long as one request. */
export function createRateEstimator(critical: CriticalValues): RateEstimator {
  const known = new Map<number, Point>();
  return (table, values, isHit, place) => {
    const counts = countAnswers(table, values, isHit, place);
    if (counts.base === 0) return null;
    const isCount = place.to - place.from === 1 && table.isFlat(place.from);
    const interviews = table.interviews[place.from] as number;
    const key = (counts.hits * 131_072 + counts.base) * 131_072 + interviews;
    const isRepeatable = isCount && !table.totals && table.fraction[place.from] === 0 && interviews < 131_072;
    const same = isRepeatable ? known.get(key) : undefined;
    if (same) return same;
    const mean = estimateMean(table, values, place.from, place.to);
    if (mean === null) return null;
    const point = describeRate(mean, counts.hits, isCount, critical);
    if (isRepeatable) known.set(key, point);
    return point;
  };
}

export type RateEstimator = (
  table: IndicatorTable,
  values: Float64Array,
  isHit: Float64Array,
  place: ResultPlace,
) => Point | null;

function describeRate(mean: MeanEstimate, hits: number, isCount: boolean, critical: CriticalValues): Point {
  const { variance, base, df, kish, deff } = mean;
  const moments: RateMoments = { share: cleanShare(mean.mean), variance, base, df, kish };
  const limits = kornGraubardLimits(moments, ALPHA, critical);
  return {
    moments,
    estimate: {
      share: moments.share,
      base,
      hits,
      se: Math.sqrt(variance),
      df,
      nEff: effectiveSize(moments),
      deff,
      interval: limits && { lower: limits.lower, upper: limits.upper },
      printed: isCount ? printCount(hits, base) : printShare(moments.share),
    },
  };
}

export function estimateScore(
  table: IndicatorTable,
  values: Float64Array,
  place: ResultPlace,
  critical: CriticalValues,
): Figure['score'] {
  const mean = estimateMean(table, values, place.from, place.to);
  if (mean === null || mean.base < MIN_BASE) return null;
  const half = mean.df > 0 ? critical(mean.df) * Math.sqrt(mean.variance) : null;
  return {
    mean: mean.mean,
    interval: half === null ? null : { lower: Math.max(0, mean.mean - half), upper: Math.min(100, mean.mean + half) },
  };
}

/** A rate as it is printed, without its error. */
export function printRate(table: IndicatorTable, { headline, hits }: OutcomeValues, place: ResultPlace): number | null {
  const average = averageValues(table, headline, place.from, place.to);
  if (average === null) return null;
  const counts = countAnswers(table, headline, hits, place);
  const isCount = place.to - place.from === 1 && table.isFlat(place.from);
  return isCount ? printCount(counts.hits, counts.base) : printShare(cleanShare(average.mean));
}

export function countAnswers(
  table: IndicatorTable,
  values: Float64Array,
  isHit: Float64Array,
  place: ResultPlace,
): { base: number; hits: number } {
  const { count, outcomes } = table;
  let base = 0;
  let hits = 0;
  for (let h = place.from; h < place.to; h++) {
    for (let k = 0; k < outcomes; k++) {
      if (Number.isNaN(values[k] as number)) continue;
      const n = count[h * outcomes + k] as number;
      base += n;
      hits += n * (isHit[k] as number);
    }
  }
  return { base, hits };
}
