import { type Address, isOver, type NetworkCall, type Playing } from './call.ts';
import type { NetworkClock } from './clock.ts';
import { DocumentError, readDocument, secondsOf, speechMs, type Verb } from './document.ts';
import { createGathering } from './gather.ts';
import type { Heard } from './phone.ts';
import { promptOf, soundsIn } from './prompts.ts';
import type { Recorder, startRecorder } from './recorder.ts';
import type { Sound, Sounds } from './sounds.ts';
import { addressIn } from './subscription.ts';
import type { TraceEntry } from './trace.ts';
import type { Delivered } from './webhooks.ts';

/** What the interpreter needs of the network around it. */
export interface Exchange {
  readonly clock: NetworkClock;
  /** How long a request of the network's is on its way, there and back. */
  latencyMs(call: NetworkCall): number;
  request(call: NetworkCall, address: Address, params: Readonly<Record<string, string>>): Promise<Delivered>;
  end(call: NetworkCall, status: NetworkCall['status'], sip: number | null): void;
  dial(call: NetworkCall, verb: Verb, base: string): void;
  record(call: NetworkCall, playing: Playing, verb: Verb, done: Parameters<typeof startRecorder>[0]['done']): Recorder;
  /** Takes the call, if it came in and only rings so far. */
  pickUp(call: NetworkCall): void;
  loadSounds: Sounds['load'];
  note(entry: Omit<TraceEntry, 'at'>): void;
}

export interface Interpreter {
  /** Asks for a document and plays it. */
  follow(call: NetworkCall, address: Address, params?: Readonly<Record<string, string>>): void;
  /** Plays a document to somebody who waits, again and again. */
  entertain(call: NetworkCall, wait: Address): void;
  /** Plays a document at hand. */
  play(call: NetworkCall, body: string, base: string): void;
  press(call: NetworkCall, key: string, heldMs?: number): void;
  /** Stops whatever plays; nothing more is asked for. */
  stop(call: NetworkCall): void;
  /** The verb after this one, when something it waited for has come back. */
  goOn(call: NetworkCall): void;
}

const READABLE = /^(text\/xml|application\/xml|text\/html)\b/;
/** What may be played to somebody who waits. */
const FOR_WAITING = ['Say', 'Play', 'Pause', 'Redirect'];
/** What does not take a call that came in and rings. */
const BEFORE_ANSWER = ['Pause', 'Redirect', 'Reject'];

/** The verbs of a document, or the error that stands in their way. */
interface Read {
  readonly verbs: readonly Verb[];
  readonly code: number | null;
}

const NO_SOUNDS: ReadonlyMap<string, Sound | number> = new Map();

