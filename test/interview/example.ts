import { readFileSync } from 'node:fs';
import type { Plan } from '../../src/core/questionnaire/plan.ts';
import { choice, definition, multiple, number, planOf, say, single } from '../core/questionnaire/example.ts';

export const county = (): Plan => planOf(JSON.parse(readFileSync('surveys/saohei-county.json', 'utf8')));

/** Every kind of question and of condition, with chains of them. */
export const winding = (): Plan =>
  planOf(
    definition(
      [
        single('adult', { role: 'screener' }),
        number('age', { min: 10, max: 110 }),
        single('safe', { reversible: true, visibleIf: '{age} >= 16' }),
        multiple('heard', { visibleIf: "{safe} anyof ['1', '2', '8']", maxSelectedChoices: 2 }),
        single('chain', { visibleIf: "{heard} contains 'tv' or {safe} = '5'" }),
        multiple('deep', { visibleIf: "{chain} notempty and !({heard} anyof ['web', 'none'])", minSelectedChoices: 2 }),
        {
          type: 'comment',
          name: 'why',
          title: say('为什么？'),
          maxLength: 20,
          visibleIf: "{deep} empty and {safe} <> '1'",
        },
        single('last', { visibleIf: "{why} notempty or {heard} notcontains 'talk' and {age} < 60" }),
        single('yes', { choices: [choice('1', '有', '1'), choice('2', '没有', '2')] }),
      ],
      {
        triggers: [
          { type: 'complete', expression: "{adult} = '5'", disposition: '4.70' },
          { type: 'complete', expression: "{age} < 12 or {safe} = '4'", disposition: '4.10' },
        ],
      },
    ),
  );
