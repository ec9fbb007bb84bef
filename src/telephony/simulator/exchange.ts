import { createRandom, type RandomStream, seedOf } from '../../core/random.ts';
import { type FormParams, firstOf } from '../twilio/signature.ts';
import {
  type Address,
  type CallOrder,
  type CallStatus,
  callParams,
  durationOf,
  isOver,
  type NetworkCall,
  type Recording,
  stamp,
} from './call.ts';
import type { NetworkClock } from './clock.ts';
import type { Verb } from './document.ts';
import { addressIn, createInterpreter, secondsOf } from './interpreter.ts';
import type { Line, Listener, Phone } from './phone.ts';
import { NO_TRACE, type Trace } from './trace.ts';
import { createWebhookClient, hex, type WebhookFetch } from './webhooks.ts';

/** How callbacks go astray: shares of them, 0 to 1. */
export interface CallbackFaults {
  readonly late: number;
  /** A late one comes up to so much later. */
  readonly lateMs: number;
  readonly twice: number;
  readonly lost: number;
}

export const NO_CALLBACK_FAULTS: CallbackFaults = { late: 0, lateMs: 30_000, twice: 0, lost: 0 };

export interface ExchangeOptions {
  readonly clock: NetworkClock;
  readonly seed: number;
  readonly accountSid: string;
  readonly authToken: string;
  /** How the network reaches webhooks. */
  readonly fetch: WebhookFetch;
  /** Whose phone a number is. */
  readonly phoneOf: (number: string) => Phone;
  /** Our own numbers, and what is asked when somebody calls or writes to them. */
  readonly inbound: { readonly voice: string; readonly status: string; readonly message: string } | null;
  readonly callsPerSecond?: number;
  readonly lines?: number;
  readonly faults?: Partial<CallbackFaults>;
  /** A webhook's way there and back, at most. */
  readonly latencyMs?: number;
  readonly trace?: Trace;
}

/** Messages, as the network knows them. */
export interface NetworkMessage {
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly createdAt: number;
  readonly callback: string | null;
  status: string;
  errorCode: number | null;
}

export type Exchange = ReturnType<typeof createExchange>;

const STOP_WORDS = /^\s*(STOP|STOPALL|UNSUBSCRIBE|CANCEL|END|QUIT)\s*$/i;
const START_WORDS = /^\s*(START|YES|UNSTOP)\s*$/i;

/** What becomes of a call by the final code of its signalling. */
function statusOfSip(sip: number): CallStatus {
  if (sip === 486 || sip === 600) return 'busy';
  if (sip === 480 || sip === 408 || sip === 487) return 'no-answer';
  return 'failed';
}

/**
 * The switching part of the network: calls ring, talk and end; documents are fetched and played; progress is told to
 * whoever subscribed. The API in front of it is in `rest.ts`.
 */
