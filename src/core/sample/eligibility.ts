import {
  type CallingRules,
  isCallBackDue,
  isPast,
  mayCallAt,
  offsetOf,
  slotUse,
  whyNotAgain,
} from './calling-rules.ts';
import { type CaseRecord, CLAIMABLE_STATES } from './case-state.ts';

/** Which case is called next, and by whom: eligibility and order. */

export interface Claimant {
  readonly kind: 'interviewer' | 'dialer';
  readonly id: string;
}

/** A case with what eligibility asks besides its row. */
export interface Callable extends CaseRecord {
  readonly unitPath: string;
  /** Whether the quotas still have room for it (`mayBeWanted`). */
  readonly isWanted: boolean;
  /** A number that is alive and on no do-not-call list. */
  readonly hasNumber: boolean;
}

export type Obstacle =
  | 'state'
  | 'mode'
  | 'no-number'
  | 'assigned-elsewhere'
  | 'quota-full'
  | 'outside-hours'
  | 'appointment-later'
  | 'appointment-elsewhere'
  | 'not-due'
  | 'max-attempts'
  | 'too-soon'
  | 'enough-today'
  | 'slot-used';

const MINUTE = 60_000;

/** An appointment whose time has come. */
export function isAppointmentDue(record: CaseRecord, rules: CallingRules, now: number): boolean {
  const { state, appointmentStart } = record;
  return (
    state === 'APPOINTMENT' &&
    appointmentStart !== null &&
    now >= appointmentStart - rules.appointmentLeadMinutes * MINUTE
  );
}

/** What stands in the way of calling a case now; null when nothing does. */
export function whyNotCallable(
  record: Callable,
  claimant: Claimant,
  rules: CallingRules,
  now: number,
): Obstacle | null {
  const { state, mode, assignedTo, unitPath } = record;
  if (!CLAIMABLE_STATES.some((claimable) => claimable === state)) return 'state';
  if ((mode === 'keypad') !== (claimant.kind === 'dialer')) return 'mode';
  if (!record.hasNumber) return 'no-number';
  if (assignedTo !== null && assignedTo !== claimant.id) return 'assigned-elsewhere';
  if (!record.isWanted) return 'quota-full';
  if (!mayCallAt(rules, unitPath, now)) return 'outside-hours';
  if (state === 'APPOINTMENT') {
    if (!isAppointmentDue(record, rules, now)) return 'appointment-later';
    // An agreed time goes before the number and distance of attempts.
    return mayTakeAppointment(record, claimant, rules, now) ? null : 'appointment-elsewhere';
  }
  if (!isPast(record.dueAt, now)) return 'not-due';
  const again = whyNotAgain(record, rules, unitPath, now);
  return again !== 'max-attempts' && isCallBackDue(record, record.dueAt, rules) ? null : again;
}

export function isEligible(record: Callable, claimant: Claimant, rules: CallingRules, now: number): boolean {
  return whyNotCallable(record, claimant, rules, now) === null;
}

function mayTakeAppointment(record: CaseRecord, claimant: Claimant, rules: CallingRules, now: number): boolean {
  const { appointmentKind, appointmentFor, appointmentStart } = record;
  if (appointmentKind !== 'hard' || appointmentFor === null || appointmentFor === claimant.id) return true;
  return now >= (appointmentStart ?? now) + rules.appointmentHeadStartMinutes * MINUTE;
}

/**
 * The order in which eligible cases are called: appointments by their end; cases given to this claimant; priority; where
 * the day ends sooner; cases begun before fresh ones; the slot least used for the case; the random order of the sample.
 */
export function sortCases<T extends Callable>(
  records: readonly T[],
  { rules, claimant, now }: { readonly rules: CallingRules; readonly claimant: Claimant; readonly now: number },
): T[] {
  const keysOf = (record: T): readonly number[] => [
    isAppointmentDue(record, rules, now) ? (record.appointmentEnd ?? 0) : Number.POSITIVE_INFINITY,
    record.assignedTo === claimant.id ? 0 : 1,
    -record.priority,
    -offsetOf(rules, record.unitPath),
    record.attempts > 0 ? 0 : 1,
    slotUse(record, rules, record.unitPath, now),
    record.seq,
  ];
  return records
    .map((record) => ({ record, keys: keysOf(record) }))
    .sort((a, b) => compareKeys(a.keys, b.keys))
    .map(({ record }) => record);
}

function compareKeys(a: readonly number[], b: readonly number[]): number {
  for (const [i, key] of a.entries()) {
    const other = b[i] ?? key;
    if (key !== other) return key < other ? -1 : 1;
  }
  return 0;
}

/** The next case of a claimant: the one in hand first, else the best eligible one; null when there is none. */
export function chooseCase<T extends Callable>(
  records: readonly T[],
  { rules, claimant, now }: { readonly rules: CallingRules; readonly claimant: Claimant; readonly now: number },
): T | null {
  const mine = records.find(({ leaseBy, leaseToken }) => leaseToken !== null && leaseBy === claimant.id);
  if (mine !== undefined && claimant.kind === 'interviewer') return mine;
  const eligible = records.filter((record) => isEligible(record, claimant, rules, now));
  return sortCases(eligible, { rules, claimant, now })[0] ?? null;
}
