/** Groups 28 and 29: the synthetic city of 140 towns, and the headline flow from design weights to printed changes. */
import { roundHalfUp } from '../indicators/printed.ts';
import { correlate, correlateRanks } from '../stats/association.ts';
import { changeLimits, changeP, waldTest } from '../stats/compare.ts';
import { createDesign, type Design, reweightDesign } from '../stats/design.ts';
import { selectDomain } from '../stats/estimators.ts';
import { encodeLabels, matchLabels } from '../stats/factor.ts';
import { exactFunnelLimit, pooledRate } from '../stats/funnel.ts';
import { computeKish } from '../stats/kish.ts';
import { attachMargin, type Margin } from '../stats/margins.ts';
import { tabulateAnswers } from '../stats/micro-data.ts';
import { adjustBenjaminiHochberg } from '../stats/multiplicity.ts';
import { kornGraubardLimits, type RateMoments, wilsonEffectiveLimits, wilsonLimits } from '../stats/proportion.ts';
import { marginResidual, rakeWeights, sweepResidual } from '../stats/raking.ts';
import { rankIntervals, rankRates, sidakCritical } from '../stats/ranking.ts';
import { fitLinear } from '../stats/regression.ts';
import { fitSmallAreas, smoothVariance } from '../stats/small-area.ts';
import { estimateMean, type MeanEstimate, type OutcomeTable } from '../stats/stratified.ts';
import { createCriticalValues } from '../stats/student.ts';
import { changeOf, columnsOf } from './compare-cases.ts';
import { factorOf, mapValues, meanOf, meansBy, seOf, surveyIndicators } from './design-cases.ts';
import type { CaseComputation, CaseData } from './run.ts';
import { listOf, type Table } from './table.ts';
import { marginOf } from './weighting-cases.ts';

/** Which of the large cases it is, by what it expects. */
export const bigCase: CaseComputation = (data) => {
  const { expected } = data;
  if ('fh' in expected) return rankCase(data);
  if ('nofpc' in expected) return rollUpCase(data);
  if ('poststrat' in expected) return weightingCase(data);
  if ('by' in expected) return changeCase(data);
  return townCase(data);
};

/** The city's towns in the order of the table of towns, which stands county by county. */
interface City {
  readonly towns: readonly string[];
  readonly countyOf: readonly string[];
  readonly population: Float64Array;
  readonly outputs: Float64Array;
  readonly stratum: Int32Array;
  readonly wave: Int32Array;
}

function readCity({ rows, table }: CaseData): City {
  const towns = table('T');
  const names = towns.labels('town');
  return {
    towns: names,
    countyOf: towns.labels('county'),
    population: towns.numbers('N'),
    outputs: towns.numbers('outputs'),
    stratum: matchLabels(rows.labels('town'), names),
    wave: Int32Array.from(rows.numbers('wave')),
  };
}

/** Counters of one wave and indicator, with design weights N/n. */
function tableOf(city: City, wave: number, y: Float64Array, hasFpc: boolean): OutcomeTable {
  const inWave = Uint8Array.from(city.wave, (w) => (w === wave ? 1 : 0));
  return tabulateAnswers({
    strata: city.towns.length,
    stratum: city.stratum,
    answer: y,
    within: inWave,
    population: city.population,
    hasFpc,
  });
}

const VALUES = Float64Array.of(0, 1);

const momentsOf = (m: MeanEstimate): RateMoments => ({ ...m, share: m.mean });

function townMeans(city: City, table: OutcomeTable): RateMoments[] {
  return city.towns.map((_, h) => momentsOf(estimateMean(table, VALUES, h, h + 1) as MeanEstimate));
}

const townCase: CaseComputation = (data) => {
  const city = readCity(data);
  const critical = createCriticalValues(0.025);
  const wave = (number: number) =>
    mapValues(surveyIndicators(data.rows), (y) => {
      const means = townMeans(city, tableOf(city, number, y, false));
      return {
        n_valid: means.map((m) => m.base),
        n_positive: means.map((m) => Math.round(m.base * m.share)),
        rate: means.map((m) => m.share),
        se: means.map(seOf),
        kg: columnsOf(means.map((m) => kornGraubardLimits(m, 0.05, critical))),
        wilson_t: columnsOf(means.map((m) => wilsonEffectiveLimits(m, critical))),
        flag: means.map((m) => (m.base < 10 ? 'suppress' : m.base < 30 ? 'small' : '')),
      };
    });
  return { town: city.towns, wave1: wave(1), wave2: wave(2) };
};

