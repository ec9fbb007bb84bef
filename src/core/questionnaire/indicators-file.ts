import type { Problem } from '../errors.ts';
import { type Classification, type Denominator, DISPOSITION } from '../indicators/types.ts';
import type { Text } from '../text.ts';
import { type CodedIndicator, type Coding, type IndicatorSet, NOT_ASKED } from './coding.ts';
import { questionsIn } from './condition.ts';
import type { Choice, ChoiceKind, Plan, Question } from './plan.ts';
import { isRecord, type Properties } from './properties.ts';
import { resolveCondition } from './resolve.ts';

const CLASSIFICATIONS: readonly Classification[] = ['positive', 'negative', 'dont-know', 'refused', 'not-asked'];
const DENOMINATORS: readonly Denominator[] = ['all-eligible', 'took-a-position'];
const PER_CHOICE: Readonly<Record<string, Classification>> = {
  yes: 'positive',
  no: 'negative',
  'dont-know': 'dont-know',
  refused: 'refused',
};
/** Non-answers must be counted as what they are: a “don't know” that counts as satisfied is not an opinion. */
const NON_ANSWER: Readonly<Partial<Record<ChoiceKind, Classification>>> = {
  'dont-know': 'dont-know',
  refused: 'refused',
};

export interface ParsedIndicators {
  /** Null when anything is wrong. */
  readonly set: IndicatorSet | null;
  readonly problems: readonly Problem[];
}

interface Context {
  readonly plan: Plan;
  readonly questions: ReadonlyMap<string, Question>;
  readonly problems: Problem[];
}

/** Reads `*.indicators.json` and fits it to the questionnaire: every outcome that can occur is classified, and nothing else. */
export function parseIndicators(json: unknown, plan: Plan): ParsedIndicators {
  const problems: Problem[] = [];
  const context: Context = { plan, questions: new Map(plan.questions.map((q) => [q.code, q])), problems };
  if (!isRecord(json)) return { set: null, problems: [shape('$', '{ … }')] };
  const survey = readString(json, 'survey', '$', problems);
  if (survey !== plan.code) problems.push({ code: 'INDICATORS_SURVEY', details: { survey, plan: plan.code } });
  const series = isRecord(json.series) ? json.series : {};
  const entries = Array.isArray(json.indicators) ? json.indicators : [];
  if (entries.length === 0) problems.push(shape('indicators', '[ { … } ]'));
  const indicators = entries.flatMap((entry, index) => readIndicator(entry, `indicators[${index}]`, context));
  const codes = indicators.map(({ code }) => code);
  for (const code of new Set(codes.filter((code, index) => codes.indexOf(code) !== index || code === DISPOSITION)))
    problems.push({ code: 'INDICATOR_DUPLICATE', details: { indicator: code } });
  const set: IndicatorSet = {
    survey,
    series: { code: readString(series, 'code', 'series', problems), title: readTitle(series, 'series', problems) },
    headline: readHeadline(json.headline, indicators, context),
    indicators,
  };
  return { set: problems.length === 0 ? set : null, problems };
}

/** The questions an indicator is read from. */
export function questionsOf(coding: Coding): string[] {
  return coding.from === 'rules'
    ? [...new Set(coding.rules.flatMap(({ when }) => questionsIn(when)))]
    : [coding.question];
}

function readIndicator(entry: unknown, place: string, context: Context): CodedIndicator[] {
  const { problems } = context;
  if (!isRecord(entry)) {
    problems.push(shape(place, '{ … }'));
    return [];
  }
  const code = readString(entry, 'code', place, problems);
  if (!/^[a-z][a-z0-9._-]{0,59}$/.test(code)) problems.push(shape(`${place}.code`, 'a-z 0-9 . _ -'));
  const title = readTitle(entry, place, problems);
  const denominator = DENOMINATORS.find((name) => name === (entry.denominator ?? 'all-eligible'));
  if (!denominator) problems.push(shape(`${place}.denominator`, DENOMINATORS.join(' / ')));
  const base = { title, denominator: denominator ?? 'all-eligible' };
  if (typeof entry.perChoice === 'string') return expandChoices(code, entry.perChoice, base, context);
  const coding = readCoding(code, entry, place, context);
  if (!coding) return [];
  const outcomes = readOutcomes(entry, place, problems);
  checkOutcomes(code, coding, outcomes, context);
  const scores = readScores(code, entry.scores, outcomes, problems);
  return [{ code, ...base, outcomes: { ...outcomes, [NOT_ASKED]: 'not-asked' }, ...(scores && { scores }), coding }];
}

/** One indicator per substantive choice of a multiple question: `channels.tv-radio`. */
function expandChoices(
  code: string,
  questionCode: string,
  base: { readonly title: Text; readonly denominator: Denominator },
  { questions, problems }: Context,
): CodedIndicator[] {
  const question = questions.get(questionCode);
  if (question?.type !== 'multiple') {
    problems.push(wrongQuestion(code, questionCode, 'multiple'));
    return [];
  }
  return question.choices
    .filter(({ kind }) => !(kind in NON_ANSWER))
    .map((choice) => ({
      code: `${code}.${choice.code}`,
      title: joinTitles(base.title, choice),
      denominator: base.denominator,
      outcomes: { ...PER_CHOICE, [NOT_ASKED]: 'not-asked' },
      coding: { from: 'choice', question: questionCode, choice: choice.code },
    }));
}

