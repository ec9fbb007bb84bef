import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fillWave, surveyVersionRow, unitRow, waveRow } from '../support/rows.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';

describe.each(DIALECTS)('waves on %s', (dialect) => {
  let db: TestStores;
  beforeEach(async () => {
    db = await withStores(dialect);
    await db.connection.transaction(async (tx) => {
      await db.stores.units.insert(tx, [unitRow(), unitRow({ code: '6110' })], 1);
      await db.stores.surveys.insert(tx, surveyVersionRow());
    });
  });
  afterEach(() => db.close());

  const insert = async (...changes: Parameters<typeof waveRow>[0][]) =>
    db.connection.transaction(async (tx) => {
      for (const change of changes) await db.stores.waves.insert(tx, waveRow(change));
    });

  it('come back as they were written', async () => {
    const row = waveRow({ modes: ['phone', 'web-token'], synthetic: true, openedAt: null });
    await insert(row);
    expect(await db.stores.waves.find(db.connection.reader, 'wave-1')).toEqual(row);
    expect(await db.stores.waves.findByCode(db.connection.reader, 'wave-1')).toEqual(row);
    expect(await db.stores.waves.findByCode(db.connection.reader, 'nothing')).toBeNull();
  });

  it('are listed newest first, the open ones on their own', async () => {
    await insert(
      { id: 'w18', period: '2018', state: 'closed' },
      { id: 'w19', period: '2019' },
      { id: 'w20', period: '2020', state: 'draft' },
    );
    expect((await db.stores.waves.list(db.connection.reader)).map((wave) => wave.id)).toEqual(['w20', 'w19', 'w18']);
    expect((await db.stores.waves.listOpen(db.connection.reader)).map((wave) => wave.id)).toEqual(['w19']);
  });

  it('have before them the official waves of the same root, newest first, whatever their series', async () => {
    await insert(
      { id: 'w17', period: '2017' },
      { id: 'w18', period: '2018' },
      { id: 'other-series', period: '2018-H2', series: 'other' },
      { id: 'other-root', period: '2018-H2', rootUnit: '6110' },
      { id: 'self-test', period: '2018-H2', kind: 'self-test' },
      { id: 'w19', period: '2019' },
    );
    const earlier = async (period: string) =>
      (await db.stores.waves.listEarlier(db.connection.reader, waveRow({ period }))).map((wave) => wave.id);
    expect(await earlier('2019')).toEqual(['other-series', 'w18', 'w17']);
    expect(await earlier('2017')).toEqual([]);
  });

  it('change state once when two close them at the same moment', async () => {
    await insert({});
    const close = () =>
      db.connection.transaction((tx) =>
        db.stores.waves.setState(tx, 'wave-1', 'open', { state: 'closed', closedAt: 7 }),
      );
    expect((await Promise.all([close(), close()])).sort()).toEqual([false, true]);
    expect(await db.stores.waves.find(db.connection.reader, 'wave-1')).toMatchObject({
      state: 'closed',
      closedAt: 7,
      openedAt: 2,
    });
  });

  it('carry the populations they are weighted to, set again or taken away', async () => {
    await insert({});
    const row = {
      ...{ waveId: 'wave-1', method: 'raking' as const, cap: 5, collapse: false, setAt: 3, setBy: 'operator' },
      cells: [{ unit: '6109', sex: 'male' as const, ageBand: '18-29', population: 100 }],
    };
    const { stores, connection } = db;
    await connection.transaction((tx) => stores.waves.setMargins(tx, row));
    await connection.transaction((tx) => stores.waves.setMargins(tx, { ...row, cap: 3, collapse: true }));
    expect(await stores.waves.findMargins(connection.reader, 'wave-1')).toEqual({ ...row, cap: 3, collapse: true });
    const remove = () => connection.transaction((tx) => stores.waves.removeMargins(tx, 'wave-1'));
    expect([await remove(), await remove()]).toEqual([true, false]);
    expect(await stores.waves.findMargins(connection.reader, 'wave-1')).toBeNull();
  });

  it('refuse a unit that does not exist', async () => {
    await expect(insert({ rootUnit: 'nowhere' })).rejects.toThrow();
  });

  it('are what the other tests build on', async () => {
    const fresh = await withStores(dialect);
    await fillWave(fresh);
    expect(await fresh.stores.waves.list(fresh.connection.reader)).toHaveLength(1);
    await fresh.close();
  });
});
