import { createRandom, seedOf } from '../../core/random.ts';
import { hookAddresses, INBOUND } from '../twilio/addresses.ts';
import type { Fetch } from '../twilio/transport.ts';
import type { Caller } from './call.ts';
import type { CallbackFaults } from './callbacks.ts';
import type { NetworkClock } from './clock.ts';
import { createExchange, type Exchange } from './exchange.ts';
import { createPopulation, type Persona } from './personas.ts';
import type { Line, Listener, Phone } from './phone.ts';
import type { Habit, ReaderOptions } from './readers.ts';
import { createRestApi, type RestFault } from './rest.ts';
import { NO_TRACE, type Trace } from './trace.ts';
import type { WebhookFetch } from './webhooks.ts';

export interface NetworkOptions {
  readonly clock: NetworkClock;
  /** Decides everything that is left to chance. */
  readonly seed: number;
  readonly accountSid: string;
  readonly authToken: string;
  /** How webhooks are reached: the app's own `fetch` in one process, the real one across processes. */
  readonly fetch: WebhookFetch;
  /** Where the server says it is to be reached; calls and messages that come in are told there. */
  readonly publicBaseUrl: string;
  /** Numbers that may be shown as ours; null: any. */
  readonly callerIds?: readonly string[] | null;
  /** Where this network does not call. */
  readonly refuses?: RegExp | null;
  readonly mix?: Readonly<Record<Persona, number>>;
  readonly known?: ReadonlyMap<string, Persona>;
  readonly habits?: Readonly<Record<Habit, number>>;
  readonly knownHabits?: ReadonlyMap<string, Habit>;
  /** What happens when somebody opens the link of a message. */
  readonly visit?: ReaderOptions['visit'];
  readonly callsPerSecond?: number;
  readonly lines?: number;
  readonly callbackFaults?: Partial<CallbackFaults>;
  /** Shares of orders for calls and messages that meet a fault, 0 to 1. */
  readonly restFaults?: Partial<Readonly<Record<RestFault, number>>>;
  readonly latencyMs?: number;
  readonly hangMs?: number;
  readonly trace?: Trace;
}

export interface PhoneNetwork {
  /** The API, for the carrier's client. */
  readonly fetch: Fetch;
  readonly exchange: Exchange;
  personaOf(number: string): Persona;
  /** What becomes of messages to a number. */
  habitOf(number: string): Habit;
  /** The simulated resident of a number, whoever sits there now. */
  residentOf(number: string): Phone;
  /** Puts somebody else's phone at a number; `*` at every number. The returned function takes it away again. */
  occupy(number: string, phone: Phone): () => void;
  /** Plays a fault for the next orders. */
  failNext(fault: RestFault, times?: number): void;
  /** Somebody calls one of our numbers. */
  callIn(from: string, to: string, listener: (line: Line) => Listener, refused?: Caller['refused']): Line | null;
  textIn(from: string, to: string, body: string): void;
}

/** A telephone network with people in it. It knows nothing of surveys: it is reached and answers as a carrier does. */
export function createPhoneNetwork(options: NetworkOptions): PhoneNetwork {
  const { clock, seed, accountSid, authToken, trace = NO_TRACE } = options;
  const chance = createRandom(seedOf(`${seed}:rest`));
  const hooks = hookAddresses(options.publicBaseUrl);
  const occupied = new Map<string, Phone>();
  const forced: RestFault[] = [];

  const population = createPopulation({
    clock,
    seed,
    ...(options.mix ? { mix: options.mix } : {}),
    ...(options.known ? { known: options.known } : {}),
    ...(options.habits ? { habits: options.habits } : {}),
    ...(options.knownHabits ? { knownHabits: options.knownHabits } : {}),
    ...(options.visit ? { visit: options.visit } : {}),
    callIn: (from, to, listener) => exchange.callIn(from, to, listener),
    textIn: (from, to, body) => exchange.messages.receive(from, to, body),
  });
  const exchange = createExchange({
    clock,
    seed,
    accountSid,
    authToken,
    fetch: options.fetch,
    phoneOf: (number) => occupied.get(number) ?? occupied.get('*') ?? population.phoneOf(number),
    inbound: { voice: hooks.inbound(), status: hooks.status(INBOUND), message: hooks.messageIn() },
    ...(options.callsPerSecond === undefined ? {} : { callsPerSecond: options.callsPerSecond }),
    ...(options.lines === undefined ? {} : { lines: options.lines }),
    ...(options.callbackFaults ? { faults: options.callbackFaults } : {}),
    ...(options.latencyMs === undefined ? {} : { latencyMs: options.latencyMs }),
    trace,
  });

  /** Only orders meet faults: what is asked about them is answered. */
  function faultFor(method: string, path: string): RestFault | null {
    const next = forced.shift();
    if (next) return next;
    if (method !== 'POST' || !/\/(Calls|Participants|Messages)\.json$/.test(path)) return null;
    let rest = chance.next();
    for (const [fault, share] of Object.entries(options.restFaults ?? {}) as [RestFault, number][]) {
      rest -= share;
      if (rest < 0) return fault;
    }
    return null;
  }

  const api = createRestApi({
    exchange,
    accountSid,
    authToken,
    callerIds: options.callerIds ?? null,
    refuses: options.refuses ?? null,
    faultFor,
    hangMs: options.hangMs ?? 10_000,
  });

  return {
    fetch: (url, init) => api.answer(url, init),
    exchange,
    personaOf: population.personaOf,
    habitOf: population.habitOf,
    residentOf: population.phoneOf,
    occupy(number, phone) {
      occupied.set(number, phone);
      return () => {
        if (occupied.get(number) === phone) occupied.delete(number);
      };
    },
    failNext: (fault, times = 1) => {
      for (let time = 0; time < times; time++) forced.push(fault);
    },
    callIn: exchange.callIn,
    textIn: (from, to, body) => exchange.messages.receive(from, to, body),
  };
}
