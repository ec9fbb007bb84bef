import type { Sex } from '../indicators/types.ts';

/** Quotas: how many interviews each cell of town × sex × age band may hold; `*` stands for any. */

export interface QuotaCell {
  readonly unitCode: string;
  readonly sex: Sex | '*';
  readonly ageBand: string;
  readonly target: number;
  readonly completes: number;
}

/** Who is, or would be, interviewed. `unknown` sex or age band may turn out to be any. */
export interface QuotaPerson {
  readonly unitCode: string;
  readonly sex: Sex;
  readonly ageBand: string;
}

/** The cells that an interview counts in. What is not known counts only in cells that do not ask for it. */
export function matchCells<T extends QuotaCell>(cells: readonly T[], person: QuotaPerson): readonly T[] {
  return cells.filter((cell) => isIn(cell, person));
}

const isIn = (cell: QuotaCell, { unitCode, sex, ageBand }: QuotaPerson): boolean =>
  (cell.unitCode === '*' || cell.unitCode === unitCode) &&
  (cell.sex === '*' || cell.sex === sex) &&
  (cell.ageBand === '*' || cell.ageBand === ageBand);

/** Whether this person could, as far as is known, still fall into the cell. */
const mayBeIn = (cell: QuotaCell, { unitCode, sex, ageBand }: QuotaPerson): boolean =>
  (cell.unitCode === '*' || cell.unitCode === unitCode) &&
  (cell.sex === '*' || sex === 'unknown' || cell.sex === sex) &&
  (cell.ageBand === '*' || ageBand === 'unknown' || cell.ageBand === ageBand);

/** Interviews still wanted; an interview too many leaves none, not fewer than none. */
export function remaining({ target, completes }: QuotaCell): number {
  return Math.max(0, target - completes);
}

/** A person counts against quotas only when every one of their cells still has room. */
export function hasRoom(cells: readonly QuotaCell[], person: QuotaPerson): boolean {
  return matchCells(cells, person).every((cell) => remaining(cell) > 0);
}

/**
 * Whether somebody of whom so much is known can still be useful: all cells that certainly hold them have room, and where
 * sex or age is unknown at least one of the finer cells they may fall into does.
 */
export function mayBeWanted(cells: readonly QuotaCell[], person: QuotaPerson): boolean {
  if (!hasRoom(cells, person)) return false;
  const possible = cells.filter((cell) => mayBeIn(cell, person) && !isIn(cell, person));
  return possible.length === 0 || possible.some((cell) => remaining(cell) > 0);
}

/**
 * How many of the waiting people may be called at once without a cell overshooting, in their order. Where more is still
 * wanted than there are lines, no reserve is needed; from there on every call under way holds one place in each cell that
 * it may fall into, as if it were sure to end complete.
 */
export function admit<T extends QuotaPerson>(
  cells: readonly QuotaCell[],
  {
    underWay,
    waiting,
    lines,
  }: { readonly underWay: readonly QuotaPerson[]; readonly waiting: readonly T[]; readonly lines: number },
): readonly T[] {
  const free = new Map(
    cells.map((cell) => {
      const left = remaining(cell);
      const held = underWay.filter((person) => mayBeIn(cell, person)).length;
      return [cell, left > lines ? Number.POSITIVE_INFINITY : left - held];
    }),
  );
  const admitted: T[] = [];
  for (const person of waiting) {
    if (admitted.length + underWay.length >= lines) break;
    if (!mayBeWanted(cells, person)) continue;
    // Should they turn out to be of a cell that is full already, the screening ends the interview.
    const theirs = cells.filter((cell) => mayBeIn(cell, person) && remaining(cell) > 0);
    if (theirs.some((cell) => (free.get(cell) ?? 0) <= 0)) continue;
    for (const cell of theirs) free.set(cell, (free.get(cell) ?? 0) - 1);
    admitted.push(person);
  }
  return admitted;
}

/** True when those under way hold every place that is left for anybody: then `admit` lets nobody in, whoever waits. */
export function isWholeHeld(cells: readonly QuotaCell[], underWay: number, lines: number): boolean {
  return cells.some((cell) => {
    const { unitCode, sex, ageBand } = cell;
    const left = remaining(cell);
    const isWhole = unitCode === '*' && sex === '*' && ageBand === '*';
    return isWhole && left > 0 && left <= Math.min(lines, underWay);
  });
}

/** A cell whose waiting cases will hardly yield what is still wanted. */
export interface CellOutlook {
  readonly cell: QuotaCell;
  readonly wanted: number;
  readonly open: number;
  /** Interviews to be expected from the open cases. */
  readonly expected: number;
  readonly willFill: boolean;
}

/** `yieldRate`: the share of worked cases that became complete; null while too few are worked to tell. */
export function forecastCell(cell: QuotaCell, openCases: number, yieldRate: number | null): CellOutlook {
  const wanted = remaining(cell);
  const expected = openCases * (yieldRate ?? 1);
  return { cell, wanted, open: openCases, expected, willFill: wanted === 0 || expected >= wanted };
}
