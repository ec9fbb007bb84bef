import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unitRow } from '../support/rows.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';

describe.each(DIALECTS)('units on %s', (dialect) => {
  let db: TestStores;
  beforeEach(async () => {
    db = await withStores(dialect);
  });
  afterEach(() => db.close());

  const city = unitRow();
  const county = unitRow({
    code: '610902',
    name: '汉滨区',
    level: 'county',
    parentCode: '6109',
    path: '/6109/610902/',
    population: 870126,
    populationSource: '第七次人口普查',
    villages: null,
  });
  const town = unitRow({
    code: '610902100',
    name: '五里镇',
    level: 'town',
    parentCode: '610902',
    path: '/6109/610902/610902100/',
  });

  const insert = (...rows: ReturnType<typeof unitRow>[]) =>
    db.connection.transaction((tx) => db.stores.units.insert(tx, rows, 5));

  it('come back as they were written, an unknown population as null', async () => {
    await insert(city, county);
    expect(await db.stores.units.find(db.connection.reader, '6109')).toEqual(city);
    expect(await db.stores.units.findByPlaceCode(db.connection.reader, 'p610902')).toEqual(county);
    expect(await db.stores.units.find(db.connection.reader, '6110')).toBeNull();
  });

  it('are listed by subtree in code order', async () => {
    await insert(town, city, county);
    const codes = async (root: string | null) =>
      (await db.stores.units.listSubtree(db.connection.reader, root)).map((unit) => unit.code);
    expect(await codes('/6109/610902/')).toEqual(['610902', '610902100']);
    expect(await codes('/')).toEqual(['6109', '610902', '610902100']);
    expect(await codes(null)).toEqual(['6109', '610902', '610902100']);
    expect(await codes('/610902/')).toEqual([]);
  });

  it('whose codes differ only in case are not in each other’s subtree', async () => {
    await insert(unitRow({ code: 'grid-a' }), unitRow({ code: 'GRID-A', placeCode: 'other' }));
    const found = await db.stores.units.listSubtree(db.connection.reader, '/grid-a/');
    expect(found.map((unit) => unit.code)).toEqual(['grid-a']);
  });

  it('keep their place code when everything else changes', async () => {
    await insert(city);
    await db.connection.transaction((tx) =>
      db.stores.units.update(tx, { ...city, name: '安康', population: 2493436, populationSource: '普查' }, 9),
    );
    expect(await db.stores.units.find(db.connection.reader, '6109')).toEqual({
      ...city,
      name: '安康',
      population: 2493436,
      populationSource: '普查',
      villages: null,
    });
  });

  it('refuse a place code that another unit has', async () => {
    await insert(city);
    await expect(insert(unitRow({ code: '6110', placeCode: city.placeCode }))).rejects.toThrow();
  });

  it('have their population cells replaced as a whole', async () => {
    await insert(city, county);
    const cell = { unitCode: '610902', sex: 'female', ageBand: '18-29', population: 60_000 } as const;
    await db.connection.transaction((tx) => db.stores.units.replacePopulations(tx, '610902', [cell]));
    await db.connection.transaction((tx) =>
      db.stores.units.replacePopulations(tx, '610902', [{ ...cell, sex: 'male', population: 61_000 }]),
    );
    expect(await db.stores.units.listPopulations(db.connection.reader, '/6109/')).toEqual([
      { unitCode: '610902', sex: 'male', ageBand: '18-29', population: 61_000 },
    ]);
  });
});
