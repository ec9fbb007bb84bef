import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { acceptAnswer, checkAnswer, checkAnswers, compilePlan } from '../../../src/core/questionnaire/gate.ts';
import { definition, multiple, number, planOf, say, single, unfilled } from './example.ts';

const compiled = compilePlan(
  planOf(
    definition([
      single('scale'),
      multiple('ticks', { minSelectedChoices: 2, maxSelectedChoices: 2 }),
      multiple('free'),
      number('age', { min: 16, max: 110 }),
      { type: 'comment', name: 'text', title: say('请说明'), maxLength: 5 },
      single('hidden', { visibleIf: "{scale} = '5'" }),
    ]),
  ),
);

function outcome(code: string, value: unknown): unknown {
  const question = compiled.find.get(code);
  if (!question) throw new Error(code);
  const checked = checkAnswer(question, value);
  if ('answer' in checked) return checked.answer;
  expect(unfilled(checked.problem)).toEqual([]);
  return checked.problem.code;
}

describe('the answer gate', () => {
  it.each<[string, unknown, unknown]>([
    ['scale', '1', '1'],
    ['scale', '9', '9'],
    ['scale', '99', 'ANSWER_CHOICE'], // out of the scale
    ['scale', 1, 'ANSWER_TYPE'],
    ['scale', ['1'], 'ANSWER_TYPE'], // an array for a single question
    ['scale', { value: '1' }, 'ANSWER_TYPE'],
    ['scale', true, 'ANSWER_TYPE'],
    ['scale', null, 'ANSWER_TYPE'],
    ['scale', undefined, 'ANSWER_TYPE'],
    ['scale', '', 'ANSWER_CHOICE'],
    ['scale', '__proto__', 'ANSWER_CHOICE'],
    ['scale', 'toString', 'ANSWER_CHOICE'],
    ['ticks', ['web', 'tv'], ['tv', 'web']], // one canonical order
    ['ticks', ['tv', 'web', 'talk'], 'ANSWER_TOO_MANY'],
    ['ticks', ['tv'], 'ANSWER_TOO_FEW'],
    ['ticks', ['9'], ['9']], // a refusal needs no second tick
    ['free', ['tv', 'tv'], 'ANSWER_REPEATED'],
    ['free', ['none', 'tv'], 'ANSWER_EXCLUSIVE'],
    ['free', ['8', '9'], 'ANSWER_EXCLUSIVE'],
    ['free', ['none'], ['none']],
    ['free', ['radio'], 'ANSWER_CHOICE'],
    ['free', [['tv']], 'ANSWER_CHOICE'],
    ['free', [], 'ANSWER_EMPTY'],
    ['free', 'tv', 'ANSWER_TYPE'],
    ['free', { 0: 'tv', length: 1 }, 'ANSWER_TYPE'],
    ['free', new Array(100_000).fill('tv'), 'ANSWER_TOO_MANY'],
    ['age', 16, 16],
    ['age', 15, 'ANSWER_RANGE'],
    ['age', 111, 'ANSWER_RANGE'],
    ['age', Number.POSITIVE_INFINITY, 'ANSWER_RANGE'],
    ['age', Number.NaN, 'ANSWER_TYPE'],
    ['age', 20.5, 'ANSWER_WHOLE'],
    ['age', '20', 'ANSWER_TYPE'],
    ['age', 'abc', 'ANSWER_TYPE'],
    ['text', '  好  ', '好'],
    ['text', '123456', 'ANSWER_TOO_LONG'],
    ['text', '   ', 'ANSWER_EMPTY'],
    ['text', 'a\u0000b', 'ANSWER_TYPE'],
    ['text', '𠮷', '𠮷'],
    ['text', 'a\ud842', 'ANSWER_TYPE'],
    ['text', '\udfb7', 'ANSWER_TYPE'],
    ['text', { html: 'x' }, 'ANSWER_TYPE'],
  ])('judges %s = %j as %j', (code, value, expected) => {
    expect(outcome(code, value)).toEqual(expected);
  });

  it('throws the same problem for an answer sent alone', () => {
    const question = compiled.find.get('scale');
    if (!question) throw new Error('scale');
    expect(acceptAnswer(question, '2')).toBe('2');
    expect(() => acceptAnswer(question, '99')).toThrow(AppError);
  });

  it('judges a whole record: keeps what is right, names what is not', () => {
    const { answers, problems } = checkAnswers(compiled, {
      scale: '1',
      age: 'x',
      ghost: 1,
      text: null,
      free: ['web', 'tv'],
    });
    expect(answers).toEqual({ scale: '1', free: ['tv', 'web'] });
    expect(problems.map(({ code, details }) => [code, details.question])).toEqual([
      ['ANSWER_TYPE', 'age'],
      ['ANSWER_QUESTION', 'ghost'],
    ]);
  });

  it('is not polluted by names every object has', () => {
    const { answers, problems } = checkAnswers(
      compiled,
      JSON.parse('{"__proto__": {"scale": "1"}, "constructor": "1"}'),
    );
    expect(answers).toEqual({});
    expect(problems.map(({ code }) => code)).toEqual(['ANSWER_QUESTION', 'ANSWER_QUESTION']);
    expect(({} as Record<string, unknown>).scale).toBeUndefined();
  });

  it.each([null, 'x', 1, ['scale'], undefined])('refuses %j as a record', (input) => {
    expect(checkAnswers(compiled, input)).toMatchObject({ answers: {}, problems: [{ code: 'ANSWER_TYPE' }] });
  });

  it('shows only the beginning of a long wrong value', () => {
    const question = compiled.find.get('scale');
    const checked = question && checkAnswer(question, 'x'.repeat(10_000));
    expect(checked && 'problem' in checked && String(checked.problem.details.value).length).toBe(41);
  });
});
