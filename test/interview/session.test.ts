import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { compilePlan } from '../../src/core/questionnaire/gate.ts';
import type { Answers } from '../../src/core/questionnaire/plan.ts';
import {
  answerQuestion,
  finishInterview,
  followPlan,
  measureProgress,
  orderChoices,
  questionAfter,
  questionBefore,
  submitInterview,
} from '../../src/interview/session.ts';
import { completeAnswers, someAnswers } from '../core/questionnaire/answers.ts';
import { county, winding } from './example.ts';

const plans = [county(), winding()].map(compilePlan);
const compiled = plans[0] ?? compilePlan(county());
const codeAt = (answers: Answers): string | undefined => followPlan(compiled, answers).next?.question.code;
const START: Answers = { adult: '1', resident: '1', sex: 'male', age: '40-49', area: 'urban' };

function codeOf(act: () => unknown): unknown {
  try {
    act();
    return 'no error';
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
}

describe('an interview', () => {
  it('begins at the first question and goes on to the next one asked', () => {
    expect(codeAt({})).toBe('adult');
    expect(codeAt({ adult: '1' })).toBe('resident');
    expect(codeAt({ ...START, safety: '2' })).toBe('trend');
    expect(codeAt({ ...START, safety: '4' })).toBe('problems');
  });

  it('ends at once when the respondent is not eligible, whatever was asked before', () => {
    expect(followPlan(compiled, { adult: '2' })).toMatchObject({ ended: '4.70', next: null });
    expect(finishInterview(compiled, { adult: '1', resident: '2', safety: '5' })).toEqual({
      disposition: '4.10',
      answers: { adult: '1', resident: '2' },
      missing: [],
    });
  });

  it('forgets the answers that a changed answer hides', () => {
    const unsafe = answerQuestion(compiled, { ...START, safety: '5', problems: ['theft'] }, 'safety', '2');
    expect(unsafe).toEqual({ ...START, safety: '2' });
  });

  it('takes an answer back', () => {
    expect(answerQuestion(compiled, { adult: '1', resident: '1' }, 'resident', null)).toEqual({ adult: '1' });
  });

  it('refuses unknown, hidden and wrong answers', () => {
    expect(codeOf(() => answerQuestion(compiled, START, 'ghost', '1'))).toBe('ANSWER_QUESTION');
    expect(codeOf(() => answerQuestion(compiled, START, '__proto__', '1'))).toBe('ANSWER_QUESTION');
    expect(codeOf(() => answerQuestion(compiled, { ...START, safety: '1' }, 'problems', ['theft']))).toBe(
      'ANSWER_NOT_ASKED',
    );
    expect(codeOf(() => answerQuestion(compiled, START, 'safety', '99'))).toBe('ANSWER_CHOICE');
  });

  it('steps forward and back over what this respondent is asked', () => {
    const answers = { ...START, safety: '2' };
    expect(questionAfter(compiled, answers, 'safety')?.question.code).toBe('trend');
    expect(questionBefore(compiled, answers, 'trend')?.question.code).toBe('safety');
    expect(questionBefore(compiled, answers, 'adult')).toBeNull();
    expect(questionAfter(compiled, answers, 'coached')).toBeNull();
  });

  it('counts how far along it is', () => {
    expect(measureProgress(followPlan(compiled, START))).toEqual({ answered: 5, total: 14 });
  });

  it('is complete with every required answer, partial with half of them, and a break-off with fewer', () => {
    const rest: Answers = {
      safety: '1',
      trend: '1',
      heard: ['none'],
      awareness: '1',
      reporting: ['8'],
      channels: ['family'],
      recognition: '9',
      disputes: '5',
      coached: '2',
    };
    expect(finishInterview(compiled, { ...START, ...rest })).toMatchObject({ disposition: '1.1', missing: [] });
    expect(finishInterview(compiled, { ...START, safety: '1', trend: '1' }).disposition).toBe('1.2');
    expect(finishInterview(compiled, { ...START, safety: '1' }).disposition).toBe('2.12');
    expect(codeOf(() => submitInterview(compiled, START))).toBe('ANSWERS_MISSING');
  });

  it('reads the options backwards to the other half, non-answers last', () => {
    const safety = compiled.find.get('safety')?.question;
    const sex = compiled.find.get('sex')?.question;
    const codes = (question: typeof safety, reversed: boolean) =>
      question && orderChoices(question, reversed).map(({ code }) => code);
    expect(codes(safety, false)).toEqual(['1', '2', '3', '4', '5', '8', '9']);
    expect(codes(safety, true)).toEqual(['5', '4', '3', '2', '1', '8', '9']);
    expect(codes(sex, true)).toEqual(['male', 'female', 'refused']);
  });
});

describe.each(plans.map((plan) => [plan.plan.code, plan] as const))('any interview of %s', (_code, plan) => {
  it('resumes at the first unanswered question that is asked, after any number of answers', () => {
    fc.assert(
      fc.property(completeAnswers(plan.plan), (all) => {
        let answers: Answers = {};
        for (let step = 0; step <= plan.questions.length; step++) {
          const { asked, ended, next } = followPlan(plan, answers);
          const first = asked.find(({ question }) => answers[question.code] === undefined);
          expect(next?.question.code).toBe(ended === null ? first?.question.code : undefined);
          if (!next) return;
          answers = answerQuestion(plan, answers, next.question.code, all[next.question.code]);
        }
        throw new Error('the interview did not end');
      }),
    );
  });

  it('resumes there from whatever was stored, hidden answers included', () => {
    fc.assert(
      fc.property(someAnswers(plan.plan), (stored) => {
        const { asked, answers, ended, next } = followPlan(plan, stored);
        expect(Object.keys(answers).every((code) => asked.some(({ question }) => question.code === code))).toBe(true);
        if (ended === null)
          expect(next).toBe(asked.find(({ question }) => stored[question.code] === undefined) ?? null);
        expect(followPlan(plan, answers)).toEqual({ asked, answers, ended, next });
      }),
    );
  });

  it('gives one record whatever the order the answers came in', () => {
    fc.assert(
      fc.property(completeAnswers(plan.plan), fc.func(fc.integer()), (all, key) => {
        const shuffled = Object.fromEntries(Object.entries(all).sort(([a], [b]) => key(a) - key(b)));
        const oneByOne = ((): Answers => {
          let answers: Answers = {};
          for (let next = followPlan(plan, answers).next; next; next = followPlan(plan, answers).next)
            answers = answerQuestion(plan, answers, next.question.code, all[next.question.code]);
          return answers;
        })();
        const atOnce = finishInterview(plan, shuffled);
        expect(atOnce).toEqual(finishInterview(plan, all));
        expect(JSON.stringify(atOnce.answers)).toBe(JSON.stringify(oneByOne));
      }),
    );
  });
});
