import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marginText } from '../../../src/core/indicators/margin-levels.ts';
import { buildResults } from '../../../src/core/indicators/results.ts';
import type { IndicatorDefinition, Sex, TallyCell } from '../../../src/core/indicators/types.ts';
import {
  describeWeights,
  isSameScheme,
  type WaveMargins,
  type WeightedWave,
  weighWaves,
} from '../../../src/core/indicators/weighting.ts';
import { createDesign, reweightDesign } from '../../../src/core/stats/design.ts';
import { estimateDomainMean } from '../../../src/core/stats/estimators.ts';
import { encodeLabels } from '../../../src/core/stats/factor.ts';
import { computeKish } from '../../../src/core/stats/kish.ts';
import { attachMargin } from '../../../src/core/stats/margins.ts';
import { marginResidual } from '../../../src/core/stats/raking.ts';
import { trimAndRake } from '../../../src/core/stats/trimming.ts';
import type { Level, Unit } from '../../../src/core/units/types.ts';

const unit = (code: string, level: Level, parentCode: string | null, population: number | null): Unit => ({
  ...{ code, name: `${code}名`, level, parentCode, population, populationSource: null, villages: null },
});
const UNITS = [
  unit('city', 'city', null, 10_000),
  unit('east', 'county', 'city', 6_000),
  unit('west', 'county', 'city', 4_000),
  unit('e1', 'town', 'east', 4_000),
  unit('e2', 'town', 'east', 2_000),
  unit('w1', 'town', 'west', 4_000),
];
const AWARE: IndicatorDefinition = {
  ...{ code: 'aware', title: { zh: '知晓率', en: 'Awareness' }, denominator: 'all-eligible' },
  outcomes: { yes: 'positive', no: 'negative', dk: 'dont-know', skipped: 'not-asked' },
};
const BANDS = ['18-39', '40-59', '60+'];

/** One completed interview; without an outcome the indicator was not coded. */
interface Row {
  readonly unit: string;
  readonly sex: Sex;
  readonly ageBand: string;
  readonly outcome: string | null;
}

const cellsOf = (rows: readonly Row[]): TallyCell[] =>
  rows.flatMap(({ outcome, ...who }) => {
    const one = { ...who, mode: 'phone' as const, n: 1, sumW: 1, sumW2: 1 };
    const complete = { ...one, indicator: 'disposition', outcome: '1.1' };
    return outcome === null ? [complete] : [complete, { ...one, indicator: 'aware', outcome }];
  });

/** Everybody of a town once in each sex and age band, `times` over. */
const everybody = (town: string, outcome: string, times = 1): Row[] =>
  Array.from({ length: times }, () =>
    (['female', 'male'] as const).flatMap((sex) => BANDS.map((ageBand) => ({ unit: town, sex, ageBand, outcome }))),
  ).flat();

const table = (area: string, female: readonly number[], male: readonly number[]): WaveMargins['cells'] =>
  BANDS.flatMap((ageBand, k) => [
    { unit: area, sex: 'female' as const, ageBand, population: female[k] ?? 0 },
    { unit: area, sex: 'male' as const, ageBand, population: male[k] ?? 0 },
  ]);
const MARGINS: WaveMargins = {
  ...{ method: 'raking', cap: 5, collapse: false },
  cells: [...table('east', [900, 800, 700], [1100, 900, 400]), ...table('west', [300, 500, 800], [900, 600, 500])],
};

const weigh = (rows: readonly Row[], margins = MARGINS, units = UNITS) =>
  weighWaves({ units, thisWave: { cells: cellsOf(rows), margins }, lastWave: null }).thisWave;

const weighted = (rows: readonly Row[], margins = MARGINS): WeightedWave => {
  const result = weigh(rows, margins);
  if (!result?.weighted) throw new Error(JSON.stringify(result?.refused));
  return result.weighted;
};

