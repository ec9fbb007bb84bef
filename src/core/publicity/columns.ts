import type { Problem } from '../errors.ts';
import type { Kind } from './kinds.ts';

/** What the columns of a ledger that people keep may hold, and the heads under which they are known. */
const HEADS = {
  unitCode: ['单位代码', '单位编码', '区划代码', '填报单位代码'],
  unit: [
    ...['填报单位', '报送单位', '上报单位', '单位名称', '责任单位', '实施单位', '乡镇', '镇街', '镇办', '镇'],
    ...['部门', '乡镇街道'],
  ],
  place: [
    ...['所属村社区', '村社区', '村/社区', '村', '社区', '网格', '地点', '活动地点', '宣传地点', '发放地点', '位置'],
    ...['具体位置', '点位', '张贴地点'],
  ],
  date: [
    ...['日期', '时间', '期间', '活动时间', '活动日期', '开展时间', '开展日期', '发布时间', '发布日期', '刊发时间'],
    ...['刊发日期', '发放时间', '发放日期', '起止日期', '起止时间', '开始日期', '开始时间', '起始日期', '宣传时间'],
  ],
  endDate: ['结束日期', '结束时间', '终止日期'],
  kind: ['类别', '宣传类别', '种类', '类型', '产出类别', '宣传品种类', '宣传品类别', '活动类别', '设施类别'],
  form: ['形式', '宣传形式', '活动形式', '宣传方式', '方式'],
  title: [
    ...['名称', '主题', '名称/主题', '标题', '活动名称', '活动主题', '稿件标题', '文章标题', '宣传内容', '内容'],
    ...['宣传品名称'],
  ],
  quantity: ['数量', '总数', '个数', '场数', '篇数', '数目'],
  quantityUnit: ['计量单位', '数量单位', '量词'],
  audience: [
    ...[
      '受众',
      '参与/受众人次',
      '参与人次',
      '受众人次',
      '参与人数',
      '受众人数',
      '人次',
      '人数',
      '覆盖人次',
      '覆盖人数',
    ],
    ...['受益人数', '参加人数', '参与群众', '到场人数'],
  ],
  copies: ['发放份数', '发放数量', '发放数', '发放量'],
  printed: ['印制份数', '印制数量', '印刷份数', '印刷数量', '印数'],
  households: ['户数', '覆盖户数', '入户数', '走访户数'],
  reads: ['阅读量', '阅读数', '浏览量', '阅读次数'],
  readsAsOf: ['截至日', '截至日期', '阅读量截至日', '统计日期', '阅读量统计日'],
  plays: ['播放量', '播放次数', '观看量'],
  clicks: ['点击量', '点击数', '点击率'],
  outlet: ['媒体名称', '媒体', '刊发媒体', '发布媒体', '发布平台', '平台', '发布渠道', '账号', '公众号'],
  mediaLevel: ['媒体级别', '媒体层级', '刊发级别', '级别', '层级'],
  link: ['链接', '网址', '链接地址', '网页链接', '文章链接', '佐证链接', 'url'],
  note: ['备注', '说明', '情况说明', '其他'],
} as const;

export type LedgerField = keyof typeof HEADS;
export const LEDGER_FIELDS = Object.keys(HEADS) as readonly LedgerField[];

/** How a spreadsheet is read: guessed, corrected by whoever brings it, and remembered for the next one with these heads. */
export interface LedgerMapping {
  readonly columns: Readonly<Partial<Record<LedgerField, string>>>;
  /** Words of the sheet that nobody taught us → the kind somebody chose for them. */
  readonly kinds: Readonly<Record<string, string>>;
  /** The year that stands above the table, where its days have none. */
  readonly year: number | null;
}

const normalise = (head: string): string =>
  head
    .normalize('NFKC')
    .replace(/[\s*:]+/g, '')
    .toLowerCase();
const withoutBrackets = (head: string): string => normalise(head).replace(/[([【][^)\]】]*[)\]】]/g, '');

