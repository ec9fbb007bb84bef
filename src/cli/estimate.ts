import { AppError, type ErrorCode, errorSentence } from '../core/errors.ts';
import { estimateFigures } from '../core/estimate/estimate.ts';
import type {
  EstimateResults,
  FigureChange,
  FigureEstimate,
  FigureResult,
  FigureStatus,
  WeightReport,
} from '../core/estimate/types.ts';
import { hundredthsText, printChange, printShare, pText } from '../core/indicators/printed.ts';
import { VERDICT_WORDS } from '../core/indicators/verdict.ts';
import type { Limits } from '../core/stats/proportion.ts';
import type { Lang, Text } from '../core/text.ts';
import { readColumns } from '../intake/columns.ts';
import { openTable } from '../intake/table-file.ts';
import { columnsOfDesign, parseDesign } from './design-file.ts';
import { EXAMPLE_DESIGN } from './estimate-help.ts';
import { readJsonFile } from './files.ts';
import { createProgressBar, layTable } from './output.ts';
import type { Session } from './session.ts';

interface Options {
  readonly data?: string;
  readonly design?: string;
  readonly sheet?: string;
  readonly example?: boolean;
  readonly json?: boolean;
}

/** A place for every interview there may be in one design file's places. */
const MOST_DESIGN_BYTES = 50 * 1024 * 1024;

/** Computes figures from a file, so that whoever has the interviews can check what was published. */
export async function estimateFromFile({ terminal, dataDir }: Session, options: Options): Promise<void> {
  const { out, lang } = terminal;
  if (options.example) {
    out(`${JSON.stringify(EXAMPLE_DESIGN, null, 2)}\n`);
    return;
  }
  // The program has a `--data` of its own, and commander gives the value to it wherever it stands.
  const [data, designFile] = [need('--data', options.data ?? dataDir), need('--design', options.design)];
  const design = parseDesign(await readJsonFile(designFile, MOST_DESIGN_BYTES), lang);
  const table = await openTable({ path: data }, options.sheet === undefined ? {} : { sheet: options.sheet });
  const progress = createProgressBar(terminal);
  const columns = await readColumns(table, columnsOfDesign(design, table.header), (done) =>
    progress(done / table.totalBytes),
  );
  const found = estimateFigures(columns, design);
  out(options.json ? `${JSON.stringify(toJson(found, lang), null, 2)}\n` : toText(found, lang));
}

function need(option: string, value: string | undefined): string {
  if (value === undefined) throw new AppError('OPTION_MISSING', { option });
  return value;
}

const isRate = ({ type }: FigureResult): boolean => type === 'rate';
const printed = (one: FigureEstimate): number => printShare(one.value);

/** Everything unrounded, with the printed rates beside it. */
function toJson({ methods, weights, results }: EstimateResults, lang: Lang): unknown {
  return {
    methods,
    weights: weights.map((report) => ({ ...report, warnings: report.warnings.map((one) => tell(one, lang)) })),
    results: results.map((result) => {
      const { estimate, last, change } = result;
      const percent = isRate(result) && estimate ? printed(estimate) : null;
      const lastPercent = isRate(result) && last ? printed(last) : null;
      const points = percent === null || lastPercent === null || !change ? null : printChange(percent, lastPercent);
      return {
        ...result,
        percent: percent === null ? null : percent / 100,
        lastPercent: lastPercent === null ? null : lastPercent / 100,
        changePoints: points === null ? null : points / 100,
      };
    }),
  };
}

const tell = ({ code, details }: WeightReport['warnings'][number], lang: Lang) => ({
  code,
  sentence: errorSentence({ code: code as ErrorCode, details }, lang),
});

const STATUS_WORDS: Readonly<Record<FigureStatus, Text>> = {
  shown: { zh: '', en: '' },
  'small-base': { zh: '样本少', en: 'small base' },
  suppressed: { zh: '不公布', en: 'suppressed' },
  'coverage-low': { zh: '覆盖不足', en: 'low coverage' },
  'no-data': { zh: '无数据', en: 'no data' },
};

function toText({ methods, weights, results }: EstimateResults, lang: Lang): string {
  const zh = lang === 'zh';
  const lines: string[] = [];
  for (const figure of new Set(results.map((result) => result.figure))) {
    const rows = results.filter((result) => result.figure === figure);
    lines.push(`${figure}`, layFigure(rows, lang), '');
  }
  lines.push(zh ? '权数' : 'Weights', layWeights(weights, lang), '');
  for (const report of weights) {
    for (const warning of report.warnings) lines.push(tell(warning, lang).sentence);
    if (report.collapsed.length > 0) lines.push(`${zh ? '合并：' : 'Merged: '}${report.collapsed.join('; ')}`);
  }
  const used = Object.entries(methods).map(([name, method]) => `${name}=${method}`);
  lines.push(`${zh ? '方法：' : 'Methods: '}${used.join('  ')}`);
  return `${lines.join('\n')}\n`;
}

