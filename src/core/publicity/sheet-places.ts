import type { Problem } from '../errors.ts';
import { createUnitFinder } from '../import/unit-finder.ts';
import type { UnitTree } from '../units/tree.ts';
import { LEVELS } from '../units/types.ts';
import type { LedgerMapping } from './columns.ts';
import { normaliseName } from './kinds.ts';
import type { SheetRow } from './sheet-row.ts';

export interface Placed {
  readonly unit: { readonly code: string; readonly name: string } | null;
  /** The village or grid that the unit column named, when the row names no place itself. */
  readonly place: string;
  readonly problem: Problem | null;
  readonly warnings: readonly Problem[];
}

const TOWN = LEVELS.indexOf('town');

/** Makes the function that finds the unit of a row by code or by name; below a town, the town and the place in it. */
export function createPlacer(
  tree: UnitTree,
  root: string | null,
  scope: string | null,
): (sheet: SheetRow, mapping: LedgerMapping) => Placed {
  const byCode = createUnitFinder(tree, root, 'code');
  const byName = createUnitFinder(tree, root, 'name');
  return (sheet: SheetRow, { columns }: LedgerMapping): Placed => {
    const isCode = sheet.unitCode === '' && tree.get(sheet.unitName) !== null;
    const code = sheet.unitCode || (isCode ? sheet.unitName : '');
    const name = isCode ? '' : normaliseName(sheet.unitName);
    const column = code !== '' && !isCode ? columns.unitCode : columns.unit;
    const at = { row: sheet.row, ...(column === undefined ? {} : { column }) };
    const refuse = (problemCode: Problem['code'], details: Problem['details']): Placed => {
      return { unit: null, place: '', problem: { code: problemCode, ...at, details }, warnings: [] };
    };
    let found = code !== '' ? byCode(code) : name !== '' ? byName(name) : root === null ? null : { code: root };
    if (found === null) return refuse('LEDGER_UNIT_MISSING', {});
    if ('problem' in found && code === '') {
      const short = byName(name.replace(/(人民政府|政府|街道办事处|办事处|党委|政法委|综治中心)$/, ''));
      if ('code' in short) found = short;
    }
    if ('problem' in found) {
      if (found.problem === 'INTERVIEW_UNIT_OUTSIDE') return refuse('OUT_OF_SCOPE', found.details);
      return refuse(found.problem, found.details);
    }
    const named = tree.get(found.code);
    if (named === null || (scope !== null && !tree.path(named.code).startsWith(scope))) {
      return refuse('OUT_OF_SCOPE', { unit: found.code });
    }
    const isBelow = LEVELS.indexOf(named.level) > TOWN;
    const unit = isBelow ? tree.ancestors(named.code).findLast(({ level }) => LEVELS.indexOf(level) <= TOWN) : named;
    if (!unit) return refuse('OUTPUT_PLACE_LEVEL', { unit: named.name });
    if (scope !== null && !tree.path(unit.code).startsWith(scope)) return refuse('OUT_OF_SCOPE', { unit: unit.code });
    const disagrees = code !== '' && name !== '' && name !== named.name && !name.endsWith(named.name);
    const details = { code, name: named.name, value: sheet.unitName };
    const warnings: Problem[] = disagrees
      ? [{ code: 'LEDGER_UNIT_NAME', row: sheet.row, ...(columns.unit ? { column: columns.unit } : {}), details }]
      : [];
    return { unit, place: isBelow ? named.name : '', problem: null, warnings };
  };
}
