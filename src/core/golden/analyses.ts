/** Groups 21–24 and 26: small areas, sample size, outcome rates, association with publicity, modes. */
import { computeOutcomeRates, OUTCOME_RATES } from '../sample/outcomes.ts';
import { associate, type Correlation } from '../stats/association.ts';
import { covarianceOf } from '../stats/covariance.ts';
import { createDesign } from '../stats/design.ts';
import { type MeanOfDomain, selectDomain } from '../stats/estimators.ts';
import { matchLabels } from '../stats/factor.ts';
import { computeKish, type KishFigures } from '../stats/kish.ts';
import { combineSamples, fitByDesign, testIndependence } from '../stats/modes.ts';
import { normalQuantile } from '../stats/normal.ts';
import { detectableRate, powerForChange, sizeForChange, sizeForMargin } from '../stats/power.ts';
import type { LinearFit } from '../stats/regression.ts';
import { fitSmallAreas } from '../stats/small-area.ts';
import { factorOf, meanOf, seOf } from './design-cases.ts';
import type { CaseComputation } from './run.ts';
import { listOf, Table } from './table.ts';

export const fayHerriotCase: CaseComputation = ({ rows, params }) => {
  const y = rows.numbers('y');
  const psi = rows.numbers('psi');
  const one = new Float64Array(rows.rows).fill(1);
  const covariates = params.x === undefined || params.x === null ? [] : listOf(params.x);
  const fit = fitSmallAreas(y, psi, [one, ...covariates.map((name) => rows.numbers(String(name)))]);
  return {
    A: fit.between,
    beta: fit.beta,
    se_beta: fit.betaSe,
    gamma: fit.gamma,
    eblup: fit.estimate,
    mse: fit.mse,
    g1: fit.g1,
    g2: fit.g2,
    g3: fit.g3,
    shrink: fit.gamma.map((g) => 1 - g),
    se_eblup: fit.mse.map(Math.sqrt),
    cv_gain: fit.mse.map((value, i) => Math.sqrt(value / (psi[i] as number))),
  };
};

export const powerCase: CaseComputation = ({ params }) => {
  const columns = (value: unknown) => new Table(value as Record<string, number[]>);
  const margin = columns(params.margin);
  const power = columns(params.power);
  const read = (table: Table, name: string, i: number): number => {
    const value = table.values(name)[i];
    // An unlimited population is written as null or as “Inf”.
    return value === null || value === 'Inf' ? Number.POSITIVE_INFINITY : Number(value);
  };
  const margins = Array.from({ length: margin.rows }, (_, i) => {
    const [share, e, level, population, deff] = ['p', 'e', 'level', 'N', 'deff'].map((name) =>
      read(margin, name, i),
    ) as [number, number, number, number, number];
    const z = normalQuantile(1 - (1 - level) / 2);
    return {
      ...sizeForMargin({ share, margin: e, level, population, deff }),
      halfWidth: 100 * z * Math.sqrt((deff * share * (1 - share)) / 100),
    };
  });
  const waves = Array.from({ length: power.rows }, (_, i) => {
    const [p1, p2, alpha, b, n, deff, fraction] = ['p1', 'p2', 'alpha', 'power', 'n', 'deff', 'f'].map((name) =>
      read(power, name, i),
    ) as [number, number, number, number, number, number, number];
    const size = sizeForChange(p1, p2, alpha, b);
    return {
      size,
      ceiling: Math.ceil(size * deff - 1e-9),
      power: powerForChange(p1, p2, alpha, { n, deff, fraction }),
      detectable: detectableRate(p1, alpha, b, { n, deff, fraction }),
    };
  });
  return {
    margin: {
      n0: margins.map((m) => m.simple),
      n_fpc_deff: margins.map((m) => m.corrected),
      n_ceiling: margins.map((m) => m.interviews),
      n_wilson_halfwidth: margins.map((m) => m.wilson),
    },
    n_per_wave: waves.map((w) => w.size),
    n_per_wave_deff_ceiling: waves.map((w) => w.ceiling),
    power_at_n: waves.map((w) => w.power),
    detectable_p2_up: waves.map((w) => w.detectable),
    half_width_pp: margins.map((m) => m.halfWidth),
  };
};

