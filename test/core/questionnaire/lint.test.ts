import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isApproved, lintPlan, reviewQuestionnaire } from '../../../src/core/questionnaire/lint.ts';
import { readPolarity } from '../../../src/core/questionnaire/polarity.ts';
import {
  APPROVAL,
  choice,
  definition,
  FIVE_POINTS,
  multiple,
  number,
  planOf,
  say,
  single,
  unfilled,
} from './example.ts';

const TODAY = '2026-11-22';
const findings = (json: unknown): string[] =>
  lintPlan(planOf(json), TODAY).map(({ severity, code }) => `${severity} ${code}`);
const DK = choice('8', '说不清', '8', 'dont-know');
const REFUSED = choice('9', '不愿回答', '9', 'refused');
const TEN = Array.from({ length: 10 }, (_, i) => choice(`c${i}`, `第${i}种`, String(i)));

describe('the linter', () => {
  it('has nothing to say about an honest questionnaire', () => {
    expect(findings(definition([single('a'), multiple('m'), number('n')]))).toEqual([]);
  });

  it.each(['saohei-county', 'peace-five', 'industries-twelve'])(
    'passes our own %s, which is marked as a demonstration',
    (name) => {
      const json: unknown = JSON.parse(readFileSync(`surveys/${name}.json`, 'utf8'));
      expect(reviewQuestionnaire(json, TODAY).findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
        'warning LINT_APPROVAL_DEMONSTRATION',
      ]);
    },
  );

  it.each([
    [
      'more positive than negative options',
      [
        single('a', {
          choices: [choice('1', '很满意', '1'), choice('2', '满意', '2'), choice('3', '不满意', '3'), DK, REFUSED],
        }),
      ],
      'LINT_UNBALANCED',
    ],
    [
      'only positive options',
      [
        single('a', {
          choices: [
            choice('1', '很满意', '1'),
            choice('2', '比较满意', '2'),
            choice('3', '基本满意', '3'),
            DK,
            REFUSED,
          ],
        }),
      ],
      'LINT_NO_NEGATIVE',
    ],
    [
      'positive and neutral options only',
      [single('a', { choices: [choice('1', '满意', '1'), choice('2', '一般', '2'), DK, REFUSED] })],
      'LINT_NO_NEGATIVE',
    ],
    [
      'an opinion asked only of the satisfied',
      [single('a'), single('b', { visibleIf: "{a} anyof ['1', '2']" })],
      'LINT_NEGATIVE_HIDDEN',
    ],
    [
      'a question nobody can reach',
      [single('a'), single('b', { visibleIf: "{a} = '1' and {a} = '2'" })],
      'LINT_UNREACHABLE',
    ],
    [
      'a question hidden by the condition of another',
      [single('a'), single('b', { visibleIf: "{a} = '5'" }), multiple('m', { visibleIf: "{b} = '5' and {a} = '1'" })],
      'LINT_UNREACHABLE',
    ],
    [
      'no “don’t know”',
      [single('a', { choices: FIVE_POINTS.filter(({ kind }) => kind !== 'dont-know') })],
      'LINT_NO_DONT_KNOW',
    ],
    [
      'no “refused”',
      [single('a', { choices: FIVE_POINTS.filter(({ kind }) => kind !== 'refused') })],
      'LINT_NO_REFUSED',
    ],
    [
      'an instruction to answer “satisfied”',
      [single('a', { title: say('请回答满意：您对治安满意吗？') })],
      'LINT_LEADING',
    ],
    ['a plea for good marks', [single('a', { description: say('希望您给予好评') })], 'LINT_LEADING'],
    ['praise before the question', [single('a', { title: say('我们取得了显著成效，您满意吗？') })], 'LINT_LEADING'],
    ['a warning against an option', [single('a', { spoken: say('请不要回答不满意。您满意吗？') })], 'LINT_LEADING'],
    ['an appeal to local honour', [single('a', { note: say('为了家乡的荣誉') })], 'LINT_LEADING'],
    ['English that leads', [single('a', { title: say('您满意吗？', "Don't you agree it is safe?") })], 'LINT_LEADING'],
    ['no spoken prompt', [single('a', { spoken: undefined })], 'LINT_SPOKEN_MISSING'],
    [
      'an option without a key',
      [single('a', { choices: [...FIVE_POINTS, { value: '6', text: say('其他') }] })],
      'LINT_KEY_MISSING',
    ],
    [
      'two options on one key',
      [single('a', { choices: [...FIVE_POINTS, choice('6', '其他', '1')] })],
      'LINT_KEY_CLASH',
    ],
    [
      'the key * for an option',
      [single('a', { choices: [...FIVE_POINTS, choice('6', '其他', '*')] })],
      'LINT_KEY_RESERVED',
    ],
    [
      'the key # for an option',
      [single('a', { choices: [...FIVE_POINTS, choice('6', '其他', '#')] })],
      'LINT_KEY_RESERVED',
    ],
    [
      'a key of two digits',
      [single('a', { choices: [...FIVE_POINTS, choice('6', '其他', '10')] })],
      'LINT_KEY_RESERVED',
    ],
    ['ten options', [multiple('m', { choices: TEN })], 'LINT_TOO_MANY_OPTIONS'],
    [
      'text that a keypad cannot give',
      [{ type: 'comment', name: 't', title: say('请说明'), spoken: say('请说明') }],
      'LINT_OPEN_TEXT',
    ],
  ])('refuses %s', (_name, elements, code) => {
    const found = lintPlan(planOf(definition(elements)), TODAY);
    expect(found.map(({ severity, code: name }) => `${severity} ${name}`)).toContain(`error ${code}`);
    for (const finding of found) expect(unfilled(finding)).toEqual([]);
  });

  it('refuses an ending that a negative answer brings about, and lets a screener end the interview', () => {
    const end = (question: string, code: string) => [
      { type: 'complete', expression: `{${question}} = '${code}'`, disposition: '4.70' },
    ];
    expect(findings(definition([single('a')], { triggers: end('a', '5') }))).toEqual(['error LINT_NEGATIVE_ENDS']);
    expect(findings(definition([single('a', { role: 'screener' })], { triggers: end('a', '5') }))).toEqual([]);
  });

  it('lets an unsafe respondent be asked why, and the aware be asked where from', () => {
    const aware = single('k', {
      choices: [
        choice('1', '知道', '1'),
        choice('2', '听说过，但不太了解', '2'),
        choice('3', '不知道', '3'),
        DK,
        REFUSED,
      ],
    });
    expect(findings(definition([single('a'), multiple('m', { visibleIf: "{a} anyof ['4', '5']" })]))).toEqual([]);
    expect(findings(definition([aware, single('a', { visibleIf: "{k} anyof ['1', '2']" })]))).toEqual([]);
  });

  it('asks of text and keys only what the modes of the questionnaire need', () => {
    const elements = [single('a', { spoken: undefined }), { type: 'comment', name: 't', title: say('请说明') }];
    expect(findings(definition(elements, { modes: ['web-token', 'face'] }))).toEqual([]);
  });

  it('says once how many texts have no English', () => {
    expect(findings(definition([single('a', { title: '您满意还是不满意？' })]))).toEqual(['warning LINT_NO_ENGLISH']);
  });

  it('refuses a questionnaire without approval, mark by mark', () => {
    expect(findings(definition([single('a')], { approval: undefined }))).toHaveLength(4);
    expect(findings(definition([single('a')], { approval: { ...APPROVAL, number: ' ' } }))).toEqual([
      'error LINT_APPROVAL_MISSING',
    ]);
    expect(findings(definition([single('a')], { approval: { ...APPROVAL, validUntil: '明年' } }))).toEqual([
      'error LINT_APPROVAL_MISSING',
    ]);
  });

  it('lets an approval end on its last day, not before and not after', () => {
    const plan = planOf(definition([single('a')]));
    const on = (day: string): string[] => lintPlan(plan, day).map(({ code }) => code);
    expect(on('2027-05-31')).toEqual([]);
    expect(on('2027-06-01')).toEqual(['LINT_APPROVAL_ENDING']);
    expect(on('2027-06-30')).toEqual(['LINT_APPROVAL_ENDING']);
    expect(on('2027-07-01')).toEqual(['LINT_APPROVAL_EXPIRED']);
    expect([isApproved(plan, '2027-06-30'), isApproved(plan, '2027-07-01')]).toEqual([true, false]);
  });

  it('shows what reading found as errors', () => {
    expect(reviewQuestionnaire(definition([single('a'), single('a')]), TODAY)).toMatchObject({
      plan: null,
      findings: [{ severity: 'error', code: 'QUESTIONNAIRE_DUPLICATE' }],
    });
  });
});

describe('the words of an option', () => {
  it.each([
    ['很满意', 'positive'],
    ['基本安全', 'positive'],
    ['多数能及时处理', 'positive'],
    ['有', 'positive'],
    ['一般', 'neutral'],
    ['和去年差不多', 'neutral'],
    ['没有变化', 'neutral'],
    ['不太满意', 'negative'],
    ['很不安全', 'negative'],
    ['没有', 'negative'],
    ['变差了', 'negative'],
    ['反映了没人管', 'negative'],
    ['男', null],
    ['城镇', null],
    ['18—29岁', null],
  ])('%s point: %s', (zh, polarity) => {
    expect(readPolarity({ zh, en: '' })).toBe(polarity);
  });
});
