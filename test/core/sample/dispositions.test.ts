import { describe, expect, it } from 'vitest';
import type { CallFault } from '../../../src/core/sample/attempt-state.ts';
import {
  type CallSession,
  closePartial,
  codeAttempt,
  codeSip,
  DISPOSITIONS,
  dispositionsAfter,
  FAULT_CODING,
  finalCode,
  findDisposition,
} from '../../../src/core/sample/dispositions.ts';

describe('the list of result codes', () => {
  it('has each code once, with both labels', () => {
    expect(new Set(DISPOSITIONS.map(({ code }) => code)).size).toBe(DISPOSITIONS.length);
    expect(DISPOSITIONS.every(({ label }) => label.zh !== '' && label.en !== '')).toBe(true);
  });

  it.each([
    ['1.1', 'I'],
    ['1.2', 'P'],
    ['2.111', 'R'],
    ['2.112', 'R'],
    ['2.12', 'R'],
    ['2.20', 'NC'],
    ['2.21', 'NC'],
    ['2.221', 'NC'],
    ['2.222', 'NC'],
    ['2.30', 'O'],
    ['2.31', 'O'],
    ['2.32', 'O'],
    ['2.331', 'O'],
    ['2.332', 'O'],
    ['2.333', 'O'],
    ['2.34', 'O'],
    ['2.35', 'O'],
    ['2.36', 'O'],
    ['3.11', 'UH'],
    ['3.12', 'UH'],
    ['3.13', 'UH'],
    ['3.14', 'UH'],
    ['3.15', 'UH'],
    ['3.16', 'UH'],
    ['3.21', 'UR'],
    ['3.90', 'UO'],
    ['4.10', 'NE'],
    ['4.20', 'NE'],
    ['4.31', 'NE'],
    ['4.32', 'NE'],
    ['4.33', 'NE'],
    ['4.41', 'NE'],
    ['4.42', 'NE'],
    ['4.51', 'NE'],
    ['4.52', 'NE'],
    ['4.70', 'NE'],
    ['4.80', 'NE'],
    ['4.90', 'NE'],
  ])('%s counts as %s', (code, symbol) => {
    expect(findDisposition(code)?.symbol).toBe(symbol);
  });

  it('offers the interviewer only what the end of the call bears out', () => {
    const codes = (end: Parameters<typeof dispositionsAfter>[0]) => dispositionsAfter(end).map(({ code }) => code);
    expect(codes('busy')).toEqual(['3.12', '3.15', '3.16', '3.90', '4.31', '4.32', '4.33']);
    expect(codes('no-answer')).toContain('3.13');
    expect(codes('no-answer')).not.toContain('1.1');
    expect(codes('completed')).toContain('1.1');
    expect(codes('completed')).not.toContain('2.20');
    expect(codes('canceled')).toEqual([]);
  });
});

const coding = (change: Partial<Parameters<typeof codeAttempt>[0]>) =>
  codeAttempt({
    end: 'failed',
    sip: null,
    fault: null,
    answeredBy: null,
    everEligible: false,
    session: null,
    ...change,
  });
const session = (change: Partial<CallSession> = {}): CallSession => ({
  reason: null,
  disposition: null,
  answered: 3,
  close: { disposition: '2.12', enough: false },
  ...change,
});

describe('a call that nobody took', () => {
  it.each([
    [486, '3.12', true, null],
    [600, '3.12', true, null],
    [480, '3.13', true, null],
    [408, '3.13', true, null],
    [487, '3.13', true, null],
    [404, '4.31', true, 'dead'],
    [410, '4.31', true, 'dead'],
    [484, '4.31', true, 'dead'],
    [604, '4.31', true, 'dead'],
    [403, '3.15', true, null],
    [603, '3.15', true, null],
    [500, '3.16', false, null],
    [503, '3.16', false, null],
    [599, '3.16', false, null],
  ])('with SIP answer %i is %s, counted: %s, number: %s', (sip, disposition, counted, number) => {
    expect(coding({ sip })).toMatchObject({ disposition, counted, number });
  });

  it.each<[CallFault, string | null, boolean, string | null, string | null]>([
    ['bad-number', '4.31', true, 'dead', null],
    ['blocked', '3.15', true, 'blocked', null],
    ['region', null, false, null, 'cannot-serve'],
    ['config', null, false, null, 'pause'],
    ['auth', null, false, null, 'pause'],
    ['rate', null, false, null, 'back-off'],
    ['our-fault', '3.16', false, null, 'pause'],
    ['ambiguous', '3.16', false, null, null],
    ['carrier-down', '3.16', false, null, 'back-off'],
  ])('for the fault %s is %s, counted: %s, number: %s, carrier: %s', (fault, disposition, counted, number, carrier) => {
    expect(coding({ fault })).toMatchObject({ disposition, counted, number, carrier });
    expect(FAULT_CODING[fault]).toMatchObject({ counted, carrier });
  });

  it('is coded by its end when nothing more is known', () => {
    expect(coding({ end: 'busy' }).disposition).toBe('3.12');
    expect(coding({ end: 'no-answer' }).disposition).toBe('3.13');
    expect(coding({ end: 'failed' })).toMatchObject({ disposition: '3.16', counted: false });
    expect(coding({ end: 'canceled' })).toMatchObject({ disposition: null, counted: false });
    expect(codeSip(200)).toBeNull();
  });
});

