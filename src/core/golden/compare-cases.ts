/** Groups 13–16 and 27: intervals of one rate, changes between two waves, Kish figures. */
import { fisherP, pearsonStatistic } from '../stats/binomial.ts';
import { chiSquareTail } from '../stats/chi-square.ts';
import { changeLimits, changeP, moverLimits, moverP, waldTest } from '../stats/compare.ts';
import { covarianceOf } from '../stats/covariance.ts';
import { createDesign, type Design, degreesOfFreedom } from '../stats/design.ts';
import { type MeanOfDomain, selectDomain } from '../stats/estimators.ts';
import { crossFactors } from '../stats/factor.ts';
import {
  agrestiCoullLimits,
  arcsineLimits,
  betaLimits,
  jeffreysLimits,
  likelihoodLimits,
  logitLimits,
  waldLimits,
  wilsonCorrectedLimits,
} from '../stats/intervals.ts';
import { computeKish, type KishFigures } from '../stats/kish.ts';
import { adjustBenjaminiHochberg } from '../stats/multiplicity.ts';
import { normalQuantile } from '../stats/normal.ts';
import {
  clopperPearsonLimits,
  effectiveSize,
  isDegenerate,
  kornGraubardLimits,
  type Limits,
  wilsonEffectiveLimits,
  wilsonLimits,
} from '../stats/proportion.ts';
import { createCriticalValues, studentP, studentQuantile, upperQuantile } from '../stats/student.ts';
import { clusteredOrStratified, factorOf, isValid, levelsIn, meanOf, pairOf, record, seOf } from './design-cases.ts';
import type { CaseComputation } from './run.ts';
import type { Table } from './table.ts';

/**
 * The rate at which R's iteratively weighted fit of `y ~ 1` stops. It comes near the rate to about 1e-9 and no nearer,
 * because R ends when the deviance settles to 1e-8; R's `method="logit"` is built on it.
 */
function iteratedRate(weight: Float64Array, y: Float64Array): number {
  const average = weight.reduce((sum, w) => sum + w, 0) / weight.length;
  let mu = weight.map((w, i) => ((w / average) * (y[i] as number) + 0.5) / (w / average + 1));
  const deviance = (): number =>
    weight.reduce(
      (sum, w, i) => sum - (2 * w * Math.log(y[i] === 1 ? (mu[i] as number) : 1 - (mu[i] as number))) / average,
      0,
    );
  let before = deviance();
  for (let cycle = 0; cycle < 25; cycle++) {
    let top = 0;
    let bottom = 0;
    for (const [i, m] of mu.entries()) {
      const slope = m * (1 - m);
      const w = (weight[i] as number) * slope;
      top += w * (Math.log(m / (1 - m)) + ((y[i] as number) - m) / slope);
      bottom += w;
    }
    const fitted = 1 / (1 + Math.exp(-top / bottom));
    mu = mu.map(() => fitted);
    const now = deviance();
    if (Math.abs(now - before) / (Math.abs(now) + 0.1) < 1e-8) break;
    before = now;
  }
  return mu[0] as number;
}

export const proportionCase: CaseComputation = ({ rows, params }) => {
  const kind = String(params.design);
  const design = createDesign({
    rows: rows.rows,
    weight: rows.numbers('w'),
    stratum: kind.startsWith('strat') ? factorOf(rows, 'st') : null,
    cluster: kind === 'cluster' ? factorOf(rows, 'psu') : null,
    population: kind === 'strat_fpc' ? rows.numbers('fpc') : null,
  });
  const m = meanOf(design, rows.numbers('y'));
  const se = seOf(m);
  const iterated = isDegenerate(m.value, m.variance) ? m.value : iteratedRate(design.weight, rows.numbers('y'));
  const at = (level: number) => {
    const alpha = 1 - level;
    const values = createCriticalValues(alpha / 2);
    const critical = values(m.df);
    const kg = kornGraubardLimits(m, alpha, values);
    return {
      r_logit: pairOf(isDegenerate(m.value, m.variance) ? null : logitLimits(iterated, se, critical)),
      r_xlogit: pairOf(logitLimits(m.value, se, critical)),
      r_beta: pairOf(betaLimits(m.value, m.variance, values(m.base - 1) / critical, alpha)),
      r_asin: pairOf(arcsineLimits(m.value, se, critical)),
      r_mean: pairOf(waldLimits(m.value, se, critical)),
      r_likelihood: pairOf(params.likelihood ? likelihoodLimits(m.value, se, critical) : null),
      kg_engine: pairOf(kg),
      kg_n_eff: kg?.n,
      wilson_neff_t: pairOf(wilsonEffectiveLimits(m, values)),
    };
  };
  return {
    estimate: m.value,
    se,
    n: rows.rows,
    df: m.df,
    kish_n_eff: m.kish,
    neff_raw: m.variance > 1e-24 ? (m.value * (1 - m.value)) / m.variance : null,
    neff_engine: effectiveSize(m),
    level_95: at(0.95),
    level_90: at(0.9),
  };
};

