import { setImmediate as nextTurn } from 'node:timers/promises';

/** The time of a telephone network. Everything that waits in it waits here, so that the same code runs fast or live. */
export interface NetworkClock {
  now(): number;
  /** Does some work after a while; the returned function takes it back. */
  after(delayMs: number, work: () => void | Promise<void>): () => void;
  sleep(delayMs: number): Promise<void>;
}

/** Real time, or real time `speed` times as fast, from now or from another moment on. */
export function createRealClock(speed = 1, startAt = Date.now()): NetworkClock {
  const startedAt = Date.now();
  const after: NetworkClock['after'] = (delayMs, work) => {
    // What keeps the process alive is whoever listens: nobody waits for a telephone that rings in vain.
    const timer = setTimeout(() => void work(), Math.max(0, delayMs / speed)).unref();
    return () => clearTimeout(timer);
  };
  return {
    now: () => Math.round(startAt + (Date.now() - startedAt) * speed),
    after,
    sleep: (delayMs) => new Promise((resolve) => after(delayMs, resolve)),
  };
}

interface Timer {
  readonly at: number;
  readonly order: number;
  work: (() => void | Promise<void>) | null;
}

export interface VirtualClock extends NetworkClock {
  /**
   * Goes from timer to timer until there is none, or until the given time. Time stands still while work is under way.
   * @throws the first error that work ended with
   */
  run(until?: number): Promise<void>;
  /** Timers that wait. */
  readonly waiting: number;
}

export interface VirtualClockOptions {
  readonly startAt: number;
  /** Timers so close together start together: as in life, requests are then under way at the same time. */
  readonly strideMs?: number;
  /** Work that gives no sign of life for so long, in real time, is taken to hang: virtual time goes on, to its time limit. */
  readonly stallMs?: number;
}

/**
 * Time that jumps to the next timer as soon as all that was started has come to rest. Work may be asynchronous and may
 * touch real files: time waits for it.
 */
export function createVirtualClock({ startAt, strideMs = 0, stallMs = 5000 }: VirtualClockOptions): VirtualClock {
  let now = startAt;
  let order = 0;
  const queue: Timer[] = [];
  let waiting = 0;
  /** Work under way, and how much of it only waits for virtual time. */
  let running = 0;
  let sleeping = 0;
  let wake: (() => void) | null = null;
  const failures: unknown[] = [];

  const settle = (): void => {
    running--;
    wake?.();
  };

  function start(work: () => void | Promise<void>): void {
    try {
      const result = work();
      if (!(result instanceof Promise)) return;
      running++;
      result.then(settle, (error: unknown) => {
        failures.push(error);
        settle();
      });
    } catch (error) {
      failures.push(error);
    }
  }

  async function rest(): Promise<void> {
    while (running > sleeping) {
      const before = running;
      const stalled = await new Promise<boolean>((resolve) => {
        const patience = setTimeout(() => resolve(true), stallMs);
        wake = () => {
          clearTimeout(patience);
          resolve(false);
        };
      });
      wake = null;
      if (stalled && running === before) return;
    }
    // What came to rest may have left something behind that starts in the next turn.
    for (let turns = sleeping > 0 ? 20 : 1; turns > 0; turns--) await nextTurn();
    if (running > sleeping) await rest();
  }

  const after: NetworkClock['after'] = (delayMs, work) => {
    const timer: Timer = { at: now + Math.max(0, Math.round(delayMs)), order: order++, work };
    push(queue, timer);
    waiting++;
    return () => {
      if (timer.work === null) return;
      timer.work = null;
      waiting--;
    };
  };

  return {
    now: () => now,
    after,
    sleep: (delayMs) =>
      new Promise((resolve) => {
        sleeping++;
        wake?.();
        after(delayMs, () => {
          sleeping--;
          resolve();
        });
      }),
    get waiting() {
      return waiting;
    },
    async run(until = Number.POSITIVE_INFINITY) {
      for (let turn = 0; ; turn++) {
        if (running > 0 || turn % 1000 === 999) await rest();
        if (failures.length > 0) throw failures.shift();
        while (queue[0]?.work === null) pop(queue);
        const [next] = queue;
        if (next === undefined && running > 0) continue;
        if (next === undefined || next.at > until) break;
        for (let timer = queue[0]; timer && timer.at <= next.at + strideMs && timer.at <= until; timer = queue[0]) {
          pop(queue);
          const { work } = timer;
          if (work === null) continue;
          timer.work = null;
          waiting--;
          now = Math.max(now, timer.at);
          start(work);
        }
      }
      if (Number.isFinite(until)) now = Math.max(now, until);
    },
  };
}

const isBefore = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A binary heap: the earliest timer first, and of two at the same time the one set first. */
function push(heap: Timer[], timer: Timer): void {
  let at = heap.length;
  heap.push(timer);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !isBefore(timer, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = timer;
}

function pop(heap: Timer[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    const [left, right] = [heap[child], heap[child + 1]];
    if (left === undefined) break;
    if (right !== undefined && isBefore(right, left)) child++;
    const smaller = heap[child];
    if (smaller === undefined || !isBefore(smaller, last)) break;
    heap[at] = smaller;
    at = child;
  }
  heap[at] = last;
}
