import { describe, expect, it } from 'vitest';
import { parseIndicators } from '../../../src/core/questionnaire/indicators-file.ts';
import { definition, multiple, number, planOf, single, unfilled } from './example.ts';

type Json = Record<string, unknown>;

const plan = planOf(definition([single('a'), multiple('m'), number('n'), single('b', { visibleIf: "{a} = '5'" })]));
const OUTCOMES = {
  1: 'positive',
  2: 'positive',
  3: 'negative',
  4: 'negative',
  5: 'negative',
  8: 'dont-know',
  9: 'refused',
};
const rate = (more: Json = {}): Json => ({
  code: 'safety',
  title: { zh: '安全感', en: 'Safety' },
  question: 'a',
  outcomes: OUTCOMES,
  ...more,
});
const file = (indicators: readonly Json[], more: Json = {}): Json => ({
  survey: 'example',
  series: { code: 'example', title: { zh: '示例', en: 'Example' } },
  headline: ['safety'],
  indicators,
  ...more,
});

describe('reading an indicator file', () => {
  it('keeps the definition, adds “not asked”, and rests on everybody eligible unless told otherwise', () => {
    const { set, problems } = parseIndicators(file([rate({ scores: { 1: 100, 5: 0 } })]), plan);
    expect(problems).toEqual([]);
    expect(set?.indicators[0]).toEqual({
      code: 'safety',
      title: { zh: '安全感', en: 'Safety' },
      denominator: 'all-eligible',
      outcomes: { ...OUTCOMES, NA: 'not-asked' },
      scores: { 1: 100, 5: 0 },
      coding: { from: 'question', question: 'a' },
    });
    expect(JSON.parse(JSON.stringify(set))).toEqual(set);
  });

  it('expands a multiple question to one indicator per choice, non-answers apart', () => {
    const channels = { code: 'channels', title: { zh: '渠道', en: 'Channel' }, perChoice: 'm' };
    const { set } = parseIndicators(file([rate(), channels]), plan);
    expect(set?.indicators.map(({ code, title }) => `${code} ${title.zh}`)).toEqual([
      'safety 安全感',
      'channels.tv 渠道：电视',
      'channels.web 渠道：网络',
      'channels.talk 渠道：宣讲',
      'channels.none 渠道：没有听到过',
    ]);
  });

  it.each<[string, Json, string]>([
    ['an option nobody classified', file([rate({ outcomes: { ...OUTCOMES, 5: undefined } })]), 'INDICATORS_SHAPE'],
    ['an option that is left out', file([rate({ outcomes: { 1: 'positive', 9: 'refused' } })]), 'UNMAPPED_CODE'],
    ['an option that does not exist', file([rate({ outcomes: { ...OUTCOMES, 7: 'positive' } })]), 'INDICATOR_OUTCOME'],
    [
      '“don’t know” counted as positive',
      file([rate({ outcomes: { ...OUTCOMES, 8: 'positive' } })]),
      'INDICATOR_NON_ANSWER',
    ],
    [
      'a negative answer counted as “don’t know”',
      file([rate({ outcomes: { ...OUTCOMES, 5: 'dont-know' } })]),
      'INDICATOR_NON_ANSWER',
    ],
    ['an unknown classification', file([rate({ outcomes: { ...OUTCOMES, 1: 'good' } })]), 'INDICATORS_SHAPE'],
    ['a score over 100', file([rate({ scores: { 1: 120 } })]), 'INDICATOR_SCORE'],
    ['a score for “don’t know”', file([rate({ scores: { 8: 50 } })]), 'INDICATOR_SCORE'],
    ['an unknown question', file([rate({ question: 'ghost' })]), 'INDICATOR_QUESTION'],
    ['a rate of a number', file([rate({ question: 'n' })]), 'INDICATOR_QUESTION'],
    ['choices of a single question', file([rate({ question: undefined, perChoice: 'a' })]), 'INDICATOR_QUESTION'],
    [
      'a rule about an unknown choice',
      file([rate({ question: undefined, rules: [{ outcome: '1', when: "{a} = '7'" }] })]),
      'CONDITION_CHOICE',
    ],
    [
      'a rule whose outcome is not classified',
      file([rate({ question: undefined, rules: [{ outcome: 'x', when: "{a} = '1'" }] })]),
      'UNMAPPED_CODE',
    ],
    ['neither question nor rules', file([rate({ question: undefined })]), 'INDICATORS_SHAPE'],
    ['one code twice', file([rate(), rate()]), 'INDICATOR_DUPLICATE'],
    ['the reserved code', file([rate(), rate({ code: 'disposition' })]), 'INDICATOR_DUPLICATE'],
    ['an unknown base', file([rate({ denominator: 'everybody' })]), 'INDICATORS_SHAPE'],
    ['a headline that is not defined', file([rate()], { headline: ['awareness'] }), 'HEADLINE_UNKNOWN'],
    ['a headline that not everybody is asked', file([rate({ question: 'b' })]), 'HEADLINE_FILTERED'],
    ['a headline without the undecided', file([rate({ denominator: 'took-a-position' })]), 'HEADLINE_BASE'],
    ['no headline', file([rate()], { headline: [] }), 'INDICATORS_SHAPE'],
    ['the file of another survey', file([rate()], { survey: 'other' }), 'INDICATORS_SURVEY'],
    ['no indicators', file([]), 'INDICATORS_SHAPE'],
  ])('refuses %s', (_name, json, code) => {
    const { set, problems } = parseIndicators(json, plan);
    expect(set).toBeNull();
    expect(problems.map((problem) => problem.code)).toContain(code);
    for (const problem of problems) expect(unfilled(problem)).toEqual([]);
  });
});
