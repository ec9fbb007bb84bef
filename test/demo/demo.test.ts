import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillPopulations } from '../../src/demo/populations.ts';
import { openTable, readTable } from '../../src/intake/table-file.ts';
import { openShell, type Ran } from '../cli/terminal.ts';

describe('the demonstration', () => {
  const shell = openShell();
  let first: Ran;
  beforeAll(async () => {
    first = await shell.run(['demo']);
  }, 120_000);
  afterAll(() => shell.remove());

  const rates = async (...args: string[]) => JSON.parse((await shell.run(['rates', ...args, '--json'])).out);

  test('prints its sign-ins, and keeps them from other eyes', () => {
    expect(first.code).toBe(0);
    expect(first.out).toMatch(/admin +demo-\w{8} +系统管理员/);
    expect(statSync(join(shell.data, 'demo-accounts.json')).mode & 0o077).toBe(0);
  });

  test('comes to the published figures of the city by the pipeline alone', async () => {
    const { indicators, unit, baseWave } = await rates('--wave', '2019', '--unit', '6109');
    expect([unit, baseWave]).toEqual([{ code: '6109', name: '安康市' }, '2018']);
    expect(indicators.slice(0, 3)).toMatchObject([
      { code: 'awareness', percent: 97.97, changePoints: 5.52, verdict: 'up', series: 'saohei-county' },
      { code: 'recognition', percent: 97.7, changePoints: 0.34 },
      { code: 'safety', percent: 98.81, changePoints: 0.61 },
    ]);
    const last = await rates('--wave', '2018');
    expect(last.indicators.slice(0, 3)).toMatchObject([
      { percent: 92.45, changePoints: null, verdict: 'no-base-wave' },
      { percent: 97.36 },
      { percent: 98.2 },
    ]);
  });

  test('has about a hundred interviews in each of 139 towns, and towns that differ', async () => {
    const { rows, completes } = await rates('--wave', '2019', '--by', 'town');
    expect(rows).toHaveLength(139);
    const sizes = rows.map((row: { completes: number }) => row.completes);
    expect([Math.min(...sizes) >= 88, Math.max(...sizes) <= 112]).toEqual([true, true]);
    expect(sizes.reduce((sum: number, size: number) => sum + size, 0)).toBe(completes);
    const shares = rows.map((row: { indicators: { percent: number }[] }) => row.indicators[0]?.percent ?? 0);
    expect(new Set(shares).size).toBeGreaterThan(10);
    expect(Math.min(...shares)).toBeGreaterThan(85);
  });

  test('counts what it stores', async () => {
    expect(await shell.run(['tallies', 'verify'])).toMatchObject({ code: 0 });
  });

  test('has a wave that can be answered today', async () => {
    const { waves } = JSON.parse((await shell.run(['wave', 'list', '--json'])).out);
    const open = waves.filter((wave: { state: string }) => wave.state === 'open');
    expect(open).toMatchObject([{ modes: ['phone', 'web-open'], synthetic: true }]);
    const today = new Date().toISOString().slice(0, 10);
    expect([open[0].fieldworkStart <= today, open[0].fieldworkEnd >= today]).toEqual([true, true]);
  });

  test('has a ledger whose counters are its entries', async () => {
    expect(await shell.run(['outputs', 'recount'])).toMatchObject({ code: 0 });
  });

  test('starts at once and changes nothing the second time', async () => {
    const again = await shell.run(['demo']);
    expect(again).toMatchObject({ code: 0, out: first.out });
    expect(again.err).toContain('没有改动');
  });
});

describe('a data folder with data of its own', () => {
  const shell = openShell();
  afterAll(() => shell.remove());

  test('is never filled with the demonstration', async () => {
    await shell.run(['units', 'import', 'src/demo/ankang.csv']);
    expect(await shell.run(['demo'])).toMatchObject({ code: 0, out: '' });
    expect((await shell.run(['wave', 'list', '--json'])).out).toContain('"waves": []');
  });
});

describe('the populations of the demonstration', () => {
  const load = async () => readTable(await openTable({ path: 'src/demo/ankang.csv' }));

  test('keep what the census says and say what is made up', async () => {
    const [before, after] = [await load(), fillPopulations(await load())];
    const known = before.rows.filter(({ cells }) => cells.population);
    expect(known).toHaveLength(31);
    for (const { row, cells } of known) {
      expect(after.rows.find((one) => one.row === row)?.cells).toEqual({ ...cells });
    }
    const filled = after.rows.filter(({ cells }) => cells.population_source === '合成演示数据（固定规则）');
    expect(filled).toHaveLength(150 - 31);
  });

  test('add up: towns to counties, counties to the city', async () => {
    const { rows } = fillPopulations(await load());
    const sum = (parent: string) =>
      rows
        .filter(({ cells }) => cells.parent_code === parent)
        .reduce((people, { cells }) => people + Number(cells.population), 0);
    expect(sum('6109')).toBe(2_493_436);
    for (const { cells } of rows.filter((row) => row.cells.level === 'county')) {
      expect(sum(cells.code ?? '')).toBe(Number(cells.population));
    }
  });
});
