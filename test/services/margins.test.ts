import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTable } from '../../src/intake/table-file.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';
import { ANSWERS, countySurvey, createWorld, refusal, refusalOf, staff, table, type World } from '../support/world.ts';

const PHONE = { modes: ['phone'], fieldworkStart: '2026-01-01', fieldworkEnd: '2026-12-31' } as const;

/** 汉滨区 has as many women as men, 紫阳县 three women to a man; all are of one age band. */
const MARGINS = `unit_code,sex,age_band,population
610902,female,40-49,35000
610902,male,40-49,35000
610924,female,40-49,22500
610924,male,40-49,7500
`;

type Who = {
  readonly unit: string;
  readonly sex: string;
  readonly age?: string;
  readonly count: number;
  readonly aware: number;
};

describe.each(DIALECTS)('the known populations of a wave on %s', (dialect) => {
  let db: TestStores;
  let world: World;
  beforeEach(async () => {
    db = await withStores(dialect);
    world = createWorld(db);
    await world.loadUnits();
    await world.surveys.publishSurvey(OPERATOR, countySurvey());
  });
  afterEach(() => db.close());

  async function bring(wave: string, people: readonly Who[]): Promise<void> {
    const header = ['interview_id', 'unit_code', 'mode', 'disposition', 'problems', ...Object.keys(ANSWERS)];
    const rows = people.flatMap(({ unit, sex, age = '40-49', count, aware }, k) =>
      Array.from({ length: count }, (_, i) => {
        const given = { ...ANSWERS, sex, age, awareness: i < aware ? '1' : '3' };
        return [`${wave}-${k}-${i}`, unit, 'phone', '1.1', '', ...Object.values(given)].join(',');
      }),
    );
    const bytes = Buffer.from([header.join(','), ...rows].join('\n'));
    await world.imports.importInterviews(OPERATOR, {
      ...{ wave, fileName: 'house.csv', mapping: null, dryRun: false },
      file: await openTable({ name: 'house.csv', bytes }),
      fileHash: createHash('sha256').update(bytes).digest('hex'),
    });
  }

  /** In every town 30 women, all aware, and 10 men, of whom `men` are. */
  const lopsided = (men: number): Who[] =>
    ['610902104', '610902107', '610924101', '610924102'].flatMap((unit) => [
      { unit, sex: 'female', count: 30, aware: 30 },
      { unit, sex: 'male', count: 10, aware: men },
    ]);

  const set = async (wave: string, csv = MARGINS, options = {}, actor = OPERATOR) =>
    world.margins.setMargins(actor, wave, await table(csv), options);
  const read = (wave: string, more = {}, actor = OPERATOR) => world.results.readResults(actor, { wave, ...more });

  test('weight its figures, beside the unweighted ones, with what the weights cost', async () => {
    await world.openWave('2026', PHONE);
    await bring('2026', lopsided(0));
    expect((await read('2026')).weighting).toBeNull();
    await set('2026');
    const view = await read('2026', { by: 'county' });
    // Unweighted 30 of 40 everywhere. Weighted: 1/2 in the one county, 3/4 in the other; 70,000 and 30,000 people.
    expect(
      view.rows.map((row) => [row.figures.awareness?.estimate?.printed, row.figures.awareness?.unweighted]),
    ).toEqual([
      [5000, 7500],
      [7500, 7500],
    ]);
    expect(view.summary.figures.awareness).toMatchObject({
      estimate: { printed: 5750, base: 160, hits: 120 },
      unweighted: 7500,
    });
    expect(view.weighting).toMatchObject({
      ...{ method: 'raking', cap: 5, refused: null, collapsed: [], warnings: [], trimmed: 0 },
      areas: [
        { code: '610902', name: '汉滨区' },
        { code: '610924', name: '紫阳县' },
      ],
    });
    expect(view.weighting?.kishDeff).toBeGreaterThan(1);
    const east = (await read('2026', { unit: '610902' })).weighting;
    // 五里镇 40,000 and 恒口镇 30,000 by 40 interviews each; women 30 for a half: 1000:750 times 2/3:2.
    const weights = [
      ...Array(30).fill(1000 / 1.5),
      ...Array(10).fill(2000),
      ...Array(30).fill(500),
      ...Array(10).fill(1500),
    ];
    const sum = weights.reduce((a: number, b: number) => a + b, 0);
    const squares = weights.reduce((a: number, b: number) => a + b * b, 0);
    expect(east?.kishDeff).toBeCloseTo((80 * squares) / sum ** 2, 10);
    expect(east?.nEff).toBeCloseTo(sum ** 2 / squares, 8);
    expect(east?.weightRange?.max).toBeCloseTo((80 * 2000) / sum, 10);
    expect(JSON.stringify(view)).not.toMatch(/NaN|undefined/);
  });

  test('refuse to weight a sample that does not fit, say why, and leave the figures unweighted', async () => {
    await world.openWave('2026', PHONE);
    await bring('2026', [...lopsided(0), { unit: '610924101', sex: 'male', age: '60+', count: 1, aware: 1 }]);
    const before = await read('2026');
    await set('2026');
    const view = await read('2026');
    expect(view.weighting?.refused).toEqual({
      code: 'LEVEL_NOT_IN_MARGIN',
      details: { margin: '年龄 age', level: '60+', area: '紫阳县' },
    });
    expect(view.summary.figures).toEqual(before.summary.figures);
    expect([view.weighting?.kishDeff, view.weighting?.weightRange, view.summary.figures.awareness?.unweighted]).toEqual(
      [null, null, null],
    );
    // Somebody of another county is not told whose sample it is.
    const other = await read('2026', {}, staff('leader', '610902'));
    expect(other.weighting?.refused).toEqual({ code: 'WEIGHTING_REFUSED_ELSEWHERE', details: {} });
    expect(JSON.stringify(other.weighting)).not.toMatch(/610924|紫阳/);
  });

  test('are compared only with a wave that is weighted alike', async () => {
    await world.openWave('2025', PHONE);
    await bring('2025', lopsided(0));
    await world.openWave('2026', PHONE);
    await bring('2026', lopsided(10));
    expect((await read('2026')).summary.figures.awareness?.change).toMatchObject({ printed: 2500 });
    await set('2026');
    const one = await read('2026');
    expect(one.summary.figures.awareness?.change).toMatchObject({
      verdict: 'not-comparable',
      printed: null,
      interval: null,
    });
    expect(one.base).toMatchObject({ comparable: false });
    expect(one.base?.breaks.find(({ indicator }) => indicator === 'awareness')?.sentence.zh).toContain('加权办法不同');
    expect(one.trend.map(({ sameSeries }) => sameSeries)).toEqual([false, true]);
    await set('2025');
    const both = await read('2026');
    expect(both.base?.comparable).toBe(true);
    expect(both.trend.map(({ sameSeries, figures }) => [sameSeries, figures.awareness?.printed])).toEqual([
      [true, 5750],
      [true, 10_000],
    ]);
    expect(both.summary.figures.awareness).toMatchObject({ estimate: { printed: 10_000 }, last: { printed: 5750 } });
    expect(both.summary.figures.awareness?.change).toMatchObject({ verdict: 'up', printed: 4250 });
    await set('2025', MARGINS, { cap: 3 });
    expect((await read('2026')).summary.figures.awareness?.change.verdict).toBe('not-comparable');
  });

  test('are set, shown, changed and taken away again, and the log says by whom', async () => {
    await world.openWave('2026', PHONE);
    const manager = staff('survey-manager');
    expect(await world.margins.readMargins(manager, '2026')).toBeNull();
    expect(await set('2026', MARGINS, { collapse: true, method: 'post-stratification' }, manager)).toMatchObject({
      ...{
        method: 'post-stratification',
        cap: 5,
        collapse: true,
        ageBands: ['40-49'],
        warnings: [],
        setBy: manager.name,
      },
      areas: [
        { code: '610902', name: '汉滨区', level: 'county', population: 70_000 },
        { code: '610924', name: '紫阳县', level: 'county', population: 30_000 },
      ],
    });
    expect((await world.margins.readMargins(staff('leader', '610902'), '2026'))?.areas.map(({ code }) => code)).toEqual(
      ['610902'],
    );
    await world.margins.removeMargins(manager, '2026');
    expect(await world.margins.readMargins(manager, '2026')).toBeNull();
    expect(await refusalOf(world.margins.removeMargins(manager, '2026'))).toBe('NOT_FOUND');
    expect((await world.audit()).filter((line) => line.includes('margins'))).toEqual([
      'survey-manager-6109 wave.margins 2026 @6109',
      'survey-manager-6109 wave.margins-remove 2026 @6109',
    ]);
  });

  test('are refused from the wrong person and in the wrong shape, whole', async () => {
    await world.openWave('2026', PHONE);
    for (const role of ['leader', 'reviewer', 'publicity', 'interviewer'] as const) {
      expect(await refusalOf(set('2026', MARGINS, {}, staff(role)))).toBe('ROLE_FORBIDDEN');
      expect(await refusalOf(world.margins.removeMargins(staff(role), '2026'))).toBe('ROLE_FORBIDDEN');
    }
    expect(await refusalOf(set('2026', MARGINS, {}, staff('survey-manager', '610902')))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(set('nothing'))).toBe('NOT_FOUND');
    const header = 'unit_code,sex,age_band,population\n';
    expect(await refusalOf(set('2026', header))).toBe('TABLE_NO_ROWS');
    const bad = await refusal(set('2026', `${header}610902,男,40-49,a\n999,女,18-,5\n`));
    expect((bad.details.problems as { code: string; row: number }[]).map(({ code, row }) => `${row} ${code}`)).toEqual([
      '2 POPULATION_COUNT_BAD',
      '3 UNIT_UNKNOWN',
      '3 POPULATION_AGE_BAND_BAD',
    ]);
    const overlap = `${MARGINS}610902104,female,40-49,20000\n`;
    expect(await refusalOf(set('2026', overlap))).toBe('MARGIN_AREAS_OVERLAP');
    for (const cap of [0, 1, Number.NaN, 2000])
      expect(await refusalOf(set('2026', MARGINS, { cap }))).toBe('INPUT_INVALID');
    expect(await refusalOf(set('2026', MARGINS, { method: 'guessing' }))).toBe('INPUT_INVALID');
    expect(await world.margins.readMargins(OPERATOR, '2026')).toBeNull();
  });
});
