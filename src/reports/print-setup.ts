import type { Blob } from 'node:buffer';
import type { Stream } from 'node:stream';
import type { Feature } from 'write-excel-file/node';

/** What a sheet says on paper above and below its table. */
export interface PaperSheet {
  readonly name: string;
  readonly title: string;
}

/** The writer numbers its own formats from 100; numbers below 164 are the spreadsheets' own. */
const OWN_FORMATS_FROM = 164;
const WRITERS_FORMATS_FROM = 100;

const NORMAL_FORMAT = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>';

/**
 * What the writer leaves out and spreadsheets ask for: a default style; on paper the table as wide as the page, its heads
 * on every page, a title above it and the page's number below.
 */
export function createPrintSetup(sheets: readonly PaperSheet[]): Feature<Stream | Buffer | Blob> {
  return {
    files: {
      transform: {
        'xl/styles.xml': { transform: addDefaultStyle },
        'xl/workbook.xml': { transform: (xml) => repeatHeads(xml, sheets) },
        'xl/worksheets/sheet{id}.xml': {
          transform: (xml, _options, { sheetIndex }) => fitPage(xml, sheets[sheetIndex]?.title ?? ''),
        },
      },
    },
  };
}

function addDefaultStyle(xml: string): string {
  const styled = xml
    .replaceAll(/numFmtId="(\d+)"/g, (_, id: string) => `numFmtId="${formatId(Number(id))}"`)
    .replaceAll('<xf ', '<xf xfId="0" ');
  return put(styled, '<cellXfs', `<cellStyleXfs count="1">${NORMAL_FORMAT}</cellStyleXfs><cellXfs`).replace(
    '</cellXfs>',
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>',
  );
}

const formatId = (id: number): number =>
  id < WRITERS_FORMATS_FROM ? id : id - WRITERS_FORMATS_FROM + OWN_FORMATS_FROM;

function repeatHeads(xml: string, sheets: readonly PaperSheet[]): string {
  const names = sheets.map(
    ({ name }, i) =>
      `<definedName name="_xlnm.Print_Titles" localSheetId="${i}">'${escapeXml(name)}'!$1:$1</definedName>`,
  );
  return put(xml, '<definedNames/>', `<definedNames>${names.join('')}</definedNames>`);
}

function fitPage(xml: string, title: string): string {
  const headed = put(xml, '<sheetViews>', '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>');
  const sized = put(headed, '<pageSetup ', '<pageSetup fitToWidth="1" fitToHeight="0" ')
    // Only rows are frozen: there is no pane on the right.
    .replace('activePane="bottomRight"', 'activePane="bottomLeft"')
    .replace(
      /<pageMargins[^>]*>/,
      '<pageMargins left="0.5" right="0.5" top="0.8" bottom="0.7" header="0.35" footer="0.35"/>',
    );
  const onPaper = `<headerFooter><oddHeader>&amp;C&amp;14${headerText(title)}</oddHeader><oddFooter>&amp;R第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter>`;
  // Codes of units are text on purpose: no green corner in each cell.
  const noCorners = '<ignoredErrors><ignoredError sqref="A1:Z1048576" numberStoredAsText="1"/></ignoredErrors>';
  return put(sized, '</worksheet>', `${onPaper}${noCorners}</worksheet>`);
}

/** Another version of the writer may write otherwise: better no file than one that asks to be repaired. */
function put(xml: string, place: string, by: string): string {
  if (!xml.includes(place)) throw new RangeError(`no ${place} in the part of the workbook`);
  return xml.replace(place, () => by);
}

/** `&` begins a code in a header, and digits after the size would belong to it. */
const headerText = (title: string): string => escapeXml(` ${title.replaceAll('&', '&&')}`);

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll("'", '&apos;');
