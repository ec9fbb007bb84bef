import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { openTable, readTable, type TableFile } from '../../src/intake/table-file.ts';
import { bookParts, sheetOf, zipBytes } from './xlsx-bytes.ts';

type Book = Parameters<typeof bookParts>[0];

const openBytes = (bytes: Uint8Array, sheet?: string): Promise<TableFile> =>
  openTable({ name: '访问.xlsx', bytes }, sheet === undefined ? {} : { sheet });
const openBook = (book: Book, sheet?: string): Promise<TableFile> =>
  openBytes(zipBytes(bookParts(book), { deflate: true }), sheet);

async function codeOf(opening: Promise<unknown>): Promise<unknown> {
  const error: unknown = await opening.then(
    () => 'opened',
    (failure) => failure,
  );
  return error instanceof AppError ? [error.code, error.details] : error;
}

/** What one cell with this XML reads as, below a header of one column. */
async function readCell(cell: string, book: Partial<Book> = {}): Promise<unknown> {
  const header = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="str"><v>v</v></c></row>';
  const row = `<row r="2"><c r="A2"><v>1</v></c>${cell}</row>`;
  const { rows, problems } = await readTable(await openBook({ ...book, sheets: { 数据: header + row } }));
  return problems[0] ?? rows[0]?.cells.v;
}

const ROWS = [
  ['编码', '名称'],
  ['6109', '安康市'],
  ['610902', '汉滨区'],
];

