import type { Problem } from '../core/errors.ts';
import type { CompiledPlan } from '../core/questionnaire/gate.ts';
import type { Question } from '../core/questionnaire/plan.ts';
import { type Details, fill, LANGS, type Lang, type Text } from '../core/text.ts';
import type { KeypadEnd, KeypadSession } from './keypad.ts';
import { keysOf } from './keys.ts';
import { PHRASES, type Phrase } from './phrases.ts';
import { orderChoices } from './session.ts';
import type { Prompt, Step } from './step.ts';

/** Silence allowed after the prompt, and between two keys. */
const SILENCE_MS = 5000;

const GOODBYE: Readonly<Record<KeypadEnd['reason'], Phrase>> = {
  complete: 'goodbye',
  screened: 'screened',
  later: 'later',
  never: 'never',
  declined: 'declined',
  'no-response': 'noResponse',
  'gave-up': 'gaveUp',
};

/** A fixed sentence in both languages with its gaps filled; a detail that is a `Text` comes in the sentence's language. */
export function phrase(name: Phrase, details: Readonly<Record<string, Text | string | number>> = {}): Text {
  const fillIn = (lang: Lang): string => {
    const own: Details = Object.fromEntries(
      Object.entries(details).map(([key, value]) => [key, typeof value === 'object' ? value[lang] : value]),
    );
    return fill(PHRASES[name][lang], own);
  };
  return { zh: fillIn('zh'), en: fillIn('en') };
}

/** Says one fixed sentence and hangs up. */
export function sayGoodbye(name: Phrase, lang: Lang): Step {
  return { prompts: [{ say: PHRASES[name][lang], lang }], next: { t: 'hangup', reason: name } };
}

/** The language that a respondent may change to; null when the questionnaire speaks only one. */
export function otherLanguage({ plan }: CompiledPlan, lang: Lang): Lang | null {
  const translated = plan.questions.every(({ title, spoken }) => (spoken ?? title).zh !== (spoken ?? title).en);
  return translated ? (LANGS.find((other) => other !== lang) ?? null) : null;
}

/** The name of the step's place: a question's code, or the step in capitals, which no code is written in. */
export function placeName({ at }: KeypadSession): string {
  return at.t === 'question' || at.t === 'confirm' ? at.code : at.t.toUpperCase();
}

/** Names this step of this session; keys under any other token come too late. */
export function tokenOf(session: KeypadSession): string {
  return `${session.options.attempt}.${placeName(session)}.${session.visit}`;
}

/** The current step as a function of the session alone: the same request twice gives the same words. */
export function renderStep(compiled: CompiledPlan, session: KeypadSession): Step {
  const { at, lang } = session;
  const lead = session.lead ? [session.lead] : [];
  switch (at.t) {
    case 'intro':
      return menu(session, [...lead, ...greet(compiled, session)], introKeys(compiled, lang), {
        bargeIn: true,
        after: sayOtherLanguage(compiled, lang),
      });
    case 'consent':
      return menu(session, [...lead, session.options.consentText, PHRASES.consent], '12*', { bargeIn: false });
    case 'recording':
      return menu(session, [...lead, PHRASES.recording], '12*', { bargeIn: false });
    case 'confirm':
      return menu(session, [...lead, phrase('readBack', { value: at.value })], '12*', { bargeIn: true });
    case 'question': {
      const question = compiled.find.get(at.code)?.question;
      if (!question) throw new RangeError(`question ${at.code}`);
      return ask(session, question, lead);
    }
    case 'ended': {
      const words =
        at.end.reason === 'complete' ? [compiled.plan.thanks, PHRASES.goodbye] : [PHRASES[GOODBYE[at.end.reason]]];
      return { prompts: say(words, lang), next: { t: 'hangup', reason: at.end.reason } };
    }
  }
}

/** The keys of the first menu. */
export function introKeys(compiled: CompiledPlan, lang: Lang): string {
  return otherLanguage(compiled, lang) ? '1293*' : '129*';
}

