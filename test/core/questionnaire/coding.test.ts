import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IndicatorDefinition } from '../../../src/core/indicators/types.ts';
import { codeResponse, compileCoding, NOT_ASKED } from '../../../src/core/questionnaire/coding.ts';
import { compilePlan } from '../../../src/core/questionnaire/gate.ts';
import { parseIndicators } from '../../../src/core/questionnaire/indicators-file.ts';
import type { Answers, Plan } from '../../../src/core/questionnaire/plan.ts';
import { finishInterview } from '../../../src/interview/session.ts';
import { completeAnswers } from './answers.ts';
import { choice, definition, number, planOf, single } from './example.ts';

const read = (name: string): unknown => JSON.parse(readFileSync(`surveys/${name}.json`, 'utf8'));

function codingOf(plan: Plan, json: unknown) {
  const { set, problems } = parseIndicators(json, plan);
  if (!set) throw new Error(JSON.stringify(problems));
  return { set, coding: compileCoding(set, plan) };
}

describe('coding a response of the county survey', () => {
  const plan = planOf(read('saohei-county'));
  const { set, coding } = codingOf(plan, read('saohei-county.indicators'));
  const code = (answers: Answers): Record<string, string> =>
    Object.fromEntries(codeResponse(coding, answers).outcomes.map(({ indicator, outcome }) => [indicator, outcome]));

  it('has the three headline indicators everybody waits for', () => {
    expect(set.headline).toEqual(['awareness', 'recognition', 'safety']);
    expect(set.indicators.map((indicator) => indicator.code)).toEqual([
      ...['awareness', 'recognition', 'safety', 'awareness.unaided', 'awareness.effective', 'trend', 'disputes'],
      ...['tv-radio', 'wechat-video', 'board-banner', 'leaflet', 'home-visit', 'talk-show'].map(
        (name) => `channels.${name}`,
      ),
      ...['school', 'family', 'other', 'none'].map((name) => `channels.${name}`),
      'coached',
    ]);
  });

  it('reads rates, rules, channels, sex and age', () => {
    const answers: Answers = {
      adult: '1',
      resident: '1',
      sex: 'female',
      age: '60+',
      area: 'rural',
      safety: '2',
      trend: '1',
      heard: ['fraud'],
      awareness: '2',
      reporting: ['call-110'],
      channels: ['tv-radio', 'family'],
      recognition: '8',
      disputes: '5',
      coached: '2',
    };
    expect(code(answers)).toMatchObject({
      safety: '2',
      awareness: '2',
      recognition: '8',
      'awareness.unaided': 'not-named',
      'awareness.effective': 'effective',
      'channels.tv-radio': 'yes',
      'channels.leaflet': 'no',
    });
    expect(codeResponse(coding, answers)).toMatchObject({ sex: 'female', ageBand: '60+' });
  });

  it('keeps “don’t know” and “refused” of a multiple question apart from “no”', () => {
    expect(code({ channels: ['dont-know'] })['channels.leaflet']).toBe('dont-know');
    expect(code({ channels: ['refused'] })['channels.leaflet']).toBe('refused');
    expect(code({ channels: ['none'] })).toMatchObject({ 'channels.leaflet': 'no', 'channels.none': 'yes' });
  });

  it.each<[Answers, string]>([
    [{ awareness: '1', reporting: ['letter', 'village'] }, 'effective'],
    [{ awareness: '1', reporting: ['village'] }, 'no-channel'],
    [{ awareness: '1', reporting: ['none'] }, 'no-channel'],
    [{ awareness: '1', reporting: ['8'] }, 'dont-know'],
    [{ awareness: '2', reporting: ['9'] }, 'refused'],
    [{ awareness: '3', reporting: ['call-110'] }, 'not-aware'],
    [{ awareness: '8', reporting: ['call-110'] }, 'dont-know'],
    [{ awareness: '9', reporting: ['none'] }, 'refused'],
    [{}, NOT_ASKED],
  ])('effective awareness of %j is %s', (answers, outcome) => {
    expect(code(answers)['awareness.effective']).toBe(outcome);
  });

  it('codes nobody asked as not asked', () => {
    expect(new Set(Object.values(code({})))).toEqual(new Set([NOT_ASKED]));
    expect(codeResponse(coding, {})).toMatchObject({ sex: 'unknown', ageBand: 'unknown' });
  });

  it('gives every complete interview a classified outcome on every indicator', () => {
    const compiled = compilePlan(plan);
    fc.assert(
      fc.property(completeAnswers(plan), (given) => {
        const { answers, disposition } = finishInterview(compiled, given);
        if (disposition !== '1.1') return;
        for (const { indicator, outcome } of codeResponse(coding, answers).outcomes) {
          expect(set.indicators.find((entry) => entry.code === indicator)?.outcomes[outcome]).toBeDefined();
          expect([indicator, outcome]).not.toEqual([indicator, NOT_ASKED]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('age', () => {
  it.each<[number, string]>([
    [17, 'unknown'],
    [18, '18-29'],
    [29, '18-29'],
    [30, '30-39'],
    [59, '50-59'],
    [60, '60+'],
    [104, '60+'],
  ])('asked as a number, %d falls into %s', (age, band) => {
    const plan = planOf(definition([single('a'), number('age', { role: 'age' })]));
    const { coding } = codingOf(plan, {
      survey: 'example',
      series: { code: 'example', title: { zh: '示例', en: 'Example' } },
      headline: ['a'],
      indicators: [
        {
          code: 'a',
          title: { zh: '甲', en: 'A' },
          question: 'a',
          outcomes: {
            1: 'positive',
            2: 'positive',
            3: 'negative',
            4: 'negative',
            5: 'negative',
            8: 'dont-know',
            9: 'refused',
          },
        },
      ],
    });
    expect(codeResponse(coding, { age }).ageBand).toBe(band);
  });
});

describe('the national distributions of 2002 and 2001', () => {
  const plan = planOf(
    definition([
      single('safe', {
        choices: [
          choice('1', '很安全', '1'),
          choice('2', '安全', '2'),
          choice('3', '基本安全', '3'),
          choice('4', '不太安全', '4'),
          choice('5', '不安全', '5'),
        ],
      }),
    ]),
  );
  const counting = (positives: readonly string[]) => ({
    title: { zh: '安全感', en: 'Safety' },
    question: 'safe',
    outcomes: Object.fromEntries(
      ['1', '2', '3', '4', '5'].map((code) => [code, positives.includes(code) ? 'positive' : 'negative']),
    ),
  });
  const { set, coding } = codingOf(plan, {
    survey: 'example',
    series: { code: 'national', title: { zh: '全国', en: 'National' } },
    headline: ['top-two'],
    indicators: [
      { code: 'top-two', ...counting(['1', '2']) },
      { code: 'top-three', ...counting(['1', '2', '3']) },
    ],
  });
  /** Positives in thousandths, counted one interview at a time. */
  function permille(counts: readonly number[], code: string): number {
    const definition: IndicatorDefinition | undefined = set.indicators.find((entry) => entry.code === code);
    let [hits, base] = [0, 0];
    counts.forEach((count, index) => {
      for (let i = 0; i < count; i++) {
        const coded = codeResponse(coding, { safe: String(index + 1) }).outcomes.find(
          ({ indicator }) => indicator === code,
        );
        base += 1;
        if (definition?.outcomes[coded?.outcome ?? ''] === 'positive') hits += 1;
      }
    });
    expect(base).toBe(1000);
    return hits;
  }
  const IN_2002 = [69, 356, 416, 124, 35];
  const IN_2001 = [62, 316, 436, 145, 41];

  it('give 42.5 % or 84.1 %, up 4.7 or 2.7 points, by what is counted', () => {
    expect([permille(IN_2002, 'top-two'), permille(IN_2002, 'top-three')]).toEqual([425, 841]);
    expect([permille(IN_2001, 'top-two'), permille(IN_2001, 'top-three')]).toEqual([378, 814]);
    expect(permille(IN_2002, 'top-two') - permille(IN_2001, 'top-two')).toBe(47);
    expect(permille(IN_2002, 'top-three') - permille(IN_2001, 'top-three')).toBe(27);
  });
});
