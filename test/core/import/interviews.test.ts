import { describe, expect, test } from 'vitest';
import { type ErrorCode, errorSentence } from '../../../src/core/errors.ts';
import { compileMapping, createDuplicateCheck, type ReadInterview } from '../../../src/core/import/interviews.ts';
import { type InterviewMapping, parseMapping } from '../../../src/core/import/mapping.ts';
import { COMPILED, TREE } from './plan.ts';

const MAPPING: InterviewMapping = {
  interviewId: 'id',
  unit: { column: 'unit', by: 'name' },
  mode: 'phone',
  weight: 'weight',
  date: 'date',
  questions: {
    adult: { fixed: '1' },
    age: { column: 'age' },
    safety: { column: 'safety' },
    channels: { columns: { tv: 'tv', web: 'web', none: 'none' } },
    years: { column: 'years' },
    wish: { column: 'wish' },
  },
};

const CELLS = {
  id: 'A-001',
  unit: '五里镇',
  weight: '1.5',
  date: '2019-05-01 18:30',
  age: '青年',
  safety: '安全',
  tv: '1',
  web: '0',
  none: '',
  years: '12',
  wish: '多装路灯',
};

function read(cells: object = {}, mapping: object = {}, root = '6109'): ReadInterview {
  const whole = { ...CELLS, ...cells };
  const merged: InterviewMapping = { ...MAPPING, ...mapping };
  const header = Object.keys(whole);
  expect(parseMapping({ json: merged, header, compiled: COMPILED }).problems).toEqual([]);
  return compileMapping({ mapping: merged, compiled: COMPILED, tree: TREE, root })({ row: 7, cells: whole });
}

function answersOf(cells: object, questions: object = {}): unknown {
  const result = read(cells, { questions: { ...MAPPING.questions, ...questions } });
  return 'interview' in result ? result.interview.answers : result.problems;
}

function problemsOf(cells: object, mapping: object = {}, root = '6109'): readonly (readonly [ErrorCode, unknown])[] {
  const result = read(cells, mapping, root);
  if ('interview' in result) return [];
  return result.problems.map(({ code, row, column }) => {
    expect(row).toBe(7);
    return [code, column];
  });
}

