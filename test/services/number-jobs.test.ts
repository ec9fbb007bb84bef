import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { createImportJobs, type ImportJob } from '../../src/services/import-jobs.ts';
import { createNumberJobs } from '../../src/services/number-jobs.ts';
import type { NumberReport } from '../../src/services/sampling-frames.ts';
import { INTERVIEWER, MANAGER, type PhoneWorld, startPhone } from '../support/phone.ts';
import { createDatabase, DIALECTS } from '../support/store.ts';
import { refusalOf, staff } from '../support/world.ts';

describe.each(DIALECTS)('numbers brought by a job on %s', (dialect) => {
  let world: PhoneWorld;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    const database = await createDatabase(dialect);
    remove = database.remove;
    world = await startPhone({ databaseUrl: database.place.databaseUrl });
    await world.setUp();
  });
  afterEach(async () => {
    await world.stop();
    await remove();
  });

  const listOf = (count: number, ...more: string[]) =>
    world.numbersFile(
      ['单位,号码', ...Array.from({ length: count }, (_, i) => `610902104,139${20_000_000 + i}`), ...more].join('\n'),
    );
  const start = async (count: number, ...more: string[]) =>
    world.numberJobs.startList(MANAGER, { wave: '2026', file: await listOf(count, ...more), accept: true, seed: 3 });
  async function wait(
    { id }: { readonly id: string },
    isOver = ({ state }: ImportJob<NumberReport>) => state !== 'running',
  ) {
    for (;;) {
      const job = await world.numberJobs.getJob(MANAGER, '2026', id);
      if (isOver(job)) return job;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  const countCases = async () => {
    const wave = await world.stores.waves.findByCode(world.connection.reader, '2026');
    return world.stores.cases.count(world.connection.reader, wave?.id ?? '');
  };

  it('leave their report, and a second time bring only what is missing', async () => {
    const first = await wait(await start(250, '610902104,12'));
    expect(first).toMatchObject({ state: 'done', share: 1, rowsDone: 250, rowsTotal: 250, fileName: 'numbers.csv' });
    expect(first.report).toMatchObject({ rows: 251, accepted: 250, removed: { invalid: 1 } });
    const again = await wait(await start(300));
    expect(again.report).toMatchObject({ rows: 300, accepted: 50, removed: { duplicates: 250 } });
    expect(await countCases()).toBe(300);
    expect((await world.numberJobs.listJobs(MANAGER, '2026')).map(({ id }) => id)).toEqual([again.id, first.id]);
  });

  it('stay as far as they were written when it is cancelled: no more come, and the same list brings the rest', async () => {
    const job = await start(5000);
    await wait(job, ({ rowsTotal, rowsDone }) => rowsTotal !== null && rowsDone >= 300);
    const cancelled = await world.numberJobs.cancelJob(MANAGER, '2026', job.id);
    expect(cancelled).toMatchObject({ state: 'cancelled', rowsTotal: 5000, report: null });
    expect(await countCases()).toBe(cancelled.rowsDone);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await countCases()).toBe(cancelled.rowsDone);
    expect(cancelled.rowsDone).toBeLessThan(5000);
    expect(await world.audit()).toContain('survey-manager-6109 number.import.cancel');
    expect((await wait(await start(5000))).report?.accepted).toBe(5000 - cancelled.rowsDone);
    expect(await countCases()).toBe(5000);
  }, 60_000);

  it('are told as interrupted when the service ends under them', async () => {
    const jobs = createImportJobs({ ...world, onFailure: (error) => expect.unreachable(String(error)) });
    const file = await listOf(5000);
    const job = await createNumberJobs({ ...world, jobs }).startList(MANAGER, { wave: '2026', file, seed: 3 });
    await wait(job, ({ rowsDone, rowsTotal }) => rowsTotal !== null && rowsDone >= 100);
    await jobs.stop();
    const row = await world.stores.importJobs.find(world.connection.reader, job.id);
    expect(row).toMatchObject({ state: 'interrupted', rowsTotal: 5000 });
    expect(await countCases()).toBe(row?.rowsDone);
  }, 60_000);

  it('come by draw too, with the chance of each prefix in the report', async () => {
    const draw = { method: 'systematic', seed: 5, mode: 'phone' } as const;
    const job = await world.numberJobs.startDraw(MANAGER, {
      ...{ ...draw, wave: '2026', towns: [{ unit: '610902104', prefixes: ['1390000'], count: 120 }] },
    });
    expect(job.fileName).toBe('RDD 120 · 5');
    expect((await wait(job)).report).toMatchObject({ accepted: 120, inclusion: [{ drawn: 120 }] });
  });

  it('no town’s own manager and no interviewer sees or starts', async () => {
    const job = await wait(await start(1));
    const county = staff('survey-manager', '610902');
    expect(await refusalOf(world.numberJobs.listJobs(county, '2026'))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(world.numberJobs.getJob(INTERVIEWER, '2026', job.id))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(world.numberJobs.cancelJob(MANAGER, '2026', 'none'))).toBe('NOT_FOUND');
    const file = await listOf(1);
    expect(await refusalOf(world.numberJobs.startList(county, { wave: '2026', file }))).toBe('OUT_OF_SCOPE');
  });

  it('that were only tried go with a draft that is deleted', async () => {
    await world.waves.createWave(OPERATOR, {
      ...{ code: 'draft', survey: 'saohei-county', rootUnit: '6109', period: '2027', modes: ['phone'] },
      ...{ fieldworkStart: '2027-11-01', fieldworkEnd: '2027-11-30' },
    });
    const input = { wave: 'draft', file: await listOf(1), dryRun: true };
    const { id } = await world.numberJobs.startList(MANAGER, input);
    while ((await world.numberJobs.getJob(MANAGER, 'draft', id)).state === 'running') await nextTurn();
    await world.waves.deleteWave(OPERATOR, 'draft');
    expect(await world.stores.importJobs.find(world.connection.reader, id)).toBeNull();
  });

  it('are never told by the report that is kept, whichever column they stood in', async () => {
    const rows = ['13912345678,610902104', '610902104,1.3912345678E+10', '610902104,13912345678 / 13987654321'];
    const { report } = await wait(await start(1, ...rows));
    expect(report?.problems.map(({ row, code }) => `${row} ${code}`)).toEqual([
      ...['3 UNIT_UNKNOWN', '4 PHONE_NUMBER_ROUNDED', '5 PHONE_NUMBER_SEVERAL'],
    ]);
    expect(JSON.stringify(report)).not.toMatch(/12345678|3987654321/);
  });
});
