import { and, count as countRows, desc, eq, inArray, lt, or, sql } from 'drizzle-orm';
import { prepareOnce, type Reader, type Writer } from './connection.ts';
import { findAmong } from './many-values.ts';
import type { Tables } from './tables.ts';

export type SuppressionRow = Tables['suppressions']['$inferSelect'];

export function createSuppressionStore({ suppressions }: Tables) {
  return {
    has: async (db: Reader, numberHash: string): Promise<boolean> =>
      (
        await prepareOnce(db, 'suppression.has', (d) =>
          d
            .select({ h: suppressions.numberHash })
            .from(suppressions)
            .where(eq(suppressions.numberHash, sql.placeholder('numberHash')))
            .prepare('suppression_has'),
        ).execute({ numberHash })
      ).length > 0,

    /** Which of these numbers must not be called. */
    findMany: async (db: Reader, among: readonly string[]): Promise<Set<string>> => {
      const rows = await findAmong(db, 'suppression_many', among, (d, values) =>
        d
          .select({ numberHash: suppressions.numberHash })
          .from(suppressions)
          .where(inArray(suppressions.numberHash, values)),
      );
      return new Set(rows.map(({ numberHash }) => numberHash));
    },

    /** False when the number stands in the list already; the older entry stays. */
    insert: async (tx: Writer, row: SuppressionRow): Promise<boolean> =>
      (await tx.insert(suppressions).values(row).onConflictDoNothing().returning({ h: suppressions.numberHash }))
        .length === 1,

    remove: async (tx: Writer, numberHash: string): Promise<boolean> =>
      (
        await tx
          .delete(suppressions)
          .where(eq(suppressions.numberHash, numberHash))
          .returning({ h: suppressions.numberHash })
      ).length === 1,

    /** Newest first; `before` is the last entry of the page before. */
    list: async (
      db: Reader,
      { limit, before = null }: { readonly limit: number; readonly before?: SuppressionRow | null },
    ): Promise<SuppressionRow[]> =>
      db
        .select()
        .from(suppressions)
        .where(
          before === null
            ? undefined
            : or(
                lt(suppressions.at, before.at),
                and(eq(suppressions.at, before.at), lt(suppressions.numberHash, before.numberHash)),
              ),
        )
        .orderBy(desc(suppressions.at), desc(suppressions.numberHash))
        .limit(limit),

    find: async (db: Reader, numberHash: string): Promise<SuppressionRow | null> =>
      (await db.select().from(suppressions).where(eq(suppressions.numberHash, numberHash)))[0] ?? null,

    count: async (db: Reader): Promise<number> => (await db.select({ n: countRows() }).from(suppressions))[0]?.n ?? 0,
  };
}
