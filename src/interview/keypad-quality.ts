import type { CompiledPlan } from '../core/questionnaire/gate.ts';
import type { Answers } from '../core/questionnaire/plan.ts';
import { closePartial } from '../core/sample/dispositions.ts';
import { placeName } from './keypad-script.ts';
import type { AskedPrompt, KeypadParadata, KeypadSession } from './keypad-session.ts';
import { finishInterview, followPlan } from './session.ts';
import type { Step } from './step.ts';

/** Speaking time of one sign: four to five Chinese syllables a second, some fifteen Latin letters. */
const HAN_MS = 210;
const OTHER_MS = 65;
/** Nobody hears a question and answers it within this time from its beginning. */
const TOO_FAST_MS = 700;
/** Fewer answers, or questions with fewer options, say nothing about a habit. */
const FEWEST_OPINIONS = 4;
const FEWEST_OPTIONS = 3;
const FEWEST_FAST = 3;

export type KeypadFlag = 'fast' | 'straight-line' | 'all-ones';

/** How long the prompts of a step take: recordings as long as they are, spoken words about as long as they take to say. */
export function speechMs({ prompts }: Step): number {
  let total = 0;
  for (const prompt of prompts) {
    if ('audio' in prompt) total += prompt.ms;
    else {
      const han = prompt.say.match(/\p{Script=Han}/gu)?.length ?? 0;
      total += han * HAN_MS + (prompt.say.length - han) * OTHER_MS;
    }
  }
  return total;
}

export function noteAsked(step: Step, at: number): AskedPrompt {
  return {
    at,
    promptMs: speechMs(step),
    basis: step.prompts.every((prompt) => 'audio' in prompt) ? 'recording' : 'estimate',
    mayInterrupt: step.next.t === 'gather' && step.next.bargeIn,
  };
}

/** What came of a prompt, for the interview's paradata. */
export function measurePrompt(session: KeypadSession, result: KeypadParadata['result'], at: number): KeypadParadata {
  const asked = session.asked ?? { at, promptMs: 0, basis: 'estimate', mayInterrupt: false };
  const elapsedMs = Math.max(0, at - asked.at);
  return {
    attempt: session.options.attempt,
    place: placeName(session),
    visit: session.visit,
    askedAt: asked.at,
    elapsedMs,
    basis: asked.basis,
    playedMs: Math.min(elapsedMs, asked.promptMs),
    latencyMs: Math.max(0, elapsedMs - asked.promptMs),
    bargeIn: asked.mayInterrupt && elapsedMs < asked.promptMs,
    repeats: session.repeats,
    result,
  };
}

/** Whether these keys gave an answer. */
export const isAnswer = ({ result }: KeypadParadata): boolean => result === 'answer' || result === 'confirmed';

/**
 * Signs that somebody pressed keys without listening; for the re-listen queue, never a verdict. What is fast goes by
 * measured times alone, from the beginning of a question that was heard for the first time: who has it repeated, or
 * agrees to what is read back, knows what comes.
 */
export function flagKeypad(compiled: CompiledPlan, session: KeypadSession, given: Answers): readonly KeypadFlag[] {
  const { asked, answers } = followPlan(compiled, given);
  const heard = new Set<string>();
  const answered = session.paradata.filter(({ attempt, place, result }) => {
    const isFirst = !heard.has(`${attempt} ${place}`);
    heard.add(`${attempt} ${place}`);
    return isFirst && (result === 'answer' || result === 'entered');
  });
  const fast = answered.filter(({ elapsedMs }) => elapsedMs < TOO_FAST_MS).length;
  // Scales only: nothing is odd about a woman from a town who is of the first age band.
  const keys = asked.flatMap(({ question: { code, type, role, choices } }) => {
    const isScale = type === 'single' && role === null;
    if (!isScale || choices.filter(({ kind }) => kind === 'answer').length < FEWEST_OPTIONS) return [];
    return choices.find((choice) => choice.code === answers[code])?.key ?? [];
  });
  const alike = keys.length >= FEWEST_OPINIONS && new Set(keys).size === 1;
  return [
    ...(fast >= FEWEST_FAST && fast * 2 >= answered.length ? (['fast'] as const) : []),
    ...(alike ? (['straight-line'] as const) : []),
    ...(alike && keys[0] === '1' ? (['all-ones'] as const) : []),
  ];
}

/** What the answers amount to when the line falls: after the one rule for all channels, and whether they are enough. */
export function closeKeypad(
  compiled: CompiledPlan,
  given: Answers,
): { readonly disposition: string; readonly enough: boolean } {
  const { disposition, answers, missing } = finishInterview(compiled, given);
  if (missing.length === 0) return { disposition, enough: disposition === '1.1' };
  const core = followPlan(compiled, answers).asked.filter(({ question }) => question.required).length;
  return closePartial(core - missing.length, core);
}
