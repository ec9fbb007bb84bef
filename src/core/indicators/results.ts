/**
 * From counters to the leaders' table: every figure of every unit of level town or above, this wave beside the last.
 *
 * Give the whole tree and the whole wave, and cut out a reader's part afterwards: what is hidden for disclosure, and which
 * changes survive the correction for many towns, is decided once for all readers. Suppression is done here, in the data.
 *
 * Choices where the specification leaves one:
 * - a town's weights are scaled to its population, d = N/Σw, so that a roll-up is always the population-weighted mean;
 * - a roll-up with a covered town of unknown population is refused (`coverage-low`, reason `population-unknown`);
 *   an uncovered town of unknown population is bridged by the population of the unit itself, if that is known;
 * - a unit made of one stratum is judged as a town is (MOVER-Wilson), any other as a roll-up (Wald with t);
 * - completes filed at a unit that has towns have no stratum: they are told (`unplaced`) and enter no rate.
 */
import { changeLimits, changeP, waldTest } from '../stats/compare.ts';
import { hideTree, MIN_BASE, SMALL_BASE } from '../stats/disclosure.ts';
import { adjustBenjaminiHochberg } from '../stats/multiplicity.ts';
import type { CriticalValues } from '../stats/proportion.ts';
import { averageValues } from '../stats/stratified.ts';
import { createCriticalValues } from '../stats/student.ts';
import type { Level, Unit } from '../units/types.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { printChange } from './printed.ts';
import {
  ALPHA,
  countAnswers,
  createRateEstimator,
  estimateScore,
  type Point,
  printRate,
  type RateEstimator,
  valuesOf,
} from './rates.ts';
import { planStrata, type ResultPlace, type StrataPlan } from './strata.ts';
import type { Change, Figure, IndicatorDefinition, Interval, ResultRow, Verdict } from './types.ts';
import { type IndicatorTable, tabulateWave, type WaveTable, type WaveTallies } from './wave-table.ts';
import { isSameScheme } from './weighting.ts';

export type { WaveTallies } from './wave-table.ts';

export interface ResultsRequest {
  /** The whole tree, root included. */
  readonly units: readonly Unit[];
  readonly definitions: readonly IndicatorDefinition[];
  readonly thisWave: WaveTallies;
  readonly lastWave: WaveTallies | null;
  /** `true`, or why the two waves may not be subtracted: for all indicators, or for each of those that broke. */
  readonly comparable: true | string | ReadonlyMap<string, string>;
}

/** One line per unit, parents before children. */
export function buildResults(request: ResultsRequest): ResultRow[] {
  const plan = planStrata(request.units);
  const thisWave = tabulateWave(plan, request.definitions, request.thisWave);
  const lastWave = request.lastWave && tabulateWave(plan, request.definitions, request.lastWave);
  const critical = createCriticalValues(ALPHA / 2);
  const isSame = isSameScheme(request.thisWave.weighted ?? null, request.lastWave?.weighted ?? null);
  const plain = request.thisWave.weighted
    ? tabulateWave(plan, request.definitions, { cells: request.thisWave.cells })
    : null;
  const tools: Tools = { critical, estimateRate: createRateEstimator(critical) };
  const figures: Record<string, Figure>[] = plan.places.map(() => ({}));
  for (const definition of request.definitions) {
    const isComparable = isSame && mayCompare(request.comparable, definition.code);
    const column = buildColumn(plan, definition, { thisWave, lastWave, plain }, isComparable, tools);
    column.forEach((figure, i) => {
      (figures[i] as Record<string, Figure>)[definition.code] = figure;
    });
  }
  const openWeb = addUpwards(plan, thisWave.openWeb);
  return plan.places.map((place, i) => {
    const { code, name, level, parentCode, population } = place.unit;
    const unplaced = thisWave.unplaced[i] as number;
    return {
      unit: { code, name, level, parentCode, population },
      completes: sumRange(thisWave.interviews, place),
      openWeb: openWeb[i] as number,
      ...(unplaced > 0 ? { unplaced } : {}),
      figures: figures[i] as Record<string, Figure>,
    };
  });
}

/** A figure as the trend shows it. */
export type PointFigure = Pick<Figure, 'status' | 'estimate' | 'reason'>;

/**
 * One unit's figures in one wave, compared with nothing: a point of its trend. What is hidden is chosen over the whole
 * tree, as on the wave's own page. Null for a unit that has no line.
 */
