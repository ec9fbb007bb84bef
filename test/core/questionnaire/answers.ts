import fc from 'fast-check';
import { isExclusive } from '../../../src/core/questionnaire/gate.ts';
import type { Answer, Answers, Plan, Question } from '../../../src/core/questionnaire/plan.ts';

/** Any answer the gate accepts for a question. */
export function validAnswer(question: Question): fc.Arbitrary<Answer> {
  const codes = question.choices.map(({ code }) => code);
  switch (question.type) {
    case 'single':
      return fc.constantFrom(...codes);
    case 'multiple': {
      const exclusive = question.choices.filter(({ kind }) => isExclusive(kind)).map(({ code }) => code);
      const ticks = fc.subarray(
        codes.filter((code) => !exclusive.includes(code)),
        { minLength: question.minChoices ?? 1, ...(question.maxChoices && { maxLength: question.maxChoices }) },
      );
      return exclusive.length === 0
        ? ticks
        : fc.oneof(
            ticks,
            fc.constantFrom(...exclusive).map((code) => [code]),
          );
    }
    case 'number':
      return fc.integer({ min: question.min ?? 0, max: question.max ?? 100 });
    case 'text':
      return fc.stringMatching(/^[a-z好]+$/, { maxLength: Math.min(20, question.maxLength ?? 20) });
  }
}

/** A valid answer to every question, whether it would be asked or not. */
export function completeAnswers(plan: Plan): fc.Arbitrary<Answers> {
  return fc.record(Object.fromEntries(plan.questions.map((question) => [question.code, validAnswer(question)])));
}

/** Valid answers to some of the questions. */
export function someAnswers(plan: Plan): fc.Arbitrary<Answers> {
  return fc.record(Object.fromEntries(plan.questions.map((question) => [question.code, validAnswer(question)])), {
    requiredKeys: [],
  }) as fc.Arbitrary<Answers>;
}
