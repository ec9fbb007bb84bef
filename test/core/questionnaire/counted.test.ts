import { describe, expect, it } from 'vitest';
import type { CodedIndicator } from '../../../src/core/questionnaire/coding.ts';
import { describeCondition, describeOutcomes } from '../../../src/core/questionnaire/counted.ts';
import { parseIndicators } from '../../../src/core/questionnaire/indicators-file.ts';
import { reviewQuestionnaire } from '../../../src/core/questionnaire/lint.ts';
import { countySurvey } from '../../support/world.ts';

const { definition, indicators } = countySurvey();
const { plan } = reviewQuestionnaire(definition, '2026-01-01');
if (!plan) throw new Error('the county survey is no survey');
const set = parseIndicators(indicators, plan).set;
const find = (code: string): CodedIndicator => {
  const found = set?.indicators.find((one) => one.code === code);
  if (!found) throw new RangeError(code);
  return found;
};

describe('what an indicator counts', () => {
  it('is the options of its question', () => {
    expect(describeOutcomes(find('awareness'), plan, 'positive').map(({ zh }) => zh)).toEqual([
      '知道',
      '听说过，但不太了解',
    ]);
  });

  it('is a rule in words, with the questions and options as they were asked', () => {
    const [rule, ...more] = describeOutcomes(find('awareness.effective'), plan, 'positive');
    expect(more).toEqual([]);
    expect(rule?.zh).toMatch(/^题目“.+”答“知道”或“听说过，但不太了解”，且题目“.+”答“.+”或“.+”$/);
    expect(rule?.en).toMatch(/^“.+” is “.+” or “.+” and “.+” is “.+”/);
  });

  it('says that a later rule leaves out what an earlier one took', () => {
    expect(describeOutcomes(find('awareness.unaided'), plan, 'negative').map(({ zh }) => zh)).toEqual([
      expect.stringMatching(/（已归入其他结果的除外）$/),
    ]);
  });

  it('is never empty for an indicator of the shipped survey', () => {
    for (const indicator of set?.indicators ?? []) {
      const counted = describeOutcomes(indicator, plan, 'positive');
      expect([indicator.code, counted.length]).not.toContain(0);
      for (const { zh, en } of counted) expect(zh && en).toBeTruthy();
    }
  });

  it('keeps what belongs together in brackets', () => {
    const test = (value: string) => ({ op: '=', question: 'safety', value }) as const;
    const condition = {
      op: 'or',
      terms: [
        { op: 'and', terms: [test('1'), { op: 'not', term: test('2') }] },
        { op: 'empty', question: 'age' },
      ],
    } as const;
    expect(describeCondition(condition, { questions: [] })).toEqual({
      zh: '（题目“safety”答“1”，且不符合（题目“safety”答“2”）），或题目“age”没有回答',
      en: '(“safety” is “1” and not (“safety” is “2”)) or “age” was not answered',
    });
  });
});
