import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../../src/core/sample/calling-rules.ts';
import { INTERVIEWER, MANAGER, type PhoneWorld, startPhone } from '../support/phone.ts';
import { refusalOf, staff } from '../support/world.ts';

describe('the settings of a phone survey', () => {
  let world: PhoneWorld;
  beforeEach(async () => {
    world = await startPhone();
  });
  afterEach(() => world.stop());

  it('begin with the usual rules and keep what is saved', async () => {
    const before = await world.campaigns.readCampaign(MANAGER, '2026');
    expect(before).toMatchObject({ state: 'draft', modes: ['phone', 'keypad'], rules: DEFAULT_RULES, updatedAt: null });
    await world.campaigns.saveCampaign(MANAGER, '2026', { carrier: 'manual', modes: ['phone'], lines: 12 });
    const after = await world.campaigns.saveCampaign(MANAGER, '2026', { reviewShare: 0.2 });
    expect(after).toMatchObject({ lines: 12, reviewShare: 0.2, modes: ['phone'] });
    expect(await world.audit()).toContain('survey-manager-6109 phone.setup');
  });

  it('are refused when they cannot be: numbers out of range, wrong hours, a mode the wave lacks, a keypad without carrier', async () => {
    const save = (change: Parameters<PhoneWorld['setUp']>[0]) => refusalOf(world.setUp(change));
    expect(await save({ lines: 0 })).toBe('INPUT_INVALID');
    expect(await save({ reviewShare: 1.5 })).toBe('INPUT_INVALID');
    expect(await save({ callerId: 'hello' })).toBe('INPUT_INVALID');
    const hours = { ...DEFAULT_RULES.hours, weekday: [{ from: 700, to: 600 }] };
    expect(await save({ rules: { ...DEFAULT_RULES, hours } })).toBe('INPUT_INVALID');
    expect(await save({ modes: ['keypad'] })).toBe('CAMPAIGN_MODE');
    await world.waves.createWave(MANAGER, {
      ...{ code: 'web', survey: 'saohei-county', rootUnit: '6109', period: '2027', modes: ['web-open'] },
      ...{ fieldworkStart: '2026-11-01', fieldworkEnd: '2026-12-30' },
    });
    const web = world.campaigns.saveCampaign(MANAGER, 'web', { carrier: 'manual', modes: ['phone'] });
    expect(await refusalOf(web)).toBe('CAMPAIGN_MODE');
  });

  it('start only with settings, cases and an open wave; pause with a reason; asking twice changes nothing', async () => {
    expect(await refusalOf(world.campaigns.startCampaign(MANAGER, '2026'))).toBe('CAMPAIGN_MISSING');
    await world.setUp();
    expect(await refusalOf(world.campaigns.startCampaign(MANAGER, '2026'))).toBe('CAMPAIGN_EMPTY');
    await world.addNumbers(1);
    expect(await refusalOf(world.campaigns.pauseCampaign(MANAGER, '2026', '还没开始'))).toBe('CAMPAIGN_STATE');
    expect((await world.campaigns.startCampaign(MANAGER, '2026')).state).toBe('running');
    expect((await world.campaigns.startCampaign(MANAGER, '2026')).state).toBe('running');
    expect(await refusalOf(world.campaigns.pauseCampaign(MANAGER, '2026', ''))).toBe('REASON_MISSING');
    expect(await world.campaigns.pauseCampaign(MANAGER, '2026', '午间停电')).toMatchObject({
      ...{ state: 'paused', pauseReason: '午间停电' },
    });
    await world.waves.closeWave(MANAGER, '2026');
    expect(await refusalOf(world.campaigns.resumeCampaign(MANAGER, '2026'))).toBe('WAVE_NOT_OPEN');
    await world.waves.openWave(MANAGER, '2026');
    expect(await world.campaigns.resumeCampaign(MANAGER, '2026')).toMatchObject({
      state: 'running',
      pauseReason: null,
    });
    expect((await world.audit()).filter((line) => / phone\.(start|pause|resume)/.test(line))).toEqual([
      'survey-manager-6109 phone.start',
      'survey-manager-6109 phone.pause',
      'survey-manager-6109 phone.resume',
    ]);
  });

  it('an approval that is over stops the start', async () => {
    await world.setUp();
    await world.addNumbers(1);
    world.setTime('2036-01-01T10:00:00');
    expect(await refusalOf(world.campaigns.startCampaign(MANAGER, '2026'))).toBe('WAVE_NOT_OPEN');
  });

  it('quotas are judged by row; towns without one of their own follow the common target', async () => {
    await world.setUp({ targetPerTown: 5 });
    await world.addNumbers(1);
    await world.addNumbers(1, { unit: '610902107', from: 50 });
    const cell = { unitCode: '610902104', sex: '*' as const, ageBand: '*', target: 9 };
    const set = (cells: Parameters<typeof world.campaigns.setQuotas>[2]) =>
      world.campaigns.setQuotas(MANAGER, '2026', cells);
    expect(await refusalOf(set([{ ...cell, ageBand: '1-2' }]))).toBe('QUOTA_BAD');
    expect(await refusalOf(set([{ ...cell, unitCode: '9999' }]))).toBe('QUOTA_BAD');
    expect(await refusalOf(set([cell, cell]))).toBe('QUOTA_BAD');
    expect(await refusalOf(set([{ ...cell, target: -1 }]))).toBe('QUOTA_BAD');
    const cells = await set([cell, { ...cell, sex: 'male', ageBand: '18-29', target: 2 }]);
    expect(cells.map(({ unitCode, sex, target }) => `${unitCode} ${sex} ${target}`)).toEqual([
      '610902104 * 9',
      '610902104 male 2',
      '610902107 * 5',
    ]);
    const { quotas } = await world.campaigns.saveCampaign(MANAGER, '2026', { targetPerTown: 6 });
    expect(quotas.map(({ unitCode, sex, target }) => `${unitCode} ${sex} ${target}`)).toEqual([
      '610902104 * 9',
      '610902104 male 2',
      '610902107 * 6',
    ]);
  });

  it('refuses who may not', async () => {
    const county = staff('survey-manager', '610902');
    expect(await refusalOf(world.campaigns.saveCampaign(INTERVIEWER, '2026', {}))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(world.campaigns.readCampaign(INTERVIEWER, '2026'))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(world.campaigns.saveCampaign(county, '2026', {}))).toBe('OUT_OF_SCOPE');
    expect((await world.campaigns.readCampaign(county, '2026')).state).toBe('draft');
  });

  it('takes no rules that a clock cannot follow', async () => {
    await world.begin(1);
    const { rules } = await world.campaigns.readCampaign(MANAGER, '2026');
    const bad = [
      { ...rules, regions: [{ unitPrefix: '61', offsetMinutes: 1e12 }] },
      { ...rules, appointmentLeadMinutes: 1e300 },
      { ...rules, appointmentHeadStartMinutes: -5 },
    ];
    for (const each of bad)
      expect(await refusalOf(world.campaigns.saveCampaign(MANAGER, '2026', { rules: each }))).toBe('INPUT_INVALID');
  });

  it('tell a county the quotas of its own towns and of the whole, and nobody else’s', async () => {
    await world.begin(1);
    await world.addNumbers(1, { unit: '610924101', from: 500 });
    const cell = (unitCode: string, target: number) => ({ unitCode, sex: '*' as const, ageBand: '*', target });
    const cells = [cell('*', 50), cell('610902104', 20), cell('610924101', 30)];
    await world.campaigns.setQuotas(MANAGER, '2026', cells);
    const seen = async (unit: string) =>
      (await world.campaigns.readCampaign(staff('survey-manager', unit), '2026')).quotas
        .map(({ unitCode, target }) => `${unitCode} ${target}`)
        .sort();
    expect(await seen('6109')).toEqual(['* 50', '610902104 20', '610924101 30']);
    expect(await seen('610902')).toEqual(['* 50', '610902104 20']);
    expect(await seen('610924')).toEqual(['* 50', '610924101 30']);
  });
});
