import type { Playing } from './call.ts';
import { secondsOf, speechMs, tonesMs, type Verb } from './document.ts';
import type { Heard } from './phone.ts';

/** A loop of 0 goes on until somebody hangs up; the carrier stops it after so many times. */
const MOST_LOOPS = 1000;

/** What a Say or Play lets one hear, and how often; a number is the error that stands in its way. */
export function promptOf(verb: Verb, { sounds, base }: Playing): (Heard & { readonly times: number }) | number {
  const { loop, language: lang = 'en-US' } = verb.attributes;
  const times = loop === '0' ? MOST_LOOPS : Math.min(MOST_LOOPS, Math.max(1, Number(loop) || 1));
  if (verb.name === 'Say') return { text: verb.text, lang, audio: null, ms: speechMs(verb.text), times };
  const tones = tonesOf(verb);
  if (tones !== undefined) return { text: '', lang, audio: null, ms: tonesMs(tones), times, tones };
  const audio = urlIn(verb, base);
  const sound = sounds.get(audio) ?? 11_200;
  return typeof sound === 'number' ? sound : { text: '', lang, audio, ms: sound.ms, times };
}

/** How long a Say, Play or Pause takes. */
export function promptMs(verb: Verb, playing: Playing): number {
  if (verb.name === 'Pause') return secondsOf(verb, 'length', 1) * 1000;
  const prompt = promptOf(verb, playing);
  return typeof prompt === 'number' ? 0 : prompt.ms * prompt.times;
}

/** Everything that a document plays. */
export function soundsIn(verbs: readonly Verb[], base: string): string[] {
  return verbs.flatMap((verb) => [
    ...(verb.name === 'Play' && tonesOf(verb) === undefined ? [urlIn(verb, base)] : []),
    ...soundsIn(verb.children, base),
  ]);
}

/** Keys that are dialled instead of a recording. */
const tonesOf = ({ attributes }: Verb): string | undefined => attributes.digits;

function urlIn(verb: Verb, base: string): string {
  const address = verb.text.trim();
  return URL.canParse(address, base) ? new URL(address, base).href : address;
}
