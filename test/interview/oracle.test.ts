import fc from 'fast-check';
import { ConditionRunner, Serializer, SurveyModel, type Question as SurveyQuestion } from 'survey-core';
import 'survey-core/i18n/simplified-chinese';
import { describe, expect, it } from 'vitest';
import {
  type Condition,
  compileCondition,
  parseCondition,
  printCondition,
} from '../../src/core/questionnaire/condition.ts';
import { checkAnswer, compilePlan } from '../../src/core/questionnaire/gate.ts';
import type { Answers } from '../../src/core/questionnaire/plan.ts';
import { toSurveyJson } from '../../src/interview/page-definition.ts';
import { followPlan } from '../../src/interview/session.ts';
import { completeAnswers } from '../core/questionnaire/answers.ts';
import { county, winding } from './example.ts';

// The one property of our own: the resident's page registers it just so.
Serializer.addProperty('itemvalue', { name: 'key' });

/** survey-core on the same page definition the resident gets, as a second opinion. */
function createOracle(plan: ReturnType<typeof county>): SurveyModel {
  return new SurveyModel({
    ...toSurveyJson(plan, { lang: 'zh', reversed: false }),
    questionsOnPageMode: 'standard',
    triggers: [],
  });
}
const visibleIn = (survey: SurveyModel): string[] =>
  survey
    .getAllQuestions()
    .filter((question: SurveyQuestion) => question.isVisible)
    .map(({ name }) => name);

describe.each([
  ['the county survey', county()],
  ['a winding survey', winding()],
])('%s', (_name, plan) => {
  const compiled = compilePlan({ ...plan, screenOuts: [] });

  it('loads into survey-core without an unknown property', () => {
    for (const lang of ['zh', 'en'] as const) {
      const survey = new SurveyModel(toSurveyJson(plan, { lang, reversed: true }));
      expect(survey.jsonErrors ?? []).toEqual([]);
    }
  });

  it('shows what survey-core shows after every answer, changed answers included', () => {
    const survey = createOracle(plan);
    // Half of the moves answer the next question; the others change or take back an earlier answer, so that things get hidden.
    const moves = fc.array(fc.tuple(fc.boolean(), fc.nat(), fc.boolean(), completeAnswers(plan)), { maxLength: 25 });
    fc.assert(
      fc.property(moves, (steps) => {
        survey.clear(true);
        let answers: Answers = {};
        for (const [goOn, at, takeBack, all] of steps) {
          const { asked, next } = followPlan(compiled, answers);
          const code = ((goOn && next) || asked[at % asked.length])?.question.code ?? '';
          const value = takeBack && !goOn ? null : (all[code] ?? null);
          const { [code]: _old, ...rest } = answers;
          const standing = followPlan(compiled, value === null ? rest : { ...rest, [code]: value });
          answers = standing.answers;
          if (value === null) survey.clearValue(code);
          else survey.setValue(code, value);
          expect(visibleIn(survey)).toEqual(standing.asked.map(({ question }) => question.code));
        }
        expect(survey.data).toEqual(answers);
      }),
      { numRuns: 60 },
    );
  });

  it('has no answer accepted by the gate that survey-core would not take', () => {
    const survey = createOracle(plan);
    fc.assert(
      fc.property(completeAnswers(plan), (all) => {
        for (const [code, value] of Object.entries(all)) {
          const question = compiled.find.get(code);
          expect(question && 'answer' in checkAnswer(question, value)).toBe(true);
        }
        const { answers } = followPlan(compiled, all);
        survey.clear(true);
        for (const [code, value] of Object.entries(answers)) survey.setValue(code, value);
        survey.validate(true);
        expect(
          survey
            .getAllQuestions()
            .flatMap((q: SurveyQuestion) => q.errors.map((error) => `${q.name}: ${error.getText()}`)),
        ).toEqual([]);
        expect(survey.data).toEqual(answers);
      }),
      { numRuns: 60 },
    );
  });

  it('lets no arbitrary value through the gate that survey-core refuses', () => {
    const survey = createOracle(plan);
    const words = plan.questions.flatMap(({ choices }) => choices.map(({ code }) => code));
    const anything = fc.oneof(
      fc.constantFrom(...words),
      fc.array(fc.constantFrom(...words), { maxLength: 4 }),
      fc.integer({ min: -5, max: 130 }),
      fc.anything(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...compiled.questions), anything, (question, value) => {
        const checked = checkAnswer(question, value);
        if (!('answer' in checked)) return;
        const other = survey.getQuestionByName(question.question.code);
        other.visibleIf = '';
        survey.setValue(other.name, checked.answer);
        expect(other.validate(true)).toBe(true);
        survey.clearValue(other.name);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a condition', () => {
  const leaf: fc.Arbitrary<Condition> = fc.oneof(
    fc.record({
      op: fc.constantFrom('=' as const, '<>' as const),
      question: fc.constant('q'),
      value: fc.constantFrom('1', '2', '18-29', '60+'),
    }),
    fc.record({
      op: fc.constantFrom('anyof' as const, 'noneof' as const),
      question: fc.constantFrom('q', 'm'),
      values: fc.subarray(['1', '2', 'tv-radio', '60+'], { minLength: 1 }),
    }),
    fc.record({
      op: fc.constantFrom('contains' as const, 'notcontains' as const),
      question: fc.constant('m'),
      values: fc.constantFrom(['1'], ['tv-radio']),
    }),
    fc.record({
      op: fc.constantFrom('=' as const, '<>' as const, '<' as const, '>' as const, '<=' as const, '>=' as const),
      question: fc.constant('n'),
      value: fc.integer({ min: -3, max: 3 }),
    }),
    fc.record({ op: fc.constantFrom('empty' as const, 'notempty' as const), question: fc.constantFrom('q', 'm', 'n') }),
  );
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc.record({
        op: fc.constantFrom('and' as const, 'or' as const),
        terms: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
      }),
      fc.record({ op: fc.constant('not' as const), term: tie('condition') }),
    ),
  }));
  const answers = fc.record(
    {
      q: fc.constantFrom('1', '2', '18-29', '60+'),
      m: fc.subarray(['1', '2', 'tv-radio', '60+'], { minLength: 1 }),
      n: fc.integer({ min: -3, max: 3 }),
    },
    { requiredKeys: [] },
  );

  it('prints, reads back and holds exactly as in survey-core', () => {
    fc.assert(
      fc.property(condition, answers, (wanted, given) => {
        const text = printCondition(wanted);
        const holds = compileCondition(parseCondition(text))(given as Answers);
        expect(compileCondition(wanted)(given as Answers)).toBe(holds);
        expect(Boolean(new ConditionRunner(text).runValues(given))).toBe(holds);
      }),
      { numRuns: 2000 },
    );
  });
});
