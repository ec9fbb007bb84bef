import type { CompiledPlan } from '../../src/core/questionnaire/gate.ts';
import type { Answers } from '../../src/core/questionnaire/plan.ts';
import { advanceKeypad, type KeypadAdvance, startKeypad } from '../../src/interview/keypad.ts';
import type { KeypadOptions, KeypadSession } from '../../src/interview/keypad-session.ts';
import { NO_VOICE, type Step, type Voice } from '../../src/interview/step.ts';

export const OPTIONS: KeypadOptions = {
  attempt: 'a1',
  direction: 'out',
  lang: 'zh',
  reversed: false,
  recording: false,
  caller: { zh: '演示县统计调查中心', en: 'the Demonstration County survey centre' },
  consentText: { zh: '参加与否由您决定。', en: 'Taking part is up to you.' },
};

export interface Call {
  session: KeypadSession;
  answers: Answers;
  step: Step;
  last: KeypadAdvance;
  now: number;
}

export const wordsOf = (step: Step): string =>
  step.prompts.map((prompt) => ('say' in prompt ? prompt.say : prompt.audio)).join('');

export const tokenOf = ({ next }: Step): string => ('token' in next ? next.token : 'none');

/** Places a call: the session is stored as JSON between two steps, as the database stores it. */
export function dial(
  compiled: CompiledPlan,
  options: Partial<KeypadOptions> = {},
  earlier: { readonly session: KeypadSession; readonly answers: Answers } | null = null,
  voice: Voice = NO_VOICE,
) {
  const started = startKeypad({ ...OPTIONS, ...options }, earlier?.session ?? null);
  const call: Call = { ...advance(compiled, started, earlier?.answers ?? {}, 'begin', 1000, voice), now: 1000 };
  return {
    call,
    /** Presses keys under the current token, or under another one. */
    press(digits: string, { token = tokenOf(call.step), afterMs = 5000 } = {}): Call {
      call.now += afterMs;
      return Object.assign(call, advance(compiled, call.session, call.answers, { token, digits }, call.now, voice));
    },
    /** Presses one sequence of keys after another. */
    pressAll(...all: readonly string[]): Call {
      for (const digits of all) this.press(digits);
      return call;
    },
    words: () => wordsOf(call.step),
    place: () => (call.session.at.t === 'question' ? call.session.at.code : call.session.at.t),
  };
}

function advance(
  compiled: CompiledPlan,
  session: KeypadSession,
  answers: Answers,
  input: Parameters<typeof advanceKeypad>[3],
  at: number,
  voice: Voice,
): Omit<Call, 'now'> {
  const last = advanceKeypad(compiled, session, answers, input, at, voice);
  const given = Object.entries(last.given).flatMap(([code, answer]) => (answer === null ? [] : [[code, answer]]));
  return {
    last,
    step: last.step,
    session: JSON.parse(JSON.stringify(last.session)),
    answers: { ...answers, ...Object.fromEntries(given) },
  };
}
