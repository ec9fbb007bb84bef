/** Rows of a reference case in columns. A null is a missing value. */
export type CellValue = number | string | boolean | null;

export class Table {
  readonly #columns: ReadonlyMap<string, readonly CellValue[]>;
  readonly rows: number;

  constructor(columns: Readonly<Record<string, readonly CellValue[] | CellValue>>) {
    const entries = Object.entries(columns).map(([name, values]) => [name, listOf(values)] as const);
    this.#columns = new Map(entries);
    this.rows = entries[0]?.[1].length ?? 0;
  }

  has(name: string): boolean {
    return this.#columns.has(name);
  }

  values(name: string): readonly CellValue[] {
    const column = this.#columns.get(name);
    if (!column) throw new RangeError(`no column ${name}`);
    return column;
  }

  /** Numbers; NaN where missing. */
  numbers(name: string): Float64Array {
    return Float64Array.from(this.values(name), (value) => (value === null ? Number.NaN : Number(value)));
  }

  labels(name: string): string[] {
    return this.values(name).map((value) => String(value));
  }

  /** The rows for which `belongs` holds. */
  filter(belongs: (row: number) => boolean): Table {
    const kept: number[] = [];
    for (let i = 0; i < this.rows; i++) if (belongs(i)) kept.push(i);
    const columns: Record<string, CellValue[]> = {};
    for (const [name, values] of this.#columns) columns[name] = kept.map((row) => values[row] ?? null);
    return new Table(columns);
  }

  /** Distinct labels as R orders levels: numbers by size, others as text. */
  levels(name: string): string[] {
    const distinct = [...new Set(this.values(name).filter((value) => value !== null))];
    if (distinct.every((value) => typeof value === 'number')) return distinct.sort((a, b) => a - b).map(String);
    return distinct.map(String).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  }
}

/** R writes a vector of one as a scalar. */
export function listOf<T>(value: readonly T[] | T): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** A CSV as R writes it, already split into records: numbers as numbers, NA as missing. */
export function tableOfRecords(records: readonly (readonly string[])[]): Table {
  const columns: Record<string, CellValue[]> = {};
  for (const [k, name] of (records[0] ?? []).entries()) {
    const texts = records.slice(1).map((record) => record[k] ?? '');
    const isNumber = texts.every((text) => text === 'NA' || (text !== '' && Number.isFinite(Number(text))));
    columns[name] = texts.map((text) => (text === 'NA' ? null : isNumber ? Number(text) : text));
  }
  return new Table(columns);
}
