import { type DriverValueEncoder, is, Param, Placeholder, sql } from 'drizzle-orm';
import { prepareOnce, type Writer } from './connection.ts';

/** How many rows go into the next statement: all where they are few, else sizes that serve any number of rows. */
function sizeFor(left: number): number {
  return left >= 200 ? 200 : Math.min(left, 20);
}

/**
 * Inserts many rows of one shape. Preparing a statement of many rows costs far more than running it, and a round trip
 * per row would be slow on PostgreSQL: so statements of fixed sizes are kept.
 */
export async function insertRows<Row extends object>(
  tx: Writer,
  name: string,
  rows: readonly Row[],
  insert: Insert<Row>,
): Promise<void> {
  // In an order of their own: the statement is kept, and the next caller's rows may name their columns in another.
  const columns = Object.keys(rows[0] ?? {}).sort() as (keyof Row & string)[];
  // One object and one set of names for all statements: hundreds anew for each would be most of the memory.
  const values: Record<string, unknown> = {};
  for (let at = 0; at < rows.length; ) {
    const size = sizeFor(rows.length - at);
    const { statement, names, encoders } = prepareOnce(tx, `${name}.${size}`, (d) =>
      prepareRows(d, `${name}.${size}`, insert, columns, size),
    );
    for (let n = 0; n < size; n += 1) {
      const row = rows[at + n];
      for (let i = 0; i < columns.length; i += 1) {
        const value = row?.[columns[i] as keyof Row];
        values[names[n]?.[i] as string] = encoders[i]?.mapToDriverValue(value) ?? value;
      }
    }
    await statement.execute(values);
    at += size;
  }
}

type Insert<Row> = (
  db: Writer,
  values: Row[],
) => {
  prepare(name: string): { execute(values: Record<string, unknown>): Promise<unknown> };
  toSQL(): { params: unknown[] };
};

/**
 * A statement of so many rows. A column wraps its placeholder to encode the value, and unwrapping each takes longer than
 * all the rest of a statement's filling: so the encoders are taken out, and the placeholders stand bare.
 */
function prepareRows<Row>(d: Writer, name: string, insert: Insert<Row>, columns: readonly string[], size: number) {
  const names = Array.from({ length: size }, (_, row) => columns.map((column) => `${column}:${row}`));
  const fill = (value: (name: string) => unknown) =>
    insert(
      d,
      names.map((row) => Object.fromEntries(columns.map((column, i) => [column, value(`${row[i]}`)]))) as Row[],
    );
  const encoders = new Map<string, DriverValueEncoder<unknown, unknown>>();
  for (const param of fill((name) => sql.placeholder(name)).toSQL().params) {
    if (is(param, Param) && is(param.value, Placeholder)) encoders.set(param.value.name, param.encoder);
  }
  return {
    statement: fill((name) => sql`${sql.placeholder(name)}`).prepare(name),
    names,
    encoders: columns.map((column) => encoders.get(`${column}:0`)),
  };
}
