import { Hono } from 'hono';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { LANGS } from '../../core/text.ts';
import type { InterviewService } from '../../services/interviews.ts';
import { valid } from '../valid.ts';

const Answers = z.record(
  z.string().max(60),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]),
);
const Given = z.object({ lang: z.enum(LANGS).default('zh'), answers: Answers });
const Finish = z.object({ lang: z.enum(LANGS).default('zh'), answers: Answers.default({}) });

/** What a resident's page calls. There is no account: the signed ticket is all there is to know. */
export function residentRoutes({ interviews }: { readonly interviews: InterviewService }) {
  const ticketOf = (header: string | undefined): string => {
    if (!header) throw new AppError('TICKET_INVALID');
    return header;
  };
  return new Hono()
    .get('/entry/place/:code', async (c) => c.json(await interviews.enterPlace(c.req.param('code'))))
    .get('/entry/invitation/:token', async (c) => c.json(await interviews.enterInvitation(c.req.param('token'))))
    .get('/interviews', async (c) => c.json(await interviews.resumeInterview(ticketOf(c.req.header('x-ticket')))))
    .put('/interviews/answers', valid('json', Given), async (c) => {
      const { lang, answers } = c.req.valid('json');
      return c.json({ saved: await interviews.saveAnswers(ticketOf(c.req.header('x-ticket')), lang, answers) });
    })
    .post('/interviews/finish', valid('json', Finish), async (c) => {
      const { lang, answers } = c.req.valid('json');
      return c.json(await interviews.finishInterview(ticketOf(c.req.header('x-ticket')), lang, answers));
    });
}
