import { setTimeout as sleep } from 'node:timers/promises';

/** What others wait while something large goes on. */
export interface Waiting {
  readonly during: string;
  readonly seconds: number;
  /** The most memory that the process held meanwhile, in MB. */
  readonly peakMb: number;
  readonly entry: Quantiles;
  readonly answer: Quantiles;
}

interface Quantiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** So often each of the others asks for something. */
const EVERY_MS = 20;

/** Does something large, and has one user enter something and one resident answer all the while. */
export async function measureWaiting(
  during: string,
  others: { readonly entry: () => Promise<unknown>; readonly answer: () => Promise<unknown> },
  work: () => Promise<unknown>,
): Promise<Waiting> {
  let isOver = false;
  let peakBytes = 0;
  const ask = async (one: () => Promise<unknown>): Promise<number[]> => {
    const waited: number[] = [];
    // Each is due at its time, whatever the last one took: who waits, waits from then on.
    for (let due = performance.now(); !isOver; due += EVERY_MS) {
      await sleep(Math.max(0, due - performance.now()));
      await one();
      waited.push(performance.now() - due);
      due = Math.max(due, performance.now() - EVERY_MS);
      peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
    }
    return waited;
  };
  const startedAt = performance.now();
  const asked = [ask(others.entry), ask(others.answer)] as const;
  await work();
  const seconds = (performance.now() - startedAt) / 1000;
  isOver = true;
  const [entry, answer] = await Promise.all(asked);
  return { during, seconds, peakMb: peakBytes / 1e6, entry: quantilesOf(entry), answer: quantilesOf(answer) };
}

function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}
