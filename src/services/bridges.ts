import { isEnded } from '../core/sample/attempt-state.ts';
import type { Step } from '../interview/step.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { CarrierEvent, Leg, PhoneCarrier } from '../telephony/carrier.ts';
import type { CallEvent } from './attempts.ts';
import { type CallOrders, readFailure, refusalOf } from './call-orders.ts';
import type { CallLog } from './calls.ts';
import type { CaseMoves } from './case-moves.ts';
import type { Deps } from './deps.ts';
import type { ListeningService } from './listenings.ts';

type Afterwards = Array<() => Promise<void>>;

const HANG_UP: Step = { prompts: [], next: { t: 'hangup', reason: 'over' } };

/**
 * Calls in which the carrier connects an interviewer with a respondent: both meet in a conversation of their own, which a
 * supervisor may hear. The interviewer is there first; whoever hangs up ends it for all.
 */
export function createBridges(
  deps: Deps & {
    readonly moves: CaseMoves;
    readonly orders: CallOrders;
    readonly listenings: ListeningService;
    readonly carrierNamed: (name: string) => PhoneCarrier | null;
    readonly tell: (attemptId: string, event: CallEvent) => Promise<unknown>;
    readonly log: CallLog;
  },
) {
  const { connection, stores, clock, moves, orders, listenings, carrierNamed, tell, log } = deps;

  const isBridged = ({ mode, carrier }: AttemptRow): boolean => mode === 'phone' && carrier !== 'manual';

  /** The carrier's name of the respondent's leg, as soon as it has told one. */
  async function respondentOf(db: Reader, attempt: AttemptRow): Promise<string | null> {
    const events = await stores.attempts.listEvents(db, attempt.id);
    const told = events.map(({ body }) => body as Partial<CarrierEvent>);
    const own = told.find(
      ({ t, leg, providerCallId }) =>
        (t === 'progress' || t === 'ended') &&
        leg === 'respondent' &&
        providerCallId != null &&
        providerCallId !== attempt.providerCallId,
    );
    return own?.providerCallId ?? null;
  }

  /** Calls the respondent in. The number is looked up here, and the hours once more; it passes through no browser. */
  async function join(attempt: AttemptRow): Promise<void> {
    const order = await orders.orderOf(attempt);
    if ('refused' in order) {
      await tell(attempt.id, order.refused);
      return;
    }
    const base = { attemptId: attempt.id, leg: 'respondent', seq: null, at: clock() } as const;
    try {
      const { providerCallId } = await order.carrier.join(order.call);
      await tell(attempt.id, { ...base, providerCallId, dedupe: 'joined', t: 'progress', status: 'queued' });
    } catch (error) {
      const { kind, code } = readFailure(error);
      log.warn({ err: error, attempt: attempt.id }, 'the respondent could not be called');
      // In doubt the carrier tells of the leg by itself; if it never does, the interviewer hangs up.
      if (kind !== 'ambiguous') await tell(attempt.id, refusalOf(kind, code, clock()));
    }
  }

  return {
    /** What the interviewer's leg does when it asks: waits in the conversation, or hangs up when that is over. */
    async answer(
      tx: Writer,
      attempt: AttemptRow,
      { event, isNew, afterwards }: { event: CallEvent; isNew: boolean; afterwards: Afterwards },
    ): Promise<Step> {
      const one = await stores.cases.find(tx, attempt.caseId);
      if (!one || isEnded(attempt.state) || (event.t !== 'start' && event.t !== 'fallback')) return HANG_UP;
      const { rules } = await moves.placeOf(tx, one);
      // Asked twice, the respondent is called once.
      if (event.t === 'start' && isNew) afterwards.push(() => join(attempt));
      const maxMs = rules.maxCallSeconds.phone * 1000;
      return { prompts: [], next: { t: 'talk', maxMs, token: `${attempt.id}.TALK.1` } };
    },

    /** Nobody is left on the line when a bridged call is over, and nobody is called into one that is. */
    async clear(
      tx: Writer,
      { row, isNew, hasEnded }: { readonly row: AttemptRow; readonly isNew: boolean; readonly hasEnded: boolean },
      event: CallEvent,
      afterwards: Afterwards,
    ): Promise<void> {
      const carrier = carrierNamed(row.carrier);
      if (!carrier || !isBridged(row) || !isEnded(row.state)) return;
      const isLate = isNew && event.t === 'progress' && event.leg === 'respondent';
      if (!hasEnded && !isLate) return;
      const legs = hasEnded
        ? [row.providerCallId, await respondentOf(tx, row), ...(await listenings.finishAll(tx, row.id))]
        : [event.providerCallId];
      for (const leg of legs) {
        const isDown = event.t === 'ended' && event.providerCallId === leg;
        if (leg !== null && !isDown) afterwards.push(() => carrier.hangup(leg));
      }
    },

    /** The leg that tells what becomes of the call: the respondent's, as soon as there is one. */
    async tellingLeg(attempt: AttemptRow): Promise<{ readonly leg: Leg; readonly providerCallId: string | null }> {
      if (!isBridged(attempt)) return { leg: 'respondent', providerCallId: attempt.providerCallId };
      const respondent = await respondentOf(connection.reader, attempt);
      return respondent === null
        ? { leg: 'agent', providerCallId: attempt.providerCallId }
        : { leg: 'respondent', providerCallId: respondent };
    },
  };
}
