/** Known population totals of the levels of a variable, and how a sample is matched to them before weighting. */
import { AppError } from '../errors.ts';
import { type Factor, matchLabels } from './factor.ts';

/** A margin: the population of each level. Levels stand in their natural order (ages from young to old). */
export interface Margin {
  readonly name: string;
  readonly levels: readonly string[];
  readonly totals: readonly number[];
}

/** A margin with the level of every row. */
export interface MarginColumn extends Margin {
  readonly codes: Int32Array;
}

/**
 * Finds every row's level. Nothing is dropped silently: a missing value, a level without population and a population
 * without respondents are refused. A level with neither is left out by its total of 0.
 */
export function attachMargin(margin: Margin, labels: ArrayLike<string | number | null>): MarginColumn {
  let missing = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] === null || labels[i] === undefined) missing += 1;
  if (missing > 0) throw new AppError('MARGIN_VALUE_MISSING', { margin: margin.name, rows: missing });
  const codes = matchLabels(labels as ArrayLike<string | number>, margin.levels);
  const counts = new Float64Array(margin.levels.length);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number;
    if (code < 0 || !((margin.totals[code] as number) > 0)) {
      throw new AppError('LEVEL_NOT_IN_MARGIN', { margin: margin.name, level: String(labels[i]) });
    }
    counts[code] = (counts[code] as number) + 1;
  }
  const empty = margin.levels.filter((_, k) => (margin.totals[k] as number) > 0 && counts[k] === 0);
  if (empty.length > 0) {
    throw new AppError('EMPTY_MARGIN_CELL', { margin: margin.name, level: empty.length === 1 ? empty[0] : empty });
  }
  return { ...margin, codes };
}

/** All margins must speak of the same population: relative tolerance 1e-6, or rescale to the first when told to. */
export function agreeOnTotals(margins: readonly MarginColumn[], isRescaled = false): MarginColumn[] {
  const first = total(margins[0] as MarginColumn);
  return margins.map((margin) => {
    const sum = total(margin);
    if (Math.abs(sum - first) <= 1e-6 * first) return margin;
    if (!isRescaled) throw new AppError('MARGIN_TOTALS_DIFFER', { margin: margin.name, total: sum, first });
    return { ...margin, totals: margin.totals.map((value) => (value * first) / sum) };
  });
}

const total = (margin: Margin): number => margin.totals.reduce((sum, value) => sum + value, 0);

/** A margin after levels were merged, with what was done in order: `18-29+30-44`. */
export interface CollapsedMargin extends Margin {
  readonly steps: readonly string[];
  /** New level of each old one. */
  readonly levelOf: readonly number[];
}

/** Fewest respondents in a level of a raking margin, and in a cell of a post-stratification. */
export const MIN_MARGIN_LEVEL = 5;
export const MIN_POST_STRATUM = 10;

/**
 * The collapse rule: while some level has fewer than `least` respondents, the smallest level (ties: the first) is merged
 * with its smaller neighbour (ties: the first); without an order, with the smallest other level. To be decided before
 * looking at answers, and applied to both waves alike.
 */
export function collapseMargin(
  margin: Margin,
  respondents: readonly number[],
  { least = MIN_MARGIN_LEVEL, isOrdered = true }: { readonly least?: number; readonly isOrdered?: boolean } = {},
): CollapsedMargin {
  const groups = margin.levels.map((level, k) => ({
    members: [k],
    label: level,
    n: respondents[k] as number,
    total: margin.totals[k] as number,
  }));
  const steps: string[] = [];
  const sizeAt = (k: number): number => groups[k]?.n ?? Number.POSITIVE_INFINITY;
  while (groups.length > 1 && groups.some((group) => group.n < least)) {
    const smallest = smallestOf(
      groups.map((_, k) => k),
      sizeAt,
    );
    const others = groups
      .map((_, k) => k)
      .filter((k) => k !== smallest && (!isOrdered || Math.abs(k - smallest) === 1));
    const partner = smallestOf(others, sizeAt);
    const [low, high] = smallest < partner ? [smallest, partner] : [partner, smallest];
    const a = groups[low];
    const b = groups[high];
    if (!a || !b) break;
    steps.push(`${a.label}+${b.label}`);
    groups[low] = {
      members: [...a.members, ...b.members],
      label: `${a.label}|${b.label}`,
      n: a.n + b.n,
      total: a.total + b.total,
    };
    groups.splice(high, 1);
  }
  return {
    name: margin.name,
    levels: groups.map((group) => group.label),
    totals: groups.map((group) => group.total),
    steps,
    levelOf: margin.levels.map((_, k) => groups.findIndex((group) => group.members.includes(k))),
  };
}

const smallestOf = (indexes: readonly number[], size: (k: number) => number): number =>
  indexes.reduce((best, k) => (size(k) < size(best) ? k : best));

/** The factor behind a margin column, for crossing. */
export function factorOf(margin: MarginColumn): Factor {
  return { codes: margin.codes, levels: margin.levels };
}
