import type { Step } from '../interview/step.ts';

export type CarrierName = 'simulator' | 'manual' | 'twilio';

/** A number in international form, `+8613800138000`. */
export type E164 = string;

/** Which end of a bridged call an event is about. Calls to the respondent alone have only this leg. A supervisor’s is none. */
export type Leg = 'respondent' | 'agent';

export type MessageStatus = 'queued' | 'sending' | 'sent' | 'delivered' | 'undelivered' | 'failed';

interface EventBase {
  /** Ours, from the address of the webhook; null for a call or message that came in by itself. */
  readonly attemptId: string | null;
  /** The carrier's name of the call; null for messages. */
  readonly providerCallId: string | null;
  readonly leg: Leg;
  /** The carrier's running number of the event in its call, where it has one. Callbacks arrive in any order. */
  readonly seq: number | null;
  /** When it happened by the carrier's clock, else when it arrived. Epoch milliseconds. */
  readonly at: number;
  /** The same event delivered twice has the same key, within its attempt. */
  readonly dedupe: string;
}

export type EndStatus = 'completed' | 'busy' | 'no-answer' | 'failed' | 'canceled';

export type EventBody =
  | { readonly t: 'progress'; readonly status: 'queued' | 'initiated' | 'ringing' | 'answered' }
  | {
      readonly t: 'ended';
      readonly status: EndStatus;
      readonly sip: number | null;
      readonly durationMs: number | null;
      readonly errorCode: string | null;
      /** What the carrier's error code means for the attempt; null without one. */
      readonly fault: CarrierErrorKind | null;
    }
  /** A guess of the carrier's; it never finalises a case. */
  | { readonly t: 'amd'; readonly by: 'human' | 'machine' | 'fax' | 'unknown' }
  /** Somebody answered and the call asks what to do first. */
  | { readonly t: 'start' }
  /** The keys of a gather, exactly as pressed, `*` and the terminator included; `''` is silence. */
  | { readonly t: 'input'; readonly token: string; readonly digits: string }
  /** A pause is over, or the conversation of a bridged call: what next? */
  | { readonly t: 'continue'; readonly token: string }
  | {
      readonly t: 'recording';
      readonly recordingId: string;
      readonly url: string;
      readonly seconds: number;
      readonly status: 'in-progress' | 'completed' | 'absent';
    }
  /** How far the leg of a supervisor who listens is. */
  | {
      readonly t: 'listening';
      readonly listeningId: string;
      readonly status: 'ringing' | 'answered' | 'ended';
    }
  /** A call that came in; it is answered by the step that the sink returns. */
  | { readonly t: 'inbound'; readonly from: E164; readonly to: E164 }
  /** The carrier could not use what we answered and asks once more, at the fallback address. */
  | { readonly t: 'fallback'; readonly errorCode: string | null; readonly errorUrl: string | null }
  | {
      readonly t: 'sms-status';
      readonly messageId: string;
      readonly providerId: string;
      readonly status: MessageStatus;
      readonly errorCode: string | null;
      readonly fault: CarrierErrorKind | null;
    }
  | {
      readonly t: 'sms-in';
      readonly providerId: string;
      readonly from: E164;
      readonly to: E164;
      readonly body: string;
    };

/** Everything a carrier tells us, in our own words. */
export type CarrierEvent = EventBase & EventBody;

export interface CarrierCaps {
  /** Many questions in one call. */
  readonly multiStep: boolean;
  readonly inbound: boolean;
  /** Rings the interviewer's phone and connects the respondent. */
  readonly bridge: boolean;
  /** Lets a third person hear a bridged call without being heard. */
  readonly listen: boolean;
  readonly browserAudio: boolean;
  readonly record: boolean;
  readonly amd: boolean;
  readonly smsOut: boolean;
  readonly smsIn: boolean;
  /** Calls a second and at once that the carrier takes; the campaign may set less. */
  readonly maxCps: number;
  readonly maxLines: number;
  /** Whether this carrier calls a number at all. */
  serves(number: E164): boolean;
}

