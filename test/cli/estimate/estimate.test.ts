import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeInterviews } from '../../../src/demo/interviews.ts';
import { fillPopulations } from '../../../src/demo/populations.ts';
import { openTable, readTable } from '../../../src/intake/table-file.ts';
import { openShell } from '../terminal.ts';

const shell = openShell();
afterAll(() => shell.remove());

function file(name: string, content: unknown): string {
  const path = join(shell.folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function estimate(data: string, design: unknown) {
  const ran = await shell.run(['estimate', '--data', data, '--design', file('design.json', design), '--json']);
  if (ran.code !== 0) throw new Error(ran.err);
  return JSON.parse(ran.out);
}

interface Golden {
  readonly input: { readonly rows: Record<string, (number | string)[]>; readonly params: Record<string, unknown> };
  readonly expected: Record<string, unknown>;
}
const golden = (name: string): Golden => JSON.parse(readFileSync(`test/reference/golden/${name}.json`, 'utf8'));

function csv(columns: Record<string, readonly unknown[]>): string {
  const names = Object.keys(columns);
  const count = columns[names[0] ?? '']?.length ?? 0;
  const lines = Array.from({ length: count }, (_, i) => names.map((name) => columns[name]?.[i] ?? '').join(','));
  return `${[names.join(','), ...lines].join('\n')}\n`;
}

/** The tolerance of the cases: 1e-9 relative, 1e-12 absolute. */
function expectNear(got: readonly number[], want: unknown): void {
  const list = want as number[];
  expect(got).toHaveLength(list.length);
  got.forEach((value, i) => {
    const expected = list[i] ?? Number.NaN;
    expect(Math.abs(value - expected)).toBeLessThanOrEqual(Math.max(1e-12, 1e-9 * Math.abs(expected)));
  });
}

const OPEN = { below: 0, small: 0, coverage: 0 };

describe('the published figures of the demonstration, computed again from the interviews', () => {
  let rates: { indicators: Record<string, unknown>[]; rows: { unit: { name: string }; indicators: never[] }[] };
  let again: Record<string, never>[];
  beforeAll(async () => {
    const made = await shell.run(['demo']);
    expect(made.code).toBe(0);
    rates = JSON.parse((await shell.run(['rates', '--wave', '2019', '--by', 'town', '--json'])).out);

    const table = await readTable(await openTable({ path: 'src/demo/ankang.csv' }));
    const filled = fillPopulations(table);
    const rows = filled.rows.map(({ cells }) => cells);
    const countyOf = new Map(rows.map(({ code, name }) => [code, name]));
    const towns = rows
      .filter(({ level }) => level === 'town')
      .map(({ code = '', name = '', parent_code = '', population }) => {
        return { code, name, county: countyOf.get(parent_code) ?? '', population: Number(population) };
      });
    const years = [
      { year: 2018, awareness: 92.45, recognition: 97.36, safety: 98.2 },
      { year: 2019, awareness: 97.97, recognition: 97.7, safety: 98.81 },
    ].map((year) => {
      const [head, ...lines] = writeInterviews(towns, year).trim().split('\n');
      return { head: `年份,${head}`, lines: lines.map((line) => `${year.year},${line}`) };
    });
    const data = [years[0]?.head, ...years.flatMap(({ lines }) => lines)].join('\n');
    const answers = {
      positive: ['知道', '听说过，但不太了解'],
      negative: ['不知道', '说不清', '不愿回答'],
    };
    const { results } = await estimate(file('interviews.csv', data), {
      keep: { 结果: ['成功'] },
      strata: ['区县', '乡镇'],
      population: { places: towns.map(({ name, county, population }) => ({ 区县: county, 乡镇: name, population })) },
      wave: { column: '年份', now: 2019, last: 2018 },
      figures: [{ type: 'rate', name: 'awareness', column: 'Q4扫黑除恶知晓', ...answers }],
      by: [['区县'], ['区县', '乡镇']],
    });
    again = results;
  }, 120_000);

  const printedOf = (one: Record<string, never> | undefined) => {
    const { percent, changePoints, estimate: figure, change } = one as unknown as Record<string, Record<string, never>>;
    const round = (interval: { lower: number; upper: number }) => ({
      lower: Math.round(interval.lower * 10_000) / 100,
      upper: Math.round(interval.upper * 10_000) / 100,
    });
    return {
      ...{ percent, changePoints, base: figure?.base, verdict: change?.verdict },
      ...{ interval: figure && round(figure.interval ?? { lower: 0, upper: 0 }) },
      changeInterval: change && round(change.interval ?? { lower: 0, upper: 0 }),
    };
  };

  test('agree for the city to the printed digit', () => {
    expect(rates.indicators[0]).toMatchObject({ ...printedOf(again[0]), percent: 97.97, changePoints: 5.52 });
  });

  test('agree for all 139 towns', () => {
    const towns = again.filter(({ group }) => '乡镇' in (group as unknown as object));
    expect(towns).toHaveLength(139);
    const figureOf = new Map(rates.rows.map(({ unit, indicators }) => [unit.name, indicators[0]]));
    for (const town of towns) {
      const name = (town.group as unknown as Record<string, string>).乡镇 ?? '';
      // Two towns of different counties may share a name; the map then holds one of them.
      if (rates.rows.filter(({ unit }) => unit.name === name).length > 1) continue;
      expect(figureOf.get(name)).toMatchObject(printedOf(town));
    }
  });
});

describe('reference cases made with R, through files', () => {
  test('a stratified sample with finite population correction: means, errors, totals, strata', async () => {
    const { input, expected } = golden('02_strat_api_fpc');
    const names = ['aware', 'recog', 'safe'];
    const shared = { strata: ['st'], weight: 'w', population: { columns: ['fpc'] }, fpc: true, suppress: OPEN };
    const { results, methods } = await estimate(file('a.csv', csv(input.rows)), {
      ...shared,
      figures: [
        ...names.map((name) => ({ type: 'mean', name, column: name })),
        ...names.map((name) => ({ type: 'total', name: `${name} total`, column: name })),
      ],
      by: [['st']],
    });
    const whole = results.filter(({ group }: { group: object }) => Object.keys(group).length === 0);
    const means = whole.slice(0, 3).map(({ estimate: one }: { estimate: never }) => one);
    const totals = whole.slice(3).map(({ estimate: one }: { estimate: never }) => one);
    const read = (list: Record<string, number>[], key: string) => list.map((one) => one[key] ?? Number.NaN);
    expectNear(read(means, 'value'), expected.mean);
    expectNear(read(means, 'se'), expected.se);
    expectNear(read(means, 'deff'), expected.deff_replace);
    expectNear(read(totals, 'value'), expected.total);
    expectNear(read(totals, 'se'), expected.total_se);
    const strata = results.filter(({ group, figure }: Record<string, unknown>) => {
      return figure === 'aware' && 'st' in (group as object);
    });
    const byStratum = expected.by_stratum as { st: string[]; mean: number[][]; se: number[][] };
    const found = byStratum.st.map(
      (st) => strata.find((one: { group: { st: string } }) => one.group.st === st).estimate,
    );
    expectNear(read(found, 'value'), byStratum.mean[0]);
    expectNear(read(found, 'se'), byStratum.se[0]);
    expect(methods).toMatchObject({ fpc: 'on', strata: 'st', variance: 'taylor-linearisation' });
  });

  test('raking to two margins of a cluster sample: mean, total, domain, both kinds of residual', async () => {
    const { input, expected } = golden('09_rake_api_2m');
    const margins = (input.params.margins as { var: string; level: string[]; Freq: number[] }[]).map((margin) => ({
      columns: [margin.var],
      totals: Object.fromEntries(margin.level.map((level, k) => [level, margin.Freq[k]])),
    }));
    const run = async (residual: string) => {
      const base = {
        ...{ clusters: ['psu'], weight: 'w', population: { columns: ['fpc'] }, fpc: true, suppress: OPEN },
        weighting: { method: 'rake', margins, residual },
      };
      const data = file('b.csv', csv(input.rows));
      const figures = [
        { type: 'mean', name: 'mean', column: 'y' },
        { type: 'total', name: 'total', column: 'y' },
      ];
      const all = await estimate(data, { ...base, figures });
      const some = await estimate(data, { ...base, figures: figures.slice(0, 1), domain: { dom: [1] } });
      const list = [...all.results, ...some.results].map(({ estimate: one }) => one);
      return { value: list.map((one) => one.value), se: list.map((one) => one.se), weights: all.weights[0] };
    };
    const keys = ['mean', 'total', 'domain_mean'];
    const pick = (from: unknown) => keys.map((key) => (from as Record<string, number>)[key]);
    const greg = await run('greg');
    expectNear(greg.value, pick(expected));
    expectNear(greg.se, pick(expected.se_gram));
    expectNear([greg.weights.deff, greg.weights.nEff], [expected.kish_deff, expected.n_eff]);
    expectNear((await run('sweep')).se, pick(expected.se_rake_r));
  });

  test('two independent waves: rates, difference, Wald for the whole, MOVER and BH for towns', async () => {
    const { input, expected } = golden('16_yoy_weighted');
    const { results } = await estimate(file('c.csv', csv(input.rows)), {
      ...{ strata: ['town'], weight: 'w', population: { columns: ['N'] }, fpc: true, suppress: OPEN },
      wave: { column: 'wave', now: 2, last: 1 },
      figures: [{ type: 'rate', name: 'y', column: 'y', positive: [1], negative: [0] }],
      by: [['town']],
    });
    const [whole, ...towns] = results;
    expectNear([whole.last.value, whole.estimate.value], expected.rate);
    expectNear([whole.last.se, whole.estimate.se], expected.se);
    expectNear([whole.change.difference, whole.change.se], [expected.diff, expected.diff_se]);
    expectNear([whole.change.interval.lower, whole.change.interval.upper], expected.ci_wald_t);
    expect([whole.change.df, whole.change.method]).toEqual([expected.df, 'wald']);
    const by = expected.by_town as Record<string, number[]>;
    const found = (by.town ?? []).map(
      (town) => towns.find((one: { group: { town: string } }) => one.group.town === String(town)).change,
    );
    const read = (key: string) => found.map((change) => change[key]);
    expectNear(read('difference'), by.diff);
    expectNear(
      found.map(({ interval }) => interval.lower),
      by.lower,
    );
    expectNear(
      found.map(({ interval }) => interval.upper),
      by.upper,
    );
    expectNear(read('p'), by.p_mover);
    expectNear(read('pAdjusted'), by.bh_p_mover);
  });

  test('the same villages in both waves: their covariance is used', async () => {
    const { input, expected } = golden('16_yoy_panel_api');
    const { psu = [], w = [], fpc = [], y0 = [], y1 = [] } = input.rows;
    const twice = { psu: [...psu, ...psu], w: [...w, ...w], fpc: [...fpc, ...fpc], y: [...y0, ...y1] };
    const wave = [...y0.map(() => 0), ...y1.map(() => 1)];
    const { results } = await estimate(file('d.csv', csv({ ...twice, wave })), {
      ...{ clusters: ['psu'], weight: 'w', population: { columns: ['fpc'] }, fpc: true, suppress: OPEN },
      wave: { column: 'wave', now: 1, last: 0, sameClusters: true },
      figures: [{ type: 'rate', name: 'y', column: 'y', positive: [1], negative: [0] }],
    });
    const { change } = results[0];
    expectNear([change.difference, change.se, change.covariance], [expected.diff, expected.diff_se, expected.cov]);
    expectNear([change.p, change.df], [expected.p, expected.df]);
  });

  test('two stages with corrections at both: mean, ratio', async () => {
    const { input, expected } = golden('06_twostage_mu284');
    const { results } = await estimate(file('e.csv', csv(input.rows)), {
      ...{ clusters: ['id1', 'id2'], population: { columns: ['n1', 'n2'] }, fpc: true, suppress: OPEN },
      figures: [
        { type: 'mean', name: 'y', column: 'y' },
        { type: 'ratio', name: 'r', numerator: 'y', denominator: 't' },
      ],
    });
    const [mean, ratio] = [expected.mean, expected.ratio] as Record<string, number>[];
    const found = results.flatMap(({ estimate: one }: { estimate: Record<string, number> }) => [one.value, one.se]);
    expectNear(found, [mean?.estimate, mean?.se, ratio?.estimate, ratio?.se]);
  });

  test('calibration to a factor and a number', async () => {
    const { input, expected } = golden('10_calibrate_api');
    const [size = 0, high = 0, middle = 0, x = 0] = (input.params.totals as { value: number[] }).value;
    for (const [distance, key] of [
      ['linear', 'linear'],
      ['raking', 'raking'],
      ['logit', 'logit'],
      ['bounded-linear', 'linear_bounded'],
    ] as const) {
      const { results } = await estimate(file('f.csv', csv(input.rows)), {
        ...{ clusters: ['psu'], weight: 'w', population: { columns: ['fpc'] }, fpc: true, suppress: OPEN },
        weighting: {
          ...{ method: 'calibrate', distance, bounds: input.params.bounds, totals: { x } },
          margins: [{ columns: ['stype'], totals: { E: size - high - middle, H: high, M: middle } }],
        },
        figures: [{ type: 'mean', name: 'y', column: 'y' }],
      });
      const want = expected[key] as { mean: number; se: number };
      expectNear([results[0].estimate.value, results[0].estimate.se], [want.mean, want.se]);
    }
  });
});
