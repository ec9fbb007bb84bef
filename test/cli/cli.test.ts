import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { layTable } from '../../src/cli/output.ts';
import { openShell } from './terminal.ts';

let shell: ReturnType<typeof openShell>;
beforeEach(() => {
  shell = openShell();
});
afterEach(() => shell.remove());

function file(name: string, text: string): string {
  const path = join(shell.folder, name);
  writeFileSync(path, text);
  return path;
}

const UNITS = `code,name,level,parent_code,population,population_source
610902,汉滨区,county,,,
610902104,五里镇,town,610902,30000,普查
610902107,恒口镇,town,610902,20000,普查
`;
const HEADER =
  '访问编号,单位编码,sex,age,area,safety,problems,trend,heard,awareness,reporting,channels,recognition,disputes,coached';
const row = (id: string, unit: string, safety = '很安全') =>
  `${id},${unit},女,45,农村,${safety},,好转了,gangs,知道,拨打110,family,比较满意,都能及时处理,没有`;
const INTERVIEWS = `${HEADER}\n${Array.from({ length: 80 }, (_, i) =>
  row(`A${i}`, i % 2 ? '610902104' : '610902107', i < 4 ? '一般' : '很安全'),
).join('\n')}\n`;

const OPEN = ['--survey', 'saohei-county', '--unit', '610902', '--period', '2019', '--from', '2019-06-01'];

/** Units, survey and an open wave “2019”. */
async function prepare(): Promise<void> {
  await shell.run(['units', 'import', file('units.csv', UNITS)]);
  await shell.run(['survey', 'publish', 'surveys/saohei-county.json']);
  await shell.run(['wave', 'open', '2019', ...OPEN, '--to', '2019-06-30']);
}

describe('the main job from a shell', () => {
  test('goes from units to rates', async () => {
    expect(await shell.run(['units', 'import', file('units.csv', UNITS)])).toEqual({
      ...{ code: 0, out: '单位新增3个，更新0个，未变0个。\n', err: '' },
    });
    const published = await shell.run(['survey', 'publish', 'surveys/saohei-county.json']);
    expect(published).toMatchObject({ code: 0, out: '问卷“saohei-county”已发布为第1版。\n' });
    expect(await shell.run(['wave', 'open', '2019', ...OPEN, '--to', '2019-06-30'])).toMatchObject({ code: 0 });
    const imported = await shell.run(['interviews', 'import', file('a.csv', INTERVIEWS), '--wave', '2019']);
    expect(imported).toMatchObject({ code: 0, err: '' });
    expect(imported.out).toContain('共80行，新增80份，已有0份。');
    expect(imported.out).toContain('结果码  1.1: 80');

    const json = await shell.run(['rates', '--wave', '2019', '--unit', '610902104', '--json']);
    const { indicators } = JSON.parse(json.out);
    expect(indicators.map(({ code }: { code: string }) => code).slice(0, 3)).toEqual([
      'awareness',
      'recognition',
      'safety',
    ]);
    expect(indicators[2]).toMatchObject({ percent: 95, base: 40, changePoints: null, verdict: 'no-base-wave' });
    const text = await shell.run(['rates', '--wave', '2019', '--by', 'town']);
    expect(text.out).toContain('五里镇');
    expect(text.out).toContain('群众安全感');
    expect(text.out).toMatch(/610902104 +汉滨区 +五里镇/);

    expect(await shell.run(['tallies', 'verify', '--wave', '2019'])).toMatchObject({ code: 0 });
    expect(await shell.run(['wave', 'close', '2019'])).toMatchObject({ code: 0 });
    const late = await shell.run(['interviews', 'import', file('a.csv', INTERVIEWS), '--wave', '2019']);
    expect([late.code, late.err]).toEqual([3, '测评轮次“2019”没有开放，不能答卷或导入。\n']);
  });

  test('speaks English when asked to', async () => {
    await prepare();
    const path = file('a.csv', INTERVIEWS);
    const dry = await shell.run(['--lang', 'en', 'interviews', 'import', path, '--wave', '2019', '--dry-run']);
    expect(dry.out).toContain('Dry run, nothing written: 80 rows, 80 new, 0 there already.');
  });

  test('takes counters that went wrong for what they are, and mends them', async () => {
    await prepare();
    await shell.run(['interviews', 'import', file('a.csv', INTERVIEWS), '--wave', '2019']);
    const { default: Database } = await import('better-sqlite3');
    const db = new Database(join(shell.data, 'zhixiao.sqlite'));
    db.exec("UPDATE tallies SET n = n + 1 WHERE indicator = 'safety' AND outcome = '3'");
    db.close();
    const wrong = await shell.run(['tallies', 'verify', '--json']);
    expect(wrong.code).toBe(1);
    expect(JSON.parse(wrong.out).checks[0].differing.length).toBeGreaterThan(0);
    expect((await shell.run(['tallies', 'rebuild'])).out).toMatch(/^2019：按80份答卷重新计数，改正[1-9]/);
    expect((await shell.run(['tallies', 'verify'])).code).toBe(0);
  });
});

