import { AppError, type Problem } from '../core/errors.ts';
import { buildPoint, buildResults, type PointFigure } from '../core/indicators/results.ts';
import {
  type Denominator,
  DISPOSITION,
  type Figure,
  type FigureReason,
  type FigureStatus,
  type Interval,
  type ResultRow,
  type ResultUnit,
  type TallyCell,
} from '../core/indicators/types.ts';
import { verdictSentence } from '../core/indicators/verdict.ts';
import {
  describeWeights,
  isSameScheme,
  type WaveMargins,
  type WaveToWeigh,
  type WeightingMethod,
  type WeightingResult,
  type WeightSummary,
  weighWaves,
} from '../core/indicators/weighting.ts';
import { type Comparison, describeComparison, isYearBefore } from '../core/period.ts';
import { describeOutcomes } from '../core/questionnaire/counted.ts';
import { questionsOf } from '../core/questionnaire/indicators-file.ts';
import type { Approval } from '../core/questionnaire/plan.ts';
import { addWeightingBreak, describeBreakReasons, findSeriesBreaks, markSeries } from '../core/questionnaire/series.ts';
import { computeOutcomeRates, countOutcomes, estimateEligibility } from '../core/sample/outcomes.ts';
import type { Text } from '../core/text.ts';
import { LEVELS, type Level } from '../core/units/types.ts';
import type { Reader } from '../store/connection.ts';
import type { StoredUnit } from '../store/units.ts';
import type { WaveRow } from '../store/waves.ts';
import { type Actor, requirePermission, requireScope, scopePath } from './actor.ts';
import type { Deps } from './deps.ts';
import type { CompiledSurvey, SurveyService } from './surveys.ts';
import { findUnit } from './units.ts';
import { findWave, type WaveService, type WaveView } from './waves.ts';

export interface IndicatorView {
  readonly code: string;
  readonly title: Text;
  readonly headline: boolean;
  readonly denominator: Denominator;
  /** The question as it was asked. */
  readonly question: Text;
  /** The options that count, or the rules by which an answer does, in words. */
  readonly counted: readonly Text[];
  readonly scored: boolean;
}

export interface TrendPoint {
  readonly wave: string;
  readonly title: string;
  readonly period: string;
  /** False: another series; the line is broken there and nothing is subtracted. */
  readonly sameSeries: boolean;
  readonly figures: Readonly<
    Record<
      string,
      {
        readonly status: FigureStatus;
        readonly reason?: FigureReason;
        readonly printed: number | null;
        readonly share: number | null;
        readonly interval: Interval | null;
        readonly base: number | null;
      }
    >
  >;
}

export interface ResultsView {
  readonly wave: WaveView;
  readonly base: {
    readonly wave: WaveView;
    /** What the changes are called: against the same period of the year before, or against the wave before. */
    readonly comparison: Comparison;
    readonly comparable: boolean;
    readonly breaks: ReadonlyArray<{ readonly indicator: string; readonly sentence: Text }>;
  } | null;
  readonly unit: ResultUnit;
  /** From the highest unit the reader may see down to the parent of this one. */
  readonly ancestors: readonly ResultUnit[];
  /** Levels that rows may be listed by below this unit. */
  readonly levels: readonly Level[];
  readonly indicators: readonly IndicatorView[];
  readonly summary: ResultRow;
  readonly rows: readonly ResultRow[];
  readonly sentences: Readonly<Record<string, Text>>;
  readonly trend: readonly TrendPoint[];
  /** AAPOR outcome rates of the wave in this unit; null when the survey house reported completes only. */
  readonly response: ResponseRates | null;
  /** How the wave is weighted to known populations; null when it is not. */
  readonly weighting: WeightingView | null;
  /** The legal marks of the survey form, printed with its figures. */
  readonly approval: Approval | null;
}

