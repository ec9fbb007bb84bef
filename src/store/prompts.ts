import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm';
import { prepareOnce, type Reader, type Writer } from './connection.ts';
import { isAbsent } from './dialect/expressions.ts';
import type { Tables } from './tables.ts';

export type PromptRecordingRow = Tables['promptRecordings']['$inferSelect'];

/** Sentences of keypad calls that were recorded by a person; those retired are kept until nobody can be hearing them. */
export function createPromptStore({ promptRecordings: prompts }: Tables) {
  const isActive = isAbsent(prompts.retiredAt);
  return {
    find: async (db: Reader, id: string): Promise<PromptRecordingRow | null> =>
      (await db.select().from(prompts).where(eq(prompts.id, id)))[0] ?? null,

    /** What calls of a survey play, in both languages; of two recordings of the same words the later one comes last. */
    listActive: async (db: Reader, surveyCode: string): Promise<PromptRecordingRow[]> =>
      prepareOnce(db, 'prompt.active', (d) =>
        d
          .select()
          .from(prompts)
          .where(and(eq(prompts.surveyCode, sql.placeholder('surveyCode')), isActive))
          .orderBy(asc(prompts.createdAt), asc(prompts.id))
          .prepare('prompt_active'),
      ).execute({ surveyCode }),

    insert: async (tx: Writer, row: PromptRecordingRow): Promise<void> => {
      await tx.insert(prompts).values(row);
    },

    /** Retires recordings; says how many were still played. */
    retire: async (tx: Writer, ids: readonly string[], at: number): Promise<number> =>
      (
        await tx
          .update(prompts)
          .set({ retiredAt: at })
          .where(and(inArray(prompts.id, [...ids]), isActive))
          .returning({ id: prompts.id })
      ).length,

    /** Forgets recordings that were retired before. */
    forgetRetired: async (tx: Writer, before: number): Promise<void> => {
      await tx.delete(prompts).where(lte(prompts.retiredAt, before));
    },

    /** Whether a file belongs to a recording, played or retired. */
    isFileUsed: async (db: Reader, hash: string): Promise<boolean> =>
      (await db.select({ id: prompts.id }).from(prompts).where(eq(prompts.hash, hash)).limit(1)).length > 0,
  };
}