describe('an XLSX file', () => {
  test('gives its header and its rows, twice, whatever its name says', async () => {
    const bytes = zipBytes(bookParts({ sheets: { 单位: sheetOf(ROWS) } }), { deflate: true });
    const file = await openTable({ name: 'units.csv', bytes });
    expect(file.header).toEqual(['编码', '名称']);
    for (const _ of ['first', 'second']) {
      const { rows } = await readTable(file);
      expect(rows.map(({ row, cells }) => [row, { ...cells }])).toEqual([
        [2, { 编码: '6109', 名称: '安康市' }],
        [3, { 编码: '610902', 名称: '汉滨区' }],
      ]);
    }
  });

  test('reads the shared strings, rich text included and pronunciation left out', async () => {
    const strings = ['<t>安康</t>', '<r><t>汉滨</t></r><r><t xml:space="preserve">区 </t></r><rPh><t>hanbin</t></rPh>'];
    expect(await readCell('<c r="B2" t="s"><v>0</v></c>', { strings })).toBe('安康');
    expect(await readCell('<c r="B2" t="s"><v>1</v></c>', { strings })).toBe('汉滨区');
  });

  test.each([
    ['a whole number', '<v>123</v>', '123'],
    ['a whole number stored with a decimal point', '<v>2.0</v>', '2'],
    ['a code of twelve digits', '<v>610902001001</v>', '610902001001'],
    ['a code of twelve digits in scientific notation', '<v>6.10902001001E11</v>', '610902001001'],
    ['a fraction', '<v>1.25</v>', '1.25'],
    ['a fraction that binary numbers cannot hold', '<v>0.30000000000000004</v>', '0.3'],
    ['a negative number', '<v>-3</v>', '-3'],
    ['nothing', '', ''],
    ['the result of a formula', '<f>1+1</f><v>2</v>', '2'],
  ])('shows %s as a person sees it', async (_, content, expected) => {
    expect(await readCell(`<c r="B2">${content}</c>`)).toBe(expected);
  });

  test.each([
    ['a formula that gives text', 'str', '<f>A1&amp;"x"</f><v>ax</v>', 'ax'],
    ['a formula that gives no text', 'str', '<f>""</f><v></v>', ''],
    ['a truth', 'b', '<v>1</v>', 'TRUE'],
    ['an error', 'e', '<v>#N/A</v>', '#N/A'],
    ['an escaped character', 'inlineStr', '<is><t>a_x000A_b</t></is>', 'a\nb'],
    ['a shared string that was never filled in', 's', '', ''],
  ])('shows %s as a person sees it, too', async (_, type, content, expected) => {
    expect(await readCell(`<c r="B2" t="${type}">${content}</c>`, { strings: ['<t>first</t>'] })).toBe(expected);
  });

  test.each([
    ['a built-in date', 14, 43586, '2019-05-01'],
    ['a Chinese date', 31, 43586, '2019-05-01'],
    ['a pattern of its own', 'yyyy&quot;年&quot;m&quot;月&quot;', 43586, '2019-05-01'],
    ['a date with a time', 22, 43586.5, '2019-05-01T12:00:00'],
    ['a time of day', 20, 0.75, '18:00:00'],
    ['the last day before the leap day that never was', 14, 59, '1900-02-28'],
    ['the first day after it', 14, 61, '1900-03-01'],
    ['a duration', '[h]:mm', 1.5, '1.5'],
    ['a word with letters of dates', '0&quot;days&quot;', 3, '3'],
    ['a colour', '[Red]0.0', 3, '3'],
    ['leading zeros', '000000', 42, '000042'],
  ])('knows a number format: %s', async (_, format, value, expected) => {
    expect(await readCell(`<c r="B2" s="1"><v>${value}</v></c>`, { formats: [0, format] })).toBe(expected);
  });

  test('counts its days from 1904 when it says so', async () => {
    const book = { formats: [0, 14], date1904: true };
    expect(await readCell('<c r="B2" s="1"><v>42124</v></c>', book)).toBe('2019-05-01');
  });

  test('may leave out cells, rows and their references', async () => {
    const sheet =
      '<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c><c t="str"><v>c</v></c></row>' +
      '<row r="5"><c r="C5"><v>3</v></c></row><row r="6"/><row><c><v>1</v></c></row>';
    const { rows } = await readTable(await openBook({ sheets: { s: sheet } }));
    expect(rows.map(({ row, cells }) => [row, { ...cells }])).toEqual([
      [5, { a: '', b: '', c: '3' }],
      [7, { a: '1', b: '', c: '' }],
    ]);
  });

  test('may write its elements with a prefix', async () => {
    const parts = bookParts({ sheets: { s: sheetOf(ROWS) } });
    const path = 'xl/worksheets/sheet1.xml';
    const prefixed = (parts[path] ?? '').replaceAll(/<(\/?)([a-z])/gi, '<$1x:$2').replace('xmlns=', 'xmlns:x=');
    expect((await readTable(await openBytes(zipBytes({ ...parts, [path]: prefixed })))).rows).toHaveLength(2);
  });

  test('opens its first visible sheet, or the one asked for', async () => {
    const book = {
      sheets: { 说明: sheetOf([['甲'], ['1']]), 数据: sheetOf([['乙'], ['2']]), 备用: sheetOf([['丙'], ['3']]) },
      hidden: ['说明'],
    };
    expect((await openBook(book)).header).toEqual(['乙']);
    expect((await openBook(book, '备用')).header).toEqual(['丙']);
    expect(await codeOf(openBook(book, '没有'))).toEqual([
      'TABLE_SHEET_UNKNOWN',
      { file: '访问.xlsx', sheet: '没有', sheets: ['说明', '数据', '备用'] },
    ]);
  });

  test('with merged cells is refused by their range', async () => {
    const after = { 单位: '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>' };
    expect(await codeOf(openBook({ sheets: { 单位: sheetOf(ROWS) }, after }))).toEqual([
      'TABLE_MERGED_CELLS',
      { file: '访问.xlsx', sheet: '单位', range: 'A1:B1' },
    ]);
  });

  test('may have titles above its names when somebody can tell the names, merged or not', async () => {
    const rows = [
      ['五里镇宣传台账'],
      ['', ''],
      ['制表：张三'],
      ['日期', '类别'],
      ['2026-03-05', '横幅'],
      ['', ''],
      ['2026-03-06', '海报'],
    ];
    const parts = (ref: string) => ({
      ...{ sheets: { s: sheetOf(rows) }, after: { s: `<mergeCells count="1"><mergeCell ref="${ref}"/></mergeCells>` } },
    });
    const open = (ref: string) =>
      openTable(
        { name: '台账.xlsx', bytes: zipBytes(bookParts(parts(ref))) },
        { isHeader: (cells) => cells.includes('日期') },
      );
    for (const ref of ['A1:B2', 'A4:B4', 'A5:A7', 'A1:A4']) {
      const table = await open(ref);
      expect([table.header, table.titles]).toEqual([
        ['日期', '类别'],
        ['五里镇宣传台账', '制表：张三'],
      ]);
      expect((await readTable(table)).rows.map(({ row, cells }) => `${row} ${cells.类别}`)).toEqual([
        '5 横幅',
        '7 海报',
      ]);
    }
  });

  test('that people keep may have names in two lines and merged cells, which are read as they are seen', async () => {
    const rows = [
      ['五里镇2026年台账'],
      ['单位', '日期', '宣传品', '', '', '备注'],
      ['', '', '种类', '数量', '单位', ''],
      ['五里镇', '3月5日', '横幅', '12', '条', ''],
      ['', '', '海报', '30', '张', '自印'],
      ['', '3月6日', '展板', '', '块', ''],
      ['恒口镇', '3月7日', '横幅', '2', '条', ''],
      ['', '', '', '', '', ''],
    ];
    const merged = ['A1:F1', 'A2:A3', 'B2:B3', 'C2:E2', 'F2:F3', 'A4:A6', 'B4:B5', 'D5:D6', 'A7:A8'];
    const cells = merged.map((ref) => `<mergeCell ref="${ref}"/>`).join('');
    const parts = bookParts({
      ...{ sheets: { s: sheetOf(rows) }, after: { s: `<mergeCells count="${merged.length}">${cells}</mergeCells>` } },
    });
    const options = { isHeader: (names: readonly string[]) => names.includes('日期') };
    const table = await openTable({ name: '台账.xlsx', bytes: zipBytes(parts) }, options);
    expect(table.header).toEqual(['单位', '日期', '种类', '数量', '宣传品单位', '备注']);
    const found = (await readTable(table)).rows;
    expect(found.map(({ row, cells: own }) => `${row} ${Object.values(own).join(' ')}`)).toEqual([
      '4 五里镇 3月5日 横幅 12 条 ',
      '5 五里镇 3月5日 海报 30 张 自印',
      '6 五里镇 3月6日 展板 30 块 ',
      '7 恒口镇 3月7日 横幅 2 条 ',
    ]);
    expect(found.map(({ shared }) => [...(shared ?? [])].sort())).toEqual([[], ['单位', '日期'], ['单位', '数量'], []]);
  });

  test('whose second line is a row like any other keeps it', async () => {
    const rows = [
      ['日期', '类别', '数量'],
      ['3月5日', '横幅', '3', '说明'],
      ['3月6日', '横幅', '4'],
    ];
    const bytes = zipBytes(bookParts({ sheets: { s: sheetOf(rows) } }));
    const table = await openTable({ name: 'a.xlsx', bytes }, { isHeader: (names) => names.includes('日期') });
    expect(table.header).toEqual(['日期', '类别', '数量']);
    expect((await readTable(table)).problems.map(({ code, row }) => `${row} ${code}`)).toEqual(['2 TABLE_ROW_LONG']);
  });

  test('may speak of merged cells in its text', async () => {
    const text = '&lt;mergeCell ref="A1:B1"/&gt;';
    const { rows } = await readTable(await openBook({ sheets: { s: sheetOf([['a'], [text]]) } }));
    expect(rows[0]?.cells.a).toBe('<mergeCell ref="A1:B1"/>');
  });

  test('names the formula whose result is not in the file, and the row with a value beyond the header', async () => {
    expect(await readCell('<c r="B2"><f>A1+1</f><v></v></c>')).toEqual({
      code: 'TABLE_FORMULA_EMPTY',
      row: 2,
      details: { cell: 'B2' },
    });
    expect(await readCell('<c r="D2"><v>9</v></c>')).toEqual({
      code: 'TABLE_ROW_LONG',
      row: 2,
      details: { found: 4, expected: 2 },
    });
  });

  test('without rows or without anything is refused', async () => {
    expect(await codeOf(openBook({ sheets: { s: sheetOf([['a', 'b']]) } }))).toEqual([
      'TABLE_NO_ROWS',
      { file: '访问.xlsx' },
    ]);
    expect(await codeOf(openBook({ sheets: { s: '' } }))).toEqual(['TABLE_EMPTY', { file: '访问.xlsx' }]);
  });

  test('leaves no file open behind it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'zhixiao-'));
    await writeFile(join(folder, 'a.xlsx'), zipBytes(bookParts({ sheets: { s: sheetOf(ROWS) } }), { deflate: true }));
    const before = (await readdir('/dev/fd')).length;
    for (let i = 0; i < 20; i++) {
      const file = await openTable({ path: join(folder, 'a.xlsx') });
      for await (const _ of file.rows()) break;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await readdir('/dev/fd')).length).toBeLessThanOrEqual(before + 2);
    await rm(folder, { recursive: true });
  });
});

