import { setImmediate } from 'node:timers/promises';

/** So long one piece of work may keep everything else waiting. */
const LONGEST_MS = 8;

/** Makes a function to be awaited in long work: now and then it gives everything else its turn. */
export function createPauses(signal?: AbortSignal): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < LONGEST_MS) return;
    signal?.throwIfAborted();
    await setImmediate();
    since = performance.now();
  };
}
