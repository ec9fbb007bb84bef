import { and, desc, eq } from 'drizzle-orm';
import type { Reader, Writer } from './connection.ts';
import type { Tables } from './tables.ts';

export type ImportRow = Tables['imports']['$inferSelect'];

export function createImportStore({ imports }: Tables) {
  return {
    findByFile: async (db: Reader, waveId: string, fileHash: string): Promise<ImportRow | null> =>
      (
        await db
          .select()
          .from(imports)
          .where(and(eq(imports.waveId, waveId), eq(imports.fileHash, fileHash)))
          .limit(1)
      )[0] ?? null,

    list: async (db: Reader, waveId: string): Promise<ImportRow[]> =>
      db.select().from(imports).where(eq(imports.waveId, waveId)).orderBy(desc(imports.importedAt)),

    insert: async (tx: Writer, row: ImportRow): Promise<void> => {
      await tx.insert(imports).values(row);
    },
  };
}
