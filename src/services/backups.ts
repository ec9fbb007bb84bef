import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import type { Connection } from '../store/connection.ts';
import { listKeptFiles } from '../store/kept-files.ts';

/** Photos and scans, recordings of calls, recorded sentences. */
const FOLDERS = ['attachments', 'recordings', 'prompts'] as const;
const DATABASE = 'zhixiao.sqlite';
const LIST = 'backup.json';

const KeptFile = z.object({
  /** Nothing that leads out of the folder. */
  path: z.string().regex(/^[\w-][\w.-]*(\/[\w-][\w.-]*)?$/),
  bytes: z.number(),
  sha256: z.string(),
});
const BackupList = z.object({ at: z.string(), files: z.array(KeptFile) });
type KeptFile = z.infer<typeof KeptFile>;

export interface BackupReport {
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
  /** What rows name and the data folder does not have, or has with another content. */
  readonly broken: readonly string[];
}

/**
 * Writes one folder with everything the installation holds but its secret: the database at one moment, then the files
 * beside it. They have names of their content or of their own and never change, so whatever the database names is there.
 */
export async function writeBackup(
  { connection, dataDir, now }: { connection: Connection; dataDir: string; now: number },
  folder: string,
): Promise<BackupReport> {
  if (existsSync(folder)) throw new AppError('FILE_EXISTS', { file: folder });
  if (!existsSync(dirname(folder))) throw new AppError('FOLDER_MISSING', { folder: dirname(folder) });
  const part = `${folder}.part`;
  try {
    await rm(part, { recursive: true, force: true });
    await mkdir(part, { mode: 0o700 });
    const before = await listKeptFiles(connection.reader, connection);
    await connection.backup(join(part, DATABASE));
    const files = [await describe(part, DATABASE)];
    for (const path of await listFiles(dataDir)) {
      const copied = await copy(join(dataDir, path), join(part, path));
      if (copied) files.push({ path, ...copied });
    }
    // A disk may keep something else than it was given: what is listed is what can be read again.
    for (const file of files.slice(1)) await requireSame(part, file);
    await writeFile(join(part, LIST), `${JSON.stringify({ at: new Date(now).toISOString(), files }, null, 1)}\n`);
    await rename(part, folder);
    const there = new Map(files.map((file) => [file.path, file]));
    const isBroken = (path: string): boolean => {
      const file = there.get(path);
      return file === undefined || !isNamedRight(file);
    };
    const after = new Set(await listKeptFiles(connection.reader, connection));
    // What was thrown away meanwhile is missed by nobody.
    const broken = before.filter((path) => after.has(path) && isBroken(path));
    return { folder, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), broken };
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** Brings a backup into a data folder without a database; every file is checked, and the database comes last. */
export async function restoreBackup(folder: string, dataDir: string): Promise<Omit<BackupReport, 'broken'>> {
  if (!existsSync(join(folder, LIST))) throw new AppError('TABLE_MISSING', { file: join(folder, LIST) });
  if (existsSync(join(dataDir, DATABASE))) throw new AppError('FILE_EXISTS', { file: join(dataDir, DATABASE) });
  const { files } = await readList(folder);
  for (const file of files) await requireSame(folder, file);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const ordered = [...files].sort((a, b) => Number(a.path === DATABASE) - Number(b.path === DATABASE));
  for (const { path, sha256 } of ordered) {
    const target = join(dataDir, path);
    const copied = await copy(join(folder, path), `${target}.restoring`);
    if (copied?.sha256 !== sha256) throw new AppError('BACKUP_DAMAGED', { file: path });
    await rename(`${target}.restoring`, target);
  }
  return { folder, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

async function readList(folder: string): Promise<z.infer<typeof BackupList>> {
  const text = await readFile(join(folder, LIST), 'utf8');
  try {
    return BackupList.parse(JSON.parse(text));
  } catch {
    throw new AppError('BACKUP_DAMAGED', { file: LIST });
  }
}

/** The files of the folders beside the database; what is being written has a name that begins with a dot. */
async function listFiles(dataDir: string): Promise<string[]> {
  const lists = FOLDERS.map(async (folder) => {
    const names = await readdir(join(dataDir, folder)).catch(() => []);
    return names.filter((name) => !name.startsWith('.')).map((name) => `${folder}/${name}`);
  });
  return (await Promise.all(lists)).flat().sort();
}

/** Null when the file has gone meanwhile. */
async function copy(from: string, to: string): Promise<Omit<KeptFile, 'path'> | null> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    await pipeline(
      createReadStream(from),
      async function* (chunks) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          bytes += chunk.length;
          yield chunk;
        }
      },
      createWriteStream(to, { mode: 0o600, flush: true }),
    );
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    await rm(to, { force: true });
    return null;
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function describe(folder: string, path: string): Promise<KeptFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(join(folder, path))) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { path, bytes, sha256: hash.digest('hex') };
}

async function requireSame(folder: string, { path, sha256 }: KeptFile): Promise<void> {
  const found = await describe(folder, path).catch(() => null);
  if (found?.sha256 !== sha256) throw new AppError('BACKUP_DAMAGED', { file: path });
}

/** Photos and recorded sentences are named by their content. */
function isNamedRight({ path, sha256 }: KeptFile): boolean {
  const named = /^(?:attachments|prompts)\/([0-9a-f]{64})(?:\.wav)?$/.exec(path)?.[1];
  return named === undefined || named === sha256;
}
