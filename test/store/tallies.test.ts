import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TallyCell } from '../../src/core/indicators/types.ts';
import { fillWave, tallyCell, waveRow } from '../support/rows.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';

describe.each(DIALECTS)('tallies on %s', (dialect) => {
  let db: TestStores;
  beforeEach(async () => {
    db = await withStores(dialect);
    await fillWave(db);
    await db.connection.transaction((tx) => db.stores.waves.insert(tx, waveRow({ id: 'wave-2' })));
  });
  afterEach(() => db.close());

  const add = (cells: readonly TallyCell[], wave = 'wave-1') =>
    db.connection.transaction((tx) => db.stores.tallies.add(tx, wave, cells));
  const cells = async (wave = 'wave-1') =>
    (await db.stores.tallies.readCells(db.connection.reader, wave)).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

  it('add up cell by cell, whichever wave and transaction they come in', async () => {
    await add([tallyCell(), tallyCell({ n: 2, sumW: 2.5, sumW2: 3.25 }), tallyCell({ outcome: '2' })]);
    await add([tallyCell({ n: 10, sumW: 10, sumW2: 10 })]);
    await add([tallyCell({ n: 7, sumW: 7, sumW2: 7 })], 'wave-2');
    expect(await cells()).toEqual([tallyCell({ n: 13, sumW: 13.5, sumW2: 14.25 }), tallyCell({ outcome: '2' })]);
    expect(await cells('wave-2')).toEqual([tallyCell({ n: 7, sumW: 7, sumW2: 7 })]);
  });

  it('go down again when counts are taken back', async () => {
    await add([tallyCell({ n: 3, sumW: 3, sumW2: 3 })]);
    await add([tallyCell({ n: -2, sumW: -2, sumW2: -2 })]);
    expect(await cells()).toEqual([tallyCell()]);
  });

  it('written by many transactions at once equal the sum of what each added', async () => {
    const additions = Array.from({ length: 200 }, (_, i) => [
      tallyCell({ unit: `unit-${i % 5}`, outcome: `${i % 3}`, n: i, sumW: i / 4, sumW2: i / 16 }),
      tallyCell({ unit: `unit-${(i + 3) % 5}`, outcome: `${i % 2}`, sex: i % 2 ? 'male' : 'female' }),
      tallyCell({ unit: 'busy', n: 1 }),
    ]);
    await Promise.all(additions.map((one) => add(one)));
    const expected = new Map<string, TallyCell>();
    for (const cell of additions.flat()) {
      const before = expected.get(keyOf(cell));
      expected.set(keyOf(cell), {
        ...cell,
        n: (before?.n ?? 0) + cell.n,
        sumW: (before?.sumW ?? 0) + cell.sumW,
        sumW2: (before?.sumW2 ?? 0) + cell.sumW2,
      });
    }
    expect(await cells()).toEqual([...expected.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)));
  });

  it('leave nothing of a transaction that fails', async () => {
    await add([tallyCell()]);
    const failed = db.connection.transaction(async (tx) => {
      await db.stores.tallies.add(tx, 'wave-1', [tallyCell({ n: 5 }), tallyCell({ outcome: '2' })]);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await cells()).toEqual([tallyCell()]);
  });

  it('read as totals are the cells summed over sex and age', async () => {
    await add([
      tallyCell({ sex: 'female', ageBand: '18-29', n: 1, sumW: 0.5, sumW2: 0.25 }),
      tallyCell({ sex: 'male', ageBand: '18-29', n: 2, sumW: 1.5, sumW2: 1.25 }),
      tallyCell({ sex: 'male', ageBand: '60+', n: 4, sumW: 4, sumW2: 4 }),
      tallyCell({ mode: 'web-open', n: 8, sumW: 8, sumW2: 8 }),
      tallyCell({ indicator: 'awareness', n: 16, sumW: 16, sumW2: 16 }),
      tallyCell({ indicator: 'other', n: 99, sumW: 99, sumW2: 99 }),
    ]);
    const totals = await db.stores.tallies.readTotals(db.connection.reader, 'wave-1', ['safety', 'awareness']);
    expect(totals.sort((a, b) => a.n - b.n)).toEqual([
      tallyCell({ sex: 'unknown', ageBand: 'all', n: 7, sumW: 6, sumW2: 5.5 }),
      tallyCell({ sex: 'unknown', ageBand: 'all', mode: 'web-open', n: 8, sumW: 8, sumW2: 8 }),
      tallyCell({ sex: 'unknown', ageBand: 'all', indicator: 'awareness', n: 16, sumW: 16, sumW2: 16 }),
    ]);
    expect(await db.stores.tallies.readTotals(db.connection.reader, 'wave-2', ['safety'])).toEqual([]);
    expect(await db.stores.tallies.readTotals(db.connection.reader, 'wave-1', [])).toEqual([]);
  });

  it('of one place give its participation count', async () => {
    await add([
      tallyCell({ indicator: 'disposition', outcome: '1.1', sex: 'female', n: 2 }),
      tallyCell({ indicator: 'disposition', outcome: '1.1', sex: 'male', n: 3 }),
      tallyCell({ indicator: 'disposition', outcome: '1.1', unit: 'elsewhere', n: 9 }),
    ]);
    expect(await db.stores.tallies.readUnit(db.connection.reader, 'wave-1', 'disposition', '6109')).toEqual([
      { mode: 'phone', outcome: '1.1', n: 5 },
    ]);
  });

  it('are cleared for one wave only', async () => {
    await add([tallyCell()]);
    await add([tallyCell()], 'wave-2');
    await db.connection.transaction((tx) => db.stores.tallies.clear(tx, 'wave-1'));
    const total = tallyCell({ sex: 'unknown', ageBand: 'all' });
    const totals = (wave: string) => db.stores.tallies.readTotals(db.connection.reader, wave, null);
    expect(await cells()).toEqual([]);
    expect(await totals('wave-1')).toEqual([]);
    expect(await cells('wave-2')).toEqual([tallyCell()]);
    expect(await totals('wave-2')).toEqual([total]);
  });
});

function keyOf(cell: TallyCell): string {
  return [cell.indicator, cell.unit, cell.mode, cell.outcome, cell.sex, cell.ageBand].join('|');
}
