import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTable } from '../../src/intake/table-file.ts';
import { INTERVIEWER, MANAGER, type PhoneWorld, startPhone } from '../support/phone.ts';
import { refusal, refusalOf, staff } from '../support/world.ts';

const DAY = 86_400_000;

describe('the sampling frame', () => {
  let world: PhoneWorld;
  beforeEach(async () => {
    world = await startPhone();
    await world.setUp();
  });
  afterEach(() => world.stop());

  const bring = async (csv: string, more: object = {}) =>
    world.numbers.importNumbers(MANAGER, { wave: '2026', file: await world.numbersFile(csv), seed: 7, ...more });

  it('takes a list with its columns in any order, towns by code or name, many spellings, sex and age', async () => {
    const report = await bring(
      [
        '年龄,手机号,备注,单位,性别,备用号码',
        '35,139-0000-0001,,五里镇,男,',
        '60岁以上,+86 139 0000 0002,,610902107,女,0915-3210001',
        ',０１３９０００００００３,,汉滨区/恒口镇,,',
        '40-49岁,(0915)3210004,,610924101,F,',
      ].join('\n'),
    );
    expect(report).toMatchObject({ rows: 4, accepted: 4, removed: { invalid: 0, duplicates: 0 }, problems: [] });
    expect(report.byTown).toEqual([
      { code: '610902104', name: '五里镇', accepted: 1 },
      { code: '610902107', name: '恒口镇', accepted: 2 },
      { code: '610924101', name: '蒿坪镇', accepted: 1 },
    ]);
    const { cases } = await world.cases.listCases(MANAGER, '2026');
    expect(cases.map(({ numbers }) => numbers.join()).sort()).toEqual([
      '0915****004',
      '139****0001',
      '139****0002,0915****001',
      '139****0003',
    ]);
    const rows = await Promise.all(cases.map(({ id }) => world.caseRow(id)));
    expect(rows.map(({ sex, ageBand }) => `${sex} ${ageBand}`).sort()).toEqual([
      'female 40-49',
      'female 60+',
      'male 30-39',
      'unknown unknown',
    ]);
    // Nothing in the database shows a number.
    const numbers = await Promise.all(
      cases.map(({ id }) => world.stores.numbers.listOfCase(world.connection.reader, id)),
    );
    expect(JSON.stringify(numbers)).not.toMatch(/1390000|3210001/);
    expect(await world.audit()).toContain('survey-manager-6109 number.import');
  });

  it('tells what is wrong by row, takes the rest only when that is confirmed, and never shows a whole number', async () => {
    const csv = [
      '单位,号码',
      '五里镇,13900000001',
      '五里镇,1.39E+10',
      '没有的镇,13900000002',
      '五里镇,110',
      '五里镇,13900000003 13900000004',
      '五里镇,',
    ].join('\n');
    const dry = await bring(csv, { dryRun: true });
    expect(dry).toMatchObject({ accepted: 1, removed: { invalid: 5 }, dryRun: true });
    expect(dry.problems.map(({ row, column, code }) => `${row} ${column} ${code}`)).toEqual([
      '3 号码 PHONE_NUMBER_ROUNDED',
      '4 单位 UNIT_UNKNOWN',
      '5 号码 PHONE_NUMBER_SERVICE',
      '6 号码 PHONE_NUMBER_SEVERAL',
      '7 号码 PHONE_NUMBER_EMPTY',
    ]);
    expect(JSON.stringify(dry)).not.toContain('13900000003');
    expect((await refusal(bring(csv))).code).toBe('NUMBERS_UNCONFIRMED');
    expect((await world.campaigns.readCampaign(MANAGER, '2026')).cases).toBe(0);
    expect(await bring(csv, { accept: true })).toMatchObject({ accepted: 1 });
    expect((await world.campaigns.readCampaign(MANAGER, '2026')).cases).toBe(1);
    expect(await refusalOf(bring('单位,号码\n五里镇,没有\n', { accept: true }))).toBe('NUMBERS_NONE');
    expect(await refusalOf(bring('单位,姓名\n五里镇,张三\n'))).toBe('TABLE_COLUMN_MISSING');
  });

  it('takes out and counts what is twice, on the do-not-call list, or was called within the months', async () => {
    await bring('单位,号码\n五里镇,13900000001\n');
    await world.suppressions.addSuppression(MANAGER, { number: '139 0000 0002', reason: '来电要求' });
    const again = await bring(
      '单位,号码\n五里镇,13900000001\n五里镇,13900000002\n五里镇,13900000003\n五里镇,+8613900000003\n',
    );
    expect(again).toMatchObject({ accepted: 1, removed: { duplicates: 2, suppressed: 1, recentlyUsed: 0 } });

    await world.campaigns.startCampaign(MANAGER, '2026');
    const called = await world.call(INTERVIEWER);
    await world.desk.closeCase(INTERVIEWER, called, { disposition: '4.31' });
    const [number] = await world.stores.numbers.listOfCase(world.connection.reader, called.case);
    const e164 = world.vault.open(called.case, number?.cipher ?? '');
    await world.waves.createWave(MANAGER, {
      ...{ code: 'next', survey: 'saohei-county', rootUnit: '6109', period: '2027', modes: ['phone'] },
      ...{ fieldworkStart: '2026-11-01', fieldworkEnd: '2026-12-30' },
    });
    await world.campaigns.saveCampaign(MANAGER, 'next', { carrier: 'manual' });
    const next = async (months?: number) =>
      world.numbers.importNumbers(MANAGER, {
        wave: 'next',
        file: await world.numbersFile(`单位,号码\n五里镇,${e164}\n`),
        dryRun: true,
        months,
      });
    expect((await next()).removed.recentlyUsed).toBe(1);
    world.pass(200 * DAY);
    expect((await next()).removed.recentlyUsed).toBe(0);
    expect((await next(12)).removed.recentlyUsed).toBe(1);
  });

  it('somebody who was spoken to in a call that nobody coded was called too', async () => {
    await world.begin(2);
    const held = await world.call(INTERVIEWER);
    await world.waves.closeWave(MANAGER, '2026');
    const closed = await world.stores.waves.findByCode(world.connection.reader, '2026');
    if (closed) await world.cases.finaliseClosed(closed);
    expect(await world.caseRow(held.case)).toMatchObject({ state: 'FINAL', lastAttemptAt: null });
    await world.waves.createWave(MANAGER, {
      ...{ code: 'next', survey: 'saohei-county', rootUnit: '6109', period: '2026', kind: 'self-test' },
      ...{ modes: ['phone'], fieldworkStart: '2026-11-01', fieldworkEnd: '2026-12-30' },
    });
    const file = await world.numbersFile('单位,号码\n五里镇,13900000001\n五里镇,13900000002\n');
    const report = await world.numbers.importNumbers(MANAGER, { wave: 'next', file, dryRun: true });
    expect(report).toMatchObject({ accepted: 1, removed: { recentlyUsed: 1 } });
  });

  it('draws random numbers by town: the same seed the same ones, with the chance of each prefix', async () => {
    const draw = (seed: number, dryRun: boolean) =>
      world.numbers.drawNumbers(MANAGER, {
        wave: '2026',
        towns: [
          { unit: '610902104', prefixes: ['0915321', '1399152'], count: 40 },
          { unit: '610924101', prefixes: ['1399153'], count: 10 },
        ],
        method: 'systematic',
        seed,
        dryRun,
      });
    const dry = await draw(7, true);
    expect(dry).toMatchObject({ rows: 50, accepted: 50, byTown: [{ accepted: 40 }, { accepted: 10 }] });
    expect(dry.inclusion.find(({ prefix }) => prefix === '1399153')?.probability).toBeCloseTo(10 / 10_000, 12);
    expect((await draw(7, false)).accepted).toBe(50);
    // All are there already: the same seed draws the same numbers.
    expect(await draw(7, true)).toMatchObject({ accepted: 0, removed: { duplicates: 50 } });
    const bad = { wave: '2026', towns: [{ unit: '610902104', prefixes: ['13991520001'], count: 1 }] };
    expect(await refusalOf(world.numbers.drawNumbers(MANAGER, { ...bad, method: 'systematic', seed: 1 }))).toBe(
      'PHONE_PREFIX_BAD',
    );
  });

  it('draws as many as prefixes give while everything else goes on, and no more than fit in memory', async () => {
    await world.setUp();
    const towns = [{ unit: '610902104', prefixes: ['137000', '137001'], count: 60_000 }];
    const waiting = monitorEventLoopDelay({ resolution: 5 });
    waiting.enable();
    const draw = { wave: '2026', method: 'systematic', seed: 1, dryRun: true } as const;
    expect((await world.numbers.drawNumbers(MANAGER, { ...draw, towns })).accepted).toBe(60_000);
    waiting.disable();
    expect(waiting.max / 1e6).toBeLessThan(1000);
    const all = Array.from({ length: 9 }, () => towns).flat();
    expect(await refusalOf(world.numbers.drawNumbers(MANAGER, { ...draw, towns: all }))).toBe('INPUT_INVALID');
  }, 60_000);

  it('reads a hundred thousand rows, half of them garbage, in seconds and bounded memory', async () => {
    const rows = Array.from({ length: 100_000 }, (_, i) =>
      i % 2 === 0 ? `610902104,138${String(i).padStart(8, '0')}` : `610902104,${i}abc`,
    );
    const file = await openTable({ name: 'big.csv', bytes: Buffer.from(['单位,号码', ...rows].join('\n')) });
    const before = process.memoryUsage().rss;
    const waiting = monitorEventLoopDelay({ resolution: 5 });
    waiting.enable();
    const report = await world.numbers.importNumbers(MANAGER, { wave: '2026', file, dryRun: true });
    waiting.disable();
    expect(report).toMatchObject({ rows: 100_000, accepted: 50_000, removed: { invalid: 50_000 } });
    expect(report.problems).toHaveLength(1000);
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
    // Calls go on meanwhile: a carrier waits a few seconds for what to say next.
    expect(waiting.max / 1e6).toBeLessThan(1000);
  }, 60_000);

  it('keeps numbers ninety days after the wave was closed, then forgets them for good', async () => {
    await bring('单位,号码\n五里镇,13900000001\n');
    const [one] = (await world.cases.listCases(MANAGER, '2026')).cases;
    await world.waves.closeWave(MANAGER, '2026');
    world.pass(89 * DAY);
    expect(await world.numbers.forgetExpired()).toBe(0);
    world.pass(2 * DAY);
    expect(await world.numbers.forgetExpired()).toBe(1);
    expect(await world.numbers.maskedNumbers(world.connection.reader, one?.id ?? '')).toEqual([
      { rank: 0, masked: '—', isLive: false },
    ]);
  });

  it('a wave that is opened again keeps its numbers', async () => {
    await bring('单位,号码\n五里镇,13900000001\n');
    await world.waves.closeWave(MANAGER, '2026');
    await world.waves.openWave(MANAGER, '2026');
    world.pass(91 * DAY);
    expect(await world.numbers.forgetExpired()).toBe(0);
  });

  it('refuses who may not, a town outside the own area, and a wave without settings', async () => {
    const file = await world.numbersFile('单位,号码\n610924101,13900000001\n');
    const input = { wave: '2026', file };
    expect(await refusalOf(world.numbers.importNumbers(INTERVIEWER, input))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(world.numbers.importNumbers(staff('survey-manager', '610902'), input))).toBe('OUT_OF_SCOPE');
    await world.waves.createWave(MANAGER, {
      ...{ code: 'bare', survey: 'saohei-county', rootUnit: '610902', period: '2027', modes: ['phone'] },
      ...{ fieldworkStart: '2026-11-01', fieldworkEnd: '2026-12-30' },
    });
    expect(await refusalOf(world.numbers.importNumbers(MANAGER, { ...input, wave: 'bare' }))).toBe('CAMPAIGN_MISSING');
  });
});