/** Limits as two columns; null where there are none. */
export const columnsOf = (limits: readonly (Limits | null)[]) => ({
  lower: limits.map((l) => l?.lower ?? null),
  upper: limits.map((l) => l?.upper ?? null),
});

export const binomialCase: CaseComputation = ({ rows, params }) => {
  const alpha = 1 - Number(params.level);
  const z = normalQuantile(1 - alpha / 2);
  const n = rows.numbers('n');
  const x = rows.numbers('x');
  const each = (limits: (x: number, n: number) => Limits) =>
    columnsOf(Array.from(x, (hits, i) => limits(hits, n[i] as number)));
  return {
    p: x.map((hits, i) => hits / (n[i] as number)),
    wilson: each((hits, base) => wilsonLimits(hits / base, base, z)),
    wilson_cc: each((hits, base) => wilsonCorrectedLimits(hits, base, z)),
    clopper_pearson: each((hits, base) => clopperPearsonLimits(hits / base, base, alpha)),
    jeffreys: each((hits, base) => jeffreysLimits(hits, base, alpha)),
    agresti_coull: each((hits, base) => agrestiCoullLimits(hits, base, z)),
  };
};

export const twoSampleCase: CaseComputation = ({ rows, params }) => {
  const z = normalQuantile(1 - (1 - Number(params.level)) / 2);
  const pairs = Array.from({ length: rows.rows }, (_, i) => {
    const [x1, n1, x2, n2] = ['x1', 'n1', 'x2', 'n2'].map((name) => rows.numbers(name)[i] as number) as [
      number,
      number,
      number,
      number,
    ];
    const [p1, p2] = [x1 / n1, x2 / n2];
    const se = Math.sqrt((p1 * (1 - p1)) / (n1 - 1) + (p2 * (1 - p2)) / (n2 - 1));
    const statistic = pearsonStatistic(x1, n1, x2, n2, false);
    const corrected = pearsonStatistic(x1, n1, x2, n2, true);
    return {
      difference: p1 - p2,
      newcombe: moverLimits(p1, wilsonLimits(p1, n1, z), p2, wilsonLimits(p2, n2, z)),
      statistic,
      chi: statistic === null ? null : chiSquareTail(statistic, 1),
      corrected: corrected === null ? null : chiSquareTail(corrected, 1),
      fisher: fisherP(x1, n1, x2, n2),
      se,
      wald: se > 0 ? studentP((p1 - p2) / se, n1 + n2 - 2) : null,
      moverZ: moverP(
        { share: p1, n: n1, df: Number.POSITIVE_INFINITY },
        { share: p2, n: n2, df: Number.POSITIVE_INFINITY },
      ),
      moverT: moverP({ share: p1, n: n1, df: n1 - 1 }, { share: p2, n: n2, df: n2 - 1 }),
    };
  });
  return {
    diff: pairs.map((p) => p.difference),
    newcombe: columnsOf(pairs.map((p) => p.newcombe)),
    chisq: pairs.map((p) => p.statistic),
    p_chisq: pairs.map((p) => p.chi),
    p_chisq_cc: pairs.map((p) => p.corrected),
    p_fisher: pairs.map((p) => p.fisher),
    wald: { se: pairs.map((p) => p.se), p_t: pairs.map((p) => p.wald) },
    p_mover_z: pairs.map((p) => p.moverZ),
    p_mover_t: pairs.map((p) => p.moverT),
  };
};

/** Change of one unit by the engine's defaults: MOVER-Wilson limits and p, Wald p. */
export function changeOf(thisWave: MeanOfDomain, lastWave: MeanOfDomain) {
  const critical = createCriticalValues(0.025);
  const variances = { thisWave: thisWave.variance, lastWave: lastWave.variance, covariance: 0 };
  const difference = thisWave.value - lastWave.value;
  const limits = changeLimits(thisWave, lastWave, critical);
  return {
    difference,
    lower: limits?.lower ?? null,
    upper: limits?.upper ?? null,
    se: Math.sqrt(thisWave.variance + lastWave.variance),
    pWald: waldTest(difference, variances, thisWave.df + lastWave.df, critical)?.p ?? null,
    pMover: changeP(thisWave, lastWave),
  };
}

