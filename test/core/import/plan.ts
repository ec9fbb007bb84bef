import { type CompiledPlan, compilePlan } from '../../../src/core/questionnaire/gate.ts';
import type { Choice, Plan, Question } from '../../../src/core/questionnaire/plan.ts';
import { buildTree, type UnitTree } from '../../../src/core/units/tree.ts';
import type { Unit } from '../../../src/core/units/types.ts';

const text = (zh: string, en: string): { zh: string; en: string } => ({ zh, en });

function choice(code: string, zh: string, en: string, kind: Choice['kind'] = 'answer'): Choice {
  return { code, title: text(zh, en), spoken: null, key: null, kind };
}

function question(code: string, type: Question['type'], title: Question['title'], more: Partial<Question>): Question {
  return {
    code,
    type,
    title,
    help: null,
    note: null,
    spoken: null,
    required: true,
    choices: [],
    min: null,
    max: null,
    minChoices: null,
    maxChoices: null,
    maxLength: null,
    visibleIf: null,
    role: null,
    reversible: false,
    ...more,
  };
}

/** A questionnaire with one question of each kind. */
export const PLAN: Plan = {
  code: 'small',
  title: text('小问卷', 'Small'),
  modes: ['phone'],
  minutes: 1,
  approval: null,
  intro: text('您好', 'Hello'),
  thanks: text('谢谢', 'Thanks'),
  ageBands: ['18-29', '30-59', '60+'],
  questions: [
    question('adult', 'single', text('您年满18周岁吗？', 'Are you 18?'), {
      role: 'screener',
      choices: [choice('2', '否', 'No'), choice('1', '是', 'Yes')],
    }),
    question('age', 'single', text('您的年龄段？', 'Your age group?'), {
      role: 'age',
      choices: [choice('18-29', '青年', 'Young'), choice('30-59', '中年', 'Middle'), choice('60+', '老年', 'Old')],
    }),
    question('safety', 'single', text('您感觉安全吗？', 'Do you feel safe?'), {
      choices: [
        choice('1', '安全', 'Safe'),
        choice('2', '不安全', 'Unsafe'),
        choice('8', '说不清', 'Don’t know', 'dont-know'),
      ],
    }),
    question('channels', 'multiple', text('您从哪里听说？（多选）', 'Where did you hear of it?'), {
      choices: [
        choice('tv', '电视、广播', 'Television'),
        choice('web', '网络', 'Online'),
        choice('none', '都没有', 'None', 'none'),
      ],
    }),
    question('years', 'number', text('您住了几年？', 'For how many years?'), { required: false, min: 0, max: 120 }),
    question('wish', 'text', text('您有什么建议？', 'Anything to add?'), { required: false, maxLength: 20 }),
  ],
  screenOuts: [{ when: { op: '=', question: 'adult', value: '2' }, disposition: '4.70' }],
};

export const COMPILED: CompiledPlan = compilePlan(PLAN);

function unit(code: string, name: string, level: Unit['level'], parentCode: string | null): Unit {
  return { code, name, level, parentCode, population: null, populationSource: null, villages: null };
}

/** Two counties, each with a town of the same name. */
export const TREE: UnitTree = buildTree([
  unit('6109', '安康市', 'city', null),
  unit('610902', '汉滨区', 'county', '6109'),
  unit('610921', '汉阴县', 'county', '6109'),
  unit('610902104', '五里镇', 'town', '610902'),
  unit('610902100', '城关镇', 'town', '610902'),
  unit('610921100', '城关镇', 'town', '610921'),
]);
