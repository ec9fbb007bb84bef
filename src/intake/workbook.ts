import { posix } from 'node:path';
import { AppError } from '../core/errors.ts';
import { columnIndex, type RawRow } from './header.ts';
import { type NumberFormat, PLAIN, parseNumberFormat } from './number-format.ts';
import { type CellContext, createSheetEvents } from './sheet.ts';
import type { TableSource } from './source.ts';
import { findPrefixed, readWholeXml, readXml } from './xml.ts';
import { type Archive, damaged, openArchive } from './zip.ts';

/** One sheet of a workbook, ready to be walked. */
interface Workbook {
  /** Unpacked bytes of the sheet: what one pass reads. */
  readonly sheetBytes: number;
  readonly sheetName: string;
  readonly merged: readonly MergedRange[];
  readSheet(onBytes: (done: number) => void): AsyncGenerator<RawRow>;
}

/** Cells shown as one; only the first of them holds the text. Columns count from 0, rows from 1. */
export interface MergedRange {
  readonly range: string;
  readonly firstRow: number;
  readonly lastRow: number;
  readonly firstColumn: number;
  readonly lastColumn: number;
}

/** More merged cells than anybody made by hand. */
const MOST_MERGED = 100_000;

/** The shared strings are the one thing held in memory; 100,000 rows with 20 different texts each stay below. */
const MAX_SHARED_CHARACTERS = 64 * 1024 * 1024;

/** Opens the named sheet, or the first visible one. Only the texts that cells share are kept in memory. */
export async function openWorkbook(source: TableSource, sheetName: string | null): Promise<Workbook> {
  const archive = await openArchive(source);
  const { file } = archive;
  const main = (await readRelations(archive, '')).byType.get('officeDocument');
  if (main === undefined || !main.endsWith('.xml')) throw new AppError('TABLE_NOT_XLSX', { file });
  const relations = await readRelations(archive, main);
  const book = await readBook(archive, main);
  const sheets = book.sheets.filter(({ id }) => relations.worksheets.has(id));
  const sheet =
    sheetName === null
      ? (sheets.find(({ visible }) => visible) ?? sheets[0])
      : sheets.find(({ name }) => name === sheetName);
  if (sheet === undefined) {
    if (sheetName === null) throw new AppError('TABLE_NOT_XLSX', { file });
    throw new AppError('TABLE_SHEET_UNKNOWN', { file, sheet: sheetName, sheets: sheets.map(({ name }) => name) });
  }
  const path = relations.worksheets.get(sheet.id) ?? '';
  const merged = await findMergedRanges(archive, path);
  const context: CellContext = {
    strings: await readSharedStrings(archive, relations.byType.get('sharedStrings')),
    formats: await readFormats(archive, relations.byType.get('styles')),
    date1904: book.date1904,
  };
  return {
    sheetBytes: archive.measure(path),
    sheetName: sheet.name,
    merged,
    async *readSheet(onBytes) {
      const { events, take } = createSheetEvents(context);
      for await (const done of readXml(archive, path, events)) {
        yield* take();
        onBytes(done);
      }
    },
  };
}

interface Relations {
  /** Last word of the relation's type → path inside the archive. */
  readonly byType: ReadonlyMap<string, string>;
  readonly worksheets: ReadonlyMap<string, string>;
}

/** The parts that a part refers to; the archive itself is the part without a name. */
async function readRelations(archive: Archive, part: string): Promise<Relations> {
  const folder = posix.dirname(part);
  const byType = new Map<string, string>();
  const worksheets = new Map<string, string>();
  const list = posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  if (!archive.has(list)) return { byType, worksheets };
  await readWholeXml(archive, list, {
    open(name, { Type = '', Target = '', Id = '' }) {
      if (name !== 'Relationship') return;
      const path = posix.join('/', Target.startsWith('/') ? '' : folder, Target).slice(1);
      const type = Type.slice(Type.lastIndexOf('/') + 1);
      byType.set(type, path);
      if (type === 'worksheet') worksheets.set(Id, path);
    },
  });
  return { byType, worksheets };
}

