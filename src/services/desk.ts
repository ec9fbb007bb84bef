import { AppError } from '../core/errors.ts';
import type { CompiledPlan, CompiledQuestion } from '../core/questionnaire/gate.ts';
import type { Answer, Answers, Question } from '../core/questionnaire/plan.ts';
import { type AttemptEnd, isEnded } from '../core/sample/attempt-state.ts';
import { mayCallAt, offsetOf } from '../core/sample/calling-rules.ts';
import type { AppointmentKind, CaseState } from '../core/sample/case-state.ts';
import { DISPOSITIONS, dispositionsAfter, findDisposition } from '../core/sample/dispositions.ts';
import { hideNumbers, readPhoneNumber } from '../core/sample/phone-number.ts';
import { LANGS, type Lang, type Text } from '../core/text.ts';
import { keysOf, readKeys } from '../interview/keys.ts';
import { answerQuestion, finishInterview, followPlan, measureProgress, orderChoices } from '../interview/session.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { CampaignRow } from '../store/campaigns.ts';
import type { CaseRow } from '../store/cases.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { WaveRow } from '../store/waves.ts';
import type { EndStatus, PhoneCarrier } from '../telephony/carrier.ts';
import { type Actor, requireOverlap, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { CallService } from './calls.ts';
import type { CaseMoves } from './case-moves.ts';
import { type CaseResponses, measureSaved } from './case-responses.ts';
import { type CaseService, refusalOf } from './cases.ts';
import type { Deps } from './deps.ts';
import type { NumberService } from './numbers.ts';
import { isCallable, type SuppressionService } from './suppressions.ts';
import type { SurveyService } from './surveys.ts';
import { findUnit } from './units.ts';
import type { Vault } from './vault.ts';
import { findWave } from './waves.ts';

/** The question that an interviewer reads out now, and where it stands in the interview. */
export interface Standing {
  readonly question:
    | (Pick<Question, 'code' | 'type' | 'title' | 'spoken' | 'note' | 'help' | 'required' | 'min' | 'max'> & {
        /** In this respondent's order; the key stays with its option. */
        readonly choices: ReadonlyArray<{
          readonly code: string;
          readonly title: Text;
          readonly spoken: Text | null;
          readonly key: string | null;
          readonly kind: string;
        }>;
        readonly keys: string;
        readonly value: Answer | null;
      })
    | null;
  readonly progress: { readonly answered: number; readonly total: number };
  /** The answers are whole: the interview may be closed as complete. */
  readonly isComplete: boolean;
  /** A screen-out ended the interview with this code. */
  readonly ended: string | null;
  /** Required questions still open. */
  readonly missing: readonly string[];
  /** What the answers amount to: the code to close with. */
  readonly disposition: string;
}

export interface DeskCase {
  readonly id: string;
  readonly wave: { readonly code: string; readonly title: string; readonly synthetic: boolean };
  readonly unit: { readonly code: string; readonly name: string };
  readonly state: CaseState;
  readonly lease: string;
  readonly leaseUntil: number;
  readonly numbers: Awaited<ReturnType<NumberService['maskedNumbers']>>;
  /** With these six digits the respondent may call in and go on by the keypad. */
  readonly accessCode: string;
  readonly mayCallNow: boolean;
  /** Minutes before UTC by which the respondent lives: appointments are agreed in that time. */
  readonly offsetMinutes: number;
  /** The carrier connects the call; else the interviewer dials by hand and says what came of it. */
  readonly bridges: boolean;
  readonly attempt: Pick<
    AttemptRow,
    'id' | 'state' | 'carrier' | 'askedAt' | 'answeredAt' | 'endedAt' | 'disposition'
  > | null;
  readonly history: ReadonlyArray<Pick<AttemptRow, 'askedAt' | 'state' | 'disposition' | 'note' | 'interviewerId'>>;
  readonly appointment: { readonly start: number; readonly end: number; readonly kind: AppointmentKind } | null;
  readonly refusals: number;
  readonly consentText: Text;
  readonly intro: Text;
  readonly thanks: Text;
  readonly minutes: number;
  readonly recording: { readonly asked: boolean; readonly consent: boolean | null };
  /** Codes that fit the call as it stands. */
  readonly dispositions: ReadonlyArray<{ readonly code: string; readonly label: Text; readonly mayAppoint: boolean }>;
  readonly standing: Standing;
}

export interface DeskView {
  readonly current: DeskCase | null;
  readonly callbacks: ReadonlyArray<{
    readonly id: string;
    readonly unit: string;
    readonly start: number;
    readonly end: number;
    readonly kind: AppointmentKind;
  }>;
  readonly today: { readonly calls: number; readonly completes: number };
  readonly onBreakSince: number | null;
  /** Why there is nothing to do, and from when there may be. */
  readonly waiting: { readonly reason: 'not-running' | 'none-due'; readonly nextAt: number | null } | null;
}

/** Names a case that the caller holds. */
export interface Held {
  readonly case: string;
  readonly lease: string;
}

export type CallResult = 'answered' | 'busy' | 'no-answer' | 'failed' | 'completed';

const DAY_MS = 86_400_000;

export type DeskService = ReturnType<typeof createDeskService>;

/** The interviewer's verbs. A lease token guards each: what somebody else was given meanwhile is out of reach. */
export function createDeskService(
  deps: Deps & {
    readonly surveys: SurveyService;
    readonly responses: CaseResponses;
    readonly moves: CaseMoves;
    readonly cases: CaseService;
    readonly numbers: NumberService;
    readonly suppressions: SuppressionService;
    readonly calls: CallService;
    readonly vault: Vault;
    readonly carrierNamed: (name: string) => PhoneCarrier | null;
  },
) {
  const { connection, stores, clock, surveys, responses, moves, cases, numbers, calls, vault, carrierNamed } = deps;

  async function planOf(db: Reader, one: CaseRow): Promise<{ wave: WaveRow; plan: CompiledPlan }> {
    const wave = await stores.waves.find(db, one.waveId);
    if (!wave) throw new AppError('NOT_FOUND', { what: 'wave', id: one.waveId });
    return { wave, plan: (await surveys.compile(db, wave.surveyVersionId)).plan };
  }

  /** The case as the caller holds it, against all others until the transaction ends. */
  async function requireHeld(tx: Writer, actor: Actor, held: Held): Promise<CaseRow> {
    const one = await stores.cases.hold(tx, held.case);
    if (one) requireScope(actor, await findUnit(deps, one.unitCode, tx));
    if (!one || one.leaseToken !== held.lease || one.leaseBy !== actor.id) throw new AppError('LEASE_LOST');
    return one;
  }

  async function requireOpen(db: Reader, one: CaseRow): Promise<{ wave: WaveRow; plan: CompiledPlan }> {
    const found = await planOf(db, one);
    if (found.wave.state !== 'open') throw new AppError('WAVE_NOT_OPEN', { wave: found.wave.code });
    return found;
  }

  const isTaking = ({ state, fieldworkStart, fieldworkEnd }: WaveRow): boolean =>
    state === 'open' && fieldworkStart <= deps.today() && deps.today() <= fieldworkEnd;

  /** The newest call of the case by this interviewer that is not coded yet. */
  async function uncodedCall(db: Reader, one: CaseRow): Promise<AttemptRow | null> {
    const last = (await stores.attempts.listOfCase(db, one.id)).at(-1);
    return last && last.disposition === null && last.interviewerId === one.leaseBy && one.state !== 'LEASED'
      ? last
      : null;
  }

  async function viewCase(db: Reader, one: CaseRow, at: string | null = null): Promise<DeskCase> {
    const { wave, plan } = await planOf(db, one);
    const campaign = await stores.campaigns.find(db, one.waveId);
    if (!campaign) throw new AppError('CAMPAIGN_MISSING', { wave: wave.code });
    const unit = await stores.units.find(db, one.unitCode);
    const { unitPath } = await moves.placeOf(db, one);
    const call = await uncodedCall(db, one);
    const consents = call ? await stores.attempts.listConsents(db, call.id) : [];
    const { answers } = await responses.read(db, one);
    const bridges = carrierNamed(campaign.carrier)?.caps.bridge ?? false;
    const end: AttemptEnd | null = call && isEnded(call.state) ? call.state : null;
    const offered = end === null ? DISPOSITIONS.filter(({ byInterviewer }) => byInterviewer) : dispositionsAfter(end);
    return {
      id: one.id,
      wave: { code: wave.code, title: wave.title, synthetic: wave.synthetic },
      unit: { code: one.unitCode, name: unit?.name ?? one.unitCode },
      state: one.state,
      lease: one.leaseToken ?? '',
      leaseUntil: one.leaseUntil ?? 0,
      numbers: await numbers.maskedNumbers(db, one.id),
      accessCode: vault.accessCodeOf(one.id),
      mayCallNow: mayCallAt(campaign.rules, unitPath, clock()),
      offsetMinutes: offsetOf(campaign.rules, unitPath),
      bridges,
      attempt: call && pickCall(call),
      history: (await stores.attempts.listOfCase(db, one.id))
        .filter(({ id }) => id !== call?.id)
        .map(({ askedAt, state, disposition, note, interviewerId }) => ({
          ...{ askedAt, state, disposition, note, interviewerId },
        })),
      appointment:
        one.appointmentStart !== null && one.appointmentEnd !== null && one.appointmentKind !== null
          ? { start: one.appointmentStart, end: one.appointmentEnd, kind: one.appointmentKind }
          : null,
      refusals: one.refusals,
      consentText: campaign.consentText,
      intro: plan.plan.intro,
      thanks: plan.plan.thanks,
      minutes: plan.plan.minutes,
      recording: {
        asked: campaign.recording,
        consent: consents.findLast(({ kind }) => kind === 'recording')?.given ?? null,
      },
      dispositions: call ? offered.map(({ code, label, mayAppoint }) => ({ code, label, mayAppoint })) : [],
      standing: standingOf(plan, answers, { reversed: responses.isReversed(one), at }),
    };
  }

  async function viewDesk(db: Reader, actor: Actor, wave: WaveRow): Promise<DeskView> {
    const one = await cases.findLeased(db, actor.id);
    const desk = await stores.campaigns.findDesk(db, actor.id);
    const now = clock();
    const from = Date.parse(`${deps.today()}T00:00:00+08:00`);
    const appointments = await stores.cases.listAppointments(db, {
      waveId: wave.id,
      state: 'APPOINTMENT',
      appointmentFor: actor.id,
      from: Math.min(from, now),
      to: from + DAY_MS,
      limit: 50,
    });
    const units = await stores.units.listByCodes(db, [...new Set(appointments.map(({ unitCode }) => unitCode))]);
    const results = (await stores.attempts.countResults(db, wave.id, from)).filter(
      ({ interviewerId }) => interviewerId === actor.id,
    );
    return {
      current: one ? await viewCase(db, one) : null,
      callbacks: appointments.map(({ id, unitCode, appointmentStart, appointmentEnd, appointmentKind }) => ({
        id,
        unit: units.find(({ code }) => code === unitCode)?.name ?? unitCode,
        start: appointmentStart ?? 0,
        end: appointmentEnd ?? 0,
        kind: appointmentKind ?? 'soft',
      })),
      today: {
        calls: results.reduce((sum, { n }) => sum + n, 0),
        completes: results.filter(({ disposition }) => disposition === '1.1').reduce((sum, { n }) => sum + n, 0),
      },
      onBreakSince: desk?.breakSince ?? null,
      waiting: null,
    };
  }

  async function campaignOf(
    db: Reader,
    actor: Actor,
    code: string,
  ): Promise<{ wave: WaveRow; campaign: CampaignRow | null }> {
    const wave = await findWave(deps, code, db);
    requireOverlap(actor, await findUnit(deps, wave.rootUnit, db));
    return { wave, campaign: await stores.campaigns.find(db, wave.id) };
  }

  async function see(tx: Writer, actor: Actor, waveId: string | null, breakSince: number | null): Promise<void> {
    await stores.campaigns.saveDesk(tx, { userId: actor.id, waveId, breakSince, seenAt: clock() });
  }

  /** Does something with a held case and shows it as it then stands. */
  async function withHeld(
    actor: Actor,
    held: Held,
    work: (tx: Writer, one: CaseRow) => Promise<string | null>,
  ): Promise<DeskCase> {
    requirePermission(actor, 'case.work');
    return connection.transaction(async (tx) => {
      const one = await requireHeld(tx, actor, held);
      const at = await work(tx, one);
      return viewCase(tx, (await stores.cases.find(tx, one.id)) ?? one, at);
    });
  }

  return {
    /** What is on the desk: the case in hand, today's call-backs, what was done today. */
    async readDesk(actor: Actor, waveCode: string): Promise<DeskView> {
      requirePermission(actor, 'case.work');
      const { wave } = await campaignOf(connection.reader, actor, waveCode);
      return viewDesk(connection.reader, actor, wave);
    },

    /** The next best case. Who has one in hand gets that one: asking twice takes no second. */
    async nextCase(actor: Actor, waveCode: string): Promise<DeskView> {
      requirePermission(actor, 'case.work');
      return connection.transaction(async (tx) => {
        const { wave, campaign } = await campaignOf(tx, actor, waveCode);
        const desk = await stores.campaigns.findDesk(tx, actor.id);
        const view = () => viewDesk(tx, actor, wave);
        // Written first: of two requests by one person the second waits here, and then sees the case of the first.
        await see(tx, actor, wave.id, desk?.breakSince ?? null);
        if (await cases.findLeased(tx, actor.id)) return view();
        if (desk?.breakSince != null) throw new AppError('ON_BREAK');
        if (campaign?.state !== 'running' || !isTaking(wave)) {
          return { ...(await view()), waiting: { reason: 'not-running', nextAt: null } };
        }
        const claimant = { kind: 'interviewer', id: actor.id } as const;
        const [claimed] = await cases.claimNext(tx, campaign, claimant, 1, scopePath(actor));
        if (claimed) return view();
        const nextAt = await stores.cases.findNextDue(tx, wave.id, ['READY', 'APPOINTMENT', 'REFUSAL_CONV'], clock());
        return { ...(await view()), waiting: { reason: 'none-due', nextAt } };
      });
    },

    /** Says that somebody is still there. Gives how the call stands, which a carrier may have changed meanwhile. */
    async heartbeat(
      actor: Actor,
      held: Held,
    ): Promise<{ readonly leaseUntil: number; readonly state: CaseState; readonly attempt: DeskCase['attempt'] }> {
      requirePermission(actor, 'case.work');
      return connection.transaction(async (tx) => {
        const one = await requireHeld(tx, actor, held);
        const moved = await moves.move(tx, one, [{ t: 'heartbeat', token: held.lease }]);
        if (moved.refused !== undefined) throw refusalOf(moved.refused, one);
        await see(tx, actor, one.waveId, null);
        const call = await uncodedCall(tx, moved.row);
        return { leaseUntil: moved.row.leaseUntil ?? 0, state: moved.row.state, attempt: call && pickCall(call) };
      });
    },

    /** Shows a number whole, and writes down who saw it. */
    async revealNumber(
      actor: Actor,
      held: Held,
      rank: number,
    ): Promise<{ readonly rank: number; readonly number: string }> {
      requirePermission(actor, 'case.work');
      requirePermission(actor, 'number.reveal');
      return connection.transaction(async (tx) => {
        const one = await requireHeld(tx, actor, held);
        const row = (await stores.numbers.listOfCase(tx, one.id)).find((each) => each.rank === rank);
        if (!row) throw new AppError('NOT_FOUND', { what: 'number', id: String(rank) });
        if (row.cipher === null) throw new AppError('NUMBER_FORGOTTEN');
        // What may not be called need not be seen.
        if (row.state === 'dead') throw new AppError('NUMBER_NONE_LIVE');
        await recordAudit(deps, tx, actor, {
          action: 'number.reveal',
          objectType: 'case',
          objectId: one.id,
          unitCode: one.unitCode,
          details: { rank },
        });
        return { rank, number: vault.open(one.id, row.cipher) };
      });
    },

    /**
     * Calls the case. With a carrier that bridges and the interviewer's own telephone, both are rung and connected; else
     * the interviewer dials by hand and says what came of it.
     */
    async dial(actor: Actor, held: Held, telephone: string | null = null): Promise<DeskCase> {
      requirePermission(actor, 'case.work');
      const agentNumber = telephone === null ? null : readTelephone(telephone);
      const { attempt, isNew } = await connection.transaction(async (tx) => {
        const one = await requireHeld(tx, actor, held);
        const { wave } = await planOf(tx, one);
        if (!isTaking(wave)) throw new AppError('WAVE_NOT_OPEN', { wave: wave.code });
        const campaign = await stores.campaigns.find(tx, one.waveId);
        const going = await uncodedCall(tx, one);
        // The same request twice is one call.
        if (going && going.endedAt === null) return { attempt: going, isNew: false };
        if (campaign?.state !== 'running') throw new AppError('CAMPAIGN_STATE', { state: campaign?.state ?? 'draft' });
        const number = await numbers.numberToCall(tx, one.id);
        const first = (await stores.numbers.listOfCase(tx, one.id)).find(isCallable);
        if (!number || first?.rank !== number.rank) throw new AppError('NUMBER_NONE_LIVE');
        const bridges = agentNumber !== null && (carrierNamed(campaign?.carrier ?? '')?.caps.bridge ?? false);
        const carrier = bridges && campaign ? campaign.carrier : 'manual';
        const dialled = await calls.dial(tx, one, { token: held.lease, interviewerId: actor.id, carrier });
        return { attempt: dialled.attempt, isNew: true };
      });
      if (isNew && attempt.carrier !== 'manual' && agentNumber !== null) {
        await calls.place(attempt, { number: agentNumber });
      }
      return withHeld(actor, held, async () => null);
    },

    /** What came of a call that the interviewer dialled by hand. */
    async reportCall(actor: Actor, held: Held, result: CallResult): Promise<DeskCase> {
      requirePermission(actor, 'case.work');
      const call = await connection.transaction(async (tx) => uncodedCall(tx, await requireHeld(tx, actor, held)));
      if (!call) throw new AppError('CASE_NOT_CALLED');
      if (call.carrier !== 'manual') throw new AppError('CASE_CALL_LIVE');
      await calls.report(call.id, result);
      return withHeld(actor, held, async () => null);
    },

    /** Ends the call that is going on. */
    async hangUp(actor: Actor, held: Held): Promise<DeskCase> {
      requirePermission(actor, 'case.work');
      const call = await connection.transaction(async (tx) => uncodedCall(tx, await requireHeld(tx, actor, held)));
      if (!call) throw new AppError('CASE_NOT_CALLED');
      if (call.endedAt === null) {
        if (call.carrier === 'manual') await calls.report(call.id, 'completed');
        else await calls.hangUp(call);
      }
      return withHeld(actor, held, async () => null);
    },

    /** Notes that the respondent agreed to the interview, or to being recorded, or did not. */
    async noteConsent(
      actor: Actor,
      held: Held,
      consent: { readonly kind: 'interview' | 'recording'; readonly given: boolean; readonly lang?: Lang | undefined },
    ): Promise<DeskCase> {
      requirePermission(actor, 'case.work');
      const { kind, given, lang = 'zh' } = consent;
      const call = await connection.transaction(async (tx) => {
        const one = await requireHeld(tx, actor, held);
        const call = await uncodedCall(tx, one);
        if (!call || call.endedAt !== null) throw new AppError('CASE_NOT_CALLED');
        if (kind === 'interview') {
          await stores.attempts.insertConsent(tx, {
            ...{ id: deps.newId(), attemptId: call.id, caseId: one.id, kind, given, at: clock() },
            ...{ scriptVersion: 'desk', lang },
          });
        }
        return call;
      });
      if (kind === 'recording') await calls.consentToRecording(call.id, given);
      return withHeld(actor, held, async () => null);
    },

    /** One answer by keys alone, or as a value; null takes it back. Gives the question to read next. */
    giveAnswer: (
      actor: Actor,
      held: Held,
      input: {
        readonly question: string;
        readonly keys?: string | undefined;
        readonly value?: unknown;
        readonly lang?: Lang | undefined;
      },
    ): Promise<DeskCase> =>
      withHeld(actor, held, async (tx, one) => {
        const { plan } = await requireOpen(tx, one);
        // Nobody is interviewed without being called.
        if (one.state === 'LEASED') throw new AppError('CASE_NOT_CALLED');
        const question = plan.find.get(input.question);
        if (!question) throw new AppError('ANSWER_QUESTION', { question: input.question.slice(0, 40) });
        const { answers } = await responses.read(tx, one);
        const value = meaningOf(question, input);
        const after = value === PASSED ? withoutAnswer(answers, input.question) : value;
        const now =
          value === PASSED
            ? (after as Answers)
            : answerQuestion(plan, answers, question.question.code, value as Answer | null);
        if (!followPlan(plan, answers).asked.includes(question)) {
          throw new AppError('ANSWER_NOT_ASKED', { question: input.question });
        }
        const given = { [question.question.code]: now[question.question.code] ?? null };
        const lang = input.lang !== undefined && LANGS.includes(input.lang) ? input.lang : 'zh';
        if (!(await responses.save(tx, one, { mode: one.mode, lang }, given))) {
          throw new AppError('RESPONSE_ENDED', { receipt: '' });
        }
        return value === null ? question.question.code : nextAfter(plan, now, question.question.code);
      }),

    /** The question before this one, with its answer; nothing is taken back by looking. */
    goBack: (actor: Actor, held: Held, from: string | null): Promise<DeskCase> =>
      withHeld(actor, held, async (tx, one) => {
        const { plan } = await planOf(tx, one);
        const { answers } = await responses.read(tx, one);
        const { asked } = followPlan(plan, answers);
        const at = from === null ? asked.length : asked.findIndex(({ question }) => question.code === from);
        return asked[Math.max(0, at - 1)]?.question.code ?? null;
      }),

    /**
     * Closes a call with its result, perhaps with an appointment. “Complete” needs a whole interview in the store. The same
     * request again changes nothing.
     */
    async closeCase(
      actor: Actor,
      held: Held,
      input: {
        readonly disposition: string;
        readonly note?: string | undefined;
        readonly neverAgain?: boolean | undefined;
        readonly appointment?:
          | { readonly start: number; readonly end: number; readonly kind: AppointmentKind }
          | null
          | undefined;
      },
    ): Promise<{ readonly case: string; readonly state: CaseState; readonly disposition: string | null }> {
      requirePermission(actor, 'case.work');
      const { disposition, neverAgain = false, appointment = null } = input;
      const note = hideNumbers(input.note?.trim() ?? '').slice(0, 500) || null;
      await endManualCall(actor, held, disposition);
      return connection.transaction(async (tx) => {
        // Held first: of two requests alike the second waits here, and then finds what the first has done.
        await stores.cases.hold(tx, held.case);
        const earlier = await repeated(tx, actor, held, disposition);
        if (earlier) return earlier;
        const one = await requireHeld(tx, actor, held);
        const { plan } = await planOf(tx, one);
        const attempts = await stores.attempts.listOfCase(tx, one.id);
        const call = await uncodedCall(tx, one);
        if (!call) throw new AppError('CASE_NOT_CALLED');
        if (!isEnded(call.state)) throw new AppError('CASE_CALL_LIVE');
        const { answers } = await responses.read(tx, one);
        const rows = await stores.numbers.listOfCase(tx, one.id);
        const moved = await moves.move(
          tx,
          one,
          [
            ...(one.state === 'IN_CALL' ? [{ t: 'attempt-ended' as const }] : []),
            {
              t: 'code',
              token: held.lease,
              disposition,
              end: call.state,
              askedAt: call.askedAt,
              counted: true,
              automatic: false,
              ...measureSaved(plan, answers),
              neverAgain,
              appointment: appointment && { ...appointment, by: appointment.kind === 'hard' ? actor.id : null },
              otherNumbers: rows.filter((row) => row.rank !== call.numberRank && isCallable(row)).length,
              earlier: attempts.filter(({ id }) => id !== call.id).flatMap((each) => each.disposition ?? []),
            },
          ],
          { numberRank: call.numberRank },
        );
        if (moved.refused !== undefined) {
          const isCode = ['code-unknown', 'code-not-allowed', 'no-interview'].includes(moved.refused);
          throw isCode
            ? new AppError('DISPOSITION_REFUSED', { disposition, result: call.state })
            : refusalOf(moved.refused, one);
        }
        await stores.attempts.update(tx, call.id, { disposition, note });
        if (neverAgain) {
          const called = rows.find(({ rank }) => rank === call.numberRank) ?? null;
          await deps.suppressions.suppressCalled(tx, called, actor.id, 'desk');
        }
        if (disposition === '1.1') await calls.queueReview(tx, { ...call, disposition }, moved.row);
        await recordAudit(deps, tx, actor, {
          action: 'case.code',
          objectType: 'case',
          objectId: one.id,
          unitCode: one.unitCode,
          details: { disposition, to: moved.row.state, neverAgain },
        });
        const closed = (await stores.cases.find(tx, one.id)) ?? moved.row;
        return { case: one.id, state: closed.state, disposition: closed.disposition };
      });
    },

    /** Puts a case back that was not called. */
    async releaseCase(actor: Actor, held: Held): Promise<void> {
      requirePermission(actor, 'case.work');
      await connection.transaction(async (tx) => {
        const one = await requireHeld(tx, actor, held);
        const call = await uncodedCall(tx, one);
        // A call that never reached anybody's line is no call, and has no result.
        const t = call?.state === 'canceled' ? 'not-called' : 'release';
        const moved = await moves.move(tx, one, [{ t, token: held.lease }]);
        if (moved.refused !== undefined) throw refusalOf(moved.refused, one);
      });
    },

    /** Begins or ends a break. A case that was not called yet goes back first. */
    async takeBreak(actor: Actor, waveCode: string, isOn: boolean): Promise<DeskView> {
      requirePermission(actor, 'case.work');
      return connection.transaction(async (tx) => {
        const { wave } = await campaignOf(tx, actor, waveCode);
        const one = await cases.findLeased(tx, actor.id);
        if (isOn && one) {
          const token = one.leaseToken ?? '';
          const moved = await moves.move(tx, one, [{ t: 'release', token }]);
          if (moved.refused !== undefined) throw refusalOf(moved.refused, one);
        }
        const since = (await stores.campaigns.findDesk(tx, actor.id))?.breakSince ?? null;
        await see(tx, actor, wave.id, isOn ? (since ?? clock()) : null);
        return viewDesk(tx, actor, wave);
      });
    },
  };

  /** The result of this very request, when it was carried out before. */
  async function repeated(db: Reader, actor: Actor, held: Held, disposition: string) {
    const one = await stores.cases.find(db, held.case);
    if (!one || one.leaseToken !== null) return null;
    const last = (await stores.attempts.listOfCase(db, one.id)).at(-1);
    if (last?.interviewerId !== actor.id || last.disposition !== disposition) return null;
    return { case: one.id, state: one.state, disposition: one.disposition };
  }

  /** Who dials by hand need not say separately that the call is over: the result tells how it ended. */
  async function endManualCall(actor: Actor, held: Held, disposition: string): Promise<void> {
    const { call, saved } = await connection.transaction(async (tx) => {
      const one = await stores.cases.hold(tx, held.case);
      // Whether it was never held or just closed by the same request is seen afterwards.
      if (one?.leaseBy !== actor.id || one.leaseToken !== held.lease) return { call: null, saved: 'none' as const };
      const { plan } = await planOf(tx, one);
      const { answers } = await responses.read(tx, one);
      return { call: await uncodedCall(tx, one), saved: measureSaved(plan, answers).saved };
    });
    if (call?.carrier !== 'manual' || call.endedAt !== null) return;
    // A result that does not fit leaves the call as it is.
    const fits = findDisposition(disposition)?.after;
    const silent: Readonly<Record<string, EndStatus>> = { '3.12': 'busy', '3.13': 'no-answer', '3.16': 'failed' };
    const end = call.answeredAt === null ? (silent[disposition] ?? 'completed') : 'completed';
    const isWhole = disposition !== '1.1' || (saved === 'complete' && call.answeredAt !== null);
    if (!fits?.includes(end) || !isWhole) {
      throw new AppError('DISPOSITION_REFUSED', { disposition, result: call.state });
    }
    await calls.report(call.id, end);
  }
}

/** The interviewer's own telephone, however it is written. */
function readTelephone(text: string): string {
  const reading = readPhoneNumber(text);
  if ('problem' in reading) throw new AppError(reading.problem.code, reading.problem.details);
  return reading.number.e164;
}

const pickCall = ({ id, state, carrier, askedAt, answeredAt, endedAt, disposition }: AttemptRow) => ({
  ...{ id, state, carrier, askedAt, answeredAt, endedAt, disposition },
});

/** The interviewer went on without an answer. */
const PASSED = Symbol('passed');

/** What keys or a value mean for a question; the gate's own problem when they mean nothing. */
function meaningOf(
  question: CompiledQuestion,
  input: { readonly keys?: string | undefined; readonly value?: unknown },
): unknown {
  if (input.keys === undefined) return input.value ?? null;
  const reading = readKeys(question, input.keys);
  switch (reading.t) {
    case 'answer':
      return reading.answer;
    case 'invalid':
      throw new AppError(reading.problem.code, reading.problem.details);
    case 'pass':
    case 'silence':
      return PASSED;
  }
}

function withoutAnswer(answers: Answers, code: string): Answers {
  const { [code]: _taken, ...rest } = answers;
  return rest;
}

/** The next open question after this one; else the first required one that was passed; null when nothing is open. */
function nextAfter(plan: CompiledPlan, answers: Answers, code: string): string | null {
  const { asked, ended } = followPlan(plan, answers);
  if (ended !== null) return null;
  const at = asked.findIndex(({ question }) => question.code === code);
  const isOpen = ({ question }: CompiledQuestion) => answers[question.code] === undefined;
  const next = asked.slice(at + 1).find(isOpen) ?? asked.find((each) => isOpen(each) && each.question.required) ?? null;
  return next?.question.code ?? '';
}

/** Where the interview stands: at a question by name, at none (`''`), or at the first open one. */
function standingOf(
  plan: CompiledPlan,
  given: Answers,
  { reversed, at }: { readonly reversed: boolean; readonly at: string | null },
): Standing {
  const standing = followPlan(plan, given);
  const { disposition, missing } = finishInterview(plan, given);
  const current =
    at === ''
      ? null
      : (standing.asked.find(({ question }) => question.code === at) ?? (at === null ? standing.next : null));
  const question = current?.question ?? null;
  return {
    question: question && {
      ...{ code: question.code, type: question.type, title: question.title, spoken: question.spoken },
      ...{
        note: question.note,
        help: question.help,
        required: question.required,
        min: question.min,
        max: question.max,
      },
      choices: orderChoices(question, reversed).map(({ code, title, spoken, key, kind }) => ({
        ...{ code, title, spoken, key, kind },
      })),
      keys: keysOf(question),
      value: standing.answers[question.code] ?? null,
    },
    progress: measureProgress(standing),
    isComplete: disposition === '1.1',
    ended: standing.ended,
    missing,
    disposition,
  };
}
