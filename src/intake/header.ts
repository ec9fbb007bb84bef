import { AppError, type Problem } from '../core/errors.ts';
import type { ImportRow } from '../core/import/rows.ts';

/** One row of a file: its cells, or why it could not be read. The compiler makes every reader look at `problem`. */
export type TableRow =
  | (ImportRow & { readonly problem: null })
  | { readonly row: number; readonly cells: null; readonly problem: Problem };

/** A row as the format's own reader found it, before it is laid under the header. */
export type RawRow =
  | { readonly row: number; readonly values: readonly string[]; readonly problem: null }
  | { readonly row: number; readonly values: null; readonly problem: Problem };

export function isBlankRow(values: readonly string[]): boolean {
  return values.every((value) => value === '');
}

/** The column names of the first row that is not blank. Nameless columns at the end are what spreadsheets leave behind. */
export function readHeader(values: readonly string[], file: string): readonly string[] {
  const header = values.slice(0, values.findLastIndex((name) => name !== '') + 1);
  const seen = new Set<string>();
  for (const [index, name] of header.entries()) {
    if (name === '') throw new AppError('TABLE_HEADER_EMPTY', { file, column: columnLetters(index) });
    if (seen.has(name)) throw new AppError('TABLE_HEADER_DUPLICATE', { file, column: name });
    seen.add(name);
  }
  return header;
}

/**
 * Lays a row under the header. A text row must have as many cells as the header: fewer means it was cut off, and a
 * value beyond the last column means a separator slipped in. A spreadsheet leaves blank cells out (`sparse`).
 */
export function layRow(header: readonly string[], row: number, values: readonly string[], sparse: boolean): TableRow {
  const expected = header.length;
  const found = values.findLastIndex((value, index) => index >= expected && value !== '') + 1 || values.length;
  const short = !sparse && found < expected;
  const long = found > expected && values[found - 1] !== '';
  if (short || long) {
    const code = short ? 'TABLE_ROW_SHORT' : 'TABLE_ROW_LONG';
    return { row, cells: null, problem: { code, row, details: { found, expected } } };
  }
  // No prototype: a column may be called `constructor`.
  const cells: Record<string, string> = Object.create(null);
  for (let i = 0; i < expected; i++) cells[header[i] as string] = values[i] ?? '';
  return { row, cells, problem: null };
}

/** `0` is A, `25` Z, `26` AA. */
export function columnLetters(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? columnLetters(rest - 1) : '') + String.fromCharCode(65 + (index % 26));
}
