import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sumCells } from '../../src/core/publicity/sums.ts';
import { totalOf } from '../../src/core/publicity/totals.ts';
import { openTable } from '../../src/intake/table-file.ts';
import { type Actor, OPERATOR } from '../../src/services/actor.ts';
import type { ImportJob } from '../../src/services/import-jobs.ts';
import { createKindService } from '../../src/services/kinds.ts';
import { createLedgerImportJobs, type LedgerImportJobs } from '../../src/services/ledger-import-jobs.ts';
import {
  createLedgerImportService,
  type LedgerImportReport,
  type LedgerImportService,
} from '../../src/services/ledger-imports.ts';
import { createOutputService, type OutputService } from '../../src/services/outputs.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';
import { createWorld, refusal, refusalOf, staff, type World } from '../support/world.ts';

const WULI = '610902104';
const HENGKOU = '610902107';
const HEAD = '日期,地点,类别,数量';
const rowsOf = (n: number, kind = '宣讲'): string =>
  [HEAD, ...Array.from({ length: n }, (_, i) => `2026-03-0${1 + (i % 9)},第${i}组,${kind},${i + 1}`)].join('\n');

describe.each(DIALECTS)('imports into the ledger as jobs on %s', (dialect) => {
  let db: TestStores;
  let world: World;
  let outputs: OutputService;
  let imports: LedgerImportService;
  let jobs: LedgerImportJobs;
  beforeEach(async () => {
    db = await withStores(dialect);
    world = createWorld(db);
    await world.loadUnits();
    const kinds = createKindService(world.deps);
    outputs = createOutputService({ ...world.deps, kinds });
    imports = createLedgerImportService({ ...world.deps, kinds });
    jobs = createLedgerImportJobs({ ...world.deps, imports, jobs: world.jobs });
  });
  afterEach(async () => {
    await world.jobs.stop();
    expect(world.failures).toEqual([]);
    await db.close();
  });

  const town = staff('publicity', WULI);
  const county = staff('reviewer', '610902');
  const fileOf = async (csv: string) => {
    const bytes = Buffer.from(csv);
    const fileHash = createHash('sha256').update(bytes).digest('hex');
    return { fileName: '台账.csv', mapping: null, fileHash, file: await openTable({ name: '台账.csv', bytes }) };
  };
  const start = async (csv: string, { dryRun = false, actor = town as Actor } = {}) =>
    jobs.startImport(actor, { ...(await fileOf(csv)), dryRun });
  async function until(
    job: ImportJob<LedgerImportReport>,
    is: (now: ImportJob<LedgerImportReport>) => boolean,
    actor: Actor = town,
  ): Promise<ImportJob<LedgerImportReport>> {
    for (;;) {
      const now = await jobs.getJob(actor, job.id);
      if (is(now) || now.state !== 'running') return now;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  const ended = (job: ImportJob<LedgerImportReport>, actor: Actor = town) => until(job, () => false, actor);
  const list = async () => (await outputs.listOutputs(OPERATOR, {})).outputs;
  const total = async (kind: string) => {
    const { ever } = await world.stores.outputs.readSums(world.connection.reader, {
      ...{ units: ['6109'], stock: [], windows: { ever: { from: '', to: '9999' } } },
    });
    return totalOf(sumCells(ever.filter((one) => one.kind === kind && one.what === '')));
  };
  const isSound = async () => (await outputs.recountLedger(OPERATOR, { write: false })).differing === 0;
  const talk = { kind: 'talk', quantity: '1', startDate: '2026-03-05', clientKey: 'by hand', unit: WULI };

  test('a check and an import answer at once, say their rows, and keep their reports', async () => {
    const check = await ended(await start(rowsOf(300), { dryRun: true }));
    expect(check).toMatchObject({ state: 'done', dryRun: true, report: { rows: 300, created: 300, importId: null } });
    world.pass(10);
    const job = await start(rowsOf(300));
    expect(job).toMatchObject({ state: 'running', rowsDone: 0, rowsTotal: null, report: null });
    const done = await ended(job);
    expect(done).toMatchObject({ state: 'done', share: 1, rowsDone: 300, rowsTotal: 300, report: { created: 300 } });
    expect((await jobs.listJobs(town)).map(({ dryRun }) => dryRun)).toEqual([false, true]);
    expect(await total('talk')).toMatchObject({ entries: 300 });
    expect(await isSound()).toBe(true);
  });

  test('nothing of an import is there before all of it is, and others write meanwhile', async () => {
    const job = await start(rowsOf(2000));
    await until(job, ({ rowsTotal, rowsDone }) => rowsTotal !== null && rowsDone >= 100);
    await outputs.addOutput(town, talk);
    if ((await jobs.getJob(town, job.id)).state === 'running') {
      expect((await list()).map(({ quantity }) => quantity.text)).toEqual(['1']);
      expect(await total('talk')).toMatchObject({ entries: 1 });
      expect(await outputs.countDays(OPERATOR, { month: '2026-03' })).toEqual([{ day: '2026-03-05', entries: 1 }]);
      expect(await isSound()).toBe(true);
    }
    expect(await ended(job)).toMatchObject({ state: 'done', report: { created: 2000 } });
    expect(await total('talk')).toMatchObject({ entries: 2001 });
    expect(await isSound()).toBe(true);
  });

  test('a cancelled import leaves nothing, and the same file can be taken afterwards', async () => {
    const job = await start(rowsOf(3000));
    await until(job, ({ rowsTotal }) => rowsTotal !== null);
    expect(await refusalOf(jobs.cancelJob(staff('publicity', '610924'), job.id))).toBe('NOT_FOUND');
    expect(await jobs.cancelJob(town, job.id)).toMatchObject({ state: 'cancelled', report: null });
    await world.jobs.stop();
    expect(await jobs.getJob(town, job.id)).toMatchObject({ state: 'cancelled' });
    expect([await list(), await imports.listImports(town), await total('talk')]).toEqual([[], [], null]);
    expect(await world.stores.ledgerImports.listLeft(world.connection.reader, Number.MAX_SAFE_INTEGER)).toEqual([]);
    expect(await ended(await start(rowsOf(3000)))).toMatchObject({ state: 'done', report: { created: 3000 } });
    expect(await jobs.cancelJob(town, job.id)).toMatchObject({ state: 'cancelled' });
    expect(await isSound()).toBe(true);
  });

  test('an import that the service ends under is interrupted, and nothing of it is there', async () => {
    const job = await start(rowsOf(3000));
    await until(job, ({ rowsTotal }) => rowsTotal !== null);
    await world.jobs.stop();
    expect(await jobs.getJob(town, job.id)).toMatchObject({ state: 'interrupted', report: null });
    expect([await list(), await imports.listImports(town), await total('talk')]).toEqual([[], [], null]);
  });

  test('what a killed process left is swept away after a minute, and the file can be taken', async () => {
    const { connection, stores, deps } = world;
    const about = { fileName: 'a.csv', mapping: {}, rows: 1, importedAt: deps.clock(), importedBy: 'x' };
    await outputs.addOutput(town, talk);
    const [one] = await list();
    await connection.transaction(async (tx) => {
      const row = (await stores.outputs.find(tx, one?.id ?? '')) ?? null;
      if (!row) throw new RangeError('no entry');
      await stores.ledgerImports.insert(tx, {
        ...{ id: 'dead', unitCode: WULI, fileHash: 'h', state: 'staged', changedAt: deps.clock(), ...about },
      });
      await stores.outputs.insertMany(tx, [{ ...row, id: 'staged', clientKey: 'import:x:0', importId: 'dead' }]);
      const sum = { unitCode: WULI, month: '2026-03', kind: 'talk', what: '', mediaLevel: '', qualifier: 'exact' };
      await stores.ledgerImports.stageSums(tx, 'dead', [{ ...sum, n: 1, sum: 1 }], deps.clock());
    });
    expect([await imports.sweepStaged(), (await list()).length, await isSound()]).toEqual([0, 1, true]);
    world.pass(60_001);
    expect([await imports.sweepStaged(), (await list()).length, await isSound()]).toEqual([1, 1, true]);
    expect(await stores.outputs.find(connection.reader, 'staged')).toBeNull();
    expect(await stores.ledgerImports.listLeftSums(connection.reader, Number.MAX_SAFE_INTEGER)).toEqual([]);
  });

  test('what others count at the same places meanwhile is counted once, before and after an undo', async () => {
    const job = await start(rowsOf(400, '横幅'));
    await until(job, ({ rowsTotal, rowsDone }) => rowsTotal !== null && rowsDone >= 100);
    const spot = { kind: 'banner', unit: WULI, startDate: '2026-03-20' };
    for (let i = 0; i < 40; i += 1) {
      const place = `第${i * 10}组`;
      await outputs.addOutput(town, { ...spot, place, quantity: `${i + 1}`, clientKey: `banner ${i}` });
    }
    const done = await ended(job);
    expect(done.state).toBe('done');
    expect(await isSound()).toBe(true);
    const undoing = imports.undoImport(town, done.report?.importId ?? '');
    await outputs.addOutput(town, { ...spot, place: '第5组', quantity: '7', clientKey: 'later' });
    expect(await undoing).toEqual({ withdrawn: 400 });
    expect(await isSound()).toBe(true);
    expect(await total('banner')).toMatchObject({ value: (40 * 41) / 2 + 7, entries: 41 });
  });

  test('a row that was undone and restored is known when its sheet comes again, in either order', async () => {
    const csv = `${HEAD}\n2026-03-01,,宣讲,3\n2026-03-02,,宣讲,4\n`;
    const first = await ended(await start(csv));
    await imports.undoImport(town, first.report?.importId ?? '');
    const [later, sooner] = await list();
    if (!later || !sooner) throw new RangeError('two entries');
    await outputs.restoreOutput(town, later.id, { version: later.version });
    world.pass(10);
    const again = await ended(await start(csv));
    expect(again.report).toMatchObject({ created: 1, unchanged: 1 });
    expect(again.report?.warnings).toMatchObject([{ code: 'LEDGER_ROWS_KNOWN', row: 3, details: { count: 1 } }]);
    expect(await total('talk')).toMatchObject({ value: 7, entries: 2 });
    const refused = await refusal(outputs.restoreOutput(town, sooner.id, { version: sooner.version }));
    expect([refused.code, refused.details.date, refused.details.quantity]).toEqual([
      'LEDGER_ROW_THERE',
      '2026-03-01',
      '3',
    ]);
    expect(await isSound()).toBe(true);
  });

  test('a month that is closed while rows are written refuses them all', async () => {
    let closing: Promise<void> | null = null;
    const refused = await refusal(
      imports.importLedger(town, {
        ...(await fileOf(rowsOf(500))),
        onProgress: (_share, rows) => {
          if (rows && rows.total !== null) closing ??= outputs.closeMonth(county, { unit: '610902', month: '2026-03' });
        },
      }),
    );
    await closing;
    expect([refused.code, refused.details.count]).toEqual(['IMPORT_REFUSED', 500]);
    expect([await list(), await total('talk')]).toEqual([[], null]);
  });

  test('jobs are seen by whoever started them and by those above; only who writes may start one', async () => {
    const own = await ended(await start(rowsOf(1)));
    expect((await jobs.listJobs(county)).map(({ id }) => id)).toEqual([own.id]);
    expect(await jobs.getJob(OPERATOR, own.id)).toMatchObject({ state: 'done', startedBy: 'publicity 610902104' });
    expect(await jobs.listJobs(staff('publicity', '610924'))).toEqual([]);
    expect(await refusalOf(jobs.getJob(staff('publicity', '610924'), own.id))).toBe('NOT_FOUND');
    expect(await refusalOf(start(rowsOf(1), { actor: staff('leader') }))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(jobs.startImport(town, { ...(await fileOf(rowsOf(1))), unit: HENGKOU }))).toBe(
      'OUT_OF_SCOPE',
    );
  });
});
