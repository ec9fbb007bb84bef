/**
 * How often the intervals of a rate hold the true rate: the table of the specification (§7.5), simulated by the engine's
 * own functions and printed beside the specification's numbers. A hundred interviews a town, nominal 95 %.
 *
 *   npx tsx scripts/coverage.ts [draws]        20000 draws when not told; R's NaN at 0 and 100 % counts as a miss
 *
 * What is judged: every cell of the simple random samples and of the clustered one, against the specification within
 * simulation error; of the weighted samples only Korn-Graubard, the default. The specification gives their rates and Kish's
 * design effect of 1.39, not how they were drawn. Here three in ten respondents stand for 3.3 times as many people, which
 * makes 1.39, and answer a little less often yes; the other methods depend on how often a sample comes out at 100 %, and so
 * on the drawing: they are printed (·) and not judged. Korn-Graubard below 95 % anywhere is a failure.
 */
import { createDesign } from '../src/core/stats/design.ts';
import { estimateDomainMean } from '../src/core/stats/estimators.ts';
import { encodeLabels } from '../src/core/stats/factor.ts';
import { betaLimits, jeffreysLimits, logitLimits, waldLimits } from '../src/core/stats/intervals.ts';
import {
  effectiveSize,
  kornGraubardLimits,
  type Limits,
  type RateMoments,
  wilsonEffectiveLimits,
} from '../src/core/stats/proportion.ts';
import { createCriticalValues } from '../src/core/stats/student.ts';

const N = 100;
const METHODS = ['Wald t', 'R logit', 'R beta', 'Korn-Graubard', 'Wilson n_eff', 'Jeffreys n_eff'] as const;

interface Scenario {
  readonly name: string;
  readonly rate: number;
  /** How a sample is drawn: answers, weights, clusters. */
  readonly draw: (next: () => number) => { y: Float64Array; w: Float64Array; cluster: Int32Array | null };
  /** Coverage by method in the specification, and the methods judged against it. */
  readonly published: readonly number[];
  readonly judged: readonly (typeof METHODS)[number][];
}

