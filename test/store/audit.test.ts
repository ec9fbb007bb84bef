import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditRow } from '../../src/store/audit.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';

describe.each(DIALECTS)('the audit log on %s', (dialect) => {
  let db: TestStores;
  beforeEach(async () => {
    db = await withStores(dialect);
  });
  afterEach(() => db.close());

  const row = (change: Partial<AuditRow>): AuditRow => ({
    id: 'a',
    at: 1,
    actorId: 'operator',
    actorName: '值班员',
    action: 'wave.open',
    objectType: 'wave',
    objectId: 'wave-1',
    unitCode: '6109',
    details: { from: 'draft', to: null },
    ...change,
  });

  it('is read newest first, by unit, action and page', async () => {
    await db.connection.transaction(async (tx) => {
      await db.stores.audit.insert(tx, row({ id: 'a', at: 1 }));
      await db.stores.audit.insert(tx, row({ id: 'b', at: 2, action: 'wave.close', unitCode: '610902' }));
      await db.stores.audit.insert(tx, row({ id: 'c', at: 3, unitCode: null }));
    });
    const ids = async (filter: Partial<Parameters<typeof db.stores.audit.list>[1]>) =>
      (await db.stores.audit.list(db.connection.reader, { units: null, limit: 10, ...filter })).map((one) => one.id);
    expect(await ids({})).toEqual(['c', 'b', 'a']);
    expect(await ids({ limit: 2 })).toEqual(['c', 'b']);
    expect(await ids({ before: { at: 3, id: 'c' } })).toEqual(['b', 'a']);
    expect(await ids({ units: ['6109'] })).toEqual(['a']);
    expect(await ids({ units: [] })).toEqual([]);
    expect(await ids({ action: 'wave.close' })).toEqual(['b']);
    const all = await db.stores.audit.list(db.connection.reader, { units: null, limit: 1, before: { at: 2, id: 'b' } });
    expect(all).toEqual([row({ id: 'a', at: 1 })]);
  });

  it('pages through rows of one moment without losing any', async () => {
    await db.connection.transaction(async (tx) => {
      for (const id of ['a', 'b', 'c']) await db.stores.audit.insert(tx, row({ id, at: 7 }));
    });
    const older = await db.stores.audit.list(db.connection.reader, {
      units: null,
      limit: 9,
      before: { at: 7, id: 'c' },
    });
    expect(older.map(({ id }) => id)).toEqual(['b', 'a']);
  });
});
