import type { Problem } from '../errors.ts';
import { MODES } from '../indicators/types.ts';
import { type Draft, resolveBranching } from './branching.ts';
import { isPositive } from './condition.ts';
import {
  type Approval,
  CHOICE_KINDS,
  type Choice,
  type Plan,
  type Question,
  type QuestionType,
  ROLES,
  type ScreenOut,
} from './plan.ts';
import { isRecord, type Properties, PropertyReader } from './properties.ts';
import { resolveCondition } from './resolve.ts';

const DEFAULT_BANDS = ['18-29', '30-39', '40-49', '50-59', '60+'];
const LONGEST_TEXT = 500;
/** Panels in panels: deeper than this is not a questionnaire. */
const DEEPEST = 8;

/** Presentation that changes no answer: read over, our own page decides it. */
const PRESENTATION = [
  'name',
  'locale',
  'showProgressBar',
  'progressBarType',
  'progressBarLocation',
  'showQuestionNumbers',
  'questionsOnPageMode',
  'showTitle',
  'showPageTitles',
  'widthMode',
  'fitToContainer',
  'checkErrorsMode',
  'focusFirstQuestionAutomatic',
  'clearInvisibleValues',
];
const ROOT = [
  ...PRESENTATION,
  'code',
  'title',
  'modes',
  'minutes',
  'approval',
  'intro',
  'thanks',
  'ageBands',
  'pages',
  'elements',
  'triggers',
];
const GROUP = ['type', 'name', 'title', 'elements', 'visibleIf'];
const TRIGGER = ['type', 'name', 'expression', 'disposition'];
const QUESTION = ['type', 'name', 'title', 'description', 'spoken', 'note', 'isRequired', 'visibleIf', 'role'];
const DISPLAY = ['displayMode', 'colCount', 'choicesOrder', 'renderAs', 'searchEnabled'];
const CHOICE = ['value', 'text', 'spoken', 'key', 'kind'];

interface QuestionForm {
  readonly type: QuestionType;
  readonly own: readonly string[];
}

/** The allow-list of question types, each with the properties it may have besides the common ones. */
const FORMS: Readonly<Record<string, QuestionForm>> = {
  radiogroup: { type: 'single', own: ['choices', 'reversible', ...DISPLAY] },
  dropdown: { type: 'single', own: ['choices', 'reversible', ...DISPLAY] },
  rating: { type: 'single', own: ['rateValues', 'reversible', ...DISPLAY] },
  boolean: { type: 'single', own: ['labelTrue', 'labelFalse', 'valueTrue', 'valueFalse', 'swapOrder', ...DISPLAY] },
  checkbox: {
    type: 'multiple',
    own: ['choices', 'reversible', 'minSelectedChoices', 'maxSelectedChoices', ...DISPLAY],
  },
  text: { type: 'text', own: ['inputType', 'min', 'max', 'step', 'maxLength'] },
  comment: { type: 'text', own: ['maxLength', 'rows', 'autoGrow'] },
};

export interface ParsedQuestionnaire {
  /** Null when anything is wrong. */
  readonly plan: Plan | null;
  readonly problems: readonly Problem[];
}

/**
 * Reads a SurveyJS definition into our own plan. Only listed types and properties pass; what is unsafe, what the phone
 * cannot follow, and what our branching cannot express is refused with a sentence each.
 */
export function parseQuestionnaire(json: unknown): ParsedQuestionnaire {
  const problems: Problem[] = [];
  if (!isRecord(json))
    return { plan: null, problems: [{ code: 'QUESTIONNAIRE_SHAPE', details: { place: '$', expected: '{ … }' } }] };
  const root = new PropertyReader(json, '$', problems);
  root.allow(ROOT);
  const drafts = readGroup(json, [], '$', problems, 0);
  if (drafts.length === 0) problems.push({ code: 'QUESTIONNAIRE_NO_QUESTIONS', details: {} });
  reportDuplicates(
    drafts.map(({ question }) => question.code),
    root.string('code', 'code'),
    problems,
  );
  const questions = resolveBranching(drafts, problems);
  const plan: Plan = {
    code: readCode(root.string('code', ''), '$.code', /^[a-z]/, problems),
    title: root.text('title'),
    modes: root.list('modes').length === 0 ? MODES : root.words('modes', MODES),
    minutes: root.whole('minutes', 5),
    approval: readApproval(json.approval, problems),
    intro: root.text('intro'),
    thanks: root.text('thanks'),
    ageBands: readAgeBands(root, questions),
    questions,
    screenOuts: readScreenOuts(root.list('triggers'), questions, problems),
  };
  return { plan: problems.length === 0 ? plan : null, problems };
}

