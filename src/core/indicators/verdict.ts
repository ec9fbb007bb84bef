import type { Comparison } from '../period.ts';
import type { Lang, Text } from '../text.ts';
import { hundredthsText } from './printed.ts';
import type { Change, Figure, Verdict } from './types.ts';

/** The verdict in a few words, for a table cell. */
export const VERDICT_WORDS: Readonly<Record<Verdict, Text>> = {
  up: { zh: '上升，变化显著', en: 'up, significant' },
  down: { zh: '下降，变化显著', en: 'down, significant' },
  'no-reliable-change': { zh: '变化不显著', en: 'no reliable change' },
  'too-few': { zh: '样本太少，不作判断', en: 'too few answers to judge' },
  'no-base-wave': { zh: '无上期可比', en: 'no earlier wave to compare' },
  'not-comparable': { zh: '口径不同，不可比', en: 'not comparable' },
  'no-data': { zh: '无数据', en: 'no data' },
};

/** What is said instead of a rate that is not shown. */
const HIDDEN: Readonly<Record<'suppressed' | 'coverage-low' | 'population-unknown' | 'no-data', Text>> = {
  suppressed: {
    zh: '样本太少或为防止反推，不公布',
    en: 'not published: too few answers, or to keep another figure from being worked out',
  },
  'coverage-low': {
    zh: '有调查的乡镇所住人口不足80%，不公布',
    en: 'towns with interviews hold less than 80 % of the population, not published',
  },
  'population-unknown': {
    zh: '有乡镇人口数未知，不能汇总',
    en: 'the population of a town is unknown, so towns cannot be combined',
  },
  'no-data': { zh: '无数据', en: 'no data' },
};

/**
 * One figure as a sentence: “知晓率97.97%，同比上升5.52个百分点，变化显著”. The change is the difference of the printed
 * rates; whether it is called a change at all is the test's matter. `comparison` is null without a wave to compare with.
 */
export function verdictSentence(title: Text, figure: Figure, comparison: Comparison | null, lang: Lang): string {
  const { estimate, change, status } = figure;
  const name = title[lang];
  if (estimate === null) {
    const why = figure.reason === 'population-unknown' ? figure.reason : status;
    const text = HIDDEN[why === 'shown' || why === 'small-base' ? 'no-data' : why][lang];
    return lang === 'zh' ? `${name}：${text}` : `${name}: ${text}`;
  }
  const rate = `${name}${lang === 'zh' ? '' : ' '}${hundredthsText(estimate.printed)}%`;
  return lang === 'zh' ? `${rate}，${changeZh(change, comparison)}` : `${rate}, ${changeEn(change, comparison)}`;
}

function changeZh({ printed, verdict }: Change, comparison: Comparison | null): string {
  if (printed === null || comparison === null) return VERDICT_WORDS[verdict].zh;
  const points = hundredthsText(Math.abs(printed));
  const moved =
    printed === 0
      ? `与${comparison.against.zh}持平`
      : `${comparison.phrase.zh}${printed > 0 ? '上升' : '下降'}${points}个百分点`;
  return `${moved}，${JUDGEMENT[verdict].zh}`;
}

function changeEn({ printed, verdict }: Change, comparison: Comparison | null): string {
  if (printed === null || comparison === null) return VERDICT_WORDS[verdict].en;
  const points = hundredthsText(Math.abs(printed));
  const moved =
    printed === 0
      ? `the same as ${comparison.against.en}`
      : `${printed > 0 ? 'up' : 'down'} ${points} points ${comparison.phrase.en}`;
  return `${moved}, ${JUDGEMENT[verdict].en}`;
}

/** The direction has been said; this says whether it can be relied on. */
const JUDGEMENT: Readonly<Record<Verdict, Text>> = {
  ...VERDICT_WORDS,
  up: { zh: '变化显著', en: 'a significant change' },
  down: { zh: '变化显著', en: 'a significant change' },
  'no-reliable-change': { zh: '变化不显著（在抽样误差之内）', en: 'not significant (within sampling error)' },
};
