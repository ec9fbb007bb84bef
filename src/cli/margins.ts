import { AppError, errorSentence, type Problem } from '../core/errors.ts';
import { marginText } from '../core/indicators/margin-levels.ts';
import type { WeightingMethod } from '../core/indicators/weighting.ts';
import type { Lang, Text } from '../core/text.ts';
import { openTable, readTable } from '../intake/table-file.ts';
import { OPERATOR } from '../services/actor.ts';
import type { MarginsView } from '../services/margins.ts';
import { layProblems } from './output.ts';
import { type Session, withServices } from './session.ts';

interface Options {
  readonly method?: string;
  readonly cap?: number;
  readonly collapse?: boolean;
  readonly remove?: boolean;
  readonly json?: boolean;
}

export const METHOD_WORDS: Readonly<Record<WeightingMethod, Text>> = {
  raking: { zh: '迭代加权', en: 'raking' },
  'post-stratification': { zh: '事后分层', en: 'post-stratification' },
};

/** A finding with the area it is about, where it has one. */
export function problemIn(problem: Problem, lang: Lang): string {
  const { area } = problem.details;
  return `${typeof area === 'string' ? `${area}${lang === 'zh' ? '：' : ': '}` : ''}${marginText(errorSentence(problem, lang), lang)}`;
}

/** Sets the populations a wave is weighted to from a file, shows them without one, or takes them away. */
export async function manageMargins(
  session: Session,
  code: string,
  path: string | undefined,
  options: Options,
): Promise<void> {
  const { out, err, lang } = session.terminal;
  const { method, cap, collapse, remove = false, json = false } = options;
  if (remove && path !== undefined) throw new AppError('OPTIONS_CLASH', { option: '--remove', other: path });
  const table = path === undefined ? null : await readTable(await openTable({ path }));
  let warnings: readonly Problem[] = [];
  const view = await withServices(session, 'read', async ({ margins }) => {
    if (remove) await margins.removeMargins(OPERATOR, code);
    else if (table) ({ warnings } = await margins.setMargins(OPERATOR, code, table, { method, cap, collapse }));
    return margins.readMargins(OPERATOR, code);
  });
  if (json) {
    out(`${JSON.stringify({ wave: code, margins: view, warnings }, null, 2)}\n`);
    return;
  }
  out(`${describe(code, view, lang)}\n`);
  if (warnings.length > 0) err(`${layProblems(warnings, warnings.length, lang)}\n`);
}

function describe(code: string, margins: MarginsView | null, lang: Lang): string {
  if (margins === null) {
    return lang === 'zh' ? `测评轮次“${code}”不按性别、年龄加权。` : `Wave “${code}” is not weighted to sex and age.`;
  }
  const { method, areas, ageBands, cap, collapse } = margins;
  return lang === 'zh'
    ? `测评轮次“${code}”按性别、年龄加权：${METHOD_WORDS[method].zh}，${areas.length}个地区，年龄段${ageBands.join('、')}，权数不超过中位数的${cap}倍，${collapse ? '人数过少的组可合并' : '不合并组'}。`
    : `Wave “${code}” is weighted to sex and age: ${METHOD_WORDS[method].en}, ${areas.length} areas, bands ${ageBands.join(', ')}, weights at most ${cap} times the median, groups ${collapse ? 'may be' : 'are not'} merged.`;
}
