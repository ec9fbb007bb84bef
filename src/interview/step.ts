import type { Lang } from '../core/text.ts';

/** One thing said in a call. Recorded speech of known length where there is any, else a sentence for a synthetic voice. */
export type Prompt = { readonly audio: string; readonly ms: number } | { readonly say: string; readonly lang: Lang };

/** Which sentences a person has recorded: found by their words, so that what is heard is what the script says. */
export interface Voice {
  find(words: string, lang: Lang): { readonly audio: string; readonly ms: number } | null;
}

/** Everything is said by machine. */
export const NO_VOICE: Voice = { find: () => null };

/**
 * What a call does next: say the prompts, then wait for keys, connect, wait, or hang up. No carrier's words in here.
 *
 * The digits of a gather come back under its `token` exactly as pressed, `*` and the terminator included: `''` is
 * silence, `'#'` is the terminator alone (on Twilio: `Digits` + `FinishedOnKey`). `min` is a hint; the keypad judges.
 * (`next`, not `then`: what has a `then` is taken for a promise.)
 */
export interface Step {
  readonly prompts: readonly Prompt[];
  readonly next:
    | {
        readonly t: 'gather';
        readonly min: number;
        readonly max: number;
        /** The keys that mean something here, e.g. `123*`; others still come back. */
        readonly keys: string;
        readonly timeoutMs: number;
        readonly terminator: '#' | null;
        /** False: the prompts are heard to their end and keys pressed meanwhile are lost. */
        readonly bargeIn: boolean;
        readonly token: string;
      }
    /** The interviewer waits in the conversation of the call, for the respondent, until it is over. */
    | { readonly t: 'talk'; readonly maxMs: number; readonly token: string }
    | { readonly t: 'pause'; readonly ms: number; readonly token: string }
    /** A call that came in is not answered: nobody pays for it, and nothing is said. */
    | { readonly t: 'reject' }
    | { readonly t: 'hangup'; readonly reason: string };
}
