import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  index,
  pgTable,
  text as pgText,
  primaryKey,
  uniqueIndex,
} from 'drizzle-orm/pg-core';

/**
 * drizzle's own json column parses text a second time after the driver did: the answer "1" would come back as the
 * number 1. This one leaves what the driver parsed as it is.
 */
const exactJson = customType<{ data: unknown; driverData: unknown }>({
  dataType: () => 'json',
  toDriver: (value) => JSON.stringify(value),
  fromDriver: (value) => value,
});

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
  json: <T>() => exactJson().$type<T>(),
  count: () => bigint({ mode: 'number' }),
  real: () => doublePrecision(),
};

export type Columns = typeof columns;
