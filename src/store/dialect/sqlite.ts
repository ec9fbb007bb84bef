import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { AppError } from '../../core/errors.ts';
import type { Connection, Reader, Writer } from '../connection.ts';
import { migrationsFolder } from './migrations.ts';
import { tables } from './schema.sqlite.ts';

/** How long a transaction waits for another process (an import from the command line, say) to finish writing. */
const BUSY_PATIENCE_MS = 60_000;

/** How long opening and migrating wait, blocking, for another process that does the same. */
const START_PATIENCE_MS = 5_000;

/** A group that has this many writers waits for no more. */
const GROUP_LIMIT = 256;

interface Waiting {
  readonly work: (tx: Writer) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

function openHandle(file: string): Database.Database {
  const handle = new Database(file, { timeout: START_PATIENCE_MS });
  try {
    switchToWal(handle);
  } catch (error) {
    handle.close();
    throw isDamaged(error) ? new AppError('NOT_A_DATABASE', { file }) : error;
  }
  handle.pragma('synchronous = FULL');
  handle.pragma('foreign_keys = ON');
  handle.pragma('cache_size = -16384');
  handle.pragma('temp_store = MEMORY');
  return handle;
}

/** SQLite does not wait by itself when another process that starts now is making the same switch. */
function switchToWal(handle: Database.Database): void {
  for (const deadline = Date.now() + START_PATIENCE_MS; ; ) {
    try {
      handle.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

/**
 * The embedded database. One connection writes, another only reads.
 *
 * Writers queue. All that arrived in the same few turns of the event loop share one transaction and one flush to disk
 * (group commit): each keeps a savepoint of its own, so that one that fails undoes only itself, and each is
 * answered only after the common commit.
 */
export function openSqlite(file: string, { isDurable = true }: { readonly isDurable?: boolean } = {}): Connection {
  if (!existsSync(dirname(file))) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const write = openHandle(file);
  // Whole after a crash in either case; only a loss of power could take the last commits along.
  if (!isDurable) write.pragma('synchronous = NORMAL');
  // Never wait blocking for the write lock: `begin` asks again and leaves the event loop free.
  write.pragma('busy_timeout = 0');
  // The log is copied into the database every 16 MB: pages that many commits changed are copied once.
  write.pragma('wal_autocheckpoint = 4000');
  // A reader never waits in WAL mode but for the rare checkpoint restart; blocking briefly is right there.
  const read = openHandle(file);
  read.pragma('query_only = ON');

  // The cast anchors the types on PostgreSQL: the builders used by the stores are the same in both dialects.
  const tx = drizzle(write, { casing: 'snake_case' }) as unknown as Writer;
  const reader = drizzle(read, { casing: 'snake_case' }) as unknown as Reader;

  const beginImmediate = write.prepare('BEGIN IMMEDIATE');
  const commit = write.prepare('COMMIT');
  const savepoint = write.prepare('SAVEPOINT one');
  const release = write.prepare('RELEASE one');
  const rollbackToSavepoint = write.prepare('ROLLBACK TO one');

  let queue: Waiting[] = [];
  let running: Promise<void> | null = null;
  let closed = false;

  async function begin(): Promise<void> {
    const deadline = Date.now() + BUSY_PATIENCE_MS;
    for (let waitMs = 2; ; waitMs = Math.min(waitMs * 2, 50)) {
      try {
        beginImmediate.run();
        return;
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (Date.now() > deadline) throw new AppError('DATABASE_BUSY');
        await sleep(waitMs);
      }
    }
  }

  async function runGroup(group: Waiting[]): Promise<void> {
    const done: Array<() => void> = [];
    try {
      await begin();
      const [alone] = group;
      if (alone && group.length === 1) {
        // The transaction is its own.
        const value = await alone.work(tx);
        done.push(() => alone.resolve(value));
      } else
        for (const waiting of group) {
          savepoint.run();
          try {
            const value = await waiting.work(tx);
            release.run();
            done.push(() => waiting.resolve(value));
          } catch (error) {
            rollbackToSavepoint.run();
            release.run();
            done.push(() => waiting.reject(error));
          }
        }
      commit.run();
    } catch (error) {
      if (write.inTransaction) write.exec('ROLLBACK');
      for (const waiting of group) waiting.reject(error);
      return;
    }
    for (const settle of done) settle();
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      // Let the rest of this turn of the event loop join the group, and let everything else have its turn: a caller
      // that writes again as soon as it is answered would otherwise keep the loop to itself. As long as a turn brings
      // more, the next one is worth waiting for: it takes microseconds, a flush to disk a hundred times as many.
      for (let before = 0; queue.length > before && before < GROUP_LIMIT; ) {
        before = queue.length;
        await nextTurn();
      }
      const group = queue;
      queue = [];
      await runGroup(group);
    }
    running = null;
  }

  return {
    dialect: 'sqlite',
    tables,
    reader,
    transaction<T>(work: (tx: Writer) => Promise<T>): Promise<T> {
      if (closed) return Promise.reject(new Error('the database is closed'));
      return new Promise<T>((resolve, reject) => {
        queue.push({ work, resolve: resolve as (value: unknown) => void, reject });
        running ??= drain();
      });
    },
    async migrate() {
      const bringUpToDate = () => migrate(drizzle(write), { migrationsFolder: migrationsFolder('sqlite') });
      write.pragma('foreign_keys = OFF');
      write.pragma(`busy_timeout = ${START_PATIENCE_MS}`);
      try {
        bringUpToDate();
      } catch {
        // Another process may have done it between our look and our first change; then there is nothing left to do.
        bringUpToDate();
      } finally {
        write.pragma('busy_timeout = 0');
        write.pragma('foreign_keys = ON');
      }
    },
    async backup(target) {
      if (existsSync(target)) throw new AppError('FILE_EXISTS', { file: target });
      if (!existsSync(dirname(target))) throw new AppError('FOLDER_MISSING', { folder: dirname(target) });
      // A connection of its own that stays on one snapshot: a copy that follows the writers would start over with
      // each commit and never end. The file gets its name only when it is whole.
      const part = `${target}.part`;
      const source = openHandle(file);
      try {
        source.exec('BEGIN');
        source.prepare('SELECT count(*) FROM sqlite_schema').get();
        await source.backup(part);
        requireWhole(part);
        renameSync(part, target);
      } finally {
        source.close();
        rmSync(part, { force: true });
      }
    },
    async close() {
      closed = true;
      await running;
      read.close();
      write.close();
    },
  };
}

/** A copy that a disk mangled is found now and not on the day it is needed. */
function requireWhole(file: string): void {
  const copy = new Database(file);
  try {
    if (copy.pragma('quick_check', { simple: true }) !== 'ok') throw new AppError('NOT_A_DATABASE', { file });
  } finally {
    copy.close();
  }
}

function isDamaged(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(NOTADB|CORRUPT)/.test(error.code);
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
