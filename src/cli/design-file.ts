import { z } from 'zod';
import { en, zhCN } from 'zod/locales';
import { AppError } from '../core/errors.ts';
import type { EstimateDesign, FigureDesign } from '../core/estimate/types.ts';
import type { Lang } from '../core/text.ts';

const column = z.string().min(1);
/** A code of the data; a number in JSON is the same code. */
const code = z.union([z.string(), z.number()]).transform(String);
const codes = z.array(code);
const columns = z.array(column);
const share = z.number().gt(0).lt(1);
const codesByColumn = z.record(column, codes);

const figure = z.discriminatedUnion('type', [
  z.strictObject({
    ...{ type: z.literal('rate'), name: column, column },
    ...{ positive: codes.min(1), negative: codes, excluded: codes.default([]) },
  }),
  z.strictObject({
    ...{ type: z.literal('mean'), name: column, column },
    ...{ scores: z.record(z.string(), z.number()).nullable().default(null), excluded: codes.default([]) },
  }),
  z.strictObject({ type: z.literal('total'), name: column, column }),
  z.strictObject({ type: z.literal('ratio'), name: column, numerator: column, denominator: column }),
]);

const place = z
  .object({ population: z.number().positive() })
  .catchall(code)
  .transform(({ population, ...rest }) => {
    return { population, values: rest as Record<string, string> };
  });

const weighting = z.strictObject({
  method: z.enum(['rake', 'post-stratify', 'calibrate']),
  margins: z
    .array(z.strictObject({ columns: columns.min(1), totals: z.record(z.string(), z.number().nonnegative()) }))
    .default([]),
  totals: z.record(column, z.number()).default({}),
  distance: z.enum(['linear', 'raking', 'logit', 'bounded-linear']).default('raking'),
  bounds: z.tuple([z.number(), z.number()]).nullable().default(null),
  residual: z.enum(['greg', 'sweep']).default('greg'),
  rescale: z.boolean().default(false),
  trim: z
    .strictObject({ cap: z.number().gt(1).default(5), floor: z.number().min(0).lt(1).default(0.2) })
    .nullable()
    .default(null),
  collapse: z
    .strictObject({ least: z.number().int().positive().default(5), ordered: z.boolean().default(true) })
    .nullable()
    .default(null),
});

const design = z.strictObject({
  comment: z.string().optional(),
  keep: codesByColumn.default({}),
  domain: codesByColumn.default({}),
  weight: column.nullable().default(null),
  scaleToPopulation: z.boolean().default(true),
  strata: columns.default([]),
  clusters: columns.max(2).default([]),
  population: z
    .union([z.strictObject({ columns: columns.min(1).max(2) }), z.strictObject({ places: z.array(place).min(1) })])
    .nullable()
    .default(null),
  fpc: z.union([z.boolean(), z.literal('auto')]).default('auto'),
  lonely: z.enum(['adjust', 'fail', 'remove', 'certainty', 'average']).default('adjust'),
  wave: z
    .strictObject({ column, now: code, last: code.nullable().default(null), sameClusters: z.boolean().default(false) })
    .nullable()
    .default(null),
  figures: z.array(figure).min(1),
  by: z.array(columns.min(1)).default([]),
  weighting: weighting.nullable().default(null),
  interval: z
    .strictObject({
      method: z
        .enum(['korn-graubard', 'wilson', 'logit', 'arcsine', 'beta', 'likelihood', 'wald'])
        .default('korn-graubard'),
      level: share.default(0.95),
    })
    .default({ method: 'korn-graubard', level: 0.95 }),
  change: z.enum(['auto', 'mover', 'wald']).default('auto'),
  adjust: z.enum(['benjamini-hochberg', 'holm', 'bonferroni', 'none']).default('benjamini-hochberg'),
  rank: z
    .strictObject({ alpha: share.default(0.1) })
    .nullable()
    .default(null),
  funnel: z
    .strictObject({ target: share.nullable().default(null) })
    .nullable()
    .default(null),
  suppress: z
    .strictObject({
      below: z.number().int().nonnegative().default(10),
      small: z.number().int().nonnegative().default(30),
      coverage: z.number().min(0).max(1).default(0.8),
    })
    .default({ below: 10, small: 30, coverage: 0.8 }),
});

/** Reads a design file; an unknown or wrong key is named with where it stands. */
export function parseDesign(json: unknown, lang: Lang): EstimateDesign {
  const locale = (lang === 'zh' ? zhCN() : en()).localeError;
  const parsed = design.safeParse(json, { error: locale });
  if (!parsed.success) {
    // A misspelt key also leaves its right spelling missing: name what stands in the file.
    const { issues } = parsed.error;
    throw refusal(issues.find((issue) => issue.code === 'unrecognized_keys') ?? issues[0]);
  }
  const { comment: _, ...read } = parsed.data;
  for (const [key, isWrong] of conflictsOf(read)) {
    if (isWrong)
      throw new AppError('DESIGN_KEY', { key, reason: lang === 'zh' ? CONFLICTS[key].zh : CONFLICTS[key].en });
  }
  return read;
}

