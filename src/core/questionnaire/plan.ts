import type { Mode } from '../indicators/types.ts';
import type { Text } from '../text.ts';
import type { Condition } from './condition.ts';

/** `boolean` and `rating` questions of SurveyJS become `single`: on the phone they are nothing else. */
export type QuestionType = 'single' | 'multiple' | 'number' | 'text';

/** `none` is “none of these” of a multiple question; it and the two non-answers exclude every other tick. */
export const CHOICE_KINDS = ['answer', 'none', 'other', 'dont-know', 'refused'] as const;
export type ChoiceKind = (typeof CHOICE_KINDS)[number];

/** What a question is for, besides its indicator. Screeners decide eligibility; integrity asks about coaching. */
export const ROLES = ['screener', 'sex', 'age', 'integrity'] as const;
export type Role = (typeof ROLES)[number];

export interface Choice {
  readonly code: string;
  readonly title: Text;
  /** What the phone says; null: the title is said. */
  readonly spoken: Text | null;
  /**
   * The digit on the keypad. Null only for “don't know” and “refused” of a multiple question, whose ten digits may be
   * used up: there `#` without any digit is recorded as “don't know”.
   */
  readonly key: string | null;
  readonly kind: ChoiceKind;
}

/** A question is the same for every channel; properties that its type does not have are null. */
export interface Question {
  readonly code: string;
  readonly type: QuestionType;
  readonly title: Text;
  readonly help: Text | null;
  /** For the interviewer only, e.g. “do not read the options out”. */
  readonly note: Text | null;
  /** The prompt of the keypad interview. */
  readonly spoken: Text | null;
  readonly required: boolean;
  /** Empty unless single or multiple. */
  readonly choices: readonly Choice[];
  readonly min: number | null;
  readonly max: number | null;
  readonly minChoices: number | null;
  readonly maxChoices: number | null;
  readonly maxLength: number | null;
  /** Null: everybody is asked. Looks back only: a plan is walked once, from the first question to the last. */
  readonly visibleIf: Condition | null;
  readonly role: Role | null;
  /** The substantive options are read in reverse to a random half; “don't know” and “refused” stay last. */
  readonly reversible: boolean;
}

/** The legal marks of a survey form 法定标识, printed on every questionnaire. */
export interface Approval {
  /** 表号 */
  readonly formNumber: string;
  /** 制定机关 */
  readonly authority: string;
  /** 批准文号 */
  readonly number: string;
  /** 有效期至, the last valid day, `YYYY-MM-DD`. */
  readonly validUntil: string;
  /** A made-up approval for the demonstration: never for a real survey. */
  readonly demonstration: boolean;
}

/** Ends the interview at once when its condition holds, e.g. 4.70 no eligible respondent. */
export interface ScreenOut {
  readonly when: Condition;
  readonly disposition: string;
}

/** A published questionnaire: flat, plain JSON, frozen in the database. Every channel walks the same plan. */
export interface Plan {
  readonly code: string;
  readonly title: Text;
  /** The channels it is meant for; what one of them cannot do is refused at publication. */
  readonly modes: readonly Mode[];
  readonly minutes: number;
  readonly approval: Approval | null;
  readonly intro: Text;
  readonly thanks: Text;
  /** Labels such as `18-29` and `60+`, in order; an age outside them is `unknown`. */
  readonly ageBands: readonly string[];
  readonly questions: readonly Question[];
  readonly screenOuts: readonly ScreenOut[];
}

export type Answer = string | number | readonly string[];

/** Question code → answer. Codes never collide with names every object has (`parse.ts` sees to it). */
export type Answers = Readonly<Record<string, Answer>>;
