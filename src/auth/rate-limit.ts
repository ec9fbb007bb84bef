import { AppError } from '../core/errors.ts';
import type { Clock } from '../core/ids.ts';

/** Keys that are remembered at most; beyond that the oldest are forgotten, so that strangers cannot fill the memory. */
const MOST_KEYS = 50_000;

export interface RateLimit {
  /** Counts one attempt; refuses with the seconds to wait when there were too many in the window. */
  take(key: string): void;
  /** Forgets the attempts of a key that proved to be right. */
  clear(key: string): void;
}

/** At most `limit` attempts per key in any `windowMs`, counted in this process. */
export function createRateLimit({
  clock,
  limit,
  windowMs,
}: {
  readonly clock: Clock;
  readonly limit: number;
  readonly windowMs: number;
}): RateLimit {
  const attempts = new Map<string, number[]>();
  return {
    take(key) {
      const now = clock();
      const recent = (attempts.get(key) ?? []).filter((at) => at > now - windowMs);
      const oldest = recent[0];
      if (oldest !== undefined && recent.length >= limit) {
        throw new AppError('TOO_MANY_REQUESTS', { seconds: Math.ceil((oldest + windowMs - now) / 1000) });
      }
      // Deleting first moves the key to the end: the map stays in the order of the last attempt.
      attempts.delete(key);
      attempts.set(key, [...recent, now]);
      for (const [first, times] of attempts) {
        if (attempts.size <= MOST_KEYS && (times.at(-1) ?? 0) > now - windowMs) break;
        attempts.delete(first);
      }
    },
    clear(key) {
      attempts.delete(key);
    },
  };
}
