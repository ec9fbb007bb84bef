import { AppError } from '../core/errors.ts';
import type { ImportJobState } from '../store/import-jobs.ts';
import { type Actor, requirePermission, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { ImportJob, ImportJobListing, ImportJobs, MayRead } from './import-jobs.ts';
import type { ImportReport, ImportService, NewImport } from './imports.ts';
import { findUnit } from './units.ts';
import { findWave } from './waves.ts';

export type InterviewImportJobs = ReturnType<typeof createInterviewImportJobs>;

/** Imports of interviews as jobs. */
export function createInterviewImportJobs(deps: Deps & { readonly imports: ImportService; readonly jobs: ImportJobs }) {
  const { connection, imports, jobs } = deps;

  /** The wave, and whether a job of it may be read: by whoever started it, and by those the whole wave belongs to. */
  async function findWaveOf(actor: Actor, waveCode: string) {
    requirePermission(actor, 'response.import');
    const wave = await findWave(deps, waveCode);
    const { path } = await findUnit(deps, wave.rootUnit);
    const scope = scopePath(actor);
    const mayRead: MayRead = ({ startedById, waveId }: ImportJobState): boolean =>
      waveId === wave.id && (scope === null || path.startsWith(scope) || startedById === actor.id);
    return { wave, mayRead };
  }

  return {
    /** Starts an import (or the check of one) and answers at once; `getJob` tells how it goes. */
    async startImport(actor: Actor, input: NewImport): Promise<ImportJob<ImportReport>> {
      // Whoever may not see the imports of this wave is refused here.
      await imports.listImports(actor, input.wave);
      const wave = await findWave(deps, input.wave);
      if (wave.state !== 'open') throw new AppError('WAVE_NOT_OPEN', { wave: wave.code });
      const { fileName, dryRun = false } = input;
      return jobs.start(actor, { owner: { waveId: wave.id }, fileName, dryRun }, (hooks) =>
        imports.importInterviews(actor, { ...input, ...hooks }),
      );
    },

    /** The last imports and checks of a wave, newest first. */
    async listJobs(actor: Actor, waveCode: string): Promise<ImportJobListing[]> {
      const { wave, mayRead } = await findWaveOf(actor, waveCode);
      return jobs.list({ waveId: wave.id }, mayRead);
    },

    /** One of them, with its report or what refused it. */
    async getJob(actor: Actor, waveCode: string, id: string): Promise<ImportJob<ImportReport>> {
      const { mayRead } = await findWaveOf(actor, waveCode);
      return jobs.get(id, mayRead);
    },

    /** Ends one before it counts; nothing of it stays. */
    async cancelJob(actor: Actor, waveCode: string, id: string): Promise<ImportJob<ImportReport>> {
      const { wave, mayRead } = await findWaveOf(actor, waveCode);
      const job = await jobs.cancel<ImportReport>(id, mayRead);
      if (job.state !== 'cancelled') return job;
      await connection.transaction((tx) =>
        recordAudit(deps, tx, actor, {
          ...{ action: 'response.import.cancel', objectType: 'wave', objectId: wave.code, unitCode: wave.rootUnit },
          details: { file: job.fileName },
        }),
      );
      return job;
    },
  };
}
