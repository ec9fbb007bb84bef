import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../../../src/core/sample/calling-rules.ts';
import {
  CASE_STATES,
  type CaseEvent,
  type CaseEventType,
  type CaseRecord,
  type CaseState,
  transitionCase,
} from '../../../src/core/sample/case-state.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const beijing = (text: string): number => Date.parse(`${text}:00+08:00`);
/** A Monday morning. */
const now = beijing('2026-11-23T10:00');
const context = { rules: DEFAULT_RULES, unitPath: '/15/1504/150403/', now };

const record = (change: Partial<CaseRecord> = {}): CaseRecord => ({
  state: 'READY',
  disposition: null,
  dueAt: now,
  priority: 0,
  seq: 1,
  mode: 'phone',
  leaseToken: null,
  leaseBy: null,
  leaseUntil: null,
  version: 4,
  attempts: 0,
  slotAttempts: {},
  lastAttemptAt: null,
  refusals: 0,
  everEligible: false,
  assignedTo: null,
  appointmentStart: null,
  appointmentEnd: null,
  appointmentFor: null,
  appointmentKind: null,
  holdReason: null,
  overQuota: false,
  ...change,
});
const leased = (state: CaseState, change: Partial<CaseRecord> = {}): CaseRecord =>
  record({ state, leaseToken: 'key', leaseBy: 'u1', leaseUntil: now + MINUTE, ...change });

const code = (change: Partial<Extract<CaseEvent, { t: 'code' }>> = {}): Extract<CaseEvent, { t: 'code' }> => ({
  t: 'code',
  token: 'key',
  disposition: '3.13',
  end: 'no-answer',
  askedAt: now - MINUTE,
  counted: true,
  automatic: false,
  saved: 'none',
  enough: false,
  neverAgain: false,
  appointment: null,
  otherNumbers: 0,
  earlier: [],
  ...change,
});
const talk = (disposition: string, change: Partial<Extract<CaseEvent, { t: 'code' }>> = {}) =>
  code({ disposition, end: 'completed', ...change });

const run = (one: CaseRecord, event: CaseEvent) => {
  const result = transitionCase(one, event, context);
  if ('refused' in result) throw new Error(`refused: ${result.refused}`);
  return { ...result, state: result.next.state ?? one.state };
};
const refusal = (one: CaseRecord, event: CaseEvent): string => {
  const result = transitionCase(one, event, context);
  return 'refused' in result ? result.refused : 'accepted';
};

const SAMPLES: Readonly<Record<CaseEventType, CaseEvent>> = {
  open: { t: 'open' },
  claim: { t: 'claim', by: 'u1', token: 'new', version: 4, obstacle: null },
  heartbeat: { t: 'heartbeat', token: 'key' },
  release: { t: 'release', token: 'key' },
  dial: { t: 'dial', token: 'key', mayCall: true, isLive: false },
  'lease-expired': { t: 'lease-expired', isLive: false, hadTalk: false },
  'attempt-ended': { t: 'attempt-ended' },
  code: code(),
  'not-called': { t: 'not-called', token: 'key' },
  'quota-full': { t: 'quota-full' },
  hold: { t: 'hold', reason: '核对名单' },
  unhold: { t: 'unhold' },
  suppress: { t: 'suppress', numbersLeft: 0, onLine: false },
  exhaust: { t: 'exhaust', earlier: [] },
  'appointment-missed': { t: 'appointment-missed' },
  finish: { t: 'finish', disposition: '1.1' },
  close: { t: 'close', earlier: [], untold: null },
  reopen: { t: 'reopen', reason: '复核', setAsideBy: null },
  'call-back': { t: 'call-back', at: now + MINUTE },
  reassign: { t: 'reassign', to: 'u2', reason: '会蒙古语' },
  recode: { t: 'recode', disposition: '2.31', saved: 'none', reason: '听录音更正' },
};

