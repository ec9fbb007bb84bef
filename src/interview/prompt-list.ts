import type { CompiledPlan } from '../core/questionnaire/gate.ts';
import type { Question } from '../core/questionnaire/plan.ts';
import type { Lang, Text } from '../core/text.ts';
import { greeting, nameChoice, nameKey, numberHints, otherLanguage, phrase, sayableOptions } from './keypad-script.ts';
import { PHRASES, type Phrase } from './phrases.ts';

/** One sentence of the call that a person can record. */
export interface PromptLine {
  /** `awareness`, `awareness.1`, `_start`: also the name of its file. No question's code begins so or has a dot. */
  readonly key: string;
  readonly words: string;
  /** Other places at which the same is said. */
  readonly alsoAt: readonly string[];
}

/** The fixed sentences of a call in the order in which they may be met, but those with values of one call in them. */
const ALWAYS = [
  'start',
  'goOn',
  'otherLanguage',
  'consent',
  'recording',
  'begin',
  'noSuchOption',
  'nothingHeard',
  'noMoreRepeats',
  'mustAnswer',
  'nextItem',
  'goodbye',
  'later',
  'never',
  'declined',
  'screened',
  'noResponse',
  'gaveUp',
  'alreadyDone',
] as const satisfies readonly Phrase[];
const OF_MULTIPLE = ['notTogether', 'youChose', 'confirmChoices', 'chooseAgain'] as const satisfies readonly Phrase[];
const OF_NUMBER = ['confirmNumber', 'enterAgain'] as const satisfies readonly Phrase[];

/**
 * Everything a keypad call of this questionnaire says in one language, each sentence once. What changes from call to call
 * (a number read back) is not in it: it is spoken by machine.
 */
export function listPrompts(
  compiled: CompiledPlan,
  { caller, consentTexts }: { readonly caller: Text; readonly consentTexts: readonly Text[] },
  lang: Lang,
): readonly PromptLine[] {
  const { plan } = compiled;
  const found = new Map<string, { key: string; alsoAt: string[] }>();
  const add = (key: string, words: string): void => {
    const known = found.get(words);
    if (known) known.alsoAt.push(key);
    else if (words !== '') found.set(words, { key, alsoAt: [] });
  };
  const addAll = (texts: Iterable<readonly [key: string, text: Text]>): void => {
    for (const [key, text] of texts) add(key, text[lang]);
  };
  const fixed = (names: readonly Phrase[]) => names.map((name) => [`_${name}`, PHRASES[name]] as const);

  for (const name of ['greeting', 'greetingCallIn', 'greetingBack'] as const)
    add(`_${name}`, greeting(name, plan, caller)[lang]);
  addAll(fixed(ALWAYS.filter((name) => name !== 'otherLanguage' || otherLanguage(compiled, lang) !== null)));
  consentTexts.forEach((text, i) => {
    add(i === 0 ? '_consentText' : `_consentText${i + 1}`, text[lang]);
  });
  add('_thanks', plan.thanks[lang]);
  const asked = plan.questions.filter(({ type }) => type !== 'text');
  if (asked.some(({ type }) => type === 'multiple')) addAll(fixed(OF_MULTIPLE));
  if (asked.some(({ type }) => type === 'number')) addAll(fixed(OF_NUMBER));
  for (const question of asked) addAll(linesOf(question));
  return [...found].map(([words, line]) => ({ words, ...line }));
}

function* linesOf(question: Question): Generator<readonly [key: string, text: Text]> {
  const { code, type, title, spoken, min, max, minChoices, maxChoices } = question;
  yield [code, spoken ?? title];
  for (const choice of sayableOptions(question)) yield [`${code}.${choice.code}`, nameKey(choice)];
  for (const [i, hint] of numberHints(question).entries()) yield [`${code}.hint${i + 1}`, hint];
  if (type === 'number') yield [`${code}.range`, phrase('outOfRange', { min: min ?? 0, max: max ?? 0 })];
  if (type !== 'multiple') return;
  if (minChoices !== null) yield [`${code}.too-few`, phrase('tooFew', { limit: minChoices })];
  if (maxChoices !== null) yield [`${code}.too-many`, phrase('tooMany', { limit: maxChoices })];
  for (const choice of sayableOptions(question)) yield [`${code}.${choice.code}.name`, nameChoice(choice)];
}
