import type { AttemptEnd } from './attempt-state.ts';
import {
  type CallHistory,
  type CallingRules,
  countAttempt,
  dueAfter,
  isExhausted,
  isLeaseOver,
  nextAllowed,
} from './calling-rules.ts';
import { finalCode, findDisposition } from './dispositions.ts';

/** The life of a case: every change of state is a row of the one table in this file; what is not in it is refused. */

export const CASE_STATES = [
  'NEW',
  'READY',
  'LEASED',
  'IN_CALL',
  'WRAP_UP',
  'APPOINTMENT',
  'SUPERVISOR',
  'REFUSAL_CONV',
  'FINAL',
  'HOLD',
  'BLOCKED',
] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** Waiting to be called. */
export const CLAIMABLE_STATES = ['READY', 'APPOINTMENT', 'REFUSAL_CONV'] as const satisfies readonly CaseState[];
/** In somebody's hands. */
export const LEASED_STATES = ['LEASED', 'IN_CALL', 'WRAP_UP'] as const satisfies readonly CaseState[];
/** Done with: no call any more, unless a supervisor opens it again. */
export const CLOSED_STATES = ['FINAL', 'BLOCKED'] as const satisfies readonly CaseState[];
export const OPEN_STATES: readonly CaseState[] = CASE_STATES.filter(
  (state) => state !== 'FINAL' && state !== 'BLOCKED',
);

export type AppointmentKind = 'soft' | 'hard';

/** What the rules know of a case: the columns of its row that they read and write. */
export interface CaseRecord extends CallHistory {
  readonly state: CaseState;
  /** The newest result code, interim or final. */
  readonly disposition: string | null;
  readonly dueAt: number;
  readonly priority: number;
  readonly seq: number;
  readonly mode: 'phone' | 'keypad';
  readonly leaseToken: string | null;
  readonly leaseBy: string | null;
  readonly leaseUntil: number | null;
  readonly version: number;
  readonly refusals: number;
  readonly everEligible: boolean;
  readonly assignedTo: string | null;
  readonly appointmentStart: number | null;
  readonly appointmentEnd: number | null;
  readonly appointmentFor: string | null;
  readonly appointmentKind: AppointmentKind | null;
  readonly holdReason: string | null;
  readonly overQuota: boolean;
}

export type CaseChange = Partial<Omit<CaseRecord, 'seq'>>;

export interface Appointment {
  readonly start: number;
  readonly end: number;
  readonly kind: AppointmentKind;
  /** The interviewer it was promised; anyone when null. */
  readonly by: string | null;
}

export type CaseEvent =
  | { readonly t: 'open' }
  /** `obstacle`: what eligibility and do-not-call list say (`whyNotCallable`); null when nothing is in the way. */
  | {
      readonly t: 'claim';
      readonly by: string;
      readonly token: string;
      readonly version: number;
      readonly obstacle: string | null;
    }
  | { readonly t: 'heartbeat'; readonly token: string }
  | { readonly t: 'release'; readonly token: string }
  | { readonly t: 'dial'; readonly token: string; readonly mayCall: boolean; readonly isLive: boolean }
  | { readonly t: 'lease-expired'; readonly isLive: boolean; readonly hadTalk: boolean }
  | { readonly t: 'attempt-ended' }
  | {
      readonly t: 'code';
      readonly token: string;
      readonly disposition: string;
      /** How the call ended, and when it was asked for; whether it counts as an attempt. */
      readonly end: AttemptEnd;
      readonly askedAt: number;
      readonly counted: boolean;
      readonly automatic: boolean;
      /** What is saved of the interview. */
      readonly saved: 'complete' | 'partial' | 'none';
      /** Four in five required answers are there: a partial is final. */
      readonly enough: boolean;
      readonly neverAgain: boolean;
      readonly appointment: Appointment | null;
      /** Other numbers of the case that are still alive. */
      readonly otherNumbers: number;
      /** Codes of all its earlier attempts, oldest first. */
      readonly earlier: readonly string[];
    }
  /** An automatic call that was none: the network's fault, or ours, or called off by us. */
  | { readonly t: 'not-called'; readonly token: string }
  | { readonly t: 'quota-full' }
  | { readonly t: 'hold'; readonly reason: string }
  | { readonly t: 'unhold' }
  | {
      readonly t: 'suppress';
      readonly numbersLeft: number;
      readonly onLine: boolean;
      /** The carrier will not call the number: nobody refused. */
      readonly isBlocked?: boolean;
    }
  | { readonly t: 'exhaust'; readonly earlier: readonly string[] }
  | { readonly t: 'appointment-missed' }
  | { readonly t: 'finish'; readonly disposition: string }
  /** `untold`: what the answers of a call amount to that nobody has coded; null when there is no such call. */
  | { readonly t: 'close'; readonly earlier: readonly string[]; readonly untold: string | null }
  /** `setAsideBy`: who does not want its answers to count for anything any more; null: they are kept and gone on with. */
  | { readonly t: 'reopen'; readonly reason: string; readonly setAsideBy: string | null }
  /** Somebody rang us and was not answered: called at `at`, whatever number and distance of attempts say. */
  | { readonly t: 'call-back'; readonly at: number }
  | { readonly t: 'reassign'; readonly to: string | null; readonly reason: string }
  | {
      readonly t: 'recode';
      readonly disposition: string;
      readonly saved: 'complete' | 'partial' | 'none';
      readonly reason: string;
    };

