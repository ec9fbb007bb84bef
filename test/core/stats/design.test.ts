import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { varianceOf } from '../../../src/core/stats/covariance.ts';
import { createDesign, degreesOfFreedom, reweightDesign } from '../../../src/core/stats/design.ts';
import { estimateDomainMean, estimateTotal, selectDomain } from '../../../src/core/stats/estimators.ts';
import { encodeLabels } from '../../../src/core/stats/factor.ts';
import { attachMargin } from '../../../src/core/stats/margins.ts';
import { tabulateAnswers } from '../../../src/core/stats/micro-data.ts';
import { marginResidual, rakeWeights } from '../../../src/core/stats/raking.ts';
import { estimateMean } from '../../../src/core/stats/stratified.ts';

interface Row {
  town: number;
  y: number;
  weight: number;
}

/** Interviews in up to five towns; −1 is no valid answer. */
const sample = fc
  .array(
    fc.record({
      town: fc.integer({ min: 0, max: 4 }),
      y: fc.constantFrom(-1, 0, 1),
      weight: fc.constantFrom(1, 1, 2, 0.5, 3.25),
    }),
    { minLength: 12, maxLength: 80 },
  )
  .filter((rows) => rows.some((row) => row.y >= 0));

const POPULATION = Float64Array.of(9000, 41_000, 500, 12_345, 30_000);

/** The design-based answer from rows: weights scaled to the population of each town. */
function fromRows(rows: readonly Row[], hasFpc: boolean, from = 0, to = 5) {
  const sums = new Float64Array(5);
  for (const row of rows) sums[row.town] = (sums[row.town] ?? 0) + row.weight;
  const weight = Float64Array.from(rows, (row) => (row.weight * (POPULATION[row.town] ?? 0)) / (sums[row.town] ?? 1));
  const design = createDesign({
    rows: rows.length,
    weight,
    stratum: encodeLabels(rows.map((row) => row.town)),
    population: hasFpc ? rows.map((row) => POPULATION[row.town] ?? 0) : null,
  });
  const y = Float64Array.from(rows, (row) => Math.max(0, row.y));
  return estimateDomainMean(
    design,
    y,
    selectDomain(rows.length, (i) => {
      const row = rows[i] as Row;
      return row.y >= 0 && row.town >= from && row.town < to;
    }),
  );
}

function fromTallies(rows: readonly Row[], hasFpc: boolean, from = 0, to = 5) {
  const table = tabulateAnswers({
    strata: 5,
    stratum: Int32Array.from(rows, (row) => row.town),
    answer: Int8Array.from(rows, (row) => row.y),
    weight: Float64Array.from(rows, (row) => row.weight),
    population: POPULATION,
    hasFpc,
  });
  return estimateMean(table, Float64Array.of(0, 1), from, to);
}

describe('two engines', () => {
  it('give one answer: tallies and micro-data, any weights, with and without fpc, any range of towns', () => {
    fc.assert(
      fc.property(sample, fc.boolean(), fc.integer({ min: 0, max: 4 }), (rows, hasFpc, from) => {
        const micro = fromRows(rows, hasFpc, from);
        const tallied = fromTallies(rows, hasFpc, from);
        if (micro === null) {
          expect(tallied).toBeNull();
          return;
        }
        expect(tallied?.mean).toBeCloseTo(micro.value, 12);
        expect(Math.sqrt(tallied?.variance ?? 0)).toBeCloseTo(Math.sqrt(micro.variance), 10);
        expect(tallied?.base).toBe(micro.base);
        expect(tallied?.df).toBe(micro.df);
        expect(tallied?.kish).toBeCloseTo(micro.kish, 9);
        if (micro.deffReplace !== null) expect(tallied?.deff).toBeCloseTo(micro.deffReplace, 9);
      }),
      { numRuns: 300 },
    );
  });

  it('do not depend on the order of rows nor on the scale of weights', () => {
    fc.assert(
      fc.property(sample, fc.double({ min: 0.01, max: 1000, noNaN: true }), (rows, factor) => {
        const a = fromRows(rows, false);
        const b = fromRows(
          [...rows].reverse().map((row) => ({ ...row, weight: row.weight * factor })),
          false,
        );
        expect(b?.value).toBeCloseTo(a?.value ?? 0, 12);
        expect(Math.sqrt(b?.variance ?? 0)).toBeCloseTo(Math.sqrt(a?.variance ?? 0), 12);
      }),
    );
  });

  it('rows that stand for groups give what their interviews give, also after raking', () => {
    const sexes = ['f', 'm', 'f', 'm', 'f', 'm', 'f', 'm', 'f', 'm', 'm', 'f'];
    const y = Float64Array.of(1, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1);
    const towns = [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2];
    const weight = Float64Array.from(sexes, (_, i) => [3, 1, 5, 1, 2, 2, 1, 4, 1, 1, 2, 2][i] as number);
    const margin = { name: 'sex', levels: ['f', 'm'], totals: [70, 50] };
    const single = createDesign({ rows: 12, weight, stratum: encodeLabels(towns) });
    const singleMargin = [attachMargin(margin, sexes)];
    const raked = reweightDesign(single, rakeWeights(weight, singleMargin), marginResidual(weight, singleMargin));

    const keys = [...new Set(sexes.map((sex, i) => `${towns[i]}|${sex}|${y[i]}`))];
    const members = keys.map((key) => sexes.flatMap((sex, i) => (`${towns[i]}|${sex}|${y[i]}` === key ? [i] : [])));
    const sumOf = (power: number) =>
      Float64Array.from(members, (rows) => rows.reduce((sum, i) => sum + (weight[i] as number) ** power, 0));
    const [count, sumW, sumW2] = [sumOf(0), sumOf(1), sumOf(2)];
    const grouped = createDesign({
      rows: keys.length,
      weight: sumW,
      stratum: encodeLabels(keys.map((key) => key.split('|')[0] as string)),
      group: {
        count,
        spread: sumW2.map((squares, k) => squares - (sumW[k] as number) ** 2 / (count[k] as number)),
      },
    });
    const groupMargin = [
      attachMargin(
        margin,
        keys.map((key) => key.split('|')[1] as string),
      ),
    ];
    const groupRaked = reweightDesign(grouped, rakeWeights(sumW, groupMargin), marginResidual(sumW, groupMargin));
    const groupY = Float64Array.from(keys, (key) => Number(key.split('|')[2]));

    const a = estimateDomainMean(raked, y);
    const b = estimateDomainMean(groupRaked, groupY);
    expect(b?.value).toBeCloseTo(a?.value ?? 0, 13);
    expect(b?.variance).toBeCloseTo(a?.variance ?? 0, 13);
    expect(b).toMatchObject({ base: 12, df: 10 });
    expect(b?.kish).toBeCloseTo(a?.kish ?? 0, 10);
  });
});

