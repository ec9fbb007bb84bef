import type { ErrorCode, Problem } from '../errors.ts';
import type { Details, Text } from '../text.ts';
import { questionsIn } from './condition.ts';
import { findLeading } from './leading.ts';
import { parseQuestionnaire } from './parse.ts';
import type { ChoiceKind, Plan, Question } from './plan.ts';
import { asksForKnowledge, choicesPointing } from './polarity.ts';
import { canHold } from './reach.ts';

/** Errors block publishing; warnings are shown. */
export type Finding = Problem & { readonly severity: 'error' | 'warning' };

const MOST_OPTIONS = 9;
const ENDING_SOON_DAYS = 30;
const DAY_MS = 86_400_000;

const error = (code: ErrorCode, details: Details): Finding => ({ severity: 'error', code, details });
const warning = (code: ErrorCode, details: Details): Finding => ({ severity: 'warning', code, details });

/** What `survey publish` shows: everything wrong with the file, or everything the linter has to say about its plan. */
export function reviewQuestionnaire(
  json: unknown,
  today: string,
): { readonly plan: Plan | null; readonly findings: readonly Finding[] } {
  const { plan, problems } = parseQuestionnaire(json);
  if (!plan) return { plan, findings: problems.map((problem) => ({ ...problem, severity: 'error' })) };
  return { plan, findings: lintPlan(plan, today) };
}

/** Judges a plan as an honest survey that every channel can carry out. `today` is `YYYY-MM-DD`. */
export function lintPlan(plan: Plan, today: string): Finding[] {
  return [
    ...lintApproval(plan, today),
    ...lintTexts(plan),
    ...plan.questions.flatMap((question) => [...lintScale(question), ...lintNonAnswers(question)]),
    ...lintBranching(plan),
    ...(plan.modes.includes('keypad') ? plan.questions.flatMap(lintKeypad) : []),
  ];
}

/** A wave may open only under an approval that is complete and still valid. */
export function isApproved(plan: Plan, today: string): boolean {
  return lintApproval(plan, today).every(({ severity }) => severity !== 'error');
}

function lintApproval({ approval }: Plan, today: string): Finding[] {
  const marks = [
    ['表号 formNumber', approval?.formNumber],
    ['制定机关 authority', approval?.authority],
    ['批准文号 number', approval?.number],
    ['有效期 validUntil (YYYY-MM-DD)', isDate(approval?.validUntil) ? approval?.validUntil : ''],
  ];
  const missing = marks.filter(([, mark]) => !mark?.trim());
  if (!approval || missing.length > 0) return missing.map(([field]) => error('LINT_APPROVAL_MISSING', { field }));
  const { number, validUntil } = approval;
  const daysLeft = (Date.parse(validUntil) - Date.parse(today)) / DAY_MS;
  return [
    ...(daysLeft < 0 ? [error('LINT_APPROVAL_EXPIRED', { number, validUntil })] : []),
    ...(daysLeft >= 0 && daysLeft < ENDING_SOON_DAYS ? [warning('LINT_APPROVAL_ENDING', { number, validUntil })] : []),
    ...(approval.demonstration ? [warning('LINT_APPROVAL_DEMONSTRATION', { number })] : []),
  ];
}

const isDate = (text: string | undefined): boolean =>
  text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

function listTexts(plan: Plan): readonly (readonly [place: string, text: Text])[] {
  const texts: readonly (readonly [place: string, text: Text | null])[] = [
    ['title', plan.title],
    ['intro', plan.intro],
    ['thanks', plan.thanks],
    ...plan.questions.flatMap(({ code, title, help, note, spoken, choices }) => [
      ...[title, help, note, spoken].map((text) => [code, text] as const),
      ...choices.flatMap((choice) =>
        [choice.title, choice.spoken].map((text) => [`${code}.${choice.code}`, text] as const),
      ),
    ]),
  ];
  return texts.flatMap(([place, text]) => (text ? [[place, text] as const] : []));
}

function lintTexts(plan: Plan): Finding[] {
  const texts = listTexts(plan);
  const leading = texts.flatMap(([place, text]) => findLeading(text).map((words) => ({ place, text: words })));
  const count = texts.filter(([, { zh, en }]) => zh === en && /\p{Script=Han}/u.test(en)).length;
  return [
    // The spoken prompt usually repeats the title: one finding is enough.
    ...new Map(leading.map((details) => [JSON.stringify(details), error('LINT_LEADING', details)])).values(),
    ...(count > 0 ? [warning('LINT_NO_ENGLISH', { count })] : []),
  ];
}

