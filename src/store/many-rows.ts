import { sql } from 'drizzle-orm';
import { prepareOnce, type Writer } from './connection.ts';

/** How many rows go into one statement: few different statements, each prepared once, serve any number of rows. */
const STEPS = [200, 20, 5, 1];

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
  let at = 0;
  for (const size of STEPS) {
    if (rows.length - at < size) continue;
    const { statement, names } = prepareOnce(tx, `${name}.${size}`, (d) => {
      const names = Array.from({ length: size }, (_, row) => columns.map((column) => `${column}_${row}`));
      const placeholders = names.map((row) =>
        Object.fromEntries(columns.map((column, i) => [column, sql.placeholder(`${row[i]}`)])),
      );
      return { statement: insert(d, placeholders as unknown as Row[]).prepare(`${name}.${size}`), names };
    });
    // One object and one set of names for all statements of a size: hundreds anew for each would be most of the memory.
    const values: Record<string, unknown> = {};
    for (; rows.length - at >= size; at += size) {
      for (let n = 0; n < size; n += 1) {
        const row = rows[at + n];
        for (let i = 0; i < columns.length; i += 1) values[names[n]?.[i] as string] = row?.[columns[i] as keyof Row];
      }
      await statement.execute(values);
    }
  }
}
