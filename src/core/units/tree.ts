import type { Problem } from '../errors.ts';
import { LEVELS, type Unit } from './types.ts';

/** The division tree, ready to be asked. Every question about “inside which unit” goes through here. */
export interface UnitTree {
  /** Every unit, parents before their children, in the order given otherwise. */
  readonly units: readonly Unit[];
  readonly roots: readonly Unit[];
  get(code: string): Unit | null;
  children(code: string): readonly Unit[];
  /** From the root down to the parent; the unit itself is not among them. */
  ancestors(code: string): readonly Unit[];
  /** The unit itself first, then everything below it. */
  subtree(code: string): readonly Unit[];
  /** Whether the unit is `root` or lies below it; a code that does not exist lies nowhere. */
  isWithin(code: string, root: string): boolean;
  /** `/6109/610902/`: a unit lies within another exactly when its path starts with the other's. */
  path(code: string): string;
}

/** What breaks a tree, and at which units: the one to mend first, then the others that are part of it. */
interface TreeProblem {
  readonly codes: readonly string[];
  readonly problem: Problem;
}

/** Builds the tree of units that have been checked before. A broken tree here is a bug. */
export function buildTree(units: readonly Unit[]): UnitTree {
  const [broken] = findTreeProblems(units);
  if (broken !== undefined) throw new RangeError(`broken tree at unit ${broken.codes[0]}: ${broken.problem.code}`);
  const byCode = new Map(units.map((unit) => [unit.code, unit]));
  const children = new Map<string, Unit[]>(units.map((unit) => [unit.code, []]));
  for (const unit of units) if (unit.parentCode !== null) children.get(unit.parentCode)?.push(unit);
  const roots = units.filter((unit) => unit.parentCode === null);

  const paths = new Map<string, string>();
  const ordered: Unit[] = [];
  // The list grows while it is walked: each unit appends its children.
  const waiting = [...roots];
  for (const unit of waiting) {
    const above = unit.parentCode === null ? '/' : (paths.get(unit.parentCode) ?? '/');
    paths.set(unit.code, `${above}${unit.code}/`);
    ordered.push(unit);
    waiting.push(...childrenOf(unit.code));
  }

  function childrenOf(code: string): readonly Unit[] {
    return children.get(code) ?? [];
  }
  function path(code: string): string {
    const found = paths.get(code);
    if (found === undefined) throw new RangeError(`no unit ${code}`);
    return found;
  }
  return {
    units: ordered,
    roots,
    get: (code) => byCode.get(code) ?? null,
    children: childrenOf,
    ancestors(code) {
      const codes = path(code).split('/').slice(1, -2);
      return codes.flatMap((above) => byCode.get(above) ?? []);
    },
    subtree(code) {
      const found = byCode.get(code);
      const list = found === undefined ? [] : [found];
      for (const unit of list) list.push(...childrenOf(unit.code));
      return list;
    },
    isWithin(code, root) {
      const rootPath = paths.get(root);
      return rootPath !== undefined && (paths.get(code)?.startsWith(rootPath) ?? false);
    },
    path,
  };
}

/** Parents that are missing, circles, and levels that do not go down. Each circle is told once. */
export function findTreeProblems(units: readonly Unit[]): readonly TreeProblem[] {
  const byCode = new Map(units.map((unit) => [unit.code, unit]));
  const problems: TreeProblem[] = [];
  const settled = new Set<string>();
  const report = (codes: readonly string[], problem: Problem): void => {
    problems.push({ codes, problem });
  };
  for (const unit of units) {
    if (unit.parentCode !== null) {
      const parent = byCode.get(unit.parentCode);
      if (parent === undefined) {
        report([unit.code], {
          code: 'UNIT_PARENT_UNKNOWN',
          column: 'parent_code',
          details: { code: unit.code, parent: unit.parentCode },
        });
      } else if (LEVELS.indexOf(unit.level) <= LEVELS.indexOf(parent.level)) {
        const details = { code: unit.code, level: unit.level, parent: parent.code, parentLevel: parent.level };
        report([unit.code, parent.code], { code: 'UNIT_LEVEL_ORDER', column: 'level', details });
      }
    }
    const trail: string[] = [];
    let at: Unit | undefined = unit;
    while (at !== undefined && !settled.has(at.code) && !trail.includes(at.code)) {
      trail.push(at.code);
      at = at.parentCode === null ? undefined : byCode.get(at.parentCode);
    }
    if (at !== undefined && !settled.has(at.code)) {
      const cycle = [...trail.slice(trail.indexOf(at.code)), at.code];
      report(cycle, { code: 'UNIT_CYCLE', column: 'parent_code', details: { cycle: cycle.join(' → ') } });
    }
    for (const code of trail) settled.add(code);
  }
  return problems;
}
