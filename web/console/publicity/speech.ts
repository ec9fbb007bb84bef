import type { ErrorCode } from '../../../src/core/errors.ts';
import type { Details } from '../../../src/core/text.ts';
import { ApiError } from '../../shared/api.ts';
import { speak } from '../../shared/wording.ts';
import { useSpeech } from '../context.tsx';
import type { OutputState } from './wire.ts';
import { LEDGER_WORDS, STATE_WORDS } from './wording.ts';

/** The reader's language with the ledger's own dictionary; a refusal names states by their words. */
export function useLedgerSpeech() {
  const speech = useSpeech();
  const explain = (error: unknown): string => {
    if (!(error instanceof ApiError) || typeof error.details.state !== 'string') return speech.explain(error);
    const state = STATE_WORDS[error.details.state as OutputState]?.[speech.lang] ?? error.details.state;
    return speech.explain(new ApiError(error.code, { ...error.details, state }));
  };
  return {
    ...speech,
    explain,
    tell: speak(LEDGER_WORDS, speech.lang),
    explainRefusal: ({ code, details }: { code: ErrorCode; details: Details }) => explain(new ApiError(code, details)),
  };
}
