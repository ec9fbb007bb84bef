import { type CallOrder, durationOf, isOver, type NetworkCall } from './call.ts';
import type { Conferences, SeatOrder } from './conference.ts';
import { secondsOf, type Verb } from './document.ts';
import type { Interpreter } from './interpreter.ts';
import type { Recordings } from './recordings.ts';
import { addressIn, subscriptionOf } from './subscription.ts';

/** Nobody talks longer, unless it was said otherwise. */
const LIMIT_S = 14_400;

export interface Dialling {
  dial(call: NetworkCall, verb: Verb, base: string): void;
  /** What was dialled is over: the document says where to go on. */
  comeBack(call: NetworkCall, params: Readonly<Record<string, string>>): void;
  /** What the document of a call is told about the one it dialled. */
  outcomeOf(child: NetworkCall): Readonly<Record<string, string>>;
  /** The call leaves whomever it talks with. */
  part(call: NetworkCall): void;
}

/** The verb Dial: another phone, or a conference. */
export function createDialling(options: {
  readonly call: (order: CallOrder) => NetworkCall;
  readonly end: (call: NetworkCall) => void;
  readonly interpreter: Interpreter;
  readonly conferences: Conferences;
  readonly recordings: Recordings;
}): Dialling {
  const { interpreter, conferences, recordings } = options;

  function ring(call: NetworkCall, verb: Verb, noun: Verb | undefined, base: string): void {
    const to = (noun ?? verb).text.trim();
    if (to === '') return;
    const { record } = verb.attributes;
    const callback = subscriptionOf(verb, 'recordingStatusCallback', base);
    if (record?.startsWith('record')) recordings.start({ call, source: 'DialVerb', callback });
    call.child = options.call({
      from: verb.attributes.callerId ?? call.to,
      to: noun?.name === 'Client' ? `client:${to}` : to,
      direction: 'outbound-dial',
      voice: null,
      fallback: null,
      callbacks: noun ? subscriptionOf(noun, 'statusCallback', base) : null,
      amd: null,
      ringMs: secondsOf(verb, 'timeout', 30) * 1000,
      limitMs: secondsOf(verb, 'timeLimit', LIMIT_S) * 1000,
      parent: call,
    });
  }

  function join(call: NetworkCall, verb: Verb, noun: Verb, base: string): void {
    const { attributes } = noun;
    const conference = conferences.open({
      name: noun.text.trim(),
      callbacks: subscriptionOf(noun, 'statusCallback', base),
      record:
        attributes.record === 'record-from-start'
          ? { callback: subscriptionOf(noun, 'recordingStatusCallback', base) }
          : null,
    });
    const limitMs = secondsOf(verb, 'timeLimit', LIMIT_S) * 1000;
    conferences.enter(conferences.reserve(conference, call, { ...seatOf(attributes, base), limitMs }));
  }

  return {
    dial(call, verb, base) {
      const [noun] = verb.children;
      if (noun?.name === 'Conference') join(call, verb, noun, base);
      else ring(call, verb, noun, base);
    },
    comeBack(call, params) {
      call.child = null;
      for (const recording of call.recordings) recordings.stop(recording);
      const { playing } = call;
      const verb = playing?.verbs[playing.at];
      if (!playing || !verb) return;
      const { action, method } = verb.attributes;
      if (action === undefined) interpreter.goOn(call);
      else interpreter.follow(call, addressIn(action, method, playing.base), params);
    },
    outcomeOf: (child) => ({
      DialCallStatus: child.status,
      DialCallSid: child.sid,
      DialCallDuration: String(durationOf(child)),
    }),
    part(call) {
      const { child, seat } = call;
      call.child = null;
      if (child && !isOver(child)) options.end(child);
      if (seat) conferences.leave(seat, isOver(call) ? 'hung-up' : 'moved');
    },
  };
}

function seatOf(attributes: Verb['attributes'], base: string): Omit<SeatOrder, 'limitMs'> {
  const { beep, waitUrl, waitMethod } = attributes;
  return {
    label: attributes.participantLabel ?? null,
    isMuted: attributes.muted === 'true',
    startsOnEnter: attributes.startConferenceOnEnter !== 'false',
    endsOnExit: attributes.endConferenceOnExit === 'true',
    beeps: beep === 'false' || beep === 'onEnter' || beep === 'onExit' ? beep : 'true',
    wait: waitUrl === undefined || waitUrl === '' ? null : addressIn(waitUrl, waitMethod, base),
  };
}
