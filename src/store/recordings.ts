import { and, asc, eq, isNotNull, isNull, lte, ne, or, sql } from 'drizzle-orm';
import { prepareOnce, type Reader, type Writer } from './connection.ts';
import { rowCount, startsWith } from './dialect/expressions.ts';
import type { Tables } from './tables.ts';

export type RecordingRow = Tables['recordings']['$inferSelect'];
export type ReviewRow = Tables['reviews']['$inferSelect'];

/** What was recorded, and who listened to it again. */
export function createRecordingStore({ recordings, reviews, units }: Tables) {
  return {
    /** False when it is known already. */
    insert: async (tx: Writer, row: RecordingRow): Promise<boolean> =>
      (await tx.insert(recordings).values(row).onConflictDoNothing().returning({ id: recordings.id })).length === 1,

    find: async (db: Reader, id: string): Promise<RecordingRow | null> =>
      (await db.select().from(recordings).where(eq(recordings.id, id)))[0] ?? null,

    listOfAttempt: async (db: Reader, attemptId: string): Promise<RecordingRow[]> =>
      db.select().from(recordings).where(eq(recordings.attemptId, attemptId)).orderBy(asc(recordings.createdAt)),

    update: async (tx: Writer, id: string, change: Partial<Omit<RecordingRow, 'id'>>): Promise<void> => {
      await tx.update(recordings).set(change).where(eq(recordings.id, id));
    },

    /** Recordings that still lie with the carrier alone. */
    listToFetch: async (db: Reader, limit = 100): Promise<RecordingRow[]> =>
      prepareOnce(db, 'recording.fetch', (d) =>
        d
          .select()
          .from(recordings)
          .where(and(isNull(recordings.deletedAt), isNull(recordings.file)))
          .orderBy(asc(recordings.deleteAt))
          .limit(sql.placeholder('limit'))
          .prepare('recording_fetch'),
      ).execute({ limit }),

    /** Recordings that need not lie with the carrier any more, as far as it is known. */
    listToClear: async (db: Reader, limit = 100): Promise<RecordingRow[]> =>
      prepareOnce(db, 'recording.clear', (d) =>
        d
          .select()
          .from(recordings)
          .where(and(isNull(recordings.clearedAt), or(isNotNull(recordings.file), isNotNull(recordings.deletedAt))))
          .orderBy(asc(recordings.deleteAt))
          .limit(sql.placeholder('limit'))
          .prepare('recording_clear'),
      ).execute({ limit }),

    /** Recordings whose time is over and that are still there. */
    listToDelete: async (db: Reader, now: number, limit = 200): Promise<RecordingRow[]> =>
      db
        .select()
        .from(recordings)
        .where(and(isNull(recordings.deletedAt), lte(recordings.deleteAt, now)))
        .orderBy(asc(recordings.deleteAt))
        .limit(limit),

    /** False when the call is in the queue already. */
    insertReview: async (tx: Writer, row: ReviewRow): Promise<boolean> =>
      (await tx.insert(reviews).values(row).onConflictDoNothing().returning({ id: reviews.id })).length === 1,

    /** The interview of the case counts for nothing any more: nobody need listen to it again. */
    closeReviewsOf: async (tx: Writer, caseId: string, change: Pick<ReviewRow, 'note' | 'doneAt'>): Promise<void> => {
      await tx
        .update(reviews)
        .set({ ...change, state: 'done' })
        .where(and(eq(reviews.caseId, caseId), eq(reviews.state, 'open')));
    },

    findReview: async (db: Reader, id: string): Promise<ReviewRow | null> =>
      (await db.select().from(reviews).where(eq(reviews.id, id)))[0] ?? null,

    findReviewOfAttempt: async (db: Reader, attemptId: string): Promise<ReviewRow | null> =>
      (await db.select().from(reviews).where(eq(reviews.attemptId, attemptId)))[0] ?? null,

    /** The queue of a wave below a unit, oldest first, without the interviews of `notBy`. */
    listReviews: async (
      db: Reader,
      of: {
        readonly waveId: string;
        readonly state: ReviewRow['state'];
        readonly unitPath: string | null;
        readonly notBy: string;
        readonly limit: number;
      },
    ): Promise<ReviewRow[]> =>
      (
        await db
          .select({ row: reviews })
          .from(reviews)
          .innerJoin(units, eq(units.code, reviews.unitCode))
          .where(
            and(
              eq(reviews.waveId, of.waveId),
              eq(reviews.state, of.state),
              of.unitPath === null ? undefined : startsWith(units.path, of.unitPath),
              or(isNull(reviews.interviewerId), ne(reviews.interviewerId, of.notBy)),
            ),
          )
          .orderBy(asc(reviews.createdAt), asc(reviews.id))
          .limit(of.limit)
      ).map(({ row }) => row),

    countReviews: async (db: Reader, waveId: string) =>
      db
        .select({ state: reviews.state, n: rowCount() })
        .from(reviews)
        .where(eq(reviews.waveId, waveId))
        .groupBy(reviews.state),

    /** Changes a review in this state; false when it is in another. */
    updateReview: async (
      tx: Writer,
      { id, state }: Pick<ReviewRow, 'id' | 'state'>,
      change: Partial<Omit<ReviewRow, 'id'>>,
    ): Promise<boolean> =>
      (
        await tx
          .update(reviews)
          .set(change)
          .where(and(eq(reviews.id, id), eq(reviews.state, state)))
          .returning({ id: reviews.id })
      ).length === 1,
  };
}
