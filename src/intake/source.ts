import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../core/errors.ts';

/** Where a table comes from: a file on disk, or the bytes somebody uploaded. */
export type TableSource = { readonly path: string } | { readonly name: string; readonly bytes: Uint8Array };

const CHUNK = 256 * 1024;

export function sourceName(source: TableSource): string {
  return 'path' in source ? basename(source.path) : source.name;
}

/** Size in bytes; the one place that finds out whether the file is there. */
export async function measureSource(source: TableSource): Promise<number> {
  if (!('path' in source)) return source.bytes.byteLength;
  try {
    const found = await stat(source.path);
    if (found.isFile()) return found.size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  throw new AppError('TABLE_MISSING', { file: sourceName(source) });
}

/** The first bytes, enough to tell what the file is. */
export async function readHead(source: TableSource, length: number): Promise<Buffer> {
  if (!('path' in source)) return Buffer.from(source.bytes.subarray(0, length));
  const file = await open(source.path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The whole source in chunks; each call starts from the beginning. */
export async function* streamBytes(source: TableSource): AsyncGenerator<Uint8Array> {
  if ('path' in source) {
    yield* createReadStream(source.path, { highWaterMark: CHUNK });
    return;
  }
  for (let at = 0; at < source.bytes.byteLength; at += CHUNK) yield source.bytes.subarray(at, at + CHUNK);
}
