import type { Context, MiddlewareHandler } from 'hono';

export type Headers = Readonly<Record<string, string>>;

/** Answers, tickets and figures are nobody's but the asker's: no cache keeps them, and nothing in them may run. */
export const DATA_HEADERS: Headers = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'same-origin',
};

/**
 * Pages load from here alone and stand in nobody's frame. No Strict-Transport-Security: the service may be reached by plain
 * HTTP inside an office network; the proxy in front decides on HTTPS.
 */
export const PAGE_HEADERS: Headers = {
  'Content-Security-Policy':
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-DNS-Prefetch-Control': 'off',
  'X-Frame-Options': 'DENY',
  'X-Permitted-Cross-Domain-Policies': 'none',
};

/** Sets headers before the handler runs: added to a finished response, they would have it built a second time. */
export function sendHeaders(headers: Headers): MiddlewareHandler {
  const pairs = Object.entries(headers);
  return (c, next) => {
    for (const [name, value] of pairs) c.header(name, value);
    return next();
  };
}

const JSON_HEADERS: Headers = { ...DATA_HEADERS, 'Content-Type': 'application/json' };

/**
 * A resident's answer. Plain headers go to the socket as they are; whatever is set one by one passes through two objects
 * first, which cost as much as the rest of the request.
 */
export function answerJson(value: unknown): Response {
  return new Response(JSON.stringify(value), { headers: JSON_HEADERS });
}

/** One header of a request, without an object made of all of them where the server's own is at hand. */
export function headerOf(c: Context, name: string): string | undefined {
  const incoming = c.env?.incoming?.headers as Readonly<Record<string, string | string[] | undefined>> | undefined;
  const value = incoming ? incoming[name] : c.req.header(name);
  return Array.isArray(value) ? value.join(', ') : value;
}
