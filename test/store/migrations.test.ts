import { readFileSync } from 'node:fs';
import {
  generateDrizzleJson,
  generateMigration,
  generateSQLiteDrizzleJson,
  generateSQLiteMigration,
} from 'drizzle-kit/api';
import { afterEach, describe, expect, it } from 'vitest';
import { migrationsFolder } from '../../src/store/dialect/migrations.ts';
import * as pgSchema from '../../src/store/dialect/schema.pg.ts';
import * as sqliteSchema from '../../src/store/dialect/schema.sqlite.ts';
import { linesOf, startScript } from '../support/process.ts';
import { fillWave } from '../support/rows.ts';
import { createDatabase, DIALECTS, type Dialect, type TestStores, withStores } from '../support/store.ts';

describe.each(DIALECTS)('the migrations of %s', (dialect) => {
  let db: TestStores;
  afterEach(() => db.close());

  it('change nothing when they run again, data included', async () => {
    db = await withStores(dialect);
    await fillWave(db);
    await db.connection.migrate();
    await db.connection.migrate();
    expect(await db.stores.waves.list(db.connection.reader)).toHaveLength(1);
  });

  it('run once when several processes start at the same moment', async () => {
    db = await withStores(dialect);
    const { place, remove } = await createDatabase(dialect);
    const children = Array.from({ length: 4 }, () => startScript('migrate-once.ts', JSON.stringify(place)));
    const codes = children.map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of children) for await (const line of linesOf(child)) if (line === 'ready') break;
    for (const child of children) child.stdin.end();
    expect(await Promise.all(codes)).toEqual([0, 0, 0, 0]);
    await remove();
  });
});

describe('the committed migrations', () => {
  /** What drizzle-kit last wrote down about the schema. */
  function lastSnapshot(dialect: Dialect): unknown {
    const meta = `${migrationsFolder(dialect)}/meta`;
    const journal = JSON.parse(readFileSync(`${meta}/_journal.json`, 'utf8')) as { entries: { idx: number }[] };
    const number = String(journal.entries.at(-1)?.idx).padStart(4, '0');
    return JSON.parse(readFileSync(`${meta}/${number}_snapshot.json`, 'utf8'));
  }
  const mend = 'the tables changed: run drizzle-kit generate for both dialects and commit what it writes';

  it('of sqlite say what the tables say', async () => {
    const now = await generateSQLiteDrizzleJson({ ...sqliteSchema.tables }, undefined, 'snake_case');
    expect(await generateSQLiteMigration(lastSnapshot('sqlite') as typeof now, now), mend).toEqual([]);
  });

  it('of pg say what the tables say', async () => {
    const now = generateDrizzleJson({ ...pgSchema.tables }, undefined, undefined, 'snake_case');
    expect(await generateMigration(lastSnapshot('pg') as typeof now, now), mend).toEqual([]);
  });
});
