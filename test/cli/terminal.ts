import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../src/cli/program.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A shell with a data folder of its own that does not exist yet. */
export function openShell() {
  const folder = mkdtempSync(join(tmpdir(), 'zhixiao-cli-'));
  const data = join(folder, 'data');
  return {
    folder,
    data,
    remove: () => rmSync(folder, { recursive: true, force: true }),
    /** Runs one command line in Chinese, as `zhixiao --data …` would, and says what it printed. */
    run: async (args: readonly string[], signal = new AbortController().signal): Promise<Ran> => {
      let out = '';
      let err = '';
      const code = await runCommand(['--data', data, '--lang', 'zh', ...args], {
        out: (text) => {
          out += text;
        },
        err: (text) => {
          err += text;
        },
        isWatched: false,
        signal,
      });
      return { code, out, err };
    },
  };
}