export function buildPoint(
  request: Pick<ResultsRequest, 'units' | 'definitions' | 'thisWave'>,
  unit: string,
): Record<string, PointFigure> | null {
  const plan = planStrata(request.units);
  const index = plan.places.findIndex((place) => place.unit.code === unit);
  if (index < 0) return null;
  const wave = tabulateWave(plan, request.definitions, request.thisWave);
  const estimateRate = createRateEstimator(createCriticalValues(ALPHA / 2));
  return Object.fromEntries(
    request.definitions.map((definition) => {
      const column = estimateColumn(plan, definition, wave, (table, values, hits, place) =>
        place === plan.places[index] ? estimateRate(table, values, hits, place) : null,
      );
      const estimate = visible(column, index)?.estimate ?? null;
      return [definition.code, { status: statusOf(column, index), estimate, ...reasonOf(column, index) }];
    }),
  );
}

function mayCompare(comparable: ResultsRequest['comparable'], code: string): boolean {
  return comparable === true || (typeof comparable === 'object' && !comparable.has(code));
}

interface WaveColumn {
  readonly points: readonly (Point | null)[];
  readonly hidden: readonly boolean[];
  readonly coverage: readonly Coverage[];
}

/** What one request works out once for all indicators. */
interface Tools {
  readonly critical: CriticalValues;
  readonly estimateRate: RateEstimator;
}

interface Waves {
  readonly thisWave: WaveTable;
  readonly lastWave: WaveTable | null;
  /** This wave without its weights, where it is weighted. */
  readonly plain: WaveTable | null;
}

/** One indicator in all places. */
function buildColumn(
  plan: StrataPlan,
  definition: IndicatorDefinition,
  { thisWave, lastWave, plain }: Waves,
  isComparable: boolean,
  tools: Tools,
): Figure[] {
  const { critical, estimateRate } = tools;
  const now = estimateColumn(plan, definition, thisWave, estimateRate);
  const before = lastWave && estimateColumn(plan, definition, lastWave, estimateRate);
  const compared = plan.places.map((place, i): Compared => {
    const a = visible(now, i);
    const b = before && visible(before, i);
    return a && b && isComparable ? compare(place, a, b, critical) : NOTHING;
  });
  const adjusted = adjustByLevel(plan, compared);

  const table = thisWave.outcomes.get(definition.code) as IndicatorTable;
  const values = valuesOf(definition, table.codes);
  const plainTable = plain && (plain.outcomes.get(definition.code) as IndicatorTable);
  const plainValues = plainTable && valuesOf(definition, plainTable.codes);
  return plan.places.map((place, i): Figure => {
    const point = visible(now, i);
    const last = before && visible(before, i);
    const coverage = now.coverage[i] as Coverage;
    const shares = point === null ? null : { table, from: place.from, to: place.to };
    // Where everybody asked took a position, both rates are one.
    const takers = point && countAnswers(table, values.position, values.hits, place).base;
    const position = takers === point?.moments.base ? point : estimateRate(table, values.position, values.hits, place);
    const verdictOf = (): Verdict => {
      if (now.points[i] === null) return 'no-data';
      if (before === null) return 'no-base-wave';
      // The counts of a wave that asked otherwise may not even be readable here: say that before saying they are missing.
      if (!isComparable) return 'not-comparable';
      if (before.points[i] === null) return 'no-base-wave';
      if (!point || !last || point.moments.base < SMALL_BASE || last.moments.base < SMALL_BASE) return 'too-few';
      const p = adjusted[i];
      if (p === null || p === undefined || p > ALPHA) return 'no-reliable-change';
      return (compared[i] as Compared).difference > 0 ? 'up' : 'down';
    };
    const change: Change =
      point && last && compared[i] !== NOTHING
        ? {
            verdict: verdictOf(),
            difference: (compared[i] as Compared).difference,
            printed: printChange(point.estimate.printed, last.estimate.printed),
            interval: (compared[i] as Compared).interval,
            p: (compared[i] as Compared).p,
            pAdjusted: adjusted[i] ?? null,
          }
        : { verdict: verdictOf(), difference: null, printed: null, interval: null, p: null, pAdjusted: null };
    return {
      indicator: definition.code,
      status: statusOf(now, i),
      estimate: point?.estimate ?? null,
      unweighted: point && plainTable && plainValues && printRate(plainTable, plainValues, place),
      ofPosition: position && position.moments.base >= MIN_BASE ? position.estimate : null,
      dontKnowShare: shares && (averageValues(table, values.dontKnow, place.from, place.to)?.mean ?? null),
      refusedShare: shares && (averageValues(table, values.refused, place.from, place.to)?.mean ?? null),
      score: shares && values.score && estimateScore(table, values.score, place, critical),
      last: last?.estimate ?? null,
      change,
      coverage: coverage.share,
      ...reasonOf(now, i),
    };
  });
}