export interface PlaceCall {
  readonly attemptId: string;
  readonly to: E164;
  readonly from: E164;
  readonly ringMs: number;
  readonly maxMs: number;
  /** Ask the carrier to guess whether a machine answered; the call goes on meanwhile. */
  readonly amd?: boolean;
}

export interface PlacedCall {
  readonly providerCallId: string;
  /** How long the carrier says the call waits in its own queue. */
  readonly queuedMs: number;
}

/** A live call of ours. */
export interface LiveCall {
  readonly attemptId: string;
  readonly providerCallId: string;
}

/** The leg of somebody who listens. */
export interface Listener {
  readonly listeningId: string;
  readonly number: E164;
  readonly from: E164;
  readonly ringMs: number;
  readonly maxMs: number;
}

export interface AskedCall {
  readonly attemptId: string;
  /** Which end of a bridged call is asked about. */
  readonly leg: Leg;
  readonly to: E164;
  /** When the carrier was asked to call. */
  readonly askedAt: number;
  readonly providerCallId: string | null;
}

export interface OutgoingMessage {
  readonly messageId: string;
  readonly to: E164;
  readonly from: E164;
  /** The approved template and what fills it; never free text. */
  readonly template: string;
  readonly vars: Readonly<Record<string, string>>;
  /** The same as one text, for carriers that know no templates. */
  readonly body: string;
}

/**
 * The port to the telephone network. No carrier's words cross it. Carriers that ask for the next step by webhook are
 * answered there; `speak` changes what a live call is doing.
 */
export interface PhoneCarrier {
  readonly name: CarrierName;
  readonly caps: CarrierCaps;
  /** @throws CarrierError; `ambiguous` when the call may have been placed all the same: reconcile, never dial again first */
  placeCall(call: PlaceCall): Promise<PlacedCall>;
  /** Rings the interviewer; when answered, the call asks for its first step as the `agent` leg. */
  bridge(agent: { readonly number: E164 }, call: PlaceCall): Promise<PlacedCall>;
  /** Calls the respondent into the conversation in which the interviewer waits. Either of them ends it by hanging up. */
  join(call: PlaceCall): Promise<PlacedCall>;
  /**
   * Rings a supervisor, who then hears the conversation of a bridged call and is never heard; the leg ends with the
   * conversation, or by `hangup`. Null when there is no such conversation (any more).
   */
  listen(call: { readonly attemptId: string }, listener: Listener): Promise<{ readonly legId: string } | null>;
  speak(call: LiveCall, step: Step): Promise<void>;
  /** Ends a call whether it waits, rings or talks; ending an ended call is no error. */
  hangup(providerCallId: string): Promise<void>;
  startRecording(call: LiveCall): Promise<{ readonly recordingId: string }>;
  stopRecording(call: LiveCall): Promise<void>;
  fetchRecording(recordingId: string): Promise<Uint8Array>;
  /** Takes a recording off the carrier's disks; one that is gone already is no error. */
  deleteRecording(recordingId: string): Promise<void>;
  /** What became of a call; null when the carrier knows of none. */
  reconcile(call: AskedCall): Promise<CarrierEvent | null>;
  sendMessage(message: OutgoingMessage): Promise<{ readonly providerId: string }>;
}

/**
 * What a refusal means for the attempt: bad-number (this number is dead, try the next), blocked (do not call), region
 * (this carrier does not serve it), config and auth (pause the carrier, alert), rate (back off, nothing counted),
 * our-fault (our webhook broke), carrier-down (not placed, not counted), ambiguous (may have been placed).
 */
export type CarrierErrorKind =
  | 'bad-number'
  | 'blocked'
  | 'region'
  | 'config'
  | 'auth'
  | 'rate'
  | 'our-fault'
  | 'ambiguous'
  | 'carrier-down';

export class CarrierError extends Error {
  override readonly name = 'CarrierError';
  readonly kind: CarrierErrorKind;
  readonly providerCode: string | null;
  readonly retryAfterMs: number | null;

  constructor(
    kind: CarrierErrorKind,
    message: string,
    details: { readonly providerCode?: string | null; readonly retryAfterMs?: number | null } = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.kind = kind;
    this.providerCode = details.providerCode ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}
