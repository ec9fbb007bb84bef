import { type SQL, sql } from 'drizzle-orm';
import { prepareOnce, type Reader } from './connection.ts';

/** Values of one statement. */
const SIZE = 100;
const NAMES = Array.from({ length: SIZE }, (_, i) => `value${i}`);

/**
 * Asks for many values in statements of one size, each prepared once: building one costs far more than running it. Where
 * values are left over, the first of them fills the statement.
 */
export async function findAmong<Row>(
  db: Reader,
  name: string,
  values: readonly string[],
  find: (
    db: Reader,
    values: SQL,
  ) => { prepare(name: string): { execute(values: Record<string, unknown>): Promise<Row[]> } },
  given: Readonly<Record<string, unknown>> = {},
): Promise<Row[]> {
  const found: Row[] = [];
  for (let at = 0; at < values.length; at += SIZE) {
    const statement = prepareOnce(db, name, (d) => {
      const places = NAMES.map((one) => sql`${sql.placeholder(one)}`);
      return find(d, sql`(${sql.join(places, sql`, `)})`).prepare(name);
    });
    const filled = Object.fromEntries(NAMES.map((one, i) => [one, values[at + i] ?? values[at]]));
    found.push(...(await statement.execute({ ...given, ...filled })));
  }
  return found;
}
