import { AppError } from '../core/errors.ts';
import { monthOf } from '../core/publicity/entry.ts';
import type { Reader } from '../store/connection.ts';
import type { LedgerImportRow } from '../store/ledger-imports.ts';
import type { OutputRow } from '../store/outputs.ts';
import { type Actor, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { KindService } from './kinds.ts';
import { requireReason } from './ledger-months.ts';
import { codesOf } from './ledger-sheets.ts';
import type { LedgerShifts } from './ledger-shifts.ts';
import type { LedgerStages } from './ledger-stages.ts';
import { createPauses } from './pauses.ts';
import { findUnit } from './units.ts';

/** So often the counters are worked out anew when somebody changes the same entries meanwhile. */
const ATTEMPTS = 3;

/** Undoing an import as a whole: all its entries stop counting at once, and are withdrawn one batch after the other. */
export function createLedgerUndo(
  deps: Deps & { readonly kinds: KindService; readonly shifts: LedgerShifts; readonly stages: LedgerStages },
) {
  const { connection, stores, clock, kinds, shifts, stages } = deps;

  async function requireImport(actor: Actor, id: string): Promise<LedgerImportRow> {
    const row = await stores.ledgerImports.find(connection.reader, id);
    if (!row || row.state === 'staged' || row.state === 'dropped') {
      throw new AppError('NOT_FOUND', { what: 'import', id });
    }
    if (row.unitCode === '') {
      if (scopePath(actor) !== null) throw new AppError('NOT_FOUND', { what: 'import', id });
    } else requireScope(actor, await findUnit(deps, row.unitCode));
    if (row.state !== 'taken') throw new AppError('LEDGER_UNDONE');
    return row;
  }

  async function readEntries(importId: string): Promise<OutputRow[]> {
    const pause = createPauses();
    const entries: OutputRow[] = [];
    for (;;) {
      const page = await stores.ledgerImports.listEntries(connection.reader, importId, entries.at(-1)?.id ?? '');
      if (page.length === 0) return entries;
      entries.push(...page);
      await pause();
    }
  }

  async function requireUnreviewed(db: Reader, id: string, entries: readonly OutputRow[]): Promise<void> {
    // A sum that the import itself counted elsewhere was looked at by nobody.
    const reviewed = [
      ...entries.filter(({ state, version }) => state !== 'submitted' && !(state === 'merged' && version === 1)),
      ...(await stores.ledgerImports.findMergedFromOutside(db, id)),
    ];
    if (reviewed.length === 0) return;
    const known = await kinds.all(db);
    const named = reviewed.slice(0, 10).map((one) => {
      const name = known.get(one.kind)?.name.zh ?? one.kind;
      return [one.startDate || one.statedPeriod, name, one.quantity.text, one.title].filter(Boolean).join(' ');
    });
    const ids = reviewed.slice(0, 100).map((one) => one.id);
    throw new AppError('LEDGER_UNDO_REVIEWED', { count: reviewed.length, entries: named, ids });
  }

  /** Taking entries out of a closed month is a correction too. */
  async function requireOpenMonths(db: Reader, entries: readonly OutputRow[]): Promise<void> {
    const units = await stores.units.listByCodes(db, [...new Set(entries.map(({ unitCode }) => unitCode))]);
    const paths = new Map(units.map(({ code, path }) => [code, path]));
    const months = [...new Set(entries.flatMap((entry) => monthOf(entry) ?? []))];
    const above = new Set(units.flatMap(({ path }) => codesOf(path)));
    for (const { unitCode, month } of await stores.outputs.listClosings(db, [...above], months)) {
      const hit = entries.find(
        (entry) => monthOf(entry) === month && paths.get(entry.unitCode)?.includes(`/${unitCode}/`),
      );
      if (hit) throw new AppError('OUTPUT_MONTH_CLOSED', { unit: hit.unitCode, month });
    }
  }

  return {
    /** Withdraws all entries of an import, unless some were reviewed; the same file can be taken again. */
    async undoImport(
      actor: Actor,
      id: string,
      input: { readonly reason?: string | undefined } = {},
    ): Promise<{ readonly withdrawn: number }> {
      requirePermission(actor, 'output.write');
      const row = await requireImport(actor, id);
      const reason = input.reason === undefined ? null : requireReason(input.reason);
      for (let attempt = 1; ; attempt += 1) {
        const seen = await stores.ledgerImports.fingerprint(connection.reader, id);
        const entries = await readEntries(id);
        await requireUnreviewed(connection.reader, id, entries);
        const shift = await shifts.prepare(id, entries, -1);
        const isUndone = await connection
          .transaction(async (tx) => {
            if (!(await stores.ledgerImports.move(tx, id, { from: 'taken', to: 'undoing', at: clock() }))) {
              throw new AppError('LEDGER_UNDONE');
            }
            // Somebody changed one of them while the rest was counted: what was counted is old.
            if ((await stores.ledgerImports.fingerprint(tx, id)) !== seen) throw new AppError('OUTPUT_CHANGED');
            await requireUnreviewed(tx, id, []);
            if (reason === null) await requireOpenMonths(tx, entries);
            await shifts.apply(tx, shift);
            await recordAudit(deps, tx, actor, {
              ...{ action: 'ledger.undo', objectType: 'import', objectId: id, unitCode: row.unitCode || null },
              details: { file: row.fileName, withdrawn: entries.length, ...(reason ? { reason } : {}) },
            });
            return true;
          })
          .catch((error: unknown) => {
            if (error instanceof AppError && error.code === 'OUTPUT_CHANGED' && attempt < ATTEMPTS) return false;
            throw error;
          })
          .finally(() => shifts.clear(shift));
        if (!isUndone) continue;
        await stages.withdrawAll(id, actor.id);
        return { withdrawn: entries.length };
      }
    },
  };
}
