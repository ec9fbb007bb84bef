/** What must hold before two figures may be subtracted or one may stand for a whole unit. Each refusal says why. */
import { AppError } from '../errors.ts';
import type { IndicatorDefinition } from './types.ts';

/**
 * Refuses a comparison when the two waves count differently: an outcome classified otherwise (or in one wave only), another
 * denominator, another score table.
 */
export function requireComparable(thisWave: IndicatorDefinition, lastWave: IndicatorDefinition): void {
  const indicator = thisWave.code;
  const codes = [...new Set([...Object.keys(thisWave.outcomes), ...Object.keys(lastWave.outcomes)])];
  const changed = codes.filter((code) => thisWave.outcomes[code] !== lastWave.outcomes[code]);
  if (changed.length > 0) throw new AppError('CLASSIFICATION_CHANGED', { indicator, outcomes: changed });
  if (thisWave.denominator !== lastWave.denominator) {
    throw new AppError('NOT_COMPARABLE', { indicator, reason: '分母规则不同 / another denominator' });
  }
  const scored = codes.filter((code) => thisWave.scores?.[code] !== lastWave.scores?.[code]);
  if (scored.length > 0) {
    throw new AppError('NOT_COMPARABLE', { indicator, reason: '分值表不同 / another score table' });
  }
}

/** Below this share of the population in covered towns, a combined figure is refused. */
export const LEAST_COVERAGE = 0.8;

export function requireCoverage(unit: string, share: number): void {
  if (share < LEAST_COVERAGE) throw new AppError('COVERAGE_LOW', { unit, percent: Math.floor(share * 1000) / 10 });
}

/** An interval needs at least one degree of freedom. */
export function requireDegreesOfFreedom(unit: string, df: number): void {
  if (!(df > 0)) throw new AppError('DF_ZERO', { unit });
}
