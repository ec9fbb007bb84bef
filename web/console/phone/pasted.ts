import type { QuotaCell } from '../../../src/core/sample/quota.ts';

/** Tables that somebody copies out of a spreadsheet into a text field. */

export type WantedCell = Omit<QuotaCell, 'completes'>;

export interface Pasted<T> {
  readonly rows: readonly T[];
  /** Lines that could not be read, counted from 1, with what is wrong with them. */
  readonly wrong: readonly { readonly line: number; readonly text: string }[];
}

/** Lines of cells: a spreadsheet copies tabs, people type commas. */
function cellsOf(text: string): { line: number; cells: string[] }[] {
  return text
    .split(/\r?\n/)
    .map((row, i) => {
      const cells = (row.includes('\t') ? row.split('\t') : row.split(/[,，]/)).map((cell) =>
        cell.normalize('NFKC').trim(),
      );
      return { line: i + 1, cells };
    })
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
}

const SEXES: Readonly<Record<string, QuotaCell['sex']>> = {
  男: 'male',
  男性: 'male',
  male: 'male',
  女: 'female',
  女性: 'female',
  female: 'female',
};
const ANY = new Set(['', '*', '不限', '合计', '全部', '目标', '总数', 'any', 'all', 'total', 'target']);

const readSex = (text: string): QuotaCell['sex'] | null =>
  ANY.has(text.toLowerCase()) ? '*' : (SEXES[text.toLowerCase()] ?? null);

/** `18—29岁` → `18-29`, `60岁及以上` → `60+`. */
function readBand(text: string): string {
  if (ANY.has(text.toLowerCase())) return '*';
  return text
    .replace(/[岁周\s]/g, '')
    .replace(/[–—－~～至]+/g, '-')
    .replace(/(及)?以上$/, '+');
}

/** `男18-29`, `女`, `60+`, `合计`: the sex and the age band that a column stands for. */
function readHead(head: string): Pick<QuotaCell, 'sex' | 'ageBand'> | null {
  const sex = /^(男性?|女性?|female|male)/i.exec(head)?.[0] ?? '';
  const band = readBand(head.slice(sex.length).trim());
  if (band !== '*' && !/^\d/.test(band)) return null;
  return { sex: readSex(sex) ?? '*', ageBand: band };
}

export interface Places {
  /** A place's code by its code or its name; null when there is none or several have the name. */
  readonly find: (text: string) => string | null;
}

/**
 * Quotas in either form: one cell a line (unit, sex, age, target), or a table with a line for each unit and a column for
 * each group. An empty number in a table is no quota.
 */
export function readQuotas(text: string, places: Places): Pasted<WantedCell> {
  const lines = cellsOf(text);
  const [first, ...rest] = lines;
  if (!first) return { rows: [], wrong: [] };
  const hasHead = !first.cells.slice(1).some((cell) => /^\d+$/.test(cell));
  const heads = first.cells.slice(1).map(readHead);
  const isTable = hasHead && rest.length > 0 && heads.length > 0 && heads.every((head) => head !== null);
  const rows: WantedCell[] = [];
  const wrong: { line: number; text: string }[] = [];
  for (const { line, cells } of hasHead ? rest : lines) {
    const [place = ''] = cells;
    const unitCode = ANY.has(place.toLowerCase()) ? '*' : places.find(place);
    if (unitCode === null) {
      wrong.push({ line, text: place });
      continue;
    }
    const read = isTable ? readColumns(cells, heads) : readOne(cells);
    if (typeof read === 'string') wrong.push({ line, text: read });
    else rows.push(...read.map((cell) => ({ unitCode, ...cell })));
  }
  return { rows, wrong };
}

type Group = Omit<WantedCell, 'unitCode'>;

function readColumns(
  cells: readonly string[],
  heads: readonly (Pick<QuotaCell, 'sex' | 'ageBand'> | null)[],
): Group[] | string {
  const groups: Group[] = [];
  for (const [i, head] of heads.entries()) {
    const cell = cells[i + 1] ?? '';
    if (cell === '' || head === null) continue;
    if (!/^\d+$/.test(cell)) return cell;
    groups.push({ ...head, target: Number(cell) });
  }
  return groups;
}

function readOne(cells: readonly string[]): Group[] | string {
  const target = cells.at(-1) ?? '';
  const [sexText = '', bandText = ''] = cells.slice(1, -1);
  const sex = readSex(sexText);
  if (sex === null) return sexText;
  if (!/^\d+$/.test(target)) return target || '—';
  return [{ sex, ageBand: readBand(bandText), target: Number(target) }];
}

/** Quotas as they are copied back into a spreadsheet. */
export function quotasText(cells: readonly WantedCell[], head: readonly string[]): string {
  const nameOf = { male: '男', female: '女', unknown: '*', '*': '*' } as const;
  return [head, ...cells.map(({ unitCode, sex, ageBand, target }) => [unitCode, nameOf[sex], ageBand, target])]
    .map((row) => row.join('\t'))
    .join('\n');
}

export interface TownDraw {
  readonly unit: string;
  readonly count: number;
  readonly prefixes: readonly string[];
}

/** One town a line: unit, how many, and its prefixes. */
export function readDraws(text: string, places: Places): Pasted<TownDraw> {
  const rows: TownDraw[] = [];
  const wrong: { line: number; text: string }[] = [];
  for (const { line, cells } of cellsOf(text)) {
    const [place = '', count = '', ...more] = cells;
    const prefixes = more.flatMap((cell) => cell.split(/[\s;；/、]+/)).filter(Boolean);
    if (line === 1 && !/\d/.test(count)) continue;
    const unit = places.find(place);
    if (unit === null) wrong.push({ line, text: place });
    else if (!/^[1-9]\d*$/.test(count)) wrong.push({ line, text: count || '—' });
    else if (prefixes.length === 0 || prefixes.some((prefix) => !/^[\d-]+$/.test(prefix)))
      wrong.push({ line, text: prefixes.join(' ') || '—' });
    else rows.push({ unit, count: Number(count), prefixes });
  }
  return { rows, wrong };
}

/** Finds places by code, or by a name that only one of them has. */
export function placesOf(units: readonly { readonly code: string; readonly name: string }[]): Places {
  const codes = new Set(units.map(({ code }) => code));
  const names = new Map<string, string | null>();
  for (const { code, name } of units) names.set(name, names.has(name) ? null : code);
  return { find: (text) => (codes.has(text) ? text : (names.get(text) ?? null)) };
}
