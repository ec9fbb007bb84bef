import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openShell } from './terminal.ts';

const UNITS = `code,name,level,parent_code,population,population_source
610902,汉滨区,county,,,
610902104,五里镇,town,610902,30000,普查
`;

describe('the publicity ledger from a shell', () => {
  let shell: ReturnType<typeof openShell>;
  beforeEach(async () => {
    shell = openShell();
    mkdirSync(shell.folder, { recursive: true });
    await shell.run(['units', 'import', file('units.csv', UNITS)]);
  });
  afterEach(() => shell.remove());

  function file(name: string, text: string): string {
    const path = join(shell.folder, name);
    writeFileSync(path, text);
    return path;
  }
  const SHEET = '五里镇宣传台账,,,\n日期,类别,数量,责任人\n2026-01-05,横幅,12,张三\n2026-01-06,宣传单,3000余,李四\n';
  const take = (...more: string[]) =>
    shell.run(['outputs', 'import', file('台账.csv', SHEET), '--unit', '610902104', ...more]);

  test('a sheet is checked, taken once, and undone', async () => {
    expect(await take('--dry-run')).toEqual({
      ...{ code: 0, err: '' },
      out: '试运行，没有写入：共2行，可新增2条，已有0条，0处要改。\n各列的含义按列名推定；用 --json 可查看。\n没有用到的列：责任人\n',
    });
    expect((await take()).out).toMatch(/^共2行，新增2条，已有0条，编号\w+。\n/);
    const again = await take('--json');
    const { importId, alreadyImported } = JSON.parse(again.out) as { importId: string; alreadyImported: boolean };
    expect([again.code, alreadyImported]).toEqual([0, true]);
    expect(await shell.run(['outputs', 'recount'])).toMatchObject({ code: 0, out: '台账计数与记录一致。\n' });
    expect(await shell.run(['outputs', 'undo', importId])).toMatchObject({ code: 0, out: '已撤销，撤回2条。\n' });
    expect(await shell.run(['outputs', 'undo', importId])).toMatchObject({ code: 3, err: '这次导入已经撤销。\n' });
  });

  test('a bad cell refuses the sheet, by row and column, and an unknown kind is offered likely ones', async () => {
    const path = file('台账.csv', '日期,类别,数量\n1900-01-05,横幅,12\n2026-01-06,大篷车宣讲会,1\n');
    const refused = await shell.run(['outputs', 'import', path, '--unit', '610902104']);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/第2行 +日期.*1900-01-05/);
    expect(refused.err).toMatch(/第3行 +类别.*大篷车宣讲会/);
    const check = await shell.run(['outputs', 'import', path, '--unit', '610902104', '--dry-run']);
    expect(check.code).toBe(1);
    expect(check.out).toContain('不认识的类别“大篷车宣讲会”1行，可能是：talk');
  });
});
