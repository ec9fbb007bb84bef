import { and, desc, eq, getTableColumns, inArray } from 'drizzle-orm';
import type { Reader, Writer } from './connection.ts';
import type { Tables } from './tables.ts';

export type ImportJobRow = Tables['importJobs']['$inferSelect'];

/** How a job stands, without its report, which may be long. */
export type ImportJobState = Omit<ImportJobRow, 'report' | 'error'>;

export function createImportJobStore({ importJobs }: Tables) {
  const { report: _report, error: _error, ...state } = getTableColumns(importJobs);
  return {
    find: async (db: Reader, id: string): Promise<ImportJobRow | null> =>
      (await db.select().from(importJobs).where(eq(importJobs.id, id)))[0] ?? null,

    /** Newest first. */
    list: async (db: Reader, waveId: string): Promise<ImportJobState[]> =>
      db
        .select(state)
        .from(importJobs)
        .where(eq(importJobs.waveId, waveId))
        .orderBy(desc(importJobs.startedAt), desc(importJobs.id)),

    insert: async (tx: Writer, row: ImportJobRow): Promise<void> => {
      await tx.insert(importJobs).values(row);
    },

    /** Changes a job that still runs. */
    update: async (
      tx: Writer,
      id: string,
      change: Partial<Pick<ImportJobRow, 'state' | 'share' | 'report' | 'error' | 'seenAt'>>,
    ): Promise<void> => {
      await tx
        .update(importJobs)
        .set(change)
        .where(and(eq(importJobs.id, id), eq(importJobs.state, 'running')));
    },

    remove: async (tx: Writer, ids: readonly string[]): Promise<void> => {
      if (ids.length > 0) await tx.delete(importJobs).where(inArray(importJobs.id, [...ids]));
    },
  };
}
