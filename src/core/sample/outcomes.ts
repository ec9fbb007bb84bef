/**
 * Outcome rates of a telephone or invitation survey after AAPOR's Standard Definitions: from result codes to response,
 * cooperation, refusal and contact rates. Never for an open link: nobody knows how many saw it.
 */

/**
 * I complete, P partial, R refusal and break-off, NC non-contact, O other eligible, UH unknown whether a household,
 * UR household found but eligibility of a person unknown, UO other unknown, NE not eligible.
 */
export const OUTCOME_SYMBOLS = ['I', 'P', 'R', 'NC', 'O', 'UH', 'UR', 'UO', 'NE'] as const;
export type OutcomeSymbol = (typeof OUTCOME_SYMBOLS)[number];

export type OutcomeCounts = Readonly<Record<OutcomeSymbol, number>>;

/** The assumed share of eligible cases among the unknown: one for all, or one for each kind. */
export type Eligibility = number | { readonly UH: number; readonly UR: number; readonly UO: number };

export const OUTCOME_RATES = [
  'RR1',
  'RR2',
  'RR3',
  'RR4',
  'RR5',
  'RR6',
  'COOP1',
  'COOP2',
  'COOP3',
  'COOP4',
  'REF1',
  'REF2',
  'REF3',
  'CON1',
  'CON2',
  'CON3',
] as const;
export type OutcomeRate = (typeof OUTCOME_RATES)[number];

/** Longest prefix first: `2.112c` is a refusal by 2.11, `2.20` a non-contact by 2.2. */
const SYMBOL_BY_PREFIX: readonly (readonly [string, OutcomeSymbol])[] = [
  ['1.1', 'I'],
  ['1.2', 'P'],
  ['2.1', 'R'],
  ['2.2', 'NC'],
  ['2.3', 'O'],
  ['3.1', 'UH'],
  ['3.2', 'UR'],
  ['3.3', 'UR'],
  ['3.9', 'UO'],
  ['4.', 'NE'],
];

/** The symbol of a final result code; null for a code that is no final disposition. */
export function symbolOfCode(code: string): OutcomeSymbol | null {
  return SYMBOL_BY_PREFIX.find(([prefix]) => code.startsWith(prefix))?.[1] ?? null;
}

/** Counts cases by symbol; a code that is no disposition is a bug. */
export function countOutcomes(cases: Iterable<readonly [code: string, n: number]>): OutcomeCounts {
  const counts: Record<OutcomeSymbol, number> = { I: 0, P: 0, R: 0, NC: 0, O: 0, UH: 0, UR: 0, UO: 0, NE: 0 };
  for (const [code, n] of cases) {
    const symbol = symbolOfCode(code);
    if (symbol === null) throw new RangeError(`result code ${code}`);
    counts[symbol] += n;
  }
  return counts;
}

/** The default e: the share of eligible among the cases whose eligibility is known (CASRO); null when there are none. */
export function estimateEligibility(counts: OutcomeCounts): number | null {
  const known = counts.I + counts.P + counts.R + counts.NC + counts.O;
  return ratio(known, known + counts.NE);
}

/** All sixteen rates; null where the denominator is nothing. RR5, RR6, REF3 suppose that no unknown case is eligible. */
export function computeOutcomeRates(
  counts: OutcomeCounts,
  eligibility: Eligibility | null = estimateEligibility(counts),
): Readonly<Record<OutcomeRate, number | null>> {
  const { I, P, R, NC, O, UH, UR, UO } = counts;
  const e = typeof eligibility === 'number' ? { UH: eligibility, UR: eligibility, UO: eligibility } : eligibility;
  const eligible = I + P + R + NC + O;
  const all = eligible + UH + UR + UO;
  const expected = e === null ? null : eligible + e.UH * UH + e.UR * UR + e.UO * UO;
  const contacted = I + P + R + O;
  return {
    RR1: ratio(I, all),
    RR2: ratio(I + P, all),
    RR3: ratio(I, expected),
    RR4: ratio(I + P, expected),
    RR5: ratio(I, eligible),
    RR6: ratio(I + P, eligible),
    COOP1: ratio(I, contacted),
    COOP2: ratio(I + P, contacted),
    COOP3: ratio(I, I + P + R),
    COOP4: ratio(I + P, I + P + R),
    REF1: ratio(R, all),
    REF2: ratio(R, expected),
    REF3: ratio(R, eligible),
    CON1: ratio(contacted, all),
    CON2: ratio(contacted, expected),
    CON3: ratio(contacted, eligible),
  };
}

const ratio = (part: number, whole: number | null): number | null =>
  whole !== null && whole > 0 ? part / whole : null;
