import type { ResultRow, Verdict } from '../../../src/core/indicators/types.ts';
import type { Speech } from '../context.tsx';
import type { ResultIndicator } from '../wire.ts';

/** Verdicts as a sentence groups them: what rose, what fell, what did not move, what cannot be judged. */
export function groupVerdict(verdict: Verdict): 'up' | 'down' | 'same' | 'unjudged' {
  switch (verdict) {
    case 'up':
    case 'down':
      return verdict;
    case 'no-reliable-change':
      return 'same';
    default:
      return 'unjudged';
  }
}

/** The page's finding in one sentence: “知晓率显著上升；认可度、安全感无显著变化。” */
export function describeFinding(
  { say, pick, lang }: Speech,
  indicators: readonly ResultIndicator[],
  summary: ResultRow,
): string {
  const named = { up: 'findingUp', down: 'findingDown', same: 'findingSame', unjudged: 'findingUnjudged' } as const;
  const parts = (['up', 'down', 'same', 'unjudged'] as const).flatMap((group) => {
    const members = indicators.filter(
      ({ code }) => groupVerdict(summary.figures[code]?.change.verdict ?? 'no-data') === group,
    );
    if (members.length === 0) return [];
    const titles = members.map(({ title }) => pick(title));
    return [say(named[group], { names: lang === 'zh' ? titles.join('、') : listInEnglish(titles) })];
  });
  return lang === 'zh' ? `${parts.join('；')}。` : `${capitalise(parts.join('; '))}.`;
}

function listInEnglish(titles: readonly string[]): string {
  const lower = titles.map((title) => title.charAt(0).toLowerCase() + title.slice(1));
  return lower.length < 2 ? lower.join('') : `${lower.slice(0, -1).join(', ')} and ${lower.at(-1)}`;
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
