import type { PhoneNetwork } from './network.ts';
import type { Heard, Line, Listener, Phone } from './phone.ts';
import type { Sound } from './sounds.ts';

/** What the page of a resident is told. */
export type HandsetEvent =
  | { readonly t: 'ready'; readonly id: string; readonly number: string | null; readonly ours: string }
  | { readonly t: 'ring'; readonly from: string; readonly to: string }
  | { readonly t: 'open' }
  | ({ readonly t: 'hear' } & Heard)
  /** Connected with somebody who talks. */
  | { readonly t: 'talk' }
  | { readonly t: 'voice'; readonly text: string }
  | { readonly t: 'beep' }
  /** The network could not use what it was answered. */
  | { readonly t: 'fault'; readonly code: number }
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
  /** The call is over; nobody took it when there is a tone. */
  | { readonly t: 'ended'; readonly tone: 'busy' | 'rejected' | 'none' | null }
  | { readonly t: 'message'; readonly from: string; readonly body: string };

export interface Handset {
  answer(): void;
  hangUp(): void;
  press(keys: string): void;
  /** Calls a number; false when the line is taken or nobody is there. */
  dial(to: string): boolean;
  text(to: string, body: string): void;
  /** Speaks to whoever is connected. */
  say(text: string): void;
  /** A recording that was heard on this phone. */
  sound(url: string): Sound | undefined;
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
  let isMine = false;
  let self = number ?? GUEST;
  const recordings = new Set<string>();

  const over = (tone: 'busy' | 'rejected' | 'none' | null): void => {
    line = null;
    isOpen = false;
    send({ t: 'ended', tone });
  };
  const listener: Listener = {
    hear: (what) => {
      if (what.audio !== null) recordings.add(what.audio);
      send({ t: 'hear', ...what });
    },
    talk: () => send({ t: 'talk' }),
    voice: ({ text }) => send({ t: 'voice', text }),
    beep: () => send({ t: 'beep' }),
    fault: (code) => send({ t: 'fault', code }),
    listen: ({ numDigits, finishOnKey, timeoutMs }) =>
      send({ t: 'listen', numDigits: Number.isFinite(numDigits) ? numDigits : null, finishOnKey, timeoutMs }),
    heardOut: () => send({ t: 'taken' }),
    hush: () => send({ t: 'hush' }),
    ended: () => over(null),
  };

  const phone: Phone = {
    ring(call) {
      if (line !== null) {
        if (number === null) network.residentOf(call.to).ring(call);
        else call.refuse(486);
        return;
      }
      line = call;
      isMine = false;
      self = call.to;
      send({ t: 'ring', from: call.from, to: call.to });
    },
    missed(call) {
      if (line?.sid !== call.sid) return;
      over('none');
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
      // One's own call that rings is taken back, somebody else's declined.
      if (isMine) held.hangUp();
      else {
        over(null);
        held.refuse(603);
      }
    },
    press(keys) {
      for (const key of keys) line?.press(key);
    },
    dial(to) {
      if (line !== null) return false;
      isMine = true;
      line = network.callIn(
        self,
        to,
        () => {
          isOpen = true;
          send({ t: 'open' });
          return listener;
        },
        over,
      );
      return line !== null;
    },
    say: (text) => line?.say(text),
    sound: (url) => (recordings.has(url) ? network.exchange.sounds.find(url) : undefined),
    text: (to, body) => network.textIn(self, to, body),
    close() {
      leave();
      // A phone that was put away is not taken.
      if (isOpen || isMine) line?.hangUp();
      else line?.refuse(480);
    },
  };
}
