import { asc, desc, eq, inArray } from 'drizzle-orm';
import type { Reader, Writer } from './connection.ts';
import { addExcluded, total } from './dialect/expressions.ts';
import type { Tables } from './tables.ts';
import { isUnder } from './units.ts';

export type InstrumentRow = Tables['instruments']['$inferSelect'];
export type InstrumentDay = Tables['instrumentCounts']['$inferSelect'];

export function createInstrumentStore(tables: Tables) {
  const { instruments, instrumentCounts } = tables;
  return {
    find: async (db: Reader, code: string): Promise<InstrumentRow | null> =>
      (await db.select().from(instruments).where(eq(instruments.code, code)))[0] ?? null,

    /** Those of the units under a path, newest first; of everywhere for null. */
    list: async (db: Reader, scope: string | null, limit: number): Promise<InstrumentRow[]> =>
      db
        .select()
        .from(instruments)
        .where(isUnder(tables, db, instruments.unitCode, scope))
        .orderBy(desc(instruments.createdAt), desc(instruments.code))
        .limit(limit),

    insert: async (tx: Writer, row: InstrumentRow): Promise<void> => {
      await tx.insert(instruments).values(row);
    },

    /** Adds to the counters of days. */
    count: async (tx: Writer, rows: readonly InstrumentDay[]): Promise<void> => {
      if (rows.length === 0) return;
      await tx
        .insert(instrumentCounts)
        .values([...rows])
        .onConflictDoUpdate({
          target: [instrumentCounts.code, instrumentCounts.day],
          set: { scans: addExcluded(instrumentCounts.scans), completes: addExcluded(instrumentCounts.completes) },
        });
    },

    totals: async (
      db: Reader,
      codes: readonly string[],
    ): Promise<{ readonly code: string; readonly scans: number; readonly completes: number }[]> =>
      codes.length === 0
        ? []
        : db
            .select({
              code: instrumentCounts.code,
              scans: total(instrumentCounts.scans),
              completes: total(instrumentCounts.completes),
            })
            .from(instrumentCounts)
            .where(inArray(instrumentCounts.code, [...codes]))
            .groupBy(instrumentCounts.code),

    listDays: async (db: Reader, code: string): Promise<InstrumentDay[]> =>
      db.select().from(instrumentCounts).where(eq(instrumentCounts.code, code)).orderBy(asc(instrumentCounts.day)),
  };
}
