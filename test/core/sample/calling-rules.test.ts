import { describe, expect, it } from 'vitest';
import {
  type CallHistory,
  countAttempt,
  DEFAULT_RULES,
  dueAfter,
  isExhausted,
  isLeaseOver,
  isPast,
  localDay,
  mayCallAt,
  nextAllowed,
  nextCallable,
  slotOf,
  whyNotAgain,
} from '../../../src/core/sample/calling-rules.ts';

/** Beijing time; 2026-11-23 is a Monday. */
const beijing = (text: string): number => Date.parse(`${text}:00+08:00`);
const HOME = '/15/1504/150403/';
const XINJIANG = '/65/6501/650102/';
const MINUTE = 60_000;
const fresh: CallHistory = { attempts: 0, slotAttempts: {}, lastAttemptAt: null };

describe('calling hours', () => {
  it.each([
    ['2026-11-23T08:59', false],
    ['2026-11-23T09:00', true],
    ['2026-11-23T11:59', true],
    ['2026-11-23T12:00', false],
    ['2026-11-23T13:59', false],
    ['2026-11-23T14:00', true],
    ['2026-11-23T18:15', false],
    ['2026-11-23T18:30', true],
    ['2026-11-23T20:59', true],
    ['2026-11-23T21:00', false],
    ['2026-11-28T09:15', false],
    ['2026-11-28T09:30', true],
    ['2026-11-28T12:30', false],
    ['2026-11-29T20:29', true],
    ['2026-11-29T20:30', false],
    ['2026-11-24T00:00', false],
  ])('at %s are %s', (at, may) => {
    expect(mayCallAt(DEFAULT_RULES, HOME, beijing(at))).toBe(may);
  });

  it('are two hours later in 新疆, whatever the depth of the unit', () => {
    for (const path of [XINJIANG, '/650102/', '/65/']) {
      expect(mayCallAt(DEFAULT_RULES, path, beijing('2026-11-23T10:59'))).toBe(false);
      expect(mayCallAt(DEFAULT_RULES, path, beijing('2026-11-23T11:00'))).toBe(true);
      expect(mayCallAt(DEFAULT_RULES, path, beijing('2026-11-23T22:59'))).toBe(true);
      expect(mayCallAt(DEFAULT_RULES, path, beijing('2026-11-23T23:00'))).toBe(false);
    }
    expect(mayCallAt(DEFAULT_RULES, '/15/1565/', beijing('2026-11-23T09:00'))).toBe(true);
  });

  it('of the closest region count', () => {
    const hours = { ...DEFAULT_RULES.hours, weekday: [{ from: 600, to: 660 }] };
    const rules = {
      ...DEFAULT_RULES,
      regions: [
        { unitPrefix: '15', offsetMinutes: 420 },
        { unitPrefix: '1504', hours },
      ],
    };
    expect(mayCallAt(rules, HOME, beijing('2026-11-23T10:30'))).toBe(true);
    expect(mayCallAt(rules, HOME, beijing('2026-11-23T11:30'))).toBe(false);
    expect(mayCallAt(rules, '/15/1505/', beijing('2026-11-23T10:30'))).toBe(true);
    expect(mayCallAt(rules, '/15/1505/', beijing('2026-11-23T09:30'))).toBe(false);
  });

  it('keep holidays free, and make a worked Saturday a weekday', () => {
    const rules = { ...DEFAULT_RULES, holidays: ['2026-11-23'], workdays: ['2026-11-28'] };
    expect(mayCallAt(rules, HOME, beijing('2026-11-23T10:00'))).toBe(false);
    expect(mayCallAt(rules, HOME, beijing('2026-11-28T09:00'))).toBe(true);
    expect(slotOf(rules, HOME, beijing('2026-11-28T09:00'))).toBe('weekday-morning');
    expect(nextAllowed(rules, HOME, beijing('2026-11-22T20:30'))).toBe(beijing('2026-11-24T09:00'));
  });

  it('tell the next allowed moment', () => {
    const next = (at: string) => nextAllowed(DEFAULT_RULES, HOME, beijing(at));
    expect(next('2026-11-23T10:00')).toBe(beijing('2026-11-23T10:00'));
    expect(next('2026-11-23T12:00')).toBe(beijing('2026-11-23T14:00'));
    expect(next('2026-11-23T18:00')).toBe(beijing('2026-11-23T18:30'));
    expect(next('2026-11-27T21:00')).toBe(beijing('2026-11-28T09:30'));
    expect(nextAllowed(DEFAULT_RULES, XINJIANG, beijing('2026-11-23T08:00'))).toBe(beijing('2026-11-23T11:00'));
  });

  it('that never open give no next moment', () => {
    const hours = { weekday: [], saturday: [], sunday: [], holiday: [] };
    expect(nextAllowed({ ...DEFAULT_RULES, hours }, HOME, beijing('2026-11-23T10:00'))).toBeNull();
  });
});

