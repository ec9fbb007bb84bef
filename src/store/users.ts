import { and, asc, eq, getTableColumns, type SQL } from 'drizzle-orm';
import type { Reader, Writer } from './connection.ts';
import { forUpdate, isPresent, startsWith } from './dialect/expressions.ts';
import type { Tables } from './tables.ts';

export type UserRow = Tables['users']['$inferSelect'];

/** A user with its unit (null for all units) and whether a password was set; the password itself stays where it is. */
export type AccountRow = UserRow & {
  readonly unitName: string | null;
  readonly unitPath: string | null;
  readonly hasPassword: boolean;
};

export function createUserStore({ users, accounts, units }: Tables) {
  const selectAccounts = (db: Reader, where: SQL | undefined): Promise<AccountRow[]> =>
    db
      .select({
        ...getTableColumns(users),
        unitName: units.name,
        unitPath: units.path,
        hasPassword: isPresent(accounts.password),
      })
      .from(users)
      .leftJoin(units, eq(units.code, users.unitCode))
      .leftJoin(accounts, and(eq(accounts.userId, users.id), eq(accounts.providerId, 'credential')))
      .where(where)
      .orderBy(asc(users.username))
      .execute();

  return {
    find: async (db: Reader, id: string): Promise<UserRow | null> =>
      (await db.select().from(users).where(eq(users.id, id)))[0] ?? null,

    findByUsername: async (db: Reader, username: string): Promise<UserRow | null> =>
      (await db.select().from(users).where(eq(users.username, username)))[0] ?? null,

    findAccount: async (db: Reader, id: string): Promise<AccountRow | null> =>
      (await selectAccounts(db, eq(users.id, id)))[0] ?? null,

    /** Accounts of the units below a path, by name; all accounts when no path is given. */
    listAccounts: async (db: Reader, rootPath: string | null): Promise<AccountRow[]> =>
      selectAccounts(db, rootPath === null ? undefined : startsWith(units.path, rootPath)),

    /** Nobody else changes an account of this role, nor locks them, until the transaction ends. */
    lockRole: async (tx: Writer, role: string): Promise<void> => {
      await forUpdate(tx.select({ id: users.id }).from(users).where(eq(users.role, role)).orderBy(asc(users.id)));
    },

    listByRole: async (db: Reader, role: string): Promise<AccountRow[]> => selectAccounts(db, eq(users.role, role)),

    update: async (
      tx: Writer,
      id: string,
      change: Partial<Pick<UserRow, 'name' | 'role' | 'unitCode' | 'disabled' | 'updatedAt'>>,
    ): Promise<void> => {
      await tx.update(users).set(change).where(eq(users.id, id));
    },
  };
}
