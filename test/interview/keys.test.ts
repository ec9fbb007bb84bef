import { describe, expect, it } from 'vitest';
import { compilePlan } from '../../src/core/questionnaire/gate.ts';
import { keysOf, readKeys } from '../../src/interview/keys.ts';
import { choice, definition, multiple, number, planOf, say, single } from '../core/questionnaire/example.ts';
import { county } from './example.ts';

const surveys = compilePlan(county());
const made = compilePlan(
  planOf(
    definition([
      single('screener', { role: 'screener', choices: [choice('1', '是', '1'), choice('2', '否', '2')] }),
      multiple('heard', { maxSelectedChoices: 2 }),
      number('age', { min: 10, max: 110 }),
      number('children', { min: 0, max: 20 }),
      { type: 'comment', name: 'why', title: say('为什么？') },
    ]),
  ),
);

function read(code: string, keys: string) {
  const question = surveys.find.get(code) ?? made.find.get(code);
  if (!question) throw new Error(code);
  const reading = readKeys(question, keys);
  if (reading.t === 'answer') return reading.answer;
  return reading.t === 'invalid' ? reading.problem.code : reading.t;
}

describe('keys', () => {
  it('choose the option that carries them, whatever the order of reading', () => {
    expect(read('safety', '1')).toBe('1');
    expect(read('sex', '2')).toBe('female');
    expect(read('age', '35#')).toBe('ANSWER_CHOICE'); // asked in bands in this survey
  });

  it('that no option carries are no answer', () => {
    expect(read('safety', '6')).toBe('ANSWER_CHOICE');
    expect(read('safety', '#')).toBe('ANSWER_CHOICE');
    expect(read('safety', '12')).toBe('ANSWER_CHOICE');
    expect(read('safety', 'A')).toBe('ANSWER_CHOICE');
    expect(read('problems', '1x#')).toBe('ANSWER_CHOICE');
  });

  it('that are none are silence', () => {
    expect(read('safety', '')).toBe('silence');
    expect(read('children', '#')).toBe('silence');
  });

  it('tick several options in any order, a bouncing key once', () => {
    expect(read('heard', '31#')).toEqual(['fraud', 'drugs']);
    expect(read('problems', '331')).toEqual(['theft', 'gangs']);
  });

  it('that cannot stand together or are too many are refused by the gate itself', () => {
    const question = made.find.get('heard');
    if (!question) throw new Error('heard');
    expect(readKeys(question, '10#')).toMatchObject({ t: 'invalid', problem: { code: 'ANSWER_EXCLUSIVE' } });
    expect(readKeys(question, '123#')).toMatchObject({
      t: 'invalid',
      problem: { code: 'ANSWER_TOO_MANY', details: { limit: 2 } },
    });
  });

  it('0 is “don’t know”, unless an option has that key', () => {
    expect(read('safety', '0')).toBe('8');
    expect(read('sex', '0')).toBe('refused'); // only “refused” is offered
    expect(read('channels', '0#')).toEqual(['none']);
    expect(read('problems', '0#')).toEqual(['refused']);
    expect(read('reporting', '0#')).toEqual(['8']);
  });

  it('0 passes a number, unless nought is an answer; a screener cannot be passed', () => {
    const number110 = made.find.get('age');
    if (!number110) throw new Error('age');
    expect(readKeys(number110, '0#')).toEqual({ t: 'pass' });
    expect(read('children', '0#')).toBe(0);
    expect(read('screener', '0')).toBe('ANSWER_CHOICE');
  });

  it('# alone is “don’t know” where several may be chosen', () => {
    expect(read('channels', '#')).toEqual(['dont-know']);
    expect(read('problems', '#')).toEqual(['dont-know']);
  });

  it('make whole numbers, with or without the hash key', () => {
    const question = made.find.get('age');
    if (!question) throw new Error('age');
    expect(readKeys(question, '35#')).toEqual({ t: 'answer', answer: 35 });
    expect(readKeys(question, '035')).toEqual({ t: 'answer', answer: 35 });
    expect(readKeys(question, '5')).toMatchObject({ problem: { code: 'ANSWER_RANGE' } });
    expect(readKeys(question, '9'.repeat(30))).toMatchObject({ problem: { code: 'ANSWER_RANGE' } });
  });

  it('cannot write sentences', () => {
    expect(read('why', '1')).toBe('ANSWER_CHOICE');
  });

  it('that mean something are told to the gather', () => {
    const keys = (code: string) => {
      const question = surveys.find.get(code)?.question ?? made.find.get(code)?.question;
      return question && keysOf(question);
    };
    expect(keys('safety')).toBe('1234589' + '0');
    expect(keys('channels')).toBe('1234567890#');
    expect(keys('children')).toBe('0123456789#');
  });
});
