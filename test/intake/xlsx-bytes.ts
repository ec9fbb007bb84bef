import { crc32, deflateRawSync } from 'node:zlib';

type Parts = Readonly<Record<string, string>>;

/** A zip archive of the given parts: `deflate` as a spreadsheet writes it, else stored as they are. */
export function zipBytes(parts: Parts, { deflate = false } = {}): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(parts)) {
    const plain = Buffer.from(text);
    const data = deflate ? deflateRawSync(plain) : plain;
    const path = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(deflate ? 8 : 0, 4);
    common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(plain.length, 18);
    common.writeUInt16LE(path.length, 22);
    locals.push(Buffer.from('PK\x03\x04'), common, path, data);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, place, path);
    offset += 30 + path.length + data.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(parts).length, 4);
  end.writeUInt16LE(Object.keys(parts).length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, central, Buffer.from('PK\x05\x06'), end]);
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';

interface Book {
  /** Sheet name → the XML inside `<sheetData>`. */
  readonly sheets: Readonly<Record<string, string>>;
  /** Sheet name → what stands behind its `</sheetData>`. */
  readonly after?: Readonly<Record<string, string>>;
  readonly hidden?: readonly string[];
  readonly strings?: readonly string[];
  /** The number formats of the cell styles: a built-in number, or a pattern. */
  readonly formats?: readonly (number | string)[];
  readonly date1904?: boolean;
}

/** The parts of a small workbook. */
export function bookParts(book: Book): Record<string, string> {
  const names = Object.keys(book.sheets);
  const formats = book.formats ?? [0];
  const patterns = formats
    .map((format, i) => (typeof format === 'string' ? `<numFmt numFmtId="${200 + i}" formatCode="${format}"/>` : ''))
    .join('');
  const relation = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const parts: Record<string, string> = {
    '[Content_Types].xml': `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    '_rels/.rels': `${XML}<Relationships xmlns="${PACKAGE}">${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><workbookPr date1904="${book.date1904 ? 1 : 0}"/><sheets>${names
      .map(
        (name, i) =>
          `<sheet name="${name}" sheetId="${i + 1}"${book.hidden?.includes(name) ? ' state="hidden"' : ''} r:id="s${i + 1}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${XML}<Relationships xmlns="${PACKAGE}">${names
      .map((_, i) => relation(`s${i + 1}`, 'worksheet', `worksheets/sheet${i + 1}.xml`))
      .join(
        '',
      )}${relation('x1', 'styles', 'styles.xml')}${relation('x2', 'sharedStrings', '/xl/sharedStrings.xml')}</Relationships>`,
    'xl/styles.xml': `${XML}<styleSheet xmlns="${MAIN}"><numFmts>${patterns}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${formats
      .map((format, i) => `<xf numFmtId="${typeof format === 'string' ? 200 + i : format}"/>`)
      .join('')}</cellXfs></styleSheet>`,
    'xl/sharedStrings.xml': `${XML}<sst xmlns="${MAIN}">${(book.strings ?? []).map((text) => `<si>${text}</si>`).join('')}</sst>`,
  };
  for (const [i, name] of names.entries()) {
    parts[`xl/worksheets/sheet${i + 1}.xml`] =
      `${XML}<worksheet xmlns="${MAIN}"><sheetData>${book.sheets[name]}</sheetData>${book.after?.[name] ?? ''}</worksheet>`;
  }
  return parts;
}

/** Rows of inline texts, from row 1; what most tests need of a sheet. */
export function sheetOf(rows: readonly (readonly string[])[]): string {
  return rows
    .map((cells, r) => {
      const row = cells.map((text, c) =>
        text === '' ? '' : `<c r="${String.fromCharCode(65 + c)}${r + 1}" t="inlineStr"><is><t>${text}</t></is></c>`,
      );
      return `<row r="${r + 1}">${row.join('')}</row>`;
    })
    .join('');
}
