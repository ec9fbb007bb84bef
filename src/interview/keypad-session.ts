import type { Answer } from '../core/questionnaire/plan.ts';
import type { Lang, Text } from '../core/text.ts';

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
  | { readonly t: 'confirm'; readonly code: string; readonly value: Answer }
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

/** A prompt as it went out. */
export interface AskedPrompt {
  readonly at: number;
  /** Its length from the first word to the last. */
  readonly promptMs: number;
  /** `recording`: all of it was recorded, and its length is known; else estimated from the words. */
  readonly basis: 'recording' | 'estimate';
  readonly mayInterrupt: boolean;
}

/**
 * One prompt and what came of it. `elapsedMs` is measured, by the server's clock: the way to the carrier and back is in
 * it, and after several keys the silence that ended them. What was played of it and how long the answer took after its
 * end follow from the length of the prompt, which `basis` tells: that of its recordings, or estimated from its words.
 */
export interface KeypadParadata {
  readonly attempt: string;
  /** Question code, or the step's name in capitals. */
  readonly place: string;
  readonly visit: number;
  readonly askedAt: number;
  /** From our answer to the last request to the request with these keys. */
  readonly elapsedMs: number;
  readonly basis: AskedPrompt['basis'];
  readonly playedMs: number;
  /** Time after the end of the prompt; 0 when it was interrupted. */
  readonly latencyMs: number;
  readonly bargeIn: boolean;
  readonly repeats: number;
  /** `entered`: keys that are read back; `confirmed`: an answer by agreeing to them. `choice`: a key of a menu. */
  readonly result: 'answer' | 'repeat' | 'invalid' | 'silence' | 'pass' | 'entered' | 'confirmed' | 'choice';
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
  readonly invalid: number;
  readonly silent: number;
  readonly repeats: number;
  /** Items left without an answer; those merely skipped are asked again in a later call. */
  readonly passed: Readonly<Record<string, 'refused' | 'skipped'>>;
  readonly skippedInRow: number;
  /** What is said before the step's own prompts. */
  readonly lead: Text | null;
  /** When and what the current step was first asked. */
  readonly asked: AskedPrompt | null;
  readonly paradata: readonly KeypadParadata[];
}
