import { AppError, type Problem } from '../core/errors.ts';
import type { DataColumns } from '../core/estimate/columns.ts';
import type { TableFile } from './table-file.ts';

/** How missing values are written: blank, and as statistical software writes them. */
const MISSING = new Set(['', 'NA']);

/** A typed array that grows. */
function createStack<A extends Int32Array | Float64Array>(make: (size: number) => A) {
  let values = make(1024);
  let size = 0;
  return {
    push(value: number): void {
      if (size === values.length) {
        const larger = make(2 * size);
        larger.set(values);
        values = larger;
      }
      values[size++] = value;
    },
    take: (): A => values.slice(0, size) as A,
  };
}

/** The columns named, in one pass and in memory that is theirs alone: text as codes, numbers as numbers. */
export async function readColumns(
  file: TableFile,
  wanted: { readonly texts: readonly string[]; readonly numbers: readonly string[] },
  onBytes?: (done: number) => void,
): Promise<DataColumns> {
  for (const column of [...wanted.texts, ...wanted.numbers]) {
    if (!file.header.includes(column)) throw new AppError('TABLE_COLUMN_MISSING', { column, found: file.header });
  }
  const rows = createStack((size) => new Int32Array(size));
  const problems: Problem[] = [];
  const texts = [...new Set(wanted.texts)].map((name) => ({
    ...{ name, known: new Map<string, number>() },
    codes: createStack((size) => new Int32Array(size)),
  }));
  const numbers = [...new Set(wanted.numbers)].map((name) => ({
    ...{ name, values: createStack((size) => new Float64Array(size)) },
  }));
  for await (const { row, cells, problem } of file.rows(onBytes)) {
    if (problem !== null) {
      problems.push(problem);
      continue;
    }
    rows.push(row);
    for (const { name, known, codes } of texts) {
      const text = cells[name] ?? '';
      let code = MISSING.has(text) ? -1 : known.get(text);
      if (code === undefined) {
        code = known.size;
        known.set(text, code);
      }
      codes.push(code);
    }
    for (const { name, values } of numbers) {
      const text = cells[name] ?? '';
      const value = MISSING.has(text) ? Number.NaN : Number(text);
      if (!MISSING.has(text) && !Number.isFinite(value)) {
        problems.push({ code: 'NUMBER_BAD', row, column: name, details: { value: text } });
      }
      values.push(value);
    }
  }
  if (problems.length > 0) throw new AppError('DATA_ROWS_BAD', { problems, count: problems.length });
  return {
    fileRows: rows.take(),
    texts: new Map(texts.map(({ name, known, codes }) => [name, { codes: codes.take(), levels: [...known.keys()] }])),
    numbers: new Map(numbers.map(({ name, values }) => [name, values.take()])),
  };
}
