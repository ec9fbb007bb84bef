import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { AppError } from '../core/errors.ts';

export interface Upload {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly hash: string;
}

export interface Form {
  /** A file that must be there; `expected` says what it may be. */
  file(field: string, expected?: string): Promise<Upload>;
  optionalFile(field: string): Promise<Upload | null>;
  optionalText(field: string): string | undefined;
  /** Text as it was pasted: tabs at its end are cells. */
  pastedText(field: string): string | undefined;
  optionalJson(field: string): unknown;
  flag(field: string): boolean;
}

/** Reads a multipart form; a field that is missing or of the wrong kind is named. */
export async function readForm(c: Context): Promise<Form> {
  let parts: Record<string, string | File>;
  try {
    parts = (await c.req.parseBody()) as Record<string, string | File>;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('INPUT_INVALID', { field: 'form', reason: 'multipart/form-data' });
  }
  async function optionalFile(field: string): Promise<Upload | null> {
    const part = parts[field];
    if (!(part instanceof File) || (part.size === 0 && part.name === '')) return null;
    const bytes = new Uint8Array(await part.arrayBuffer());
    return { name: part.name, bytes, hash: createHash('sha256').update(bytes).digest('hex') };
  }
  return {
    optionalFile,
    async file(field, expected = 'CSV / XLSX') {
      const upload = await optionalFile(field);
      if (!upload) throw new AppError('INPUT_INVALID', { field, reason: expected });
      return upload;
    },
    optionalText(field) {
      const part = parts[field];
      return typeof part === 'string' && part.trim() !== '' ? part.trim() : undefined;
    },
    pastedText(field) {
      const part = parts[field];
      return typeof part === 'string' && part.trim() !== '' ? part : undefined;
    },
    optionalJson(field) {
      const part = parts[field];
      if (typeof part !== 'string' || part.trim() === '') return null;
      try {
        return JSON.parse(part);
      } catch {
        throw new AppError('INPUT_INVALID', { field, reason: 'JSON' });
      }
    },
    flag: (field) => parts[field] === 'yes',
  };
}
