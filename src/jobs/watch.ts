import type { Clock } from '../core/ids.ts';
import type { CallLog, CallService } from '../services/calls.ts';
import type { CaseMoves } from '../services/case-moves.ts';
import type { CaseService } from '../services/cases.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { Connection } from '../store/connection.ts';
import type { Stores } from '../store/stores.ts';
import type { Tick } from './runner.ts';

const SECOND = 1000;
const EVERY_MS = 15 * SECOND;
const IDLE_MS = 600 * SECOND;
/** A call whose making is in doubt is asked about after so long, and a live one of which nothing was heard. */
const DOUBT_MS = 60 * SECOND;
const QUIET_MS = 90 * SECOND;
/** Beyond its longest time and this, a call is ended whatever is said of it. */
const GRACE_MS = 120 * SECOND;
const CLOSED_AT_ONCE = 2000;

interface WatchDeps {
  readonly connection: Connection;
  readonly stores: Stores;
  readonly clock: Clock;
  readonly calls: CallService;
  readonly cases: CaseService;
  readonly moves: CaseMoves;
  readonly log: CallLog;
}

/** Ends what hangs: calls in doubt, calls that went quiet or last too long, leases and appointments that ran out. */
export function createWatch({ connection, stores, clock, calls, cases, moves, log }: WatchDeps) {
  /** Closed waves without an open case; no wave opens again. */
  const settled = new Set<string>();

  async function ask(attempt: AttemptRow): Promise<void> {
    try {
      await calls.reconcile(attempt);
    } catch (error) {
      log.warn(
        { err: error, attempt: attempt.id },
        'the carrier does not say what became of a call; it is asked again',
      );
    }
  }

  /** Gives the moment when the call is to be looked at again. */
  async function look(attempt: AttemptRow, lastHeardAt: number, isStart: boolean): Promise<number> {
    const now = clock();
    const { rules } = await moves.placeOf(connection.reader, attempt);
    const longest = (rules.ringSeconds + rules.maxCallSeconds[attempt.mode]) * SECOND + GRACE_MS;
    // A call that was asked for in the future is one of before the clock was set back.
    const age = attempt.askedAt > now + DOUBT_MS ? Number.POSITIVE_INFINITY : now - attempt.askedAt;
    const isDoubtful = attempt.state === 'created' || attempt.state === 'unknown';
    const quiet = lastHeardAt > now + DOUBT_MS ? Number.POSITIVE_INFINITY : now - lastHeardAt;
    if (isStart || (isDoubtful ? age >= DOUBT_MS : quiet >= QUIET_MS)) await ask(attempt);
    const wish = isDoubtful ? attempt.askedAt + DOUBT_MS : lastHeardAt + QUIET_MS;
    if (age < longest) return Math.max(now + EVERY_MS, Math.min(wish, attempt.askedAt + longest));
    const again = await stores.attempts.find(connection.reader, attempt.id);
    if (!again || again.endedAt !== null) return now + IDLE_MS;
    log.warn({ attempt: attempt.id, state: again.state }, 'a call outlived its longest time and is ended');
    await calls.hangUp(again).catch((error: unknown) => log.warn({ err: error }, 'hanging up failed'));
    await calls.giveUp(again);
    return now + EVERY_MS;
  }

  /** Looks at every call that may still be going on; says when to look again. */
  async function lookAtAll(isStart: boolean): Promise<number> {
    const live = await stores.attempts.listLive(connection.reader);
    const heard = live.length === 0 ? new Map() : await stores.attempts.lastHeard(connection.reader);
    let nextAt = clock() + IDLE_MS;
    for (const attempt of live)
      nextAt = Math.min(nextAt, await look(attempt, heard.get(attempt.id) ?? attempt.askedAt, isStart));
    return nextAt;
  }

  return {
    /** After a start: every call that was under way is asked about before its case is dialled again. */
    async recover(): Promise<void> {
      await lookAtAll(true);
    },

    async tick(): Promise<number | null> {
      const nextAt = await lookAtAll(false);
      await cases.expireLeases();
      await cases.releaseMissed();
      const called = ['draft', 'running', 'paused'] as const;
      for (const { wave } of await stores.campaigns.listWithWaves(connection.reader, called, 'closed')) {
        if (settled.has(wave.id)) continue;
        if ((await cases.finaliseClosed(wave, CLOSED_AT_ONCE)) === 0) settled.add(wave.id);
      }
      return nextAt;
    },
  } satisfies { tick: Tick; recover: () => Promise<void> };
}
