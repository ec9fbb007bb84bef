import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { guessMapping } from '../../../src/core/import/guess-mapping.ts';
import { findUnusedColumns, parseMapping } from '../../../src/core/import/mapping.ts';
import { compilePlan } from '../../../src/core/questionnaire/gate.ts';
import { parseQuestionnaire } from '../../../src/core/questionnaire/parse.ts';
import { COMPILED, PLAN } from './plan.ts';

const HEADER = [
  '编号',
  '乡镇',
  '年龄',
  '安全',
  '渠道',
  '电视',
  '网络',
  '年数',
  '建议',
  '权重',
  '日期',
  '方式',
  '结果',
  '电话号码',
];

const MAPPING = {
  interviewId: '编号',
  unit: { column: '乡镇', by: 'name' },
  mode: 'phone',
  questions: {
    adult: { fixed: '1' },
    age: { column: '年龄' },
    safety: { column: '安全', codes: { 放心: '1', 不放心: '2', 跳过: null } },
    channels: { columns: { tv: '电视', web: '网络' } },
  },
};

const problemsOf = (change: object): unknown[] =>
  parseMapping({ json: { ...MAPPING, ...change }, header: HEADER, compiled: COMPILED }).problems.map(
    ({ code, details }) => [code, details.place ?? details.question],
  );
const questionProblems = (change: object): unknown[] => problemsOf({ questions: { ...MAPPING.questions, ...change } });

describe('a mapping file', () => {
  test('is taken when everything it names is there', () => {
    const { mapping, problems } = parseMapping({ json: MAPPING, header: HEADER, compiled: COMPILED });
    expect(problems).toEqual([]);
    expect(mapping).toEqual(MAPPING);
  });

  test('may name the optional columns, too', () => {
    expect(
      problemsOf({
        unit: { column: ['乡镇', '安全'], by: 'name' },
        mode: { column: '方式', codes: { 电话: 'phone', 面访: 'face' } },
        disposition: { column: '结果', codes: { 成功: '1.1', 拒访: '2.11' } },
        weight: '权重',
        date: '日期',
      }),
    ).toEqual([]);
    expect(questionProblems({ channels: { column: '渠道', separator: ';' }, years: { column: '年数' } })).toEqual([]);
  });

  test('says on purpose what the file does not have', () => {
    expect(questionProblems({ channels: null })).toEqual([]);
  });

  test.each([
    ['is no object', []],
    ['is text', 'phone'],
    ['is null', null],
  ])('that %s is refused', (_, json) => {
    const { mapping, problems } = parseMapping({ json, header: HEADER, compiled: COMPILED });
    expect(mapping).toBeNull();
    expect(problems.map(({ code }) => code)).toEqual(['MAPPING_SHAPE']);
  });

  test.each([
    ['an unknown column', { interviewId: 'id' }, 'MAPPING_COLUMN', 'interviewId'],
    ['no interview id', { interviewId: undefined }, 'MAPPING_SHAPE', 'interviewId'],
    ['an unknown column for the unit', { unit: { column: '县', by: 'name' } }, 'MAPPING_COLUMN', 'unit.column'],
    ['no column for the unit', { unit: { column: [], by: 'name' } }, 'MAPPING_SHAPE', 'unit.column'],
    ['several columns for a code', { unit: { column: ['乡镇'], by: 'code' } }, 'MAPPING_SHAPE', 'unit.column'],
    ['an unknown way to find the unit', { unit: { column: '乡镇', by: 'id' } }, 'MAPPING_SHAPE', 'unit.by'],
    ['an unknown mode', { mode: 'fax' }, 'MAPPING_SHAPE', 'mode'],
    [
      'an unknown mode among the codes',
      { mode: { column: '方式', codes: { 传真: 'fax' } } },
      'MAPPING_SHAPE',
      'mode.codes',
    ],
    [
      'an unknown result code',
      { disposition: { column: '结果', codes: { 成功: 'ok' } } },
      'MAPPING_SHAPE',
      'disposition.codes',
    ],
    ['an unknown word', { wieght: '权重' }, 'MAPPING_KEY', 'mapping.wieght'],
    ['no questions', { questions: [] }, 'MAPPING_SHAPE', 'questions'],
  ])('with %s is refused, saying where', (_, change, code, place) => {
    expect(problemsOf(change)).toEqual([[code, place]]);
  });

  test.each([
    ['an unknown question', { recognition: { column: '安全' } }, 'MAPPING_QUESTION', 'recognition'],
    [
      'a question named like a part of every object',
      { constructor: { column: '安全' } },
      'MAPPING_QUESTION',
      'constructor',
    ],
    ['an unknown choice', { safety: { column: '安全', codes: { 放心: '7' } } }, 'MAPPING_CHOICE', 'safety'],
    ['an unknown choice with a column', { channels: { columns: { radio: '电视' } } }, 'MAPPING_CHOICE', 'channels'],
    ['an unknown column', { safety: { column: '安全感' } }, 'MAPPING_COLUMN', 'questions.safety.column'],
    ['two ways at once', { safety: { column: '安全', fixed: '1' } }, 'MAPPING_SHAPE', 'questions.safety'],
    ['no way at all', { safety: {} }, 'MAPPING_SHAPE', 'questions.safety'],
    ['columns for a single choice', { safety: { columns: { 1: '安全' } } }, 'MAPPING_SHAPE', 'questions.safety'],
    ['a multiple choice without a separator', { channels: { column: '渠道' } }, 'MAPPING_SHAPE', 'questions.channels'],
    ['an answer for all that the gate refuses', { adult: { fixed: '3' } }, 'ANSWER_CHOICE', 'adult'],
  ])('with %s is refused, saying where', (_, change, code, place) => {
    expect(questionProblems(change)).toEqual([[code, place]]);
  });

  test('may not forget a required question', () => {
    const { safety: _, ...rest } = MAPPING.questions;
    expect(problemsOf({ questions: rest })).toEqual([['MAPPING_QUESTION_MISSING', 'safety']]);
  });

  test('tells which columns of the file it leaves alone', () => {
    const { mapping } = parseMapping({ json: MAPPING, header: HEADER, compiled: COMPILED });
    if (mapping === null) throw new Error('refused');
    expect(findUnusedColumns(mapping, HEADER)).toEqual([
      '渠道',
      '年数',
      '建议',
      '权重',
      '日期',
      '方式',
      '结果',
      '电话号码',
    ]);
  });
});

