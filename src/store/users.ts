import { asc, eq, inArray } from 'drizzle-orm';
import type { Reader, Writer } from './connection.ts';
import type { Tables } from './tables.ts';

export type UserRow = Tables['users']['$inferSelect'];
export type UserStore = ReturnType<typeof createUserStore>;

export function createUserStore(tables: Tables) {
  const { users, sessions } = tables;
  return {
    find: async (db: Reader, id: string): Promise<UserRow | null> =>
      (await db.select().from(users).where(eq(users.id, id)))[0] ?? null,

    findByUsername: async (db: Reader, username: string): Promise<UserRow | null> =>
      (await db.select().from(users).where(eq(users.username, username)))[0] ?? null,

    list: async (db: Reader, unitCodes: readonly string[] | null): Promise<UserRow[]> =>
      db
        .select()
        .from(users)
        .where(unitCodes === null ? undefined : inArray(users.unitCode, [...unitCodes]))
        .orderBy(asc(users.username)),

    hasAny: async (db: Reader, role: string): Promise<boolean> =>
      (await db.select({ id: users.id }).from(users).where(eq(users.role, role)).limit(1)).length > 0,

    update: async (
      tx: Writer,
      id: string,
      change: Partial<Pick<UserRow, 'name' | 'role' | 'unitCode' | 'disabled' | 'updatedAt'>>,
    ): Promise<void> => {
      await tx.update(users).set(change).where(eq(users.id, id));
    },

    /** Signs a user out everywhere. */
    endSessions: async (tx: Writer, userId: string): Promise<void> => {
      await tx.delete(sessions).where(eq(sessions.userId, userId));
    },
  };
}
