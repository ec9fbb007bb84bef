import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { bookParts, sheetOf, zipBytes } from '../intake/xlsx-bytes.ts';
import { errorOf, form, startApp, type TestApp } from '../support/app.ts';
import { ANSWERS } from '../support/world.ts';

const HEADER = ['interview_id', 'unit_code', 'mode', 'problems', ...Object.keys(ANSWERS)];
const row = (id: string, unit = '610902104', awareness = '1') =>
  [id, unit, 'phone', '', ...Object.values({ ...ANSWERS, awareness })].join(',');
const csv = (...rows: string[]) => `${[HEADER.join(','), ...rows].join('\n')}\n`;

/** “编码,名称,级别,上级编码” and the town 城关镇 of 610902 as a Chinese Excel writes it: in GBK. */
const GBK_UNITS = Buffer.from(
  'b1e0c2eb2cc3fbb3c62cbcb6b1f02cc9cfbcb6b1e0c2eb0d0a3631303930323131302cb3c7b9d8d5f22cd5f22c3631303930320d0a',
  'hex',
);

describe('files that staff send', () => {
  let it: TestApp;
  let as: (path: string, init?: RequestInit) => Promise<Response>;
  beforeEach(async () => {
    it = await startApp();
    as = await it.signIn('administrator', '6109');
  });
  afterEach(() => it.close());

  const units = (name: string, bytes: Uint8Array | string, more = {}) =>
    as('/api/units/import', form({ units: [name, bytes], ...more }));
  const interviews = (bytes: Uint8Array | string, more = {}) =>
    as('/api/waves/2026/imports', form({ file: ['house.csv', bytes], ...more }));

  test('a GBK file of units is read as what it is', async () => {
    const response = await units('单位.csv', GBK_UNITS);
    expect(await response.json()).toMatchObject({ created: 1, updated: 0 });
    expect((await it.services.units.getUnit(OPERATOR, '610902110')).name).toBe('城关镇');
  });

  test('a workbook with a merged header is refused, and says where', async () => {
    const sheet = `${sheetOf([['code', 'name', 'level', 'parent_code']])}`;
    const parts = bookParts({
      sheets: { 单位: sheet },
      after: { 单位: '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>' },
    });
    const response = await units('单位.xlsx', zipBytes(parts));
    const error = await errorOf(response);
    expect([response.status, error.code]).toEqual([422, 'TABLE_MERGED_CELLS']);
    expect(JSON.stringify(error.details)).toContain('A1:B1');
  });

  test('a workbook that was cut off is refused', async () => {
    const whole = zipBytes(bookParts({ sheets: { 单位: sheetOf([['code', 'name', 'level', 'parent_code']]) } }));
    const response = await units('单位.xlsx', whole.subarray(0, whole.length - 40));
    expect(response.status).toBe(422);
    expect((await errorOf(response)).code).toMatch(/^TABLE_/);
  });

  test('a dry run of interviews says what would come and writes nothing; then they come, once', async () => {
    const file = csv(row('1'), row('2', '610902107', '3'));
    const dry = await interviews(file, { dryRun: 'yes' });
    expect(await dry.json()).toMatchObject({ rows: 2, created: 2, importId: null });
    expect(await (await as('/api/waves/2026/imports')).json()).toEqual({ imports: [] });
    expect(await (await interviews(file)).json()).toMatchObject({ rows: 2, created: 2, alreadyImported: false });
    expect(await (await interviews(file)).json()).toMatchObject({ created: 0, unchanged: 2, alreadyImported: true });
    const { imports } = (await (await as('/api/waves/2026/imports')).json()) as { imports: object[] };
    expect(imports).toEqual([expect.objectContaining({ fileName: 'house.csv', rows: 2, created: 2 })]);
  });

  test('an import that nobody waits for is asked about, and ends with the same report', async () => {
    const file = ['house.csv', csv(row('1'), row('2', '999'))] as const;
    const started = await as('/api/waves/2026/import-jobs', form({ file }));
    expect(started.status).toBe(202);
    let job = (await started.json()) as { id: string; state: string; error: { code: string } | null };
    while (job.state === 'running') {
      job = (await (await as(`/api/waves/2026/import-jobs/${job.id}`)).json()) as typeof job;
    }
    expect([job.state, job.error?.code]).toEqual(['refused', 'IMPORT_REFUSED']);
    const { jobs } = (await (await as('/api/waves/2026/import-jobs')).json()) as { jobs: object[] };
    expect(jobs).toEqual([expect.not.objectContaining({ error: expect.anything() })]);
    expect((await as('/api/waves/2026/import-jobs/nothing')).status).toBe(404);
  });

  test('every bad row is named with its line and column, and none is taken over', async () => {
    const response = await interviews(csv(row('1'), row('2', '999'), row('3', '610902104', '7'), row('1')));
    const { code, details } = await errorOf(response);
    expect([response.status, code, details.count]).toEqual([422, 'IMPORT_REFUSED', 3]);
    expect((details.problems as Array<{ row: number }>).map((problem) => problem.row)).toEqual([3, 4, 5]);
    expect(await it.services.imports.listImports(OPERATOR, '2026')).toEqual([]);
  });

  test('a row that was cut off is named, and nothing is taken over', async () => {
    const { code, details } = await errorOf(await interviews(csv(row('1'), row('2').slice(0, 20))));
    expect(code).toBe('IMPORT_REFUSED');
    expect(JSON.stringify(details.problems)).toContain('"row":3');
  });

  test('a way of weighting that there is not is refused, not replaced by another', async () => {
    const file = ['margins.csv', 'code,sex,age_band,population\n610902,male,18-29,9000\n'] as const;
    const set = (more: object) => as('/api/waves/2026/margins', form({ file, ...more }));
    expect(await errorOf(await set({ method: 'guess' }))).toMatchObject({
      code: 'INPUT_INVALID',
      details: { field: 'method' },
    });
    expect((await errorOf(await set({ cap: 'much' }))).code).toBe('INPUT_INVALID');
    expect(await (await as('/api/waves/2026/margins')).json()).toEqual({ margins: null });
  });

  test('a file that is none, an empty one, and no file at all are refused in words', async () => {
    const codes: string[] = [];
    for (const bytes of ['', '\u0000\u0001\u0002', 'interview_id,unit_code\n']) {
      const response = await interviews(bytes);
      expect([413, 422]).toContain(response.status);
      codes.push((await errorOf(response)).code);
    }
    expect(codes).not.toContain('INTERNAL');
    const missing = await as('/api/waves/2026/imports', form({ dryRun: 'yes' }));
    expect(await errorOf(missing)).toMatchObject({ code: 'INPUT_INVALID', details: { field: 'file' } });
    const json = await as('/api/waves/2026/imports', { method: 'POST', body: '{}' });
    expect((await errorOf(json)).code).toBe('INPUT_INVALID');
    const cut = await as('/api/waves/2026/imports', {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\ninterview_id',
    });
    expect((await errorOf(cut)).code).toBe('INPUT_INVALID');
    const badMapping = await interviews(csv(row('1')), { mapping: '{"unit":' });
    expect(await errorOf(badMapping)).toMatchObject({ code: 'INPUT_INVALID', details: { field: 'mapping' } });
  });

  test('a file of ten megabytes is read; one beyond the limit is refused before it is', async () => {
    const note = '注'.repeat(3000);
    const rows = Array.from({ length: 1200 }, (_, i) => `${row(`${i}`)},${note}`);
    const long = [`${HEADER.join(',')},note`, ...rows].join('\n');
    expect(Buffer.byteLength(long)).toBeGreaterThan(10_000_000);
    expect(await (await interviews(long, { dryRun: 'yes' })).json()).toMatchObject({ rows: 1200 });
    const response = await as('/api/waves/2026/imports', {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x', 'content-length': String(65 * 1024 * 1024) },
      body: 'x',
    });
    expect([response.status, await errorOf(response)]).toMatchObject([
      413,
      { code: 'BODY_TOO_LARGE', details: { limit: '64 MB' } },
    ]);
  });
});
