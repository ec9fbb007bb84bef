import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Actor, OPERATOR } from '../../src/services/actor.ts';
import type { NewWave } from '../../src/services/waves.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';
import { ANSWERS, countySurvey, createWorld, refusalOf, staff, type World } from '../support/world.ts';

const WAVE: NewWave = {
  code: '2026',
  survey: 'saohei-county',
  rootUnit: '6109',
  period: '2026',
  modes: ['phone', 'web-open'],
  fieldworkStart: '2026-11-01',
  fieldworkEnd: '2026-11-30',
};

describe.each(DIALECTS)('waves on %s', (dialect) => {
  let db: TestStores;
  let world: World;
  beforeEach(async () => {
    db = await withStores(dialect);
    world = createWorld(db);
    await world.loadUnits();
    await world.surveys.publishSurvey(OPERATOR, countySurvey());
  });
  afterEach(() => db.close());

  test('a wave is planned, opened and closed, each with its audit row', async () => {
    const planned = await world.waves.createWave(OPERATOR, WAVE);
    expect(planned).toMatchObject({ state: 'draft', kind: 'official', title: '安康市 2026', openedAt: null });
    expect(await world.waves.openWave(OPERATOR, '2026')).toMatchObject({ state: 'open' });
    expect(await world.waves.openWave(OPERATOR, '2026')).toMatchObject({ state: 'open' });
    expect(await world.waves.closeWave(OPERATOR, '2026')).toMatchObject({ state: 'closed' });
    expect((await world.audit()).slice(2)).toEqual([
      'operator wave.create 2026 @6109',
      'operator wave.open 2026 @6109',
      'operator wave.close 2026 @6109',
    ]);
  });

  test.each<[string, Partial<NewWave>, string]>([
    ['a period that is none', { period: '2026-13' }, 'PERIOD_BAD'],
    ['a day that does not exist', { fieldworkEnd: '2026-11-31' }, 'DAY_BAD'],
    ['an end before the start', { fieldworkEnd: '2026-10-01' }, 'DAYS_REVERSED'],
    ['no mode', { modes: [] }, 'MODES_MISSING'],
    ['a code with a slash', { code: '20/26' }, 'WAVE_CODE_BAD'],
    ['an unknown survey', { survey: 'nothing' }, 'NOT_FOUND'],
    ['an unknown version', { version: 7 }, 'NOT_FOUND'],
    ['an unknown unit', { rootUnit: '99' }, 'NOT_FOUND'],
  ])('a wave with %s is refused and nothing is written', async (_, change, code) => {
    expect(await refusalOf(world.waves.createWave(OPERATOR, { ...WAVE, ...change }))).toBe(code);
    expect(await world.waves.listWaves(OPERATOR)).toEqual([]);
  });

  test('a code is given once, even to two who ask at the same moment', async () => {
    await world.warmUp();
    const both = await Promise.allSettled([
      world.waves.createWave(OPERATOR, WAVE),
      world.waves.createWave(OPERATOR, WAVE),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const one of both) if (one.status === 'rejected') expect(one.reason).toHaveProperty('code', 'WAVE_EXISTS');
  });

  test('an approval that has expired, or ends before the fieldwork does, keeps a wave from opening', async () => {
    const tooLong = { ...WAVE, fieldworkEnd: '2036-01-31' };
    expect(await refusalOf(world.waves.createWave(OPERATOR, tooLong))).toBe('APPROVAL_EXPIRED');
    await world.waves.createWave(OPERATOR, { ...WAVE, code: 'late' });
    world.setDay('2036-01-01');
    expect(await refusalOf(world.waves.openWave(OPERATOR, 'late'))).toBe('APPROVAL_EXPIRED');
    expect((await world.waves.listWaves(OPERATOR)).map(({ state }) => state)).toEqual(['draft']);
  });

  test('a draft cannot be closed, and a closed wave takes no answer', async () => {
    await world.waves.createWave(OPERATOR, WAVE);
    expect(await refusalOf(world.waves.closeWave(OPERATOR, '2026'))).toBe('WAVE_NOT_OPEN');
    expect(await refusalOf(world.enter())).toBe('NO_OPEN_SURVEY');
    await world.waves.openWave(OPERATOR, '2026');
    const { ticket } = await world.enter();
    await world.interviews.saveAnswers(ticket, 'zh', { adult: '1' });
    await world.waves.closeWave(OPERATOR, '2026');
    world.pass(2000);
    expect(await refusalOf(world.interviews.saveAnswers(ticket, 'zh', { sex: 'male' }))).toBe('WAVE_NOT_OPEN');
    expect(await refusalOf(world.interviews.finishInterview(ticket, 'zh', ANSWERS))).toBe('WAVE_NOT_OPEN');
    expect(await refusalOf(world.enter())).toBe('NO_OPEN_SURVEY');
    expect(await world.differing()).toEqual([]);
  });

  test('a closed wave counts nobody any more, not even in the second after', async () => {
    await world.waves.createWave(OPERATOR, WAVE);
    await world.waves.openWave(OPERATOR, '2026');
    const { ticket } = await world.enter();
    await world.interviews.saveAnswers(ticket, 'zh', ANSWERS);
    await world.waves.closeWave(OPERATOR, '2026');
    expect(await refusalOf(world.interviews.finishInterview(ticket, 'zh'))).toBe('WAVE_NOT_OPEN');
  });

  test('a draft is changed, with a record of what; what is not said stays', async () => {
    await world.waves.createWave(OPERATOR, WAVE);
    await world.waves.editWave(OPERATOR, '2026', { period: '2026-H2', fieldworkEnd: '2026-12-15', kind: 'self-test' });
    expect(await world.waves.editWave(OPERATOR, '2026', { rootUnit: '610902' })).toMatchObject({
      ...{ code: '2026', title: '汉滨区 2026-H2', period: '2026-H2', kind: 'self-test', state: 'draft' },
      ...{ fieldworkStart: '2026-11-01', fieldworkEnd: '2026-12-15', modes: ['phone', 'web-open'] },
    });
    expect((await world.audit()).slice(-2)).toEqual([
      'operator wave.edit 2026 @6109',
      'operator wave.edit 2026 @610902',
    ]);
    expect(await refusalOf(world.waves.editWave(OPERATOR, '2026', { fieldworkEnd: '2026-10-01' }))).toBe(
      'DAYS_REVERSED',
    );
    expect(await refusalOf(world.waves.editWave(OPERATOR, '2026', { fieldworkEnd: '2036-01-31' }))).toBe(
      'APPROVAL_EXPIRED',
    );
  });

  test('a draft with links keeps its area, its questionnaire and its links, and takes them along when it is deleted', async () => {
    await world.waves.createWave(OPERATOR, { ...WAVE, modes: ['phone', 'web-token'] });
    const order = { unit: '610902104', count: 2, validUntil: '2026-11-20' };
    await world.links.createInvitations(OPERATOR, '2026', order);
    for (const change of [{ rootUnit: '610924' }, { modes: ['phone'] }] as const) {
      expect(await refusalOf(world.waves.editWave(OPERATOR, '2026', change))).toBe('WAVE_HAS_PARTS');
    }
    await world.waves.editWave(OPERATOR, '2026', { period: '2025' });
    await world.waves.deleteWave(OPERATOR, '2026');
    expect(await world.waves.listWaves(OPERATOR)).toEqual([]);
    expect((await world.audit()).at(-1)).toBe('operator wave.delete 2026 @6109');
    // The code is free again.
    await world.waves.createWave(OPERATOR, WAVE);
  });

  test('a wave that was ever opened is neither changed nor deleted', async () => {
    await world.openWave('2026');
    await world.waves.closeWave(OPERATOR, '2026');
    expect(await refusalOf(world.waves.editWave(OPERATOR, '2026', { period: '2025' }))).toBe('WAVE_NOT_DRAFT');
    expect(await refusalOf(world.waves.deleteWave(OPERATOR, '2026'))).toBe('WAVE_NOT_DRAFT');
  });

  test('each sees the waves that touch their units', async () => {
    await world.waves.createWave(OPERATOR, WAVE);
    await world.waves.createWave(OPERATOR, { ...WAVE, code: 'a', rootUnit: '610902' });
    await world.waves.createWave(OPERATOR, { ...WAVE, code: 'b', rootUnit: '610924' });
    const codes = async (unit: string) =>
      (await world.waves.listWaves(staff('leader', unit))).map(({ code }) => code).sort();
    expect(await codes('610902')).toEqual(['2026', 'a']);
    expect(await codes('610902104')).toEqual(['2026', 'a']);
    expect(await codes('6109')).toEqual(['2026', 'a', 'b']);
  });

  test('who may not manage waves, or not these units, is refused', async () => {
    expect(await refusalOf(world.waves.createWave(staff('leader'), WAVE))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(world.waves.createWave(staff('survey-manager', '610902'), WAVE))).toBe('OUT_OF_SCOPE');
    await world.waves.createWave(staff('survey-manager'), WAVE);
    const taken = world.waves.editWave(staff('survey-manager', '610902'), '2026', { rootUnit: '610902' });
    expect(await refusalOf(taken)).toBe('OUT_OF_SCOPE');
    const edit = (actor: Actor, code: string) => world.waves.editWave(actor, code, { title: 'x' });
    for (const verb of [world.waves.openWave, world.waves.closeWave, world.waves.deleteWave, edit]) {
      expect(await refusalOf(verb(staff('reviewer'), '2026'))).toBe('ROLE_FORBIDDEN');
      expect(await refusalOf(verb(staff('survey-manager', '610902'), '2026'))).toBe('OUT_OF_SCOPE');
      expect(await refusalOf(verb(staff('survey-manager'), 'nothing'))).toBe('NOT_FOUND');
    }
    expect((await world.audit()).filter((line) => line.includes('wave.'))).toEqual([
      'survey-manager-6109 wave.create 2026 @6109',
    ]);
  });
});
