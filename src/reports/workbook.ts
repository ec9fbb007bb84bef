import writeExcelFile, { type Cell, type CellObject, type SheetData } from 'write-excel-file/node';

export interface Column {
  readonly head: string;
  /** In characters. */
  readonly width: number;
  /** How numbers look: as amounts unless they are shares. */
  readonly numbers?: 'share';
}

export interface Sheet {
  /** At most 31 characters, none of `[]:*?/\`. */
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: ReadonlyArray<readonly (string | number | null)[]>;
}

const HEAD: CellObject = {
  type: String,
  fontWeight: 'bold',
  backgroundColor: '#E8EDF3',
  wrap: true,
  alignVertical: 'center',
  borderColor: '#9AA5B1',
  borderStyle: 'thin',
};

/**
 * A workbook that opens clean in Excel and WPS: the heads stay in sight, numbers are numbers. Text is always written as
 * text, so that a cell that begins with `=` is read and never computed.
 */
export async function writeWorkbook(sheets: readonly Sheet[]): Promise<Uint8Array> {
  const bytes = await writeExcelFile(
    sheets.map(({ name, columns, rows }) => ({
      sheet: name,
      orientation: 'landscape' as const,
      stickyRowsCount: 1,
      columns: columns.map(({ width }) => ({ width })),
      data: [
        columns.map(({ head }): CellObject => ({ ...HEAD, value: head })),
        ...rows.map((row) => row.map((value, i) => cellOf(value, columns[i]))),
      ] as SheetData,
    })),
    { fontFamily: '宋体', fontSize: 11 },
  ).toBuffer();
  return new Uint8Array(bytes);
}

function cellOf(value: string | number | null, column: Column | undefined): Cell {
  if (value === null || value === '') return null;
  if (typeof value === 'string') return { type: String, value, wrap: (column?.width ?? 0) >= 40 };
  if (column?.numbers === 'share') return { type: Number, value, format: '0.0%' };
  return { type: Number, value, format: Number.isInteger(value) ? '#,##0' : '#,##0.0' };
}
