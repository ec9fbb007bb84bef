import { CsvError, parse } from 'csv-parse';
import { decodeSource, type TableEncoding } from './encoding.ts';
import type { RawRow } from './header.ts';
import type { TableSource } from './source.ts';

/** A quotation mark without a partner swallows the rest of the file: this is where we stop believing in it. */
const MAX_RECORD = 1_000_000;

/** The separators that spreadsheets write, depending on the country and the menu entry chosen. */
const DELIMITERS = [',', ';', '\t'] as const;
type Delimiter = (typeof DELIMITERS)[number];

/** The separator that stands most often in the first line with text, outside quotation marks; a comma when none does. */
export async function detectDelimiter(source: TableSource, encoding: TableEncoding): Promise<Delimiter> {
  let start = '';
  for await (const text of decodeSource(source, encoding, () => {})) {
    start = (start + text).trimStart();
    if (/[\r\n]/.test(start) || start.length > MAX_RECORD) break;
  }
  const line = (/^[^\r\n]*/.exec(start)?.[0] ?? '').replace(/"[^"]*"/g, '');
  const count = (delimiter: string): number => line.split(delimiter).length - 1;
  return DELIMITERS.reduce((best, next) => (count(next) > count(best) ? next : best));
}

/**
 * The records of a CSV text in order, numbered as a spreadsheet numbers them: a blank line counts, a line break
 * inside quotation marks does not. Cells are trimmed. Ends with a problem where the quotation marks do not pair.
 */
export async function* readCsv(
  source: TableSource,
  encoding: TableEncoding,
  delimiter: Delimiter,
  onBytes: (done: number) => void,
): AsyncGenerator<RawRow> {
  // The parser hands each record to `on_record` and passes none on: all that precedes an error is still delivered.
  let records: string[][] = [];
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: MAX_RECORD,
    on_record: (record) => {
      records.push(record);
      return null;
    },
  });
  parser.on('error', () => {}); // Each write reports its own.
  parser.resume();
  let row = 0;
  function* drain(error: Error | null): Generator<RawRow> {
    for (const record of records) yield { row: ++row, values: record.map((cell) => cell.trim()), problem: null };
    records = [];
    if (error === null) return;
    if (!(error instanceof CsvError)) throw error;
    row++;
    yield { row, values: null, problem: { code: 'TABLE_QUOTE', row, details: {} } };
  }
  try {
    for await (const text of decodeSource(source, encoding, onBytes)) {
      const error = await new Promise<Error | null>((done) => parser.write(text, (failed) => done(failed ?? null)));
      yield* drain(error);
      if (error !== null) return;
    }
    yield* drain(
      await new Promise<Error | null>((done) => parser.end((failed?: Error | null) => done(failed ?? null))),
    );
  } finally {
    parser.destroy();
  }
}
