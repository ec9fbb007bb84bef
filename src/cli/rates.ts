import { AppError } from '../core/errors.ts';
import { marginText } from '../core/indicators/margin-levels.ts';
import { hundredthsText, roundHalfUp } from '../core/indicators/printed.ts';
import type { Figure, Interval, ResultRow } from '../core/indicators/types.ts';
import { VERDICT_WORDS } from '../core/indicators/verdict.ts';
import { groupBreaks } from '../core/questionnaire/series.ts';
import type { Lang } from '../core/text.ts';
import type { Level } from '../core/units/types.ts';
import { OPERATOR } from '../services/actor.ts';
import type { IndicatorView, ResultsView, WeightingView } from '../services/results.ts';
import { METHOD_WORDS, problemIn } from './margins.ts';
import { layTable } from './output.ts';
import { type Session, withServices } from './session.ts';

interface Options {
  readonly wave: string;
  readonly unit?: string;
  readonly by?: string;
  readonly json?: boolean;
}

const BY: readonly Level[] = ['town', 'county'];

export async function showRates(session: Session, options: Options): Promise<void> {
  const { out, lang } = session.terminal;
  const by = BY.find((level) => level === options.by);
  if (options.by !== undefined && by === undefined) {
    throw new AppError('CHOICE_BAD', { field: '--by', value: options.by, allowed: BY });
  }
  const { view, units } = await withServices(session, 'read', async ({ results, units }) => ({
    view: await results.readResults(OPERATOR, { wave: options.wave, unit: options.unit, by }),
    units: await units.listUnits(OPERATOR),
  }));
  const names = new Map(units.map(({ code, name }) => [code, name]));
  if (options.json) out(`${JSON.stringify(toJson(view, by !== undefined), null, 2)}\n`);
  else out(toText(view, by === undefined ? null : names, lang));
}

/** The headline indicators first, each in the order of the survey. */
function inOrder(view: ResultsView): IndicatorView[] {
  return [...view.indicators].sort((a, b) => Number(b.headline) - Number(a.headline));
}

function toJson(view: ResultsView, withRows: boolean): unknown {
  const { wave, base, unit } = view;
  const { code, title, period, kind, synthetic } = wave;
  const indicators = inOrder(view);
  const figuresOf = (row: ResultRow) =>
    indicators.map((one) => figureJson(one, row.figures[one.code], wave.series.code));
  return {
    ...{ wave: code, title, period, kind, synthetic, series: wave.series.code },
    baseWave: base?.wave.code ?? null,
    unit: { code: unit.code, name: unit.name },
    completes: view.summary.completes,
    openWeb: view.summary.openWeb,
    weighting: view.weighting,
    indicators: figuresOf(view.summary),
    ...(withRows
      ? {
          rows: view.rows.map((row) => ({
            unit: { code: row.unit.code, name: row.unit.name, level: row.unit.level, parentCode: row.unit.parentCode },
            ...{ completes: row.completes, openWeb: row.openWeb, indicators: figuresOf(row) },
          })),
        }
      : {}),
  };
}

/** Percent and points are the printed figures; what is not shown is null. */
function figureJson({ code }: IndicatorView, figure: Figure | undefined, series: string) {
  const { estimate = null, change, status = 'no-data' } = figure ?? {};
  return {
    code,
    percent: fromHundredths(estimate?.printed ?? null),
    unweightedPercent: fromHundredths(figure?.unweighted ?? null),
    changePoints: fromHundredths(change?.printed ?? null),
    base: estimate?.base ?? null,
    interval: intervalJson(estimate?.interval ?? null),
    verdict: change?.verdict ?? 'no-data',
    series,
    status,
    changeInterval: intervalJson(change?.interval ?? null),
    dontKnowPercent: toPercent(figure?.dontKnowShare ?? null),
  };
}

function fromHundredths(hundredths: number | null): number | null {
  return hundredths === null ? null : hundredths / 100;
}

function toPercent(share: number | null): number | null {
  return fromHundredths(share === null ? null : roundHalfUp(share * 10_000));
}

function intervalJson(interval: Interval | null) {
  return interval && { lower: toPercent(interval.lower), upper: toPercent(interval.upper) };
}

