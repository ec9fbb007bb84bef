import { AppError } from '../core/errors.ts';
import { sayGoodbye } from '../interview/keypad-script.ts';
import type { Step } from '../interview/step.ts';
import type { Writer } from '../store/connection.ts';
import type { CarrierEvent } from '../telephony/carrier.ts';
import type { Deps } from './deps.ts';

/** How many requests to the hooks were not what they should be, since the service started. */
export interface WebhookCounts {
  /** Without a signature of ours, or with a wrong one. */
  readonly refused: number;
  /** The carrier's own retries of what was answered: answered again, the same. */
  readonly repeated: number;
  /** Answered long ago and sent once more: refused. */
  readonly replayed: number;
  /** Right in form, but we failed. */
  readonly failed: number;
}

/**
 * Notes the request in the transaction of what it does, before anything is done. Throws `WEBHOOK_REPLAYED` when it was
 * answered longer ago than a carrier retries.
 */
export type Admit = (tx: Writer) => Promise<void>;

/** The sink of what carriers tell; every transaction of a request begins with its `admit`. */
export type WebhookSink = (event: CarrierEvent, admit: Admit) => Promise<Step | null>;

/** A carrier waits fifteen seconds for an answer and tries a few times. */
const RETRIES_MS = 60_000;

export type WebhookService = ReturnType<typeof createWebhookService>;

/** Remembers which signed requests were answered; `jobs/retain` forgets them after a day. */
export function createWebhookService({ connection, stores, clock }: Pick<Deps, 'connection' | 'stores' | 'clock'>) {
  const counts = { refused: 0, repeated: 0, replayed: 0, failed: 0 };
  return {
    /**
     * Does the work of a request. The carrier's retry goes the same way as the first try and has no second effect, since
     * steps are kept apart by their token and events by their key; a later replay is refused before anything is evaluated.
     * What fails is undone with its note: its retry is new.
     * @param key what makes a request this request
     */
    async answer<T>(key: string, work: (admit: Admit) => Promise<T>): Promise<T> {
      const request: { firstAt: number | null; isNoted: boolean } = { firstAt: null, isNoted: false };
      // It may run twice: a transaction that met another one is begun again.
      const admit: Admit = async (tx) => {
        const at = clock();
        request.firstAt = (await stores.messages.see(tx, key, at)) ? null : await stores.messages.seenAt(tx, key);
        request.isNoted = true;
        if (request.firstAt !== null && at - request.firstAt > RETRIES_MS) throw new AppError('WEBHOOK_REPLAYED');
      };
      try {
        const result = await work(admit);
        if (!request.isNoted) await connection.transaction(admit);
        if (request.firstAt !== null) counts.repeated += 1;
        return result;
      } catch (error) {
        if (error instanceof AppError && error.code === 'WEBHOOK_REPLAYED') counts.replayed += 1;
        else counts.failed += 1;
        throw error;
      }
    },

    countRefused(): void {
      counts.refused += 1;
    },

    readCounts: (): WebhookCounts => ({ ...counts }),

    /** What a caller hears when we fail. */
    faultStep: (): Step => sayGoodbye('fault', 'zh'),
  };
}
