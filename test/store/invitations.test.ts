import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fillWave, invitationRow } from '../support/rows.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';

describe.each(DIALECTS)('invitations on %s', (dialect) => {
  let db: TestStores;
  beforeEach(async () => {
    db = await withStores(dialect);
    await fillWave(db);
  });
  afterEach(() => db.close());

  const insert = (rows: ReturnType<typeof invitationRow>[]) =>
    db.connection.transaction((tx) => db.stores.invitations.insertMany(tx, rows));

  it('are found by the hash of their token', async () => {
    await insert([invitationRow()]);
    const find = (hash: string) => db.stores.invitations.findByTokenHash(db.connection.reader, hash);
    expect(await find('hash of invitation-1')).toEqual(invitationRow());
    expect(await find('another hash')).toBeNull();
  });

  it('are spent by one of two at once', async () => {
    await insert([invitationRow()]);
    const spend = () => db.connection.transaction((tx) => db.stores.invitations.spend(tx, 'invitation-1'));
    expect((await Promise.all([spend(), spend(), spend()])).filter(Boolean)).toHaveLength(1);
    expect(await spend()).toBe(false);
  });

  it('are followed by another, and then spent for good', async () => {
    await insert([invitationRow()]);
    const next = { id: 'invitation-2', tokenHash: 'hash of invitation-2', createdAt: 7 };
    await db.connection.transaction((tx) => db.stores.invitations.follow(tx, 'invitation-1', next));
    const find = (hash: string) => db.stores.invitations.findByTokenHash(db.connection.reader, hash);
    expect(await find('hash of invitation-1')).toEqual(invitationRow({ state: 'spent' }));
    expect(await find('hash of invitation-2')).toEqual(invitationRow({ ...next, state: 'open' }));
    const unknown = db.connection.transaction((tx) => db.stores.invitations.follow(tx, 'nothing', next));
    await expect(unknown).rejects.toThrow(RangeError);
  });

  it('stay open when the transaction that spent them fails', async () => {
    await insert([invitationRow()]);
    const failed = db.connection.transaction(async (tx) => {
      expect(await db.stores.invitations.spend(tx, 'invitation-1')).toBe(true);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await db.connection.transaction((tx) => db.stores.invitations.spend(tx, 'invitation-1'))).toBe(true);
  });

  it('are counted by unit and state', async () => {
    await insert(
      Array.from({ length: 1200 }, (_, i) => invitationRow({ id: `i${i}`, state: i < 200 ? 'spent' : 'open' })),
    );
    const counts = await db.stores.invitations.count(db.connection.reader, 'wave-1');
    expect(counts.sort((a, b) => a.n - b.n)).toEqual([
      { unitCode: '6109', state: 'spent', n: 200 },
      { unitCode: '6109', state: 'open', n: 1000 },
    ]);
  });
});