export function createExchange(options: ExchangeOptions) {
  const { clock, accountSid, authToken, trace = NO_TRACE, latencyMs = 240 } = options;
  const { callsPerSecond = 1000, lines = 100_000 } = options;
  const faults: CallbackFaults = { ...NO_CALLBACK_FAULTS, ...options.faults };
  // A network that starts anew gives its calls new names: those of the run before are in others' books.
  const ids = createRandom(seedOf(`${options.seed}:ids:${clock.now()}`));
  const client = createWebhookClient({ fetch: options.fetch, clock, authToken, random: ids });
  const calls = new Map<string, NetworkCall>();
  const recordings = new Map<string, Recording>();
  const messages = new Map<string, NetworkMessage>();
  const optedOut = new Set<string>();
  let live = 0;
  let nextSlot = 0;
  const note = (entry: Omit<Parameters<Trace['add']>[0], 'at'>): void =>
    trace.add({ at: clock.now(), ...entry } as Parameters<Trace['add']>[0]);

  const interpreter = createInterpreter({
    clock,
    note,
    latencyMs: (call) => latencyMs * (0.3 + 0.7 * call.random.next()),
    request: (call, address, params) =>
      client.deliver({ ...address, params: { ...callParams(call, accountSid), ...params }, cookies: call.cookies }),
    end,
    dial,
    record: recordMessage,
  });

  /** Something that happens in a while, unless the call is over by then. */
  function later(call: NetworkCall, delayMs: number, work: () => void): () => void {
    const cancel = clock.after(delayMs, () => {
      call.timers.delete(cancel);
      work();
    });
    call.timers.add(cancel);
    return cancel;
  }

  /** Calls above the rate wait for their turn; the answer says how long. */
  function place(order: CallOrder): NetworkCall {
    const now = clock.now();
    const at = order.direction === 'outbound-api' ? Math.max(now, nextSlot) : now;
    if (order.direction === 'outbound-api') nextSlot = at + 1000 / callsPerSecond;
    const sid = `CA${hex(ids)}${hex(ids)}`;
    const call: NetworkCall = {
      ...order,
      sid,
      createdAt: now,
      queueMs: Math.round(at - now),
      random: createRandom(seedOf(`${options.seed}:${order.to}:${calls.size}`)),
      cookies: new Map(),
      recordings: [],
      timers: new Set(),
      status: 'queued',
      startedAt: null,
      answeredAt: null,
      endedAt: null,
      sip: null,
      answeredBy: null,
      errorCode: null,
      sequence: 0,
      voiceNow: order.voice && 'url' in order.voice ? order.voice : null,
      listener: null,
      playing: null,
      heard: [],
      child: null,
    };
    calls.set(sid, call);
    live++;
    const { from, to, direction } = order;
    note({ kind: 'call', call: sid, status: 'queued', from, to, direction, url: call.voiceNow?.url ?? null });
    return call;
  }

  /** Rings the called number. */
  function ring(call: NetworkCall): void {
    later(call, call.queueMs, () => {
      call.startedAt = clock.now();
      emit(call, 'initiated');
      later(call, 300 + 900 * call.random.next(), () => {
        const line = lineOf(call);
        call.status = 'ringing';
        later(call, call.ringMs, () => {
          if (call.status === 'ringing') end(call, 'no-answer', 487);
        });
        // What cannot be reached at all never rings.
        let isRefused = false;
        options.phoneOf(call.to).ring({
          ...line,
          refuse: (sip) => {
            isRefused = true;
            line.refuse(sip);
          },
        });
        if (!isRefused && !isOver(call)) {
          note({ kind: 'call', call: call.sid, status: 'ringing' });
          emit(call, 'ringing');
        }
      });
    });
  }

  function lineOf(call: NetworkCall): Line {
    return {
      sid: call.sid,
      from: call.from,
      to: call.to,
      answer: (listener) => {
        if (call.status === 'ringing') answer(call, listener);
      },
      refuse: (sip) => {
        if (call.status === 'ringing') end(call, statusOfSip(sip), sip);
      },
      press: (key) => {
        if (call.status === 'in-progress') interpreter.press(call, key);
      },
      hangUp: () => {
        if (isOver(call)) return;
        note({ kind: 'call', call: call.sid, status: 'hung-up-by-phone' });
        end(call, call.status === 'in-progress' ? 'completed' : 'canceled', call.status === 'in-progress' ? null : 487);
      },
    };
  }

  function answer(call: NetworkCall, listener: Listener): void {
    call.status = 'in-progress';
    call.answeredAt = clock.now();
    call.listener = listener;
    note({ kind: 'call', call: call.sid, status: 'answered' });
    emit(call, 'answered');
    later(call, call.limitMs, () => end(call, 'completed', null));
    if (call.parent) {
      listener.talk?.();
      call.parent.listener?.talk?.();
      return;
    }
    detectMachine(call);
    if (call.voice && 'twiml' in call.voice) interpreter.play(call, call.voice.twiml, 'http://localhost/');
    else if (call.voiceNow) interpreter.follow(call, call.voiceNow);
  }

  /** A guess, leaning to “human” as in life; told while the call goes on. */
  function detectMachine(call: NetworkCall): void {
    const { amd } = call;
    if (!amd) return;
    const isMachine = (call.listener?.speechMs ?? 0) > 3000;
    const isRight = call.random.next() < (isMachine ? 0.85 : 0.97);
    const guess = isMachine === isRight ? 'machine_start' : 'human';
    later(call, 2200 + 2000 * call.random.next(), () => {
      call.answeredBy = guess;
      callBack(call, amd, 'amd', {
        ...callParams(call, accountSid),
        AnsweredBy: guess,
        MachineDetectionDuration: '3200',
      });
    });
  }

  function end(call: NetworkCall, status: CallStatus, sip: number | null): void {
    if (isOver(call)) return;
    interpreter.stop(call);
    for (const cancel of call.timers) cancel();
    call.timers.clear();
    call.status = status;
    call.sip = sip ?? (status === 'completed' ? 200 : null);
    call.endedAt = clock.now();
    live--;
    for (const recording of call.recordings) stopRecording(recording);
    if (call.child) end(call.child, call.child.status === 'in-progress' ? 'completed' : 'canceled', null);
    const durationS = durationOf(call);
    note({
      kind: 'call',
      call: call.sid,
      status,
      sip: call.sip,
      durationS,
      to: call.to,
      direction: call.direction,
      errorCode: call.errorCode,
    });
    emit(call, 'completed');
    const { listener, parent } = call;
    call.listener = null;
    listener?.ended();
    if (listener === null && call.startedAt !== null && call.direction !== 'inbound')
      options.phoneOf(call.to).missed?.(call);
    if (parent && !isOver(parent)) comeBack(parent, call);
  }

  // Bridged calls

  function dial(call: NetworkCall, verb: Verb, base: string): void {
    const noun = verb.children[0];
    const to = noun ? noun.text.trim() : verb.text.trim();
    if (to === '' || noun?.name === 'Conference') {
      // A conference with nobody else in it: music until somebody hangs up.
      return;
    }
    const { attributes } = noun ?? { attributes: {} as Record<string, string> };
    const callbacks = attributes.statusCallback
      ? {
          ...addressIn(attributes.statusCallback, attributes.statusCallbackMethod, base),
          events: new Set((attributes.statusCallbackEvent ?? 'completed').split(' ')),
        }
      : null;
    const child = place({
      from: verb.attributes.callerId ?? call.to,
      to: noun?.name === 'Client' ? `client:${to}` : to,
      direction: 'outbound-dial',
      voice: null,
      fallback: null,
      callbacks,
      amd: null,
      ringMs: secondsOf(verb, 'timeout', 30) * 1000,
      limitMs: secondsOf(verb, 'timeLimit', 14_400) * 1000,
      parent: call,
    });
    call.child = child;
    if (verb.attributes.record?.startsWith('record')) {
      const { recordingStatusCallback } = verb.attributes;
      const callback = recordingStatusCallback
        ? { ...addressIn(recordingStatusCallback, 'POST', base), events: new Set(['completed']) }
        : null;
      startRecording(call, callback);
    }
    ring(child);
  }

  /** The connected call is over: the document says where to go on. */
  function comeBack(parent: NetworkCall, child: NetworkCall): void {
    parent.child = null;
    for (const recording of parent.recordings) stopRecording(recording);
    const { playing } = parent;
    const verb = playing?.verbs[playing.at];
    if (!playing || !verb) return;
    const { action, method } = verb.attributes;
    if (action === undefined) {
      interpreter.goOn(parent);
      return;
    }
    interpreter.follow(parent, addressIn(action, method, playing.base), {
      DialCallStatus: child.status,
      DialCallSid: child.sid,
      DialCallDuration: String(durationOf(child)),
    });
  }

  // Recordings

  function startRecording(call: NetworkCall, callback: Recording['callback']): Recording {
    const sid = `RE${hex(ids)}${hex(ids)}`;
    const recording: Recording = { sid, callSid: call.sid, startedAt: clock.now(), endedAt: null, callback };
    recordings.set(sid, recording);
    call.recordings.push(recording);
    note({ kind: 'recording', call: call.sid, recording: sid, status: 'in-progress' });
    return recording;
  }

  function stopRecording(recording: Recording): void {
    if (recording.endedAt !== null) return;
    recording.endedAt = clock.now();
    const call = calls.get(recording.callSid);
    note({ kind: 'recording', call: recording.callSid, recording: recording.sid, status: 'completed' });
    if (call && recording.callback?.events.has('completed'))
      callBack(call, recording.callback, 'recording', {
        AccountSid: accountSid,
        CallSid: call.sid,
        RecordingSid: recording.sid,
        RecordingUrl: `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Recordings/${recording.sid}`,
        RecordingStatus: 'completed',
        RecordingDuration: String(Math.max(1, Math.round((recording.endedAt - recording.startedAt) / 1000))),
        RecordingChannels: '1',
        RecordingSource: 'StartCallRecordingAPI',
      });
  }

  /** The verb Record: until the limit, silence, or a hang-up. Personas say nothing, so silence ends it. */
  function recordMessage(
    call: NetworkCall,
    verb: Verb,
    _base: string,
    done: (params: Readonly<Record<string, string>>) => void,
  ): void {
    const recording = startRecording(call, null);
    const ms = Math.min(secondsOf(verb, 'maxLength', 3600), secondsOf(verb, 'timeout', 5)) * 1000;
    later(call, ms, () => {
      stopRecording(recording);
      done({
        RecordingSid: recording.sid,
        RecordingUrl: `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Recordings/${recording.sid}`,
        RecordingDuration: String(Math.round(ms / 1000)),
      });
    });
  }

  // Callbacks

  function emit(call: NetworkCall, event: 'initiated' | 'ringing' | 'answered' | 'completed'): void {
    const { callbacks } = call;
    if (!callbacks?.events.has(event)) return;
    const isEnd = event === 'completed';
    const duration = String(durationOf(call));
    // The carrier's word for a call that only begins is the event itself.
    const status = event === 'initiated' ? 'initiated' : call.status;
    callBack(call, callbacks, event, {
      ...callParams(call, accountSid),
      CallStatus: status,
      CallbackSource: 'call-progress-events',
      SequenceNumber: String(call.sequence++),
      Timestamp: stamp(clock.now()),
      ...(isEnd ? { CallDuration: duration, Duration: String(Math.ceil(Number(duration) / 60)) } : {}),
      ...(isEnd && call.sip !== null ? { SipResponseCode: String(call.sip) } : {}),
      ...(isEnd && call.errorCode !== null ? { ErrorCode: String(call.errorCode) } : {}),
    });
  }

  /** Sends a callback, or late, or twice, or never, as the seed has it. */
  function callBack(call: NetworkCall, address: Address, event: string, params: FormParams): void {
    const { random } = call;
    const draw = random.next();
    const delayMs = 20 + 60 * random.next();
    const lateMs = faults.lateMs * random.next();
    let fate = 'sent';
    if (draw < faults.lost) fate = 'lost';
    else if (draw < faults.lost + faults.late) fate = 'late';
    else if (draw < faults.lost + faults.late + faults.twice) fate = 'twice';
    note({ kind: 'callback', call: call.sid, event, fate, status: firstOf(params, 'CallStatus') });
    if (fate === 'lost') return;
    send(address, params, fate === 'late' ? delayMs + lateMs : delayMs);
    if (fate === 'twice') send(address, params, delayMs + lateMs / 10);
  }

  /** A callback goes out even when its call is over. */
  function send(address: Address, params: FormParams, delayMs: number): void {
    clock.after(delayMs, async () => {
      const delivered = await client.deliver({ ...address, params });
      if (!delivered.ok)
        note({ kind: 'callback', call: firstOf(params, 'CallSid') ?? '', event: 'refused', code: delivered.code });
    });
  }

  // Messages

  function text(order: Pick<NetworkMessage, 'from' | 'to' | 'body' | 'callback'>): NetworkMessage {
    const sid = `SM${hex(ids)}${hex(ids)}`;
    const message: NetworkMessage = { ...order, sid, createdAt: clock.now(), status: 'queued', errorCode: null };
    messages.set(sid, message);
    note({ kind: 'message', message: sid, status: 'queued', to: order.to });
    const random: RandomStream = createRandom(seedOf(`${options.seed}:${order.to}:message${messages.size}`));
    const isLost = random.next() < 0.02;
    const states = isLost ? ['sending', 'sent', 'undelivered'] : ['sending', 'sent', 'delivered'];
    states.forEach((status, index) => {
      clock.after(200 + index * 800 + 400 * random.next(), () => {
        message.status = status;
        if (status === 'undelivered') message.errorCode = 30_003;
        note({ kind: 'message', message: sid, status, to: order.to });
        if (status === 'delivered') options.phoneOf(order.to).read?.({ from: order.from, body: order.body });
        if (message.callback === null) return;
        send(
          { url: message.callback, method: 'POST' },
          {
            AccountSid: accountSid,
            ApiVersion: '2010-04-01',
            From: message.from,
            To: message.to,
            MessageSid: sid,
            SmsSid: sid,
            MessageStatus: status,
            SmsStatus: status,
            ...(message.errorCode === null ? {} : { ErrorCode: String(message.errorCode) }),
          },
          0,
        );
      });
    });
    return message;
  }

  return {
    clock,
    note,
    calls: calls as ReadonlyMap<string, NetworkCall>,
    recordings,
    messages: messages as ReadonlyMap<string, NetworkMessage>,
    isOptedOut: (number: string): boolean => optedOut.has(number),
    isFull: (): boolean => live >= lines,
    /** Calls that wait, ring or talk. */
    live: (): number => live,
    call(order: CallOrder): NetworkCall {
      const call = place(order);
      ring(call);
      return call;
    },
    /** Ends a call from our side. */
    cut(call: NetworkCall): void {
      end(call, call.status === 'in-progress' ? 'completed' : 'canceled', call.status === 'in-progress' ? null : 487);
    },
    /** Gives a live call another document. */
    redirect(call: NetworkCall, voice: Address | { readonly twiml: string }): void {
      if ('twiml' in voice) interpreter.play(call, voice.twiml, call.voiceNow?.url ?? 'http://localhost/');
      else interpreter.follow(call, voice);
    },
    startRecording,
    stopRecording,
    text,
    /** Somebody calls one of our numbers. */
    callIn(from: string, to: string, listener: (line: Line) => Listener): Line | null {
      if (!options.inbound || live >= lines) return null;
      const call = place({
        from,
        to,
        direction: 'inbound',
        voice: { url: options.inbound.voice, method: 'POST' },
        fallback: null,
        callbacks: { url: options.inbound.status, method: 'POST', events: new Set(['completed']) },
        amd: null,
        ringMs: 60_000,
        limitMs: 14_400_000,
        parent: null,
      });
      const line = lineOf(call);
      call.startedAt = clock.now();
      call.status = 'ringing';
      later(call, 500, () => {
        // As soon as we are asked what to do, the line is open.
        answer(call, listener(line));
      });
      return line;
    },
    /** Somebody writes to one of our numbers. The carrier minds its own words, too. */
    textIn(from: string, to: string, body: string): void {
      if (STOP_WORDS.test(body)) optedOut.add(from);
      if (START_WORDS.test(body)) optedOut.delete(from);
      note({ kind: 'message', status: 'received', from });
      if (!options.inbound) return;
      const sid = `SM${hex(ids)}${hex(ids)}`;
      send(
        { url: options.inbound.message, method: 'POST' },
        {
          AccountSid: accountSid,
          ApiVersion: '2010-04-01',
          From: from,
          To: to,
          Body: body,
          MessageSid: sid,
          SmsSid: sid,
          NumMedia: '0',
          NumSegments: '1',
        },
        100,
      );
    },
  };
}
