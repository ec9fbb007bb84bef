import { createRandom, type RandomStream, seedOf } from '../../core/random.ts';
import type { Callbacks } from './callbacks.ts';
import type { NetworkClock } from './clock.ts';
import type { Phone } from './phone.ts';
import type { TraceEntry } from './trace.ts';
import { hex } from './webhooks.ts';

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

export interface Messages {
  readonly all: ReadonlyMap<string, NetworkMessage>;
  isOptedOut(number: string): boolean;
  send(order: Pick<NetworkMessage, 'from' | 'to' | 'body' | 'callback'>): NetworkMessage;
  /** Somebody writes to one of our numbers. The carrier minds its own words, too. */
  receive(from: string, to: string, body: string): void;
}

const STOP_WORDS = /^\s*(STOP|STOPALL|UNSUBSCRIBE|CANCEL|END|QUIT)\s*$/i;
const START_WORDS = /^\s*(START|YES|UNSTOP)\s*$/i;

/** The messages of the network, both ways. */
export function createMessages(options: {
  readonly clock: NetworkClock;
  readonly seed: number;
  readonly ids: RandomStream;
  readonly accountSid: string;
  readonly callbacks: Callbacks;
  readonly phoneOf: (number: string) => Phone;
  /** Where messages that come in are told. */
  readonly inbound: string | null;
  readonly note: (entry: Omit<TraceEntry, 'at'>) => void;
}): Messages {
  const { clock, seed, ids, accountSid, callbacks, note } = options;
  const all = new Map<string, NetworkMessage>();
  const optedOut = new Set<string>();

  return {
    all,
    isOptedOut: (number) => optedOut.has(number),
    send(order) {
      const sid = `SM${hex(ids)}${hex(ids)}`;
      const message: NetworkMessage = { ...order, sid, createdAt: clock.now(), status: 'queued', errorCode: null };
      all.set(sid, message);
      note({ kind: 'message', message: sid, status: 'queued', to: order.to });
      const random = createRandom(seedOf(`${seed}:${order.to}:message${all.size}`));
      const refusal = options.phoneOf(order.to).refuses?.() ?? null;
      const states = ['sending', 'sent', refusal === null ? 'delivered' : 'undelivered'];
      states.forEach((status, index) => {
        clock.after(200 + index * 800 + 400 * random.next(), () => {
          message.status = status;
          if (status === 'undelivered') message.errorCode = refusal;
          note({ kind: 'message', message: sid, status, to: order.to, errorCode: message.errorCode });
          if (status === 'delivered') options.phoneOf(order.to).read?.({ from: order.from, body: order.body });
          if (message.callback === null) return;
          callbacks.tell({ about: { message: sid }, random }, { url: message.callback, method: 'POST' }, status, {
            AccountSid: accountSid,
            ApiVersion: '2010-04-01',
            From: message.from,
            To: message.to,
            MessageSid: sid,
            SmsSid: sid,
            MessageStatus: status,
            SmsStatus: status,
            ...(message.errorCode === null ? {} : { ErrorCode: String(message.errorCode) }),
          });
        });
      });
      return message;
    },
    receive(from, to, body) {
      if (STOP_WORDS.test(body)) optedOut.add(from);
      if (START_WORDS.test(body)) optedOut.delete(from);
      note({ kind: 'message', status: 'received', from, body });
      if (options.inbound === null) return;
      const sid = `SM${hex(ids)}${hex(ids)}`;
      callbacks.send(
        { url: options.inbound, method: 'POST' },
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