export type CaseEventType = CaseEvent['t'];

/** What has to happen in the same transaction, besides the change of the row. */
export type CaseEffect =
  | 'create-attempt'
  | 'attempt-needs-coding'
  | 'hang-up'
  | 'number-dead'
  | 'suppress-number'
  /** The case ended without answers: its response takes the final code and is counted once. */
  | 'end-response'
  /** The case lives again: the count is taken back. */
  | 'take-back-response'
  /** The same, and its answers are kept apart: the interview begins anew. */
  | 'set-response-aside'
  | 'audit';

export type CaseRefusal =
  | 'state'
  | 'version'
  | 'not-eligible'
  | 'token'
  | 'outside-hours'
  | 'live-call'
  | 'lease-valid'
  | 'code-unknown'
  | 'code-not-allowed'
  | 'no-interview'
  | 'appointment-not-allowed'
  | 'appointment-bad'
  | 'not-exhausted'
  | 'not-missed'
  | 'reason-missing';

export type CaseTransition =
  | { readonly next: CaseChange; readonly effects: readonly CaseEffect[] }
  | { readonly refused: CaseRefusal };

/** From which states an event is possible at all. Every pair that is not here is forbidden. */
export const CASE_EVENTS: Readonly<Record<CaseEventType, readonly CaseState[]>> = {
  open: ['NEW'],
  claim: CLAIMABLE_STATES,
  heartbeat: LEASED_STATES,
  release: ['LEASED'],
  dial: ['LEASED'],
  'lease-expired': LEASED_STATES,
  'attempt-ended': ['IN_CALL'],
  code: ['WRAP_UP'],
  'not-called': ['LEASED', 'IN_CALL', 'WRAP_UP'],
  'quota-full': OPEN_STATES,
  hold: ['NEW', 'READY', 'APPOINTMENT', 'SUPERVISOR', 'REFUSAL_CONV'],
  unhold: ['HOLD'],
  suppress: CASE_STATES,
  exhaust: ['READY'],
  'appointment-missed': ['APPOINTMENT'],
  finish: OPEN_STATES,
  close: OPEN_STATES,
  reopen: CLOSED_STATES,
  // An agreed time stays as it was agreed, and who is in somebody's hands is being seen to.
  'call-back': ['READY', 'REFUSAL_CONV'],
  reassign: ['NEW', 'READY', 'APPOINTMENT', 'SUPERVISOR', 'REFUSAL_CONV', 'HOLD', 'LEASED', 'WRAP_UP'],
  recode: ['WRAP_UP', 'SUPERVISOR', 'FINAL'],
};

export interface CaseContext {
  readonly rules: CallingRules;
  readonly unitPath: string;
  readonly now: number;
}

const MINUTE = 60_000;
/** A case whose desk fell silent rests before it is offered again. */
const REST_AFTER_LEASE_MINUTES = 5;
/** Later than this nobody knows who will be at home; the wave is over long before. */
const FURTHEST_APPOINTMENT_DAYS = 60;
/** Who rang is called back within so long, or as soon as there is a line. */
const CALL_BACK_WINDOW_MINUTES = 60;
/** A missed appointment goes before everything but appointments. */
const MISSED_PRIORITY = 1;