describe('weighting to known populations', () => {
  const MARGINS = 'unit_code,sex,age_band,population\n610902,女,40-49,25000\n610902,男,40-49,25000\n';
  // Half as many men as women; nine men in ten feel safe.
  const MEN = Array.from({ length: 40 }, (_, i) =>
    row(`B${i}`, i % 2 ? '610902104' : '610902107', i < 4 ? '一般' : '很安全').replace(',女,', ',男,'),
  );

  test('is set, told with its figures, and taken away', async () => {
    await prepare();
    const interviews = file('a.csv', `${INTERVIEWS}${MEN.join('\n')}\n`);
    await shell.run(['interviews', 'import', interviews, '--wave', '2019']);
    const safety = async () => {
      const { indicators, weighting } = JSON.parse((await shell.run(['rates', '--wave', '2019', '--json'])).out);
      return { ...indicators[2], weighting };
    };
    expect(await safety()).toMatchObject({ percent: 93.33, unweightedPercent: null, weighting: null });
    const set = await shell.run(['wave', 'margins', '2019', file('m.csv', MARGINS), '--collapse']);
    expect(set).toMatchObject({ code: 0, err: '' });
    expect(set.out).toContain('迭代加权，1个地区，年龄段40-49，权数不超过中位数的5倍，人数过少的组可合并');
    // 76 of 80 women and 36 of 40 men, half and half.
    expect(await safety()).toMatchObject({ percent: 92.5, unweightedPercent: 93.33, weighting: { refused: null } });
    expect((await shell.run(['rates', '--wave', '2019'])).out).toMatch(
      /按性别、年龄加权（迭代加权）；权数设计效应1\.\d\d/,
    );
    expect((await shell.run(['--lang', 'en', 'wave', 'margins', '2019'])).out).toContain('raking, 1 areas');
    await shell.run(['wave', 'margins', '2019', file('w.csv', MARGINS.replaceAll('40-49', '30-39'))]);
    expect((await shell.run(['rates', '--wave', '2019'])).out).toContain(
      '没有加权：汉滨区：样本中有“年龄”为“40-49”的人',
    );
    expect(await safety()).toMatchObject({ percent: 93.33, weighting: { refused: { code: 'LEVEL_NOT_IN_MARGIN' } } });
    expect((await shell.run(['wave', 'margins', '2019', '--remove', '--json'])).out).toContain('"margins": null');
    expect((await shell.run(['wave', 'margins', '2019', '--remove'])).code).toBe(3);
  });
});

