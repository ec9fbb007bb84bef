import { sayGoodbye } from '../interview/keypad-script.ts';
import type { Step } from '../interview/step.ts';
import type { Deps } from './deps.ts';

/** How many requests to the hooks were not what they should be, since the service started. */
export interface WebhookCounts {
  /** Without a signature of ours, or with a wrong one. */
  readonly refused: number;
  /** Seen before: the carrier's own retries, and whoever plays a recorded request back. */
  readonly replayed: number;
  /** Right in form, but we failed. */
  readonly failed: number;
}

export type WebhookService = ReturnType<typeof createWebhookService>;

/** Remembers which signed requests were answered; `jobs/retain` forgets them after a day. */
export function createWebhookService({ connection, stores, clock }: Pick<Deps, 'connection' | 'stores' | 'clock'>) {
  const counts = { refused: 0, replayed: 0, failed: 0 };
  return {
    /**
     * Notes a request; true when it was seen before. It only counts: a replay goes the same way as the first request
     * and has no second effect, since steps are kept apart by their token and events by their key.
     */
    async note(key: string): Promise<boolean> {
      const isNew = await connection.transaction((tx) => stores.messages.see(tx, key, clock()));
      if (!isNew) counts.replayed += 1;
      return !isNew;
    },

    countRefused(): void {
      counts.refused += 1;
    },

    countFailed(): void {
      counts.failed += 1;
    },

    readCounts: (): WebhookCounts => ({ ...counts }),

    /** What a caller hears when we fail. */
    faultStep: (): Step => sayGoodbye('fault', 'zh'),
  };
}
