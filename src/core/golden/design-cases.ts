/** Groups 01–07: indicators, stratified and clustered samples, roll-ups, lonely clusters, domains. */
import { AppError } from '../errors.ts';
import { covarianceOf } from '../stats/covariance.ts';
import { createDesign, type Design, degreesOfFreedom, type LonelyRule } from '../stats/design.ts';
import {
  type Estimator,
  estimateDomainMean,
  estimateRatio,
  estimateTotal,
  type MeanOfDomain,
  selectDomain,
} from '../stats/estimators.ts';
import { type Factor, matchLabels } from '../stats/factor.ts';
import { arcsineLimits, betaLimits, logitLimits, waldLimits } from '../stats/intervals.ts';
import { normalQuantile } from '../stats/normal.ts';
import type { Limits } from '../stats/proportion.ts';
import { studentQuantile } from '../stats/student.ts';
import type { CaseComputation, CaseData } from './run.ts';
import { listOf, type Table } from './table.ts';

/** R formulas of one-sided variables: `~psu`, `~id1+id2`; `~1` has none. */
export function termsOf(formula: unknown): string[] {
  return String(formula)
    .replace('~', '')
    .split('+')
    .map((term) => term.trim())
    .filter((term) => term !== '' && term !== '1');
}

/** Levels in R's order, in which R also names the first stratum that is wrong. */
export function factorOf(rows: Table, name: string): Factor {
  const levels = rows.levels(name);
  return { codes: matchLabels(rows.labels(name), levels), levels };
}

/** Levels in the order in which the case lists them, or in R's. */
export const levelsIn = (rows: Table, name: string, order: unknown): string[] =>
  order === undefined || order === null ? rows.levels(name) : listOf(order as string[]).map(String);

export const zeroOne = (values: ArrayLike<number>): Float64Array =>
  Float64Array.from(values, (v) => (Number.isNaN(v) ? 0 : v));

export const isValid = (values: Float64Array): Uint8Array =>
  Uint8Array.from(values, (value) => (Number.isNaN(value) ? 0 : 1));

/** A mean of the rows where y is not missing; refuses an empty domain, which no case has. */
export function meanOf(design: Design, y: Float64Array, domain: Uint8Array | null = null): MeanOfDomain {
  const valid = isValid(y);
  const within = domain ? valid.map((v, i) => (v && domain[i] ? 1 : 0)) : valid;
  const estimate = estimateDomainMean(design, zeroOne(y), within.includes(0) ? within : null);
  if (!estimate) throw new RangeError('empty domain');
  return estimate;
}

export const seOf = (estimate: { readonly variance: number }): number => Math.sqrt(estimate.variance);

export const pairOf = (limits: Limits | null): [number | null, number | null] =>
  limits ? [limits.lower, limits.upper] : [null, null];

/** Means by level of a column, in the order the case lists the levels. */
export function meansBy(
  design: Design,
  y: Float64Array,
  rows: Table,
  name: string,
  order: unknown,
  domain: Uint8Array | null = null,
): { levels: string[]; means: MeanOfDomain[] } {
  const labels = rows.labels(name);
  const levels = levelsIn(rows, name, order);
  const means = levels.map((level) =>
    meanOf(
      design,
      y,
      selectDomain(design.rows, (i) => labels[i] === level, domain),
    ),
  );
  return { levels, means };
}

export const record = (value: unknown): Record<string, unknown> => (value ?? {}) as Record<string, unknown>;

