import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { associate } from '../../../src/core/stats/association.ts';
import { exactFunnelLimit, measureDispersion, pooledRate } from '../../../src/core/stats/funnel.ts';
import {
  adjustBenjaminiHochberg,
  adjustBonferroni,
  adjustHochberg,
  adjustHolm,
} from '../../../src/core/stats/multiplicity.ts';
import { detectableRate, powerForChange, sizeForChange, sizeForMargin } from '../../../src/core/stats/power.ts';
import { jointRankIntervals, pairwiseRankIntervals, rankRates } from '../../../src/core/stats/ranking.ts';
import { benchmarkRates, fitSmallAreas, smoothVariance } from '../../../src/core/stats/small-area.ts';

const p = fc.double({ min: 1e-12, max: 1, noNaN: true });
const towns = fc.array(
  fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }), n: fc.integer({ min: 10, max: 500 }) }),
  { minLength: 2, maxLength: 20 },
);

describe('many tests', () => {
  it('adjusted p values keep the order, never fall, and are strict in the order of their promises', () => {
    fc.assert(
      fc.property(fc.array(fc.option(p), { minLength: 1, maxLength: 40 }), (values) => {
        const [bh, hochberg, holm, bonferroni] = [
          adjustBenjaminiHochberg,
          adjustHochberg,
          adjustHolm,
          adjustBonferroni,
        ].map((adjust) => adjust(values)) as [number[], number[], number[], number[]];
        values.forEach((value, i) => {
          if (value === null) {
            expect(bh[i]).toBeNull();
            return;
          }
          expect(bh[i]).toBeGreaterThanOrEqual(value);
          expect(hochberg[i]).toBeGreaterThanOrEqual((bh[i] as number) - 1e-15);
          expect(holm[i]).toBeGreaterThanOrEqual((hochberg[i] as number) - 1e-15);
          expect(bonferroni[i]).toBeGreaterThanOrEqual((holm[i] as number) - 1e-15);
          expect(bonferroni[i]).toBeLessThanOrEqual(1);
        });
      }),
    );
  });

  it('a hidden town is not counted among the tests', () => {
    expect(adjustBenjaminiHochberg([0.01, null, 0.02])).toEqual([0.02, null, 0.02]);
  });
});

describe('ranks', () => {
  it('lie within their joint intervals, and pairwise intervals never miss the rank either', () => {
    fc.assert(
      fc.property(towns, (list) => {
        const ranks = rankRates(list.map((t) => t.share));
        for (const intervals of [jointRankIntervals(list), pairwiseRankIntervals(list)]) {
          intervals.forEach(({ best, worst }, i) => {
            expect(best).toBeLessThanOrEqual(ranks[i] as number);
            expect(worst).toBeGreaterThanOrEqual(ranks[i] as number);
          });
        }
      }),
    );
  });

  it('equal rates share the better rank', () => {
    expect(rankRates([0.9, 0.95, 0.95 + 1e-14, 0.8])).toEqual([3, 1, 1, 4]);
  });

  it('a hundred interviews a town leave most towns tied with the first', () => {
    const list = Array.from({ length: 30 }, (_, i) => ({ share: 0.9 + i * 0.003, n: 100 }));
    expect(jointRankIntervals(list).filter((r) => r.best === 1).length).toBeGreaterThan(20);
  });
});

describe('the funnel', () => {
  it('narrows with the number of answers and holds its target', () => {
    for (const n of [20, 100, 500]) {
      expect(exactFunnelLimit(0.001, n, 0.95)).toBeLessThan(0.95);
      expect(exactFunnelLimit(0.999, n, 0.95)).toBeGreaterThan(0.95);
    }
    expect(exactFunnelLimit(0.025, 500, 0.95)).toBeGreaterThan(exactFunnelLimit(0.025, 100, 0.95));
  });

  it('measures no dispersion where everybody is at 100 %', () => {
    const list = [
      { share: 1, n: 50 },
      { share: 1, n: 80 },
    ];
    expect(measureDispersion(list, pooledRate(list))).toBeNull();
  });
});

describe('small areas', () => {
  const shares = Float64Array.from({ length: 24 }, (_, i) => 0.85 + 0.01 * (i % 10));
  const psi = shares.map((share, i) => smoothVariance(share, 40 + 5 * i));

  it('draw every town between its own rate and the prediction', () => {
    const fit = fitSmallAreas(shares, psi, [new Float64Array(24).fill(1)]);
    const prediction = fit.beta[0] as number;
    fit.estimate.forEach((estimate, i) => {
      const own = shares[i] as number;
      expect(estimate).toBeGreaterThanOrEqual(Math.min(own, prediction) - 1e-12);
      expect(estimate).toBeLessThanOrEqual(Math.max(own, prediction) + 1e-12);
    });
  });

  it('have a variance even for a town where all say yes', () => {
    expect(smoothVariance(1, 50)).toBeGreaterThan(0);
  });

  it('add up to the county after benchmarking', () => {
    const population = Float64Array.of(1000, 3000);
    const [a, b] = benchmarkRates(Float64Array.of(0.8, 0.9), population, 0.9);
    expect(((a as number) * 1000 + (b as number) * 3000) / 4000).toBeCloseTo(0.9, 12);
  });
});

describe('sample size', () => {
  it('has the anchors of the method: 164 for ±5 points, 234 and 304 for 92.45 → 97.97, +9 points for a hundred', () => {
    const margin = sizeForMargin({ share: 0.9, margin: 0.05, level: 0.95, population: 8000, deff: 1.2 });
    expect(margin.interviews).toBe(164);
    const size = sizeForChange(0.9245, 0.9797, 0.05, 0.8);
    expect(Math.ceil(size)).toBe(234);
    expect(Math.ceil(size * 1.3)).toBe(304);
    expect(detectableRate(0.9, 0.05, 0.8, { n: 100, deff: 1, fraction: 0 })).toBeCloseTo(0.98985, 4);
  });

  it('says when no possible change can be seen', () => {
    expect(detectableRate(0.9245, 0.05, 0.8, { n: 100, deff: 1.3, fraction: 0.005 })).toBeNull();
  });

  it('the power at the size asked for is the power asked for', () => {
    const n = sizeForChange(0.85, 0.92, 0.05, 0.8);
    expect(powerForChange(0.85, 0.92, 0.05, { n, deff: 1, fraction: 0 })).toBeCloseTo(0.8, 10);
  });
});

describe('the association of publicity and change', () => {
  it('has nothing to say of towns that do not differ', () => {
    const same = new Float64Array(10).fill(0.5);
    const rates = Float64Array.from({ length: 10 }, (_, i) => 0.8 + 0.01 * i);
    expect(associate({ dose: same, last: rates, now: rates, lastSe: same, nowSe: same })).toBeNull();
  });
});
