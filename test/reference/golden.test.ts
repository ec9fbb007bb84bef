import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { readCase } from '../../src/core/golden/case.ts';
import { runCase } from '../../src/core/golden/run.ts';
import { type CellValue, Table } from '../../src/core/golden/table.ts';

const folder = new URL('./golden/', import.meta.url);
const tables = new Map<string, Table>();

/** A gzipped CSV as R writes it: numbers as numbers, NA as missing. */
function readTable(path: string): Table {
  const known = tables.get(path);
  if (known) return known;
  const records: string[][] = parse(gunzipSync(readFileSync(new URL(path, folder))));
  const header = records[0] ?? [];
  const columns: Record<string, CellValue[]> = {};
  header.forEach((name, k) => {
    const texts = records.slice(1).map((record) => record[k] ?? '');
    const isNumber = texts.every((text) => text === 'NA' || (text !== '' && Number.isFinite(Number(text))));
    columns[name] = texts.map((text) => (text === 'NA' ? null : isNumber ? Number(text) : text));
  });
  const table = new Table(columns);
  tables.set(path, table);
  return table;
}

describe('the reference cases made with R', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

  it('are all here', () => {
    expect(names).toHaveLength(67);
  });

  it.each(names)('%s comes out at its own tolerance', (name) => {
    const golden = readCase(JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
    const { failures, compared } = runCase(golden, readTable);
    expect(failures).toEqual([]);
    expect(compared).toBeGreaterThan(0);
  });
});
