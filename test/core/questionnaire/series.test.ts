import { describe, expect, it } from 'vitest';
import type { Mode } from '../../../src/core/indicators/types.ts';
import { describeDifference, type Version } from '../../../src/core/questionnaire/difference.ts';
import { parseIndicators } from '../../../src/core/questionnaire/indicators-file.ts';
import {
  describeBreakReasons,
  findSeriesBreaks,
  groupBreaks,
  markSeries,
} from '../../../src/core/questionnaire/series.ts';
import { choice, definition, FIVE_POINTS, planOf, say, single } from './example.ts';

type Json = Record<string, unknown>;
const OUTCOMES = {
  1: 'positive',
  2: 'positive',
  3: 'negative',
  4: 'negative',
  5: 'negative',
  8: 'dont-know',
  9: 'refused',
};

function version(question: Json = {}, indicator: Json = {}, extra: readonly Json[] = [], form: Json = {}): Version {
  const plan = planOf(definition([single('s', { role: 'screener' }), single('a', question), ...extra], form));
  const { set, problems } = parseIndicators(
    {
      survey: 'example',
      series: { code: 'example', title: { zh: '示例', en: 'Example' } },
      headline: ['s'],
      indicators: [
        { code: 's', title: { zh: '甲', en: 'S' }, question: 's', outcomes: OUTCOMES },
        { code: 'safety', title: { zh: '安全感', en: 'Safety' }, question: 'a', outcomes: OUTCOMES, ...indicator },
      ],
    },
    plan,
  );
  if (!set) throw new Error(JSON.stringify(problems));
  return { plan, set };
}

const BASE: readonly Mode[] = ['phone', 'web-open'];
function breaks(after: Version, modes: readonly Mode[] = BASE): unknown {
  const before = version();
  return findSeriesBreaks(markSeries(before.set, before.plan, BASE), markSeries(after.set, after.plan, modes));
}
const broken = (...reasons: string[]) => [{ indicator: 'safety', reasons }];

describe('two waves', () => {
  it('may be compared when nothing that matters changed', () => {
    expect(breaks(version())).toEqual([]);
    expect(breaks(version({ title: say('您对本地治安满意还是不满意？', 'Better English') }))).toEqual([]);
    expect(breaks(version({ note: say('慢一点读') }))).toEqual([]);
    expect(breaks(version({}, {}, [single('new')]))).toEqual([]);
    expect(breaks(version({ spoken: say('说得不一样') }))).toEqual([]); // nobody heard it
    expect(breaks(version(), ['phone'])).toEqual([]); // open links never enter a rate
  });

  it('may not when the wording or an option changed', () => {
    expect(breaks(version({ title: say('您感觉安全吗？') }))).toEqual(broken('question'));
    expect(breaks(version({ choices: [choice('1', '非常满意', '1'), ...FIVE_POINTS.slice(1)] }))).toEqual(
      broken('question'),
    );
  });

  it('may not when the spoken wording changed and a keypad was used', () => {
    const [before, after] = [version(), version({ spoken: say('说得不一样') })];
    const mark = ({ set, plan }: Version) => markSeries(set, plan, ['keypad']);
    expect(findSeriesBreaks(mark(before), mark(after))).toEqual(broken('question'));
  });

  it('may not when what counts, the base, the scores, the people asked or the mode changed', () => {
    expect(breaks(version({}, { outcomes: { ...OUTCOMES, 3: 'positive' } }))).toEqual(broken('counted-options'));
    expect(breaks(version({}, { denominator: 'took-a-position' }))).toEqual(broken('denominator'));
    expect(breaks(version({}, { scores: { 1: 100 } }))).toEqual(broken('scores'));
    expect(breaks(version({ visibleIf: "{s} = '1'" }))).toEqual(broken('filter'));
    expect(breaks(version(), ['phone', 'face'])).toEqual([
      { indicator: 's', reasons: ['mode'] },
      { indicator: 'safety', reasons: ['mode'] },
    ]);
  });

  it('may not when one of them lacks the indicator', () => {
    expect(breaks(version({}, { code: 'order' }))).toEqual([
      { indicator: 'safety', reasons: ['absent'] },
      { indicator: 'order', reasons: ['absent'] },
    ]);
  });

  it('are told apart in a sentence', () => {
    expect(describeBreakReasons(['question', 'mode'])).toEqual({
      zh: '两轮不可比：题目或选项的文字改了；调查方式改了。',
      en: 'The two waves cannot be compared: the wording of the question or its options changed; the way people were asked changed.',
    });
  });
});

describe('the difference between two versions', () => {
  const lines = (after: Version): string[] =>
    describeDifference(version(), after).map(({ kind, place, text }) => `${kind} ${place} ${text.zh}`);

  it('is empty between equals', () => {
    expect(lines(version())).toEqual([]);
  });

  it('reads as a list', () => {
    expect(lines(version({ title: say('您感觉安全吗？', '(您对本地治安满意还是不满意？)') }))).toEqual([
      'wording a 题目由“您对本地治安满意还是不满意？”改为“您感觉安全吗？”',
    ]);
    expect(lines(version({}, {}, [single('new', { title: say('新题') })]))).toEqual(['question new 新增题目：新题']);
    expect(lines(version({ visibleIf: "{s} = '1'" }))).toEqual(["branching a 显示条件由“无”改为“{s} = '1'”"]);
    expect(lines(version({ isRequired: false }))).toEqual(['rules a 必答由“true”改为“false”']);
    expect(lines(version({}, { denominator: 'took-a-position' }))).toEqual([
      'coding safety 分母由“all-eligible”改为“took-a-position”',
    ]);
    expect(lines(version({}, {}, [], { intro: say('你好。', '(您好。)') }))).toEqual([
      'wording  开场白由“您好。”改为“你好。”',
    ]);
  });

  it('names removed questions and options', () => {
    const after = version({}, {}, []);
    const before = version(
      { choices: [...FIVE_POINTS, choice('6', '没遇到', '6')] },
      { outcomes: { ...OUTCOMES, 6: 'not-asked' } },
      [single('old', { title: say('旧题') })],
    );
    expect(describeDifference(before, after).map(({ kind, text }) => `${kind} ${text.zh}`)).toEqual([
      'question 删去题目：旧题',
      'options 删去选项：没遇到',
      'coding 计入方法由“1=positive 2=positive 3=negative 4=negative 5=negative 6=not-asked 8=dont-know 9=refused NA=not-asked”改为“1=positive 2=positive 3=negative 4=negative 5=negative 8=dont-know 9=refused NA=not-asked”',
    ]);
  });
});

describe('the reasons of breaks', () => {
  it('are told once each, with the indicators they hold for', () => {
    const [mode, both] = [describeBreakReasons(['mode']), describeBreakReasons(['question', 'mode'])];
    const indicators = [
      { code: 'a', title: { zh: '甲', en: 'A' } },
      { code: 'b', title: { zh: '乙', en: 'B' } },
      { code: 'c', title: { zh: '丙', en: 'C' } },
    ];
    const breaks = [
      { indicator: 'a', sentence: mode },
      { indicator: 'b', sentence: both },
      { indicator: 'c', sentence: mode },
    ];
    expect(groupBreaks(breaks, indicators, 'zh')).toEqual([
      '甲、丙：两轮不可比：调查方式改了。',
      '乙：两轮不可比：题目或选项的文字改了；调查方式改了。',
    ]);
    // One that only the wave before had stands beside those of this one.
    const all = ['a', 'b', 'c', 'gone'].map((indicator) => ({ indicator, sentence: mode }));
    expect(groupBreaks(all, indicators, 'en')).toEqual([mode.en]);
  });
});