const NO_LEASE = { leaseToken: null, leaseBy: null, leaseUntil: null } as const;
const NO_APPOINTMENT = {
  appointmentStart: null,
  appointmentEnd: null,
  appointmentFor: null,
  appointmentKind: null,
} as const;

/** What an event does to a case, or why it does nothing. Never writes; the caller stores `next` with version + 1. */
export function transitionCase(record: CaseRecord, event: CaseEvent, context: CaseContext): CaseTransition {
  if (!CASE_EVENTS[event.t].includes(record.state)) return refuse('state');
  const { now, rules } = context;
  const leaseUntil = now + rules.leaseMinutes * MINUTE;
  switch (event.t) {
    case 'open':
      return to({ state: 'READY', dueAt: now });
    case 'claim':
      if (event.version !== record.version) return refuse('version');
      if (event.obstacle !== null) return refuse('not-eligible');
      return to({
        state: 'LEASED',
        leaseToken: event.token,
        leaseBy: event.by,
        leaseUntil,
        version: record.version + 1,
      });
    case 'heartbeat':
      return holdsLease(record, event.token) ? to({ leaseUntil }) : refuse('token');
    case 'release':
      return holdsLease(record, event.token) ? to({ ...backToWaiting(record), ...NO_LEASE }) : refuse('token');
    case 'dial':
      if (!holdsLease(record, event.token)) return refuse('token');
      if (!event.mayCall) return refuse('outside-hours');
      if (event.isLive) return refuse('live-call');
      return to({ state: 'IN_CALL', leaseUntil }, 'create-attempt');
    case 'lease-expired':
      if (record.leaseUntil !== null && !isLeaseOver(record.leaseUntil, rules, now)) return refuse('lease-valid');
      if (event.isLive) return refuse('live-call');
      return expireLease(record, event.hadTalk, now);
    case 'attempt-ended':
      return to({ state: 'WRAP_UP', leaseUntil });
    case 'code':
      return holdsLease(record, event.token) ? codeCase(record, event, context) : refuse('token');
    case 'not-called':
      return holdsLease(record, event.token)
        ? to({ ...backToWaiting(record), ...NO_LEASE, dueAt: now + rules.delays.system * MINUTE })
        : refuse('token');
    case 'quota-full':
      // Who is on the line finishes the interview.
      if (record.state === 'IN_CALL' || record.state === 'WRAP_UP') return to({ overQuota: true });
      return to({ state: 'HOLD', holdReason: 'quota-full', ...NO_LEASE });
    case 'hold':
      return event.reason.trim() === ''
        ? refuse('reason-missing')
        : to({ state: 'HOLD', holdReason: event.reason }, 'audit');
    case 'unhold':
      return to({ ...backToWaiting(record), holdReason: null });
    case 'suppress':
      return suppressCase(record, event);
    case 'exhaust':
      if (record.appointmentStart !== null || !isExhausted(record, rules, context.unitPath))
        return refuse('not-exhausted');
      return finalise(finalCode(standing(event.earlier), { everEligible: record.everEligible }));
    case 'appointment-missed':
      if (record.appointmentEnd === null || now < record.appointmentEnd) return refuse('not-missed');
      return to({
        ...NO_APPOINTMENT,
        state: 'READY',
        dueAt: now,
        priority: record.priority + MISSED_PRIORITY,
        slotAttempts: { ...record.slotAttempts, missed: (record.slotAttempts.missed ?? 0) + 1 },
      });
    case 'finish':
      return findDisposition(event.disposition) === null
        ? refuse('code-unknown')
        : to(closed('FINAL', event.disposition), ...(isBusy(record) ? (['hang-up'] as const) : []));
    case 'close': {
      const codes = [...standing(event.earlier), ...(event.untold === null ? [] : [event.untold])];
      const { next, effects } = finalise(finalCode(codes, { everEligible: record.everEligible }));
      return to(next, ...(isBusy(record) ? (['hang-up'] as const) : []), ...effects);
    }
    case 'reopen':
      if (event.reason.trim() === '') return refuse('reason-missing');
      // Used-up attempts would close it again at once: it gets one more, in any slot.
      return to(
        {
          state: 'READY',
          dueAt: now,
          attempts: Math.min(record.attempts, rules.maxAttempts - 1),
          slotAttempts: {},
          refusals: 0,
          overQuota: false,
          // Who was asked in a made-up interview is not known.
          ...(event.setAsideBy === null ? {} : { everEligible: false }),
        },
        event.setAsideBy === null ? 'take-back-response' : 'set-response-aside',
        'audit',
      );
    case 'call-back':
      return to(
        appointed({ start: event.at, end: event.at + CALL_BACK_WINDOW_MINUTES * MINUTE, kind: 'soft', by: null }, 0),
      );
    case 'reassign':
      if (event.reason.trim() === '') return refuse('reason-missing');
      return to(
        {
          assignedTo: event.to,
          ...NO_LEASE,
          ...(isLeased(record) || record.state === 'SUPERVISOR' ? backToWaiting(record) : {}),
        },
        ...(record.state === 'WRAP_UP' ? (['attempt-needs-coding'] as const) : []),
        'audit',
      );
    case 'recode': {
      if (event.reason.trim() === '') return refuse('reason-missing');
      if (findDisposition(event.disposition) === null) return refuse('code-unknown');
      if (needsMore(event)) return refuse('no-interview');
      const wasFinal = record.state === 'FINAL';
      return to(
        closed('FINAL', event.disposition),
        ...(wasFinal ? (['take-back-response'] as const) : []),
        'end-response',
        'audit',
      );
    }
  }
}