const joinTitles = (title: Text, choice: Choice): Text => ({
  zh: `${title.zh}：${choice.title.zh}`,
  en: `${title.en}: ${choice.title.en}`,
});

function readCoding(code: string, entry: Properties, place: string, context: Context): Coding | null {
  const { questions, problems } = context;
  if (typeof entry.question === 'string') {
    if (questions.get(entry.question)?.type === 'single') return { from: 'question', question: entry.question };
    problems.push(wrongQuestion(code, entry.question, 'single'));
    return null;
  }
  if (!Array.isArray(entry.rules) || entry.rules.length === 0) {
    problems.push(shape(place, '"question" / "rules" / "perChoice"'));
    return null;
  }
  const rules = entry.rules.flatMap((rule: unknown, index) => {
    const at = `${code}.rules[${index}]`;
    if (!isRecord(rule)) {
      problems.push(shape(at, '{ "outcome", "when" }'));
      return [];
    }
    const outcome = readString(rule, 'outcome', at, problems);
    const resolved = resolveCondition(readString(rule, 'when', at, problems), questions, at);
    problems.push(...resolved.problems);
    return resolved.condition ? [{ outcome, when: resolved.condition }] : [];
  });
  return { from: 'rules', rules };
}

function readOutcomes(entry: Properties, place: string, problems: Problem[]): Record<string, Classification> {
  const outcomes: Record<string, Classification> = {};
  for (const [outcome, value] of Object.entries(isRecord(entry.outcomes) ? entry.outcomes : {})) {
    const classification = CLASSIFICATIONS.find((name) => name === value);
    if (classification) outcomes[outcome] = classification;
    else problems.push(shape(`${place}.outcomes.${outcome}`, CLASSIFICATIONS.join(' / ')));
  }
  return outcomes;
}

function checkOutcomes(
  indicator: string,
  coding: Coding,
  outcomes: Readonly<Record<string, Classification>>,
  { questions, problems }: Context,
): void {
  const choices = coding.from === 'question' ? (questions.get(coding.question)?.choices ?? []) : [];
  const possible =
    coding.from === 'rules' ? coding.rules.map(({ outcome }) => outcome) : choices.map(({ code }) => code);
  for (const outcome of new Set(possible))
    if (!Object.hasOwn(outcomes, outcome)) problems.push({ code: 'UNMAPPED_CODE', details: { indicator, outcome } });
  for (const outcome of Object.keys(outcomes))
    if (outcome !== NOT_ASKED && !possible.includes(outcome))
      problems.push({ code: 'INDICATOR_OUTCOME', details: { indicator, outcome } });
  for (const { code: outcome, kind } of choices) {
    const classification = outcomes[outcome];
    const isNonAnswer = classification === 'dont-know' || classification === 'refused';
    if (
      classification !== undefined &&
      (NON_ANSWER[kind] ?? (isNonAnswer ? undefined : classification)) !== classification
    )
      problems.push({ code: 'INDICATOR_NON_ANSWER', details: { indicator, outcome, classification } });
  }
}

function readScores(
  indicator: string,
  value: unknown,
  outcomes: Readonly<Record<string, Classification>>,
  problems: Problem[],
): Record<string, number> | null {
  if (!isRecord(value)) return null;
  const scores: Record<string, number> = {};
  for (const [outcome, score] of Object.entries(value)) {
    const takesPosition = outcomes[outcome] === 'positive' || outcomes[outcome] === 'negative';
    if (takesPosition && typeof score === 'number' && score >= 0 && score <= 100) scores[outcome] = score;
    else problems.push({ code: 'INDICATOR_SCORE', details: { indicator, outcome, score: String(score) } });
  }
  return scores;
}

/** Headline rates rest on everybody eligible, so everybody must be asked. */
function readHeadline(value: unknown, indicators: readonly CodedIndicator[], context: Context): string[] {
  const { questions, problems } = context;
  const codes: unknown[] = Array.isArray(value) ? value : [];
  if (codes.length === 0) problems.push(shape('headline', '[ "awareness" ]'));
  return codes.flatMap((code) => {
    const indicator = indicators.find((candidate) => candidate.code === code);
    if (!indicator) {
      problems.push({ code: 'HEADLINE_UNKNOWN', details: { indicator: String(code) } });
      return [];
    }
    if (indicator.denominator !== 'all-eligible')
      problems.push({ code: 'HEADLINE_BASE', details: { indicator: indicator.code } });
    for (const question of questionsOf(indicator.coding))
      if (questions.get(question)?.visibleIf)
        problems.push({ code: 'HEADLINE_FILTERED', details: { indicator: indicator.code, question } });
    return [indicator.code];
  });
}

const shape = (place: string, expected: string): Problem => ({
  code: 'INDICATORS_SHAPE',
  details: { place, expected },
});
const wrongQuestion = (indicator: string, question: string, expected: string): Problem => ({
  code: 'INDICATOR_QUESTION',
  details: { indicator, question, expected },
});

function readString(source: Properties, name: string, place: string, problems: Problem[]): string {
  const value = source[name];
  if (typeof value === 'string' && value !== '') return value;
  problems.push(shape(`${place}.${name}`, '"…"'));
  return '';
}

function readTitle(source: Properties, place: string, problems: Problem[]): Text {
  const { title } = source;
  if (isRecord(title) && typeof title.zh === 'string' && typeof title.en === 'string')
    return { zh: title.zh, en: title.en };
  problems.push(shape(`${place}.title`, '{ "zh", "en" }'));
  return { zh: '', en: '' };
}
