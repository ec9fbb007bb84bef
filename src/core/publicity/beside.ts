import type { Estimate, Figure, FigureStatus, Interval } from '../indicators/types.ts';
import { correlate } from '../stats/association.ts';
import { fitLinear } from '../stats/regression.ts';
import type { Text } from '../text.ts';
import type { Amount } from './report.ts';

/** Fewer towns than this show no pattern that an interval could bear. */
const FEWEST_TOWNS = 8;

/** A rate as a page shows it; null shares where the survey hides or has none. */
export interface ShownRate {
  readonly status: FigureStatus;
  /** Hundredths of a percent. */
  readonly printed: number | null;
  readonly share: number | null;
  readonly interval: Interval | null;
  readonly base: number | null;
}

/** One town: what it put out between the waves beside what its residents say, before and after. */
export interface TownBeside {
  readonly unit: { readonly code: string; readonly name: string };
  readonly population: number | null;
  readonly amount: Amount | null;
  /** Outputs per 1,000 residents; null without a number or without a population. */
  readonly perThousand: number | null;
  readonly now: ShownRate;
  readonly last: ShownRate | null;
  /** Change of the printed rates in hundredths of a point. */
  readonly change: number | null;
  /** The unrounded change as a share, to be drawn with its interval. */
  readonly difference: number | null;
  readonly changeInterval: Interval | null;
}

/** What goes with what across towns. Never what causes what. */
export interface BesideAssociation {
  /** The change since the wave before, or the rate itself where there is no such wave. */
  readonly outcome: 'change' | 'rate';
  readonly towns: number;
  /** Towns whose rate is hidden or missing, or whose outputs or residents nobody counted. */
  readonly leftOut: number;
  readonly correlation: { readonly r: number; readonly lower: number; readonly upper: number; readonly p: number };
  /** Points (1 = a whole share) for one output more per 1,000 residents; null without a wave before. */
  readonly slope: { readonly perOutput: number; readonly lower: number; readonly upper: number } | null;
}

/** What may be shown of a figure: nothing that the survey's own page hides. */
export function showRate({ status, estimate }: Pick<Figure, 'status' | 'estimate'>): ShownRate {
  return { status, ...rateOf(estimate) };
}

/** The same of the wave before: shown only where the page of results shows it beside this one. */
export function showLastRate({ last }: Pick<Figure, 'last'>): ShownRate | null {
  return last ? { status: 'shown', ...rateOf(last) } : null;
}

function rateOf(estimate: Estimate | null): Omit<ShownRate, 'status'> {
  return {
    printed: estimate?.printed ?? null,
    share: estimate?.share ?? null,
    interval: estimate?.interval ?? null,
    base: estimate?.base ?? null,
  };
}

/** Outputs per 1,000 residents. */
export function perThousand(amount: Amount | null, population: number | null): number | null {
  // Nothing entered is nothing known, not nothing done.
  if (amount === null || amount.value === null || population === null || population <= 0) return null;
  return (amount.value * 1000) / population;
}

/**
 * Relates outputs per 1,000 residents to the change of a rate across towns: correlation with Fisher's interval, slope by
 * weighted least squares. Null when fewer than eight towns have both, or when they do not differ.
 */
export function relateTowns(
  towns: ReadonlyArray<{
    readonly dose: number | null;
    readonly now: Pick<Estimate, 'share' | 'se'> | null;
    readonly last: Pick<Estimate, 'share' | 'se'> | null;
  }>,
): BesideAssociation | null {
  const known = towns.flatMap(({ dose, now, last }) => (dose !== null && now ? [{ dose, now, last }] : []));
  const pairs = known.flatMap(({ dose, now, last }) => (last ? [{ dose, now, last }] : []));
  const byChange = pairs.length >= FEWEST_TOWNS;
  const used = byChange ? pairs : known;
  if (used.length < FEWEST_TOWNS) return null;
  const dose = Float64Array.from(used, (town) => town.dose);
  const outcome = Float64Array.from(used, ({ now, last }) => now.share - (byChange && last ? last.share : 0));
  const differs = (column: Float64Array): boolean => column.some((value) => value !== column[0]);
  if (!differs(dose) || !differs(outcome)) return null;
  const { r, lower, upper, p } = correlate(dose, outcome);
  return {
    ...{ outcome: byChange ? 'change' : 'rate', towns: used.length, leftOut: towns.length - used.length },
    correlation: { r, lower, upper, p },
    slope: byChange ? slopeOf(pairs) : null,
  };
}

