import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError, errorSentence } from '../../src/core/errors.ts';
import type { TableRow } from '../../src/intake/header.ts';
import { openTable, readTable, type TableFile } from '../../src/intake/table-file.ts';

const openText = (text: string): Promise<TableFile> => openBytes(Buffer.from(text));
const openBytes = (bytes: Uint8Array): Promise<TableFile> => openTable({ name: 'units.csv', bytes });
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

async function rowsOf(file: TableFile): Promise<TableRow[]> {
  const rows: TableRow[] = [];
  for await (const row of file.rows()) rows.push(row);
  return rows;
}
async function cellsOf(file: TableFile): Promise<unknown[]> {
  return (await rowsOf(file)).map(({ row, cells }) => [row, cells && { ...cells }]);
}
async function codeOf(opening: Promise<unknown>): Promise<unknown> {
  const error: unknown = await opening.then(
    () => 'opened',
    (failure) => failure,
  );
  return error instanceof AppError ? [error.code, error.details] : error;
}

describe('a CSV file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zhixiao-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('gives its header and its rows with the numbers a spreadsheet shows', async () => {
    const file = await openText('code,name\n6109,安康市\n610902,汉滨区\n');
    expect(file.header).toEqual(['code', 'name']);
    expect(await cellsOf(file)).toEqual([
      [2, { code: '6109', name: '安康市' }],
      [3, { code: '610902', name: '汉滨区' }],
    ]);
  });

  test('can be read twice, from disk as from memory', async () => {
    const path = join(folder, '单位.csv');
    await writeFile(path, 'code,name\n6109,安康市\n');
    const file = await openTable({ path });
    expect(file.name).toBe('单位.csv');
    expect(await cellsOf(file)).toEqual([[2, { code: '6109', name: '安康市' }]]);
    expect(await cellsOf(file)).toEqual([[2, { code: '6109', name: '安康市' }]]);
  });

  test('tells how far the reading has come', async () => {
    const file = await openText(`code,name\n${'610902,汉滨区\n'.repeat(50_000)}`);
    const heard: number[] = [];
    for await (const row of file.rows((done) => heard.push(done))) expect(row.problem).toBeNull();
    expect(heard.length).toBeGreaterThan(2);
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
    expect(heard.at(-1)).toBe(file.totalBytes);
  });

  test('that is left half-way does not go on reading', async () => {
    const file = await openText(`code,name\n${'610902,汉滨区\n'.repeat(200_000)}`);
    let read = 0;
    for await (const _ of file.rows((done) => (read = done))) break;
    expect(read).toBeLessThan(file.totalBytes / 2);
  });

  test.each([
    ['a comma', 'code,name\n6109,安康市'],
    ['a semicolon', 'code;name\n6109;安康市'],
    ['a tab', 'code\tname\n6109\t安康市'],
    ['quotation marks', '"code","name"\n"6109","安康市"'],
    ['Windows line ends', 'code,name\r\n6109,安康市\r\n'],
    ['line ends of two kinds', 'code,name\r\n6109,安康市\n'],
    ['a byte order mark', '\uFEFFcode,name\n6109,安康市\n'],
    ['blanks around cells', ' code , name\u3000\n\t6109, 安康市 \n'],
    ['blank columns at the end', 'code,name,,\n6109,安康市,,\n'],
    ['another separator inside the quoted header', '"code";"name";"a,b,c,d"\n6109;安康市;x'],
  ])('is understood with %s', async (_, text) => {
    const [first] = (await readTable(await openText(text))).rows;
    expect(first).toMatchObject({ row: 2, cells: { code: '6109', name: '安康市' } });
  });

  test('keeps separators, quotation marks and line breaks inside quotation marks', async () => {
    const file = await openText('id,said\n1,"很好，""满意"", 真的\n第二行"\n2,b\n');
    expect(await cellsOf(file)).toEqual([
      [2, { id: '1', said: '很好，"满意", 真的\n第二行' }],
      [3, { id: '2', said: 'b' }],
    ]);
  });

  test('counts blank lines but does not give them', async () => {
    const file = await openText('\ncode,name\n\n6109,安康市\n,\n');
    expect(await cellsOf(file)).toEqual([[4, { code: '6109', name: '安康市' }]]);
  });

  test('may have columns named like parts of every object', async () => {
    const [row] = (await readTable(await openText('constructor,__proto__\na,b\n'))).rows;
    expect(Object.entries(row?.cells ?? {})).toEqual([
      ['constructor', 'a'],
      ['__proto__', 'b'],
    ]);
  });

  test('names every row that has too few or too many cells, and goes on', async () => {
    const file = await openText('code,name,level\n6109,安康市\n610902,汉滨区,county\n610921,汉阴县,county,x\n61');
    expect((await readTable(file)).problems).toEqual([
      { code: 'TABLE_ROW_SHORT', row: 2, details: { found: 2, expected: 3 } },
      { code: 'TABLE_ROW_LONG', row: 4, details: { found: 4, expected: 3 } },
      { code: 'TABLE_ROW_SHORT', row: 5, details: { found: 1, expected: 3 } },
    ]);
    expect((await readTable(file)).rows).toHaveLength(1);
  });

  test.each([
    ['never closed', '610902,"汉滨\n610921,汉阴县\n'],
    ['closed too early', '610902,"汉滨"区\n610921,汉阴县\n'],
    ['inside an open cell', '610902,汉"滨区\n610921,汉阴县\n'],
  ])('ends with a problem at the row whose quotation mark is %s', async (_, rest) => {
    const table = await readTable(await openText(`code,name\n6109,安康市\n${rest}`));
    expect(table.rows.map(({ row }) => row)).toEqual([2]);
    expect(table.problems).toEqual([{ code: 'TABLE_QUOTE', row: 3, details: {} }]);
  });

  test('does not fill the memory behind a quotation mark that is never closed', async () => {
    const file = await openText(`code,name\n6109,"${'安康市\n'.repeat(1_000_000)}`);
    let read = 0;
    const problems: unknown[] = [];
    for await (const { problem } of file.rows((done) => (read = done))) problems.push(problem);
    expect(problems).toEqual([{ code: 'TABLE_QUOTE', row: 2, details: {} }]);
    expect(read).toBeLessThan(file.totalBytes / 2);
  });
});