const rollUpCase: CaseComputation = (data) => {
  const city = readCity(data);
  const counties = [...new Set(city.countyOf)];
  const indicators = surveyIndicators(data.rows);
  const roll = (hasFpc: boolean, wave: number) =>
    mapValues(indicators, (y) => {
      const table = tableOf(city, wave, y, hasFpc);
      const parts = counties.map((county) => {
        const from = city.countyOf.indexOf(county);
        return estimateMean(table, VALUES, from, city.countyOf.lastIndexOf(county) + 1) as MeanEstimate;
      });
      const whole = estimateMean(table, VALUES, 0, city.towns.length) as MeanEstimate;
      return {
        county: {
          rate: parts.map((m) => m.mean),
          se: parts.map(seOf),
          n: parts.map((m) => m.base),
          df: parts.map((m) => m.df),
        },
        city: { rate: whole.mean, se: seOf(whole), df: whole.df, deff_replace: whole.deff },
      };
    });
  const both = (hasFpc: boolean) => ({ wave1: roll(hasFpc, 1), wave2: roll(hasFpc, 2) });
  return { nofpc: both(false), fpc: both(true) };
};

const changeCase: CaseComputation = (data) => {
  const city = readCity(data);
  const critical = createCriticalValues(0.025);
  const indicators = surveyIndicators(data.rows);
  const one = (y: Float64Array) => {
    const last = townMeans(city, tableOf(city, 1, y, false));
    const now = townMeans(city, tableOf(city, 2, y, false));
    const towns = now.map((b, h) => {
      const a = last[h] as RateMoments;
      const limits = changeLimits(b, a, critical);
      const isHidden = a.base < 10 || b.base < 10;
      const difference = b.share - a.share;
      const variances = { thisWave: b.variance, lastWave: a.variance, covariance: 0 };
      const wald = waldTest(difference, variances, a.df + b.df, critical);
      return {
        difference,
        se: Math.sqrt(a.variance + b.variance),
        lower: limits ? 100 * limits.lower : null,
        upper: limits ? 100 * limits.upper : null,
        df: a.df + b.df,
        wald: wald?.p ?? null,
        visibleWald: isHidden ? null : (wald?.p ?? null),
        mover: isHidden ? null : changeP(b, a),
        isHidden,
        thisPrinted: roundHalfUp(10_000 * b.share),
        lastPrinted: roundHalfUp(10_000 * a.share),
      };
    });
    const bh = adjustBenjaminiHochberg(towns.map((t) => t.mover));
    const count = (p: readonly (number | null)[], sign: number): number =>
      p.filter((q, h) => q !== null && q <= 0.05 && sign * (towns[h]?.difference as number) > 0).length;
    return {
      diff_pp: towns.map((t) => 100 * t.difference),
      se_pp: towns.map((t) => 100 * t.se),
      lower_pp: towns.map((t) => t.lower),
      upper_pp: towns.map((t) => t.upper),
      df: towns.map((t) => t.df),
      p_wald: towns.map((t) => t.wald),
      p_mover: towns.map((t) => t.mover),
      suppressed: towns.map((t) => Number(t.isHidden)),
      bh_mover: bh,
      bh_wald: adjustBenjaminiHochberg(towns.map((t) => t.visibleWald)),
      printed_this: towns.map((t) => t.thisPrinted / 100),
      printed_last: towns.map((t) => t.lastPrinted / 100),
      printed_diff: towns.map((t) => (t.thisPrinted - t.lastPrinted) / 100),
      n_up_bh05: count(bh, 1),
      n_down_bh05: count(bh, -1),
      n_up_raw05: count(
        towns.map((t) => t.mover),
        1,
      ),
    };
  };
  const whole = (y: Float64Array) => {
    const [a, b] = [1, 2].map((wave) => estimateMean(tableOf(city, wave, y, false), VALUES, 0, city.towns.length)) as [
      MeanEstimate,
      MeanEstimate,
    ];
    const variances = { thisWave: b.variance, lastWave: a.variance, covariance: 0 };
    const test = waldTest(b.mean - a.mean, variances, a.df + b.df, critical);
    return {
      diff: b.mean - a.mean,
      se: test?.se,
      df: a.df + b.df,
      p: test?.p,
      ci: test && [test.limits.lower, test.limits.upper],
    };
  };
  return { town: city.towns, by: mapValues(indicators, one), city: mapValues(indicators, whole) };
};

