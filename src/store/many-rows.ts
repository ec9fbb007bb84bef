import { sql } from 'drizzle-orm';
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
  insert: (
    db: Writer,
    values: Row[],
  ) => { prepare(name: string): { execute(values: Record<string, unknown>): Promise<unknown> } },
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}) as (keyof Row & string)[];
  // One object and one set of names for all statements: hundreds anew for each would be most of the memory.
  const values: Record<string, unknown> = {};
  for (let at = 0; at < rows.length; ) {
    const size = sizeFor(rows.length - at);
    const { statement, names } = prepareOnce(tx, `${name}.${size}`, (d) => {
      const names = Array.from({ length: size }, (_, row) => columns.map((column) => `${column}:${row}`));
      const placeholders = names.map((row) =>
        Object.fromEntries(columns.map((column, i) => [column, sql.placeholder(`${row[i]}`)])),
      );
      return { statement: insert(d, placeholders as unknown as Row[]).prepare(`${name}.${size}`), names };
    });
    for (let n = 0; n < size; n += 1) {
      const row = rows[at + n];
      for (let i = 0; i < columns.length; i += 1) values[names[n]?.[i] as string] = row?.[columns[i] as keyof Row];
    }
    await statement.execute(values);
    at += size;
  }
}