export const indicatorCase: CaseComputation = ({ rows, params, expected }) => {
  const classification = record(params.classification);
  // Codes are compared as text: a column with one letter among its numbers is text altogether.
  const textsOf = (value: unknown): string[] =>
    value === undefined || value === null ? [] : listOf(value).map(String);
  const isIn = (name: string, value: unknown): boolean => textsOf(classification[name]).includes(String(value));
  const scores = record(classification.score);
  const codes = textsOf(scores.code);
  const answers = rows.values('ans');
  const y = Float64Array.from(answers, (answer) => {
    if (isIn('positive', answer)) return 1;
    if (isIn('negative', answer)) return 0;
    if (answer === null || isIn('excluded', answer)) return Number.NaN;
    throw new AppError('UNMAPPED_CODE', { indicator: 'y', outcome: answer });
  });
  const score = Float64Array.from(answers, (answer, i) =>
    Number.isNaN(y[i] as number) ? Number.NaN : Number(listOf(scores.score)[codes.indexOf(String(answer))]),
  );
  const design = createDesign({ rows: rows.rows, weight: rows.numbers('w'), stratum: factorOf(rows, 'town') });
  const valid = isValid(y);
  const df = degreesOfFreedom(design, valid);
  const critical = studentQuantile(0.975, df);
  const rate = meanOf(design, y);
  const mean = meanOf(design, score);
  const by = meansBy(design, y, rows, 'town', record(expected.by_town).town);
  const scoreBy = meansBy(design, score, rows, 'town', record(expected.by_town).town);
  const positives = y.filter((v) => v === 1).length;
  let excludedW = 0;
  let sumW = 0;
  design.weight.forEach((w, i) => {
    sumW += w;
    if (valid[i] === 0) excludedW += w;
  });
  const nValid = valid.filter(Boolean).length;
  const figure = (m: MeanOfDomain) => ({
    estimate: m.value,
    se: seOf(m),
    ci_t: pairOf(waldLimits(m.value, seOf(m), critical)),
  });
  return {
    n_total: rows.rows,
    n_valid: nValid,
    n_excluded: rows.rows - nValid,
    n_positive: positives,
    item_nonresponse_weighted: excludedW / sumW,
    rate_unweighted: positives / nValid,
    df,
    rate: figure(rate),
    score: figure(mean),
    by_town: {
      town: by.levels,
      rate: by.means.map((m) => m.value),
      se: by.means.map(seOf),
      score: scoreBy.means.map((m) => m.value),
      score_se: scoreBy.means.map(seOf),
    },
  };
};

export const stratifiedCase: CaseComputation = ({ rows, params, expected }) => {
  const vars = listOf(params.vars).map(String);
  const design = createDesign({
    rows: rows.rows,
    weight: rows.numbers('w'),
    stratum: params.strata ? factorOf(rows, 'st') : null,
    population: params.fpc ? rows.numbers('fpc') : null,
  });
  const means = vars.map((name) => meanOf(design, rows.numbers(name)));
  const totals = vars.map((name) => estimateTotal(design, rows.numbers(name)));
  const totalCovariance = covarianceOf(
    design,
    totals.map((t) => t.score),
  );
  const df = degreesOfFreedom(design);
  const limits = (critical: number) => {
    const pairs = means.map((m) => waldLimits(m.value, seOf(m), critical));
    return { lower: pairs.map((p) => p.lower), upper: pairs.map((p) => p.upper) };
  };
  const by = vars.map((name) => meansBy(design, rows.numbers(name), rows, 'st', record(expected.by_stratum).st));
  return {
    vars,
    n: rows.rows,
    sum_w: design.weight.reduce((sum, w) => sum + w, 0),
    df,
    mean: means.map((m) => m.value),
    se: means.map(seOf),
    vcov: covarianceOf(
      design,
      means.map((m) => m.score),
    ).map((row) => [...row]),
    ci_z: limits(normalQuantile(0.975)),
    ci_t: limits(studentQuantile(0.975, df)),
    deff: means.map((m) => m.deff),
    deff_replace: means.map((m) => m.deffReplace),
    total: totals.map((t) => t.value),
    total_se: totalCovariance.map((row, i) => Math.sqrt(row[i] as number)),
    by_stratum: {
      st: by[0]?.levels,
      mean: by.map((v) => v.means.map((m) => m.value)),
      se: by.map((v) => v.means.map(seOf)),
    },
  };
};

/** The three indicators of the county survey in the synthetic cases. */
export function surveyIndicators(rows: Table): Record<'aware' | 'recog' | 'safe', Float64Array> {
  const code = (name: string, positive: number[], negative: number[]): Float64Array =>
    rows.numbers(name).map((v) => (positive.includes(v) ? 1 : negative.includes(v) ? 0 : Number.NaN));
  return {
    aware: code('q1', [1], [2]),
    recog: code('q2', [4, 5], [1, 2, 3]),
    safe: code('q3', [1, 2], [3, 4]),
  };
}

