import type { Text } from '../text.ts';
import type { Level } from '../units/types.ts';

/** What an outcome means for an indicator. “Not asked” (filtered or missing) is outside every base. */
export type Classification = 'positive' | 'negative' | 'dont-know' | 'refused' | 'not-asked';

/** Who stands in the denominator: everybody asked (headline), or only those who took a position 表态者 (secondary). */
export type Denominator = 'all-eligible' | 'took-a-position';

/** One indicator 指标 as it is stored with the wave's frozen questionnaire version. */
export interface IndicatorDefinition {
  readonly code: string;
  readonly title: Text;
  /** How the outcome is coded from the answers is the questionnaire's matter (`core/questionnaire/coding.ts`). */
  readonly outcomes: Readonly<Record<string, Classification>>;
  /** Outcome → score 0..100; outcomes without a score are out of the mean. */
  readonly scores?: Readonly<Record<string, number>>;
  readonly denominator: Denominator;
}

/** How a respondent was reached. `web-open` is self-selected and never merged with the others. */
export const MODES = ['phone', 'keypad', 'web-token', 'web-open', 'face'] as const;
export type Mode = (typeof MODES)[number];

export type Sex = 'male' | 'female' | 'unknown';

/** Reserved indicator code whose outcomes are AAPOR result codes: it counts completes, screen-outs and participation. */
export const DISPOSITION = 'disposition';

/** One counter cell: the sufficient statistics of all responses that share unit, mode, indicator, outcome, sex and age band. */
export interface TallyCell {
  readonly unit: string;
  readonly mode: Mode;
  readonly indicator: string;
  readonly outcome: string;
  readonly sex: Sex;
  readonly ageBand: string;
  readonly n: number;
  readonly sumW: number;
  readonly sumW2: number;
}

export interface Interval {
  /** Shares 0..1 (or points −1..1 for a change), unrounded. */
  readonly lower: number;
  readonly upper: number;
}

/** Why a figure is or is not shown. */
export type FigureStatus =
  | 'shown'
  | 'small-base' // 10 ≤ base < 30: shown, flagged, no verdict, not banded
  | 'suppressed' // base under 10, or hidden so that another hidden figure cannot be found by subtraction
  | 'coverage-low' // less than 80 % of the population lives in towns with interviews
  | 'no-data';

export type Verdict = 'up' | 'down' | 'no-reliable-change' | 'too-few' | 'no-base-wave' | 'not-comparable' | 'no-data';

/** A share with everything a reader needs beside it. All shares are unrounded, 0..1. */
export interface Estimate {
  readonly share: number;
  /** Unweighted number of valid cases. */
  readonly base: number;
  /** Unweighted number of positives among them. */
  readonly hits: number;
  readonly se: number;
  readonly df: number;
  readonly nEff: number;
  /** Design effect against simple random sampling with replacement; null when not defined. */
  readonly deff: number | null;
  readonly interval: Interval | null;
  /** The figure as printed, in hundredths of a percent: 9797 is 97.97 %. */
  readonly printed: number;
}

export interface Change {
  readonly verdict: Verdict;
  /** Unrounded difference of shares, this minus last; null when there is nothing to compare. */
  readonly difference: number | null;
  /** Difference of the printed rates in hundredths of a point: 552 is +5.52 points. */
  readonly printed: number | null;
  readonly interval: Interval | null;
  readonly p: number | null;
  /** After Benjamini–Hochberg within the indicator, the wave pair and the administrative level. */
  readonly pAdjusted: number | null;
}

/** Everything the product says about one indicator of one unit in one wave. */
export interface Figure {
  readonly indicator: string;
  readonly status: FigureStatus;
  readonly estimate: Estimate | null;
  /** The rate without the weights, as printed; null where the wave is not weighted or the rate is not shown. */
  readonly unweighted: number | null;
  /** The secondary rate, among those who took a position. */
  readonly ofPosition: Estimate | null;
  readonly dontKnowShare: number | null;
  readonly refusedShare: number | null;
  /** Mean score 0..100 with its interval in score points; null when the indicator has no scores. */
  readonly score: { readonly mean: number; readonly interval: Interval | null } | null;
  readonly last: Estimate | null;
  readonly change: Change;
  /** Share of the population that lives in covered towns; 1 for a town, 0 where a population is unknown. */
  readonly coverage: number;
  /** Why there is no figure, where the status alone does not say it. */
  readonly reason?: FigureReason;
}

/** `population-unknown`: a roll-up needs the population of every covered town and of the whole. */
export type FigureReason = 'population-unknown';

export interface ResultUnit {
  readonly code: string;
  readonly name: string;
  readonly level: Level;
  readonly parentCode: string | null;
  readonly population: number | null;
}

/** One line of the leaders' table. */
export interface ResultRow {
  readonly unit: ResultUnit;
  /** Completed interviews of the probability sample. */
  readonly completes: number;
  /** Completed answers through open links: a participation count, never a rate. */
  readonly openWeb: number;
  /** Completes filed at this unit itself though it has towns: no stratum, so in no rate. Absent when there are none. */
  readonly unplaced?: number;
  readonly figures: Readonly<Record<string, Figure>>;
}
