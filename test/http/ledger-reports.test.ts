import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTable, readTable } from '../../src/intake/table-file.ts';
import { errorOf, json, startApp, type TestApp } from '../support/app.ts';

const WULI = '610902104';

describe('what comes out of the ledger over HTTP', () => {
  let it: TestApp;
  let as: (path: string, init?: RequestInit) => Promise<Response>;
  beforeAll(async () => {
    it = await startApp();
    as = await it.signIn('publicity', WULI);
    const entry = { unit: WULI, kind: 'leaflet', startDate: '2026-01-05', title: '=1+1' };
    for (const [i, quantity] of ['3万余份', '10万余'].entries()) {
      const response = await as('/api/outputs', json('POST', { ...entry, quantity, clientKey: `entry-${i}0` }));
      expect(response.status).toBe(201);
    }
  });
  afterAll(() => it.close());

  test('a report says its total with its qualifier, and its paragraph', async () => {
    const response = await as(`/api/ledger/report?unit=${WULI}&period=2026-01`);
    const report = (await response.json()) as { total: { lines: { period: object }[] }; bulletin: { zh: string } };
    expect(report.total.lines[0]?.period).toEqual({ value: 130_000, qualifier: 'at-least', entries: 2, uncounted: 0 });
    expect(report.bulletin.zh).toContain('宣传资料至少130,000份');
  });

  test('its spreadsheet is a file with a Chinese name that no browser opens by itself', async () => {
    const response = await as(`/api/ledger/report.xlsx?unit=${WULI}&period=2026-01`);
    expect(response.headers.get('content-type')).toBe(
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const name = /^attachment; filename\*=UTF-8''(.+)$/.exec(response.headers.get('content-disposition') ?? '')?.[1];
    expect(decodeURIComponent(name ?? '')).toBe('宣传台账报表-五里镇-2026-01.xlsx');
    const bytes = Buffer.from(await response.arrayBuffer());
    const { rows } = await readTable(await openTable({ name: 'x.xlsx', bytes }, { sheet: '本期产出' }));
    expect(rows[0]?.cells).toMatchObject({ 单位: '五里镇', 类别: '宣传资料', 本期: '130000', 本期·限定: '至少' });
  });

  test('the list is a file that a spreadsheet reads and does not compute', async () => {
    const response = await as(`/api/ledger/outputs.csv?unit=${WULI}&kinds=leaflet`);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(bytes.toString('utf8').split('\r\n')).toHaveLength(4);
    expect(bytes.toString('utf8')).toContain("'=1+1");
  });

  test('a list that may not be read is refused before the file begins', async () => {
    const refused = await as('/api/ledger/outputs.csv?unit=610924');
    expect([refused.status, (await errorOf(refused)).code]).toEqual([403, 'OUT_OF_SCOPE']);
    const bad = await as(`/api/ledger/report?unit=${WULI}&period=neulich`);
    expect([bad.status, (await errorOf(bad)).code]).toEqual([422, 'PERIOD_BAD']);
  });
});