describe('a call that was taken', () => {
  const talk = (one: CallSession | null, change: Partial<Parameters<typeof codeAttempt>[0]> = {}) =>
    coding({ end: 'completed', session: one, ...change });

  it.each<[Partial<CallSession>, string]>([
    [{ reason: 'complete', disposition: '1.1' }, '1.1'],
    [{ reason: 'complete' }, '1.1'],
    [{ reason: 'screened', disposition: '4.80' }, '4.80'],
    [{ reason: 'screened' }, '4.70'],
    [{ reason: 'declined', answered: 0 }, '2.112'],
    [{ reason: 'gave-up' }, '2.12'],
    [{ reason: 'no-response', answered: 0 }, '3.21'],
    [{ reason: null, answered: 0 }, '3.21'],
    [{ reason: null, answered: 3 }, '2.12'],
  ])('and ended as %j is %s', (change, disposition) => {
    expect(talk(session(change)).disposition).toBe(disposition);
  });

  it('and asked for another time, or for none', () => {
    expect(talk(session({ reason: 'later', answered: 0 }))).toMatchObject({ disposition: '2.21', later: true });
    expect(talk(session({ reason: 'never', answered: 0 }))).toMatchObject({ disposition: '2.112', neverAgain: true });
  });

  it('and broken off is a partial by its answers, final from four in five on', () => {
    expect(talk(session({ close: closePartial(8, 10) }))).toMatchObject({ disposition: '1.2', enough: true });
    expect(talk(session({ close: closePartial(5, 10) }))).toMatchObject({ disposition: '1.2', enough: false });
    expect(talk(session({ close: closePartial(4, 10) }))).toMatchObject({ disposition: '2.12', enough: false });
  });

  it('by a machine, as the carrier guesses, is called again and never final', () => {
    expect(talk(null, { answeredBy: 'machine' }).disposition).toBe('3.14');
    expect(talk(null, { answeredBy: 'machine', everEligible: true }).disposition).toBe('2.222');
    expect(talk(null, { answeredBy: 'fax' }).disposition).toBe('3.14');
    for (const code of ['3.14', '2.222']) expect(findDisposition(code)?.next).toBe('retry');
  });

  it('by somebody who pressed keys is no machine, whatever the carrier guesses', () => {
    expect(talk(session({ reason: 'complete', disposition: '1.1' }), { answeredBy: 'machine' }).disposition).toBe(
      '1.1',
    );
    expect(talk(session(), { answeredBy: 'machine' }).disposition).toBe('2.12');
  });

  it('but broken by our own fault is not counted', () => {
    expect(talk(null, { fault: 'our-fault' })).toMatchObject({ counted: false, carrier: 'pause' });
  });
});

it('no core items, or more answers than items, is a mistake', () => {
  expect(() => closePartial(0, 0)).toThrow(RangeError);
  expect(() => closePartial(3, 2)).toThrow(RangeError);
});

describe('the final code of a case', () => {
  it.each<[string[], boolean, string]>([
    [[], false, '3.11'],
    [['3.13'], false, '3.13'],
    [['3.12', '3.12'], false, '3.12'],
    [['3.12', '3.13'], false, '3.13'],
    [['3.13', '3.14', '3.13'], false, '3.14'],
    [['3.16'], false, '3.16'],
    [['3.13', '3.16'], false, '3.13'],
    [['3.21', '3.13'], false, '3.21'],
    [['3.15'], false, '3.90'],
    [['4.33', '4.33'], false, '4.33'],
    [['3.13'], true, '2.20'],
    [['2.21', '3.13'], true, '2.20'],
    [['2.222', '3.13'], true, '2.20'],
    [['2.34', '3.13'], true, '2.30'],
    [['2.112', '3.13'], true, '2.112'],
    [['2.12', '3.13', '3.13'], true, '2.12'],
    [['2.112', '1.2', '2.12'], true, '1.2'],
    [['2.31'], true, '2.31'],
    [['3.13', '4.70'], false, '4.70'],
  ])('of attempts %j, ever eligible %s, is %s', (codes, everEligible, final) => {
    expect(finalCode(codes, { everEligible })).toBe(final);
  });

  it('with no number left is what was said of the last number', () => {
    expect(finalCode(['3.13', '4.31'], { everEligible: false, numbersDead: true })).toBe('4.31');
  });
});
