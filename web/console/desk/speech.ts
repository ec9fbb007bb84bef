import { speak } from '../../shared/wording.ts';
import { useSpeech } from '../context.tsx';
import { DESK_WORDS } from './wording.ts';

/** The reader's language with the desk's own dictionary. */
export function useDeskSpeech() {
  const speech = useSpeech();
  return { ...speech, tell: speak(DESK_WORDS, speech.lang) };
}
