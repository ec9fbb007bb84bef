import { describe, expect, it } from 'vitest';
import { buildResults } from '../../../src/core/indicators/results.ts';
import {
  DISPOSITION,
  type IndicatorDefinition,
  type Mode,
  type TallyCell,
} from '../../../src/core/indicators/types.ts';
import type { Level, Unit } from '../../../src/core/units/types.ts';

const unit = (code: string, level: Level, parentCode: string | null, population: number | null): Unit => ({
  code,
  name: code,
  level,
  parentCode,
  population,
  populationSource: null,
  villages: null,
});

const awareness: IndicatorDefinition = {
  code: 'awareness',
  title: { zh: '知晓率', en: 'Awareness' },
  outcomes: { yes: 'positive', no: 'negative', dk: 'dont-know', refuse: 'refused', NA: 'not-asked' },
  scores: { yes: 100, no: 0 },
  denominator: 'all-eligible',
};

/** Interviews of one unit: how many said what. */
const answers = (
  unitCode: string,
  counts: Record<string, number>,
  { mode = 'phone', weight = 1 }: { mode?: Mode; weight?: number } = {},
): TallyCell[] => {
  const cell = (indicator: string, outcome: string, n: number): TallyCell => ({
    unit: unitCode,
    mode,
    indicator,
    outcome,
    sex: 'female',
    ageBand: '30-39',
    n,
    sumW: n * weight,
    sumW2: n * weight * weight,
  });
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
  return [cell(DISPOSITION, '1.1', total), ...Object.entries(counts).map(([k, n]) => cell('awareness', k, n))];
};

const city = unit('61', 'city', null, null);
const county = unit('6101', 'county', '61', null);
const other = unit('6102', 'county', '61', null);
const towns = [
  unit('610101', 'town', '6101', 10_000),
  unit('610102', 'town', '6101', 30_000),
  unit('610201', 'town', '6102', 20_000),
  unit('610202', 'town', '6102', 20_000),
];
const tree = [city, county, other, ...towns];

const results = (
  thisWave: TallyCell[],
  lastWave: TallyCell[] | null = null,
  { units = tree, comparable = true as true | string } = {},
) => {
  const rows = buildResults({
    units,
    definitions: [awareness],
    thisWave: { cells: thisWave },
    lastWave: lastWave && { cells: lastWave },
    comparable,
  });
  return (code: string) => {
    const row = rows.find((candidate) => candidate.unit.code === code);
    const figure = row?.figures.awareness;
    if (!row || !figure) throw new Error(`no row ${code}`);
    return { ...row, figure };
  };
};

const wave = [
  ...answers('610101', { yes: 90, no: 8, dk: 2 }),
  ...answers('610102', { yes: 60, no: 40 }),
  ...answers('610201', { yes: 99, no: 1 }),
  ...answers('610202', { yes: 100 }),
];

