import type { Text } from '../text.ts';
import type { CodedIndicator, IndicatorSet } from './coding.ts';
import { type Condition, printCondition } from './condition.ts';
import type { Choice, Plan, Question } from './plan.ts';

export interface Version {
  readonly plan: Plan;
  readonly set: IndicatorSet;
}

export interface Difference {
  readonly kind: 'question' | 'order' | 'wording' | 'options' | 'branching' | 'rules' | 'form' | 'coding';
  /** The question, option or indicator it is about; empty for the whole form. */
  readonly place: string;
  readonly text: Text;
}

/** What changed from one version to the next, one readable line each, for whoever publishes. */
export function describeDifference(before: Version, after: Version): Difference[] {
  return [
    ...compareForm(before.plan, after.plan),
    ...compareQuestions(before.plan.questions, after.plan.questions),
    ...compareIndicators(before.set, after.set),
  ];
}

const line = (kind: Difference['kind'], place: string, zh: string, en: string): Difference => ({
  kind,
  place,
  text: { zh, en },
});

/** Keeps the entries whose two sides differ. */
function compareFields(
  kind: Difference['kind'],
  place: string,
  fields: readonly (readonly [name: Text, before: string, after: string])[],
): Difference[] {
  return fields
    .filter(([, before, after]) => before !== after)
    .map(([name, before, after]) =>
      line(
        kind,
        place,
        `${name.zh}由“${before || '无'}”改为“${after || '无'}”`,
        `${name.en}: “${before || 'none'}” became “${after || 'none'}”`,
      ),
    );
}

/** Pairs two lists by code: what is gone, what is new, what stayed. */
function pair<T extends { readonly code: string }>(
  before: readonly T[],
  after: readonly T[],
): {
  readonly removed: readonly T[];
  readonly added: readonly T[];
  readonly kept: readonly (readonly [T, T])[];
} {
  const old = new Map(before.map((item) => [item.code, item]));
  const now = new Set(after.map(({ code }) => code));
  return {
    removed: before.filter(({ code }) => !now.has(code)),
    added: after.filter(({ code }) => !old.has(code)),
    kept: after.flatMap((item) => {
      const was = old.get(item.code);
      return was ? [[was, item] as const] : [];
    }),
  };
}

function compareForm(before: Plan, after: Plan): Difference[] {
  const ending = (plan: Plan): string =>
    plan.screenOuts.map(({ when, disposition }) => `${disposition}: ${printCondition(when)}`).join('; ');
  const approval = ({ approval: a }: Plan): string =>
    a ? [a.formNumber, a.authority, a.number, a.validUntil].join(' ') : '';
  return [
    ...compareFields('wording', '', [
      [{ zh: '问卷名称', en: 'Title' }, before.title.zh, after.title.zh],
      [{ zh: '开场白', en: 'Introduction' }, before.intro.zh, after.intro.zh],
      [{ zh: '结束语', en: 'Closing words' }, before.thanks.zh, after.thanks.zh],
    ]),
    ...compareFields('form', '', [
      [{ zh: '法定标识', en: 'Legal marks' }, approval(before), approval(after)],
      [{ zh: '调查方式', en: 'Modes' }, before.modes.join(), after.modes.join()],
      [{ zh: '年龄段', en: 'Age bands' }, before.ageBands.join(), after.ageBands.join()],
    ]),
    ...compareFields('branching', '', [[{ zh: '终止条件', en: 'Endings' }, ending(before), ending(after)]]),
  ];
}

function compareQuestions(before: readonly Question[], after: readonly Question[]): Difference[] {
  const { removed, added, kept } = pair(before, after);
  const order = (questions: readonly Question[]): string =>
    questions.flatMap(({ code }) => (kept.some(([was]) => was.code === code) ? [code] : [])).join(' → ');
  return [
    ...removed.map(({ code, title }) =>
      line('question', code, `删去题目：${title.zh}`, `Question removed: ${title.en}`),
    ),
    ...added.map(({ code, title }) => line('question', code, `新增题目：${title.zh}`, `Question added: ${title.en}`)),
    ...compareFields('order', '', [[{ zh: '题目顺序', en: 'Order of questions' }, order(before), order(after)]]),
    ...kept.flatMap(([was, is]) => compareQuestion(was, is)),
  ];
}

