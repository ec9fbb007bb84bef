import { countKnownHeads } from '../core/publicity/columns.ts';
import { openTable } from '../intake/table-file.ts';
import { OPERATOR } from '../services/actor.ts';
import type { LedgerImportReport } from '../services/ledger-imports.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { hashFile, readJsonFile } from './files.ts';
import { createProgressBar, layProblems, type Terminal } from './output.ts';
import { type Session, withServices } from './session.ts';

interface ImportOptions {
  readonly unit?: string;
  readonly mapping?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Takes a spreadsheet into the publicity ledger. */
export async function importOutputs(session: Session, path: string, options: ImportOptions): Promise<ExitCode> {
  const { terminal, signal } = session;
  const dryRun = options.dryRun ?? false;
  const file = await openTable({ path }, { isHeader: (cells) => countKnownHeads(cells) >= 2 });
  const mapping = options.mapping === undefined ? null : await readJsonFile(options.mapping);
  const fileHash = await hashFile(path);
  const onProgress = createProgressBar(terminal);
  const { unit, reason } = options;
  const report = await withServices(session, 'read', ({ publicity }) =>
    publicity.imports.importLedger(OPERATOR, {
      ...{ unit, reason, file, fileHash, fileName: file.name, mapping, dryRun, onProgress, signal },
    }),
  );
  if (options.json) terminal.out(`${JSON.stringify({ ...report, dryRun }, null, 2)}\n`);
  else printReport(terminal, report, dryRun);
  return report.count > 0 ? EXIT.found : EXIT.ok;
}

function printReport({ out, err, lang }: Terminal, report: LedgerImportReport, dryRun: boolean): void {
  const { rows, created, unchanged, count, problems, warnings, words, unusedColumns, importId } = report;
  const zh = lang === 'zh';
  if (report.alreadyImported) {
    out(
      zh
        ? `这个文件已经导入过（${rows}条，编号${importId}），没有改动。\n`
        : `This file was imported before (${rows} entries, ${importId}); nothing changed.\n`,
    );
  } else if (dryRun) {
    out(
      zh
        ? `试运行，没有写入：共${rows}行，可新增${created}条，已有${unchanged}条，${count}处要改。\n`
        : `Dry run, nothing written: ${rows} rows, ${created} new, ${unchanged} there already, ${count} to mend.\n`,
    );
  } else {
    const about = importId === null ? '' : zh ? `，编号${importId}` : `, ${importId}`;
    out(
      zh
        ? `共${rows}行，新增${created}条，已有${unchanged}条${about}。\n`
        : `${rows} rows: ${created} new, ${unchanged} there already${about}.\n`,
    );
  }
  if (report.mappingFrom !== 'given' && !report.alreadyImported) {
    const remembered = report.mappingFrom === 'remembered';
    if (zh) out(`各列的含义${remembered ? '按上一次的' : '按列名推定'}；用 --json 可查看。\n`);
    else out(`The columns are read ${remembered ? 'as the last time' : 'by their heads'}; --json shows how.\n`);
  }
  for (const { word, rows: n, suggestions } of words) {
    const likely = suggestions.join(', ') || '—';
    out(
      zh
        ? `不认识的类别“${word}”${n}行，可能是：${likely}\n`
        : `Unknown kind “${word}”, ${n} rows; perhaps: ${likely}\n`,
    );
  }
  if (unusedColumns.length > 0) {
    out(zh ? `没有用到的列：${unusedColumns.join('、')}\n` : `Columns not used: ${unusedColumns.join(', ')}\n`);
  }
  if (count > 0) err(`${layProblems(problems, count, lang)}\n`);
  if (warnings.length > 0) err(`${layProblems(warnings, warnings.length, lang)}\n`);
}

/** Undoes an import as a whole. */
export async function undoOutputs(
  session: Session,
  id: string,
  options: { readonly reason?: string; readonly json?: boolean },
): Promise<void> {
  const { out, lang } = session.terminal;
  const { withdrawn } = await withServices(session, 'read', ({ publicity }) =>
    publicity.imports.undoImport(OPERATOR, id, { reason: options.reason }),
  );
  if (options.json) out(`${JSON.stringify({ import: id, withdrawn }, null, 2)}\n`);
  else out(lang === 'zh' ? `已撤销，撤回${withdrawn}条。\n` : `Undone: ${withdrawn} entries withdrawn.\n`);
}

/** Counts the ledger again; without `write` only says whether the counters are right. */
export async function recountOutputs(
  session: Session,
  options: { readonly write?: boolean; readonly json?: boolean },
): Promise<ExitCode> {
  const { out, lang } = session.terminal;
  const write = options.write ?? false;
  const { differing } = await withServices(session, 'read', ({ publicity }) =>
    publicity.outputs.recountLedger(OPERATOR, { write }),
  );
  if (options.json) out(`${JSON.stringify({ differing, written: write }, null, 2)}\n`);
  else if (differing === 0) out(lang === 'zh' ? '台账计数与记录一致。\n' : 'The counters equal the entries.\n');
  else if (write)
    out(lang === 'zh' ? `已重新计数，改正${differing}个。\n` : `Counted again: ${differing} corrected.\n`);
  else out(lang === 'zh' ? `${differing}个计数与记录不一致。\n` : `${differing} counters differ from the entries.\n`);
  return differing > 0 && !write ? EXIT.found : EXIT.ok;
}
