import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrateWeights } from '../../../src/core/stats/calibration.ts';
import { computeKish } from '../../../src/core/stats/kish.ts';
import { agreeOnTotals, attachMargin, collapseMargin, type MarginColumn } from '../../../src/core/stats/margins.ts';
import { marginResidual, rakeWeights } from '../../../src/core/stats/raking.ts';
import { trimAndRake } from '../../../src/core/stats/trimming.ts';

const sexes = { name: 'sex', levels: ['f', 'm'], totals: [510, 490] };
const ages = { name: 'age', levels: ['18-39', '40-59', '60+'], totals: [300, 400, 300] };

/** Interviews that fill every combination at least once, so that raking has a solution. */
const respondents = fc
  .array(fc.record({ sex: fc.constantFrom('f', 'm'), age: fc.constantFrom('18-39', '40-59', '60+') }), {
    maxLength: 60,
  })
  .map((more) => [...sexes.levels.flatMap((sex) => ages.levels.map((age) => ({ sex, age }))), ...more]);
const baseWeight = fc.double({ min: 0.2, max: 20, noNaN: true });

const marginsOf = (rows: readonly { sex: string; age: string }[]): MarginColumn[] => [
  attachMargin(
    sexes,
    rows.map((row) => row.sex),
  ),
  attachMargin(
    ages,
    rows.map((row) => row.age),
  ),
];

const achieved = (weight: Float64Array, { codes, levels }: MarginColumn): number[] =>
  levels.map((_, k) => weight.reduce((sum, w, i) => sum + (codes[i] === k ? w : 0), 0));

describe('raking', () => {
  it('meets every margin and keeps the ratio of weights within a combination of levels', () => {
    fc.assert(
      fc.property(
        respondents.chain((rows) =>
          fc.tuple(fc.constant(rows), fc.array(baseWeight, { minLength: rows.length, maxLength: rows.length })),
        ),
        ([rows, weights]) => {
          const base = Float64Array.from(weights);
          const margins = marginsOf(rows);
          const raked = rakeWeights(base, margins);
          for (const margin of margins) {
            achieved(raked, margin).forEach((sum, k) => {
              expect(sum / (margin.totals[k] as number)).toBeCloseTo(1, 9);
            });
          }
          expect(raked.every((w) => w > 0)).toBe(true);
          const same = rows.findIndex((row, i) => i > 0 && row.sex === rows[0]?.sex && row.age === rows[0]?.age);
          if (same > 0) expect((raked[same] ?? 0) / (raked[0] ?? 1)).toBeCloseTo((base[same] ?? 0) / (base[0] ?? 1), 9);
        },
      ),
    );
  });

  it('does not care for the scale of the weights', () => {
    const rows = marginsOf([
      { sex: 'f', age: '18-39' },
      { sex: 'm', age: '40-59' },
      { sex: 'f', age: '60+' },
      { sex: 'm', age: '18-39' },
      { sex: 'f', age: '40-59' },
      { sex: 'm', age: '60+' },
    ]);
    const a = rakeWeights(Float64Array.of(1, 2, 3, 4, 5, 6), rows);
    const b = rakeWeights(Float64Array.of(10, 20, 30, 40, 50, 60), rows);
    b.forEach((w, i) => {
      expect(w).toBeCloseTo(a[i] as number, 9);
    });
  });

  it('is calibration with the exponential distance', () => {
    const rows = [...sexes.levels.flatMap((sex) => ages.levels.map((age) => ({ sex, age }))), { sex: 'f', age: '60+' }];
    const base = Float64Array.of(3, 1, 4, 1, 5, 9, 2);
    const one = new Float64Array(7).fill(1);
    const dummy = (key: 'sex' | 'age', level: string) => Float64Array.from(rows, (row) => (row[key] === level ? 1 : 0));
    const x = [one, dummy('sex', 'm'), dummy('age', '40-59'), dummy('age', '60+')];
    const calibrated = calibrateWeights(base, x, [1000, 490, 400, 300], { kind: 'raking' });
    rakeWeights(base, marginsOf(rows)).forEach((w, i) => {
      expect(w / (calibrated[i] as number)).toBeCloseTo(1, 9);
    });
  });

  it('leaves of a score nothing that the margins explain', () => {
    const rows = sexes.levels.flatMap((sex) => ages.levels.map((age) => ({ sex, age })));
    const residual = marginResidual(Float64Array.of(3, 1, 4, 1, 5, 9), marginsOf(rows));
    const explained = Float64Array.from(rows, (row) => (row.sex === 'f' ? 2 : 7) + ages.levels.indexOf(row.age));
    for (const rest of residual(explained)) expect(rest).toBeCloseTo(0, 10);
  });

  it('says so when the margins cannot be met together', () => {
    const rows = [
      { sex: 'f', age: '18-39' },
      { sex: 'm', age: '40-59' },
      { sex: 'm', age: '60+' },
    ];
    expect(() => rakeWeights(Float64Array.of(1, 1, 1), marginsOf(rows))).toThrow(/RAKING_NOT_CONVERGED/);
  });
});

