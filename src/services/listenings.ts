import { AppError, type ErrorCode } from '../core/errors.ts';
import { isEnded } from '../core/sample/attempt-state.ts';
import { readPhoneNumber } from '../core/sample/phone-number.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { ListeningRow } from '../store/listenings.ts';
import { CarrierError, type CarrierEvent, type PhoneCarrier } from '../telephony/carrier.ts';
import { type Actor, requirePermission, requireScope } from './actor.ts';
import { recordAudit } from './audit.ts';
import { readFailure } from './call-orders.ts';
import type { Deps } from './deps.ts';
import { findUnit } from './units.ts';
import type { Admit } from './webhooks.ts';

/** Who listens, for the board and the desk. */
export interface ListeningView {
  readonly id: string;
  readonly by: string;
  readonly name: string;
  /** Null while the supervisor's telephone rings. */
  readonly since: number | null;
}

type ListeningEvent = Extract<CarrierEvent, { t: 'listening' }>;

/** A supervisor's telephone rings no longer than this, and a listening lasts as long as a call may. */
const RING_MS = 30_000;
const LONGEST_MS = 4 * 3_600_000;

export type ListeningService = ReturnType<typeof createListeningService>;

/**
 * Supervisors who hear a call that goes on 旁听: muted, announced to the respondent in the introduction and to the
 * interviewer on the desk, and each time in the log with how long it was.
 */