type Accepted = Exclude<CaseTransition, { readonly refused: CaseRefusal }>;

const refuse = (refused: CaseRefusal): CaseTransition => ({ refused });
const to = (next: CaseChange, ...effects: CaseEffect[]): Accepted => ({ next, effects });
const holdsLease = (record: CaseRecord, token: string): boolean => record.leaseToken === token;
const isBusy = ({ state }: CaseRecord): boolean => state === 'IN_CALL' || state === 'LEASED' || state === 'WRAP_UP';
const isLeased = isBusy;

function closed(state: 'FINAL' | 'BLOCKED', disposition: string): CaseChange {
  return { state, disposition, holdReason: null, ...NO_LEASE, ...NO_APPOINTMENT };
}

function appointed({ start, end, kind, by }: Appointment, leadMinutes: number): CaseChange {
  return {
    state: 'APPOINTMENT',
    dueAt: start - leadMinutes * MINUTE,
    appointmentStart: start,
    appointmentEnd: end,
    appointmentFor: by,
    appointmentKind: kind,
  };
}

/** A case ends without a finished interview. */
const finalise = (disposition: string): Accepted => to(closed('FINAL', disposition), 'end-response');

/** Where a case waits that nobody works at: with its appointment, for its refusal to cool, or simply ready. */
function backToWaiting({ appointmentStart, refusals }: CaseRecord): CaseChange {
  if (appointmentStart !== null) return { state: 'APPOINTMENT' };
  return { state: refusals > 0 ? 'REFUSAL_CONV' : 'READY' };
}

function expireLease(record: CaseRecord, hadTalk: boolean, now: number): CaseTransition {
  const wasCalled = record.state !== 'LEASED';
  const effects: CaseEffect[] = wasCalled ? ['attempt-needs-coding'] : [];
  if (wasCalled && hadTalk) return to({ state: 'SUPERVISOR', ...NO_LEASE }, ...effects);
  return to({ ...backToWaiting(record), ...NO_LEASE, dueAt: now + REST_AFTER_LEASE_MINUTES * MINUTE }, ...effects);
}

function suppressCase(
  record: CaseRecord,
  { numbersLeft, onLine, isBlocked = false }: Extract<CaseEvent, { t: 'suppress' }>,
): CaseTransition {
  const effects: CaseEffect[] = ['number-dead'];
  if (record.state === 'FINAL' || record.state === 'BLOCKED') return to({}, ...effects);
  if (onLine) effects.push('hang-up');
  if (numbersLeft > 0) return to({}, ...effects);
  const blocked = record.everEligible ? '2.36' : '3.15';
  return to(closed('FINAL', isBlocked ? blocked : '2.112'), ...effects, 'end-response');
}

