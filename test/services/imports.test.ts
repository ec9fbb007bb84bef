import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { openTable, type TableFile } from '../../src/intake/table-file.ts';
import { newId } from '../../src/runtime.ts';
import { type Actor, OPERATOR } from '../../src/services/actor.ts';
import { createImportService, type NewImport } from '../../src/services/imports.ts';
import { createSurveyService } from '../../src/services/surveys.ts';
import { createTallyService } from '../../src/services/tallies.ts';
import { createWaveService } from '../../src/services/waves.ts';
import { unitRow } from '../support/rows.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';

const readJson = (name: string): unknown => JSON.parse(readFileSync(`surveys/${name}.json`, 'utf8'));

/** A database with a city of two counties and three towns, and the wave “2019” of the county survey, open for phone. */
async function createWorld(db: TestStores) {
  const { connection, stores } = db;
  let now = Date.UTC(2019, 5, 15);
  const deps = { connection, stores, newId, clock: () => now, today: () => '2019-06-15' };
  await connection.transaction((tx) =>
    stores.units.insert(
      tx,
      [
        unitRow(),
        unitRow({ code: '610902', name: '汉滨区', level: 'county', parentCode: '6109', path: '/6109/610902/' }),
        unitRow({ code: '610924', name: '紫阳县', level: 'county', parentCode: '6109', path: '/6109/610924/' }),
        town('610902104', '五里镇', '610902'),
        town('610902107', '恒口镇', '610902'),
        town('610924101', '蒿坪镇', '610924'),
      ],
      1,
    ),
  );
  const surveys = createSurveyService(deps);
  await surveys.publishSurvey(OPERATOR, {
    definition: readJson('saohei-county'),
    indicators: readJson('saohei-county.indicators'),
  });
  const waves = createWaveService(deps);
  await waves.createWave(OPERATOR, {
    code: '2019',
    survey: 'saohei-county',
    rootUnit: '6109',
    period: '2019',
    modes: ['phone'],
    fieldworkStart: '2019-06-01',
    fieldworkEnd: '2019-06-30',
  });
  await waves.openWave(OPERATOR, '2019');
  const imports = createImportService({ ...deps, surveys });
  const tallies = createTallyService({ ...deps, surveys });
  return {
    imports,
    waves,
    pass: (ms: number) => {
      now += ms;
    },
    import: async (csv: string | Uint8Array | TableFile, more: Partial<NewImport> & { actor?: Actor } = {}) => {
      const { actor = OPERATOR, ...change } = more;
      const isFile = typeof csv === 'object' && 'rows' in csv;
      const bytes = isFile ? Buffer.from('a file of its own') : Buffer.from(csv);
      const file = isFile ? csv : await openTable({ name: 'house.csv', bytes });
      const fileHash = createHash('sha256').update(bytes).digest('hex');
      return imports.importInterviews(actor, {
        ...{ wave: '2019', file, fileHash, fileName: 'house.csv', mapping: null },
        ...change,
      });
    },
    /** What stands in the store: responses by state, and whether the tallies agree with them. */
    look: async () => {
      const states: Record<string, number> = {};
      const wave = await stores.waves.findByCode(connection.reader, '2019');
      for await (const page of stores.responses.walk(connection.reader, wave?.id ?? '')) {
        for (const { response } of page) states[response.state] = (states[response.state] ?? 0) + 1;
      }
      const [check] = await tallies.verifyTallies(OPERATOR, '2019');
      const cells = await stores.tallies.readTotals(connection.reader, wave?.id ?? '', ['safety']);
      return { states, differing: check?.differing, safety: cells.reduce((sum, cell) => sum + cell.n, 0) };
    },
    audit: async () =>
      (await stores.audit.list(connection.reader, { units: null, limit: 50 })).filter(
        ({ action }) => action === 'response.import',
      ),
  };
}

function town(code: string, name: string, parentCode: string) {
  return unitRow({ code, name, level: 'town', parentCode, path: `/6109/${parentCode}/${code}/` });
}

const ANSWERS = {
  sex: '女',
  age: '45',
  area: '农村',
  safety: '很安全',
  problems: '',
  trend: '好转了',
  heard: 'fraud;gangs',
  awareness: '知道',
  reporting: '拨打110',
  channels: 'wechat-video;family',
  recognition: '比较满意',
  disputes: '都能及时处理',
  coached: '没有',
};
const HEADER = ['访问编号', '单位编码', '访问日期', ...Object.keys(ANSWERS)];