describe('a guess at the mapping', () => {
  test('goes by the codes of questions and choices', () => {
    const header = [
      'interview_id',
      'unit_code',
      'weight',
      'date',
      'age',
      'Safety',
      'channels_tv',
      'channels.web',
      'years',
    ];
    expect(guessMapping(header, PLAN)).toEqual({
      interviewId: 'interview_id',
      unit: { column: 'unit_code', by: 'code' },
      mode: 'phone',
      weight: 'weight',
      date: 'date',
      questions: {
        adult: { fixed: '1' },
        age: { column: 'age' },
        safety: { column: 'Safety' },
        channels: { columns: { tv: 'channels_tv', web: 'channels.web' } },
        years: { column: 'years' },
      },
    });
  });

  test('goes by the titles, numbered by the survey house or not', () => {
    const header = [
      '访问编号',
      '所在区县',
      '乡镇',
      'Q1. 您的年龄段？',
      '2、您感觉安全吗',
      '您从哪里听说？（多选）:电视、广播',
      '结果码',
      '访问方式',
    ];
    const guess = guessMapping(header, PLAN);
    expect(guess.unit).toEqual({ column: ['所在区县', '乡镇'], by: 'name' });
    expect(guess.disposition).toEqual({ column: '结果码' });
    expect(guess.mode).toMatchObject({ column: '访问方式', codes: { 电话: 'phone' } });
    expect(guess.questions).toEqual({
      adult: { fixed: '1' },
      age: { column: 'Q1. 您的年龄段？' },
      safety: { column: '2、您感觉安全吗' },
      channels: { columns: { tv: '您从哪里听说？（多选）:电视、广播' } },
    });
    expect(parseMapping({ json: guess, header, compiled: COMPILED }).problems).toEqual([]);
  });

  test('leaves to a person what it does not find', () => {
    const guess = guessMapping(['sex', 'safety', 'channels'], PLAN);
    const { problems } = parseMapping({ json: guess, header: ['sex', 'safety', 'channels'], compiled: COMPILED });
    expect(problems.map(({ code, details }) => [code, details.place ?? details.question])).toEqual([
      ['MAPPING_COLUMN', 'interviewId'],
      ['MAPPING_COLUMN', 'unit.column'],
      ['MAPPING_QUESTION_MISSING', 'age'],
    ]);
    expect(guess.questions.channels).toEqual({ column: 'channels', separator: ';' });
  });

  test('does not take the column of question q11 for choice 1 of question q1', () => {
    const [, age, safety, channels] = PLAN.questions;
    if (age === undefined || safety === undefined || channels === undefined) throw new Error('no plan');
    const q1 = {
      ...channels,
      code: 'q1',
      choices: channels.choices.map((choice, i) => ({ ...choice, code: `${i + 1}` })),
    };
    const plan = { ...PLAN, questions: [q1, { ...safety, code: 'q11' }] };
    expect(guessMapping(['q11', 'q1.2'], plan).questions).toEqual({
      q1: { columns: { 2: 'q1.2' } },
      q11: { column: 'q11' },
    });
  });

  test.each(['saohei-county', 'peace-five', 'industries-twelve'])('maps all of %s from its own codes', async (name) => {
    const { plan } = parseQuestionnaire(JSON.parse(await readFile(`surveys/${name}.json`, 'utf8')));
    if (plan === null) throw new Error('no plan');
    const header = ['interview_id', 'unit_code', ...plan.questions.map(({ code }) => code)];
    const json = guessMapping(header, plan);
    const { mapping, problems } = parseMapping({ json, header, compiled: compilePlan(plan) });
    expect(problems).toEqual([]);
    expect(mapping && findUnusedColumns(mapping, header)).toEqual([]);
  });
});
