import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { AppError } from '../../core/errors.ts';
import type { Connection, Writer } from '../connection.ts';
import { migrationsFolder } from './migrations.ts';
import { tables } from './schema.pg.ts';

/**
 * Two transactions that met in opposite order, a serialisation failure, or a key that another one wrote first: run again
 * from the start, the second sees what the first did and decides anew.
 */
const RETRYABLE = new Set(['40001', '40P01', '23505']);
const ATTEMPTS = 5;

/** A PostgreSQL server (or what speaks its protocol), for several nodes that share one database. */
export function openPostgres(url: string): Connection {
  const pool = openPool({ connectionString: url });
  // The reader's connections refuse to write, as they do on SQLite.
  const readPool = openPool({ connectionString: url, options: '-c default_transaction_read_only=on' });
  const db = drizzle(pool, { casing: 'snake_case' });
  return {
    dialect: 'pg',
    tables,
    reader: drizzle(readPool, { casing: 'snake_case' }),
    async transaction<T>(work: (tx: Writer) => Promise<T>): Promise<T> {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await db.transaction(work);
        } catch (error) {
          if (attempt >= ATTEMPTS || !RETRYABLE.has(sqlState(error))) throw error;
        }
      }
    },
    async migrate() {
      // Several nodes may start at once: one migrates, the others wait.
      const client = await pool.connect();
      try {
        await client.query('SELECT pg_advisory_lock(20260101)');
        await migrate(drizzle(client), { migrationsFolder: migrationsFolder('pg') });
      } finally {
        await client.query('SELECT pg_advisory_unlock(20260101)');
        client.release();
      }
    },
    async backup() {
      throw new AppError('BACKUP_BY_SERVER');
    },
    async close() {
      await Promise.all([pool.end(), readPool.end()]);
    },
  };
}

function openPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ max: 10, ...config });
  // An idle connection that the server closes must not end the process; the pool opens a new one.
  pool.on('error', () => {});
  return pool;
}

function sqlState(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return '';
}
