import { AppError } from '../core/errors.ts';
import { CLAIMABLE_STATES } from '../core/sample/case-state.ts';
import type { CampaignRow } from '../store/campaigns.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { WaveRow } from '../store/waves.ts';
import type { PhoneCarrier } from '../telephony/carrier.ts';
import { type Actor, requireOverlap, requirePermission, scopePath } from './actor.ts';
import type { CallService } from './calls.ts';
import type { CaseMoves } from './case-moves.ts';
import type { CaseResponses } from './case-responses.ts';
import { type CaseService, refusalOf } from './cases.ts';
import type { Deps } from './deps.ts';
import { createDeskAnswers } from './desk-answers.ts';
import { createDeskCalls } from './desk-calls.ts';
import { createDeskResults } from './desk-results.ts';
import { createDeskViews, type DeskCase, type DeskView, pickCall } from './desk-views.ts';
import { createHeldCases, type Held } from './held-cases.ts';
import type { ListeningService } from './listenings.ts';
import type { MessageService } from './messages.ts';
import type { NumberService } from './numbers.ts';
import type { SuppressionService } from './suppressions.ts';
import type { SurveyService } from './surveys.ts';
import { findUnit } from './units.ts';
import type { Vault } from './vault.ts';
import { findWave, isTaking } from './waves.ts';

export type DeskService = ReturnType<typeof createDeskService>;

/** The interviewer's verbs: cases in and out of the hand here; calls, answers and results in rooms of their own. */
export function createDeskService(
  deps: Deps & {
    readonly surveys: SurveyService;
    readonly responses: CaseResponses;
    readonly moves: CaseMoves;
    readonly cases: CaseService;
    readonly numbers: NumberService;
    readonly suppressions: SuppressionService;
    readonly calls: CallService;
    readonly listenings: ListeningService;
    readonly messages: MessageService;
    readonly vault: Vault;
    readonly carrierNamed: (name: string) => PhoneCarrier | null;
  },
) {
  const { connection, stores, clock, moves, cases } = deps;
  const views = createDeskViews(deps);
  const held = createHeldCases({ ...deps, views });
  const { viewDesk, uncodedCall } = views;
  const { requireHeld } = held;
  const shared = { ...deps, views, held };

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

  return {
    ...createDeskCalls(shared),
    ...createDeskAnswers(shared),
    ...createDeskResults(shared),

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
        if (campaign?.state !== 'running' || !isTaking(wave, deps.today())) {
          return { ...(await view()), waiting: { reason: 'not-running', nextAt: null } };
        }
        const claimant = { kind: 'interviewer', id: actor.id } as const;
        const [claimed] = await cases.claimNext(tx, campaign, claimant, 1, scopePath(actor));
        if (claimed) return view();
        const nextAt = await stores.cases.findNextDue(tx, wave.id, 'phone', CLAIMABLE_STATES, clock());
        return { ...(await view()), waiting: { reason: 'none-due', nextAt } };
      });
    },

    /** Says that somebody is still there. Gives how call and messages stand, which a carrier may have changed meanwhile. */
    async heartbeat(
      actor: Actor,
      held: Held,
    ): Promise<Pick<DeskCase, 'leaseUntil' | 'state' | 'attempt' | 'listening' | 'messages'>> {
      requirePermission(actor, 'case.work');
      return connection.transaction(async (tx) => {
        const one = await requireHeld(tx, actor, held);
        const moved = await moves.move(tx, one, [{ t: 'heartbeat', token: held.lease }]);
        if (moved.refused !== undefined) throw refusalOf(moved.refused, one);
        await see(tx, actor, one.waveId, null);
        const call = await uncodedCall(tx, moved.row);
        const { state, leaseUntil } = moved.row;
        const listening = call ? await deps.listenings.listOfAttempt(tx, call.id) : [];
        const messages = await deps.messages.viewCase(tx, moved.row);
        return { leaseUntil: leaseUntil ?? 0, state, attempt: call && pickCall(call), listening, messages };
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
}
