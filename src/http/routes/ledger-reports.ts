import { Hono } from 'hono';
import { z } from 'zod';
import { REACHES } from '../../core/publicity/totals.ts';
import type { MarkService } from '../../services/ledger-marks.ts';
import type { LedgerReportService } from '../../services/ledger-reports.ts';
import type { ReachService } from '../../services/reach.ts';
import type { StaffEnv } from '../env.ts';
import { valid } from '../valid.ts';
import { OutputFilterQuery } from './publicity.ts';

const Report = z.object({
  unit: z.string(),
  period: z.string().max(20),
  by: z.enum(['county', 'town']).optional(),
});
const Beside = z.object({
  wave: z.string(),
  unit: z.string().optional(),
  indicator: z.string().max(80).optional(),
  kind: z.string().max(60).optional(),
  reach: z.enum(REACHES).optional(),
});
const Marks = z.object({ unit: z.string(), month: z.string().max(20) });

export interface LedgerReportServices {
  readonly reports: LedgerReportService;
  readonly reach: ReachService;
  readonly marks: MarkService;
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A file to keep, under a name that may be Chinese. */
const asFile = (name: string, type: string): Record<string, string> => ({
  'Content-Type': type,
  'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
});

/** What comes out of the ledger: reports, files, and outputs beside the survey's rates. */
export function ledgerReportRoutes({ reports, reach, marks }: LedgerReportServices) {
  return new Hono<StaffEnv>()
    .get('/ledger/report', valid('query', Report), async (c) =>
      c.json(await reports.readReport(c.var.actor, c.req.valid('query'))),
    )
    .get('/ledger/report.xlsx', valid('query', Report), async (c) => {
      const { name, bytes } = await reports.writeReport(c.var.actor, c.req.valid('query'));
      return c.body(new Uint8Array(bytes).buffer, 200, asFile(name, XLSX));
    })
    .get('/ledger/outputs.csv', valid('query', OutputFilterQuery), async (c) => {
      const { name, lines } = await reports.exportList(c.var.actor, c.req.valid('query'));
      return c.body(streamText(lines), 200, asFile(name, 'text/csv; charset=utf-8'));
    })
    .get('/ledger/reach', valid('query', Beside), async (c) =>
      c.json(await reach.readReach(c.var.actor, c.req.valid('query'))),
    )
    .get('/ledger/marks', valid('query', Marks), async (c) =>
      c.json(await marks.listMarks(c.var.actor, c.req.valid('query'))),
    );
}

/** Sends text as it is made; when the reader goes away, making it ends. */
function streamText(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const next = await lines.next();
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
}
