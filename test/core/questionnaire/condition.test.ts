import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import {
  compileCondition,
  isPositive,
  parseCondition,
  printCondition,
  questionsIn,
} from '../../../src/core/questionnaire/condition.ts';

const holds = (expression: string, answers: Record<string, string | number | string[]>): boolean =>
  compileCondition(parseCondition(expression))(answers);

function codeOf(expression: string): string {
  try {
    parseCondition(expression);
    return 'accepted';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe('a condition', () => {
  it('compares, and treats an unanswered question as failing every positive test', () => {
    expect(holds("{q} = '1'", { q: '1' })).toBe(true);
    expect(holds("{q} = '1'", {})).toBe(false);
    expect(holds("{q} <> '1'", {})).toBe(true);
    expect(holds('{age} >= 18', { age: 18 })).toBe(true);
    expect(holds('{age} < 18', {})).toBe(false);
    expect(holds('{age} <= 5', {})).toBe(false);
    expect(holds('{q} empty', {})).toBe(true);
    expect(holds('{q} notempty', { q: '1' })).toBe(true);
  });

  it('looks into the ticks of a multiple question', () => {
    expect(holds("{m} contains 'tv'", { m: ['web', 'tv'] })).toBe(true);
    expect(holds("{m} notcontains 'tv'", { m: ['web'] })).toBe(true);
    expect(holds("{m} anyof ['tv', 'talk']", { m: ['talk'] })).toBe(true);
    expect(holds("{m} noneof ['tv']", {})).toBe(true);
  });

  it('binds "and" tighter than "or", and obeys parentheses and negation', () => {
    expect(holds("{a} = '1' or {b} = '1' and {c} = '1'", { a: '1' })).toBe(true);
    expect(holds("({a} = '1' or {b} = '1') and {c} = '1'", { a: '1' })).toBe(false);
    expect(holds("not ({a} = '1')", { a: '2' })).toBe(true);
    expect(holds("!({a} = '1') && {b} == 2", { b: 2 })).toBe(true);
  });

  it('prints as an expression that reads back the same', () => {
    const expression = "({a} = '1' or {age} >= 18) and !({m} anyof ['x', 'y']) and {b} empty";
    const condition = parseCondition(expression);
    expect(printCondition(condition)).toBe(expression);
    expect(parseCondition(printCondition(condition))).toEqual(condition);
  });

  it('names the questions it looks at, each once', () => {
    expect(questionsIn(parseCondition('{a} = 1 and ({b} empty or {a} = 2)'))).toEqual(['a', 'b']);
  });

  it('is positive only without any negation', () => {
    expect(isPositive(parseCondition("{a} = '1' and {b} anyof ['2']"))).toBe(true);
    for (const expression of ["{a} <> '1'", "!({a} = '1')", '{a} empty', "{a} noneof ['1']", "{a} notcontains '1'"])
      expect(isPositive(parseCondition(expression))).toBe(false);
  });

  it.each([
    ['', 'CONDITION_SYNTAX'],
    ['{a} =', 'CONDITION_SYNTAX'],
    ['{a} = 1 and', 'CONDITION_SYNTAX'],
    ["{a} anyof ['1'", 'CONDITION_SYNTAX'],
    ['{a} = 1 {b} = 2', 'CONDITION_SYNTAX'],
    ['{a} # 1', 'CONDITION_SYNTAX'],
    ['{a} = {b}', 'CONDITION_SYNTAX'],
    ["{m} contains ['1', '2']", 'CONDITION_SYNTAX'],
    ['{a} constructor 1', 'CONDITION_SYNTAX'],
    [`${'('.repeat(5000)}{a} = 1`, 'CONDITION_SYNTAX'],
    ['today() > 5', 'CONDITION_FUNCTION'],
    ['isContainerReady({a})', 'CONDITION_FUNCTION'],
    ["{a} = iif({b} = 1, 'x', 'y')", 'CONDITION_FUNCTION'],
  ])('refuses “%.40s”', (expression, code) => {
    expect(codeOf(expression)).toBe(code);
  });
});
