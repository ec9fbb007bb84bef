import type { RandomStream } from '../../core/random.ts';
import { type FormParams, firstOf } from '../twilio/signature.ts';
import type { Address } from './call.ts';
import type { NetworkClock } from './clock.ts';
import type { TraceEntry } from './trace.ts';
import type { WebhookClient } from './webhooks.ts';

/** How callbacks go astray: shares of them, 0 to 1. */
export interface CallbackFaults {
  readonly late: number;
  /** A late one comes up to so much later. */
  readonly lateMs: number;
  readonly twice: number;
  /** The second of two comes up to so much after the first. */
  readonly againMs: number;
  readonly lost: number;
}

const NO_FAULTS: CallbackFaults = { late: 0, lateMs: 30_000, twice: 0, againMs: 3_000, lost: 0 };

/** What a callback is about, as the trace names it, and the chance that decides its fate. */
export interface Subject {
  readonly about: { readonly call: string } | { readonly conference: string } | { readonly message: string };
  readonly random: RandomStream;
}

export interface Callbacks {
  /** Sends a callback, or late, or twice, or never, as the seed has it. */
  tell(subject: Subject, address: Address, event: string, params: FormParams): void;
  /** Sends what never goes astray. */
  send(address: Address, params: FormParams, delayMs: number): void;
}

/** Tells whoever subscribed what happened to calls, conferences and messages. */
export function createCallbacks(options: {
  readonly clock: NetworkClock;
  readonly client: WebhookClient;
  readonly faults: Partial<CallbackFaults>;
  readonly note: (entry: Omit<TraceEntry, 'at'>) => void;
}): Callbacks {
  const { clock, client, note } = options;
  const faults = { ...NO_FAULTS, ...options.faults };

  /** A callback goes out even when its call is over. */
  function send(address: Address, params: FormParams, delayMs: number): void {
    clock.after(delayMs, async () => {
      const delivered = await client.deliver({ ...address, params });
      if (!delivered.ok)
        note({ kind: 'callback', call: firstOf(params, 'CallSid') ?? '', event: 'refused', code: delivered.code });
    });
  }

  return {
    send,
    tell({ about, random }, address, event, params) {
      const draw = random.next();
      const delayMs = 20 + 60 * random.next();
      const share = random.next();
      let fate = 'sent';
      if (draw < faults.lost) fate = 'lost';
      else if (draw < faults.lost + faults.late) fate = 'late';
      else if (draw < faults.lost + faults.late + faults.twice) fate = 'twice';
      const status = firstOf(params, 'CallStatus') ?? firstOf(params, 'MessageStatus');
      note({ kind: 'callback', ...about, event, fate, status });
      if (fate === 'lost') return;
      send(address, params, fate === 'late' ? delayMs + faults.lateMs * share : delayMs);
      if (fate === 'twice') send(address, params, delayMs + faults.againMs * share);
    },
  };
}