export interface ResponseRates {
  /** RR1 … CON3, shares 0..1. */
  readonly rates: ReturnType<typeof computeOutcomeRates>;
  /** Cases per AAPOR symbol. */
  readonly counts: ReturnType<typeof countOutcomes>;
  /** The assumed share of eligible cases among those of unknown eligibility (e), by the CASRO rule. */
  readonly eligibility: number | null;
}

/** The weights of one unit's interviews, and how they came about. */
export interface WeightingView {
  readonly method: WeightingMethod;
  readonly cap: number;
  /** The areas that were weighted on their own, as far as they meet this unit. */
  readonly areas: ReadonlyArray<{ readonly code: string; readonly name: string }>;
  readonly margins: ReadonlyArray<{ readonly name: string; readonly levels: readonly string[] }>;
  /** What unequal weights cost, by Kish; null where nobody was interviewed or nothing is weighted. */
  readonly kishDeff: number | null;
  readonly nEff: number | null;
  readonly weightRange: WeightSummary['weightRange'] | null;
  /** Interviews whose weight was capped. */
  readonly trimmed: number;
  /** Levels that were merged, by area. */
  readonly collapsed: ReadonlyArray<{ readonly area: string; readonly steps: readonly string[] }>;
  readonly warnings: readonly Problem[];
  /** Why the wave could not be weighted: its figures are then unweighted. */
  readonly refused: Problem | null;
}

export interface ResultsQuery {
  readonly wave: string;
  /** The wave's root, or the highest unit the actor may see, when absent. */
  readonly unit?: string | undefined;
  /** The level of the rows; the next level below the unit when absent. */
  readonly by?: Level | undefined;
}

export type ResultService = ReturnType<typeof createResultService>;

