import { Hono } from 'hono';
import { z } from 'zod';
import { PLATFORMS } from '../../core/publicity/media-accounts.ts';
import type { MediaAccountService } from '../../services/media-accounts.ts';
import type { StaffEnv } from '../env.ts';
import { valid } from '../valid.ts';

const word = z.string().max(5000);
const Account = z.object({
  platform: z.enum(PLATFORMS),
  name: word,
  aliases: z.array(word).max(50),
});
const version = z.number().int().positive();
const day = z.string().max(40);
const NewAccount = Account.extend({ unit: z.string() });
const Change = Account.extend({ version });
const End = z.object({ version, endedOn: day.nullable() });
const Followers = z.object({ day, quantity: word });

export interface MediaAccountServices {
  readonly accounts: MediaAccountService;
}

/** The accounts under which units publish, and how many follow them. */
export function mediaAccountRoutes({ accounts }: MediaAccountServices) {
  return new Hono<StaffEnv>()
    .get('/media-accounts', async (c) => c.json({ accounts: await accounts.listAccounts(c.var.actor) }))
    .post('/media-accounts', valid('json', NewAccount), async (c) =>
      c.json(await accounts.addAccount(c.var.actor, c.req.valid('json')), 201),
    )
    .put('/media-accounts/:id', valid('json', Change), async (c) => {
      await accounts.changeAccount(c.var.actor, c.req.param('id'), c.req.valid('json'));
      return c.json({ changed: true });
    })
    .post('/media-accounts/:id/end', valid('json', End), async (c) => {
      await accounts.endAccount(c.var.actor, c.req.param('id'), c.req.valid('json'));
      return c.json({ changed: true });
    })
    .put('/media-accounts/:id/followers', valid('json', Followers), async (c) => {
      await accounts.noteFollowers(c.var.actor, c.req.param('id'), c.req.valid('json'));
      return c.json({ changed: true });
    })
    .delete('/media-accounts/:id/followers/:day', async (c) => {
      await accounts.removeFollowers(c.var.actor, c.req.param('id'), c.req.param('day'));
      return c.json({ changed: true });
    });
}
