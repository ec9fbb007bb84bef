import { type Question, Serializer, SurveyModel, SvgRegistry, settings, surveyLocalization } from 'survey-core';
import 'survey-core/i18n/simplified-chinese';
import type { Lang } from '../../../src/core/text.ts';
import type { GivenAnswers } from '../api.ts';
import { say, type WordingKey } from '../wording.ts';

// These registries belong to the whole page, so they are written once.
Serializer.addProperty('itemvalue', { name: 'key' });
settings.titleTags.question = 'h1';
// None of its hundred icons is shown here, and one of them carries an inline style, which our policy refuses.
SvgRegistry.icons = {};
// What it may say about a number, a text or the ticks, as a careful person would say it.
Object.assign(surveyLocalization.locales['zh-cn'] ?? {}, {
  numericError: '请填写数字。',
  minError: '填写的数不能小于{0}。',
  maxError: '填写的数不能大于{0}。',
  stepError: '请填写整数。',
  minSelectError: '请至少选{0}项。',
  maxSelectError: '最多选{0}项，请去掉多选的。',
  textMaxLength: '最多写{0}个字。',
});

const EMPTY_WORDING: Readonly<Record<string, WordingKey>> = { radiogroup: 'chooseOne', checkbox: 'chooseSome' };

export interface ModelOptions {
  readonly definition: Readonly<Record<string, unknown>>;
  readonly lang: Lang;
  readonly answers: GivenAnswers;
  /** The question to stand at; null: the first without an answer. */
  readonly at: string | null;
}

/** The SurveyJS model of one respondent, standing where they go on. Navigation and progress are our own. */
export function createModel({ definition, lang, answers, at }: ModelOptions): SurveyModel {
  const model = new SurveyModel(definition);
  model.showNavigationButtons = false;
  model.showTitle = false;
  model.requiredMark = '';
  model.autoFocusFirstQuestion = false;
  model.focusOnFirstError = true;
  for (const question of model.getAllQuestions()) {
    question.requiredErrorText = say(EMPTY_WORDING[question.getType()] ?? 'fillIn', lang);
  }
  model.onGetQuestionTitle.add((_, options) => {
    if (!options.question.isRequired) options.title = say('optional', lang, { title: options.title });
  });
  // The style sheet turns the class into a key like that of the phone.
  model.onUpdateChoiceItemCss.add((_, options) => {
    const key: unknown = options.item.getPropertyValue('key');
    if (typeof key === 'string') options.css += ` key-${key}`;
  });
  model.data = { ...answers };
  const start = findPlace(model, at);
  if (start) model.currentSingleQuestion = start;
  return model;
}

export const listAsked = (model: SurveyModel): readonly Question[] =>
  model.getAllQuestions().filter(({ isVisible }) => isVisible);

/** All answered already: the last question answered, where “submit” or a screen-out was still to be confirmed. */
function findPlace(model: SurveyModel, at: string | null): Question | undefined {
  const asked = listAsked(model);
  const first = asked.findIndex((question) => question.isEmpty());
  return asked.find(({ name }) => name === at) ?? asked[first] ?? asked[asked.length - 1];
}
