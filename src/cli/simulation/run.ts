import type { Services } from '../../main.ts';
import type { NetworkClock } from '../../telephony/simulator/clock.ts';

export interface Driver {
  /** Stops taking turns. */
  stop(): void;
}

/** Drives the jobs of the phone side by a network's clock, virtual or real: each when it wants to, never twice at once. */
export function driveJobs({ phone, clock }: Pick<Services, 'phone' | 'clock'>, time: NetworkClock): Driver {
  let stopped = false;
  const jobs = [drive(phone.dialer.tick), drive(phone.watch.tick), drive(phone.retention.tick)];
  const stopListening = phone.calls.onEnded(() => jobs[0]?.wake(0));

  function drive(tick: () => Promise<number | null>) {
    let cancel: (() => void) | null = null;
    let isRunning = false;
    let again = false;
    const wake = (delayMs: number): void => {
      if (stopped) return;
      if (isRunning) {
        again = true;
        return;
      }
      cancel?.();
      cancel = time.after(delayMs, async () => {
        cancel = null;
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
