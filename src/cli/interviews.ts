import { openTable } from '../intake/table-file.ts';
import { OPERATOR } from '../services/actor.ts';
import type { ImportReport } from '../services/imports.ts';
import { hashFile, readJsonFile } from './files.ts';
import { createProgressBar, layProblems, type Terminal } from './output.ts';
import { type Session, withServices } from './session.ts';

interface Options {
  readonly wave: string;
  readonly mapping?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export async function importInterviews(session: Session, path: string, options: Options): Promise<void> {
  const { terminal, signal } = session;
  const dryRun = options.dryRun ?? false;
  const file = await openTable({ path });
  const mapping = options.mapping === undefined ? null : await readJsonFile(options.mapping);
  const fileHash = await hashFile(path);
  const onProgress = createProgressBar(terminal);
  const report = await withServices(session, 'read', ({ imports }) =>
    imports.importInterviews(OPERATOR, {
      ...{ wave: options.wave, file, fileHash, fileName: file.name, mapping, dryRun, onProgress, signal },
    }),
  );
  if (options.json) terminal.out(`${JSON.stringify({ ...report, dryRun }, null, 2)}\n`);
  else printReport(terminal, report, dryRun);
}

function printReport({ out, err, lang }: Terminal, report: ImportReport, dryRun: boolean): void {
  const { rows, created, unchanged, byDisposition, unusedColumns, warnings } = report;
  const codes = Object.entries(byDisposition)
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([code, n]) => `${code}: ${n}`)
    .join(', ');
  if (lang === 'zh') {
    if (report.alreadyImported) out(`这个文件已经导入过（${rows}行），没有改动。\n`);
    else if (dryRun) out(`试运行，没有写入：共${rows}行，可新增${created}份，已有${unchanged}份。\n`);
    else out(`共${rows}行，新增${created}份，已有${unchanged}份。\n`);
    if (codes) out(`结果码  ${codes}\n`);
    if (report.guessed) out('没有给出对应关系文件，已按列名推定；用 --json 可查看。\n');
    if (unusedColumns.length > 0) out(`没有用到的列：${unusedColumns.join('、')}\n`);
  } else {
    if (report.alreadyImported) out(`This file was imported before (${rows} rows); nothing changed.\n`);
    else if (dryRun) out(`Dry run, nothing written: ${rows} rows, ${created} new, ${unchanged} there already.\n`);
    else out(`${rows} rows: ${created} new, ${unchanged} there already.\n`);
    if (codes) out(`Result codes  ${codes}\n`);
    if (report.guessed) out('No mapping file was given; it was guessed from the header. --json shows it.\n');
    if (unusedColumns.length > 0) out(`Columns not used: ${unusedColumns.join(', ')}\n`);
  }
  if (warnings.length > 0) err(`${layProblems(warnings, warnings.length, lang)}\n`);
}
