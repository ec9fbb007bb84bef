import { Hono } from 'hono';
import { z } from 'zod';
import { openTable, readTable } from '../../intake/table-file.ts';
import type { SurveyService } from '../../services/surveys.ts';
import type { UnitService } from '../../services/units.ts';
import type { StaffEnv } from '../env.ts';
import { readForm, type Upload } from '../uploads.ts';
import { valid } from '../valid.ts';

const Under = z.object({ under: z.string().optional() });
const Version = z.object({ version: z.coerce.number().int().positive().optional() });
const Publish = z.object({ definition: z.unknown(), indicators: z.unknown(), dryRun: z.boolean().default(false) });

const read = async ({ name, bytes }: Upload) => readTable(await openTable({ name, bytes }));

/** What must stand before a wave can: the units and the questionnaires. */
export function setupRoutes({ units, surveys }: { readonly units: UnitService; readonly surveys: SurveyService }) {
  return new Hono<StaffEnv>()
    .get('/units', valid('query', Under), async (c) => {
      return c.json({ units: await units.listUnits(c.var.actor, c.req.valid('query').under ?? null) });
    })
    .post('/units/import', async (c) => {
      const form = await readForm(c);
      const populations = await form.optionalFile('populations');
      const report = await units.importUnits(c.var.actor, {
        units: await read(await form.file('units')),
        populations: populations ? await read(populations) : null,
        dryRun: form.flag('dryRun'),
      });
      return c.json(report);
    })
    .get('/surveys', async (c) => c.json({ surveys: await surveys.listSurveys(c.var.actor) }))
    .get('/surveys/:code', valid('query', Version), async (c) =>
      c.json(await surveys.getSurvey(c.var.actor, c.req.param('code'), c.req.valid('query').version ?? null)),
    )
    .post('/surveys', valid('json', Publish), async (c) =>
      c.json(await surveys.publishSurvey(c.var.actor, c.req.valid('json'))),
    );
}
