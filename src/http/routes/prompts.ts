import { Hono } from 'hono';
import { z } from 'zod';
import { LANGS } from '../../core/text.ts';
import type { PromptService } from '../../services/prompts.ts';
import type { StaffEnv } from '../env.ts';
import { DATA_HEADERS, type Headers } from '../headers.ts';
import { readForm } from '../uploads.ts';
import { valid } from '../valid.ts';

const Script = z.object({ version: z.coerce.number().int().positive().optional(), lang: z.enum(LANGS).default('zh') });

/** What keypad calls say, and the recordings of it. */
export function promptRoutes({ prompts }: { readonly prompts: PromptService }) {
  return new Hono<StaffEnv>()
    .get('/surveys/:code/prompts', valid('query', Script), async (c) =>
      c.json(await prompts.readPrompts(c.var.actor, { survey: c.req.param('code'), ...c.req.valid('query') })),
    )
    .post('/surveys/:code/prompts', valid('query', Script), async (c) => {
      const form = await readForm(c);
      const script = { survey: c.req.param('code'), ...c.req.valid('query') };
      const to = form.optionalText('key') ?? null;
      const uploads = await prompts.uploadPrompts(c.var.actor, script, await form.files('file'), to);
      return c.json({ uploads });
    })
    .delete('/prompts/:id', async (c) => {
      await prompts.removePrompt(c.var.actor, c.req.param('id'));
      return c.json({ prompt: null });
    });
}

/** The name is a hash of the sound: what was fetched once never changes. A simulated resident's page plays it, too. */
const SOUND_HEADERS: Headers = {
  ...DATA_HEADERS,
  'Accept-Ranges': 'bytes',
  'Cache-Control': 'public, max-age=31536000, immutable',
  'Content-Type': 'audio/wav',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/** The recordings, for carriers: they sign in nowhere. */
export function promptFiles({ prompts }: { readonly prompts: PromptService }): Hono {
  return new Hono().get('/prompts/:file', async (c) => {
    const hash = /^([0-9a-f]{64})\.wav$/.exec(c.req.param('file'))?.[1];
    const bytes = hash === undefined ? null : await prompts.openPrompt(hash);
    if (bytes === null) return c.body(null, 404, DATA_HEADERS);
    const part = readRange(c.req.header('range'), bytes.byteLength);
    if (part === null)
      return c.body(new Uint8Array(bytes).buffer, 200, {
        ...SOUND_HEADERS,
        'Content-Length': String(bytes.byteLength),
      });
    return c.body(new Uint8Array(bytes.subarray(part.from, part.to + 1)).buffer, 206, {
      ...SOUND_HEADERS,
      'Content-Length': String(part.to + 1 - part.from),
      'Content-Range': `bytes ${part.from}-${part.to}/${bytes.byteLength}`,
    });
  });
}

/** The part that a player asks for; null: the whole. Some browsers play nothing that does not come in parts. */
function readRange(header: string | undefined, length: number): { readonly from: number; readonly to: number } | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,9})-(\d{0,9})$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  const from = first === '' ? Math.max(0, length - Number(last)) : Number(first);
  const to = first === '' || last === '' ? length - 1 : Math.min(Number(last), length - 1);
  return from <= to ? { from, to } : null;
}
