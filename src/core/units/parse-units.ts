import type { ErrorCode, Problem } from '../errors.ts';
import { findColumns, type ImportRow, type ImportTable, readCount } from '../import/rows.ts';
import type { Details } from '../text.ts';
import { findTreeProblems } from './tree.ts';
import { LEVELS, type Level, type Unit } from './types.ts';

const COLUMNS = {
  code: ['编码', '代码', '单位编码', '单位代码', '区划代码'],
  name: ['名称', '单位名称'],
  level: ['级别', '层级'],
  parent_code: ['上级编码', '上级代码', '上级单位编码'],
  population: ['人口', '人口数', '常住人口'],
  population_source: ['人口来源', '人口数据来源'],
  villages: ['村社区数', '村/社区数', '村(社区)数', '村（社区）数', '村居数', '行政村数'],
} as const;
type Column = keyof typeof COLUMNS;

const LEVEL_NAMES: Readonly<Record<Level, readonly string[]>> = {
  province: ['省', '省级', '自治区', '直辖市'],
  city: ['市', '市级', '地市', '地级市', '盟'],
  county: ['县', '区', '县级', '区县', '县区', '县市区', '旗'],
  town: ['乡镇', '镇', '乡', '街道', '镇街', '镇办', '乡镇街道', '乡级', '乡镇级', '苏木'],
  village: ['村', '社区', '村社区', '村级', '嘎查'],
  grid: ['网格', '网格级'],
};
const LEVEL_OF = new Map<string, Level>(
  LEVELS.flatMap((level) => [level, ...LEVEL_NAMES[level]].map((name): [string, Level] => [name, level])),
);

const KNOWN_LEVELS = LEVELS.map((level) => `${level}/${LEVEL_NAMES[level][0]}`);

/** No slash, for codes make paths; no dot or plus, for `6.1E+11` is a code that a spreadsheet spoiled. */
const CODE = /^[0-9A-Za-z][0-9A-Za-z-]{0,31}$/;

/**
 * Reads units from the rows of a file, together with those that exist already (a parent may be among them). Every
 * finding is a problem with its row and column; the units are only good to use when there is none.
 */
export function parseUnits({
  table,
  existing = [],
}: {
  readonly table: ImportTable;
  readonly existing?: readonly Unit[];
}): { readonly units: readonly Unit[]; readonly problems: readonly Problem[] } {
  const columns = findColumns(table.header, COLUMNS, ['population', 'population_source', 'villages']);
  const problems: Problem[] = [];
  const rowOf = new Map<string, number>();
  const units: Unit[] = [];
  for (const row of table.rows) {
    const read = (column: Column): string => row.cells[columns[column] ?? ''] ?? '';
    const report = (code: ErrorCode, column: Column, details: Details): void => {
      problems.push({ code, row: row.row, column: columns[column] ?? column, details });
    };
    const unit = parseUnit(read, report);
    if (unit === null) continue;
    const first = rowOf.get(unit.code);
    if (first !== undefined) report('UNIT_CODE_DUPLICATE', 'code', { code: unit.code, first });
    else {
      rowOf.set(unit.code, row.row);
      units.push(unit);
    }
  }
  const refused = new Set(table.rows.map(codeIn(columns.code)).filter((code) => !rowOf.has(code)));
  const merged = [...existing.filter((unit) => !rowOf.has(unit.code)), ...units];
  for (const { codes, problem } of findTreeProblems(merged)) {
    // A parent whose own row is refused was told there; an old unit that the file would break is told at the row that does it.
    if (problem.code === 'UNIT_PARENT_UNKNOWN' && refused.has(String(problem.details.parent))) continue;
    const row = codes.map((code) => rowOf.get(code)).find((found) => found !== undefined);
    const column = columns[problem.column as Column] ?? problem.column;
    problems.push({ ...problem, ...(row === undefined ? {} : { row }), ...(column === undefined ? {} : { column }) });
  }
  problems.push(...findStrayRoots(units, rowOf, columns.parent_code));
  return { units, problems: problems.sort((a, b) => (a.row ?? 0) - (b.row ?? 0)) };
}

function parseUnit(
  read: (column: Column) => string,
  report: (code: ErrorCode, column: Column, details: Details) => void,
): Unit | null {
  const code = read('code');
  const name = read('name');
  const level = LEVEL_OF.get(read('level').toLowerCase());
  const parentCode = read('parent_code');
  const people = read('population');
  const population = people === '' ? null : readCount(people);
  if (!CODE.test(code)) report('UNIT_CODE_BAD', 'code', { code });
  if (name === '') report('UNIT_NAME_EMPTY', 'name', { code });
  if (parentCode !== '' && !CODE.test(parentCode)) report('UNIT_CODE_BAD', 'parent_code', { code: parentCode });
  if (level === undefined) report('UNIT_LEVEL_UNKNOWN', 'level', { code, level: read('level'), known: KNOWN_LEVELS });
  if (people !== '' && !population) report('UNIT_POPULATION_BAD', 'population', { code, value: people });
  const counted = read('villages');
  const villages = counted === '' ? null : readCount(counted);
  if (counted !== '' && !villages) report('UNIT_VILLAGES_BAD', 'villages', { code, value: counted });
  if (!CODE.test(code) || level === undefined) return null;
  return {
    code,
    name,
    level,
    parentCode: parentCode === '' ? null : parentCode,
    population: population || null,
    populationSource: read('population_source') || null,
    villages: villages || null,
  };
}

/** A blank parent belongs to the topmost units of a file only: further down it is a cell somebody forgot. */
function findStrayRoots(
  units: readonly Unit[],
  rowOf: ReadonlyMap<string, number>,
  column: string | null,
): readonly Problem[] {
  const depth = (unit: Unit): number => LEVELS.indexOf(unit.level);
  const top = units.reduce<Unit | null>(
    (best, unit) => (best !== null && depth(best) <= depth(unit) ? best : unit),
    null,
  );
  if (top === null) return [];
  return units
    .filter((unit) => unit.parentCode === null && depth(unit) > depth(top))
    .map((unit) => ({
      code: 'UNIT_PARENT_EMPTY',
      row: rowOf.get(unit.code) ?? 0,
      column: column ?? 'parent_code',
      details: { code: unit.code, top: top.code },
    }));
}

const codeIn =
  (column: string | null) =>
  (row: ImportRow): string =>
    row.cells[column ?? ''] ?? '';
