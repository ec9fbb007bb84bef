import { AppError } from '../core/errors.ts';
import { type AttemptEnd, isEnded } from '../core/sample/attempt-state.ts';
import { mayCallAt, nextAllowed } from '../core/sample/calling-rules.ts';
import type { Appointment, CaseEvent } from '../core/sample/case-state.ts';
import { type AutomaticCoding, codeAttempt, findDisposition } from '../core/sample/dispositions.ts';
import { sayGoodbye } from '../interview/keypad-script.ts';
import type { Step } from '../interview/step.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { CaseRow } from '../store/cases.ts';
import type { Reader, Writer } from '../store/connection.ts';
import { CarrierError, type CarrierEvent, type E164, type EndStatus, type PhoneCarrier } from '../telephony/carrier.ts';
import type { AttemptService, CallEvent } from './attempts.ts';
import type { CallInService } from './call-ins.ts';
import type { CaseMoves, CasePlace } from './case-moves.ts';
import type { Deps } from './deps.ts';
import type { KeypadCalls } from './keypad-calls.ts';
import type { MessageService } from './messages.ts';
import type { RecordingService } from './recordings.ts';
import type { ReviewService } from './reviews.ts';
import { isCallable, type SuppressionService } from './suppressions.ts';
import type { Vault } from './vault.ts';
import type { Admit } from './webhooks.ts';

