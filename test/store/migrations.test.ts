import { readdirSync, readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import {
  generateDrizzleJson,
  generateMigration,
  generateSQLiteDrizzleJson,
  generateSQLiteMigration,
} from 'drizzle-kit/api';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { migrationsFolder } from '../../src/store/dialect/migrations.ts';
import * as pgSchema from '../../src/store/dialect/schema.pg.ts';
import * as sqliteSchema from '../../src/store/dialect/schema.sqlite.ts';
import { linesOf, startScript } from '../support/process.ts';
import { fillWave } from '../support/rows.ts';
import { createDatabase, DIALECTS, type Dialect, type Place, type TestStores, withStores } from '../support/store.ts';

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

describe.each(DIALECTS)('an interview under way on %s', (dialect) => {
  it('keeps its answers when the service is updated to drafts', async () => {
    const { place, remove } = await createDatabase(dialect);
    const { run, close } = await openRaw(dialect, place);
    const apply = async (name: string) => {
      const statements = readFileSync(`${migrationsFolder(dialect)}/${name}.sql`, 'utf8');
      for (const statement of statements.split('--> statement-breakpoint')) await run(statement);
    };
    for (const name of ['0000_start', '0001_staged', '0002_margins']) await apply(name);
    const no = dialect === 'pg' ? 'false' : '0';
    await run(
      `INSERT INTO units (code, name, level, path, place_code, updated_at) VALUES ('6109', '市', 'city', '/', 'p', 1)`,
    );
    await run(
      `INSERT INTO survey_versions VALUES ('v', 's', 1, '{}', '{}', '{}', '[]', 's', 'h', '2035-12-31', 1, 'o')`,
    );
    await run(
      `INSERT INTO waves VALUES ('w', 'w', 'w', 'v', '6109', '2026', 'official', 's', '[]', 'open', 'a', 'b', ${no}, 1, 1, NULL)`,
    );
    for (const [id, state] of [
      ['going-on', 'started'],
      ['silent', 'started'],
      ['over', 'ended'],
    ]) {
      await run(
        `INSERT INTO responses (id, wave_id, unit_code, mode, state, lang, reversed, sex, age_band, weight, started_at)
         VALUES ('${id}', 'w', '6109', 'web-open', '${state}', 'zh', ${no}, 'unknown', 'unknown', 1, 1)`,
      );
    }
    for (const id of ['going-on', 'over']) {
      await run(
        `INSERT INTO answers VALUES ('${id}', 'q1', '"1"'), ('${id}', 'q2', '["a","b"]'), ('${id}', 'q3', '42')`,
      );
    }
    await apply('0003_drafts');
    const read = async (query: string) =>
      (await run(query)).map((row) =>
        Object.values(row).map((value) =>
          typeof value === 'string' && value.startsWith('{') ? JSON.parse(value) : value,
        ),
      );
    expect(await read('SELECT id, draft FROM responses ORDER BY id')).toEqual([
      ['going-on', { q1: '1', q2: ['a', 'b'], q3: 42 }],
      ['over', null],
      ['silent', {}],
    ]);
    expect(await read('SELECT response_id, question FROM answers ORDER BY question')).toEqual([
      ['over', 'q1'],
      ['over', 'q2'],
      ['over', 'q3'],
    ]);
    await close();
    await remove();
  });
});

describe.each(DIALECTS)('a ledger with mergers on %s', (dialect) => {
  it('has its own levels, former states and judgements out of the log', async () => {
    const { place, remove } = await createDatabase(dialect);
    const { run, close } = await openRaw(dialect, place);
    const names = readdirSync(migrationsFolder(dialect)).filter((name) => name.endsWith('.sql'));
    const apply = async (name: string) => {
      const statements = readFileSync(`${migrationsFolder(dialect)}/${name}`, 'utf8');
      for (const statement of statements.split('--> statement-breakpoint')) await run(statement);
    };
    for (const name of names.sort().filter((one) => one < '0015')) await apply(name);
    const entry = (id: string, level: string, state: string, into: string, version: number) =>
      run(`INSERT INTO outputs (id, client_key, unit_code, kind, title, place, start_date, end_date, quantity, reach,
           media_level, outlet, link, note, state, merged_into, version, created_at, created_by, updated_at, updated_by)
           VALUES ('${id}', '${id}', '1', 'post', '', '', 'a', 'a', '{}', '[]', ${level}, '', '', '', '${state}',
           ${into}, ${version}, 1, 'x', 1, 'x')`);
    let at = 0;
    const log = (action: string, type: string, object: string, details: object) => {
      at += 1;
      return run(`INSERT INTO audit (id, at, actor_id, actor_name, action, object_type, object_id, details)
           VALUES ('l${at}', ${at}, 'x', 'x', '${action}', '${type}', '${object}', '${JSON.stringify(details)}')`);
    };
    await entry('own', "'province'", 'accepted', 'NULL', 3);
    await entry('city', "'city'", 'merged', "'own'", 2);
    await entry('province', "'province'", 'merged', "'own'", 2);
    await entry('none', "'town'", 'submitted', 'NULL', 2);
    await entry('of-none', "'town'", 'merged', "'none'", 2);
    await entry('stated', 'NULL', 'merged', "'own'", 1);
    await entry('gone', "'county'", 'withdrawn', 'NULL', 2);
    const merge = (object: string, into: string, state: string, raised?: object) =>
      log('output.merge', 'output', object, { before: { state }, into, ...(raised ? { raised } : {}) });
    await merge('city', 'own', 'accepted', { from: 'county', to: 'city' });
    await merge('province', 'own', 'submitted', { from: 'city', to: 'province' });
    await merge('of-none', 'none', 'submitted', { from: null, to: 'town' });
    await log('output.withdraw', 'output', 'gone', { before: { state: 'returned' } });
    await log('output.apart', 'output-pair', 'a b', {});
    await log('output.apart', 'output-pair', 'c d', {});
    await log('output.together', 'output-pair', 'a b', {});
    for (const name of names.filter((one) => one.startsWith('0015'))) await apply(name);
    const rows = await run('SELECT id, media_level, own_level, state_before FROM outputs ORDER BY id');
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['city', 'city', 'city', 'accepted'],
      ['gone', 'county', 'county', 'returned'],
      ['none', 'town', null, null],
      ['of-none', 'town', 'town', 'submitted'],
      ['own', 'province', 'county', null],
      ['province', 'province', 'province', 'submitted'],
      ['stated', null, null, null],
    ]);
    expect((await run('SELECT a, b FROM output_pairs')).map((row) => Object.values(row))).toEqual([['c', 'd']]);
    await close();
    await remove();
  });
});

/** The database without our schema over it: how an older version of the service left it. */
async function openRaw(dialect: Dialect, { databaseUrl, file }: Place) {
  if (dialect === 'pg') {
    const client = new pg.Client({ connectionString: databaseUrl ?? '' });
    await client.connect();
    return {
      run: async (sql: string): Promise<Record<string, unknown>[]> => (await client.query(sql)).rows,
      close: () => client.end(),
    };
  }
  const db = new Database(file);
  return {
    run: async (sql: string): Promise<Record<string, unknown>[]> => {
      const statement = db.prepare(sql);
      if (statement.reader) return statement.all() as Record<string, unknown>[];
      statement.run();
      return [];
    },
    close: async () => {
      db.close();
    },
  };
}

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
