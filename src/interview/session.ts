import { AppError } from '../core/errors.ts';
import { acceptAnswer, type CompiledPlan, type CompiledQuestion } from '../core/questionnaire/gate.ts';
import type { Answer, Answers, Choice, Question } from '../core/questionnaire/plan.ts';

/** Where an interview stands. It is a function of the answers alone, so every channel stands at the same place. */
export interface Standing {
  /** The questions this respondent is asked, in order; after a screen-out, none beyond the one that ended it. */
  readonly asked: readonly CompiledQuestion[];
  /** The answers that count: those to asked questions. */
  readonly answers: Answers;
  /** The result code of the screen-out that ended the interview, else null. */
  readonly ended: string | null;
  /** Where to go on or resume: the first asked question without an answer; null when there is none. */
  readonly next: CompiledQuestion | null;
}

/**
 * The one branching engine: walks the plan once, from the first question to the last. Conditions only look back, so a
 * hidden question's old answer is out of sight before anything can depend on it.
 */
export function followPlan(compiled: CompiledPlan, given: Answers): Standing {
  const answers: Record<string, Answer> = {};
  const asked: CompiledQuestion[] = [];
  let next: CompiledQuestion | null = null;
  for (const question of compiled.questions) {
    if (question.isAsked && !question.isAsked(answers)) continue;
    asked.push(question);
    const { code } = question.question;
    const answer = given[code];
    if (answer === undefined) {
      next ??= question;
      continue;
    }
    answers[code] = answer;
    for (const ending of question.endings)
      if (ending.holds(answers)) return { asked, answers, ended: ending.disposition, next: null };
  }
  return { asked, answers, ended: null, next };
}

/**
 * Gives one answer (null takes it back) and returns the answers that now count: what the new answer hides is gone.
 * Throws what the gate throws, and `ANSWER_NOT_ASKED` for a question this respondent is not asked.
 */
export function answerQuestion(compiled: CompiledPlan, given: Answers, code: string, value: unknown): Answers {
  const question = compiled.find.get(code);
  if (!question) throw new AppError('ANSWER_QUESTION', { question: code.slice(0, 40) });
  if (!followPlan(compiled, given).asked.includes(question)) throw new AppError('ANSWER_NOT_ASKED', { question: code });
  if (value !== null) return followPlan(compiled, { ...given, [code]: acceptAnswer(question, value) }).answers;
  const { [code]: _taken, ...rest } = given;
  return followPlan(compiled, rest).answers;
}

/** The question asked after this one, given the answers so far; null at the end. With an optional question skipped, go on from it. */
export function questionAfter(compiled: CompiledPlan, given: Answers, code: string): CompiledQuestion | null {
  const { asked } = followPlan(compiled, given);
  return asked[asked.findIndex(({ question }) => question.code === code) + 1] ?? null;
}

/** The question asked before this one; null at the beginning. */
export function questionBefore(compiled: CompiledPlan, given: Answers, code: string): CompiledQuestion | null {
  const { asked } = followPlan(compiled, given);
  return asked[asked.findIndex(({ question }) => question.code === code) - 1] ?? null;
}

/** How far along, for “question 3 of 9”; the total may still change with branching. */
export function measureProgress(standing: Standing): { readonly answered: number; readonly total: number } {
  return { answered: Object.keys(standing.answers).length, total: standing.asked.length };
}

export interface Finish {
  /** 1.1 complete, 1.2 partial (half or more of the required questions), 2.12 break-off, or the screen-out's code. */
  readonly disposition: string;
  readonly answers: Answers;
  /** Required questions still without an answer. */
  readonly missing: readonly string[];
}

/** Ends an interview wherever it stands and says what it amounts to. Answers to questions not asked are dropped. */
export function finishInterview(compiled: CompiledPlan, given: Answers): Finish {
  const { asked, answers, ended } = followPlan(compiled, given);
  if (ended !== null) return { disposition: ended, answers, missing: [] };
  const required = asked.filter(({ question }) => question.required);
  const missing = required.map(({ question }) => question.code).filter((code) => answers[code] === undefined);
  if (missing.length === 0) return { disposition: '1.1', answers, missing };
  return { disposition: missing.length * 2 <= required.length ? '1.2' : '2.12', answers, missing };
}

/** Like `finishInterview`, for a respondent who presses “submit”: a missing answer is refused with `ANSWERS_MISSING`. */
export function submitInterview(compiled: CompiledPlan, given: Answers): Finish {
  const finish = finishInterview(compiled, given);
  if (finish.missing.length > 0) throw new AppError('ANSWERS_MISSING', { questions: finish.missing });
  return finish;
}

/** The options as this respondent hears or sees them: a random half gets the substantive ones in reverse. */
export function orderChoices(question: Question, reversed: boolean): readonly Choice[] {
  if (!reversed || !question.reversible) return question.choices;
  const substantive = question.choices.filter(({ kind }) => kind === 'answer');
  return [...substantive.reverse(), ...question.choices.filter(({ kind }) => kind !== 'answer')];
}