describe('a damaged or hostile XLSX file', () => {
  const parts = bookParts({ sheets: { s: sheetOf([['a', 'b'], ...Array<string[]>(500).fill(['1', '满意'])]) } });
  const whole = zipBytes(parts, { deflate: true });
  const path = 'xl/worksheets/sheet1.xml';

  test('that was cut off is called damaged', async () => {
    expect(await codeOf(openBytes(whole.subarray(0, -30)))).toEqual([
      'TABLE_DAMAGED',
      { file: '访问.xlsx', part: 'zip' },
    ]);
  });

  test('in which a digit was changed on the way is called damaged', async () => {
    const stored = zipBytes(parts);
    stored[stored.indexOf('<t>1</t>') + 3] = '2'.charCodeAt(0);
    expect(await codeOf(openBytes(stored))).toEqual(['TABLE_DAMAGED', { file: '访问.xlsx', part: path }]);
  });

  test('whose packed bytes were changed is called damaged', async () => {
    const broken = Buffer.from(whole);
    const at = broken.indexOf(path) + path.length + 20;
    broken.fill(0xff, at, at + 40);
    expect(await codeOf(openBytes(broken))).toEqual(['TABLE_DAMAGED', { file: '访问.xlsx', part: path }]);
  });

  test.each([
    ['XML that does not close', '<worksheet><sheetData><row r="1">'],
    ['an entity of its own', '<!DOCTYPE w [<!ENTITY e "ee">]><worksheet><sheetData>&e;</sheetData></worksheet>'],
    [
      'a cell far outside',
      '<worksheet><sheetData><row r="1"><c r="ZZZZZZ1"><v>1</v></c></row></sheetData></worksheet>',
    ],
    [
      'a string that does not exist',
      '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>9</v></c></row></sheetData></worksheet>',
    ],
    [
      'one endless text',
      `<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>${'x'.repeat(9_000_000)}</v></c></row></sheetData></worksheet>`,
    ],
  ])('with %s is called damaged', async (_, xml) => {
    expect(await codeOf(openBytes(zipBytes({ ...parts, [path]: xml }, { deflate: true })))).toEqual([
      'TABLE_DAMAGED',
      { file: '访问.xlsx', part: path },
    ]);
  });

  test('that would unpack to more than a gigabyte is refused before it is unpacked', async () => {
    const bomb = Buffer.from(whole);
    const entry = bomb.lastIndexOf(path) - 46;
    bomb.writeUInt32LE(0xf000_0000, entry + 24);
    expect(await codeOf(openBytes(bomb))).toEqual([
      'TABLE_TOO_LARGE',
      { file: '访问.xlsx', part: path, limit: '1 GB' },
    ]);
  });

  test('that unpacks to more than it says is called damaged', async () => {
    const liar = Buffer.from(whole);
    liar.writeUInt32LE(100, liar.lastIndexOf(path) - 46 + 24);
    expect(await codeOf(openBytes(liar))).toEqual(['TABLE_DAMAGED', { file: '访问.xlsx', part: path }]);
  });

  test('with thousands of parts is refused', async () => {
    const many = Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`part${i}`, '']));
    expect(await codeOf(openBytes(zipBytes(many)))).toEqual([
      'TABLE_TOO_LARGE',
      { file: '访问.xlsx', part: 'zip', limit: '2000' },
    ]);
  });

  test('that is some other archive is refused for what it is', async () => {
    expect(await codeOf(openBytes(zipBytes({ 'a.csv': 'a,b\n1,2\n' })))).toEqual([
      'TABLE_NOT_XLSX',
      { file: '访问.xlsx' },
    ]);
    const word = {
      ...parts,
      '_rels/.rels':
        '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="word/document.xml"/></Relationships>',
      'word/document.xml': '<document/>',
    };
    expect(await codeOf(openBytes(zipBytes(word)))).toEqual(['TABLE_NOT_XLSX', { file: '访问.xlsx' }]);
  });

  test('whose parts are encrypted says so', async () => {
    const locked = Buffer.from(whole);
    const entry = locked.lastIndexOf(path) - 46;
    locked.writeUInt16LE(0x801, entry + 8);
    expect(await codeOf(openBytes(locked))).toEqual(['TABLE_ENCRYPTED', { file: '访问.xlsx' }]);
  });
});
