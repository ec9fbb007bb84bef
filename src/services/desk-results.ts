import { AppError } from '../core/errors.ts';
import { isEnded } from '../core/sample/attempt-state.ts';
import type { AppointmentKind, CaseState } from '../core/sample/case-state.ts';
import { findDisposition } from '../core/sample/dispositions.ts';
import { hideNumbers } from '../core/sample/phone-number.ts';
import type { Reader } from '../store/connection.ts';
import type { EndStatus } from '../telephony/carrier.ts';
import { type Actor, requirePermission } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { CallService } from './calls.ts';
import type { CaseMoves } from './case-moves.ts';
import { type CaseResponses, measureSaved } from './case-responses.ts';
import { refusalOf } from './cases.ts';
import type { Deps } from './deps.ts';
import type { DeskViews } from './desk-views.ts';
import type { Held, HeldCases } from './held-cases.ts';
import { isCallable, type SuppressionService } from './suppressions.ts';

/** How a call at the desk is closed with its result. */
export function createDeskResults(
  deps: Deps & {
    readonly views: DeskViews;
    readonly held: HeldCases;
    readonly responses: CaseResponses;
    readonly moves: CaseMoves;
    readonly suppressions: SuppressionService;
    readonly calls: CallService;
  },
) {
  const { connection, stores, responses, moves, calls } = deps;
  const { planOf, uncodedCall } = deps.views;
  const { requireHeld } = deps.held;

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

  return {
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
  };
}
