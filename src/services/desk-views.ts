import { AppError } from '../core/errors.ts';
import type { CompiledPlan } from '../core/questionnaire/gate.ts';
import { type AttemptEnd, isEnded } from '../core/sample/attempt-state.ts';
import { mayCallAt, offsetOf } from '../core/sample/calling-rules.ts';
import type { AppointmentKind, CaseState } from '../core/sample/case-state.ts';
import { DISPOSITIONS, dispositionsAfter } from '../core/sample/dispositions.ts';
import type { Text } from '../core/text.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { CaseRow } from '../store/cases.ts';
import type { Reader } from '../store/connection.ts';
import type { WaveRow } from '../store/waves.ts';
import type { PhoneCarrier } from '../telephony/carrier.ts';
import type { Actor } from './actor.ts';
import type { CaseMoves } from './case-moves.ts';
import type { CaseResponses } from './case-responses.ts';
import type { Deps } from './deps.ts';
import type { ListeningService, ListeningView } from './listenings.ts';
import type { MessageService } from './messages.ts';
import type { NumberService } from './numbers.ts';
import { type Standing, standingOf } from './standings.ts';
import type { SurveyService } from './surveys.ts';
import type { Vault } from './vault.ts';

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
  /** The carrier lets supervisors listen to this call: the introduction has to say so. */
  readonly mayBeHeard: boolean;
  /** Supervisors who listen now. */
  readonly listening: readonly ListeningView[];
  readonly recording: { readonly asked: boolean; readonly consent: boolean | null };
  /** The link of this very interview by text message: whoever has no time now goes on where the call stopped. */
  readonly messages: Awaited<ReturnType<MessageService['viewCase']>>;
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

const DAY_MS = 86_400_000;

export type DeskViews = ReturnType<typeof createDeskViews>;

/** The desk as an interviewer sees it. */
export function createDeskViews(
  deps: Deps & {
    readonly surveys: SurveyService;
    readonly responses: CaseResponses;
    readonly moves: CaseMoves;
    readonly numbers: NumberService;
    readonly listenings: ListeningService;
    readonly messages: MessageService;
    readonly vault: Vault;
    readonly carrierNamed: (name: string) => PhoneCarrier | null;
  },
) {
  const { stores, clock, surveys, responses, moves, numbers, vault, carrierNamed } = deps;

  async function planOf(db: Reader, one: CaseRow): Promise<{ wave: WaveRow; plan: CompiledPlan }> {
    const wave = await stores.waves.find(db, one.waveId);
    if (!wave) throw new AppError('NOT_FOUND', { what: 'wave', id: one.waveId });
    return { wave, plan: (await surveys.compile(db, wave.surveyVersionId)).plan };
  }

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
      mayBeHeard: call !== null && (carrierNamed(call.carrier)?.caps.listen ?? false),
      listening: call ? await deps.listenings.listOfAttempt(db, call.id) : [],
      recording: {
        asked: campaign.recording,
        consent: consents.findLast(({ kind }) => kind === 'recording')?.given ?? null,
      },
      messages: await deps.messages.viewCase(db, one),
      dispositions: call ? offered.map(({ code, label, mayAppoint }) => ({ code, label, mayAppoint })) : [],
      standing: standingOf(plan, answers, { reversed: responses.isReversed(one), at }),
    };
  }

  async function viewDesk(db: Reader, actor: Actor, wave: WaveRow): Promise<DeskView> {
    const one = (await stores.cases.listLeasedBy(db, actor.id))[0];
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

  return { planOf, uncodedCall, viewCase, viewDesk };
}

export const pickCall = ({ id, state, carrier, askedAt, answeredAt, endedAt, disposition }: AttemptRow) => ({
  ...{ id, state, carrier, askedAt, answeredAt, endedAt, disposition },
});
