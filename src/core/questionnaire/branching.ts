import type { Problem } from '../errors.ts';
import { type Condition, questionsIn } from './condition.ts';
import type { Question } from './plan.ts';
import { resolveCondition } from './resolve.ts';

/** A question as collected from pages and panels, with every condition that stands over it. */
export interface Draft {
  readonly question: Question;
  readonly conditions: readonly string[];
}

/** Gives every question its condition; a condition may only look at questions asked before. */
export function resolveBranching(drafts: readonly Draft[], problems: Problem[]): Question[] {
  const known = new Map(drafts.map(({ question }) => [question.code, question]));
  const order = new Map(drafts.map(({ question }, index) => [question.code, index]));
  const conditions = drafts.map(({ question, conditions: expressions }): Condition | null => {
    const resolved = expressions.map((expression) => resolveCondition(expression, known, question.code));
    problems.push(...resolved.flatMap((result) => result.problems));
    const terms = resolved.flatMap(({ condition }) => condition ?? []);
    return terms.length > 1 ? { op: 'and', terms } : (terms[0] ?? null);
  });
  const looksAt = drafts.map((_, index) => {
    const condition = conditions[index];
    return condition ? questionsIn(condition).map((code) => order.get(code) ?? -1) : [];
  });
  const told = new Set<number>();
  looksAt.forEach((targets, index) => {
    for (const target of targets.filter((candidate) => candidate >= index)) {
      const cycle = findPath(looksAt, target, index);
      const name = (at: number): string => drafts[at]?.question.code ?? '';
      if (!cycle) problems.push({ code: 'CONDITION_FORWARD', details: { place: name(index), question: name(target) } });
      else if (!cycle.some((at) => told.has(at)))
        problems.push({ code: 'CONDITION_CYCLE', details: { cycle: [index, ...cycle].map(name).join(' → ') } });
      for (const at of cycle ?? []) told.add(at);
    }
  });
  return drafts.map(({ question }, index) => ({ ...question, visibleIf: conditions[index] ?? null }));
}

/** The way from one question to another along their conditions, both ends included; null when there is none. */
function findPath(looksAt: readonly (readonly number[])[], from: number, to: number): number[] | null {
  const cameFrom = new Map<number, number>([[from, -1]]);
  const queue = [from];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    if (at === to) {
      const path = [at];
      for (let step = cameFrom.get(at); step !== undefined && step >= 0; step = cameFrom.get(step)) path.unshift(step);
      return path;
    }
    for (const following of looksAt[at] ?? [])
      if (!cameFrom.has(following)) {
        cameFrom.set(following, at);
        queue.push(following);
      }
  }
  return null;
}
