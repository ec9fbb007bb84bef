import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a process has used since it started. */
export interface Usage {
  readonly cpuMs: number;
  readonly peakMb: number;
}

/** A measured process: it says what it has used whenever it is asked. */
export interface Measured {
  readonly child: ChildProcess;
  usage(): Promise<Usage>;
  /** Resolves with the first group of the pattern once it stands in the output. */
  waitFor(pattern: RegExp): Promise<string>;
  stop(): Promise<void>;
}

const METER = new URL('meter.js', import.meta.url).href;

/** Starts a Node process of its own, so that the bench's own work is never counted. */
export function startMeasured(args: readonly string[], env: NodeJS.ProcessEnv = {}): Measured {
  const child = spawn(process.execPath, ['--import', METER, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return {
    child,
    async usage() {
      const answer = once(child, 'message');
      child.send('usage');
      return (await answer)[0] as Usage;
    },
    async waitFor(pattern) {
      for (;;) {
        const found = pattern.exec(output)?.[1];
        if (found !== undefined) return found;
        if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode} before ${pattern}: ${output}`);
        await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')]);
      }
    },
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
