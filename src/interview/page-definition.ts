import { printCondition } from '../core/questionnaire/condition.ts';
import { isExclusive } from '../core/questionnaire/gate.ts';
import type { Plan, Question } from '../core/questionnaire/plan.ts';
import type { Lang } from '../core/text.ts';
import { orderChoices } from './session.ts';

export interface PageOptions {
  readonly lang: Lang;
  /** This respondent belongs to the half that gets reversible options in reverse. */
  readonly reversed: boolean;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * The SurveyJS definition the resident's page renders. It is written from the plan, not copied from the author's file,
 * so nothing but what the plan knows can reach a browser: no html, no addresses, no script. Texts come in one
 * language, because SurveyJS takes `default` for English whatever it holds.
 */
export function toSurveyJson(plan: Plan, { lang, reversed }: PageOptions): Json {
  return {
    locale: lang === 'zh' ? 'zh-cn' : 'en',
    title: plan.title[lang],
    questionsOnPageMode: 'questionPerPage',
    showQuestionNumbers: 'off',
    showCompletePage: false,
    checkErrorsMode: 'onNextPage',
    // A hidden question's answer is gone at once, as in our own engine.
    clearInvisibleValues: 'onHidden',
    textUpdateMode: 'onBlur',
    elements: plan.questions.map((question) => toElement(question, lang, reversed)),
    triggers: plan.screenOuts.map(({ when }) => ({ type: 'complete', expression: printCondition(when) })),
  };
}

function toElement(question: Question, lang: Lang, reversed: boolean): Json {
  return {
    name: question.code,
    title: question.title[lang],
    ...(question.help && { description: question.help[lang] }),
    isRequired: question.required,
    ...(question.visibleIf && { visibleIf: printCondition(question.visibleIf) }),
    ...toInput(question, lang, reversed),
  };
}

/** Scales are rows of full-width buttons, never a drop-down: the phone page and the keypad then offer the same thing. */
function toInput(question: Question, lang: Lang, reversed: boolean): Json {
  const choices = orderChoices(question, reversed).map(({ code, title, key, kind }) => ({
    value: code,
    text: title[lang],
    // Shown beside the option, so that the page and the keypad feel the same. SurveyJS carries it along untouched.
    ...(key !== null && { key }),
    ...(question.type === 'multiple' && isExclusive(kind) && { isExclusive: true }),
  }));
  switch (question.type) {
    case 'single':
      return { type: 'radiogroup', choices };
    case 'multiple':
      return {
        type: 'checkbox',
        choices,
        ...(question.minChoices !== null && { minSelectedChoices: question.minChoices }),
        ...(question.maxChoices !== null && { maxSelectedChoices: question.maxChoices }),
      };
    case 'number':
      return { type: 'text', inputType: 'number', min: question.min, max: question.max, step: 1 };
    case 'text':
      return { type: 'comment', maxLength: question.maxLength };
  }
}
