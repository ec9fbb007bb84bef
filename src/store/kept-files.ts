import { isNotNull } from 'drizzle-orm';
import type { Connection, Reader } from './connection.ts';

/** The files beside the database that its rows name, as paths below the data folder. */
export async function listKeptFiles(db: Reader, { tables }: Pick<Connection, 'tables'>): Promise<string[]> {
  const { attachments, recordings, promptRecordings } = tables;
  const photos = await db.selectDistinct({ hash: attachments.hash }).from(attachments);
  const sounds = await db.select({ file: recordings.file }).from(recordings).where(isNotNull(recordings.file));
  const prompts = await db.selectDistinct({ hash: promptRecordings.hash }).from(promptRecordings);
  return [
    ...photos.map(({ hash }) => `attachments/${hash}`),
    ...sounds.map(({ file }) => `recordings/${file}`),
    ...prompts.map(({ hash }) => `prompts/${hash}.wav`),
  ];
}
