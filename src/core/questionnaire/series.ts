import type { Mode } from '../indicators/types.ts';
import type { Lang, Text } from '../text.ts';
import type { IndicatorSet } from './coding.ts';
import { printCondition } from './condition.ts';
import { questionsOf } from './indicators-file.ts';
import type { Plan } from './plan.ts';

/** Everything that must stay the same for two waves' rates to be subtracted, and what we call it when it did not. */
const BREAK_REASONS = [
  'series',
  'absent',
  'question',
  'filter',
  'counted-options',
  'denominator',
  'scores',
  'mode',
  'weighting',
] as const;
export type BreakReason = (typeof BREAK_REASONS)[number];

type IndicatorMark = Readonly<Record<'question' | 'filter' | 'counted-options' | 'denominator' | 'scores', string>>;

/** The fingerprint of a wave's questionnaire, kept with the wave as plain JSON. It reads as text, so a break can be looked at. */
export interface SeriesMark {
  readonly series: string;
  readonly mode: string;
  readonly indicators: Readonly<Record<string, IndicatorMark>>;
}

export interface SeriesBreak {
  readonly indicator: string;
  readonly reasons: readonly BreakReason[];
}

/**
 * Chinese is the wording of record: a better English translation does not break a series, a new Chinese word does.
 * What only the keypad speaks counts when the keypad is used; open links never enter a rate and are left out.
 */
export function markSeries(set: IndicatorSet, plan: Plan, modes: readonly Mode[]): SeriesMark {
  const spoken = modes.includes('keypad');
  const wordings = new Map(
    plan.questions.map((question) => [
      question.code,
      {
        filter: question.visibleIf ? printCondition(question.visibleIf) : '',
        wording: [
          question.title.zh,
          question.help?.zh ?? '',
          spoken ? (question.spoken?.zh ?? '') : '',
          ...question.choices.map(
            (choice) => `${choice.code}=${choice.title.zh}${spoken && choice.spoken ? `/${choice.spoken.zh}` : ''}`,
          ),
        ].join('|'),
      },
    ]),
  );
  const indicators = set.indicators.map(({ code, coding, outcomes, denominator, scores }) => {
    const questions = questionsOf(coding).map((question) => ({ question, ...wordings.get(question) }));
    const mark: IndicatorMark = {
      question: questions.map(({ question, wording }) => `${question}: ${wording}`).join('\n'),
      filter: questions.map(({ question, filter }) => `${question}: ${filter}`).join('\n'),
      'counted-options': [
        printSorted(outcomes),
        ...(coding.from === 'rules'
          ? coding.rules.map(({ outcome, when }) => `${outcome}: ${printCondition(when)}`)
          : []),
      ].join('\n'),
      denominator,
      scores: printSorted(scores ?? {}),
    };
    return [code, mark] as const;
  });
  const mode = modes.filter((name) => name !== 'web-open').sort();
  return { series: set.series.code, mode: mode.join(), indicators: Object.fromEntries(indicators) };
}

const printSorted = (record: Readonly<Record<string, string | number>>): string =>
  Object.entries(record)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join();

/** The same breaks, and for every indicator that the waves are weighted in different ways: figures say that, not questionnaires. */
export function addWeightingBreak(breaks: readonly SeriesBreak[], indicators: readonly string[]): SeriesBreak[] {
  const known = new Map(breaks.map(({ indicator, reasons }) => [indicator, reasons]));
  for (const indicator of indicators) known.set(indicator, [...(known.get(indicator) ?? []), 'weighting']);
  return [...known].map(([indicator, reasons]) => ({ indicator, reasons }));
}

/** Each reason that waves are not compared once, with the indicators it holds for; without names where it holds for all. */
export function groupBreaks(
  breaks: ReadonlyArray<{ readonly indicator: string; readonly sentence: Text }>,
  indicators: ReadonlyArray<{ readonly code: string; readonly title: Text }>,
  lang: Lang,
): string[] {
  const bySentence = new Map<string, Set<string>>();
  for (const { indicator, sentence } of breaks) {
    bySentence.set(sentence[lang], (bySentence.get(sentence[lang]) ?? new Set()).add(indicator));
  }
  return [...bySentence].map(([sentence, codes]) => {
    if (indicators.every(({ code }) => codes.has(code))) return sentence;
    const names = [...codes].map((code) => indicators.find((one) => one.code === code)?.title[lang] ?? code);
    return lang === 'zh' ? `${names.join('、')}：${sentence}` : `${names.join(', ')}: ${sentence}`;
  });
}

/** Which indicators of two waves may not be compared, and why; empty: all may. */
export function findSeriesBreaks(before: SeriesMark, after: SeriesMark): SeriesBreak[] {
  const codes = [...new Set([...Object.keys(before.indicators), ...Object.keys(after.indicators)])];
  return codes
    .map((indicator) => ({ indicator, reasons: findReasons(before, after, indicator) }))
    .filter(({ reasons }) => reasons.length > 0);
}

function findReasons(before: SeriesMark, after: SeriesMark, indicator: string): BreakReason[] {
  const [a, b] = [before.indicators[indicator], after.indicators[indicator]];
  return BREAK_REASONS.filter((reason) => {
    if (reason === 'weighting') return false;
    if (reason === 'series' || reason === 'mode') return before[reason] !== after[reason];
    if (reason === 'absent') return !a || !b;
    return a && b && a[reason] !== b[reason];
  });
}

const SENTENCES: Readonly<Record<BreakReason, Text>> = {
  series: { zh: '口径序列不同', en: 'they belong to different series' },
  absent: { zh: '有一轮没有这项指标', en: 'one of the waves does not have this indicator' },
  question: { zh: '题目或选项的文字改了', en: 'the wording of the question or its options changed' },
  filter: { zh: '提问范围（跳转条件）改了', en: 'the question is asked of other people' },
  'counted-options': { zh: '计入的选项改了', en: 'the options that count changed' },
  denominator: { zh: '分母口径改了', en: 'the base changed' },
  scores: { zh: '分值表改了', en: 'the score table changed' },
  mode: { zh: '调查方式改了', en: 'the way people were asked changed' },
  weighting: { zh: '加权办法不同', en: 'they are weighted in different ways' },
};

/** “两轮不可比：题目或选项的文字改了；调查方式改了。” */
export function describeBreakReasons(reasons: readonly BreakReason[]): Text {
  return {
    zh: `两轮不可比：${reasons.map((reason) => SENTENCES[reason].zh).join('；')}。`,
    en: `The two waves cannot be compared: ${reasons.map((reason) => SENTENCES[reason].en).join('; ')}.`,
  };
}