export function createResultService(deps: Deps & { readonly surveys: SurveyService; readonly waves: WaveService }) {
  const { connection, stores, surveys, waves } = deps;

  /** The counters of waves, each read once for a page: the wave before is also a point of the trend. */
  function createWaveReader(db: Reader) {
    const known = new Map<string, Promise<WaveToWeigh>>();
    return (wave: WaveRow, survey: CompiledSurvey): Promise<WaveToWeigh> => {
      const read = known.get(wave.id) ?? readWave(db, wave, survey);
      known.set(wave.id, read);
      return read;
    };
  }

  /** The counters of a wave: by sex and age band only where it is weighted. */
  async function readWave(db: Reader, wave: WaveRow, survey: CompiledSurvey): Promise<WaveToWeigh> {
    const indicators = [DISPOSITION, ...survey.set.indicators.map(({ code }) => code)];
    const margins = await stores.waves.findMargins(db, wave.id);
    if (margins === null) return { cells: await stores.tallies.readTotals(db, wave.id, indicators), margins };
    const cells = await stores.tallies.readCells(db, wave.id);
    return { cells: cells.filter(({ indicator }) => indicators.includes(indicator)), margins };
  }

  /** Earlier waves that have something to compare with: not one that was only planned, nor one still without interviews. */
  async function listCounted(db: Reader, wave: WaveRow): Promise<WaveRow[]> {
    const counted: WaveRow[] = [];
    for (const past of await stores.waves.listEarlier(db, wave)) {
      if (past.state === 'draft') continue;
      const hasInterviews = async () =>
        (await stores.tallies.readTotals(db, past.id, [DISPOSITION])).some(({ mode }) => mode !== 'web-open');
      if (past.state === 'closed' || (await hasInterviews())) counted.push(past);
    }
    return counted;
  }

  /** A wave with the one it is compared with, counted and weighted: levels are merged for both alike. */
  async function weighWithBase(
    db: Reader,
    wave: WaveRow,
    units: readonly StoredUnit[],
    readCounts: ReturnType<typeof createWaveReader>,
  ) {
    const survey = await surveys.compile(db, wave.surveyVersionId);
    const earlier = wave.kind === 'official' ? await listCounted(db, wave) : [];
    // Year on year: a year beside the last one, a half beside the same half; the wave before where there is none.
    const sameSeries = earlier.filter(({ series }) => series === wave.series);
    const base =
      sameSeries.find(({ period }) => isYearBefore(wave.period, period)) ?? sameSeries[0] ?? earlier[0] ?? null;
    const baseSurvey = base ? await surveys.compile(db, base.surveyVersionId) : null;
    const counted = await readCounts(wave, survey);
    const countedBase = base && baseSurvey ? await readCounts(base, baseSurvey) : null;
    const weighting = weighWaves({ units, thisWave: counted, lastWave: countedBase });
    return { survey, earlier, base, baseSurvey, counted, countedBase, weighting };
  }

  /** Rows of the whole wave. Hidden cells are chosen over the whole tree, so every reader sees one and the same pattern. */
  async function computeRows(
    db: Reader,
    wave: WaveRow,
    units: readonly StoredUnit[],
    readCounts: ReturnType<typeof createWaveReader>,
  ) {
    const { survey, earlier, base, baseSurvey, counted, countedBase, weighting } = await weighWithBase(
      db,
      wave,
      units,
      readCounts,
    );
    const weighted = weighting.thisWave?.weighted ?? null;
    const weightedBase = weighting.lastWave?.weighted ?? null;
    const seriesBreaks =
      base && baseSurvey
        ? findSeriesBreaks(
            markSeries(baseSurvey.set, baseSurvey.plan.plan, base.modes),
            markSeries(survey.set, survey.plan.plan, wave.modes),
          )
        : [];
    const breaks =
      base && !isSameScheme(weighted, weightedBase)
        ? addWeightingBreak(
            seriesBreaks,
            survey.set.indicators.map(({ code }) => code),
          )
        : seriesBreaks;
    const unreadable = new Set(seriesBreaks.map(({ indicator }) => indicator));
    const rows = buildResults({
      units,
      definitions: survey.set.indicators,
      thisWave: { cells: counted.cells, weighted },
      lastWave: countedBase && { cells: withoutIndicators(countedBase.cells, unreadable), weighted: weightedBase },
      comparable: new Map(breaks.map(({ indicator, reasons }) => [indicator, reasons.join(', ')])),
    });
    return {
      ...{ survey, base, breaks, rows, earlier, margins: counted.margins },
      weighting: weighting.thisWave,
      weightedBase,
    };
  }

  async function readTrend(
    db: Reader,
    wave: WaveRow,
    { earlier, base, weighting, weightedBase }: Awaited<ReturnType<typeof computeRows>>,
    row: ResultRow,
    units: readonly StoredUnit[],
    readCounts: ReturnType<typeof createWaveReader>,
  ) {
    const points: TrendPoint[] = [trendPoint(wave, true, row.figures)];
    const weighted = weighting?.weighted ?? null;
    for (const past of earlier) {
      const survey = await surveys.compile(db, past.surveyVersionId);
      const counted = await readCounts(past, survey);
      const own = counted.margins && (await weighWithBase(db, past, units, readCounts)).weighting.thisWave;
      const pastWeighted = own?.weighted ?? null;
      const figures = buildPoint(
        { units, definitions: survey.set.indicators, thisWave: { cells: counted.cells, weighted: pastWeighted } },
        row.unit.code,
      );
      const isSame =
        past.series === wave.series && isSameScheme(weighted, past.id === base?.id ? weightedBase : pastWeighted);
      if (figures) points.unshift(trendPoint(past, isSame, figures));
    }
    return points;
  }

  return {
    /**
     * A wave's rates for one unit and the units below it, beside the wave before in the same series, with everything a
     * reader needs to judge them. Only what the actor may see; small cells are hidden here, for every reader alike.
     */
    async readResults(actor: Actor, query: ResultsQuery): Promise<ResultsView> {
      requirePermission(actor, 'result.read');
      const db = connection.reader;
      const wave = await findWave(deps, query.wave);
      const root = await findUnit(deps, wave.rootUnit);
      const unit = await findUnit(deps, query.unit ?? defaultUnit(actor, root));
      requireScope(actor, unit);
      if (!unit.path.startsWith(root.path))
        throw new AppError('UNIT_OUTSIDE_WAVE', { unit: unit.code, wave: wave.code });

      const units = await stores.units.listSubtree(db, root.path);
      const readCounts = createWaveReader(db);
      const computed = await computeRows(db, wave, units, readCounts);
      const { survey, base, breaks, rows, weighting, margins } = computed;
      const summary = rows.find((row) => row.unit.code === unit.code);
      if (!summary) throw new AppError('NO_RATES_BELOW_TOWN', { unit: unit.name });
      const byCode = new Map(units.map((one) => [one.code, one]));
      const below = rows.filter((row) => {
        const path = byCode.get(row.unit.code)?.path ?? '';
        return path.startsWith(unit.path) && row.unit.code !== unit.code;
      });
      const levels = LEVELS.filter((level) => below.some((row) => row.unit.level === level));
      const by = query.by ?? levels[0];
      if (query.by && !levels.includes(query.by)) {
        throw new AppError('INPUT_INVALID', { field: 'by', reason: levels.join(', ') || '—' });
      }
      const view = await waves.viewWave(wave);
      const comparison = base && describeComparison(wave.period, base.period);
      const sentenceOf = (title: Text, figure: Figure): Text => ({
        zh: verdictSentence(title, figure, comparison, 'zh'),
        en: verdictSentence(title, figure, comparison, 'en'),
      });
      return {
        wave: view,
        base:
          base && comparison
            ? {
                wave: await waves.viewWave(base),
                comparison,
                comparable: breaks.length === 0,
                breaks: breaks.map(({ indicator, reasons }) => ({
                  indicator,
                  sentence: describeBreakReasons(reasons),
                })),
              }
            : null,
        unit: resultUnit(unit),
        ancestors: ancestorsOf(unit, units, scopePath(actor)).map(resultUnit),
        levels,
        indicators: survey.set.indicators.map((indicator) => viewIndicator(survey, indicator.code)),
        summary,
        rows: below.filter((row) => row.unit.level === by),
        sentences: Object.fromEntries(
          survey.set.indicators.flatMap(({ code, title }) => {
            const figure = summary.figures[code];
            return figure ? [[code, sentenceOf(title, figure)]] : [];
          }),
        ),
        trend: await readTrend(db, wave, computed, summary, units, readCounts),
        response: await readResponseRates(db, wave, unit, byCode),
        weighting: margins && viewWeighting(weighting, margins, unit, units, scopePath(actor)),
        approval: survey.plan.plan.approval,
      };
    },
  };

  async function readResponseRates(
    db: Reader,
    wave: WaveRow,
    unit: StoredUnit,
    units: ReadonlyMap<string, StoredUnit>,
  ) {
    const cells = await stores.tallies.readTotals(db, wave.id, [DISPOSITION]);
    const counts: Record<string, number> = {};
    for (const { unit: code, mode, outcome, n } of cells) {
      if (mode === 'web-open' || !units.get(code)?.path.startsWith(unit.path)) continue;
      counts[outcome] = (counts[outcome] ?? 0) + n;
    }
    // Completes alone say nothing about those who were not reached.
    if (Object.keys(counts).every((code) => code === '1.1')) return null;
    const outcomes = countOutcomes(Object.entries(counts));
    return { rates: computeOutcomeRates(outcomes), counts: outcomes, eligibility: estimateEligibility(outcomes) };
  }
}

