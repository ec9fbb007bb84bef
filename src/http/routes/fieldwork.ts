import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { MODES } from '../../core/indicators/types.ts';
import { LEVELS } from '../../core/units/types.ts';
import { openTable, readTable } from '../../intake/table-file.ts';
import type { ImportService, NewImport } from '../../services/imports.ts';
import type { InterviewImportJobs } from '../../services/interview-import-jobs.ts';
import type { LinkService } from '../../services/links.ts';
import type { MarginService } from '../../services/margins.ts';
import type { WaveService } from '../../services/waves.ts';
import type { StaffEnv } from '../env.ts';
import { readForm } from '../uploads.ts';
import { valid } from '../valid.ts';

const NewWave = z.object({
  code: z.string(),
  title: z.string().max(80).optional(),
  survey: z.string(),
  version: z.number().int().optional(),
  rootUnit: z.string(),
  period: z.string(),
  kind: z.enum(['official', 'self-test']).optional(),
  modes: z.array(z.enum(MODES)),
  fieldworkStart: z.string(),
  fieldworkEnd: z.string(),
});
const WaveChange = NewWave.omit({ code: true }).partial();
const LinkFilter = z.object({ under: z.string().optional(), level: z.enum(LEVELS).optional() });
const NewInvitations = z.object({ unit: z.string(), count: z.number(), validUntil: z.string() });

/** Waves, their links, and the interviews that are brought into them. */
export function fieldworkRoutes(services: {
  readonly waves: WaveService;
  readonly links: LinkService;
  readonly imports: ImportService;
  readonly importJobs: InterviewImportJobs;
  readonly margins: MarginService;
}) {
  const { waves, links, imports, importJobs, margins } = services;
  return (
    new Hono<StaffEnv>()
      .get('/waves', async (c) => c.json({ waves: await waves.listWaves(c.var.actor) }))
      .post('/waves', valid('json', NewWave), async (c) =>
        c.json(await waves.createWave(c.var.actor, c.req.valid('json')), 201),
      )
      .patch('/waves/:code', valid('json', WaveChange), async (c) =>
        c.json(await waves.editWave(c.var.actor, c.req.param('code'), c.req.valid('json'))),
      )
      .delete('/waves/:code', async (c) => {
        await waves.deleteWave(c.var.actor, c.req.param('code'));
        return c.json({ wave: null });
      })
      .post('/waves/:code/open', async (c) => c.json(await waves.openWave(c.var.actor, c.req.param('code'))))
      .post('/waves/:code/close', async (c) => c.json(await waves.closeWave(c.var.actor, c.req.param('code'))))
      .get('/waves/:code/links', valid('query', LinkFilter), async (c) => {
        const { under = null, level = null } = c.req.valid('query');
        return c.json({ links: await links.listLinks(c.var.actor, c.req.param('code'), { under, level }) });
      })
      .post('/waves/:code/invitations', valid('json', NewInvitations), async (c) =>
        c.json(await links.createInvitations(c.var.actor, c.req.param('code'), c.req.valid('json')), 201),
      )
      .get('/waves/:code/margins', async (c) =>
        c.json({ margins: await margins.readMargins(c.var.actor, c.req.param('code')) }),
      )
      .post('/waves/:code/margins', async (c) => {
        const form = await readForm(c);
        const { name, bytes } = await form.file('file');
        const cap = form.optionalText('cap');
        const report = await margins.setMargins(
          c.var.actor,
          c.req.param('code'),
          await readTable(await openTable({ name, bytes })),
          {
            method: form.optionalText('method'),
            cap: cap === undefined ? undefined : Number(cap),
            collapse: form.flag('collapse'),
          },
        );
        return c.json(report);
      })
      .delete('/waves/:code/margins', async (c) => {
        await margins.removeMargins(c.var.actor, c.req.param('code'));
        return c.json({ margins: null });
      })
      .get('/waves/:code/imports', async (c) =>
        c.json({ imports: await imports.listImports(c.var.actor, c.req.param('code')) }),
      )
      .post('/waves/:code/imports', async (c) =>
        c.json(await imports.importInterviews(c.var.actor, await readImport(c, c.req.param('code')))),
      )
      // The same for whoever does not wait: pages start a job and ask how it goes.
      .post('/waves/:code/import-jobs', async (c) =>
        c.json(await importJobs.startImport(c.var.actor, await readImport(c, c.req.param('code'))), 202),
      )
      .get('/waves/:code/import-jobs', async (c) =>
        c.json({ jobs: await importJobs.listJobs(c.var.actor, c.req.param('code')) }),
      )
      .get('/waves/:code/import-jobs/:id', async (c) =>
        c.json(await importJobs.getJob(c.var.actor, c.req.param('code'), c.req.param('id'))),
      )
      .post('/waves/:code/import-jobs/:id/cancel', async (c) =>
        c.json(await importJobs.cancelJob(c.var.actor, c.req.param('code'), c.req.param('id'))),
      )
  );
}

async function readImport(c: Context, wave: string): Promise<NewImport> {
  const form = await readForm(c);
  const { name, bytes, hash } = await form.file('file');
  return {
    wave,
    file: await openTable({ name, bytes }),
    fileHash: hash,
    fileName: name,
    mapping: form.optionalJson('mapping'),
    dryRun: form.flag('dryRun'),
  };
}