describe('slots', () => {
  it.each([
    ['2026-11-23T09:00', 'weekday-morning'],
    ['2026-11-23T14:00', 'weekday-afternoon'],
    ['2026-11-23T18:30', 'weekday-evening'],
    ['2026-11-28T10:00', 'saturday'],
    ['2026-11-29T20:00', 'sunday'],
    ['2026-11-23T13:00', 'other'],
  ])('at %s is %s', (at, slot) => {
    expect(slotOf(DEFAULT_RULES, HOME, beijing(at))).toBe(slot);
  });

  it('and day are counted where the respondent lives', () => {
    const once = countAttempt(fresh, DEFAULT_RULES, HOME, beijing('2026-11-23T10:00'));
    expect(once).toEqual({
      attempts: 1,
      slotAttempts: { 'weekday-morning': 1, '2026-11-23': 1 },
      lastAttemptAt: beijing('2026-11-23T10:00'),
    });
    const twice = countAttempt(once, DEFAULT_RULES, HOME, beijing('2026-11-24T10:00'));
    expect(twice.slotAttempts).toEqual({ 'weekday-morning': 2, '2026-11-24': 1 });
    expect(localDay(DEFAULT_RULES, XINJIANG, beijing('2026-11-24T01:00'))).toBe('2026-11-23');
  });
});

describe('a further attempt', () => {
  const history = (change: Partial<CallHistory>) => ({ ...fresh, ...change });
  const now = beijing('2026-11-23T15:00');
  const why = (change: Partial<CallHistory>) => whyNotAgain(history(change), DEFAULT_RULES, HOME, now);

  it('waits three hours after the last', () => {
    expect(why({ lastAttemptAt: now - 179 * MINUTE })).toBe('too-soon');
    expect(why({ lastAttemptAt: now - 180 * MINUTE })).toBeNull();
  });

  it('is the second of its day at most', () => {
    expect(why({ slotAttempts: { '2026-11-23': 2 } })).toBe('enough-today');
    expect(why({ slotAttempts: { '2026-11-23': 1 } })).toBeNull();
    expect(why({ slotAttempts: { '2026-11-22': 2 } })).toBeNull();
  });

  it('is the second of its slot at most', () => {
    expect(why({ slotAttempts: { 'weekday-afternoon': 2 } })).toBe('slot-used');
    expect(why({ slotAttempts: { 'weekday-morning': 2 } })).toBeNull();
  });

  it('is the sixth at most', () => {
    expect(why({ attempts: 6 })).toBe('max-attempts');
    expect(why({ attempts: 5 })).toBeNull();
  });

  it('comes at the next moment that all rules allow', () => {
    const next = (change: Partial<CallHistory>, at: string) =>
      nextCallable(history(change), DEFAULT_RULES, HOME, beijing(at));
    expect(next({}, '2026-11-23T12:30')).toBe(beijing('2026-11-23T14:00'));
    expect(next({ slotAttempts: { 'weekday-afternoon': 2 } }, '2026-11-23T14:00')).toBe(beijing('2026-11-23T18:30'));
    expect(next({ slotAttempts: { '2026-11-23': 2 } }, '2026-11-23T14:00')).toBe(beijing('2026-11-24T09:00'));
    expect(next({ lastAttemptAt: beijing('2026-11-23T16:00') }, '2026-11-23T16:30')).toBe(beijing('2026-11-23T19:00'));
    expect(next({ attempts: 6 }, '2026-11-23T14:00')).toBeNull();
  });
});

