import type { WebhookFetch } from '../../telephony/simulator/webhooks.ts';
import type { Fetch } from '../../telephony/twilio/transport.ts';

/** One exchange between the network and us, as it went over the wire: what a campaign's totals are recomputed from. */
export interface WireEntry {
  readonly at: number;
  readonly kind: 'webhook' | 'rest';
  readonly method: string;
  readonly url: string;
  readonly form: Readonly<Record<string, string>>;
  /** Null: the connection broke. */
  readonly status: number | null;
  readonly answer: string;
}

export interface Wire {
  readonly entries: WireEntry[];
  webhooks(fetch: WebhookFetch): WebhookFetch;
  rest(fetch: Fetch): Fetch;
}

/** Listens on the wire between the network and us, on both ways. */
export function createWire(now: () => number): Wire {
  const entries: WireEntry[] = [];
  const formOf = (init: RequestInit): Record<string, string> =>
    typeof init.body === 'string' ? Object.fromEntries(new URLSearchParams(init.body)) : {};

  async function note(
    kind: WireEntry['kind'],
    url: string,
    init: RequestInit,
    ask: () => Response | Promise<Response>,
  ): Promise<Response> {
    const base = { kind, method: init.method ?? 'GET', url, form: formOf(init) };
    try {
      const response = await ask();
      const isText = !url.endsWith('.wav');
      const answer = isText ? await response.clone().text() : '';
      entries.push({ at: now(), ...base, status: response.status, answer });
      return response;
    } catch (error) {
      entries.push({ at: now(), ...base, status: null, answer: '' });
      throw error;
    }
  }
  return {
    entries,
    webhooks: (fetch) => (url, init) => note('webhook', url, init, () => fetch(url, init)),
    rest: (fetch) => (url, init) => note('rest', url, init, () => fetch(url, init)),
  };
}
