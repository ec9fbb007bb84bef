import type { Kind } from '../core/publicity/kinds.ts';
import {
  addCell,
  cellKey,
  countEntry,
  countStanding,
  isCounted,
  isStock,
  mergeCells,
  rollUp,
  type SumCell,
  spotOf,
  takeAway,
} from '../core/publicity/sums.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { OutputRow } from '../store/outputs.ts';
import { type Actor, requirePermission } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { KindService } from './kinds.ts';

export type LedgerCounters = ReturnType<typeof createLedgerCounters>;

/** The counters of the ledger: moved with every change of an entry, and counted again from all entries. */
export function createLedgerCounters(deps: Deps & { readonly kinds: KindService }) {
  const { connection, stores, kinds } = deps;

  /** The counters of the units and of all above them, merged. */
  async function mergeUp(db: Reader, cells: readonly SumCell[]): Promise<SumCell[]> {
    const codes = [...new Set(cells.map(({ unitCode }) => unitCode))];
    const paths = new Map((await stores.units.listByCodes(db, codes)).map(({ code, path }) => [code, path]));
    return mergeCells(rollUp(mergeCells(cells), (code) => paths.get(code) ?? code));
  }

  /** What the counters ought to be, from all entries, and how many of those that are kept differ. */
  async function countLedger(db: Reader): Promise<{ readonly differing: number; readonly fresh: readonly SumCell[] }> {
    const known = await kinds.all(db);
    const counted = new Map<string, SumCell>();
    const standing = new Map<string, OutputRow[]>();
    for await (const page of stores.outputs.walk(db)) {
      for (const row of page) {
        const kind = known.get(row.kind);
        if (!kind || !isCounted(row.state)) continue;
        for (const cell of countEntry(row, kind)) addCell(counted, cell);
        if (!isStock(kind)) continue;
        const there = standing.get(spotOf(row));
        if (there) there.push(row);
        else standing.set(spotOf(row), [row]);
      }
    }
    for (const rows of standing.values()) for (const cell of countStanding(rows)) addCell(counted, cell);
    const fresh = await mergeUp(db, [...counted.values()]);
    const kept = (await stores.outputs.listSums(db)) as SumCell[];
    const stored = new Map(kept.filter(({ n, sum }) => n !== 0 || sum !== 0).map((cell) => [cellKey(cell), cell]));
    let differing = stored.size;
    for (const cell of fresh) {
      const there = stored.get(cellKey(cell));
      if (!there) differing += 1;
      else if (there.n === cell.n && Math.abs(there.sum - cell.sum) <= 1e-6) differing -= 1;
    }
    return { differing, fresh };
  }

  async function replaceSums(tx: Writer, fresh: readonly SumCell[]): Promise<void> {
    await stores.outputs.clearSums(tx);
    await stores.outputs.addSums(tx, fresh);
  }

  return {
    /**
     * Moves the counters from what entries were to what they are now, in the same transaction and after it wrote them. What
     * stands at a place is counted from all its entries: one of an earlier month changes what the next one changed.
     */
    async recount(
      tx: Writer,
      known: ReadonlyMap<string, Kind>,
      before: readonly OutputRow[],
      after: readonly OutputRow[],
    ): Promise<void> {
      const count = (rows: readonly OutputRow[]): SumCell[] =>
        rows.flatMap((row) => {
          const kind = known.get(row.kind);
          return kind ? countEntry(row, kind) : [];
        });
      const cells = [...count(after), ...takeAway(count(before))];
      const places = new Map<string, { unitCode: string; kind: string; place: string }>();
      for (const row of [...before, ...after]) {
        const kind = known.get(row.kind);
        if (kind && isStock(kind))
          places.set(spotOf(row), { unitCode: row.unitCode, kind: row.kind, place: row.place });
      }
      const written = new Set(after.map(({ id }) => id));
      const stoodAt = new Map<string, OutputRow[]>();
      for (const row of before) {
        const spot = spotOf(row);
        if (!places.has(spot)) continue;
        const there = stoodAt.get(spot);
        if (there) there.push(row);
        else stoodAt.set(spot, [row]);
      }
      // Two that count the same place at once would each miss the other: one waits for the other's commit.
      if (places.size > 0)
        await stores.units.lock(
          tx,
          [...places.values()].map(({ unitCode }) => unitCode),
        );
      for (const [spot, at] of places) {
        const now = await stores.outputs.listStanding(tx, at);
        const was = [...now.filter(({ id }) => !written.has(id)), ...(stoodAt.get(spot) ?? [])];
        cells.push(...countStanding(now), ...takeAway(countStanding(was)));
      }
      await stores.outputs.addSums(tx, await mergeUp(tx, cells));
    },

    /** Counts everything again. With `write`, the counters are replaced; else says how many differ. */
    async recountLedger(actor: Actor, { write }: { readonly write: boolean }): Promise<{ readonly differing: number }> {
      requirePermission(actor, 'tally.rebuild');
      return connection.transaction(async (tx) => {
        const { differing, fresh } = await countLedger(tx);
        if (write) {
          await replaceSums(tx, fresh);
          await recordAudit(deps, tx, actor, {
            ...{ action: 'ledger.recount', objectType: 'ledger', objectId: 'all', unitCode: null },
            details: { differing },
          });
        }
        return { differing };
      });
    },

    /** Counts anew in the transaction that moved units: those above them are others now. */
    async recountMoved(tx: Writer): Promise<void> {
      const { differing, fresh } = await countLedger(tx);
      if (differing > 0) await replaceSums(tx, fresh);
    },
  };
}
