import type { CarrierEvent, EndStatus, EventBody, Leg, MessageStatus } from '../carrier.ts';
import { INBOUND } from './addresses.ts';
import { kindOfCode } from './faults.ts';
import { type FormParams, firstOf } from './signature.ts';

/** A webhook whose signature holds: the attempt and the search of its address, and its form. */
export interface Webhook {
  /** The attempt of the address; `inbound` for calls that came in. */
  readonly attemptId: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly form: FormParams;
  /** When it arrived. */
  readonly at: number;
}

const ENDS = ['completed', 'busy', 'no-answer', 'failed', 'canceled'] as const satisfies readonly EndStatus[];
const MESSAGE_STATUSES = ['queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed'] as const;

/** The call asks what to do: it begins, brings keys, comes back from a pause or from its conversation. */
export function readVoice(hook: Webhook): CarrierEvent {
  const { form, query } = hook;
  const token = query.token;
  if (token === undefined) return event(hook, `start:${legOf(query)}`, { t: 'start' });
  if (query.after === 'pause' || query.after === 'talk')
    return event(hook, `continue:${token}`, { t: 'continue', token });
  // Silence may come as empty digits or, past the gather, without any. The terminator comes apart from the digits.
  const digits = `${firstOf(form, 'Digits') ?? ''}${firstOf(form, 'FinishedOnKey') ?? ''}`;
  return event(hook, `input:${token}`, { t: 'input', token, digits });
}

/** What became of a call; null for a status that we do not know. */
export function readStatus(hook: Webhook): CarrierEvent | null {
  const { form } = hook;
  const status = firstOf(form, 'CallStatus');
  const body = status === null ? null : callBody(status, form);
  if (body === null) return null;
  const seq = numberOf(form, 'SequenceNumber');
  return { ...event(hook, `status:${legOf(hook.query)}:${seq ?? status}`, body), seq, at: stampOf(form) ?? hook.at };
}

/** What a call's status says, also when we asked for it. */
export function callBody(status: string, form: FormParams = {}): EventBody | null {
  const ended = ENDS.find((end) => end === status);
  if (ended) {
    const errorCode = firstOf(form, 'ErrorCode');
    return {
      t: 'ended',
      status: ended,
      sip: numberOf(form, 'SipResponseCode'),
      durationMs: secondsOf(form, 'CallDuration'),
      errorCode,
      fault: kindOfCode(errorCode === null ? null : Number(errorCode)),
    };
  }
  switch (status) {
    case 'queued':
    case 'initiated':
    case 'ringing':
      return { t: 'progress', status };
    case 'answered':
    case 'in-progress':
      return { t: 'progress', status: 'answered' };
    default:
      return null;
  }
}

/** How far a supervisor's leg is; null for a status that says nothing of it. */
export function readListening(
  hook: Omit<Webhook, 'attemptId'> & { readonly listeningId: string },
): CarrierEvent | null {
  const body = callBody(firstOf(hook.form, 'CallStatus') ?? '', hook.form);
  const status =
    body?.t === 'ended'
      ? 'ended'
      : body?.t === 'progress' && (body.status === 'answered' || body.status === 'ringing')
        ? body.status
        : null;
  if (status === null) return null;
  const { listeningId } = hook;
  const told = event({ ...hook, attemptId: INBOUND }, `listening:${status}`, { t: 'listening', listeningId, status });
  return { ...told, at: stampOf(hook.form) ?? hook.at };
}

export function readAmd(hook: Webhook): CarrierEvent {
  const by = firstOf(hook.form, 'AnsweredBy') ?? 'unknown';
  const guess = by.startsWith('machine') ? 'machine' : by === 'human' || by === 'fax' ? by : 'unknown';
  return event(hook, `amd:${guess}`, { t: 'amd', by: guess });
}

export function readRecording(hook: Webhook): CarrierEvent | null {
  const { form } = hook;
  const recordingId = firstOf(form, 'RecordingSid');
  const status = (['in-progress', 'completed', 'absent'] as const).find(
    (known) => known === (firstOf(form, 'RecordingStatus') ?? 'completed'),
  );
  if (recordingId === null || status === undefined) return null;
  const url = firstOf(form, 'RecordingUrl') ?? '';
  const seconds = numberOf(form, 'RecordingDuration') ?? 0;
  return event(hook, `recording:${recordingId}:${status}`, { t: 'recording', recordingId, url, seconds, status });
}

/** Somebody calls us. */
export function readInbound(hook: Omit<Webhook, 'attemptId'>): CarrierEvent {
  const { form } = hook;
  return event({ ...hook, attemptId: INBOUND }, `inbound:${firstOf(form, 'CallSid') ?? ''}`, {
    t: 'inbound',
    from: firstOf(form, 'From') ?? '',
    to: firstOf(form, 'To') ?? '',
  });
}

/** The carrier could not use the answer of another of our hooks. */
export function readFallback(hook: Webhook): CarrierEvent {
  const [errorCode, errorUrl] = [firstOf(hook.form, 'ErrorCode'), firstOf(hook.form, 'ErrorUrl')];
  return event(hook, `fallback:${errorUrl ?? ''}`, { t: 'fallback', errorCode, errorUrl });
}

/** What became of a message of ours; null for a status that we do not know. */
export function readMessageStatus(
  hook: Omit<Webhook, 'attemptId'> & { readonly messageId: string },
): CarrierEvent | null {
  const { form, messageId } = hook;
  const word = firstOf(form, 'MessageStatus') ?? firstOf(form, 'SmsStatus');
  const status: MessageStatus | undefined =
    word === 'accepted' ? 'queued' : MESSAGE_STATUSES.find((known) => known === word);
  const providerId = firstOf(form, 'MessageSid') ?? firstOf(form, 'SmsSid');
  if (status === undefined || providerId === null) return null;
  const errorCode = firstOf(form, 'ErrorCode');
  const fault = kindOfCode(errorCode === null ? null : Number(errorCode));
  const body = { t: 'sms-status', messageId, providerId, status, errorCode, fault } as const;
  return event({ ...hook, attemptId: INBOUND }, `sms:${providerId}:${status}`, body);
}

/** Somebody wrote to us. */
export function readMessageIn(hook: Omit<Webhook, 'attemptId'>): CarrierEvent | null {
  const { form } = hook;
  const providerId = firstOf(form, 'MessageSid') ?? firstOf(form, 'SmsSid');
  if (providerId === null) return null;
  return event({ ...hook, attemptId: INBOUND }, `sms-in:${providerId}`, {
    t: 'sms-in',
    providerId,
    from: firstOf(form, 'From') ?? '',
    to: firstOf(form, 'To') ?? '',
    body: firstOf(form, 'Body') ?? '',
  });
}

function event<B extends EventBody>({ attemptId, query, form, at }: Webhook, dedupe: string, body: B): CarrierEvent {
  return {
    attemptId: attemptId === INBOUND ? null : attemptId,
    providerCallId: firstOf(form, 'CallSid'),
    leg: legOf(query),
    seq: null,
    at,
    dedupe,
    ...body,
  };
}

const legOf = (query: Webhook['query']): Leg => (query.leg === 'agent' ? 'agent' : 'respondent');

function numberOf(form: FormParams, key: string): number | null {
  const text = firstOf(form, key);
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function secondsOf(form: FormParams, key: string): number | null {
  const seconds = numberOf(form, key);
  return seconds === null ? null : seconds * 1000;
}

/** The carrier's own time of the event; its callbacks may be late. */
function stampOf(form: FormParams): number | null {
  const at = Date.parse(firstOf(form, 'Timestamp') ?? '');
  return Number.isNaN(at) ? null : at;
}
