import { createRandom, type RandomStream, seedOf } from '../../core/random.ts';
import type { Line, Listener, Listening, Phone } from './phone.ts';
import { createReader, type Habit, habitOf, type ReaderOptions } from './readers.ts';

/** Who may be at the other end. */
export const PERSONAS = [
  /** Answers, now or another time, and goes through to the end. */
  'complete',
  /** Like that, but thinks long, now and then too long. */
  'slow',
  /** Presses a key twice. */
  'double-key',
  /** Keeps a key down. */
  'long-press',
  /** Has questions repeated, presses wrong keys. */
  'hard-of-hearing',
  /** Wants to be called later, and then answers. */
  'not-now',
  /** Misses the call and calls back. */
  'calls-back',
  /** Hangs up after some questions; may go on in the next call. */
  'drops',
  /** Hangs up on the greeting. */
  'refuses',
  /** Never again. */
  'never-again',
  /** Not the one who is meant: does not live here. */
  'wrong-number',
  'no-answer',
  'busy',
  'rejects',
  'machine',
  /** No such number. */
  'dead',
] as const;
export type Persona = (typeof PERSONAS)[number];

/**
 * How many of each among a hundred numbers, by the capacity arithmetic of a county's campaign: 20 who complete, 12 who
 * answer but do not, 13 dead, 55 never reached.
 */
export const TYPICAL_MIX: Readonly<Record<Persona, number>> = {
  complete: 11.5,
  slow: 2,
  'double-key': 1,
  'long-press': 1,
  'hard-of-hearing': 1.5,
  'not-now': 1.5,
  'calls-back': 1.5,
  drops: 5,
  refuses: 4,
  'never-again': 2,
  'wrong-number': 1,
  'no-answer': 40,
  busy: 5,
  rejects: 2,
  machine: 8,
  dead: 13,
};

export interface PopulationOptions extends ReaderOptions {
  readonly mix?: Readonly<Record<Persona, number>>;
  /** Numbers whose persona is given. */
  readonly known?: ReadonlyMap<string, Persona>;
  /** Calls the number that called. */
  readonly callIn: (from: string, to: string, listener: (line: Line) => Listener) => void;
}

export interface Population {
  readonly phoneOf: (number: string) => Phone;
  readonly personaOf: (number: string) => Persona;
  readonly habitOf: (number: string) => Habit;
}

/** A town of people with telephones. Who somebody is depends on the seed and the number alone, never on the order of calls. */
export function createPopulation(options: PopulationOptions): Population {
  const { seed, mix = TYPICAL_MIX, known } = options;
  const people = new Map<string, Phone>();
  const personaOf = (number: string): Persona =>
    known?.get(number) ?? createRandom(seedOf(`${seed}:who:${number}`)).pick(mix);
  return {
    personaOf,
    habitOf: (number) => habitOf(number, options),
    phoneOf(number) {
      let resident = people.get(number);
      if (!resident) {
        resident = createResident(number, personaOf(number), options);
        people.set(number, resident);
      }
      return resident;
    },
  };
}

/** Personas that talk at all, and how likely they take a call. */
const ANSWERS: Partial<Record<Persona, number>> = {
  complete: 0.67,
  slow: 0.67,
  'double-key': 0.67,
  'long-press': 0.67,
  'hard-of-hearing': 0.67,
  'not-now': 0.8,
  drops: 0.75,
  refuses: 0.75,
  'never-again': 0.8,
  'wrong-number': 0.8,
  machine: 1,
};

function createResident(number: string, persona: Persona, options: PopulationOptions): Phone {
  const { clock, seed, callIn } = options;
  const random = createRandom(seedOf(`${seed}:life:${number}`));
  /** Who drops the line does so at this question, in the first call only. */
  const dropsAt = 2 + Math.floor(5 * random.next());
  let talks = 0;
  let hasCalledBack = false;

  return {
    ...createReader(number, options),
    // What does not exist gets no messages either.
    ...(persona === 'dead' ? { refuses: () => 30_005 } : {}),
    ring(line) {
      const sip = refusalOf(persona, random);
      if (sip !== null) {
        // What does not exist never rings.
        if (sip === 404 || sip === 484) line.refuse(sip);
        else clock.after(1500 + 3000 * random.next(), () => line.refuse(sip));
        return;
      }
      if (random.next() < (ANSWERS[persona] ?? 0)) {
        const afterMs = persona === 'machine' ? 18_000 : 3000 + 11_000 * random.next();
        clock.after(afterMs, () => line.answer(listen(line)));
        return;
      }
      if (persona === 'calls-back' && !hasCalledBack) {
        hasCalledBack = true;
        const { from } = line;
        clock.after(60_000 * (3 + 20 * random.next()), () => callIn(number, from, listen));
      }
    },
  };

  function listen(line: Line): Listener {
    const talk = ++talks;
    let isOpen = true;
    let steps = 0;
    /** Nobody takes a finger back: what is pressed for an old question is pressed. */
    const later = (ms: number, act: () => void): void => {
      clock.after(ms, () => {
        if (isOpen) act();
      });
    };
    const hangUpAfter = (ms: number): void => later(ms, line.hangUp);
    if (persona === 'machine') hangUpAfter(45_000);
    return {
      speechMs: persona === 'machine' ? 8000 : 900,
      hear: () => {},
      ended: () => {
        isOpen = false;
      },
      talk: () =>
        hangUpAfter(persona === 'refuses' || persona === 'wrong-number' ? 9000 : 60_000 + 120_000 * random.next()),
      listen(heard) {
        steps++;
        if (persona === 'machine') return;
        if (persona === 'refuses') return hangUpAfter(1500 + heard.promptMs * 0.6 * random.next());
        if (persona === 'drops' && talk === 1 && steps > dropsAt)
          return hangUpAfter(heard.promptMs * random.next() + 500);
        const keys = chooseKeys({ persona, talk, steps, heard, random });
        if (keys === null) return;
        let at = reactionMs(persona, heard, random);
        [...keys].forEach((key, index) => {
          if (index > 0) at += 350 + 300 * random.next();
          later(at, () => line.press(key, persona === 'long-press' ? 900 + 1200 * random.next() : undefined));
          // The second touch comes before the answer to the first.
          if (persona === 'double-key' && random.next() < 0.3) later(at + 90, () => line.press(key));
        });
      },
    };
  }
}

