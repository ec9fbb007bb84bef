import { type FormParams, firstOf, readForm } from '../twilio/signature.ts';
import { type Address, durationOf, isOver, type NetworkCall, type Recording, stamp } from './call.ts';
import type { Exchange, NetworkMessage } from './exchange.ts';
import { toneWav } from './wav.ts';

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

interface Failure {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

const NUMBER = /^\+[1-9]\d{6,14}$/;
const NOT_FOUND: Failure = { status: 404, code: 20_404, message: 'The requested resource was not found' };

/**
 * The API of the network, in Twilio's words: orders in, JSON out. Give it to the official client as its server.
 */
export function createRestApi(options: RestOptions) {
  const { exchange, accountSid, authToken } = options;
  const root = `/2010-04-01/Accounts/${accountSid}`;
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
    if (resource === 'Calls') {
      if (id === undefined) return method === 'POST' ? createCall(form) : listCalls(query);
      const call = exchange.calls.get(id);
      if (!call) return fail(NOT_FOUND);
      if (sub === 'Recordings') return recordCall(call, method, subId, form);
      if (sub === undefined) return method === 'POST' ? updateCall(call, form) : json(callJson(call));
    }
    if (resource === 'Recordings' && id !== undefined) return keepRecording(method, id);
    if (resource === 'Messages') {
      if (id === undefined && method === 'POST') return createMessage(form);
      const message = id === undefined ? undefined : exchange.messages.get(id);
      if (message) return json(messageJson(message));
    }
    return fail(NOT_FOUND);
  }

  // Calls

  function createCall(form: FormParams): Response {
    const [to, from] = [firstOf(form, 'To') ?? '', firstOf(form, 'From') ?? ''];
    const url = firstOf(form, 'Url');
    const twiml = firstOf(form, 'Twiml');
    const wrong = checkOrder(to, from, url ?? (twiml === null ? null : 'http://localhost/'));
    if (wrong) return fail(wrong);
    if (exchange.isFull()) return fail({ status: 429, code: 10_004, message: 'Call concurrency limit exceeded' });
    const address = (key: string): Address | null => addressOf(form, key);
    const callbacks = address('StatusCallback');
    const events = valuesOf(form, 'StatusCallbackEvent');
    const amd = firstOf(form, 'MachineDetection') === null ? null : address('AsyncAmdStatusCallback');
    const call = exchange.call({
      from,
      to,
      direction: 'outbound-api',
      // With both, the address wins.
      voice: url !== null ? { url, method: methodOf(form, 'Method') } : { twiml: twiml ?? '' },
      fallback: address('FallbackUrl'),
      callbacks: callbacks && { ...callbacks, events: new Set(events.length > 0 ? events : ['completed']) },
      amd: firstOf(form, 'AsyncAmd') === 'true' ? amd : null,
      ringMs: Math.min(600, Number(firstOf(form, 'Timeout') ?? 60)) * 1000,
      limitMs: Number(firstOf(form, 'TimeLimit') ?? 14_400) * 1000,
      parent: null,
    });
    return json(callJson(call), 201);
  }

  function checkOrder(to: string, from: string, url: string | null): Failure | null {
    const bad = (code: number, message: string): Failure => ({ status: 400, code, message });
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
    if (url === null) return bad(21_205, 'Url parameter is required');
    if (!/^https?:\/\/[^/_]+(\/|$)/.test(url)) return bad(21_205, `Url is not a valid URL: ${url}`);
    return null;
  }

  function updateCall(call: NetworkCall, form: FormParams): Response {
    const status = firstOf(form, 'Status');
    if (isOver(call)) return fail({ status: 400, code: 21_220, message: 'Call is not in-progress. Cannot redirect.' });
    if (status === 'completed' || (status === 'canceled' && call.status !== 'in-progress')) exchange.cut(call);
    const [url, twiml] = [firstOf(form, 'Url'), firstOf(form, 'Twiml')];
    if (url !== null || twiml !== null) {
      if (call.status !== 'in-progress')
        return fail({ status: 400, code: 21_220, message: 'Call is not in-progress. Cannot redirect.' });
      exchange.redirect(call, url !== null ? { url, method: methodOf(form, 'Method') } : { twiml: twiml ?? '' });
    }
    return json(callJson(call));
  }

  function listCalls(query: URLSearchParams): Response {
    const [to, from, status] = [query.get('To'), query.get('From'), query.get('Status')];
    const size = Math.min(1000, Math.max(1, Number(query.get('PageSize') ?? 50)));
    const page = Math.max(0, Number(query.get('Page') ?? 0));
    const found = [...exchange.calls.values()]
      .reverse()
      .filter(
        (call) =>
          (to === null || call.to === to) &&
          (from === null || call.from === from) &&
          (status === null || call.status === status),
      );
    const start = page * size;
    const next = new URLSearchParams(query);
    next.set('Page', String(page + 1));
    const hasMore = found.length > start + size;
    return json({
      calls: found.slice(start, start + size).map(callJson),
      page,
      page_size: size,
      start,
      end: Math.min(found.length, start + size) - 1,
      uri: `${root}/Calls.json?${query}`,
      first_page_uri: `${root}/Calls.json?PageSize=${size}&Page=0`,
      next_page_uri: hasMore ? `${root}/Calls.json?${next}` : null,
      previous_page_uri: null,
    });
  }

