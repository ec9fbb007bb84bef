import type { CompiledPlan } from '../core/questionnaire/gate.ts';
import type { Answers } from '../core/questionnaire/plan.ts';
import { closePartial } from '../core/sample/dispositions.ts';
import type { KeypadParadata, KeypadSession } from './keypad.ts';
import { placeName, renderStep } from './keypad-script.ts';
import { finishInterview, followPlan } from './session.ts';
import type { Step } from './step.ts';

/** Speaking time of one sign: four to five Chinese syllables a second, some fifteen Latin letters. */
const HAN_MS = 210;
const OTHER_MS = 65;
/** Nobody hears a question and answers it within this time. */
const TOO_FAST_MS = 700;
/** Fewer answers, or questions with fewer options, say nothing about a habit. */
const FEWEST_OPINIONS = 4;
const FEWEST_OPTIONS = 3;
const FEWEST_FAST = 3;

export type KeypadFlag = 'fast' | 'straight-line' | 'all-ones';

/** About how long the prompts of a step take to say; recorded speech is not counted. */
export function estimateSpeechMs({ prompts }: Step): number {
  let total = 0;
  for (const prompt of prompts)
    if ('say' in prompt) {
      const han = prompt.say.match(/\p{Script=Han}/gu)?.length ?? 0;
      total += han * HAN_MS + (prompt.say.length - han) * OTHER_MS;
    }
  return total;
}

/** What came of a prompt, for the interview's paradata. */
export function measurePrompt(
  compiled: CompiledPlan,
  session: KeypadSession,
  result: KeypadParadata['result'],
  at: number,
): KeypadParadata {
  const askedAt = session.askedAt ?? at;
  const elapsedMs = Math.max(0, at - askedAt);
  const speechMs = estimateSpeechMs(renderStep(compiled, session));
  return {
    attempt: session.options.attempt,
    place: placeName(session),
    visit: session.visit,
    askedAt,
    elapsedMs,
    playedMs: Math.min(elapsedMs, speechMs),
    latencyMs: Math.max(0, elapsedMs - speechMs),
    bargeIn: elapsedMs < speechMs,
    repeats: session.repeats,
    result,
  };
}

/** Signs that somebody pressed keys without listening; for the re-listen queue, never a verdict. */
export function flagKeypad(compiled: CompiledPlan, session: KeypadSession, given: Answers): readonly KeypadFlag[] {
  const { asked, answers } = followPlan(compiled, given);
  const answered = session.paradata.filter(({ result }) => result === 'answer');
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
