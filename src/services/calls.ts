import { AppError } from '../core/errors.ts';
import { isEnded } from '../core/sample/attempt-state.ts';
import { mayCallAt, nextAllowed } from '../core/sample/calling-rules.ts';
import { sayGoodbye } from '../interview/keypad-script.ts';
import type { Step } from '../interview/step.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { CaseRow } from '../store/cases.ts';
import type { Writer } from '../store/connection.ts';
import { CarrierError, type CarrierEvent, type E164, type EndStatus, type PhoneCarrier } from '../telephony/carrier.ts';
import type { AttemptService, CallEvent } from './attempts.ts';
import { createBridges } from './bridges.ts';
import { createCallEndings } from './call-endings.ts';
import { type CallInService, REJECT, wasRejected } from './call-ins.ts';
import { createCallOrders, readFailure, refusalOf } from './call-orders.ts';
import type { CaseMoves } from './case-moves.ts';
import type { Deps } from './deps.ts';
import type { KeypadCalls } from './keypad-calls.ts';
import type { ListeningService } from './listenings.ts';
import type { MessageService } from './messages.ts';
import type { RecordingService } from './recordings.ts';
import type { ReviewService } from './reviews.ts';
import { isCallable, type SuppressionService } from './suppressions.ts';
import type { Vault } from './vault.ts';
import type { Admit } from './webhooks.ts';

/** What we tell ourselves is no request. */
const NO_REQUEST: Admit = async () => {};

export interface CallLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export type CallService = ReturnType<typeof createCallService>;

/**
 * The life of calls. A call is noted and committed before a carrier hears of it; whatever the carrier then tells goes
 * through `handle`, the one sink, in one transaction with what it does to case, answers and counters.
 */
