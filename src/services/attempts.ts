import { AppError } from '../core/errors.ts';
import { type AttemptEvent, foldAttempt, isEnded, stepAttempt } from '../core/sample/attempt-state.ts';
import { slotOf } from '../core/sample/calling-rules.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { CaseRow } from '../store/cases.ts';
import type { Writer } from '../store/connection.ts';
import type { CarrierEvent } from '../telephony/carrier.ts';
import type { CasePlace } from './case-moves.ts';
import type { Deps } from './deps.ts';

/** What happens to a call: as the carrier tells it, and three things that only we know. */
export type CallEvent =
  | CarrierEvent
  | (Pick<CarrierEvent, 'providerCallId' | 'seq' | 'at' | 'dedupe'> &
      ({ readonly t: 'requested' | 'unknown' } | Extract<AttemptEvent, { t: 'given-up' }>));

/** The events that say something about how far the call is. */
const TELLING: ReadonlySet<CallEvent['t']> = new Set([
  ...(['requested', 'unknown', 'given-up', 'progress', 'ended', 'amd', 'start', 'input', 'continue'] as const),
]);

export type NewAttempt = Pick<AttemptRow, 'mode' | 'direction' | 'carrier' | 'numberRank' | 'interviewerId'> & {
  readonly providerCallId?: string;
};

export type AttemptService = ReturnType<typeof createAttemptService>;

/** Calls as rows and events: the row is what the events amount to, in whatever order they came. */
export function createAttemptService({ stores, clock, newId }: Deps) {
  return {
    /** Notes a call before anybody is asked to make it. Refused while another call to the case may still be going on. */
    async open(tx: Writer, one: CaseRow, { rules, unitPath }: CasePlace, call: NewAttempt): Promise<AttemptRow> {
      const { mode, direction, carrier, numberRank, interviewerId, providerCallId = null } = call;
      const askedAt = clock();
      const earlier = await stores.attempts.listOfCase(tx, one.id);
      const attempt: AttemptRow = {
        ...{ id: newId(), caseId: one.id, waveId: one.waveId, unitCode: one.unitCode },
        ...{ seq: (earlier.at(-1)?.seq ?? 0) + 1, mode, direction, carrier, providerCallId, numberRank, interviewerId },
        ...{ state: 'created', slot: slotOf(rules, unitPath, askedAt), askedAt, answeredAt: null, endedAt: null },
        ...{ sip: null, errorCode: null, disposition: null, answeredBy: null, note: null, durationMs: null },
      };
      if (!(await stores.attempts.insert(tx, attempt))) throw new AppError('CASE_CALL_LIVE');
      return attempt;
    },

    /**
     * Keeps an event, without numbers, and lets the call become what all its events amount to. A call that has ended stays as it ended:
     * what comes later is kept and changes nothing.
     */
    async take(
      tx: Writer,
      attempt: AttemptRow,
      event: CallEvent,
    ): Promise<{ readonly row: AttemptRow; readonly isNew: boolean; readonly hasEnded: boolean }> {
      const { dedupe, seq, at, t: kind } = event;
      const isNew = await stores.attempts.appendEvent(tx, {
        ...{ attemptId: attempt.id, dedupe, seq, kind, at, receivedAt: clock(), body: withoutNumbers(event) },
      });
      const names = attempt.providerCallId === null && event.providerCallId !== null && isNaming(attempt, event);
      const named = names ? { providerCallId: event.providerCallId } : {};
      // Keys of a call that is known to be answered tell nothing more about it.
      const isTelling =
        TELLING.has(kind) && !(attempt.state === 'answered' && (kind === 'input' || kind === 'continue'));
      if (!isNew || isEnded(attempt.state) || (!isTelling && !names)) return { row: attempt, isNew, hasEnded: false };
      const stepped = stepAttempt(attempt, event as AttemptEvent);
      if (stepped) {
        const change = { ...named, ...stepped };
        const isChange = names || stepped.state !== attempt.state || stepped.answeredAt !== attempt.answeredAt;
        if (isChange) await stores.attempts.update(tx, attempt.id, change);
        return { row: { ...attempt, ...change }, isNew, hasEnded: false };
      }
      const events = await stores.attempts.listEvents(tx, attempt.id);
      const folded = foldAttempt(events.map(({ body }) => body as AttemptEvent));
      const hasEnded = isEnded(folded.state);
      const change = {
        ...named,
        state: folded.state,
        answeredAt: folded.answeredAt,
        // By our own clock: the carrier's may be elsewhere, and this is what says that the call is over.
        endedAt: hasEnded ? clock() : null,
        sip: folded.sip,
        errorCode: folded.errorCode,
        answeredBy: folded.answeredBy,
        durationMs: folded.durationMs,
      };
      await stores.attempts.update(tx, attempt.id, change);
      return { row: { ...attempt, ...change }, isNew, hasEnded };
    },

    /** What a call's events say went wrong with it. */
    async faultOf(tx: Writer, attemptId: string) {
      const events = await stores.attempts.listEvents(tx, attemptId);
      return foldAttempt(events.map(({ body }) => body as AttemptEvent)).fault;
    },
  };
}

/** Numbers stand in their own table alone, and go when their time is over; what is kept of a call tells none. */
const withoutNumbers = (event: CallEvent): CallEvent =>
  event.t === 'inbound' ? { ...event, from: '', to: '' } : event;

/** The call's name at the carrier is that of the leg we asked for: the interviewer's in a bridged call. */
function isNaming({ mode, carrier }: AttemptRow, event: CallEvent): boolean {
  if (event.t === 'requested') return true;
  const leg = 'leg' in event ? event.leg : 'respondent';
  return mode === 'phone' && carrier !== 'manual' ? leg === 'agent' : leg === 'respondent';
}
