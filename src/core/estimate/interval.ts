import { arcsineLimits, betaLimits, likelihoodLimits, logitLimits, waldLimits } from '../stats/intervals.ts';
import {
  cleanShare,
  effectiveSize,
  kornGraubardLimits,
  type Limits,
  type RateMoments,
  wilsonEffectiveLimits,
} from '../stats/proportion.ts';
import { createCriticalValues } from '../stats/student.ts';
import type { IntervalMethod } from './types.ts';

interface Interval {
  readonly interval: Limits | null;
  readonly method: IntervalMethod;
}

/** Intervals of one level and method. Without degrees of freedom there is none. */
export interface IntervalMaker {
  readonly critical: (df: number) => number;
  readonly effective: (moments: RateMoments) => number;
  readonly ofRate: (moments: RateMoments) => Interval;
  /** Wald with t, kept within the range of the scores when there is one. */
  readonly ofValue: (value: number, se: number, df: number, scores: readonly number[] | null) => Interval;
}

export function createIntervalMaker(options: {
  readonly method: IntervalMethod;
  readonly level: number;
}): IntervalMaker {
  const { method, level } = options;
  const alpha = 1 - level;
  const critical = createCriticalValues(alpha / 2);
  const limitsOf = (m: RateMoments): Limits | null => {
    const se = Math.sqrt(m.variance);
    const share = cleanShare(m.share);
    switch (method) {
      case 'korn-graubard':
        return kornGraubardLimits(m, alpha, critical);
      case 'wilson':
        return wilsonEffectiveLimits(m, critical);
      case 'logit':
        return logitLimits(share, se, critical(m.df));
      case 'arcsine':
        return arcsineLimits(share, se, critical(m.df));
      case 'likelihood':
        return likelihoodLimits(share, se, critical(m.df));
      case 'beta':
        return betaLimits(share, m.variance, critical(m.base - 1) / critical(m.df), alpha);
      case 'wald':
        return waldLimits(share, se, critical(m.df));
    }
  };
  return {
    critical,
    effective: effectiveSize,
    ofRate: (moments) => {
      const limits = moments.df > 0 ? limitsOf(moments) : null;
      return { interval: limits && { lower: limits.lower, upper: limits.upper }, method };
    },
    ofValue: (value, se, df, scores) => {
      if (!(df > 0)) return { interval: null, method: 'wald' };
      const { lower, upper } = waldLimits(value, se, critical(df));
      const interval = scores
        ? { lower: Math.max(Math.min(...scores), lower), upper: Math.min(Math.max(...scores), upper) }
        : { lower, upper };
      return { interval, method: 'wald' };
    },
  };
}
