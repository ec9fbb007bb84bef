import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { prepareOnce, type Reader, type Writer } from './connection.ts';
import { forUpdate } from './dialect/expressions.ts';
import type { Tables } from './tables.ts';

export type ListeningRow = Tables['listenings']['$inferSelect'];

/** Supervisors on calls that go on. */
export function createListeningStore({ listenings, consents }: Tables) {
  return {
    insert: async (tx: Writer, row: ListeningRow): Promise<void> => {
      await tx.insert(listenings).values(row);
    },

    /** The listening, held against others until the transaction ends. */
    hold: async (tx: Writer, id: string): Promise<ListeningRow | null> =>
      (await forUpdate(tx.select().from(listenings).where(eq(listenings.id, id))))[0] ?? null,

    update: async (tx: Writer, id: string, change: Partial<Omit<ListeningRow, 'id'>>): Promise<void> => {
      await tx.update(listenings).set(change).where(eq(listenings.id, id));
    },

    /** Who listens to a call now, or is just being rung. */
    listOfAttempt: async (db: Reader, attemptId: string): Promise<ListeningRow[]> =>
      prepareOnce(db, 'listening.attempt', (d) =>
        d
          .select()
          .from(listenings)
          .where(and(eq(listenings.attemptId, sql.placeholder('attemptId')), isNull(listenings.endedAt)))
          .orderBy(asc(listenings.askedAt))
          .prepare('listening_attempt'),
      ).execute({ attemptId }),

    listOfWave: async (db: Reader, waveId: string): Promise<ListeningRow[]> =>
      db
        .select()
        .from(listenings)
        .where(and(eq(listenings.waveId, waveId), isNull(listenings.endedAt)))
        .orderBy(asc(listenings.askedAt)),

    /** In which of these calls the respondent has heard the introduction and agreed to be interviewed. */
    listAgreed: async (db: Reader, attemptIds: readonly string[]): Promise<Set<string>> => {
      if (attemptIds.length === 0) return new Set();
      const rows = await db
        .select({ attemptId: consents.attemptId, given: consents.given })
        .from(consents)
        .where(and(inArray(consents.attemptId, [...attemptIds]), eq(consents.kind, 'interview')))
        .orderBy(asc(consents.at));
      const agreed = new Map(rows.map(({ attemptId, given }) => [attemptId, given]));
      return new Set([...agreed].flatMap(([attemptId, given]) => (given ? [attemptId] : [])));
    },
  };
}