describe('a file with problems', () => {
  test('is refused with a list of rows, columns and sentences', async () => {
    await prepare();
    const bad = file('bad.csv', `${HEADER}\n${row('A1', '999')}\n${row('A2', '610902104', '极好')}\n`);
    const refused = await shell.run(['interviews', 'import', bad, '--wave', '2019']);
    expect(refused).toEqual({
      code: 1,
      out: '',
      err: [
        '文件中有2处问题，一行也没有写入。请按清单改好后重新导入。',
        '第2行  单位编码  没有单位“999”。请核对编码或名称，或先导入单位。',
        '第3行  safety    题目“safety”没有“极好”这个选项。',
        '',
      ].join('\n'),
    });
    const json = await shell.run(['interviews', 'import', bad, '--wave', '2019', '--json']);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out).error).toMatchObject({
      code: 'IMPORT_REFUSED',
      details: { count: 2, problems: [{ row: 2, column: '单位编码' }, { row: 3 }] },
    });
  });

  test('shows fifty and counts the rest', async () => {
    await prepare();
    const bad = file('bad.csv', `${HEADER}\n${Array.from({ length: 60 }, (_, i) => row(`A${i}`, '999')).join('\n')}\n`);
    const { err } = await shell.run(['interviews', 'import', bad, '--wave', '2019']);
    expect(err.trimEnd().split('\n')).toHaveLength(52);
    expect(err).toContain('……还有10处');
  });

  test('is told apart by what is wrong with it', async () => {
    await prepare();
    const csv = file('a.csv', INTERVIEWS);
    const cases: [args: string[], code: number, sentence: string][] = [
      [['units', 'import', 'nowhere.csv'], 3, '没有找到文件“nowhere.csv”'],
      [['units', 'import', file('empty.csv', '')], 2, '是空的'],
      [['survey', 'publish', file('half.json', '{"code": ')], 2, '不是完整的JSON'],
      [['survey', 'publish', 'nowhere.json'], 3, '没有找到文件“nowhere.json”'],
      [['interviews', 'import', csv, '--wave', '1999'], 3, '没有找到测评轮次“1999”'],
      [['interviews', 'import', csv, '--wave', '2019', '--mapping', file('m.json', '{}')], 1, '对应关系'],
      [['wave', 'open', 'new', '--unit', '610902'], 2, '还缺选项：--survey、--period、--from、--to'],
      [['wave', 'open', 'new', ...OPEN, '--to', 'soon'], 2, '结束日期“soon”不是日期'],
      [['wave', 'delete', '2019'], 3, '已经开放过'],
      [['wave', 'open', 'new', ...OPEN, '--to', '2019-06-30', '--modes', 'fax'], 2, '“fax”'],
      [['rates', '--wave', '2019', '--by', 'village'], 2, '“village”'],
      [['rates', '--wave', '2019', '--unit', '42'], 3, '没有找到单位“42”'],
      [['wave', 'open', '2019', '--modes', 'phone,face'], 3, '测评轮次“2019”已存在'],
      [['wave', 'open', 'new', ...OPEN, '--to', '2099-06-30'], 3, '批准有效期'],
      [['backup', join(shell.folder, 'nowhere', 'b')], 3, '没有文件夹'],
    ];
    for (const [args, code, sentence] of cases) {
      const ran = await shell.run(args);
      expect([args, ran.code, ran.err]).toEqual([args, code, expect.stringContaining(sentence)]);
      expect(ran.err).not.toMatch(/\n\s+at /);
    }
  });

  test('is told finding by finding, each once', async () => {
    const bad = file('bad.csv', `${UNITS}610903,甲县,county,6199,,\n`);
    const { err } = await shell.run(['units', 'import', bad]);
    expect(err.match(/6199/g)).toHaveLength(1);
  });

  test('is taken with a warning when its interviews belong to no town', async () => {
    await prepare();
    const csv = file('county.csv', `${HEADER}\n${row('A1', '610902')}\n${row('A2', '610902104')}\n`);
    const { code, err } = await shell.run(['interviews', 'import', csv, '--wave', '2019']);
    expect([code, err]).toEqual([0, expect.stringContaining('有1份答卷的单位在乡镇以上（610902）')]);
  });

  test('that is a setting is named, with what it should be', async () => {
    vi.stubEnv('TIME_ZONE', 'Mars/Olympus');
    vi.stubEnv('SECRET', 'short');
    const ran = await shell.run(['wave', 'list']);
    vi.unstubAllEnvs();
    expect([ran.code, ran.err]).toEqual([
      2,
      '环境变量SECRET设置有误：应为至少32个字符，或留空。\n环境变量TIME_ZONE设置有误：应为时区名，如Asia/Shanghai。\n',
    ]);
  });

  test('that is no database is not touched', async () => {
    const path = join(shell.data, 'zhixiao.sqlite');
    mkdirSync(shell.data, { recursive: true });
    writeFileSync(path, 'This is a letter, and not a short one either.');
    expect(await shell.run(['wave', 'list'])).toMatchObject({ code: 2, err: expect.stringContaining('不是数据库') });
    expect(readFileSync(path, 'utf8')).toContain('a letter');
  });

  test('may begin with a byte order mark when it is JSON', async () => {
    await shell.run(['units', 'import', file('units.csv', UNITS)]);
    for (const end of ['.json', '.indicators.json']) {
      file(`s${end}`, `\uFEFF${readFileSync(`surveys/saohei-county${end}`, 'utf8')}`);
    }
    expect(await shell.run(['survey', 'publish', join(shell.folder, 's.json')])).toMatchObject({ code: 0 });
  });
});

