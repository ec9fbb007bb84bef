import type { GivenAnswers, Refusal, Reply } from './api.ts';
import type { Patience } from './patience.ts';

export type SaveState = 'saved' | 'saving' | 'waiting';

export interface OutboxOptions {
  /** What an earlier visit could not deliver. */
  readonly unsent: GivenAnswers;
  /** Keeps the undelivered answers on this device. Called before anything is sent. */
  readonly keep: (unsent: GivenAnswers) => void;
  readonly send: (answers: GivenAnswers) => Promise<Reply<unknown>>;
  readonly patience: Patience;
  readonly onState: (state: SaveState) => void;
  /** The server will never take this; what cannot be delivered has left the outbox. */
  readonly onRefused: (refusal: Refusal) => void;
  /** Answers given within this time travel together: several ticks are one request. */
  readonly pauseMs?: number;
}

export type Outbox = ReturnType<typeof createOutbox>;

/**
 * Delivers answers in the order they were given, one request at a time, and keeps each until the server has
 * acknowledged it. An answer changed meanwhile stays for the next request; nothing expires in silence.
 */
export function createOutbox({ keep, send, patience, onState, onRefused, pauseMs = 300, ...options }: OutboxOptions) {
  const unsent: Record<string, unknown> = { ...options.unsent };
  let timer: ReturnType<typeof setTimeout> | null = null;
  let delivery: Promise<void> | null = null;
  let stopped = false;

  const isEmpty = (): boolean => Object.keys(unsent).length === 0;

  /** Takes out what has not been changed since it was sent. */
  function settle(batch: GivenAnswers): void {
    for (const code of Object.keys(batch)) if (unsent[code] === batch[code]) delete unsent[code];
    keep({ ...unsent });
  }

  async function deliver(): Promise<void> {
    if (isEmpty()) return;
    for (let failures = 0; !isEmpty() && !stopped; ) {
      const batch = { ...unsent };
      onState(failures === 0 ? 'saving' : 'waiting');
      const reply = await send(batch);
      if (stopped) return;
      if (reply.kind === 'unreachable') {
        onState('waiting');
        await patience.wait(failures);
        failures += 1;
        continue;
      }
      failures = 0;
      if (reply.kind === 'done') {
        settle(batch);
        continue;
      }
      // One bad answer must not hold up the others: it goes, they are sent again.
      const { question } = reply.refusal.details;
      settle(typeof question === 'string' && question in batch ? { [question]: batch[question] } : batch);
      onRefused(reply.refusal);
    }
    if (!stopped) onState('saved');
  }

  /** Sends at once; settles when everything is delivered. */
  function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    delivery ??= deliver().finally(() => {
      delivery = null;
    });
    return delivery;
  }

  return {
    put(code: string, value: unknown): void {
      delete unsent[code];
      unsent[code] = value;
      keep({ ...unsent });
      if (delivery === null) onState('saving');
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(flush, pauseMs);
    },
    flush,
    unsent: (): GivenAnswers => ({ ...unsent }),
    /** Sends nothing more: the interview is being finished, and what is unsent goes with that. */
    stop(): void {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      patience.wake();
    },
  };
}
