import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../../../src/core/sample/calling-rules.ts';
import {
  type Callable,
  chooseCase,
  isEligible,
  sortCases,
  whyNotCallable,
} from '../../../src/core/sample/eligibility.ts';

const MINUTE = 60_000;
const beijing = (text: string): number => Date.parse(`${text}:00+08:00`);
const now = beijing('2026-11-23T15:00');
const anna = { kind: 'interviewer', id: 'anna' } as const;
const dialer = { kind: 'dialer', id: 'dialer' } as const;

const one = (change: Partial<Callable> = {}): Callable => ({
  state: 'READY',
  disposition: null,
  dueAt: now - MINUTE,
  priority: 0,
  seq: 1,
  mode: 'phone',
  leaseToken: null,
  leaseBy: null,
  leaseUntil: null,
  version: 1,
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
  unitPath: '/15/1504/150403/',
  isWanted: true,
  hasNumber: true,
  ...change,
});
const appointment = (change: Partial<Callable> = {}): Callable =>
  one({
    state: 'APPOINTMENT',
    appointmentStart: now,
    appointmentEnd: now + 30 * MINUTE,
    appointmentKind: 'soft',
    ...change,
  });
const why = (record: Callable, at = now) => whyNotCallable(record, anna, DEFAULT_RULES, at);

describe('a case may be called', () => {
  it('when nothing stands in the way', () => {
    expect(why(one())).toBeNull();
    expect(isEligible(one({ mode: 'keypad' }), dialer, DEFAULT_RULES, now)).toBe(true);
    expect(why(one({ state: 'REFUSAL_CONV', refusals: 1 }))).toBeNull();
  });

  it.each<[string, Partial<Callable>]>([
    ['state', { state: 'FINAL' }],
    ['state', { state: 'HOLD' }],
    ['state', { state: 'SUPERVISOR' }],
    ['state', { state: 'LEASED' }],
    ['mode', { mode: 'keypad' }],
    ['no-number', { hasNumber: false }],
    ['assigned-elsewhere', { assignedTo: 'bob' }],
    ['quota-full', { isWanted: false }],
    ['not-due', { dueAt: now + MINUTE }],
    ['max-attempts', { attempts: 6 }],
    ['too-soon', { attempts: 1, lastAttemptAt: now - 100 * MINUTE }],
    ['enough-today', { attempts: 2, slotAttempts: { '2026-11-23': 2 } }],
    ['slot-used', { attempts: 2, slotAttempts: { 'weekday-afternoon': 2 } }],
  ])('but not: %s, when %j', (obstacle, change) => {
    expect(why(one(change))).toBe(obstacle);
  });

  it('only inside the hours of the respondent, appointment or not', () => {
    expect(why(one(), beijing('2026-11-23T13:00'))).toBe('outside-hours');
    expect(why(appointment({ appointmentStart: now - 120 * MINUTE }), beijing('2026-11-23T21:30'))).toBe(
      'outside-hours',
    );
    expect(why(one({ unitPath: '/65/' }), now)).toBe('outside-hours');
  });

  it('by appointment from five minutes before, whatever was tried before', () => {
    const used = {
      attempts: 6,
      lastAttemptAt: now - 30 * MINUTE,
      slotAttempts: { '2026-11-23': 2, 'weekday-afternoon': 2 },
    };
    expect(why(appointment({ ...used, appointmentStart: now + 5 * MINUTE }))).toBeNull();
    expect(why(appointment({ ...used, appointmentStart: now + 6 * MINUTE }))).toBe('appointment-later');
  });

  it('by a hard appointment first by whom it was promised, after ten minutes by anyone', () => {
    const hard = (by: string, start = now) =>
      appointment({ appointmentKind: 'hard', appointmentFor: by, appointmentStart: start });
    expect(why(hard('anna'))).toBeNull();
    expect(why(hard('bob'))).toBe('appointment-elsewhere');
    expect(why(hard('bob', now - 10 * MINUTE))).toBeNull();
    expect(why(appointment({ appointmentFor: 'bob' }))).toBeNull();
  });

  it('back within minutes after its line fell, in spite of gap, day and slot', () => {
    const fallen = { attempts: 2, lastAttemptAt: now - 10 * MINUTE, dueAt: now - MINUTE };
    const slots = { callback: 1, '2026-11-23': 2, 'weekday-afternoon': 2 };
    expect(why(one({ ...fallen, slotAttempts: slots }))).toBeNull();
    expect(why(one({ ...fallen, slotAttempts: slots, attempts: 6 }))).toBe('max-attempts');
    expect(why(one({ ...fallen, slotAttempts: {} }))).toBe('too-soon');
  });
});

describe('the order of calling', () => {
  const context = { rules: DEFAULT_RULES, claimant: anna, now };
  const first = (a: Callable, b: Callable) => {
    expect(sortCases([b, a], context)).toEqual([a, b]);
    expect(sortCases([a, b], context)).toEqual([a, b]);
  };

  it('puts each reason before the next', () => {
    const soon = appointment({ appointmentEnd: now + 10 * MINUTE, seq: 9 });
    first(soon, appointment({ seq: 1 }));
    first(appointment({ seq: 9 }), one({ assignedTo: 'anna', priority: 9 }));
    first(one({ assignedTo: 'anna', seq: 9 }), one({ priority: 9 }));
    first(one({ priority: 1, seq: 9 }), one({ attempts: 1 }));
    first(one({ seq: 9 }), one({ unitPath: '/65/', attempts: 1 }));
    first(one({ attempts: 1, slotAttempts: { 'weekday-afternoon': 1 }, seq: 9 }), one());
    first(one({ attempts: 1, seq: 9 }), one({ attempts: 1, slotAttempts: { 'weekday-afternoon': 1 } }));
    first(one({ seq: 1 }), one({ seq: 2 }));
    const [alike, other] = [one(), one()];
    expect(sortCases([alike, other], context)).toEqual([alike, other]);
  });

  it('gives an interviewer the case in hand before any other', () => {
    const mine = one({ state: 'LEASED', leaseBy: 'anna', leaseToken: 'x', seq: 9 });
    expect(chooseCase([one(), mine, appointment()], context)).toBe(mine);
  });

  it('gives the best eligible one, or none', () => {
    const best = appointment({ seq: 7 });
    expect(chooseCase([one({ state: 'FINAL' }), one({ seq: 3 }), best], context)).toBe(best);
    expect(chooseCase([one({ state: 'FINAL' }), one({ mode: 'keypad' })], context)).toBeNull();
    expect(chooseCase([], context)).toBeNull();
  });
});
