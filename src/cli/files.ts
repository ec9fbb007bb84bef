import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../core/errors.ts';

const MOST_JSON_BYTES = 5 * 1024 * 1024;

/** A JSON file that a person wrote: UTF-8, with or without a byte order mark. */
export async function readJsonFile(path: string, mostBytes = MOST_JSON_BYTES): Promise<unknown> {
  const file = basename(path);
  const bytes = await readWhole(path, file, mostBytes);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new AppError('JSON_BAD', { file, reason: error instanceof Error ? error.message : String(error) });
  }
}

async function readWhole(path: string, file: string, mostBytes: number): Promise<Uint8Array> {
  try {
    const handle = await open(path);
    const { size } = await handle.stat();
    await handle.close();
    if (size > mostBytes) throw new AppError('FILE_TOO_LARGE', { file, limit: `${mostBytes / 1024 / 1024} MB` });
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new AppError('TABLE_MISSING', { file: path });
    }
    throw error;
  }
}

/** The hash by which a file is known again. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
