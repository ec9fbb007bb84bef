import { DISPOSITION, type Mode, type Sex, type TallyCell } from './types.ts';

/** What the tallies need to know of one ended response. */
export interface CountedResponse {
  readonly unit: string;
  readonly mode: Mode;
  readonly sex: Sex;
  readonly ageBand: string;
  readonly weight: number;
  readonly disposition: string;
  /** One outcome per indicator; empty unless the response is complete. */
  readonly outcomes: ReadonlyArray<{ readonly indicator: string; readonly outcome: string }>;
}

/** The counter cells of one response: its result code, and one cell per indicator. */
export function cellsOfResponse({
  unit,
  mode,
  sex,
  ageBand,
  weight,
  disposition,
  outcomes,
}: CountedResponse): TallyCell[] {
  // Spelt out field by field: an import makes millions of these.
  const cellOf = (indicator: string, outcome: string): TallyCell => {
    return { unit, mode, indicator, outcome, sex, ageBand, n: 1, sumW: weight, sumW2: weight * weight };
  };
  const cells = [cellOf(DISPOSITION, disposition)];
  for (const { indicator, outcome } of outcomes) cells.push(cellOf(indicator, outcome));
  return cells;
}

/** What makes two cells the same counter. */
export function cellKey(cell: TallyCell): string {
  const { indicator, unit, mode, outcome, sex, ageBand } = cell;
  return `${indicator}\u0000${unit}\u0000${mode}\u0000${outcome}\u0000${sex}\u0000${ageBand}`;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Adds cells up by key, so that many responses become few counters. */
export class TallySum {
  readonly #cells = new Map<string, Mutable<TallyCell>>();

  add(cells: readonly TallyCell[]): void {
    for (const cell of cells) {
      const key = cellKey(cell);
      const sum = this.#cells.get(key);
      if (sum === undefined) this.#cells.set(key, { ...cell });
      else {
        sum.n += cell.n;
        sum.sumW += cell.sumW;
        sum.sumW2 += cell.sumW2;
      }
    }
  }

  get cells(): ReadonlyMap<string, TallyCell> {
    return this.#cells;
  }

  toArray(): TallyCell[] {
    return [...this.#cells.values()];
  }
}

/** The cells summed over sex and age band. */
export function totalsOf(cells: Iterable<TallyCell>): TallySum {
  const sum = new TallySum();
  for (const cell of cells) sum.add([{ ...cell, sex: 'unknown', ageBand: 'all' }]);
  return sum;
}

/** The AAPOR result code of a completed interview. */
export const COMPLETE = '1.1';

/** Whether a cell counts completed interviews of the probability sample: these make rates. */
export function isComplete({ indicator, outcome, mode }: TallyCell): boolean {
  return indicator === DISPOSITION && outcome === COMPLETE && mode !== 'web-open';
}