const figures = (rows: readonly Row[], wave: WeightedWave | null) =>
  new Map(
    buildResults({
      units: UNITS,
      definitions: [AWARE],
      thisWave: { cells: cellsOf(rows), weighted: wave },
      lastWave: null,
      comparable: true,
    }).map((row) => [row.unit.code, row.figures.aware]),
  );

const rowsOf = fc
  .array(
    fc.record({
      unit: fc.constantFrom('e1', 'e2', 'w1'),
      sex: fc.constantFrom<Sex>('female', 'male'),
      ageBand: fc.constantFrom(...BANDS),
      outcome: fc.constantFrom('yes', 'yes', 'yes', 'no', 'dk', 'skipped', null),
    }),
    { minLength: 30, maxLength: 150 },
  )
  .map((rows): Row[] => [...['e1', 'e2', 'w1'].flatMap((town) => everybody(town, 'yes', 2)), ...rows]);

/** The same from single interviews with the other engine. */
function estimateFromRows(rows: readonly Row[], place: readonly string[], margins: WaveMargins) {
  const population = new Map(UNITS.map((one) => [one.code, one.population ?? 0]));
  const size = (town: string): number => rows.filter((row) => row.unit === town).length;
  const base = Float64Array.from(rows, (row) => (population.get(row.unit) ?? 0) / size(row.unit));
  const weight = new Float64Array(rows.length);
  const residuals: { at: number[]; take: (score: Float64Array) => Float64Array }[] = [];
  for (const [area, towns] of [
    ['east', ['e1', 'e2']],
    ['west', ['w1']],
  ] as const) {
    const at = rows.flatMap((row, i) => ((towns as readonly string[]).includes(row.unit) ? [i] : []));
    const own = margins.cells.filter((cell) => cell.unit === area);
    const sum = (isIn: (cell: (typeof own)[number]) => boolean) =>
      own.filter(isIn).reduce((total, cell) => total + cell.population, 0);
    const columns =
      margins.method === 'raking'
        ? [
            attachMargin(
              {
                name: 'sex',
                levels: ['female', 'male'],
                totals: ['female', 'male'].map((sex) => sum((cell) => cell.sex === sex)),
              },
              at.map((i) => rows[i]?.sex ?? ''),
            ),
            attachMargin(
              { name: 'age', levels: BANDS, totals: BANDS.map((band) => sum((cell) => cell.ageBand === band)) },
              at.map((i) => rows[i]?.ageBand ?? ''),
            ),
          ]
        : [
            attachMargin(
              {
                name: 'cell',
                levels: own.map(({ sex, ageBand }) => sex + ageBand),
                totals: own.map((cell) => cell.population),
              },
              at.map((i) => `${rows[i]?.sex}${rows[i]?.ageBand}`),
            ),
          ];
    const result = trimAndRake(
      Float64Array.from(at, (i) => base[i] ?? 0),
      columns,
      { cap: margins.cap, floor: 1 / margins.cap },
    );
    at.forEach((i, k) => {
      weight[i] = result.weight[k] ?? 0;
    });
    residuals.push({ at, take: marginResidual(result.base, columns) });
  }
  const design = createDesign({ rows: rows.length, weight: base, stratum: encodeLabels(rows.map((row) => row.unit)) });
  const reweighted = reweightDesign(design, weight, (score) => {
    const rest = new Float64Array(score.length);
    for (const { at, take } of residuals) {
      const own = take(Float64Array.from(at, (i) => score[i] ?? 0));
      at.forEach((i, k) => {
        rest[i] = own[k] ?? 0;
      });
    }
    return rest;
  });
  const domain = Uint8Array.from(rows, (row) =>
    place.includes(row.unit) && row.outcome !== null && row.outcome !== 'skipped' ? 1 : 0,
  );
  const mean = estimateDomainMean(
    reweighted,
    Float64Array.from(rows, (row) => (row.outcome === 'yes' ? 1 : 0)),
    domain,
  );
  if (mean === null) throw new Error('an empty domain');
  return { mean, kish: computeKish(weight.filter((_, i) => place.includes(rows[i]?.unit ?? ''))) };
}

