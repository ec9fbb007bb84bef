import { createHash, timingSafeEqual } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type { Clock } from '../../core/ids.ts';
import type { Step } from '../../interview/step.ts';
import type { WebhookService, WebhookSink } from '../../services/webhooks.ts';
import type { CarrierEvent } from '../../telephony/carrier.ts';
import { type HookAddresses, INBOUND } from '../../telephony/twilio/addresses.ts';
import {
  readAmd,
  readFallback,
  readInbound,
  readListening,
  readMessageIn,
  readMessageStatus,
  readRecording,
  readStatus,
  readVoice,
  type Webhook,
} from '../../telephony/twilio/events.ts';
import { type FormParams, findSigner, readForm } from '../../telephony/twilio/signature.ts';
import { renderStep } from '../../telephony/twilio/twiml.ts';
import { type ErrorBody, knownError, STATUS } from '../errors.ts';
import { limitBody } from '../limits.ts';

export interface TwilioHookDeps {
  readonly handle: WebhookSink;
  readonly webhooks: WebhookService;
  /** The account's token, then the one it is being changed from or to. */
  readonly tokens: readonly string[];
  readonly publicBaseUrl: string;
  readonly addresses: HookAddresses;
  readonly clock: Clock;
  readonly log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
}

interface HookEnv {
  readonly Variables: { form: FormParams };
}

/** Nothing that a carrier sends is larger. */
const LARGEST_BODY = 64 * 1024;

/**
 * The webhooks of Twilio, and of all who speak the same. Nothing passes without a signature over the exact address and
 * every pair of the raw body, so this comes before any other middleware that reads a body. Requests become events, the
 * step that comes back becomes a document; on a failure the caller hears a sentence and no carrier sees a stack trace.
 */
export function twilioHooks(deps: TwilioHookDeps): Hono<HookEnv> {
  const { handle, webhooks, tokens, addresses, clock, log } = deps;

  const fail = (error: unknown, c: Context): void => log.error({ err: error, path: c.req.path }, 'webhook failed');

  const documentOf = (step: Step, attemptId: string | null): string =>
    renderStep(step, { hooks: addresses, attemptId: attemptId ?? INBOUND });

  const answerXml = (c: Context, xml: string): Response =>
    c.body(xml, 200, { 'Content-Type': 'text/xml; charset=utf-8', 'Cache-Control': 'no-store' });

  /** The call waits for what to do next. */
  const speak = async (c: Context<HookEnv>, event: CarrierEvent): Promise<Response> => {
    let xml: string;
    try {
      const step = await webhooks.answer(keyOf(c), (admit) => handle(event, admit));
      if (!step) log.warn({ path: c.req.path, event: event.t }, 'a call asks for a step and there is none');
      xml = documentOf(step ?? webhooks.faultStep(), event.attemptId);
    } catch (error) {
      if (knownError(error)?.kind === 'forbidden') throw error;
      fail(error, c);
      xml = documentOf(webhooks.faultStep(), event.attemptId);
    }
    return answerXml(c, xml);
  };

  /** The carrier tells us something and wants nothing. What we do not understand is no fault of ours. */
  const take = async (c: Context<HookEnv>, event: CarrierEvent | null): Promise<Response> => {
    await webhooks.answer(keyOf(c), async (admit) => event && handle(event, admit));
    return c.body(null, 204);
  };

  const webhookOf = (c: Context<HookEnv>, attemptId = c.req.param('attempt') ?? INBOUND): Webhook => ({
    attemptId,
    query: c.req.query(),
    form: c.var.form,
    at: clock(),
  });

  return new Hono<HookEnv>()
    .onError((error, c) => {
      const known = knownError(error);
      if (known?.kind === 'too-large') return c.body(null, 413);
      if (known?.kind !== 'forbidden') {
        fail(error, c);
        return c.body(null, 500);
      }
      const { code, details, kind } = known;
      log.warn({ path: c.req.path, code }, 'webhook refused: it was answered long ago');
      const requestId = c.req.header('i-twilio-idempotency-token') ?? '';
      return c.json({ error: { code, details, requestId } } satisfies ErrorBody, STATUS[kind]);
    })
    .use(limitBody(LARGEST_BODY))
    .use(async (c, next) => {
      const raw = await c.req.text();
      const signature = c.req.header('x-twilio-signature') ?? null;
      const url = `${deps.publicBaseUrl}${rawAddress(c)}`;
      // A JSON body is not part of the signature; its hash in the signed address is.
      const isJson = c.req.header('content-type')?.startsWith('application/json') ?? false;
      const form = isJson ? {} : readForm(raw);
      const isWhole = !isJson || isHashOf(c.req.query('bodySHA256') ?? '', raw);
      if (!isWhole || findSigner(tokens, { url, form, signature }) === null) {
        webhooks.countRefused();
        log.warn(
          { path: c.req.path, missing: signature === null },
          'webhook refused: its signature is not the carrier’s',
        );
        return c.body(null, 403);
      }
      c.set('form', form);
      return next();
    })
    .post('/voice/:attempt', (c) => speak(c, readVoice(webhookOf(c))))
    .post('/inbound', (c) => speak(c, readInbound(webhookOf(c, INBOUND))))
    .post('/fallback/:attempt', (c) => speak(c, readFallback(webhookOf(c))))
    .post('/status/:attempt', (c) => take(c, readStatus(webhookOf(c))))
    .post('/listening/:listening', (c) =>
      take(c, readListening({ ...webhookOf(c, INBOUND), listeningId: c.req.param('listening') })),
    )
    .post('/amd/:attempt', (c) => take(c, readAmd(webhookOf(c))))
    .post('/recording/:attempt', (c) => take(c, readRecording(webhookOf(c))))
    .post('/sms-status/:message', (c) =>
      take(c, readMessageStatus({ ...webhookOf(c, INBOUND), messageId: c.req.param('message') })),
    )
    .post('/sms-in', async (c) => {
      const taken = await take(c, readMessageIn(webhookOf(c, INBOUND)));
      // Without a document the carrier would complain of its type; an empty one sends no reply.
      return taken.status === 204 ? answerXml(c, '<?xml version="1.0" encoding="UTF-8"?><Response/>') : taken;
    });
}

/** Path and search as they arrived: never decoded, never put in order. */
function rawAddress(c: Context): string {
  return c.req.url.replace(/^[a-z]+:\/\/[^/?#]*/i, '');
}

/**
 * What makes a request this request: its signature, which covers address and body. A retry has the same one, and whoever
 * plays a request back cannot change it; the carrier's idempotency header is outside the signature and proves nothing.
 */
function keyOf(c: Context): string {
  return `twilio:${c.req.header('x-twilio-signature') ?? ''}`;
}

function isHashOf(claimed: string, body: string): boolean {
  const hash = createHash('sha256').update(body).digest();
  const given = Buffer.from(claimed, 'hex');
  return given.length === hash.length && timingSafeEqual(given, hash);
}
