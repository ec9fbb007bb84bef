import { SaxesParser } from 'saxes';
import { expect, test } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { writeWorkbook } from '../../src/reports/workbook.ts';

const TITLE = '安康市宣传台账报表 2026年10月';
const SHEETS = [
  {
    name: '本期产出',
    columns: [
      { head: '单位', width: 18 },
      { head: '本期', width: 14 },
      { head: '同比', width: 10 },
    ],
    rows: [
      ['安康市', { value: 130_000, as: '≥' as const }, { value: 0.5, as: 'change' as const }],
      ["=cmd|' /C calc'!A0", 27, null],
      ['五里镇 <A&B> "甲"', 1.5, -3],
    ],
  },
  { name: '说明', columns: [{ head: '内容', width: 20 }], rows: [['一段较长的话，要占好几行。'.repeat(6)]] },
];

async function partsOf(bytes: Uint8Array): Promise<ReadonlyMap<string, string>> {
  const zip = await fromBufferPromise(Buffer.from(bytes));
  const parts = new Map<string, string>();
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    parts.set(entry.fileName, Buffer.concat(chunks).toString('utf8'));
  }
  return parts;
}

type Element = { readonly name: string; readonly attributes: Readonly<Record<string, string>>; readonly above: string };

/** Every element of a part with its attributes; throws where the XML is not well formed. */
function elementsOf(xml: string): readonly Element[] {
  const found: Element[] = [];
  const path: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    found.push({ name, attributes: attributes as Record<string, string>, above: path.join('/') });
    path.push(name);
  });
  parser.on('closetag', () => path.pop());
  parser.write(xml).close();
  return found;
}

const parts = await partsOf(await writeWorkbook(TITLE, SHEETS));
const part = (name: string): string => parts.get(name) ?? '';
const under = (name: string, parent: string): readonly Element[] =>
  elementsOf(part(name)).filter(({ above }) => above.endsWith(parent));

test('every part is well formed and has a content type', () => {
  const types = elementsOf(part('[Content_Types].xml')).map(({ attributes }) => attributes);
  const defaults = types.flatMap(({ Extension }) => Extension ?? []);
  const overrides = types.flatMap(({ PartName }) => PartName ?? []);
  for (const [name, xml] of parts) {
    expect(elementsOf(xml).length).toBeGreaterThan(0);
    if (name !== '[Content_Types].xml') {
      expect([name, overrides.includes(`/${name}`) || defaults.includes(name.split('.').at(-1) ?? '')]).toEqual([
        name,
        true,
      ]);
    }
  }
  expect(overrides.filter((name) => !parts.has(name.slice(1)))).toEqual([]);
});

test('every relation leads to a part that is there', () => {
  for (const [name, xml] of parts) {
    if (!name.endsWith('.rels')) continue;
    const folder = name.replace(/_rels\/[^/]*$/, '');
    for (const { attributes } of elementsOf(xml).filter((one) => one.name === 'Relationship')) {
      expect([name, parts.has(`${folder}${attributes.Target}`)]).toEqual([name, true]);
    }
  }
});

test('there is a default style, every format refers to it, and own number formats have their own numbers', () => {
  expect(under('xl/styles.xml', '/cellStyles').map(({ attributes }) => attributes)).toEqual([
    { name: 'Normal', xfId: '0', builtinId: '0' },
  ]);
  expect(under('xl/styles.xml', '/cellStyleXfs').filter(({ name }) => name === 'xf')).toHaveLength(1);
  const formats = under('xl/styles.xml', '/cellXfs').filter(({ name }) => name === 'xf');
  const own = under('xl/styles.xml', '/numFmts').map(({ attributes }) => attributes);
  expect(own.map(({ formatCode }) => formatCode).sort()).toEqual(
    ['"≥ "#,##0', '#,##0', '#,##0.0', '+0.0%;-0.0%;0.0%'].sort(),
  );
  const ids = new Set(['0', ...own.map(({ numFmtId }) => numFmtId)]);
  for (const { numFmtId } of own) expect(Number(numFmtId)).toBeGreaterThanOrEqual(164);
  for (const { attributes } of formats) {
    expect(attributes.xfId).toBe('0');
    expect(ids.has(attributes.numFmtId ?? '0')).toBe(true);
  }
  const order = elementsOf(part('xl/styles.xml')).flatMap(({ name, above }) => (above === 'styleSheet' ? name : []));
  expect(order).toEqual(['numFmts', 'fonts', 'fills', 'borders', 'cellStyleXfs', 'cellXfs', 'cellStyles']);
});

test('the heads stay in sight and stand on every page, which is as wide as the paper', () => {
  for (const sheet of ['xl/worksheets/sheet1.xml', 'xl/worksheets/sheet2.xml']) {
    const order = elementsOf(part(sheet)).flatMap(({ name, above }) => (above === 'worksheet' ? name : []));
    expect(order).toEqual([
      ...['sheetPr', 'sheetViews', 'cols', 'sheetData'],
      ...['pageMargins', 'pageSetup', 'headerFooter', 'ignoredErrors'],
    ]);
    const setup = elementsOf(part(sheet)).find(({ name }) => name === 'pageSetup');
    expect(setup?.attributes).toEqual({ fitToWidth: '1', fitToHeight: '0', paperSize: '9', orientation: 'landscape' });
    const pane = elementsOf(part(sheet)).find(({ name }) => name === 'pane');
    expect(pane?.attributes).toMatchObject({ ySplit: '1', activePane: 'bottomLeft', state: 'frozen' });
  }
  expect(part('xl/worksheets/sheet1.xml')).toContain(`&amp;14 ${TITLE} 本期产出<`);
  expect(part('xl/workbook.xml')).toContain(`localSheetId="1">'说明'!$1:$1<`);
});

test('numbers are numbers, text is text, and nothing is computed', () => {
  const cells = elementsOf(part('xl/worksheets/sheet1.xml')).filter(({ name }) => name === 'c');
  const typeOf = (r: string) => cells.find(({ attributes }) => attributes.r === r)?.attributes.t;
  expect([typeOf('A2'), typeOf('B2'), typeOf('A3'), typeOf('B3')]).toEqual(['s', undefined, 's', undefined]);
  expect(part('xl/worksheets/sheet1.xml')).toContain('<v>130000</v>');
  expect([...parts.values()].join('')).not.toContain('<f>');
  expect(part('xl/sharedStrings.xml')).toContain('五里镇 &lt;A&amp;B&gt;');
});

test('a long text has the height of its lines', () => {
  const heights = elementsOf(part('xl/worksheets/sheet2.xml')).flatMap(({ attributes }) => Number(attributes.ht ?? []));
  expect(Math.max(...heights)).toBeGreaterThan(100);
});
