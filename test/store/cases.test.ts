import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attemptRow, caseRow, fillWave, invitationRow, waveRow } from '../support/rows.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';

describe.each(DIALECTS)('cases on %s', (dialect) => {
  let db: TestStores;
  beforeEach(async () => {
    db = await withStores(dialect);
    const { stores, connection } = db;
    await fillWave(db);
    await connection.transaction(async (tx) => {
      const ids = ['1', '2', '3', '4'];
      await stores.invitations.insertMany(
        tx,
        ids.map((id) => invitationRow({ id: `invitation-${id}` })),
      );
      await stores.cases.insertMany(
        tx,
        ids.map((id, seq) => caseRow({ id: `case-${id}`, invitationId: `invitation-${id}`, seq })),
      );
    });
  });
  afterEach(() => db.close());

  const claim = (id: string, by: string, version = 1) =>
    db.connection.transaction((tx) =>
      db.stores.cases.claim(
        tx,
        { id, version, state: 'READY' },
        { token: `token of ${by}`, by, until: 100 },
        { state: 'LEASED', at: 10 },
      ),
    );

  it('two who claim one case at the same moment: one has it, the other has nothing', async () => {
    const claimed = await Promise.all(Array.from({ length: 8 }, (_, i) => claim('case-1', `interviewer ${i}`)));
    expect(claimed.filter((one) => one !== null)).toHaveLength(1);
    const stored = await db.stores.cases.find(db.connection.reader, 'case-1');
    expect(stored).toEqual(claimed.find((one) => one !== null));
    expect(stored).toMatchObject({ state: 'LEASED', version: 2, leaseUntil: 100, updatedAt: 10 });
  });

  it('a case that changed since it was seen is neither claimed nor changed', async () => {
    expect(await claim('case-1', 'a', 7)).toBeNull();
    await db.connection.transaction(async (tx) => {
      expect(await db.stores.cases.update(tx, { id: 'case-1', version: 7 }, { priority: 90 })).toBeNull();
      expect(await db.stores.cases.update(tx, { id: 'case-1', version: 1 }, { priority: 90 })).toMatchObject({
        priority: 90,
        version: 2,
      });
    });
  });

  it('a transaction that is still going on keeps others from its case without making them wait', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    if (dialect === 'sqlite') return release(); // one writer at a time: nobody can meet a held row
    const first = db.connection.transaction(async (tx) => {
      const row = await db.stores.cases.claim(
        tx,
        { id: 'case-1', version: 1, state: 'READY' },
        { token: 't', by: 'first', until: 100 },
        { state: 'LEASED', at: 10 },
      );
      await held;
      return row;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await claim('case-1', 'second')).toBeNull();
    release();
    expect((await first)?.leaseBy).toBe('first');
  });

  it('those that are due come as they may come first: raised ones, begun ones, fresh ones in the random order', async () => {
    const due = (part: 'raised' | 'begun' | 'fresh', of: { within?: string; by?: string } = {}) =>
      db.stores.cases.listDue(db.connection.reader, {
        waveId: 'wave-1',
        mode: 'phone',
        state: 'READY',
        now: 5,
        part,
        ...of,
        limit: 2,
      });
    const ids = async (rows: Promise<ReadonlyArray<{ id: string }>>) => (await rows).map(({ id }) => id);
    await db.connection.transaction(async (tx) => {
      await db.stores.cases.update(tx, { id: 'case-4', version: 1 }, { priority: 90 });
      await db.stores.cases.update(tx, { id: 'case-2', version: 1 }, { dueAt: 6 });
      await db.stores.cases.update(tx, { id: 'case-3', version: 1 }, { attempts: 1 });
    });
    expect(await ids(due('raised'))).toEqual(['case-4']);
    expect(await ids(due('begun'))).toEqual(['case-3']);
    expect(await ids(due('fresh'))).toEqual(['case-1']);
    const unit = await db.stores.units.find(db.connection.reader, caseRow({}).unitCode);
    expect(await ids(due('fresh', { within: unit?.path ?? '' }))).toEqual(['case-1']);
    expect(await due('fresh', { within: `${unit?.path}0/` })).toEqual([]);
    await db.connection.transaction((tx) =>
      db.stores.cases.update(tx, { id: 'case-3', version: 2 }, { assignedTo: 'user-1' }),
    );
    expect(await ids(due('begun', { by: 'user-1' }))).toEqual(['case-3']);
    expect(await due('begun', { by: 'user-2' })).toEqual([]);
    expect(await db.stores.cases.findNextDue(db.connection.reader, 'wave-1', 'phone', ['READY'], 5)).toBe(6);
  });

  it('of one case there is at most one call that has not ended', async () => {
    const insert = (change: Parameters<typeof attemptRow>[0]) =>
      db.connection.transaction((tx) => db.stores.attempts.insert(tx, attemptRow(change)));
    const tried = await Promise.all([
      insert({ id: 'a', seq: 1 }),
      insert({ id: 'b', seq: 2 }),
      insert({ id: 'c', seq: 3 }),
    ]);
    expect(tried.filter(Boolean)).toHaveLength(1);
    const live = await db.stores.attempts.findLive(db.connection.reader, 'case-1');
    expect(live).not.toBeNull();
    await db.connection.transaction((tx) =>
      db.stores.attempts.update(tx, live?.id ?? '', { state: 'completed', endedAt: 9 }),
    );
    expect(await insert({ id: 'd', seq: 4 })).toBe(true);
    expect(await insert({ id: 'e', seq: 4, caseId: 'case-2' })).toBe(true);
    const { reader } = db.connection;
    expect(await db.stores.attempts.listLive(reader)).toHaveLength(2);
    const lines = await db.stores.attempts.listLines(reader);
    expect(lines.map(({ waveId, carrier, state }) => `${waveId} ${carrier} ${state}`)).toEqual(
      Array(2).fill('wave-1 simulator READY'),
    );
    const told = { attemptId: 'd', seq: null, kind: 'progress', at: 1, body: {} };
    await db.connection.transaction(async (tx) => {
      await db.stores.attempts.appendEvent(tx, { ...told, dedupe: 'one', receivedAt: 20 });
      await db.stores.attempts.appendEvent(tx, { ...told, dedupe: 'two', receivedAt: 10 });
    });
    expect([...(await db.stores.attempts.lastHeard(reader))]).toEqual([['d', 20]]);
    expect(await db.stores.campaigns.listWithWaves(reader, ['draft', 'running'], 'open')).toEqual([]);
    expect(await db.stores.cases.listMissed(reader, 'APPOINTMENT', 10, 5)).toEqual([]);
    await db.connection.transaction(async (tx) => {
      expect(await db.stores.messages.see(tx, 'signature', 70)).toBe(true);
      expect(await db.stores.messages.see(tx, 'signature', 80)).toBe(false);
      expect(await db.stores.messages.seenAt(tx, 'signature')).toBe(70);
    });
  });

  it('an event is kept once', async () => {
    const event = {
      attemptId: 'attempt-1',
      dedupe: 'ended',
      seq: 3,
      kind: 'ended',
      at: 1,
      receivedAt: 2,
      body: { status: 'busy' },
    };
    await db.connection.transaction(async (tx) => {
      await db.stores.attempts.insert(tx, attemptRow());
      expect(await db.stores.attempts.appendEvent(tx, event)).toBe(true);
      expect(await db.stores.attempts.appendEvent(tx, event)).toBe(false);
    });
    expect(await db.stores.attempts.listEvents(db.connection.reader, 'attempt-1')).toEqual([event]);
  });

  it('a number stands once in a wave; of other waves those called since or still open are known', async () => {
    const { stores, connection } = db;
    await connection.transaction(async (tx) => {
      await stores.waves.insert(tx, waveRow({ id: 'wave-2', code: 'wave-2' }));
      await stores.numbers.insertMany(tx, [
        { caseId: 'case-1', rank: 0, waveId: 'wave-1', numberHash: 'x', cipher: 'c', state: 'live', deleteAfter: null },
        { caseId: 'case-2', rank: 0, waveId: 'wave-1', numberHash: 'y', cipher: 'c', state: 'live', deleteAfter: null },
        { caseId: 'case-3', rank: 0, waveId: 'wave-1', numberHash: 'z', cipher: 'c', state: 'live', deleteAfter: null },
      ]);
      await stores.cases.update(tx, { id: 'case-1', version: 1 }, { state: 'FINAL', lastAttemptAt: 100 });
      await stores.cases.update(tx, { id: 'case-2', version: 1 }, { state: 'FINAL', lastAttemptAt: 300 });
    });
    const { reader } = connection;
    expect(await stores.numbers.findInWave(reader, 'wave-1', ['x', 'q'])).toEqual(new Set(['x']));
    expect(
      await stores.numbers.findUsed(reader, { waveId: 'wave-2', since: 200, final: 'FINAL' }, ['x', 'y', 'z', 'q']),
    ).toEqual(new Set(['y', 'z']));
    const again = connection.transaction((tx) =>
      stores.numbers.insertMany(tx, [
        { caseId: 'case-4', rank: 0, waveId: 'wave-1', numberHash: 'x', cipher: 'c', state: 'live', deleteAfter: null },
      ]),
    );
    await expect(again).rejects.toThrow();
    await connection.transaction(async (tx) => {
      await stores.numbers.setDeleteAfter(tx, 'wave-1', 500);
      expect(await stores.numbers.forgetExpired(tx, 499)).toBe(0);
      expect(await stores.numbers.forgetExpired(tx, 500)).toBe(3);
    });
    expect(await stores.numbers.listOfCase(reader, 'case-1')).toMatchObject([{ cipher: null, numberHash: 'x' }]);
  });

  it('a number is put on the list once and taken off once', async () => {
    const { stores, connection } = db;
    const row = { numberHash: 'h', reason: 'asked', source: 'call', at: 1, by: 'x', unitCode: null };
    await connection.transaction(async (tx) => {
      expect(await stores.suppressions.insert(tx, row)).toBe(true);
      expect(await stores.suppressions.insert(tx, { ...row, at: 2 })).toBe(false);
    });
    expect(await stores.suppressions.findMany(connection.reader, ['g', 'h'])).toEqual(new Set(['h']));
    expect(await stores.suppressions.list(connection.reader, { limit: 10 })).toEqual([row]);
    await connection.transaction(async (tx) => {
      expect(await stores.suppressions.remove(tx, 'h')).toBe(true);
      expect(await stores.suppressions.remove(tx, 'h')).toBe(false);
    });
    expect(await stores.suppressions.has(connection.reader, 'h')).toBe(false);
  });

  it('quota cells count what is added and taken back', async () => {
    const { stores, connection } = db;
    const cell = { waveId: 'wave-1', unitCode: '6109', sex: '*' as const, ageBand: '*', target: 2, completes: 0 };
    await connection.transaction(async (tx) => {
      await stores.quotas.replace(tx, 'wave-1', [cell]);
      await stores.quotas.count(tx, cell, 2);
      await stores.quotas.count(tx, cell, -1);
    });
    expect(await stores.quotas.list(connection.reader, 'wave-1')).toEqual([{ ...cell, completes: 1 }]);
  });
});