/** Mulberry32: small, fast, and good enough for a hundred million draws. */
function createUniform(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const ones = new Float64Array(N).fill(1);

const simple = (rate: number, published: readonly number[]): Scenario => ({
  ...{ name: `${rate} SRS`, rate, published, judged: METHODS },
  draw: (next) => ({ y: Float64Array.from(ones, () => (next() < rate ? 1 : 0)), w: ones, cluster: null }),
});

/** Of all respondents `part` stand for `heavy` times as many people as the others. */
function weighted(
  light: number,
  heavyRate: number,
  part: number,
  heavy: number,
  published: readonly number[],
): Scenario {
  const rate = ((1 - part) * light + part * heavy * heavyRate) / (1 - part + part * heavy);
  return {
    ...{ name: `${rate.toFixed(3)} weighted`, rate, published, judged: ['Korn-Graubard'] },
    draw: (next) => {
      const w = Float64Array.from(ones, () => (next() < part ? heavy : 1));
      return { y: w.map((weight) => (next() < (weight === 1 ? light : heavyRate) ? 1 : 0)), w, cluster: null };
    },
  };
}

/** Villages whose own rates follow a beta distribution with this intra-cluster correlation. */
function clustered(rate: number, villages: number, icc: number, published: readonly number[]): Scenario {
  const size = N / villages;
  const cluster = Int32Array.from(ones, (_, i) => Math.floor(i / size));
  return {
    ...{ name: `${rate} cluster`, rate, published, judged: METHODS },
    draw: (next) => {
      // Pólya's urn: each answer repeats an earlier one of its village with the weight the correlation gives it.
      const y = new Float64Array(N);
      const prior = (1 - icc) / icc;
      for (let v = 0; v < villages; v++) {
        let hits = 0;
        for (let k = 0; k < size; k++) {
          const answer = next() < (prior * rate + hits) / (prior + k) ? 1 : 0;
          y[v * size + k] = answer;
          hits += answer;
        }
      }
      return { y, w: ones, cluster };
    },
  };
}

const SCENARIOS: readonly Scenario[] = [
  simple(0.95, [0.877, 0.967, 0.983, 0.983, 0.967, 0.936]),
  simple(0.98, [0.866, 0.815, 0.851, 0.984, 0.948, 0.984]),
  simple(0.99, [0.633, 0.615, 0.615, 0.981, 0.922, 0.981]),
  simple(0.995, [0.402, 0.389, 0.389, 0.987, 0.911, 0.987]),
  weighted(0.98, 0.9766, 0.3, 3.3, [0.746, 0.834, 0.806, 0.99, 0.962, 0.977]),
  weighted(0.99, 0.9883, 0.3, 3.3, [0.572, 0.605, 0.629, 0.99, 0.956, 0.976]),
  clustered(0.98, 20, 0.03, [0.846, 0.813, 0.839, 0.991, 0.966, 0.982]),
];

const critical = createCriticalValues(0.025);

function limitsOf(m: RateMoments): (Limits | null)[] {
  const se = Math.sqrt(m.variance);
  const t = critical(m.df);
  const n = effectiveSize(m);
  return [
    waldLimits(m.share, se, t),
    logitLimits(m.share, se, t),
    betaLimits(m.share, m.variance, critical(m.base - 1) / t, 0.05),
    kornGraubardLimits(m, 0.05, critical),
    wilsonEffectiveLimits(m, critical),
    jeffreysLimits(Math.min(n, m.share * n), n, 0.05),
  ];
}

interface Cell {
  readonly covered: number;
  readonly width: number;
}

function simulate({ draw, rate }: Scenario, draws: number, seed: number): Cell[] {
  const next = createUniform(seed);
  const hits = METHODS.map(() => 0);
  const widths = METHODS.map(() => 0);
  // Without weights and clusters a sample is its number of hits, so equal samples are computed once.
  const known = new Map<number, (Limits | null)[]>();
  for (let k = 0; k < draws; k++) {
    const { y, w, cluster } = draw(next);
    const isCount = w === ones && cluster === null;
    const key = isCount ? y.reduce((sum, value) => sum + value, 0) : -1;
    let limits = known.get(key);
    if (!limits) {
      const design = createDesign({ rows: N, weight: w, cluster: cluster && encodeLabels(cluster) });
      const mean = estimateDomainMean(design, y);
      if (!mean) throw new RangeError('empty sample');
      limits = limitsOf({ ...mean, share: Math.min(1, mean.value) });
      if (isCount) known.set(key, limits);
    }
    for (const [i, one] of limits.entries()) {
      if (!one) continue;
      // A limit at the rate itself covers it, whatever the last bit says.
      if (one.lower <= rate + 1e-12 && one.upper >= rate - 1e-12) hits[i] = (hits[i] as number) + 1;
      widths[i] = (widths[i] as number) + one.upper - one.lower;
    }
  }
  return METHODS.map((_, i) => ({ covered: (hits[i] as number) / draws, width: (widths[i] as number) / draws }));
}

const draws = Number(process.argv[2] ?? 20_000);
if (!(Number.isInteger(draws) && draws > 0)) throw new RangeError('draws: a whole number above 0');

const print = (text: string): boolean => process.stdout.write(`${text}\n`);
print(
  `${draws} draws a cell, n = ${N}; simulated / specification (mean width, points). * outside simulation error, · not judged`,
);
let outside = 0;
let judged = 0;
let least = 1;
SCENARIOS.forEach((scenario, s) => {
  const cells = simulate(scenario, draws, 1 + s);
  print(`\n${scenario.name}`);
  cells.forEach(({ covered, width }, i) => {
    const want = scenario.published[i] as number;
    // Four standard errors of the difference of two simulations, and the rounding of the printed number.
    const error = 4 * Math.sqrt(want * (1 - want) * (1 / draws + 1 / 20_000)) + 0.0005;
    const method = METHODS[i] as (typeof METHODS)[number];
    const isJudged = scenario.judged.includes(method);
    const isOut = isJudged && Math.abs(covered - want) > error;
    if (isJudged) judged += 1;
    if (isOut) outside += 1;
    if (method === 'Korn-Graubard') least = Math.min(least, covered);
    const mark = isOut ? ' *' : isJudged ? '' : ' ·';
    print(`  ${method.padEnd(15)} ${covered.toFixed(3)} / ${want.toFixed(3)}  (${(100 * width).toFixed(1)})${mark}`);
  });
});
print(`\nKorn-Graubard never below ${least.toFixed(3)}; ${outside} of ${judged} judged cells outside simulation error`);
process.exitCode = outside > 0 || least < 0.95 ? 1 : 0;
