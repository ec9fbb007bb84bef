import { sql } from 'drizzle-orm';
import { prepareOnce, type Writer } from './connection.ts';

/** How many rows go into one statement: few different statements, each prepared once, serve any number of rows. */
const STEPS = [200, 20, 1];

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
    for (; rows.length - at >= size; at += size) {
      const statement = prepareOnce(tx, `${name}.${size}`, (d) => {
        const placeholders = Array.from({ length: size }, (_, row) =>
          Object.fromEntries(columns.map((column) => [column, sql.placeholder(`${column}:${row}`)])),
        );
        return insert(d, placeholders as unknown as Row[]).prepare(`${name}.${size}`);
      });
      const values: Record<string, unknown> = {};
      for (let row = 0; row < size; row += 1) {
        for (const column of columns) values[`${column}:${row}`] = rows[at + row]?.[column];
      }
      await statement.execute(values);
    }
  }
}
