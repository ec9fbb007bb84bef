import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaCdf, betaQuantile } from '../../../src/core/stats/beta.ts';
import { binomialCdf, binomialMass, binomialQuantile, fisherP } from '../../../src/core/stats/binomial.ts';
import { chiSquareTail, fTail } from '../../../src/core/stats/chi-square.ts';
import { normalCdf, normalQuantile, normalTail } from '../../../src/core/stats/normal.ts';
import { studentQuantile, studentTail, upperQuantile } from '../../../src/core/stats/student.ts';

/** Relative error. */
const off = (got: number, exact: number): number => Math.abs(got - exact) / Math.abs(exact);

describe('the normal distribution', () => {
  it.each([
    [0.5, 0.3085375387259869],
    [1.96, 0.024997895148220435],
    [3, 0.0013498980316300946],
    [8, 6.220960574271785e-16],
    [37, 5.725571222524577e-300],
  ])('has the tail of 50-digit arithmetic at %f', (z, tail) => {
    expect(off(normalTail(z), tail)).toBeLessThan(5e-15);
  });

  it('gives 1.959963984540054 at 0.975', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
  });

  it('comes back from the quantile to the probability', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-300, max: 0.5, noNaN: true }),
        (p) => off(normalCdf(normalQuantile(p)), p) < 1e-12,
      ),
    );
  });
});

describe('the beta distribution', () => {
  // Values of mpmath at 40 digits.
  it.each([
    [0.9, 95, 6, 0.057576886487033886],
    [0.9, 97.3, 0.3, 2.2630908597132542e-6],
    [0.8892247564587981, 1e6, 123456.7, 0.0013778306747923548],
  ])('I_%f(%f, %f)', (x, a, b, value) => {
    expect(off(betaCdf(x, a, b), value)).toBeLessThan(1e-12);
  });

  it('is symmetric', () => {
    const parameter = fc.double({ min: 0.01, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(parameter, parameter, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (a, b, x) => {
        expect(betaCdf(x, a, b) + betaCdf(1 - x, b, a, x)).toBeCloseTo(1, 11);
      }),
    );
  });

  it('comes back from the quantile to the probability, for parameters up to a million', () => {
    const parameter = fc.oneof(
      fc.double({ min: 0.5, max: 100, noNaN: true }),
      fc.double({ min: 100, max: 1e6, noNaN: true }),
    );
    fc.assert(
      fc.property(parameter, parameter, fc.double({ min: 1e-6, max: 0.999, noNaN: true }), (a, b, p) => {
        const x = betaQuantile(p, a, b);
        // Where x stands within rounding of 1, the probability cannot come back exactly.
        fc.pre(x < 1 - 1e-9);
        expect(off(betaCdf(x, a, b), p)).toBeLessThan(2e-8);
      }),
      { numRuns: 500 },
    );
  });

  it('has quantiles of the tiniest parameters: as near to 0 as numbers go', () => {
    expect(off(betaQuantile(0.025, 0.02, 0.3), 1.3286703323268519e-79)).toBeLessThan(1e-9);
    for (const a of [1e-4, 1e-3, 0.01, 0.1]) {
      for (const b of [1e-4, 0.2, 30, 1e6]) {
        for (const p of [1e-12, 0.005, 0.025, 0.5]) {
          const x = betaQuantile(p, a, b);
          expect(x >= 0 && x <= 1).toBe(true);
          if (x > 1e-300 && x < 0.999) expect(off(betaCdf(x, a, b), p)).toBeLessThan(1e-9);
        }
      }
    }
  });

  it('refuses parameters that are not positive', () => {
    expect(() => betaCdf(0.5, 0, 1)).toThrow(RangeError);
    expect(() => betaQuantile(1.5, 1, 1)).toThrow(RangeError);
  });
});

describe('Student’s t', () => {
  it.each([
    [0.975, 1, 12.706204736174694],
    [0.975, 2, 4.302652729749464],
    [0.975, 3, 3.1824463052837095],
    [0.975, 99, 1.9842169515864174],
    [0.995, 30, 2.7499956535672254],
    [0.975, 26065, 1.9600550023616918],
  ])('has the quantile %f of %f degrees of freedom', (p, df, t) => {
    expect(off(studentQuantile(p, df), t)).toBeLessThan(1e-13);
  });

  it('is the normal distribution with infinite degrees of freedom', () => {
    expect([studentTail(Number.POSITIVE_INFINITY, 7), studentTail(Number.NEGATIVE_INFINITY, 7)]).toEqual([0, 1]);
    expect(() => studentTail(Number.NaN, 7)).toThrow(RangeError);
    expect(studentTail(1.96, Number.POSITIVE_INFINITY)).toBe(normalTail(1.96));
    expect(upperQuantile(0.025, Number.POSITIVE_INFINITY)).toBe(-normalQuantile(0.025));
  });

  it('comes back from the quantile to the tail', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-12, max: 0.49, noNaN: true }),
        fc.double({ min: 1, max: 1e5, noNaN: true }),
        (tail, df) => off(studentTail(upperQuantile(tail, df), df), tail) < 1e-11,
      ),
      { numRuns: 500 },
    );
  });
});

describe('chi-square, F and binomial', () => {
  it('have the values of the tables', () => {
    expect(chiSquareTail(3.841458820694124, 1)).toBeCloseTo(0.05, 13);
    expect(chiSquareTail(5.991464547107979, 2)).toBeCloseTo(0.05, 13);
    expect(chiSquareTail(7.814727903251178, 3)).toBeCloseTo(0.05, 13);
    expect(fTail(3.9361, 1, 100)).toBeCloseTo(0.05, 4);
    expect(fTail(2, 5, 10)).toBeCloseTo(1 - betaCdf(0.5, 2.5, 5), 12);
  });

  it('sum to one', () => {
    let sum = 0;
    for (let x = 0; x <= 40; x++) sum += binomialMass(x, 40, 0.3);
    expect(sum).toBeCloseTo(1, 13);
    expect(binomialCdf(12, 40, 0.3)).toBeCloseTo(
      Array.from({ length: 13 }, (_, x) => binomialMass(x, 40, 0.3)).reduce((a, b) => a + b),
      13,
    );
  });

  it('the quantile is the smallest count that reaches the probability', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (n, p, prob) => {
          const x = binomialQuantile(prob, n, p);
          expect(binomialCdf(x, n, p)).toBeGreaterThanOrEqual(prob * (1 - 1e-12));
          if (x > 0) expect(binomialCdf(x - 1, n, p)).toBeLessThan(prob);
        },
      ),
    );
  });

  it('Fisher’s test of one of one against none of one says nothing', () => {
    expect(fisherP(1, 1, 0, 1)).toBeCloseTo(1, 14);
  });
});