/** Pages, panels and questions, flattened in order. */
function readGroup(
  group: Properties,
  above: readonly string[],
  place: string,
  problems: Problem[],
  depth: number,
): Draft[] {
  if (depth > DEEPEST) {
    problems.push({ code: 'QUESTIONNAIRE_SHAPE', details: { place, expected: `≤ ${DEEPEST} × elements` } });
    return [];
  }
  const reader = new PropertyReader(group, place, problems);
  return [...reader.list('pages'), ...reader.list('elements')].flatMap((element, index) => {
    const at = isRecord(element) && typeof element.name === 'string' ? element.name : `${place}.elements[${index}]`;
    if (!isRecord(element)) {
      problems.push({ code: 'QUESTIONNAIRE_SHAPE', details: { place: at, expected: '{ … }' } });
      return [];
    }
    const own = new PropertyReader(element, at, problems);
    const visibleIf = own.optionalString('visibleIf');
    const conditions = visibleIf === null ? above : [...above, visibleIf];
    if (element.type !== undefined && element.type !== 'panel')
      return readQuestion(own, element, at, problems).map((question) => ({ question, conditions }));
    own.allow(GROUP);
    return readGroup(element, conditions, at, problems, depth + 1);
  });
}

function readQuestion(reader: PropertyReader, element: Properties, place: string, problems: Problem[]): Question[] {
  const type = reader.string('type', '');
  const form = Object.hasOwn(FORMS, type) ? FORMS[type] : undefined;
  if (!form) {
    problems.push(
      type.startsWith('matrix')
        ? { code: 'QUESTIONNAIRE_MATRIX', details: { question: place } }
        : { code: 'QUESTIONNAIRE_TYPE', details: { question: place, type, allowed: Object.keys(FORMS) } },
    );
    return [];
  }
  if (Array.isArray(element.validators) && element.validators.some((rule) => isRecord(rule) && rule.type === 'regex'))
    problems.push({ code: 'QUESTIONNAIRE_REGEX', details: { question: place } });
  reader.allow([...QUESTION, ...form.own]);
  const isNumber = type === 'text' && element.inputType === 'number';
  if (type === 'text' && !isNumber) reader.words('inputType', ['text', 'number']);
  const code = readCode(reader.string('name', ''), place, /^[a-z]/, problems);
  const choices = form.type === 'text' ? [] : readChoices(type, reader, place, problems);
  const question: Question = {
    code,
    type: isNumber ? 'number' : form.type,
    title: reader.text('title'),
    help: reader.optionalText('description'),
    note: reader.optionalText('note'),
    spoken: reader.optionalText('spoken'),
    required: reader.flag('isRequired'),
    choices,
    min: isNumber ? reader.whole('min', null) : null,
    max: isNumber ? reader.whole('max', null) : null,
    minChoices: reader.whole('minSelectedChoices', null) || null,
    maxChoices: reader.whole('maxSelectedChoices', null) || null,
    maxLength: form.type === 'text' && !isNumber ? reader.whole('maxLength', 200) : null,
    visibleIf: null,
    role: element.role === undefined ? null : (reader.words('role', ROLES)[0] ?? null),
    reversible: reader.flag('reversible'),
  };
  checkLimits(question, problems);
  checkRole(question, problems);
  return [question];
}

function checkLimits(question: Question, problems: Problem[]): void {
  const refuse = (min: number | null, max: number | null): void => {
    problems.push({
      code: 'QUESTIONNAIRE_LIMITS',
      details: { question: question.code, min: min ?? '?', max: max ?? '?' },
    });
  };
  const { type, min, max, minChoices, maxChoices, maxLength, choices } = question;
  if (type === 'number' && (min === null || max === null || min > max)) refuse(min, max);
  if (type === 'text' && (maxLength === null || maxLength < 1 || maxLength > LONGEST_TEXT)) refuse(1, maxLength);
  const most = maxChoices ?? choices.length;
  if (type === 'multiple' && ((minChoices ?? 1) > most || most > choices.length)) refuse(minChoices ?? 1, most);
}

/** Sex and age feed the tallies, so their answers must be readable without guessing. */
function checkRole(question: Question, problems: Problem[]): void {
  const refuse = (expected: string): void => {
    problems.push({ code: 'QUESTIONNAIRE_ROLE', details: { question: question.code, role: question.role, expected } });
  };
  const codes = question.choices.filter(({ kind }) => kind === 'answer').map(({ code }) => code);
  if (question.role === 'sex' && [...codes].sort().join() !== 'female,male') refuse('single: male, female');
  if (question.role === 'age' && question.type === 'single' && !codes.every(isAgeBand)) refuse('18-29, 60+');
  if (question.role === 'age' && question.type !== 'single' && question.type !== 'number') refuse('single, number');
}

