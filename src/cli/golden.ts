import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { AppError, errorSentence } from '../core/errors.ts';
import { type Difference, type GoldenCase, readCase } from '../core/golden/case.ts';
import { runCase } from '../core/golden/run.ts';
import { type Table, tableOfRecords } from '../core/golden/table.ts';
import type { Lang } from '../core/text.ts';
import { openTable, readTable } from '../intake/table-file.ts';
import { EXIT } from './failure.ts';
import { readJsonFile } from './files.ts';
import { layTable } from './output.ts';
import type { Session } from './session.ts';

/** A case may carry its rows, so its file may be larger than what a person writes. */
const MOST_CASE_BYTES = 512 * 1024 * 1024;

interface CaseResult {
  readonly file: string;
  readonly name: string;
  readonly group: string | null;
  readonly pass: boolean;
  /** Values compared, and the largest relative difference among them; null when the case could not be run. */
  readonly compared: number | null;
  readonly worst: number | null;
  readonly failures: readonly Difference[];
  /** Why the case could not be read or run. */
  readonly error: { readonly code: string; readonly sentence: string } | null;
}

/** Runs every reference case of a folder through the engine. Needs neither data nor server. */
export async function runGoldenCases(
  { terminal }: Session,
  folder: string,
  options: { readonly json?: boolean },
): Promise<number> {
  const { out, lang } = terminal;
  const readTables = createTableReader(folder);
  const results: CaseResult[] = [];
  const others: string[] = [];
  for (const file of listJsonFiles(folder)) {
    const result = await runFile(folder, file, readTables, lang);
    if (result === null) others.push(file);
    else results.push(result);
  }
  if (results.length === 0) throw new AppError('GOLDEN_EMPTY', { folder });
  const failed = results.filter(({ pass }) => !pass).length;
  const passed = results.length - failed;
  if (options.json) out(`${JSON.stringify({ cases: results, passed, failed, notCases: others }, null, 2)}\n`);
  else out(toText(results, others, lang));
  return failed === 0 ? EXIT.ok : EXIT.found;
}

function listJsonFiles(folder: string): string[] {
  try {
    const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => !entry.isDirectory());
    return files
      .map(({ name }) => name)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new AppError('GOLDEN_EMPTY', { folder });
    throw error;
  }
}

/** Null for a JSON file that does not say it is a case, such as a list of the cases. */
async function runFile(
  folder: string,
  file: string,
  readTables: (paths: readonly string[]) => Promise<(path: string) => Table>,
  lang: Lang,
): Promise<CaseResult | null> {
  let golden: GoldenCase | null = null;
  try {
    const json = await readJsonFile(join(folder, file), MOST_CASE_BYTES);
    if (typeof json !== 'object' || json === null || !('schema' in json)) return null;
    golden = readCase(json);
    const { rowsFile, tableFiles } = golden;
    const table = await readTables([...(rowsFile === null ? [] : [rowsFile]), ...Object.values(tableFiles)]);
    const { compared, worst, failures } = runCase(golden, table);
    const pass = failures.length === 0 && compared > 0;
    return { file, name: golden.name, group: golden.group, pass, compared, worst, failures, error: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const known = error instanceof AppError ? error : new AppError('GOLDEN_CASE_FAILED', { name: file, reason });
    const told = { code: known.code, sentence: errorSentence(known, lang) };
    const of = { file, name: golden?.name ?? file.replace(/\.json$/, ''), group: golden?.group ?? null };
    return { ...of, pass: false, compared: null, worst: null, failures: [], error: told };
  }
}

/** Reads the tables that cases name, plain or packed, once each. */
function createTableReader(folder: string) {
  const known = new Map<string, Table>();
  return async (paths: readonly string[]): Promise<(path: string) => Table> => {
    for (const path of paths) {
      if (!known.has(path)) known.set(path, await readTableFile(resolve(folder, path), path));
    }
    return (path) => {
      const table = known.get(path);
      if (!table) throw new AppError('TABLE_MISSING', { file: path });
      return table;
    };
  };
}

async function readTableFile(path: string, name: string): Promise<Table> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new AppError('TABLE_MISSING', { file: name });
    throw error;
  }
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const { header, rows, problems } = await readTable(
    await openTable({ name, bytes: isPacked ? gunzipSync(bytes) : bytes }),
  );
  const [problem] = problems;
  if (problem) throw new AppError(problem.code, problem.details);
  return tableOfRecords([header, ...rows.map(({ cells }) => header.map((column) => cells[column] ?? ''))]);
}

const MOST_DIFFERENCES = 5;

function toText(results: readonly CaseResult[], others: readonly string[], lang: Lang): string {
  const zh = lang === 'zh';
  const [passWord, failWord] = zh ? ['通过', '不符'] : ['pass', 'FAIL'];
  const head = zh ? ['算例', '最大相对误差', '比对数', '结果'] : ['Case', 'Worst difference', 'Values', 'Result'];
  const lines = layTable(
    [
      head,
      ...results.map(({ name, worst, compared, pass }) => [
        ...[name, worst === null ? '—' : worst.toExponential(1), compared === null ? '—' : String(compared)],
        pass ? passWord : failWord,
      ]),
    ],
    [1, 2],
  ).split('\n');
  // What went wrong stands below the line of its case.
  const told = results.map(({ failures, error }) => [
    ...(error ? [`    ${error.sentence}`] : []),
    ...failures
      .slice(0, MOST_DIFFERENCES)
      .map(({ path, got, expected }) => `    ${path}: ${shorten(got)} ≠ ${shorten(expected)}`),
    ...(failures.length > MOST_DIFFERENCES ? [`    … +${failures.length - MOST_DIFFERENCES}`] : []),
  ]);
  const body = lines.flatMap((line, i) => (i === 0 ? [line] : [line, ...(told[i - 1] ?? [])]));
  const failed = results.filter(({ pass }) => !pass).length;
  const worst = Math.max(0, ...results.map((result) => result.worst ?? 0)).toExponential(1);
  body.push(
    zh
      ? `共${results.length}个算例：${results.length - failed}个通过，${failed}个不符；最大相对误差${worst}`
      : `${results.length} cases: ${results.length - failed} pass, ${failed} fail; worst relative difference ${worst}`,
  );
  if (others.length > 0) body.push(`${zh ? '不是算例的文件：' : 'Not cases: '}${others.join(', ')}`);
  return `${body.join('\n')}\n`;
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
