import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Columns } from './columns.pg.ts';

const sqliteColumns = {
  table: sqliteTable,
  primaryKey,
  index,
  uniqueIndex,
  text: () => text(),
  instant: () => integer({ mode: 'number' }),
  flag: () => integer({ mode: 'boolean' }),
  json: <T>() => text({ mode: 'json' }).$type<T>(),
  count: () => integer({ mode: 'number' }),
  real: () => real(),
};

/** The same builders for SQLite. The one cast between the dialects: names and meanings are equal, classes are not. */
export const columns = sqliteColumns as unknown as Columns;
