import writeExcelFile, { type CellObject, type SheetData } from 'write-excel-file/node';
import { createPrintSetup } from './print-setup.ts';

export interface Column {
  readonly head: string;
  /** In characters. */
  readonly width: number;
}

/** A number that is shown otherwise than an exact amount: with a sign before it (`≥ 130,000`), or as a change in percent. */
export interface Shown {
  readonly value: number;
  readonly as: '≥' | '≤' | '约' | 'change';
}

export type SheetCell = string | number | Shown | null;

export interface Sheet {
  /** At most 31 characters, none of `[]:*?/\`. */
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: ReadonlyArray<readonly SheetCell[]>;
}

const GRID = { borderColor: '#9AA5B1', borderStyle: 'thin', alignVertical: 'center', wrap: true } as const;
const HEAD = { ...GRID, type: String, fontWeight: 'bold', backgroundColor: '#E8EDF3', align: 'center' } as const;

/**
 * A workbook that opens clean in Excel and WPS and prints on A4 under its title: the heads stay in sight, numbers are
 * numbers. Text is always written as text, so that a cell that begins with `=` is read and never computed.
 */
export async function writeWorkbook(title: string, sheets: readonly Sheet[]): Promise<Uint8Array> {
  const bytes = await writeExcelFile(
    sheets.map(({ name, columns, rows }) => ({
      sheet: name,
      orientation: 'landscape' as const,
      stickyRowsCount: 1,
      columns: columns.map(({ width }) => ({ width })),
      data: [columns.map(({ head }) => head), ...rows].map((row, index) => {
        const height = heightOf(row, columns);
        return row.map((value) => ({ ...(index === 0 ? { ...HEAD, value: String(value) } : cellOf(value)), height }));
      }) as SheetData,
    })),
    {
      ...{ fontFamily: '宋体', fontSize: 11 },
      features: [createPrintSetup(sheets.map(({ name }) => ({ name, title: `${title} ${name}` })))],
    },
  ).toBuffer();
  return new Uint8Array(bytes);
}

function cellOf(value: SheetCell): CellObject {
  if (value === null || value === '') return { ...GRID };
  if (typeof value === 'string') return { ...GRID, type: String, value };
  const shown = typeof value === 'number' ? { value, as: null } : value;
  return { ...GRID, type: Number, value: shown.value, format: formatOf(shown) };
}

function formatOf({ value, as }: Omit<Shown, 'as'> & { readonly as: Shown['as'] | null }): string {
  if (as === 'change') return '+0.0%;-0.0%;0.0%';
  const digits = Number.isInteger(value) ? '#,##0' : '#,##0.0';
  return as === null ? digits : `"${as} "${digits}`;
}

const LINE_POINTS = 16;
/** No spreadsheet has higher rows. */
const HIGHEST_POINTS = 400;

/** Not every program fits a row to its text: the height is written down. */
function heightOf(row: readonly SheetCell[], columns: readonly Column[]): number {
  const lines = row.map((value, i) =>
    typeof value === 'string' ? Math.ceil(widthOf(value) / Math.max(1, (columns[i]?.width ?? 0) - 1)) : 1,
  );
  return Math.min(HIGHEST_POINTS, Math.max(1, ...lines) * LINE_POINTS + 2);
}

/** In characters of a narrow letter; Chinese ones are twice as wide. */
const widthOf = (text: string): number => [...text].reduce((sum, char) => sum + (char > '\u2000' ? 2 : 1), 0);