const visible = (column: WaveColumn, i: number): Point | null => (column.hidden[i] ? null : (column.points[i] ?? null));

function statusOf(column: WaveColumn, i: number): Figure['status'] {
  if ((column.coverage[i] as Coverage).refused) return 'coverage-low';
  const point = column.points[i];
  if (!point) return 'no-data';
  if (column.hidden[i]) return 'suppressed';
  return point.moments.base < SMALL_BASE ? 'small-base' : 'shown';
}

function reasonOf(column: WaveColumn, i: number): Pick<Figure, 'reason'> {
  return (column.coverage[i] as Coverage).refused === 'population-unknown' ? { reason: 'population-unknown' } : {};
}

/** The rate at every place, and which of them are hidden. */
function estimateColumn(
  plan: StrataPlan,
  definition: IndicatorDefinition,
  wave: WaveTable,
  estimateRate: RateEstimator,
): WaveColumn {
  const table = wave.outcomes.get(definition.code) as IndicatorTable;
  const values = valuesOf(definition, table.codes);
  const coverage = plan.places.map((place) => coverageOf(plan, place, wave));
  const bases = plan.places.map((place) => countAnswers(table, values.headline, values.hits, place).base);
  const hidden = hideTree(
    bases,
    plan.places.map((place) => place.parent),
  );
  const points = plan.places.map((place, i) => {
    if ((coverage[i] as Coverage).refused) return null;
    return estimateRate(table, values.headline, values.hits, place);
  });
  return { points, hidden, coverage };
}

interface Compared {
  readonly difference: number;
  readonly interval: Interval | null;
  readonly p: number | null;
}

const NOTHING: Compared = { difference: 0, interval: null, p: null };

/** MOVER-Wilson for one stratum; Wald with t for a roll-up, unless neither wave leaves anything to estimate it from. */
function compare(place: ResultPlace, a: Point, b: Point, critical: CriticalValues): Compared {
  const difference = a.moments.share - b.moments.share;
  if (place.to - place.from > 1) {
    const variances = { thisWave: a.moments.variance, lastWave: b.moments.variance, covariance: 0 };
    const wald = waldTest(difference, variances, a.moments.df + b.moments.df, critical);
    if (wald) return { difference, interval: wald.limits, p: wald.p };
  }
  return {
    difference,
    interval: changeLimits(a.moments, b.moments, critical),
    p: changeP(a.moments, b.moments),
  };
}

/** Benjamini–Hochberg within each administrative level. */
function adjustByLevel(plan: StrataPlan, compared: readonly Compared[]): (number | null)[] {
  const result: (number | null)[] = compared.map(() => null);
  const levels = new Map<Level, number[]>();
  plan.places.forEach(({ unit }, i) => {
    const family = levels.get(unit.level);
    if (family) family.push(i);
    else levels.set(unit.level, [i]);
  });
  for (const family of levels.values()) {
    const adjusted = adjustBenjaminiHochberg(family.map((i) => (compared[i] as Compared).p));
    family.forEach((i, k) => {
      result[i] = adjusted[k] ?? null;
    });
  }
  return result;
}

function sumRange(column: Float64Array, { from, to }: ResultPlace): number {
  let sum = 0;
  for (let h = from; h < to; h++) sum += column[h] as number;
  return sum;
}

/** Children stand after their parents, so one pass from the end adds everything up. */
function addUpwards(plan: StrataPlan, counts: Float64Array): Float64Array {
  const sums = Float64Array.from(counts);
  for (let i = plan.places.length - 1; i > 0; i--) {
    const { parent } = plan.places[i] as ResultPlace;
    if (parent >= 0) sums[parent] = (sums[parent] as number) + (sums[i] as number);
  }
  return sums;
}