describe('the leaders’ table', () => {
  it('has one line for every unit of level town or above, parents first', () => {
    const rows = buildResults({
      units: [...tree, unit('610101001', 'village', '610101', null)],
      definitions: [awareness],
      thisWave: { cells: wave },
      lastWave: null,
      comparable: true,
    });
    expect(rows.map((row) => row.unit.code)).toEqual(['61', '6101', '610101', '610102', '6102', '610201', '610202']);
  });

  it('keeps “don’t know” in the base of the headline and shows the rate of those who took a position beside it', () => {
    const { figure } = results(wave)('610101');
    expect(figure.estimate).toMatchObject({ share: 0.9, base: 100, hits: 90, printed: 9000, df: 99 });
    expect(figure.ofPosition).toMatchObject({ base: 98, hits: 90, printed: 9184 });
    expect(figure.dontKnowShare).toBeCloseTo(0.02, 12);
    expect(figure.refusedShare).toBe(0);
  });

  it('combines towns by population, not by interviews and not as a mean of towns', () => {
    const { figure, completes } = results(wave)('6101');
    expect(completes).toBe(200);
    expect(figure.estimate?.share).toBeCloseTo((10_000 * 0.9 + 30_000 * 0.6) / 40_000, 12);
    expect(figure.estimate?.df).toBe(198);
    const variance = 0.25 ** 2 * ((0.9 * 0.1) / 99) + 0.75 ** 2 * ((0.6 * 0.4) / 99);
    expect(figure.estimate?.se).toBeCloseTo(Math.sqrt(variance), 12);
  });

  it('gives a town where everybody says yes an interval that is not a point', () => {
    const { figure } = results(wave)('610202');
    expect(figure.estimate).toMatchObject({ share: 1, printed: 10_000, se: 0, nEff: 100 });
    expect(figure.estimate?.interval?.lower).toBeCloseTo(0.025 ** (1 / 100), 12);
    expect(figure.estimate?.interval?.upper).toBe(1);
  });

  it('counts the interviews of a village to its town', () => {
    const units = [...tree, unit('610101001', 'village', '610101', null)];
    const at = results([...wave, ...answers('610101001', { yes: 10, no: 10 })], null, { units });
    expect(at('610101').figure.estimate).toMatchObject({ base: 120, hits: 100 });
  });

  it('shows open links as participation at every level and keeps them out of every rate', () => {
    const at = results([...wave, ...answers('610101', { no: 500 }, { mode: 'web-open' })]);
    expect(at('610101')).toMatchObject({ openWeb: 500, completes: 100 });
    expect(at('61').openWeb).toBe(500);
    expect(at('610101').figure.estimate?.base).toBe(100);
  });

  it('tells of completes that were filed above the towns and puts them into no rate', () => {
    const at = results([...wave, ...answers('6101', { no: 50 })]);
    expect(at('6101').unplaced).toBe(50);
    expect(at('6101').completes).toBe(200);
  });

  it('treats a county without towns as one stratum', () => {
    const at = results(answers('6101', { yes: 40, no: 10 }), null, { units: [city, county, other] });
    expect(at('6101').figure.estimate).toMatchObject({ share: 0.8, base: 50 });
  });

  it('does not change when weights are multiplied', () => {
    const heavy = wave.map((cell) => ({ ...cell, sumW: cell.sumW * 7, sumW2: cell.sumW2 * 49 }));
    const a = results(wave)('61').figure.estimate;
    const b = results(heavy)('61').figure.estimate;
    expect(b?.share).toBeCloseTo(a?.share ?? 0, 13);
    expect(b?.se).toBeCloseTo(a?.se ?? 0, 13);
  });

  it('refuses an outcome the definition does not classify', () => {
    expect(() => results(answers('610101', { maybe: 3 }))).toThrow(/UNMAPPED_CODE/);
  });

  it('says no data where nobody was interviewed', () => {
    const { figure } = results(answers('610101', { yes: 50, no: 50 }))('610102');
    expect(figure).toMatchObject({ status: 'no-data', estimate: null, change: { verdict: 'no-data' } });
  });

  it('gives the mean score with its interval inside 0 and 100', () => {
    const { score } = results(wave)('610201').figure;
    expect(score?.mean).toBe(99);
    expect(score?.interval?.upper).toBeLessThanOrEqual(100);
  });
});

describe('coverage', () => {
  it('refuses a roll-up when less than 80 % of the people live in towns with interviews', () => {
    const { figure } = results(answers('610102', { yes: 50, no: 50 }))('6101');
    expect(figure).toMatchObject({ status: 'coverage-low', estimate: null, coverage: 0.75 });
  });

  it('refuses a roll-up when the population of a covered town is unknown, and says so', () => {
    const units = tree.map((u) => (u.code === '610101' ? { ...u, population: null } : u));
    const { figure } = results(wave, null, { units })('6101');
    expect(figure).toMatchObject({ status: 'coverage-low', estimate: null, reason: 'population-unknown' });
    expect(results(wave, null, { units })('610101').figure.estimate?.share).toBe(0.9);
  });

  it('uses the county’s own population when only an uncovered town’s is unknown', () => {
    const units = tree.map((u) =>
      u.code === '610101' ? { ...u, population: null } : u.code === '6101' ? { ...u, population: 35_000 } : u,
    );
    const { figure } = results(answers('610102', { yes: 50, no: 50 }), null, { units })('6101');
    expect(figure.coverage).toBeCloseTo(30 / 35, 12);
    expect(figure.status).toBe('shown');
  });
});

