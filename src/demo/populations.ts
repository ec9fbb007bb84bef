import type { ImportTable } from '../core/import/rows.ts';
import { createRandom } from '../core/random.ts';

/** Says on every page that shows such a number where it comes from. */
export const MADE_UP = '合成演示数据（固定规则）';

/**
 * Gives every unit without a known population one by a fixed rule, so that the parts add up: the towns share what the
 * city's census leaves after the counties that are known; a street or a county seat weighs four of the others, and
 * each is moved by up to half as its code decides. A county is the sum of its towns.
 */
export function fillPopulations(table: ImportTable): ImportTable {
  const cells = table.rows.map((row) => ({ ...row.cells }));
  const populationOf = new Map(cells.map((unit) => [unit.code, Number(unit.population || 0)]));
  const towns = cells.filter(({ level }) => level === 'town');
  const unknown = towns.filter(({ population }) => !population);
  const city = cells.find(({ level }) => level === 'city');
  const known = towns.reduce((sum, { population }) => sum + Number(population || 0), 0);
  const rest = (populationOf.get(city?.code) ?? 0) - known;
  const shares = unknown.map((town) => weightOf(town.code ?? '', town.name ?? ''));
  const total = shares.reduce((sum, share) => sum + share, 0);
  let given = 0;
  let sum = 0;
  unknown.forEach((town, i) => {
    // Rounding the running sum, not each part, leaves no remainder.
    sum += shares[i] ?? 0;
    const upTo = Math.round((rest * sum) / total);
    setPopulation(town, upTo - given);
    given = upTo;
  });
  for (const county of cells.filter(({ level, population }) => level === 'county' && !population)) {
    const own = towns.filter((town) => town.parent_code === county.code);
    setPopulation(
      county,
      own.reduce((people, { population }) => people + Number(population), 0),
    );
  }
  return { header: table.header, rows: table.rows.map(({ row }, i) => ({ row, cells: cells[i] ?? {} })) };
}

function setPopulation(unit: Record<string, string>, population: number): void {
  unit.population = String(population);
  unit.population_source = MADE_UP;
}

function weightOf(code: string, name: string): number {
  const size = name.endsWith('街道') || name === '城关镇' ? 4 : 1;
  return size * (0.5 + createRandom(Number(code)).next());
}
