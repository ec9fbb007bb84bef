import { AppError, type Problem } from '../core/errors.ts';
import type { ImportRow } from '../core/import/rows.ts';

/** One row of a file: its cells, or why it could not be read. The compiler makes every reader look at `problem`. */
export type TableRow =
  | (ImportRow & { readonly problem: null })
  | { readonly row: number; readonly cells: null; readonly problem: Problem };

/** A row as the format's own reader found it, before it is laid under the header. */
export type RawRow =
  | {
      readonly row: number;
      readonly values: readonly string[];
      /** Columns whose value is that of the cell they are merged with. */
      readonly shared?: readonly number[];
      readonly problem: null;
    }
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
export function layRow(
  header: readonly string[],
  { row, values, shared = [] }: Extract<RawRow, { readonly problem: null }>,
  sparse: boolean,
): TableRow {
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
  if (shared.length === 0) return { row, cells, problem: null };
  return { row, cells, shared: new Set(shared.map((i) => header[i] ?? '')), problem: null };
}

/**
 * The names of a table whose heads stand in two lines: 宣传品 above 种类 and 数量. A column takes the name in the lower line,
 * and both where the lower ones are alike. Null when the second line is no line of names.
 */
export function joinHeaders(upper: readonly string[], lower: readonly string[]): readonly string[] | null {
  const width = Math.max(upper.findLastIndex(isText), lower.findLastIndex(isText)) + 1;
  const at = Array.from({ length: width }, (_, i) => ({ above: upper[i] ?? '', below: lower[i] ?? '' }));
  const isGap = at.some(({ above }, i) => above === '' && i > 0);
  // Each gap of the upper line is named in the lower one, which names nothing else: else it is a row like any other.
  const isGroup = (i: number): boolean => at[i]?.above === '' || at[i + 1]?.above === '';
  if (!isGap || at.some(({ below }, i) => (below === '' ? at[i]?.above === '' : !isGroup(i)))) return null;
  let group = '';
  return at.map(({ above, below }) => {
    group = above === '' ? group : above;
    if (below === '') return above;
    return at.filter((other) => (other.below || other.above) === below).length > 1 ? `${group}${below}` : below;
  });
}

const isText = (text: string): boolean => text !== '';

/** `0` is A, `25` Z, `26` AA. */
export function columnLetters(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? columnLetters(rest - 1) : '') + String.fromCharCode(65 + (index % 26));
}

/** `A` is 0, `Z` 25, `AA` 26. */
export function columnIndex(letters: string): number {
  return [...letters].reduce((index, letter) => index * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}