/** Plays documents verb by verb. A call that ends in the middle asks for no further one. */
export function createInterpreter(exchange: Exchange): Interpreter {
  const { clock, note } = exchange;
  const gathering = createGathering({ speak, wait, goOn, follow });

  function follow(
    call: NetworkCall,
    address: Address,
    params: Readonly<Record<string, string>> = {},
    { isFallback = false, wait = null }: { readonly isFallback?: boolean; readonly wait?: Address | null } = {},
  ): void {
    const playing = open(call, { base: address.url, wait });
    const isStale = (): boolean => isOver(call) || call.playing !== playing;
    const latencyMs = exchange.latencyMs(call);
    playing.cancel = clock.after(latencyMs / 2, async () => {
      const delivered = await exchange.request(call, address, params);
      const { verbs, code } = readDelivered(delivered);
      const names = verbs.map(({ name }) => name);
      note({ kind: 'document', call: call.sid, url: address.url, digits: params.Digits, code, verbs: names });
      if (isStale()) return;
      const sounds = await exchange.loadSounds(call, soundsIn(verbs, delivered.url));
      if (isStale()) return;
      playing.cancel = clock.after(latencyMs / 2, () => {
        if (isStale()) return;
        if (code === null) start(call, { verbs, sounds, base: delivered.url, wait });
        else if (wait === null) fail(call, code, delivered.url, isFallback);
      });
    });
  }

  function readDelivered(delivered: Delivered): Read {
    if (!delivered.ok) return { verbs: [], code: delivered.code };
    if (!READABLE.test(delivered.contentType)) return { verbs: [], code: 12_300 };
    return readBody(new TextDecoder().decode(delivered.bytes));
  }

  function readBody(body: string): Read {
    try {
      return { verbs: readDocument(body), code: null };
    } catch (error) {
      if (error instanceof DocumentError) return { verbs: [], code: error.code };
      throw error;
    }
  }

  function fail(call: NetworkCall, code: number, url: string, isFallback: boolean): void {
    call.errorCode = code;
    if (call.playing) call.playing.gather = null;
    if (call.fallback && !isFallback) {
      follow(call, call.fallback, { ErrorCode: String(code), ErrorUrl: url }, { isFallback: true });
      return;
    }
    exchange.pickUp(call);
    const text = 'We are sorry, an application error has occurred. Goodbye.';
    say(call, { text, lang: 'en-US', audio: null, ms: speechMs(text) });
    call.listener?.fault?.(code);
    wait(call, speechMs(text), () => exchange.end(call, 'completed', null));
  }

  function open(call: NetworkCall, document: Partial<Playing> & Pick<Playing, 'base'>): Playing {
    stop(call);
    const playing: Playing = {
      verbs: [],
      sounds: NO_SOUNDS,
      wait: null,
      ...document,
      at: 0,
      cancel: null,
      gather: null,
      recorder: null,
    };
    call.playing = playing;
    return playing;
  }

  function start(call: NetworkCall, document: Pick<Playing, 'verbs' | 'sounds' | 'base' | 'wait'>): void {
    open(call, document);
    perform(call);
  }

  function wait(call: NetworkCall, ms: number, then: () => void): void {
    const { playing } = call;
    if (!playing) return;
    playing.cancel = clock.after(ms, () => {
      playing.cancel = null;
      if (!isOver(call) && call.playing === playing) then();
    });
  }

  function goOn(call: NetworkCall): void {
    if (!call.playing || isOver(call)) return;
    call.playing.at++;
    perform(call);
  }

  function perform(call: NetworkCall): void {
    const { playing } = call;
    const verb = playing?.verbs[playing.at];
    // The end of the document is the end of the call.
    if (!playing || !verb) {
      if (playing?.wait) awaitMore(call, playing, playing.wait);
      else exchange.end(call, 'completed', null);
      return;
    }
    const { attributes } = verb;
    if (!BEFORE_ANSWER.includes(verb.name)) exchange.pickUp(call);
    if (playing.wait && !FOR_WAITING.includes(verb.name)) return;
    switch (verb.name) {
      case 'Say':
      case 'Play':
      case 'Pause':
        speak(call, playing, verb, () => goOn(call));
        return;
      case 'Gather':
        gathering.begin(call, playing, verb);
        return;
      case 'Redirect':
        follow(call, addressIn(verb.text.trim(), attributes.method, playing.base), {}, { wait: playing.wait });
        return;
      case 'Hangup':
        exchange.end(call, 'completed', null);
        return;
      case 'Reject':
        // Who was answered cannot be rejected any more.
        if (call.answeredAt !== null) exchange.end(call, 'completed', null);
        else if (attributes.reason === 'busy') exchange.end(call, 'busy', 486);
        else exchange.end(call, 'no-answer', 603);
        return;
      case 'Dial':
        exchange.dial(call, verb, playing.base);
        return;
      case 'Record':
        playing.recorder = exchange.record(call, playing, verb, (params) => {
          if (isOver(call) || call.playing !== playing) return;
          if (params === null) goOn(call);
          else follow(call, addressIn(attributes.action ?? '', attributes.method, playing.base), params);
        });
        return;
    }
  }

  /** Who waits hears it again, unless there was nothing to hear. */
  function awaitMore(call: NetworkCall, { verbs }: Playing, wait: Address): void {
    if (verbs.length > 0) follow(call, wait, {}, { wait });
  }

  function say(call: NetworkCall, heard: Heard): void {
    call.heard.push(heard.text);
    const { text, audio, tones } = heard;
    note({ kind: 'heard', call: call.sid, text, audio, ...(tones === undefined ? {} : { tones }) });
    call.listener?.hear(heard);
  }

  function speak(call: NetworkCall, playing: Playing, verb: Verb, then: () => void): void {
    if (verb.name === 'Pause') {
      wait(call, secondsOf(verb, 'length', 1) * 1000, then);
      return;
    }
    const prompt = promptOf(verb, playing);
    if (typeof prompt === 'number') {
      if (playing.wait === null) fail(call, prompt, playing.base, false);
      return;
    }
    const { times, ...heard } = prompt;
    const once = (time: number): void => {
      say(call, heard);
      wait(call, heard.ms, time < times ? () => once(time + 1) : then);
    };
    once(1);
  }

  function press(call: NetworkCall, key: string, heldMs = 0): void {
    const { playing } = call;
    const isHeard = Boolean(playing?.gather ?? playing?.recorder);
    note({ kind: 'key', call: call.sid, key, heard: isHeard, ...(heldMs > 0 ? { heldMs } : {}) });
    if (!playing || isOver(call)) return;
    // Keys pressed before a gather begins are lost.
    if (playing.recorder) playing.recorder.press(key);
    else if (playing.gather) gathering.press(call, playing, playing.gather, key, heldMs);
  }

  function stop(call: NetworkCall): void {
    call.playing?.cancel?.();
    call.playing = null;
  }

  return {
    follow: (call, address, params) => follow(call, address, params),
    entertain: (call, wait) => follow(call, wait, {}, { wait }),
    play(call, body, base) {
      const playing = open(call, { base });
      playing.cancel = clock.after(0, async () => {
        const { verbs, code } = readBody(body);
        const sounds = await exchange.loadSounds(call, soundsIn(verbs, base));
        if (isOver(call) || call.playing !== playing) return;
        if (code === null) start(call, { verbs, sounds, base, wait: null });
        else fail(call, code, base, false);
      });
    },
    press,
    stop,
    goOn,
  };
}
