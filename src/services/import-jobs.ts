import { AppError, type Problem } from '../core/errors.ts';
import type { ImportJobRow, ImportJobState } from '../store/import-jobs.ts';
import { type Actor, requirePermission, scopePath } from './actor.ts';
import type { Deps } from './deps.ts';
import type { ImportReport, ImportService, NewImport } from './imports.ts';
import { findUnit } from './units.ts';
import { findWave } from './waves.ts';

/** An import that runs on while whoever started it does something else. */
export interface ImportJobListing {
  readonly id: string;
  readonly fileName: string;
  readonly dryRun: boolean;
  /** `interrupted`: the service ended under it; nothing was written. */
  readonly state: 'running' | 'done' | 'refused' | 'interrupted';
  /** Share of the work done, 0..1. */
  readonly share: number;
  readonly startedAt: number;
  readonly startedBy: string;
}

export interface ImportJob extends ImportJobListing {
  readonly report: ImportReport | null;
  readonly error: Pick<Problem, 'code' | 'details'> | null;
}

export type ImportJobService = ReturnType<typeof createImportJobService>;

/** How often a job says that it lives, and how long it may be silent. */
const BEAT_MS = 1000;
const PATIENCE_MS = 5 * 60_000;
/** Jobs of a wave that are kept with their reports. */
const MOST_KEPT = 20;

export function createImportJobService(
  deps: Deps & { readonly imports: ImportService; readonly onFailure: (error: unknown) => void },
) {
  const { connection, stores, clock, newId, imports, onFailure } = deps;
  const running = new Map<string, { readonly abort: AbortController; readonly end: Promise<void> }>();

  async function run(id: string, actor: Actor, input: NewImport, signal: AbortSignal): Promise<void> {
    const save = (change: Partial<ImportJobRow>) =>
      connection.transaction((tx) => stores.importJobs.update(tx, id, { ...change, seenAt: clock() }));
    let beat = Promise.resolve();
    let beatAt = clock();
    const onProgress = (share: number): void => {
      if (clock() - beatAt < BEAT_MS) return;
      beatAt = clock();
      // One that cannot be said is no harm: the next one will be.
      beat = beat.then(() => save({ share })).catch(() => {});
    };
    try {
      const report = await imports.importInterviews(actor, { ...input, onProgress, signal });
      await beat;
      await save({ state: 'done', share: 1, report });
    } catch (error) {
      await beat;
      if (signal.aborted) return;
      if (!(error instanceof AppError)) onFailure(error);
      const { code, details } = error instanceof AppError ? error : { code: 'INTERNAL', details: { requestId: id } };
      await save({ state: 'refused', error: { code, details } });
    }
  }

  /** The wave, and whether a job of it may be read: by whoever started it, and by those the whole wave belongs to. */
  async function findWaveOf(actor: Actor, waveCode: string) {
    requirePermission(actor, 'response.import');
    const wave = await findWave(deps, waveCode);
    const { path } = await findUnit(deps, wave.rootUnit);
    const scope = scopePath(actor);
    const mayRead = ({ startedById, waveId }: ImportJobState): boolean =>
      waveId === wave.id && (scope === null || path.startsWith(scope) || startedById === actor.id);
    return { wave, mayRead };
  }

  function toListing(row: ImportJobState): ImportJobListing {
    const { id, fileName, dryRun, share, startedAt, startedBy } = row;
    const isLost = row.state === 'running' && !running.has(id) && row.seenAt < clock() - PATIENCE_MS;
    return {
      id,
      fileName,
      dryRun,
      share,
      startedAt,
      startedBy,
      state: isLost || row.state === 'cancelled' ? 'interrupted' : row.state,
    };
  }

  function toJob(row: ImportJobRow): ImportJob {
    return { ...toListing(row), report: row.report as ImportReport | null, error: row.error as ImportJob['error'] };
  }

  return {
    /** Starts an import (or the check of one) and answers at once; `getJob` tells how it goes. */
    async startImport(actor: Actor, input: NewImport): Promise<ImportJob> {
      // Whoever may not see the imports of this wave is refused here.
      await imports.listImports(actor, input.wave);
      const wave = await findWave(deps, input.wave);
      if (wave.state !== 'open') throw new AppError('WAVE_NOT_OPEN', { wave: wave.code });
      const row: ImportJobRow = {
        ...{ id: newId(), waveId: wave.id, fileName: input.fileName, dryRun: input.dryRun ?? false },
        ...{ unitCode: null, state: 'running', share: 0, rowsDone: 0, rowsTotal: null, report: null, error: null },
        ...{ startedAt: clock(), seenAt: clock(), startedById: actor.id, startedBy: actor.name },
      };
      await connection.transaction(async (tx) => {
        const old = (await stores.importJobs.list(tx, wave.id)).slice(MOST_KEPT - 1);
        await stores.importJobs.remove(
          tx,
          old.map(({ id }) => id),
        );
        await stores.importJobs.insert(tx, row);
      });
      const abort = new AbortController();
      const end = run(row.id, actor, input, abort.signal)
        .catch(onFailure)
        .finally(() => running.delete(row.id));
      running.set(row.id, { abort, end });
      return toJob(row);
    },

    /** The last imports and checks of a wave, newest first. */
    async listJobs(actor: Actor, waveCode: string): Promise<ImportJobListing[]> {
      const { wave, mayRead } = await findWaveOf(actor, waveCode);
      return (await stores.importJobs.list(connection.reader, wave.id)).filter(mayRead).map(toListing);
    },

    /** One of them, with its report or what refused it. */
    async getJob(actor: Actor, waveCode: string, id: string): Promise<ImportJob> {
      const { mayRead } = await findWaveOf(actor, waveCode);
      const row = await stores.importJobs.find(connection.reader, id);
      if (!row || !mayRead(row)) throw new AppError('NOT_FOUND', { what: 'import', id });
      return toJob(row);
    },

    /** Ends what runs here, before the database is closed; nothing of it is written. */
    async stop(): Promise<void> {
      const jobs = [...running];
      for (const [, { abort }] of jobs) abort.abort();
      await Promise.all(jobs.map(([, { end }]) => end));
      await connection.transaction(async (tx) => {
        for (const [id] of jobs) await stores.importJobs.update(tx, id, { state: 'interrupted' });
      });
    },
  };
}
