/** What a spreadsheet would take for a formula, or for the way to one; in full width too, where Chinese is written. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

/**
 * A line of a CSV file. A cell that a spreadsheet would compute gets an apostrophe before it: it is then shown as it was
 * written, and nothing runs. Numbers we made ourselves are numbers.
 */
export function csvLine(cells: ReadonlyArray<string | number | null>): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Excel takes a file without this mark for one in the system's old encoding, and Chinese falls apart. */
export const CSV_MARK = '\uFEFF';

function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