function codeCase(
  record: CaseRecord,
  event: Extract<CaseEvent, { t: 'code' }>,
  { rules, unitPath, now }: CaseContext,
): CaseTransition {
  const disposition = findDisposition(event.disposition);
  if (disposition === null) return refuse('code-unknown');
  const { code, after, next, byInterviewer } = disposition;
  if (!after.includes(event.end) || (!event.automatic && !byInterviewer)) return refuse('code-not-allowed');
  if (needsMore(event)) return refuse('no-interview');
  if (event.appointment !== null && !disposition.mayAppoint) return refuse('appointment-not-allowed');
  if (event.appointment !== null && !isSound(event.appointment, { rules, unitPath, now }))
    return refuse('appointment-bad');

  const history = event.counted ? countAttempt(record, rules, unitPath, event.askedAt) : record;
  const isRefusal = disposition.symbol === 'R' && next === 'conversion';
  const change: CaseChange = {
    ...NO_LEASE,
    ...NO_APPOINTMENT,
    attempts: history.attempts,
    slotAttempts: history.slotAttempts,
    lastAttemptAt: history.lastAttemptAt,
    disposition: code,
    everEligible: record.everEligible || disposition.isEligible,
    refusals: record.refusals + (isRefusal ? 1 : 0),
  };
  const end = (final: string, ...effects: CaseEffect[]): CaseTransition =>
    to(
      { ...change, ...closed('FINAL', final) },
      ...effects,
      // A complete interview is counted by its own response.
      ...(final === '1.1' ? [] : (['end-response'] as const)),
    );

  if (event.neverAgain) return end(disposition.symbol === 'I' || next === 'final' ? code : '2.112', 'suppress-number');
  // A resumable partial becomes final when it is complete enough, or when no further call is made.
  if (code === '1.2' ? event.enough : next === 'final') return end(code);
  if (next === 'conversion') {
    if (record.refusals >= rules.refusalConversions) return end(code);
    const { dueAt } = dueAfter(history, 'refusal', rules, { unitPath, now });
    return dueAt === null ? end(code) : to({ ...change, state: 'REFUSAL_CONV', dueAt });
  }
  if (next === 'supervisor') return to({ ...change, state: 'SUPERVISOR' });
  if (next === 'next-number') {
    if (event.otherNumbers === 0) return end(code, 'number-dead');
    return to({ ...change, state: 'READY', dueAt: now, lastAttemptAt: record.lastAttemptAt }, 'number-dead');
  }
  if (event.appointment !== null) {
    return to({ ...change, ...appointed(event.appointment, rules.appointmentLeadMinutes) });
  }
  const codes = [...standing(event.earlier), code];
  const isUsedUp = event.counted && isExhausted(history, rules, unitPath);
  const delay = event.counted ? disposition.delay : 'system';
  const due = isUsedUp ? null : dueAfter(history, delay, rules, { unitPath, now });
  if (due === null || due.dueAt === null) return end(finalCode(codes, { everEligible: change.everEligible ?? false }));
  return to({
    ...change,
    slotAttempts: due.slotAttempts,
    state: record.refusals > 0 ? 'REFUSAL_CONV' : 'READY',
    dueAt: due.dueAt,
  });
}

/** An appointment lies ahead, not years ahead, and within it the place may be called. */
function isSound({ start, end }: Appointment, { rules, unitPath, now }: CaseContext): boolean {
  if (!(start > now && end > start && end <= now + FURTHEST_APPOINTMENT_DAYS * 1440 * MINUTE)) return false;
  const first = nextAllowed(rules, unitPath, start);
  return first !== null && first < end;
}

/** A code that says more than what is saved of the interview. */
const needsMore = ({
  disposition,
  saved,
}: {
  readonly disposition: string;
  readonly saved: 'complete' | 'partial' | 'none';
}): boolean => (disposition === '1.1' && saved !== 'complete') || (disposition === '1.2' && saved === 'none');

/**
 * The earlier codes that still say something. A case with a final one is open only because a supervisor opened it again,
 * and with that the code was taken back: an interview found to be made up is not complete again because nobody is reached.
 */
const standing = (earlier: readonly string[]): readonly string[] =>
  earlier.filter((code) => code === '1.2' || findDisposition(code)?.next !== 'final');