export const rollUpCase: CaseComputation = ({ rows, expected }) => {
  const design = createDesign({
    rows: rows.rows,
    weight: rows.numbers('w'),
    stratum: factorOf(rows, 'town'),
    population: rows.numbers('N'),
  });
  const indicators = surveyIndicators(rows);
  const byUnit = (level: 'town' | 'county') =>
    mapValues(indicators, (y, name) => {
      const by = meansBy(design, y, rows, level, record(record(expected[level])[name]).key);
      return {
        key: by.levels,
        estimate: by.means.map((m) => m.value),
        se: by.means.map(seOf),
        n_valid: by.means.map((m) => m.base),
        df: by.means.map((m) => m.df),
      };
    });
  return {
    town: byUnit('town'),
    county: byUnit('county'),
    city: mapValues(indicators, (y) => {
      const m = meanOf(design, y);
      return { estimate: m.value, se: seOf(m), df: m.df };
    }),
  };
};

export function mapValues<K extends string, V, R>(
  source: Readonly<Record<K, V>>,
  map: (value: V, key: K) => R,
): Record<K, R> {
  return Object.fromEntries(
    (Object.entries(source) as [K, V][]).map(([key, value]) => [key, map(value, key)]),
  ) as Record<K, R>;
}

export const lonelyCase: CaseComputation = ({ rows, params }) => {
  const y = rows.numbers('y');
  const inDomain = Uint8Array.from(rows.numbers('dom'), (v) => (v === 1 ? 1 : 0));
  const run = (lonely: LonelyRule, isLonelyInDomain: boolean) => {
    const design = createDesign({
      rows: rows.rows,
      weight: rows.numbers('w'),
      stratum: factorOf(rows, 'st'),
      cluster: params.cluster ? factorOf(rows, 'psu') : null,
      lonely,
      isLonelyInDomain,
    });
    const estimate = (domain: Uint8Array | null) => {
      try {
        const m = meanOf(design, y, domain);
        return { estimate: m.value, se: seOf(m) };
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'LONELY_PSU')) throw error;
        return { error: `Stratum (${error.details.stratum}) has only one PSU at stage 1` };
      }
    };
    return { all: estimate(null), domain: estimate(inDomain), df: degreesOfFreedom(design) };
  };
  return {
    fail: run('fail', false),
    remove: run('remove', false),
    certainty: run('certainty', false),
    adjust: run('adjust', false),
    average: run('average', false),
    adjust_domain: run('adjust', true),
    average_domain: run('average', true),
  };
};

export const domainCase: CaseComputation = ({ rows, params, expected }) => {
  const design = clusteredOrStratified(rows, Boolean(params.cluster), true);
  const y = rows.numbers('y');
  const inDomain = Uint8Array.from(rows.numbers('dom'), (v) => (v === 1 ? 1 : 0));
  const mean = meanOf(design, y, inDomain);
  const total = estimateTotal(design, zeroOne(y), inDomain);
  const ratio = estimateRatio(design, zeroOne(y), new Float64Array(rows.rows).fill(1), inDomain) as Estimator;
  const by = meansBy(design, y, rows, 'g', record(expected.by_group).g, inDomain);
  return {
    n_domain: mean.base,
    df_domain: mean.df,
    mean: { estimate: mean.value, se: seOf(mean), deff: mean.deff },
    total: { estimate: total.value, se: errorOf(design, total, inDomain) },
    ratio_same_as_mean: { estimate: ratio.value, se: errorOf(design, ratio, inDomain) },
    by_group: { g: by.levels, estimate: by.means.map((m) => m.value), se: by.means.map(seOf) },
  };
};

export const errorOf = (design: Design, estimate: Estimator, domain: Uint8Array | null = null): number =>
  Math.sqrt(covarianceOf(design, [estimate.score], domain)[0]?.[0] as number);

/** The two designs most cases are written in: clusters with fpc, or town strata with or without. */
export function clusteredOrStratified(rows: Table, isClustered: boolean, hasFpc: boolean): Design {
  return createDesign({
    rows: rows.rows,
    weight: rows.numbers('w'),
    stratum: isClustered ? null : factorOf(rows, 'st'),
    cluster: isClustered ? factorOf(rows, 'psu') : null,
    population: hasFpc ? rows.numbers('fpc') : null,
  });
}

