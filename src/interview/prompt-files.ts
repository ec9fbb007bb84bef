import type { Problem } from '../core/errors.ts';
import { readWav } from '../core/wav-file.ts';
import type { PromptLine } from './prompt-list.ts';

const MOST_BYTES = 5 * 1024 * 1024;
const MOST_MS = 120_000;
const FEWEST_MS = 200;

/** A recording as it was handed in. */
export interface PromptFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface SortedFile extends PromptFile {
  readonly line: PromptLine;
  readonly ms: number;
}

/** Which sentence each file is, by its name; what is wrong with any of them. */
export function sortPromptFiles(
  lines: readonly PromptLine[],
  files: readonly PromptFile[],
): { readonly sorted: readonly SortedFile[]; readonly problems: readonly Problem[] } {
  const byKey = new Map(lines.flatMap((line) => [line.key, ...line.alsoAt].map((key) => [key.toLowerCase(), line])));
  const taken = new Map<PromptLine, string>();
  const problems: Problem[] = [];
  const sorted: SortedFile[] = [];
  for (const { name, bytes } of files) {
    const line = byKey.get(keyOfFile(name));
    if (!line) {
      problems.push({ code: 'PROMPT_FILE_UNKNOWN', details: { file: name, key: keyOfFile(name) } });
      continue;
    }
    const other = taken.get(line);
    if (other !== undefined) problems.push({ code: 'PROMPT_FILE_TWICE', details: { file: name, other } });
    taken.set(line, name);
    const judged = judge(name, bytes);
    if ('problem' in judged) problems.push(judged.problem);
    else sorted.push({ name, bytes, line, ms: judged.ms });
  }
  return { sorted, problems };
}

function judge(name: string, bytes: Uint8Array): { readonly ms: number } | { readonly problem: Problem } {
  const problem = (code: Problem['code'], details: Problem['details'] = {}) => ({
    problem: { code, details: { file: name, ...details } },
  });
  if (bytes.byteLength > MOST_BYTES) return problem('PROMPT_FILE_LARGE', { limit: `${MOST_BYTES / 1024 / 1024} MB` });
  const read = readWav(bytes);
  switch (read.fault) {
    case 'type':
      return problem('PROMPT_FILE_TYPE', { found: read.found });
    case 'format':
      return problem('PROMPT_FILE_FORMAT', { found: read.found });
    case 'damaged':
      return problem('PROMPT_FILE_DAMAGED');
    case 'silent':
      return problem('PROMPT_FILE_SILENT');
    default: {
      const { ms } = read.sound;
      const seconds = Math.round(ms / 100) / 10;
      if (ms > MOST_MS) return problem('PROMPT_FILE_LONG', { seconds, most: MOST_MS / 1000 });
      return ms < FEWEST_MS ? problem('PROMPT_FILE_SHORT', { seconds }) : { ms };
    }
  }
}

/** `awareness.1` of `录音/Awareness.1.WAV`. */
function keyOfFile(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  return last
    .replace(/\.wav$/i, '')
    .trim()
    .toLowerCase();
}
