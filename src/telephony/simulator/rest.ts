import { type FormParams, firstOf, readForm } from '../twilio/signature.ts';
import { createCallsApi } from './api/calls.ts';
import { createConferencesApi } from './api/conferences.ts';
import { createMessagesApi } from './api/messages.ts';
import { createRecordingsApi } from './api/recordings.ts';
import { type ApiContext, bad, type Failure, fail, json, NOT_FOUND, NUMBER } from './api/reply.ts';
import type { Exchange } from './exchange.ts';

/** What the API may do instead of its work. `reset` takes the order and then cuts the connection. */
export type RestFault = '429' | '401' | '500' | '503' | 'hang' | 'reset';

export interface RestOptions {
  readonly exchange: Exchange;
  readonly accountSid: string;
  readonly authToken: string;
  /** Numbers that may be shown; null: any. */
  readonly callerIds: readonly string[] | null;
  /** Where this network does not call. */
  readonly refuses: RegExp | null;
  /** The fault to play for this request, if any. */
  readonly faultFor: (method: string, path: string) => RestFault | null;
  /** How long a request hangs before the asker gives up. */
  readonly hangMs: number;
}

/**
 * The API of the network, in Twilio's words: orders in, JSON out. Give it to the official client as its server.
 */
export function createRestApi(options: RestOptions) {
  const { exchange, accountSid, authToken } = options;
  const root = `/2010-04-01/Accounts/${accountSid}`;
  const context: ApiContext = { exchange, accountSid, root, checkNumbers };
  const calls = createCallsApi(context);
  const conferences = createConferencesApi(context);
  const recordings = createRecordingsApi(context);
  const messages = createMessagesApi(context);
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;

  async function answer(url: string, init: RequestInit): Promise<Response> {
    const { pathname, searchParams } = new URL(url);
    const method = (init.method ?? 'GET').toUpperCase();
    const form = typeof init.body === 'string' ? readForm(init.body) : {};
    const fault = options.faultFor(method, pathname);
    const respond = (): Response => {
      if (new Headers(init.headers).get('authorization') !== authorization)
        return fail({ status: 401, code: 20_003, message: 'Authenticate' });
      return route(method, pathname, form, searchParams);
    };
    const response = await play(fault, respond);
    const attempt = firstOf(form, 'Url') ?? undefined;
    exchange.note({
      kind: 'rest',
      method,
      path: pathname,
      status: response?.status ?? null,
      fault,
      to: firstOf(form, 'To') ?? undefined,
      url: attempt,
    });
    if (response === null)
      throw new TypeError('fetch failed', {
        cause: Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
      });
    return response;
  }

  /** Null: the connection breaks. */
  async function play(fault: RestFault | null, respond: () => Response): Promise<Response | null> {
    switch (fault) {
      case null:
        return respond();
      case '429':
        return fail({ status: 429, code: 20_429, message: 'Too Many Requests' }, { 'Retry-After': '2' });
      case '401':
        return fail({ status: 401, code: 20_003, message: 'Authenticate' });
      case '500':
      case '503':
        return new Response('<html><body><h1>Service error</h1></body></html>', {
          status: Number(fault),
          headers: { 'Content-Type': 'text/html' },
        });
      case 'hang':
        await exchange.clock.sleep(options.hangMs);
        throw new DOMException('The operation timed out', 'TimeoutError');
      case 'reset':
        respond();
        return null;
    }
  }

  function route(method: string, path: string, form: FormParams, query: URLSearchParams): Response {
    if (!path.startsWith(`${root}/`)) return fail(NOT_FOUND);
    const parts = path
      .slice(root.length + 1)
      .replace(/\.json$/, '')
      .split('/');
    const [resource, id, sub, subId] = parts;
    switch (resource) {
      case 'Calls': {
        if (id === undefined) return method === 'POST' ? calls.create(form) : calls.list(query);
        const call = exchange.calls.get(id);
        if (call && sub === 'Recordings') return recordings.ofCall(call, method, subId, form);
        if (call && sub === undefined) return method === 'POST' ? calls.update(call, form) : json(calls.write(call));
        return fail(NOT_FOUND);
      }
      case 'Conferences':
        return conferences.answer(method, parts.slice(1), form, query);
      case 'Recordings':
        return id === undefined ? recordings.list(query) : recordings.byName(method, id);
      case 'Messages': {
        if (id === undefined && method === 'POST') return messages.create(form);
        const message = exchange.messages.all.get(id ?? '');
        return message ? json(messages.write(message)) : fail(NOT_FOUND);
      }
      default:
        return fail(NOT_FOUND);
    }
  }

  /** What is the same for every order to ring somebody. */
  function checkNumbers(to: string, from: string): Failure | null {
    if (to === '') return bad(21_201, "No 'To' number is specified");
    if (from === '') return bad(21_213, "No 'From' number is specified");
    if (!NUMBER.test(to)) return bad(21_211, `The phone number you are attempting to call, ${to}, is not valid.`);
    if (options.callerIds && !options.callerIds.includes(from))
      return bad(21_210, `The source phone number provided, ${from}, is not yet verified for your account.`);
    if (options.refuses?.test(to))
      return bad(
        21_215,
        `Account not authorized to call ${to}. Perhaps you need to enable some international permissions.`,
      );
    return null;
  }

  return { answer };
}