const WAITING: CaseState[] = ['READY', 'APPOINTMENT', 'REFUSAL_CONV'];
const HELD: CaseState[] = ['LEASED', 'IN_CALL', 'WRAP_UP'];
const OPEN: CaseState[] = ['NEW', ...WAITING, ...HELD, 'SUPERVISOR', 'HOLD'];
const ALLOWED: Readonly<Record<CaseEventType, readonly CaseState[]>> = {
  open: ['NEW'],
  claim: WAITING,
  heartbeat: HELD,
  release: ['LEASED'],
  dial: ['LEASED'],
  'lease-expired': HELD,
  'attempt-ended': ['IN_CALL'],
  code: ['WRAP_UP'],
  'not-called': HELD,
  'quota-full': OPEN,
  hold: ['NEW', ...WAITING, 'SUPERVISOR'],
  unhold: ['HOLD'],
  suppress: CASE_STATES,
  exhaust: ['READY'],
  'appointment-missed': ['APPOINTMENT'],
  finish: OPEN,
  close: OPEN,
  reopen: ['FINAL', 'BLOCKED'],
  'call-back': ['READY', 'REFUSAL_CONV'],
  reassign: ['NEW', ...WAITING, 'SUPERVISOR', 'HOLD', 'LEASED', 'WRAP_UP'],
  recode: ['WRAP_UP', 'SUPERVISOR', 'FINAL'],
};

describe('every pair of state and event', () => {
  const pairs = Object.values(SAMPLES).flatMap((event) => CASE_STATES.map((state) => [event.t, state, event] as const));
  it.each(pairs)('%s in %s is allowed or refused as the table says', (type, state, event) => {
    // All other guards are met.
    const one = leased(state, {
      attempts: state === 'READY' ? 6 : 0,
      leaseUntil: type === 'lease-expired' ? now : now + MINUTE,
      ...(state === 'APPOINTMENT' ? { appointmentStart: now - 2 * MINUTE, appointmentEnd: now - MINUTE } : {}),
    });
    expect(refusal(one, event)).toBe(ALLOWED[type].includes(state) ? 'accepted' : 'state');
  });
});

describe('a claim', () => {
  it.each(WAITING)('leases a case in %s for a quarter of an hour', (state) => {
    expect(run(record({ state }), SAMPLES.claim)).toEqual({
      state: 'LEASED',
      effects: [],
      next: { state: 'LEASED', leaseToken: 'new', leaseBy: 'u1', leaseUntil: now + 15 * MINUTE, version: 5 },
    });
  });
  it('of another version than was seen is refused: somebody was quicker', () => {
    expect(refusal(record({ version: 5 }), SAMPLES.claim)).toBe('version');
  });
  it('of a case that is not eligible is refused', () => {
    expect(refusal(record(), { t: 'claim', by: 'u1', token: 'new', version: 4, obstacle: 'outside-hours' })).toBe(
      'not-eligible',
    );
  });
});

describe('a lease', () => {
  it('is prolonged by a heartbeat with its token', () => {
    expect(run(leased('WRAP_UP'), SAMPLES.heartbeat).next).toEqual({ leaseUntil: now + 15 * MINUTE });
  });
  it.each(['heartbeat', 'release', 'dial', 'code', 'not-called'] as const)(
    'guards %s against a foreign token',
    (type) => {
      const state = type === 'code' ? 'WRAP_UP' : 'LEASED';
      expect(refusal(leased(state, { leaseToken: 'other' }), SAMPLES[type])).toBe('token');
      expect(refusal(record({ state }), SAMPLES[type])).toBe('token');
    },
  );
  it('given back leaves the case where it waited', () => {
    expect(run(leased('LEASED'), SAMPLES.release).next).toMatchObject({ state: 'READY', leaseToken: null });
    expect(run(leased('LEASED', { refusals: 1 }), SAMPLES.release).state).toBe('REFUSAL_CONV');
    expect(run(leased('LEASED', { appointmentStart: now }), SAMPLES.release).state).toBe('APPOINTMENT');
  });
  it('expired lets the case rest five minutes', () => {
    const over = { leaseUntil: now };
    expect(run(leased('LEASED', over), SAMPLES['lease-expired'])).toMatchObject({
      next: { state: 'READY', dueAt: now + 5 * MINUTE, leaseBy: null },
      effects: [],
    });
    expect(run(leased('WRAP_UP', over), SAMPLES['lease-expired']).effects).toEqual(['attempt-needs-coding']);
  });
  it('expired after a conversation brings the case to the supervisor', () => {
    const event = { t: 'lease-expired', isLive: false, hadTalk: true } as const;
    expect(run(leased('WRAP_UP', { leaseUntil: now }), event)).toMatchObject({
      state: 'SUPERVISOR',
      effects: ['attempt-needs-coding'],
    });
  });
  it('does not expire before its time, nor during a call', () => {
    expect(refusal(leased('LEASED'), SAMPLES['lease-expired'])).toBe('lease-valid');
    const live = { t: 'lease-expired', isLive: true, hadTalk: false } as const;
    expect(refusal(leased('IN_CALL', { leaseUntil: now }), live)).toBe('live-call');
  });
});

