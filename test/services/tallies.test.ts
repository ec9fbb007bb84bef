import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { tallyCell } from '../support/rows.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';
import { createWorld, refusalOf, staff, type World } from '../support/world.ts';

describe.each(DIALECTS)('tallies on %s', (dialect) => {
  let db: TestStores;
  let world: World;
  beforeEach(async () => {
    db = await withStores(dialect);
    world = createWorld(db);
    await world.prepare();
    await world.answer('610902104');
    await world.importPhone('2026', [{ unit: '610902107', count: 12, aware: 9, missed: 3 }]);
  });
  afterEach(() => db.close());

  async function tamper(): Promise<void> {
    const { id } = await world.waveRow();
    await world.connection.transaction((tx) =>
      world.stores.tallies.add(tx, id, [
        tallyCell({ unit: '610902107', indicator: 'safety', outcome: '1', sex: 'female', ageBand: '40-49' }),
      ]),
    );
  }

  test('a counter that somebody changed is found, and counting again mends it', async () => {
    expect(await world.differing()).toEqual([]);
    await tamper();
    const [cell, total] = await world.differing();
    expect(cell).toMatchObject({ stored: 13, recounted: 12 });
    expect(total).toMatchObject({ stored: 13, recounted: 12 });
    const [report] = await world.tallies.rebuildTallies(OPERATOR, '2026');
    expect(report).toMatchObject({ wave: '2026', responses: 16 });
    expect(report?.differing).toHaveLength(2);
    expect(await world.differing()).toEqual([]);
    expect((await world.audit()).at(-1)).toBe('operator tally.rebuild 2026 @6109');
  });

  test('totals that were lost are found, and counting again writes them anew', async () => {
    await world.connection.transaction(async (tx) => {
      await tx.delete(world.connection.tables.tallyTotals);
    });
    expect((await world.differing()).every(({ stored, recounted }) => stored === 0 && recounted > 0)).toBe(true);
    expect(await world.differing()).not.toEqual([]);
    await world.tallies.rebuildTallies(OPERATOR, '2026');
    expect(await world.differing()).toEqual([]);
  });

  test('without a wave all are verified', async () => {
    await world.openWave('second', { period: '2026' });
    expect((await world.tallies.verifyTallies(OPERATOR)).map(({ wave }) => wave).sort()).toEqual(['2026', 'second']);
  });

  test('only an administrator of the whole wave counts it again', async () => {
    await world.openWave('county', { rootUnit: '610902', period: '2026' });
    for (const verb of [world.tallies.verifyTallies, world.tallies.rebuildTallies]) {
      expect(await refusalOf(verb(staff('survey-manager'), '2026'))).toBe('ROLE_FORBIDDEN');
      expect(await refusalOf(verb(staff('administrator', '610902'), '2026'))).toBe('OUT_OF_SCOPE');
      expect(await refusalOf(verb(OPERATOR, 'nothing'))).toBe('NOT_FOUND');
      expect((await verb(staff('administrator', '610902'))).map(({ wave }) => wave)).toEqual(['county']);
      expect(await verb(staff('administrator'), '2026')).toHaveLength(1);
    }
  });
});
