import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { LANGS } from '../../core/text.ts';
import type { InterviewService } from '../../services/interviews.ts';
import { answerJson, headerOf } from '../headers.ts';
import { readJson } from '../valid.ts';

const Answers = z.record(
  z.string().max(60),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]),
);
const Given = z.object({ lang: z.enum(LANGS).default('zh'), answers: Answers });
const Finish = z.object({ lang: z.enum(LANGS).default('zh'), answers: Answers.default({}) });

/** What a resident's page calls. There is no account: the signed ticket is all there is to know. */
export function residentRoutes({ interviews }: { readonly interviews: InterviewService }) {
  const ticketOf = (c: Context): string => {
    const ticket = headerOf(c, 'x-ticket');
    if (!ticket) throw new AppError('TICKET_INVALID');
    return ticket;
  };
  return new Hono()
    .get('/entry/place/:code', async (c) => answerJson(await interviews.enterPlace(c.req.param('code'))))
    .get('/entry/invitation/:token', async (c) => answerJson(await interviews.enterInvitation(c.req.param('token'))))
    .get('/interviews', async (c) => answerJson(await interviews.resumeInterview(ticketOf(c))))
    .put('/interviews/answers', async (c) => {
      const { lang, answers } = await readJson(c, Given);
      return answerJson({ saved: await interviews.saveAnswers(ticketOf(c), lang, answers) });
    })
    .post('/interviews/finish', async (c) => {
      const { lang, answers } = await readJson(c, Finish);
      return answerJson(await interviews.finishInterview(ticketOf(c), lang, answers));
    });
}
