import { columnLetters, type RawRow } from './header.ts';
import { formatNumber, type NumberFormat, PLAIN } from './number-format.ts';
import type { XmlEvents } from './xml.ts';

/** What the cells of every sheet refer to. */
export interface CellContext {
  readonly strings: readonly string[];
  readonly formats: readonly NumberFormat[];
  readonly date1904: boolean;
}

/** The widest sheet there is. */
const MAX_COLUMNS = 16_384;

/**
 * Turns the events of a sheet into rows of text. `take` hands over the rows that are complete. A formula counts with
 * the result that the file remembers; a formula without one makes its row a problem, for a blank would be a lie.
 */
export function createSheetEvents(context: CellContext): { readonly events: XmlEvents; take(): readonly RawRow[] } {
  let rows: RawRow[] = [];
  let row = 0;
  let values: string[] = [];
  let unsolved: string | null = null;
  let column = -1;
  let type = '';
  let style = 0;
  let text = '';
  let hasFormula = false;
  let capturing = false;
  let inPhonetic = false;

  const events: XmlEvents = {
    open(name, attributes) {
      switch (name) {
        case 'row':
          row = attributes.r === undefined ? row + 1 : Number(attributes.r);
          values = [];
          unsolved = null;
          column = -1;
          break;
        case 'c':
          column = attributes.r === undefined ? column + 1 : columnIndex(attributes.r);
          if (!Number.isInteger(row) || column < 0 || column >= MAX_COLUMNS) throw new Error('cell outside the sheet');
          type = attributes.t ?? 'n';
          style = Number(attributes.s ?? 0);
          text = '';
          hasFormula = false;
          break;
        case 'f':
          hasFormula = true;
          break;
        case 'rPh':
          inPhonetic = true;
          break;
        case 'v':
        case 't':
          capturing = !inPhonetic;
          break;
      }
    },
    text(piece) {
      if (capturing) text += piece;
    },
    close(name) {
      switch (name) {
        case 'v':
        case 't':
          capturing = false;
          break;
        case 'rPh':
          inPhonetic = false;
          break;
        case 'c':
          while (values.length < column) values.push('');
          values[column] = cellText();
          if (hasFormula && text === '' && type !== 'str') unsolved ??= columnLetters(column) + row;
          break;
        case 'row':
          rows.push(
            unsolved === null
              ? { row, values, problem: null }
              : { row, values: null, problem: { code: 'TABLE_FORMULA_EMPTY', row, details: { cell: unsolved } } },
          );
          break;
      }
    },
  };

  function cellText(): string {
    if (text === '') return '';
    if (type === 'n') return formatNumber(text.trim(), context.formats[style] ?? PLAIN, context.date1904);
    if (type === 'b') return text === '1' ? 'TRUE' : 'FALSE';
    if (type !== 's') return readEscapes(text).trim();
    const shared = context.strings[Number(text)];
    if (shared === undefined) throw new Error('no such shared string');
    return readEscapes(shared).trim();
  }

  return {
    events,
    take() {
      const taken = rows;
      rows = [];
      return taken;
    },
  };
}

/** `C7` → 2. */
function columnIndex(reference: string): number {
  let index = 0;
  for (let i = 0; i < reference.length; i++) {
    const letter = reference.charCodeAt(i) - 64;
    if (letter < 1 || letter > 26) break;
    index = index * 26 + letter;
  }
  return index - 1;
}

/** Spreadsheets write characters that XML does not allow as `_x000D_`. */
function readEscapes(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
