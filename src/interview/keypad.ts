import type { CompiledPlan } from '../core/questionnaire/gate.ts';
import type { Answer, Answers } from '../core/questionnaire/plan.ts';
import type { Lang, Text } from '../core/text.ts';
import type { Step } from './step.ts';

/** What one call needs to know. It is stored with the session, so that a step can be rendered again from it alone. */
export interface KeypadOptions {
  readonly attempt: string;
  readonly direction: 'out' | 'in';
  readonly lang: Lang;
  /** This respondent belongs to the half that hears reversible options in reverse. */
  readonly reversed: boolean;
  /** The campaign records: consent to it is asked, in every call anew. */
  readonly recording: boolean;
  /** Who calls, as it is said. */
  readonly caller: Text;
  /** Read to its end before the interview begins. */
  readonly consentText: Text;
}

export type KeypadPlace =
  | { readonly t: 'intro' }
  | { readonly t: 'consent' }
  | { readonly t: 'recording' }
  | { readonly t: 'question'; readonly code: string }
  | { readonly t: 'confirm'; readonly code: string; readonly value: number }
  | { readonly t: 'ended'; readonly end: KeypadEnd };

export interface KeypadEnd {
  readonly reason:
    | 'complete'
    | 'screened'
    | 'later'
    | 'never'
    /** Did not agree to the consent text. */
    | 'declined'
    /** No useful key in spite of all repetitions: at the beginning `no-response`, later `gave-up` (resumable). */
    | 'no-response'
    | 'gave-up';
  /** Final AAPOR code where the session knows it (1.1, 1.2, 4.70, 2.112 …); null: by the attempt's rules. */
  readonly disposition: string | null;
  readonly wish: 'later' | 'never' | null;
}

/** One prompt and what came of it. Times are the server's; how long a prompt takes to say is estimated from its length. */
export interface KeypadParadata {
  readonly attempt: string;
  /** Question code, or the step's name in capitals. */
  readonly place: string;
  readonly visit: number;
  readonly askedAt: number;
  /** From the answer to the last request to these keys. */
  readonly elapsedMs: number;
  readonly playedMs: number;
  /** Time after the end of the prompt; 0 when it was interrupted. */
  readonly latencyMs: number;
  readonly bargeIn: boolean;
  readonly repeats: number;
  readonly result: 'answer' | 'repeat' | 'invalid' | 'silence' | 'pass' | 'confirm' | 'choice';
}

/** A keypad interview: of the case, not of the call. Plain JSON. */
export interface KeypadSession {
  readonly options: KeypadOptions;
  readonly lang: Lang;
  readonly at: KeypadPlace;
  /** Grows with every change; together with attempt and place it is the step's token. */
  readonly visit: number;
  readonly resumed: boolean;
  readonly consented: boolean;
  readonly recordingConsent: boolean | null;
  readonly invalid: number;
  readonly silent: number;
  readonly repeats: number;
  /** Items left without an answer; those merely skipped are asked again in a later call. */
  readonly passed: Readonly<Record<string, 'refused' | 'skipped'>>;
  readonly skippedInRow: number;
  /** What is said before the step's own prompts. */
  readonly lead: Text | null;
  readonly askedAt: number | null;
  readonly paradata: readonly KeypadParadata[];
}

export interface KeypadInput {
  readonly token: string;
  /** As pressed; see `Step`. */
  readonly digits: string;
}

export interface KeypadAdvance {
  readonly session: KeypadSession;
  readonly step: Step;
  /** Answers to save with the session, in one transaction; null takes one back. */
  readonly given: Readonly<Record<string, Answer | null>>;
  readonly consents: readonly { readonly kind: 'interview' | 'recording'; readonly given: boolean }[];
  /** Set once, when the interview ends with this input. */
  readonly ended: KeypadEnd | null;
}

/** A session for a call. With the session of an earlier call of the same case it resumes. */
export function startKeypad(_options: KeypadOptions, _earlier: KeypadSession | null = null): KeypadSession {
  throw new RangeError('not yet');
}

/**
 * One step on. `'begin'` renders the current step (the carrier's first request, and every request without keys);
 * keys under a token that is not the current step's only render it again: nothing is stored twice.
 * `answers` are the stored ones of this response, from whichever channel.
 * @param at now, epoch milliseconds
 */
export function advanceKeypad(
  _compiled: CompiledPlan,
  _session: KeypadSession,
  _answers: Answers,
  _input: KeypadInput | 'begin',
  _at: number,
): KeypadAdvance {
  throw new RangeError('not yet');
}

export type KeypadFlag = 'fast' | 'straight-line' | 'all-ones';

/** Signs that somebody pressed keys without listening; for the re-listen queue, never a verdict. */
export function flagKeypad(_compiled: CompiledPlan, _session: KeypadSession, _answers: Answers): readonly KeypadFlag[] {
  throw new RangeError('not yet');
}

/** What an interview amounts to that stays unfinished: `enough` from 80 % of the core items on, 1.2 from 50 %, else 2.12. */
export function closeKeypad(
  _compiled: CompiledPlan,
  _answers: Answers,
): { readonly disposition: string; readonly enough: boolean } {
  throw new RangeError('not yet');
}