function layFigure(rows: readonly FigureResult[], lang: Lang): string {
  const zh = lang === 'zh';
  const hasChange = rows.some(({ last }) => last !== null);
  const hasRank = rows.some(({ rank }) => rank !== null);
  const hasFunnel = rows.some(({ funnel }) => funnel !== null);
  const head = zh
    ? ['分组', '估计', '标准误', '置信区间', '样本量', '有效样本', '设计效应', '自由度']
    : ['Group', 'Estimate', 'SE', 'Interval', 'Base', 'n_eff', 'deff', 'df'];
  if (hasChange)
    head.push(
      ...(zh
        ? ['上期', '变化', '变化区间', 'p', '校正p', '判断']
        : ['Last', 'Change', 'Interval', 'p', 'adjusted p', 'Verdict']),
    );
  if (hasRank) head.push(zh ? '名次（范围）' : 'Rank (range)');
  if (hasFunnel) head.push(zh ? '漏斗' : 'Funnel');
  head.push(zh ? '说明' : 'Note');
  const cells = rows.map((row) => {
    const { estimate, last, change, rank, funnel } = row;
    const value = valueText(row.type);
    const line = [
      Object.values(row.group).join(' / ') || (zh ? '全体' : 'All'),
      ...(estimate
        ? [
            value(estimate.value),
            errorText(row.type, estimate.se),
            limitsText(row.type, estimate.interval),
            ...[String(estimate.base), numberText(estimate.nEff, 1), numberText(estimate.deff, 2), String(estimate.df)],
          ]
        : Array<string>(7).fill('—')),
    ];
    if (hasChange) {
      line.push(last ? value(last.value) : '—');
      line.push(
        ...(change && estimate && last ? changeCells(row, change, estimate, last, lang) : Array<string>(5).fill('—')),
      );
    }
    if (hasRank) line.push(rank ? `${rank.rank} (${rank.best}–${rank.worst})` : '—');
    if (hasFunnel) line.push(funnel?.place ?? '—');
    const unreliable = row.isUnreliable && row.status === 'shown' ? (zh ? '不稳定' : 'unreliable') : '';
    line.push(STATUS_WORDS[row.status][lang] || unreliable);
    return line;
  });
  return layTable([head, ...cells], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
}

function changeCells(
  row: FigureResult,
  change: FigureChange,
  estimate: FigureEstimate,
  last: FigureEstimate,
  lang: Lang,
): string[] {
  const points = isRate(row) ? printChange(printed(estimate), printed(last)) : null;
  const text = points === null ? numberText(change.difference, 4) : hundredthsText(points);
  return [
    change.difference > 0 && !text.startsWith('-') ? `+${text}` : text,
    change.interval
      ? isRate(row)
        ? `${(100 * change.interval.lower).toFixed(2)}–${(100 * change.interval.upper).toFixed(2)}`
        : limitsText(row.type, change.interval)
      : '—',
    change.p === null ? '—' : pText(change.p),
    change.pAdjusted === null ? '—' : pText(change.pAdjusted),
    VERDICT_WORDS[change.verdict][lang],
  ];
}

function layWeights(weights: readonly WeightReport[], lang: Lang): string {
  const head =
    lang === 'zh'
      ? ['期', '答卷', '合计', '设计效应（Kish）', '有效样本', '最小', '最大', '截尾']
      : ['Wave', 'Interviews', 'Sum', 'deff (Kish)', 'n_eff', 'Min', 'Max', 'Trimmed'];
  const rows = weights.map(({ wave, interviews, sum, deff, nEff, min, max, trimmed }) => [
    ...[wave ?? '', String(interviews), numberText(sum, 1), numberText(deff, 4), numberText(nEff, 1)],
    ...[numberText(min, 4), numberText(max, 4), String(trimmed)],
  ]);
  return layTable([head, ...rows], [1, 2, 3, 4, 5, 6, 7]);
}

const numberText = (value: number | null, decimals: number): string => (value === null ? '—' : value.toFixed(decimals));

const valueText = (type: FigureResult['type']) => (value: number) =>
  type === 'rate' ? `${hundredthsText(printShare(value))}%` : value.toFixed(4);

const errorText = (type: FigureResult['type'], se: number): string =>
  type === 'rate' ? `${(100 * se).toFixed(2)}` : se.toFixed(4);

function limitsText(type: FigureResult['type'], limits: Limits | null): string {
  if (limits === null) return '—';
  const scale = type === 'rate' ? 100 : 1;
  const decimals = type === 'rate' ? 2 : 4;
  const text = `${(scale * limits.lower).toFixed(decimals)}–${(scale * limits.upper).toFixed(decimals)}`;
  return type === 'rate' ? `${text}%` : text;
}
