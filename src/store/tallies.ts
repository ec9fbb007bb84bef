import { and, eq, inArray, sql } from 'drizzle-orm';
import { TallySum } from '../core/indicators/tally.ts';
import type { TallyCell } from '../core/indicators/types.ts';
import { prepareOnce, type Reader, type Writer } from './connection.ts';
import { addExcluded } from './dialect/expressions.ts';
import { insertRows } from './many-rows.ts';
import type { Tables } from './tables.ts';

export function createTallyStore({ tallies, tallyTotals }: Tables) {
  const key = [
    tallies.waveId,
    tallies.unitCode,
    tallies.mode,
    tallies.sex,
    tallies.ageBand,
    tallies.indicator,
    tallies.outcome,
  ];
  const totalKey = [
    tallyTotals.waveId,
    tallyTotals.unitCode,
    tallyTotals.indicator,
    tallyTotals.mode,
    tallyTotals.outcome,
  ];
  const grow = ({ n, sumW, sumW2 }: typeof tallies | typeof tallyTotals) => {
    return { n: addExcluded(n), sumW: addExcluded(sumW), sumW2: addExcluded(sumW2) };
  };
  return {
    /**
     * Adds counts to the wave's cells and to their totals, in the transaction that writes the responses they count.
     * Both go in one fixed order, so that two writers on PostgreSQL never wait for each other in a ring.
     */
    add: async (tx: Writer, waveId: string, added: TallySum | readonly TallyCell[]): Promise<void> => {
      const sum = added instanceof TallySum ? added : TallySum.of(added);
      for (const part of inParts(sum)) {
        const rows = part.map(({ unit: unitCode, ...cell }) => ({ waveId, unitCode, ...cell }));
        await insertRows(tx, 'tally.add', rows, (d, values) =>
          d
            .insert(tallies)
            .values(values)
            .onConflictDoUpdate({ target: key, set: grow(tallies) }),
        );
      }
      for (const part of inParts(sum.totals())) {
        const rows = part.map(({ unit: unitCode, indicator, mode, outcome, n, sumW, sumW2 }) => {
          return { waveId, unitCode, indicator, mode, outcome, n, sumW, sumW2 };
        });
        await insertRows(tx, 'tally.add-total', rows, (d, values) =>
          d
            .insert(tallyTotals)
            .values(values)
            .onConflictDoUpdate({ target: totalKey, set: grow(tallyTotals) }),
        );
      }
    },

    /** Counts of a wave over both sexes and all age bands, which is all an unweighted figure needs; of all indicators for null. */
    readTotals: async (db: Reader, waveId: string, indicators: readonly string[] | null): Promise<TallyCell[]> =>
      (
        await db
          .select({
            unit: tallyTotals.unitCode,
            mode: tallyTotals.mode,
            indicator: tallyTotals.indicator,
            outcome: tallyTotals.outcome,
            n: tallyTotals.n,
            sumW: tallyTotals.sumW,
            sumW2: tallyTotals.sumW2,
          })
          .from(tallyTotals)
          .where(
            and(
              eq(tallyTotals.waveId, waveId),
              indicators === null ? undefined : inArray(tallyTotals.indicator, [...indicators]),
            ),
          )
      ).map(({ unit, mode, indicator, outcome, n, sumW, sumW2 }): TallyCell => {
        // Spelt out: a page maps tens of thousands of these.
        return { unit, mode, indicator, outcome, sex: 'unknown', ageBand: 'all', n, sumW, sumW2 };
      }),

    /** All cells of a wave. */
    readCells: async (db: Reader, waveId: string): Promise<TallyCell[]> =>
      (
        await db
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
          .where(eq(tallies.waveId, waveId))
      ).map(({ unit, mode, indicator, outcome, sex, ageBand, n, sumW, sumW2 }): TallyCell => {
        return { unit, mode, indicator, outcome, sex, ageBand, n, sumW, sumW2 };
      }),

    /** Counts of one indicator in one unit by mode and outcome: the participation count of a place. */
    readUnit: async (db: Reader, waveId: string, indicator: string, unitCode: string) =>
      prepareOnce(db, 'tally.unit', (d) =>
        d
          .select({ mode: tallyTotals.mode, outcome: tallyTotals.outcome, n: tallyTotals.n })
          .from(tallyTotals)
          .where(
            and(
              eq(tallyTotals.waveId, sql.placeholder('waveId')),
              eq(tallyTotals.unitCode, sql.placeholder('unitCode')),
              eq(tallyTotals.indicator, sql.placeholder('indicator')),
            ),
          )
          .prepare('tally_unit'),
      ).execute({ waveId, indicator, unitCode }),

    clear: async (tx: Writer, waveId: string): Promise<void> => {
      await tx.delete(tallies).where(eq(tallies.waveId, waveId));
      await tx.delete(tallyTotals).where(eq(tallyTotals.waveId, waveId));
    },
  };
}

/** Rows made at a time: those of a whole import at once would be most of its memory. */
const PART = 1000;

function* inParts(sum: TallySum): Generator<TallyCell[]> {
  let part: TallyCell[] = [];
  for (const cell of sum.cells()) {
    part.push(cell);
    if (part.length < PART) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
