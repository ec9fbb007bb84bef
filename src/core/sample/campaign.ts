import { binomialCdf } from '../stats/binomial.ts';
import type { Text } from '../text.ts';
import type { CaseState } from './case-state.ts';
import {
  computeOutcomeRates,
  countOutcomes,
  estimateEligibility,
  type OutcomeCounts,
  type OutcomeRate,
} from './outcomes.ts';
import type { CellOutlook } from './quota.ts';

/** The arithmetic of the board: what the counted rows of a campaign mean, and what should worry its manager. */

/** Cases counted together: SQL gives these rows. */
export interface CaseCount {
  readonly unitCode: string;
  readonly mode: string;
  /** Who spoke to the case last; null when nobody did. */
  readonly interviewerId: string | null;
  readonly state: CaseState;
  readonly disposition: string | null;
  readonly n: number;
}

/** One line of the board: a town, a mode, an interviewer, or all. */
export interface BoardLine {
  readonly key: string;
  readonly cases: number;
  readonly open: number;
  readonly completes: number;
  readonly outcomes: OutcomeCounts;
  readonly rates: Readonly<Record<OutcomeRate, number | null>>;
}

export interface Board {
  readonly total: BoardLine;
  /** The e in RR3, RR4, REF2 and CON2 of every line: the eligible among all cases of known eligibility (CASRO). */
  readonly eligibility: number | null;
  readonly byTown: readonly BoardLine[];
  readonly byMode: readonly BoardLine[];
  readonly byInterviewer: readonly BoardLine[];
}

