import { AppError, type Problem } from '../core/errors.ts';
import type { ImportRow, ImportTable } from '../core/import/rows.ts';
import { detectDelimiter, readCsv } from './csv.ts';
import { detectEncoding } from './encoding.ts';
import { isBlankRow, joinHeaders, layRow, type RawRow, readHeader, type TableRow } from './header.ts';
import { shareMerged } from './merged.ts';
import { measureSource, readHead, sourceName, type TableSource } from './source.ts';
import { openWorkbook } from './workbook.ts';

export interface TableFile {
  readonly name: string;
  readonly header: readonly string[];
  /** What stands above the header. */
  readonly titles: readonly string[];
  /** What one pass over the rows reads; `onBytes` counts up to it. */
  readonly totalBytes: number;
  /** Every row below the header that is not blank, in order, in bounded memory. Each call is a new pass from the top. */
  rows(onBytes?: (done: number) => void): AsyncIterable<TableRow>;
}

/** What the two formats have in common: a size, and rows of cells from the top. */
interface RawTable {
  readonly totalBytes: number;
  /** Refuses a header from which on cells are merged: nobody knows which column they belong to. */
  checkHeader(row: number): void;
  readonly sparse: boolean;
  read(onBytes: (done: number) => void): AsyncIterable<RawRow>;
  /** The same rows below the header, with merged cells read as whoever looks at the sheet reads them. */
  share(rows: AsyncIterable<RawRow>): AsyncIterable<RawRow>;
}

/**
 * Opens a CSV or XLSX file. What it is, is decided by its content, never by its name. What is wrong with the file as a
 * whole (encoding, damage, no header, merged cells) is an error here; what is wrong with a row comes with the row.
 */
export async function openTable(
  source: TableSource,
  options: {
    readonly sheet?: string;
    /**
     * Of a table that people keep for themselves: knows the column names from the titles above them. Names may then stand in
     * two lines, and cells may be merged. Without it the first row has the names and nothing is merged.
     */
    readonly isHeader?: (cells: readonly string[]) => boolean;
  } = {},
): Promise<TableFile> {
  const name = sourceName(source);
  const raw = await openRaw(source, options.sheet ?? null);
  const top = await readTop(raw, name, options.isHeader ?? null);
  const { totalBytes } = raw;
  const isKept = options.isHeader !== undefined;
  const rows = (onBytes = (_done: number): void => {}) => readRows(raw, top, isKept, onBytes);
  return { name, header: top.header, titles: top.titles, totalBytes, rows };
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
    const { sheetBytes: totalBytes, sheetName, merged } = workbook;
    const checkHeader = (row: number): void => {
      const last = merged.reduce<(typeof merged)[number] | null>(
        (found, one) => (found === null || one.lastRow > found.lastRow ? one : found),
        null,
      );
      if (last === null || last.lastRow < row) return;
      throw new AppError('TABLE_MERGED_CELLS', { file, sheet: sheetName, range: last.range });
    };
    const share = (rows: AsyncIterable<RawRow>) => shareMerged(rows, merged);
    return { totalBytes, sparse: true, checkHeader, share, read: (onBytes) => workbook.readSheet(onBytes) };
  }
  if (magic === '\xd0\xcf\x11\xe0') throw new AppError(await explainCompound(source), { file });
  if (/^\uFEFF?\s*<(!doctype|html|head|meta|table|\?xml)/i.test(head.toString('utf8'))) {
    throw new AppError('TABLE_WEB_PAGE', { file });
  }
  const encoding = await detectEncoding(source, head);
  const delimiter = await detectDelimiter(source, encoding);
  const read = (onBytes: (done: number) => void) => readCsv(source, encoding, delimiter, onBytes);
  return { totalBytes, sparse: false, checkHeader: () => {}, share: (rows) => rows, read };
}

/** The old container holds both .xls files and password-protected .xlsx files; the latter name their one stream. */
async function explainCompound(source: TableSource): Promise<'TABLE_ENCRYPTED' | 'TABLE_OLD_XLS'> {
  const start = await readHead(source, 1024 * 1024);
  return start.includes(Buffer.from('EncryptedPackage', 'utf16le')) ? 'TABLE_ENCRYPTED' : 'TABLE_OLD_XLS';
}

interface Top {
  readonly header: readonly string[];
  readonly titles: readonly string[];
  /** The last row of the header. */
  readonly row: number;
}

/** So many rows may stand above the column names. */
const MOST_TITLES = 10;

/** The header, after making sure that something stands below it. */
async function readTop(
  raw: RawTable,
  file: string,
  isHeader: ((cells: readonly string[]) => boolean) | null,
): Promise<Top> {
  const start = isHeader === null ? 0 : await findHeaderRow(raw, isHeader);
  const titles: string[] = [];
  let first: Extract<RawRow, { problem: null }> | null = null;
  let top: Top | null = null;
  for await (const item of raw.read(() => {})) {
    const { row, values, problem } = item;
    if (problem !== null) {
      if (first === null) throw new AppError(problem.code, problem.details);
      return top ?? { header: readHeader(first.values, file), titles, row: first.row };
    }
    if (isBlankRow(values)) continue;
    if (row < start) {
      titles.push(values.filter((text) => text !== '').join(' '));
      continue;
    }
    if (top !== null) return top;
    if (first === null) {
      first = item;
      if (isHeader === null) raw.checkHeader(row);
      continue;
    }
    const joined = isHeader !== null && row === first.row + 1 ? joinHeaders(first.values, values) : null;
    if (joined === null) return { header: readHeader(first.values, file), titles, row: first.row };
    top = { header: readHeader(joined, file), titles, row };
  }
  // A header alone is looked at as well: what is wrong with it is said before that nothing stands below.
  if (first !== null && top === null) readHeader(first.values, file);
  throw new AppError(first === null ? 'TABLE_EMPTY' : 'TABLE_NO_ROWS', { file });
}

/** The first row that looks like column names; 0, the first row of all, when none does. */
async function findHeaderRow(raw: RawTable, isHeader: (cells: readonly string[]) => boolean): Promise<number> {
  let seen = 0;
  for await (const { row, values, problem } of raw.read(() => {})) {
    if (problem !== null || seen > MOST_TITLES) break;
    if (isBlankRow(values)) continue;
    if (isHeader(values)) return row;
    seen += 1;
  }
  return 0;
}

async function* readRows(
  raw: RawTable,
  top: Top,
  isKept: boolean,
  onBytes: (done: number) => void,
): AsyncGenerator<TableRow> {
  const rows = raw.read(onBytes);
  for await (const item of isKept ? raw.share(rows) : rows) {
    if (item.row <= top.row) continue;
    if (item.problem !== null) yield { row: item.row, cells: null, problem: item.problem };
    else if (!isBlankRow(item.shared ? item.values.filter((_, i) => !item.shared?.includes(i)) : item.values)) {
      yield layRow(top.header, item, raw.sparse);
    }
  }
}