  const callJson = (call: NetworkCall): object => ({
    sid: call.sid,
    account_sid: accountSid,
    api_version: '2010-04-01',
    to: call.to,
    from: call.from,
    to_formatted: call.to,
    from_formatted: call.from,
    status: call.status,
    direction: call.direction,
    answered_by: call.answeredBy,
    parent_call_sid: call.parent?.sid ?? null,
    date_created: stamp(call.createdAt),
    date_updated: stamp(call.endedAt ?? call.createdAt),
    start_time: call.startedAt === null ? null : stamp(call.startedAt),
    end_time: call.endedAt === null ? null : stamp(call.endedAt),
    duration: call.endedAt === null ? null : String(durationOf(call)),
    queue_time: String(call.queueMs),
    price: null,
    price_unit: 'USD',
    uri: `${root}/Calls/${call.sid}.json`,
    subresource_uris: { recordings: `${root}/Calls/${call.sid}/Recordings.json` },
  });

  // Recordings

  function recordCall(call: NetworkCall, method: string, id: string | undefined, form: FormParams): Response {
    if (method !== 'POST') return json({ recordings: call.recordings.map(recordingJson), next_page_uri: null });
    if (id === undefined) {
      if (call.status !== 'in-progress')
        return fail({ status: 400, code: 21_220, message: 'Requested resource is not eligible for recording' });
      const callback = addressOf(form, 'RecordingStatusCallback');
      const events = valuesOf(form, 'RecordingStatusCallbackEvent').flatMap((one) => one.split(' '));
      const subscribed = new Set(events.length > 0 ? events : ['completed']);
      const recording = exchange.startRecording(call, callback && { ...callback, events: subscribed });
      return json(recordingJson(recording), 201);
    }
    const recording =
      id === 'Twilio.CURRENT'
        ? call.recordings.find(({ endedAt }) => endedAt === null)
        : call.recordings.find(({ sid }) => sid === id);
    if (!recording) return fail(NOT_FOUND);
    if (firstOf(form, 'Status') === 'stopped') exchange.stopRecording(recording);
    return json(recordingJson(recording));
  }

  function keepRecording(method: string, name: string): Response {
    const sid = name.replace(/\.(wav|mp3)$/, '');
    const recording = exchange.recordings.get(sid);
    if (!recording) return fail(NOT_FOUND);
    if (method === 'DELETE') {
      exchange.recordings.delete(sid);
      exchange.note({ kind: 'recording', call: recording.callSid, recording: sid, status: 'deleted' });
      return new Response(null, { status: 204 });
    }
    if (name === sid) return json(recordingJson(recording));
    return new Response(toneWav(secondsOf(recording)), { headers: { 'Content-Type': 'audio/x-wav' } });
  }

  const secondsOf = ({ startedAt, endedAt }: Recording): number =>
    Math.max(1, Math.round(((endedAt ?? exchange.clock.now()) - startedAt) / 1000));

  const recordingJson = (recording: Recording): object => ({
    sid: recording.sid,
    account_sid: accountSid,
    call_sid: recording.callSid,
    status: recording.endedAt === null ? 'in-progress' : 'completed',
    duration: recording.endedAt === null ? null : String(secondsOf(recording)),
    channels: 1,
    source: 'StartCallRecordingAPI',
    date_created: stamp(recording.startedAt),
    date_updated: stamp(recording.endedAt ?? recording.startedAt),
    start_time: stamp(recording.startedAt),
    uri: `${root}/Recordings/${recording.sid}.json`,
  });

  // Messages

  function createMessage(form: FormParams): Response {
    const bad = (code: number, message: string): Response => fail({ status: 400, code, message });
    const [to, from] = [firstOf(form, 'To') ?? '', firstOf(form, 'From') ?? ''];
    const content = firstOf(form, 'ContentSid');
    const body =
      firstOf(form, 'Body') ?? (content === null ? '' : `${content} ${firstOf(form, 'ContentVariables') ?? ''}`);
    if (to === '') return bad(21_604, "A 'To' phone number is required.");
    if (from === '') return bad(21_603, "A 'From' phone number is required.");
    if (!NUMBER.test(to)) return bad(21_211, `Invalid 'To' Phone Number: ${to}`);
    if (body === '') return bad(21_602, 'Message body is required.');
    if (body.length > 1600) return bad(21_617, 'The concatenated message body exceeds the 1600 character limit');
    if (exchange.isOptedOut(to)) return bad(21_610, 'Attempt to send to unsubscribed recipient');
    return json(messageJson(exchange.text({ from, to, body, callback: firstOf(form, 'StatusCallback') })), 201);
  }

  const messageJson = (message: NetworkMessage): object => ({
    sid: message.sid,
    account_sid: accountSid,
    to: message.to,
    from: message.from,
    body: message.body,
    status: message.status,
    direction: 'outbound-api',
    error_code: message.errorCode,
    error_message: null,
    date_created: stamp(message.createdAt),
    date_updated: stamp(message.createdAt),
    date_sent: null,
    num_segments: String(Math.ceil(message.body.length / 67) || 1),
    uri: `${root}/Messages/${message.sid}.json`,
  });

  return { answer };
}

function addressOf(form: FormParams, key: string): Address | null {
  const url = firstOf(form, key);
  return url === null ? null : { url, method: methodOf(form, `${key.replace(/Url$/, '')}Method`) };
}

const methodOf = (form: FormParams, key: string): Address['method'] => (firstOf(form, key) === 'GET' ? 'GET' : 'POST');

function valuesOf(form: FormParams, key: string): readonly string[] {
  const value = form[key];
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

function json(body: object, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
}

function fail({ status, code, message }: Failure, headers: Readonly<Record<string, string>> = {}): Response {
  const body = { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });
}
