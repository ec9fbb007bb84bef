/**
 * Any figure from a file of interviews: columns and a description of the design in, estimates with their errors out.
 * The formulas are those of `core/stats`; what is decided here is only which rows go into which formula.
 */
import { changeLimits, changeP, waldTest } from '../stats/compare.ts';
import { covarianceOf } from '../stats/covariance.ts';
import { type Design, degreesOfFreedom } from '../stats/design.ts';
import { type Estimator, estimateDomainMean, estimateRatio, estimateTotal } from '../stats/estimators.ts';
import type { RateMoments } from '../stats/proportion.ts';
import { createGroupings, findLines, type Grouping, hideCells, measureCoverage } from './cells.ts';
import type { DataColumns } from './columns.ts';
import { type FigureColumns, readFigure } from './figures.ts';
import { createIntervalMaker, type IntervalMaker } from './interval.ts';
import { addAdjustedP, addFunnel, addRanks } from './league.ts';
import { createSample, type Sample } from './sample.ts';
import { createSlicer, type Slice } from './slice.ts';
import type {
  EstimateDesign,
  EstimateResults,
  FigureChange,
  FigureEstimate,
  FigureResult,
  FigureStatus,
} from './types.ts';
import { weightSample } from './weighting.ts';

export function estimateFigures(columns: DataColumns, design: EstimateDesign): EstimateResults {
  const sample = createSample(columns, design);
  const weighted = weightSample(sample, design);
  const groupings = createGroupings(sample, design.by);
  const lines = design.suppress.below > 0 ? findLines(groupings) : [];
  const slices = groupings.map((grouping) => createSlicer(weighted.design, grouping));
  const intervals = createIntervalMaker(design.interval);
  const coverage = groupings.map((grouping) => sample.waves.map((_, k) => measureCoverage(sample, grouping, k)));
  const results = design.figures.flatMap((figureDesign) => {
    const figure = readFigure(sample.columns, figureDesign);
    const points = groupings.map((grouping, g) =>
      grouping.values.map((_, cell) => {
        const slice = (slices[g] as (cell: number) => Slice)(cell);
        return sample.waves.map((__, k) => estimatePoint({ sample, figure, slice, wave: k, intervals }));
      }),
    );
    const hidden = sample.waves.map((_, k) =>
      hideCells(
        points.map((cells) => cells.map((waves) => waves[k]?.figure.base ?? 0)),
        lines,
        design.suppress.below,
      ),
    );
    return groupings.flatMap((grouping, g) => {
      const isSingle = (cell: number) => (coverage[g]?.[0]?.[cell]?.strata ?? 0) <= 1;
      const rows = grouping.values.map((values, cell): FigureResult => {
        const states = sample.waves.map((_, k): [Point | null, FigureStatus] => {
          const point = points[g]?.[cell]?.[k] ?? null;
          if (point === null) return [null, 'no-data'];
          const share = coverage[g]?.[k]?.[cell]?.share ?? null;
          if (share !== null && share < design.suppress.coverage && !isSingle(cell)) return [null, 'coverage-low'];
          if (hidden[k]?.[g]?.[cell]) return [null, 'suppressed'];
          return [point, point.figure.base < design.suppress.small ? 'small-base' : 'shown'];
        });
        const [now, status] = states[0] as [Point | null, FigureStatus];
        const last = states[1]?.[0] ?? null;
        return {
          figure: figureDesign.name,
          type: figureDesign.type,
          group: Object.fromEntries(grouping.columns.map((name, k) => [name, values[k] as string])),
          status,
          isUnreliable: now !== null && figureDesign.type === 'rate' && isUnreliable(now.figure),
          estimate: now?.figure ?? null,
          last: last?.figure ?? null,
          change: now && last && compare(design, figure, now, last, isSingle(cell), intervals),
          coverage: coverage[g]?.[0]?.[cell]?.share ?? null,
          rank: null,
          funnel: null,
        };
      });
      return finishTable(rows, design, grouping);
    });
  });
  return { methods: describeMethods(design, sample), weights: weighted.reports, results };
}

/** What belongs to a table as a whole: corrections for many tests, ranks, funnel. */
function finishTable(rows: readonly FigureResult[], design: EstimateDesign, grouping: Grouping): FigureResult[] {
  const adjusted = addAdjustedP(rows, design);
  if (grouping.columns.length === 0) return adjusted;
  return addFunnel(addRanks(adjusted, design), design);
}

const isUnreliable = ({ nEff, interval }: FigureEstimate): boolean =>
  (nEff !== null && nEff < 30) || (interval !== null && interval.upper - interval.lower > 0.3);

/** One figure of one cell in one wave. */
interface Point {
  readonly figure: FigureEstimate;
  readonly moments: RateMoments | null;
  readonly variance: number;
  readonly score: Float64Array;
  readonly rows: Uint8Array;
  readonly design: Design;
}

interface PointRequest {
  readonly sample: Sample;
  readonly figure: FigureColumns;
  readonly slice: Slice;
  readonly wave: number;
  readonly intervals: IntervalMaker;
}

