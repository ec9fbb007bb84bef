import { Hono } from 'hono';
import { z } from 'zod';
import { LEVELS } from '../../core/units/types.ts';
import type { ResultService } from '../../services/results.ts';
import type { StaffEnv } from '../env.ts';
import { valid } from '../valid.ts';

const Query = z.object({ wave: z.string(), unit: z.string().optional(), by: z.enum(LEVELS).optional() });

export function resultRoutes({ results }: { readonly results: ResultService }) {
  return new Hono<StaffEnv>().get('/results', valid('query', Query), async (c) =>
    c.json(await results.readResults(c.var.actor, c.req.valid('query'))),
  );
}