function readChoices(type: string, reader: PropertyReader, place: string, problems: Problem[]): Choice[] {
  if (type === 'boolean')
    return (['True', 'False'] as const).map((side, index) => ({
      code: reader.string(`value${side}`, side === 'True' ? 'yes' : 'no'),
      title: reader.text(`label${side}`),
      spoken: null,
      key: String(index + 1),
      kind: 'answer',
    }));
  const items = reader.list(type === 'rating' ? 'rateValues' : 'choices');
  if (items.length < 2) problems.push({ code: 'QUESTIONNAIRE_NO_CHOICES', details: { question: place } });
  const choices = items.map((item, index): Choice => {
    const at = `${place}.choices[${index}]`;
    if (!isRecord(item)) {
      problems.push({ code: 'QUESTIONNAIRE_SHAPE', details: { place: at, expected: '{ value, text, … }' } });
      return { code: '', title: { zh: '', en: '' }, spoken: null, key: null, kind: 'answer' };
    }
    const own = new PropertyReader(item, at, problems);
    own.allow(CHOICE);
    return {
      code: readCode(
        typeof item.value === 'number' ? String(item.value) : own.string('value', ''),
        at,
        /^[a-z0-9]/,
        problems,
      ),
      title: own.text('text'),
      spoken: own.optionalText('spoken'),
      key: own.optionalString('key'),
      kind: item.kind === undefined ? 'answer' : (own.words('kind', CHOICE_KINDS)[0] ?? 'answer'),
    };
  });
  reportDuplicates(
    choices.map(({ code }) => code),
    place,
    problems,
  );
  return choices;
}

/** Codes become keys of records and variables of expressions; `constructor` is the one small-letter name every object has. */
function readCode(code: string, place: string, start: RegExp, problems: Problem[]): string {
  if (!start.test(code) || !/^[a-z0-9+_-]{1,40}$/.test(code) || code === 'constructor')
    problems.push({ code: 'QUESTIONNAIRE_CODE', details: { place, code: code.slice(0, 60) } });
  return code;
}

function reportDuplicates(codes: readonly string[], place: string, problems: Problem[]): void {
  for (const code of new Set(codes.filter((candidate, index) => codes.indexOf(candidate) !== index)))
    problems.push({ code: 'QUESTIONNAIRE_DUPLICATE', details: { place, code } });
}

function readScreenOuts(
  triggers: readonly unknown[],
  questions: readonly Question[],
  problems: Problem[],
): ScreenOut[] {
  const known = new Map(questions.map((question) => [question.code, question]));
  return triggers.flatMap((trigger, index) => {
    const place = `triggers[${index}]`;
    if (!isRecord(trigger) || trigger.type !== 'complete') {
      problems.push({ code: 'QUESTIONNAIRE_SHAPE', details: { place, expected: '{ "type": "complete", … }' } });
      return [];
    }
    const reader = new PropertyReader(trigger, place, problems);
    reader.allow(TRIGGER);
    const expression = reader.string('expression', '');
    const disposition = reader.string('disposition', '');
    if (!/^4\.\d\d$/.test(disposition))
      problems.push({ code: 'SCREEN_OUT_DISPOSITION', details: { expression, disposition } });
    const { condition, problems: found } = resolveCondition(expression, known, place);
    problems.push(...found);
    if (!condition) return [];
    if (!isPositive(condition)) problems.push({ code: 'SCREEN_OUT_NEGATION', details: { expression } });
    return [{ when: condition, disposition }];
  });
}

/** What is missing from an approval is the linter's finding, so that it stands beside the others. */
function readApproval(value: unknown, problems: Problem[]): Approval | null {
  if (!isRecord(value)) return null;
  const reader = new PropertyReader(value, 'approval', problems);
  reader.allow(['formNumber', 'authority', 'number', 'validUntil', 'demonstration']);
  return {
    formNumber: reader.string('formNumber', ''),
    authority: reader.string('authority', ''),
    number: reader.string('number', ''),
    validUntil: reader.string('validUntil', ''),
    demonstration: reader.flag('demonstration'),
  };
}

const isAgeBand = (label: string): boolean => /^(\d{1,3}-\d{1,3}|\d{1,3}\+)$/.test(label);

/** Asked as bands, the options are the bands; asked as a number, the survey may set its own. */
function readAgeBands(root: PropertyReader, questions: readonly Question[]): readonly string[] {
  const asked = questions.find(({ role, type }) => role === 'age' && type === 'single');
  if (asked) return asked.choices.filter(({ kind }) => kind === 'answer').map(({ code }) => code);
  const own = root.list('ageBands').filter((band): band is string => typeof band === 'string' && isAgeBand(band));
  return own.length > 0 ? own : DEFAULT_BANDS;
}
