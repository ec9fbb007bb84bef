import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';
import { createWorld, refusal, refusalOf, staff, table, UNITS, type World } from '../support/world.ts';

describe.each(DIALECTS)('units on %s', (dialect) => {
  let db: TestStores;
  let world: World;
  beforeEach(async () => {
    db = await withStores(dialect);
    world = createWorld(db);
  });
  afterEach(() => db.close());

  const load = async (csv: string, actor = OPERATOR, more: { populations?: string; dryRun?: boolean } = {}) =>
    world.units.importUnits(actor, {
      units: await table(csv),
      populations: more.populations === undefined ? null : await table(more.populations),
      ...(more.dryRun === undefined ? {} : { dryRun: more.dryRun }),
    });

  test('a file of units is taken over whole, with its audit row', async () => {
    expect(await load(UNITS)).toMatchObject({ created: 7, updated: 0, unchanged: 0 });
    const units = await world.units.listUnits(OPERATOR);
    expect(units.map(({ code, path }) => [code, path])).toContainEqual(['610902104', '/6109/610902/610902104/']);
    expect(new Set(units.map(({ placeCode }) => placeCode)).size).toBe(7);
    expect(await world.audit()).toEqual(['operator unit.import 6109 @6109']);
  });

  test('towns without a population are told, for they keep their county from having a rate', async () => {
    const [warning, ...more] = (await load(UNITS.replace('town,610924,10000', 'town,610924,'))).warnings;
    expect([warning?.code, warning?.details.count, warning?.details.units]).toEqual([
      'UNIT_POPULATION_UNKNOWN',
      1,
      ['汉王镇'],
    ]);
    expect(more).toEqual([]);
    expect((await load(UNITS)).warnings).toEqual([]);
  });

  test('one bad row refuses the whole file and names it', async () => {
    const error = await refusal(load(`${UNITS}610924103,城关镇,town,999999,-5,x\n`));
    expect(error.code).toBe('IMPORT_REFUSED');
    expect(error.details.problems).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ row: 9, column: 'parent_code' }),
        expect.objectContaining({ row: 9, column: 'population' }),
      ]),
    );
    expect(await world.units.listUnits(OPERATOR)).toEqual([]);
    expect(await world.audit()).toEqual([]);
  });

  test('a dry run says what would be done and does nothing', async () => {
    expect(await load(UNITS, OPERATOR, { dryRun: true })).toMatchObject({ created: 7 });
    expect(await world.units.listUnits(OPERATOR)).toEqual([]);
    expect(await world.audit()).toEqual([]);
  });

  test('the same file again changes nothing; another one updates, and keeps links and the units it does not name', async () => {
    await load(UNITS);
    const before = await world.placeCode('610902104');
    expect(await load(UNITS)).toMatchObject({ created: 0, updated: 0, unchanged: 7 });
    expect(await load('code,name,level,parent_code\n610902104,五里街道,town,610902\n')).toMatchObject({ updated: 1 });
    const unit = await world.units.getUnit(OPERATOR, '610902104');
    expect(unit).toMatchObject({ name: '五里街道', population: 40000, placeCode: before });
    expect(await world.units.listUnits(OPERATOR)).toHaveLength(7);
  });

  test('a unit that moves takes its subtree along', async () => {
    await load(`${UNITS}610902104001,一村,village,610902104,,\n`);
    await load('code,name,level,parent_code\n610902104,五里镇,town,610924\n');
    expect((await world.units.getUnit(OPERATOR, '610902104001')).path).toBe('/6109/610924/610902104/610902104001/');
    expect((await world.units.listUnits(staff('leader', '610902'))).map(({ code }) => code)).toEqual([
      '610902',
      '610902107',
    ]);
  });

  test('populations by sex and age band are replaced unit by unit', async () => {
    const populations = 'code,sex,age_band,population\n610902104,male,18-29,3000\n610902104,female,18-29,2900\n';
    expect(await load(UNITS, OPERATOR, { populations })).toMatchObject({ populations: 2 });
    await load(UNITS, OPERATOR, { populations: populations.replace('2900', '2950') });
    const stored = await world.stores.units.listPopulations(world.connection.reader, '/6109/');
    expect(stored.map(({ sex, population }) => [sex, population]).sort()).toEqual([
      ['female', 2950],
      ['male', 3000],
    ]);
  });

  test('each sees their own subtree and nothing beside it', async () => {
    await load(UNITS);
    const leader = staff('leader', '610902');
    expect((await world.units.listUnits(leader)).map(({ code }) => code)).toEqual(['610902', '610902104', '610902107']);
    expect(await refusalOf(world.units.listUnits(leader, '610924'))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(world.units.listUnits(leader, '6109'))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(world.units.getUnit(leader, '610924101'))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(world.units.getUnit(leader, 'nowhere'))).toBe('NOT_FOUND');
  });

  test('only administrators import, and only into their own subtree', async () => {
    await load(UNITS);
    expect(await refusalOf(load(UNITS, staff('survey-manager')))).toBe('ROLE_FORBIDDEN');
    const county = staff('administrator', '610902');
    const rename = (code: string, name: string, parent: string) =>
      load(`code,name,level,parent_code\n${code},${name},town,${parent}\n`, county);
    expect(await rename('610902104', '五里街道', '610902')).toMatchObject({ updated: 1 });
    expect(await refusalOf(rename('610924101', '别人的镇', '610924'))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(rename('610924101', '蒿坪镇', '610902'))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(rename('610902107', '恒口镇', '610924'))).toBe('OUT_OF_SCOPE');
    expect((await world.units.getUnit(OPERATOR, '610924101')).path).toBe('/6109/610924/610924101/');
  });

  test('an administrator of one county cannot rewrite the populations of another', async () => {
    await load(UNITS);
    const own = 'code,name,level,parent_code\n610902104,五里镇,town,610902\n';
    const populations = 'code,sex,age_band,population\n610924101,male,18-29,1\n';
    expect(await refusalOf(load(own, staff('administrator', '610902'), { populations }))).toBe('OUT_OF_SCOPE');
    expect(await world.stores.units.listPopulations(world.connection.reader, '/6109/')).toEqual([]);
  });
});
