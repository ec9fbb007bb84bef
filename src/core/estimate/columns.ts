/** A data file in columns: what an estimate is computed from. Text is coded once; −1 is a missing value. */
import { AppError } from '../errors.ts';
import type { Factor } from '../stats/factor.ts';

export interface DataColumns {
  /** Row of the file behind each row, to name it in an error. */
  readonly fileRows: Int32Array;
  readonly texts: ReadonlyMap<string, Factor>;
  /** NaN where missing. */
  readonly numbers: ReadonlyMap<string, Float64Array>;
}

export function textColumn(columns: DataColumns, name: string): Factor {
  const column = columns.texts.get(name);
  if (!column) throw new AppError('TABLE_COLUMN_MISSING', { column: name, found: [...columns.texts.keys()] });
  return column;
}

export function numberColumn(columns: DataColumns, name: string): Float64Array {
  const column = columns.numbers.get(name);
  if (!column) throw new AppError('TABLE_COLUMN_MISSING', { column: name, found: [...columns.numbers.keys()] });
  return column;
}

/** The rows whose values are among those named, column by column. */
export function keepRows(columns: DataColumns, keep: Readonly<Record<string, readonly string[]>>): DataColumns {
  const tests = Object.entries(keep).map(([name, values]) => {
    const { codes, levels } = textColumn(columns, name);
    return { codes, isKept: levels.map((level) => values.includes(level)) };
  });
  if (tests.length === 0) return columns;
  const rows: number[] = [];
  for (let i = 0; i < columns.fileRows.length; i++) {
    if (tests.every(({ codes, isKept }) => isKept[codes[i] as number] === true)) rows.push(i);
  }
  return {
    fileRows: Int32Array.from(rows, (row) => columns.fileRows[row] as number),
    texts: mapColumns(columns.texts, ({ codes, levels }) => ({
      codes: Int32Array.from(rows, (row) => codes[row] as number),
      levels,
    })),
    numbers: mapColumns(columns.numbers, (values) => Float64Array.from(rows, (row) => values[row] as number)),
  };
}

const mapColumns = <V, R>(columns: ReadonlyMap<string, V>, map: (column: V) => R): Map<string, R> =>
  new Map([...columns].map(([name, column]) => [name, map(column)]));

/** Combinations of several columns that occur, each with its values. A row that lacks one of them has code −1. */
export interface Combinations {
  readonly codes: Int32Array;
  readonly values: readonly (readonly string[])[];
}

export function combineColumns(rows: number, factors: readonly Factor[]): Combinations {
  let codes = new Int32Array(rows);
  let values: string[][] = [[]];
  for (const factor of factors) {
    const known = new Map<number, number>();
    const next = new Int32Array(rows);
    const nextValues: string[][] = [];
    for (let i = 0; i < rows; i++) {
      const a = codes[i] as number;
      const b = factor.codes[i] as number;
      if (a < 0 || b < 0) {
        next[i] = -1;
        continue;
      }
      const key = a * factor.levels.length + b;
      let code = known.get(key);
      if (code === undefined) {
        code = nextValues.length;
        known.set(key, code);
        nextValues.push([...(values[a] as string[]), factor.levels[b] as string]);
      }
      next[i] = code;
    }
    codes = next;
    values = nextValues;
  }
  return { codes, values };
}

/** Combinations as labels `a|b`, for strata and margins. */
export function labelCombinations({ codes, values }: Combinations): Factor {
  return { codes, levels: values.map((parts) => parts.join('|')) };
}