/** The final code of a phone that does not take calls; null: it rings. */
function refusalOf(persona: Persona, random: RandomStream): number | null {
  switch (persona) {
    case 'dead':
      return random.pick({ 404: 5, 484: 1, 604: 1 }) === '404' ? 404 : 484;
    case 'busy':
      return random.next() < 0.85 ? 486 : null;
    case 'rejects':
      return random.next() < 0.8 ? 603 : null;
    default:
      return null;
  }
}

/** When the first key comes, from the start of the prompts on; those who know the way do not wait for their end. */
function reactionMs(persona: Persona, { promptMs, timeoutMs }: Listening, random: RandomStream): number {
  const thinking = 500 + 1800 * random.next() + (random.next() < 0.05 ? 2500 : 0);
  if (persona === 'slow') return promptMs + 1500 + (timeoutMs + 1500 - 1500) * random.next() * 1.05;
  return random.next() < 0.25 ? promptMs * (0.6 + 0.4 * random.next()) + 200 : promptMs + thinking;
}

interface Choice {
  readonly key: string;
  readonly label: string;
}

/** The options of a spoken menu: “满意请按1”, “Yes, press 1”. */
export function readOptions(text: string): readonly Choice[] {
  const options = new Map<string, Choice>();
  for (const [, label = '', key = ''] of text.matchAll(/([^，。；：！？、,;:!?.]*?)请按(\d)(?!\d)/g))
    options.set(key, { key, label: label.trim() });
  for (const [, label = '', key = ''] of text.matchAll(/([^.;:!?]*?),? press (\d)(?!\d)/g))
    options.set(key, { key, label: label.trim() });
  return [...options.values()];
}

const LIKING: readonly (readonly [RegExp, number])[] = [
  // Before the words they contain.
  [/不愿回答|拒绝|prefer not|refuse/i, 0.3],
  [/说不清|不清楚|不知道|don.t know/i, 0.6],
  [/很不|非常不|very (un|dis)/i, 0.3],
  [/不太|不够|rather (un|dis)/i, 0.8],
  [/一般|neither/i, 2],
  [/比较|fairly|rather/i, 3.5],
  [/很|非常|very/i, 3.5],
  [/^(是|有|会)|知道|听说过|^yes/i, 4],
  [/^(否|没有|不会|不)|^no\b/i, 1],
];

/** The keys of one answer; null: says nothing. */
function chooseKeys({
  persona,
  talk,
  steps,
  heard,
  random,
}: {
  readonly persona: Persona;
  readonly talk: number;
  readonly steps: number;
  readonly heard: Listening;
  readonly random: RandomStream;
}): string | null {
  const options = readOptions(heard.text);
  const find = (label: RegExp): string | null => options.find((option) => label.test(option.label))?.key ?? null;
  if (persona === 'never-again') return find(/不再来电|never/i) ?? '9';
  const wantsLater = persona === 'not-now' && talk === 1;
  const later = find(/稍后|later/i);
  if (wantsLater && later !== null) return later;
  if (persona === 'hard-of-hearing' && steps > 2) {
    const trouble = random.next();
    if (trouble < 0.12) return '*';
    if (trouble < 0.2) return '7';
    if (trouble < 0.26) return null;
  }
  // To begin, to go on, to agree, to confirm.
  const yes = find(/开始|继续|^同意|正确|begin|go on|take part|agree|that is right/i);
  if (yes !== null) return yes;
  const screener = /年满|居住|18|eighteen|lived?/i.test(heard.text) && options.length === 2;
  if (screener && persona === 'wrong-number') return find(/^(否|不|没)|^no\b/i) ?? '2';
  if (screener) return random.next() < 0.98 ? (find(/^是|^有|^满|^yes/i) ?? '1') : '2';
  if (heard.finishOnKey !== '' && heard.numDigits > 1 && options.filter(({ key }) => key !== '0').length === 0)
    return `${String(18 + Math.floor(60 * random.next()))}${heard.finishOnKey}`;
  if (options.length === 0) return '1';
  const weigh = ({ label }: Choice): number => LIKING.find(([pattern]) => pattern.test(label))?.[1] ?? 1.5;
  // Keys that look like numbers would be put in order by an object.
  const pick = (from: readonly Choice[]): string =>
    random.pick(Object.fromEntries(from.map((option) => [`k${option.key}`, weigh(option)]))).slice(1);
  const first = pick(options);
  if (heard.finishOnKey === '' || heard.numDigits === 1) return first;
  // Several may be chosen.
  const rest = options.filter(
    ({ key, label }) => key !== first && !/说不清|不愿|以上都|都没有|don.t know|prefer not|none/i.test(label),
  );
  const isLone = /说不清|不愿|以上都|都没有|don.t know|prefer not|none/i.test(
    options.find(({ key }) => key === first)?.label ?? '',
  );
  const second = !isLone && rest.length > 0 && random.next() < 0.4 ? pick(rest) : '';
  return `${first}${second}${heard.finishOnKey}`;
}
