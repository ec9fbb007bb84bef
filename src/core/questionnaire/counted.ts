import type { Classification } from '../indicators/types.ts';
import type { Text } from '../text.ts';
import { type CodedIndicator, NOT_ASKED } from './coding.ts';
import type { Condition, Test } from './condition.ts';
import type { Plan, Question } from './plan.ts';

/** The answers that an indicator classifies so, in words: option by option, or the rule that decides. */
export function describeOutcomes(
  { coding, outcomes }: Pick<CodedIndicator, 'coding' | 'outcomes'>,
  plan: Pick<Plan, 'questions'>,
  kind: Classification,
): Text[] {
  const codes = Object.keys(outcomes).filter((code) => outcomes[code] === kind);
  if (coding.from === 'rules') {
    return coding.rules.flatMap(({ outcome, when }, i) => {
      if (!codes.includes(outcome)) return [];
      const words = describeCondition(when, plan);
      const isFirst = coding.rules.slice(0, i).every((earlier) => codes.includes(earlier.outcome));
      if (isFirst) return [words];
      return [{ zh: `${words.zh}（已归入其他结果的除外）`, en: `${words.en} (unless counted otherwise before)` }];
    });
  }
  const question = plan.questions.find(({ code }) => code === coding.question);
  const titleOf = (code: string): Text => choiceTitle(question, code);
  if (coding.from === 'question') return codes.map(titleOf);
  const choice = titleOf(coding.choice);
  return codes.flatMap((code) => {
    if (code === 'yes') return [{ zh: `选了“${choice.zh}”`, en: `chose “${choice.en}”` }];
    if (code === 'no') return [{ zh: `没有选“${choice.zh}”`, en: `did not choose “${choice.en}”` }];
    return question?.choices.filter(({ kind: own }) => own === code).map(({ title }) => title) ?? [];
  });
}

/** A condition as a sentence with the questions and options as they were asked. */
export function describeCondition(condition: Condition, plan: Pick<Plan, 'questions'>): Text {
  switch (condition.op) {
    case 'and':
    case 'or': {
      const terms = condition.terms.map((term) => {
        const words = describeCondition(term, plan);
        const isJoined = term.op === 'and' || term.op === 'or';
        return isJoined ? { zh: `（${words.zh}）`, en: `(${words.en})` } : words;
      });
      const joint = condition.op === 'and' ? { zh: '，且', en: ' and ' } : { zh: '，或', en: ' or ' };
      return { zh: terms.map(({ zh }) => zh).join(joint.zh), en: terms.map(({ en }) => en).join(joint.en) };
    }
    case 'not': {
      const words = describeCondition(condition.term, plan);
      return { zh: `不符合（${words.zh}）`, en: `not (${words.en})` };
    }
    default: {
      const question = plan.questions.find(({ code }) => code === condition.question);
      const asked = question?.title ?? { zh: condition.question, en: condition.question };
      const given = valuesOf(condition).map((value) => choiceTitle(question, String(value)));
      const { zh, en } = TESTS[condition.op];
      return {
        zh: `题目“${asked.zh}”${zh}${given.map((one) => `“${one.zh}”`).join('或')}`,
        en: `“${asked.en}” ${en} ${given.map((one) => `“${one.en}”`).join(' or ')}`.trim(),
      };
    }
  }
}

const TESTS: Readonly<Record<Exclude<Condition['op'], 'and' | 'or' | 'not'>, Text>> = {
  '=': { zh: '答', en: 'is' },
  '<>': { zh: '没有答', en: 'is not' },
  '<': { zh: '小于', en: 'is below' },
  '>': { zh: '大于', en: 'is above' },
  '<=': { zh: '不大于', en: 'is at most' },
  '>=': { zh: '不小于', en: 'is at least' },
  anyof: { zh: '答', en: 'is' },
  noneof: { zh: '没有答', en: 'is not' },
  contains: { zh: '选了', en: 'includes' },
  notcontains: { zh: '没有选', en: 'does not include' },
  empty: { zh: '没有回答', en: 'was not answered' },
  notempty: { zh: '有回答', en: 'was answered' },
};

function valuesOf(test: Test): readonly (string | number)[] {
  if ('values' in test) return test.values;
  return 'value' in test ? [test.value] : [];
}

function choiceTitle(question: Question | undefined, code: string): Text {
  if (code === NOT_ASKED) return { zh: '没有问到', en: 'not asked' };
  return question?.choices.find((choice) => choice.code === code)?.title ?? { zh: code, en: code };
}