/** Counts of an indicator that was asked or counted otherwise then are not this wave's to classify. */
function withoutIndicators(cells: readonly TallyCell[], unreadable: ReadonlySet<string>): readonly TallyCell[] {
  return cells.filter(({ indicator }) => !unreadable.has(indicator));
}

function defaultUnit(actor: Actor, root: StoredUnit): string {
  return actor.kind === 'staff' && actor.unitPath.startsWith(root.path) && actor.unitCode ? actor.unitCode : root.code;
}

function resultUnit({ code, name, level, parentCode, population }: StoredUnit): ResultUnit {
  return { code, name, level, parentCode, population };
}

function ancestorsOf(unit: StoredUnit, units: readonly StoredUnit[], scope: string | null): StoredUnit[] {
  return units
    .filter((one) => unit.path.startsWith(one.path) && one.code !== unit.code)
    .filter((one) => scope === null || one.path.startsWith(scope))
    .sort((a, b) => a.path.length - b.path.length);
}

function viewIndicator(survey: CompiledSurvey, code: string): IndicatorView {
  const indicator = survey.set.indicators.find((one) => one.code === code);
  if (!indicator) throw new RangeError(`no indicator ${code}`);
  const question = survey.plan.find.get(questionsOf(indicator.coding)[0] ?? '')?.question;
  return {
    code,
    title: indicator.title,
    headline: survey.set.headline.includes(code),
    denominator: indicator.denominator,
    question: question?.title ?? indicator.title,
    counted: describeOutcomes(indicator, survey.plan.plan, 'positive'),
    scored: indicator.scores !== undefined,
  };
}

