import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { countKnownHeads } from '../../core/publicity/columns.ts';
import { openTable } from '../../intake/table-file.ts';
import type { AttachmentService } from '../../services/attachments.ts';
import type { InstrumentService } from '../../services/instruments.ts';
import type { LedgerImportJobs } from '../../services/ledger-import-jobs.ts';
import type { LedgerImportService, NewLedgerImport } from '../../services/ledger-imports.ts';
import type { StaffEnv } from '../env.ts';
import { DATA_HEADERS, type Headers } from '../headers.ts';
import { readForm } from '../uploads.ts';
import { valid } from '../valid.ts';

const Undo = z.object({ reason: z.string().max(5000).optional() });
const Under = z.object({ unit: z.string().optional() });
const NewInstrument = z.object({
  unit: z.string(),
  kind: z.string().max(60),
  label: z.string().max(5000),
  outputId: z.string().max(60).nullable().optional(),
});

export interface PublicityFileServices {
  readonly imports: LedgerImportService;
  readonly importJobs: LedgerImportJobs;
  readonly attachments: AttachmentService;
  readonly instruments: InstrumentService;
}

/** What comes into the ledger as files, and the codes that go out on paper. */
export function publicityFileRoutes({ imports, importJobs, attachments, instruments }: PublicityFileServices) {
  return (
    new Hono<StaffEnv>()
      .get('/ledger/imports', async (c) => c.json({ imports: await imports.listImports(c.var.actor) }))
      .post('/ledger/imports', async (c) => c.json(await imports.importLedger(c.var.actor, await readImport(c))))
      .post('/ledger/imports/:id/undo', valid('json', Undo), async (c) =>
        c.json(await imports.undoImport(c.var.actor, c.req.param('id'), c.req.valid('json'))),
      )
      // The same for whoever does not wait: pages start a job and ask how it goes.
      .post('/ledger/import-jobs', async (c) =>
        c.json(await importJobs.startImport(c.var.actor, await readImport(c)), 202),
      )
      .get('/ledger/import-jobs', async (c) => c.json({ jobs: await importJobs.listJobs(c.var.actor) }))
      .get('/ledger/import-jobs/:id', async (c) => c.json(await importJobs.getJob(c.var.actor, c.req.param('id'))))
      .post('/ledger/import-jobs/:id/cancel', async (c) =>
        c.json(await importJobs.cancelJob(c.var.actor, c.req.param('id'))),
      )
      .get('/outputs/:id/attachments', async (c) =>
        c.json({ attachments: await attachments.listAttachments(c.var.actor, c.req.param('id')) }),
      )
      .post('/outputs/:id/attachments', async (c) => {
        const form = await readForm(c);
        const { name, bytes } = await form.file('file', 'JPEG / PNG / WebP / PDF');
        const input = { name, bytes, keepPosition: form.flag('keepPosition') };
        return c.json(await attachments.addAttachment(c.var.actor, c.req.param('id'), input), 201);
      })
      .get('/attachments/:id', async (c) => {
        const file = await attachments.openAttachment(c.var.actor, c.req.param('id'), 'whole');
        return sendFile(c, file);
      })
      .get('/attachments/:id/thumbnail', async (c) => {
        const file = await attachments.openAttachment(c.var.actor, c.req.param('id'), 'thumbnail');
        return sendFile(c, file);
      })
      .delete('/attachments/:id', async (c) => {
        await attachments.removeAttachment(c.var.actor, c.req.param('id'));
        return c.json({ attachment: null });
      })
      .get('/instruments', valid('query', Under), async (c) =>
        c.json({ instruments: await instruments.listInstruments(c.var.actor, c.req.valid('query')) }),
      )
      .post('/instruments', valid('json', NewInstrument), async (c) =>
        c.json(await instruments.createInstrument(c.var.actor, c.req.valid('json')), 201),
      )
      .get('/instruments/:code', async (c) =>
        c.json(await instruments.readInstrument(c.var.actor, c.req.param('code'))),
      )
      .get('/instruments/:code/qr.svg', async (c) => {
        const svg = await instruments.drawInstrument(c.var.actor, c.req.param('code'));
        return sendFile(c, { name: `${c.req.param('code')}.svg`, type: 'image/svg+xml', bytes: Buffer.from(svg) });
      })
  );
}

/**
 * Files of others stand on our own address: a picture is shown and nothing in it runs; anything else is handed over to keep.
 * Whoever looked at it may look again for an hour.
 */
const FILE_HEADERS: Headers = {
  ...DATA_HEADERS,
  'Cache-Control': 'private, max-age=3600',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
};

function sendFile(c: Context, file: { readonly name: string; readonly type: string; readonly bytes: Uint8Array }) {
  const way = file.type.startsWith('image/') ? 'inline' : 'attachment';
  return c.body(new Uint8Array(file.bytes).buffer, 200, {
    ...FILE_HEADERS,
    'Content-Type': file.type,
    'Content-Disposition': `${way}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
  });
}

/** A file, or the cells that somebody copied out of a spreadsheet and pasted as text. */
async function readImport(c: Context): Promise<NewLedgerImport> {
  const form = await readForm(c);
  const pasted = form.pastedText('text');
  const { name, bytes, hash } =
    pasted === undefined ? await form.file('file') : ofText(pasted, form.optionalText('name') ?? '粘贴的表格');
  return {
    unit: form.optionalText('unit'),
    file: await openTable({ name, bytes }, { isHeader: (cells) => countKnownHeads(cells) >= 2 }),
    ...{ fileHash: hash, fileName: name, mapping: form.optionalJson('mapping') },
    ...{ dryRun: form.flag('dryRun'), reason: form.optionalText('reason') },
  };
}

function ofText(text: string, name: string) {
  const bytes = Buffer.from(text);
  return { name, bytes, hash: createHash('sha256').update(bytes).digest('hex') };
}
