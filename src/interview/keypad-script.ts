import type { Problem } from '../core/errors.ts';
import type { CompiledPlan } from '../core/questionnaire/gate.ts';
import type { Answer, Choice, Question } from '../core/questionnaire/plan.ts';
import { type Details, fill, LANGS, type Lang, type Text } from '../core/text.ts';
import type { KeypadEnd, KeypadSession } from './keypad-session.ts';
import { keysOf } from './keys.ts';
import { PHRASES, type Phrase } from './phrases.ts';
import { orderChoices } from './session.ts';
import { NO_VOICE, type Prompt, type Step, type Voice } from './step.ts';

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
export function sayGoodbye(name: Phrase, lang: Lang, voice: Voice = NO_VOICE): Step {
  return { prompts: say([PHRASES[name]], lang, voice), next: { t: 'hangup', reason: name } };
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

/**
 * The current step as a function of the session, and of what was recorded of it: the same request twice gives the same
 * words.
 */
export function renderStep(compiled: CompiledPlan, session: KeypadSession, voice: Voice = NO_VOICE): Step {
  const { at, lang } = session;
  const speak = (...words: readonly Text[]): Prompt[] => say(words, lang, voice);
  const lead = session.lead ? speak(session.lead) : [];
  const menu = (prompts: readonly Prompt[], keys: string, bargeIn: boolean): Step => ({
    prompts: [...lead, ...prompts],
    next: {
      ...{ t: 'gather', min: 1, max: 1, keys, timeoutMs: SILENCE_MS, terminator: null, bargeIn },
      token: tokenOf(session),
    },
  });
  switch (at.t) {
    case 'intro': {
      const other = otherLanguage(compiled, lang);
      // Offered in the language it offers.
      const offer = other ? say([PHRASES.otherLanguage], other, voice) : [];
      return menu([...speak(...greet(compiled, session)), ...offer], introKeys(compiled, lang), true);
    }
    case 'consent':
      return menu(speak(session.options.consentText, PHRASES.consent), '12*', false);
    case 'recording':
      return menu(speak(PHRASES.recording), '12*', false);
    case 'confirm': {
      const value = readBack(questionOf(compiled, at.code), at.value, lang, voice);
      const confirm = typeof at.value === 'number' ? PHRASES.confirmNumber : PHRASES.confirmChoices;
      return menu([...value, ...speak(confirm)], '12*', true);
    }
    case 'question':
      return ask(session, questionOf(compiled, at.code), lead, voice);
    case 'ended': {
      const words =
        at.end.reason === 'complete' ? [compiled.plan.thanks, PHRASES.goodbye] : [PHRASES[GOODBYE[at.end.reason]]];
      return { prompts: speak(...words), next: { t: 'hangup', reason: at.end.reason } };
    }
  }
}

function questionOf(compiled: CompiledPlan, code: string): Question {
  const question = compiled.find.get(code)?.question;
  if (!question) throw new RangeError(`question ${code}`);
  return question;
}

/** The keys of the first menu. */
export function introKeys(compiled: CompiledPlan, lang: Lang): string {
  return otherLanguage(compiled, lang) ? '1293*' : '129*';
}

function greet({ plan }: CompiledPlan, { options, resumed }: KeypadSession): Text[] {
  const name = resumed ? 'greetingBack' : options.direction === 'in' ? 'greetingCallIn' : 'greeting';
  return [greeting(name, plan, options.caller), PHRASES[resumed ? 'goOn' : 'start']];
}

/** Who calls, why, and how long it takes. */
export function greeting(
  name: 'greeting' | 'greetingCallIn' | 'greetingBack',
  { title, minutes }: Pick<CompiledPlan['plan'], 'title' | 'minutes'>,
  caller: Text,
): Text {
  return phrase(name, { caller, title, minutes });
}

function ask(session: KeypadSession, question: Question, lead: readonly Prompt[], voice: Voice): Step {
  const { lang, options } = session;
  const prompts = [
    ...lead,
    ...say([question.spoken ?? question.title], lang, voice),
    ...sayList(null, sayableOptions(question, options.reversed).map(nameKey), lang, voice),
    ...say(numberHints(question), lang, voice),
  ];
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

/** The options that are read out, in this respondent's order. */
export const sayableOptions = (question: Question, reversed = false): readonly Choice[] =>
  orderChoices(question, reversed).filter(({ key }) => key !== null);

/** The option before its key: “很满意请按1”. */
export const nameKey = (choice: Choice): Text =>
  phrase('option', { option: nameChoice(choice), key: choice.key ?? '' });

export const nameChoice = ({ title, spoken }: Choice): Text => spoken ?? title;

/** How a number is ended, and how it is left out. */
export function numberHints({ type, min }: Question): readonly Text[] {
  if (type !== 'number') return [];
  return (min ?? 0) > 0 ? [PHRASES.hash, PHRASES.refuseNumber] : [PHRASES.hash];
}

/** What was understood: the number, or the options by name. */
function readBack({ choices }: Question, value: Answer, lang: Lang, voice: Voice): Prompt[] {
  if (typeof value === 'number') return say([phrase('youEntered', { value })], lang, voice);
  const chosen = choices.filter(({ code }) => (typeof value === 'string' ? value === code : value.includes(code)));
  return sayList(PHRASES.youChose, chosen.map(nameChoice), lang, voice);
}

function longestInput({ type, choices, max }: Question): number {
  if (type === 'number') return String(max ?? 0).length;
  return type === 'multiple' ? choices.filter(({ key }) => key !== null).length : 1;
}

const say = (words: readonly Text[], lang: Lang, voice: Voice): Prompt[] =>
  words.map((text) => voice.find(text[lang], lang) ?? { say: text[lang], lang });

/** A list as one sentence of the synthetic voice; as soon as a part of it is recorded, each part by itself. */
function sayList(lead: Text | null, parts: readonly Text[], lang: Lang, voice: Voice): Prompt[] {
  if (parts.length === 0) return [];
  const single = say(lead === null ? parts : [lead, ...parts], lang, voice);
  if (single.some((prompt) => 'audio' in prompt)) return single;
  const words = parts.map((text) => text[lang]).join(PHRASES.optionsJoin[lang]);
  return [{ say: `${lead?.[lang] ?? ''}${words}${PHRASES.optionsEnd[lang]}`, lang }];
}

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
