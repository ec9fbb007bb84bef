import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeLimits, changeP, moverP, waldTest } from '../../../src/core/stats/compare.ts';
import { likelihoodLimits, logitLimits } from '../../../src/core/stats/intervals.ts';
import {
  clopperPearsonLimits,
  kornGraubardLimits,
  type RateMoments,
  wilsonLimits,
} from '../../../src/core/stats/proportion.ts';
import { createCriticalValues } from '../../../src/core/stats/student.ts';

/** A town with simple random interviews. */
const town = (hits: number, base: number): RateMoments => {
  const share = hits / base;
  return { share, variance: (share * (1 - share)) / (base - 1), base, df: base - 1, kish: base };
};
const counts = fc
  .integer({ min: 2, max: 400 })
  .chain((base) => fc.tuple(fc.integer({ min: 0, max: base }), fc.constant(base)));
const critical = createCriticalValues(0.025);

describe('the interval of a rate', () => {
  it('holds the rate and stays between 0 and 1', () => {
    fc.assert(
      fc.property(counts, ([hits, base]) => {
        const limits = kornGraubardLimits(town(hits, base), 0.05, critical);
        expect(limits?.lower).toBeGreaterThanOrEqual(0);
        expect(limits?.upper).toBeLessThanOrEqual(1);
        expect(limits?.lower).toBeLessThanOrEqual(hits / base);
        expect(limits?.upper).toBeGreaterThanOrEqual(hits / base);
      }),
    );
  });

  it('moves up with every hit', () => {
    fc.assert(
      fc.property(counts, ([hits, base]) => {
        fc.pre(hits < base);
        const a = wilsonLimits(hits / base, base, 1.96);
        const b = wilsonLimits((hits + 1) / base, base, 1.96);
        expect(b.lower).toBeGreaterThan(a.lower);
        expect(b.upper).toBeGreaterThanOrEqual(a.upper);
        const c = clopperPearsonLimits(hits / base, base, 0.05);
        const d = clopperPearsonLimits((hits + 1) / base, base, 0.05);
        expect(d.lower).toBeGreaterThan(c.lower);
        expect(d.upper).toBeGreaterThanOrEqual(c.upper);
      }),
    );
  });

  it('nests by level', () => {
    fc.assert(
      fc.property(counts, ([hits, base]) => {
        const wide = kornGraubardLimits(town(hits, base), 0.01, createCriticalValues(0.005));
        const narrow = kornGraubardLimits(town(hits, base), 0.1, createCriticalValues(0.05));
        expect(wide?.lower).toBeLessThanOrEqual((narrow?.lower ?? 0) + 1e-12);
        expect(wide?.upper).toBeGreaterThanOrEqual((narrow?.upper ?? 0) - 1e-12);
      }),
    );
  });

  it('mirrors when hits and misses change places', () => {
    fc.assert(
      fc.property(counts, ([hits, base]) => {
        const a = kornGraubardLimits(town(hits, base), 0.05, critical);
        const b = kornGraubardLimits(town(base - hits, base), 0.05, critical);
        expect(a?.lower).toBeCloseTo(1 - (b?.upper ?? 0), 12);
      }),
    );
  });

  it('is 96.2 % and up for 96 of 96', () => {
    expect(kornGraubardLimits(town(96, 96), 0.05, critical)?.lower).toBeCloseTo(0.025 ** (1 / 96), 12);
    expect(kornGraubardLimits(town(96, 96), 0.05, critical)?.lower).toBeCloseTo(0.962, 3);
  });

  it('treats rounding dust at 100 % as 100 %', () => {
    const dusty: RateMoments = { share: 1 - 1.1e-16, variance: 1e-34, base: 96, df: 95, kish: 83 };
    expect(kornGraubardLimits(dusty, 0.05, critical)?.upper).toBe(1);
    expect(changeP(dusty, { ...dusty, share: 1 })).toBe(1);
  });

  it('does not exist without degrees of freedom, and R’s methods not at 0 or 100 %', () => {
    expect(kornGraubardLimits({ ...town(1, 1), variance: 0, df: 0 }, 0.05, critical)).toBeNull();
    expect(logitLimits(1, 0, 1.96)).toBeNull();
    expect(likelihoodLimits(0, 0, 1.96)).toBeNull();
  });
});

describe('the change between two waves', () => {
  it('turns round when the waves change places', () => {
    fc.assert(
      fc.property(counts, counts, ([a, m], [b, n]) => {
        const forth = changeLimits(town(a, m), town(b, n), critical);
        const back = changeLimits(town(b, n), town(a, m), critical);
        expect(forth?.lower).toBeCloseTo(-(back?.upper ?? 0), 13);
        expect(changeP(town(a, m), town(b, n))).toBeCloseTo(changeP(town(b, n), town(a, m)) ?? 0, 10);
      }),
    );
  });

  it('has p < .05 exactly when its interval excludes 0', () => {
    fc.assert(
      fc.property(counts, counts, ([a, m], [b, n]) => {
        const limits = changeLimits(town(a, m), town(b, n), critical);
        const p = changeP(town(a, m), town(b, n)) as number;
        if (!limits || Math.abs(p - 0.05) < 1e-9) return;
        expect(limits.lower > 0 || limits.upper < 0).toBe(p < 0.05);
      }),
      { numRuns: 2000 },
    );
  });

  it('is Newcombe’s example: 56 of 70 against 48 of 80', () => {
    const p = moverP(
      { share: 56 / 70, n: 70, df: Number.POSITIVE_INFINITY },
      { share: 48 / 80, n: 80, df: Number.POSITIVE_INFINITY },
    );
    expect(p).toBeGreaterThan(0.008);
    expect(p).toBeLessThan(0.009);
  });

  it('is found with one degree of freedom, and never below 1e-15', () => {
    expect(moverP({ share: 1, n: 2, df: 1 }, { share: 0, n: 2, df: 1 })).toBeGreaterThan(0.05);
    expect(moverP({ share: 1, n: 5000, df: 4999 }, { share: 0, n: 5000, df: 4999 })).toBeCloseTo(1e-15, 25);
  });

  it('is no Wald test when nothing varies', () => {
    expect(waldTest(0, { thisWave: 0, lastWave: 0, covariance: 0 }, 10, critical)).toBeNull();
  });

  it('uses what the waves share', () => {
    const apart = waldTest(0.1, { thisWave: 0.01, lastWave: 0.01, covariance: 0 }, 20, critical);
    const together = waldTest(0.1, { thisWave: 0.01, lastWave: 0.01, covariance: 0.009 }, 20, critical);
    expect(together?.se).toBeCloseTo(Math.sqrt(0.002), 12);
    expect(together?.p).toBeLessThan(apart?.p ?? 0);
  });
});
