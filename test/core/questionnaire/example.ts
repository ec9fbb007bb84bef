import { ERRORS, type Problem } from '../../../src/core/errors.ts';
import { parseQuestionnaire } from '../../../src/core/questionnaire/parse.ts';
import type { Plan } from '../../../src/core/questionnaire/plan.ts';

type Json = Record<string, unknown>;

export const say = (zh: string, en = `(${zh})`): Json => ({ default: zh, en });

/** A choice written short: code, Chinese, key, kind. */
export const choice = (value: string, zh: string, key: string, kind?: string): Json => ({
  value,
  text: say(zh),
  key,
  ...(kind !== undefined && { kind }),
});

export const FIVE_POINTS = [
  choice('1', '很满意', '1'),
  choice('2', '比较满意', '2'),
  choice('3', '一般', '3'),
  choice('4', '不太满意', '4'),
  choice('5', '很不满意', '5'),
  choice('8', '说不清', '8', 'dont-know'),
  choice('9', '不愿回答', '9', 'refused'),
];

export const single = (name: string, more: Json = {}): Json => ({
  type: 'radiogroup',
  name,
  title: say('您对本地治安满意还是不满意？'),
  spoken: say('您对本地治安满意还是不满意？'),
  isRequired: true,
  choices: FIVE_POINTS,
  ...more,
});

export const multiple = (name: string, more: Json = {}): Json => ({
  type: 'checkbox',
  name,
  title: say('您从哪里听到的？'),
  spoken: say('您从哪里听到的？'),
  choices: [
    choice('tv', '电视', '1'),
    choice('web', '网络', '2'),
    choice('talk', '宣讲', '3'),
    choice('none', '没有听到过', '0', 'none'),
    choice('8', '记不清', '8', 'dont-know'),
    choice('9', '不愿回答', '9', 'refused'),
  ],
  ...more,
});

export const number = (name: string, more: Json = {}): Json => ({
  type: 'text',
  inputType: 'number',
  name,
  title: say('您今年多大年纪？'),
  spoken: say('您今年多大年纪？'),
  min: 0,
  max: 120,
  ...more,
});

export const APPROVAL = {
  formNumber: '演示09表',
  authority: '演示中心',
  number: '演示〔2026〕9号',
  validUntil: '2027-06-30',
};

/** A whole definition as it would stand in a file: properties set to `undefined` are absent. */
export const definition = (elements: readonly Json[], more: Json = {}): Json =>
  JSON.parse(
    JSON.stringify({
      code: 'example',
      title: say('示例问卷'),
      intro: say('您好。'),
      thanks: say('谢谢。'),
      approval: APPROVAL,
      elements,
      ...more,
    }),
  );

/** The plan of a definition that must be right. */
export function planOf(json: unknown): Plan {
  const { plan, problems } = parseQuestionnaire(json);
  if (!plan) throw new Error(JSON.stringify(problems));
  return plan;
}

/** Placeholders of a problem's sentences that its details do not fill: must be none. */
export function unfilled({ code, details }: Problem): string[] {
  const { zh, en } = ERRORS[code].sentence;
  return [...`${zh} ${en}`.matchAll(/\{(\w+)\}/g)]
    .map(([, name]) => name ?? '')
    .filter((name) => details[name] === undefined || details[name] === null);
}
