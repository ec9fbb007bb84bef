import type { CaseState } from '../core/sample/case-state.ts';
import { hasRoom, matchCells, mayBeWanted, type QuotaPerson, remaining } from '../core/sample/quota.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { QuotaCellRow } from '../store/quotas.ts';
import type { Deps } from './deps.ts';

/** Open states in which a case waits to be called; those being worked on are finished first, a supervisor's stay there. */
const WAITING: readonly CaseState[] = ['NEW', 'READY', 'APPOINTMENT', 'REFUSAL_CONV'];
const QUOTA_FULL = 'quota-full';
/** A case that is needed again waits as it did: for its appointment, for the rest after a refusal to be over, or for its turn. */
const FREED = [
  ['appointed', 'APPOINTMENT'],
  ['refused', 'REFUSAL_CONV'],
  ['ready', 'READY'],
] as const;

export type QuotaService = ReturnType<typeof createQuotaService>;

/** Counts completes against the cells in the transaction that completes an interview, and holds what is no longer needed. */
export function createQuotaService({ stores, clock }: Deps) {
  /** Puts cases that no cell needs any more on hold, and sets others free that are needed again. */
  async function settle(tx: Writer, waveId: string, cells: readonly QuotaCellRow[], unitCode: string | null) {
    const at = clock();
    for (const kind of await stores.cases.listKinds(tx, waveId, unitCode, WAITING)) {
      if (mayBeWanted(cells, kind)) continue;
      const held = { state: 'HOLD' as const, holdReason: QUOTA_FULL, updatedAt: at };
      await stores.cases.moveKind(tx, { waveId, ...kind }, { states: WAITING }, held);
    }
    for (const kind of await stores.cases.listKinds(tx, waveId, unitCode, ['HOLD'])) {
      if (!mayBeWanted(cells, kind)) continue;
      for (const [waits, state] of FREED) {
        await stores.cases.moveKind(
          tx,
          { waveId, ...kind },
          { states: ['HOLD'], holdReason: QUOTA_FULL, waits },
          { state, holdReason: null, updatedAt: at },
        );
      }
    }
  }

  return {
    list: (db: Reader, waveId: string): Promise<QuotaCellRow[]> => stores.quotas.list(db, waveId),

    /**
     * Counts a complete. False when a cell was full already: then none is raised, and the interview is over quota. A cell
     * that fills holds the cases it has no use for any more.
     */
    async take(tx: Writer, waveId: string, person: QuotaPerson): Promise<boolean> {
      const cells = await stores.quotas.hold(tx, waveId);
      if (!hasRoom(cells, person)) return false;
      const own = matchCells(cells, person);
      for (const cell of own) await stores.quotas.count(tx, cell, 1);
      const filled = own.filter((cell) => remaining(cell) === 1);
      if (filled.length > 0) {
        const after = cells.map((cell) => (own.includes(cell) ? { ...cell, completes: cell.completes + 1 } : cell));
        await settle(tx, waveId, after, filled.some(({ unitCode }) => unitCode === '*') ? null : person.unitCode);
      }
      return true;
    },

    /** Takes a complete back. */
    async giveBack(tx: Writer, waveId: string, person: QuotaPerson): Promise<void> {
      const cells = await stores.quotas.hold(tx, waveId);
      for (const cell of matchCells(cells, person)) await stores.quotas.count(tx, cell, -1);
      await settle(tx, waveId, await stores.quotas.list(tx, waveId), null);
    },

    /** Replaces the cells; what is complete already is counted into them. */
    async replace(
      tx: Writer,
      waveId: string,
      cells: ReadonlyArray<Omit<QuotaCellRow, 'waveId' | 'completes'>>,
    ): Promise<QuotaCellRow[]> {
      const people = await stores.cases.countCompletes(tx, waveId);
      const rows = cells.map((cell) => ({
        ...cell,
        waveId,
        completes: people
          .filter((person) => matchCells([{ ...cell, completes: 0 }], person).length > 0)
          .reduce((sum, { n }) => sum + n, 0),
      }));
      await stores.quotas.replace(tx, waveId, rows);
      await settle(tx, waveId, rows, null);
      return rows;
    },

    settle,
  };
}