/** Rates as if the campaign ended now: an open case counts by its newest code, an untried one as 3.11. */
export function computeBoard(rows: readonly CaseCount[]): Board {
  const eligibility = estimateEligibility(outcomesOf(rows));
  const lineOf = (key: string, own: readonly CaseCount[]): BoardLine => {
    const outcomes = outcomesOf(own);
    const cases = sum(own);
    return {
      key,
      cases,
      open: sum(own.filter(({ state }) => state !== 'FINAL' && state !== 'BLOCKED')),
      completes: sum(own.filter(isComplete)),
      outcomes,
      rates: computeOutcomeRates(outcomes, eligibility),
    };
  };
  const linesBy = (keyOf: (row: CaseCount) => string | null): readonly BoardLine[] => {
    const groups = new Map<string, CaseCount[]>();
    for (const row of rows) {
      const key = keyOf(row);
      if (key !== null) groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    return [...groups].map(([key, own]) => lineOf(key, own)).sort((a, b) => (a.key < b.key ? -1 : 1));
  };
  return {
    total: lineOf('*', rows),
    eligibility,
    byTown: linesBy(({ unitCode }) => unitCode),
    byMode: linesBy(({ mode }) => mode),
    byInterviewer: linesBy(({ interviewerId }) => interviewerId),
  };
}

const sum = (rows: readonly CaseCount[]): number => rows.reduce((total, { n }) => total + n, 0);
/** As targets and quotas count them: a partial is none. */
const isComplete = ({ state, disposition }: CaseCount): boolean => state === 'FINAL' && disposition === '1.1';
const outcomesOf = (rows: readonly CaseCount[]): OutcomeCounts =>
  countOutcomes(rows.map(({ disposition, n }) => [disposition ?? '3.11', n] as const));

/** Completes against a target; `share` is null without one. */
export function measureTarget(
  completes: number,
  target: number | null,
): {
  readonly completes: number;
  readonly target: number | null;
  readonly missing: number;
  readonly share: number | null;
} {
  return {
    completes,
    target,
    missing: target === null ? 0 : Math.max(0, target - completes),
    share: target === null || target === 0 ? null : completes / target,
  };
}

export interface PaceRow {
  readonly askedAt: number;
  readonly endedAt: number | null;
  readonly isComplete: boolean;
}

const PAUSE_MS = 15 * 60_000;

/**
 * How fast one interviewer works. A quarter of an hour without a call is a break and no working time; per hour is null
 * before a quarter of an hour of work.
 */
export function measurePace(calls: readonly PaceRow[]): {
  readonly calls: number;
  readonly completes: number;
  readonly workedMs: number;
  readonly completesPerHour: number | null;
  readonly callsPerHour: number | null;
} {
  const sorted = calls.toSorted((a, b) => a.askedAt - b.askedAt);
  let workedMs = 0;
  let until: number | null = null;
  for (const { askedAt, endedAt } of sorted) {
    const end = Math.max(askedAt, endedAt ?? askedAt);
    const from = until !== null && askedAt - until < PAUSE_MS ? until : askedAt;
    workedMs += Math.max(0, end - from);
    until = Math.max(until ?? end, end);
  }
  const completes = sorted.filter((call) => call.isComplete).length;
  const perHour = (n: number): number | null => (workedMs >= PAUSE_MS ? (n * 3_600_000) / workedMs : null);
  return {
    calls: sorted.length,
    completes,
    workedMs,
    completesPerHour: perHour(completes),
    callsPerHour: perHour(sorted.length),
  };
}

export interface CampaignAlert {
  readonly kind: 'quota-cell' | 'carrier' | 'refusals';
  /** What it is about: the cell, the carrier, the interviewer. */
  readonly subject: string;
  readonly sentence: Text;
}

/** Quota cells that the open cases will hardly fill. `nameOf` gives a unit's name. */
export function alertCells(
  outlooks: readonly CellOutlook[],
  nameOf: (unitCode: string) => string,
): readonly CampaignAlert[] {
  return outlooks
    .filter(({ willFill }) => !willFill)
    .map(({ cell, wanted, open, expected }) => {
      const subject = [cell.unitCode, cell.sex, cell.ageBand].join(' × ');
      const place = cell.unitCode === '*' ? { zh: '全部单位', en: 'All units' } : both(nameOf(cell.unitCode));
      const sex = SEX[cell.sex];
      const age = cell.ageBand === '*' ? both('') : { zh: `${cell.ageBand}岁`, en: `, age ${cell.ageBand}` };
      const about = Math.floor(expected);
      return {
        kind: 'quota-cell' as const,
        subject,
        sentence: {
          zh: `配额“${place.zh}${sex.zh}${age.zh}”还差${wanted}份，剩余${open}个样本预计只能完成${about}份。请补充号码。`,
          en: `Quota “${place.en}${sex.en}${age.en}” still wants ${wanted}; its ${open} open cases will yield about ${about}. Add numbers.`,
        },
      };
    });
}

const both = (name: string): Text => ({ zh: name, en: name });
const SEX: Readonly<Record<CellOutlook['cell']['sex'], Text>> = {
  '*': both(''),
  male: { zh: '男', en: ', men' },
  female: { zh: '女', en: ', women' },
  unknown: { zh: '性别不详', en: ', sex unknown' },
};

const FEWEST_CALLS = 10;
const FAILING_SHARE = 0.2;

/** A carrier that lost at least a fifth of its newest calls to faults of the line, out of ten or more. */
export function alertCarrier(
  carrier: string,
  { calls, failed, pausedFor }: { readonly calls: number; readonly failed: number; readonly pausedFor: string | null },
): CampaignAlert | null {
  const alert = (zh: string, en: string): CampaignAlert => ({
    kind: 'carrier',
    subject: carrier,
    sentence: { zh, en },
  });
  if (pausedFor !== null)
    return alert(
      `线路“${carrier}”已停用：${pausedFor}。请排除故障后恢复。`,
      `Carrier “${carrier}” is paused: ${pausedFor}. Mend it, then resume.`,
    );
  if (calls < FEWEST_CALLS || failed < FAILING_SHARE * calls) return null;
  return alert(
    `线路“${carrier}”最近${calls}次呼叫有${failed}次因线路故障失败。请联系运营商。`,
    `Carrier “${carrier}” lost ${failed} of its newest ${calls} calls to faults. Ask the carrier.`,
  );
}

export interface RefusalRow {
  readonly key: string;
  readonly name: string;
  /** People spoken to (I + P + R + O), and those of them who refused or broke off. */
  readonly contacts: number;
  readonly refusals: number;
}

const FEWEST_CONTACTS = 10;
const REFUSAL_LEVEL = 0.01;

/**
 * Whose refusals are out of line with all others': an exact two-sided binomial test against the others' share, at 1 % over
 * all who are tested together (Bonferroni). Too many is a question of manner or times; too few, of honest coding.
 */
export function alertRefusals(rows: readonly RefusalRow[]): readonly CampaignAlert[] {
  const tested = rows.filter(({ contacts }) => contacts >= FEWEST_CONTACTS);
  return tested.flatMap(({ key, name, contacts, refusals }) => {
    const others = rows.filter((row) => row.key !== key);
    const rest = others.reduce((total, row) => total + row.contacts, 0);
    const refused = others.reduce((total, row) => total + row.refusals, 0);
    if (rest < FEWEST_CONTACTS) return [];
    // A share of exactly 0 or 1 among the others would condemn anybody.
    const share = (refused + 0.5) / (rest + 1);
    if (refusalP(refusals, contacts, share) * tested.length > REFUSAL_LEVEL) return [];
    const isHigh = refusals > share * contacts;
    const percent = (value: number): string => `${Math.round(value * 100)}%`;
    const [own, usual] = [percent(refusals / contacts), percent(share)];
    return [
      {
        kind: 'refusals' as const,
        subject: key,
        sentence: {
          zh: `${name}的拒访率为${own}（${contacts}次接触中${refusals}次），其他人为${usual}，明显${isHigh ? '偏高' : '偏低'}。请听录音复核。`,
          en: `${name} has ${own} refusals (${refusals} of ${contacts} contacts), the others ${usual}: clearly ${isHigh ? 'more' : 'fewer'}. Listen to some calls.`,
        },
      },
    ];
  });
}

/** Two-sided p: twice the smaller tail. */
export function refusalP(refusals: number, contacts: number, share: number): number {
  const below = binomialCdf(refusals, contacts, share);
  const above = 1 - binomialCdf(refusals - 1, contacts, share);
  return Math.min(1, 2 * Math.min(below, above));
}

/** What becomes of a sampled number, on the whole: its share, its calls, and the line time of its last call. */
export interface NumberFate {
  readonly share: number;
  readonly calls: number;
  readonly lastSeconds: number;
}

/** A call that nobody takes holds its line so long. */
const RING_SECONDS = 30;

/** A county's usual mix: a fifth complete, an eighth refuse or break off, an eighth are dead, the rest are never reached. */
export const USUAL_FATES: readonly NumberFate[] = [
  { share: 0.2, calls: 1.5, lastSeconds: 150 },
  { share: 0.12, calls: 1.3, lastSeconds: 65 },
  { share: 0.13, calls: 1, lastSeconds: 8 },
  { share: 0.55, calls: 4, lastSeconds: RING_SECONDS },
];

export interface Capacity {
  readonly numbers: number;
  readonly dials: number;
  readonly lineHours: number;
  readonly secondsPerDial: number;
  /** Calls a second when all lines are busy. */
  readonly dialsPerSecond: number;
  readonly hours: number;
  readonly days: number;
}

/** How long so many interviews take with so many lines; the first fate is the completes. */
export function estimateCapacity({
  completes,
  lines,
  hoursPerDay,
  fates = USUAL_FATES,
}: {
  readonly completes: number;
  readonly lines: number;
  readonly hoursPerDay: number;
  readonly fates?: readonly NumberFate[];
}): Capacity {
  const yieldShare = fates[0]?.share ?? 0;
  if (!(yieldShare > 0 && lines > 0 && hoursPerDay > 0))
    throw new RangeError('capacity needs completes, lines and hours');
  const numbers = completes / yieldShare;
  const callsPerNumber = fates.reduce((total, { share, calls }) => total + share * calls, 0);
  const secondsPerNumber = fates.reduce(
    (total, { share, calls, lastSeconds }) => total + share * ((calls - 1) * RING_SECONDS + lastSeconds),
    0,
  );
  const lineHours = (numbers * secondsPerNumber) / 3600;
  const secondsPerDial = secondsPerNumber / callsPerNumber;
  return {
    numbers,
    dials: numbers * callsPerNumber,
    lineHours,
    secondsPerDial,
    dialsPerSecond: lines / secondsPerDial,
    hours: lineHours / lines,
    days: lineHours / lines / hoursPerDay,
  };
}
