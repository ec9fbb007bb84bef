import { and, asc, eq, inArray, or } from 'drizzle-orm';
import type { Reader, Writer } from './connection.ts';
import { changedRows, startsWith } from './dialect/expressions.ts';
import type { Tables } from './tables.ts';

export type MediaAccountRow = Tables['mediaAccounts']['$inferSelect'];
export type MediaFollowersRow = Tables['mediaFollowers']['$inferSelect'];

/** Accounts under which units publish, and how many followed them when. */
export function createMediaAccountStore({ mediaAccounts, mediaFollowers, units }: Tables) {
  return {
    find: async (db: Reader, id: string): Promise<MediaAccountRow | null> =>
      (await db.select().from(mediaAccounts).where(eq(mediaAccounts.id, id)))[0] ?? null,

    /** Those of the unit at a path, of all below and of all above it, in no order; of everywhere for null. */
    list: async (
      db: Reader,
      path: string | null,
    ): Promise<(MediaAccountRow & { unitPath: string; unitName: string })[]> => {
      const rows = await db
        .select({ account: mediaAccounts, unitPath: units.path, unitName: units.name })
        .from(mediaAccounts)
        .innerJoin(units, eq(units.code, mediaAccounts.unitCode))
        .where(path === null ? undefined : or(startsWith(units.path, path), inArray(units.code, codesOf(path))));
      return rows.map(({ account, ...unit }) => ({ ...account, ...unit }));
    },

    insert: async (tx: Writer, row: MediaAccountRow): Promise<void> => {
      await tx.insert(mediaAccounts).values(row);
    },

    /** Changes an account that still has the version it was read with; false when somebody was faster. */
    update: async (tx: Writer, row: MediaAccountRow): Promise<boolean> => {
      const { id, version, ...rest } = row;
      const isSame = and(eq(mediaAccounts.id, id), eq(mediaAccounts.version, version));
      return (
        changedRows(
          await tx
            .update(mediaAccounts)
            .set({ ...rest, version: version + 1 })
            .where(isSame),
        ) === 1
      );
    },

    /** All figures of these accounts, by day. */
    listFollowers: async (db: Reader, accountIds: readonly string[]): Promise<MediaFollowersRow[]> =>
      accountIds.length === 0
        ? []
        : db
            .select()
            .from(mediaFollowers)
            .where(inArray(mediaFollowers.accountId, [...accountIds]))
            .orderBy(asc(mediaFollowers.accountId), asc(mediaFollowers.day)),

    /** Notes the figure of a day; noted again, the later one stays. */
    noteFollowers: async (tx: Writer, row: MediaFollowersRow): Promise<void> => {
      const { quantity, notedAt, notedBy } = row;
      await tx
        .insert(mediaFollowers)
        .values(row)
        .onConflictDoUpdate({
          target: [mediaFollowers.accountId, mediaFollowers.day],
          set: { quantity, notedAt, notedBy },
        });
    },

    removeFollowers: async (tx: Writer, accountId: string, day: string): Promise<boolean> =>
      changedRows(
        await tx
          .delete(mediaFollowers)
          .where(and(eq(mediaFollowers.accountId, accountId), eq(mediaFollowers.day, day))),
      ) === 1,
  };
}

const codesOf = (path: string): string[] => path.split('/').filter((code) => code !== '');
