import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { form, json, startApp, type TestApp } from '../support/app.ts';
import { createDatabase, DIALECTS } from '../support/store.ts';

const NUL = '\u0000';

describe.each(DIALECTS)('a character that no database of ours should see, on %s', (dialect) => {
  let it: TestApp;
  let as: (path: string, init?: RequestInit) => Promise<Response>;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const database = await createDatabase(dialect);
    remove = database.remove;
    it = await startApp({}, { databaseUrl: database.place.databaseUrl });
    as = await it.signIn('administrator', '6109');
  });
  afterAll(async () => {
    await it.close();
    await remove();
  });

  const entry = {
    unit: '610902104',
    kind: 'leaflet',
    startDate: '2025-08-01',
    quantity: '5',
    clientKey: 'key-of-test',
  };
  test.each([
    ['in a key', '/api/outputs', json('POST', { ...entry, clientKey: `key-of-test${NUL}` })],
    ['in a reason', '/api/outputs', json('POST', { ...entry, reason: `补录${NUL}` })],
    ['in a list of ids', '/api/outputs/accept', json('POST', { ids: [NUL] })],
    ['in a query', '/api/outputs?importId=a%00', {}],
    ['in a path', '/api/outputs/%00', {}],
    ['in a resident’s address', '/api/entry/%00', {}],
    ['before anybody signed in', '/api/sign-in-links/describe', json('POST', { token: `${NUL}${'a'.repeat(20)}` })],
  ] as const)('%s is refused', async (_, path, init) => {
    expect((await as(path, init)).status).toBe(422);
  });

  test('half a character of two is kept or refused, and breaks nothing', async () => {
    const response = await as('/api/outputs', json('POST', { ...entry, title: '半\ud800个', quantity: '5\ud800份' }));
    expect(response.status).toBe(201);
  });

  test('in the name of a file it is a space', async () => {
    const csv = '日期,类别,数量\n2025-08-01,宣传资料,5';
    const brought = await as('/api/ledger/imports', form({ file: [`台账${NUL}.csv`, csv], unit: '610902104' }));
    expect(brought.status).toBe(200);
    const { imports } = (await (await as('/api/ledger/imports')).json()) as { imports: { fileName: string }[] };
    expect(imports[0]?.fileName).toBe('台账 .csv');
  });
});
