import { AppError } from '../core/errors.ts';
import { readPhoneNumber } from '../core/sample/phone-number.ts';
import type { Lang } from '../core/text.ts';
import type { PhoneCarrier } from '../telephony/carrier.ts';
import { type Actor, requirePermission } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { CallService } from './calls.ts';
import type { Deps } from './deps.ts';
import type { DeskCase, DeskViews } from './desk-views.ts';
import type { Held, HeldCases } from './held-cases.ts';
import type { MessageService } from './messages.ts';
import type { NumberService } from './numbers.ts';
import { isCallable } from './suppressions.ts';
import type { Vault } from './vault.ts';
import { isTaking } from './waves.ts';

export type CallResult = 'answered' | 'busy' | 'no-answer' | 'failed' | 'completed';

/** What an interviewer does with the call of a case in hand. */
export function createDeskCalls(
  deps: Deps & {
    readonly views: DeskViews;
    readonly held: HeldCases;
    readonly numbers: NumberService;
    readonly calls: CallService;
    readonly messages: MessageService;
    readonly vault: Vault;
    readonly carrierNamed: (name: string) => PhoneCarrier | null;
  },
) {
  const { connection, stores, clock, numbers, calls, messages, vault, carrierNamed } = deps;
  const { planOf, uncodedCall } = deps.views;
  const { requireHeld, withHeld } = deps.held;

  return {
    /** Shows a number whole, and writes down who saw it. */
    async revealNumber(
      actor: Actor,
      held: Held,
      rank: number,
    ): Promise<{ readonly rank: number; readonly number: string }> {
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
        if (!isTaking(wave, deps.today())) throw new AppError('WAVE_NOT_OPEN', { wave: wave.code });
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

    /** Sends the respondent the link of this interview. The same wish again within half a minute sends nothing more. */
    async sendLink(actor: Actor, held: Held, lang: Lang = 'zh'): Promise<DeskCase> {
      requirePermission(actor, 'case.work');
      const call = await connection.transaction(async (tx) => uncodedCall(tx, await requireHeld(tx, actor, held)));
      // Nobody is written to out of the blue: the link is what somebody on the line asked for.
      if (call?.answeredAt == null) throw new AppError('CASE_NOT_CALLED');
      await messages.sendLink(actor, held.case, { lang, attemptId: call.id });
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
  };
}

/** The interviewer's own telephone, however it is written. */
function readTelephone(text: string): string {
  const reading = readPhoneNumber(text);
  if ('problem' in reading) throw new AppError(reading.problem.code, reading.problem.details);
  return reading.number.e164;
}
