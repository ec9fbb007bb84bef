import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createInstrumentService, type InstrumentService } from '../../src/services/instruments.ts';
import { createKindService } from '../../src/services/kinds.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';
import { createWorld, refusalOf, staff, type World } from '../support/world.ts';

const WULI = '610902104';

describe.each(DIALECTS)('codes of printed things on %s', (dialect) => {
  let db: TestStores;
  let world: World;
  let instruments: InstrumentService;
  const failures: unknown[] = [];
  beforeEach(async () => {
    db = await withStores(dialect);
    world = createWorld(db);
    await world.loadUnits();
    const kinds = createKindService(world.deps);
    const onFailure = (error: unknown) => failures.push(error);
    instruments = createInstrumentService({ ...world.deps, kinds, baseUrl: 'https://survey.test', onFailure });
  });
  afterEach(async () => {
    await instruments.settle();
    await db.close();
    expect(failures.splice(0)).toEqual([]);
  });

  const town = staff('publicity', WULI);
  const poster = { unit: WULI, kind: 'poster', label: '海报' };

  test('openings are gathered and written by day, completions in their own transaction', async () => {
    const { code, url } = await instruments.createInstrument(town, poster);
    const place = await world.placeCode(WULI);
    expect(url).toBe(`https://survey.test/s/${place}?c=${code}`);
    for (let i = 0; i < 20; i += 1) expect(await instruments.countScan(code, place.toUpperCase())).toBe(code);
    await instruments.settle();
    await Promise.all(
      Array.from({ length: 5 }, () => world.connection.transaction((tx) => instruments.countComplete(tx, code))),
    );
    world.setDay('2026-11-12');
    await instruments.countScan(code, place);
    await instruments.settle();
    expect(await instruments.readInstrument(town, code)).toMatchObject({
      ...{ scans: 21, completes: 5 },
      days: [
        { day: '2026-11-10', scans: 20, completes: 5 },
        { day: '2026-11-12', scans: 1, completes: 0 },
      ],
    });
    expect(await world.audit()).toContain(`publicity-${WULI} instrument.add ${code} @${WULI}`);
  });

  test('a code counts only for the place it was printed for, and a made-up one for none', async () => {
    const { code } = await instruments.createInstrument(town, poster);
    expect(await instruments.countScan(code, await world.placeCode('610902107'))).toBeNull();
    for (const wrong of ['zzzzzz', '', 'x'.repeat(5000), "' or 1"]) {
      expect(await instruments.countScan(wrong, await world.placeCode(WULI))).toBeNull();
    }
    await instruments.settle();
    expect(await instruments.listInstruments(town)).toMatchObject([{ code, scans: 0, completes: 0 }]);
  });

  test('each makes and sees those of their own subtree', async () => {
    const { code } = await instruments.createInstrument(town, poster);
    const other = staff('reviewer', '610924');
    expect(await refusalOf(instruments.createInstrument(other, poster))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(instruments.readInstrument(other, code))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(instruments.drawInstrument(other, code))).toBe('OUT_OF_SCOPE');
    expect(await instruments.listInstruments(other)).toEqual([]);
    expect(await refusalOf(instruments.createInstrument(staff('leader'), poster))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(instruments.listInstruments(staff('interviewer')))).toBe('ROLE_FORBIDDEN');
    expect(await instruments.listInstruments(staff('leader'), { unit: '610902' })).toHaveLength(1);
  });
});
