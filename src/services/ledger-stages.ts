import type { OutputRow } from '../store/outputs.ts';
import type { Deps } from './deps.ts';
import type { LedgerShifts } from './ledger-shifts.ts';

/** Entries written together: nobody else waits long for the database. */
const BATCH = 100;
/** An import or an undoing that did nothing for so long has died. */
const PATIENCE_MS = 60_000;

export type LedgerStages = ReturnType<typeof createLedgerStages>;

/** Entries of an import on their way in and out, in many short transactions during which they count for nobody. */
export function createLedgerStages({ connection, stores, clock, shifts }: Deps & { readonly shifts: LedgerShifts }) {
  async function removeAll(importId: string): Promise<void> {
    while ((await connection.transaction((tx) => stores.ledgerImports.dropSome(tx, importId))) > 0);
    await connection.transaction((tx) => stores.ledgerImports.remove(tx, importId));
  }

  async function withdrawAll(importId: string, by: string): Promise<void> {
    const some = () =>
      connection.transaction(async (tx) => {
        await stores.ledgerImports.touch(tx, importId, clock());
        return stores.ledgerImports.withdrawSome(tx, importId, { at: clock(), by });
      });
    while ((await some()) > 0);
    await connection.transaction((tx) =>
      stores.ledgerImports.move(tx, importId, { from: 'undoing', to: 'undone', at: clock() }),
    );
  }

  return {
    withdrawAll,

    /** Writes the entries of an import that is staged. */
    async write(
      importId: string,
      rows: readonly OutputRow[],
      { onDone, signal }: { readonly onDone: (rows: number) => void; readonly signal: AbortSignal | undefined },
    ): Promise<void> {
      for (let at = 0; at < rows.length; at += BATCH) {
        signal?.throwIfAborted();
        await connection.transaction(async (tx) => {
          await stores.outputs.insertMany(tx, rows.slice(at, at + BATCH));
          await stores.ledgerImports.touch(tx, importId, clock());
        });
        onDone(Math.min(rows.length, at + BATCH));
      }
    },

    /** Takes the entries of an import back out that came to nothing. */
    async drop(importId: string): Promise<void> {
      const isOurs = await connection.transaction((tx) =>
        stores.ledgerImports.move(tx, importId, { from: 'staged', to: 'dropped', at: clock() }),
      );
      if (isOurs) await removeAll(importId);
    },

    /** Ends what died half-way: entries of imports that were not taken go, those of one that was being undone are withdrawn. */
    async sweep(): Promise<number> {
      const before = clock() - PATIENCE_MS;
      const left = await stores.ledgerImports.listLeft(connection.reader, before);
      for (const { id, state } of left) {
        if (state === 'undoing') await withdrawAll(id, 'sweep');
        else {
          if (state === 'staged') {
            const move = { from: 'staged', to: 'dropped', at: clock() } as const;
            if (!(await connection.transaction((tx) => stores.ledgerImports.move(tx, id, move)))) continue;
          }
          await removeAll(id);
        }
      }
      await shifts.sweep(before);
      return left.length;
    },
  };
}
