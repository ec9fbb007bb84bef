import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openShell } from '../terminal.ts';

const shell = openShell();
afterAll(() => shell.remove());

function file(name: string, content: unknown): string {
  const path = join(shell.folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** Interviews as `town,county,answer,weight` lines. */
const HEAD = 'town,county,answer,weight';
const lines = (town: string, county: string, yes: number, no: number): string[] =>
  Array.from({ length: yes + no }, (_, i) => `${town},${county},${i < yes ? 'yes' : 'no'},${1 + (i % 3)}`);
const RATE = { type: 'rate', name: 'aware', column: 'answer', positive: ['yes'], negative: ['no'] };

const run = (data: string, design: unknown, ...more: string[]) =>
  shell.run(['estimate', '--data', file('d.csv', data), '--design', file('d.json', design), ...more]);
const results = async (data: string, design: unknown) => JSON.parse((await run(data, design, '--json')).out).results;
const of = (list: { group: Record<string, string> }[], town: string): Record<string, unknown> =>
  (list.find(({ group }) => group.town === town) ?? {}) as Record<string, unknown>;

describe('a design file', () => {
  const data = [HEAD, ...lines('a', 'x', 30, 10)].join('\n');

  test.each([
    ['a misspelt key', { figures: [{ ...RATE, negativ: [] }] }, 'figures.0.negativ'],
    ['a wrong value', { figures: [RATE], lonely: 'drop' }, 'lonely'],
    ['no figure', { figures: [] }, 'figures'],
    [
      'two margins for a post-stratification',
      { figures: [RATE], weighting: { method: 'post-stratify' } },
      'weighting.margins',
    ],
    ['a correction without populations', { figures: [RATE], fpc: true }, 'fpc'],
    [
      'the same clusters without naming them',
      { figures: [RATE], wave: { column: 'town', now: 'a', sameClusters: true } },
      'wave.sameClusters',
    ],
    [
      'places without their stratum',
      { figures: [RATE], strata: ['town'], population: { places: [{ population: 5 }] } },
      'population.places',
    ],
    [
      'a place whose population is no number',
      { figures: [RATE], strata: ['town'], population: { places: [{ town: 'a', population: 'many' }] } },
      'population.places.0.population',
    ],
    [
      'a place that stands there twice',
      { figures: [RATE], strata: ['town'], population: { places: [1, 2].map((n) => ({ town: 'a', population: n })) } },
      'population.places',
    ],
    ['a code that is both positive and negative', { figures: [{ ...RATE, negative: ['no', 'yes'] }] }, 'figures.codes'],
    [
      'a code that has a score and is excluded',
      { figures: [{ type: 'mean', name: 'm', column: 'answer', scores: { yes: 1, no: 0 }, excluded: ['no'] }] },
      'figures.codes',
    ],
  ])('with %s is refused and the key named', async (_, design, key) => {
    const ran = await run(data, design);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(`设计文件的“${key}”`);
  });

  test('reads its example, which the help explains', async () => {
    const { out } = await shell.run(['estimate', '--example']);
    const row = '2019,成功,汉滨区,五里镇,知道,很安全,男,18-39';
    const table = ['年份,结果,区县,乡镇,Q4,Q1,性别,年龄段', row].join('\n');
    const ran = await run(table, JSON.parse(out));
    // The example is complete, so only the data is wanting.
    expect(ran.err).toContain('没有一行符合年份 = 2018');
    const help = await shell.run(['estimate', '--help']);
    for (const key of Object.keys(JSON.parse(out)).filter((name) => name !== 'comment'))
      expect(help.out).toContain(key);
  });

  test('is missed by name when it is not given', async () => {
    expect(await shell.run(['estimate'])).toMatchObject({ code: 2, err: expect.stringContaining('--design') });
  });
});

describe('a data file', () => {
  test('with an answer that nobody classified is refused', async () => {
    const ran = await run([HEAD, ...lines('a', 'x', 30, 10), 'a,x,maybe,1'].join('\n'), { figures: [RATE] });
    expect([ran.code, ran.err]).toEqual([2, expect.stringContaining('没有说明“maybe”如何计入')]);
  });

  test('with a word in a column of numbers names row and column', async () => {
    const ran = await run([HEAD, 'a,x,yes,1', 'a,x,yes,many'].join('\n'), { figures: [RATE], weight: 'weight' });
    expect([ran.code, ran.err]).toEqual([1, expect.stringMatching(/第3行 +weight +“many”不是数/)]);
  });

  test.each(['0', '-2', '1e308'])('with a weight of %s names the row', async (weight) => {
    const ran = await run([HEAD, 'a,x,yes,1', `a,x,yes,${weight}`].join('\n'), { figures: [RATE], weight: 'weight' });
    expect([ran.code, ran.err]).toEqual([2, expect.stringContaining('第3行')]);
  });

  test('blank answers are outside the base and counted as not answered', async () => {
    const [whole] = await results([HEAD, ...lines('a', 'x', 30, 10), 'a,x,,1', 'a,x,NA,1'].join('\n'), {
      figures: [RATE],
    });
    expect(whole.estimate).toMatchObject({ value: 0.75, base: 40 });
    expect(whole.estimate.nonresponse).toBeCloseTo(2 / 42, 12);
  });
});

describe('what is shown', () => {
  const data = [
    HEAD,
    ...lines('a', 'x', 50, 10),
    ...lines('b', 'x', 3, 1),
    ...lines('c', 'x', 20, 5),
    ...lines('d', 'y', 40, 40),
  ].join('\n');

  test('few answers are hidden, and so is the town from which they would follow', async () => {
    const list = await results(data, { figures: [RATE], strata: ['town'], by: [['county'], ['county', 'town']] });
    expect(of(list, 'b')).toMatchObject({ status: 'suppressed', estimate: null });
    expect(of(list, 'c')).toMatchObject({ status: 'suppressed', estimate: null });
    expect(of(list, 'a').status).toBe('shown');
    expect(of(list, 'd').status).toBe('shown');
  });

  test('a stratum of one village is named with the rule it follows, and no change is judged by it', async () => {
    const design = {
      ...{ strata: ['county'], clusters: ['town'], wave: { column: 'county', now: 'y', last: 'x' } },
      figures: [RATE],
    };
    const one = [HEAD, ...lines('c', 'x', 60, 5), ...lines('d', 'y', 40, 40)].join('\n');
    const { out } = await run(one, design, '--json');
    const { weights, results: list } = JSON.parse(out);
    expect(weights[0].warnings).toEqual([
      {
        code: 'LONELY_PSU_RULE',
        sentence: expect.stringContaining('层“y|y”只有一个抽样单位，其误差按规则“adjust”处理'),
      },
    ]);
    expect(list[0].change).toMatchObject({ p: null, interval: null, verdict: 'too-few' });
    expect((await run(data, design)).out).toContain('层“y|y”只有一个抽样单位');
  });

  test('nothing is hidden when told so', async () => {
    const list = await results(data, { figures: [RATE], strata: ['town'], by: [['town']], suppress: { below: 0 } });
    expect(of(list, 'b')).toMatchObject({ status: 'small-base', estimate: { base: 4 } });
  });

  test('a county with half its people in towns without interviews has no figure', async () => {
    const places = [
      { town: 'a', county: 'x', population: 1000 },
      { town: 'b', county: 'x', population: 1000 },
      { town: 'c', county: 'x', population: 1000 },
      { town: 'e', county: 'y', population: 9000 },
      { town: 'd', county: 'y', population: 1000 },
      { town: 'f', county: 'z', population: 50_000 },
    ];
    const list = await results(data, { figures: [RATE], strata: ['town'], population: { places }, by: [['county']] });
    expect(list.map((one: Record<string, unknown>) => [one.status, one.coverage])).toEqual([
      ['coverage-low', 4000 / 63_000],
      ['shown', 1],
      // One stratum speaks for itself.
      ['shown', 0.1],
    ]);
  });

  test('weights to known totals meet them, and the table says what they cost', async () => {
    const totals = { x: 6000, y: 4000 };
    const design = {
      figures: [RATE],
      weight: 'weight',
      weighting: { method: 'rake', margins: [{ columns: ['county'], totals }] },
    };
    const { weights, methods } = JSON.parse((await run(data, design, '--json')).out);
    expect(weights).toMatchObject([{ interviews: 169, trimmed: 0 }]);
    expect(weights[0].sum).toBeCloseTo(10_000, 6);
    expect(methods).toMatchObject({ weights: 'rake', residual: 'greg', interval: 'korn-graubard' });
    const { out } = await run(data, design);
    expect(out).toContain('设计效应（Kish）');
    expect(out).toMatch(/方法：variance=taylor-linearisation .*interval=korn-graubard/);
  });

  test('a margin nobody was interviewed in is refused', async () => {
    const weighting = { method: 'post-stratify', margins: [{ columns: ['county'], totals: { x: 1, y: 1, w: 1 } }] };
    expect((await run(data, { figures: [RATE], weighting })).err).toContain('“w”在人口表中有人、样本中无人');
  });

  test('ranks have their range and the funnel its place', async () => {
    const more = { strata: ['town'], by: [['town']], rank: {}, funnel: {} };
    const list = await results(data, { figures: [RATE], ...more, suppress: { below: 0, small: 0 } });
    expect(of(list, 'd')).toMatchObject({ rank: { rank: 4, worst: 4 }, funnel: { place: 'low-95' } });
    expect(of(list, 'a')).toMatchObject({ rank: { rank: 1, best: 1 } });
  });

  test('every interval method holds the rate and wider levels hold narrower ones', async () => {
    for (const method of ['korn-graubard', 'wilson', 'logit', 'arcsine', 'beta', 'likelihood', 'wald']) {
      const at = async (level: number) => {
        const [whole] = await results(data, { figures: [RATE], weight: 'weight', interval: { method, level } });
        return whole.estimate;
      };
      const [narrow, wide] = [await at(0.9), await at(0.99)];
      expect(narrow.method).toBe(method);
      expect(narrow.interval.lower).toBeLessThan(narrow.value);
      expect(narrow.interval.upper).toBeGreaterThan(narrow.value);
      expect(wide.interval.lower).toBeLessThan(narrow.interval.lower);
      expect(wide.interval.upper).toBeGreaterThan(narrow.interval.upper);
    }
  });
});
