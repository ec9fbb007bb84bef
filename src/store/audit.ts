import { and, desc, eq, inArray, lt, type SQL } from 'drizzle-orm';
import type { Reader, Writer } from './connection.ts';
import type { Tables } from './tables.ts';

export type AuditRow = Tables['audit']['$inferSelect'];
export type AuditStore = ReturnType<typeof createAuditStore>;

export function createAuditStore({ audit }: Tables) {
  return {
    insert: async (tx: Writer, row: AuditRow): Promise<void> => {
      await tx.insert(audit).values(row);
    },

    /** Newest first, a page at a time; `units` limits to what was done on these units. */
    list: async (
      db: Reader,
      filter: {
        units: readonly string[] | null;
        action?: string | undefined;
        before?: number | undefined;
        limit: number;
      },
    ): Promise<AuditRow[]> => {
      const conditions: SQL[] = [];
      if (filter.units !== null) conditions.push(inArray(audit.unitCode, [...filter.units]));
      if (filter.action) conditions.push(eq(audit.action, filter.action));
      if (filter.before) conditions.push(lt(audit.at, filter.before));
      return db
        .select()
        .from(audit)
        .where(and(...conditions))
        .orderBy(desc(audit.at), desc(audit.id))
        .limit(filter.limit);
    },
  };
}
