import type { Lang } from '../core/text.ts';
import type { Step } from './step.ts';

/**
 * A caller whose number belongs to no open case is asked for the six digits of the letter or message. Nothing is
 * stored: the tries so far are in the token, which the carrier's signature covers.
 */
export function askAccessCode(_options: {
  readonly attempt: string;
  readonly lang: Lang;
  readonly failed: number;
}): Step {
  throw new RangeError('not yet');
}

/** Reads the answer to `askAccessCode`; null for a token of something else. `code` is null when it is not six digits. */
export function readAccessCode(
  _token: string,
  _digits: string,
): { readonly attempt: string; readonly code: string | null; readonly failed: number } | null {
  throw new RangeError('not yet');
}
