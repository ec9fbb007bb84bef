import { type Condition, compileCondition, questionsIn, testsIn } from './condition.ts';
import type { Answer, Answers, Plan, Question } from './plan.ts';

/** So many steps settle every real questionnaire; beyond them we assume the best, since a linter may not hang. */
const BUDGET = 20_000;

/**
 * Can a condition hold for anybody, given that one question was answered in a certain way? Tries the answers that
 * matter to it, question by question, hidden questions staying unanswered.
 */
export function canHold(plan: Plan, condition: Condition, given: Readonly<Record<string, Answer>> = {}): boolean {
  const conditions = [condition];
  const wanted = new Set([...questionsIn(condition), ...Object.keys(given)]);
  // Questions only look back, so one pass from the end collects all that matters.
  const relevant = plan.questions
    .toReversed()
    .filter((question) => {
      if (!wanted.has(question.code)) return false;
      if (question.visibleIf) {
        conditions.push(question.visibleIf);
        for (const code of questionsIn(question.visibleIf)) wanted.add(code);
      }
      return true;
    })
    .toReversed()
    .map((question) => ({
      code: question.code,
      isAsked: question.visibleIf && compileCondition(question.visibleIf),
      values: listAnswers(question, conditions),
    }));
  const holds = compileCondition(condition);
  let steps = 0;
  const tryFrom = (index: number, answers: Answers): boolean => {
    steps += 1;
    if (steps > BUDGET) return true;
    const question = relevant[index];
    if (!question) return holds(answers);
    const fixed = given[question.code];
    if (question.isAsked && !question.isAsked(answers)) return fixed === undefined && tryFrom(index + 1, answers);
    const values = fixed === undefined ? question.values : [fixed];
    return values.some((value) =>
      tryFrom(index + 1, value === null ? answers : { ...answers, [question.code]: value }),
    );
  };
  return tryFrom(0, {});
}

/** Answers that conditions can tell apart; null is “no answer”, possible only where none is required. */
function listAnswers(question: Question, conditions: readonly Condition[]): (Answer | null)[] {
  const blank = question.required ? [] : [null];
  const codes = question.choices.map(({ code }) => code);
  switch (question.type) {
    case 'single':
      return [...codes, ...blank];
    case 'multiple':
      return [
        ...codes.map((code) => [code]),
        question.choices.filter(({ kind }) => kind === 'answer').map(({ code }) => code),
        ...blank,
      ];
    case 'text':
      return ['x', ...blank];
    case 'number': {
      const { min, max } = question;
      const edges = conditions
        .flatMap(testsIn)
        .flatMap((test) => ('value' in test && test.question === question.code ? [Number(test.value)] : []));
      const values = [min ?? 0, max ?? 0, ...edges.flatMap((edge) => [edge - 1, edge, edge + 1])];
      return [...new Set(values.filter((value) => value >= (min ?? 0) && value <= (max ?? 0))), ...blank];
    }
  }
}