function trendPoint(wave: WaveRow, sameSeries: boolean, figures: Readonly<Record<string, PointFigure>>): TrendPoint {
  return {
    wave: wave.code,
    title: wave.title,
    period: wave.period,
    sameSeries,
    figures: Object.fromEntries(Object.entries(figures).map(([code, figure]) => [code, pointOf(figure)])),
  };
}

function pointOf({ status, reason, estimate }: PointFigure) {
  return {
    status,
    ...(reason ? { reason } : {}),
    printed: estimate?.printed ?? null,
    share: estimate?.share ?? null,
    interval: estimate?.interval ?? null,
    base: estimate?.base ?? null,
  };
}

function viewWeighting(
  result: WeightingResult,
  { method, cap, cells }: WaveMargins,
  unit: StoredUnit,
  units: readonly StoredUnit[],
  scope: string | null,
): WeightingView {
  const weighted = result?.weighted ?? null;
  const areaCodes = new Set(cells.map((cell) => cell.unit));
  const near = units.filter(
    ({ code, path }) => areaCodes.has(code) && (path.startsWith(unit.path) || unit.path.startsWith(path)),
  );
  const reports = weighted?.areas.filter((area) => near.some(({ code }) => code === area.unit.code)) ?? [];
  const range = weighted?.rangeOf(unit.code) ?? null;
  const summary = weighted && range && describeWeights(weighted, range);
  // An area the reader has no business with is not named.
  const seen = new Set(
    [...near, ...units.filter(({ path }) => scope === null || path.startsWith(scope))].map(({ name }) => name),
  );
  const refused = result?.refused ?? null;
  const where = refused?.details.area ?? refused?.details.unit;
  return {
    method,
    cap,
    areas: near.map(({ code, name }) => ({ code, name })),
    margins: reports[0]?.margins ?? [],
    kishDeff: summary?.kishDeff ?? null,
    nEff: summary?.nEff ?? null,
    weightRange: summary?.weightRange ?? null,
    trimmed: summary?.trimmed ?? 0,
    collapsed: reports.flatMap((area) =>
      area.collapsed.length > 0 ? [{ area: area.unit.name, steps: area.collapsed }] : [],
    ),
    warnings: reports.flatMap((area) =>
      area.warnings.map((problem) => ({ ...problem, details: { ...problem.details, area: area.unit.name } })),
    ),
    refused: refused && !seen.has(String(where)) ? { code: 'WEIGHTING_REFUSED_ELSEWHERE', details: {} } : refused,
  };
}