describe('the encoding of a CSV file', () => {
  // 编码,名称\n6109,安康市\n
  const GBK = hex('b1e0c2eb 2c c3fbb3c6 0a 36313039 2c b0b2bfb5cad0 0a');

  test('is found to be GBK when it is not UTF-8', async () => {
    expect(await cellsOf(await openBytes(GBK))).toEqual([[2, { 编码: '6109', 名称: '安康市' }]]);
  });

  test('is found to be GBK when the first Chinese character comes late', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`code,name\n${'6109,Ankang\n'.repeat(60_000)}`),
      hex('36313039 2c b0b2bfb5cad0 0a'),
    ]);
    const { rows } = await readTable(await openBytes(bytes));
    expect(rows.at(-1)?.cells.name).toBe('安康市');
  });

  test('reads the four-byte characters of GB18030 that GBK lacks', async () => {
    // 构朳镇 is in GBK; 𬭊 (U+2CB4A) needs four bytes.
    const file = await openBytes(hex('6e616d65 0a 9932b638 0a'));
    const [row] = (await readTable(file)).rows;
    expect(row?.cells.name?.codePointAt(0)).toBeGreaterThan(0xffff);
  });

  test.each([
    ['little end first', 'utf16le', 'fffe'],
    ['big end first', 'utf16be', 'feff'],
  ])('is UTF-16 when its mark says so, %s', async (_, kind, mark) => {
    const text = Buffer.from('编码\t名称\n6109\t安康市\n', 'utf16le');
    const file = await openBytes(Buffer.concat([hex(mark), kind === 'utf16be' ? text.swap16() : text]));
    expect(await cellsOf(file)).toEqual([[2, { 编码: '6109', 名称: '安康市' }]]);
  });

  test('does not matter where the chunks of the file end', async () => {
    const text = `编,名\n${'安,康市中国社情民意\n'.repeat(30_000)}`;
    for (const shift of ['', 'x', 'xx']) {
      const { rows } = await readTable(await openText(shift + text));
      expect(rows.every(({ cells }) => cells.名 === '康市中国社情民意')).toBe(true);
    }
  });

  test('is not taken for GBK when a UTF-8 file was cut off inside a character', async () => {
    const whole = Buffer.from('code,name\n6109,安康市\n610902,汉滨区');
    expect(await codeOf(openBytes(whole.subarray(0, -1)))).toEqual([
      'TABLE_TEXT_DAMAGED',
      { file: 'units.csv', line: 3 },
    ]);
  });

  test('is called damaged when a GBK file was cut off inside a character', async () => {
    const many = Buffer.concat([GBK, ...Array<Buffer>(20).fill(hex('36313039 2c b0b2bfb5cad0 0a'))]);
    expect(await codeOf(openBytes(many.subarray(0, -2)))).toEqual([
      'TABLE_TEXT_DAMAGED',
      { file: 'units.csv', line: 22 },
    ]);
  });

  test('does not hide that the text was lost before', async () => {
    expect(await codeOf(openText('code,name\n6109,\uFFFD\uFFFD\uFFFD\n'))).toEqual([
      'TABLE_TEXT_DAMAGED',
      { file: 'units.csv', line: 2 },
    ]);
  });

  test('that nobody knows is an error with a line and a way out', async () => {
    const opening = openBytes(hex('636f6465 0a ff fe 80 80 ff 0a'));
    expect(await codeOf(opening)).toEqual(['TABLE_ENCODING', { file: 'units.csv', line: 2 }]);
    const error = await opening.catch((failure: AppError) => failure);
    if (!(error instanceof AppError)) throw error;
    expect(errorSentence(error, 'zh')).toContain('CSV UTF-8');
  });
});

