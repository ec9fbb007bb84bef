/** Groups 08–12: post-stratification, raking, calibration, trimming, empty cells. */
import { AppError } from '../errors.ts';
import { calibrateWeights, type Distance, regressionResidual } from '../stats/calibration.ts';
import { createDesign, type Design, reweightDesign } from '../stats/design.ts';
import { estimateDomainMean, estimateTotal, type MeanOfDomain } from '../stats/estimators.ts';
import { computeKish, type KishFigures } from '../stats/kish.ts';
import { attachMargin, collapseMargin, type Margin, type MarginColumn } from '../stats/margins.ts';
import { marginResidual, rakeWeights, sweepResidual } from '../stats/raking.ts';
import { medianOf } from '../stats/summary.ts';
import { trimAndRake, trimAndSpread } from '../stats/trimming.ts';
import { clusteredOrStratified, errorOf, factorOf, meanOf, seOf } from './design-cases.ts';
import type { CaseComputation } from './run.ts';
import { listOf, type Table } from './table.ts';

interface MarginParam {
  readonly var?: string;
  readonly level: readonly unknown[];
  readonly Freq: readonly number[];
}

export const marginOf = (name: string, { level, Freq }: MarginParam): Margin => ({
  name,
  levels: listOf(level).map(String),
  totals: listOf(Freq).map(Number),
});

const attach = (rows: Table, margin: Margin): MarginColumn =>
  attachMargin(
    margin,
    rows.values(margin.name).map((value) => (value === null ? null : String(value))),
  );

export const marginsOf = (rows: Table, params: readonly MarginParam[]): MarginColumn[] =>
  params.map((param) => attach(rows, marginOf(String(param.var), param)));

const kishOf = (weight: Float64Array): KishFigures => computeKish(weight) as KishFigures;

const domOf = (rows: Table): Uint8Array => Uint8Array.from(rows.numbers('dom'), (v) => (v === 1 ? 1 : 0));

export const postStratifyCase: CaseComputation = ({ rows, params }) => {
  const design = clusteredOrStratified(rows, Boolean(params.cluster), Boolean(params.cluster) || Boolean(params.fpc));
  const keys = listOf(params.by).map(String);
  const population = params.population as Record<string, readonly unknown[]>;
  const cellOf = (read: (key: string) => unknown): string => keys.map((key) => String(read(key))).join('|');
  const margin: Margin = {
    name: keys.join('|'),
    levels: listOf(population.Freq).map((_, i) => cellOf((key) => listOf(population[key])[i])),
    totals: listOf(population.Freq).map(Number),
  };
  const columns = new Map(keys.map((key) => [key, rows.values(key)]));
  const labels = Array.from({ length: rows.rows }, (_, i) => cellOf((key) => columns.get(key)?.[i]));
  const cells = [attachMargin(margin, labels)];
  const weight = rakeWeights(design.weight, cells);
  const weighted = reweightDesign(design, weight, marginResidual(design.weight, cells));
  const y = rows.numbers('y');
  const before = meanOf(design, y);
  const mean = meanOf(weighted, y);
  const total = estimateTotal(weighted, y);
  const domain = meanOf(weighted, y, domOf(rows));
  const kish = kishOf(weight);
  return {
    before: { estimate: before.value, se: seOf(before) },
    mean: { estimate: mean.value, se: seOf(mean) },
    total: { estimate: total.value, se: errorOf(weighted, total) },
    domain: { estimate: domain.value, se: seOf(domain), df: domain.df },
    weights: weight,
    kish_deff: kish.deff,
    n_eff: kish.effective,
    sum_w: weight.reduce((sum, w) => sum + w, 0),
  };
};

