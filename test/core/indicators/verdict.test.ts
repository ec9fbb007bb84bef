import { describe, expect, it } from 'vitest';
import { AppError, errorSentence } from '../../../src/core/errors.ts';
import {
  requireComparable,
  requireCoverage,
  requireDegreesOfFreedom,
} from '../../../src/core/indicators/comparability.ts';
import type { Change, Figure, IndicatorDefinition } from '../../../src/core/indicators/types.ts';
import { verdictSentence } from '../../../src/core/indicators/verdict.ts';
import { describeComparison } from '../../../src/core/period.ts';

const estimate = {
  share: 0.9797,
  base: 1000,
  hits: 980,
  se: 0.004,
  df: 990,
  nEff: 900,
  deff: 1.1,
  interval: { lower: 0.96, upper: 0.99 },
  printed: 9797,
};
const figure = (change: Partial<Change>, more: Partial<Figure> = {}): Figure => ({
  indicator: 'awareness',
  status: 'shown',
  estimate,
  unweighted: null,
  ofPosition: null,
  dontKnowShare: 0,
  refusedShare: 0,
  score: null,
  last: null,
  change: { verdict: 'up', difference: 0.0552, printed: 552, interval: null, p: 0.001, pAdjusted: 0.01, ...change },
  coverage: 1,
  ...more,
});
const title = { zh: '知晓率', en: 'Awareness' };
const yearly = describeComparison('2019', '2018');

describe('the sentence of a figure', () => {
  it('is the one leaders know', () => {
    expect(verdictSentence(title, figure({}), yearly, 'zh')).toBe('知晓率97.97%，同比上升5.52个百分点，变化显著');
    expect(verdictSentence(title, figure({}), yearly, 'en')).toBe(
      'Awareness 97.97%, up 5.52 points on a year earlier, a significant change',
    );
  });

  it('names the wave it is compared with where there is none of the year before', () => {
    const halves = describeComparison('2019-H2', '2019-H1');
    expect(verdictSentence(title, figure({}), halves, 'zh')).toBe(
      '知晓率97.97%，与上一轮（2019年上半年）相比上升5.52个百分点，变化显著',
    );
    expect(verdictSentence(title, figure({ printed: 0 }), halves, 'zh')).toContain('与上一轮（2019年上半年）持平');
    expect(verdictSentence(title, figure({ printed: 0 }), yearly, 'zh')).toContain('与上年同期持平');
    expect(verdictSentence(title, figure({}), halves, 'en')).toContain('up 5.52 points on the last wave (2019-H1)');
    expect(describeComparison('2019-H2', '2018-H2').label.zh).toBe('同比');
    expect(describeComparison('2019', '2016').label.zh).toBe('较上一轮');
    expect(describeComparison('2020-03', '2019-12').label.zh).toBe('较上一轮');
  });

  it('does not call a difference within sampling error a change', () => {
    const same = figure({ verdict: 'no-reliable-change', printed: -34 });
    expect(verdictSentence(title, same, yearly, 'zh')).toBe(
      '知晓率97.97%，同比下降0.34个百分点，变化不显著（在抽样误差之内）',
    );
  });

  it('makes no judgement on few answers, without a base wave, or across a break', () => {
    const none = { printed: null, difference: null };
    expect(verdictSentence(title, figure({ verdict: 'too-few', ...none }), yearly, 'zh')).toBe(
      '知晓率97.97%，样本太少，不作判断',
    );
    expect(verdictSentence(title, figure({ verdict: 'no-base-wave', ...none }), yearly, 'zh')).toBe(
      '知晓率97.97%，无上期可比',
    );
    expect(verdictSentence(title, figure({ verdict: 'not-comparable', ...none }), yearly, 'en')).toBe(
      'Awareness 97.97%, not comparable',
    );
  });

  it('says why there is no rate', () => {
    const hidden = (status: Figure['status'], more: Partial<Figure> = {}) =>
      verdictSentence(title, figure({}, { status, estimate: null, ...more }), yearly, 'zh');
    expect(hidden('suppressed')).toBe('知晓率：样本太少或为防止反推，不公布');
    expect(hidden('coverage-low')).toContain('不足80%');
    expect(hidden('coverage-low', { reason: 'population-unknown' })).toContain('人口数未知');
    expect(hidden('no-data')).toBe('知晓率：无数据');
  });
});

describe('refusals', () => {
  const definition: IndicatorDefinition = {
    code: 'safety',
    title: { zh: '安全感', en: 'Safety' },
    outcomes: { safe: 'positive', fair: 'negative', unsafe: 'negative' },
    scores: { safe: 100, unsafe: 0 },
    denominator: 'all-eligible',
  };
  const codeOf = (run: () => void): string => {
    try {
      run();
    } catch (error) {
      if (error instanceof AppError) {
        expect(errorSentence(error, 'zh')).not.toMatch(/\{\w+\}/);
        expect(errorSentence(error, 'en')).not.toMatch(/\{\w+\}/);
        return error.code;
      }
    }
    return 'none';
  };

  it('name the option that is counted otherwise', () => {
    const changed: IndicatorDefinition = { ...definition, outcomes: { ...definition.outcomes, fair: 'positive' } };
    expect(codeOf(() => requireComparable(changed, definition))).toBe('CLASSIFICATION_CHANGED');
    expect(codeOf(() => requireComparable(definition, definition))).toBe('none');
  });

  it('refuse another denominator and another score table', () => {
    expect(codeOf(() => requireComparable({ ...definition, denominator: 'took-a-position' }, definition))).toBe(
      'NOT_COMPARABLE',
    );
    expect(codeOf(() => requireComparable({ ...definition, scores: { safe: 90, unsafe: 0 } }, definition))).toBe(
      'NOT_COMPARABLE',
    );
  });

  it('refuse a combined figure below 80 % coverage and an interval without degrees of freedom', () => {
    expect(codeOf(() => requireCoverage('汉滨区', 0.79999))).toBe('COVERAGE_LOW');
    expect(codeOf(() => requireCoverage('汉滨区', 0.8))).toBe('none');
    expect(codeOf(() => requireDegreesOfFreedom('五里镇', 0))).toBe('DF_ZERO');
  });
});
