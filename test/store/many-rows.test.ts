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
});
