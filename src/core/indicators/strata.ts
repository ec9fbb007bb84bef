import { LEVELS, type Unit } from '../units/types.ts';

/** A unit that has a line in the results, with the strata it is made of. */
export interface ResultPlace {
  readonly unit: Unit;
  /** Index of the parent among the places; −1 for a root. */
  readonly parent: number;
  /** Its strata are `from ≤ h < to`: strata stand in tree order, so every unit is a range. */
  readonly from: number;
  readonly to: number;
}

/** The tree of units as the estimation sees it. */
export interface StrataPlan {
  readonly places: readonly ResultPlace[];
  /** The unit behind each stratum. */
  readonly strata: readonly Unit[];
  /** Place of every unit: where its open-web answers are counted. */
  readonly placeOf: ReadonlyMap<string, number>;
  /** Stratum of every unit; −1 for a unit above the towns that has towns below it. */
  readonly stratumOf: ReadonlyMap<string, number>;
}

const isTownOrAbove = (unit: Unit): boolean => LEVELS.indexOf(unit.level) <= LEVELS.indexOf('town');

/**
 * Strata are towns; a county without towns, or whatever else the tree ends in above a town, is a stratum itself. Units
 * below a town belong to its stratum. A unit whose parent is not among the units given is a root.
 */
export function planStrata(units: readonly Unit[]): StrataPlan {
  const codes = new Set(units.map((unit) => unit.code));
  const children = new Map<string, Unit[]>();
  const roots: Unit[] = [];
  for (const unit of units) {
    if (unit.parentCode === null || !codes.has(unit.parentCode)) roots.push(unit);
    else {
      const siblings = children.get(unit.parentCode);
      if (siblings) siblings.push(unit);
      else children.set(unit.parentCode, [unit]);
    }
  }
  const places: ResultPlace[] = [];
  const strata: Unit[] = [];
  const placeOf = new Map<string, number>();
  const stratumOf = new Map<string, number>();

  const visitBelow = (unit: Unit, place: number, stratum: number): void => {
    placeOf.set(unit.code, place);
    stratumOf.set(unit.code, stratum);
    for (const child of children.get(unit.code) ?? []) visitBelow(child, place, stratum);
  };
  const visit = (unit: Unit, parent: number): void => {
    const place = places.length;
    const from = strata.length;
    const below = (children.get(unit.code) ?? []).filter(isTownOrAbove);
    if (below.length === 0) {
      strata.push(unit);
      places.push({ unit, parent, from, to: from + 1 });
      visitBelow(unit, place, from);
      return;
    }
    places.push({ unit, parent, from, to: from });
    placeOf.set(unit.code, place);
    stratumOf.set(unit.code, -1);
    for (const child of below) visit(child, place);
    places[place] = { unit, parent, from, to: strata.length };
    for (const child of children.get(unit.code) ?? []) {
      if (!isTownOrAbove(child)) visitBelow(child, place, -1);
    }
  };
  for (const root of roots) visit(root, -1);
  return { places, strata, placeOf, stratumOf };
}
