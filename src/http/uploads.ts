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
  /** All files of a field, in their order. */
  files(field: string): Promise<readonly Upload[]>;
  optionalText(field: string): string | undefined;
  /** Text as it was pasted: tabs at its end are cells. */
  pastedText(field: string): string | undefined;
  optionalJson(field: string): unknown;
  flag(field: string): boolean;
}

/** Reads a multipart form; a field that is missing or of the wrong kind is named. */
export async function readForm(c: Context): Promise<Form> {
  let all: Record<string, string | File | (string | File)[]>;
  try {
    all = (await c.req.parseBody({ all: true })) as typeof all;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('INPUT_INVALID', { field: 'form', reason: 'multipart/form-data' });
  }
  /** Of several parts with one name the last one counts, but where several are asked for. */
  const parts: Readonly<Record<string, string | File | undefined>> = Object.fromEntries(
    Object.entries(all).map(([field, part]) => [field, Array.isArray(part) ? part.at(-1) : part]),
  );
  async function readFile(part: string | File | undefined): Promise<Upload | null> {
    if (!(part instanceof File) || (part.size === 0 && part.name === '')) return null;
    const bytes = new Uint8Array(await part.arrayBuffer());
    return { name: withoutNul(part.name), bytes, hash: createHash('sha256').update(bytes).digest('hex') };
  }
  const optionalFile = (field: string): Promise<Upload | null> => readFile(parts[field]);
  return {
    optionalFile,
    async files(field) {
      const uploads: Upload[] = [];
      for (const part of [all[field] ?? []].flat()) {
        const upload = await readFile(part);
        if (upload) uploads.push(upload);
      }
      return uploads;
    },
    async file(field, expected = 'CSV / XLSX') {
      const upload = await optionalFile(field);
      if (!upload) throw new AppError('INPUT_INVALID', { field, reason: expected });
      return upload;
    },
    optionalText(field) {
      const part = parts[field];
      return typeof part === 'string' && part.trim() !== '' ? withoutNul(part.trim()) : undefined;
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

/** In a name it comes from nobody's keyboard, and PostgreSQL does not keep it. */
const withoutNul = (text: string): string => text.replaceAll('\u0000', ' ');
