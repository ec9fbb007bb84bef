import { Hono } from 'hono';
import { z } from 'zod';
import { isDay } from '../../core/period.ts';
import { AUDIENCES, CHANNELS, type Kind, MEASURES, STAGES } from '../../core/publicity/kinds.ts';
import type { KindService } from '../../services/kinds.ts';
import type { OutputService } from '../../services/outputs.ts';
import type { StaffEnv } from '../env.ts';
import { valid } from '../valid.ts';

/** Longer than any text of the ledger, so that its own sentence says what is too long; short enough to carry. */
const text = z.string().max(200_000);
const Reach = z.object({ reach: text, quantity: text, asOf: z.string().max(40).optional() });
const EntryFields = {
  kind: z.string().max(200),
  title: text.optional(),
  place: text.optional(),
  startDate: z.string().max(40).optional(),
  endDate: z.string().max(40).optional(),
  statedPeriod: text.optional(),
  mediaLevel: z.string().max(200).optional(),
  outlet: text.optional(),
  link: text.optional(),
  note: text.optional(),
};
const Entry = z.object({ ...EntryFields, quantity: text, reach: z.array(Reach).max(20).optional() });
const reason = z.string().max(5000).optional();
const NewEntry = Entry.extend({ unit: z.string(), clientKey: z.string().min(8).max(80), reason });
const version = z.number().int().positive();
const Change = Entry.extend({ version, reason });
const Versioned = z.object({ version });
const WithReason = Versioned.extend({ reason: z.string().max(5000) });
const ids = z.array(z.string().max(60)).min(1).max(500);
const Ids = z.object({ ids });
const ReopenIds = Ids.extend({ reason });
const Bulk = z.object({ ids, change: z.object(EntryFields).partial().strict(), reason });
const Judgement = z.object({ a: z.string().max(60), b: z.string().max(60), isSame: z.boolean() });
const Restore = Versioned.extend({ reason });
const Merge = z.object({ into: z.string().max(60), reason });

const day = z.string().refine(isDay, 'YYYY-MM-DD');
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'YYYY-MM');
const list = z.string().transform((value) => value.split(',').filter((one) => one !== ''));
/** What narrows a list of entries, on the page and in the file. */
export const OutputFilterQuery = z.object({
  unit: z.string().optional(),
  kinds: list.optional(),
  states: list.pipe(z.array(z.enum(['submitted', 'returned', 'accepted', 'merged', 'withdrawn']))).optional(),
  from: day.optional(),
  to: day.optional(),
  importId: z.string().optional(),
});
const Query = OutputFilterQuery.extend({
  /** Where the page before ended: its `next`. */
  afterDate: z.string().optional(),
  afterId: z.string().optional(),
});
const Days = Query.pick({ unit: true, kinds: true, states: true }).extend({ month });
const UnitMonth = z.object({ unit: z.string(), month });
const Reopen = UnitMonth.extend({ reason: z.string().max(5000) });
const Closings = z.object({ unit: z.string(), year: z.string().regex(/^\d{4}$/, 'YYYY') });

const word = z.string().max(60);
const KindBody = z.object({
  code: z.string().max(60),
  name: z.object({ zh: word, en: word }),
  unit: word,
  unitEn: word.optional(),
  unitAliases: z.array(word).max(20),
  measure: z.enum(MEASURES),
  stage: z.enum(STAGES),
  audience: z.enum(AUDIENCES),
  inMedia: z.boolean(),
  channel: z.enum(CHANNELS).nullable(),
  aliases: z.array(word).max(60),
}) satisfies z.ZodType<Kind>;

export interface PublicityServices {
  readonly outputs: OutputService;
  readonly kinds: KindService;
}

