import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { Details, Lang, Text } from '../../src/core/text.ts';
import { ApiError, sentenceOf } from '../shared/api.ts';
import { speak } from '../shared/wording.ts';
import { useAddressLang } from './address.ts';
import type { Permission, SessionUser } from './wire.ts';
import { ROLE_WORDS, WORDS, type Word } from './wording.ts';

/** The reader's language and everything that depends on it. */
export interface Speech {
  readonly lang: Lang;
  readonly choose: (lang: Lang) => void;
  readonly say: (word: Word, details?: Details) => string;
  /** One of the two languages of a text that is data. */
  readonly pick: (text: Text) => string;
  readonly explain: (error: unknown) => string;
}

const SpeechContext = createContext<Speech | null>(null);

export function SpeechProvider({ children }: { children: ReactNode }) {
  const [lang, choose] = useAddressLang();
  const speech = useMemo<Speech>(
    () => ({
      lang,
      choose,
      say: speak(WORDS, lang),
      pick: (text) => text[lang] || text.zh,
      explain: (error) => sentenceOf(nameDetails(error, lang), lang),
    }),
    [lang, choose],
  );
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

/** The server names roles by their codes; a sentence names them by their titles. */
function nameDetails(error: unknown, lang: Lang): unknown {
  if (!(error instanceof ApiError)) return error;
  const { role } = error.details;
  const words: Readonly<Record<string, Text>> = ROLE_WORDS;
  const named = typeof role === 'string' && Object.hasOwn(words, role) ? words[role]?.[lang] : role;
  return new ApiError(error.code, { ...error.details, role: named });
}

export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (!speech) throw new RangeError('useSpeech outside of SpeechProvider');
  return speech;
}

export interface Staff {
  readonly user: SessionUser;
  readonly may: (permission: Permission) => boolean;
  /** Reads the session again, e.g. after signing out or when the server says it ended. */
  readonly refresh: () => void;
}

export const StaffContext = createContext<Staff | null>(null);

export function useStaff(): Staff {
  const staff = useContext(StaffContext);
  if (!staff) throw new RangeError('useStaff outside of a signed-in page');
  return staff;
}
