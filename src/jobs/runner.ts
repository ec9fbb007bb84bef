import type { Clock } from '../core/ids.ts';

/** One turn of a job; gives the moment of the next one, null when it waits to be woken. */
export type Tick = () => Promise<number | null>;

export interface JobRunner {
  /** Has a job take its turn now. */
  wake(name: string): void;
  /** No further turn begins; resolves when those under way are done. */
  stop(): Promise<void>;
}

interface RunnerLog {
  error(fields: object, message: string): void;
}

/**
 * Runs jobs on real time: each by itself, never two turns of one at once. A turn that fails is logged and tried again.
 * @param longestMs a job is asked again after so long at the latest, whatever it said: the clock may have been set
 */
export function runJobs(
  jobs: Readonly<Record<string, { readonly tick: Tick; readonly longestMs: number }>>,
  { clock, log }: { readonly clock: Clock; readonly log: RunnerLog },
): JobRunner {
  let stopped = false;
  const states = new Map<string, { timer: NodeJS.Timeout | null; turn: Promise<void> | null; again: boolean }>();

  function plan(name: string, delayMs: number): void {
    const state = states.get(name);
    if (!state || stopped) return;
    if (state.timer) clearTimeout(state.timer);
    state.timer = setTimeout(() => run(name), delayMs);
  }

  function run(name: string): void {
    const [state, job] = [states.get(name), jobs[name]];
    if (!state || !job || stopped) return;
    if (state.turn) {
      state.again = true;
      return;
    }
    if (state.timer) clearTimeout(state.timer);
    state.again = false;
    const turn = async (): Promise<void> => {
      let delayMs = job.longestMs;
      try {
        const at = await job.tick();
        if (at !== null) delayMs = Math.min(job.longestMs, Math.max(0, at - clock()));
      } catch (error) {
        log.error({ err: error, job: name }, 'a job failed; it is tried again');
      }
      state.turn = null;
      plan(name, state.again ? 0 : delayMs);
    };
    state.turn = turn();
  }

  for (const name of Object.keys(jobs)) {
    states.set(name, { timer: null, turn: null, again: false });
    run(name);
  }
  return {
    wake: run,
    async stop() {
      stopped = true;
      for (const { timer } of states.values()) if (timer) clearTimeout(timer);
      await Promise.all([...states.values()].map(({ turn }) => turn));
    },
  };
}
