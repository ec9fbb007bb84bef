import { findOutliers } from '../stats/outlier.ts';
import { fill, type Text } from '../text.ts';

/** Ratios that tell whether a figure can be right. They mark an entry for a look; they are no score. */
export const CHECKS = ['copies-per-resident', 'talks-per-village', 'reads-per-follower'] as const;
export type Check = (typeof CHECKS)[number];

/** Above this a figure is marked whatever the others report. */
export const LIMITS: Readonly<Record<Check, number>> = {
  // Three leaflets for every man, woman and child in one month.
  'copies-per-resident': 3,
  // More than one talk in every village on every working day of a month.
  'talks-per-village': 22,
  // Reposts reach beyond the followers, but a hundred reads per follower is another account's post or a mistake.
  'reads-per-follower': 100,
};

export interface Ratio {
  readonly check: Check;
  /** Only figures of one kind are usual or unusual beside each other. */
  readonly kind: string;
  readonly amount: number;
  /** Residents, villages or followers; null when nobody knows. */
  readonly per: number | null;
}

export interface Mark {
  readonly per: number;
  readonly ratio: number;
  readonly reason: 'limit' | 'unlike-others';
}

/** The figures worth a look, in the order given: beyond the limit, or far above what the others report. */
export function markImplausible<Figure extends Ratio>(figures: readonly Figure[]): (Figure & Mark)[] {
  const known = figures.flatMap((figure) =>
    figure.per !== null && figure.per > 0 ? [{ ...figure, per: figure.per, ratio: figure.amount / figure.per }] : [],
  );
  const groups = new Map<string, typeof known>();
  for (const one of known) {
    const key = `${one.check} ${one.kind}`;
    const same = groups.get(key);
    if (same) same.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].flatMap((same) => {
    const far = findOutliers(same.map(({ ratio }) => ratio));
    return same.flatMap((one, index): (Figure & Mark)[] => {
      if (one.ratio > LIMITS[one.check]) return [{ ...one, reason: 'limit' }];
      return far.has(index) ? [{ ...one, reason: 'unlike-others' }] : [];
    });
  });
}

/** What a finding names: the two numbers as they were written or counted, and their days. */
export interface MarkFacts extends Pick<Mark, 'ratio' | 'reason'> {
  readonly check: Check;
  readonly amount: Text;
  readonly per: Text;
}

const RULES: Readonly<Record<Check, Text>> = {
  'copies-per-resident': {
    zh: '一个月里平均每位居民超过{limit}份',
    en: 'more than {limit} copies per resident in a month',
  },
  'talks-per-village': {
    zh: '一个月里平均每个村（社区）超过{limit}场',
    en: 'more than {limit} talks per village in a month',
  },
  'reads-per-follower': {
    zh: '平均每篇的阅读量超过粉丝数的{limit}倍',
    en: 'more than {limit} reads of a piece per follower',
  },
};
const UNLIKE: Readonly<Record<Check, Text>> = {
  'copies-per-resident': { zh: '远高于其他单位同类的数字', en: 'far above the same figure of the other units' },
  'talks-per-village': { zh: '远高于其他单位同类的数字', en: 'far above the same figure of the other units' },
  'reads-per-follower': { zh: '远高于当月其他同类稿件', en: 'far above the other pieces of the month' },
};
const RATIOS: Readonly<Record<Check, Text>> = {
  'copies-per-resident': { zh: '平均每位居民{ratio}份', en: '{ratio} per resident' },
  'talks-per-village': { zh: '平均每个村（社区）{ratio}场', en: '{ratio} per village' },
  'reads-per-follower': { zh: '平均每篇是粉丝数的{ratio}倍', en: '{ratio} times the followers for each piece' },
};

/** A finding in plain words: both numbers, what one is of the other, and the rule that marked it. */
export function describeMark({ check, reason, ratio, amount, per }: MarkFacts): Text {
  const rule = reason === 'limit' ? RULES[check] : UNLIKE[check];
  const values = { ratio: ratio < 10 ? ratio.toFixed(1) : String(Math.round(ratio)), limit: LIMITS[check] };
  return {
    zh: `${amount.zh}；${per.zh}；${fill(RATIOS[check].zh, values)}。标出的规则：${fill(rule.zh, values)}。`,
    en: `${amount.en}; ${per.en}; ${fill(RATIOS[check].en, values)}. Marked by the rule: ${fill(rule.en, values)}.`,
  };
}
