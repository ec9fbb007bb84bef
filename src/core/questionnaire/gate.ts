import { AppError, type ErrorCode, type Problem } from '../errors.ts';
import type { Details } from '../text.ts';
import { compileCondition, type Holds, questionsIn } from './condition.ts';
import type { Answer, Answers, ChoiceKind, Plan, Question } from './plan.ts';

/** Either the typed answer in its one canonical form, or what is wrong with it. */
export type Checked = { readonly answer: Answer } | { readonly problem: Problem };

export interface CompiledQuestion {
  readonly question: Question;
  readonly index: number;
  readonly check: (value: unknown) => Checked;
  /** Null: everybody is asked. Pass answers without those to hidden questions. */
  readonly isAsked: Holds | null;
  /** Endings to look at once this question is answered. */
  readonly endings: readonly { readonly holds: Holds; readonly disposition: string }[];
}

/** A plan made ready for speed: compile once per published version and keep it. */
export interface CompiledPlan {
  readonly plan: Plan;
  readonly questions: readonly CompiledQuestion[];
  readonly find: ReadonlyMap<string, CompiledQuestion>;
}

export function compilePlan(plan: Plan): CompiledPlan {
  const endings = plan.screenOuts.map((ending) => ({
    about: questionsIn(ending.when),
    holds: compileCondition(ending.when),
    disposition: ending.disposition,
  }));
  const questions = plan.questions.map(
    (question, index): CompiledQuestion => ({
      question,
      index,
      check: compileCheck(question),
      isAsked: question.visibleIf && compileCondition(question.visibleIf),
      endings: endings.filter((ending) => ending.about.includes(question.code)),
    }),
  );
  return { plan, questions, find: new Map(questions.map((compiled) => [compiled.question.code, compiled])) };
}

/** The answer gate 答案关口: the only judge of a value, for the web, the interviewer, the keypad and the import alike. */
export function checkAnswer(question: CompiledQuestion, value: unknown): Checked {
  return question.check(value);
}

/** Like `checkAnswer`, for one answer sent alone: throws the problem as an `AppError`. */
export function acceptAnswer(question: CompiledQuestion, value: unknown): Answer {
  const checked = question.check(value);
  if ('problem' in checked) throw new AppError(checked.problem.code, checked.problem.details);
  return checked.answer;
}

/**
 * Judges a whole set of answers as it came in. `null` is “no answer”. Unknown questions are problems; answers to
 * hidden questions are not: `finishInterview` drops them.
 */
export function checkAnswers(compiled: CompiledPlan, input: unknown): { answers: Answers; problems: Problem[] } {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return {
      answers: {},
      problems: [{ code: 'ANSWER_TYPE', details: { question: '*', expected: '{ question: answer }' } }],
    };
  const answers: Record<string, Answer> = {};
  const problems: Problem[] = [];
  for (const [code, value] of Object.entries(input)) {
    const question = compiled.find.get(code);
    if (!question) problems.push(problemWith('ANSWER_QUESTION', code));
    else if (value !== null) {
      const checked = question.check(value);
      if ('problem' in checked) problems.push(checked.problem);
      else answers[code] = checked.answer;
    }
  }
  return { answers, problems };
}

const problemWith = (code: ErrorCode, question: string, details: Details = {}): Problem => ({
  code,
  details: { question: shorten(question), ...details },
});
const refuse = (code: ErrorCode, question: Question, details: Details = {}): Checked => ({
  problem: problemWith(code, question.code, details),
});

