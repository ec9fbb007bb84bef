import { describe, expect, it } from 'vitest';
import { parseQuestionnaire } from '../../../src/core/questionnaire/parse.ts';
import { choice, definition, FIVE_POINTS, multiple, number, planOf, say, single, unfilled } from './example.ts';

const codes = (json: unknown): string[] => parseQuestionnaire(json).problems.map(({ code }) => code);

function nested(levels: number): unknown {
  let panel: unknown = { type: 'panel', name: 'innermost', elements: [] };
  for (let level = 0; level < levels; level++) panel = { type: 'panel', name: `p${level}`, elements: [panel] };
  return { ...definition([]), elements: [panel] };
}

describe('reading a questionnaire', () => {
  it('flattens pages and panels and joins the conditions that stand over a question', () => {
    const plan = planOf(
      definition([], {
        elements: undefined,
        pages: [
          { name: 'one', elements: [single('a'), number('n')] },
          {
            name: 'two',
            visibleIf: "{a} = '1'",
            elements: [
              { type: 'panel', name: 'p', visibleIf: '{n} >= 18', elements: [single('b', { visibleIf: '{n} < 60' })] },
            ],
          },
        ],
      }),
    );
    expect(plan.questions.map(({ code }) => code)).toEqual(['a', 'n', 'b']);
    expect(plan.questions[2]?.visibleIf).toEqual({
      op: 'and',
      terms: [
        { op: '=', question: 'a', value: '1' },
        { op: '>=', question: 'n', value: 18 },
        { op: '<', question: 'n', value: 60 },
      ],
    });
  });

  it('gives plain JSON that survives being stored', () => {
    const plan = planOf(definition([single('a'), multiple('m', { visibleIf: '{a} notempty' })]));
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it('turns rating and boolean into single questions', () => {
    const plan = planOf(
      definition([
        single('r', { type: 'rating', choices: undefined, rateValues: FIVE_POINTS }),
        { type: 'boolean', name: 'b', title: say('有没有？'), labelTrue: say('有'), labelFalse: say('没有') },
      ]),
    );
    expect(plan.questions.map(({ type, choices }) => [type, choices.length])).toEqual([
      ['single', 7],
      ['single', 2],
    ]);
  });

  it('lets Chinese stand in where there is no English', () => {
    const plan = planOf(definition([single('a', { title: '您满意还是不满意？' })]));
    expect(plan.questions[0]?.title.en).toBe('您满意还是不满意？');
  });

  it('takes the age bands from the age question', () => {
    const age = single('age', {
      role: 'age',
      choices: [
        choice('18-44', '18到44岁', '1'),
        choice('45+', '45岁及以上', '2'),
        choice('refused', '不愿回答', '9', 'refused'),
      ],
    });
    expect(planOf(definition([age])).ageBands).toEqual(['18-44', '45+']);
    expect(planOf(definition([number('age', { role: 'age' })])).ageBands).toEqual([
      '18-29',
      '30-39',
      '40-49',
      '50-59',
      '60+',
    ]);
    expect(planOf(definition([number('age', { role: 'age' })], { ageBands: ['18-59', '60+'] })).ageBands).toEqual([
      '18-59',
      '60+',
    ]);
  });

  it.each([
    ['what is not an object', ['x'], 'QUESTIONNAIRE_SHAPE'],
    ['no questions', definition([]), 'QUESTIONNAIRE_NO_QUESTIONS'],
    ['an unknown type', definition([single('a', { type: 'signaturepad' })]), 'QUESTIONNAIRE_TYPE'],
    [
      'a type named like a method of every object',
      definition([single('a', { type: 'constructor' })]),
      'QUESTIONNAIRE_TYPE',
    ],
    ['an html element', definition([single('a'), { type: 'html', name: 'h', html: '<b>x</b>' }]), 'QUESTIONNAIRE_TYPE'],
    ['a table', definition([single('a', { type: 'matrix' })]), 'QUESTIONNAIRE_MATRIX'],
    ['completedHtml', definition([single('a')], { completedHtml: '<p>{a}</p>' }), 'QUESTIONNAIRE_UNSAFE'],
    ['loadingHtml', definition([single('a')], { loadingHtml: 'x' }), 'QUESTIONNAIRE_UNSAFE'],
    ['navigateToUrl', definition([single('a')], { navigateToUrl: 'https://example.com' }), 'QUESTIONNAIRE_UNSAFE'],
    ['choicesByUrl', definition([single('a', { choicesByUrl: { url: 'http://localhost' } })]), 'QUESTIONNAIRE_UNSAFE'],
    ['an unknown property', definition([single('a', { setValueIf: '{b} = 1' })]), 'QUESTIONNAIRE_PROPERTY'],
    ['calculated values', definition([single('a')], { calculatedValues: [] }), 'QUESTIONNAIRE_PROPERTY'],
    [
      'a regular expression that stalls',
      definition([
        number('n', {
          inputType: 'text',
          min: undefined,
          max: undefined,
          validators: [{ type: 'regex', regex: '^(a+)+$' }],
        }),
      ]),
      'QUESTIONNAIRE_REGEX',
    ],
    ['answers piped into a title', definition([single('a', { title: say('您说{b}？') })]), 'QUESTIONNAIRE_PIPING'],
    ['a code with capitals', definition([single('Safety')]), 'QUESTIONNAIRE_CODE'],
    ['a code every object has', definition([single('constructor')]), 'QUESTIONNAIRE_CODE'],
    ['two questions of one code', definition([single('a'), single('a')]), 'QUESTIONNAIRE_DUPLICATE'],
    [
      'two choices of one code',
      definition([single('a', { choices: [...FIVE_POINTS, choice('1', '好', '7')] })]),
      'QUESTIONNAIRE_DUPLICATE',
    ],
    ['no title', definition([single('a', { title: undefined })]), 'QUESTIONNAIRE_TEXT'],
    ['one option only', definition([single('a', { choices: [choice('1', '好', '1')] })]), 'QUESTIONNAIRE_NO_CHOICES'],
    ['a number without limits', definition([number('n', { max: undefined })]), 'QUESTIONNAIRE_LIMITS'],
    [
      'more required ticks than options',
      definition([multiple('m', { minSelectedChoices: 7 })]),
      'QUESTIONNAIRE_LIMITS',
    ],
    ['a sex question with other codes', definition([single('sex', { role: 'sex' })]), 'QUESTIONNAIRE_ROLE'],
    ['an unknown mode', definition([single('a')], { modes: ['fax'] }), 'QUESTIONNAIRE_SHAPE'],
    ['elements that are not a list', definition([single('a')], { pages: 'x' }), 'QUESTIONNAIRE_SHAPE'],
    ['panels in panels without end', nested(5000), 'QUESTIONNAIRE_SHAPE'],
    ['a broken condition', definition([single('a'), single('b', { visibleIf: '{a} =' })]), 'CONDITION_SYNTAX'],
    ['a function', definition([single('a'), single('b', { visibleIf: 'age({a}) > 5' })]), 'CONDITION_FUNCTION'],
    ['an unknown question', definition([single('a', { visibleIf: "{ghost} = '1'" })]), 'CONDITION_QUESTION'],
    ['a later question', definition([single('a', { visibleIf: "{b} = '1'" }), single('b')]), 'CONDITION_FORWARD'],
    ['a question that waits for itself', definition([single('a', { visibleIf: "{a} = '1'" })]), 'CONDITION_CYCLE'],
    ['an unknown choice', definition([single('a'), single('b', { visibleIf: "{a} = '7'" })]), 'CONDITION_CHOICE'],
    ['an order on a scale', definition([single('a'), single('b', { visibleIf: '{a} > 3' })]), 'CONDITION_OPERATOR'],
    [
      'an ending that an unanswered question fulfils',
      definition([single('a')], { triggers: [{ type: 'complete', expression: "{a} <> '1'", disposition: '4.70' }] }),
      'SCREEN_OUT_NEGATION',
    ],
    [
      'an ending without a result code',
      definition([single('a')], { triggers: [{ type: 'complete', expression: "{a} = '1'" }] }),
      'SCREEN_OUT_DISPOSITION',
    ],
    [
      'a trigger that runs an expression',
      definition([single('a')], { triggers: [{ type: 'runexpression' }] }),
      'QUESTIONNAIRE_SHAPE',
    ],
  ])('refuses %s', (_name, json, code) => {
    const { plan, problems } = parseQuestionnaire(json);
    expect(plan).toBeNull();
    expect(problems.map((problem) => problem.code)).toContain(code);
    for (const problem of problems) expect(unfilled(problem)).toEqual([]);
  });

  it('names the whole circle when branching goes round, once', () => {
    const { problems } = parseQuestionnaire(
      definition([
        single('a', { visibleIf: "{c} = '1'" }),
        single('b', { visibleIf: "{a} = '1'" }),
        single('c', { visibleIf: "{b} = '1'" }),
      ]),
    );
    expect(problems).toEqual([{ code: 'CONDITION_CYCLE', details: { cycle: 'a → c → b → a' } }]);
  });

  it('reports every problem at once, not only the first', () => {
    expect(
      codes(definition([single('a', { type: 'matrix' }), single('B'), single('c', { visibleIf: '{ghost} = 1' })])),
    ).toEqual(['QUESTIONNAIRE_MATRIX', 'QUESTIONNAIRE_CODE', 'CONDITION_QUESTION']);
  });
});
