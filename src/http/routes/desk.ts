import { Hono } from 'hono';
import { z } from 'zod';
import { LANGS } from '../../core/text.ts';
import type { DeskService } from '../../services/desk.ts';
import type { StaffEnv } from '../env.ts';
import { valid } from '../valid.ts';

const Wave = z.object({ wave: z.string() });
const Held = z.object({ case: z.string(), lease: z.string() });
const Reveal = Held.extend({ rank: z.number().int().min(0).default(0) });
const Dial = Held.extend({ agentNumber: z.string().max(20).nullable().default(null) });
const Result = Held.extend({ result: z.enum(['answered', 'busy', 'no-answer', 'failed', 'completed']) });
const Consent = Held.extend({
  kind: z.enum(['interview', 'recording']),
  given: z.boolean(),
  lang: z.enum(LANGS).optional(),
});
const Answer = Held.extend({
  question: z.string().max(60),
  keys: z.string().max(40).optional(),
  value: z.union([z.string(), z.number(), z.array(z.string()), z.null()]).optional(),
  lang: z.enum(LANGS).optional(),
});
const Link = Held.extend({ lang: z.enum(LANGS).optional() });
const Back = Held.extend({ question: z.string().max(60).nullable().default(null) });
const Close = Held.extend({
  disposition: z.string().max(10),
  note: z.string().max(500).optional(),
  neverAgain: z.boolean().optional(),
  appointment: z
    .object({ start: z.number().int(), end: z.number().int(), kind: z.enum(['soft', 'hard']) })
    .nullable()
    .optional(),
});
const Break = Wave.extend({ on: z.boolean() });

/** The interviewer's desk. Every write names the case and the lease that it is held by. */
export function deskRoutes({ desk }: { readonly desk: DeskService }) {
  return new Hono<StaffEnv>()
    .get('/desk', valid('query', Wave), async (c) =>
      c.json(await desk.readDesk(c.var.actor, c.req.valid('query').wave)),
    )
    .post('/desk/next', valid('json', Wave), async (c) =>
      c.json(await desk.nextCase(c.var.actor, c.req.valid('json').wave)),
    )
    .post('/desk/heartbeat', valid('json', Held), async (c) =>
      c.json(await desk.heartbeat(c.var.actor, c.req.valid('json'))),
    )
    .post('/desk/reveal', valid('json', Reveal), async (c) => {
      const input = c.req.valid('json');
      return c.json(await desk.revealNumber(c.var.actor, input, input.rank));
    })
    .post('/desk/dial', valid('json', Dial), async (c) => {
      const input = c.req.valid('json');
      return c.json(await desk.dial(c.var.actor, input, input.agentNumber));
    })
    .post('/desk/call-result', valid('json', Result), async (c) => {
      const input = c.req.valid('json');
      return c.json(await desk.reportCall(c.var.actor, input, input.result));
    })
    .post('/desk/hang-up', valid('json', Held), async (c) =>
      c.json(await desk.hangUp(c.var.actor, c.req.valid('json'))),
    )
    .post('/desk/consent', valid('json', Consent), async (c) => {
      const input = c.req.valid('json');
      return c.json(await desk.noteConsent(c.var.actor, input, input));
    })
    .post('/desk/link', valid('json', Link), async (c) => {
      const input = c.req.valid('json');
      return c.json(await desk.sendLink(c.var.actor, input, input.lang));
    })
    .put('/desk/answers', valid('json', Answer), async (c) => {
      const input = c.req.valid('json');
      return c.json(await desk.giveAnswer(c.var.actor, input, input));
    })
    .post('/desk/back', valid('json', Back), async (c) => {
      const input = c.req.valid('json');
      return c.json(await desk.goBack(c.var.actor, input, input.question));
    })
    .post('/desk/close', valid('json', Close), async (c) => {
      const input = c.req.valid('json');
      return c.json(await desk.closeCase(c.var.actor, input, input));
    })
    .post('/desk/release', valid('json', Held), async (c) => {
      await desk.releaseCase(c.var.actor, c.req.valid('json'));
      return c.json({ released: true });
    })
    .post('/desk/break', valid('json', Break), async (c) => {
      const { wave, on } = c.req.valid('json');
      return c.json(await desk.takeBreak(c.var.actor, wave, on));
    });
}
