import type { Sex } from '../core/indicators/types.ts';
import type { CaseState } from '../core/sample/case-state.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { QuotaCellRow } from '../store/quotas.ts';
import type { Deps } from './deps.ts';

/** A person as far as known: of a sampled number often the town alone. */
export interface QuotaKind {
  readonly unitCode: string;
  readonly sex: Sex;
  readonly ageBand: string;
}

/** Open states in which a case waits for somebody; those being worked on are finished first. */
const WAITING: readonly CaseState[] = ['NEW', 'READY', 'APPOINTMENT', 'SUPERVISOR', 'REFUSAL_CONV'];
const QUOTA_FULL = 'quota-full';

export type QuotaService = ReturnType<typeof createQuotaService>;

/** Counts completes against the cells in the transaction that completes an interview, and holds what is no longer needed. */
export function createQuotaService({ stores, clock }: Deps) {
  /** Puts cases that no cell needs any more on hold, and sets others free that are needed again. */
  async function settle(tx: Writer, waveId: string, cells: readonly QuotaCellRow[], unitCode: string | null) {
    const at = clock();
    for (const kind of await stores.cases.listKinds(tx, waveId, unitCode, WAITING)) {
      if (isNeeded(cells, kind)) continue;
      const held = { state: 'HOLD' as const, holdReason: QUOTA_FULL, updatedAt: at };
      await stores.cases.moveKind(tx, { waveId, ...kind }, { states: WAITING }, held);
    }
    for (const kind of await stores.cases.listKinds(tx, waveId, unitCode, ['HOLD'])) {
      if (!isNeeded(cells, kind)) continue;
      for (const hasAppointment of [true, false]) {
        await stores.cases.moveKind(
          tx,
          { waveId, ...kind },
          { states: ['HOLD'], holdReason: QUOTA_FULL, hasAppointment },
          { state: hasAppointment ? 'APPOINTMENT' : 'READY', holdReason: null, updatedAt: at },
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
    async take(tx: Writer, waveId: string, person: QuotaKind): Promise<boolean> {
      const cells = await stores.quotas.hold(tx, waveId);
      const own = cells.filter((cell) => contains(cell, person));
      if (own.some(isFull)) return false;
      for (const cell of own) await stores.quotas.count(tx, cell, 1);
      const after = cells.map((cell) => (own.includes(cell) ? { ...cell, completes: cell.completes + 1 } : cell));
      if (after.some((cell, i) => isFull(cell) && cell !== cells[i])) {
        const full = after.filter((cell, i) => isFull(cell) && cell !== cells[i]);
        await settle(tx, waveId, after, full.some(({ unitCode }) => unitCode === '*') ? null : person.unitCode);
      }
      return true;
    },

    /** Takes a complete back. */
    async giveBack(tx: Writer, waveId: string, person: QuotaKind): Promise<void> {
      const cells = await stores.quotas.hold(tx, waveId);
      for (const cell of cells.filter((each) => contains(each, person))) await stores.quotas.count(tx, cell, -1);
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
        completes: people.filter((person) => contains(cell, person)).reduce((sum, { n }) => sum + n, 0),
      }));
      await stores.quotas.replace(tx, waveId, rows);
      await settle(tx, waveId, rows, null);
      return rows;
    },

    settle,
  };
}

type Cell = Pick<QuotaCellRow, 'unitCode' | 'sex' | 'ageBand'>;

const isFull = ({ target, completes }: QuotaCellRow): boolean => completes >= target;

/** Whether a person of known town, sex and age belongs to the cell. */
function contains(cell: Cell, { unitCode, sex, ageBand }: QuotaKind): boolean {
  return (
    (cell.unitCode === '*' || cell.unitCode === unitCode) &&
    (cell.sex === '*' || cell.sex === sex) &&
    (cell.ageBand === '*' || cell.ageBand === ageBand)
  );
}

/** Whether somebody of whom only so much is known may belong to it. */
function mayContain(cell: Cell, { unitCode, sex, ageBand }: QuotaKind): boolean {
  return (
    (cell.unitCode === '*' || cell.unitCode === unitCode) &&
    (cell.sex === '*' || sex === 'unknown' || cell.sex === sex) &&
    (cell.ageBand === '*' || ageBand === 'unknown' || cell.ageBand === ageBand)
  );
}

/**
 * Whether an interview with such a person can still count. Cells are compared by what they are about (town, sex, age band):
 * when all that the person may belong to are full in one of these kinds, nobody is left to look for.
 */
export function isNeeded(cells: readonly QuotaCellRow[], person: QuotaKind): boolean {
  const kinds = new Map<string, QuotaCellRow[]>();
  for (const cell of cells) {
    if (!mayContain(cell, person)) continue;
    const kind = [cell.unitCode === '*', cell.sex === '*', cell.ageBand === '*'].join();
    kinds.set(kind, [...(kinds.get(kind) ?? []), cell]);
  }
  return [...kinds.values()].every((own) => !own.every(isFull));
}
