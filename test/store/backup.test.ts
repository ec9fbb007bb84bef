import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { createStores, openConnection } from '../../src/store/stores.ts';
import { unitRow } from '../support/rows.ts';
import { type TestStores, withStores } from '../support/store.ts';

let db: TestStores;
afterEach(() => db.close());

/** Two units that always come together, and weigh enough that the copy takes many steps. */
const insertPair = (i: number) =>
  db.connection.transaction(async (tx) => {
    const populationSource = '源'.repeat(3000);
    await db.stores.units.insert(tx, [unitRow({ code: `a${i}`, populationSource })], 1);
    await db.stores.units.insert(tx, [unitRow({ code: `b${i}`, populationSource })], 1);
  });

describe('a backup of sqlite', () => {
  it('is a consistent copy that opens, made while writing goes on', async () => {
    db = await withStores('sqlite');
    for (let i = 0; i < 300; i += 1) await insertPair(i);
    const copy = `${db.place.file}.copy`;
    let running = true;
    let written = 300;
    const writing = (async () => {
      for (; running; written += 1) await insertPair(written);
    })();
    await db.connection.backup(copy);
    running = false;
    await writing;
    expect(written).toBeGreaterThan(300);

    const raw = new Database(copy);
    expect(raw.pragma('integrity_check', { simple: true })).toBe('ok');
    raw.close();
    const restored = openConnection({ databaseUrl: null, file: copy });
    await restored.migrate();
    const codes = (await createStores(restored).units.listSubtree(restored.reader, null)).map((unit) => unit.code);
    await restored.close();
    const numbers = (letter: string) => codes.filter((code) => code.startsWith(letter)).map((code) => code.slice(1));
    expect(numbers('a').length).toBeGreaterThanOrEqual(300);
    expect(numbers('b')).toEqual(numbers('a'));
  });

  it('never writes over a file', async () => {
    db = await withStores('sqlite');
    await expect(db.connection.backup(db.place.file)).rejects.toEqual(
      new AppError('FILE_EXISTS', { file: db.place.file }),
    );
  });

  it('that cannot be written says so and leaves no half file', async () => {
    db = await withStores('sqlite');
    const nowhere = `${db.place.file}/copy.db`;
    await expect(db.connection.backup(nowhere)).rejects.toThrow();
    expect(existsSync(nowhere)).toBe(false);
  });
});

describe('a backup of pg', () => {
  it('is left to the server’s own tools', async () => {
    db = await withStores('pg');
    await expect(db.connection.backup('copy.db')).rejects.toEqual(new AppError('BACKUP_BY_SERVER'));
  });
});