describe('dialling', () => {
  it('makes the attempt first', () => {
    expect(run(leased('LEASED'), SAMPLES.dial)).toMatchObject({ state: 'IN_CALL', effects: ['create-attempt'] });
  });
  it('is refused outside the hours, and while a call is going on', () => {
    expect(refusal(leased('LEASED'), { t: 'dial', token: 'key', mayCall: false, isLive: false })).toBe('outside-hours');
    expect(refusal(leased('LEASED'), { t: 'dial', token: 'key', mayCall: true, isLive: true })).toBe('live-call');
  });
  it('ends in wrap-up when the call does', () => {
    expect(run(leased('IN_CALL'), SAMPLES['attempt-ended']).state).toBe('WRAP_UP');
  });
  it('that was none for the network’s or our fault costs no attempt', () => {
    expect(run(leased('IN_CALL'), SAMPLES['not-called']).next).toEqual({
      state: 'READY',
      dueAt: now + 5 * MINUTE,
      leaseToken: null,
      leaseBy: null,
      leaseUntil: null,
    });
  });
});

describe('coding a call', () => {
  const wrap = (change: Partial<CaseRecord> = {}) => leased('WRAP_UP', change);

  it('nobody answered: due after the delay, counted in slot and day', () => {
    expect(run(wrap(), code())).toMatchObject({
      state: 'READY',
      effects: [],
      next: {
        disposition: '3.13',
        dueAt: beijing('2026-11-23T14:00'),
        attempts: 1,
        slotAttempts: { 'weekday-morning': 1, '2026-11-23': 1 },
        lastAttemptAt: now - MINUTE,
        leaseToken: null,
      },
    });
  });
  it('complete needs a saved interview, and ends the case', () => {
    expect(refusal(wrap(), talk('1.1'))).toBe('no-interview');
    expect(refusal(wrap(), talk('1.1', { saved: 'partial' }))).toBe('no-interview');
    expect(run(wrap(), talk('1.1', { saved: 'complete' }))).toMatchObject({
      state: 'FINAL',
      effects: [],
      next: { disposition: '1.1' },
    });
  });
  it('partial is final when it is complete enough, else called back within minutes', () => {
    expect(refusal(wrap(), talk('1.2'))).toBe('no-interview');
    expect(run(wrap(), talk('1.2', { saved: 'partial', enough: true })).state).toBe('FINAL');
    expect(run(wrap(), talk('1.2', { saved: 'partial' })).next).toMatchObject({
      state: 'READY',
      dueAt: now + 8 * MINUTE,
    });
  });
  it('refused once: one conversion after seven days; refused again: final', () => {
    const first = run(wrap(), talk('2.112'));
    expect(first.next).toMatchObject({
      state: 'REFUSAL_CONV',
      refusals: 1,
      dueAt: beijing('2026-11-30T10:00'),
      everEligible: true,
    });
    expect(run(wrap({ refusals: 1 }), talk('2.111'))).toMatchObject({ state: 'FINAL', effects: ['end-response'] });
  });
  it('refused for ever: final at once, the number never called again', () => {
    expect(run(wrap(), talk('2.112', { neverAgain: true }))).toMatchObject({
      state: 'FINAL',
      next: { disposition: '2.112' },
      effects: ['suppress-number', 'end-response'],
    });
    expect(run(wrap(), talk('2.21', { neverAgain: true })).next.disposition).toBe('2.112');
  });
  it('an appointment is due five minutes before it begins', () => {
    const appointment = { start: now + 60 * MINUTE, end: now + 90 * MINUTE, kind: 'hard', by: 'u1' } as const;
    expect(run(wrap(), talk('2.21', { appointment })).next).toMatchObject({
      state: 'APPOINTMENT',
      dueAt: now + 55 * MINUTE,
      appointmentStart: now + 60 * MINUTE,
      appointmentEnd: now + 90 * MINUTE,
      appointmentFor: 'u1',
      appointmentKind: 'hard',
    });
    expect(refusal(wrap(), talk('2.112', { appointment }))).toBe('appointment-not-allowed');
    expect(refusal(wrap(), talk('2.21', { appointment: { ...appointment, start: now } }))).toBe('appointment-bad');
    expect(refusal(wrap(), talk('2.21', { appointment: { ...appointment, end: now } }))).toBe('appointment-bad');
    const inDays = (days: number) => ({ ...appointment, start: now + days * DAY, end: now + days * DAY + 60 * MINUTE });
    expect(refusal(wrap(), talk('2.21', { appointment: inDays(14) }))).toBe('accepted');
    expect(refusal(wrap(), talk('2.21', { appointment: inDays(3650) }))).toBe('appointment-bad');
    const night = { ...appointment, start: now + 15 * 60 * MINUTE, end: now + 17 * 60 * MINUTE };
    expect(refusal(wrap(), talk('2.21', { appointment: night }))).toBe('appointment-bad');
  });
  it('a language nobody speaks goes to the supervisor', () => {
    expect(run(wrap(), talk('2.333')).state).toBe('SUPERVISOR');
  });
  it('a dead number: the next one at once, or final', () => {
    expect(run(wrap(), code({ disposition: '4.31', end: 'failed', otherNumbers: 1 }))).toMatchObject({
      state: 'READY',
      effects: ['number-dead'],
      next: { dueAt: now },
    });
    expect(run(wrap(), code({ disposition: '4.31', end: 'failed' }))).toMatchObject({
      state: 'FINAL',
      effects: ['number-dead', 'end-response'],
      next: { disposition: '4.31' },
    });
  });
  it('the sixth call in vain ends the case: no answer, or non-contact when somebody eligible was there', () => {
    const last = { attempts: 5 };
    expect(run(wrap(last), code({ earlier: ['3.13', '3.12'] }))).toMatchObject({
      state: 'FINAL',
      next: { disposition: '3.13' },
    });
    expect(run(wrap({ ...last, everEligible: true }), code()).next.disposition).toBe('2.20');
  });
  it('a call that was the network’s fault costs no attempt and is repeated within minutes', () => {
    const failed = code({ disposition: '3.16', end: 'failed', automatic: true, counted: false });
    expect(run(wrap({ attempts: 5 }), failed)).toMatchObject({
      state: 'READY',
      next: { attempts: 5, slotAttempts: {}, lastAttemptAt: null, dueAt: now + 5 * MINUTE, disposition: '3.16' },
    });
  });
  it('a code the call does not bear out is refused', () => {
    expect(refusal(wrap(), code({ disposition: '1.1', saved: 'complete' }))).toBe('code-not-allowed');
    expect(refusal(wrap(), code({ disposition: '3.12' }))).toBe('code-not-allowed');
    expect(refusal(wrap(), talk('2.20'))).toBe('code-not-allowed');
    expect(refusal(wrap(), talk('9.99'))).toBe('code-unknown');
  });
});

