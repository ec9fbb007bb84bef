import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { readCase } from '../../src/core/golden/case.ts';
import { runCase } from '../../src/core/golden/run.ts';
import { type Table, tableOfRecords } from '../../src/core/golden/table.ts';

const folder = new URL('./golden/', import.meta.url);
const tables = new Map<string, Table>();

function readTable(path: string): Table {
  const known = tables.get(path);
  if (known) return known;
  const table = tableOfRecords(parse(gunzipSync(readFileSync(new URL(path, folder)))));
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