describe('suppression', () => {
  it('hides a town with fewer than ten answers, and the smallest other town of its county with it', () => {
    const at = results([
      ...answers('610101', { yes: 8, no: 1 }),
      ...answers('610102', { yes: 60, no: 40 }),
      ...answers('610201', { yes: 99, no: 1 }),
      ...answers('610202', { yes: 100 }),
    ]);
    expect(at('610101').figure).toMatchObject({
      status: 'suppressed',
      estimate: null,
      score: null,
      dontKnowShare: null,
    });
    expect(at('610102').figure.status).toBe('suppressed');
    expect(at('6101').figure.status).toBe('shown');
    expect(at('610201').figure.status).toBe('shown');
  });

  it('hides the change when the last wave is hidden, so that this minus the change is no way round', () => {
    const { figure } = results(wave, [
      ...answers('610101', { yes: 5 }),
      ...answers('610102', { yes: 50, no: 50 }),
      ...answers('610201', { yes: 99, no: 1 }),
      ...answers('610202', { yes: 100 }),
    ])('610101');
    expect(figure.status).toBe('shown');
    expect(figure.last).toBeNull();
    expect(figure.change).toMatchObject({ verdict: 'too-few', difference: null, printed: null, p: null });
  });

  it('shows a base of ten to twenty-nine with a flag and gives no verdict', () => {
    const { figure } = results(
      [...answers('610101', { yes: 20, no: 5 }), ...wave.slice(4)],
      [...answers('610101', { yes: 2, no: 20 }), ...wave.slice(4)],
    )('610101');
    expect(figure.status).toBe('small-base');
    expect(figure.change.verdict).toBe('too-few');
    expect(figure.change.p).toBeLessThan(0.01);
  });
});

describe('year on year', () => {
  const before = [
    ...answers('610101', { yes: 55, no: 45 }),
    ...answers('610102', { yes: 58, no: 42 }),
    ...answers('610201', { yes: 98, no: 2 }),
    ...answers('610202', { yes: 100 }),
  ];

  it('calls a change only when the adjusted p is at most .05', () => {
    const at = results(wave, before);
    expect(at('610101').figure.change.verdict).toBe('up');
    expect(at('610102').figure.change.verdict).toBe('no-reliable-change');
    expect(at('610202').figure.change).toMatchObject({
      verdict: 'no-reliable-change',
      difference: 0,
      printed: 0,
      p: 1,
    });
  });

  it('prints the difference of the printed rates', () => {
    const { change, estimate, last } = results(wave, before)('6101').figure;
    expect(change.printed).toBe((estimate?.printed ?? 0) - (last?.printed ?? 0));
  });

  it('turns round when the waves are exchanged', () => {
    const a = results(wave, before)('61').figure.change;
    const b = results(before, wave)('61').figure.change;
    expect(b.difference).toBeCloseTo(-(a.difference ?? 0), 14);
    expect(b.p).toBeCloseTo(a.p ?? 0, 12);
    expect(b.interval?.lower).toBeCloseTo(-(a.interval?.upper ?? 0), 14);
  });

  it('does not subtract waves that cannot be compared, but shows both', () => {
    const { figure } = results(wave, before, { comparable: 'denominator' })('610101');
    expect(figure.change).toMatchObject({ verdict: 'not-comparable', difference: null });
    expect(figure.last?.share).toBe(0.55);
  });

  it('has nothing to compare without a last wave', () => {
    expect(results(wave)('610101').figure.change.verdict).toBe('no-base-wave');
  });
});
