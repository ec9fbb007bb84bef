import { and, eq, inArray, sql } from 'drizzle-orm';
import { TallySum } from '../core/indicators/tally.ts';
import type { TallyCell } from '../core/indicators/types.ts';
import { prepareOnce, type Reader, type Writer } from './connection.ts';
import { addExcluded, total } from './dialect/expressions.ts';
import { insertRows } from './many-rows.ts';
import type { Tables } from './tables.ts';

export function createTallyStore({ tallies }: Tables) {
  const key = [
    tallies.waveId,
    tallies.indicator,
    tallies.unitCode,
    tallies.mode,
    tallies.outcome,
    tallies.sex,
    tallies.ageBand,
  ];
  return {
    /**
     * Adds counts to the wave's cells, in the transaction that writes the responses they count.
     * Cells go in one fixed order, so that two writers on PostgreSQL never wait for each other in a ring.
     */
    add: async (tx: Writer, waveId: string, cells: readonly TallyCell[]): Promise<void> => {
      const sum = new TallySum();
      sum.add(cells);
      const rows = [...sum.cells]
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
        .map(([, { unit: unitCode, ...cell }]) => ({ waveId, unitCode, ...cell }));
      await insertRows(tx, 'tally.add', rows, (d, values) =>
        d
          .insert(tallies)
          .values(values)
          .onConflictDoUpdate({
            target: key,
            set: {
              n: addExcluded(tallies.n),
              sumW: addExcluded(tallies.sumW),
              sumW2: addExcluded(tallies.sumW2),
            },
          }),
      );
    },

    /** Counts of a wave summed over sex and age band; that is all an unweighted figure needs. */
    readTotals: async (db: Reader, waveId: string, indicators: readonly string[]): Promise<TallyCell[]> =>
      (
        await db
          .select({
            unit: tallies.unitCode,
            mode: tallies.mode,
            indicator: tallies.indicator,
            outcome: tallies.outcome,
            n: total(tallies.n),
            sumW: total(tallies.sumW),
            sumW2: total(tallies.sumW2),
          })
          .from(tallies)
          .where(and(eq(tallies.waveId, waveId), inArray(tallies.indicator, [...indicators])))
          .groupBy(tallies.unitCode, tallies.mode, tallies.indicator, tallies.outcome)
      ).map((row) => ({ ...row, sex: 'unknown' as const, ageBand: 'all' })),

    /** All cells of a wave. */
    readCells: async (db: Reader, waveId: string): Promise<TallyCell[]> =>
      db
        .select({
          unit: tallies.unitCode,
          mode: tallies.mode,
          indicator: tallies.indicator,
          outcome: tallies.outcome,
          sex: tallies.sex,
          ageBand: tallies.ageBand,
          n: tallies.n,
          sumW: tallies.sumW,
          sumW2: tallies.sumW2,
        })
        .from(tallies)
        .where(eq(tallies.waveId, waveId)),

    /** Counts of one indicator in one unit by mode and outcome: the participation count of a place. */
    readUnit: async (db: Reader, waveId: string, indicator: string, unitCode: string) =>
      prepareOnce(db, 'tally.unit', (d) =>
        d
          .select({ mode: tallies.mode, outcome: tallies.outcome, n: total(tallies.n) })
          .from(tallies)
          .where(
            and(
              eq(tallies.waveId, sql.placeholder('waveId')),
              eq(tallies.indicator, sql.placeholder('indicator')),
              eq(tallies.unitCode, sql.placeholder('unitCode')),
            ),
          )
          .groupBy(tallies.mode, tallies.outcome)
          .prepare('tally_unit'),
      ).execute({ waveId, indicator, unitCode }),

    clear: async (tx: Writer, waveId: string): Promise<void> => {
      await tx.delete(tallies).where(eq(tallies.waveId, waveId));
    },
  };
}
