import { type Column, getTableColumns, sql, type Table } from 'drizzle-orm';
import { prepareOnce, type Writer } from './connection.ts';
import { changedRows } from './dialect/expressions.ts';

interface Statement<Result> {
  prepare(name: string): { execute(values: Record<string, unknown>): Promise<Result> };
}

/** A value as its column wants it. What is not there stays null: a column that writes JSON would make a word of it. */
const encode = (column: Column | undefined, value: unknown): unknown =>
  value === null || value === undefined ? null : (column?.mapToDriverValue(value) ?? value);

/** Inserts a row by a statement that is built once; false when it was there already and the statement leaves it. */
export async function insertOnce<Row extends object>(
  tx: Writer,
  name: string,
  { table, row }: { readonly table: Table; readonly row: Row },
  insert: (db: Writer, values: Row) => Statement<object>,
): Promise<boolean> {
  const columns = getTableColumns(table);
  const keys = Object.keys(row).sort() as (keyof Row & string)[];
  const statement = prepareOnce(tx, name, (d) =>
    insert(d, Object.fromEntries(keys.map((key) => [key, sql`${sql.placeholder(key)}`])) as Row).prepare(
      name.replaceAll('.', '_'),
    ),
  );
  const values = Object.fromEntries(keys.map((key) => [key, encode(columns[key], row[key])]));
  return changedRows(await statement.execute(values)) === 1;
}

/**
 * Changes a row by a statement that is built once for these columns. Columns that are not named stay; the condition finds
 * the values of `where` under their names with `where:` before.
 */
export async function updateOnce<Change extends object, Result>(
  tx: Writer,
  name: string,
  { table, change, where }: { readonly table: Table; readonly change: Change; readonly where: Record<string, unknown> },
  update: (db: Writer, set: Change) => Statement<Result>,
): Promise<Result> {
  const columns = getTableColumns(table);
  const given = change as Readonly<Record<string, unknown>>;
  const keys = Object.keys(given)
    .filter((key) => given[key] !== undefined)
    .sort();
  const values: Record<string, unknown> = {};
  for (const key of keys) values[key] = encode(columns[key], given[key]);
  for (const [key, value] of Object.entries(where)) values[`where:${key}`] = value;
  const full = `${name}.${keys}`;
  return prepareOnce(tx, full, (d) =>
    update(d, Object.fromEntries(keys.map((key) => [key, sql`${sql.placeholder(key)}`])) as Change).prepare(
      shortName(full),
    ),
  ).execute(values);
}

const shortNames = new Map<string, string>();

/** PostgreSQL takes names of 63 letters. */
function shortName(full: string): string {
  const known = shortNames.get(full) ?? `update_${shortNames.size}`;
  shortNames.set(full, known);
  return known;
}