function estimatePoint({ sample, figure, slice, wave, intervals }: PointRequest): Point | null {
  const { design, rowOf, isInCell } = slice;
  const rows = new Uint8Array(design.rows);
  const value = new Float64Array(design.rows);
  const bottom = figure.bottom && new Float64Array(design.rows);
  let valid = 0;
  let base = 0;
  let all = 0;
  for (let i = 0; i < design.rows; i++) {
    const row = rowOf === null ? i : (rowOf[i] as number);
    if (!isInCell(i) || sample.wave[row] !== wave || sample.domain[row] === 0) continue;
    const w = design.weight[i] as number;
    all += w;
    const y = figure.value[row] as number;
    const b = figure.bottom ? (figure.bottom[row] as number) : 0;
    if (Number.isNaN(y) || Number.isNaN(b)) continue;
    rows[i] = 1;
    value[i] = y;
    if (bottom) bottom[i] = b;
    valid += w;
    base += 1;
  }
  if (base === 0) return null;
  const domain = base === design.rows ? null : rows;
  const nonresponse = all > 0 ? Math.max(0, 1 - valid / all) : 0;
  if (figure.design.type === 'total' || figure.design.type === 'ratio') {
    const estimator: Estimator | null = bottom
      ? estimateRatio(design, value, bottom, domain)
      : estimateTotal(design, value, domain);
    if (estimator === null) return null;
    const variance = covarianceOf(design, [estimator.score], domain)[0]?.[0] as number;
    const df = degreesOfFreedom(design, domain);
    const se = Math.sqrt(variance);
    const of = { value: estimator.value, se, base, df, nEff: null, deff: null, nonresponse };
    return {
      figure: { ...of, ...intervals.ofValue(estimator.value, se, df, null) },
      ...{ moments: null, variance, score: estimator.score, rows, design },
    };
  }
  const mean = estimateDomainMean(design, value, domain);
  if (mean === null) return null;
  const { df, variance, score } = mean;
  const se = Math.sqrt(variance);
  const moments = figure.design.type === 'rate' ? mean : null;
  const scores = figure.design.type === 'mean' && figure.design.scores ? Object.values(figure.design.scores) : null;
  const interval = moments ? intervals.ofRate(moments) : intervals.ofValue(mean.value, se, df, scores);
  const nEff = moments
    ? intervals.effective(moments)
    : mean.deffReplace
      ? Math.min(base, base / mean.deffReplace)
      : null;
  return {
    figure: { value: mean.value, se, base, df, nEff, deff: mean.deffReplace, nonresponse, ...interval },
    ...{ moments, variance, score, rows, design },
  };
}

/** The change since last wave: MOVER-Wilson for the rate of one stratum, Wald for what is put together from several. */
function compare(
  design: EstimateDesign,
  figure: FigureColumns,
  now: Point,
  last: Point,
  isSingle: boolean,
  intervals: IntervalMaker,
): FigureChange {
  const isShared = design.wave?.sameClusters === true;
  const difference = now.figure.value - last.figure.value;
  const covariance = isShared ? sharedCovariance(now, last) : 0;
  const df = isShared ? unionDf(now, last) : now.figure.df + last.figure.df;
  const variances = { thisWave: now.variance, lastWave: last.variance, covariance };
  const se = Math.sqrt(Math.max(0, now.variance + last.variance - 2 * covariance));
  const wald = waldTest(difference, variances, df, intervals.critical);
  const mayMover = figure.design.type === 'rate' && !isShared && now.moments !== null && last.moments !== null;
  const isMover = mayMover && design.change !== 'wald' && (design.change === 'mover' || isSingle || wald === null);
  const of = { difference, se, covariance, df, pAdjusted: null, verdict: 'no-reliable-change' as const };
  if (isMover && now.moments && last.moments) {
    const interval = changeLimits(now.moments, last.moments, intervals.critical);
    return { ...of, interval, method: 'mover-wilson', p: changeP(now.moments, last.moments) };
  }
  return { ...of, interval: wald?.limits ?? null, method: 'wald', p: wald?.p ?? null };
}

/** What the two waves share by visiting the same clusters. Both points come from the same slice of the design. */
function sharedCovariance(now: Point, last: Point): number {
  const domain = now.rows.map((mark, i) => mark | (last.rows[i] as number));
  return covarianceOf(now.design, [now.score, last.score], domain)[0]?.[1] as number;
}

const unionDf = (now: Point, last: Point): number =>
  degreesOfFreedom(
    now.design,
    now.rows.map((mark, i) => mark | (last.rows[i] as number)),
  );

function describeMethods(design: EstimateDesign, sample: Sample): Record<string, string> {
  const { weighting, interval } = design;
  return {
    variance: 'taylor-linearisation',
    strata: design.strata.join('|') || 'none',
    clusters: design.clusters.join('|') || 'none',
    fpc: sample.hasFpc ? 'on' : 'off',
    lonely: design.lonely,
    weights: weighting?.method ?? (design.weight === null && design.population === null ? 'none' : 'design'),
    ...(weighting
      ? { residual: weighting.method !== 'calibrate' && weighting.residual === 'sweep' ? 'sweep' : 'greg' }
      : {}),
    interval: interval.method,
    level: String(interval.level),
    ...(sample.waves.length > 1
      ? { change: design.change, sameClusters: String(design.wave?.sameClusters ?? false), adjust: design.adjust }
      : {}),
  };
}
