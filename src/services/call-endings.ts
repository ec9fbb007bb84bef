import type { AttemptEnd } from '../core/sample/attempt-state.ts';
import { nextAllowed } from '../core/sample/calling-rules.ts';
import type { Appointment, CaseEvent } from '../core/sample/case-state.ts';
import { type AutomaticCoding, codeAttempt, findDisposition } from '../core/sample/dispositions.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { CaseRow } from '../store/cases.ts';
import type { Writer } from '../store/connection.ts';
import type { AttemptService } from './attempts.ts';
import type { CallOrders } from './call-orders.ts';
import type { CallLog } from './calls.ts';
import type { CaseMoves, CasePlace } from './case-moves.ts';
import type { Deps } from './deps.ts';
import type { KeypadCalls } from './keypad-calls.ts';
import type { ReviewService } from './reviews.ts';
import { isCallable, type SuppressionService } from './suppressions.ts';

const MINUTE = 60_000;
/** Who asks to be called later is called after so long, within a window of so long. */
const LATER_MS = 180 * MINUTE;
const LATER_WINDOW_MS = 120 * MINUTE;
/** So long nothing more is asked of a carrier that says it has too much to do. */
const BACK_OFF_MS = 10_000;

/** What the end of a call does to its case, to the carrier's standing, and to the re-listen queue. */
export function createCallEndings(
  deps: Deps & {
    readonly attempts: AttemptService;
    readonly keypadCalls: KeypadCalls;
    readonly moves: CaseMoves;
    readonly orders: CallOrders;
    readonly reviews: ReviewService;
    readonly suppressions: SuppressionService;
    readonly log: CallLog;
  },
) {
  const { stores, clock, attempts, keypadCalls, moves, orders, log } = deps;

  async function setCarrier(tx: Writer, attempt: AttemptRow, coding: AutomaticCoding): Promise<void> {
    if (coding.carrier === null) return;
    const { carrier, errorCode } = attempt;
    const at = clock();
    const until = coding.carrier === 'back-off' ? at + BACK_OFF_MS : null;
    const known = await stores.campaigns.findCarrier(tx, carrier);
    // Somebody has to look at it: a short rest does not open it again.
    if (known?.state === 'paused' && known.until === null) return;
    await stores.campaigns.saveCarrier(tx, {
      carrier,
      state: 'paused',
      reason: errorCode ?? coding.carrier,
      until,
      at,
    });
    if (until === null)
      log.error({ carrier, errorCode }, 'the carrier is paused: its settings or our webhook are at fault');
  }

  /** What the end of a call does to its case, when nobody codes it. */
  async function codeCall(tx: Writer, attempt: AttemptRow, one: CaseRow, place: CasePlace): Promise<void> {
    const session = await keypadCalls.sessionOf(tx, attempt, one);
    const fault =
      attempt.state === 'failed' || attempt.errorCode !== null ? await attempts.faultOf(tx, attempt.id) : null;
    const end = attempt.state as AttemptEnd;
    const { sip, answeredBy } = attempt;
    const guess = answeredBy as 'human' | 'machine' | 'fax' | 'unknown' | null;
    const coding = codeAttempt({ end, sip, fault, answeredBy: guess, everEligible: one.everEligible, session });
    await stores.attempts.update(tx, attempt.id, { disposition: coding.disposition });
    await setCarrier(tx, attempt, coding);
    if (session?.reason === 'complete') await queueReview(tx, attempt, one);
    if (one.state !== 'IN_CALL' || one.leaseToken === null) return;
    const token = one.leaseToken;
    const number = await orders.numberOf(tx, attempt);
    const notCalled: CaseEvent = { t: 'not-called', token };
    const events: CaseEvent[] = [notCalled];
    if (coding.disposition !== null) {
      const earlier = (await stores.attempts.listOfCase(tx, one.id))
        .filter(({ id }) => id !== attempt.id)
        .flatMap(({ disposition }) => disposition ?? []);
      events.splice(
        0,
        1,
        { t: 'attempt-ended' },
        {
          ...{ t: 'code', token, disposition: coding.disposition, end, askedAt: attempt.askedAt },
          ...{ counted: coding.counted, automatic: true, enough: coding.enough, neverAgain: coding.neverAgain },
          saved: coding.disposition === '1.1' ? 'complete' : coding.disposition === '1.2' ? 'partial' : 'none',
          appointment: coding.later ? appointmentFor(coding.disposition, place) : null,
          otherNumbers: number.others.filter(isCallable).length,
          earlier,
        },
      );
    }
    let moved = await moves.move(tx, one, events, { numberRank: attempt.numberRank });
    if (moved.refused !== undefined) {
      log.error(
        { attempt: attempt.id, coding, refused: moved.refused },
        'a call was coded in a way that is not allowed',
      );
      moved = await moves.move(tx, one, [notCalled]);
    }
    // Who pressed “never again” was put on the list with that very key.
    if (coding.number === 'blocked') await deps.suppressions.suppressBlocked(tx, number.row);
  }

  /** A soft call-back: anyone calls in a window that lies in the hours of the place. */
  function appointmentFor(disposition: string, { rules, unitPath }: CasePlace): Appointment | null {
    if (!findDisposition(disposition)?.mayAppoint) return null;
    const start = nextAllowed(rules, unitPath, clock() + LATER_MS);
    return start === null ? null : { start, end: start + LATER_WINDOW_MS, kind: 'soft', by: null };
  }

  async function queueReview(tx: Writer, attempt: AttemptRow, one: CaseRow): Promise<void> {
    const campaign = await stores.campaigns.find(tx, one.waveId);
    const consents = await stores.attempts.listConsents(tx, attempt.id);
    const recorded = consents.some(({ kind, given }) => kind === 'recording' && given);
    const flags = attempt.mode === 'keypad' ? await keypadCalls.flagsOf(tx, one) : [];
    await deps.reviews.queue(tx, attempt, { share: campaign?.reviewShare ?? 0, flags, recorded });
  }

  async function conclude(tx: Writer, attempt: AttemptRow): Promise<void> {
    const one = await stores.cases.hold(tx, attempt.caseId);
    if (!one) return;
    if (attempt.mode === 'keypad') return codeCall(tx, attempt, one, await moves.placeOf(tx, one));
    // An interviewer codes it; only the carrier's own troubles are seen to here.
    const fault = await attempts.faultOf(tx, attempt.id);
    if (fault !== null) {
      const nobody = { end: 'failed', sip: null, fault, answeredBy: null, everEligible: false, session: null } as const;
      await setCarrier(tx, attempt, codeAttempt(nobody));
    }
    if (one.state === 'IN_CALL') await moves.move(tx, one, [{ t: 'attempt-ended' }]);
  }

  return { conclude, queueReview };
}