export const twoWaveCase: CaseComputation = ({ rows, params, expected }) => {
  const design = waveDesign(rows, Boolean(params.fpc));
  const y = rows.numbers('y');
  const waves = rows.levels('wave');
  const labels = rows.labels('wave');
  const [last, now] = waves.map((wave) =>
    meanOf(
      design,
      y,
      selectDomain(rows.rows, (i) => labels[i] === wave),
    ),
  ) as [MeanOfDomain, MeanOfDomain];
  const covariance = covarianceOf(design, [last.score, now.score]);
  const valid = isValid(y);
  const df = degreesOfFreedom(design, valid);
  const variances = {
    thisWave: covariance[1]?.[1] as number,
    lastWave: covariance[0]?.[0] as number,
    covariance: covariance[0]?.[1] as number,
  };
  const difference = now.value - last.value;
  const test = waldTest(difference, variances, df, createCriticalValues(0.025));
  const towns = levelsIn(rows, 'town', record(expected.by_town).town);
  const townOf = rows.labels('town');
  const changes = towns.map((town) => {
    const [before, after] = waves.map((wave) =>
      meanOf(
        design,
        y,
        selectDomain(rows.rows, (i) => labels[i] === wave && townOf[i] === town),
      ),
    ) as [MeanOfDomain, MeanOfDomain];
    return changeOf(after, before);
  });
  const t = difference / (test?.se ?? Number.NaN);
  return {
    rate: [last.value, now.value],
    se: [seOf(last), seOf(now)],
    cov12: variances.covariance,
    diff: difference,
    diff_se: test?.se,
    df,
    df_wave: [last.df, now.df],
    svyttest: { diff: difference, t, df: df - 1, p: studentP(t, df - 1) },
    ci_wald_t: pairOf(test?.limits ?? null),
    by_town: {
      town: towns,
      diff: changes.map((c) => c.difference),
      lower: changes.map((c) => c.lower),
      upper: changes.map((c) => c.upper),
      se: changes.map((c) => c.se),
      p_wald: changes.map((c) => c.pWald),
      p_mover: changes.map((c) => c.pMover),
      bh_p_mover: adjustBenjaminiHochberg(changes.map((c) => c.pMover)),
    },
  };
};

/** Both waves in one design: strata are wave × town. */
export function waveDesign(rows: Table, hasFpc: boolean, weight: Float64Array = rows.numbers('w')): Design {
  return createDesign({
    rows: rows.rows,
    weight,
    stratum: crossFactors(factorOf(rows, 'wave'), factorOf(rows, 'town')),
    population: hasFpc ? rows.numbers('N') : null,
  });
}

export const panelCase: CaseComputation = ({ rows, params }) => {
  const design = clusteredOrStratified(rows, Boolean(params.cluster), true);
  const now = meanOf(design, rows.numbers('y1'));
  const last = meanOf(design, rows.numbers('y0'));
  const covariance = covarianceOf(design, [now.score, last.score]);
  const shared = covariance[0]?.[1] as number;
  const df = degreesOfFreedom(design);
  const difference = now.value - last.value;
  const variances = { thisWave: now.variance, lastWave: last.variance, covariance: shared };
  const se = Math.sqrt(now.variance + last.variance - 2 * shared);
  const test = waldTest(difference, variances, df, (d) => upperQuantile(0.025, d));
  return {
    rate: [now.value, last.value],
    se: [seOf(now), seOf(last)],
    cov: shared,
    corr: shared / (seOf(now) * seOf(last)),
    diff: difference,
    diff_se: se,
    df,
    t: difference / se,
    p: test?.p ?? null,
    shared_psu_long: params.cluster ? stackedChange(rows) : undefined,
  };
};

/** The same persons as two rows each, tied together by their shared cluster alone. */
function stackedChange(rows: Table) {
  const twice = <T>(values: ArrayLike<T>): T[] => [...Array.from(values), ...Array.from(values)];
  const stacked = createDesign({
    rows: 2 * rows.rows,
    weight: Float64Array.from(twice(rows.numbers('w'))),
    cluster: { codes: Int32Array.from(twice(factorOf(rows, 'psu').codes)), levels: factorOf(rows, 'psu').levels },
    population: twice(rows.numbers('fpc')),
  });
  const y = Float64Array.from([...rows.numbers('y0'), ...rows.numbers('y1')]);
  const before = meanOf(
    stacked,
    y,
    selectDomain(stacked.rows, (i) => i < rows.rows),
  );
  const after = meanOf(
    stacked,
    y,
    selectDomain(stacked.rows, (i) => i >= rows.rows),
  );
  const c = covarianceOf(stacked, [before.score, after.score]);
  return {
    diff: after.value - before.value,
    se: Math.sqrt((c[0]?.[0] as number) + (c[1]?.[1] as number) - 2 * (c[0]?.[1] as number)),
  };
}

export const kishCase: CaseComputation = ({ rows }) => {
  const weight = rows.numbers('w');
  const kish = computeKish(weight) as KishFigures;
  const average = weight.reduce((sum, w) => sum + w, 0) / weight.length;
  const spread = weight.reduce((sum, w) => sum + (w - average) ** 2, 0) / weight.length;
  const m = meanOf(createDesign({ rows: rows.rows, weight }), rows.numbers('y'));
  return {
    n: rows.rows,
    n_eff: kish.effective,
    deff_kish: kish.deff,
    one_plus_cv2: 1 + spread / (average * average),
    moe95_pp: 100 * studentQuantile(0.975, Number.POSITIVE_INFINITY) * Math.sqrt(0.25 / kish.effective),
    estimate: m.value,
    se: seOf(m),
    deff_replace: m.deffReplace,
  };
};