const weightingCase: CaseComputation = (data) => {
  const city = readCity(data);
  const populations = data.table('G');
  const rows = data.rows.filter((i) => data.rows.values('wave')[i] === 2);
  const town = rows.labels('town');
  const counts = new Map<string, number>();
  for (const name of town) counts.set(name, (counts.get(name) ?? 0) + 1);
  const weight = Float64Array.from(
    town,
    (name) => (city.population[city.towns.indexOf(name)] as number) / (counts.get(name) as number),
  );
  const design = createDesign({ rows: rows.rows, weight, stratum: encodeLabels(town) });
  const margin = (keys: readonly string[]) => {
    const label = (table: Table, i: number): string => keys.map((key) => String(table.values(key)[i])).join('.');
    const totals = new Map<string, number>();
    for (let i = 0; i < populations.rows; i++) {
      const level = label(populations, i);
      totals.set(level, (totals.get(level) ?? 0) + Number(populations.values('pop')[i]));
    }
    const known: Margin = { name: keys.join('.'), levels: [...totals.keys()], totals: [...totals.values()] };
    return attachMargin(
      known,
      Array.from({ length: rows.rows }, (_, i) => label(rows, i)),
    );
  };
  const cells = [margin(['county', 'sex', 'age'])];
  const margins = [margin(['county', 'sex']), margin(['county', 'age'])];
  const post = reweightDesign(design, rakeWeights(weight, cells), marginResidual(weight, cells));
  const rakedWeight = rakeWeights(weight, margins);
  const raked = reweightDesign(design, rakedWeight, sweepResidual(margins));
  const indicators = surveyIndicators(rows);
  const countyOrder = [...new Set(city.countyOf)];
  const levels = (d: Design, y: Float64Array) => {
    const by = meansBy(d, y, rows, 'county', countyOrder);
    return { county: by.means, city: meanOf(d, y) };
  };
  const townRates = (d: Design) =>
    mapValues(indicators, (y) => {
      const sums = new Map<string, [number, number]>();
      town.forEach((name, i) => {
        if (Number.isNaN(y[i] as number)) return;
        const [w, wy] = sums.get(name) ?? [0, 0];
        sums.set(name, [w + (d.weight[i] as number), wy + (d.weight[i] as number) * (y[i] as number)]);
      });
      return city.towns.map((name) => {
        const [w, wy] = sums.get(name) as [number, number];
        return wy / w;
      });
    });
  const sampled = city.towns.filter((_, h) => h % 20 === 0);
  const rakedKish = computeKish(rakedWeight);
  return {
    poststrat: {
      rates: mapValues(indicators, (y) => {
        const { county, city: whole } = levels(post, y);
        return {
          county: { rate: county.map((m) => m.value), se: county.map(seOf) },
          city: { rate: whole.value, se: seOf(whole) },
        };
      }),
      town_rate: townRates(post),
      kish_deff: computeKish(post.weight)?.deff,
      town_se_sample: {
        town: sampled,
        aware: sampled.map((name) =>
          seOf(
            meanOf(
              post,
              indicators.aware,
              selectDomain(rows.rows, (i) => town[i] === name),
            ),
          ),
        ),
      },
    },
    rake: {
      rates_point: mapValues(indicators, (y) => {
        const { county, city: whole } = levels(raked, y);
        return {
          county: county.map((m) => m.value),
          city: whole.value,
          se_rake_r_county: county.map(seOf),
          se_rake_r_city: seOf(whole),
        };
      }),
      town_rate: townRates(raked),
      kish_deff: rakedKish?.deff,
      w_min: rakedKish?.min,
      w_max: rakedKish?.max,
    },
  };
};

