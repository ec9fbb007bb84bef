import { readFileSync } from 'node:fs';
import { type CompiledPlan, compilePlan } from '../../src/core/questionnaire/gate.ts';
import type { Answer, Answers, Question } from '../../src/core/questionnaire/plan.ts';
import { planOf } from '../core/questionnaire/example.ts';

const shipped = (code: string): CompiledPlan =>
  compilePlan(planOf(JSON.parse(readFileSync(`surveys/${code}.json`, 'utf8'))));
export const saohei = shipped('saohei-county');
export const peace = shipped('peace-five');
export const industries = shipped('industries-twelve');

/** Answers in the order of keys: one group of keys per question that is asked. */
export function inOrder(keys: string): (question: Question) => string {
  const given = new Map<string, string>();
  const waiting = keys.split(' ');
  return ({ code }) => {
    const own = given.get(code) ?? waiting.shift() ?? '';
    given.set(code, own);
    return own;
  };
}

/** The keys of an answer; null for “refused” where the ten digits are used up and no key is left for it. */
export function keysOfAnswer(question: Question, answer: Answer | undefined): string | null {
  if (typeof answer === 'number') return `${answer}#`;
  const keyOf = (code: string): string | null => question.choices.find((choice) => choice.code === code)?.key ?? null;
  if (typeof answer === 'string') return keyOf(answer);
  const keys = (answer ?? []).toReversed().map(keyOf);
  if (!keys.includes(null)) return `${keys.join('')}#`;
  return question.choices.find(({ code }) => code === answer?.[0])?.kind === 'dont-know' ? '#' : null;
}

export interface Respondent {
  readonly who: string;
  readonly plan: CompiledPlan;
  /** Digits alone, question by question. */
  readonly keys: string;
  readonly disposition: string;
  readonly answers: Answers;
}

export const RESPONDENTS: readonly Respondent[] = [
  {
    who: 'a woman who feels safe and knows the campaign',
    plan: saohei,
    keys: '1 1 2 3 2 2 1 2# 1 12# 24# 1 2 2',
    disposition: '1.1',
    answers: {
      adult: '1',
      resident: '1',
      sex: 'female',
      age: '40-49',
      area: 'rural',
      safety: '2',
      trend: '1',
      heard: ['gangs'],
      awareness: '1',
      reporting: ['online', 'call-110'],
      channels: ['wechat-video', 'leaflet'],
      recognition: '1',
      disputes: '2',
      coached: '2',
    },
  },
  {
    who: 'a man who feels unsafe and would rather not say much',
    plan: saohei,
    keys: '1 1 1 5 1 5 326# 3 7# 0 0# # 9 0 1',
    disposition: '1.1',
    answers: {
      adult: '1',
      resident: '1',
      sex: 'male',
      age: '60+',
      area: 'urban',
      safety: '5',
      problems: ['fraud', 'gangs', 'fights'],
      trend: '3',
      heard: ['none'],
      awareness: '8',
      reporting: ['8'],
      channels: ['dont-know'],
      recognition: '9',
      disputes: '8',
      coached: '1',
    },
  },
  {
    who: 'a caller who is under age',
    plan: saohei,
    keys: '2',
    disposition: '4.70',
    answers: { adult: '2' },
  },
  {
    who: 'a contented resident who gives no age',
    plan: peace,
    keys: '1 1 2 9 2 1 1 2 2 1 2',
    disposition: '1.1',
    answers: {
      adult: '1',
      resident: '1',
      sex: 'female',
      age: 'refused',
      area: 'rural',
      safety: '1',
      order: '1',
      justice: '2',
      awareness: '2',
      participation: '1',
      coached: '2',
    },
  },
  {
    who: 'a visitor',
    plan: peace,
    keys: '1 2',
    disposition: '4.10',
    answers: { adult: '1', resident: '2' },
  },
  {
    who: 'somebody with an opinion on some trades',
    plan: industries,
    keys: '1 1 1 2 1 3 0 2 8 4 2 5 3 1 2 9 2 3 8',
    disposition: '1.1',
    answers: {
      adult: '1',
      resident: '1',
      sex: 'male',
      age: '30-39',
      area: 'urban',
      overall: '3',
      mining: '8',
      environment: '2',
      lending: '8',
      construction: '4',
      transport: '2',
      markets: '5',
      internet: '3',
      tourism: '1',
      'education-health': '2',
      housing: '9',
      'public-order': '2',
      countryside: '3',
      coached: '8',
    },
  },
];
