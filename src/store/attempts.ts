import { and, asc, desc, eq, gte, inArray, lte, max, min, sql } from 'drizzle-orm';
import type { CaseState } from '../core/sample/case-state.ts';
import { prepareOnce, type Reader, type Writer } from './connection.ts';
import { excluded, forUpdate, isAbsent, rowCount, suffixed, total } from './dialect/expressions.ts';
import { insertOnce, updateOnce } from './one-row.ts';
import type { Tables } from './tables.ts';

export type AttemptRow = Tables['attempts']['$inferSelect'];
export type AttemptChange = Partial<Omit<AttemptRow, 'id' | 'caseId' | 'waveId' | 'seq'>>;
export type AttemptEventRow = Tables['attemptEvents']['$inferSelect'];
export type KeypadSessionRow = Tables['keypadSessions']['$inferSelect'];
export type ConsentRow = Tables['consents']['$inferSelect'];

/** Calls, what the carrier told about them, and what was said in them. A call without an end may still be going on. */
export function createAttemptStore({ attempts, attemptEvents, keypadSessions, consents, cases }: Tables) {
  const isLive = isAbsent(attempts.endedAt);
  // As a text put together the wave is a condition only: the index is that of calls going on, which are few.
  const isOfWave = eq(suffixed(attempts.waveId, ''), sql.placeholder('waveId'));
  const selectById = (db: Reader) =>
    db
      .select()
      .from(attempts)
      .where(eq(attempts.id, sql.placeholder('id')));
  const selectSession = (db: Reader) =>
    db
      .select()
      .from(keypadSessions)
      .where(eq(keypadSessions.caseId, sql.placeholder('caseId')));
  return {
    /** False when a call to the case is still going on: nothing was written. */
    insert: async (tx: Writer, row: AttemptRow): Promise<boolean> =>
      insertOnce(tx, 'attempt.insert', { table: attempts, row }, (d, values) =>
        d.insert(attempts).values(values).onConflictDoNothing(),
      ),

    find: async (db: Reader, id: string): Promise<AttemptRow | null> =>
      (await prepareOnce(db, 'attempt.find', (d) => selectById(d).prepare('attempt_find')).execute({ id }))[0] ?? null,

    /** The call, held against others until the transaction ends. */
    hold: async (tx: Writer, id: string): Promise<AttemptRow | null> =>
      (
        await prepareOnce(tx, 'attempt.hold', (d) => forUpdate(selectById(d)).prepare('attempt_hold')).execute({ id })
      )[0] ?? null,

    findByProviderCall: async (db: Reader, providerCallId: string): Promise<AttemptRow | null> =>
      (
        await prepareOnce(db, 'attempt.provider', (d) =>
          d
            .select()
            .from(attempts)
            .where(eq(attempts.providerCallId, sql.placeholder('providerCallId')))
            .prepare('attempt_provider'),
        ).execute({ providerCallId })
      )[0] ?? null,

    update: async (tx: Writer, id: string, change: AttemptChange): Promise<void> => {
      await updateOnce(tx, 'attempt.update', { table: attempts, change, where: { id } }, (d, set) =>
        d
          .update(attempts)
          .set(set)
          .where(eq(attempts.id, sql.placeholder('where:id'))),
      );
    },

    /** The calls of a case, the first one first. */
    listOfCase: async (db: Reader, caseId: string): Promise<AttemptRow[]> =>
      prepareOnce(db, 'attempt.case', (d) =>
        d
          .select()
          .from(attempts)
          .where(eq(attempts.caseId, sql.placeholder('caseId')))
          .orderBy(asc(attempts.seq))
          .prepare('attempt_case'),
      ).execute({ caseId }),

    /** The call that is going on with the case, if any. */
    findLive: async (db: Reader, caseId: string): Promise<AttemptRow | null> =>
      (
        await prepareOnce(db, 'attempt.live', (d) =>
          d
            .select()
            .from(attempts)
            .where(and(eq(attempts.caseId, sql.placeholder('caseId')), isLive))
            .prepare('attempt_live'),
        ).execute({ caseId })
      )[0] ?? null,

    /** All calls that may still be going on; of one wave, or of all. */
    listLive: async (db: Reader, waveId: string | null = null): Promise<AttemptRow[]> =>
      prepareOnce(db, `attempt.live.${waveId === null ? 'all' : 'wave'}`, (d) =>
        d
          .select()
          .from(attempts)
          .where(and(isLive, waveId === null ? undefined : isOfWave))
          .orderBy(asc(attempts.askedAt))
          .prepare(`attempt_live_${waveId === null ? 'all' : 'wave'}`),
      ).execute(waveId === null ? {} : { waveId }),

    /** The lines taken: of each call that may still be going on its wave, carrier and the state of its case. */
    listLines: async (db: Reader) =>
      prepareOnce(db, 'attempt.lines', (d) =>
        d
          .select({ waveId: attempts.waveId, carrier: attempts.carrier, state: cases.state })
          .from(attempts)
          .innerJoin(cases, eq(cases.id, attempts.caseId))
          .where(isLive)
          .prepare('attempt_lines'),
      ).execute(),

    /** Calls that may still be going on although their case needs none any more. */
    listLiveOf: async (db: Reader, states: readonly CaseState[]): Promise<AttemptRow[]> =>
      (
        await prepareOnce(db, `attempt.live.${states}`, (d) =>
          d
            .select({ row: attempts })
            .from(attempts)
            .innerJoin(cases, eq(cases.id, attempts.caseId))
            .where(and(isLive, inArray(cases.state, [...states])))
            .prepare(`attempt_live_${states.join('_')}`),
        ).execute()
      ).map(({ row }) => row),

    /** When something was told last about the calls that may still be going on. Those of which nothing was are not in it. */
    lastHeard: async (db: Reader): Promise<ReadonlyMap<string, number>> => {
      const rows = await prepareOnce(db, 'event.last', (d) =>
        d
          .select({ id: attempts.id, at: max(attemptEvents.receivedAt) })
          .from(attempts)
          .innerJoin(attemptEvents, eq(attemptEvents.attemptId, attempts.id))
          .where(isLive)
          .groupBy(attempts.id)
          .prepare('event_last'),
      ).execute();
      return new Map(rows.flatMap(({ id, at }) => (at === null ? [] : [[id, at] as const])));
    },

    /** Calls of a wave that were asked for in this time, oldest first. */
    listAsked: async (
      db: Reader,
      of: { readonly waveId: string; readonly from: number; readonly to: number; readonly limit: number },
    ): Promise<AttemptRow[]> =>
      db
        .select()
        .from(attempts)
        .where(and(eq(attempts.waveId, of.waveId), gte(attempts.askedAt, of.from), lte(attempts.askedAt, of.to)))
        .orderBy(asc(attempts.askedAt))
        .limit(of.limit),

    /** The newest calls of a wave. */
    listNewest: async (db: Reader, waveId: string, limit: number): Promise<AttemptRow[]> =>
      db.select().from(attempts).where(eq(attempts.waveId, waveId)).orderBy(desc(attempts.askedAt)).limit(limit),

    /** Counts since a moment for the board, by interviewer (null: the keypad), carrier and result. */
    countResults: async (db: Reader, waveId: string, since: number) =>
      prepareOnce(db, 'attempt.results', (d) =>
        d
          .select({
            interviewerId: attempts.interviewerId,
            mode: attempts.mode,
            carrier: attempts.carrier,
            state: attempts.state,
            disposition: attempts.disposition,
            n: rowCount(),
            durationMs: total(attempts.durationMs),
            firstAt: min(attempts.askedAt),
            lastAt: max(attempts.askedAt),
          })
          .from(attempts)
          .where(and(eq(attempts.waveId, sql.placeholder('waveId')), gte(attempts.askedAt, sql.placeholder('since'))))
          .groupBy(attempts.interviewerId, attempts.mode, attempts.carrier, attempts.state, attempts.disposition)
          .prepare('attempt_results'),
      ).execute({ waveId, since }),

    /** Keeps an event word for word; false when it was known. */
    appendEvent: async (tx: Writer, row: AttemptEventRow): Promise<boolean> =>
      insertOnce(tx, 'event.insert', { table: attemptEvents, row }, (d, values) =>
        d.insert(attemptEvents).values(values).onConflictDoNothing(),
      ),

    listEvents: async (db: Reader, attemptId: string): Promise<AttemptEventRow[]> =>
      prepareOnce(db, 'event.list', (d) =>
        d
          .select()
          .from(attemptEvents)
          .where(eq(attemptEvents.attemptId, sql.placeholder('attemptId')))
          .orderBy(asc(attemptEvents.receivedAt), asc(attemptEvents.dedupe))
          .prepare('event_list'),
      ).execute({ attemptId }),

    findSession: async (db: Reader, caseId: string): Promise<KeypadSessionRow | null> =>
      (await prepareOnce(db, 'session.find', (d) => selectSession(d).prepare('session_find')).execute({ caseId }))[0] ??
      null,

    /** The session, held against others until the transaction ends. */
    holdSession: async (tx: Writer, caseId: string): Promise<KeypadSessionRow | null> =>
      (
        await prepareOnce(tx, 'session.hold', (d) => forUpdate(selectSession(d)).prepare('session_hold')).execute({
          caseId,
        })
      )[0] ?? null,

    saveSession: async (tx: Writer, row: KeypadSessionRow): Promise<void> => {
      await insertOnce(tx, 'session.save', { table: keypadSessions, row }, (d, values) =>
        d
          .insert(keypadSessions)
          .values(values)
          .onConflictDoUpdate({
            target: keypadSessions.caseId,
            set: { session: excluded(keypadSessions.session), updatedAt: excluded(keypadSessions.updatedAt) },
          }),
      );
    },

    /** The next interview of the case begins with nothing. */
    dropSession: async (tx: Writer, caseId: string): Promise<void> => {
      await tx.delete(keypadSessions).where(eq(keypadSessions.caseId, caseId));
    },

    insertConsent: async (tx: Writer, row: ConsentRow): Promise<void> => {
      await insertOnce(tx, 'consent.insert', { table: consents, row }, (d, values) =>
        d.insert(consents).values(values),
      );
    },

    /** What was agreed to in a call, oldest first. */
    listConsents: async (db: Reader, attemptId: string): Promise<ConsentRow[]> =>
      prepareOnce(db, 'consent.list', (d) =>
        d
          .select()
          .from(consents)
          .where(eq(consents.attemptId, sql.placeholder('attemptId')))
          .orderBy(asc(consents.at))
          .prepare('consent_list'),
      ).execute({ attemptId }),
  };
}