export const rakeCase: CaseComputation = ({ rows, params }) => {
  const kind = String(params.design);
  const design: Design = createDesign({
    rows: rows.rows,
    weight: rows.numbers('w'),
    stratum: kind === 'strat' ? factorOf(rows, 'st') : null,
    cluster: kind === 'cluster' ? factorOf(rows, 'psu') : null,
    population: rows.has('fpc') ? rows.numbers('fpc') : null,
  });
  const margins = marginsOf(rows, listOf(params.margins) as MarginParam[]);
  const weight = rakeWeights(design.weight, margins);
  const y = rows.numbers('y');
  const errors = (residual: (score: Float64Array) => Float64Array) => {
    const weighted = reweightDesign(design, weight, residual);
    return {
      mean: seOf(meanOf(weighted, y)),
      total: errorOf(weighted, estimateTotal(weighted, y)),
      domain_mean: seOf(meanOf(weighted, y, domOf(rows))),
    };
  };
  const residual = marginResidual(design.weight, margins);
  const weighted = reweightDesign(design, weight, residual);
  const calibrated = calibrateWeights(design.weight, dummiesOf(margins), totalsOf(margins), { kind: 'raking' });
  const kish = kishOf(weight);
  return {
    mean: meanOf(weighted, y).value,
    total: estimateTotal(weighted, y).value,
    domain_mean: meanOf(weighted, y, domOf(rows)).value,
    se_gram: errors(residual),
    se_rake_r: errors(sweepResidual(margins)),
    weights: weight,
    max_abs_w_rake_minus_calibrate_rel: weight.every((w, i) => Math.abs(w / (calibrated[i] as number) - 1) < 1e-9),
    kish_deff: kish.deff,
    n_eff: kish.effective,
    achieved: margins.map(({ codes, levels }) => {
      const sums = new Float64Array(levels.length);
      codes.forEach((code, i) => {
        sums[code] = (sums[code] as number) + (weight[i] as number);
      });
      return sums;
    }),
  };
};

/** Intercept and treatment dummies of the margins, and their totals. */
function dummiesOf(margins: readonly MarginColumn[]): Float64Array[] {
  const rows = margins[0]?.codes.length ?? 0;
  return [
    new Float64Array(rows).fill(1),
    ...margins.flatMap(({ codes, levels }) =>
      levels.slice(1).map((_, k) => Float64Array.from(codes, (code) => (code === k + 1 ? 1 : 0))),
    ),
  ];
}

const totalsOf = (margins: readonly MarginColumn[]): number[] => [
  (margins[0]?.totals ?? []).reduce((sum, value) => sum + value, 0),
  ...margins.flatMap(({ totals }) => totals.slice(1)),
];

export const calibrateCase: CaseComputation = ({ rows, params }) => {
  const design = clusteredOrStratified(rows, Boolean(params.cluster), true);
  const totals = params.totals as { name: readonly string[]; value: readonly number[] };
  const x = listOf(totals.name).map((name) => modelColumn(rows, name, String(params.formula)));
  const [lower, upper] = listOf(params.bounds).map(Number) as [number, number];
  const y = rows.numbers('y');
  const run = (distance: Distance) => {
    const weight = calibrateWeights(design.weight, x, listOf(totals.value).map(Number), distance);
    const weighted = reweightDesign(design, weight, regressionResidual(design.weight, x));
    const mean = meanOf(weighted, y);
    const total = estimateTotal(weighted, y);
    const g = weight.map((w, i) => w / (design.weight[i] as number));
    return {
      mean: mean.value,
      se: seOf(mean),
      total: total.value,
      total_se: errorOf(weighted, total),
      g_min: Math.min(...g),
      g_max: Math.max(...g),
      weights: weight,
    };
  };
  return {
    linear: run({ kind: 'linear' }),
    raking: run({ kind: 'raking' }),
    logit: run({ kind: 'logit', lower, upper }),
    linear_bounded: run({ kind: 'bounded-linear', lower, upper }),
  };
};

