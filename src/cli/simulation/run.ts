import type { Services } from '../../main.ts';
import type { NetworkClock } from '../../telephony/simulator/clock.ts';

/** A call is asked about after a minute at the earliest. */
const WATCH_MS = 60_000;

export interface Driver {
  /** Stops taking turns. */
  stop(): void;
}

/** Drives the jobs of the phone side by a network's clock, virtual or real: each when it wants to, never twice at once. */
export function driveJobs({ phone, clock }: Pick<Services, 'phone' | 'clock'>, time: NetworkClock): Driver {
  let stopped = false;
  const watch = drive(phone.watch.tick);
  const dial = drive(async () => {
    const at = await phone.dialer.tick();
    // Whoever was just called is watched over.
    watch.wake(WATCH_MS);
    return at;
  });
  const jobs = [watch, dial, drive(phone.retention.tick)];
  const stopListening = phone.calls.onEnded(() => dial.wake(0));

  function drive(tick: () => Promise<number | null>) {
    let cancel: (() => void) | null = null;
    let dueAt = Number.POSITIVE_INFINITY;
    let isRunning = false;
    let again = false;
    const wake = (delayMs: number): void => {
      if (stopped) return;
      if (isRunning) {
        again ||= delayMs === 0;
        return;
      }
      if (time.now() + delayMs >= dueAt) return;
      cancel?.();
      dueAt = time.now() + delayMs;
      cancel = time.after(delayMs, async () => {
        cancel = null;
        dueAt = Number.POSITIVE_INFINITY;
        isRunning = true;
        again = false;
        const at = await tick();
        isRunning = false;
        if (again) wake(0);
        else if (at !== null) wake(Math.max(1, at - clock()));
      });
    };
    wake(0);
    return { wake, cancel: () => cancel?.() };
  }
  return {
    stop() {
      stopped = true;
      stopListening();
      for (const job of jobs) job.cancel();
    },
  };
}