function greet({ plan }: CompiledPlan, { options, resumed }: KeypadSession): Text[] {
  const details = { caller: options.caller, title: plan.title, minutes: plan.minutes };
  const greeting = options.direction === 'in' ? 'greetingCallIn' : 'greeting';
  return [phrase(resumed ? 'greetingBack' : greeting, details), PHRASES[resumed ? 'goOn' : 'start']];
}

/** Offered in the language it offers. */
function sayOtherLanguage(compiled: CompiledPlan, lang: Lang): Prompt[] {
  const other = otherLanguage(compiled, lang);
  return other ? [{ say: PHRASES.otherLanguage[other], lang: other }] : [];
}

function ask(session: KeypadSession, question: Question, lead: readonly Text[]): Step {
  const prompts = say([...lead, question.spoken ?? question.title, ...readOptions(session, question)], session.lang);
  const wide = question.type !== 'single';
  // Carriers swallow a terminator that no digit comes before. Where it is an answer of its own it must be a key like
  // others, at the price of some silence before the keys are sent.
  const hashAnswers = question.choices.some(({ kind, key }) => kind === 'dont-know' && key === null);
  return {
    prompts,
    next: {
      t: 'gather',
      min: 1,
      max: longestInput(question) + (hashAnswers ? 1 : 0),
      keys: `${keysOf(question)}*`,
      timeoutMs: SILENCE_MS,
      terminator: wide && !hashAnswers ? '#' : null,
      bargeIn: true,
      token: tokenOf(session),
    },
  };
}

/** “很满意请按1，比较满意请按2……”: the option before the key, in this respondent's order. */
function readOptions({ options }: KeypadSession, question: Question): Text[] {
  if (question.type === 'number') {
    const noughtRefuses = (question.min ?? 0) > 0;
    return noughtRefuses ? [PHRASES.hash, PHRASES.refuseNumber] : [PHRASES.hash];
  }
  const spoken = orderChoices(question, options.reversed).flatMap(({ title, spoken: words, key }) =>
    key === null ? [] : [phrase('option', { option: words ?? title, key })],
  );
  const join = (lang: Lang): string =>
    `${spoken.map((text) => text[lang]).join(PHRASES.optionsJoin[lang])}${PHRASES.optionsEnd[lang]}`;
  return spoken.length === 0 ? [] : [{ zh: join('zh'), en: join('en') }];
}

function longestInput({ type, choices, max }: Question): number {
  if (type === 'number') return String(max ?? 0).length;
  return type === 'multiple' ? choices.filter(({ key }) => key !== null).length : 1;
}

function menu(
  session: KeypadSession,
  words: readonly Text[],
  keys: string,
  { bargeIn, after = [] }: { readonly bargeIn: boolean; readonly after?: readonly Prompt[] },
): Step {
  return {
    prompts: [...say(words, session.lang), ...after],
    next: {
      t: 'gather',
      min: 1,
      max: 1,
      keys,
      timeoutMs: SILENCE_MS,
      terminator: null,
      bargeIn,
      token: tokenOf(session),
    },
  };
}

const say = (words: readonly Text[], lang: Lang): Prompt[] => words.map((text) => ({ say: text[lang], lang }));

/** What is wrong with the keys, as it is said before the question is asked again. */
export function explainProblem(
  { code, details }: Problem,
  { choices, minChoices, maxChoices, min, max }: Question,
): Text {
  switch (code) {
    case 'ANSWER_EXCLUSIVE':
      return PHRASES.notTogether;
    case 'ANSWER_TOO_MANY':
      return phrase('tooMany', { limit: maxChoices ?? choices.length });
    case 'ANSWER_TOO_FEW':
      return phrase('tooFew', { limit: minChoices ?? 1 });
    case 'ANSWER_RANGE':
      return phrase('outOfRange', { min: min ?? 0, max: max ?? 0 });
    default:
      return details.value === '0' ? PHRASES.mustAnswer : PHRASES.noSuchOption;
  }
}
