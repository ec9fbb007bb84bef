import { and, asc, eq, sql } from 'drizzle-orm';
import { prepareOnce, type Reader, type Writer } from './connection.ts';
import { forUpdate, plus } from './dialect/expressions.ts';
import { insertRows } from './many-rows.ts';
import type { Tables } from './tables.ts';

export type QuotaCellRow = Tables['quotaCells']['$inferSelect'];
type Key = Pick<QuotaCellRow, 'waveId' | 'unitCode' | 'sex' | 'ageBand'>;

export function createQuotaStore({ quotaCells }: Tables) {
  const is = ({ waveId, unitCode, sex, ageBand }: Key) =>
    and(
      eq(quotaCells.waveId, waveId),
      eq(quotaCells.unitCode, unitCode),
      eq(quotaCells.sex, sex),
      eq(quotaCells.ageBand, ageBand),
    );
  const ordered = (db: Reader) =>
    db
      .select()
      .from(quotaCells)
      .where(eq(quotaCells.waveId, sql.placeholder('waveId')))
      .orderBy(asc(quotaCells.unitCode), asc(quotaCells.sex), asc(quotaCells.ageBand));
  return {
    list: async (db: Reader, waveId: string): Promise<QuotaCellRow[]> =>
      prepareOnce(db, 'quota.list', (d) => ordered(d).prepare('quota_list')).execute({ waveId }),

    /** All cells of the wave, held against others until the transaction ends. */
    hold: async (tx: Writer, waveId: string): Promise<QuotaCellRow[]> =>
      prepareOnce(tx, 'quota.hold', (d) => forUpdate(ordered(d)).prepare('quota_hold')).execute({ waveId }),

    /** Replaces all cells of the wave. */
    replace: async (tx: Writer, waveId: string, cells: readonly QuotaCellRow[]): Promise<void> => {
      await tx.delete(quotaCells).where(eq(quotaCells.waveId, waveId));
      await insertRows(tx, 'quota.insert', cells, (d, values) => d.insert(quotaCells).values(values));
    },

    /** Counts completes of a cell, or takes them back. */
    count: async (tx: Writer, key: Key, n: number): Promise<void> => {
      await tx
        .update(quotaCells)
        .set({ completes: plus(quotaCells.completes, n) })
        .where(is(key));
    },
  };
}
