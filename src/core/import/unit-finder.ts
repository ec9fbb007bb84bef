import type { ErrorCode } from '../errors.ts';
import type { Details } from '../text.ts';
import type { UnitTree } from '../units/tree.ts';
import type { Unit } from '../units/types.ts';

/** The unit that a text of a file means, or why it means none. */
type FoundUnit = { readonly code: string } | { readonly problem: ErrorCode; readonly details: Details };

/**
 * Finds units by code or by name among those below a root, or among all for null. A name may say what lies above it, `汉滨区/五里镇`: ten
 * counties have ten towns called 城关镇. The same text is looked up once.
 */
export function createUnitFinder(
  tree: UnitTree,
  root: string | null,
  by: 'code' | 'name',
): (text: string) => FoundUnit {
  const byName = new Map<string, Unit[]>();
  for (const unit of root === null ? tree.units : tree.subtree(root)) {
    const same = byName.get(unit.name);
    if (same === undefined) byName.set(unit.name, [unit]);
    else same.push(unit);
  }
  const known = new Map<string, FoundUnit>();
  const find = by === 'code' ? findCode : findName;

  function findCode(text: string): FoundUnit {
    if (tree.get(text) === null) return { problem: 'UNIT_UNKNOWN', details: { unit: text } };
    if (root !== null && !tree.isWithin(text, root))
      return { problem: 'INTERVIEW_UNIT_OUTSIDE', details: { unit: text } };
    return { code: text };
  }

  function findName(text: string): FoundUnit {
    const names = text.split(/\s*[/／]\s*/);
    const name = names.pop() ?? '';
    const candidates = (byName.get(name) ?? []).filter((unit) => liesBelow(unit, names));
    const [first, second] = candidates;
    if (first === undefined) return { problem: 'UNIT_UNKNOWN', details: { unit: text } };
    if (second === undefined) return { code: first.code };
    const paths = candidates.slice(0, 5).map((unit) => [...namesAbove(unit).slice(-1), unit.name].join('/'));
    return { problem: 'UNIT_NAME_AMBIGUOUS', details: { unit: text, candidates: paths } };
  }

  function namesAbove(unit: Unit): readonly string[] {
    return tree.ancestors(unit.code).map((above) => above.name);
  }

  /** Whether the names stand above the unit in this order; steps may be left out. */
  function liesBelow(unit: Unit, names: readonly string[]): boolean {
    let from = 0;
    const above = namesAbove(unit);
    return names.every((name) => {
      const at = above.indexOf(name, from);
      from = at + 1;
      return at >= 0;
    });
  }

  return (text) => {
    let found = known.get(text);
    if (found === undefined) {
      found = find(text);
      if ('code' in found) known.set(text, found);
    }
    return found;
  };
}
