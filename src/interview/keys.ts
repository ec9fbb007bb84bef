import type { Problem } from '../core/errors.ts';
import { type CompiledQuestion, checkAnswer } from '../core/questionnaire/gate.ts';
import type { Answer, Choice, Question } from '../core/questionnaire/plan.ts';

/** What keys mean for a question: an answer that the gate has accepted, leave to pass the item, or nothing. */
export type KeyReading =
  | { readonly t: 'answer'; readonly answer: Answer }
  /** `0` where no choice stands for “don't know” or “refused”: the item is left without an answer. */
  | { readonly t: 'pass' }
  /** Nothing was pressed; `#` alone counts as nothing where it means nothing. */
  | { readonly t: 'silence' }
  /** The gate's problem, so that the keypad can say and the desk can show what is wrong. */
  | { readonly t: 'invalid'; readonly problem: Problem };

/**
 * From keys to the gate's value, for the keypad and the interviewer's desk alike. A key belongs to its option, not to
 * the place where it is read out: the half that hears the scale backwards presses the same key for the same option.
 */
export function readKeys(compiled: CompiledQuestion, keys: string): KeyReading {
  const { question } = compiled;
  const digits = keys.endsWith('#') ? keys.slice(0, -1) : keys;
  if (keys === '') return { t: 'silence' };
  if (digits === '') return readHashAlone(compiled);
  if (!/^\d+$/.test(digits)) return noSuchOption(question, keys);
  const value = valueMeant(question, digits);
  // `0` comes last: where a choice has that key, or where nought is an answer, it is just that.
  if (digits === '0' && (value === null || 'problem' in checkAnswer(compiled, value))) return readNought(compiled);
  return value === null ? noSuchOption(question, keys) : judge(compiled, value);
}

/** The keys that mean something for a question, besides `*`: for the gather's hint and the desk's display. */
export function keysOf({ type, choices }: Question): string {
  if (type === 'number') return '0123456789#';
  const own = choices.flatMap(({ key }) => key ?? []).join('');
  return `${own}${own.includes('0') ? '' : '0'}${type === 'multiple' ? '#' : ''}`;
}

/** What the digits say before the gate judges it; null when one of them belongs to no choice. */
function valueMeant({ type, choices }: Question, digits: string): unknown {
  const codeOf = (digit: string): string | undefined => choices.find(({ key }) => key === digit)?.code;
  switch (type) {
    case 'number':
      return Number(digits);
    case 'single':
      return codeOf(digits) ?? null;
    case 'multiple': {
      // A key pressed twice is one tick: fingers bounce, and nobody ticks an option twice on purpose.
      const codes = [...new Set(digits)].map(codeOf);
      return codes.includes(undefined) ? null : codes;
    }
    case 'text':
      return null;
  }
}

/** `#` without any digit is “don't know” in a multiple question, whose ten digits may be used up. */
function readHashAlone(compiled: CompiledQuestion): KeyReading {
  const { type, choices } = compiled.question;
  if (type === 'single') return noSuchOption(compiled.question, '#');
  const unsure = type === 'multiple' && choices.find(({ kind }) => kind === 'dont-know');
  return unsure ? judge(compiled, [unsure.code]) : { t: 'silence' };
}

/** “Don't know” before “refused”. A screener without either must be answered: nobody is interviewed unseen. */
function readNought(compiled: CompiledQuestion): KeyReading {
  const { question } = compiled;
  const ofKind = (wanted: Choice['kind']): Choice | undefined => question.choices.find(({ kind }) => kind === wanted);
  const choice = ofKind('dont-know') ?? ofKind('refused');
  if (choice) return judge(compiled, question.type === 'multiple' ? [choice.code] : choice.code);
  return question.role === 'screener' ? noSuchOption(question, '0') : { t: 'pass' };
}

function judge(compiled: CompiledQuestion, value: unknown): KeyReading {
  const checked = checkAnswer(compiled, value);
  return 'answer' in checked ? { t: 'answer', ...checked } : { t: 'invalid', ...checked };
}

const noSuchOption = ({ code }: Question, keys: string): KeyReading => ({
  t: 'invalid',
  problem: { code: 'ANSWER_CHOICE', details: { question: code, value: keys.slice(0, 40) } },
});
