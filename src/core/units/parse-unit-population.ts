import type { ErrorCode, Problem } from '../errors.ts';
import { findColumns, type ImportTable, readCount } from '../import/rows.ts';
import type { Details } from '../text.ts';
import type { Unit } from './types.ts';

/** Residents of one unit by sex and age band: the margins that weights are raked to. */
export interface UnitPopulation {
  readonly unit: string;
  readonly sex: 'male' | 'female';
  /** `18-29` or `60+`. */
  readonly ageBand: string;
  readonly population: number;
}

const COLUMNS = {
  code: ['unit_code', '编码', '代码', '单位编码', '单位代码', '区划代码'],
  sex: ['性别'],
  age_band: ['年龄段', '年龄组', '年龄'],
  population: ['人口', '人口数', '人数', '常住人口'],
} as const;

const SEX_OF: Readonly<Record<string, 'male' | 'female'>> = {
  male: 'male',
  m: 'male',
  男: 'male',
  男性: 'male',
  female: 'female',
  f: 'female',
  女: 'female',
  女性: 'female',
};

/**
 * Reads the second, optional file: population by sex and age band. Problems refuse the file; warnings are sums that do
 * not fit the unit's own population: more people than there are, or, where the bands cover every age, other than there are.
 */
export function parseUnitPopulation({
  table,
  units,
}: {
  readonly table: ImportTable;
  readonly units: readonly Unit[];
}): {
  readonly cells: readonly UnitPopulation[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
} {
  const columns = findColumns(table.header, COLUMNS);
  const known = new Set(units.map((unit) => unit.code));
  const firstRow = new Map<string, number>();
  const cells: UnitPopulation[] = [];
  const problems: Problem[] = [];
  for (const row of table.rows) {
    const read = (column: keyof typeof COLUMNS): string => row.cells[columns[column] ?? ''] ?? '';
    const before = problems.length;
    const report = (code: ErrorCode, column: keyof typeof COLUMNS, details: Details): void => {
      problems.push({ code, row: row.row, column: columns[column] ?? column, details });
    };
    const unit = read('code');
    const sex = Object.hasOwn(SEX_OF, read('sex').toLowerCase()) ? SEX_OF[read('sex').toLowerCase()] : undefined;
    const ageBand = readAgeBand(read('age_band'));
    const population = readCount(read('population'));
    if (!known.has(unit)) report('UNIT_UNKNOWN', 'code', { unit });
    if (sex === undefined) report('POPULATION_SEX_UNKNOWN', 'sex', { value: read('sex') });
    if (ageBand === null) report('POPULATION_AGE_BAND_BAD', 'age_band', { value: read('age_band') });
    if (population === null) report('POPULATION_COUNT_BAD', 'population', { value: read('population') });
    if (problems.length > before || sex === undefined || ageBand === null || population === null) continue;
    const key = `${unit} ${sex} ${ageBand}`;
    const first = firstRow.get(key);
    if (first !== undefined)
      report('POPULATION_CELL_DUPLICATE', 'age_band', { unit, sex: read('sex'), ageBand, first });
    else {
      firstRow.set(key, row.row);
      cells.push({ unit, sex, ageBand, population });
    }
  }
  return { cells, problems, warnings: checkSums(cells, units) };
}

/** `18-29`, `18～29岁`, `60+`, `60岁及以上` → one spelling; null when it is no band. */
function readAgeBand(text: string): string | null {
  const plain = text.replaceAll(/[岁周\s]/g, '').replaceAll(/[—–－~～至]+/g, '-');
  const open = /^(\d{1,3})(\+|(及)?以上)$/.exec(plain);
  if (open !== null) return `${Number(open[1])}+`;
  const [, from, to] = /^(\d{1,3})-(\d{1,3})$/.exec(plain) ?? [];
  if (from === undefined || to === undefined || Number(from) > Number(to)) return null;
  return `${Number(from)}-${Number(to)}`;
}

function checkSums(cells: readonly UnitPopulation[], units: readonly Unit[]): readonly Problem[] {
  const byUnit = new Map<string, UnitPopulation[]>();
  for (const cell of cells) {
    const own = byUnit.get(cell.unit);
    if (own === undefined) byUnit.set(cell.unit, [cell]);
    else own.push(cell);
  }
  return units.flatMap((unit): Problem[] => {
    const own = byUnit.get(unit.code);
    if (own === undefined || unit.population === null) return [];
    const sum = own.reduce((total, cell) => total + cell.population, 0);
    const fits = coversEveryAge(own) ? sum === unit.population : sum <= unit.population;
    if (fits) return [];
    return [{ code: 'POPULATION_SUM_DIFFERS', details: { unit: unit.name, sum, population: unit.population } }];
  });
}

function coversEveryAge(cells: readonly UnitPopulation[]): boolean {
  return cells.some((cell) => cell.ageBand.startsWith('0-')) && cells.some((cell) => cell.ageBand.endsWith('+'));
}
