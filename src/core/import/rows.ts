import { AppError } from '../errors.ts';

/** One row of a table as text: its number as Excel shows it (the header is 1), and every column of the header. */
export interface ImportRow {
  readonly row: number;
  readonly cells: Readonly<Record<string, string>>;
  /** Columns whose text stands in a row above, with which the cell is merged. */
  readonly shared?: ReadonlySet<string>;
}

/** A table held in memory, for the small files (units, populations). Large ones are walked row by row. */
export interface ImportTable {
  readonly header: readonly string[];
  readonly rows: readonly ImportRow[];
}

/**
 * Finds each wanted column in a header, by its own name or one of its aliases, whatever their case.
 * Columns nobody asked for are left alone.
 */
export function findColumns<K extends string>(
  header: readonly string[],
  aliases: Readonly<Record<K, readonly string[]>>,
  optional: readonly NoInfer<K>[] = [],
): Readonly<Record<K, string | null>> {
  const byName = new Map(header.map((name) => [name.toLowerCase(), name]));
  const found = {} as Record<K, string | null>;
  for (const key of Object.keys(aliases) as K[]) {
    const name = [key, ...aliases[key]]
      .map((alias) => byName.get(alias.toLowerCase()))
      .find((hit) => hit !== undefined);
    if (name === undefined && !optional.includes(key)) {
      throw new AppError('TABLE_COLUMN_MISSING', { column: [key, ...aliases[key]].join('/'), found: header });
    }
    found[key] = name ?? null;
  }
  return found;
}

/** A whole number written as people write it, `53,654` included; null when it is not one. */
export function readCount(text: string): number | null {
  if (!/^\d+$|^\d{1,3}(,\d{3})+$/.test(text)) return null;
  const value = Number(text.replaceAll(',', ''));
  return Number.isSafeInteger(value) ? value : null;
}
