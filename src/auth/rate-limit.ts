import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../core/errors.ts';

export interface RateLimit {
  /** Counts one attempt; refuses with the seconds to wait when there were too many in the window. */
  take(key: string): Promise<void>;
  /** Forgets the attempts of a key that proved to be right. */
  clear(key: string): Promise<void>;
}

/** At most `limit` attempts per key in a window that begins with the first, counted in this process. */
export function createRateLimit(options: { readonly limit: number; readonly windowMs: number }): RateLimit {
  const limiter = new RateLimiterMemory({ points: options.limit, duration: options.windowMs / 1000 });
  return {
    async take(key) {
      try {
        await limiter.consume(key);
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        throw new AppError('TOO_MANY_REQUESTS', { seconds: Math.ceil(refused.msBeforeNext / 1000) });
      }
    },
    async clear(key) {
      await limiter.delete(key);
    },
  };
}