/** What was sent, short enough for a sentence and safe to show. */
function shorten(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? typeof value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function compileCheck(question: Question): (value: unknown) => Checked {
  switch (question.type) {
    case 'single':
      return compileSingle(question);
    case 'multiple':
      return compileMultiple(question);
    case 'number':
      return compileNumber(question);
    case 'text':
      return compileText(question);
  }
}

function compileSingle(question: Question): (value: unknown) => Checked {
  // One frozen answer per choice: judging a tick then allocates nothing.
  const accepted = new Map<unknown, Checked>(question.choices.map(({ code }) => [code, { answer: code }]));
  return (value) =>
    accepted.get(value) ??
    (typeof value === 'string'
      ? refuse('ANSWER_CHOICE', question, { value: shorten(value) })
      : refuse('ANSWER_TYPE', question, { expected: 'string' }));
}

const EXCLUSIVE: readonly ChoiceKind[] = ['none', 'dont-know', 'refused'];

/** True for “none of these”, “don't know” and “refused”: nothing else may be ticked beside them. */
export function isExclusive(kind: ChoiceKind): boolean {
  return EXCLUSIVE.includes(kind);
}

function compileMultiple(question: Question): (value: unknown) => Checked {
  const order = new Map<unknown, number>(question.choices.map(({ code }, index) => [code, index]));
  const exclusive = new Set(question.choices.filter(({ kind }) => isExclusive(kind)).map(({ code }) => code));
  const least = question.minChoices ?? 1;
  const most = Math.min(question.maxChoices ?? Number.POSITIVE_INFINITY, question.choices.length);
  return (value) => {
    if (!Array.isArray(value)) return refuse('ANSWER_TYPE', question, { expected: '["…"]' });
    const ticks: readonly unknown[] = value;
    if (ticks.length === 0) return refuse('ANSWER_EMPTY', question);
    if (ticks.length > question.choices.length) return refuse('ANSWER_TOO_MANY', question, { limit: most });
    const positions: number[] = [];
    for (const tick of ticks) {
      const position = order.get(tick);
      if (position === undefined) return refuse('ANSWER_CHOICE', question, { value: shorten(tick) });
      if (positions.includes(position)) return refuse('ANSWER_REPEATED', question, { value: tick });
      positions.push(position);
    }
    const codes = positions.sort((a, b) => a - b).map((position) => question.choices[position]?.code ?? '');
    const alone = codes.find((code) => exclusive.has(code));
    if (alone !== undefined)
      return codes.length === 1 ? { answer: codes } : refuse('ANSWER_EXCLUSIVE', question, { value: alone });
    if (codes.length > most) return refuse('ANSWER_TOO_MANY', question, { limit: most });
    if (codes.length < least) return refuse('ANSWER_TOO_FEW', question, { limit: least });
    return { answer: codes };
  };
}

/** Whole numbers only: a keypad can give nothing else. */
function compileNumber(question: Question): (value: unknown) => Checked {
  const min = question.min ?? 0;
  const max = question.max ?? Number.MAX_SAFE_INTEGER;
  return (value) => {
    if (typeof value !== 'number' || Number.isNaN(value))
      return refuse('ANSWER_TYPE', question, { expected: 'number' });
    if (value < min || value > max) return refuse('ANSWER_RANGE', question, { value, min, max });
    if (!Number.isInteger(value)) return refuse('ANSWER_WHOLE', question, { value });
    return { answer: value + 0 }; // −0 becomes 0
  };
}

function compileText(question: Question): (value: unknown) => Checked {
  const limit = question.maxLength ?? 0;
  return (value) => {
    if (typeof value !== 'string') return refuse('ANSWER_TYPE', question, { expected: 'string' });
    if (value.length > limit) return refuse('ANSWER_TOO_LONG', question, { limit });
    // NUL and half a character cannot be stored by PostgreSQL, and no resident types control characters.
    if (/\p{Surrogate}/u.test(value)) return refuse('ANSWER_TYPE', question, { expected: 'text' });
    for (let at = 0; at < value.length; at++) {
      const unit = value.charCodeAt(at);
      if (unit < 32 && unit !== 9 && unit !== 10 && unit !== 13)
        return refuse('ANSWER_TYPE', question, { expected: 'text' });
    }
    const text = value.trim();
    return text === '' ? refuse('ANSWER_EMPTY', question) : { answer: text };
  };
}
