import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** Starts a script of this folder as a process of its own. */
export function startScript(name: string, ...args: string[]): ChildProcessByStdio<Writable, Readable, null> {
  const script = fileURLToPath(new URL(name, import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
}

/** The lines that a process writes, as they come. */
export function linesOf(child: ChildProcessByStdio<Writable, Readable, null>): AsyncIterable<string> {
  return createInterface({ input: child.stdout });
}
