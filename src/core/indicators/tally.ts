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

/** All counters of one kind of people: n, Σw and Σw² of slot s stand at 3s, 3s + 1 and 3s + 2. */
interface PeopleSum {
  readonly people: Pick<TallyCell, 'unit' | 'mode' | 'sex' | 'ageBand'>;
  sums: Float64Array;
}

/**
 * Adds cells up by key, so that many responses become few counters. A response falls on one kind of people and a slot per
 * indicator and outcome; numbers in columns take a tenth of the memory of a cell each.
 */
export class TallySum {
  readonly #people = new Map<string, PeopleSum>();
  #last: PeopleSum | null = null;
  readonly #slots = new Map<string, Map<string, number>>();
  readonly #names: Pick<TallyCell, 'indicator' | 'outcome'>[] = [];

  static of(cells: Iterable<TallyCell>): TallySum {
    const sum = new TallySum();
    sum.add(cells);
    return sum;
  }

  add(cells: Iterable<TallyCell>): void {
    for (const cell of cells) {
      const at = 3 * this.#slotOf(cell);
      const own = this.#sumOf(cell);
      if (at >= own.sums.length) {
        const larger = new Float64Array(Math.max(2 * own.sums.length, at + 3));
        larger.set(own.sums);
        own.sums = larger;
      }
      own.sums[at] = (own.sums[at] as number) + cell.n;
      own.sums[at + 1] = (own.sums[at + 1] as number) + cell.sumW;
      own.sums[at + 2] = (own.sums[at + 2] as number) + cell.sumW2;
    }
  }

  /** The cells, always in the same order. */
  *cells(): Generator<TallyCell> {
    const slots = this.#names
      .map(({ indicator, outcome }, slot) => ({ indicator, outcome, slot, key: `${indicator}\u0000${outcome}` }))
      .sort(byKey);
    const all = [...this.#people].map(([key, own]) => ({ key, ...own })).sort(byKey);
    for (const { people, sums } of all) {
      const { unit, mode, sex, ageBand } = people;
      for (const { indicator, outcome, slot } of slots) {
        const [n = 0, sumW = 0, sumW2 = 0] = sums.subarray(3 * slot, 3 * slot + 3);
        if (n !== 0 || sumW !== 0) yield { unit, mode, indicator, outcome, sex, ageBand, n, sumW, sumW2 };
      }
    }
  }

  /** The same summed over sex and age band. */
  totals(): TallySum {
    const totals = new TallySum();
    for (const cell of this.cells()) totals.add([{ ...cell, sex: 'unknown', ageBand: 'all' }]);
    return totals;
  }

  #slotOf({ indicator, outcome }: TallyCell): number {
    let outcomes = this.#slots.get(indicator);
    if (outcomes === undefined) {
      outcomes = new Map();
      this.#slots.set(indicator, outcomes);
    }
    let slot = outcomes.get(outcome);
    if (slot === undefined) {
      slot = this.#names.push({ indicator, outcome }) - 1;
      outcomes.set(outcome, slot);
    }
    return slot;
  }

  #sumOf({ unit, mode, sex, ageBand }: TallyCell): PeopleSum {
    // All cells of a response are of the same people.
    const last = this.#last;
    const same = last?.people;
    if (last && same?.unit === unit && same.mode === mode && same.sex === sex && same.ageBand === ageBand) return last;
    const key = `${unit}\u0000${mode}\u0000${sex}\u0000${ageBand}`;
    let own = this.#people.get(key);
    if (own === undefined) {
      own = { people: { unit, mode, sex, ageBand }, sums: new Float64Array(3 * FIRST_SLOTS) };
      this.#people.set(key, own);
    }
    this.#last = own;
    return own;
  }
}

/** Room for the counters of one response. */
const FIRST_SLOTS = 24;

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

/** The AAPOR result code of a completed interview. */
export const COMPLETE = '1.1';

/** Whether a cell counts completed interviews of the probability sample: these make rates. */
export function isComplete({ indicator, outcome, mode }: TallyCell): boolean {
  return indicator === DISPOSITION && outcome === COMPLETE && mode !== 'web-open';
}