export function createCallService(
  deps: Deps & {
    readonly attempts: AttemptService;
    readonly keypadCalls: KeypadCalls;
    readonly callIns: CallInService;
    readonly moves: CaseMoves;
    readonly messages: MessageService;
    readonly recordings: RecordingService;
    readonly listenings: ListeningService;
    readonly reviews: ReviewService;
    readonly suppressions: SuppressionService;
    readonly vault: Vault;
    readonly carrierNamed: (name: string) => PhoneCarrier | null;
    /** The number we show when the campaign names none. */
    readonly callerId: string | null;
    /** Work for after the answer to a webhook: what is slow or asks the carrier. */
    readonly defer: (work: () => Promise<void>) => void;
    readonly log: CallLog;
  },
) {
  const { connection, stores, clock, attempts, keypadCalls, callIns, moves, carrierNamed, log } = deps;
  const orders = createCallOrders(deps);
  const endings = createCallEndings({ ...deps, orders });
  const bridges = createBridges({ ...deps, orders, tell: (id, event) => takeEvent(id, event) });
  const listeners = new Set<() => void>();

  const later = (work: () => Promise<void>): void =>
    deps.defer(() =>
      work().catch((error: unknown) =>
        log.warn({ err: error }, 'a request to the carrier failed; it is seen to later'),
      ),
    );

  /** An event of our own about a call. */
  function own(
    t: 'requested' | 'unknown' | 'given-up',
    { providerCallId = null, fault = null }: { providerCallId?: string | null; fault?: GivenUp } = {},
  ): CallEvent {
    const base = { providerCallId, seq: null, at: clock(), dedupe: t };
    return t === 'given-up' ? { ...base, t, fault } : { ...base, t };
  }

  /** Takes an event of a known call; gives the next step when the call asks for one. */
  async function takeEvent(attemptId: string, event: CallEvent, admit?: Admit): Promise<Step | null> {
    const afterwards: Array<() => Promise<void>> = [];
    let hasEnded = false;
    const step = await connection.transaction(async (tx) => {
      await admit?.(tx);
      const held = await stores.attempts.hold(tx, attemptId);
      if (!held) return null;
      const taken = await attempts.take(tx, held, event);
      hasEnded = taken.hasEnded;
      if (taken.hasEnded) await endings.conclude(tx, taken.row);
      await bridges.clear(tx, taken, event, afterwards);
      return react(tx, taken.row, event, taken.isNew, afterwards);
    });
    for (const work of afterwards) later(work);
    if (hasEnded) for (const listener of listeners) listener();
    return step;
  }

  async function react(
    tx: Writer,
    attempt: AttemptRow,
    event: CallEvent,
    isNew: boolean,
    afterwards: Array<() => Promise<void>>,
  ): Promise<Step | null> {
    const carrier = carrierNamed(attempt.carrier);
    const { providerCallId } = attempt;
    const call = providerCallId === null ? null : { attemptId: attempt.id, providerCallId };
    switch (event.t) {
      case 'inbound':
      case 'start':
      case 'input':
      case 'continue':
      case 'fallback': {
        if (attempt.mode === 'phone') return bridges.answer(tx, attempt, { event, isNew, afterwards });
        // Nothing that comes after the end changes anything; whoever still listens hears a goodbye.
        if (isEnded(attempt.state)) return wasRejected(attempt) ? REJECT : sayGoodbye('fault', 'zh');
        const one = await stores.cases.hold(tx, attempt.caseId);
        if (!one) return sayGoodbye('fault', 'zh');
        const mayRecord = carrier?.caps.record ?? false;
        const next = await keypadCalls.advance(tx, attempt, one, event, { mayRecord });
        if (next.wantsNever) {
          const { row } = await orders.numberOf(tx, attempt);
          await deps.suppressions.suppressCalled(tx, row, 'respondent', 'keypad');
        }
        if (next.startRecording && carrier && call)
          afterwards.push(async () => void (await carrier.startRecording(call)));
        return next.step;
      }
      case 'amd':
        // A machine hears nothing; a guess that came after somebody pressed a key is wrong.
        if (isNew && !isEnded(attempt.state) && (event.by === 'machine' || event.by === 'fax') && carrier && call) {
          const one = await stores.cases.find(tx, attempt.caseId);
          const session = one && (await keypadCalls.sessionOf(tx, attempt, one));
          if (attempt.mode === 'keypad' && (session?.answered ?? 0) === 0)
            afterwards.push(() => carrier.hangup(call.providerCallId));
        }
        return null;
      case 'recording':
        if (isNew) await deps.recordings.note(tx, attempt, event);
        return null;
      default:
        return null;
    }
  }

  /** Asks the carrier for a call that is noted already. Every answer, and none at all, becomes an event of the call. */
  async function place(attempt: AttemptRow, agent: { readonly number: E164 } | null = null): Promise<void> {
    const order = await orders.orderOf(attempt);
    if ('refused' in order) {
      await takeEvent(attempt.id, order.refused);
      return;
    }
    const { carrier, call } = order;
    try {
      const placed = agent ? await carrier.bridge(agent, call) : await carrier.placeCall(call);
      await takeEvent(attempt.id, own('requested', { providerCallId: placed.providerCallId }));
    } catch (error) {
      if (!(error instanceof CarrierError)) log.error({ err: error, attempt: attempt.id }, 'placing a call failed');
      const { kind, code } = readFailure(error);
      await takeEvent(attempt.id, kind === 'ambiguous' ? own('unknown') : refusalOf(kind, code, clock()));
    }
  }

  /**
   * Asks the carrier what became of a call. What it knows is taken as an event; a call that it has never heard of was
   * not made. Throws what the carrier throws: then nothing is known yet.
   */
  async function reconcile(attempt: AttemptRow): Promise<void> {
    const carrier = carrierNamed(attempt.carrier);
    if (!carrier || attempt.carrier === 'manual') return;
    const { e164 } = await orders.numberOf(connection.reader, attempt);
    const asked = { attemptId: attempt.id, askedAt: attempt.askedAt, ...(await bridges.tellingLeg(attempt)) };
    const found = e164 === null ? null : await carrier.reconcile({ ...asked, to: e164 });
    await takeEvent(attempt.id, found ?? own('given-up', { fault: 'ambiguous' }));
  }

  /**
   * The interviewer has hung up and nobody has told that the respondent was there: that may be on its way still, and the
   * carrier knows. Without it a conversation would pass for a call that was never made.
   */
  async function hearRespondent(attemptId: string): Promise<void> {
    const attempt = await stores.attempts.find(connection.reader, attemptId);
    if (!attempt || isEnded(attempt.state) || attempt.answeredAt !== null) return;
    if ((await bridges.tellingLeg(attempt)).leg === 'agent') return;
    await reconcile(attempt).catch((error: unknown) =>
      log.warn({ err: error, attempt: attemptId }, 'the carrier does not say what became of the respondent'),
    );
  }

  return {
    /** THE sink of everything that carriers tell. */
    async handle(event: CarrierEvent, admit: Admit = NO_REQUEST): Promise<Step | null> {
      switch (event.t) {
        case 'sms-status':
          await deps.messages.takeStatus(event, admit);
          return null;
        case 'sms-in':
          await deps.messages.takeIncoming(event, admit);
          return null;
        case 'listening':
          await deps.listenings.take(event, admit);
          return null;
        default: {
          const attemptId = event.attemptId ?? (await callIns.findAttempt(event));
          if (attemptId !== null && event.t === 'ended' && event.leg === 'agent') await hearRespondent(attemptId);
          if (attemptId !== null) return takeEvent(attemptId, event, admit);
          const answered = await callIns.answer(event, admit);
          if (answered === null) return null;
          if ('step' in answered) {
            // Somebody is to be called sooner than anybody knew.
            if (answered.step === REJECT) for (const listener of listeners) listener();
            return answered.step;
          }
          // Admitted with the case it takes. The digits were the caller's code: only its hash is kept.
          return takeEvent(answered.attemptId, event.t === 'input' ? { ...event, digits: '' } : event);
        }
      }
    },

    place,
    takeEvent,

    /** Told whenever a call is over: a line is free again. Returns how to stop listening. */
    onEnded(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    /**
     * A call from the desk: noted first, within the hours of the place, one at a time. With a carrier that bridges, the
     * interviewer's telephone rings and the respondent is connected; else the interviewer dials and reports.
     */
    async dial(
      tx: Writer,
      one: CaseRow,
      by: { readonly token: string; readonly interviewerId: string; readonly carrier: AttemptRow['carrier'] },
    ): Promise<{ readonly row: CaseRow; readonly attempt: AttemptRow }> {
      const at = clock();
      const casePlace = await moves.placeOf(tx, one);
      const number = (await stores.numbers.listOfCase(tx, one.id)).find(isCallable);
      if (!number) throw new AppError('NUMBER_NONE_LIVE');
      const isLive = (await stores.attempts.findLive(tx, one.id)) !== null;
      const mayCall = mayCallAt(casePlace.rules, casePlace.unitPath, at);
      const moved = await moves.move(tx, one, [{ t: 'dial', token: by.token, mayCall, isLive }]);
      if (moved.refused !== undefined) {
        if (moved.refused === 'live-call') throw new AppError('CASE_CALL_LIVE');
        if (moved.refused === 'token') throw new AppError('LEASE_LOST');
        if (moved.refused !== 'outside-hours') throw new AppError('CASE_STATE', { case: one.id, state: one.state });
        const next = nextAllowed(casePlace.rules, casePlace.unitPath, at);
        throw new AppError('CALLING_HOURS', { next: next === null ? '—' : new Date(next).toISOString() });
      }
      const { interviewerId, carrier } = by;
      const attempt = await attempts.open(tx, moved.row, casePlace, {
        ...{ mode: 'phone', direction: 'out', carrier, numberRank: number.rank, interviewerId },
      });
      return { row: moved.row, attempt };
    },

    /** What an interviewer says of a call that no carrier watches. The same report twice is one event. */
    async report(attemptId: string, result: 'answered' | EndStatus): Promise<void> {
      const base = { attemptId, providerCallId: null, leg: 'respondent', seq: null, at: clock() } as const;
      const dedupe = `desk:${result}`;
      if (result === 'answered') {
        await takeEvent(attemptId, { ...base, dedupe, t: 'progress', status: 'answered' });
        return;
      }
      const quiet = { sip: null, durationMs: null, errorCode: null, fault: null };
      await takeEvent(attemptId, { ...base, dedupe, t: 'ended', status: result, ...quiet });
    },

    /** Notes what the respondent said of being recorded, then records or not; first the note, then the recording. */
    async consentToRecording(attemptId: string, given: boolean): Promise<void> {
      const { attempt, before } = await connection.transaction(async (tx) => {
        const held = await stores.attempts.hold(tx, attemptId);
        if (!held) throw new AppError('NOT_FOUND', { what: 'call', id: attemptId });
        const consents = await stores.attempts.listConsents(tx, attemptId);
        const last = consents.findLast(({ kind }) => kind === 'recording')?.given ?? null;
        // The same word twice is one, and begins no second recording.
        if (last === given) return { attempt: held, before: last };
        await stores.attempts.insertConsent(tx, {
          ...{ id: deps.newId(), attemptId, caseId: held.caseId, kind: 'recording', given, at: clock() },
          ...{ scriptVersion: 'desk', lang: 'zh' },
        });
        if (!given) await deps.recordings.withdraw(tx, attemptId);
        return { attempt: held, before: last };
      });
      const carrier = carrierNamed(attempt.carrier);
      if (before === given || !carrier?.caps.record || attempt.providerCallId === null) return;
      const call = { attemptId, providerCallId: attempt.providerCallId };
      if (given) await carrier.startRecording(call);
      else if (before === true) later(() => carrier.stopRecording(call));
    },

    /** Puts a finished call of the desk before a second listener when chance or a sign says so. */
    queueReview: endings.queueReview,

    /** Ends a call, whoever is in it. */
    async hangUp(attempt: AttemptRow): Promise<void> {
      const carrier = carrierNamed(attempt.carrier);
      if (attempt.providerCallId !== null && carrier) await carrier.hangup(attempt.providerCallId);
    },

    reconcile,

    /** Ends a call that no carrier ends. */
    async giveUp(attempt: AttemptRow): Promise<void> {
      await takeEvent(attempt.id, own('given-up', { fault: null }));
    },
  };
}

type GivenUp = Extract<CallEvent, { t: 'given-up' }>['fault'];