export function createListeningService(
  deps: Deps & {
    readonly carrierNamed: (name: string) => PhoneCarrier | null;
    /** The number we show when the campaign names none. */
    readonly callerId: string | null;
  },
) {
  const { connection, stores, clock, newId, carrierNamed } = deps;

  /** Why a call cannot be listened to; null when it can. */
  function obstacleOf(
    { mode, carrier, state }: Pick<AttemptRow, 'mode' | 'carrier' | 'state'>,
    hasAgreed: boolean,
  ): ErrorCode | null {
    if (mode === 'keypad') return 'LISTEN_KEYPAD';
    if (carrier === 'manual') return 'LISTEN_BY_HAND';
    if (!carrierNamed(carrier)?.caps.listen) return 'LISTEN_CARRIER';
    if (isEnded(state)) return 'LISTEN_OVER';
    if (state !== 'answered') return 'LISTEN_NOT_TALKING';
    // The introduction says that somebody may listen; nobody does before it was heard.
    return hasAgreed ? null : 'LISTEN_UNANNOUNCED';
  }

  /** Ends a listening and writes down how long it was; nothing when it has ended already. */
  async function finish(tx: Writer, row: ListeningRow, at: number): Promise<void> {
    if (row.endedAt !== null) return;
    const endedAt = Math.max(at, row.startedAt ?? row.askedAt);
    await stores.listenings.update(tx, row.id, { endedAt });
    const seconds = row.startedAt === null ? 0 : Math.round((endedAt - row.startedAt) / 1000);
    await recordAudit(
      deps,
      tx,
      { id: row.userId, name: row.userName },
      {
        ...{ action: 'call.listen-end', objectType: 'call', objectId: row.attemptId, unitCode: row.unitCode },
        details: { listening: row.id, seconds },
      },
    );
  }

  async function hangUp(carrierName: string, legId: string | null): Promise<void> {
    if (legId !== null) await carrierNamed(carrierName)?.hangup(legId);
  }

  return {
    obstacleOf,

    /** Rings the supervisor's telephone and joins it, muted, to a call that goes on. Asked twice, it rings once. */
    async listen(actor: Actor, attemptId: string, telephone: string): Promise<ListeningView> {
      requirePermission(actor, 'call.listen');
      const reading = readPhoneNumber(telephone);
      if ('problem' in reading) throw new AppError(reading.problem.code, reading.problem.details);
      const number = reading.number.e164;
      const { row, attempt, from, isNew } = await connection.transaction(async (tx) => {
        const attempt = await stores.attempts.hold(tx, attemptId);
        if (!attempt) throw new AppError('NOT_FOUND', { what: 'call', id: attemptId });
        requireScope(actor, await findUnit(deps, attempt.unitCode, tx));
        const campaign = await stores.campaigns.find(tx, attempt.waveId);
        const from = campaign?.callerId ?? deps.callerId ?? '';
        const known = (await stores.listenings.listOfAttempt(tx, attemptId)).find(({ userId }) => userId === actor.id);
        if (known) return { row: known, attempt, from, isNew: false };
        const agreed = await stores.listenings.listAgreed(tx, [attemptId]);
        const obstacle = obstacleOf(attempt, agreed.has(attemptId));
        if (obstacle !== null) throw new AppError(obstacle);
        const row: ListeningRow = {
          ...{ id: newId(), attemptId, waveId: attempt.waveId, unitCode: attempt.unitCode },
          ...{ userId: actor.id, userName: actor.name, legId: null },
          ...{ askedAt: clock(), startedAt: null, endedAt: null },
        };
        await stores.listenings.insert(tx, row);
        await recordAudit(deps, tx, actor, {
          ...{ action: 'call.listen', objectType: 'call', objectId: attemptId, unitCode: attempt.unitCode },
          details: { listening: row.id, interviewer: attempt.interviewerId },
        });
        return { row, attempt, from, isNew: true };
      });
      if (isNew) await ring(row, attempt, { number, from });
      return viewOf(row);
    },

    /** Leaves a call that one listens to. */
    async leave(actor: Actor, id: string): Promise<void> {
      requirePermission(actor, 'call.listen');
      const left = await connection.transaction(async (tx) => {
        const row = await stores.listenings.hold(tx, id);
        if (!row) throw new AppError('NOT_FOUND', { what: 'listening', id });
        requireScope(actor, await findUnit(deps, row.unitCode, tx));
        await finish(tx, row, clock());
        const attempt = await stores.attempts.find(tx, row.attemptId);
        return { legId: row.legId, carrier: attempt?.carrier ?? '' };
      });
      await hangUp(left.carrier, left.legId);
    },

    /** What the carrier tells of a supervisor's leg. */
    async take({ listeningId, status, providerCallId, at }: ListeningEvent, admit: Admit): Promise<void> {
      const stray = await connection.transaction(async (tx) => {
        await admit(tx);
        const row = await stores.listenings.hold(tx, listeningId);
        if (!row) return null;
        if (row.legId === null && providerCallId !== null)
          await stores.listenings.update(tx, row.id, { legId: providerCallId });
        if (status === 'answered' && row.startedAt === null && row.endedAt === null)
          await stores.listenings.update(tx, row.id, { startedAt: at });
        if (status === 'ended') await finish(tx, row, at);
        if (status === 'ended' || row.endedAt === null) return null;
        // Answered after it was over: nobody is left on the line.
        return (await stores.attempts.find(tx, row.attemptId))?.carrier ?? null;
      });
      if (stray !== null) await hangUp(stray, providerCallId);
    },

    /** Ends all listening to a call that is over; gives the legs to hang up. */
    async finishAll(tx: Writer, attemptId: string): Promise<readonly string[]> {
      const rows = await stores.listenings.listOfAttempt(tx, attemptId);
      for (const row of rows) await finish(tx, row, clock());
      return rows.flatMap(({ legId }) => legId ?? []);
    },

    /** Who listens to a call. */
    listOfAttempt: async (db: Reader, attemptId: string): Promise<ListeningView[]> =>
      (await stores.listenings.listOfAttempt(db, attemptId)).map(viewOf),

    /** For each of these calls of a wave: why nobody can listen to it, and who does. */
    async viewCalls(
      db: Reader,
      waveId: string,
      calls: readonly AttemptRow[],
    ): Promise<(call: AttemptRow) => { readonly obstacle: ErrorCode | null; readonly by: readonly ListeningView[] }> {
      const ids = calls.filter(({ mode }) => mode === 'phone').map(({ id }) => id);
      const agreed = await stores.listenings.listAgreed(db, ids);
      const rows = ids.length === 0 ? [] : await stores.listenings.listOfWave(db, waveId);
      return (call) => ({
        obstacle: obstacleOf(call, agreed.has(call.id)),
        by: rows.filter(({ attemptId }) => attemptId === call.id).map(viewOf),
      });
    },
  };

  async function ring(row: ListeningRow, attempt: AttemptRow, line: { number: string; from: string }): Promise<void> {
    const over = () =>
      connection.transaction(async (tx) => {
        const now = await stores.listenings.hold(tx, row.id);
        if (now) await finish(tx, now, clock());
      });
    try {
      const carrier = carrierNamed(attempt.carrier);
      const order = { listeningId: row.id, ...line, ringMs: RING_MS, maxMs: LONGEST_MS };
      const seat = (await carrier?.listen({ attemptId: attempt.id }, order)) ?? null;
      if (seat === null) throw new AppError('LISTEN_OVER');
      const isOver = await connection.transaction(async (tx) => {
        await stores.listenings.update(tx, row.id, { legId: seat.legId });
        return (await stores.listenings.hold(tx, row.id))?.endedAt !== null;
      });
      if (isOver) await hangUp(attempt.carrier, seat.legId);
    } catch (error) {
      const { kind, code } = readFailure(error);
      // In doubt it may ring: the carrier tells of it, and it ends with the call.
      if (error instanceof CarrierError && kind === 'ambiguous') return;
      await over();
      throw error instanceof CarrierError ? new AppError('CALL_REFUSED', { reason: code }) : error;
    }
  }
}

const viewOf = ({ id, userId, userName, startedAt }: ListeningRow): ListeningView => ({
  ...{ id, by: userId, name: userName, since: startedAt },
});
