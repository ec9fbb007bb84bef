import type { Problem } from '../core/errors.ts';
import { errorSentence } from '../core/errors.ts';
import type { Lang } from '../core/text.ts';

/** Where a command writes to, and in which language. Results go to `out`, everything else to `err`. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** True when somebody watches `err`: then progress is drawn there. */
  readonly isWatched: boolean;
  readonly lang: Lang;
}

/** Columns that text takes in a terminal: Chinese characters and full-width signs take two. */
export function widthOf(text: string): number {
  let width = 0;
  for (const char of text) width += isWide(char.codePointAt(0) ?? 0) ? 2 : 1;
  return width;
}

function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}

/** Rows of cells as aligned text; `right` names the columns of numbers. */
export function layTable(rows: ReadonlyArray<readonly string[]>, right: readonly number[] = []): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, widthOf(cell));
  }
  return rows
    .map((row) =>
      row
        .map((cell, i) => {
          const gap = ' '.repeat((widths[i] ?? 0) - widthOf(cell));
          return right.includes(i) ? gap + cell : cell + gap;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const MOST_SHOWN = 50;

/** Findings of a file as an aligned list: row, column, sentence. */
export function layProblems(problems: readonly Problem[], count: number, lang: Lang): string {
  const shown = problems.slice(0, MOST_SHOWN);
  const rows = shown.map((problem) => [
    problem.row === undefined ? '' : lang === 'zh' ? `第${problem.row}行` : `row ${problem.row}`,
    problem.column ?? '',
    errorSentence(problem, lang),
  ]);
  // A column that no finding has would only be a gap.
  const used = [0, 1, 2].filter((i) => rows.some((row) => row[i] !== ''));
  const lines = [layTable(rows.map((row) => used.map((i) => `${row[i]}`)))];
  const rest = count - shown.length;
  if (rest > 0) lines.push(lang === 'zh' ? `……还有${rest}处` : `… and ${rest} more`);
  return lines.join('\n');
}

/** Draws a progress bar over itself; nothing when nobody watches. */
export function createProgressBar({ err, isWatched }: Terminal): (share: number) => void {
  if (!isWatched) return () => {};
  const WIDTH = 30;
  let last = -1;
  return (share) => {
    const percent = Math.floor(share * 100);
    if (percent === last) return;
    last = percent;
    const done = Math.round(share * WIDTH);
    err(`\r[${'█'.repeat(done)}${'░'.repeat(WIDTH - done)}] ${percent}%${share >= 1 ? '\n' : ''}`);
  };
}