describe('the do-not-call list', () => {
  let world: PhoneWorld;
  beforeEach(async () => {
    world = await startPhone();
    await world.setUp();
  });
  afterEach(() => world.stop());

  it('a number that is put on it dies in every open case at once; a case with none left ends and is counted', async () => {
    await world.numbers.importNumbers(MANAGER, {
      wave: '2026',
      file: await world.numbersFile('单位,号码,备用号码\n五里镇,13900000001,\n恒口镇,13900000002,13900000003\n'),
      seed: 1,
    });
    expect(await world.suppressions.addSuppression(MANAGER, { number: '13900000001', reason: '来信要求' })).toEqual({
      ...{ added: true, cases: 1, ended: 1 },
    });
    expect(
      await world.suppressions.addSuppression(MANAGER, { number: '13900000001', reason: '来信要求' }),
    ).toMatchObject({
      added: false,
    });
    expect(await world.suppressions.addSuppression(MANAGER, { number: '13900000003', reason: '来信要求' })).toEqual({
      ...{ added: true, cases: 1, ended: 0 },
    });
    const { cases } = await world.cases.listCases(MANAGER, '2026');
    expect(cases.map(({ unit, state, disposition }) => `${unit.name} ${state} ${disposition}`).sort()).toEqual([
      '五里镇 FINAL 2.112',
      '恒口镇 READY null',
    ]);
    const open = cases.find(({ state }) => state === 'READY');
    expect(await world.numbers.numberToCall(world.connection.reader, open?.id ?? '')).toEqual({
      ...{ rank: 0, e164: '+8613900000002' },
    });
    expect(await world.audit()).toContain('survey-manager-6109 suppression.add');
  });

  it('is imported as a list, shows no number, and lets one go again', async () => {
    const file = await world.numbersFile('电话\n13900000001\n139 0000 0001\n乱写\n13900000002\n');
    const input = { file, reason: '上级下发', source: '省局名单' };
    expect(await world.suppressionLists.importSuppressions(MANAGER, { ...input, dryRun: true })).toMatchObject({
      ...{ rows: 4, added: 2, dryRun: true },
    });
    const report = await world.suppressionLists.importSuppressions(MANAGER, input);
    expect(report).toMatchObject({ rows: 4, added: 2, known: 0, cases: 0 });
    expect(report.problems).toMatchObject([{ row: 4 }]);
    const list = await world.suppressions.listSuppressions(MANAGER);
    expect(list.total).toBe(2);
    expect(JSON.stringify(list)).not.toContain('1390000');
    expect(await world.suppressions.isSuppressed('+8613900000002')).toBe(true);
    const removal = { number: '13900000002', reason: '录错了' };
    expect(await world.suppressions.removeSuppression(MANAGER, removal)).toEqual({ removed: true });
    expect(await world.suppressions.removeSuppression(MANAGER, removal)).toEqual({ removed: false });
    expect(await world.suppressions.isSuppressed('+8613900000002')).toBe(false);
  });

  it('refuses who may not, no number and no reason', async () => {
    const add = world.suppressions.addSuppression;
    expect(await refusalOf(add(INTERVIEWER, { number: '13900000001', reason: '要求' }))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(add(MANAGER, { number: '没有', reason: '要求' }))).toMatch(/^PHONE_NUMBER_/);
    expect(await refusalOf(add(MANAGER, { number: '13900000001', reason: ' ' }))).toBe('REASON_MISSING');
    expect(await refusalOf(world.suppressions.listSuppressions(INTERVIEWER))).toBe('ROLE_FORBIDDEN');
  });
});
