import { and, asc, eq, exists, gte, inArray, isNotNull, lte, ne, not, or, sql } from 'drizzle-orm';
import type { CaseState } from '../core/sample/case-state.ts';
import { prepareOnce, type Reader, type Writer } from './connection.ts';
import { changedRows, startsWith } from './dialect/expressions.ts';
import { insertRows } from './many-rows.ts';
import { findAmong } from './many-values.ts';
import type { NumberState, Tables } from './tables.ts';

export type CaseNumberRow = Tables['caseNumbers']['$inferSelect'];

/** Values of one statement; SQLite allows 32,766 parameters. */
const CHUNK = 1000;

/** The numbers of cases: encrypted, and found by their hash. */
export function createNumberStore({ caseNumbers, cases, attempts, units }: Tables) {
  const hashes = { numberHash: caseNumbers.numberHash };
  const setOf = (rows: ReadonlyArray<{ readonly numberHash: string }>): Set<string> =>
    new Set(rows.map(({ numberHash }) => numberHash));

  return {
    insertMany: (tx: Writer, rows: readonly CaseNumberRow[]): Promise<void> =>
      insertRows(tx, 'case_number.insert', rows, (d, values) => d.insert(caseNumbers).values(values)),

    /** The numbers of a case, the first to try first. */
    listOfCase: async (db: Reader, caseId: string): Promise<CaseNumberRow[]> =>
      prepareOnce(db, 'number.case', (d) =>
        d
          .select()
          .from(caseNumbers)
          .where(eq(caseNumbers.caseId, sql.placeholder('caseId')))
          .orderBy(asc(caseNumbers.rank))
          .prepare('number_case'),
      ).execute({ caseId }),

    /** Wherever this number is used. */
    findByHash: async (db: Reader, numberHash: string): Promise<CaseNumberRow[]> =>
      db.select().from(caseNumbers).where(eq(caseNumbers.numberHash, numberHash)).orderBy(asc(caseNumbers.caseId)),

    /** Which of these numbers the wave has already. */
    findInWave: async (db: Reader, waveId: string, among: readonly string[]): Promise<Set<string>> => {
      const rows = await findAmong(
        db,
        'number_in_wave',
        among,
        (d, values) =>
          d
            .select(hashes)
            .from(caseNumbers)
            .where(and(eq(caseNumbers.waveId, sql.placeholder('waveId')), inArray(caseNumbers.numberHash, values))),
        { waveId },
      );
      return setOf(rows);
    },

    /** Which of these numbers another wave has called since then, or is still going to call. */
    findUsed: async (
      db: Reader,
      of: { readonly waveId: string; readonly since: number; readonly final: CaseState },
      among: readonly string[],
    ): Promise<Set<string>> => {
      const since = sql.placeholder('since');
      const rows = await findAmong(
        db,
        'number_used',
        among,
        (d, values) =>
          d
            .selectDistinct(hashes)
            .from(caseNumbers)
            .innerJoin(cases, eq(cases.id, caseNumbers.caseId))
            .where(
              and(
                inArray(caseNumbers.numberHash, values),
                ne(caseNumbers.waveId, sql.placeholder('waveId')),
                or(
                  gte(cases.lastAttemptAt, since),
                  ne(cases.state, sql.placeholder('final')),
                  // Somebody was spoken to in a call that nobody coded.
                  exists(
                    d
                      .select({ id: attempts.id })
                      .from(attempts)
                      .where(and(eq(attempts.caseId, cases.id), gte(attempts.answeredAt, since))),
                  ),
                ),
              ),
            ),
        // Part of a millisecond is no instant.
        { ...of, since: Math.round(of.since) },
      );
      return setOf(rows);
    },

    /** Which of these numbers belong to open cases of units that do not lie below this path. */
    findOpenOutside: async (db: Reader, path: string, among: readonly string[]): Promise<Set<string>> => {
      const found: { readonly numberHash: string }[] = [];
      for (let at = 0; at < among.length; at += CHUNK) {
        const some = inArray(caseNumbers.numberHash, among.slice(at, at + CHUNK));
        const rows = await db
          .selectDistinct(hashes)
          .from(caseNumbers)
          .innerJoin(cases, eq(cases.id, caseNumbers.caseId))
          .innerJoin(units, eq(units.code, cases.unitCode))
          .where(and(some, ne(cases.state, 'FINAL'), not(startsWith(units.path, path))));
        found.push(...rows);
      }
      return setOf(found);
    },

    setState: async (
      tx: Writer,
      { caseId, rank }: Pick<CaseNumberRow, 'caseId' | 'rank'>,
      state: NumberState,
    ): Promise<void> => {
      await tx
        .update(caseNumbers)
        .set({ state })
        .where(and(eq(caseNumbers.caseId, caseId), eq(caseNumbers.rank, rank)));
    },

    /** Sets the day from which the wave's numbers are no longer kept; null keeps them while the wave goes on. */
    setDeleteAfter: async (tx: Writer, waveId: string, deleteAfter: number | null): Promise<void> => {
      await tx
        .update(caseNumbers)
        .set({ deleteAfter })
        .where(and(eq(caseNumbers.waveId, waveId), isNotNull(caseNumbers.cipher)));
    },

    /** Forgets the numbers whose time is over; their hashes stay, so that nobody is called again too soon. Says how many. */
    forgetExpired: async (tx: Writer, now: number): Promise<number> =>
      changedRows(
        await tx
          .update(caseNumbers)
          .set({ cipher: null, deleteAfter: null })
          .where(and(isNotNull(caseNumbers.deleteAfter), lte(caseNumbers.deleteAfter, now))),
      ),
  };
}