describe('a design', () => {
  it('is p(1−p)/(n−1) for one town', () => {
    const design = createDesign({ rows: 5, weight: new Float64Array(5).fill(7) });
    expect(estimateDomainMean(design, Float64Array.of(1, 1, 1, 0, 1))?.variance).toBeCloseTo((0.8 * 0.2) / 4, 14);
  });

  it('keeps the interviews without a valid answer: n/(n−1)·Σ(y−p)²/n_D², not p(1−p)/(n_D−1)', () => {
    const design = createDesign({ rows: 6, weight: new Float64Array(6).fill(1) });
    const domain = Uint8Array.of(1, 1, 1, 1, 0, 0);
    const variance = estimateDomainMean(design, Float64Array.of(1, 1, 1, 0, 0, 0), domain)?.variance;
    expect(variance).toBeCloseTo(((6 / 5) * (4 * 0.75 * 0.25)) / 16, 14);
  });

  it('refuses a stratum with one sampling unit when told to, naming it', () => {
    const design = createDesign({
      rows: 3,
      weight: new Float64Array(3).fill(1),
      stratum: encodeLabels(['a', 'a', '五里镇']),
      lonely: 'fail',
    });
    expect(() => estimateDomainMean(design, Float64Array.of(1, 0, 1))).toThrow(/LONELY_PSU.*五里镇/);
  });

  it('refuses populations below the sample, and sizes mixed with fractions', () => {
    const base = { rows: 3, weight: new Float64Array(3).fill(1), stratum: encodeLabels(['a', 'a', 'b']) };
    expect(() => createDesign({ ...base, population: [1.5, 1.5, 10] })).toThrow(/FPC_LT_N/);
    expect(() => createDesign({ ...base, population: [0.5, 0.5, 10] })).toThrow(/FPC_MIXED/);
  });

  it('refuses a weight that is no weight', () => {
    expect(() => createDesign({ rows: 2, weight: Float64Array.of(1, -1) })).toThrow(/WEIGHT_INVALID/);
    expect(() => createDesign({ rows: 2, weight: Float64Array.of(1, Number.NaN) })).toThrow(/WEIGHT_INVALID/);
  });

  it('has no error left when everybody was asked', () => {
    const design = createDesign({ rows: 4, weight: new Float64Array(4).fill(1), population: [4, 4, 4, 4] });
    expect(estimateDomainMean(design, Float64Array.of(1, 0, 1, 1))?.variance).toBe(0);
    expect(varianceOf(design, estimateTotal(design, Float64Array.of(1, 0, 1, 1)).score)).toBe(0);
  });

  it('counts degrees of freedom as clusters minus strata with a member of the domain', () => {
    const design = createDesign({
      rows: 6,
      weight: new Float64Array(6).fill(1),
      stratum: encodeLabels([1, 1, 1, 2, 2, 2]),
      cluster: encodeLabels(['x', 'x', 'y', 'x', 'y', 'z']),
    });
    expect(degreesOfFreedom(design)).toBe(5 - 2);
    expect(degreesOfFreedom(design, Uint8Array.of(1, 1, 1, 0, 0, 0))).toBe(1);
  });
});
