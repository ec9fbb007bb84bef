import { AppError } from '../core/errors.ts';
import { sourceName, streamBytes, type TableSource } from './source.ts';

export type TableEncoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be';

/** What one reading of the whole file as one encoding found. */
interface Reading {
  /** First line with a byte sequence that the encoding does not know; null when all of it is text. */
  readonly brokenLine: number | null;
  readonly broken: number;
  /** Whether characters had been lost before the file was written. */
  readonly lost: boolean;
  /** Characters that were read well and take three bytes of UTF-8, Chinese among them; GBK bytes hardly ever look so. */
  readonly wide: number;
  /** First line with a NUL. */
  readonly nulLine: number | null;
  readonly isBlank: boolean;
}

/** UTF-8 text that lost its characters and was read as GBK shows these: U+FFFD twice. */
const TWICE_BROKEN = '锟斤拷';

/**
 * Finds the encoding of a text table by reading all of it: a byte order mark, else UTF-8, else GB18030 (which
 * contains GBK and GB2312). Almost any bytes pass as GB18030, so a UTF-8 file that was cut off in the middle of a
 * character must not fall through to it and come out as nonsense: where most characters were good UTF-8, the file
 * is called damaged instead.
 */
export async function detectEncoding(source: TableSource, head: Uint8Array): Promise<TableEncoding> {
  const file = sourceName(source);
  const marked = encodingOfMark(head);
  const guess = marked ?? 'utf-8';
  const reading = await readAs(source, guess);
  if (reading.isBlank) throw new AppError('TABLE_EMPTY', { file });
  if (reading.nulLine !== null) throw new AppError('TABLE_BINARY', { file, line: reading.nulLine });
  if (reading.brokenLine === null) return guess;
  if (marked !== null || reading.wide >= reading.broken) {
    throw new AppError('TABLE_TEXT_DAMAGED', { file, line: reading.brokenLine });
  }
  const chinese = await readAs(source, 'gb18030');
  if (chinese.brokenLine !== null) {
    const code = chinese.lost || chinese.wide > 10 * chinese.broken ? 'TABLE_TEXT_DAMAGED' : 'TABLE_ENCODING';
    throw new AppError(code, { file, line: chinese.brokenLine });
  }
  return 'gb18030';
}

/** The text of a source, chunk by chunk, without its byte order mark. `onBytes` hears how far it has read. */
export async function* decodeSource(
  source: TableSource,
  encoding: TableEncoding,
  onBytes: (done: number) => void,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  let done = 0;
  for await (const chunk of streamBytes(source)) {
    yield decoder.decode(chunk, { stream: true });
    done += chunk.byteLength;
    onBytes(done);
  }
  yield decoder.decode();
}

function encodingOfMark(head: Uint8Array): TableEncoding | null {
  const [first, second, third] = head;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return null;
}

async function readAs(source: TableSource, encoding: TableEncoding): Promise<Reading> {
  let line = 1;
  let broken = 0;
  let lost = false;
  let wide = 0;
  let brokenLine: number | null = null;
  let nulLine: number | null = null;
  let isBlank = true;
  for await (const text of decodeSource(source, encoding, () => {})) {
    if (isBlank && text.trim() !== '') isBlank = false;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 10) line++;
      else if (code === 0) nulLine ??= line;
      else if (code === 0xfffd || (code === 0x951f && text.startsWith(TWICE_BROKEN, i))) {
        broken++;
        brokenLine ??= line;
        lost ||= code !== 0xfffd;
      } else if (code > 0x7ff) wide++;
    }
  }
  return { brokenLine, broken, lost, wide, nulLine, isBlank };
}
