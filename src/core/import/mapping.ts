import type { ErrorCode, Problem } from '../errors.ts';
import { MODES, type Mode } from '../indicators/types.ts';
import type { CompiledPlan, CompiledQuestion } from '../questionnaire/gate.ts';
import type { Details } from '../text.ts';

/** Label in the file → code; null: the label means “no answer”. */
export type Codes = Readonly<Record<string, string | null>>;

/** Where the answer to one question stands. */
export type QuestionMapping =
  /** One column. Without `codes`, the codes and the titles of the choices are understood. */
  | { readonly column: string; readonly codes?: Codes; readonly separator?: string }
  /** A multiple question with one column per choice: choice code → column. */
  | { readonly columns: Readonly<Record<string, string>> }
  /** The same answer in every row, e.g. for a screener that only people who passed it were asked after. */
  | { readonly fixed: string | number | readonly string[] };

/**
 * How the file of a survey house becomes interviews 对应关系: plain JSON, written by a person or proposed by
 * `guessMapping`, and kept with the import.
 */
export interface InterviewMapping {
  /** The column with the survey house's own number of the interview. */
  readonly interviewId: string;
  /** By official code, or by name; several columns, from the county down, make a name certain. */
  readonly unit: { readonly column: string | readonly string[]; readonly by: 'code' | 'name' };
  /** The same for all, or a column; without codes it holds our own words. */
  readonly mode: Mode | { readonly column: string; readonly codes?: Readonly<Record<string, Mode>> };
  /** A column of result codes. Without it the answers themselves decide. */
  readonly disposition?: { readonly column: string; readonly codes?: Readonly<Record<string, string>> };
  readonly weight?: string;
  /** The column with the day or the moment of the interview, in China's time. */
  readonly date?: string;
  /** Null says on purpose that the file does not have the question. */
  readonly questions: Readonly<Record<string, QuestionMapping | null>>;
}

export const DISPOSITION_CODE = /^[1-4]\.\d{1,3}[a-z]?$/;

type Json = Readonly<Record<string, unknown>>;

/**
 * Checks a mapping against the file's header and the questionnaire. Everything it names must exist, and every required
 * question must be accounted for: a headline question that nobody mapped would quietly have no rate.
 */
export function parseMapping({
  json,
  header,
  compiled,
}: {
  readonly json: unknown;
  readonly header: readonly string[];
  readonly compiled: CompiledPlan;
}): { readonly mapping: InterviewMapping | null; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const report = (code: ErrorCode, details: Details): void => {
    problems.push({ code, details });
  };
  const checkColumn = (place: string, column: unknown): void => {
    if (typeof column !== 'string') report('MAPPING_SHAPE', { place, expected: '"column"' });
    else if (!header.includes(column)) report('MAPPING_COLUMN', { place, column, found: header });
  };
  const readObject = (place: string, value: unknown, keys: readonly string[]): Json | null => {
    if (!isObject(value)) {
      report('MAPPING_SHAPE', { place, expected: `{ ${keys.join(', ')} }` });
      return null;
    }
    for (const key of Object.keys(value)) if (!keys.includes(key)) report('MAPPING_KEY', { place: `${place}.${key}` });
    return value;
  };
  const checkCodes = (place: string, codes: unknown, accepts: (code: unknown) => boolean, expected: string): void => {
    if (codes === undefined) return;
    if (!isObject(codes)) report('MAPPING_SHAPE', { place, expected: '{ label: code }' });
    else if (!Object.values(codes).every(accepts)) report('MAPPING_SHAPE', { place, expected });
  };

  const root = readObject('mapping', json, KEYS);
  if (root === null) return { mapping: null, problems };
  checkColumn('interviewId', root.interviewId);
  const unit = readObject('unit', root.unit, ['column', 'by']);
  if (unit !== null) {
    const several = unit.by === 'name' && Array.isArray(unit.column) && unit.column.length > 0;
    const columns = several ? (unit.column as unknown[]) : [unit.column];
    for (const column of columns) checkColumn('unit.column', column);
    if (unit.by !== 'code' && unit.by !== 'name')
      report('MAPPING_SHAPE', { place: 'unit.by', expected: 'code | name' });
  }
  const isMode = (value: unknown): boolean => MODES.some((mode) => mode === value);
  if (!isMode(root.mode)) {
    const mode = readObject('mode', root.mode, ['column', 'codes']);
    if (mode !== null) {
      checkColumn('mode.column', mode.column);
      checkCodes('mode.codes', mode.codes, isMode, MODES.join(' | '));
    }
  }
  if (root.disposition !== undefined) {
    const disposition = readObject('disposition', root.disposition, ['column', 'codes']);
    if (disposition !== null) {
      checkColumn('disposition.column', disposition.column);
      const isDisposition = (code: unknown): boolean => typeof code === 'string' && DISPOSITION_CODE.test(code);
      checkCodes('disposition.codes', disposition.codes, isDisposition, '1.1, 2.11 …');
    }
  }
  for (const key of ['weight', 'date'] as const) if (root[key] !== undefined) checkColumn(key, root[key]);
  if (!isObject(root.questions)) report('MAPPING_SHAPE', { place: 'questions', expected: '{ question: { column } }' });
  else checkQuestions(root.questions, compiled, { report, checkColumn, readObject, checkCodes });
  return { mapping: problems.length === 0 ? (json as InterviewMapping) : null, problems };
}

