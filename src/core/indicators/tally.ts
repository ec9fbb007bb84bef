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
export function cellsOfResponse({ outcomes, disposition, weight, ...place }: CountedResponse): TallyCell[] {
  const counts = { n: 1, sumW: weight, sumW2: weight * weight };
  return [{ indicator: DISPOSITION, outcome: disposition }, ...outcomes].map((coded) => ({
    ...place,
    indicator: coded.indicator,
    outcome: coded.outcome,
    ...counts,
  }));
}

/** What makes two cells the same counter. */
export function cellKey(cell: TallyCell): string {
  return [cell.indicator, cell.unit, cell.mode, cell.outcome, cell.sex, cell.ageBand].join('\u0000');
}

/** Adds cells up by key, so that many responses become few counters. */
export class TallySum {
  readonly #cells = new Map<string, TallyCell>();

  add(cells: readonly TallyCell[]): void {
    for (const cell of cells) {
      const key = cellKey(cell);
      const sum = this.#cells.get(key);
      this.#cells.set(
        key,
        sum ? { ...sum, n: sum.n + cell.n, sumW: sum.sumW + cell.sumW, sumW2: sum.sumW2 + cell.sumW2 } : cell,
      );
    }
  }

  get cells(): ReadonlyMap<string, TallyCell> {
    return this.#cells;
  }

  toArray(): TallyCell[] {
    return [...this.#cells.values()];
  }
}
