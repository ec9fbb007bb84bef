/** The margins of one area: from the population table to levels, merged where the sample is too thin. */
import {
  type CollapsedMargin,
  collapseMargin,
  type Margin,
  MIN_MARGIN_LEVEL,
  MIN_POST_STRATUM,
} from '../stats/margins.ts';
import type { Lang } from '../text.ts';
import type { UnitPopulation } from '../units/parse-unit-population.ts';
import type { ResultPlace } from './strata.ts';
import type { TallyCell } from './types.ts';
import type { WaveMargins } from './weighting.ts';

/** The people of one sex and age band. */
export interface Group {
  readonly sex: string;
  readonly ageBand: string;
}

/** All completes of the probability modes by stratum and group, at `h·groups + g`. */
export interface GroupCounts {
  readonly groups: readonly Group[];
  readonly groupOf: (cell: TallyCell) => number;
  readonly n: Float64Array;
  readonly w: Float64Array;
  readonly w2: Float64Array;
}

/** A margin before it meets the sample: levels in order, within parts that may be merged. */
export interface KnownMargin {
  readonly name: string;
  readonly parts: readonly Margin[];
  readonly levelOf: (group: Group) => string;
  /** Whether the levels of a part stand in an order. */
  readonly isOrdered: boolean;
  readonly least: number;
}

const SEX_NAMES: Readonly<Record<string, string>> = { female: '女 female', male: '男 male' };

/** Names of margins and levels in one language, wherever they stand in a text: `女 female 18-29` → `女 18-29`. */
export function marginText(text: string, lang: Lang): string {
  return text.replace(/(性别×年龄|性别|年龄|女|男) (sex × age|sex|age|female|male)/g, lang === 'zh' ? '$1' : '$2');
}

const sexName = (sex: string): string => SEX_NAMES[sex] ?? sex;
const lowestAge = (band: string): number => Number.parseInt(band, 10);

export function marginsOf({ method, cells }: WaveMargins, area: string): KnownMargin[] {
  const own = cells.filter(({ unit, population }) => unit === area && population > 0);
  const bands = [...new Set(own.map(({ ageBand }) => ageBand))].sort((a, b) => lowestAge(a) - lowestAge(b));
  const sexes = (['female', 'male'] as const).filter((sex) => own.some((cell) => cell.sex === sex));
  const sum = (isIn: (cell: UnitPopulation) => boolean): number =>
    own.reduce((total, cell) => total + (isIn(cell) ? cell.population : 0), 0);
  if (method === 'post-stratification') {
    return [
      {
        name: '性别×年龄 sex × age',
        parts: sexes.map((sex) => {
          const there = bands.filter((band) => own.some((cell) => cell.sex === sex && cell.ageBand === band));
          const totals = there.map((band) => sum((cell) => cell.sex === sex && cell.ageBand === band));
          return { name: sexName(sex), levels: there.map((band) => `${sexName(sex)} ${band}`), totals };
        }),
        levelOf: ({ sex, ageBand }) => `${sexName(sex)} ${ageBand}`,
        isOrdered: true,
        least: MIN_POST_STRATUM,
      },
    ];
  }
  const sexTotals = sexes.map((sex) => sum((cell) => cell.sex === sex));
  const ageTotals = bands.map((band) => sum((cell) => cell.ageBand === band));
  return [
    {
      name: '性别 sex',
      parts: [{ name: 'sex', levels: sexes.map(sexName), totals: sexTotals }],
      levelOf: ({ sex }) => sexName(sex),
      isOrdered: false,
      least: MIN_MARGIN_LEVEL,
    },
    {
      name: '年龄 age',
      parts: [{ name: 'age', levels: bands, totals: ageTotals }],
      levelOf: ({ ageBand }) => ageBand,
      isOrdered: true,
      least: MIN_MARGIN_LEVEL,
    },
  ];
}

/** Interviews in every level of a margin, its parts one after the other. */
export function respondentsOf(
  { parts, levelOf }: KnownMargin,
  counts: GroupCounts,
  { from, to }: ResultPlace,
): number[] {
  const levels = parts.flatMap((part) => part.levels);
  const respondents = levels.map(() => 0);
  counts.groups.forEach((group, g) => {
    const k = levels.indexOf(levelOf(group));
    if (k < 0) return;
    for (let h = from; h < to; h++) {
      respondents[k] = (respondents[k] as number) + (counts.n[h * counts.groups.length + g] as number);
    }
  });
  return respondents;
}

export interface CollapsedParts extends Omit<KnownMargin, 'parts'> {
  readonly parts: readonly CollapsedMargin[];
  readonly original: readonly Margin[];
}

export function collapseLevels(margin: KnownMargin, respondents: readonly number[], least: number): CollapsedParts {
  let at = 0;
  const parts = margin.parts.map((part) => {
    const own = respondents.slice(at, at + part.levels.length);
    at += part.levels.length;
    return collapseMargin(part, own, { least, isOrdered: margin.isOrdered });
  });
  return { ...margin, parts, original: margin.parts };
}

export interface JoinedMargin {
  readonly margin: Margin;
  readonly labelOf: (group: Group) => string;
}

/** One margin out of its parts, and the level of every group by its merged label. */
export function joinLevels({ name, parts, original, levelOf }: CollapsedParts): JoinedMargin {
  const merged = new Map(
    parts.flatMap((part, p) =>
      part.levelOf.map((to, k) => [original[p]?.levels[k] ?? '', part.levels[to] ?? ''] as const),
    ),
  );
  return {
    margin: { name, levels: parts.flatMap((part) => part.levels), totals: parts.flatMap((part) => part.totals) },
    labelOf: (group: Group) => merged.get(levelOf(group)) ?? levelOf(group),
  };
}
