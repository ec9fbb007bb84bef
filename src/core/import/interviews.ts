import type { ErrorCode, Problem } from '../errors.ts';
import { MODES, type Mode } from '../indicators/types.ts';
import type { CompiledPlan, CompiledQuestion } from '../questionnaire/gate.ts';
import type { Answer, Answers, Question } from '../questionnaire/plan.ts';
import type { Details } from '../text.ts';
import type { UnitTree } from '../units/tree.ts';
import { type Codes, DISPOSITION_CODE, type InterviewMapping, type QuestionMapping } from './mapping.ts';
import { readMoment } from './moments.ts';
import type { ImportRow } from './rows.ts';
import { createUnitFinder } from './unit-finder.ts';

/** One interview of a survey house, every answer judged by the gate. Branching is the interview engine's matter. */
export interface ImportedInterview {
  readonly interviewId: string;
  readonly unitCode: string;
  readonly mode: Mode;
  /** As the file says; null when the answers decide. */
  readonly disposition: string | null;
  readonly weight: number;
  readonly interviewedAt: number | null;
  readonly answers: Answers;
}

/** A row becomes an interview, or everything that is wrong with it. */
export type ReadInterview = { readonly interview: ImportedInterview } | { readonly problems: readonly Problem[] };

type Cells = ImportRow['cells'];
type Report = (code: ErrorCode, column: string | undefined, details: Details) => void;
/** What a cell (or several) says; null: nothing. Whatever it says, the gate judges it. */
type ReadAnswer = (cells: Cells, report: Report) => unknown;

const MAX_ID_LENGTH = 64;

/**
 * Makes a checked mapping into a function from rows to interviews. It remembers nothing from row to row, so a file may
 * be walked twice; `createDuplicateCheck` looks after ids that come twice. Units are looked for below `root` only.
 */
export function compileMapping({
  mapping,
  compiled,
  tree,
  root,
}: {
  readonly mapping: InterviewMapping;
  readonly compiled: CompiledPlan;
  readonly tree: UnitTree;
  readonly root: string;
}): (row: ImportRow) => ReadInterview {
  const findUnit = createUnitFinder(tree, root, mapping.unit.by);
  const unitColumns = [mapping.unit.column].flat();
  const questions = compiled.questions.flatMap((question) => {
    const own = mapping.questions[question.question.code];
    return own == null ? [] : [{ question, column: firstColumn(own), read: compileQuestion(question, own) }];
  });

  return ({ row, cells }) => {
    const problems: Problem[] = [];
    const report: Report = (code, column, details) => {
      problems.push({ code, row, ...(column === undefined ? {} : { column }), details });
    };
    const interviewId = cells[mapping.interviewId] ?? '';
    if (!isInterviewId(interviewId)) {
      report('INTERVIEW_ID_BAD', mapping.interviewId, { value: interviewId.slice(0, MAX_ID_LENGTH) });
    }
    const found = findUnit(unitColumns.flatMap((column) => cells[column] || []).join('/'));
    if ('problem' in found) report(found.problem, unitColumns.at(-1), found.details);
    const mode = readMode(mapping.mode, cells, report);
    const disposition = readDisposition(mapping.disposition, cells, report);
    const weight = readWeight(mapping.weight, cells, report);
    const interviewedAt = readDate(mapping.date, cells, report);
    const answers: Record<string, Answer> = {};
    for (const { question, column, read } of questions) {
      const value = read(cells, report);
      if (value === null) continue;
      const checked = question.check(value);
      if ('answer' in checked) answers[question.question.code] = checked.answer;
      else report(checked.problem.code, column, checked.problem.details);
    }
    if (problems.length > 0 || 'problem' in found) return { problems };
    return { interview: { interviewId, unitCode: found.code, mode, disposition, weight, interviewedAt, answers } };
  };
}

/** Tells when an interview id comes twice in one pass over a file. */
export function createDuplicateCheck(mapping: InterviewMapping): (interviewId: string, row: number) => Problem | null {
  const firstRow = new Map<string, number>();
  return (value, row) => {
    const first = firstRow.get(value);
    if (first === undefined) {
      firstRow.set(value, row);
      return null;
    }
    return { code: 'INTERVIEW_ID_DUPLICATE', row, column: mapping.interviewId, details: { value, first } };
  };
}

function isInterviewId(text: string): boolean {
  return text !== '' && text.length <= MAX_ID_LENGTH;
}

function readMode(mapping: InterviewMapping['mode'], cells: Cells, report: Report): Mode {
  if (typeof mapping === 'string') return mapping;
  const value = cells[mapping.column] ?? '';
  const known = mapping.codes === undefined ? MODES : Object.keys(mapping.codes);
  const mode = mapping.codes === undefined ? MODES.find((each) => each === value) : own(mapping.codes, value);
  if (mode === undefined) report('INTERVIEW_MODE', mapping.column, { value, known });
  return mode ?? 'phone';
}

