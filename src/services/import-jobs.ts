import { AppError, type Problem } from '../core/errors.ts';
import type { Writer } from '../store/connection.ts';
import type { ImportJobRow, ImportJobState, JobOwner } from '../store/import-jobs.ts';
import type { Actor } from './actor.ts';
import type { Deps } from './deps.ts';

/** Hears how far an import is: the share of its work, 0..1, and its rows; their number is null until it is known. */
export type OnProgress = (share: number, rows?: { readonly done: number; readonly total: number | null }) => void;

/** An import that runs on while whoever started it does something else. */
export interface ImportJobListing {
  readonly id: string;
  readonly fileName: string;
  readonly dryRun: boolean;
  /** `interrupted`: the service ended under it. Then, and when it was cancelled, only rows that it said to advance stay. */
  readonly state: 'running' | 'done' | 'refused' | 'cancelled' | 'interrupted';
  /** Share of the work done, 0..1; at 1 it can be cancelled no more. */
  readonly share: number;
  readonly rowsDone: number;
  readonly rowsTotal: number | null;
  readonly startedAt: number;
  readonly startedBy: string;
}

export interface ImportJob<Report> extends ImportJobListing {
  readonly report: Report | null;
  readonly error: Pick<Problem, 'code' | 'details'> | null;
}

/** What an import is given to run as a job. */
export interface JobHooks {
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Called in the transaction that makes the rows count: throws when the job was cancelled, and lets nobody cancel it any more. */
  readonly confirm: (tx: Writer) => Promise<void>;
  /** Called in a transaction whose rows count at once: throws when the job was cancelled. So many stay, come what may. */
  readonly advance: (tx: Writer, rows: { readonly done: number; readonly total: number }) => Promise<void>;
}

/** Whether somebody may read a job: by its rights on the wave or unit, or since it is their own. */
export type MayRead = (job: ImportJobState) => boolean;

export type ImportJobs = ReturnType<typeof createImportJobs>;

/** How often a job says that it lives, and how long it may be silent. */
const BEAT_MS = 500;
const PATIENCE_MS = 60_000;
/** Jobs of a wave or a unit that are kept with their reports. */
const MOST_KEPT = 20;

