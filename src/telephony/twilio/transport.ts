import { createRequire } from 'node:module';
import type Requests from 'twilio/lib/base/RequestClient.js';
import type Response from 'twilio/lib/http/response.js';
import type Twilio from 'twilio/lib/rest/Twilio.js';
import { CarrierError } from '../carrier.ts';
import { kindOfCode } from './faults.ts';

/** The part of `fetch` we use; the simulated network in the same process offers it too. */
export type Fetch = (url: string, init: RequestInit) => Promise<globalThis.Response>;

export interface TransportOptions {
  /** Where a server stands that speaks the same as Twilio; null: Twilio itself. */
  readonly baseUrl: string | null;
  readonly fetch: Fetch;
  readonly timeoutMs: number;
}

/** As an import would, but when it is called: without a wait, which whoever places the first call would feel. */
const load = createRequire(import.meta.url);

/** Failures before anything was sent. After these nothing can have been placed. */
const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_|ERR_TLS|DEPTH_ZERO|UNABLE_TO|SELF_SIGNED)/;

/**
 * The official SDK, whose requests we carry: to another server where one is set, and with failures told apart by what they
 * mean. It neither retries nor makes requests idempotent, so whether a call may have been placed is decided here. It is
 * large, and most processes call nobody: it is loaded when a carrier is asked for something first.
 */
export function loadClient(
  { accountSid, authToken }: { readonly accountSid: string; readonly authToken: string },
  { baseUrl, fetch, timeoutMs }: TransportOptions,
): Twilio {
  const RequestClient: typeof Requests = load('twilio/lib/base/RequestClient.js');
  const Client: typeof Twilio = load('twilio/lib/rest/Twilio.js');

  class Transport extends RequestClient {
    override async request<T>(request: Requests.RequestOptions<T>): Promise<Response<T>> {
      const { uri, method, data, params, username, password, headers } = request;
      const url = rebase(uri, baseUrl);
      for (const [key, value] of pairsOf(params)) url.searchParams.append(key, value);
      const isPost = method.toLowerCase() === 'post';
      const isCreate = isPost && /\/(Calls|Participants|Messages)\.json$/.test(url.pathname);
      const credentials = Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64');
      const init: RequestInit = {
        method: method.toUpperCase(),
        headers: { ...(headers as Record<string, string>), Authorization: `Basic ${credentials}` },
        signal: AbortSignal.timeout(timeoutMs),
        redirect: 'manual',
        ...(isPost ? { body: new URLSearchParams(pairsOf(data as object | undefined)).toString() } : {}),
      };
      let status: number;
      let text: string;
      let retryAfter: string | null;
      try {
        const response = await fetch(url.href, init);
        status = response.status;
        retryAfter = response.headers.get('retry-after');
        text = await response.text();
      } catch (error) {
        throw failureOf(error, isCreate);
      }
      const body = parse(text);
      if (status >= 200 && status < 300 && (body !== null || status === 204))
        return { statusCode: status, body: body as T, headers: {} };
      throw refusalOf({ status, body, retryAfter, isCreate });
    }
  }
  return new Client(accountSid, authToken, { httpClient: new Transport() });
}

/** The SDK names its own host in every address; only protocol, host and port change, and a path in front. */
export function rebase(uri: string, baseUrl: string | null): URL {
  const url = new URL(uri);
  if (baseUrl === null) return url;
  const base = new URL(baseUrl);
  return new URL(`${base.origin}${base.pathname.replace(/\/+$/, '')}${url.pathname}${url.search}`);
}

/** A list is sent as the same key several times, which is what the carrier reads. */
function pairsOf(values: object | undefined): [string, string][] {
  return Object.entries(values ?? {}).flatMap(([key, value]) =>
    value === undefined
      ? []
      : (Array.isArray(value) ? value : [value]).map((one): [string, string] => [key, String(one)]),
  );
}

function failureOf(error: unknown, isCreate: boolean): CarrierError {
  const code = codeOf(error);
  const sent = !NOT_SENT.test(code);
  const message = `the carrier gave no answer (${code})`;
  return new CarrierError(isCreate && sent ? 'ambiguous' : 'carrier-down', message, {}, { cause: error });
}

function codeOf(error: unknown): string {
  for (let one = error; one instanceof Error; one = one.cause) {
    if ('code' in one && typeof one.code === 'string') return one.code;
    if (one.name === 'TimeoutError' || one.name === 'AbortError') return one.name;
  }
  return 'unknown';
}

function refusalOf({
  status,
  body,
  retryAfter,
  isCreate,
}: {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly retryAfter: string | null;
  readonly isCreate: boolean;
}): CarrierError {
  const code = typeof body?.code === 'number' ? body.code : null;
  const message = typeof body?.message === 'string' ? body.message.slice(0, 300) : `the carrier answered ${status}`;
  const seconds = Number(retryAfter ?? Number.NaN);
  return new CarrierError(kindOfCode(code) ?? kindOfStatus(status, isCreate), message, {
    providerCode: code === null ? `HTTP ${status}` : String(code),
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null,
  });
}

function kindOfStatus(status: number, isCreate: boolean): CarrierError['kind'] {
  if (status === 401 || status === 403) return 'auth';
  if (status === 429) return 'rate';
  // Too busy to take it. After every other answer that we cannot read, the call may have been placed.
  if (status === 503) return 'carrier-down';
  if (status >= 500 || status < 300) return isCreate ? 'ambiguous' : 'carrier-down';
  return 'config';
}

function parse(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