describe('a file that is no table', () => {
  test.each([
    ['empty', '', 'TABLE_EMPTY'],
    ['blank', '\uFEFF \r\n\n', 'TABLE_EMPTY'],
    ['only separators', ',,\n,,\n', 'TABLE_EMPTY'],
    ['only a header', 'code,name\n\n,\n', 'TABLE_NO_ROWS'],
    ['a web page that is called a spreadsheet', '<html><table><tr><td>1</td></tr></table></html>', 'TABLE_WEB_PAGE'],
    ['a spreadsheet in XML', '\uFEFF<?xml version="1.0"?>\n<Workbook/>', 'TABLE_WEB_PAGE'],
    ['binary', 'code,name\n61\0\0,x\n', 'TABLE_BINARY'],
    ['a header with a nameless column', 'code,,name\n1,2,3\n', 'TABLE_HEADER_EMPTY'],
    ['a header with the same name twice', 'code,name,code\n1,2,3\n', 'TABLE_HEADER_DUPLICATE'],
  ])('%s is refused for what it is', async (_, text, code) => {
    expect(await codeOf(openText(text))).toEqual([code, expect.objectContaining({ file: 'units.csv' })]);
  });

  test('is refused by name when it is not there', async () => {
    expect(await codeOf(openTable({ path: '/nowhere/2019.csv' }))).toEqual(['TABLE_MISSING', { file: '2019.csv' }]);
  });

  test('of an old Excel says how to mend it', async () => {
    const old = Buffer.concat([hex('d0cf11e0a1b11ae1'), Buffer.alloc(1000)]);
    expect(await codeOf(openBytes(old))).toEqual(['TABLE_OLD_XLS', { file: 'units.csv' }]);
  });

  test('behind a password says so', async () => {
    const bytes = Buffer.concat([
      hex('d0cf11e0a1b11ae1'),
      Buffer.alloc(5000),
      Buffer.from('EncryptedPackage', 'utf16le'),
      Buffer.alloc(100),
    ]);
    expect(await codeOf(openBytes(bytes))).toEqual(['TABLE_ENCRYPTED', { file: 'units.csv' }]);
  });
});
