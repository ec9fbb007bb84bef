/** A call as the fold of what was told about it: in any order, late, twice or never, the same events give the same call. */

export const ATTEMPT_STATES = [
  'created',
  'unknown',
  'requested',
  'queued',
  'ringing',
  'answered',
  'completed',
  'busy',
  'no-answer',
  'failed',
  'canceled',
] as const;
export type AttemptState = (typeof ATTEMPT_STATES)[number];

/** How a call ends; nothing follows. */
export type AttemptEnd = Extract<AttemptState, 'completed' | 'busy' | 'no-answer' | 'failed' | 'canceled'>;

/** What a carrier's refusal or error means; the words of the port to the carriers. */
export type CallFault =
  | 'bad-number'
  | 'blocked'
  | 'region'
  | 'config'
  | 'auth'
  | 'rate'
  | 'our-fault'
  | 'ambiguous'
  | 'carrier-down';

export type AnsweredBy = 'human' | 'machine' | 'fax' | 'unknown';

interface AttemptEventBase {
  /** The carrier's running number of the event in its call; null for our own events. */
  readonly seq: number | null;
  readonly at: number;
  /** Which end of a bridged call; calls to the respondent alone have no other. Absent for our own events. */
  readonly leg?: 'respondent' | 'agent';
}

/** The carrier's events as the port tells them, and three of our own: `requested`, `unknown` and `given-up`. */
export type AttemptEvent = AttemptEventBase &
  (
    | { readonly t: 'requested' }
    /** The carrier may or may not have taken the call: found out before anything is dialled again. */
    | { readonly t: 'unknown' }
    /** The watchdog ends what no carrier ends; anything a carrier says of the end counts for more. */
    | { readonly t: 'given-up'; readonly fault: CallFault | null }
    | { readonly t: 'progress'; readonly status: 'queued' | 'initiated' | 'ringing' | 'answered' }
    | {
        readonly t: 'ended';
        readonly status: AttemptEnd;
        readonly sip: number | null;
        readonly durationMs: number | null;
        readonly errorCode: string | null;
        readonly fault: CallFault | null;
      }
    | { readonly t: 'amd'; readonly by: AnsweredBy }
    | { readonly t: 'start' | 'input' | 'continue' }
    | { readonly t: 'recording' | 'listening' | 'inbound' | 'fallback' | 'sms-status' | 'sms-in' }
  );

export interface FoldedAttempt {
  readonly state: AttemptState;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  readonly sip: number | null;
  readonly errorCode: string | null;
  readonly fault: CallFault | null;
  readonly durationMs: number | null;
  /** The carrier's guess; it never finalises a case. */
  readonly answeredBy: AnsweredBy | null;
}

const RANK: Readonly<Record<AttemptState, number>> = {
  created: 0,
  unknown: 1,
  requested: 2,
  queued: 3,
  ringing: 4,
  answered: 5,
  completed: 6,
  busy: 6,
  'no-answer': 6,
  failed: 6,
  canceled: 6,
};

/** Whether a call is over. */
export function isEnded(state: AttemptState): state is AttemptEnd {
  return RANK[state] === RANK.completed;
}

/** Whether a call may go from one state to another: forward only, and nowhere from its end. */
export function mayAdvance(from: AttemptState, to: AttemptState): boolean {
  return RANK[to] > RANK[from];
}

interface Ending {
  readonly state: AttemptEnd;
  readonly at: number;
  readonly sip: number | null;
  readonly errorCode: string | null;
  readonly fault: CallFault | null;
  readonly durationMs: number | null;
  /** Who says so: the respondent's leg before the interviewer's, a carrier before our watchdog; then the earliest. */
  readonly order: readonly [source: number, seq: number, at: number, kind: number];
}

