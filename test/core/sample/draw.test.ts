import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { type DrawMethod, drawNumbers, type Prefix, prefixOf } from '../../../src/core/sample/draw.ts';

const MOBILE = ['1384721', '1504720', '1884725'].map((digits) => prefixOf(digits));
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'none';
};

describe('a draw of random numbers', () => {
  it('completes prefixes to the length of their numbers', () => {
    expect(prefixOf('1384721')).toEqual({ digits: '1384721', tail: 4 });
    expect(prefixOf('0472212')).toEqual({ digits: '0472212', tail: 4 });
    expect(prefixOf('0571-8765', 8)).toEqual({ digits: '05718765', tail: 4 });
    expect(prefixOf('010 6234', 8)).toEqual({ digits: '0106234', tail: 4 });
  });

  it.each([['12345'], ['abc'], [''], ['13847211234'], ['13'], ['472212']])('refuses %j as a prefix', (digits) => {
    expect(codeOf(() => prefixOf(digits))).toBe('PHONE_PREFIX_BAD');
  });

  it.each<[DrawMethod]>([['systematic'], ['two-stage']])(
    '%s: exact count, no number twice, all within the frame',
    (method) => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer(), (count, seed) => {
          const { numbers } = drawNumbers({ prefixes: MOBILE, count, method, seed });
          expect(numbers).toHaveLength(count);
          expect(new Set(numbers.map(({ digits }) => digits)).size).toBe(count);
          expect(numbers.every(({ digits, prefix }) => digits.length === 11 && digits.startsWith(prefix))).toBe(true);
        }),
        { numRuns: 60 },
      );
    },
  );

  it.each<[DrawMethod]>([['systematic'], ['two-stage']])(
    '%s: is repeated by its seed, whatever the order of prefixes',
    (method) => {
      const draw = (prefixes: readonly Prefix[], seed: number) => drawNumbers({ prefixes, count: 200, method, seed });
      expect(draw(MOBILE, 7)).toEqual(draw(MOBILE.toReversed(), 7));
      expect(draw(MOBILE, 7).numbers).not.toEqual(draw(MOBILE, 8).numbers);
    },
  );

  it('systematic spreads evenly: every prefix within one of its share', () => {
    const { inclusion } = drawNumbers({ prefixes: MOBILE, count: 100, method: 'systematic', seed: 3 });
    for (const { drawn, probability } of inclusion) {
      expect(Math.abs(drawn - 100 / 3)).toBeLessThan(1);
      expect(probability).toBeCloseTo(100 / 30_000, 12);
    }
  });

  it('two-stage draws as many prefixes as asked, and the chances of both stages multiply', () => {
    const { inclusion, numbers } = drawNumbers({
      prefixes: MOBILE,
      count: 80,
      method: 'two-stage',
      seed: 3,
      prefixCount: 2,
    });
    expect(inclusion).toHaveLength(2);
    expect(numbers).toHaveLength(80);
    for (const { drawn, probability } of inclusion) {
      expect(drawn).toBe(40);
      expect(probability).toBeCloseTo((2 / 3) * (40 / 10_000), 12);
    }
  });

  it('gives every number the chance it states', () => {
    const prefixes = ['04722123', '04722124', '04722125'].map((digits) => ({ digits, tail: 1 }));
    for (const method of ['systematic', 'two-stage'] as const) {
      const hits = new Map<string, number>();
      for (let seed = 1; seed <= 6000; seed++)
        for (const { digits } of drawNumbers({ prefixes, count: 4, method, seed }).numbers)
          hits.set(digits, (hits.get(digits) ?? 0) + 1);
      expect(hits.size).toBe(30);
      // 4 of 30 in 6000 draws: 800 expected, sd 26; five of them.
      for (const n of hits.values()) expect(Math.abs(n - 800)).toBeLessThan(132);
    }
  });

  it('can draw the whole frame', () => {
    const prefixes = [prefixOf('138472112'), prefixOf('138472113')];
    for (const method of ['systematic', 'two-stage'] as const)
      expect(
        new Set(drawNumbers({ prefixes, count: 200, method, seed: 1 }).numbers.map(({ digits }) => digits)).size,
      ).toBe(200);
  });

  it('leaves out numbers already used, and says when too few are left', () => {
    const prefixes = [prefixOf('1384721123')];
    const exclude = new Set(['13847211230', '13847211231']);
    for (const method of ['systematic', 'two-stage'] as const) {
      const { numbers } = drawNumbers({ prefixes, count: 8, method, seed: 5, exclude });
      expect(numbers.map(({ digits }) => digits).sort()).toEqual(
        ['2', '3', '4', '5', '6', '7', '8', '9'].map((tail) => `1384721123${tail}`),
      );
      expect(codeOf(() => drawNumbers({ prefixes, count: 9, method, seed: 5, exclude }))).toBe('PHONE_PREFIXES_SMALL');
    }
  });

  it('refuses prefixes that overlap, and none at all', () => {
    const draw = (...digits: string[]) =>
      drawNumbers({ prefixes: digits.map((one) => prefixOf(one)), count: 1, method: 'systematic', seed: 1 });
    expect(codeOf(() => draw('1384721', '13847211'))).toBe('PHONE_PREFIX_TWICE');
    expect(codeOf(() => draw('1384721', '1384721'))).toBe('PHONE_PREFIX_TWICE');
    expect(codeOf(() => draw())).toBe('PHONE_PREFIXES_SMALL');
  });

  it('draws fifty thousand numbers at once', () => {
    const prefixes = Array.from({ length: 40 }, (_, i) => prefixOf(`1384${String(100 + i)}`));
    const { numbers } = drawNumbers({ prefixes, count: 50_000, method: 'two-stage', seed: 1 });
    expect(new Set(numbers.map(({ digits }) => digits)).size).toBe(50_000);
  });
});
