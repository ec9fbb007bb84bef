import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { z } from 'zod';
import type { Auth } from '../auth/auth.ts';
import { requireSameOrigin } from '../auth/origin.ts';
import { AppError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { AccountService, DemoAccount } from '../services/accounts.ts';
import { permissionsOf } from '../services/actor.ts';
import { MOST_ATTACHMENT_BYTES } from '../services/attachments.ts';
import type { AuditService } from '../services/audit-log.ts';
import type { ImportService } from '../services/imports.ts';
import type { InterviewImportJobs } from '../services/interview-import-jobs.ts';
import type { InterviewService } from '../services/interviews.ts';
import type { LinkService } from '../services/links.ts';
import type { MarginService } from '../services/margins.ts';
import type { NumberJobs } from '../services/number-jobs.ts';
import type { ResultService } from '../services/results.ts';
import type { SurveyService } from '../services/surveys.ts';
import type { UnitService } from '../services/units.ts';
import type { WaveService } from '../services/waves.ts';
import type { StaffEnv } from './env.ts';
import { answerError } from './errors.ts';
import { DATA_HEADERS, PAGE_HEADERS, sendHeaders } from './headers.ts';
import { type TwilioHookDeps, twilioHooks } from './hooks/twilio.ts';
import { addressOf, limitBody, limitRate } from './limits.ts';
import { optOutPages } from './opt-out.ts';
import { consolePages, residentPages } from './pages.ts';
import { administrationRoutes } from './routes/administration.ts';
import { deskRoutes } from './routes/desk.ts';
import { fieldworkRoutes } from './routes/fieldwork.ts';
import { type LedgerReportServices, ledgerReportRoutes } from './routes/ledger-reports.ts';
import { type MediaAccountServices, mediaAccountRoutes } from './routes/media-accounts.ts';
import { type PhoneServices, phoneRoutes } from './routes/phone.ts';
import { promptFiles, promptRoutes } from './routes/prompts.ts';
import { type PublicityServices, publicityRoutes } from './routes/publicity.ts';
import { type PublicityFileServices, publicityFileRoutes } from './routes/publicity-files.ts';
import { residentRoutes } from './routes/resident.ts';
import { resultRoutes } from './routes/results.ts';
import { setupRoutes } from './routes/setup.ts';
import { valid } from './valid.ts';

export interface AppDeps {
  readonly auth: Auth;
  readonly accounts: AccountService;
  readonly audit: AuditService;
  readonly imports: ImportService;
  readonly importJobs: InterviewImportJobs;
  readonly interviews: InterviewService;
  readonly links: LinkService;
  readonly margins: MarginService;
  readonly numberJobs: NumberJobs;
  readonly phone: PhoneServices;
  readonly publicity: PublicityServices & LedgerReportServices & PublicityFileServices & MediaAccountServices;
  readonly results: ResultService;
  readonly surveys: SurveyService;
  readonly units: UnitService;
  readonly waves: WaveService;
  readonly newId: NewId;
  readonly log: { error(fields: object, message: string): void };
  readonly baseUrl: string;
  readonly trustProxy: boolean;
  /** Requests a minute from one address to the resident's page; 0 for no limit. */
  readonly ratePerMinute: number;
  readonly demo: readonly DemoAccount[] | null;
  /** Where a carrier reaches us; without one there are no hooks. */
  readonly twilio?: TwilioHookDeps | null;
}

const KB = 1024;
const MB = 1024 * KB;

const Redeem = z.object({ token: z.string().max(200), password: z.string().max(200) });

/** The whole HTTP face. It translates and nothing more: every decision is a service's. */
export function createApp(deps: AppDeps) {
  const { auth, accounts } = deps;

  const requireActor = createMiddleware<StaffEnv>(async (c, next) => {
    const session = await auth.sessionOf(c.req.raw.headers);
    const actor = session && (await accounts.actorOf(session.userId));
    if (!session || !actor) throw new AppError('SIGN_IN_REQUIRED');
    c.set('actor', actor);
    await next();
    for (const cookie of session.cookies) c.header('Set-Cookie', cookie, { append: true });
  });

  /** Our cookies count for changes only when one of our own pages sends them. */
  const sameOrigin = createMiddleware(async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') requireSameOrigin(c.req.raw, deps.baseUrl);
    await next();
  });

  /** No address of ours has it, and PostgreSQL does not take it. */
  const refuseNul = createMiddleware(async (c, next) => {
    if (c.req.url.includes('%00')) throw new AppError('INPUT_INVALID', { field: 'address', reason: 'U+0000' });
    await next();
  });

  const takeTurn = limitRate({ perMinute: deps.ratePerMinute, trustProxy: deps.trustProxy });
  const residentLimit = createMiddleware(async (c, next) => {
    await takeTurn(c);
    await next();
  });

  const session = new Hono()
    .get('/session', async (c) => {
      const known = await auth.sessionOf(c.req.raw.headers);
      const actor = known && (await accounts.actorOf(known.userId));
      for (const cookie of known?.cookies ?? []) c.header('Set-Cookie', cookie, { append: true });
      const account = known && actor ? await accounts.profileOf(known.userId) : null;
      return c.json({
        user: actor && account ? { ...account, permissions: permissionsOf(actor) } : null,
        demo: deps.demo ? { accounts: deps.demo } : null,
      });
    })
    .post('/sign-in-links/describe', valid('json', Redeem.pick({ token: true })), async (c) =>
      c.json(await accounts.describeLink(c.req.valid('json').token)),
    )
    .post('/sign-in-links/redeem', valid('json', Redeem), async (c) =>
      c.json(await accounts.redeemLink(c.req.valid('json'))),
    );

  const staff = new Hono<StaffEnv>()
    .use(requireActor)
    .route('/', resultRoutes(deps))
    .route('/', fieldworkRoutes(deps))
    .route('/', publicityRoutes(deps.publicity))
    .route('/', publicityFileRoutes(deps.publicity))
    .route('/', mediaAccountRoutes(deps.publicity))
    .route('/', ledgerReportRoutes(deps.publicity))
    .route('/', setupRoutes(deps))
    .route('/', administrationRoutes(deps))
    .route('/', phoneRoutes({ ...deps.phone, numberJobs: deps.numberJobs }))
    .route('/', promptRoutes(deps.phone))
    .route('/', deskRoutes(deps.phone));

  const hooks = new Hono();
  if (deps.twilio) hooks.route('/', twilioHooks(deps.twilio));

  const app = new Hono()
    .onError(answerError(deps))
    .notFound((c) => answerError(deps)(new AppError('NOT_FOUND', { what: 'page', id: c.req.path }), c))
    .use(refuseNul)
    // The resident's path comes first, before anything that only staff need: it is what most requests are.
    .use('/api/entry/*', residentLimit)
    .use('/api/interviews/*', residentLimit, limitBody(64 * KB))
    .route('/api', residentRoutes(deps))
    .route('/', residentPages({ ...deps, takeTurn }))
    .route('/', optOutPages({ messages: deps.phone.messages, takeTurn }))
    .route('/', promptFiles(deps.phone))
    .route('/hooks/twilio', hooks)
    .use('/api/*', sendHeaders(DATA_HEADERS))
    .get('/healthz', sendHeaders(PAGE_HEADERS), (c) => c.json({ ok: true }))
    .use('/api/*', sameOrigin)
    .use('/api/auth/*', limitBody(64 * KB))
    .all('/api/auth/*', (c) => auth.handle(c.req.raw, { ip: addressOf(c, deps.trustProxy) }))
    .use('/api/outputs/:id/attachments', limitBody(MOST_ATTACHMENT_BYTES + MB))
    .use('/api/*', limitBody(64 * MB))
    .route('/api', session)
    .route('/api', staff)
    .use(sendHeaders(PAGE_HEADERS))
    .route('/', consolePages());
  return app;
}