/** `names` of the units above the rows; null for no rows. */
function toText(view: ResultsView, names: ReadonlyMap<string, string> | null, lang: Lang): string {
  const zh = lang === 'zh';
  const headline = inOrder(view).filter((one) => one.headline);
  const { wave, base, unit } = view;
  const lines = [`${unit.name} · ${wave.title}（${wave.period}）`];
  if (wave.synthetic)
    lines.push(zh ? '合成演示数据，不是真实测评结果' : 'Synthetic demonstration data, not real results');
  if (wave.kind === 'self-test') lines.push(zh ? '自测，不作为正式结果' : 'Self-test, not an official result');
  lines.push('', ...headline.map(({ code }) => view.sentences[code]?.[lang] ?? code), '');
  const change = changeHead(view, lang);
  const head = zh
    ? ['指标', '比率', '95%置信区间', change, '判断', '样本量', '说不清']
    : ['Indicator', 'Rate', '95% interval', change, 'Verdict', 'Base', "Don't know"];
  const rows = headline.map(({ code, title }) => [title[lang], ...figureCells(view.summary.figures[code], lang)]);
  lines.push(layTable([head, ...rows], [1, 2, 3, 5, 6]), '');
  if (base) lines.push(zh ? `比较对象：${base.wave.title}` : `Compared with: ${base.wave.title}`);
  if (view.weighting) lines.push(...weightingLines(view.weighting, lang));
  if (base) lines.push(...groupBreaks(base.breaks, view.indicators, lang));
  lines.push(
    zh
      ? `口径序列：${wave.series.title.zh}；完访${view.summary.completes}份；变化按取整后的比率计算`
      : `Series: ${wave.series.title.en}; ${view.summary.completes} completes; changes are of the printed rates`,
  );
  for (const { unit: place, unplaced } of [view.summary, ...(names ? view.rows : [])]) {
    if (unplaced) {
      lines.push(
        zh
          ? `另有${unplaced}份答卷只登记到${place.name}，没有写明镇（街道），不进入任何比率`
          : `A further ${unplaced} interviews are filed at ${place.name} itself, without a town; they are in no rate`,
      );
    }
  }
  if (names) lines.push('', tableOfUnits(view, headline, names, lang));
  return `${lines.join('\n')}\n`;
}

/** The head of a column of changes: 同比, or what else they are against. */
function changeHead({ base }: ResultsView, lang: Lang): string {
  return base?.comparison.label[lang] ?? (lang === 'zh' ? '变化' : 'Change');
}

/** What the weights did, or why there are none. */
function weightingLines(weighting: WeightingView, lang: Lang): string[] {
  const { method, refused, kishDeff, nEff, weightRange, trimmed, warnings } = weighting;
  const zh = lang === 'zh';
  if (refused) return [`${zh ? '没有加权：' : 'Not weighted: '}${problemIn(refused, lang)}`];
  const name = METHOD_WORDS[method][lang];
  const cost =
    kishDeff === null || nEff === null || weightRange === null
      ? ''
      : zh
        ? `；权数设计效应${kishDeff.toFixed(2)}，有效样本量${Math.round(nEff)}，权数${weightRange.min.toFixed(2)}–${weightRange.max.toFixed(2)}，封顶${trimmed}份`
        : `; deff of the weights ${kishDeff.toFixed(2)}, effective n ${Math.round(nEff)}, weights ${weightRange.min.toFixed(2)}–${weightRange.max.toFixed(2)}, ${trimmed} capped`;
  return [
    zh ? `按性别、年龄加权（${name}）${cost}` : `Weighted to sex and age (${name})${cost}`,
    ...weighting.collapsed.map(({ area, steps }) => {
      const merged = steps.map((step) => marginText(step, lang));
      return zh ? `合并的组：${area} ${merged.join('、')}` : `Merged: ${area} ${merged.join(', ')}`;
    }),
    ...warnings.map((problem) => problemIn(problem, lang)),
  ];
}

function figureCells(figure: Figure | undefined, lang: Lang): string[] {
  const { estimate, change, dontKnowShare } = figure ?? {};
  return [
    estimate ? `${hundredthsText(estimate.printed)}%` : '—',
    estimate?.interval ? intervalText(estimate.interval) : '—',
    signed(change?.printed ?? null),
    VERDICT_WORDS[change?.verdict ?? 'no-data'][lang],
    estimate ? String(estimate.base) : '—',
    dontKnowShare == null ? '—' : `${(dontKnowShare * 100).toFixed(2)}%`,
  ];
}

function tableOfUnits(
  view: ResultsView,
  headline: readonly IndicatorView[],
  names: ReadonlyMap<string, string>,
  lang: Lang,
): string {
  const head = [lang === 'zh' ? ['编码', '上级', '单位', '完访'] : ['Code', 'Parent', 'Unit', 'Completes']].flat();
  for (const { title } of headline) head.push(title[lang], changeHead(view, lang));
  const rows = view.rows.map((row) => [
    ...[row.unit.code, names.get(row.unit.parentCode ?? '') ?? row.unit.parentCode ?? '', row.unit.name],
    String(row.completes),
    ...headline.flatMap(({ code }) => {
      const [rate = '—', , change = '—'] = figureCells(row.figures[code], lang);
      return [rate, change];
    }),
  ]);
  return layTable([head, ...rows], [3, ...headline.flatMap((_, i) => [4 + 2 * i, 5 + 2 * i])]);
}

function intervalText({ lower, upper }: Interval): string {
  return `${(lower * 100).toFixed(2)}–${(upper * 100).toFixed(2)}%`;
}

function signed(hundredths: number | null): string {
  if (hundredths === null) return '—';
  return `${hundredths > 0 ? '+' : ''}${hundredthsText(hundredths)}`;
}
