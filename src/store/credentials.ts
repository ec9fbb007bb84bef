import {
  and,
  asc,
  type Column,
  desc,
  eq,
  getTableColumns,
  gt,
  gte,
  inArray,
  isNull,
  lt,
  lte,
  ne,
  notInArray,
  type SQL,
} from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Reader, Writer } from './connection.ts';
import { rowCount } from './dialect/expressions.ts';
import type { Tables } from './tables.ts';

/** The tables of sign-in. */
export const CREDENTIAL_TABLES = ['users', 'sessions', 'accounts', 'verifications'] as const;
export type CredentialTable = (typeof CREDENTIAL_TABLES)[number];

export type CredentialValue = string | number | boolean | null;
export type CredentialRow = Record<string, unknown>;

const COMPARISONS = { eq, ne, lt, lte, gt, gte } as const;

/** One comparison; several are joined by “and”. */
export type CredentialCondition =
  | { readonly column: string; readonly is: keyof typeof COMPARISONS; readonly value: CredentialValue }
  | { readonly column: string; readonly is: 'in' | 'not_in'; readonly value: readonly CredentialValue[] };

/**
 * Rows of the sign-in tables by table and column name, as the sign-in library asks for them. It stays general, so
 * that no SQL is needed outside the store, and small: what is not here is not asked for.
 */
export function createCredentialStore(tables: Tables) {
  const tableOf = (name: CredentialTable): PgTable => tables[name];

  function columnOf(name: CredentialTable, column: string): Column {
    const found = getTableColumns(tableOf(name))[column];
    if (!found) throw new RangeError(`${name} has no column ${column}`);
    return found;
  }

  function whereOf(name: CredentialTable, conditions: readonly CredentialCondition[]): SQL | undefined {
    return and(
      ...conditions.map((condition) => {
        const column = columnOf(name, condition.column);
        if (condition.is === 'in') return inArray(column, [...condition.value]);
        if (condition.is === 'not_in') return notInArray(column, [...condition.value]);
        if (condition.is === 'eq' && condition.value === null) return isNull(column);
        return COMPARISONS[condition.is](column, condition.value);
      }),
    );
  }

  /** A change without a condition would reach every account: that is never meant. */
  function narrowed(name: CredentialTable, conditions: readonly CredentialCondition[]): SQL | undefined {
    if (conditions.length === 0) throw new RangeError(`a change of all ${name}`);
    return whereOf(name, conditions);
  }

  return {
    select: async (
      db: Reader,
      name: CredentialTable,
      conditions: readonly CredentialCondition[],
      page: {
        readonly limit: number;
        readonly offset?: number | undefined;
        readonly sortBy?: { readonly field: string; readonly direction: 'asc' | 'desc' } | undefined;
      },
    ): Promise<CredentialRow[]> => {
      const { limit, offset = 0, sortBy } = page;
      const order = sortBy ? [(sortBy.direction === 'asc' ? asc : desc)(columnOf(name, sortBy.field))] : [];
      return db
        .select()
        .from(tableOf(name))
        .where(whereOf(name, conditions))
        .orderBy(...order)
        .limit(limit)
        .offset(offset);
    },

    count: async (db: Reader, name: CredentialTable, conditions: readonly CredentialCondition[]): Promise<number> =>
      (await db.select({ n: rowCount() }).from(tableOf(name)).where(whereOf(name, conditions)))[0]?.n ?? 0,

    insert: async (tx: Writer, name: CredentialTable, row: CredentialRow): Promise<CredentialRow> => {
      const [inserted] = await tx.insert(tableOf(name)).values(row).returning();
      return inserted as CredentialRow;
    },

    /** Changes all rows that meet the conditions and gives them back as they are now. */
    update: async (
      tx: Writer,
      name: CredentialTable,
      conditions: readonly CredentialCondition[],
      change: CredentialRow,
    ): Promise<CredentialRow[]> => tx.update(tableOf(name)).set(change).where(narrowed(name, conditions)).returning(),

    /** Removes all rows that meet the conditions and gives them back; of two at once, one gets the row. */
    remove: async (
      tx: Writer,
      name: CredentialTable,
      conditions: readonly CredentialCondition[],
    ): Promise<CredentialRow[]> => tx.delete(tableOf(name)).where(narrowed(name, conditions)).returning(),
  };
}
