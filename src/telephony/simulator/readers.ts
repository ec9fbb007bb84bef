import { createRandom, seedOf } from '../../core/random.ts';
import type { NetworkClock } from './clock.ts';
import type { Phone } from './phone.ts';

/** What becomes of a message at a number, and what its reader does. */
export const HABITS = [
  'ignores',
  /** Opens the link after a while. */
  'opens',
  /** Wants no more of it, in one of many words. */
  'stops',
  /** Answers something that means nothing to us. */
  'replies',
  /** Switched off for long. */
  'unreachable',
  /** No such number. */
  'unknown',
  /** A telephone without a screen. */
  'landline',
  /** The network takes it for spam. */
  'filtered',
] as const;
export type Habit = (typeof HABITS)[number];

/** Of a hundred messages. */
export const TYPICAL_HABITS: Readonly<Record<Habit, number>> = {
  ignores: 72,
  opens: 12,
  stops: 3,
  replies: 3,
  unreachable: 4,
  unknown: 2,
  landline: 3,
  filtered: 1,
};

/** The carrier's code of a message that does not arrive. */
const UNDELIVERED: Partial<Readonly<Record<Habit, number>>> = {
  unreachable: 30_003,
  unknown: 30_005,
  landline: 30_006,
  filtered: 30_007,
};

const REFUSALS = { 退订: 4, TD: 4, STOP: 3, T: 1, 拒收: 1, 'stop.': 1 };
const REPLIES = { 好的: 3, '你是谁？': 3, '我已经退休了，不方便': 1, '1': 1, '谢谢，祝工作顺利': 2 };
const MINUTE = 60_000;
/** Chinese punctuation ends an address as a space does. */
const LINK = /https?:\/\/[\w.~:/?#@!$&*+=%-]+/;

export interface ReaderOptions {
  readonly clock: NetworkClock;
  readonly seed: number;
  readonly habits?: Readonly<Record<Habit, number>>;
  /** Numbers whose habit is given. */
  readonly knownHabits?: ReadonlyMap<string, Habit>;
  readonly textIn: (from: string, to: string, body: string) => void;
  /** Opens an address in a browser; what happens there is the business of whoever runs the network. */
  readonly visit?: (visit: { readonly number: string; readonly url: string }) => void | Promise<void>;
}

export const habitOf = (number: string, { seed, habits = TYPICAL_HABITS, knownHabits }: ReaderOptions): Habit =>
  knownHabits?.get(number) ?? createRandom(seedOf(`${seed}:reads:${number}`)).pick(habits);

/** The half of a telephone that gets messages. Who reads them how depends on the seed and the number alone. */
export function createReader(number: string, options: ReaderOptions): Required<Pick<Phone, 'read' | 'refuses'>> {
  const { clock, seed, textIn, visit } = options;
  const habit = habitOf(number, options);
  const random = createRandom(seedOf(`${seed}:reading:${number}`));
  return {
    refuses: () => UNDELIVERED[habit] ?? null,
    read({ from, body }) {
      if (habit === 'stops') {
        const word = random.pick(REFUSALS);
        clock.after(MINUTE * (1 + 9 * random.next()), () => textIn(number, from, word));
      }
      if (habit === 'replies') {
        const words = random.pick(REPLIES);
        clock.after(MINUTE * (1 + 9 * random.next()), () => textIn(number, from, words));
      }
      const [url] = LINK.exec(body) ?? [];
      if (habit === 'opens' && url !== undefined && visit)
        clock.after(MINUTE * (1 + 40 * random.next()), () => visit({ number, url }));
    },
  };
}
