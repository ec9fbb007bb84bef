import { speak } from '../../shared/wording.ts';
import { useSpeech } from '../context.tsx';
import { PHONE_WORDS } from './wording.ts';

/** The reader's language with the dictionary of phone surveys. */
export function usePhoneSpeech() {
  const speech = useSpeech();
  return { ...speech, tell: speak(PHONE_WORDS, speech.lang) };
}