describe('an empty data folder', () => {
  test('is not made by commands that only read or try', async () => {
    const ran = await shell.run(['rates', '--wave', '2019']);
    expect(ran.code).toBe(3);
    expect(ran.err).toContain('zhixiao demo');
    expect(await shell.run(['units', 'import', file('units.csv', UNITS), '--dry-run'])).toMatchObject({ code: 0 });
    expect(existsSync(shell.data)).toBe(false);
  });
});

describe('wrong use', () => {
  test('is exit code 2, and help is 0', async () => {
    for (const args of [['nonsense'], ['rates'], ['wave'], ['serve', '--port', 'x'], ['rates', '--what']]) {
      expect([args, (await shell.run(args)).code]).toEqual([args, 2]);
    }
    const help = await shell.run(['--help']);
    expect(help.code).toBe(0);
    expect(help.out).toContain('退出码 Exit codes:');
    expect((await shell.run(['interviews', 'import', '--help'])).out).toContain('--mapping');
  });
});

describe('running it', () => {
  test('links the first administrator', async () => {
    await prepare();
    expect((await shell.run(['account', 'link'])).out).toMatch(/welcome#\S{20,}\n$/);
  });

  test('serves until it is stopped, on any free port', async () => {
    const stop = new AbortController();
    const serving = shell.run(['serve', '--port', '0'], stop.signal);
    setTimeout(() => stop.abort(), 1500);
    const { code, out } = await serving;
    expect([code, out]).toEqual([0, expect.stringMatching(/http:\/\/localhost:[1-9]\d+\/console\//)]);
  });

  test('stops an import without a trace when it is interrupted', async () => {
    await prepare();
    const rows = Array.from({ length: 1200 }, (_, i) => row(`A${i}`, '610902104'));
    const path = file('a.csv', `${HEADER}\n${rows.join('\n')}\n`);
    const stopped = await shell.run(['interviews', 'import', path, '--wave', '2019'], AbortSignal.abort());
    expect([stopped.code, stopped.err]).toEqual([130, expect.stringContaining('没有写入')]);
  });
});

describe('a table', () => {
  test('stands in columns when Chinese and Latin mix', () => {
    expect(
      layTable(
        [
          ['单位', 'n'],
          ['汉滨区', '7'],
          ['AB', '12'],
        ],
        [1],
      ),
    ).toBe('单位     n\n汉滨区   7\nAB      12');
  });
});
