import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Writer } from '../../src/store/connection.ts';
import { createStores, openConnection } from '../../src/store/stores.ts';
import { linesOf, startScript } from '../support/process.ts';
import { unitRow } from '../support/rows.ts';
import { createDatabase, DIALECTS, type TestStores, withStores } from '../support/store.ts';

let db: TestStores;
afterEach(() => db.close());

const insert = (code: string) => db.connection.transaction((tx) => db.stores.units.insert(tx, [unitRow({ code })], 1));
const codes = async () => (await db.stores.units.listSubtree(db.connection.reader, null)).map((unit) => unit.code);

describe.each(DIALECTS)('a transaction on %s', (dialect) => {
  beforeEach(async () => {
    db = await withStores(dialect);
  });

  it('gives back what its work gives back', async () => {
    expect(await db.connection.transaction(async () => ({ answer: 42 }))).toEqual({ answer: 42 });
  });

  it('leaves nothing behind when it throws, and passes the error on', async () => {
    const failed = db.connection.transaction(async (tx) => {
      await db.stores.units.insert(tx, [unitRow({ code: '1' }), unitRow({ code: '2' })], 1);
      expect(await db.stores.units.find(tx, '2')).not.toBeNull();
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await codes()).toEqual([]);
  });

  it('that fails among others of the same moment undoes only itself', async () => {
    await insert('0');
    const settled = await Promise.allSettled([
      insert('1'),
      db.connection.transaction(async (tx) => {
        await db.stores.units.insert(tx, [unitRow({ code: '2' })], 1);
        throw new Error('no');
      }),
      insert('3'),
      insert('0'), // there already: the database itself refuses
      insert('4'),
    ]);
    expect(settled.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await codes()).toEqual(['0', '1', '3', '4']);
  });

  it('goes through after a failed one', async () => {
    await expect(db.connection.transaction(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await insert('1');
    expect(await codes()).toEqual(['1']);
  });

  it('is not seen by readers before it is committed', async () => {
    let seen: string[] | null = null;
    await db.connection.transaction(async (tx) => {
      await db.stores.units.insert(tx, [unitRow({ code: '1' })], 1);
      seen = await codes();
    });
    expect(seen).toEqual([]);
    expect(await codes()).toEqual(['1']);
  });

  it('loses nothing among five hundred at once', async () => {
    const expected = Array.from({ length: 500 }, (_, i) => `${1000 + i}`);
    await Promise.all(expected.map(insert));
    expect(await codes()).toEqual(expected);
  });

  it('that arrives while others are committed is taken too', async () => {
    const results: Promise<void>[] = [];
    for (let i = 0; i < 100; i += 1) {
      results.push(insert(`${1000 + i}`));
      if (i % 3 === 0) await sleep(0);
      if (i % 7 === 0) await Promise.resolve();
    }
    await Promise.all(results);
    expect(await codes()).toHaveLength(100);
  });

  it('after another without pause leaves everything else its turn', async () => {
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 1);
    const end = Date.now() + 200;
    for (let i = 0; Date.now() < end; i += 1) await insert(`${1000 + i}`);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(20);
  });

  it('is the only way to write: the reader refuses', async () => {
    await insert('1');
    const forced = db.connection.reader as unknown as Writer;
    await expect((async () => db.stores.units.insert(forced, [unitRow({ code: '2' })], 1))()).rejects.toThrow();
    await expect(
      (async () => db.stores.units.update(forced, unitRow({ code: '1', name: 'x' }), 1))(),
    ).rejects.toThrow();
    expect(await codes()).toEqual(['1']);
  });

  it('stays when the process is killed right after it was acknowledged', async () => {
    const child = startScript('commit-forever.ts', JSON.stringify(db.place));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const acknowledged: string[] = [];
    for await (const line of linesOf(child)) {
      acknowledged.push(line);
      if (acknowledged.length === 50) child.kill('SIGKILL');
    }
    await ended;
    expect(acknowledged.length).toBeGreaterThanOrEqual(50);
    const kept = new Set(await codes());
    expect(acknowledged.filter((code) => !kept.has(code))).toEqual([]);
    await insert('after');
    expect(await db.stores.units.find(db.connection.reader, 'after')).not.toBeNull();
  });
});

describe('a transaction on sqlite', () => {
  beforeEach(async () => {
    db = await withStores('sqlite');
  });

  it('waits for another process to finish writing without holding up anything else', async () => {
    const child = startScript('hold-write-lock.ts', db.place.file);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    for await (const line of linesOf(child)) if (line === 'locked') break;

    let landed = false;
    const waiting = insert('1').then(() => {
      landed = true;
    });
    let turns = 0;
    for (const end = Date.now() + 300; Date.now() < end; turns += 1) await sleep(1);
    expect(turns).toBeGreaterThan(30);
    expect(landed).toBe(false);
    expect(await codes()).toEqual([]);

    child.stdin.end();
    await waiting;
    await ended;
    expect(await codes()).toEqual(['1']);
  });

  it('is refused once the database is closed, and those on their way still land', async () => {
    const { place, remove } = await createDatabase('sqlite');
    const connection = openConnection(place);
    const { units } = createStores(connection);
    await connection.migrate();
    const onItsWay = connection.transaction((tx) => units.insert(tx, [unitRow({ code: '1' })], 1));
    const closing = connection.close();
    await expect(connection.transaction(async () => 1)).rejects.toThrow('closed');
    await Promise.all([onItsWay, closing]);
    const again = openConnection(place);
    expect(await units.find(again.reader, '1')).not.toBeNull();
    await again.close();
    await remove();
  });
});

describe('a transaction on pg', () => {
  beforeEach(async () => {
    db = await withStores('pg');
  });

  it('that met another in opposite order is run again', async () => {
    await insert('1');
    await insert('2');
    let arrived = 0;
    let attempts = 0;
    const rename = (first: string, second: string) =>
      db.connection.transaction(async (tx) => {
        attempts += 1;
        await db.stores.units.update(tx, unitRow({ code: first, name: `${first} then ${second}` }), 2);
        arrived += 1;
        while (arrived < 2) await sleep(5);
        await db.stores.units.update(tx, unitRow({ code: second, name: `${first} then ${second}` }), 2);
      });
    await Promise.all([rename('1', '2'), rename('2', '1')]);
    expect(attempts).toBeGreaterThan(2);
    const names = (await db.stores.units.listSubtree(db.connection.reader, null)).map((unit) => unit.name);
    expect(new Set(names).size).toBe(1);
  });
});
