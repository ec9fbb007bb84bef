import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTable } from '../../src/intake/table-file.ts';
import { type Actor, OPERATOR } from '../../src/services/actor.ts';
import type { ImportJob } from '../../src/services/import-jobs.ts';
import type { ImportReport } from '../../src/services/imports.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';
import { ANSWERS, createWorld, refusalOf, staff, type World } from '../support/world.ts';

const HEADER = ['interview_id', 'unit_code', 'mode', 'problems', ...Object.keys(ANSWERS)].join(',');
const row = (id: string, unit = '610902104', safety = '1') =>
  [id, unit, 'phone', '', ...Object.values({ ...ANSWERS, safety })].join(',');

describe.each(DIALECTS)('jobs of imports on %s', (dialect) => {
  let db: TestStores;
  let world: World;
  beforeEach(async () => {
    db = await withStores(dialect);
    world = createWorld(db);
    await world.prepare();
  });
  afterEach(async () => {
    await world.jobs.stop();
    expect(world.failures).toEqual([]);
    await db.close();
  });

  async function start(rows: readonly string[], { dryRun = false, actor = OPERATOR as Actor, wave = '2026' } = {}) {
    const bytes = Buffer.from([HEADER, ...rows].join('\n'));
    return world.importJobs.startImport(actor, {
      ...{ wave, fileName: 'house.csv', mapping: null, dryRun },
      file: await openTable({ name: 'house.csv', bytes }),
      fileHash: createHash('sha256').update(bytes).digest('hex'),
    });
  }

  async function ended(job: ImportJob<ImportReport>, actor: Actor = OPERATOR): Promise<ImportJob<ImportReport>> {
    for (;;) {
      const now = await world.importJobs.getJob(actor, '2026', job.id);
      if (now.state !== 'running') return now;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  test('a check answers at once, runs on, and keeps its report; then the import does', async () => {
    const check = await start([row('1'), row('2')], { dryRun: true });
    expect(check).toMatchObject({ state: 'running', report: null, error: null, fileName: 'house.csv', dryRun: true });
    expect(await ended(check)).toMatchObject({
      state: 'done',
      share: 1,
      report: { rows: 2, created: 2, importId: null },
    });
    expect(await world.imports.listImports(OPERATOR, '2026')).toEqual([]);
    world.pass(10);
    const taken = await ended(await start([row('1'), row('2')]));
    expect(taken).toMatchObject({ state: 'done', report: { created: 2, alreadyImported: false } });
    expect((await world.importJobs.listJobs(OPERATOR, '2026')).map(({ dryRun }) => dryRun)).toEqual([false, true]);
    expect(await world.differing()).toEqual([]);
  });

  test('a refused file is kept with all its findings', async () => {
    const job = await ended(await start([row('1'), row('2', '610902104', '77'), row('3', '999')]));
    expect(job).toMatchObject({
      state: 'refused',
      report: null,
      error: { code: 'IMPORT_REFUSED', details: { count: 2 } },
    });
    expect(await world.imports.listImports(OPERATOR, '2026')).toEqual([]);
  });

  test('a job that the service ends under is interrupted, and nothing of it is there', async () => {
    const job = await start(Array.from({ length: 3000 }, (_, i) => row(`${i}`)));
    await world.jobs.stop();
    expect(await world.importJobs.getJob(OPERATOR, '2026', job.id)).toMatchObject({
      state: 'interrupted',
      report: null,
    });
    expect(await world.imports.listImports(OPERATOR, '2026')).toEqual([]);
    expect(await world.stores.responses.listStaged(world.connection.reader)).toEqual([]);
  });

  test('a job that a dead process left behind is told as interrupted once it was silent for long', async () => {
    const { id: waveId } = await world.waveRow();
    await world.connection.transaction((tx) =>
      world.stores.importJobs.insert(tx, {
        ...{
          id: 'dead',
          waveId,
          unitCode: null,
          numbersWaveId: null,
          rowsDone: 40,
          rowsTotal: 100,
          fileName: 'a.csv',
          dryRun: false,
          state: 'running',
          share: 0.4,
          report: null,
        },
        ...{ error: null, startedAt: world.deps.clock(), seenAt: world.deps.clock(), startedById: 'x', startedBy: 'x' },
      }),
    );
    const state = async () => (await world.importJobs.getJob(OPERATOR, '2026', 'dead')).state;
    expect(await state()).toBe('running');
    world.pass(5 * 60_000 + 1);
    expect(await state()).toBe('interrupted');
  });

  test('the last twenty are kept', async () => {
    for (let i = 0; i < 22; i += 1) {
      world.pass(10);
      await ended(await start([row(`${i}`, '999')], { dryRun: true }));
    }
    expect(await world.importJobs.listJobs(OPERATOR, '2026')).toHaveLength(20);
  });

  test('only those who may import start one, and see those of their own area or their own', async () => {
    expect(await refusalOf(start([row('1')], { actor: staff('leader') }))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(start([row('1')], { wave: 'nothing' }))).toBe('NOT_FOUND');
    const county = staff('survey-manager', '610902');
    const own = await ended(await start([row('1')], { actor: county }), county);
    expect(own).toMatchObject({ state: 'done', startedBy: 'survey-manager 610902' });
    world.pass(10);
    const others = await ended(await start([row('9', '610924101')]));
    expect((await world.importJobs.listJobs(county, '2026')).map(({ id }) => id)).toEqual([own.id]);
    expect(await refusalOf(world.importJobs.getJob(county, '2026', others.id))).toBe('NOT_FOUND');
    expect(await refusalOf(world.importJobs.listJobs(staff('reviewer'), '2026'))).toBe('ROLE_FORBIDDEN');
    await world.waves.closeWave(OPERATOR, '2026');
    expect(await refusalOf(start([row('5')]))).toBe('WAVE_NOT_OPEN');
  });
});
