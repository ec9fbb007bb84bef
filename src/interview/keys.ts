import type { ErrorCode } from '../core/errors.ts';
import type { CompiledQuestion } from '../core/questionnaire/gate.ts';
import type { Answer } from '../core/questionnaire/plan.ts';

/** What keys mean for a question: an answer that the gate has accepted, leave to pass the item, or nothing. */
export type KeyReading =
  | { readonly t: 'answer'; readonly answer: Answer }
  /** `0` where no choice stands for “don't know” or “refused”: the item is left without an answer. */
  | { readonly t: 'pass' }
  /** Nothing was pressed (`#` alone counts as nothing where it means nothing). */
  | { readonly t: 'silence' }
  /** The gate's code, so that the keypad can say and the desk can show why. */
  | { readonly t: 'invalid'; readonly code: ErrorCode };

/**
 * From keys to the gate's value, for the keypad and the interviewer's desk alike. A key belongs to its option, not to
 * the place where it is read out: the half that hears the scale backwards presses the same key for the same option.
 */
export function readKeys(_question: CompiledQuestion, _keys: string): KeyReading {
  throw new RangeError('not yet');
}