describe('a full quota cell', () => {
  it('holds who waits, and lets who is on the line finish', () => {
    expect(run(record(), SAMPLES['quota-full']).next).toMatchObject({ state: 'HOLD', holdReason: 'quota-full' });
    expect(run(leased('LEASED'), SAMPLES['quota-full']).next).toMatchObject({ state: 'HOLD', leaseToken: null });
    for (const state of ['IN_CALL', 'WRAP_UP'] as const)
      expect(run(leased(state), SAMPLES['quota-full']).next).toEqual({ overQuota: true });
  });
  it('reopened sets the case free', () => {
    expect(run(record({ state: 'HOLD', holdReason: 'quota-full' }), SAMPLES.unhold).next).toEqual({
      state: 'READY',
      holdReason: null,
    });
  });
});

describe('never again', () => {
  it('closes a case without another number, and hangs up', () => {
    expect(run(record(), SAMPLES.suppress)).toMatchObject({
      state: 'FINAL',
      next: { disposition: '2.112' },
      effects: ['number-dead', 'end-response'],
    });
    expect(run(leased('IN_CALL'), { t: 'suppress', numbersLeft: 0, onLine: true }).effects).toContain('hang-up');
  });
  it('is no refusal when the carrier will not call the number', () => {
    const blocked = { t: 'suppress', numbersLeft: 0, onLine: false, isBlocked: true } as const;
    expect(run(record(), blocked).next.disposition).toBe('3.15');
    expect(run(record({ everEligible: true }), blocked).next.disposition).toBe('2.36');
  });
  it('leaves a case with another number, and one that is closed', () => {
    expect(run(record(), { t: 'suppress', numbersLeft: 1, onLine: false })).toMatchObject({
      state: 'READY',
      effects: ['number-dead'],
    });
    expect(run(record({ state: 'FINAL', disposition: '1.1' }), SAMPLES.suppress).next).toEqual({});
  });
});

