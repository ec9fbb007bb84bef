import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise, openPromise, type ZipFile } from 'yauzl';
import { AppError } from '../core/errors.ts';
import { sourceName, type TableSource } from './source.ts';

/** A workbook that a person filled in stays far below these; a zip bomb does not. */
const MAX_ENTRIES = 2_000;
const MAX_PART_BYTES = 1024 ** 3;

/** The directory of a zip archive. Nothing stays open between two reads. Names are compared without regard to case. */
export interface Archive {
  readonly file: string;
  has(path: string): boolean;
  /** Unpacked size of a part, as the archive states it; reading fails when the part turns out otherwise. */
  measure(path: string): number;
  /** The unpacked bytes of a part. */
  read(path: string): AsyncGenerator<Uint8Array>;
}

/** Reads the directory of an archive and refuses what is encrypted, endless or not a zip at all. */
export async function openArchive(source: TableSource): Promise<Archive> {
  const file = sourceName(source);
  const entries = await listEntries(source, file);
  const find = (path: string): Entry => {
    const entry = entries.get(path.toLowerCase());
    if (entry === undefined) throw damaged(file, path);
    if (entry.isEncrypted()) throw new AppError('TABLE_ENCRYPTED', { file });
    if (entry.uncompressedSize > MAX_PART_BYTES) {
      throw new AppError('TABLE_TOO_LARGE', { file, part: path, limit: '1 GB' });
    }
    return entry;
  };
  return {
    file,
    has: (path) => entries.has(path.toLowerCase()),
    measure: (path) => find(path).uncompressedSize,
    async *read(path) {
      const entry = find(path);
      const zip = await openZip(source);
      try {
        let sum = 0;
        for await (const chunk of await zip.openReadStreamPromise(entry)) {
          sum = crc32(chunk as Buffer, sum);
          yield chunk as Buffer;
        }
        if (sum !== entry.crc32) throw damaged(file, path);
      } finally {
        zip.close();
      }
    },
  };
}

/** The error of an archive that does not hold what it promises; `part` says where. */
export function damaged(file: string, part: string): AppError {
  return new AppError('TABLE_DAMAGED', { file, part });
}

async function listEntries(source: TableSource, file: string): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  let zip: ZipFile | null = null;
  try {
    zip = await openZip(source);
    if (zip.entryCount > MAX_ENTRIES) {
      throw new AppError('TABLE_TOO_LARGE', { file, part: 'zip', limit: String(MAX_ENTRIES) });
    }
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName.toLowerCase(), entry);
    return entries;
  } catch (error) {
    throw error instanceof AppError ? error : damaged(file, 'zip');
  } finally {
    zip?.close();
  }
}

function openZip(source: TableSource): Promise<ZipFile> {
  const options = { lazyEntries: true, autoClose: false };
  if ('path' in source) return openPromise(source.path, options);
  const { buffer, byteOffset, byteLength } = source.bytes;
  return fromBufferPromise(Buffer.from(buffer, byteOffset, byteLength), options);
}