/** What the publicity ledger 宣传台账 is kept with. */
export function publicityRoutes({ outputs, kinds }: PublicityServices) {
  return new Hono<StaffEnv>()
    .get('/kinds', async (c) => c.json({ kinds: await kinds.listKinds(c.var.actor) }))
    .post('/kinds', valid('json', KindBody), async (c) => {
      await kinds.saveKind(c.var.actor, c.req.valid('json'));
      return c.json({ kind: c.req.valid('json') });
    })
    .get('/outputs', valid('query', Query), async (c) => {
      const { afterDate, afterId, ...query } = c.req.valid('query');
      const after = afterId === undefined ? undefined : { startDate: afterDate ?? '', id: afterId };
      return c.json(await outputs.listOutputs(c.var.actor, { ...query, after }));
    })
    .post('/outputs', valid('json', NewEntry), async (c) =>
      c.json(await outputs.addOutput(c.var.actor, c.req.valid('json')), 201),
    )
    .post('/outputs/accept', valid('json', Ids), async (c) =>
      c.json(await outputs.acceptOutputs(c.var.actor, c.req.valid('json').ids)),
    )
    .post('/outputs/reopen', valid('json', ReopenIds), async (c) => {
      const { ids, reason: why } = c.req.valid('json');
      return c.json(await outputs.reopenOutputs(c.var.actor, ids, why));
    })
    .get('/outputs/days', valid('query', Days), async (c) =>
      c.json({ days: await outputs.countDays(c.var.actor, c.req.valid('query')) }),
    )
    .post('/outputs/bulk', valid('json', Bulk), async (c) => {
      const { ids, ...edit } = c.req.valid('json');
      return c.json({ outputs: await outputs.editOutputs(c.var.actor, ids, edit) });
    })
    .get('/outputs/proposals', valid('query', UnitMonth), async (c) =>
      c.json({ proposals: await outputs.listProposals(c.var.actor, c.req.valid('query')) }),
    )
    .post('/outputs/proposals/judge', valid('json', Judgement), async (c) => {
      const { isSame, ...pair } = c.req.valid('json');
      await outputs.judgePair(c.var.actor, pair, isSame);
      return c.json({ isSame });
    })
    .get('/outputs/:id', async (c) => c.json(await outputs.readOutput(c.var.actor, c.req.param('id'))))
    .get('/outputs/:id/history', async (c) =>
      c.json({ events: await outputs.readHistory(c.var.actor, c.req.param('id')) }),
    )
    .put('/outputs/:id', valid('json', Change), async (c) =>
      c.json(await outputs.changeOutput(c.var.actor, c.req.param('id'), c.req.valid('json'))),
    )
    .post('/outputs/:id/withdraw', valid('json', WithReason), async (c) =>
      c.json(await outputs.withdrawOutput(c.var.actor, c.req.param('id'), c.req.valid('json'))),
    )
    .post('/outputs/:id/restore', valid('json', Restore), async (c) =>
      c.json(await outputs.restoreOutput(c.var.actor, c.req.param('id'), c.req.valid('json'))),
    )
    .post('/outputs/:id/return', valid('json', WithReason), async (c) =>
      c.json(await outputs.returnOutput(c.var.actor, c.req.param('id'), c.req.valid('json'))),
    )
    .post('/outputs/:id/merge', valid('json', Merge), async (c) => {
      const { into, reason: why } = c.req.valid('json');
      return c.json(await outputs.mergeOutputs(c.var.actor, c.req.param('id'), into, why));
    })
    .get('/ledger/closings', valid('query', Closings), async (c) =>
      c.json({ closings: await outputs.listClosings(c.var.actor, c.req.valid('query')) }),
    )
    .post('/ledger/close', valid('json', UnitMonth), async (c) => {
      await outputs.closeMonth(c.var.actor, c.req.valid('json'));
      return c.json({ closed: true });
    })
    .post('/ledger/reopen', valid('json', Reopen), async (c) => {
      await outputs.reopenMonth(c.var.actor, c.req.valid('json'));
      return c.json({ closed: false });
    });
}
