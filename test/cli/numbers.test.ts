import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNITS } from '../support/world.ts';
import { openShell, type Ran } from './terminal.ts';

describe('numbers from the command line', () => {
  const shell = openShell();
  const write = (name: string, text: string): string => {
    const path = join(shell.folder, name);
    writeFileSync(path, text);
    return path;
  };
  const ok = async (...args: string[]): Promise<Ran> => {
    const ran = await shell.run(args);
    expect([args.join(' '), ran.code]).toEqual([args.join(' '), 0]);
    return ran;
  };
  beforeAll(async () => {
    await ok('units', 'import', write('units.csv', UNITS));
    await ok('survey', 'publish', 'surveys/saohei-county.json');
    await ok(
      ...['wave', 'open', '2026', '--survey', 'saohei-county', '--unit', '6109', '--period', '2026'],
      ...['--from', '2026-01-01', '--to', '2034-12-31', '--modes', 'phone'],
    );
  });
  afterAll(() => shell.remove());

  it('a list is tried, refused with its bad rows named, and taken without them when that is confirmed', async () => {
    const file = write('a.csv', '单位,号码\n五里镇,13900000001\n五里镇,不知道\n恒口镇,13900000002\n');
    const tried = await shell.run(['numbers', 'import', file, '--wave', '2026', '--dry-run']);
    expect(tried.code).toBe(0);
    expect(tried.out).toContain('试运行，没有写入：共3个号码，收下2个样本');
    expect(tried.err).toContain('第3行');
    const refused = await shell.run(['numbers', 'import', file, '--wave', '2026']);
    expect(refused.code).toBe(3);
    expect(refused.err).toContain('有1行不能使用');
    const taken = await shell.run(['numbers', 'import', file, '--wave', '2026', '--accept', '--json']);
    expect(JSON.parse(taken.out)).toMatchObject({ accepted: 2, removed: { invalid: 1 } });
  });

  it('numbers are drawn with a seed, and one that asks for peace is called no more', async () => {
    const drawn = await ok(
      ...['numbers', 'draw', '--wave', '2026', '--unit', '610924101', '--prefixes', '1399152,0915321'],
      ...['--count', '20', '--seed', '7'],
    );
    expect(drawn.out).toContain('收下20个样本');
    const added = await ok('suppressions', 'add', '139-0000-0001', '--reason', '来电要求');
    expect(added.out).toBe('已加入免访名单；影响1个样本，其中1个结束。\n');
    const list = await ok(
      'suppressions',
      'import',
      write('dnc.csv', '电话\n13900000001\n13900000009\n'),
      '--reason',
      '下发',
    );
    expect(list.out).toContain('共2行，新增1个，已有1个');
    const wrong = await shell.run(['suppressions', 'add', '110', '--reason', '试试']);
    expect(wrong.code).toBe(2);
  });
});
