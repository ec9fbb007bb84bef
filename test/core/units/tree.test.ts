import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildTree, findTreeProblems } from '../../../src/core/units/tree.ts';
import { LEVELS, type Unit } from '../../../src/core/units/types.ts';

const unit = (code: string, level: Unit['level'], parentCode: string | null): Unit => ({
  code,
  name: `单位${code}`,
  level,
  parentCode,
  population: null,
  populationSource: null,
  villages: null,
});

const ANKANG = [
  unit('610902001', 'town', '610902'),
  unit('610902', 'county', '6109'),
  unit('610921', 'county', '6109'),
  unit('6109', 'city', null),
  unit('610921100', 'town', '610921'),
  unit('610902001003', 'village', '610902001'),
];

describe('the tree of units', () => {
  const tree = buildTree(ANKANG);
  const codes = (units: readonly Unit[]): string[] => units.map(({ code }) => code);

  test('knows who is above, who is below, and the path of each', () => {
    expect(codes(tree.roots)).toEqual(['6109']);
    expect(codes(tree.children('6109'))).toEqual(['610902', '610921']);
    expect(codes(tree.ancestors('610902001003'))).toEqual(['6109', '610902', '610902001']);
    expect(codes(tree.ancestors('6109'))).toEqual([]);
    expect(codes(tree.subtree('610902'))).toEqual(['610902', '610902001', '610902001003']);
    expect(tree.path('610902001')).toBe('/6109/610902/610902001/');
    expect(tree.get('610921')?.level).toBe('county');
  });

  test('lists parents before their children, whatever the order they came in', () => {
    const order = codes(tree.units);
    for (const { code, parentCode } of ANKANG) {
      if (parentCode !== null) expect(order.indexOf(parentCode)).toBeLessThan(order.indexOf(code));
    }
    expect(order).toHaveLength(6);
  });

  test('puts a unit within itself and its ancestors only', () => {
    expect(tree.isWithin('610902001', '610902')).toBe(true);
    expect(tree.isWithin('610902', '610902')).toBe(true);
    expect(tree.isWithin('610902', '610902001')).toBe(false);
    expect(tree.isWithin('610921100', '610902')).toBe(false);
  });

  test('is not fooled by a code that begins like another, nor by one that does not exist', () => {
    const close = buildTree([unit('61', 'province', null), unit('611', 'city', '61'), unit('6110', 'city', '61')]);
    expect(close.isWithin('6110', '611')).toBe(false);
    expect(close.isWithin('9', '61')).toBe(false);
    expect(close.isWithin('611', '9')).toBe(false);
    expect(close.get('9')).toBeNull();
    expect(close.subtree('9')).toEqual([]);
  });

  test('is a bug when it is built of units that nobody checked', () => {
    expect(() => buildTree([unit('610902', 'county', '6109')])).toThrow(RangeError);
    expect(() => tree.path('9')).toThrow(RangeError);
  });

  test('agrees with walking up the parents, for any forest', () => {
    const forest = fc.array(fc.nat(), { minLength: 1, maxLength: 40 }).map((picks) => {
      const units: Unit[] = [];
      for (const [i, pick] of picks.entries()) {
        const parent = pick % 3 === 0 ? undefined : units[pick % (i + 1)];
        const depth = parent === undefined ? 0 : LEVELS.indexOf(parent.level) + 1;
        const level = LEVELS[depth];
        units.push(unit(`u${i}`, level ?? 'province', level === undefined ? null : (parent?.code ?? null)));
      }
      return units;
    });
    fc.assert(
      fc.property(forest, (units) => {
        const built = buildTree(units);
        const byCode = new Map(units.map((each) => [each.code, each]));
        for (const a of units) {
          for (const b of units) {
            let at: Unit | undefined = a;
            while (at !== undefined && at.code !== b.code) at = byCode.get(at.parentCode ?? '');
            expect(built.isWithin(a.code, b.code)).toBe(at !== undefined);
            expect(built.subtree(b.code).includes(a)).toBe(at !== undefined);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('a broken tree', () => {
  const found = (units: Unit[]): unknown[] =>
    findTreeProblems(units).map(({ codes, problem }) => [codes, problem.code]);

  test('has a parent that is nowhere', () => {
    expect(found([unit('610902', 'county', '6109')])).toEqual([[['610902'], 'UNIT_PARENT_UNKNOWN']]);
  });

  test('has a level that is not below its parent’s', () => {
    const units = [unit('6109', 'county', null), unit('610902', 'county', '6109')];
    expect(found(units)).toEqual([[['610902', '6109'], 'UNIT_LEVEL_ORDER']]);
  });

  test('has a circle, told once with all that are in it', () => {
    const units = [unit('a', 'county', 'c'), unit('b', 'town', 'a'), unit('c', 'village', 'b'), unit('d', 'grid', 'c')];
    expect(findTreeProblems(units).filter(({ problem }) => problem.code === 'UNIT_CYCLE')).toEqual([
      {
        codes: ['a', 'c', 'b', 'a'],
        problem: { code: 'UNIT_CYCLE', column: 'parent_code', details: { cycle: 'a → c → b → a' } },
      },
    ]);
    expect(found([unit('a', 'town', 'a')]).map((each) => (each as unknown[])[1])).toContain('UNIT_CYCLE');
  });
});
