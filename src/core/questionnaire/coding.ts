import type { IndicatorDefinition, Sex } from '../indicators/types.ts';
import type { Text } from '../text.ts';
import { type Condition, compileCondition } from './condition.ts';
import type { Answer, Answers, Plan } from './plan.ts';

/** The outcome of an indicator nobody asked this respondent about; always classified `not-asked`, outside every base. */
export const NOT_ASKED = 'NA';

/** How an indicator's outcome is read from the answers. */
export type Coding =
  /** The outcome is the choice of one single question. */
  | { readonly from: 'question'; readonly question: string }
  /** The outcome of the first rule that holds; none: `NA`. */
  | { readonly from: 'rules'; readonly rules: readonly { readonly outcome: string; readonly when: Condition }[] }
  /** `yes` or `no` for one choice of a multiple question, or the kind of its non-answer. */
  | { readonly from: 'choice'; readonly question: string; readonly choice: string };

export interface CodedIndicator extends IndicatorDefinition {
  readonly coding: Coding;
}

/** A survey's indicators as frozen with its version: what counts, on which base, in which series. Plain JSON. */
export interface IndicatorSet {
  readonly survey: string;
  /** The series 口径序列 whose waves may be compared with one another. */
  readonly series: { readonly code: string; readonly title: Text };
  readonly headline: readonly string[];
  readonly indicators: readonly CodedIndicator[];
}

export interface CodedOutcome {
  readonly indicator: string;
  readonly outcome: string;
}

export interface CodedResponse {
  readonly outcomes: readonly CodedOutcome[];
  readonly sex: Sex;
  /** One of the plan's bands, or `unknown`. */
  readonly ageBand: string;
}

export interface CompiledCoding {
  readonly code: (answers: Answers) => CodedResponse;
}

/** Makes a survey's coding ready for speed: compile once per published version and keep it. */
export function compileCoding(set: IndicatorSet, plan: Plan): CompiledCoding {
  const indicators = set.indicators.map(({ code, coding }) => ({ code, read: compileOutcome(coding, plan) }));
  const readSex = compileSex(plan);
  const readAgeBand = compileAgeBand(plan);
  return {
    code: (answers) => ({
      outcomes: indicators.map(({ code, read }) => ({ indicator: code, outcome: read(answers) })),
      sex: readSex(answers),
      ageBand: readAgeBand(answers),
    }),
  };
}

/** Answers → outcomes. Pass the answers of a finished interview: those to hidden questions must be gone. */
export function codeResponse(coding: CompiledCoding, answers: Answers): CodedResponse {
  return coding.code(answers);
}

function compileOutcome(coding: Coding, plan: Plan): (answers: Answers) => string {
  switch (coding.from) {
    case 'question':
      return (answers) => {
        const answer = answers[coding.question];
        return typeof answer === 'string' ? answer : NOT_ASKED;
      };
    case 'rules': {
      const rules = coding.rules.map(({ outcome, when }) => ({ outcome, holds: compileCondition(when) }));
      return (answers) => rules.find(({ holds }) => holds(answers))?.outcome ?? NOT_ASKED;
    }
    case 'choice': {
      const question = plan.questions.find(({ code }) => code === coding.question);
      const nonAnswers = new Map<string, string>(
        question?.choices
          .filter(({ kind }) => kind === 'dont-know' || kind === 'refused')
          .map(({ code, kind }) => [code, kind]),
      );
      return (answers) => {
        const ticks = answers[coding.question];
        if (typeof ticks !== 'object') return NOT_ASKED;
        if (ticks.includes(coding.choice)) return 'yes';
        return nonAnswers.get(ticks[0] ?? '') ?? 'no';
      };
    }
  }
}

function compileSex(plan: Plan): (answers: Answers) => Sex {
  const code = plan.questions.find(({ role }) => role === 'sex')?.code;
  return (answers) => {
    const answer = code === undefined ? undefined : answers[code];
    return answer === 'male' || answer === 'female' ? answer : 'unknown';
  };
}

function compileAgeBand(plan: Plan): (answers: Answers) => string {
  const code = plan.questions.find(({ role }) => role === 'age')?.code;
  const bands = plan.ageBands.map((label) => ({ label, ...readBand(label) }));
  const findBand = (answer: Answer | undefined): string | undefined =>
    typeof answer === 'number'
      ? bands.find(({ from, to }) => answer >= from && answer <= to)?.label
      : bands.find(({ label }) => label === answer)?.label;
  return (answers) => (code === undefined ? undefined : findBand(answers[code])) ?? 'unknown';
}

export function readBand(label: string): { from: number; to: number } {
  const [from, to] = label.split('-');
  return { from: Number.parseInt(from ?? '', 10), to: to === undefined ? Number.POSITIVE_INFINITY : Number(to) };
}
