import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openShell } from './terminal.ts';

const SHARED = 'test/reference/golden';
let shell: ReturnType<typeof openShell>;
beforeEach(() => {
  shell = openShell();
});
afterEach(() => shell.remove());

const put = (name: string, content: unknown) =>
  writeFileSync(join(shell.folder, name), typeof content === 'string' ? content : JSON.stringify(content));
const read = (name: string) => JSON.parse(readFileSync(join(SHARED, name), 'utf8'));

describe('reference cases of a folder', () => {
  test('a margin with somebody in every level lists no empty level', async () => {
    const golden = read('12_empty_cell.json');
    golden.input.rows.age[0] = '18-29';
    golden.expected = { engine_error: { code: 'EMPTY_MARGIN_CELL', margin: 'age', level: [] } };
    put('12_every_level.json', golden);
    expect((await shell.run(['golden', shell.folder])).code).toBe(0);
  });

  test('all pass: a line for each with its worst difference, the sum at the end, exit code 0', async () => {
    copyFileSync(join(SHARED, '27_kish.json'), join(shell.folder, '27_kish.json'));
    put('manifest.json', [{ name: '27_kish' }]);
    const { code, out } = await shell.run(['golden', shell.folder]);
    expect(code).toBe(0);
    expect(out).toMatch(/27_kish +\d\.\de-\d+ +8 +通过\n共1个算例：1个通过，0个不符；最大相对误差\d\.\de-\d+\n/);
    expect(out).toContain('不是算例的文件：manifest.json');
  });

  test('a wrong number fails with its place, exit code 1', async () => {
    const wrong = read('27_kish.json');
    wrong.expected.n_eff *= 1.001;
    put('wrong.json', wrong);
    const { code, out } = await shell.run(['golden', shell.folder, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      passed: 0,
      failed: 1,
      cases: [{ pass: false, failures: [{ path: 'n_eff' }] }],
    });
  });

  test('what cannot be read or is of an unknown group fails by name, and the others still run', async () => {
    copyFileSync(join(SHARED, '27_kish.json'), join(shell.folder, 'a.json'));
    put('b.json', '{"schema": "golden-case/1", ');
    put('c.json', { ...read('27_kish.json'), name: 'later', group: 'time-series' });
    put('d.json', { ...read('27_kish.json'), schema: 'golden-case/2' });
    put('e.json', { ...read('07_nhanes_chol_age.json') });
    const { code, out } = await shell.run(['golden', shell.folder]);
    expect(code).toBe(1);
    expect(out).toContain('共5个算例：1个通过，4个不符');
    expect(out).toContain('参考算例“later”属于未知的类别“time-series”');
    expect(out).toContain('b.json');
    expect(out).toContain('data/nhanes.csv.gz');
  });

  test('rows may stand in a table of the folder, packed or plain', async () => {
    const golden = read('07_nhanes_chol_age.json');
    const bytes = readFileSync(join(SHARED, golden.input.rows_file));
    mkdirSync(join(shell.folder, 'data'));
    writeFileSync(join(shell.folder, 'data/plain.csv'), gunzipSync(bytes));
    put('plain.json', { ...golden, input: { ...golden.input, rows_file: 'data/plain.csv' } });
    expect((await shell.run(['golden', shell.folder])).code).toBe(0);
  });

  test('a folder without cases, or none at all, is wrong use: exit code 2', async () => {
    expect(await shell.run(['golden', shell.folder])).toMatchObject({ code: 2, out: '' });
    expect((await shell.run(['golden', join(shell.folder, 'nowhere')])).err).toContain('没有参考算例');
  });
});

describe('cases with other data than the shared ones', () => {
  test('small areas without covariates', async () => {
    const golden = read('21_fh.json');
    const { rows } = golden.input;
    // Equal variances: the REML estimate of A is then var(y) − psi, and all areas shrink alike.
    const y = [0.9, 0.95, 0.85, 0.99, 0.8];
    const psi = y.map(() => 0.001);
    const mean = y.reduce((sum, v) => sum + v, 0) / y.length;
    const A = y.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (y.length - 1) - 0.001;
    const gamma = A / (A + 0.001);
    expect(Object.keys(rows)).toEqual(expect.arrayContaining(['y', 'psi']));
    put('fh.json', {
      ...{ ...golden, input: { rows: { y, psi }, params: {} } },
      expected: { A, beta: mean, gamma: y.map(() => gamma), eblup: y.map((v) => gamma * v + (1 - gamma) * mean) },
    });
    expect((await shell.run(['golden', shell.folder])).out).toContain('1个通过');
  });

  test('R’s logit interval where its iteration stops short of the rate', async () => {
    // R 4.2.2, survey 4.1-1: svyciprop(~y, des, method = "logit"); "xlogit" gives 0.67375114533733, 0.97976640445686.
    const golden = read('13_ci_p98_weighted.json');
    const w = [2, 3, 3, 3, 1, 5, 4, 3, 1, 1, 1, 4, 1, 2, 5, 3, 3, 2, 5, 2, 5, 3, 3, 1, 3, 2, 5, 3, 4, 5];
    const y = [1, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
    put('logit.json', {
      ...{ ...golden, input: { rows: { y, w }, params: { design: 'weighted' } } },
      expected: {
        level_95: { r_logit: [0.67375114673514, 0.97976640352775], r_xlogit: [0.67375114533733, 0.97976640445686] },
      },
    });
    expect((await shell.run(['golden', shell.folder])).out).toContain('1个通过');
  });
});
