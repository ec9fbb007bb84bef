import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

/** Something the server said, kept for when it cannot be asked. */
interface Copy {
  readonly name: string;
  readonly data: unknown;
  readonly at: number;
}

interface Copies extends DBSchema {
  copies: { key: string; value: Copy };
}

let database: Promise<IDBPDatabase<Copies>> | null = null;

/** Works with the copies; on a device that keeps nothing there are none. */
async function withCopies<T>(work: (db: IDBPDatabase<Copies>) => Promise<T>): Promise<T | null> {
  database ??= openDB<Copies>('zhixiao-copies', 1, {
    upgrade: (db) => {
      db.createObjectStore('copies', { keyPath: 'name' });
    },
  });
  return database.then(work).catch(() => null);
}

export async function keepCopy(name: string, data: unknown): Promise<void> {
  await withCopies((db) => db.put('copies', { name, data, at: Date.now() }));
}

export async function findCopy(name: string): Promise<Copy | null> {
  return withCopies(async (db) => (await db.get('copies', name)) ?? null);
}

export async function forgetCopies(): Promise<void> {
  await withCopies((db) => db.clear('copies'));
}
