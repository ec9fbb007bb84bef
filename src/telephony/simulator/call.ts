import type { RandomStream } from '../../core/random.ts';
import type { Seat } from './conference.ts';
import type { Verb } from './document.ts';
import type { Listener } from './phone.ts';
import type { Recorder } from './recorder.ts';
import type { Sound } from './sounds.ts';

export type CallStatus =
  | 'queued'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'no-answer'
  | 'failed'
  | 'canceled';

export interface Address {
  readonly url: string;
  readonly method: 'GET' | 'POST';
}

/** Where somebody's progress is told, and of which events. */
export interface Subscription extends Address {
  readonly events: ReadonlySet<string>;
}

/** What a new call is asked to do. */
export interface CallOrder {
  readonly from: string;
  readonly to: string;
  readonly direction: 'outbound-api' | 'outbound-dial' | 'inbound';
  /** The first document: its address, or itself. */
  readonly voice: Address | { readonly twiml: string } | null;
  readonly fallback: Address | null;
  readonly callbacks: Subscription | null;
  readonly amd: Address | null;
  readonly ringMs: number;
  readonly limitMs: number;
  readonly parent: NetworkCall | null;
}

export interface Recording {
  readonly sid: string;
  /** The call that is recorded, or the one that began the conference. */
  readonly call: NetworkCall;
  readonly source: 'StartCallRecordingAPI' | 'DialVerb' | 'RecordVerb' | 'Conference';
  readonly conferenceSid: string | null;
  readonly startedAt: number;
  endedAt: number | null;
  readonly callback: Subscription | null;
}

export interface GatherState {
  readonly action: string;
  readonly method: 'GET' | 'POST';
  readonly timeoutMs: number;
  readonly numDigits: number;
  readonly finishOnKey: string;
  readonly onEmpty: boolean;
  digits: string;
  /** Prompts play still. */
  isSpeaking: boolean;
}

/** Where a call stands in its document. */
export interface Playing {
  readonly verbs: readonly Verb[];
  /** What it plays, by address; a number is the error that stands in the way. */
  readonly sounds: ReadonlyMap<string, Sound | number>;
  readonly base: string;
  at: number;
  cancel: (() => void) | null;
  gather: GatherState | null;
  recorder: Recorder | null;
  /** Played to somebody who waits: it begins anew at its end, and its failure is silence. */
  readonly wait: Address | null;
}

/** Somebody who calls one of our numbers. */
export interface Caller {
  answered(): Listener;
  /** Nobody took it: what the caller hears instead. */
  refused?(tone: 'busy' | 'rejected' | 'none'): void;
}

/** A call as the network knows it. */
export interface NetworkCall extends CallOrder {
  readonly sid: string;
  readonly createdAt: number;
  readonly queueMs: number;
  readonly random: RandomStream;
  readonly cookies: Map<string, string>;
  readonly recordings: Recording[];
  /** Timers that end with the call. */
  readonly timers: Set<() => void>;
  status: CallStatus;
  startedAt: number | null;
  answeredAt: number | null;
  endedAt: number | null;
  sip: number | null;
  answeredBy: string | null;
  errorCode: number | null;
  sequence: number;
  voiceNow: Address | null;
  listener: Listener | null;
  /** Who called us and hears it ring. */
  caller: Caller | null;
  playing: Playing | null;
  heard: string[];
  child: NetworkCall | null;
  seat: Seat | null;
}

export const isOver = ({ endedAt }: NetworkCall): boolean => endedAt !== null;

/** Whole seconds of talk. */
export function durationOf(call: NetworkCall): number {
  return call.answeredAt === null || call.endedAt === null ? 0 : Math.round((call.endedAt - call.answeredAt) / 1000);
}

/** What every request about a call tells. */
export function callParams(call: NetworkCall, accountSid: string): Record<string, string> {
  return {
    AccountSid: accountSid,
    ApiVersion: '2010-04-01',
    CallSid: call.sid,
    CallStatus: call.status,
    Called: call.to,
    Caller: call.from,
    Direction: call.direction,
    From: call.from,
    To: call.to,
    ...(call.parent ? { ParentCallSid: call.parent.sid } : {}),
  };
}

/** Times as the carrier writes them. */
export const stamp = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000');

/** A call that was ordered and has not begun. */
export function createCall(
  order: CallOrder,
  { sid, createdAt, queueMs, random }: Pick<NetworkCall, 'sid' | 'createdAt' | 'queueMs' | 'random'>,
): NetworkCall {
  return {
    ...order,
    ...{ sid, createdAt, queueMs, random },
    ...{ cookies: new Map(), recordings: [], timers: new Set(), heard: [] },
    ...{ status: 'queued', startedAt: null, answeredAt: null, endedAt: null, sip: null, answeredBy: null },
    ...{ errorCode: null, sequence: 0, listener: null, caller: null, playing: null, child: null, seat: null },
    voiceNow: order.voice && 'url' in order.voice ? order.voice : null,
  };
}