const MINUTE = 60_000;
/** Who asks to be called later is called after so long, within a window of so long. */
const LATER_MS = 180 * MINUTE;
const LATER_WINDOW_MS = 120 * MINUTE;
/** So long nothing more is asked of a carrier that says it has too much to do. */
const BACK_OFF_MS = 10_000;
/** An event that did not come by a request. */
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
  const { connection, stores, clock, attempts, keypadCalls, callIns, moves, vault, carrierNamed, log } = deps;
  const listeners = new Set<() => void>();

  const later = (work: () => Promise<void>): void =>
    deps.defer(() =>
      work().catch((error: unknown) =>
        log.warn({ err: error }, 'a request to the carrier failed; it is seen to later'),
      ),
    );

  /** The number that a call goes to; null when it is no longer kept. */
  async function numberOf(db: Reader, { caseId, numberRank }: Pick<AttemptRow, 'caseId' | 'numberRank'>) {
    const rows = await stores.numbers.listOfCase(db, caseId);
    const row = rows.find(({ rank }) => rank === numberRank) ?? null;
    return {
      row,
      e164: row && vault.read(row),
      others: rows.filter((one) => one !== row),
    };
  }

  /** An event of our own about a call. */
  function own(
    t: 'requested' | 'unknown' | 'given-up',
    { providerCallId = null, fault = null }: { providerCallId?: string | null; fault?: AutomaticFault } = {},
  ): CallEvent {
    const base = { providerCallId, seq: null, at: clock(), dedupe: t };
    return t === 'given-up' ? { ...base, t, fault } : { ...base, t };
  }

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
    const number = await numberOf(tx, attempt);
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
    if (coding.number === 'blocked' || coding.neverAgain) {
      await deps.suppressions.suppressCalled(tx, number.row, coding.neverAgain ? 'respondent' : 'carrier', 'keypad');
    }
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
      if (taken.hasEnded) await conclude(tx, taken.row);
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
        // Nothing that comes after the end changes anything; whoever still listens hears a goodbye.
        if (isEnded(attempt.state)) return sayGoodbye('fault', 'zh');
        if (attempt.mode === 'phone') return connect(tx, attempt);
        const one = await stores.cases.hold(tx, attempt.caseId);
        if (!one) return sayGoodbye('fault', 'zh');
        const mayRecord = carrier?.caps.record ?? false;
        const next = await keypadCalls.advance(tx, attempt, one, event, { mayRecord });
        if (next.wantsNever) {
          const { row } = await numberOf(tx, attempt);
          await deps.suppressions.suppressCalled(tx, row, 'respondent', 'keypad');
        }
        if (next.startRecording && carrier && call)
          afterwards.push(async () => void (await carrier.startRecording(call)));
        return next.step;
      }
      case 'dialled':
        return sayGoodbye('alreadyDone', 'zh');
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

  /** The interviewer has answered: the respondent is called and connected. The number is looked up here and nowhere else. */
  async function connect(tx: Writer, attempt: AttemptRow): Promise<Step> {
    const { e164 } = await numberOf(tx, attempt);
    const one = await stores.cases.find(tx, attempt.caseId);
    if (e164 === null || !one) return sayGoodbye('fault', 'zh');
    const { rules } = await moves.placeOf(tx, one);
    return {
      prompts: [],
      next: {
        ...{ t: 'dial', target: { kind: 'number', number: e164 }, timeoutMs: rules.ringSeconds * 1000 },
        ...{ maxMs: rules.maxCallSeconds.phone * 1000, record: false, token: `${attempt.id}.DIAL.1` },
      },
    };
  }

  /** Asks the carrier for a call that is noted already. Every answer, and none at all, becomes an event of the call. */
  async function place(attempt: AttemptRow, agent: { readonly number: E164 } | null = null): Promise<void> {
    const carrier = carrierNamed(attempt.carrier);
    const one = await stores.cases.find(connection.reader, attempt.caseId);
    const campaign = one && (await stores.campaigns.find(connection.reader, one.waveId));
    const { e164 } = await numberOf(connection.reader, attempt);
    if (!carrier || !campaign || e164 === null) {
      await takeEvent(attempt.id, refusalOf('bad-number', 'no number', clock()));
      return;
    }
    const { ringSeconds, maxCallSeconds } = campaign.rules;
    const call = {
      ...{
        attemptId: attempt.id,
        to: e164,
        from: campaign.callerId ?? deps.callerId ?? '',
        ringMs: ringSeconds * 1000,
      },
      maxMs: maxCallSeconds[attempt.mode] * 1000,
      amd: attempt.mode === 'keypad' && carrier.caps.amd,
    };
    if (!carrier.caps.serves(e164)) {
      await takeEvent(attempt.id, refusalOf('region', 'region', clock()));
      return;
    }
    // The clock may have moved on since the call was noted, by a pause of ours or by somebody's hand.
    const { rules, unitPath } = await moves.placeOf(connection.reader, one);
    if (!mayCallAt(rules, unitPath, clock())) {
      await takeEvent(attempt.id, { ...refusalOf('rate', 'hours', clock()), status: 'canceled', fault: null });
      return;
    }
    try {
      const placed = agent ? await carrier.bridge(agent, call) : await carrier.placeCall(call);
      await takeEvent(attempt.id, own('requested', { providerCallId: placed.providerCallId }));
    } catch (error) {
      if (!(error instanceof CarrierError)) log.error({ err: error, attempt: attempt.id }, 'placing a call failed');
      const kind = error instanceof CarrierError ? error.kind : 'ambiguous';
      const code = error instanceof CarrierError ? (error.providerCode ?? error.kind) : 'unknown';
      await takeEvent(attempt.id, kind === 'ambiguous' ? own('unknown') : refusalOf(kind, code, clock()));
    }
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
        default: {
          const attemptId = event.attemptId ?? (await callIns.findAttempt(event));
          if (attemptId !== null) return takeEvent(attemptId, event, admit);
          const answered = await callIns.answer(event, admit);
          if (answered === null) return null;
          if ('step' in answered) return answered.step;
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
    queueReview,

    /** Ends a call, whoever is in it. */
    async hangUp(attempt: AttemptRow): Promise<void> {
      const carrier = carrierNamed(attempt.carrier);
      if (attempt.providerCallId !== null && carrier) await carrier.hangup(attempt.providerCallId);
    },

    /**
     * Asks the carrier what became of a call. What it knows is taken as an event; a call that it has never heard of was
     * not made. Throws what the carrier throws: then nothing is known yet.
     */
    async reconcile(attempt: AttemptRow): Promise<void> {
      const carrier = carrierNamed(attempt.carrier);
      if (!carrier || attempt.carrier === 'manual') return;
      const { e164 } = await numberOf(connection.reader, attempt);
      const { id: attemptId, askedAt, providerCallId } = attempt;
      const found = e164 === null ? null : await carrier.reconcile({ attemptId, to: e164, askedAt, providerCallId });
      await takeEvent(attemptId, found ?? own('given-up', { fault: 'ambiguous' }));
    },

    /** Ends a call that no carrier ends. */
    async giveUp(attempt: AttemptRow): Promise<void> {
      await takeEvent(attempt.id, own('given-up', { fault: null }));
    },
  };
}

type AutomaticFault = Parameters<typeof codeAttempt>[0]['fault'];

/** The carrier said no: the call is over before it began. */
function refusalOf(fault: NonNullable<AutomaticFault>, errorCode: string, at: number) {
  return {
    ...{ attemptId: null, providerCallId: null, leg: 'respondent', seq: null, at, dedupe: 'refused' },
    ...{ t: 'ended', status: 'failed', sip: null, durationMs: null, errorCode, fault },
  } as const satisfies CallEvent;
}
