import { AppError } from '../errors.ts';
import type { Answer, Answers } from './plan.ts';

type CompareOperator = '=' | '<>' | '<' | '>' | '<=' | '>=';
type ListOperator = 'anyof' | 'noneof' | 'contains' | 'notcontains';
type PresenceOperator = 'empty' | 'notempty';
type Literal = string | number;

/** The part of SurveyJS's expression language we allow, as plain JSON. */
export type Condition =
  | { readonly op: 'and' | 'or'; readonly terms: readonly Condition[] }
  | { readonly op: 'not'; readonly term: Condition }
  | { readonly op: CompareOperator; readonly question: string; readonly value: Literal }
  | { readonly op: ListOperator; readonly question: string; readonly values: readonly Literal[] }
  | { readonly op: PresenceOperator; readonly question: string };

/** A leaf of a condition: a test of one question. */
export type Test = Exclude<Condition, { readonly op: 'and' | 'or' | 'not' }>;

const COMPARE: Readonly<Record<string, CompareOperator>> = {
  '=': '=',
  '==': '=',
  equal: '=',
  '<>': '<>',
  '!=': '<>',
  notequal: '<>',
  '<': '<',
  less: '<',
  '>': '>',
  greater: '>',
  '<=': '<=',
  lessorequal: '<=',
  '>=': '>=',
  greaterorequal: '>=',
};
const LIST: readonly ListOperator[] = ['anyof', 'noneof', 'contains', 'notcontains'];
const PRESENCE: readonly PresenceOperator[] = ['empty', 'notempty'];

type Kind = 'question' | 'text' | 'number' | 'sign' | 'word' | 'end';
interface Token {
  readonly kind: Kind;
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /\s*(?:\{([^{}]*)\}|'([^'\\]*)'|"([^"\\]*)"|(-?\d+(?:\.\d+)?)|(<>|<=|>=|!=|==|&&|\|\||[=<>!()[\],])|([a-z]+))/iy;

/** Longer than any real condition; it also bounds how deep parentheses can nest. */
const LONGEST = 2000;

function tokenize(expression: string): Token[] {
  if (expression.length > LONGEST)
    throw new AppError('CONDITION_SYNTAX', { expression: `${expression.slice(0, 60)}…`, position: LONGEST });
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  const length = expression.trimEnd().length;
  let at = 0;
  while (at < length) {
    pattern.lastIndex = at;
    const match = pattern.exec(expression);
    if (!match) throw new AppError('CONDITION_SYNTAX', { expression, position: at + 1 });
    const [, question, single, double, number, sign, word] = match;
    const found: readonly [Kind, string | undefined][] = [
      ['question', question?.trim()],
      ['text', single ?? double],
      ['number', number],
      ['sign', sign],
      ['word', word?.toLowerCase()],
    ];
    for (const [kind, text] of found) if (text !== undefined) tokens.push({ kind, text, at });
    at = pattern.lastIndex;
  }
  tokens.push({ kind: 'end', text: '', at: length });
  return tokens;
}

/**
 * Reads an expression such as `{age} >= 18 and {heard} anyof ['tv', 'family']`. `and` binds tighter than `or`; `not`
 * (also `!`, `negate`) wants parentheses. Throws `CONDITION_SYNTAX` or `CONDITION_FUNCTION`.
 */
export function parseCondition(expression: string): Condition {
  const tokens = tokenize(expression);
  let next = 0;
  const end = tokens[tokens.length - 1] as Token;
  const peek = (): Token => tokens[next] ?? end;
  const fail = (token: Token): never => {
    if (token.kind === 'word' && tokens[next + 1]?.text === '(')
      throw new AppError('CONDITION_FUNCTION', { expression, name: token.text });
    throw new AppError('CONDITION_SYNTAX', { expression, position: token.at + 1 });
  };
  const take = (...texts: readonly string[]): boolean => {
    const token = peek();
    if ((token.kind !== 'sign' && token.kind !== 'word') || !texts.includes(token.text)) return false;
    next += 1;
    return true;
  };
  const expect = (text: string): void => {
    if (!take(text)) fail(peek());
  };
  const readLiteral = (): Literal => {
    const token = peek();
    if (token.kind !== 'text' && token.kind !== 'number') return fail(token);
    next += 1;
    return token.kind === 'number' ? Number(token.text) : token.text;
  };
  const readList = (): Literal[] => {
    if (!take('[')) return [readLiteral()];
    const values = [readLiteral()];
    while (take(',')) values.push(readLiteral());
    expect(']');
    return values;
  };
  const readTest = (): Condition => {
    const subject = peek();
    if (subject.kind !== 'question') return fail(subject);
    next += 1;
    const operator = peek();
    next += 1;
    if (operator.kind === 'sign' || operator.kind === 'word') {
      const compare = Object.hasOwn(COMPARE, operator.text) ? COMPARE[operator.text] : undefined;
      if (compare) return { op: compare, question: subject.text, value: readLiteral() };
      const list = LIST.find((name) => name === operator.text);
      if (list === 'contains' || list === 'notcontains')
        return { op: list, question: subject.text, values: [readLiteral()] };
      if (list) return { op: list, question: subject.text, values: readList() };
      const presence = PRESENCE.find((name) => name === operator.text);
      if (presence) return { op: presence, question: subject.text };
    }
    next -= 1;
    return fail(operator);
  };
  const readTerm = (): Condition => {
    if (take('not', '!', 'negate')) {
      expect('(');
      const term = readEither();
      expect(')');
      return { op: 'not', term };
    }
    if (!take('(')) return readTest();
    const inner = readEither();
    expect(')');
    return inner;
  };
  const readChain = (op: 'and' | 'or', signs: readonly string[], read: () => Condition): Condition => {
    const first = read();
    const terms = [first];
    while (take(...signs)) terms.push(read());
    return terms.length === 1 ? first : { op, terms };
  };
  const readEither = (): Condition => readChain('or', ['or', '||'], () => readChain('and', ['and', '&&'], readTerm));

  const condition = readEither();
  if (peek().kind !== 'end') fail(peek());
  return condition;
}

