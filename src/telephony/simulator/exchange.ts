import { createRandom, seedOf } from '../../core/random.ts';
import {
  type Address,
  type Caller,
  type CallOrder,
  type CallStatus,
  callParams,
  createCall,
  durationOf,
  isOver,
  type NetworkCall,
} from './call.ts';
import { type CallbackFaults, createCallbacks } from './callbacks.ts';
import type { NetworkClock } from './clock.ts';
import { type Conference, createConferences, type SeatOrder } from './conference.ts';
import { createDialling } from './dial.ts';
import { speechMs } from './document.ts';
import { createInterpreter } from './interpreter.ts';
import { createMessages } from './messages.ts';
import type { Line, Listener, Phone } from './phone.ts';
import { createProgress } from './progress.ts';
import { startRecorder } from './recorder.ts';
import { createRecordings } from './recordings.ts';
import { createSounds } from './sounds.ts';
import { NO_TRACE, type Trace } from './trace.ts';
import { createWebhookClient, hex, type WebhookFetch } from './webhooks.ts';

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

export type Exchange = ReturnType<typeof createExchange>;

/** What becomes of a call by the final code of its signalling. */
function statusOfSip(sip: number): CallStatus {
  if (sip === 486 || sip === 600) return 'busy';
  if (sip === 480 || sip === 408 || sip === 487) return 'no-answer';
  return 'failed';
}

/** What somebody hears whose call nobody takes. */
function toneOf(status: CallStatus): 'busy' | 'rejected' | 'none' {
  if (status === 'canceled') return 'none';
  return status === 'busy' ? 'busy' : 'rejected';
}

/**
 * The switching part of the network: calls ring, talk and end; documents are fetched and played; progress is told to
 * whoever subscribed. The API in front of it is in `rest.ts`.
 */
