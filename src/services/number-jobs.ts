import type { WaveRow } from '../store/waves.ts';
import { type Actor, requirePermission, requireScope } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { ImportJob, ImportJobListing, ImportJobs, MayRead } from './import-jobs.ts';
import type { DrawReport, NumberDraw } from './number-draws.ts';
import type { NumberImport } from './number-lists.ts';
import type { NumberService } from './numbers.ts';
import type { NumberReport } from './sampling-frames.ts';
import { findUnit } from './units.ts';
import { findWave } from './waves.ts';

export type NumberJobs = ReturnType<typeof createNumberJobs>;

/** Numbers by list and by draw as jobs. What they have written when they end before their time stays. */
export function createNumberJobs(deps: Deps & { readonly numbers: NumberService; readonly jobs: ImportJobs }) {
  const { connection, numbers, jobs } = deps;

  /** The wave, and its jobs: numbers are brought for a wave as a whole, by those to whom all of it belongs. */
  async function findWaveOf(actor: Actor, code: string): Promise<{ wave: WaveRow; mayRead: MayRead }> {
    requirePermission(actor, 'number.import');
    const wave = await findWave(deps, code);
    requireScope(actor, await findUnit(deps, wave.rootUnit));
    return { wave, mayRead: ({ numbersWaveId }) => numbersWaveId === wave.id };
  }

  return {
    /** Starts a list (or the check of one) and answers at once; `getJob` tells how it goes. */
    async startList(actor: Actor, input: NumberImport): Promise<ImportJob<NumberReport>> {
      requirePermission(actor, 'number.import');
      const { file, dryRun = false } = input;
      const { wave } = await numbers.openFrame(actor, input.wave, dryRun);
      return jobs.start(actor, { owner: { numbersWaveId: wave.id }, fileName: file.name, dryRun }, (hooks) =>
        numbers.importNumbers(actor, { ...input, ...hooks }),
      );
    },

    /** Starts a draw, or the check of one. */
    async startDraw(actor: Actor, input: NumberDraw): Promise<ImportJob<DrawReport>> {
      requirePermission(actor, 'number.import');
      const { dryRun = false, seed, towns } = input;
      const { wave } = await numbers.openFrame(actor, input.wave, dryRun);
      // Random digit dialling, as the field calls it in any language.
      const fileName = `RDD ${towns.reduce((sum, { count }) => sum + count, 0)} · ${seed}`;
      return jobs.start(actor, { owner: { numbersWaveId: wave.id }, fileName, dryRun }, (hooks) =>
        numbers.drawNumbers(actor, { ...input, ...hooks }),
      );
    },

    /** The last lists, draws and checks of a wave, newest first. */
    async listJobs(actor: Actor, waveCode: string): Promise<ImportJobListing[]> {
      const { wave, mayRead } = await findWaveOf(actor, waveCode);
      return jobs.list({ numbersWaveId: wave.id }, mayRead);
    },

    /** One of them, with its report or what refused it. */
    async getJob(actor: Actor, waveCode: string, id: string): Promise<ImportJob<NumberReport>> {
      const { mayRead } = await findWaveOf(actor, waveCode);
      return jobs.get(id, mayRead);
    },

    /** Ends one: no more is written. */
    async cancelJob(actor: Actor, waveCode: string, id: string): Promise<ImportJob<NumberReport>> {
      const { wave, mayRead } = await findWaveOf(actor, waveCode);
      const job = await jobs.cancel<NumberReport>(id, mayRead);
      if (job.state !== 'cancelled') return job;
      await connection.transaction((tx) =>
        recordAudit(deps, tx, actor, {
          ...{ action: 'number.import.cancel', objectType: 'wave', objectId: wave.code, unitCode: wave.rootUnit },
          details: { file: job.fileName },
        }),
      );
      return job;
    },
  };
}
