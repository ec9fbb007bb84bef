import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attemptRow, caseRow, fillWave, invitationRow } from '../support/rows.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';

describe.each(DIALECTS)('a call with what hangs on it on %s', (dialect) => {
  let db: TestStores;
  beforeEach(async () => {
    db = await withStores(dialect);
    const { stores, connection } = db;
    await fillWave(db);
    await connection.transaction(async (tx) => {
      await stores.invitations.insertMany(tx, [invitationRow({ id: 'invitation-1' })]);
      await stores.cases.insertMany(tx, [caseRow({ id: 'case-1', invitationId: 'invitation-1', accessCode: 'h1' })]);
      await stores.attempts.insert(tx, attemptRow({ id: 'call', caseId: 'case-1' }));
    });
  });
  afterEach(() => db.close());

  it('is listened to until it is not; only whoever agreed last may be', async () => {
    const { stores, connection } = db;
    const { reader } = connection;
    const row = {
      ...{ id: 'l1', attemptId: 'call', waveId: 'wave-1', unitCode: '610902104', userId: 'u', userName: '督导' },
      ...{ legId: null, askedAt: 5, startedAt: null, endedAt: null },
    };
    await connection.transaction(async (tx) => {
      await stores.listenings.insert(tx, row);
      const consent = {
        attemptId: 'call',
        caseId: 'case-1',
        kind: 'interview' as const,
        scriptVersion: 's',
        lang: 'zh',
      };
      await stores.attempts.insertConsent(tx, { ...consent, id: 'c1', given: true, at: 1 });
    });
    expect(await stores.listenings.listAgreed(reader, ['call', 'other'])).toEqual(new Set(['call']));
    expect(await stores.listenings.listAgreed(reader, [])).toEqual(new Set());
    await connection.transaction(async (tx) => {
      expect(await stores.listenings.hold(tx, 'l1')).toEqual(row);
      const refusal = {
        attemptId: 'call',
        caseId: 'case-1',
        kind: 'interview' as const,
        scriptVersion: 's',
        lang: 'zh',
      };
      await stores.attempts.insertConsent(tx, { ...refusal, id: 'c2', given: false, at: 2 });
      await stores.listenings.update(tx, 'l1', { legId: 'CA1', startedAt: 7 });
    });
    expect(await stores.listenings.listAgreed(reader, ['call'])).toEqual(new Set());
    expect(await stores.listenings.listOfWave(reader, 'wave-1')).toMatchObject([{ legId: 'CA1', startedAt: 7 }]);
    await connection.transaction((tx) => stores.listenings.update(tx, 'l1', { endedAt: 9 }));
    expect(await stores.listenings.listOfAttempt(reader, 'call')).toEqual([]);
  });

  it('has an opt-out address for each of its messages, and a recording that the carrier has until it has not', async () => {
    const { stores, connection } = db;
    const { reader } = connection;
    const message = {
      caseId: 'case-1',
      attemptId: 'call',
      providerId: null,
      template: 't',
      status: 'sent',
      statuses: [],
    };
    const sound = {
      ...{
        id: 'RE1',
        attemptId: 'call',
        caseId: 'case-1',
        waveId: 'wave-1',
        unitCode: '610902104',
        interviewerId: null,
      },
      ...{ file: null, seconds: 3, createdAt: 1, deleteAt: 100, deletedAt: null, clearedAt: null },
    };
    await connection.transaction(async (tx) => {
      await stores.messages.insert(tx, { ...message, id: 'm1', optOutHash: 'first', at: 1, updatedAt: 1 });
      await stores.messages.insert(tx, { ...message, id: 'm2', optOutHash: 'second', at: 2, updatedAt: 2 });
      await stores.recordings.insert(tx, sound);
    });
    expect((await stores.messages.findByOptOut(reader, 'first'))?.id).toBe('m1');
    expect(await stores.messages.findByOptOut(reader, 'none')).toBeNull();
    expect(await stores.recordings.listToClear(reader)).toEqual([]);
    await connection.transaction((tx) => stores.recordings.update(tx, 'RE1', { file: 'x.wav' }));
    expect((await stores.recordings.listToClear(reader)).map(({ id }) => id)).toEqual(['RE1']);
    await connection.transaction((tx) => stores.recordings.update(tx, 'RE1', { clearedAt: 5 }));
    expect(await stores.recordings.listToClear(reader)).toEqual([]);
  });

  it('belongs to a case whose code and number are found within their wave and area', async () => {
    const { stores, connection } = db;
    const { reader } = connection;
    const one = await stores.cases.find(reader, 'case-1');
    const waveId = one?.waveId ?? '';
    expect(await stores.cases.findAccessCodes(reader, waveId, ['h1', 'h2'])).toEqual(new Set(['h1']));
    expect(await stores.cases.findAccessCodes(reader, 'other', ['h1'])).toEqual(new Set());
    await connection.transaction((tx) =>
      stores.numbers.insertMany(tx, [
        { caseId: 'case-1', rank: 0, waveId, numberHash: 'n1', cipher: 'x', state: 'live', deleteAfter: null },
      ]),
    );
    const unit = await stores.units.find(reader, one?.unitCode ?? '');
    expect(await stores.numbers.findOpenOutside(reader, unit?.path ?? '', ['n1', 'n2'])).toEqual(new Set());
    expect(await stores.numbers.findOpenOutside(reader, '/somewhere/', ['n1', 'n2'])).toEqual(new Set(['n1']));
  });
});
