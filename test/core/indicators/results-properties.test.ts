import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildResults } from '../../../src/core/indicators/results.ts';
import { DISPOSITION, type IndicatorDefinition, type TallyCell } from '../../../src/core/indicators/types.ts';
import type { Unit } from '../../../src/core/units/types.ts';

const definition: IndicatorDefinition = {
  code: 'safety',
  title: { zh: '安全感', en: 'Safety' },
  outcomes: { safe: 'positive', unsafe: 'negative', dk: 'dont-know', refuse: 'refused' },
  scores: { safe: 100, unsafe: 20 },
  denominator: 'all-eligible',
};

const size = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 15 }), fc.integer({ min: 20, max: 150 }));
const town = fc.record({
  population: fc.option(fc.integer({ min: 200, max: 80_000 }), { freq: 6 }),
  now: fc.tuple(size, size, fc.nat(5), fc.nat(3)),
  last: fc.tuple(size, size, fc.nat(5), fc.nat(3)),
  weight: fc.constantFrom(1, 0.7, 2.5),
});
const city = fc.array(fc.array(town, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });
type City = typeof city extends fc.Arbitrary<infer T> ? T : never;

function build(counties: City) {
  const units: Unit[] = [
    {
      code: '61',
      name: '市',
      level: 'city',
      parentCode: null,
      population: null,
      populationSource: null,
      villages: null,
    },
  ];
  const cells: { now: TallyCell[]; last: TallyCell[] } = { now: [], last: [] };
  counties.forEach((towns, c) => {
    const county = `61${c}`;
    units.push({
      code: county,
      name: county,
      level: 'county',
      parentCode: '61',
      population: null,
      populationSource: null,
      villages: null,
    });
    towns.forEach((t, i) => {
      const unit = `${county}${i}`;
      units.push({
        code: unit,
        name: unit,
        level: 'town',
        parentCode: county,
        population: t.population,
        populationSource: null,
        villages: null,
      });
      for (const wave of ['now', 'last'] as const) {
        const counts = t[wave];
        const cell = (indicator: string, outcome: string, n: number, weight: number): TallyCell => ({
          unit,
          mode: 'phone',
          indicator,
          outcome,
          sex: 'unknown',
          ageBand: '',
          n,
          sumW: n * weight,
          sumW2: n * weight * weight,
        });
        // One answer in two has another weight, so that weighted towns are among them.
        const weights = counts.map((_, k) => (k % 2 ? t.weight : 1));
        counts.forEach((n, k) => {
          if (n === 0) return;
          cells[wave].push(cell(DISPOSITION, '1.1', n, weights[k] as number));
          cells[wave].push(cell('safety', ['safe', 'unsafe', 'dk', 'refuse'][k] as string, n, weights[k] as number));
        });
      }
    });
  });
  return buildResults({
    units,
    definitions: [definition],
    thisWave: { cells: cells.now },
    lastWave: { cells: cells.last },
    comparable: true,
  });
}

/** Every number anywhere in a value. */
function* numbersIn(value: unknown): Generator<number> {
  if (typeof value === 'number') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) yield* numbersIn(inner);
}

describe('whatever the tallies are', () => {
  it('every number in the table is finite', () => {
    fc.assert(
      fc.property(city, (counties) => {
        for (const number of numbersIn(build(counties))) expect(Number.isFinite(number)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('shares lie within their intervals and intervals within 0 and 1', () => {
    fc.assert(
      fc.property(city, (counties) => {
        for (const { figures } of build(counties)) {
          for (const estimate of [figures.safety?.estimate, figures.safety?.ofPosition, figures.safety?.last]) {
            if (!estimate?.interval) continue;
            expect(estimate.interval.lower).toBeGreaterThanOrEqual(0);
            expect(estimate.interval.upper).toBeLessThanOrEqual(1);
            expect(estimate.interval.lower).toBeLessThanOrEqual(estimate.share + 1e-12);
            expect(estimate.interval.upper).toBeGreaterThanOrEqual(estimate.share - 1e-12);
            expect(estimate.nEff).toBeLessThanOrEqual(estimate.base + 1e-9);
            expect(estimate.base).toBeGreaterThanOrEqual(10);
          }
        }
      }),
    );
  });

  it('nothing is said of fewer than ten answers, and nothing is judged on fewer than thirty', () => {
    fc.assert(
      fc.property(city, (counties) => {
        for (const { figures } of build(counties)) {
          const figure = figures.safety;
          if (!figure) throw new Error('no figure');
          const { change, estimate, last, status } = figure;
          expect(status === 'shown' || status === 'small-base').toBe(estimate !== null);
          if (estimate === null || last === null) expect(change.difference).toBeNull();
          if (change.verdict === 'up' || change.verdict === 'down') {
            expect(Math.min(estimate?.base ?? 0, last?.base ?? 0)).toBeGreaterThanOrEqual(30);
            expect(change.pAdjusted).toBeLessThanOrEqual(0.05);
          }
          if (change.p !== null) expect(change.pAdjusted).toBeGreaterThanOrEqual(change.p);
          if (change.printed !== null) expect(change.printed).toBe((estimate?.printed ?? 0) - (last?.printed ?? 0));
        }
      }),
    );
  });

  it('a county is the population-weighted mean of its towns', () => {
    fc.assert(
      fc.property(city, (counties) => {
        const rows = build(counties);
        for (const { unit, figures } of rows) {
          const share = figures.safety?.estimate?.share;
          if (unit.level !== 'county' || share === undefined) continue;
          const towns = rows.filter((row) => row.unit.parentCode === unit.code && row.completes > 0);
          const isOpen = towns.length > 1 && towns.every((row) => row.figures.safety?.estimate && row.unit.population);
          if (!isOpen) continue;
          const people = towns.reduce((sum, row) => sum + (row.unit.population ?? 0), 0);
          const mean = towns.reduce(
            (sum, row) => sum + ((row.unit.population ?? 0) / people) * (row.figures.safety?.estimate?.share ?? 0),
            0,
          );
          expect(share).toBeCloseTo(mean, 12);
        }
      }),
    );
  });
});
