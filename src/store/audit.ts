import { and, desc, eq, inArray, lt, or, type SQL } from 'drizzle-orm';
import type { Reader, Writer } from './connection.ts';
import type { Tables } from './tables.ts';

export type AuditRow = Tables['audit']['$inferSelect'];

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
        /** Only what was done to this one thing. */
        object?: { readonly type: string; readonly id: string } | undefined;
        /** The last row of the page before: its instant and its id. */
        before?: { readonly at: number; readonly id: string } | undefined;
        limit: number;
      },
    ): Promise<AuditRow[]> => {
      const conditions: SQL[] = [];
      if (filter.units !== null) conditions.push(inArray(audit.unitCode, [...filter.units]));
      if (filter.action) conditions.push(eq(audit.action, filter.action));
      const { before, object } = filter;
      if (object) conditions.push(eq(audit.objectType, object.type), eq(audit.objectId, object.id));
      const older = before && or(lt(audit.at, before.at), and(eq(audit.at, before.at), lt(audit.id, before.id)));
      if (older) conditions.push(older);
      return db
        .select()
        .from(audit)
        .where(and(...conditions))
        .orderBy(desc(audit.at), desc(audit.id))
        .limit(filter.limit);
    },
  };
}
