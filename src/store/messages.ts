import { asc, eq, lt, sql } from 'drizzle-orm';
import { prepareOnce, type Reader, type Writer } from './connection.ts';
import { changedRows, forUpdate } from './dialect/expressions.ts';
import { insertOnce } from './one-row.ts';
import type { Tables } from './tables.ts';

export type MessageRow = Tables['messages']['$inferSelect'];

/** Text messages, and the requests of carriers that were answered already. */
export function createMessageStore({ messages, webhooksSeen }: Tables) {
  return {
    insert: async (tx: Writer, row: MessageRow): Promise<void> => {
      await tx.insert(messages).values(row);
    },

    find: async (db: Reader, id: string): Promise<MessageRow | null> =>
      (await db.select().from(messages).where(eq(messages.id, id)))[0] ?? null,

    findByProvider: async (db: Reader, providerId: string): Promise<MessageRow | null> =>
      (await db.select().from(messages).where(eq(messages.providerId, providerId)))[0] ?? null,

    /** The message, held against others until the transaction ends. */
    hold: async (tx: Writer, id: string): Promise<MessageRow | null> =>
      (await forUpdate(tx.select().from(messages).where(eq(messages.id, id))))[0] ?? null,

    update: async (tx: Writer, id: string, change: Partial<Omit<MessageRow, 'id'>>): Promise<void> => {
      await tx.update(messages).set(change).where(eq(messages.id, id));
    },

    /** The message that says this opt-out address. */
    findByOptOut: async (db: Reader, optOutHash: string): Promise<MessageRow | null> =>
      (await db.select().from(messages).where(eq(messages.optOutHash, optOutHash)))[0] ?? null,

    listOfCase: async (db: Reader, caseId: string): Promise<MessageRow[]> =>
      db.select().from(messages).where(eq(messages.caseId, caseId)).orderBy(asc(messages.at)),

    /** Notes a request; false when it was seen before. */
    see: async (tx: Writer, key: string, at: number): Promise<boolean> =>
      insertOnce(tx, 'webhook.see', { table: webhooksSeen, row: { key, at } }, (d, values) =>
        d.insert(webhooksSeen).values(values).onConflictDoNothing(),
      ),

    /** When a request was answered first; null when it never was. */
    seenAt: async (db: Reader, key: string): Promise<number | null> =>
      (
        await prepareOnce(db, 'webhook.seen', (d) =>
          d
            .select({ at: webhooksSeen.at })
            .from(webhooksSeen)
            .where(eq(webhooksSeen.key, sql.placeholder('key')))
            .prepare('webhook_seen'),
        ).execute({ key })
      )[0]?.at ?? null,

    /** Forgets requests older than this; says how many. */
    forgetSeen: async (tx: Writer, before: number): Promise<number> =>
      changedRows(await tx.delete(webhooksSeen).where(lt(webhooksSeen.at, before))),
  };
}
