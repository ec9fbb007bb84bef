import { afterEach, describe, expect, test } from 'vitest';
import { fillWave, tallyCell } from '../support/rows.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';

describe.each(DIALECTS)('many rows in few statements on %s', (dialect) => {
  let db: TestStores;
  afterEach(() => db.close());

  // `sumW` of row 20 and `sumW2` of row 0 must never be taken for one another.
  test.each([1, 19, 20, 21, 199, 200, 241])('%i rows keep each its own values', async (count) => {
    db = await withStores(dialect);
    await fillWave(db);
    const cells = Array.from({ length: count }, (_, i) =>
      tallyCell({ ageBand: `band ${String(i).padStart(3, '0')}`, n: i + 1, sumW: i + 0.25, sumW2: i + 0.5 }),
    );
    await db.connection.transaction((tx) => db.stores.tallies.add(tx, 'wave-1', cells));
    const stored = await db.stores.tallies.readCells(db.connection.reader, 'wave-1');
    expect(stored.sort((a, b) => (a.ageBand < b.ageBand ? -1 : 1))).toEqual(cells);
  });

  test('rows that name their columns in another order than the first ones keep their values', async () => {
    db = await withStores(dialect);
    await fillWave(db);
    const cell = { waveId: 'wave-1', unitCode: '6109', sex: '*' as const, ageBand: '*', target: 2, completes: 1 };
    await db.connection.transaction(async (tx) => {
      await db.stores.quotas.replace(tx, 'wave-1', [cell]);
      const { completes, target, ageBand, sex, unitCode, waveId } = cell;
      await db.stores.quotas.replace(tx, 'wave-1', [{ completes, target, ageBand, sex, unitCode, waveId }]);
    });
    expect(await db.stores.quotas.list(db.connection.reader, 'wave-1')).toEqual([cell]);
  });
});
