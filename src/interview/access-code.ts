import type { Lang } from '../core/text.ts';
import { sayGoodbye } from './keypad-script.ts';
import { PHRASES } from './phrases.ts';
import type { Step } from './step.ts';

const TRIES = 3;
const TOKEN = /^(.+)\.CODE\.(\d)$/;

/**
 * A caller whose number belongs to no open case is asked for the six digits of the letter or message, three times.
 * Nothing is stored: how many codes were wrong so far stands in the token, which the carrier's signature covers.
 */
export function askAccessCode({
  attempt,
  lang,
  failed,
}: {
  readonly attempt: string;
  readonly lang: Lang;
  readonly failed: number;
}): Step {
  if (failed >= TRIES) return sayGoodbye('noAccessCode', lang);
  return {
    prompts: [{ say: PHRASES[failed === 0 ? 'askAccessCode' : 'wrongAccessCode'][lang], lang }],
    next: {
      t: 'gather',
      min: 6,
      max: 6,
      keys: '0123456789#',
      timeoutMs: 8000,
      terminator: '#',
      bargeIn: true,
      token: `${attempt}.CODE.${failed}`,
    },
  };
}

/** Reads the answer to `askAccessCode`; null for a token of something else. `code` is null when it is not six digits. */
export function readAccessCode(
  token: string,
  digits: string,
): { readonly attempt: string; readonly code: string | null; readonly failed: number } | null {
  const [, attempt, failed] = TOKEN.exec(token) ?? [];
  if (attempt === undefined) return null;
  return { attempt, code: /^(\d{6})#?$/.exec(digits)?.[1] ?? null, failed: Number(failed) };
}
