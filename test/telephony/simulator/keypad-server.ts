import { compilePlan } from '../../../src/core/questionnaire/gate.ts';
import type { Answers } from '../../../src/core/questionnaire/plan.ts';
import { advanceKeypad, startKeypad } from '../../../src/interview/keypad.ts';
import type { KeypadEnd, KeypadSession } from '../../../src/interview/keypad-session.ts';
import { hookAddresses } from '../../../src/telephony/twilio/addresses.ts';
import { readVoice } from '../../../src/telephony/twilio/events.ts';
import { renderStep } from '../../../src/telephony/twilio/twiml.ts';
import { county } from '../../interview/example.ts';
import { BASE, type Received } from './world.ts';

const survey = compilePlan(county());
export const hooks = hookAddresses(BASE);

interface Interview {
  session: KeypadSession;
  answers: Answers;
  ended: KeypadEnd | null;
}

/** A server with the real keypad interview, one for each attempt of the address. */
export function createKeypadServer(clock: { now(): number }) {
  const interviews = new Map<string, Interview>();
  const begin = (attempt: string, earlier: KeypadSession | null = null): KeypadSession => {
    const caller = { zh: '统计调查中心', en: 'the survey centre' };
    const consentText = { zh: '参加与否由您决定。', en: 'Taking part is up to you.' };
    return startKeypad(
      { attempt, direction: 'out', lang: 'zh', reversed: false, recording: false, caller, consentText },
      earlier,
    );
  };
  const answer = (request: Pick<Received, 'url' | 'form'>): Response => {
    const url = new URL(request.url);
    const attempt = url.pathname.split('/').at(-1) ?? '';
    const event = readVoice({
      attemptId: attempt,
      query: Object.fromEntries(url.searchParams),
      form: request.form,
      at: clock.now(),
    });
    const now = interviews.get(attempt) ?? { session: begin(attempt), answers: {}, ended: null };
    const input = event.t === 'input' ? { token: event.token, digits: event.digits } : 'begin';
    const { session, step, given, ended } = advanceKeypad(survey, now.session, now.answers, input, clock.now());
    const answers = Object.fromEntries(
      Object.entries({ ...now.answers, ...given }).filter(([, value]) => value !== null),
    ) as Answers;
    interviews.set(attempt, { session, answers, ended: ended ?? now.ended });
    const document = renderStep(step, { hooks, attemptId: attempt });
    return new Response(document, { headers: { 'Content-Type': 'text/xml' } });
  };
  return { interviews, answer };
}
