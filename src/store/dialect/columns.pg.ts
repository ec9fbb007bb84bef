import {
  bigint,
  boolean,
  doublePrecision,
  index,
  json as pgJson,
  pgTable,
  text as pgText,
  primaryKey,
  uniqueIndex,
} from 'drizzle-orm/pg-core';

/** The few column builders our tables need, for PostgreSQL. Types are anchored here; SQLite follows. */
export const columns = {
  table: pgTable,
  primaryKey,
  index,
  uniqueIndex,
  text: () => pgText(),
  /** Epoch milliseconds. */
  instant: () => bigint({ mode: 'number' }),
  flag: () => boolean(),
  json: <T>() => pgJson().$type<T>(),
  count: () => bigint({ mode: 'number' }),
  real: () => doublePrecision(),
};

export type Columns = typeof columns;