describe('a case that waits', () => {
  it('ends when its attempts are used up and no time is agreed', () => {
    const used = { attempts: 6 };
    expect(run(record(used), { t: 'exhaust', earlier: ['3.13'] })).toMatchObject({
      next: { disposition: '3.13' },
      effects: ['end-response'],
    });
    expect(run(record({ ...used, everEligible: true }), { t: 'exhaust', earlier: ['2.34'] }).next.disposition).toBe(
      '2.30',
    );
    expect(refusal(record({ attempts: 5 }), SAMPLES.exhaust)).toBe('not-exhausted');
    expect(refusal(record({ ...used, appointmentStart: now }), SAMPLES.exhaust)).toBe('not-exhausted');
  });
  it('whose appointment passed is called first, and the miss is counted', () => {
    const one = record({ state: 'APPOINTMENT', appointmentStart: now - 60 * MINUTE, appointmentEnd: now });
    expect(run(one, SAMPLES['appointment-missed']).next).toMatchObject({
      state: 'READY',
      dueAt: now,
      priority: 1,
      slotAttempts: { missed: 1 },
      appointmentStart: null,
    });
    expect(refusal({ ...one, appointmentEnd: now + 1 }, SAMPLES['appointment-missed'])).toBe('not-missed');
  });
  it('finished on the web is final, and its call is hung up', () => {
    expect(run(record(), SAMPLES.finish)).toMatchObject({ state: 'FINAL', effects: [], next: { disposition: '1.1' } });
    expect(run(leased('IN_CALL'), SAMPLES.finish).effects).toEqual(['hang-up']);
  });
  it('takes its best interim code when the wave closes', () => {
    const close = (earlier: readonly string[], untold: string | null = null) =>
      run(record(), { t: 'close', earlier, untold }).next.disposition;
    expect(close([])).toBe('3.11');
    expect(close(['3.13', '2.112', '3.13'])).toBe('2.112');
    expect(close(['3.13'], '1.1')).toBe('1.1');
    expect(run(leased('IN_CALL'), SAMPLES.close).effects).toEqual(['hang-up', 'end-response']);
  });
});