/** A column of R's model matrix by its name: the constant, a number column, a level of a factor, or a product of these. */
function modelColumn(rows: Table, name: string, formula: string): Float64Array {
  if (name === '(Intercept)') return new Float64Array(rows.rows).fill(1);
  if (rows.has(name)) return rows.numbers(name);
  if (name.includes(':')) {
    const parts = name.split(':').map((part) => modelColumn(rows, part, formula));
    return new Float64Array(rows.rows).map((_, i) => parts.reduce((product, part) => product * (part[i] as number), 1));
  }
  const plain = name.replace(/^(?:factor|as\.factor)\((.*?)\)/, '$1');
  // `ageM` may be level M of age, or level geM of a column a: the level must exist.
  for (const [term] of formula.matchAll(/[\p{L}._][\p{L}\p{N}._]*/gu)) {
    const level = plain.slice(term.length);
    if (!plain.startsWith(term) || !rows.has(term) || !rows.levels(term).includes(level)) continue;
    return Float64Array.from(rows.labels(term), (label) => (label === level ? 1 : 0));
  }
  throw new RangeError(`no column ${name}`);
}

export const trimCase: CaseComputation = ({ rows, params }) => {
  const base = rows.numbers('w');
  const margins = marginsOf(rows, listOf(params.margins) as MarginParam[]);
  const trimmed = trimAndRake(base, margins, { cap: Number(params.cap_ratio), floor: Number(params.floor_ratio) });
  const kish = (weight: Float64Array) => {
    const figures = kishOf(weight);
    return { n_eff: figures.effective, deff: figures.deff, max_over_median: figures.max / medianOf(weight) };
  };
  const once = trimAndSpread(trimmed.raked, trimmed.lower, trimmed.upper, false);
  const strict = trimAndSpread(trimmed.raked, trimmed.lower, trimmed.upper, true);
  const y = rows.numbers('y');
  let sumW = 0;
  let sumWY = 0;
  trimmed.last.forEach((w, i) => {
    sumW += w;
    sumWY += w * (y[i] as number);
  });
  return {
    raked: { weights: trimmed.raked, kish: kish(trimmed.raked) },
    upper: trimmed.upper,
    lower: trimmed.lower,
    trim_once: { weights: once, kish: kish(once) },
    trim_strict: { weights: strict, kish: kish(strict) },
    trim_rerake: {
      weights: trimmed.last,
      rounds: trimmed.rounds,
      converged: trimmed.isSettled,
      kish: kish(trimmed.last),
      mean: sumWY / sumW,
    },
    n_trimmed: trimmed.trimmed,
  };
};

export const emptyCellCase: CaseComputation = ({ rows, params }) => {
  const sex = marginOf('sex', params.sex as MarginParam);
  const age = marginOf('age', params.age as MarginParam);
  const base = rows.numbers('w');
  // The cases name the refusal with the levels nobody is in; when somebody is in every level the list is empty.
  let refusal: unknown = { code: 'EMPTY_MARGIN_CELL', margin: age.name, level: [] };
  try {
    rakeWeights(base, [attach(rows, sex), attach(rows, age)]);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    refusal = { code: error.code, ...error.details };
  }
  const labels = rows.labels('age');
  const respondents = age.levels.map((level) => labels.filter((label) => label === level).length);
  const collapsed = collapseMargin(age, respondents, { least: Number(params.min_cell) });
  const merged = labels.map(
    (label) => collapsed.levels[collapsed.levelOf[age.levels.indexOf(label)] as number] as string,
  );
  const weight = rakeWeights(base, [attach(rows, sex), attachMargin(collapsed, merged)]);
  const design = createDesign({ rows: rows.rows, weight });
  const mean = estimateDomainMean(design, rows.numbers('y')) as MeanOfDomain;
  return {
    engine_error: refusal,
    n_by_level: respondents,
    collapse_steps: collapsed.steps,
    collapsed_levels: collapsed.levels,
    collapsed_pop: collapsed.totals,
    mean: mean.value,
    weights: weight,
  };
};
