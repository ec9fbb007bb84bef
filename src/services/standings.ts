import { AppError } from '../core/errors.ts';
import type { CompiledPlan, CompiledQuestion } from '../core/questionnaire/gate.ts';
import type { Answer, Answers, Question } from '../core/questionnaire/plan.ts';
import type { Text } from '../core/text.ts';
import { keysOf, readKeys } from '../interview/keys.ts';
import { answerQuestion, finishInterview, followPlan, measureProgress, orderChoices } from '../interview/session.ts';

/** The question that an interviewer reads out now, and where it stands in the interview. */
export interface Standing {
  readonly question:
    | (Pick<Question, 'code' | 'type' | 'title' | 'spoken' | 'note' | 'help' | 'required' | 'min' | 'max'> & {
        /** In this respondent's order; the key stays with its option. */
        readonly choices: ReadonlyArray<{
          readonly code: string;
          readonly title: Text;
          readonly spoken: Text | null;
          readonly key: string | null;
          readonly kind: string;
        }>;
        readonly keys: string;
        readonly value: Answer | null;
      })
    | null;
  readonly progress: { readonly answered: number; readonly total: number };
  /** The answers are whole: the interview may be closed as complete. */
  readonly isComplete: boolean;
  /** A screen-out ended the interview with this code. */
  readonly ended: string | null;
  /** Required questions still open. */
  readonly missing: readonly string[];
  /** What the answers amount to: the code to close with. */
  readonly disposition: string;
}

/** The interviewer went on without an answer. */
const PASSED = Symbol('passed');

/** What keys or a value mean for a question; the gate's own problem when they mean nothing. */
function meaningOf(
  question: CompiledQuestion,
  input: { readonly keys?: string | undefined; readonly value?: unknown },
): unknown {
  if (input.keys === undefined) return input.value ?? null;
  const reading = readKeys(question, input.keys);
  switch (reading.t) {
    case 'answer':
      return reading.answer;
    case 'invalid':
      throw new AppError(reading.problem.code, reading.problem.details);
    case 'pass':
    case 'silence':
      return PASSED;
  }
}

function withoutAnswer(answers: Answers, code: string): Answers {
  const { [code]: _taken, ...rest } = answers;
  return rest;
}

/** The answers after this one; without it when the interviewer went on without an answer. */
export function takeAnswer(
  plan: CompiledPlan,
  answers: Answers,
  question: CompiledQuestion,
  input: { readonly keys?: string | undefined; readonly value?: unknown },
): { readonly answers: Answers; readonly isTakenBack: boolean } {
  const { code } = question.question;
  const value = meaningOf(question, input);
  if (value === PASSED) return { answers: withoutAnswer(answers, code), isTakenBack: false };
  return { answers: answerQuestion(plan, answers, code, value as Answer | null), isTakenBack: value === null };
}

/** The next open question after this one; else the first required one that was passed; null when nothing is open. */
export function nextAfter(plan: CompiledPlan, answers: Answers, code: string): string | null {
  const { asked, ended } = followPlan(plan, answers);
  if (ended !== null) return null;
  const at = asked.findIndex(({ question }) => question.code === code);
  const isOpen = ({ question }: CompiledQuestion) => answers[question.code] === undefined;
  const next = asked.slice(at + 1).find(isOpen) ?? asked.find((each) => isOpen(each) && each.question.required) ?? null;
  return next?.question.code ?? '';
}

/** Where the interview stands: at a question by name, at none (`''`), or at the first open one. */
export function standingOf(
  plan: CompiledPlan,
  given: Answers,
  { reversed, at }: { readonly reversed: boolean; readonly at: string | null },
): Standing {
  const standing = followPlan(plan, given);
  const { disposition, missing } = finishInterview(plan, given);
  const current =
    at === ''
      ? null
      : (standing.asked.find(({ question }) => question.code === at) ?? (at === null ? standing.next : null));
  const question = current?.question ?? null;
  return {
    question: question && {
      ...{ code: question.code, type: question.type, title: question.title, spoken: question.spoken },
      ...{
        note: question.note,
        help: question.help,
        required: question.required,
        min: question.min,
        max: question.max,
      },
      choices: orderChoices(question, reversed).map(({ code, title, spoken, key, kind }) => ({
        ...{ code, title, spoken, key, kind },
      })),
      keys: keysOf(question),
      value: standing.answers[question.code] ?? null,
    },
    progress: measureProgress(standing),
    isComplete: disposition === '1.1',
    ended: standing.ended,
    missing,
    disposition,
  };
}
