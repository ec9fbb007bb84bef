import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CompiledPlan, compilePlan } from '../../src/core/questionnaire/gate.ts';
import type { Answers, Question } from '../../src/core/questionnaire/plan.ts';
import { readKeys } from '../../src/interview/keys.ts';
import {
  answerQuestion,
  type Finish,
  finishInterview,
  followPlan,
  submitInterview,
} from '../../src/interview/session.ts';
import { completeAnswers } from '../core/questionnaire/answers.ts';
import { definition, multiple, number, planOf, single } from '../core/questionnaire/example.ts';
import { dial, tokenOf } from './call.ts';
import { industries, inOrder, keysOfAnswer, peace, RESPONDENTS, saohei } from './respondents.ts';

/** Numbers, limits on ticks and chains of conditions, which the shipped surveys do not have. */
const winding = compilePlan(
  planOf(
    definition(
      [
        single('adult', { role: 'screener' }),
        number('age', { min: 10, max: 110 }),
        number('children', { min: 0, max: 20 }),
        single('safe', { reversible: true, visibleIf: '{age} >= 16' }),
        multiple('heard', { visibleIf: "{safe} anyof ['1', '2', '8']", maxSelectedChoices: 2 }),
        single('chain', { visibleIf: "{heard} contains 'tv' or {safe} = '5'" }),
        multiple('deep', { visibleIf: '{chain} notempty', minSelectedChoices: 2 }),
        single('last', { visibleIf: '{deep} empty or {children} > 3' }),
      ],
      { triggers: [{ type: 'complete', expression: "{age} < 12 or {safe} = '4'", disposition: '4.10' }] },
    ),
  ),
);

/** The web: values, one by one, as the page sends them. */
function byWeb(plan: CompiledPlan, values: Answers): Finish {
  let answers: Answers = {};
  for (let next = followPlan(plan, answers).next; next; next = followPlan(plan, answers).next)
    answers = answerQuestion(plan, answers, next.question.code, values[next.question.code]);
  return submitInterview(plan, answers);
}

/** The interviewer's desk: digits, judged as the desk judges them. */
function byDesk(plan: CompiledPlan, keysFor: (question: Question) => string): Finish {
  let answers: Answers = {};
  for (let next = followPlan(plan, answers).next; next; next = followPlan(plan, answers).next) {
    const reading = readKeys(next, keysFor(next.question));
    if (reading.t !== 'answer') throw new Error(`${next.question.code}: ${JSON.stringify(reading)}`);
    answers = answerQuestion(plan, answers, next.question.code, reading.answer);
  }
  return finishInterview(plan, answers);
}

interface Disturbance {
  readonly kind: 'repeat' | 'wrong' | 'silent' | 'twice' | 'drop' | 'late';
  readonly at: number;
}

/** The keypad, with whatever goes wrong on the way. */
function byKeypad(
  plan: CompiledPlan,
  keysFor: (question: Question) => string,
  { reversed = false, disturbances = [] as readonly Disturbance[] } = {},
): Finish {
  let attempt = 1;
  let phone = dial(plan, { reversed, recording: true });
  phone.pressAll('1', '1', '1');
  for (let step = 0; !phone.call.last.ended; step++) {
    if (step > 200) throw new Error('the call did not end');
    for (const { kind } of disturbances.filter(({ at }) => at === step))
      switch (kind) {
        case 'repeat':
          phone.press('*');
          break;
        case 'wrong':
          phone.press('A');
          break;
        case 'silent':
          phone.press('');
          break;
        case 'late':
          phone.press('1', { token: 'a1.CONSENT.2' });
          break;
        case 'drop':
          attempt += 1;
          phone = dial(plan, { reversed, recording: true, attempt: `a${attempt}` }, phone.call);
          phone.pressAll('1', '2');
          break;
        case 'twice': // sent again below, under the token of the first
      }
    const { at } = phone.call.session;
    if (at.t !== 'question' && at.t !== 'confirm') throw new Error(at.t);
    const question = plan.find.get(at.code)?.question;
    const digits = at.t === 'confirm' || !question ? '1' : keysFor(question);
    const token = tokenOf(phone.call.step);
    phone.press(digits);
    const { last } = phone.call;
    if (disturbances.some(({ kind, at: when }) => kind === 'twice' && when === step)) phone.press(digits, { token });
    if (last.ended) {
      const finish = finishInterview(plan, phone.call.answers);
      expect(last.ended.disposition).toBe(finish.disposition);
      return finish;
    }
  }
  throw new Error('the call ended too early');
}

const disturbances = fc.array(
  fc.record({
    kind: fc.constantFrom<Disturbance['kind']>('repeat', 'wrong', 'silent', 'twice', 'drop', 'late'),
    at: fc.nat(25),
  }),
  { maxLength: 8 },
);

/** Never three of a kind at one question: that is another story, told in keypad.test.ts. */
const forgivable = (all: readonly Disturbance[]): readonly Disturbance[] =>
  all.filter((one, index) => all.findIndex(({ kind, at }) => kind === one.kind && at === one.at) === index);

describe('one record, whatever the channel', () => {
  it.each(RESPONDENTS)('$who', ({ plan, keys, disposition, answers }) => {
    const record = { disposition, answers, missing: [] };
    expect(byWeb(plan, answers)).toEqual(record);
    expect(byDesk(plan, inOrder(keys))).toEqual(record);
    expect(byKeypad(plan, inOrder(keys))).toEqual(record);
    expect(byKeypad(plan, inOrder(keys), { reversed: true })).toEqual(record);
  });

  it.each([
    ['saohei-county', saohei],
    ['peace-five', peace],
    ['industries-twelve', industries],
    ['winding', winding],
  ] as const)('any respondent of %s, on a good line and on a bad one', (_code, plan) => {
    fc.assert(
      fc.property(completeAnswers(plan.plan), fc.boolean(), disturbances, (all, reversed, bad) => {
        const keysFor = (question: Question) => keysOfAnswer(question, all[question.code]) ?? '';
        fc.pre(plan.questions.every(({ question }) => keysFor(question) !== ''));
        const record = byWeb(plan, all);
        const written = JSON.stringify(record);
        expect(JSON.stringify(byDesk(plan, keysFor))).toBe(written);
        expect(JSON.stringify(byKeypad(plan, keysFor, { reversed }))).toBe(written);
        expect(JSON.stringify(byKeypad(plan, keysFor, { reversed, disturbances: forgivable(bad) }))).toBe(written);
      }),
      { numRuns: 150 },
    );
  });
});
