import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import type { Lang } from '../../core/text.ts';
import type { Prompt, Step } from '../../interview/step.ts';
import type { HookAddresses } from './addresses.ts';

/** A document longer than this is refused by the carrier (11750). */
export const LONGEST_DOCUMENT = 64 * 1024;

const VOICES = {
  zh: { language: 'cmn-CN', voice: 'Polly.Zhiyu-Neural' },
  en: { language: 'en-US', voice: 'Polly.Joanna-Neural' },
} as const satisfies Record<Lang, object>;

/** What a step may need beside itself: the addresses of our hooks and the attempt the call belongs to. */
export interface StepContext {
  readonly hooks: HookAddresses;
  readonly attemptId: string;
}

/**
 * One step as a document for the carrier. Whatever happens comes back to us: keys and silence by the gather's action,
 * and should the carrier pass over the gather, by the redirect behind it.
 */
export function renderStep(step: Step, { hooks, attemptId }: StepContext): string {
  const response = new VoiceResponse();
  const { next } = step;
  switch (next.t) {
    case 'gather': {
      const action = hooks.voice(attemptId, next.token);
      if (!next.bargeIn) speak(response, step.prompts);
      const gather = response.gather({
        input: ['dtmf'],
        action,
        method: 'POST',
        numDigits: next.max,
        timeout: Math.max(1, Math.round(next.timeoutMs / 1000)),
        // Without a terminator `*` and `#` are keys like others; `*` asks for a repeat.
        finishOnKey: next.terminator ?? '',
        actionOnEmptyResult: true,
      });
      if (next.bargeIn) speak(gather, step.prompts);
      response.redirect({ method: 'POST' }, action);
      break;
    }
    case 'talk': {
      speak(response, step.prompts);
      const dial = response.dial({
        action: hooks.voice(attemptId, next.token, 'talk'),
        method: 'POST',
        timeLimit: Math.round(next.maxMs / 1000),
      });
      // A room of its own for each call. Nobody hears music or a tone: the respondent's ringing is heard instead.
      dial.conference(
        { startConferenceOnEnter: true, endConferenceOnExit: true, beep: 'false', waitUrl: '', maxParticipants: 10 },
        attemptId,
      );
      break;
    }
    case 'pause':
      speak(response, step.prompts);
      response.pause({ length: Math.max(1, Math.round(next.ms / 1000)) });
      response.redirect({ method: 'POST' }, hooks.voice(attemptId, next.token, 'pause'));
      break;
    case 'reject':
      response.reject({ reason: 'busy' });
      break;
    case 'hangup':
      speak(response, step.prompts);
      response.hangup();
      break;
  }
  const document = response.toString();
  if (Buffer.byteLength(document) > LONGEST_DOCUMENT) throw new RangeError('the step is too long for one document');
  return document;
}

function speak(
  into: Pick<VoiceResponse, 'play' | 'say'> | ReturnType<VoiceResponse['gather']>,
  prompts: readonly Prompt[],
): void {
  for (const prompt of prompts) {
    if ('audio' in prompt) into.play({}, prompt.audio);
    else into.say(VOICES[prompt.lang], prompt.say);
  }
}
