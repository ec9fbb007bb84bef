import { and, asc, desc, eq, gte, inArray, lte, max, min } from 'drizzle-orm';
import type { CaseState } from '../core/sample/case-state.ts';
import type { Reader, Writer } from './connection.ts';
import { forUpdate, isAbsent, rowCount, total } from './dialect/expressions.ts';
import type { CarrierName, Tables } from './tables.ts';

export type AttemptRow = Tables['attempts']['$inferSelect'];
export type AttemptChange = Partial<Omit<AttemptRow, 'id' | 'caseId' | 'waveId' | 'seq'>>;
export type AttemptEventRow = Tables['attemptEvents']['$inferSelect'];
export type KeypadSessionRow = Tables['keypadSessions']['$inferSelect'];
export type ConsentRow = Tables['consents']['$inferSelect'];

/** Calls, what the carrier told about them, and what was said in them. A call without an end may still be going on. */
export function createAttemptStore({ attempts, attemptEvents, keypadSessions, consents, cases }: Tables) {
  const isLive = isAbsent(attempts.endedAt);
  return {
    /** False when a call to the case is still going on: nothing was written. */
    insert: async (tx: Writer, row: AttemptRow): Promise<boolean> =>
      (await tx.insert(attempts).values(row).onConflictDoNothing().returning({ id: attempts.id })).length === 1,

    find: async (db: Reader, id: string): Promise<AttemptRow | null> =>
      (await db.select().from(attempts).where(eq(attempts.id, id)))[0] ?? null,

    /** The call, held against others until the transaction ends. */
    hold: async (tx: Writer, id: string): Promise<AttemptRow | null> =>
      (await forUpdate(tx.select().from(attempts).where(eq(attempts.id, id))))[0] ?? null,

    findByProviderCall: async (db: Reader, providerCallId: string): Promise<AttemptRow | null> =>
      (await db.select().from(attempts).where(eq(attempts.providerCallId, providerCallId)))[0] ?? null,

    update: async (tx: Writer, id: string, change: AttemptChange): Promise<void> => {
      await tx.update(attempts).set(change).where(eq(attempts.id, id));
    },

    /** The calls of a case, the first one first. */
    listOfCase: async (db: Reader, caseId: string): Promise<AttemptRow[]> =>
      db.select().from(attempts).where(eq(attempts.caseId, caseId)).orderBy(asc(attempts.seq)),

    /** The call that is going on with the case, if any. */
    findLive: async (db: Reader, caseId: string): Promise<AttemptRow | null> =>
      (
        await db
          .select()
          .from(attempts)
          .where(and(eq(attempts.caseId, caseId), isLive))
      )[0] ?? null,

    /** All calls that may still be going on; of one wave, or of all. */
    listLive: async (db: Reader, waveId: string | null = null): Promise<AttemptRow[]> =>
      db
        .select()
        .from(attempts)
        .where(and(isLive, waveId === null ? undefined : eq(attempts.waveId, waveId)))
        .orderBy(asc(attempts.askedAt)),

    /** Calls that may still be going on although their case needs none any more. */
    listLiveOf: async (db: Reader, states: readonly CaseState[]): Promise<AttemptRow[]> =>
      (
        await db
          .select({ row: attempts })
          .from(attempts)
          .innerJoin(cases, eq(cases.id, attempts.caseId))
          .where(and(isLive, inArray(cases.state, [...states])))
      ).map(({ row }) => row),

    /** When the carrier last told something about a call; null when it never did. */
    lastEventAt: async (db: Reader, attemptId: string): Promise<number | null> =>
      (
        await db
          .select({ at: max(attemptEvents.receivedAt) })
          .from(attemptEvents)
          .where(eq(attemptEvents.attemptId, attemptId))
      )[0]?.at ?? null,

    countLive: async (db: Reader, carrier: CarrierName): Promise<number> =>
      (
        await db
          .select({ n: rowCount() })
          .from(attempts)
          .where(and(isLive, eq(attempts.carrier, carrier)))
      )[0]?.n ?? 0,

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
      db
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
        .where(and(eq(attempts.waveId, waveId), gte(attempts.askedAt, since)))
        .groupBy(attempts.interviewerId, attempts.mode, attempts.carrier, attempts.state, attempts.disposition),

    /** Keeps an event word for word; false when it was known. */
    appendEvent: async (tx: Writer, row: AttemptEventRow): Promise<boolean> =>
      (await tx.insert(attemptEvents).values(row).onConflictDoNothing().returning({ dedupe: attemptEvents.dedupe }))
        .length === 1,

    listEvents: async (db: Reader, attemptId: string): Promise<AttemptEventRow[]> =>
      db
        .select()
        .from(attemptEvents)
        .where(eq(attemptEvents.attemptId, attemptId))
        .orderBy(asc(attemptEvents.receivedAt), asc(attemptEvents.dedupe)),

    findSession: async (db: Reader, caseId: string): Promise<KeypadSessionRow | null> =>
      (await db.select().from(keypadSessions).where(eq(keypadSessions.caseId, caseId)))[0] ?? null,

    /** The session, held against others until the transaction ends. */
    holdSession: async (tx: Writer, caseId: string): Promise<KeypadSessionRow | null> =>
      (await forUpdate(tx.select().from(keypadSessions).where(eq(keypadSessions.caseId, caseId))))[0] ?? null,

    saveSession: async (tx: Writer, { caseId, ...row }: KeypadSessionRow): Promise<void> => {
      await tx
        .insert(keypadSessions)
        .values({ caseId, ...row })
        .onConflictDoUpdate({ target: keypadSessions.caseId, set: row });
    },

    insertConsent: async (tx: Writer, row: ConsentRow): Promise<void> => {
      await tx.insert(consents).values(row);
    },

    /** What was agreed to in a call, oldest first. */
    listConsents: async (db: Reader, attemptId: string): Promise<ConsentRow[]> =>
      db.select().from(consents).where(eq(consents.attemptId, attemptId)).orderBy(asc(consents.at)),
  };
}