export const outcomeCase: CaseComputation = ({ rows }) => {
  const rates = Array.from({ length: rows.rows }, (_, i) => {
    const read = (name: string): number => (rows.has(name) ? Number(rows.values(name)[i]) : 0);
    const counts = {
      I: read('I'),
      P: read('P'),
      R: read('R'),
      NC: read('NC'),
      O: read('O'),
      UH: read('UH'),
      UR: read('UR'),
      UO: read('UO'),
      NE: read('NE'),
    };
    return computeOutcomeRates(counts, rows.has('e') ? read('e') : undefined);
  });
  return Object.fromEntries(OUTCOME_RATES.map((name) => [name, rates.map((rate) => rate[name])]));
};

const fitColumns = (fit: LinearFit, term: readonly string[]) => ({
  term,
  estimate: fit.estimate,
  se: fit.se,
  t: fit.t,
  p: fit.p,
  ci_lower: fit.lower,
  ci_upper: fit.upper,
  df: fit.df,
  r2: fit.r2,
  sigma: fit.sigma,
  se_hc3: fit.robustSe,
});

export const associationCase: CaseComputation = ({ rows }) => {
  const result = associate({
    dose: rows.numbers('x'),
    last: rows.numbers('r0'),
    now: rows.numbers('r1'),
    lastSe: rows.numbers('se0'),
    nowSe: rows.numbers('se1'),
  });
  if (result === null) throw new RangeError('nothing to relate');
  const { pearson, spearman, highLow } = result;
  const short = ({ r, t, p }: Correlation) => ({ r, t, p });
  return {
    pearson: { ...short(pearson), df: pearson.df, ci: [pearson.lower, pearson.upper] },
    spearman: { rho: spearman.r, S: spearman.s, p: spearman.p },
    partial_given_baseline: short(result.partial),
    dose_ols: fitColumns(result.doseUnweighted, ['(Intercept)', 'x']),
    dose_wls: fitColumns(result.doseWeighted, ['(Intercept)', 'x']),
    ancova_wls: fitColumns(result.ancova, ['(Intercept)', 'x', 'r0']),
    did_high_low: { diff: highLow.difference, se: highLow.se, z: highLow.z, p: highLow.p, n_high: highLow.high },
  };
};

export const modeCase: CaseComputation = ({ rows }) => {
  const design = createDesign({ rows: rows.rows, weight: rows.numbers('w'), stratum: factorOf(rows, 'town') });
  const y = rows.numbers('y');
  const modes = rows.levels('mode');
  const modeOf = rows.labels('mode');
  const domains = modes.map((mode) => selectDomain(rows.rows, (i) => modeOf[i] === mode));
  const [first, second] = domains.map((domain) => meanOf(design, y, domain)) as [MeanOfDomain, MeanOfDomain];
  const c = covarianceOf(design, [first.score, second.score]);
  const answers = Int32Array.from(y);
  const test = testIndependence(design, answers, 2, matchLabels(modeOf, modes), modes.length);
  const one = new Float64Array(rows.rows).fill(1);
  const dummies = (name: string) =>
    rows
      .levels(name)
      .slice(1)
      .map((level) => ({
        term: `${name}${level}`,
        column: Float64Array.from(rows.labels(name), (label) => (label === level ? 1 : 0)),
      }));
  const terms = ['mode', 'sex', 'age'].flatMap(dummies);
  const adjusted = fitByDesign(design, y, [one, ...terms.map((t) => t.column)]);
  const plain = fitByDesign(design, y, [one, ...dummies('mode').map((t) => t.column)]);
  const kish = domains.map((domain) => computeKish(design.weight, domain) as KishFigures);
  const composite = combineSamples(
    { share: first.value, variance: first.variance, effective: kish[0]?.effective as number },
    { share: second.value, variance: second.variance, effective: kish[1]?.effective as number },
  );
  return {
    rate: [first.value, second.value],
    se: [seOf(first), seOf(second)],
    diff: second.value - first.value,
    diff_se: Math.sqrt((c[0]?.[0] as number) + (c[1]?.[1] as number) - 2 * (c[0]?.[1] as number)),
    raoscott_F: { F: test.f, ndf: test.ndf, ddf: test.ddf, p: test.p },
    raoscott_chisq: { X2: test.chiSquare, p: test.chiSquareP },
    unadjusted_lpm: { estimate: plain.estimate[1], se: plain.se[1] },
    adjusted_lpm: {
      term: ['(Intercept)', ...terms.map((t) => t.term)],
      estimate: adjusted.estimate,
      se: adjusted.se,
      t: adjusted.t,
      p: adjusted.p,
      df: adjusted.df,
    },
    composite: { kish: kish.map((k) => k.effective), lambda: composite.lambda, estimate: composite.share },
  };
};
