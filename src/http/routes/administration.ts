import { Hono } from 'hono';
import { z } from 'zod';
import type { AccountService } from '../../services/accounts.ts';
import { ROLES } from '../../services/actor.ts';
import type { AuditService } from '../../services/audit-log.ts';
import type { StaffEnv } from '../env.ts';
import { valid } from '../valid.ts';

const NewAccount = z.object({
  username: z.string().trim(),
  name: z.string().trim().min(1).max(60),
  role: z.enum(ROLES),
  unitCode: z.string(),
});
const AccountChange = z.object({
  name: z.string().trim().min(1).max(60).optional(),
  role: z.enum(ROLES).optional(),
  unitCode: z.string().optional(),
  disabled: z.boolean().optional(),
});
const AuditPage = z.object({ before: z.string().optional(), action: z.string().optional() });

export function administrationRoutes(services: {
  readonly accounts: AccountService;
  readonly audit: AuditService;
  readonly baseUrl: string;
}) {
  const { accounts, audit } = services;
  // The token stands behind the #: it never reaches a server's log.
  const linkTo = (token: string | null) => (token === null ? null : `${services.baseUrl}/console/welcome#${token}`);
  return new Hono<StaffEnv>()
    .get('/accounts', async (c) => c.json({ accounts: await accounts.listAccounts(c.var.actor) }))
    .post('/accounts', valid('json', NewAccount), async (c) => {
      const { account, linkToken } = await accounts.createAccount(c.var.actor, {
        ...c.req.valid('json'),
        password: null,
      });
      return c.json({ account, link: linkTo(linkToken) }, 201);
    })
    .patch('/accounts/:id', valid('json', AccountChange), async (c) =>
      c.json({ account: await accounts.updateAccount(c.var.actor, c.req.param('id'), c.req.valid('json')) }),
    )
    .post('/accounts/:id/reset', async (c) => {
      const { linkToken } = await accounts.resetPassword(c.var.actor, c.req.param('id'));
      return c.json({ link: linkTo(linkToken) });
    })
    .get('/audit', valid('query', AuditPage), async (c) =>
      c.json(await audit.listAudit(c.var.actor, c.req.valid('query'))),
    );
}