function readDisposition(mapping: InterviewMapping['disposition'], cells: Cells, report: Report): string | null {
  if (mapping === undefined) return null;
  const value = cells[mapping.column] ?? '';
  const code = mapping.codes === undefined ? value : (own(mapping.codes, value) ?? '');
  if (!DISPOSITION_CODE.test(code)) report('INTERVIEW_DISPOSITION', mapping.column, { value });
  return code;
}

function readWeight(column: string | undefined, cells: Cells, report: Report): number {
  if (column === undefined) return 1;
  const value = cells[column] ?? '';
  const weight = /^\d+(\.\d+)?(e-?\d+)?$/i.test(value) ? Number(value) : 0;
  if (weight <= 0 || !Number.isFinite(weight)) report('INTERVIEW_WEIGHT', column, { value });
  return weight;
}

function readDate(column: string | undefined, cells: Cells, report: Report): number | null {
  if (column === undefined) return null;
  const value = cells[column] ?? '';
  const moment = value === '' ? null : readMoment(value);
  if (value !== '' && moment === null) report('INTERVIEW_DATE', column, { value });
  return moment;
}

function compileQuestion({ question }: CompiledQuestion, mapping: QuestionMapping): ReadAnswer {
  if ('fixed' in mapping) return () => mapping.fixed;
  if ('columns' in mapping) return compileTicks(question, mapping.columns);
  const { column, separator } = mapping;
  if (question.type === 'text') return (cells) => cells[column] || null;
  if (question.type === 'number') return (cells) => readNumber(cells[column] ?? '');
  const decode = compileCodes(question, mapping.codes);
  const read = (label: string, report: Report): string | null => {
    const code = label === '' ? null : decode(label);
    if (code === undefined) report('ANSWER_CHOICE', column, { question: question.code, value: label.slice(0, 40) });
    return code ?? null;
  };
  if (separator === undefined) return (cells, report) => read(cells[column] ?? '', report);
  return (cells, report) => {
    const labels = (cells[column] ?? '').split(separator);
    const ticked = labels.map((label) => read(label.trim(), report)).filter((code) => code !== null);
    return ticked.length === 0 ? null : ticked;
  };
}

/** A number that is none stays text: the gate then says what it should be. */
function readNumber(text: string): unknown {
  if (text === '') return null;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/**
 * Label → choice code; undefined for a label nobody knows. A mapping with codes of its own means only those: our “1” may
 * be the survey house's “5”.
 */
function compileCodes(question: Question, codes: Codes | undefined): (label: string) => string | null | undefined {
  const known = new Map<string, string | null>(
    codes === undefined
      ? question.choices.flatMap(({ code, title }) => [code, title.zh, title.en].map((label) => [label, code] as const))
      : Object.entries(codes),
  );
  const bands = question.role === 'age' ? ageBands(question) : [];
  return (label) => {
    const code = known.get(label);
    if (code !== undefined || !/^\d{1,3}$/.test(label)) return code;
    return bands.find(({ from, to }) => Number(label) >= from && Number(label) <= to)?.code;
  };
}

/** Many survey houses record the age in years where we ask for its band. */
function ageBands(
  question: Question,
): readonly { readonly code: string; readonly from: number; readonly to: number }[] {
  return question.choices.flatMap(({ code }) => {
    const [, from, to] = /^(\d{1,3})(?:-(\d{1,3})|\+)$/.exec(code) ?? [];
    return from === undefined ? [] : [{ code, from: Number(from), to: Number(to ?? 150) }];
  });
}

const TICKED = new Set(['1', '是', '√', '✓', 'x', 'y', 'yes', 'true', '选中', '已选']);
const NOT_TICKED = new Set(['', '0', '否', 'n', 'no', 'false', '未选', '未选中']);

function compileTicks(question: Question, columns: Readonly<Record<string, string>>): ReadAnswer {
  const choices = question.choices.flatMap(({ code, title }) => {
    const column = own(columns, code);
    return column === undefined ? [] : [{ code, column, labels: new Set([code, title.zh, title.en]) }];
  });
  return (cells, report) => {
    const ticked: string[] = [];
    for (const { code, column, labels } of choices) {
      const value = cells[column] ?? '';
      const word = value.toLowerCase();
      if (NOT_TICKED.has(word)) continue;
      if (TICKED.has(word) || labels.has(value)) ticked.push(code);
      else report('INTERVIEW_TICK', column, { question: question.code, choice: code, value });
    }
    return ticked.length === 0 ? null : ticked;
  };
}

function firstColumn(mapping: QuestionMapping): string | undefined {
  if ('fixed' in mapping) return undefined;
  return 'column' in mapping ? mapping.column : Object.values(mapping.columns)[0];
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
