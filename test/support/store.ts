import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import type { Connection } from '../../src/store/connection.ts';
import { createStores, openConnection, type Stores } from '../../src/store/stores.ts';

export const DIALECTS = ['sqlite', 'pg'] as const;
export type Dialect = (typeof DIALECTS)[number];

/** Where a database of its own is: what `openConnection` takes. */
export interface Place {
  readonly databaseUrl: string | null;
  readonly file: string;
}

export interface TestStores {
  readonly place: Place;
  readonly connection: Connection;
  readonly stores: Stores;
  readonly close: () => Promise<void>;
}

/** A migrated database of its own for one test: an SQLite file in a temporary folder, or a new database on the run's PostgreSQL server. */
export async function withStores(dialect: Dialect): Promise<TestStores> {
  const { place, remove } = await createDatabase(dialect);
  const connection = openConnection(place);
  await connection.migrate();
  return {
    place,
    connection,
    stores: createStores(connection),
    close: async () => {
      await connection.close();
      await remove();
    },
  };
}

/** An empty database that nobody opened yet. */
export async function createDatabase(dialect: Dialect): Promise<{ place: Place; remove: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'zhixiao-test-'));
  const file = join(folder, 'zhixiao.db');
  if (dialect === 'sqlite') {
    return { place: { databaseUrl: null, file }, remove: async () => rmSync(folder, { recursive: true, force: true }) };
  }
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administer(`CREATE DATABASE ${name}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  return {
    place: { databaseUrl: url.href, file },
    remove: async () => {
      rmSync(folder, { recursive: true, force: true });
      await administer(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client(inject('postgresUrl'));
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