/** The columns of the file that a mapping makes no use of; what is in them is not kept. */
export function findUnusedColumns(mapping: InterviewMapping, header: readonly string[]): readonly string[] {
  const used = new Set<string | undefined>([mapping.interviewId, mapping.weight, mapping.date]);
  for (const column of [mapping.unit.column].flat()) used.add(column);
  if (typeof mapping.mode === 'object') used.add(mapping.mode.column);
  used.add(mapping.disposition?.column);
  for (const question of Object.values(mapping.questions)) {
    if (question === null || 'fixed' in question) continue;
    for (const column of 'column' in question ? [question.column] : Object.values(question.columns)) used.add(column);
  }
  return header.filter((column) => !used.has(column));
}

const KEYS = ['interviewId', 'unit', 'mode', 'disposition', 'weight', 'date', 'questions'];

interface Checks {
  report(code: ErrorCode, details: Details): void;
  checkColumn(place: string, column: unknown): void;
  readObject(place: string, value: unknown, keys: readonly string[]): Json | null;
  checkCodes(place: string, codes: unknown, accepts: (code: unknown) => boolean, expected: string): void;
}

function checkQuestions(questions: Json, compiled: CompiledPlan, checks: Checks): void {
  for (const [code, value] of Object.entries(questions)) {
    const question = compiled.find.get(code);
    if (question === undefined) checks.report('MAPPING_QUESTION', { question: code });
    else if (value !== null) checkQuestion(question, value, checks);
  }
  for (const { code, required } of compiled.plan.questions) {
    if (required && !Object.hasOwn(questions, code)) checks.report('MAPPING_QUESTION_MISSING', { question: code });
  }
}

function checkQuestion({ question, check }: CompiledQuestion, value: unknown, checks: Checks): void {
  const { report, checkColumn, readObject, checkCodes } = checks;
  const place = `questions.${question.code}`;
  const hasChoice = (choice: unknown): boolean => question.choices.some(({ code }) => code === choice);
  const isMultiple = question.type === 'multiple';
  const mapping = readObject(place, value, ['column', 'codes', 'separator', 'columns', 'fixed']);
  if (mapping === null) return;
  if (['column', 'columns', 'fixed'].filter((key) => mapping[key] !== undefined).length !== 1) {
    report('MAPPING_SHAPE', { place, expected: 'column | columns | fixed' });
    return;
  }
  if (mapping.fixed !== undefined) {
    const checked = check(mapping.fixed);
    if ('problem' in checked) report(checked.problem.code, checked.problem.details);
    return;
  }
  if (mapping.columns !== undefined) {
    if (!isMultiple || !isObject(mapping.columns)) {
      report('MAPPING_SHAPE', { place, expected: isMultiple ? '{ columns: { choice: column } }' : '{ column }' });
      return;
    }
    for (const [choice, column] of Object.entries(mapping.columns)) {
      if (!hasChoice(choice)) report('MAPPING_CHOICE', { question: question.code, choice });
      checkColumn(`${place}.columns.${choice}`, column);
    }
    return;
  }
  checkColumn(`${place}.column`, mapping.column);
  if (isMultiple !== (typeof mapping.separator === 'string' && mapping.separator !== '')) {
    report('MAPPING_SHAPE', { place, expected: isMultiple ? '{ column, separator: ";" }' : '{ column, codes }' });
  }
  const isLabel = (code: unknown): boolean => code === null || typeof code === 'string';
  checkCodes(`${place}.codes`, mapping.codes, isLabel, '{ label: choice }');
  if (!isObject(mapping.codes) || question.choices.length === 0) return;
  for (const choice of new Set(Object.values(mapping.codes))) {
    if (typeof choice === 'string' && !hasChoice(choice)) {
      report('MAPPING_CHOICE', { question: question.code, choice });
    }
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