export const clusterCase: CaseComputation = ({ rows, params }) => {
  const [first, second] = termsOf(params.ids);
  const [stratum] = params.strata ? termsOf(params.strata) : [];
  const [weight] = params.weights ? termsOf(params.weights) : [];
  const [population, secondPopulation] = params.fpc ? termsOf(params.fpc) : [];
  const design = createDesign({
    rows: rows.rows,
    weight: weight ? rows.numbers(weight) : population ? null : new Float64Array(rows.rows).fill(1),
    stratum: stratum ? factorOf(rows, stratum) : null,
    cluster: first ? factorOf(rows, first) : null,
    population: population ? rows.numbers(population) : null,
    second:
      second && secondPopulation ? { unit: factorOf(rows, second), population: rows.numbers(secondPopulation) } : null,
    lonely: 'fail',
  });
  const estimated = params.ultimate ? { ...design, secondStage: null } : design;
  const mean = meanOf(estimated, rows.numbers('y'));
  const total = estimateTotal(estimated, rows.numbers('y'));
  const df = degreesOfFreedom(estimated);
  const sumW = estimated.weight.reduce((sum, w) => sum + w, 0);
  const totalSe = errorOf(estimated, total);
  // s²w·W²/n·(1 − n/W), from the mean's V/deff which is s²w/n·(1 − n/W).
  const simple =
    mean.deffReplace === null ? 0 : (mean.variance / mean.deffReplace) * sumW * sumW * (1 - rows.rows / sumW);
  const [top, bottom] = listOf(params.ratio ?? []).flatMap(termsOf);
  const ratio = top && bottom ? (estimateRatio(estimated, rows.numbers(top), rows.numbers(bottom)) as Estimator) : null;
  return {
    n: rows.rows,
    n_psu: estimated.cluster ? estimated.cluster.levels.length : rows.rows,
    df,
    sum_w: sumW,
    mean: {
      estimate: mean.value,
      se: seOf(mean),
      deff: mean.deff,
      ci_t: pairOf(waldLimits(mean.value, seOf(mean), studentQuantile(0.975, df))),
    },
    total: { estimate: total.value, se: totalSe, deff: simple > 0 ? (totalSe * totalSe) / simple : null },
    ratio: ratio && { estimate: ratio.value, se: errorOf(estimated, ratio) },
  };
};

export const complexCase: CaseComputation = ({ rows, params, expected }: CaseData) => {
  const [cluster] = termsOf(params.ids);
  const [stratum] = termsOf(params.strata);
  const [weight] = termsOf(params.weights);
  const positive = Number(params.positive);
  const y = rows.numbers(String(params.y)).map((v) => (Number.isNaN(v) ? v : v === positive ? 1 : 0));
  const design = createDesign({
    rows: rows.rows,
    weight: rows.numbers(weight as string),
    stratum: stratum ? factorOf(rows, stratum) : null,
    cluster: cluster ? factorOf(rows, cluster) : null,
    lonely: params.lonely as LonelyRule,
  });
  const mean = meanOf(design, y);
  const critical = studentQuantile(0.975, mean.df);
  const ratio = studentQuantile(0.975, mean.base - 1) / critical;
  const by = meansBy(design, y, rows, String(params.by), record(expected.by).g);
  const se = seOf(mean);
  return {
    n: rows.rows,
    n_valid: isValid(y).filter(Boolean).length,
    df: mean.df,
    mean: { estimate: mean.value, se, deff: mean.deff },
    ci: {
      beta: pairOf(betaLimits(mean.value, mean.variance, ratio, 0.05)),
      logit: pairOf(logitLimits(mean.value, se, critical)),
      xlogit: pairOf(logitLimits(mean.value, se, critical)),
      asin: pairOf(arcsineLimits(mean.value, se, critical)),
      mean: pairOf(waldLimits(mean.value, se, critical)),
    },
    by: {
      g: by.levels,
      n: by.means.map((m) => m.base),
      df: by.means.map((m) => m.df),
      estimate: by.means.map((m) => m.value),
      se: by.means.map(seOf),
    },
  };
};