/** The tests a condition is made of, left to right. */
export function testsIn(condition: Condition): Test[] {
  switch (condition.op) {
    case 'and':
    case 'or':
      return condition.terms.flatMap(testsIn);
    case 'not':
      return testsIn(condition.term);
    default:
      return [condition];
  }
}

/** Codes of the questions a condition looks at, each once. */
export function questionsIn(condition: Condition): string[] {
  return [...new Set(testsIn(condition).map((test) => test.question))];
}

/** True when an unanswered question can never make the condition hold: no negation anywhere. */
export function isPositive(condition: Condition): boolean {
  switch (condition.op) {
    case 'and':
    case 'or':
      return condition.terms.every(isPositive);
    default:
      return !['not', '<>', 'noneof', 'notcontains', 'empty'].includes(condition.op);
  }
}

/** Rebuilds a condition with every test replaced. */
export function mapTests(condition: Condition, change: (test: Test) => Test): Condition {
  switch (condition.op) {
    case 'and':
    case 'or':
      return { op: condition.op, terms: condition.terms.map((term) => mapTests(term, change)) };
    case 'not':
      return { op: 'not', term: mapTests(condition.term, change) };
    default:
      return change(condition);
  }
}

export type Holds = (answers: Answers) => boolean;

/** An unanswered question fails every test except `<>`, `noneof`, `notcontains` and `empty`, as in SurveyJS. */
export function compileCondition(condition: Condition): Holds {
  switch (condition.op) {
    case 'and': {
      const terms = condition.terms.map(compileCondition);
      return (answers) => terms.every((holds) => holds(answers));
    }
    case 'or': {
      const terms = condition.terms.map(compileCondition);
      return (answers) => terms.some((holds) => holds(answers));
    }
    case 'not': {
      const holds = compileCondition(condition.term);
      return (answers) => !holds(answers);
    }
    default: {
      const { question } = condition;
      const test = compileTest(condition);
      return (answers) => test(answers[question]);
    }
  }
}

function compileTest(test: Test): (answer: Answer | undefined) => boolean {
  switch (test.op) {
    case '=':
      return (answer) => answer === test.value;
    case '<>':
      return (answer) => answer !== test.value;
    case '<':
      return (answer) => answer !== undefined && answer < test.value;
    case '>':
      return (answer) => answer !== undefined && answer > test.value;
    case '<=':
      return (answer) => answer !== undefined && answer <= test.value;
    case '>=':
      return (answer) => answer !== undefined && answer >= test.value;
    case 'empty':
      return (answer) => answer === undefined;
    case 'notempty':
      return (answer) => answer !== undefined;
    case 'anyof':
    case 'contains':
      return (answer) => overlaps(answer, test.values);
    case 'noneof':
    case 'notcontains':
      return (answer) => !overlaps(answer, test.values);
  }
}

function overlaps(answer: Answer | undefined, values: readonly Literal[]): boolean {
  if (answer === undefined) return false;
  return typeof answer === 'object' ? answer.some((code) => values.includes(code)) : values.includes(answer);
}

const quote = (value: Literal): string => (typeof value === 'number' ? String(value) : `'${value}'`);

/** The condition as a SurveyJS expression; reading it again gives the same condition. */
export function printCondition(condition: Condition): string {
  switch (condition.op) {
    case 'and':
    case 'or':
      return condition.terms
        .map((term) => (term.op === 'and' || term.op === 'or' ? `(${printCondition(term)})` : printCondition(term)))
        .join(` ${condition.op} `);
    case 'not':
      return `!(${printCondition(condition.term)})`;
    case 'empty':
    case 'notempty':
      return `{${condition.question}} ${condition.op}`;
    case 'anyof':
    case 'noneof':
      return `{${condition.question}} ${condition.op} [${condition.values.map(quote).join(', ')}]`;
    case 'contains':
    case 'notcontains':
      return `{${condition.question}} ${condition.op} ${condition.values.map(quote).join(', ')}`;
    default:
      return `{${condition.question}} ${condition.op} ${quote(condition.value)}`;
  }
}
