import { randomBytes } from 'node:crypto';
import pg from 'pg';
import startServer from './postgres.ts';

/** A PostgreSQL server of its own for the bench, as the tests start it: its files need not survive (`fsync` is off). */
export async function startPostgres(): Promise<{
  create(): Promise<{ readonly databaseUrl: string }>;
  stop(): Promise<void>;
}> {
  let url = '';
  const stop = await startServer({
    provide: (_name: string, address: string) => {
      url = address;
    },
  } as Parameters<typeof startServer>[0]);
  return {
    /** A new database. */
    async create() {
      const name = `bench_${randomBytes(6).toString('hex')}`;
      const client = new pg.Client(url);
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      const own = new URL(url);
      own.pathname = `/${name}`;
      return { databaseUrl: own.href };
    },
    stop,
  };
}
