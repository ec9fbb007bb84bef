/** Signs in an interviewer's interview that a second person should listen to. Never a verdict. */

export type InterviewFlag = 'fast' | 'straight-line';

/** Nobody reads a question aloud and hears the answer in less. */
const FEWEST_MS_PER_QUESTION = 2_500;
/** Compared with the usual length only where that is known from this many interviews. */
const FEWEST_INTERVIEWS = 20;
const FAST_SHARE = 0.4;
/** Fewer opinions say nothing about a habit. */
const FEWEST_OPINIONS = 5;

export function flagInterview({
  durationMs,
  questions,
  opinions,
  usual,
}: {
  readonly durationMs: number;
  readonly questions: number;
  /** The position of the chosen option in each question of opinion with one scale. */
  readonly opinions: readonly number[];
  /** The median length of the wave's interviews in this mode, and how many they are. */
  readonly usual: { readonly medianMs: number; readonly interviews: number } | null;
}): readonly InterviewFlag[] {
  const isFast =
    (questions > 0 && durationMs < questions * FEWEST_MS_PER_QUESTION) ||
    (usual !== null && usual.interviews >= FEWEST_INTERVIEWS && durationMs < FAST_SHARE * usual.medianMs);
  const isStraight = opinions.length >= FEWEST_OPINIONS && new Set(opinions).size === 1;
  return [...(isFast ? (['fast'] as const) : []), ...(isStraight ? (['straight-line'] as const) : [])];
}
