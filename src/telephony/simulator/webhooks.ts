import type { RandomStream } from '../../core/random.ts';
import { type FormParams, signRequest } from '../twilio/signature.ts';
import type { NetworkClock } from './clock.ts';

/** The part of `fetch` we need: the app's own in the same process, the real one across processes. */
export type WebhookFetch = (url: string, init: RequestInit) => Response | Promise<Response>;

export interface Delivery {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly params: FormParams;
  /** Kept by the network from answer to answer of one call. */
  readonly cookies?: Map<string, string>;
  /** More than a document may have: for sounds. */
  readonly largestBytes?: number;
}

export type Delivered =
  | {
      readonly ok: true;
      readonly status: number;
      readonly contentType: string;
      readonly bytes: Uint8Array;
      /** The address that answered in the end; relative addresses are taken from there. */
      readonly url: string;
    }
  | { readonly ok: false; readonly code: number; readonly status: number | null; readonly url: string };

/** Everything together, retries included, has so much time. */
const TOTAL_MS = 15_000;
const MOST_REDIRECTS = 10;
const LARGEST_DOCUMENT = 64 * 1024;

export interface WebhookClient {
  deliver(delivery: Delivery): Promise<Delivered>;
}

/** Calls webhooks as a carrier does: signed over the exact address, with redirects, cookies, limits and retries. */
export function createWebhookClient(options: {
  readonly fetch: WebhookFetch;
  readonly clock: NetworkClock;
  readonly authToken: string;
  readonly random: RandomStream;
}): WebhookClient {
  const { clock, authToken, random } = options;

  async function once(
    { url, method, params, cookies, largestBytes = LARGEST_DOCUMENT }: Delivery,
    idempotencyToken: string,
    limitMs: number,
  ): Promise<Delivered> {
    const abort = new AbortController();
    let expire = (): void => {};
    const expired = new Promise<'expired'>((resolve) => {
      expire = () => resolve('expired');
    });
    const cancel = clock.after(limitMs, () => {
      abort.abort();
      expire();
    });
    try {
      let address = url;
      let verb = method;
      for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
        const isGet = verb === 'GET';
        const full = isGet ? withQuery(address, params) : address;
        const headers: Record<string, string> = {
          'X-Twilio-Signature': signRequest(authToken, full, isGet ? {} : params),
          'I-Twilio-Idempotency-Token': idempotencyToken,
          'User-Agent': 'TwilioProxy/1.1',
          Accept: '*/*',
        };
        if (cookies && cookies.size > 0)
          headers.Cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        if (!isGet) headers['Content-Type'] = 'application/x-www-form-urlencoded; charset=UTF-8';
        const init: RequestInit = {
          method: verb,
          headers,
          redirect: 'manual',
          signal: abort.signal,
          ...(isGet ? {} : { body: encodeForm(params) }),
        };
        const response = await Promise.race([options.fetch(full, init), expired]);
        if (response === 'expired') return failed(11_205, full);
        keepCookies(response, cookies);
        const location = response.headers.get('location');
        if (response.status >= 300 && response.status < 400 && location !== null) {
          address = new URL(location, full).href;
          if (response.status !== 307 && response.status !== 308) verb = 'GET';
          continue;
        }
        const body = await Promise.race([response.arrayBuffer(), expired]);
        if (body === 'expired') return failed(11_205, full);
        if (response.status >= 400) return failed(11_200, full, response.status);
        if (body.byteLength > largestBytes) return failed(11_750, full);
        return {
          ok: true,
          status: response.status,
          contentType: response.headers.get('content-type') ?? '',
          bytes: new Uint8Array(body),
          url: full,
        };
      }
      return failed(11_215, address);
    } catch {
      return failed(abort.signal.aborted ? 11_205 : 11_210, url);
    } finally {
      cancel();
    }
  }

  return {
    async deliver(delivery) {
      const [address = delivery.url, fragment = ''] = delivery.url.split('#');
      const rules = new URLSearchParams(fragment);
      const retries = Math.min(5, Number(rules.get('rc') ?? 1));
      const policy = (rules.get('rp') ?? 'ct').split(',');
      const deadline = clock.now() + Math.min(TOTAL_MS, Number(rules.get('tt') ?? TOTAL_MS));
      const readMs = Math.min(TOTAL_MS, Number(rules.get('rt') ?? TOTAL_MS));
      const token = `${hex(random)}${hex(random)}`;
      for (let tries = 0; ; tries++) {
        const limitMs = Math.min(readMs, deadline - clock.now());
        const result = await once({ ...delivery, url: address }, token, limitMs);
        if (result.ok || tries >= retries || clock.now() >= deadline || !retriesAfter(result, policy)) return result;
      }
    },
  };
}

/** Connection failures are tried again by default, other failures when the address asks for it. */
function retriesAfter({ code, status }: Failure, policy: readonly string[]): boolean {
  if (policy.includes('all')) return true;
  if (status !== null) return policy.includes(status < 500 ? '4xx' : '5xx');
  if (code === 11_205) return policy.includes('rt');
  return code === 11_210 && policy.includes('ct');
}

type Failure = Delivered & { readonly ok: false };

function failed(code: number, url: string, status: number | null = null): Failure {
  return { ok: false, code, url, status };
}

export function encodeForm(params: FormParams): string {
  const form = new URLSearchParams();
  for (const [key, value] of Object.entries(params))
    for (const one of typeof value === 'string' ? [value] : value) form.append(key, one);
  return form.toString();
}

function withQuery(address: string, params: FormParams): string {
  const query = encodeForm(params);
  return query === '' ? address : `${address}${address.includes('?') ? '&' : '?'}${query}`;
}

function keepCookies(response: Response, cookies: Map<string, string> | undefined): void {
  if (!cookies || !response.headers.has('set-cookie')) return;
  for (const line of response.headers.getSetCookie()) {
    const [pair = ''] = line.split(';');
    const at = pair.indexOf('=');
    if (at > 0) cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
  }
}

/** Sixteen hexadecimal digits. */
export function hex(random: RandomStream): string {
  const half = (): string =>
    Math.floor(random.next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return `${half()}${half()}`;
}