/** Two different ends of one call are a carrier's contradiction: the most trustworthy and earliest one stands. */
export function foldAttempt(events: Iterable<AttemptEvent>): FoldedAttempt {
  let live: AttemptState = 'created';
  let answeredAt: number | null = null;
  let guess: { readonly by: AnsweredBy; readonly at: number } | null = null;
  const endings: ((isAnswered: boolean) => Ending)[] = [];
  for (const event of events) {
    const seen = stateOf(event);
    if (seen !== null && mayAdvance(live, seen)) live = seen;
    if (seen === 'answered') answeredAt = Math.min(answeredAt ?? event.at, event.at);
    if (event.t === 'amd' && (guess === null || compareGuess(event, guess) < 0)) guess = event;
    if (isEnding(event)) endings.push((isAnswered) => endingOf(event, isAnswered));
  }
  const isAnswered = live === 'answered';
  const end = endings.map((make) => make(isAnswered)).sort((a, b) => compareOrder(a.order, b.order))[0];
  const isTalk = end?.state === 'completed';
  return {
    state: end?.state ?? live,
    // The callback that somebody answered may be lost: the length of the call tells the moment.
    answeredAt: answeredAt ?? (isTalk && end.durationMs !== null ? end.at - end.durationMs : null),
    endedAt: end?.at ?? null,
    sip: end?.sip ?? null,
    errorCode: end?.errorCode ?? null,
    fault: end?.fault ?? null,
    durationMs: end?.durationMs ?? null,
    answeredBy: guess?.by ?? null,
  };
}

type EndingEvent = Extract<AttemptEvent, { t: 'ended' | 'given-up' }>;

const isEnding = (event: AttemptEvent): event is EndingEvent => event.t === 'ended' || event.t === 'given-up';

/** The state that an event shows by itself, before the end. What the interviewer's own telephone does is not the call. */
function stateOf(event: AttemptEvent): AttemptState | null {
  switch (event.t) {
    case 'requested':
    case 'unknown':
      return event.t;
    case 'progress':
      if (event.leg === 'agent') return 'requested';
      return event.status === 'initiated' ? 'requested' : event.status;
    case 'start':
    case 'input':
    case 'continue':
      return event.leg === 'agent' ? 'requested' : 'answered';
    default:
      return null;
  }
}

function endingOf(event: EndingEvent, isAnswered: boolean): Ending {
  const blank = { at: event.at, sip: null, errorCode: null, fault: null, durationMs: null };
  const orderOf = (source: number, state: AttemptEnd) =>
    [source, event.seq ?? Number.MAX_SAFE_INTEGER, event.at, ATTEMPT_STATES.indexOf(state)] as const;
  if (event.t === 'given-up') return { ...blank, state: 'failed', fault: event.fault, order: orderOf(2, 'failed') };
  const { sip, errorCode, fault, durationMs } = event;
  if (event.leg !== 'agent')
    return { state: event.status, at: event.at, sip, errorCode, fault, durationMs, order: orderOf(0, event.status) };
  // The interviewer's telephone is down: the respondent was spoken to, or was never reached.
  const state = isAnswered ? 'completed' : 'canceled';
  return { ...blank, state, errorCode, fault, order: orderOf(1, state) };
}

function compareOrder(a: Ending['order'], b: Ending['order']): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3];
}

const GUESSES: readonly AnsweredBy[] = ['human', 'machine', 'fax', 'unknown'];

function compareGuess(
  a: { readonly by: AnsweredBy; readonly at: number },
  b: { readonly by: AnsweredBy; readonly at: number },
): number {
  return a.at - b.at || GUESSES.indexOf(a.by) - GUESSES.indexOf(b.by);
}

/**
 * What a live call becomes by one more event, as far as that event alone tells: the same as the fold over all of them. Null
 * for ends and guesses, which have to be weighed against the others.
 */
export function stepAttempt(
  { state, answeredAt }: Pick<FoldedAttempt, 'state' | 'answeredAt'>,
  event: AttemptEvent,
): Pick<FoldedAttempt, 'state' | 'answeredAt'> | null {
  if (isEnding(event) || event.t === 'amd') return null;
  const seen = stateOf(event);
  return {
    state: seen !== null && mayAdvance(state, seen) ? seen : state,
    answeredAt: seen === 'answered' ? Math.min(answeredAt ?? event.at, event.at) : answeredAt,
  };
}
