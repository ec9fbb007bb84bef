import { CommanderError } from 'commander';
import { ConfigError } from '../config.ts';
import { AppError, type ErrorKind, errorSentence, type Problem } from '../core/errors.ts';
import { layProblems, type Terminal } from './output.ts';

/** What a script may rely on. */
export const EXIT = { ok: 0, found: 1, wrong: 2, impossible: 3, internal: 70 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const EXIT_OF_KIND: Readonly<Record<ErrorKind, ExitCode>> = {
  missing: EXIT.impossible,
  invalid: EXIT.wrong,
  conflict: EXIT.impossible,
  forbidden: EXIT.impossible,
  unauthenticated: EXIT.impossible,
  busy: EXIT.impossible,
  'too-large': EXIT.wrong,
  gone: EXIT.impossible,
  internal: EXIT.internal,
};

/** Says what went wrong in a sentence (never a stack trace) and gives the exit code. */
export function reportFailure(error: unknown, terminal: Terminal, json: boolean): number {
  const { out, err, lang } = terminal;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.wrong;
  if (error instanceof ConfigError) {
    err(`${error.explain(lang)}\n`);
    return EXIT.wrong;
  }
  if (isInterrupt(error)) {
    err(lang === 'zh' ? '\n已中断，没有写入任何内容。\n' : '\nInterrupted; nothing was written.\n');
    return 130;
  }
  const known = error instanceof AppError ? error : systemFailure(error);
  const sentence = errorSentence(known, lang);
  const { problems, count } = known.details as { problems?: readonly Problem[]; count?: number };
  if (json) {
    const told = problems?.map((problem) => ({ ...problem, sentence: errorSentence(problem, lang) }));
    const details = told ? { ...known.details, problems: told } : known.details;
    out(`${JSON.stringify({ error: { code: known.code, sentence, details } }, null, 2)}\n`);
  }
  err(`${sentence}\n`);
  if (problems && problems.length > 0 && !json) err(`${layProblems(problems, count ?? problems.length, lang)}\n`);
  return problems ? EXIT.found : EXIT_OF_KIND[known.kind];
}

/** What the operating system refuses is the user's to mend; anything else is our fault and told in one line. */
function systemFailure(error: unknown): AppError {
  const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  const isSystem = error instanceof Error && 'syscall' in error;
  return new AppError(isSystem ? 'SYSTEM_REFUSED' : 'COMMAND_FAILED', { reason });
}

function isInterrupt(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
