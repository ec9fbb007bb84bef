/** What is to be estimated, how the sample was drawn and weighted, and what comes out. */

import type { LonelyRule } from '../stats/design.ts';
import type { Limits } from '../stats/proportion.ts';
import type { RankInterval } from '../stats/ranking.ts';

export type IntervalMethod = 'korn-graubard' | 'wilson' | 'logit' | 'arcsine' | 'beta' | 'likelihood' | 'wald';
export type AdjustMethod = 'benjamini-hochberg' | 'holm' | 'bonferroni' | 'none';
export type ChangeMethod = 'auto' | 'mover' | 'wald';

/** A figure by its column(s). */
export type FigureDesign =
  | {
      readonly type: 'rate';
      readonly name: string;
      readonly column: string;
      readonly positive: readonly string[];
      readonly negative: readonly string[];
      readonly excluded: readonly string[];
    }
  | {
      readonly type: 'mean';
      readonly name: string;
      readonly column: string;
      /** Score of each code; without it the column holds numbers. */
      readonly scores: Readonly<Record<string, number>> | null;
      readonly excluded: readonly string[];
    }
  | { readonly type: 'total'; readonly name: string; readonly column: string }
  | { readonly type: 'ratio'; readonly name: string; readonly numerator: string; readonly denominator: string };

/** A stratum by the values of its columns, with its population; further columns may be grouped by. */
export interface Place {
  readonly values: Readonly<Record<string, string>>;
  readonly population: number;
}

export interface MarginDesign {
  readonly columns: readonly string[];
  /** Population of each level; levels of several columns are joined by `|`. In their natural order. */
  readonly totals: Readonly<Record<string, number>>;
}

export interface WeightingDesign {
  readonly method: 'rake' | 'post-stratify' | 'calibrate';
  readonly margins: readonly MarginDesign[];
  /** Totals of number columns; calibration only. */
  readonly totals: Readonly<Record<string, number>>;
  readonly distance: 'linear' | 'raking' | 'logit' | 'bounded-linear';
  readonly bounds: readonly [number, number] | null;
  readonly residual: 'greg' | 'sweep';
  readonly rescale: boolean;
  readonly trim: { readonly cap: number; readonly floor: number } | null;
  readonly collapse: { readonly least: number; readonly ordered: boolean } | null;
}

export interface EstimateDesign {
  /** Rows that are the sample: values allowed, by column. */
  readonly keep: Readonly<Record<string, readonly string[]>>;
  /** Rows the figures speak of; the others stay in the design. */
  readonly domain: Readonly<Record<string, readonly string[]>>;
  readonly weight: string | null;
  readonly scaleToPopulation: boolean;
  readonly strata: readonly string[];
  readonly clusters: readonly string[];
  readonly population: { readonly columns: readonly string[] } | { readonly places: readonly Place[] } | null;
  readonly fpc: boolean | 'auto';
  readonly lonely: LonelyRule;
  readonly wave: {
    readonly column: string;
    readonly now: string;
    readonly last: string | null;
    readonly sameClusters: boolean;
  } | null;
  readonly figures: readonly FigureDesign[];
  readonly by: readonly (readonly string[])[];
  readonly weighting: WeightingDesign | null;
  readonly interval: { readonly method: IntervalMethod; readonly level: number };
  readonly change: ChangeMethod;
  readonly adjust: AdjustMethod;
  readonly rank: { readonly alpha: number } | null;
  readonly funnel: { readonly target: number | null } | null;
  readonly suppress: { readonly below: number; readonly small: number; readonly coverage: number };
}

export interface FigureEstimate {
  readonly value: number;
  readonly se: number;
  /** Valid answers, unweighted. */
  readonly base: number;
  readonly df: number;
  /** Null where the notion does not apply (totals, ratios) or the reference variance is nothing. */
  readonly nEff: number | null;
  readonly deff: number | null;
  readonly interval: Limits | null;
  /** Method of `interval`. */
  readonly method: IntervalMethod;
  /** Weighted share of answers that are not valid. */
  readonly nonresponse: number;
}

export interface FigureChange {
  readonly difference: number;
  readonly se: number;
  readonly covariance: number;
  readonly df: number;
  readonly interval: Limits | null;
  readonly method: 'mover-wilson' | 'wald';
  readonly p: number | null;
  readonly pAdjusted: number | null;
  readonly verdict: 'up' | 'down' | 'no-reliable-change' | 'too-few';
}

export type FigureStatus = 'shown' | 'small-base' | 'suppressed' | 'coverage-low' | 'no-data';

/** Where a town lies against the funnel of its grouping. */
export interface FunnelPlace {
  readonly target: number;
  readonly limits95: Limits;
  readonly limits998: Limits;
  readonly place: 'inside' | 'low-95' | 'high-95' | 'low-998' | 'high-998';
  readonly zAdjusted: number;
}

export interface FigureResult {
  readonly figure: string;
  readonly type: FigureDesign['type'];
  /** Values of the columns grouped by; empty for the whole. */
  readonly group: Readonly<Record<string, string>>;
  readonly status: FigureStatus;
  /** Whether the interval is wider than 30 points or the effective n below 30. */
  readonly isUnreliable: boolean;
  readonly estimate: FigureEstimate | null;
  readonly last: FigureEstimate | null;
  readonly change: FigureChange | null;
  /** Share of the population in strata with interviews; null without populations. */
  readonly coverage: number | null;
  readonly rank: ({ readonly rank: number } & RankInterval) | null;
  readonly funnel: FunnelPlace | null;
}

/** What the weights came to in one wave. */
export interface WeightReport {
  readonly wave: string | null;
  readonly interviews: number;
  readonly sum: number;
  readonly deffBefore: number;
  readonly deff: number;
  readonly nEff: number;
  readonly min: number;
  readonly max: number;
  readonly trimmed: number;
  readonly collapsed: readonly string[];
  readonly warnings: readonly { readonly code: string; readonly details: Readonly<Record<string, unknown>> }[];
}

export interface EstimateResults {
  readonly methods: Readonly<Record<string, string>>;
  readonly weights: readonly WeightReport[];
  readonly results: readonly FigureResult[];
}