function slopeOf(
  pairs: ReadonlyArray<{
    readonly dose: number;
    readonly now: Pick<Estimate, 'share' | 'se'>;
    readonly last: Pick<Estimate, 'share' | 'se'>;
  }>,
): BesideAssociation['slope'] {
  const column = (of: (pair: (typeof pairs)[number]) => number): Float64Array => Float64Array.from(pairs, of);
  // A town where everybody said yes in both waves has no variance to weigh by: then no town is weighed.
  const variance = ({ now, last }: (typeof pairs)[number]): number => now.se ** 2 + last.se ** 2;
  const weighable = pairs.every((pair) => variance(pair) > 0);
  const fit = fitLinear(
    column(({ now, last }) => now.share - last.share),
    [column(() => 1), column(({ dose }) => dose)],
    column((pair) => (weighable ? 1 / variance(pair) : 1)),
  );
  const [perOutput, lower, upper] = [fit.estimate[1], fit.lower[1], fit.upper[1]];
  return perOutput === undefined || lower === undefined || upper === undefined ? null : { perOutput, lower, upper };
}

/** Why there is nothing to say: one town alone, too few of them, or none that differs from the others. */
function sayWhyNot({ towns, comparable }: { readonly towns: number; readonly comparable: number }): Text {
  if (towns === 0) return { zh: '只有一个镇', en: 'One town alone' };
  if (comparable >= FEWEST_TOWNS) return { zh: '各镇没有差别', en: 'The towns do not differ' };
  return {
    zh: `有数可比的镇${comparable}个，不足${FEWEST_TOWNS}个`,
    en: `${comparable === 1 ? '1 town has' : `${comparable} towns have`} figures to compare, fewer than ${FEWEST_TOWNS}`,
  };
}

/**
 * The finding, for the title of the chart, and what it does not prove. Of `towns` listed, `comparable` have both figures.
 */
export function describeAssociation(
  association: BesideAssociation | null,
  about: { readonly kind: Text; readonly indicator: Text; readonly towns: number; readonly comparable: number },
): { readonly finding: Text; readonly caution: Text } {
  const { kind, indicator } = about;
  const caution = {
    zh: '关联，不能证明效果：各镇之间的其他差别也可能造成这种关联；它说的是镇，不是个人。',
    en: 'Association, not proof of effect: other differences between towns may bring it about, and it speaks of towns, not of persons.',
  };
  if (association === null) {
    const why = sayWhyNot(about);
    return {
      finding: {
        zh: `${why.zh}，看不出${kind.zh}与${indicator.zh}的关联`,
        en: `${why.en}: no association of ${kind.en.toLowerCase()} with ${indicator.en.toLowerCase()} can be seen`,
      },
      caution,
    };
  }
  const { correlation, outcome, towns } = association;
  const numbers = [correlation.r, correlation.lower, correlation.upper].map((one) => one.toFixed(2).replace('-', '−'));
  const [r, lower, upper] = numbers;
  const zhTail = `（相关系数${r}，95%区间${lower}～${upper}，${towns}个镇）`;
  const enTail = ` (correlation ${r}, 95% interval ${lower} to ${upper}, ${towns} towns)`;
  const what = indicator.zh;
  const enWhat = indicator.en.toLowerCase();
  if (correlation.lower <= 0 && correlation.upper >= 0) {
    return {
      finding: {
        zh: `看不出每千人${kind.zh}与${what}${outcome === 'change' ? '变化' : ''}有关联${zhTail}`,
        en: `No association seen between ${kind.en.toLowerCase()} per 1,000 residents and ${outcome === 'change' ? 'the change in ' : ''}${enWhat}${enTail}`,
      },
      caution,
    };
  }
  const more = correlation.lower > 0;
  const zhOutcome = outcome === 'change' ? (more ? '上升较多' : '上升较少') : more ? '较高' : '较低';
  const enOutcome = outcome === 'change' ? (more ? 'rose more' : 'rose less') : more ? 'is higher' : 'is lower';
  return {
    finding: {
      zh: `每千人${kind.zh}较多的镇，${what}${zhOutcome}${zhTail}`,
      en: `In towns with more ${kind.en.toLowerCase()} per 1,000 residents, ${enWhat} ${enOutcome}${enTail}`,
    },
    caution,
  };
}