describe('attempts', () => {
  it('are used up at six, or when every slot is', () => {
    const slots = { 'weekday-morning': 2, 'weekday-afternoon': 2, 'weekday-evening': 2, saturday: 2 };
    const rules = { ...DEFAULT_RULES, maxAttempts: 20 };
    expect(isExhausted({ ...fresh, attempts: 6 }, DEFAULT_RULES, HOME)).toBe(true);
    expect(isExhausted({ ...fresh, attempts: 8, slotAttempts: slots }, rules, HOME)).toBe(false);
    expect(isExhausted({ ...fresh, attempts: 10, slotAttempts: { ...slots, sunday: 2 } }, rules, HOME)).toBe(true);
  });

  it('are used up when every slot of the hours that are kept is', () => {
    const evening = [{ from: 18 * 60 + 30, to: 21 * 60 }];
    const hours = { weekday: evening, saturday: [], sunday: [], holiday: [] };
    const rules = { ...DEFAULT_RULES, hours };
    expect(isExhausted({ ...fresh, attempts: 2, slotAttempts: { 'weekday-evening': 2 } }, rules, HOME)).toBe(true);
    expect(isExhausted({ ...fresh, attempts: 1, slotAttempts: { 'weekday-evening': 1 } }, rules, HOME)).toBe(false);
  });
});

describe('after an outcome a case is due', () => {
  const now = beijing('2026-11-23T10:00');
  const once = countAttempt(fresh, DEFAULT_RULES, HOME, now);
  const dueAtAfter = (outcome: Parameters<typeof dueAfter>[1], history: CallHistory = once) =>
    dueAfter(history, outcome, DEFAULT_RULES, { unitPath: HOME, now }).dueAt;

  it.each([['no-answer'], ['busy'], ['machine'], ['technical'], ['other']] as const)(
    'three hours later, inside the hours: %s',
    (outcome) => {
      expect(dueAtAfter(outcome)).toBe(beijing('2026-11-23T14:00'));
    },
  );

  it('seven days later when it refused', () => {
    expect(dueAtAfter('refusal')).toBe(beijing('2026-11-30T10:00'));
  });

  it('five minutes later when the network failed, were it not for a counted call before', () => {
    expect(dueAtAfter('system', fresh)).toBe(beijing('2026-11-23T10:05'));
    expect(dueAtAfter('system')).toBe(beijing('2026-11-23T14:00'));
  });

  it('within minutes when the line fell, once', () => {
    const first = dueAfter(once, 'dropped', DEFAULT_RULES, { unitPath: HOME, now });
    expect(first.dueAt).toBe(beijing('2026-11-23T10:08'));
    expect(dueAtAfter('dropped', { ...once, slotAttempts: first.slotAttempts })).toBe(beijing('2026-11-23T14:00'));
  });

  it('not within minutes when the hours end before', () => {
    const late = beijing('2026-11-23T20:55');
    expect(dueAfter(once, 'dropped', DEFAULT_RULES, { unitPath: HOME, now: late }).dueAt).toBe(
      beijing('2026-11-24T09:00'),
    );
  });

  it('never again when its attempts are used up', () => {
    expect(dueAtAfter('no-answer', { ...once, attempts: 6 })).toBeNull();
  });
});

describe('a clock that jumps', () => {
  const now = beijing('2026-11-23T10:00');
  const DAY = 24 * 60 * MINUTE;
  it('forward and back again does not bury a case', () => {
    expect(isPast(now + DAY, now)).toBe(false);
    expect(isPast(now + 365 * DAY, now)).toBe(true);
    const far = { ...fresh, attempts: 1, lastAttemptAt: now + 365 * DAY };
    expect(whyNotAgain(far, DEFAULT_RULES, HOME, now)).toBeNull();
  });
  it('back by minutes makes nobody call too soon', () => {
    expect(whyNotAgain({ ...fresh, attempts: 1, lastAttemptAt: now + 5 * MINUTE }, DEFAULT_RULES, HOME, now)).toBe(
      'too-soon',
    );
  });
  it('back by a day does not keep a lease for a day', () => {
    expect(isLeaseOver(now, DEFAULT_RULES, now)).toBe(true);
    expect(isLeaseOver(now + 15 * MINUTE, DEFAULT_RULES, now)).toBe(false);
    expect(isLeaseOver(now + 20 * MINUTE, DEFAULT_RULES, now)).toBe(false);
    expect(isLeaseOver(now + DAY, DEFAULT_RULES, now)).toBe(true);
  });
});
