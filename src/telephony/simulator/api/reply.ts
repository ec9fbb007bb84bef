import { type FormParams, firstOf } from '../../twilio/signature.ts';
import type { Address, Subscription } from '../call.ts';
import type { Exchange } from '../exchange.ts';

/** What every part of the API needs. */
export interface ApiContext {
  readonly exchange: Exchange;
  readonly accountSid: string;
  /** In front of every address of the account. */
  readonly root: string;
  /** What is wrong with an order to ring somebody; null: nothing. */
  readonly checkNumbers: (to: string, from: string) => Failure | null;
}

export interface Failure {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

export const NUMBER = /^\+[1-9]\d{6,14}$/;
export const NOT_FOUND: Failure = { status: 404, code: 20_404, message: 'The requested resource was not found' };

export const bad = (code: number, message: string): Failure => ({ status: 400, code, message });

export function json(body: object, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
}

export function fail({ status, code, message }: Failure, headers: Readonly<Record<string, string>> = {}): Response {
  const body = { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });
}

export const gone = (): Response => new Response(null, { status: 204 });

export function addressOf(form: FormParams, key: string): Address | null {
  const url = firstOf(form, key);
  return url === null ? null : { url, method: methodOf(form, `${key.replace(/Url$/, '')}Method`) };
}

export const methodOf = (form: FormParams, key: string): Address['method'] =>
  firstOf(form, key) === 'GET' ? 'GET' : 'POST';

/** Where progress is to be told; without events, the end alone. A list is the same key several times, or one with spaces. */
export function subscriptionOf(form: FormParams, key: string): Subscription | null {
  const address = addressOf(form, key);
  const value = form[`${key}Event`];
  const events = (value === undefined ? ['completed'] : [value].flat()).flatMap((one) => one.split(' '));
  return address && { ...address, events: new Set(events) };
}

/** One page of a list, newest first. */
export function page<T>(
  key: string,
  {
    found,
    query,
    path,
    write,
  }: {
    readonly found: readonly T[];
    readonly query: URLSearchParams;
    readonly path: string;
    readonly write: (one: T) => object;
  },
): Response {
  const size = Math.min(1000, Math.max(1, Number(query.get('PageSize') ?? 50)));
  const number = Math.max(0, Number(query.get('Page') ?? 0));
  const start = number * size;
  const next = new URLSearchParams(query);
  next.set('Page', String(number + 1));
  const hasMore = found.length > start + size;
  return json({
    [key]: found.slice(start, start + size).map(write),
    page: number,
    page_size: size,
    start,
    end: Math.min(found.length, start + size) - 1,
    uri: `${path}?${query}`,
    first_page_uri: `${path}?PageSize=${size}&Page=0`,
    next_page_uri: hasMore ? `${path}?${next}` : null,
    previous_page_uri: null,
  });
}