describe('margins', () => {
  it('refuse a population group that nobody stands for, naming it', () => {
    expect(() => attachMargin(ages, ['18-39', '60+'])).toThrow(/EMPTY_MARGIN_CELL.*age.*40-59/);
  });

  it('refuse a respondent the population does not know', () => {
    expect(() => attachMargin(ages, ['18-39', '40-59', '60+', '0-17'])).toThrow(/LEVEL_NOT_IN_MARGIN.*0-17/);
  });

  it('refuse missing values instead of dropping them', () => {
    expect(() => attachMargin(ages, ['18-39', null, '60+'])).toThrow(/MARGIN_VALUE_MISSING/);
  });

  it('refuse totals that differ, or rescale them to the first when told to', () => {
    const a = attachMargin(sexes, ['f', 'm']);
    const b = attachMargin({ ...ages, totals: [300, 400, 400] }, ['18-39', '40-59', '60+']);
    expect(() => agreeOnTotals([a, b])).toThrow(/MARGIN_TOTALS_DIFFER/);
    expect(agreeOnTotals([a, b], true)[1]?.totals.reduce((x, y) => x + y)).toBeCloseTo(1000, 9);
  });

  it('merge the smallest level with its smaller neighbour until all are large enough', () => {
    const margin = { name: 'age', levels: ['18-29', '30-44', '45-59', '60+'], totals: [40, 65, 65, 45] };
    const collapsed = collapseMargin(margin, [0, 7, 9, 4]);
    expect(collapsed.steps).toEqual(['18-29+30-44', '45-59+60+']);
    expect(collapsed.levels).toEqual(['18-29|30-44', '45-59|60+']);
    expect(collapsed.totals).toEqual([105, 110]);
    expect(collapsed.levelOf).toEqual([0, 0, 1, 1]);
  });
});

describe('calibration', () => {
  const x = [new Float64Array(4).fill(1), Float64Array.of(1, 2, 3, 4)];
  const base = Float64Array.of(1, 1, 1, 1);

  it.each([
    { kind: 'linear' },
    { kind: 'raking' },
    { kind: 'logit', lower: 0.5, upper: 2 },
    { kind: 'bounded-linear', lower: 0.5, upper: 2 },
  ] as const)('meets the totals with $kind weights inside the bounds', (distance) => {
    const weight = calibrateWeights(base, x, [4.2, 11], distance);
    expect(weight.reduce((sum, w) => sum + w, 0)).toBeCloseTo(4.2, 9);
    expect(weight.reduce((sum, w, i) => sum + w * (x[1]?.[i] as number), 0)).toBeCloseTo(11, 9);
    if ('lower' in distance) expect(weight.every((w) => w >= 0.5 - 1e-12 && w <= 2 + 1e-12)).toBe(true);
  });

  it('refuses negative weights', () => {
    expect(() => calibrateWeights(base, x, [4, 15], { kind: 'linear' })).toThrow(/NEGATIVE_WEIGHT/);
  });

  it('says so when the bounds leave no solution', () => {
    expect(() => calibrateWeights(base, x, [4, 15.9], { kind: 'logit', lower: 0.9, upper: 1.1 })).toThrow(
      /CALIBRATION_NOT_CONVERGED/,
    );
  });
});

describe('trimming', () => {
  it('keeps the raked weights with a warning when cap and margins cannot both hold', () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({
      sex: i % 2 ? 'f' : 'm',
      age: i < 1 ? '18-39' : i < 20 ? '40-59' : '60+',
    }));
    const trimmed = trimAndRake(new Float64Array(40).fill(1), marginsOf(rows), { cap: 2 });
    expect(trimmed.isSettled).toBe(false);
    expect(trimmed.warnings.map((w) => w.code)).toEqual(['WEIGHT_CAP_UNREACHABLE']);
    expect(trimmed.weight).toEqual(trimmed.raked);
  });

  it('does nothing when no weight is extreme', () => {
    const rows = sexes.levels.flatMap((sex) => ages.levels.map((age) => ({ sex, age })));
    const trimmed = trimAndRake(new Float64Array(6).fill(1), marginsOf(rows));
    expect(trimmed).toMatchObject({ isSettled: true, trimmed: 0, rounds: 1, warnings: [] });
  });
});

describe('Kish’s figures', () => {
  it('are 1 and n for equal weights, and ignore weights of nothing', () => {
    expect(computeKish(Float64Array.of(2.5, 2.5, 0, 2.5))).toMatchObject({ n: 3, effective: 3, deff: 1 });
    expect(computeKish(new Float64Array(3))).toBeNull();
  });

  it('are 1 + CV²', () => {
    fc.assert(
      fc.property(fc.array(baseWeight, { minLength: 1, maxLength: 30 }), (weights) => {
        const mean = weights.reduce((a, b) => a + b) / weights.length;
        const cv2 = weights.reduce((sum, w) => sum + (w - mean) ** 2, 0) / weights.length / mean ** 2;
        expect(computeKish(Float64Array.from(weights))?.deff).toBeCloseTo(1 + cv2, 9);
      }),
    );
  });
});