/** Finds what each column holds by its head, with or without what stands in brackets. Each field takes one column. */
export function guessLedgerColumns(header: readonly string[]): LedgerMapping['columns'] {
  const columns: Partial<Record<LedgerField, string>> = {};
  const taken = new Set<string>();
  for (const form of [normalise, withoutBrackets]) {
    for (const field of LEDGER_FIELDS) {
      for (const name of [field.toLowerCase(), ...HEADS[field]]) {
        const head = header.find((one) => !taken.has(one) && form(one) === name);
        if (columns[field] !== undefined || head === undefined) continue;
        columns[field] = head;
        taken.add(head);
      }
    }
  }
  // 单位 alone says two things: right behind an amount, or beside a column of who reports, what it is counted in.
  const at = header.findIndex((head) => !taken.has(head) && withoutBrackets(head) === '单位');
  const bare = header[at];
  const measures = columns.unit !== undefined || (at > 0 && header[at - 1] === columns.quantity);
  const field = measures ? 'quantityUnit' : 'unit';
  if (bare !== undefined && columns[field] === undefined) columns[field] = bare;
  return columns;
}

/** How many of these cells are heads we know: the row of heads is not always the first. */
export function countKnownHeads(cells: readonly string[]): number {
  return Object.keys(guessLedgerColumns([...new Set(cells.filter((cell) => cell !== ''))])).length;
}

/** Checks a mapping that somebody corrected against the file's header and the catalogue. */
export function parseLedgerMapping(
  json: unknown,
  { header, kinds }: { readonly header: readonly string[]; readonly kinds: ReadonlyMap<string, Kind> },
): { readonly mapping: LedgerMapping | null; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const report = (code: Problem['code'], details: Problem['details']): void => {
    problems.push({ code, details });
  };
  const root = isObject(json) ? json : {};
  if (!isObject(json)) report('MAPPING_SHAPE', { place: 'mapping', expected: '{ columns, kinds, year }' });
  for (const key of Object.keys(root)) {
    if (!['columns', 'kinds', 'year'].includes(key)) report('MAPPING_KEY', { place: key });
  }
  const columns = isObject(root.columns) ? root.columns : {};
  if (!isObject(root.columns)) report('MAPPING_SHAPE', { place: 'columns', expected: '{ field: column }' });
  for (const [field, column] of Object.entries(columns)) {
    const place = `columns.${field}`;
    if (!LEDGER_FIELDS.some((one) => one === field)) report('MAPPING_KEY', { place });
    else if (typeof column !== 'string') report('MAPPING_SHAPE', { place, expected: '"column"' });
    else if (!header.includes(column)) report('MAPPING_COLUMN', { place, column, found: header });
  }
  const words = isObject(root.kinds) ? root.kinds : {};
  for (const [word, code] of Object.entries(words)) {
    if (typeof code !== 'string' || !kinds.has(code)) {
      report('OUTPUT_KIND', { field: `kinds.${word.slice(0, 60)}`, value: String(code).slice(0, 60) });
    }
  }
  const year = root.year ?? null;
  if (year !== null && !(Number.isInteger(year) && Number(year) >= 2000 && Number(year) <= 2100)) {
    report('MAPPING_SHAPE', { place: 'year', expected: '2026 | null' });
  }
  const mapping = { columns, kinds: words, year } as LedgerMapping;
  return problems.length > 0 ? { mapping: null, problems } : { mapping, problems: findMissing(mapping) };
}

/** What no ledger can do without; of kind and form, either says what it is. */
function findMissing({ columns }: LedgerMapping): Problem[] {
  const missing: Problem[] = [];
  if (columns.date === undefined) missing.push({ code: 'LEDGER_COLUMN_MISSING', details: { column: HEADS.date[0] } });
  if (columns.kind === undefined && columns.form === undefined) {
    missing.push({ code: 'LEDGER_COLUMN_MISSING', details: { column: HEADS.kind[0] } });
  }
  return missing;
}

/** The columns of a file that are not kept. */
export function findUnusedLedgerColumns({ columns }: LedgerMapping, header: readonly string[]): string[] {
  const used = new Set(Object.values(columns));
  return header.filter((column) => !used.has(column));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The year that the titles above a table name, when they name one: 五里镇2026年宣传台账. */
export function guessYear(titles: readonly string[]): number | null {
  const years = new Set(titles.flatMap((title) => title.normalize('NFKC').match(/20\d{2}(?=年)/g) ?? []));
  const [only] = years;
  return years.size === 1 && only !== undefined ? Number(only) : null;
}