/** Imports of any kind that run while nobody waits. What they import, and who may, is the caller's. */
export function createImportJobs(deps: Deps & { readonly onFailure: (error: unknown) => void }) {
  const { connection, stores, clock, newId, onFailure } = deps;
  const running = new Map<string, { readonly abort: AbortController; readonly end: Promise<void> }>();

  async function run(id: string, abort: AbortController, work: (hooks: JobHooks) => Promise<unknown>): Promise<void> {
    const { signal } = abort;
    const save = (change: Partial<ImportJobRow>): Promise<boolean> =>
      connection.transaction((tx) => stores.importJobs.update(tx, id, { ...change, seenAt: clock() }));
    let latest: Partial<ImportJobRow> = {};
    let beat = Promise.resolve();
    const say = (): void => {
      // One that cannot be said is no harm: the next one will be. One that is not wanted any more was cancelled elsewhere.
      beat = beat.then(async () => {
        if (!(await save(latest))) abort.abort();
      }, onFailure);
    };
    const timer = setInterval(say, BEAT_MS);
    const onProgress: OnProgress = (share, rows) => {
      const isCounted = rows !== undefined && rows.total !== null && (latest.rowsTotal ?? null) === null;
      latest = { share: Math.min(share, 0.99), ...(rows ? { rowsDone: rows.done, rowsTotal: rows.total } : {}) };
      if (isCounted) say();
    };
    const confirm = async (tx: Writer): Promise<void> => {
      clearInterval(timer);
      if (!(await stores.importJobs.update(tx, id, { share: 1, seenAt: clock() })))
        throw new AppError('IMPORT_CANCELLED');
    };
    const advance: JobHooks['advance'] = async (tx, { done: rowsDone, total: rowsTotal }) => {
      latest = { ...latest, rowsDone, rowsTotal };
      if (!(await stores.importJobs.update(tx, id, { ...latest, seenAt: clock() })))
        throw new AppError('IMPORT_CANCELLED');
    };
    const settle = async (): Promise<void> => {
      clearInterval(timer);
      await beat;
    };
    try {
      const report = await work({ onProgress, signal, confirm, advance });
      await settle();
      await save({ ...latest, state: 'done', share: 1, report });
    } catch (error) {
      await settle();
      if (signal.aborted) return;
      if (!(error instanceof AppError)) onFailure(error);
      const { code, details } = error instanceof AppError ? error : { code: 'INTERNAL', details: { requestId: id } };
      await save({ ...latest, state: 'refused', error: { code, details } });
    }
  }

  function toListing(row: ImportJobState): ImportJobListing {
    const { id, fileName, dryRun, share, rowsDone, rowsTotal, startedAt, startedBy } = row;
    const isLost = row.state === 'running' && !running.has(id) && row.seenAt < clock() - PATIENCE_MS;
    const state = isLost ? 'interrupted' : row.state;
    return { id, fileName, dryRun, state, share, rowsDone, rowsTotal, startedAt, startedBy };
  }

  function toJob<Report>(row: ImportJobRow): ImportJob<Report> {
    return { ...toListing(row), report: row.report as Report | null, error: row.error as ImportJob<Report>['error'] };
  }

  async function requireJob(id: string, mayRead: MayRead): Promise<ImportJobRow> {
    const row = await stores.importJobs.find(connection.reader, id);
    if (!row || !mayRead(row)) throw new AppError('NOT_FOUND', { what: 'import', id });
    return row;
  }

  return {
    /** Starts an import (or the check of one) and answers at once; `get` tells how it goes. */
    async start<Report>(
      actor: Actor,
      about: { readonly owner: JobOwner; readonly fileName: string; readonly dryRun: boolean },
      work: (hooks: JobHooks) => Promise<Report>,
    ): Promise<ImportJob<Report>> {
      const { owner, fileName, dryRun } = about;
      const row: ImportJobRow = {
        ...{ id: newId(), waveId: null, unitCode: null, numbersWaveId: null, ...owner, fileName, dryRun },
        ...{
          state: 'running',
          share: 0,
          rowsDone: 0,
          rowsTotal: null,
          report: null,
          error: null,
          startedAt: clock(),
          seenAt: clock(),
        },
        ...{ startedById: actor.id, startedBy: actor.name },
      };
      await connection.transaction(async (tx) => {
        const old = (await stores.importJobs.list(tx, owner)).slice(MOST_KEPT - 1);
        await stores.importJobs.remove(
          tx,
          old.flatMap(({ id, state, seenAt }) => (state === 'running' && seenAt > clock() - PATIENCE_MS ? [] : [id])),
        );
        await stores.importJobs.insert(tx, row);
      });
      const abort = new AbortController();
      const end = run(row.id, abort, work)
        .catch(onFailure)
        .finally(() => running.delete(row.id));
      running.set(row.id, { abort, end });
      return toJob<Report>(row);
    },

    /** The last ones of a wave, of a unit or (null) of all units, newest first, as far as they may be read. */
    list: async (owner: JobOwner | null, mayRead: MayRead): Promise<ImportJobListing[]> =>
      (await stores.importJobs.list(connection.reader, owner)).filter(mayRead).slice(0, MOST_KEPT).map(toListing),

    /** One of them, with its report or what refused it. */
    get: async <Report>(id: string, mayRead: MayRead): Promise<ImportJob<Report>> =>
      toJob<Report>(await requireJob(id, mayRead)),

    /** Ends a job before it counts, or before more of it does. One that has ended, or is just ending, stays as it is. */
    async cancel<Report>(id: string, mayRead: MayRead): Promise<ImportJob<Report>> {
      await requireJob(id, mayRead);
      if (await connection.transaction((tx) => stores.importJobs.cancel(tx, id))) running.get(id)?.abort.abort();
      return toJob<Report>(await requireJob(id, mayRead));
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