function refusal(issue: z.core.$ZodIssue | undefined): AppError {
  if (issue?.code === 'invalid_union') {
    // Of several ways to write it, the one that was followed furthest is the one that was meant.
    const [inner] = issue.errors.flat().sort((a, b) => b.path.length - a.path.length);
    if (inner) return refusal({ ...inner, path: [...issue.path, ...inner.path] });
  }
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  return new AppError('DESIGN_KEY', {
    key: [...(issue?.path ?? []), ...keys].join('.') || '$',
    reason: issue?.message,
  });
}

/** What is well written but does not go together. */
const CONFLICTS = {
  'weighting.margins': {
    zh: 'rake至少要一个边际，post-stratify恰好一个，calibrate至少一个边际或totals',
    en: 'rake needs a margin, post-stratify exactly one, calibrate a margin or totals',
  },
  'weighting.totals': { zh: '只用于calibrate', en: 'only for calibrate' },
  'weighting.bounds': {
    zh: 'logit和bounded-linear须写[下限, 上限]，下限小于1，上限大于1',
    en: 'logit and bounded-linear need [lower, upper] with lower < 1 < upper',
  },
  'population.places': {
    zh: '每个地方都要写明strata的各列，且只写一次',
    en: 'every place must name the columns of strata, and stand there once',
  },
  fpc: {
    zh: '须有population；人口数不能用于整群抽样的校正',
    en: 'needs population; a number of people does not correct a sample of clusters',
  },
  'wave.sameClusters': {
    zh: '须写明clusters：两期共有的村、户或人',
    en: 'needs clusters: the villages, households or persons that both waves share',
  },
  change: { zh: '两期为同一群（sameClusters）时只能用wald', en: 'must be wald when both waves have the same clusters' },
  figures: { zh: '指标名称不能重复', en: 'names must be different' },
  'figures.codes': {
    zh: '同一个码只能归入positive、negative（或scores）、excluded之一',
    en: 'a code can be only one of positive, negative (or in scores) and excluded',
  },
} as const;

const hasTwice = (values: readonly string[]): boolean => new Set(values).size < values.length;

/** The codes of each class of a figure; writing a code twice in one class says nothing new. */
function codesOf(figure: FigureDesign): (readonly string[])[] {
  if (figure.type === 'rate') return [figure.positive, figure.negative, figure.excluded];
  return figure.type === 'mean' && figure.scores ? [Object.keys(figure.scores), figure.excluded] : [];
}

function conflictsOf(read: EstimateDesign): [keyof typeof CONFLICTS, boolean][] {
  const { weighting: w, population, strata, wave } = read;
  const places = population && 'places' in population ? population.places : null;
  const isBounded = w?.distance === 'logit' || w?.distance === 'bounded-linear';
  const margins = w?.margins.length ?? 0;
  const names = read.figures.map(({ name }) => name);
  const labels = (places ?? []).map(({ values }) => strata.map((name) => values[name]).join('|'));
  const totals = w ? Object.keys(w.totals).length : 0;
  return [
    [
      'weighting.margins',
      w !== null &&
        (w.method === 'post-stratify' ? margins !== 1 : w.method === 'rake' ? margins === 0 : margins + totals === 0),
    ],
    ['weighting.totals', w !== null && w.method !== 'calibrate' && totals > 0],
    [
      'weighting.bounds',
      w !== null && w.method === 'calibrate' && isBounded && !(w.bounds && w.bounds[0] < 1 && w.bounds[1] > 1),
    ],
    [
      'population.places',
      places !== null && (places.some(({ values }) => strata.some((name) => !(name in values))) || hasTwice(labels)),
    ],
    ['fpc', read.fpc === true && (population === null || (places !== null && read.clusters.length > 0))],
    ['wave.sameClusters', wave?.sameClusters === true && read.clusters.length === 0],
    ['change', read.change === 'mover' && wave?.sameClusters === true],
    ['figures', hasTwice(names)],
    ['figures.codes', read.figures.some((one) => hasTwice(codesOf(one).flatMap((codes) => [...new Set(codes)])))],
  ];
}

/** The columns of the data that a design reads. Columns that only the places have are not among them. */
export function columnsOfDesign(
  read: EstimateDesign,
  header: readonly string[],
): { texts: string[]; numbers: string[] } {
  const places = read.population && 'places' in read.population ? read.population.places : [];
  const isOfPlaces = (name: string): boolean => !header.includes(name) && places.every(({ values }) => name in values);
  const texts = [
    ...Object.keys(read.keep),
    ...Object.keys(read.domain),
    ...read.strata,
    ...read.clusters,
    ...(read.wave ? [read.wave.column] : []),
    ...read.figures.flatMap((one) =>
      one.type === 'rate' || (one.type === 'mean' && one.scores !== null) ? [one.column] : [],
    ),
    ...read.by.flat().filter((name) => places.length === 0 || !isOfPlaces(name)),
    ...(read.weighting?.margins.flatMap((margin) => margin.columns) ?? []),
  ];
  const numbers = [
    ...(read.weight === null ? [] : [read.weight]),
    ...(read.population && 'columns' in read.population ? read.population.columns : []),
    ...read.figures.flatMap((one) =>
      one.type === 'ratio'
        ? [one.numerator, one.denominator]
        : one.type === 'total' || (one.type === 'mean' && one.scores === null)
          ? [one.column]
          : [],
    ),
    ...Object.keys(read.weighting?.totals ?? {}),
  ];
  return { texts, numbers };
}