function row(id: string, unit = '610902104', change: Partial<typeof ANSWERS> = {}): string {
  return [id, unit, '2019-06-10', ...Object.values({ ...ANSWERS, ...change })].join(',');
}
const csvOf = (rows: readonly string[]): string => `${[HEADER.join(','), ...rows].join('\n')}\n`;
const many = (n: number, prefix = 'A'): string[] => Array.from({ length: n }, (_, i) => row(`${prefix}${i}`));

async function refusal(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof AppError) return error;
  throw error ?? new Error('it was not refused');
}

const manager = (unitCode: string, unitPath: string, role: 'survey-manager' | 'leader' = 'survey-manager'): Actor => {
  return { kind: 'staff', id: 'u1', name: '王主任', role, unitCode, unitPath };
};

describe.each(DIALECTS)('importing interviews into %s', (dialect) => {
  let db: TestStores;
  afterEach(() => db.close());
  const start = async () => {
    db = await withStores(dialect);
    return createWorld(db);
  };

  test('counts every row once, and says what the codes were', async () => {
    const world = await start();
    const rows = [...many(1203), row('N1', '610924101', { safety: '不太安全', problems: 'fraud' })];
    const shares: number[] = [];
    const report = await world.import(csvOf(rows), { onProgress: (share) => shares.push(share) });
    expect(report).toMatchObject({ rows: 1204, created: 1204, unchanged: 0, guessed: true, warnings: [] });
    expect(report).toMatchObject({ byDisposition: { '1.1': 1204 }, unusedColumns: [], alreadyImported: false });
    expect(await world.look()).toEqual({ states: { ended: 1204 }, differing: [], safety: 1204 });
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    expect(await world.audit()).toMatchObject([{ objectId: '2019', details: { rows: 1204, created: 1204 } }]);
    const listed = await world.imports.listImports(OPERATOR, '2019');
    expect(listed).toMatchObject([{ id: report.importId, fileName: 'house.csv', rows: 1204, importedBy: 'operator' }]);
  });

  test('changes nothing when the same file or the same rows come again', async () => {
    const world = await start();
    await world.import(csvOf(many(20)));
    const before = await world.look();
    expect(await world.import(csvOf(many(20)))).toMatchObject({ alreadyImported: true, created: 0, unchanged: 20 });
    const again = await world.import(csvOf([...many(20)].reverse()));
    expect(again).toMatchObject({ alreadyImported: false, created: 0, unchanged: 20, importId: null });
    expect(await world.look()).toEqual(before);
    expect(await world.import(csvOf([...many(20), row('B1')]))).toMatchObject({ created: 1, unchanged: 20 });
    expect(await world.look()).toMatchObject({ states: { ended: 21 }, differing: [] });
  });

  test('refuses the whole file for one bad row, and names every one', async () => {
    const world = await start();
    const csv = csvOf([
      row('A1'),
      row('A1'),
      row('A2', '999'),
      row('A3', '610902104', { safety: '极好' }),
      row('A4', '610902104', { recognition: '' }),
    ]);
    const error = await refusal(world.import(csv));
    expect(error.code).toBe('IMPORT_REFUSED');
    expect(error.details).toMatchObject({
      count: 4,
      problems: [
        { code: 'INTERVIEW_ID_DUPLICATE', row: 3, column: '访问编号' },
        { code: 'UNIT_UNKNOWN', row: 4, column: '单位编码' },
        { code: 'ANSWER_CHOICE', row: 5, column: 'safety' },
        { code: 'INTERVIEW_INCOMPLETE', row: 6, details: { question: ['recognition'] } },
      ],
    });
    expect(await world.look()).toEqual({ states: {}, differing: [], safety: 0 });
    expect(await world.audit()).toEqual([]);
  });

  test('lists a thousand problems and counts the rest', async () => {
    const world = await start();
    const csv = csvOf(Array.from({ length: 1500 }, (_, i) => row(`A${i}`, '999')));
    const { count, problems } = (await refusal(world.import(csv))).details as { count: number; problems: unknown[] };
    expect([count, problems.length]).toEqual([1500, 1000]);
  });

  test('does not overwrite an interview that comes back with other answers', async () => {
    const world = await start();
    await world.import(csvOf(many(3)));
    const csv = csvOf([row('A0'), row('A1', '610902104', { safety: '一般' }), row('A2', '610902107')]);
    const error = await refusal(world.import(csv));
    expect(error.details).toMatchObject({
      count: 2,
      problems: [
        { code: 'INTERVIEW_CHANGED', row: 3, details: { id: 'A1' } },
        { code: 'INTERVIEW_CHANGED', row: 4, details: { id: 'A2' } },
      ],
    });
  });

  test('writes nothing in a dry run', async () => {
    const world = await start();
    expect(await world.import(csvOf(many(5)), { dryRun: true })).toMatchObject({ created: 5, importId: null });
    expect(await world.look()).toEqual({ states: {}, differing: [], safety: 0 });
  });

  test('keeps break-offs and refusals by their codes and counts their answers in no rate', async () => {
    const world = await start();
    const csv = `结果码,${HEADER.join(',')}\n1.1,${row('A1')}\n2.12,${row('A2', '610902104', { recognition: '' })}\n2.11,${row('A3', '610902104', { safety: '' })}\n`;
    const report = await world.import(csv);
    expect(report.byDisposition).toEqual({ '1.1': 1, '2.11': 1, '2.12': 1 });
    expect(await world.look()).toEqual({ states: { ended: 3 }, differing: [], safety: 1 });
  });

  test('lets a mapping leave a required question out on purpose', async () => {
    const world = await start();
    const questions = Object.fromEntries(
      Object.keys(ANSWERS).map((code) => [
        code,
        ['heard', 'reporting', 'channels', 'problems'].includes(code)
          ? { column: code, separator: ';' }
          : { column: code },
      ]),
    );
    const mapping = {
      ...{ interviewId: '访问编号', unit: { column: '单位编码', by: 'code' }, mode: 'phone' },
      questions: { ...questions, adult: { fixed: '1' }, resident: { fixed: '1' }, coached: null },
    };
    const report = await world.import(csvOf(many(2)), { mapping });
    expect(report).toMatchObject({ created: 2, guessed: false, unusedColumns: ['访问日期', 'coached'] });
  });

  test('names what a mapping lacks', async () => {
    const world = await start();
    const error = await refusal(world.import(csvOf(many(2)), { mapping: { interviewId: '编号' } }));
    expect(error.code).toBe('IMPORT_REFUSED');
    expect(JSON.stringify(error.details)).toContain('MAPPING_COLUMN');
  });

  test('warns of dates outside the fieldwork', async () => {
    const world = await start();
    const csv = csvOf([row('A1'), row('A2').replace('2019-06-10', '2018-06-10')]);
    expect((await world.import(csv)).warnings).toMatchObject([
      { code: 'INTERVIEW_DATE_OUTSIDE', row: 3, column: '访问日期', details: { count: 1 } },
    ]);
  });

  test('refuses a mode that the wave does not have', async () => {
    const world = await start();
    const error = await refusal(world.import(`访问方式,${HEADER.join(',')}\n面访,${row('A1')}\n`));
    expect(error.details).toMatchObject({ problems: [{ code: 'WAVE_MODE', row: 2, column: '访问方式' }] });
  });

  test('reads the GBK of a survey house', async () => {
    const world = await start();
    // 五里镇,蒿坪镇 by name, encoded as Excel on a Chinese Windows does.
    const names = new Map([
      ['访问编号', 'b7c3cecab1e0bac5'],
      ['乡镇', 'cfe7d5f2'],
      ['五里镇', 'cee5c0efd5f2'],
      ['蒿坪镇', 'ddefc6bad5f2'],
    ]);
    const gbk = (text: string) => Buffer.from(names.get(text) ?? Buffer.from(text).toString('hex'), 'hex');
    const plain = { sex: 'female', age: '45', area: 'rural', safety: '1', problems: '', trend: '1', heard: 'gangs' };
    const rest = {
      awareness: '1',
      reporting: 'police',
      channels: 'family',
      recognition: '2',
      disputes: '1',
      coached: '2',
    };
    const answers = { ...plain, ...rest };
    const lines = [
      ['访问编号', '乡镇', ...Object.keys(answers)],
      ['A1', '五里镇', ...Object.values(answers)],
      ['A2', '蒿坪镇', ...Object.values(answers)],
    ];
    const bytes = Buffer.concat(
      lines.flatMap((line) => [
        ...line.flatMap((cell, i) => [Buffer.from(i ? ',' : ''), gbk(cell)]),
        Buffer.from('\n'),
      ]),
    );
    expect(await world.import(bytes)).toMatchObject({ created: 2 });
  });

  test('leaves nothing behind when it breaks off between two batches', async () => {
    const world = await start();
    const whole = await openTable({ name: 'house.csv', bytes: Buffer.from(csvOf(many(1200))) });
    let passes = 0;
    const breaking: TableFile = {
      ...whole,
      async *rows(onBytes) {
        passes += 1;
        let n = 0;
        for await (const item of whole.rows(onBytes)) {
          n += 1;
          if (passes === 2 && n > 700) throw new Error('the disk was pulled out');
          yield item;
        }
      },
    };
    await expect(world.import(breaking)).rejects.toThrow('pulled out');
    expect(await world.look()).toEqual({ states: {}, differing: [], safety: 0 });
    expect(await world.import(csvOf(many(1200)))).toMatchObject({ created: 1200 });
  });

  test('clears away what a killed import left, and not what a living one is writing', async () => {
    const world = await start();
    let released = (): void => {};
    const held = new Promise<void>((resolve) => {
      released = resolve;
    });
    const whole = await openTable({ name: 'house.csv', bytes: Buffer.from(csvOf(many(1200))) });
    let passes = 0;
    let isHolding = (): void => {};
    const holding = new Promise<void>((resolve) => {
      isHolding = resolve;
    });
    const slow: TableFile = {
      ...whole,
      async *rows(onBytes) {
        passes += 1;
        let n = 0;
        for await (const item of whole.rows(onBytes)) {
          n += 1;
          if (passes === 2 && n === 700) {
            isHolding();
            await held;
          }
          yield item;
        }
      },
    };
    const hanging = refusal(world.import(slow));
    await holding;
    expect((await refusal(world.import(csvOf(many(3))))).code).toBe('IMPORT_RUNNING');
    expect(await world.look()).toMatchObject({ states: { staged: 600 }, safety: 0 });
    world.pass(6 * 60_000);
    expect(await world.import(csvOf(many(3)))).toMatchObject({ created: 3 });
    released();
    expect((await hanging).code).toBe('IMPORT_INTERRUPTED');
    expect(await world.look()).toEqual({ states: { ended: 3 }, differing: [], safety: 3 });
  });

  test('lets one of two simultaneous imports win, whole', async () => {
    const world = await start();
    const results = await Promise.all(
      [1, 2].map(() =>
        world.import(csvOf(many(1100))).then(
          ({ created }) => created,
          ({ code }: AppError) => code,
        ),
      ),
    );
    expect(results.filter((result) => result === 1100)).toHaveLength(1);
    expect([0, 1100, 'IMPORT_RUNNING']).toContain(results.find((result) => result !== 1100));
    expect(await world.look()).toEqual({ states: { ended: 1100 }, differing: [], safety: 1100 });
  });

  test('notices that the wave was closed meanwhile', async () => {
    const world = await start();
    const whole = await openTable({ name: 'house.csv', bytes: Buffer.from(csvOf(many(10))) });
    let passes = 0;
    const file: TableFile = {
      ...whole,
      async *rows(onBytes) {
        passes += 1;
        if (passes === 2) await world.waves.closeWave(OPERATOR, '2019');
        yield* whole.rows(onBytes);
      },
    };
    expect((await refusal(world.import(file))).code).toBe('WAVE_NOT_OPEN');
    expect(await world.look()).toEqual({ states: {}, differing: [], safety: 0 });
    expect((await refusal(world.import(csvOf(many(1))))).code).toBe('WAVE_NOT_OPEN');
  });

  test('is for survey managers, within their own units', async () => {
    const world = await start();
    const leader = manager('6109', '/6109/', 'leader');
    expect((await refusal(world.import(csvOf(many(1)), { actor: leader }))).code).toBe('ROLE_FORBIDDEN');
    expect((await refusal(world.imports.listImports(leader, '2019'))).code).toBe('ROLE_FORBIDDEN');
    const hanbin = manager('610902', '/6109/610902/');
    const error = await refusal(world.import(csvOf([row('A1'), row('A2', '610924101')]), { actor: hanbin }));
    expect(error.details).toMatchObject({ count: 1, problems: [{ code: 'OUT_OF_SCOPE', row: 3 }] });
    expect(await world.import(csvOf(many(1)), { actor: hanbin })).toMatchObject({ created: 1 });
    expect(await world.audit()).toMatchObject([{ actorName: '王主任' }]);
    const elsewhere = manager('4201', '/4201/');
    expect((await refusal(world.import(csvOf(many(1)), { actor: elsewhere }))).code).toBe('OUT_OF_SCOPE');
  });
});
