import { and, desc, eq } from 'drizzle-orm';
import type { Reader, Writer } from './connection.ts';
import type { Tables } from './tables.ts';

export type SurveyVersionRow = Tables['surveyVersions']['$inferSelect'];

export function createSurveyStore({ surveyVersions }: Tables) {
  return {
    find: async (db: Reader, id: string): Promise<SurveyVersionRow | null> =>
      (await db.select().from(surveyVersions).where(eq(surveyVersions.id, id)))[0] ?? null,

    findByContent: async (db: Reader, surveyCode: string, contentHash: string): Promise<SurveyVersionRow | null> =>
      (
        await db
          .select()
          .from(surveyVersions)
          .where(and(eq(surveyVersions.surveyCode, surveyCode), eq(surveyVersions.contentHash, contentHash)))
      )[0] ?? null,

    /** The newest version of one questionnaire. */
    latest: async (db: Reader, surveyCode: string): Promise<SurveyVersionRow | null> =>
      (
        await db
          .select()
          .from(surveyVersions)
          .where(eq(surveyVersions.surveyCode, surveyCode))
          .orderBy(desc(surveyVersions.version))
          .limit(1)
      )[0] ?? null,

    /** All versions without their bodies, newest first. */
    list: async (db: Reader) =>
      db
        .select({
          id: surveyVersions.id,
          surveyCode: surveyVersions.surveyCode,
          version: surveyVersions.version,
          title: surveyVersions.title,
          series: surveyVersions.series,
          validUntil: surveyVersions.validUntil,
          publishedAt: surveyVersions.publishedAt,
          publishedBy: surveyVersions.publishedBy,
        })
        .from(surveyVersions)
        .orderBy(surveyVersions.surveyCode, desc(surveyVersions.version)),

    insert: async (tx: Writer, row: SurveyVersionRow): Promise<void> => {
      await tx.insert(surveyVersions).values(row);
    },
  };
}