describe('a row of a survey house', () => {
  test('becomes an interview with judged answers', () => {
    expect(read()).toEqual({
      interview: {
        interviewId: 'A-001',
        unitCode: '610902104',
        mode: 'phone',
        disposition: null,
        weight: 1.5,
        interviewedAt: Date.UTC(2019, 4, 1, 10, 30),
        answers: { adult: '1', age: '18-29', safety: '1', channels: ['tv'], years: 12, wish: '多装路灯' },
      },
    });
  });

  test('may use our codes, our titles in both languages, or codes of its own', () => {
    for (const safety of ['2', '不安全', 'Unsafe']) expect(answersOf({ safety })).toMatchObject({ safety: '2' });
    const own = { safety: { column: 'safety', codes: { 放心: '1', 怕: '2', 跳过: null } } };
    expect(answersOf({ safety: '怕' }, own)).toMatchObject({ safety: '2' });
    expect(answersOf({ safety: '跳过' }, own)).not.toHaveProperty('safety');
  });

  test('with codes of its own means only those: a code of ours does not slip through', () => {
    const reversed = { safety: { column: 'safety', codes: { 5: '1', 4: '2' } } };
    expect(answersOf({ safety: '5' }, reversed)).toMatchObject({ safety: '1' });
    expect(answersOf({ safety: '1' }, reversed)).toEqual([
      { code: 'ANSWER_CHOICE', row: 7, column: 'safety', details: { question: 'safety', value: '1' } },
    ]);
  });

  test('leaves unanswered what is blank', () => {
    const answers = answersOf({ safety: '', tv: '', web: '', years: '', wish: '' });
    expect(answers).toEqual({ adult: '1', age: '18-29' });
  });

  test('may give the age in years where we ask for its band', () => {
    expect(answersOf({ age: '18' })).toMatchObject({ age: '18-29' });
    expect(answersOf({ age: '59' })).toMatchObject({ age: '30-59' });
    expect(answersOf({ age: '60' })).toMatchObject({ age: '60+' });
    expect(problemsOf({ age: '17' })).toEqual([['ANSWER_CHOICE', 'age']]);
  });

  test('may give a multiple choice in one cell, whatever stands in the titles', () => {
    const questions = { channels: { column: 'tv', separator: ';' } };
    expect(answersOf({ tv: '电视、广播; 网络;' }, questions)).toMatchObject({ channels: ['tv', 'web'] });
    expect(answersOf({ tv: 'web;tv' }, questions)).toMatchObject({ channels: ['tv', 'web'] });
    expect(answersOf({ tv: '' }, questions)).not.toHaveProperty('channels');
  });

  test.each(['1', '是', '√', 'TRUE', 'Yes', '电视、广播', 'tv'])('may tick a choice with %s', (tv) => {
    expect(answersOf({ tv })).toMatchObject({ channels: ['tv'] });
  });

  test('may say its mode and its result in its own words', () => {
    const result = read(
      { mode: '面访', result: '成功' },
      { mode: { column: 'mode', codes: { 面访: 'face' } }, disposition: { column: 'result', codes: { 成功: '1.1' } } },
    );
    expect(result).toMatchObject({ interview: { mode: 'face', disposition: '1.1' } });
    expect(
      read({ mode: 'keypad', result: '2.12' }, { mode: { column: 'mode' }, disposition: { column: 'result' } }),
    ).toMatchObject({
      interview: { mode: 'keypad', disposition: '2.12' },
    });
  });

  test.each([
    ['no interview id', { id: '' }, 'INTERVIEW_ID_BAD', 'id'],
    ['an endless interview id', { id: 'x'.repeat(65) }, 'INTERVIEW_ID_BAD', 'id'],
    ['an unknown unit', { unit: '六里镇' }, 'UNIT_UNKNOWN', 'unit'],
    ['no unit', { unit: '' }, 'UNIT_UNKNOWN', 'unit'],
    ['a name that two units have', { unit: '城关镇' }, 'UNIT_NAME_AMBIGUOUS', 'unit'],
    ['no weight', { weight: '' }, 'INTERVIEW_WEIGHT', 'weight'],
    ['a weight of zero', { weight: '0' }, 'INTERVIEW_WEIGHT', 'weight'],
    ['a negative weight', { weight: '-1' }, 'INTERVIEW_WEIGHT', 'weight'],
    ['a weight beyond all numbers', { weight: '1e999' }, 'INTERVIEW_WEIGHT', 'weight'],
    ['a weight in words', { weight: 'Infinity' }, 'INTERVIEW_WEIGHT', 'weight'],
    ['a day that never was', { date: '2019-02-30' }, 'INTERVIEW_DATE', 'date'],
    ['an answer outside its choices', { safety: '非常安全' }, 'ANSWER_CHOICE', 'safety'],
    ['an answer named like a part of every object', { safety: 'constructor' }, 'ANSWER_CHOICE', 'safety'],
    ['a number outside its range', { years: '121' }, 'ANSWER_RANGE', 'years'],
    ['half a year', { years: '1.5' }, 'ANSWER_WHOLE', 'years'],
    ['a number in words', { years: '十年' }, 'ANSWER_TYPE', 'years'],
    ['a text that is too long', { wish: '长'.repeat(21) }, 'ANSWER_TOO_LONG', 'wish'],
    ['a tick that is none', { web: '2' }, 'INTERVIEW_TICK', 'web'],
    ['“none” beside another tick', { none: '1' }, 'ANSWER_EXCLUSIVE', 'tv'],
  ])('with %s is refused at its row and column', (_, cells, code, column) => {
    expect(problemsOf(cells)).toEqual([[code, column]]);
  });

  test('with an unknown mode or result is refused', () => {
    expect(problemsOf({ mode: 'fax' }, { mode: { column: 'mode' } })).toEqual([['INTERVIEW_MODE', 'mode']]);
    expect(problemsOf({ result: 'ok' }, { disposition: { column: 'result' } })).toEqual([
      ['INTERVIEW_DISPOSITION', 'result'],
    ]);
  });

  test('names everything that is wrong with it at once', () => {
    expect(problemsOf({ id: '', unit: 'x', safety: 'x', years: 'x' }).map(([code]) => code)).toEqual([
      'INTERVIEW_ID_BAD',
      'UNIT_UNKNOWN',
      'ANSWER_CHOICE',
      'ANSWER_TYPE',
    ]);
  });
});

