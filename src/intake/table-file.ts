import { AppError, type Problem } from '../core/errors.ts';
import type { ImportRow, ImportTable } from '../core/import/rows.ts';
import { detectDelimiter, readCsv } from './csv.ts';
import { detectEncoding } from './encoding.ts';
import { isBlankRow, layRow, type RawRow, readHeader, type TableRow } from './header.ts';
import { measureSource, readHead, sourceName, type TableSource } from './source.ts';
import { openWorkbook } from './workbook.ts';

export interface TableFile {
  readonly name: string;
  readonly header: readonly string[];
  /** What one pass over the rows reads; `onBytes` counts up to it. */
  readonly totalBytes: number;
  /** Every row below the header that is not blank, in order, in bounded memory. Each call is a new pass from the top. */
  rows(onBytes?: (done: number) => void): AsyncIterable<TableRow>;
}

/** What the two formats have in common: a size, and rows of cells from the top. */
interface RawTable {
  readonly totalBytes: number;
  readonly sparse: boolean;
  read(onBytes: (done: number) => void): AsyncIterable<RawRow>;
}

/**
 * Opens a CSV or XLSX file. What it is, is decided by its content, never by its name. What is wrong with the file as a
 * whole (encoding, damage, no header, merged cells) is an error here; what is wrong with a row comes with the row.
 */
export async function openTable(source: TableSource, options: { readonly sheet?: string } = {}): Promise<TableFile> {
  const name = sourceName(source);
  const raw = await openRaw(source, options.sheet ?? null);
  const header = await readTop(raw, name);
  return { name, header, totalBytes: raw.totalBytes, rows: (onBytes = () => {}) => readRows(raw, header, onBytes) };
}

/** Reads a small table whole, with the problems of the rows that could not be read. */
export async function readTable(file: TableFile): Promise<ImportTable & { readonly problems: readonly Problem[] }> {
  const rows: ImportRow[] = [];
  const problems: Problem[] = [];
  for await (const item of file.rows()) {
    if (item.problem === null) rows.push(item);
    else problems.push(item.problem);
  }
  return { header: file.header, rows, problems };
}

async function openRaw(source: TableSource, sheet: string | null): Promise<RawTable> {
  const file = sourceName(source);
  const totalBytes = await measureSource(source);
  const head = await readHead(source, 4096);
  if (totalBytes === 0) throw new AppError('TABLE_EMPTY', { file });
  const magic = head.subarray(0, 4).toString('latin1');
  if (magic.startsWith('PK')) {
    const workbook = await openWorkbook(source, sheet);
    return { totalBytes: workbook.sheetBytes, sparse: true, read: (onBytes) => workbook.readSheet(onBytes) };
  }
  if (magic === '\xd0\xcf\x11\xe0') throw new AppError(await explainCompound(source), { file });
  if (/^\uFEFF?\s*<(!doctype|html|head|meta|table|\?xml)/i.test(head.toString('utf8'))) {
    throw new AppError('TABLE_WEB_PAGE', { file });
  }
  const encoding = await detectEncoding(source, head);
  const delimiter = await detectDelimiter(source, encoding);
  return { totalBytes, sparse: false, read: (onBytes) => readCsv(source, encoding, delimiter, onBytes) };
}

/** The old container holds both .xls files and password-protected .xlsx files; the latter name their one stream. */
async function explainCompound(source: TableSource): Promise<'TABLE_ENCRYPTED' | 'TABLE_OLD_XLS'> {
  const start = await readHead(source, 1024 * 1024);
  return start.includes(Buffer.from('EncryptedPackage', 'utf16le')) ? 'TABLE_ENCRYPTED' : 'TABLE_OLD_XLS';
}

/** The header, after making sure that something stands below it. */
async function readTop(raw: RawTable, file: string): Promise<readonly string[]> {
  let header: readonly string[] | null = null;
  for await (const { values, problem } of raw.read(() => {})) {
    if (problem !== null) {
      if (header === null) throw new AppError(problem.code, problem.details);
      return header;
    }
    if (isBlankRow(values)) continue;
    if (header !== null) return header;
    header = readHeader(values, file);
  }
  throw new AppError(header === null ? 'TABLE_EMPTY' : 'TABLE_NO_ROWS', { file });
}

async function* readRows(
  raw: RawTable,
  header: readonly string[],
  onBytes: (done: number) => void,
): AsyncGenerator<TableRow> {
  let isHeader = true;
  for await (const { row, values, problem } of raw.read(onBytes)) {
    if (problem !== null) yield { row, cells: null, problem };
    else if (isBlankRow(values)) continue;
    else if (isHeader) isHeader = false;
    else yield layRow(header, row, values, raw.sparse);
  }
}
