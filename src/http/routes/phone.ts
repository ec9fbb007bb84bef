import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { CASE_STATES } from '../../core/sample/case-state.ts';
import { openTable } from '../../intake/table-file.ts';
import { requirePermission } from '../../services/actor.ts';
import type { BoardService } from '../../services/board.ts';
import type { CampaignService } from '../../services/campaigns.ts';
import type { CaseService } from '../../services/cases.ts';
import type { DeskService } from '../../services/desk.ts';
import type { ListeningService } from '../../services/listenings.ts';
import type { MessageService } from '../../services/messages.ts';
import type { NumberJobs } from '../../services/number-jobs.ts';
import type { NumberImport } from '../../services/number-lists.ts';
import type { NumberService } from '../../services/numbers.ts';
import type { PromptService } from '../../services/prompts.ts';
import type { RecordingService } from '../../services/recordings.ts';
import type { ReviewService } from '../../services/reviews.ts';
import type { SuppressionLists } from '../../services/suppression-lists.ts';
import type { SuppressionService } from '../../services/suppressions.ts';
import type { StaffEnv } from '../env.ts';
import { readForm } from '../uploads.ts';
import { valid } from '../valid.ts';

const TextPair = z.object({ zh: z.string().max(1000), en: z.string().max(1000) });
const Windows = z.array(z.object({ from: z.number(), to: z.number() })).max(12);
const Hours = z.object({ weekday: Windows, saturday: Windows, sunday: Windows, holiday: Windows });
const Days = z.array(z.string()).max(400);
const Rules = z.object({
  offsetMinutes: z.number().int().min(-720).max(840),
  hours: Hours,
  regions: z
    .array(
      z.object({
        unitPrefix: z.string().min(1).max(12),
        offsetMinutes: z.number().int().exactOptional(),
        hours: Hours.exactOptional(),
      }),
    )
    .max(100),
  holidays: Days,
  workdays: Days,
  slots: z
    .array(
      z.object({
        code: z.string().max(40),
        days: z.array(z.enum(['weekday', 'saturday', 'sunday', 'holiday'])),
        from: z.number(),
        to: z.number(),
        max: z.number().int(),
      }),
    )
    .max(20),
  maxAttempts: z.number().int(),
  maxPerDay: z.number().int(),
  minGapMinutes: z.number(),
  delays: z.object({
    'no-answer': z.number(),
    busy: z.number(),
    machine: z.number(),
    technical: z.number(),
    dropped: z.number(),
    refusal: z.number(),
    system: z.number(),
    other: z.number(),
  }),
  refusalCoolOffDays: z.number(),
  refusalConversions: z.number().int(),
  leaseMinutes: z.number(),
  appointmentLeadMinutes: z.number(),
  appointmentHeadStartMinutes: z.number(),
  ringSeconds: z.number(),
  maxCallSeconds: z.object({ keypad: z.number(), phone: z.number() }),
});
const Setup = z.object({
  carrier: z.enum(['simulator', 'manual', 'twilio']).exactOptional(),
  modes: z.array(z.enum(['phone', 'keypad'])).exactOptional(),
  rules: Rules.exactOptional(),
  targetPerTown: z.number().int().nullable().exactOptional(),
  lines: z.number().int().exactOptional(),
  callsPerSecond: z.number().exactOptional(),
  callerId: z.string().max(20).nullable().exactOptional(),
  consentText: TextPair.exactOptional(),
  recording: z.boolean().exactOptional(),
  callIns: z.enum(['answer', 'call-back']).exactOptional(),
  reviewShare: z.number().exactOptional(),
});
const Reason = z.object({ reason: z.string().max(400) });
const Draw = z.object({
  towns: z
    .array(
      z.object({ unit: z.string(), prefixes: z.array(z.string().max(20)).min(1).max(2000), count: z.number().int() }),
    )
    .min(1)
    .max(500),
  method: z.enum(['systematic', 'two-stage']),
  seed: z.number().int(),
  prefixCount: z.number().int().positive().optional(),
  landlineDigits: z.union([z.literal(7), z.literal(8)]).optional(),
  months: z.number().optional(),
  mode: z.enum(['phone', 'keypad']).optional(),
  dryRun: z.boolean().optional(),
});
const Quotas = z.object({
  cells: z
    .array(
      z.object({
        unitCode: z.string(),
        sex: z.enum(['male', 'female', '*']),
        ageBand: z.string(),
        target: z.number().int(),
      }),
    )
    .max(20_000),
});
const CaseFilter = z.object({
  state: z.enum(CASE_STATES).optional(),
  unit: z.string().optional(),
  interviewer: z.string().optional(),
  before: z.string().optional(),
});
const Reopen = Reason.extend({ answers: z.enum(['keep', 'set-aside']).default('keep') });
const Reassign = Reason.extend({ to: z.string().nullable() });
const Recode = Reason.extend({ disposition: z.string().max(10) });
const Listen = z.object({ number: z.string().max(40) });
const Suppression = z.object({
  number: z.string().max(60),
  reason: z.string().max(400),
  source: z.string().max(60).optional(),
});
const Unsuppression = Suppression.omit({ source: true });
const Before = z.object({ before: z.string().optional() });
const ReviewFilter = z.object({ state: z.enum(['open', 'done']).default('open') });
const Coded = z.object({
  coded: z.record(z.string().max(60), z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()])),
  note: z.string().max(1000).nullable().default(null),
});