interface Book {
  readonly sheets: readonly { readonly name: string; readonly id: string; readonly visible: boolean }[];
  readonly date1904: boolean;
}

async function readBook(archive: Archive, path: string): Promise<Book> {
  const sheets: { name: string; id: string; visible: boolean }[] = [];
  let date1904 = false;
  await readWholeXml(archive, path, {
    open(name, attributes) {
      if (name === 'workbookPr') date1904 = isOn(attributes.date1904);
      if (name !== 'sheet') return;
      const visible = (attributes.state ?? 'visible') === 'visible';
      sheets.push({ name: attributes.name ?? '', id: findPrefixed(attributes, 'id') ?? '', visible });
    },
  });
  return { sheets, date1904 };
}

/** The number format of each cell style, in the order in which cells refer to styles. */
async function readFormats(archive: Archive, path: string | undefined): Promise<readonly NumberFormat[]> {
  if (path === undefined) return [];
  const patterns = new Map<number, string>();
  const formats: NumberFormat[] = [];
  let inCellStyles = false;
  await readWholeXml(archive, path, {
    open(name, { numFmtId, formatCode }) {
      if (name === 'numFmt' && formatCode !== undefined) patterns.set(Number(numFmtId), formatCode);
      else if (name === 'cellXfs') inCellStyles = true;
      else if (name === 'xf' && inCellStyles) {
        const id = Number(numFmtId ?? 0);
        formats.push(id === 0 ? PLAIN : parseNumberFormat(id, patterns.get(id)));
      }
    },
    close(name) {
      if (name === 'cellXfs') inCellStyles = false;
    },
  });
  return formats;
}

async function readSharedStrings(archive: Archive, path: string | undefined): Promise<readonly string[]> {
  const strings: string[] = [];
  if (path === undefined || !archive.has(path)) return strings;
  let current = '';
  let capturing = false;
  let inPhonetic = false;
  let characters = 0;
  await readWholeXml(archive, path, {
    open(name) {
      if (name === 'si') current = '';
      else if (name === 'rPh') inPhonetic = true;
      else if (name === 't') capturing = !inPhonetic;
    },
    text(text) {
      if (capturing) current += text;
    },
    close(name) {
      if (name === 't') capturing = false;
      else if (name === 'rPh') inPhonetic = false;
      else if (name === 'si') {
        characters += current.length;
        if (characters > MAX_SHARED_CHARACTERS) {
          throw new AppError('TABLE_TOO_LARGE', { file: archive.file, part: path, limit: '64 MB' });
        }
        strings.push(current);
      }
    },
  });
  return strings;
}

/**
 * The merged ranges of a sheet. They are written behind all rows, so the whole part goes by once; looking for the bytes is
 * many times faster than parsing them, and proves on the way that the part is complete.
 */
async function findMergedRanges(archive: Archive, path: string): Promise<MergedRange[]> {
  const OVERLAP = 200;
  const found = new Map<string, MergedRange>();
  let tail = '';
  try {
    for await (const chunk of archive.read(path)) {
      const text = tail + Buffer.from(chunk).toString('latin1');
      tail = text.slice(-OVERLAP);
      if (!text.includes('mergeCell')) continue;
      const ranges = /<(?:\w+:)?mergeCell\s[^>]*?\bref="(([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7}))"/g;
      for (const [, range = '', left = '', top, right = '', bottom] of text.matchAll(ranges)) {
        if (found.size >= MOST_MERGED) break;
        const columns = { firstColumn: columnIndex(left), lastColumn: columnIndex(right) };
        found.set(range, { range, firstRow: Number(top), lastRow: Number(bottom), ...columns });
      }
    }
  } catch (error) {
    throw error instanceof AppError ? error : damaged(archive.file, path);
  }
  return [...found.values()];
}

function isOn(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}
