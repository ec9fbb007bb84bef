import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImportRow } from '../../src/store/imports.ts';
import { fillWave } from '../support/rows.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';

describe.each(DIALECTS)('imports on %s', (dialect) => {
  let db: TestStores;
  beforeEach(async () => {
    db = await withStores(dialect);
    await fillWave(db);
  });
  afterEach(() => db.close());

  const row: ImportRow = {
    id: 'import-1',
    waveId: 'wave-1',
    fileName: '五里镇.xlsx',
    fileHash: 'hash',
    mapping: { interviewId: '编号' },
    rows: 100_000,
    created: 99_998,
    importedAt: 5,
    importedBy: 'operator',
  };

  it('are found by wave and file, newest first in the list', async () => {
    await db.connection.transaction(async (tx) => {
      await db.stores.imports.insert(tx, row);
      await db.stores.imports.insert(tx, { ...row, id: 'import-2', fileHash: 'other', importedAt: 6 });
    });
    expect(await db.stores.imports.findByFile(db.connection.reader, 'wave-1', 'hash')).toEqual(row);
    expect(await db.stores.imports.findByFile(db.connection.reader, 'wave-2', 'hash')).toBeNull();
    const list = await db.stores.imports.list(db.connection.reader, 'wave-1');
    expect(list.map((one) => one.id)).toEqual(['import-2', 'import-1']);
  });
});
