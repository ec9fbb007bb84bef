import { and, desc, eq, getTableColumns, inArray, isNotNull, lt } from 'drizzle-orm';
import type { Reader, Writer } from './connection.ts';
import { changedRows } from './dialect/expressions.ts';
import type { Tables } from './tables.ts';

export type ImportJobRow = Tables['importJobs']['$inferSelect'];

/** How a job stands, without its report, which may be long. */
export type ImportJobState = Omit<ImportJobRow, 'report' | 'error'>;

/** Into what something is imported: interviews into a wave, a spreadsheet into the ledger of a unit, numbers for a wave. */
export type JobOwner = { readonly waveId: string } | { readonly unitCode: string } | { readonly numbersWaveId: string };

/** So many jobs of all units are looked through for those that somebody may read. */
const MOST_LISTED = 500;

export function createImportJobStore({ importJobs }: Tables) {
  const { report: _report, error: _error, ...state } = getTableColumns(importJobs);
  const isOf = (owner: JobOwner | null) => {
    if (owner === null) return isNotNull(importJobs.unitCode);
    if ('waveId' in owner) return eq(importJobs.waveId, owner.waveId);
    if ('unitCode' in owner) return eq(importJobs.unitCode, owner.unitCode);
    return eq(importJobs.numbersWaveId, owner.numbersWaveId);
  };
  return {
    find: async (db: Reader, id: string): Promise<ImportJobRow | null> =>
      (await db.select().from(importJobs).where(eq(importJobs.id, id)))[0] ?? null,

    /** Newest first; with null, those of the ledgers of all units. */
    list: async (db: Reader, owner: JobOwner | null): Promise<ImportJobState[]> =>
      db
        .select(state)
        .from(importJobs)
        .where(isOf(owner))
        .orderBy(desc(importJobs.startedAt), desc(importJobs.id))
        .limit(MOST_LISTED),

    insert: async (tx: Writer, row: ImportJobRow): Promise<void> => {
      await tx.insert(importJobs).values(row);
    },

    /** Changes a job that still runs; false when it does not. */
    update: async (
      tx: Writer,
      id: string,
      change: Partial<Omit<ImportJobRow, 'id' | 'waveId' | 'unitCode' | 'numbersWaveId'>>,
    ): Promise<boolean> =>
      changedRows(
        await tx
          .update(importJobs)
          .set(change)
          .where(and(eq(importJobs.id, id), eq(importJobs.state, 'running'))),
      ) === 1,

    /** Ends a job that runs and does not count yet; false when there is none. */
    cancel: async (tx: Writer, id: string): Promise<boolean> =>
      changedRows(
        await tx
          .update(importJobs)
          .set({ state: 'cancelled' })
          .where(and(eq(importJobs.id, id), eq(importJobs.state, 'running'), lt(importJobs.share, 1))),
      ) === 1,

    remove: async (tx: Writer, ids: readonly string[]): Promise<void> => {
      if (ids.length > 0) await tx.delete(importJobs).where(inArray(importJobs.id, [...ids]));
    },
  };
}
