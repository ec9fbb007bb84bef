import type { Text } from '../text.ts';
import type { Choice, Question } from './plan.ts';

export type Polarity = 'positive' | 'neutral' | 'negative';

/** Words are read in this order: “没有变化” is neutral although “没有” is negative, “不满意” negative although “满意” is positive. */
const WORDS: readonly (readonly [Polarity, RegExp, RegExp])[] = [
  [
    'neutral',
    /差不多|^(一般|没有?(什么|明显)?变化|基本持平|说不上|不好不坏|尚可|中等)/,
    /^(average|neither|about the same|no (real )?change|neutral|so-so|unchanged)/i,
  ],
  [
    'negative',
    /不(太|大|够|怎么|是|能|会)?(满意|安全|好|认可|及时|公正|公平|了解|知道|清楚|放心|同意|支持|信任|方便|能|会|是|可以|行)|很不|非常不|^没|没有|没人|差|恶化|变坏|难以|无法|^否|从不|从未|很少|拖延/,
    /\b(not|never|no|none|nobody|cannot|hardly|rarely|seldom|poor|poorly|bad|badly|worse|worst|un(safe|satisfied|fair|happy)|dis\w+)\b/i,
  ],
  [
    'positive',
    /满意|安全|好|认可|及时|公正|公平|有效|能|知道|听说|了解|参加|参与|^有|^是|放心|改善|进步|同意|支持|信任|方便/,
    /\b(satisfied|safe|good|better|improved|yes|know|heard|well|fair|fairly|effective|effectively|usually|always|agree|trust|took part)\b/i,
  ],
];

/** Which way an option points, by its words; null for options that take no side (男, 18-29, 城镇). Chinese decides where there is any. */
export function readPolarity(title: Text): Polarity | null {
  const isChinese = /\p{Script=Han}/u.test(title.zh);
  return WORDS.find(([, zh, en]) => (isChinese ? zh.test(title.zh) : en.test(title.en)))?.[0] ?? null;
}

/** The options of a question that point one way; “don't know”, “refused” and the like never do. */
export function choicesPointing(question: Question, polarity: Polarity): readonly Choice[] {
  return question.choices.filter(({ kind, title }) => kind === 'answer' && readPolarity(title) === polarity);
}

/** Knowing is not judging: 知道 / 听说过但不太了解 / 不知道 need not be symmetrical. */
export function asksForKnowledge(question: Question): boolean {
  return question.choices.some(({ title }) => /知道|听说|了解/.test(title.zh));
}