/** What the routes of phone surveys are made of. */
export interface PhoneServices {
  readonly campaigns: CampaignService;
  readonly numbers: NumberService;
  readonly cases: CaseService;
  readonly board: BoardService;
  readonly desk: DeskService;
  readonly suppressions: SuppressionService;
  readonly suppressionLists: SuppressionLists;
  readonly reviews: ReviewService;
  readonly prompts: PromptService;
  readonly recordings: RecordingService;
  readonly listenings: ListeningService;
  readonly messages: MessageService;
}

/** A list of numbers as it was sent. */
async function readList(c: Context<StaffEnv>, wave: string): Promise<NumberImport> {
  // Nobody else's file is even opened.
  requirePermission(c.var.actor, 'number.import');
  const form = await readForm(c);
  const { name, bytes } = await form.file('file');
  const months = form.optionalText('months');
  const mode = form.optionalText('mode');
  return {
    wave,
    file: await openTable({ name, bytes }),
    dryRun: form.flag('dryRun'),
    accept: form.flag('accept'),
    months: months === undefined ? undefined : Number(months),
    mode: mode === 'phone' || mode === 'keypad' ? mode : undefined,
    areaCode: form.optionalText('areaCode'),
  };
}

/** Phone surveys as a manager sees them: settings, numbers, quotas, the board, cases, the do-not-call list, re-listening. */
export function phoneRoutes(services: PhoneServices & { readonly numberJobs: NumberJobs }) {
  const {
    campaigns,
    numbers,
    numberJobs,
    cases,
    board,
    suppressions,
    suppressionLists,
    reviews,
    recordings,
    listenings,
  } = services;
  return (
    new Hono<StaffEnv>()
      .get('/waves/:code/phone', async (c) => c.json(await campaigns.readCampaign(c.var.actor, c.req.param('code'))))
      .put('/waves/:code/phone', valid('json', Setup), async (c) =>
        c.json(await campaigns.saveCampaign(c.var.actor, c.req.param('code'), c.req.valid('json'))),
      )
      .post('/waves/:code/phone/start', async (c) =>
        c.json(await campaigns.startCampaign(c.var.actor, c.req.param('code'))),
      )
      .post('/waves/:code/phone/pause', valid('json', Reason), async (c) =>
        c.json(await campaigns.pauseCampaign(c.var.actor, c.req.param('code'), c.req.valid('json').reason)),
      )
      .post('/waves/:code/phone/resume', async (c) =>
        c.json(await campaigns.resumeCampaign(c.var.actor, c.req.param('code'))),
      )
      .post('/waves/:code/phone/numbers', async (c) =>
        c.json(await numbers.importNumbers(c.var.actor, await readList(c, c.req.param('code')))),
      )
      .post('/waves/:code/phone/numbers/draw', valid('json', Draw), async (c) =>
        c.json(await numbers.drawNumbers(c.var.actor, { wave: c.req.param('code'), ...c.req.valid('json') })),
      )
      // The same as jobs: the request ends as soon as the file is there.
      .post('/waves/:code/phone/number-jobs', async (c) =>
        c.json(await numberJobs.startList(c.var.actor, await readList(c, c.req.param('code'))), 202),
      )
      .post('/waves/:code/phone/number-jobs/draw', valid('json', Draw), async (c) =>
        c.json(await numberJobs.startDraw(c.var.actor, { wave: c.req.param('code'), ...c.req.valid('json') }), 202),
      )
      .get('/waves/:code/phone/number-jobs', async (c) =>
        c.json({ jobs: await numberJobs.listJobs(c.var.actor, c.req.param('code')) }),
      )
      .get('/waves/:code/phone/number-jobs/:id', async (c) =>
        c.json(await numberJobs.getJob(c.var.actor, c.req.param('code'), c.req.param('id'))),
      )
      .post('/waves/:code/phone/number-jobs/:id/cancel', async (c) =>
        c.json(await numberJobs.cancelJob(c.var.actor, c.req.param('code'), c.req.param('id'))),
      )
      .put('/waves/:code/phone/quotas', valid('json', Quotas), async (c) =>
        c.json({ quotas: await campaigns.setQuotas(c.var.actor, c.req.param('code'), c.req.valid('json').cells) }),
      )
      .get('/waves/:code/phone/board', async (c) => c.json(await board.readBoard(c.var.actor, c.req.param('code'))))
      .get('/waves/:code/phone/cases', valid('query', CaseFilter), async (c) =>
        c.json(await cases.listCases(c.var.actor, c.req.param('code'), c.req.valid('query'))),
      )
      .post('/calls/:id/listen', valid('json', Listen), async (c) =>
        c.json(await listenings.listen(c.var.actor, c.req.param('id'), c.req.valid('json').number), 201),
      )
      .post('/listenings/:id/leave', async (c) => {
        await listenings.leave(c.var.actor, c.req.param('id'));
        return c.json({ left: true });
      })
      .post('/cases/:id/reopen', valid('json', Reopen), async (c) => {
        const { reason, answers } = c.req.valid('json');
        return c.json(await cases.reopenCase(c.var.actor, c.req.param('id'), reason, answers));
      })
      .post('/cases/:id/reassign', valid('json', Reassign), async (c) => {
        const { to, reason } = c.req.valid('json');
        return c.json(await cases.reassignCase(c.var.actor, c.req.param('id'), to, reason));
      })
      .post('/cases/:id/release', valid('json', Reason), async (c) =>
        c.json(await cases.releaseCase(c.var.actor, c.req.param('id'), c.req.valid('json').reason)),
      )
      .post('/cases/:id/recode', valid('json', Recode), async (c) => {
        const { disposition, reason } = c.req.valid('json');
        return c.json(await cases.recodeCase(c.var.actor, c.req.param('id'), disposition, reason));
      })
      .post('/cases/:id/hold', valid('json', Reason), async (c) =>
        c.json(await cases.holdCase(c.var.actor, c.req.param('id'), c.req.valid('json').reason)),
      )
      .post('/cases/:id/unhold', valid('json', Reason), async (c) =>
        c.json(await cases.unholdCase(c.var.actor, c.req.param('id'), c.req.valid('json').reason)),
      )
      .get('/suppressions', valid('query', Before), async (c) =>
        c.json(await suppressions.listSuppressions(c.var.actor, c.req.valid('query'))),
      )
      .post('/suppressions', valid('json', Suppression), async (c) =>
        c.json(await suppressions.addSuppression(c.var.actor, c.req.valid('json'))),
      )
      .delete('/suppressions', valid('json', Unsuppression), async (c) =>
        c.json(await suppressions.removeSuppression(c.var.actor, c.req.valid('json'))),
      )
      .post('/suppressions/import', async (c) => {
        requirePermission(c.var.actor, 'suppression.manage');
        const form = await readForm(c);
        const { name, bytes } = await form.file('file');
        const report = await suppressionLists.importSuppressions(c.var.actor, {
          file: await openTable({ name, bytes }),
          reason: form.optionalText('reason') ?? '',
          source: form.optionalText('source') ?? name,
          dryRun: form.flag('dryRun'),
        });
        return c.json(report);
      })
      .get('/waves/:code/phone/reviews', valid('query', ReviewFilter), async (c) => {
        const { state } = c.req.valid('query');
        return c.json({ reviews: await reviews.list(c.var.actor, c.req.param('code'), state) });
      })
      .get('/reviews/:id', async (c) => c.json(await reviews.get(c.var.actor, c.req.param('id'))))
      .post('/reviews/:id', valid('json', Coded), async (c) =>
        c.json(await reviews.close(c.var.actor, c.req.param('id'), c.req.valid('json'))),
      )
      .get('/recordings/:id', async (c) => {
        const { stream, type, bytes } = await recordings.open(c.var.actor, c.req.param('id'));
        // A player that knows no length shows none and cannot go back.
        return c.body(stream, 200, { 'Content-Type': type, 'Content-Length': String(bytes) });
      })
  );
}
