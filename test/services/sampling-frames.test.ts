import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MANAGER, type PhoneWorld, startPhone } from '../support/phone.ts';
import { createDatabase, DIALECTS } from '../support/store.ts';

describe.each(DIALECTS)('cases of one wave on %s', (dialect) => {
  let world: PhoneWorld;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    const database = await createDatabase(dialect);
    remove = database.remove;
    world = await startPhone({ databaseUrl: database.place.databaseUrl });
    await world.setUp();
  });
  afterEach(async () => {
    await world.stop();
    await remove();
  });

  const listOf = async (from: number, count: number) =>
    world.numbersFile(['单位,号码', ...Array.from({ length: count }, (_, i) => `610902104,139${from + i}`)].join('\n'));

  it('have each a place of their own in the calling order, also when two lists are brought in at once', async () => {
    const lists = await Promise.all([listOf(10_000_000, 700), listOf(20_000_000, 700), listOf(30_000_000, 10)]);
    await Promise.all(lists.map((file) => world.numbers.importNumbers(MANAGER, { wave: '2026', file, seed: 3 })));
    const wave = await world.stores.waves.findByCode(world.connection.reader, '2026');
    const of = { waveId: wave?.id ?? '', final: 'FINAL', limit: 5000 } as const;
    const cases = await world.stores.cases.listOpenOf(world.connection.reader, of);
    expect(cases).toHaveLength(1410);
    expect(new Set(cases.map(({ seq }) => seq)).size).toBe(1410);
    expect(new Set(cases.map(({ accessCode }) => accessCode)).size).toBe(1410);
  });
});

describe('six digits for a caller', () => {
  it('belong to one case of the wave, however many there are', async () => {
    const world = await startPhone();
    await world.setUp();
    // Among four thousand random codes of a million some eight would be equal.
    const rows = Array.from({ length: 4000 }, (_, i) => `610902104,139${40_000_000 + i}`);
    const file = await world.numbersFile(['单位,号码', ...rows].join('\n'));
    await world.numbers.importNumbers(MANAGER, { wave: '2026', file, seed: 3 });
    const wave = await world.stores.waves.findByCode(world.connection.reader, '2026');
    const of = { waveId: wave?.id ?? '', final: 'FINAL', limit: 5000 } as const;
    const cases = await world.stores.cases.listOpenOf(world.connection.reader, of);
    expect(new Set(cases.map(({ accessCode }) => accessCode)).size).toBe(4000);
    // The code that the desk reads out is the one that leads back.
    for (const { id, accessCode } of cases.slice(0, 50))
      expect(world.vault.accessCodeHashOf(world.vault.accessCodeOf(id))).toBe(accessCode);
    await world.stop();
  });
});
