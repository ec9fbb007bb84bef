import type { PhoneNetwork } from './network.ts';
import type { Line, Listener, Phone } from './phone.ts';

/** What the page of a resident is told. */
export type HandsetEvent =
  | { readonly t: 'ready'; readonly id: string; readonly number: string | null; readonly ours: string }
  | { readonly t: 'ring'; readonly from: string; readonly to: string }
  | { readonly t: 'open' }
  | {
      readonly t: 'hear';
      readonly text: string;
      readonly lang: string;
      readonly audio: string | null;
      readonly ms: number;
    }
  | {
      readonly t: 'listen';
      readonly numDigits: number | null;
      readonly finishOnKey: string;
      readonly timeoutMs: number;
    }
  /** Keys count no more. */
  | { readonly t: 'taken' }
  /** The prompt was cut short by a key. */
  | { readonly t: 'hush' }
  | { readonly t: 'ended' }
  | { readonly t: 'message'; readonly from: string; readonly body: string };

export interface Handset {
  answer(): void;
  hangUp(): void;
  press(keys: string): void;
  /** Calls a number; false when the line is taken or nobody is there. */
  dial(to: string): boolean;
  text(to: string, body: string): void;
  /** Puts the phone away; the number is its resident's again. */
  close(): void;
}

/** Where somebody sits who gave no number of their own and calls us. */
const GUEST = '+8613800000001';

/**
 * A telephone in a person's hands. With a number of their own they get the calls to it; without, the next call to
 * anybody, and while they talk the others are answered by those who live there.
 */
export function createHandset(
  network: PhoneNetwork,
  number: string | null,
  send: (event: HandsetEvent) => void,
): Handset {
  let line: Line | null = null;
  let isOpen = false;
  let self = number ?? GUEST;

  const listener: Listener = {
    hear: ({ text, lang, audio, ms }) => send({ t: 'hear', text, lang, audio, ms }),
    listen: ({ numDigits, finishOnKey, timeoutMs }) =>
      send({ t: 'listen', numDigits: Number.isFinite(numDigits) ? numDigits : null, finishOnKey, timeoutMs }),
    heardOut: () => send({ t: 'taken' }),
    hush: () => send({ t: 'hush' }),
    ended() {
      line = null;
      isOpen = false;
      send({ t: 'ended' });
    },
  };

  const phone: Phone = {
    ring(call) {
      if (line !== null) {
        if (number === null) network.residentOf(call.to).ring(call);
        else call.refuse(486);
        return;
      }
      line = call;
      self = call.to;
      send({ t: 'ring', from: call.from, to: call.to });
    },
    missed(call) {
      if (line?.sid !== call.sid) return;
      line = null;
      send({ t: 'ended' });
    },
    read: (message) => send({ t: 'message', ...message }),
  };
  const leave = network.occupy(number ?? '*', phone);

  return {
    answer() {
      if (line === null || isOpen) return;
      isOpen = true;
      send({ t: 'open' });
      line.answer(listener);
    },
    hangUp() {
      const held = line;
      if (held === null) return;
      if (isOpen) {
        held.hangUp();
        return;
      }
      line = null;
      held.refuse(603);
      send({ t: 'ended' });
    },
    press(keys) {
      for (const key of keys) line?.press(key);
    },
    dial(to) {
      if (line !== null) return false;
      line = network.callIn(self, to, () => {
        isOpen = true;
        send({ t: 'open' });
        return listener;
      });
      return line !== null;
    },
    text: (to, body) => network.textIn(self, to, body),
    close() {
      leave();
      line?.hangUp();
    },
  };
}