describe('the unit of a row', () => {
  const unitOf = (cells: object, mapping: object = {}, root = '6109'): unknown => {
    const result = read(cells, mapping, root);
    return 'interview' in result ? result.interview.unitCode : result.problems[0]?.code;
  };

  test.each([
    ['汉滨区/城关镇', '610902100'],
    ['汉阴县／城关镇', '610921100'],
    ['安康市 / 汉阴县 / 城关镇', '610921100'],
    ['安康市/五里镇', '610902104'],
    ['汉阴县/五里镇', 'UNIT_UNKNOWN'],
    ['城关镇/汉阴县', 'UNIT_UNKNOWN'],
    ['汉阴县', '610921'],
  ])('may be the path %s', (unit, expected) => {
    expect(unitOf({ unit })).toBe(expected);
  });

  test('may stand in two columns', () => {
    const mapping = { unit: { column: ['county', 'unit'], by: 'name' } };
    expect(unitOf({ county: '汉阴县', unit: '城关镇' }, mapping)).toBe('610921100');
    expect(unitOf({ county: '', unit: '五里镇' }, mapping)).toBe('610902104');
  });

  test('may be its code', () => {
    const mapping = { unit: { column: 'unit', by: 'code' } };
    expect(unitOf({ unit: '610921100' }, mapping)).toBe('610921100');
    expect(unitOf({ unit: '610999' }, mapping)).toBe('UNIT_UNKNOWN');
  });

  test('must belong to the wave; inside it a name may be certain again', () => {
    expect(unitOf({ unit: '610921100' }, { unit: { column: 'unit', by: 'code' } }, '610902')).toBe(
      'INTERVIEW_UNIT_OUTSIDE',
    );
    expect(unitOf({ unit: '五里镇' }, {}, '610921')).toBe('UNIT_UNKNOWN');
    expect(unitOf({ unit: '城关镇' }, {}, '610921')).toBe('610921100');
  });

  test('that is not certain is named with what it may be', () => {
    const result = read({ unit: '城关镇' });
    if ('interview' in result) throw new Error('found');
    const [problem] = result.problems;
    expect(problem && errorSentence(problem, 'zh')).toBe(
      '名为“城关镇”的单位不止一个：汉滨区/城关镇、汉阴县/城关镇。请写成“县区/乡镇”的形式，或改用编码。',
    );
  });
});

describe('the moment of an interview', () => {
  test.each([
    ['2019-05-01', Date.UTC(2019, 4, 1, 4)],
    ['2019/5/1', Date.UTC(2019, 4, 1, 4)],
    ['2019年5月1日', Date.UTC(2019, 4, 1, 4)],
    ['20190501', Date.UTC(2019, 4, 1, 4)],
    ['2019-05-01T18:30:15', Date.UTC(2019, 4, 1, 10, 30, 15)],
    ['2019.5.1 8:05', Date.UTC(2019, 4, 1, 0, 5)],
    ['2019-05-01T10:30:00Z', Date.UTC(2019, 4, 1, 10, 30)],
    ['2019-05-01T10:30:00.123+08:00', Date.UTC(2019, 4, 1, 2, 30)],
    ['2019-05-01T10:30:00-0330', Date.UTC(2019, 4, 1, 14)],
  ])('may be written %s', (date, expected) => {
    expect(read({ date })).toMatchObject({ interview: { interviewedAt: expected } });
  });

  test.each(['2019-13-01', '2019-00-10', '2019-05-01 24:00', '43586', '昨天', '2019-5'])('may not be %s', (date) => {
    expect(problemsOf({ date })).toEqual([['INTERVIEW_DATE', 'date']]);
  });

  test('may be unknown', () => {
    expect(read({ date: '' })).toMatchObject({ interview: { interviewedAt: null } });
  });
});

test('an interview id that comes twice is told with its first row, in each pass anew', () => {
  for (const _ of ['first', 'second']) {
    const check = createDuplicateCheck(MAPPING);
    expect(check('A-001', 2)).toBeNull();
    expect(check('A-002', 3)).toBeNull();
    expect(check('A-001', 4)).toEqual({
      code: 'INTERVIEW_ID_DUPLICATE',
      row: 4,
      column: 'id',
      details: { value: 'A-001', first: 2 },
    });
  }
});
