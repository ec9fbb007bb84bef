import type { Problem } from '../errors.ts';
import { findTreeProblems } from './tree.ts';
import { LEVELS, type Unit } from './types.ts';

/** What an import would do to the units. Nothing may be written when there are problems. */
export interface UnitImportPlan {
  /** Parents before their children. */
  readonly create: readonly Unit[];
  readonly update: readonly Unit[];
  readonly unchanged: readonly Unit[];
  readonly problems: readonly Problem[];
}

/**
 * Compares the units of a file with those that exist. Units that the file does not mention stay as they are, so a file
 * may bring one county only. A blank number says “unknown here”, which is no reason to forget a known one.
 */
export function planUnitImport(existing: readonly Unit[], incoming: readonly Unit[]): UnitImportPlan {
  const known = new Map(existing.map((unit) => [unit.code, unit]));
  const wanted = incoming.map((unit) => keepNumbers(unit, known.get(unit.code)));
  const mentioned = new Set(incoming.map((unit) => unit.code));
  const after = [...existing.filter((unit) => !mentioned.has(unit.code)), ...wanted];
  const create = wanted.filter((unit) => !known.has(unit.code));
  const old = wanted.filter((unit) => known.has(unit.code));
  const isSame = (unit: Unit): boolean => sameUnit(unit, known.get(unit.code));
  return {
    create: create.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level)),
    update: old.filter((unit) => !isSame(unit)),
    unchanged: old.filter(isSame),
    problems: findTreeProblems(after).map(({ problem }) => problem),
  };
}

function keepNumbers(unit: Unit, known: Unit | undefined): Unit {
  if (known === undefined) return unit;
  const { population, populationSource } = unit.population === null ? known : unit;
  return { ...unit, population, populationSource, villages: unit.villages ?? known.villages };
}

function sameUnit(a: Unit, b: Unit | undefined): boolean {
  return (
    b !== undefined &&
    a.name === b.name &&
    a.level === b.level &&
    a.parentCode === b.parentCode &&
    a.population === b.population &&
    a.populationSource === b.populationSource &&
    a.villages === b.villages
  );
}