const rankCase: CaseComputation = (data) => {
  const city = readCity(data);
  const { aware } = surveyIndicators(data.rows);
  const now = townMeans(city, tableOf(city, 2, aware, false));
  const last = townMeans(city, tableOf(city, 1, aware, false));
  const ranked = now.flatMap((m, h) => (m.base >= 10 ? [h] : []));
  const critical = sidakCritical(0.1, ranked.length);
  const rankedMeans = ranked.map((h) => now[h] as RateMoments);
  const intervals = rankIntervals(rankedMeans.map((m) => wilsonLimits(m.share, m.base, critical)));
  const towns = now.map((m) => ({ share: m.share, n: m.base }));
  const target = pooledRate(towns);
  const low = towns.map((t) => exactFunnelLimit(0.001, t.n, target));
  const high = towns.map((t) => exactFunnelLimit(0.999, t.n, target));
  const flagged = (isOut: (share: number, h: number) => boolean) =>
    city.towns.filter((_, h) => isOut(now[h]?.share as number, h));
  const psi = Float64Array.from(now, (m) => smoothVariance(m.share, m.base));
  const dose = city.outputs.map((value, h) => value / ((city.population[h] as number) / 1000));
  const one = new Float64Array(dose.length).fill(1);
  const lastShare = Float64Array.from(last, (m) => m.share);
  const share = Float64Array.from(now, (m) => m.share);
  const fit = fitSmallAreas(share, psi, [one, lastShare, dose]);
  const change = share.map((value, h) => value - (lastShare[h] as number));
  const weight = psi.map((value, h) => {
    const m = last[h] as RateMoments;
    return 1 / (value + smoothVariance(m.share, m.base));
  });
  const model = fitLinear(change, [one, dose], weight);
  const pearson = correlate(dose, change);
  const spearman = correlateRanks(dose, change);
  return {
    town: city.towns,
    n: now.map((m) => m.base),
    rank_sidak_crit: critical,
    ranked_town: ranked.map((h) => city.towns[h]),
    rank: rankRates(rankedMeans.map((m) => m.share)),
    best: intervals.map((r) => r.best),
    worst: intervals.map((r) => r.worst),
    n_tied_with_first: intervals.filter((r) => r.best === 1).length,
    funnel: {
      target,
      lo_998: low,
      hi_998: high,
      flagged_low: flagged((p, h) => p < (low[h] as number)),
      flagged_high: flagged((p, h) => p > (high[h] as number)),
    },
    fh: {
      psi,
      A: fit.between,
      beta: fit.beta,
      se_beta: fit.betaSe,
      gamma: fit.gamma,
      eblup: fit.estimate,
      mse: fit.mse,
    },
    assoc: {
      intercept: model.estimate[0],
      slope: model.estimate[1],
      slope_se: model.se[1],
      p: model.p[1],
      ci: [model.lower[1], model.upper[1]],
      pearson: pearson.r,
      pearson_p: pearson.p,
      spearman: spearman.r,
      spearman_p: spearman.p,
    },
  };
};

export const pipelineCase: CaseComputation = ({ rows, params }) => {
  const margins = Object.entries(params.margins as Record<string, { level: unknown[]; Freq: number[] }>);
  const towns = rows.levels('town');
  const critical = createCriticalValues(0.025);
  const waves = rows.levels('wave').map((wave) => {
    const labels = rows.labels('wave');
    const part = rows.filter((i) => labels[i] === wave);
    const design = createDesign({
      rows: part.rows,
      weight: part.numbers('w'),
      stratum: factorOf(part, 'town'),
      population: params.fpc ? part.numbers('N') : null,
    });
    const columns = margins.map(([name, margin]) => attachMargin(marginOf(name, margin), part.labels(name)));
    const weighted = reweightDesign(
      design,
      rakeWeights(design.weight, columns),
      marginResidual(design.weight, columns),
    );
    const y = part.numbers('y');
    const town = part.labels('town');
    const means = [...towns.map((name) => selectDomain(part.rows, (i) => town[i] === name)), null].map((domain) =>
      meanOf(weighted, y, domain),
    );
    return { means, sumW: weighted.weight.reduce((sum, w) => sum + w, 0) };
  });
  const shown = waves.map(({ means }) => {
    const kg = means.map((m) => kornGraubardLimits(m, 0.05, critical));
    return {
      rate: means.map((m) => m.value),
      se: means.map(seOf),
      n_valid: means.map((m) => m.base),
      df: means.map((m) => m.df),
      kish_n_eff: means.map((m) => m.kish),
      kg: { ...columnsOf(kg), n_eff: kg.map((l) => l?.n ?? null) },
      wilson: columnsOf(means.map((m) => wilsonEffectiveLimits(m, critical))),
    };
  });
  const [last, now] = waves.map((wave) => wave.means) as [
    (typeof waves)[number]['means'],
    (typeof waves)[number]['means'],
  ];
  const changes = now.map((m, u) => changeOf(m, last[u] as (typeof last)[number]));
  const printed = [now, last].map((means) => means.map((m) => roundHalfUp(10_000 * m.value)));
  return {
    unit: [...towns, 'ALL'],
    wave1: shown[0],
    wave2: shown[1],
    change: {
      diff: changes.map((c) => c.difference),
      lower: changes.map((c) => c.lower),
      upper: changes.map((c) => c.upper),
      se: changes.map((c) => c.se),
      df: now.map((m, u) => m.df + (last[u]?.df as number)),
      p_wald: changes.map((c) => c.pWald),
      p_mover: changes.map((c) => c.pMover),
      bh_towns: adjustBenjaminiHochberg(changes.slice(0, listOf(towns).length).map((c) => c.pMover)),
      printed_this: printed[0]?.map((v) => v / 100),
      printed_last: printed[1]?.map((v) => v / 100),
      printed_diff: printed[0]?.map((v, u) => (v - (printed[1]?.[u] as number)) / 100),
    },
    sum_w: waves.map((wave) => wave.sumW),
  };
};
