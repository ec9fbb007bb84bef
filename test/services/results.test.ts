import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import type { ResultsView } from '../../src/services/results.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';
import { countySurvey, createWorld, readSurvey, refusalOf, staff, type World } from '../support/world.ts';

const PHONE = { modes: ['phone'], fieldworkStart: '2026-01-01', fieldworkEnd: '2026-12-31' } as const;

/** Every town has its interviews. */
const everywhere = (aware: number) =>
  ['610902104', '610902107', '610924101', '610924102'].map((unit) => ({ unit, count: 50, aware }));

describe.each(DIALECTS)('results on %s', (dialect) => {
  let db: TestStores;
  let world: World;
  beforeEach(async () => {
    db = await withStores(dialect);
    world = createWorld(db);
    await world.loadUnits();
    await world.surveys.publishSurvey(OPERATOR, countySurvey());
  });
  afterEach(() => db.close());

  const read = (wave: string, more: { unit?: string; by?: 'county' | 'town' | 'city' } = {}, actor = OPERATOR) =>
    world.results.readResults(actor, { wave, ...more });

  const awareness = (view: ResultsView) => view.summary.figures.awareness;

  test('the city is its towns by population, this year beside last year, in one sentence', async () => {
    await world.openWave('2025', PHONE);
    await world.importPhone('2025', everywhere(25));
    await world.openWave('2026', PHONE);
    await world.importPhone('2026', [...everywhere(50).slice(0, 3), { unit: '610924102', count: 50, aware: 30 }]);
    const view = await read('2026', { by: 'town' });
    // 90,000 people in towns where all know, 10,000 where 30 of 50 do.
    expect(awareness(view)).toMatchObject({ status: 'shown', estimate: { printed: 9600, base: 200, hits: 180 } });
    expect(awareness(view)?.change).toMatchObject({ verdict: 'up', printed: 4600 });
    expect(view.sentences.awareness?.zh).toBe('知晓率96.00%，同比上升46.00个百分点，变化显著');
    expect(view.base).toMatchObject({ wave: { code: '2025' }, comparable: true, breaks: [] });
    expect(view.rows.map(({ unit }) => unit.level)).toEqual(['town', 'town', 'town', 'town']);
    expect(view.levels).toEqual(['county', 'town']);
    expect(view.trend.map(({ wave, figures }) => [wave, figures.awareness?.printed])).toEqual([
      ['2025', 5000],
      ['2026', 9600],
    ]);
    expect(view.response).toBeNull();
  });

  test('a half year stands beside the same half of the year before', async () => {
    for (const code of ['2025-H2', '2026-H1', '2026-H2']) {
      await world.openWave(code, PHONE);
      await world.importPhone(code, everywhere(30));
    }
    expect((await read('2026-H2')).base?.wave.code).toBe('2025-H2');
    expect((await read('2026-H2')).base?.comparison.label.zh).toBe('同比');
    const first = await read('2026-H1');
    expect(first.base?.wave.code).toBe('2025-H2');
    expect(first.base?.comparison.label.zh).toBe('较上一轮');
    expect(first.sentences.awareness?.zh).toContain('与上一轮（2025年下半年）持平');
  });

  test('open web answers are a participation count and change no figure', async () => {
    await world.openWave('2026', { modes: ['phone', 'web-open', 'web-token'] });
    await world.importPhone('2026', everywhere(40));
    const before = await read('2026', { by: 'town' });
    for (let i = 0; i < 12; i += 1) await world.answer('610902104', { awareness: '3', safety: '3' });
    const after = await read('2026', { by: 'town' });
    expect(after.summary.figures).toEqual(before.summary.figures);
    expect(after.rows.map(({ figures }) => figures)).toEqual(before.rows.map(({ figures }) => figures));
    expect(after.response).toEqual(before.response);
    expect([after.summary.openWeb, after.summary.completes]).toEqual([12, 200]);
    expect(after.rows.find(({ unit }) => unit.code === '610902104')).toMatchObject({ openWeb: 12, completes: 50 });
  });

  test('a wave with open web answers only has no rate at all', async () => {
    await world.openWave('2026', { modes: ['web-open'] });
    await world.answer('610902104');
    const view = await read('2026', { unit: '610902104' });
    expect(awareness(view)).toMatchObject({ status: 'no-data', estimate: null });
    expect(view.summary.openWeb).toBe(1);
  });

  test('a town of few interviews is hidden, and so is another that would give it away', async () => {
    await world.openWave('2026', PHONE);
    await world.importPhone('2026', [...everywhere(40).slice(0, 3), { unit: '610924102', count: 6, aware: 3 }]);
    const view = await read('2026', { by: 'town' });
    const status = Object.fromEntries(view.rows.map(({ unit, figures }) => [unit.code, figures.awareness?.status]));
    expect(status['610924102']).toBe('suppressed');
    expect(status['610924101']).toBe('suppressed');
    const hidden = view.rows.find(({ unit }) => unit.code === '610924102')?.figures.awareness;
    expect([hidden?.estimate, hidden?.ofPosition, hidden?.last, hidden?.dontKnowShare]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    // The same pattern for whoever looks.
    const county = await read('2026', { by: 'town' }, staff('leader', '610924'));
    expect(county.rows.map(({ unit, figures }) => figures.awareness?.status === status[unit.code])).toEqual([
      true,
      true,
    ]);
  });

  test('a hidden town stays hidden on the trend of next year', async () => {
    await world.openWave('2025', PHONE);
    await world.importPhone('2025', [...everywhere(40).slice(0, 3), { unit: '610924102', count: 6, aware: 3 }]);
    await world.openWave('2026', PHONE);
    await world.importPhone('2026', everywhere(40));
    const view = await read('2026', { unit: '610924102' });
    expect(view.trend.map(({ figures }) => figures.awareness?.status)).toEqual(['suppressed', 'shown']);
    expect(view.trend[0]?.figures.awareness).toMatchObject({ printed: null, share: null, base: null });
    expect(awareness(view)).toMatchObject({ last: null, change: { difference: null, printed: null } });
  });

  test('a leader of a county sees that county and below, and nothing else in any part of the answer', async () => {
    await world.openWave('2025', PHONE);
    await world.importPhone('2025', everywhere(30));
    await world.openWave('2026', PHONE);
    await world.importPhone('2026', [{ unit: '610924101', count: 30, missed: 5 }, ...everywhere(40).slice(0, 2)]);
    const leader = staff('leader', '610902');
    const view = await read('2026', {}, leader);
    expect([view.unit.code, view.ancestors]).toEqual(['610902', []]);
    expect(view.rows.map(({ unit }) => unit.code)).toEqual(['610902104', '610902107']);
    expect(view.response).toBeNull();
    const { wave: _w, base: _b, ...figures } = view;
    expect(JSON.stringify(figures)).not.toMatch(/610924|紫阳|蒿坪/);
    for (const unit of ['6109', '610924', '610924101']) {
      expect(await refusalOf(read('2026', { unit }, leader))).toBe('OUT_OF_SCOPE');
    }
    expect((await read('2026', { unit: '610902104' }, leader)).ancestors.map(({ code }) => code)).toEqual(['610902']);
  });

  test('a wave of one county does not open to the leader of another', async () => {
    await world.openWave('county', { ...PHONE, rootUnit: '610924', period: '2026' });
    expect(await refusalOf(read('county', {}, staff('leader', '610902')))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(read('county', { unit: '610902' }, staff('leader', '610902')))).toBe('UNIT_OUTSIDE_WAVE');
  });

  test('interviewers read no results', async () => {
    await world.openWave('2026', PHONE);
    expect(await refusalOf(read('2026', {}, staff('interviewer')))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(read('nothing'))).toBe('NOT_FOUND');
    expect(await refusalOf(read('2026', { unit: 'nothing' }))).toBe('NOT_FOUND');
    expect(await refusalOf(read('2026', { unit: '610902', by: 'city' }))).toBe('INPUT_INVALID');
  });

  test('a first wave has rates, no change, and says that there is nothing to compare with', async () => {
    await world.openWave('2026', PHONE);
    await world.importPhone('2026', everywhere(40));
    const view = await read('2026');
    expect(view.base).toBeNull();
    expect(awareness(view)).toMatchObject({
      estimate: { printed: 8000 },
      change: { verdict: 'no-base-wave', difference: null, printed: null },
    });
    expect(view.sentences.awareness?.zh).toMatch(/^知晓率80\.00%/);
    expect(view.trend).toHaveLength(1);
  });

  test('a wave that was only planned is nothing to compare with', async () => {
    await world.waves.createWave(OPERATOR, {
      ...PHONE,
      code: '2025',
      survey: 'saohei-county',
      rootUnit: '6109',
      period: '2025',
    });
    await world.openWave('2024', PHONE);
    await world.importPhone('2024', everywhere(30));
    await world.openWave('2026', PHONE);
    await world.importPhone('2026', everywhere(40));
    const view = await read('2026');
    expect(view.base?.wave.code).toBe('2024');
    expect(awareness(view)?.change.printed).toBe(2000);
    expect(view.trend.map(({ wave }) => wave)).toEqual(['2024', '2026']);
  });

  test('a wave still without interviews is passed over for the one before it', async () => {
    await world.openWave('2024', PHONE);
    await world.importPhone('2024', everywhere(30));
    await world.openWave('2025', PHONE);
    await world.openWave('2026', PHONE);
    await world.importPhone('2026', everywhere(40));
    expect((await read('2026')).base?.wave.code).toBe('2024');
  });

  test('a wave nobody answered has no figure anywhere, and zero nowhere', async () => {
    await world.openWave('2026', PHONE);
    const view = await read('2026', { by: 'town' });
    for (const row of [view.summary, ...view.rows]) {
      expect(row.figures.awareness).toMatchObject({ status: 'no-data', estimate: null });
    }
    expect(JSON.stringify(view)).not.toMatch(/NaN|undefined/);
  });

  test('a unit without interviews has no figure, and a city with too little cover none either', async () => {
    await world.openWave('2026', PHONE);
    await world.importPhone('2026', everywhere(40).slice(0, 2));
    const view = await read('2026', { by: 'county' });
    const county = view.rows.find(({ unit }) => unit.code === '610924');
    expect(county?.figures.awareness).toMatchObject({ status: 'no-data', estimate: null });
    expect(awareness(view)).toMatchObject({ status: 'coverage-low', estimate: null, coverage: 0.7 });
  });

  test('cases that were not reached make a response rate', async () => {
    await world.openWave('2026', PHONE);
    await world.importPhone('2026', [{ unit: '610902104', count: 30, missed: 10 }]);
    const view = await read('2026', { unit: '610902104' });
    expect(view.response?.rates.RR1).toBeCloseTo(30 / 40, 12);
    expect((await read('2026', { unit: '610902107' })).response).toBeNull();
  });

  test('a changed counted option breaks the series: nothing is subtracted, and the page can say why', async () => {
    await world.openWave('2025', PHONE);
    await world.importPhone('2025', everywhere(30));
    await world.surveys.publishSurvey(
      OPERATOR,
      countySurvey(({ indicators }) => ({
        indicators: indicators.replace(
          '"question": "awareness",\n      "outcomes": { "1": "positive", "2": "positive",',
          '"question": "awareness",\n      "outcomes": { "1": "positive", "2": "negative",',
        ),
      })),
    );
    await world.openWave('2026', PHONE);
    await world.importPhone('2026', everywhere(40));
    const view = await read('2026', { by: 'town' });
    expect(view.wave.survey.version).toBe(2);
    expect(view.base).toMatchObject({ wave: { code: '2025' }, comparable: false });
    expect(view.base?.breaks.map(({ indicator }) => indicator)).toContain('awareness');
    for (const one of view.base?.breaks ?? []) {
      expect(one.sentence.zh).toMatch(/[\u4e00-\u9fff]/);
      expect(one.sentence.en.length).toBeGreaterThan(10);
    }
    for (const row of [view.summary, ...view.rows]) {
      expect(row.figures.awareness?.change).toMatchObject({
        verdict: 'not-comparable',
        difference: null,
        printed: null,
        interval: null,
        p: null,
      });
    }
    expect(view.sentences.awareness?.zh).toMatch(/^知晓率80\.00%.*不可比/);
    expect(view.sentences.awareness?.zh).not.toContain('百分点');
    // What was not touched is still compared.
    expect(view.summary.figures.safety?.change.printed).toBe(0);
  });

  test('another questionnaire is another series: nothing of it is subtracted', async () => {
    await world.openWave('2025', PHONE);
    await world.importPhone('2025', everywhere(30));
    await world.surveys.publishSurvey(OPERATOR, {
      definition: readSurvey('peace-five'),
      indicators: readSurvey('peace-five.indicators'),
    });
    await world.openWave('2026', { ...PHONE, survey: 'peace-five' });
    const view = await read('2026');
    expect(view.base?.comparable ?? false).toBe(false);
    for (const figure of Object.values(view.summary.figures)) {
      expect(figure.change).toMatchObject({ difference: null, printed: null });
    }
    expect(view.trend.map(({ sameSeries }) => sameSeries)).toEqual([false, true]);
  });

  test('another way of asking breaks the series', async () => {
    await world.openWave('2025', { ...PHONE, modes: ['face'] });
    await world.importPhone('2025', everywhere(30), 'face');
    await world.openWave('2026', PHONE);
    await world.importPhone('2026', everywhere(40));
    const view = await read('2026');
    expect(view.base?.comparable).toBe(false);
    expect(awareness(view)?.change).toMatchObject({ verdict: 'not-comparable', printed: null });
  });

  test('a self-test is never compared and nothing is compared with it', async () => {
    await world.openWave('2024', PHONE);
    await world.importPhone('2024', everywhere(30));
    await world.openWave('2025', { ...PHONE, kind: 'self-test' });
    await world.importPhone('2025', everywhere(50));
    await world.openWave('2026', PHONE);
    await world.importPhone('2026', everywhere(40));
    const self = await read('2025');
    expect([self.wave.kind, self.base, self.trend.length]).toEqual(['self-test', null, 1]);
    expect(awareness(self)?.change.verdict).toBe('no-base-wave');
    const official = await read('2026');
    expect(official.base?.wave.code).toBe('2024');
    expect(official.trend.map(({ wave }) => wave)).toEqual(['2024', '2026']);
  });

  test('below the town there are counts at most, and no rate', async () => {
    await world.loadUnits('code,name,level,parent_code\n610902104001,一村,village,610902104\n');
    await world.openWave('2026', PHONE);
    await world.importPhone('2026', [{ unit: '610902104001', count: 30 }]);
    expect(await refusalOf(read('2026', { unit: '610902104001' }))).toBe('NO_RATES_BELOW_TOWN');
    expect((await read('2026', { unit: '610902104' })).summary.completes).toBe(30);
  });
});
