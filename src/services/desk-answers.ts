import { AppError } from '../core/errors.ts';
import { LANGS, type Lang } from '../core/text.ts';
import { followPlan } from '../interview/session.ts';
import type { Actor } from './actor.ts';
import type { CaseResponses } from './case-responses.ts';
import type { DeskCase, DeskViews } from './desk-views.ts';
import type { Held, HeldCases } from './held-cases.ts';
import { nextAfter, takeAnswer } from './standings.ts';

/** The answers that an interviewer enters. */
export function createDeskAnswers({
  views,
  held: { withHeld },
  responses,
}: {
  readonly views: DeskViews;
  readonly held: HeldCases;
  readonly responses: CaseResponses;
}) {
  return {
    /** One answer by keys alone, or as a value; null takes it back. Gives the question to read next. */
    giveAnswer: (
      actor: Actor,
      held: Held,
      input: {
        readonly question: string;
        readonly keys?: string | undefined;
        readonly value?: unknown;
        readonly lang?: Lang | undefined;
      },
    ): Promise<DeskCase> =>
      withHeld(actor, held, async (tx, one) => {
        const { wave, plan } = await views.planOf(tx, one);
        if (wave.state !== 'open') throw new AppError('WAVE_NOT_OPEN', { wave: wave.code });
        // Nobody is interviewed without being called.
        if (one.state === 'LEASED') throw new AppError('CASE_NOT_CALLED');
        const question = plan.find.get(input.question);
        if (!question) throw new AppError('ANSWER_QUESTION', { question: input.question.slice(0, 40) });
        const { answers } = await responses.read(tx, one);
        const taken = takeAnswer(plan, answers, question, input);
        if (!followPlan(plan, answers).asked.includes(question)) {
          throw new AppError('ANSWER_NOT_ASKED', { question: input.question });
        }
        const given = { [question.question.code]: taken.answers[question.question.code] ?? null };
        const lang = input.lang !== undefined && LANGS.includes(input.lang) ? input.lang : 'zh';
        if (!(await responses.save(tx, one, { mode: one.mode, lang }, given))) {
          throw new AppError('RESPONSE_ENDED', { receipt: '' });
        }
        const { code } = question.question;
        return taken.isTakenBack ? code : nextAfter(plan, taken.answers, code);
      }),

    /** The question before this one, with its answer; nothing is taken back by looking. */
    goBack: (actor: Actor, held: Held, from: string | null): Promise<DeskCase> =>
      withHeld(actor, held, async (tx, one) => {
        const { plan } = await views.planOf(tx, one);
        const { answers } = await responses.read(tx, one);
        const { asked } = followPlan(plan, answers);
        const at = from === null ? asked.length : asked.findIndex(({ question }) => question.code === from);
        return asked[Math.max(0, at - 1)]?.question.code ?? null;
      }),
  };
}