function compareQuestion(before: Question, after: Question): Difference[] {
  const { code } = after;
  const condition = (value: Condition | null): string => (value ? printCondition(value) : '');
  const limits = (q: Question): string =>
    [q.min, q.max, q.minChoices, q.maxChoices, q.maxLength].map((limit) => limit ?? '–').join(' ');
  return [
    ...compareFields('wording', code, [
      [{ zh: '题目', en: 'Wording (Chinese)' }, before.title.zh, after.title.zh],
      [{ zh: '题目（英文）', en: 'Wording (English)' }, before.title.en, after.title.en],
      [{ zh: '说明', en: 'Help' }, before.help?.zh ?? '', after.help?.zh ?? ''],
      [{ zh: '访问员提示', en: 'Interviewer note' }, before.note?.zh ?? '', after.note?.zh ?? ''],
      [{ zh: '电话念读', en: 'Spoken prompt' }, before.spoken?.zh ?? '', after.spoken?.zh ?? ''],
    ]),
    ...compareFields('rules', code, [
      [{ zh: '题型', en: 'Type' }, before.type, after.type],
      [{ zh: '必答', en: 'Required' }, String(before.required), String(after.required)],
      [{ zh: '上下限', en: 'Limits' }, limits(before), limits(after)],
      [{ zh: '用途', en: 'Role' }, before.role ?? '', after.role ?? ''],
      [{ zh: '选项半数倒序', en: 'Options reversed for a half' }, String(before.reversible), String(after.reversible)],
    ]),
    ...compareFields('branching', code, [
      [{ zh: '显示条件', en: 'Condition' }, condition(before.visibleIf), condition(after.visibleIf)],
    ]),
    ...compareChoices(code, before.choices, after.choices),
  ];
}

function compareChoices(question: string, before: readonly Choice[], after: readonly Choice[]): Difference[] {
  const { removed, added, kept } = pair(before, after);
  return [
    ...removed.map(({ code, title }) =>
      line('options', `${question}.${code}`, `删去选项：${title.zh}`, `Option removed: ${title.en}`),
    ),
    ...added.map(({ code, title }) =>
      line('options', `${question}.${code}`, `新增选项：${title.zh}`, `Option added: ${title.en}`),
    ),
    ...kept.flatMap(([was, is]) =>
      compareFields('options', `${question}.${is.code}`, [
        [{ zh: '选项', en: 'Option (Chinese)' }, was.title.zh, is.title.zh],
        [{ zh: '选项（英文）', en: 'Option (English)' }, was.title.en, is.title.en],
        [{ zh: '选项念读', en: 'Option as spoken' }, was.spoken?.zh ?? '', is.spoken?.zh ?? ''],
        [{ zh: '按键', en: 'Key' }, was.key ?? '', is.key ?? ''],
        [{ zh: '选项性质', en: 'Kind' }, was.kind, is.kind],
      ]),
    ),
  ];
}

function compareIndicators(before: IndicatorSet, after: IndicatorSet): Difference[] {
  const { removed, added, kept } = pair(before.indicators, after.indicators);
  const counted = ({ outcomes }: CodedIndicator): string =>
    Object.entries(outcomes)
      .map(([outcome, classification]) => `${outcome}=${classification}`)
      .sort()
      .join(' ');
  const source = ({ coding }: CodedIndicator): string =>
    coding.from === 'rules'
      ? coding.rules.map(({ outcome, when }) => `${outcome}: ${printCondition(when)}`).join('; ')
      : `${coding.question}${coding.from === 'choice' ? `.${coding.choice}` : ''}`;
  return [
    ...compareFields('coding', '', [
      [{ zh: '口径序列', en: 'Series' }, before.series.code, after.series.code],
      [{ zh: '主要指标', en: 'Headline indicators' }, before.headline.join(), after.headline.join()],
    ]),
    ...removed.map(({ code, title }) =>
      line('coding', code, `删去指标：${title.zh}`, `Indicator removed: ${title.en}`),
    ),
    ...added.map(({ code, title }) => line('coding', code, `新增指标：${title.zh}`, `Indicator added: ${title.en}`)),
    ...kept.flatMap(([was, is]) =>
      compareFields('coding', is.code, [
        [{ zh: '计入方法', en: 'What counts' }, counted(was), counted(is)],
        [{ zh: '来源', en: 'Read from' }, source(was), source(is)],
        [{ zh: '分母', en: 'Base' }, was.denominator, is.denominator],
        [{ zh: '分值', en: 'Scores' }, JSON.stringify(was.scores ?? {}), JSON.stringify(is.scores ?? {})],
      ]),
    ),
  ];
}
