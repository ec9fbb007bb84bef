import { AppError } from '../errors.ts';
import type { OutcomeTable } from '../stats/stratified.ts';
import type { StrataPlan } from './strata.ts';
import { COMPLETE } from './tally.ts';
import { DISPOSITION, type IndicatorDefinition, type TallyCell } from './types.ts';
import type { WeightedWave } from './weighting.ts';

/** The counters of one wave. */
export interface WaveTallies {
  readonly cells: readonly TallyCell[];
  /** How the wave was weighted to known totals; its cells are then by sex and age band. */
  readonly weighted?: WeightedWave | null;
}

/** One wave, counted up by stratum. */
export interface WaveTable {
  /** Completes of the probability modes: per stratum, and the few filed above the towns per place. */
  readonly interviews: Float64Array;
  readonly unplaced: Float64Array;
  /** Completes of open links per place: participation, never a rate. */
  readonly openWeb: Float64Array;
  /** d_h = N_h / Σw; 1 where the population is unknown, which cancels inside one town. */
  readonly scale: Float64Array;
  readonly outcomes: ReadonlyMap<string, IndicatorTable>;
}

export interface IndicatorTable extends OutcomeTable {
  /** Codes of the outcomes, in the order of the columns. */
  readonly codes: readonly string[];
  /** Whether every weight of the stratum is the same, so that its rate is hits over base. */
  readonly isFlat: (stratum: number) => boolean;
}

/** From this sampling fraction on, in any town, the finite population correction is applied to the wave. */
const FPC_FROM = 0.05;

/** Counts a wave's cells up by stratum and outcome. Cells of a unit outside the plan are a bug, not a case. */
export function tabulateWave(
  plan: StrataPlan,
  definitions: readonly IndicatorDefinition[],
  tallies: WaveTallies,
): WaveTable {
  const strata = plan.strata.length;
  const weighted = tallies.weighted ?? null;
  const interviews = new Float64Array(strata);
  const unplaced = new Float64Array(plan.places.length);
  const openWeb = new Float64Array(plan.places.length);
  const sumW = new Float64Array(strata);
  const counters = new Map(
    definitions.map((definition) => [definition.code, createCounter(definition, strata, weighted)]),
  );

  let unit = '';
  let stratum = -1;
  let place = -1;
  for (const cell of tallies.cells) {
    if (cell.unit !== unit) {
      const found = plan.stratumOf.get(cell.unit);
      if (found === undefined) throw new RangeError(`tallies of unit ${cell.unit}, which is not in the tree`);
      unit = cell.unit;
      stratum = found;
      place = plan.placeOf.get(cell.unit) as number;
    }
    if (cell.indicator === DISPOSITION) {
      if (cell.outcome !== COMPLETE) continue;
      if (cell.mode === 'web-open') openWeb[place] = (openWeb[place] as number) + cell.n;
      else if (stratum < 0) unplaced[place] = (unplaced[place] as number) + cell.n;
      else {
        interviews[stratum] = (interviews[stratum] as number) + cell.n;
        sumW[stratum] = (sumW[stratum] as number) + cell.sumW;
      }
    } else if (cell.mode !== 'web-open' && stratum >= 0) counters.get(cell.indicator)?.add(stratum, cell);
  }

  const scale = new Float64Array(strata);
  const fraction = new Float64Array(strata);
  let isFractionNeeded = false;
  plan.strata.forEach(({ population }, h) => {
    const n = interviews[h] as number;
    scale[h] = population !== null && n > 0 ? population / (sumW[h] as number) : 1;
    // A population smaller than its interviews is a wrong population: such a town is left without the correction.
    fraction[h] = population !== null && n > 0 && n < population ? n / population : 0;
    if ((fraction[h] as number) > FPC_FROM) isFractionNeeded = true;
  });
  if (!isFractionNeeded) fraction.fill(0);

  const outcomes = new Map<string, IndicatorTable>();
  for (const [code, counter] of counters) outcomes.set(code, counter.finish(interviews, scale, fraction));
  return { interviews, unplaced, openWeb, scale, outcomes };
}

/**
 * Adds up the cells of one indicator. A weighted wave has a column for every outcome of every group, and weights that
 * stand for people already.
 */
function createCounter(definition: IndicatorDefinition, strata: number, weighted: WeightedWave | null) {
  const groups = weighted?.totals.groups ?? 1;
  const own = Object.keys(definition.outcomes);
  const codes = weighted ? Array.from({ length: groups }, () => own).flat() : own;
  const column = new Map(own.map((code, k) => [code, k]));
  const outcomes = codes.length;
  const count = new Float64Array(strata * outcomes);
  const weight = new Float64Array(strata * outcomes);
  const squares = new Float64Array(strata * outcomes);
  return {
    add(stratum: number, cell: TallyCell): void {
      const { outcome, n, sumW, sumW2 } = cell;
      const k = column.get(outcome);
      if (k === undefined) throw new AppError('UNMAPPED_CODE', { indicator: definition.code, outcome });
      const group = weighted ? weighted.groupOf(cell) : 0;
      if (group < 0) throw new RangeError(`${cell.unit}: answers of ${cell.sex} ${cell.ageBand} without a complete`);
      const factor = weighted ? (weighted.factor[stratum * groups + group] as number) : 1;
      const i = stratum * outcomes + group * own.length + k;
      count[i] = (count[i] as number) + n;
      weight[i] = (weight[i] as number) + factor * sumW;
      squares[i] = (squares[i] as number) + factor * factor * sumW2;
    },
    finish(interviews: Float64Array, scale: Float64Array, fraction: Float64Array): IndicatorTable {
      const spread = squares;
      for (let i = 0; i < spread.length; i++) {
        const n = count[i] as number;
        const w = weight[i] as number;
        spread[i] = n > 0 ? Math.max(0, (squares[i] as number) - (w * w) / n) : 0;
      }
      const isFlat = (stratum: number): boolean => {
        let each = 0;
        for (let i = stratum * outcomes; i < (stratum + 1) * outcomes; i++) {
          const n = count[i] as number;
          if (n === 0) continue;
          const w = (weight[i] as number) / n;
          if (each === 0) each = w;
          if ((spread[i] as number) > 1e-12 * n * w * w || Math.abs(w - each) > 1e-12 * each) return false;
        }
        return true;
      };
      const totals = weighted?.totals ?? null;
      const d = weighted ? new Float64Array(strata).fill(1) : scale;
      return { codes, outcomes, interviews, scale: d, fraction, count, weight, spread, totals, isFlat };
    },
  };
}
