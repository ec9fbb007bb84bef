import { and, eq, inArray } from 'drizzle-orm';
import type { Reader, Writer } from './connection.ts';
import type { Tables } from './tables.ts';

export type OutputPairRow = Tables['outputPairs']['$inferSelect'];
export type OutputPair = Pick<OutputPairRow, 'a' | 'b'>;

const CHUNK = 400;

/** Pairs of entries that were judged not to be the same. */
export function createOutputPairStore({ outputPairs }: Tables) {
  return {
    /** Those in which one of these entries comes first. */
    list: async (db: Reader, firsts: readonly string[]): Promise<OutputPair[]> => {
      const found: OutputPair[] = [];
      for (let at = 0; at < firsts.length; at += CHUNK) {
        const some = firsts.slice(at, at + CHUNK);
        found.push(
          ...(await db
            .select({ a: outputPairs.a, b: outputPairs.b })
            .from(outputPairs)
            .where(inArray(outputPairs.a, some))),
        );
      }
      return found;
    },

    add: async (tx: Writer, row: OutputPairRow): Promise<void> => {
      await tx.insert(outputPairs).values(row).onConflictDoNothing();
    },

    remove: async (tx: Writer, { a, b }: OutputPair): Promise<void> => {
      await tx.delete(outputPairs).where(and(eq(outputPairs.a, a), eq(outputPairs.b, b)));
    },
  };
}
