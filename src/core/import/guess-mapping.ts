import type { Mode } from '../indicators/types.ts';
import { compileCondition } from '../questionnaire/condition.ts';
import type { Plan, Question } from '../questionnaire/plan.ts';
import type { InterviewMapping, QuestionMapping } from './mapping.ts';

const ALIASES = {
  interviewId: [
    'interview_id',
    'interviewid',
    'case_id',
    'respondent_id',
    'id',
    '访问编号',
    '问卷编号',
    '答卷编号',
    '样本编号',
    '编号',
  ],
  unitCode: ['unit_code', 'unit', '单位编码', '单位代码', '乡镇编码', '乡镇代码', '区划代码', '地区代码'],
  county: ['county', '县', '区县', '县区', '县市区', '所在区县', '所在县区'],
  unitName: [
    'unit_name',
    'town',
    '单位',
    '单位名称',
    '乡镇',
    '镇办',
    '镇街',
    '街道',
    '乡镇街道',
    '乡镇名称',
    '所在乡镇',
  ],
  mode: ['mode', '访问方式', '调查方式'],
  disposition: ['disposition', 'result_code', '结果码', '结果代码'],
  weight: ['weight', '权重', '权数'],
  date: [
    'date',
    'interview_date',
    'interviewed_at',
    '访问日期',
    '访问时间',
    '调查日期',
    '日期',
    '时间',
    '完成时间',
    '结束时间',
  ],
} as const;

/** What a column of modes usually holds. */
const MODE_CODES: Readonly<Record<string, Mode>> = {
  phone: 'phone',
  keypad: 'keypad',
  'web-token': 'web-token',
  face: 'face',
  电话: 'phone',
  电话访问: 'phone',
  电话调查: 'phone',
  按键: 'keypad',
  自动语音: 'keypad',
  网络: 'web-token',
  面访: 'face',
  入户: 'face',
};

/**
 * Proposes a mapping from the names of the columns: each question is looked for by its code and by its title, each
 * choice of a multiple question likewise. Screeners without a column get the answer that lets an interview go on, for a
 * house that delivers finished interviews has asked them. What is not found is left blank, and `parseMapping` names it.
 */
export function guessMapping(header: readonly string[], plan: Plan): InterviewMapping {
  const byName = new Map(header.map((column) => [normalize(column), column]));
  const find = (...names: readonly string[]): string | undefined =>
    names.map((name) => byName.get(normalize(name))).find((column) => column !== undefined);
  const questions: Record<string, QuestionMapping> = {};
  for (const question of plan.questions) {
    const mapping = guessQuestion(question, header, find) ?? guessScreener(question, plan);
    if (mapping !== null) questions[question.code] = mapping;
  }
  const mode = find(...ALIASES.mode);
  const disposition = find(...ALIASES.disposition);
  const weight = find(...ALIASES.weight);
  const date = find(...ALIASES.date);
  return {
    interviewId: find(...ALIASES.interviewId) ?? '',
    unit: guessUnit(find),
    mode: mode === undefined ? 'phone' : { column: mode, codes: MODE_CODES },
    ...(disposition === undefined ? {} : { disposition: { column: disposition } }),
    ...(weight === undefined ? {} : { weight }),
    ...(date === undefined ? {} : { date }),
    questions,
  };
}

type Find = (...names: readonly string[]) => string | undefined;

function guessUnit(find: Find): InterviewMapping['unit'] {
  const code = find(...ALIASES.unitCode);
  if (code !== undefined) return { column: code, by: 'code' };
  const county = find(...ALIASES.county);
  const name = find(...ALIASES.unitName);
  if (county === undefined || name === undefined) return { column: name ?? county ?? '', by: 'name' };
  return { column: [county, name], by: 'name' };
}

function guessQuestion(question: Question, header: readonly string[], find: Find): QuestionMapping | null {
  const { code, title, type } = question;
  const names = [code, title.zh, title.en];
  if (type === 'multiple') {
    const columns: Record<string, string> = {};
    for (const choice of question.choices) {
      const labels = [choice.code, choice.title.zh, choice.title.en];
      const column = find(...names.flatMap((name) => labels.map((label) => `${name}.${label}`)));
      if (column !== undefined) columns[choice.code] = column;
    }
    if (Object.keys(columns).length > 0) return { columns };
  }
  const column = find(...names, ...numbered(header, names));
  if (column === undefined) return null;
  return type === 'multiple' ? { column, separator: ';' } : { column };
}

/** Columns such as `Q6. 请问…` or `6、请问…`: the survey house's own number, then our title. */
function numbered(header: readonly string[], names: readonly string[]): readonly string[] {
  const wanted = new Set(names.map(normalize));
  return header.filter((column) => wanted.has(normalize(column.replace(/^[A-Za-z]{0,2}\d{1,3}[.、:：)）\s]+/, ''))));
}

function guessScreener(question: Question, plan: Plan): QuestionMapping | null {
  if (question.role !== 'screener' || question.type !== 'single') return null;
  const endings = plan.screenOuts.map(({ when }) => compileCondition(when));
  const passing = question.choices.find(
    ({ code, kind }) => kind === 'answer' && !endings.some((ends) => ends({ [question.code]: code })),
  );
  return passing === undefined ? null : { fixed: passing.code };
}

/** Words of letters and digits, in one width and one case: `q1.1` and `Q1_1` are the same, `q11` is another. */
function normalize(name: string): string {
  return (
    name
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).join('.');
}
