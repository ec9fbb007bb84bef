import { type FormParams, firstOf } from '../../twilio/signature.ts';
import { type CallOrder, durationOf, isOver, type NetworkCall, stamp } from '../call.ts';
import { type ApiContext, addressOf, bad, fail, json, methodOf, page, subscriptionOf } from './reply.ts';

const NOT_LIVE = bad(21_220, 'Call is not in-progress. Cannot redirect.');

/** Calls: placing, changing, finding them. */
export function createCallsApi({ exchange, accountSid, root, checkNumbers }: ApiContext) {
  function create(form: FormParams): Response {
    const [to, from] = [firstOf(form, 'To') ?? '', firstOf(form, 'From') ?? ''];
    const url = firstOf(form, 'Url');
    const twiml = firstOf(form, 'Twiml');
    const wrong = checkNumbers(to, from) ?? checkUrl(url ?? (twiml === null ? null : 'http://localhost/'));
    if (wrong) return fail(wrong);
    if (exchange.isFull()) return fail({ status: 429, code: 10_004, message: 'Call concurrency limit exceeded' });
    const call = exchange.call({
      ...orderOf(form, 14_400),
      // With both, the address wins.
      voice: url !== null ? { url, method: methodOf(form, 'Method') } : { twiml: twiml ?? '' },
      fallback: addressOf(form, 'FallbackUrl'),
      amd:
        firstOf(form, 'MachineDetection') !== null && firstOf(form, 'AsyncAmd') === 'true'
          ? addressOf(form, 'AsyncAmdStatusCallback')
          : null,
    });
    return json(write(call), 201);
  }

  function update(call: NetworkCall, form: FormParams): Response {
    const status = firstOf(form, 'Status');
    if (isOver(call)) return fail(NOT_LIVE);
    if (status === 'completed' || (status === 'canceled' && call.status !== 'in-progress')) exchange.cut(call);
    const [url, twiml] = [firstOf(form, 'Url'), firstOf(form, 'Twiml')];
    if (url !== null || twiml !== null) {
      if (call.status !== 'in-progress') return fail(NOT_LIVE);
      exchange.redirect(call, url !== null ? { url, method: methodOf(form, 'Method') } : { twiml: twiml ?? '' });
    }
    return json(write(call));
  }

  function list(query: URLSearchParams): Response {
    const [to, from, status] = [query.get('To'), query.get('From'), query.get('Status')];
    const found = [...exchange.calls.values()]
      .reverse()
      .filter(
        (call) =>
          (to === null || call.to === to) &&
          (from === null || call.from === from) &&
          (status === null || call.status === status),
      );
    return page('calls', { found, query, path: `${root}/Calls.json`, write });
  }

  const write = (call: NetworkCall): object => ({
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

  return { create, update, list, write };
}

/** What every order to ring somebody says. */
export function orderOf(form: FormParams, limitS: number): Omit<CallOrder, 'amd'> {
  return {
    from: firstOf(form, 'From') ?? '',
    to: firstOf(form, 'To') ?? '',
    direction: 'outbound-api',
    voice: null,
    fallback: null,
    callbacks: subscriptionOf(form, 'StatusCallback'),
    ringMs: Math.min(600, Number(firstOf(form, 'Timeout') ?? 60)) * 1000,
    limitMs: Number(firstOf(form, 'TimeLimit') ?? limitS) * 1000,
    parent: null,
  };
}

function checkUrl(url: string | null): ReturnType<typeof bad> | null {
  if (url === null) return bad(21_205, 'Url parameter is required');
  return /^https?:\/\/[^/_]+(\/|$)/.test(url) ? null : bad(21_205, `Url is not a valid URL: ${url}`);
}
