import { type Actor, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { ImportJob, ImportJobListing, ImportJobs, MayRead } from './import-jobs.ts';
import type { LedgerImportReport, LedgerImportService, NewLedgerImport } from './ledger-imports.ts';
import { findUnit } from './units.ts';

export type LedgerImportJobs = ReturnType<typeof createLedgerImportJobs>;

/** Imports of spreadsheets into the ledger as jobs. */
export function createLedgerImportJobs(
  deps: Deps & { readonly imports: LedgerImportService; readonly jobs: ImportJobs },
) {
  const { connection, stores, imports, jobs } = deps;

  /** Whether a job may be read: by whoever started it, and by those above its unit. */
  async function readable(actor: Actor): Promise<MayRead> {
    requirePermission(actor, 'output.write');
    const scope = scopePath(actor);
    const below = new Set((await stores.units.listSubtree(connection.reader, scope)).map(({ code }) => code));
    return ({ unitCode, startedById }) =>
      unitCode !== null && (scope === null || startedById === actor.id || below.has(unitCode));
  }

  return {
    /** Starts an import (or the check of one) and answers at once; `getJob` tells how it goes. */
    async startImport(actor: Actor, input: NewLedgerImport): Promise<ImportJob<LedgerImportReport>> {
      requirePermission(actor, 'output.write');
      const unitCode = input.unit ?? (actor.kind === 'staff' ? actor.unitCode : '');
      if (unitCode !== '') requireScope(actor, await findUnit(deps, unitCode));
      const { fileName, dryRun = false } = input;
      return jobs.start(actor, { owner: { unitCode }, fileName, dryRun }, (hooks) =>
        imports.importLedger(actor, { ...input, ...hooks }),
      );
    },

    /** The last imports and checks, newest first. */
    listJobs: async (actor: Actor): Promise<ImportJobListing[]> => jobs.list(null, await readable(actor)),

    /** One of them, with its report or what refused it. */
    getJob: async (actor: Actor, id: string): Promise<ImportJob<LedgerImportReport>> =>
      jobs.get(id, await readable(actor)),

    /** Ends one before it counts; nothing of it stays. */
    async cancelJob(actor: Actor, id: string): Promise<ImportJob<LedgerImportReport>> {
      const job = await jobs.cancel<LedgerImportReport>(id, await readable(actor));
      if (job.state !== 'cancelled') return job;
      await connection.transaction((tx) =>
        recordAudit(deps, tx, actor, {
          ...{ action: 'ledger.import.cancel', objectType: 'import', objectId: id, unitCode: null },
          details: { file: job.fileName },
        }),
      );
      return job;
    },
  };
}
