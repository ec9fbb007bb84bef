import type { RawRow } from './header.ts';
import type { MergedRange } from './workbook.ts';

/** Gives merged cells the value that stands in the first of them, as whoever looks at the sheet reads it. */
export async function* shareMerged(
  rows: AsyncIterable<RawRow>,
  merged: readonly MergedRange[],
): AsyncGenerator<RawRow> {
  const waiting = [...merged].sort((a, b) => b.firstRow - a.firstRow);
  let open: { readonly range: MergedRange; readonly value: string }[] = [];
  for await (const raw of rows) {
    if (raw.problem !== null) {
      yield raw;
      continue;
    }
    open = open.filter(({ range }) => range.lastRow >= raw.row);
    const values = [...raw.values];
    const shared: number[] = [];
    for (const { range, value } of open) {
      for (let column = range.firstColumn; column <= range.lastColumn; column += 1) {
        if (value === '' || (values[column] ?? '') !== '') continue;
        while (values.length < column) values.push('');
        values[column] = value;
        shared.push(column);
      }
    }
    for (let next = waiting.at(-1); next !== undefined && next.firstRow <= raw.row; next = waiting.at(-1)) {
      waiting.pop();
      // A range across columns of one row is a title, or one cell made wide.
      if (next.firstRow === raw.row && next.lastRow > raw.row) {
        open.push({ range: next, value: raw.values[next.firstColumn] ?? '' });
      }
    }
    yield shared.length === 0 ? raw : { ...raw, values, shared };
  }
}
