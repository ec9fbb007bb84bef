import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Tables } from './tables.ts';

type Db = NodePgDatabase<Record<string, never>>;

/** What may only read. On SQLite it is a connection of its own that refuses to write. */
export type Reader = Pick<Db, 'select' | 'selectDistinct'>;

/** What may write; handed out by `Connection.transaction` only. */
export type Writer = Pick<Db, 'select' | 'selectDistinct' | 'insert' | 'update' | 'delete'>;

/**
 * One database, whichever it is. The stores are written against this and never know the dialect.
 */
export interface Connection {
  readonly dialect: 'sqlite' | 'pg';
  readonly tables: Tables;
  readonly reader: Reader;
  /**
   * Runs `work` in a transaction; resolves after its commit is durable, rejects with everything undone.
   * `work` must not await anything slow (network, files) and must not start another transaction:
   * verbs compose by passing `tx`.
   */
  transaction<T>(work: (tx: Writer) => Promise<T>): Promise<T>;
  /** Brings the schema up to date. Safe to call at every start. */
  migrate(): Promise<void>;
  /** Writes a consistent copy to a new file while the service runs; PostgreSQL has its own tools and refuses. */
  backup(file: string): Promise<void>;
  close(): Promise<void>;
}

/** Statements that are prepared once per writer: on SQLite for the life of the process, on PostgreSQL for one transaction. */
const prepared = new WeakMap<object, Map<string, unknown>>();

/** Builds a hot statement once per database handle and gives the same one back afterwards. */
export function prepareOnce<D extends Reader | Writer, S>(db: D, name: string, build: (db: D) => S): S {
  let statements = prepared.get(db);
  if (!statements) {
    statements = new Map();
    prepared.set(db, statements);
  }
  let statement = statements.get(name) as S | undefined;
  if (statement === undefined) {
    statement = build(db);
    statements.set(name, statement);
  }
  return statement;
}