describe('the supervisor', () => {
  it('opens a closed case again with a reason, for at least one more call', () => {
    const one = record({ state: 'FINAL', disposition: '3.13', attempts: 6, slotAttempts: { saturday: 2 } });
    expect(run(one, SAMPLES.reopen)).toMatchObject({
      next: { state: 'READY', dueAt: now, attempts: 5, slotAttempts: {} },
      effects: ['take-back-response', 'audit'],
    });
  });
  it.each(['reopen', 'reassign', 'recode', 'hold'] as const)('gives a reason to %s', (type) => {
    const state = type === 'reopen' ? 'FINAL' : 'SUPERVISOR';
    expect(refusal(record({ state }), { ...SAMPLES[type], reason: '  ' } as CaseEvent)).toBe('reason-missing');
  });
  it('gives a case to somebody, taking it from its holder', () => {
    expect(run(leased('LEASED'), SAMPLES.reassign).next).toMatchObject({
      state: 'READY',
      assignedTo: 'u2',
      leaseToken: null,
    });
    expect(run(record({ state: 'SUPERVISOR' }), SAMPLES.reassign).state).toBe('READY');
  });
  it('corrects a code, the count with it, but makes no interview', () => {
    expect(run(record({ state: 'FINAL', disposition: '3.13' }), SAMPLES.recode)).toMatchObject({
      next: { state: 'FINAL', disposition: '2.31' },
      effects: ['take-back-response', 'end-response', 'audit'],
    });
    expect(run(record({ state: 'SUPERVISOR' }), SAMPLES.recode).effects).toEqual(['end-response', 'audit']);
    const complete = { t: 'recode', disposition: '1.1', saved: 'partial', reason: '更正' } as const;
    expect(refusal(record({ state: 'FINAL', disposition: '3.13' }), complete)).toBe('no-interview');
    expect(run(record({ state: 'SUPERVISOR' }), { ...complete, saved: 'complete' }).next.disposition).toBe('1.1');
    expect(refusal(record({ state: 'FINAL' }), { ...complete, disposition: '1.2', saved: 'none' })).toBe(
      'no-interview',
    );
  });
  it('takes a final code back for good by opening the case: nothing that follows brings it back', () => {
    const opened = { attempts: 6, everEligible: true };
    expect(run(record(), { t: 'close', earlier: ['1.1'], untold: null }).next.disposition).toBe('3.11');
    expect(run(record(opened), { t: 'exhaust', earlier: ['1.1', '3.13'] }).next.disposition).toBe('2.20');
    const again = code({ disposition: '3.13', end: 'no-answer', earlier: ['1.1'] });
    expect(run(leased('WRAP_UP', opened), again).next.disposition).toBe('2.20');
  });
});

describe('any sequence of events', () => {
  it('leaves a case sound: leased only with a token, closed only with a code and without lease or appointment', () => {
    const anyEvent: fc.Arbitrary<CaseEvent> = fc.oneof(
      fc.constantFrom(...Object.values(SAMPLES)),
      fc.constant<CaseEvent>({ t: 'heartbeat', token: 'stale' }),
      fc
        .constantFrom('1.2', '2.112', '2.12', '2.21', '2.333', '3.13', '4.31')
        .map((disposition) => talk(disposition, { token: 'new', saved: 'partial', automatic: true })),
      fc.constant<CaseEvent>({ t: 'dial', token: 'new', mayCall: true, isLive: false }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(anyEvent, fc.integer({ min: -90, max: 900 })), { maxLength: 60 }), (steps) => {
        let one = record({ state: 'NEW' });
        let at = now;
        for (const [event, minutes] of steps) {
          at += minutes * MINUTE;
          const timely = event.t === 'claim' ? { ...event, version: one.version } : event;
          const result = transitionCase(one, timely, { ...context, now: at });
          if ('refused' in result) continue;
          one = { ...one, ...result.next };
          if (HELD.includes(one.state)) expect(one.leaseToken).not.toBeNull();
          else expect([one.leaseToken, one.leaseBy, one.leaseUntil]).toEqual([null, null, null]);
          if (one.state === 'FINAL') expect([one.disposition === null, one.appointmentStart]).toEqual([false, null]);
          if (one.state === 'APPOINTMENT') expect(one.appointmentStart).not.toBeNull();
          if (one.state === 'HOLD') expect(one.holdReason).not.toBeNull();
        }
      }),
      { numRuns: 300 },
    );
  });
});