/** True for questions that ask what people know, think or did; screeners and sex or age are facts about them. */
const isSubstantive = ({ role }: Question): boolean => role === null || role === 'integrity';

function lintScale(question: Question): Finding[] {
  if (question.type !== 'single' || !isSubstantive(question)) return [];
  const positive = choicesPointing(question, 'positive').length;
  const negative = choicesPointing(question, 'negative').length;
  if (positive > 0 && negative === 0) return [error('LINT_NO_NEGATIVE', { question: question.code })];
  if (positive === 0 || positive === negative || asksForKnowledge(question)) return [];
  return [error('LINT_UNBALANCED', { question: question.code, positive, negative })];
}

function lintNonAnswers({ code: question, type, role, choices }: Question): Finding[] {
  if (role === 'screener' || (type !== 'single' && type !== 'multiple')) return [];
  const lacks = (kind: ChoiceKind): boolean => !choices.some((choice) => choice.kind === kind);
  return [
    ...(role !== 'sex' && role !== 'age' && lacks('dont-know') ? [error('LINT_NO_DONT_KNOW', { question })] : []),
    ...(lacks('refused') ? [error('LINT_NO_REFUSED', { question })] : []),
  ];
}

/** Negative opinion must be reachable: not behind a positive one, and not at the price of ending the interview. */
function lintBranching(plan: Plan): Finding[] {
  const known = new Map(plan.questions.map((question) => [question.code, question]));
  const opinionsIn = (codes: readonly string[]): Question[] =>
    codes.flatMap((code) => known.get(code) ?? []).filter((q) => isSubstantive(q) && q.type === 'single');
  const hidden = plan.questions.flatMap((question): Finding[] => {
    const { code, visibleIf } = question;
    if (!visibleIf) return [];
    if (!canHold(plan, visibleIf)) return [error('LINT_UNREACHABLE', { question: code })];
    if (question.type !== 'single' || choicesPointing(question, 'positive').length === 0) return [];
    return opinionsIn(questionsIn(visibleIf))
      .filter((source) => {
        if (asksForKnowledge(source)) return false;
        const reachesFrom = (side: 'positive' | 'negative'): boolean =>
          choicesPointing(source, side).some((choice) => canHold(plan, visibleIf, { [source.code]: choice.code }));
        return reachesFrom('positive') && !reachesFrom('negative');
      })
      .map((source) => error('LINT_NEGATIVE_HIDDEN', { question: code, source: source.code }));
  });
  const ending = plan.screenOuts.flatMap(({ when }) =>
    opinionsIn(questionsIn(when)).flatMap((question) =>
      choicesPointing(question, 'negative')
        .filter((choice) => canHold(plan, when, { [question.code]: choice.code }))
        .map((choice) => error('LINT_NEGATIVE_ENDS', { question: question.code, choice: choice.title.zh })),
    ),
  );
  return [...hidden, ...ending];
}

function lintKeypad({ code: question, type, spoken, choices }: Question): Finding[] {
  const findings: Finding[] = [];
  if (!spoken) findings.push(error('LINT_SPOKEN_MISSING', { question }));
  if (type === 'text') findings.push(error('LINT_OPEN_TEXT', { question }));
  const count = choices.filter(({ kind }) => kind === 'answer').length;
  if (count > MOST_OPTIONS) findings.push(error('LINT_TOO_MANY_OPTIONS', { question, count, limit: MOST_OPTIONS }));
  const owners = new Map<string, string>();
  for (const { code: choice, key, kind } of choices) {
    const other = key === null ? undefined : owners.get(key);
    if (key === null) {
      const mayLack = type === 'multiple' && (kind === 'dont-know' || kind === 'refused');
      if (!mayLack) findings.push(error('LINT_KEY_MISSING', { question, choice }));
    } else if (!/^\d$/.test(key)) findings.push(error('LINT_KEY_RESERVED', { question, choice, key }));
    else if (other !== undefined) findings.push(error('LINT_KEY_CLASH', { question, choice, other, key }));
    else owners.set(key, choice);
  }
  return findings;
}