export function createExchange(options: ExchangeOptions) {
  const { clock, accountSid, authToken, trace = NO_TRACE, latencyMs = 240 } = options;
  const { callsPerSecond = 1000, lines = 100_000 } = options;
  // A network that starts anew gives its calls new names: those of the run before are in others' books.
  const ids = createRandom(seedOf(`${options.seed}:ids:${clock.now()}`));
  const client = createWebhookClient({ fetch: options.fetch, clock, authToken, random: ids });
  const sounds = createSounds(client);
  const calls = new Map<string, NetworkCall>();
  let live = 0;
  /** When the bucket of tokens is full again. */
  let fullAt = 0;
  const note = (entry: Omit<Parameters<Trace['add']>[0], 'at'>): void =>
    trace.add({ at: clock.now(), ...entry } as Parameters<Trace['add']>[0]);

  const interpreter = createInterpreter({
    clock,
    note,
    latencyMs: (call) => latencyMs * (0.3 + 0.7 * call.random.next()),
    request: (call, address, params) =>
      client.deliver({ ...address, params: { ...callParams(call, accountSid), ...params }, cookies: call.cookies }),
    end,
    pickUp: (call) => {
      if (call.caller && call.status === 'ringing') answer(call, call.caller.answered());
    },
    loadSounds: sounds.load,
    dial: (call, verb, base) => dialling.dial(call, verb, base),
    record: (call, playing, verb, done) => startRecorder({ clock, recordings, call, playing, verb, done }),
  });
  const callbacks = createCallbacks({ clock, client, note, faults: options.faults ?? {} });
  const { emit, detectMachine } = createProgress({ clock, accountSid, callbacks, later });
  const recordings = createRecordings({ clock, ids, accountSid, callbacks, note });
  const conferences = createConferences({
    ...{ clock, ids, accountSid, callbacks, recordings, note, later, seed: options.seed },
    entertain: interpreter.entertain,
    hush: interpreter.stop,
    release: (call) => {
      // Without a document it was made for the conference alone.
      if (call.playing) dialling.comeBack(call, { DialCallStatus: 'answered' });
      else end(call, 'completed', null);
    },
  });
  const dialling = createDialling({
    ...{ interpreter, conferences, recordings },
    call,
    end: cut,
  });
  const messages = createMessages({
    ...{ clock, ids, accountSid, callbacks, note, seed: options.seed, phoneOf: options.phoneOf },
    inbound: options.inbound?.message ?? null,
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

  /** A second's worth of calls starts at once; then one by one, as tokens come back. */
  function takeToken(now: number): number {
    const spacingMs = 1000 / callsPerSecond;
    const spent = Math.max(now, fullAt);
    fullAt = spent + spacingMs;
    return Math.max(now, spent - (Math.max(1, Math.floor(callsPerSecond)) - 1) * spacingMs);
  }

  /** Calls above the rate wait for their turn; the answer says how long. */
  function place(order: CallOrder): NetworkCall {
    const now = clock.now();
    const at = order.direction === 'outbound-api' ? takeToken(now) : now;
    const sid = `CA${hex(ids)}${hex(ids)}`;
    const random = createRandom(seedOf(`${options.seed}:${order.to}:${calls.size}`));
    const call = createCall(order, { sid, createdAt: now, queueMs: Math.round(at - now), random });
    calls.set(sid, call);
    live++;
    const { from, to, direction } = order;
    note({ kind: 'call', call: sid, status: 'queued', from, to, direction, url: call.voiceNow?.url ?? null });
    return call;
  }

  function call(order: CallOrder): NetworkCall {
    const placed = place(order);
    ring(placed);
    return placed;
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
      press: (key, heldMs) => {
        if (call.status === 'in-progress') interpreter.press(call, key, heldMs);
      },
      say: (text) => {
        if (call.status === 'in-progress') speak(call, text);
      },
      hangUp: () => {
        if (isOver(call)) return;
        note({ kind: 'call', call: call.sid, status: 'hung-up-by-phone' });
        cut(call);
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
    // It follows its document already, having been asked what to do while it rang.
    if (call.caller) return;
    detectMachine(call);
    if (call.seat) conferences.enter(call.seat);
    else if (call.voice && 'twiml' in call.voice) interpreter.play(call, call.voice.twiml, 'http://localhost/');
    else if (call.voiceNow) interpreter.follow(call, call.voiceNow);
  }

  /** Says something to whoever is connected. A muted voice goes nowhere. */
  function speak(call: NetworkCall, text: string): void {
    const other = call.parent ?? call.child;
    const bridged = other?.status === 'in-progress' ? [other] : [];
    const hearers = call.seat ? conferences.hearersOf(call.seat) : bridged;
    call.playing?.recorder?.voice(speechMs(text));
    note({ kind: 'voice', call: call.sid, text, heardBy: hearers.map(({ sid }) => sid) });
    for (const { listener } of hearers) listener?.voice?.({ from: call.sid, text });
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
    for (const recording of call.recordings) recordings.stop(recording);
    dialling.part(call);
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
    const { listener, parent, caller } = call;
    call.listener = null;
    listener?.ended();
    if (!listener) caller?.refused?.(toneOf(status));
    if (listener === null && call.startedAt !== null && call.direction !== 'inbound')
      options.phoneOf(call.to).missed?.(call);
    if (parent?.child === call && !isOver(parent)) dialling.comeBack(parent, dialling.outcomeOf(call));
  }

  /** Ends a call whatever it does. */
  function cut(call: NetworkCall): void {
    end(call, call.status === 'in-progress' ? 'completed' : 'canceled', call.status === 'in-progress' ? null : 487);
  }

  return {
    clock,
    note,
    calls: calls as ReadonlyMap<string, NetworkCall>,
    recordings,
    messages,
    conferences,
    isFull: (): boolean => live >= lines,
    /** Calls that wait, ring or talk. */
    live: (): number => live,
    call,
    /** Calls somebody into a conference. */
    invite(order: CallOrder, conference: Conference, seat: SeatOrder): NetworkCall {
      const invited = place(order);
      conferences.reserve(conference, invited, seat);
      ring(invited);
      return invited;
    },
    cut,
    /** Gives a live call another document; whomever it talks with, it leaves. */
    redirect(call: NetworkCall, voice: Address | { readonly twiml: string }): void {
      dialling.part(call);
      if ('twiml' in voice) interpreter.play(call, voice.twiml, call.voiceNow?.url ?? 'http://localhost/');
      else interpreter.follow(call, voice);
    },
    sounds,
    /** Somebody calls one of our numbers. It rings until the document does something that takes the call. */
    callIn(from: string, to: string, listener: (line: Line) => Listener, refused?: Caller['refused']): Line | null {
      if (!options.inbound || live >= lines) return null;
      const { voice, status } = options.inbound;
      const call = place({
        from,
        to,
        direction: 'inbound',
        voice: { url: voice, method: 'POST' },
        fallback: null,
        callbacks: { url: status, method: 'POST', events: new Set(['completed']) },
        amd: null,
        ringMs: 60_000,
        limitMs: 14_400_000,
        parent: null,
      });
      const line = lineOf(call);
      call.caller = { answered: () => listener(line), ...(refused ? { refused } : {}) };
      call.startedAt = clock.now();
      call.status = 'ringing';
      later(call, 500, () => interpreter.follow(call, { url: voice, method: 'POST' }));
      return line;
    },
  };
}
