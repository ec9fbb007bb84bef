import { type Column, is, type Placeholder, sql } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import { PgColumn } from 'drizzle-orm/pg-core';

/** In an upsert: the stored value plus the one that was to be inserted. Both databases spell it alike. */
export function addExcluded(column: Column) {
  return sql`${column} + ${excluded(column)}`;
}

/** The stored value and so many more. */
export function plus(column: Column, n: number) {
  return sql`${column} + ${n}`;
}

/** Texts and stored texts in a row. */
export function joined(...parts: readonly (string | Column)[]) {
  return sql<string>`${sql.join(
    parts.map((part) => sql`${part}`),
    sql` || `,
  )}`;
}

/** The stored text with another behind it. */
export function suffixed(column: Column, suffix: string) {
  return sql`${column} || ${suffix}`;
}

/** In an upsert: the value that was to be inserted. */
export function excluded(column: Column) {
  return sql`excluded.${sql.identifier(toSnakeCase(column.name))}`;
}

/**
 * A JSON object with the members of another, given as text, laid over it: a member that is null there is taken out. Both
 * databases do this in the statement that writes, so that two requests never undo each other's members.
 */
export function mergeJson(stored: Column, given: Placeholder) {
  return is(stored, PgColumn)
    ? sql`jsonb_strip_nulls(${stored}::jsonb || ${given}::jsonb)::json`
    : sql`json_patch(${stored}, ${given})`;
}

/** Sum of a counter column as a JavaScript number (PostgreSQL sums bigints to numeric, which arrives as text). */
export function total(column: Column) {
  return sql<number>`coalesce(sum(${column}), 0)`.mapWith(Number);
}

/** The same, of the rows whose other column lies between two values. */
export function totalBetween(column: Column, other: Column, { from, to }: { from: string; to: string }) {
  // One comparison instead of two, a hundred thousand times.
  const isIn = from === to ? sql`${other} = ${from}` : sql`${other} between ${from} and ${to}`;
  return sql<number>`coalesce(sum(case when ${isIn} then ${column} else 0 end), 0)`.mapWith(Number);
}

/** Number of rows as a JavaScript number. */
export function rowCount() {
  return sql<number>`count(*)`.mapWith(Number);
}

/** True where the column holds something; for what must be known to be there and never be read. */
export function isPresent(column: Column) {
  return sql<boolean>`${column} is not null`.mapWith(Boolean);
}

/** True where the column holds nothing. */
export function isAbsent(column: Column) {
  return sql<boolean>`${column} is null`.mapWith(Boolean);
}

/** True for text that begins with the prefix to the letter (`LIKE` ignores case on SQLite, and knows wildcards). */
export function startsWith(column: Column, prefix: string) {
  return sql`substr(${column}, 1, ${prefix.length}) = ${prefix}`;
}

/** The same with a prefix that is given when the statement runs. */
export function startsWithGiven(column: Column, prefix: Placeholder) {
  return sql`substr(${column}, 1, length(cast(${prefix} as text))) = cast(${prefix} as text)`;
}

/**
 * Responses of an import that is not taken over yet. The word stands in the statement and not as a parameter: only so do
 * both databases use the index of just these rows.
 */
export function isStaged() {
  return sql`state = 'staged'`;
}

/** Cases that were called before. The number stands in the statement for the same reason. */
export function isBegun() {
  return sql`attempts > 0`;
}

/**
 * Rows that nobody else may change until the transaction ends. SQLite has one writer at a time and needs no lock; a
 * statement that wrote instead would cost a page in the log each time.
 */
export function forUpdate<Query extends { for(strength: 'update'): unknown }>(query: Query): Query {
  return 'for' in query ? (query.for('update') as Query) : query;
}

/**
 * The same, but rows that another transaction holds are left out instead of waited for: several claimers take several
 * rows. SQLite has one writer at a time, so nothing is ever held by another.
 */
export function skipLocked<Query extends { for(strength: 'update', config: { skipLocked: true }): unknown }>(
  query: Query,
): Query {
  return 'for' in query ? (query.for('update', { skipLocked: true }) as Query) : query;
}

/** How many rows a statement changed; each driver says it in a word of its own. */
export function changedRows(result: object): number {
  if ('changes' in result && typeof result.changes === 'number') return result.changes;
  if ('rowCount' in result && typeof result.rowCount === 'number') return result.rowCount;
  throw new RangeError('the result of no change');
}

/** True when the error says that a unique index refused the row. drizzle wraps the driver's error: walk the causes. */
export function isUniqueViolation(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (
      'code' in cause &&
      (cause.code === '23505' ||
        cause.code === 'SQLITE_CONSTRAINT_UNIQUE' ||
        cause.code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
    )
      return true;
  }
  return false;
}
