import { AppError, type Problem } from '../errors.ts';
import { type Condition, mapTests, parseCondition, type Test } from './condition.ts';
import type { Question, QuestionType } from './plan.ts';

const OPERATORS: Readonly<Record<QuestionType, readonly Test['op'][]>> = {
  single: ['=', '<>', 'anyof', 'noneof', 'empty', 'notempty'],
  multiple: ['contains', 'notcontains', 'anyof', 'noneof', 'empty', 'notempty'],
  number: ['=', '<>', '<', '>', '<=', '>=', 'empty', 'notempty'],
  text: ['empty', 'notempty'],
};

/**
 * Reads an expression and fits it to the questionnaire: every question and choice it mentions exists, every operator
 * suits the question's type, literals have the type of the answer. Null when there are problems.
 */
export function resolveCondition(
  expression: string,
  questions: ReadonlyMap<string, Question>,
  place: string,
): { condition: Condition | null; problems: Problem[] } {
  const problems: Problem[] = [];
  try {
    const condition = mapTests(parseCondition(expression), (test) => resolveTest(test, questions, place, problems));
    return { condition: problems.length === 0 ? condition : null, problems };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { condition: null, problems: [{ code: error.code, details: { place, ...error.details } }] };
  }
}

function resolveTest(test: Test, questions: ReadonlyMap<string, Question>, place: string, problems: Problem[]): Test {
  const question = questions.get(test.question);
  const details = { place, question: test.question };
  if (!question) {
    problems.push({ code: 'CONDITION_QUESTION', details });
    return test;
  }
  const allowed = OPERATORS[question.type];
  if (!allowed.includes(test.op)) {
    problems.push({ code: 'CONDITION_OPERATOR', details: { ...details, operator: test.op, allowed } });
    return test;
  }
  const suit = (literal: string | number): string | number => {
    if (question.type === 'number') {
      if (typeof literal === 'number') return literal;
    } else if (question.choices.some(({ code }) => code === String(literal))) return String(literal);
    problems.push({ code: 'CONDITION_CHOICE', details: { ...details, choice: literal } });
    return literal;
  };
  if ('value' in test) return { ...test, value: suit(test.value) };
  if ('values' in test) return { ...test, values: test.values.map(suit) };
  return test;
}
