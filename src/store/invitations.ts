import { and, eq } from 'drizzle-orm';
import type { Reader, Writer } from './connection.ts';
import { rowCount } from './dialect/expressions.ts';
import { insertRows } from './many-rows.ts';
import type { Tables } from './tables.ts';

export type InvitationRow = Tables['invitations']['$inferSelect'];

export function createInvitationStore({ invitations }: Tables) {
  return {
    findByTokenHash: async (db: Reader, tokenHash: string): Promise<InvitationRow | null> =>
      (await db.select().from(invitations).where(eq(invitations.tokenHash, tokenHash)))[0] ?? null,

    insertMany: (tx: Writer, rows: readonly InvitationRow[]): Promise<void> =>
      insertRows(tx, 'invitation.insert', rows, (d, values) => d.insert(invitations).values(values)),

    /** Spends the invitation; false when it was spent before. Called in the transaction that completes the response. */
    spend: async (tx: Writer, id: string): Promise<boolean> => {
      const spent = await tx
        .update(invitations)
        .set({ state: 'spent' })
        .where(and(eq(invitations.id, id), eq(invitations.state, 'open')))
        .returning({ id: invitations.id });
      return spent.length === 1;
    },

    /** Gives an invitation a new link; the one before no longer works. */
    renew: async (tx: Writer, id: string, link: Pick<InvitationRow, 'tokenHash' | 'expiresAt'>): Promise<void> => {
      await tx.update(invitations).set(link).where(eq(invitations.id, id));
    },

    /** Makes a spent invitation good again: its response goes on. */
    reopen: async (tx: Writer, id: string): Promise<void> => {
      await tx.update(invitations).set({ state: 'open' }).where(eq(invitations.id, id));
    },

    /** Puts a new invitation in the place of one that is spent for good. */
    follow: async (
      tx: Writer,
      id: string,
      next: Pick<InvitationRow, 'id' | 'tokenHash' | 'createdAt'>,
    ): Promise<void> => {
      const [old] = await tx.update(invitations).set({ state: 'spent' }).where(eq(invitations.id, id)).returning();
      if (!old) throw new RangeError(`invitation ${id}`);
      await tx.insert(invitations).values({ ...old, ...next, state: 'open' });
    },

    /** How many links of the wave were made and used, per unit. */
    count: async (db: Reader, waveId: string) =>
      db
        .select({ unitCode: invitations.unitCode, state: invitations.state, n: rowCount() })
        .from(invitations)
        .where(eq(invitations.waveId, waveId))
        .groupBy(invitations.unitCode, invitations.state),
  };
}