const PLACES = { e1: ['e1'], e2: ['e2'], w1: ['w1'], east: ['e1', 'e2'], west: ['w1'], city: ['e1', 'e2', 'w1'] };

describe('a wave weighted to sex and age by county', () => {
  it('has the rate, error, degrees of freedom and design effect that its single interviews give', () => {
    const margins = fc.constantFrom<WaveMargins>(
      MARGINS,
      { ...MARGINS, cap: 1.6 },
      { ...MARGINS, method: 'post-stratification', cap: 50 },
    );
    fc.assert(
      fc.property(rowsOf, margins, (drawn, using) => {
        // Post-stratification wants ten in every cell.
        const rows = [...drawn, ...['e1', 'w1'].flatMap((town) => everybody(town, 'no', 10))];
        const shown = figures(rows, weighted(rows, using));
        for (const [place, towns] of Object.entries(PLACES)) {
          const { mean } = estimateFromRows(rows, towns, using);
          const estimate = shown.get(place)?.estimate;
          if (!estimate) continue;
          expect(estimate.share).toBeCloseTo(mean.value, 12);
          expect(estimate.se).toBeCloseTo(Math.sqrt(mean.variance), 12);
          expect([estimate.base, estimate.df]).toEqual([mean.base, mean.df]);
          expect(estimate.deff).toBeCloseTo(mean.deffReplace ?? 0, 10);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('meets the totals of every margin in every area', () => {
    fc.assert(
      fc.property(rowsOf, (rows) => {
        const { totals, areas, groupOf } = weighted(rows, { ...MARGINS, cap: 1000 });
        for (const { unit: area, from, to } of areas) {
          const total = (isIn: (cell: { sex: string; ageBand: string }) => boolean): number => {
            let sum = 0;
            for (const sex of ['female', 'male'] as const) {
              for (const ageBand of BANDS) {
                const group = groupOf({ ...(cellsOf(rows)[0] as TallyCell), sex, ageBand });
                if (!isIn({ sex, ageBand })) continue;
                for (let h = from; h < to; h++) sum += totals.weight[h * totals.groups + group] ?? 0;
              }
            }
            return sum;
          };
          const wanted = (isIn: (cell: { sex: string; ageBand: string }) => boolean): number =>
            MARGINS.cells
              .filter((cell) => cell.unit === area.code && isIn(cell))
              .reduce((sum, { population }) => sum + population, 0);
          for (const isIn of [
            ({ sex }: { sex: string }) => sex === 'male',
            ...BANDS.map(
              (band) =>
                ({ ageBand }: { ageBand: string }) =>
                  ageBand === band,
            ),
          ]) {
            expect(total(isIn) / wanted(isIn)).toBeCloseTo(1, 9);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('does not depend on the order of the interviews', () => {
    fc.assert(
      fc.property(
        rowsOf.chain((rows) =>
          fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length })),
        ),
        ([rows, shuffled]) => {
          const [a, b] = [figures(rows, weighted(rows)), figures(shuffled, weighted(shuffled))];
          for (const place of Object.keys(PLACES)) {
            expect(b.get(place)?.estimate?.printed).toBe(a.get(place)?.estimate?.printed);
            expect(b.get(place)?.estimate?.se ?? 0).toBeCloseTo(a.get(place)?.estimate?.se ?? 0, 12);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('keeps its figures when the sample already is as the population, and does not lose precision by it', () => {
    const rows = [...everybody('e1', 'yes', 8), ...everybody('e1', 'no', 2), ...everybody('w1', 'yes', 4)];
    const units = UNITS.filter(({ code }) => code !== 'e2');
    const flat = {
      ...MARGINS,
      cells: [...table('east', [500, 500, 500], [500, 500, 500]), ...table('west', [700, 700, 700], [700, 700, 700])],
    };
    const wave = weigh(rows, flat, units)?.weighted ?? null;
    const build = (with_: WeightedWave | null) =>
      buildResults({
        units,
        definitions: [AWARE],
        thisWave: { cells: cellsOf(rows), weighted: with_ },
        lastWave: null,
        comparable: true,
      });
    const [plain, same] = [build(null), build(wave)];
    const of = (rows_: typeof plain, code: string) => rows_.find((row) => row.unit.code === code)?.figures.aware;
    for (const code of ['e1', 'w1', 'east', 'west']) {
      expect(of(same, code)?.estimate?.printed).toBe(of(plain, code)?.estimate?.printed);
      expect(of(same, code)?.estimate?.share).toBeCloseTo(of(plain, code)?.estimate?.share ?? -1, 12);
      expect(of(same, code)?.estimate?.se ?? 0).toBeCloseTo(of(plain, code)?.estimate?.se ?? -1, 12);
      expect(of(same, code)?.unweighted).toBe(of(plain, code)?.estimate?.printed);
      expect(of(plain, code)?.unweighted).toBeNull();
    }
    expect(wave && describeWeights(wave, { from: 0, to: 1 })).toMatchObject({ interviews: 60, trimmed: 0 });
    expect((wave && describeWeights(wave, { from: 0, to: 1 }))?.kishDeff).toBeCloseTo(1, 12);
  });

  it('gives the rate that a calculation by hand gives, beside the rate without weights', () => {
    // Town w1: women 30 of 30 aware, men 0 of 10; the population is half and half.
    const rows: Row[] = [
      ...Array.from({ length: 30 }, () => ({ unit: 'w1', sex: 'female' as const, ageBand: '60+', outcome: 'yes' })),
      ...Array.from({ length: 10 }, () => ({ unit: 'w1', sex: 'male' as const, ageBand: '60+', outcome: 'no' })),
    ];
    const wave = weighted(rows, { ...MARGINS, cells: table('west', [0, 0, 1000], [0, 0, 1000]) });
    const figure = figures(rows, wave).get('w1');
    expect([figure?.estimate?.printed, figure?.unweighted]).toEqual([5000, 7500]);
    expect(figure?.estimate).toMatchObject({ base: 40, hits: 30 });
    // Weights 1000/30 and 1000/10: Kish 1 + CV² = 40·(30·(1/30)² + 10·(1/10)²)/4 = 4/3.
    const summary = describeWeights(wave, { from: 2, to: 3 });
    expect(summary?.kishDeff).toBeCloseTo(4 / 3, 12);
    expect(summary?.nEff).toBeCloseTo(30, 12);
    expect(summary?.weightRange.max).toBeCloseTo(2, 12);
    expect(summary?.weightRange.median).toBeCloseTo(2 / 3, 12);
    // Sex explains the answers altogether: knowing its distribution leaves no sampling error of the rate.
    expect(figure?.estimate?.se).toBeCloseTo(0, 12);
    expect(figure?.estimate?.nEff).toBeCloseTo(30, 9);
  });

  it('caps extreme weights and says how many', () => {
    // One interview of e1 stands for 4000/18 people, one of e2 for 2000/60: 6.7 times the median.
    const rows = [...everybody('e1', 'yes', 3), ...everybody('e2', 'no', 10)];
    const even = { ...MARGINS, cells: table('east', [500, 500, 500], [500, 500, 500]) };
    const [open, capped] = [weighted(rows, { ...even, cap: 1000 }), weighted(rows, even)];
    expect(describeWeights(open, { from: 0, to: 2 })?.trimmed).toBe(0);
    expect(describeWeights(capped, { from: 0, to: 2 })?.trimmed).toBe(18);
    expect(describeWeights(capped, { from: 1, to: 2 })?.trimmed).toBe(0);
    expect(capped.areas[0]?.warnings).toEqual([]);
    expect(figures(rows, capped).get('east')?.estimate?.share).toBeLessThan(
      figures(rows, open).get('east')?.estimate?.share ?? 0,
    );
    expect(isSameScheme(open, capped)).toBe(false);
  });

  it('keeps the untrimmed weights, with a warning, when cap and totals cannot both hold', () => {
    const rows = everybody('w1', 'yes', 20).filter(
      ({ sex, ageBand }, i) => sex === 'male' || ageBand !== '60+' || i < 6,
    );
    const wave = weighted(rows, { ...MARGINS, cap: 1.01 });
    expect(wave.areas[0]?.warnings.map(({ code }) => code)).toEqual(['WEIGHT_CAP_UNREACHABLE']);
    expect(describeWeights(wave, { from: 2, to: 3 })?.trimmed).toBe(0);
  });
});

describe('a wave that cannot be weighted says so, with the area and the level', () => {
  const all = [...everybody('e1', 'yes', 8), ...everybody('e2', 'yes', 8), ...everybody('w1', 'yes', 8)];
  const refusal = (rows: readonly Row[], margins = MARGINS, units = UNITS) => {
    const result = weigh(rows, margins, units);
    return [result?.refused?.code, result?.refused?.details] as const;
  };

  it('when nobody of a level was interviewed', () => {
    const rows = all.filter((row) => row.unit !== 'w1' || row.ageBand !== '18-39');
    expect(refusal(rows)).toEqual(['EMPTY_MARGIN_CELL', { margin: '年龄 age', level: '18-39', area: 'west名' }]);
  });

  it('when somebody is of a level the table lacks', () => {
    const rows: Row[] = [...all, { unit: 'e2', sex: 'male', ageBand: '16-17', outcome: 'yes' }];
    expect(refusal(rows)).toEqual(['LEVEL_NOT_IN_MARGIN', { margin: '年龄 age', level: '16-17', area: 'east名' }]);
  });

  it('when somebody’s sex or age is unknown', () => {
    const rows: Row[] = [...all, { unit: 'e2', sex: 'unknown', ageBand: '60+', outcome: 'yes' }];
    expect(refusal(rows)).toEqual(['MARGIN_VALUE_MISSING', { margin: '性别 sex', rows: 1, area: 'east名' }]);
  });

  it('when a town with interviews is in no area, or areas overlap', () => {
    const onlyEast = { ...MARGINS, cells: table('east', [9, 8, 7], [9, 8, 7]) };
    expect(refusal(all, onlyEast)).toEqual(['MARGIN_AREA_MISSING', { unit: 'w1名' }]);
    const both = { ...MARGINS, cells: [...MARGINS.cells, ...table('e1', [9, 8, 7], [9, 8, 7])] };
    expect(refusal(all, both)).toEqual(['MARGIN_AREAS_OVERLAP', { unit: 'e1名', other: 'east名' }]);
  });

  it('when the population of a town is unknown and it stands beside others', () => {
    const units = UNITS.map((one) => (one.code === 'e1' || one.code === 'w1' ? { ...one, population: null } : one));
    expect(refusal(all, MARGINS, units)).toEqual(['MARGIN_TOWN_POPULATION', { unit: 'e1名', area: 'east名' }]);
    const west = { ...MARGINS, cells: table('west', [300, 500, 800], [900, 600, 500]) };
    expect(
      refusal(
        all.filter(({ unit: town }) => town === 'w1'),
        west,
        units,
      ),
    ).toEqual([undefined, undefined]);
  });

  it('when post-stratification has too few in a cell', () => {
    expect(refusal(all, { ...MARGINS, method: 'post-stratification' })).toEqual([
      'MARGIN_CELL_SMALL',
      { margin: '性别×年龄 sex × age', level: '女 female 18-39', n: 8, least: 10, area: 'west名' },
    ]);
  });

  it('when raking does not settle', () => {
    // Women are all old and men all young, but the population has more old people than women.
    const rows: Row[] = [
      ...Array.from({ length: 20 }, () => ({ unit: 'w1', sex: 'female' as const, ageBand: '60+', outcome: 'yes' })),
      ...Array.from({ length: 20 }, () => ({ unit: 'w1', sex: 'male' as const, ageBand: '18-39', outcome: 'yes' })),
    ];
    const [code, details] = refusal(rows, { ...MARGINS, cells: table('west', [500, 0, 0], [100, 0, 400]) });
    expect([code, details?.area]).toEqual(['RAKING_NOT_CONVERGED', 'west名']);
  });
});

describe('merging levels', () => {
  const few = (town: string): Row[] => [
    ...everybody(town, 'yes', 10).filter((row) => row.ageBand !== '18-39'),
    { unit: town, sex: 'female', ageBand: '18-39', outcome: 'yes' },
  ];
  const west = { ...MARGINS, cells: table('west', [300, 500, 800], [900, 600, 500]) };
  const pair = (thisRows: readonly Row[], lastRows: readonly Row[], collapse: boolean) =>
    weighWaves({
      units: UNITS,
      thisWave: { cells: cellsOf(thisRows), margins: { ...west, collapse } },
      lastWave: { cells: cellsOf(lastRows), margins: { ...west, collapse } },
    });

  it('happens only when allowed, is told, and is the same in both waves', () => {
    const { thisWave, lastWave } = pair(everybody('w1', 'yes', 10), few('w1'), true);
    expect(thisWave?.weighted?.areas.map(({ collapsed }) => collapsed)).toEqual([['18-39+40-59']]);
    expect(lastWave?.weighted?.areas[0]?.margins[1]?.levels).toEqual(['18-39|40-59', '60+']);
    expect(isSameScheme(thisWave?.weighted ?? null, lastWave?.weighted ?? null)).toBe(true);
    const alone = weigh(everybody('w1', 'yes', 10), { ...west, collapse: true });
    expect(alone?.weighted?.areas[0]?.collapsed).toEqual([]);
    expect(pair(everybody('w1', 'yes', 10), few('w1'), false).lastWave?.weighted?.areas[0]?.collapsed).toEqual([]);
  });
});

describe('two waves', () => {
  const rows = [...everybody('e1', 'yes', 10), ...everybody('e2', 'yes', 10), ...everybody('w1', 'no', 10)];
  const compare = (a: WeightedWave | null, b: WeightedWave | null) =>
    buildResults({
      units: UNITS,
      definitions: [AWARE],
      thisWave: { cells: cellsOf(rows), weighted: a },
      lastWave: { cells: cellsOf(rows), weighted: b },
      comparable: true,
    })[0]?.figures.aware?.change;

  it('are subtracted when both are weighted alike, and not when only one is or they were cut otherwise', () => {
    const wave = weighted(rows);
    expect(compare(wave, wave)).toMatchObject({ printed: 0, verdict: 'no-reliable-change' });
    expect(compare(wave, null)).toMatchObject({ printed: null, verdict: 'not-comparable' });
    expect(compare(null, wave)).toMatchObject({ printed: null, verdict: 'not-comparable' });
    const byTown = {
      ...MARGINS,
      cells: ['e1', 'e2', 'w1'].flatMap((town) => table(town, [300, 300, 300], [300, 300, 300])),
    };
    expect(compare(wave, weighted(rows, byTown))).toMatchObject({ printed: null, verdict: 'not-comparable' });
  });
});

it('names of margins and levels are told in one language', () => {
  const text = '“性别×年龄 sex × age”的“女 female 18-39+女 female 40-59”';
  expect(marginText(text, 'zh')).toBe('“性别×年龄”的“女 18-39+女 40-59”');
  expect(marginText('性别 sex: 男 male', 'en')).toBe('sex: male');
  expect(marginText('30-44+45-59', 'en')).toBe('30-44+45-59');
});
