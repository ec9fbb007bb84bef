import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changeLimitsText,
  hundredthsText,
  printChange,
  printCount,
  printShare,
  pText,
  roundHalfUp,
} from '../../../src/core/indicators/printed.ts';

describe('printed rates', () => {
  it('97.97 less 92.45 is 5.52', () => {
    expect(hundredthsText(printChange(printCount(9797, 10_000), printCount(9245, 10_000)))).toBe('5.52');
  });

  it('round halves up, where binary fractions would not', () => {
    expect(printCount(201, 20_000)).toBe(101);
    expect(printShare(0.01005)).toBe(101);
    expect(hundredthsText(printCount(1, 3))).toBe('33.33');
    expect(hundredthsText(printCount(2, 3))).toBe('66.67');
  });

  it('are 100 only when every answer counts, and 0 only when none does', () => {
    expect(hundredthsText(printCount(99_999, 100_000))).toBe('99.99');
    expect(hundredthsText(printCount(1, 100_000))).toBe('0.01');
    expect(hundredthsText(printCount(5, 5))).toBe('100.00');
    expect(hundredthsText(printCount(0, 5))).toBe('0.00');
    expect(printShare(1 - 1e-9)).toBe(9999);
  });

  it('counts and shares agree', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 5000 })
          .chain((base) => fc.tuple(fc.integer({ min: 0, max: base }), fc.constant(base))),
        ([hits, base]) => printCount(hits, base) === printShare(hits / base),
      ),
    );
  });

  it('refuse a count that is none', () => {
    expect(() => printCount(3, 2)).toThrow(RangeError);
    expect(() => printCount(0, 0)).toThrow(RangeError);
  });

  it('never put a minus before zero', () => {
    expect(hundredthsText(roundHalfUp(-0.3))).toBe('0.00');
    expect(hundredthsText(-4)).toBe('-0.04');
    expect(Object.is(roundHalfUp(-0.3), -0)).toBe(false);
  });
});

describe('printed limits and p values', () => {
  it('take a third decimal where two would contradict the test', () => {
    expect(changeLimitsText({ lower: 0.00004, upper: 0.05 }, 0.049)).toEqual(['0.004', '5.000']);
    expect(changeLimitsText({ lower: 0.0052, upper: 0.05 }, 0.01)).toEqual(['0.52', '5.00']);
    expect(changeLimitsText({ lower: -0.0052, upper: 0.05 }, 0.2)).toEqual(['-0.52', '5.00']);
  });

  it('say < 0.001 below that', () => {
    expect(pText(0.00099)).toBe('< 0.001');
    expect(pText(0.0125)).toBe('0.013');
    expect(pText(1)).toBe('1.000');
  });
});
