import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ATTEMPT_STATES,
  type AttemptEvent,
  type AttemptState,
  foldAttempt,
  isEnded,
  mayAdvance,
  stepAttempt,
} from '../../../src/core/sample/attempt-state.ts';

const requested: AttemptEvent = { t: 'requested', seq: null, at: 100 };
const unknown: AttemptEvent = { t: 'unknown', seq: null, at: 110 };
const progress = (status: 'queued' | 'initiated' | 'ringing' | 'answered', seq: number): AttemptEvent => ({
  t: 'progress',
  status,
  seq,
  at: 200 + seq,
});
type EndStatus = Extract<AttemptEvent, { t: 'ended' }>['status'];
const ended = (status: EndStatus, seq = 9, sip: number | null = null): AttemptEvent => ({
  t: 'ended',
  status,
  seq,
  at: 300 + seq,
  sip,
  durationMs: 50,
  errorCode: null,
  fault: null,
});
const stateOf = (...events: AttemptEvent[]): AttemptState => foldAttempt(events).state;

describe('a call', () => {
  it('goes row by row from created to its end', () => {
    expect(stateOf()).toBe('created');
    expect(stateOf(requested)).toBe('requested');
    expect(stateOf(requested, progress('queued', 0))).toBe('queued');
    expect(stateOf(requested, progress('initiated', 0))).toBe('requested');
    expect(stateOf(requested, progress('ringing', 1))).toBe('ringing');
    expect(stateOf(requested, progress('ringing', 1), progress('answered', 2))).toBe('answered');
    for (const end of ['completed', 'busy', 'no-answer', 'failed', 'canceled'] as const)
      expect(stateOf(requested, progress('ringing', 1), ended(end))).toBe(end);
  });

  it('whose creation is ambiguous stays unknown until the carrier tells', () => {
    expect(stateOf(unknown)).toBe('unknown');
    expect(stateOf(unknown, requested)).toBe('requested');
    expect(stateOf(unknown, progress('ringing', 1))).toBe('ringing');
    expect(stateOf(ended('busy'), unknown)).toBe('busy');
    expect(stateOf(progress('answered', 2), unknown)).toBe('answered');
  });

  it('advances only forward, and from its end nowhere', () => {
    const order: AttemptState[] = ['created', 'unknown', 'requested', 'queued', 'ringing', 'answered', 'completed'];
    for (const [i, from] of order.entries())
      for (const [j, to] of order.entries()) expect(mayAdvance(from, to)).toBe(j > i);
    for (const from of ATTEMPT_STATES.filter(isEnded))
      for (const to of ATTEMPT_STATES) expect(mayAdvance(from, to)).toBe(false);
  });

  it('is not brought back from its end by what arrives late', () => {
    expect(stateOf(ended('no-answer'), progress('ringing', 1), progress('answered', 2), requested)).toBe('no-answer');
  });

  it('that a carrier ends twice differently keeps the earlier end by the carrier’s own count', () => {
    expect(stateOf(ended('busy', 3), ended('completed', 4))).toBe('busy');
    expect(stateOf(ended('completed', 4), ended('busy', 3))).toBe('busy');
  });

  it('given up by the watchdog has failed, unless the carrier knows better', () => {
    const givenUp: AttemptEvent = { t: 'given-up', seq: null, at: 250, fault: 'carrier-down' };
    expect(foldAttempt([requested, givenUp])).toMatchObject({ state: 'failed', fault: 'carrier-down', endedAt: 250 });
    expect(stateOf(givenUp, ended('completed'))).toBe('completed');
  });

  it('keeps when it was answered and ended, and why', () => {
    expect(foldAttempt([progress('answered', 2), ended('completed'), progress('ringing', 1)])).toEqual({
      state: 'completed',
      answeredAt: 202,
      endedAt: 309,
      sip: null,
      errorCode: null,
      fault: null,
      durationMs: 50,
      answeredBy: null,
    });
    expect(foldAttempt([ended('failed', 4, 404)])).toMatchObject({ sip: 404, answeredAt: null });
  });

  it('was answered as long before its end as it lasted, when the callback is lost', () => {
    expect(foldAttempt([ended('completed')]).answeredAt).toBe(259);
    expect(foldAttempt([{ t: 'input', seq: null, at: 240 }, ended('completed')]).answeredAt).toBe(240);
  });

  it('is not ended by a guess at a machine', () => {
    const amd: AttemptEvent = { t: 'amd', by: 'machine', seq: null, at: 220 };
    expect(foldAttempt([amd, progress('answered', 2)])).toMatchObject({ state: 'answered', answeredBy: 'machine' });
  });

  it('bridged to an interviewer is the respondent’s call, not the interviewer’s', () => {
    const agent: AttemptEvent = { t: 'progress', status: 'answered', seq: 2, at: 202, leg: 'agent' };
    const agentDown: AttemptEvent = { ...ended('completed'), leg: 'agent' };
    expect(stateOf(agent)).toBe('requested');
    expect(stateOf(agent, agentDown)).toBe('canceled');
    expect(stateOf(agent, progress('answered', 3), agentDown)).toBe('completed');
    expect(stateOf(agent, ended('busy'), agentDown)).toBe('busy');
  });
});

const anyEvent: fc.Arbitrary<AttemptEvent> = fc
  .record({
    seq: fc.option(fc.nat(12)),
    at: fc.nat(1000),
    leg: fc.constantFrom('respondent' as const, 'agent' as const),
  })
  .chain((base) =>
    fc.oneof(
      fc
        .constantFrom('requested' as const, 'unknown' as const, 'start' as const, 'input' as const)
        .map((t) => ({ ...base, t })),
      fc
        .constantFrom('queued' as const, 'initiated' as const, 'ringing' as const, 'answered' as const)
        .map((status) => ({ ...base, t: 'progress' as const, status })),
      fc
        .constantFrom(
          'completed' as const,
          'busy' as const,
          'no-answer' as const,
          'failed' as const,
          'canceled' as const,
        )
        .map((status) => ({
          ...base,
          t: 'ended' as const,
          status,
          sip: null,
          durationMs: 10,
          errorCode: null,
          fault: null,
        })),
      fc.constantFrom('human' as const, 'machine' as const).map((by) => ({ ...base, t: 'amd' as const, by })),
      fc.constant({ ...base, t: 'given-up' as const, fault: null }),
    ),
  );

describe('the fold of a call’s events', () => {
  it('does not depend on their order, nor on how often they come', () => {
    fc.assert(
      fc.property(
        fc
          .array(anyEvent, { maxLength: 12 })
          .chain((events) =>
            fc.tuple(
              fc.constant(events),
              fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
            ),
          ),
        ([events, shuffled]) => {
          expect(foldAttempt(shuffled)).toEqual(foldAttempt(events));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('a live call becomes by one more event alone what it is by all of them', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 10 }), anyEvent, (events, more) => {
        const before = foldAttempt(events);
        const stepped = stepAttempt(before, more);
        if (isEnded(before.state) || stepped === null) return;
        expect({ ...before, ...stepped }).toEqual(foldAttempt([...events, more]));
      }),
    );
  });

  it('never goes back when more arrives: it advances, or has ended', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 10 }), anyEvent, (events, more) => {
        const before = foldAttempt(events).state;
        const after = foldAttempt([...events, more]).state;
        expect(after === before || mayAdvance(before, after) || (isEnded(before) && isEnded(after))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
