import type { Clock } from '../core/ids.ts';
import type { PromptService } from '../services/prompts.ts';
import type { RecordingService } from '../services/recordings.ts';
import type { Connection } from '../store/connection.ts';
import type { Stores } from '../store/stores.ts';
import type { Tick } from './runner.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Recordings that a carrier holds for us are fetched soon. */
const EVERY_MS = 60_000;
const IDLE_MS = 600_000;

/** Fetches what carriers recorded, and forgets on schedule: numbers, recordings, requests already answered. */
export function createRetention(deps: {
  readonly connection: Connection;
  readonly stores: Stores;
  readonly clock: Clock;
  readonly prompts: PromptService;
  readonly recordings: RecordingService;
}) {
  const { connection, stores, clock, prompts, recordings } = deps;
  let forgotAt: number | null = null;

  const tick: Tick = async () => {
    const now = clock();
    const fetched = await recordings.fetchNew();
    const cleared = await recordings.clearCarriers();
    if (forgotAt === null || now - forgotAt >= HOUR || now < forgotAt) {
      forgotAt = now;
      await recordings.deleteExpired();
      await prompts.sweep();
      await connection.transaction(async (tx) => {
        await stores.numbers.forgetExpired(tx, now);
        await stores.messages.forgetSeen(tx, now - DAY);
      });
    }
    return now + (fetched + cleared > 0 ? EVERY_MS : IDLE_MS);
  };
  return { tick };
}
