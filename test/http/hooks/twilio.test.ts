import { createHash, createHmac } from 'node:crypto';
import { Hono } from 'hono';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { twilioHooks } from '../../../src/http/hooks/twilio.ts';
import type { Step } from '../../../src/interview/step.ts';
import { createWebhookService, type WebhookService } from '../../../src/services/webhooks.ts';
import type { CarrierEvent } from '../../../src/telephony/carrier.ts';
import { hookAddresses } from '../../../src/telephony/twilio/addresses.ts';
import { withStores } from '../../support/store.ts';

const BASE = 'https://survey.example.cn/zhixiao';
const [PRIMARY, SECONDARY] = ['token-in-use', 'token-to-come'];
const CALL = {
  CallSid: 'CA1',
  AccountSid: 'AC1',
  From: '+8613800138000',
  To: '+8609151234567',
  CallStatus: 'in-progress',
};
const QUESTION: Step = {
  prompts: [{ say: '您满意吗？很满意请按1。', lang: 'zh' }],
  next: {
    t: 'gather',
    min: 1,
    max: 1,
    keys: '1*',
    timeoutMs: 5000,
    terminator: null,
    bargeIn: true,
    token: 'a1.safety.7',
  },
};

const database = await withStores('sqlite');
afterAll(() => database.close());

let events: CarrierEvent[];
let logged: object[];
let answer: (event: CarrierEvent) => Promise<Step | null>;
let webhooks: WebhookService;
let now: number;
let app: Hono;

beforeEach(async () => {
  events = [];
  logged = [];
  answer = async () => QUESTION;
  now = 5000;
  webhooks = createWebhookService({ ...database, clock: () => now });
  await database.connection.transaction((tx) => database.stores.messages.forgetSeen(tx, 10 * 86_400_000));
  app = listenAt(BASE);
});

function listenAt(base: string): Hono {
  const note = (fields: object) => logged.push(fields);
  return new Hono().route(
    '/hooks/twilio',
    twilioHooks({
      handle: async (event, admit) =>
        database.connection.transaction(async (tx) => {
          await admit(tx);
          events.push(event);
          return answer(event);
        }),
      webhooks,
      tokens: [PRIMARY, SECONDARY],
      publicBaseUrl: base,
      addresses: hookAddresses(base),
      clock: () => 5000,
      log: { warn: note, error: note },
    }),
  );
}

type Pairs = readonly (readonly [string, string])[];

/** The signature after the carrier's own description of it, not by the library that checks it. */
function sign(url: string, pairs: Pairs, token = PRIMARY): string {
  const values = new Map<string, Set<string>>();
  for (const [key, value] of pairs) values.set(key, (values.get(key) ?? new Set()).add(value));
  const signed = [...values.keys()]
    .sort()
    .flatMap((key) => [...(values.get(key) ?? [])].sort().map((value) => key + value));
  return createHmac('sha1', token)
    .update(url + signed.join(''))
    .digest('base64');
}

const encode = (pairs: Pairs): string =>
  new URLSearchParams(pairs.map(([key, value]): [string, string] => [key, value])).toString();

interface Sent {
  readonly path: string;
  readonly pairs?: Pairs;
  readonly body?: string;
  readonly signature?: string | null;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A webhook as it arrives at the port behind the proxy. Unless told otherwise it is signed as the carrier signs it. */
async function send({
  path,
  pairs = Object.entries(CALL),
  body,
  signature,
  host = 'http://10.0.0.7:8787',
  headers,
}: Sent) {
  const own = signature === undefined ? sign(`${BASE}${path}`, pairs) : signature;
  return app.request(`${host}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      ...(own !== null && { 'x-twilio-signature': own }),
      ...headers,
    },
    body: body ?? encode(pairs),
  });
}

const VOICE = '/hooks/twilio/voice/a1?token=a1.safety.7';
const pairsOf = (more: Readonly<Record<string, string>>): Pairs => Object.entries({ ...CALL, ...more });

describe('the signature of a webhook', () => {
  const accepted = async (sent: Sent) => {
    const response = await send(sent);
    expect(response.status).toBe(200);
    expect(webhooks.readCounts().refused).toBe(0);
  };
  const refused = async (sent: Sent) => {
    const before = { events: events.length, logged: logged.length, refused: webhooks.readCounts().refused };
    const response = await send(sent);
    expect([response.status, await response.text()]).toEqual([403, '']);
    expect(events).toHaveLength(before.events);
    expect(logged).toHaveLength(before.logged + 1);
    expect(webhooks.readCounts().refused).toBe(before.refused + 1);
  };

  it('holds over the exact public address and all pairs, wherever the request arrives', async () => {
    await accepted({ path: VOICE, pairs: pairsOf({ Digits: '2' }) });
    await accepted({ path: VOICE, host: 'http://localhost:8787' });
    await accepted({ path: VOICE, headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' } });
  });

  it.each([
    ['http in place of https', `http://survey.example.cn/zhixiao${VOICE}`],
    ['the internal host and port', `http://10.0.0.7:8787${VOICE}`],
    ['no path of the public base', `https://survey.example.cn${VOICE}`],
    ['a slash at the end', `${BASE}/hooks/twilio/voice/a1/?token=a1.safety.7`],
    ['the query stripped', `${BASE}/hooks/twilio/voice/a1`],
    ['another attempt', `${BASE}/hooks/twilio/voice/a2?token=a1.safety.7`],
    ['another step', `${BASE}/hooks/twilio/voice/a1?token=a1.safety.8`],
    ['the connection override left in', `${BASE}${VOICE}#rc=2`],
  ])('does not hold over %s', async (_what, url) => {
    await refused({ path: VOICE, signature: sign(url, Object.entries(CALL)) });
  });

  it('does not hold over a query in another order', async () => {
    const url = `${BASE}/hooks/twilio/voice/a1?after=pause&token=a1.safety.7`;
    await refused({
      path: '/hooks/twilio/voice/a1?token=a1.safety.7&after=pause',
      signature: sign(url, Object.entries(CALL)),
    });
  });

  it.each([
    ['https://survey.example.cn', 'https://survey.example.cn:443'],
    ['https://survey.example.cn:443', 'https://survey.example.cn'],
    ['https://survey.example.cn:8443', 'https://survey.example.cn'],
  ])('holds when only the port differs: %s, signed as %s', async (base, signedAs) => {
    app = listenAt(base);
    await accepted({ path: VOICE, signature: sign(`${signedAs}${VOICE}`, Object.entries(CALL)) });
  });

  it('holds when percent signs are written differently, and for Chinese in the query', async () => {
    await accepted({
      path: '/hooks/twilio/voice/a1?token=a1.safety.7&x=%e5%ae%89',
      signature: sign(`${BASE}/hooks/twilio/voice/a1?token=a1.safety.7&x=%E5%AE%89`, Object.entries(CALL)),
    });
    await accepted({ path: '/hooks/twilio/voice/a1?token=a1.safety.7&x=%E5%AE%89%E5%BA%B7' });
  });

  it.each<readonly [string, Pairs, Pairs]>([
    [
      'an empty value',
      [
        ['CallSid', 'CA1'],
        ['Digits', ''],
      ],
      [['CallSid', 'CA1']],
    ],
    ['spaces around a value', [['Body', '  退订 ']], [['Body', '退订']]],
    ['a plus sign', [['From', '+8613800138000']], [['From', ' 8613800138000']]],
    [
      'a key that came twice',
      [
        ['MediaUrl', 'a'],
        ['MediaUrl', 'b'],
      ],
      [['MediaUrl', 'b']],
    ],
    [
      'a field nobody knows yet',
      [
        ['CallSid', 'CA1'],
        ['NewField', 'x'],
      ],
      [['CallSid', 'CA1']],
    ],
  ])('covers %s', async (_what, sent, mended) => {
    await accepted({ path: VOICE, pairs: sent });
    await refused({ path: VOICE, pairs: sent, signature: sign(`${BASE}${VOICE}`, mended) });
  });

  it('holds for a key that came twice, in any order', async () => {
    const [one, other]: [Pairs, Pairs] = [
      [
        ['E', 'ringing'],
        ['A', '1'],
        ['E', 'answered'],
      ],
      [
        ['E', 'answered'],
        ['E', 'ringing'],
        ['A', '1'],
      ],
    ];
    await accepted({ path: VOICE, pairs: one, signature: sign(`${BASE}${VOICE}`, other) });
  });

  it('covers a JSON body by its hash in the address', async () => {
    const body = '{"CallStatus":"completed"}';
    const hash = createHash('sha256').update(body).digest('hex');
    const path = `/hooks/twilio/status/a1?bodySHA256=${hash}`;
    const headers = { 'content-type': 'application/json' };
    const signature = sign(`${BASE}${path}`, []);
    expect((await send({ path, body, headers, signature })).status).toBe(204);
    expect(webhooks.readCounts().refused).toBe(0);
    await refused({ path, body: body.replace('completed', 'failed'), headers, signature });
  });

  it('is not covered by a JSON body without its hash', async () => {
    const path = '/hooks/twilio/status/a1';
    await refused({
      path,
      body: '{}',
      headers: { 'content-type': 'application/json' },
      signature: sign(`${BASE}${path}`, []),
    });
  });

  it('may be of the second token while tokens are changed, and of no other', async () => {
    await accepted({ path: VOICE, signature: sign(`${BASE}${VOICE}`, Object.entries(CALL), SECONDARY) });
    await refused({ path: VOICE, signature: sign(`${BASE}${VOICE}`, Object.entries(CALL), 'token-of-somebody') });
  });

  it.each([null, '', 'nonsense', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='])('must be there and right: %j', async (signature) => {
    await refused({ path: VOICE, signature });
  });

  it('is looked for before anything else, on every address of the hooks', async () => {
    for (const path of [
      'status/a1',
      'amd/a1',
      'recording/a1',
      'inbound',
      'sms-status/m1',
      'sms-in',
      'fallback/a1',
      'x',
    ])
      expect((await send({ path: `/hooks/twilio/${path}`, signature: null })).status).toBe(403);
    expect(events).toEqual([]);
  });

  it('is not looked for in a body that no carrier sends', async () => {
    const response = await send({ path: VOICE, pairs: [['Body', 'x'.repeat(70_000)]] });
    expect([response.status, await response.text()]).toEqual([413, '']);
    expect(events).toEqual([]);
  });
});

describe('a webhook', () => {
  it('becomes an event, and the step that comes back a document', async () => {
    const response = await send({ path: VOICE, pairs: pairsOf({ Digits: '2' }) });
    expect(events).toMatchObject([
      { t: 'input', attemptId: 'a1', providerCallId: 'CA1', token: 'a1.safety.7', digits: '2', at: 5000 },
    ]);
    expect(response.headers.get('content-type')).toBe('text/xml; charset=utf-8');
    const xml = await response.text();
    expect(xml).toContain('您满意吗？很满意请按1。');
    expect(xml).toContain(`action="${BASE}/hooks/twilio/voice/a1?token=a1.safety.7"`);
  });

  it('begins a call, and brings silence, the terminator and several keys as they were pressed', async () => {
    await send({ path: '/hooks/twilio/voice/a1' });
    await send({ path: VOICE, pairs: pairsOf({ Digits: '' }) });
    await send({ path: VOICE, pairs: pairsOf({ Digits: '13', FinishedOnKey: '#' }) });
    expect(events).toMatchObject([
      { t: 'start', attemptId: 'a1' },
      { t: 'input', digits: '' },
      { t: 'input', digits: '13#' },
    ]);
  });

  it('tells what became of a call, and is answered with nothing', async () => {
    const end = { CallStatus: 'completed', SequenceNumber: '3', CallDuration: '61', SipResponseCode: '200' };
    const response = await send({ path: '/hooks/twilio/status/a1', pairs: pairsOf(end) });
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(events).toMatchObject([
      { t: 'ended', attemptId: 'a1', status: 'completed', seq: 3, durationMs: 61_000, sip: 200 },
    ]);
  });

  it('tells of machines, recordings, calls and messages that come in', async () => {
    await send({ path: '/hooks/twilio/amd/a1', pairs: pairsOf({ AnsweredBy: 'machine_start' }) });
    await send({
      path: '/hooks/twilio/recording/a1',
      pairs: pairsOf({
        RecordingSid: 'RE1',
        RecordingStatus: 'completed',
        RecordingDuration: '60',
        RecordingUrl: 'https://x/RE1',
      }),
    });
    await send({ path: '/hooks/twilio/inbound' });
    await send({
      path: '/hooks/twilio/sms-status/m1',
      pairs: [
        ['MessageSid', 'SM1'],
        ['MessageStatus', 'delivered'],
      ],
    });
    const reply = await send({
      path: '/hooks/twilio/sms-in',
      pairs: [
        ['MessageSid', 'SM2'],
        ['From', '+8613800138000'],
        ['To', '1'],
        ['Body', '退订'],
      ],
    });
    expect(await reply.text()).toContain('<Response/>');
    expect(events).toMatchObject([
      { t: 'amd', by: 'machine' },
      { t: 'recording', recordingId: 'RE1', seconds: 60 },
      { t: 'inbound', attemptId: null, from: '+8613800138000' },
      { t: 'sms-status', messageId: 'm1', status: 'delivered' },
      { t: 'sms-in', body: '退订' },
    ]);
  });

  it('that nobody understands is taken and changes nothing', async () => {
    expect((await send({ path: '/hooks/twilio/status/a1', pairs: pairsOf({ CallStatus: 'dreaming' }) })).status).toBe(
      204,
    );
    expect(events).toEqual([]);
  });

  it('that comes twice within a carrier’s time for retries is answered the same and counted', async () => {
    const first = await (await send({ path: VOICE, pairs: pairsOf({ Digits: '2' }) })).text();
    expect(webhooks.readCounts()).toEqual({ refused: 0, repeated: 0, replayed: 0, failed: 0 });
    now += 60_000;
    const second = await send({
      path: VOICE,
      pairs: pairsOf({ Digits: '2' }),
      headers: { 'i-twilio-idempotency-token': 'another' },
    });
    expect(await second.text()).toBe(first);
    expect(webhooks.readCounts()).toEqual({ refused: 0, repeated: 1, replayed: 0, failed: 0 });
    expect(events[0]).toEqual(events[1]);
  });

  it('that is played back later is refused and counted, whatever its idempotency token says', async () => {
    for (const [path, form] of [
      [VOICE, { Digits: '2' }],
      ['/hooks/twilio/status/a1', { CallStatus: 'completed' }],
      ['/hooks/twilio/inbound', {}],
      ['/hooks/twilio/sms-in', { MessageSid: 'SM2', Body: '退订' }],
    ] as const) {
      const sent = { path, pairs: pairsOf(form) };
      expect((await send(sent)).status).toBeLessThan(300);
      // A retry in between makes it no younger.
      now += 50_000;
      expect((await send(sent)).status).toBeLessThan(300);
      now += 10_001;
      const late = await send({ ...sent, headers: { 'i-twilio-idempotency-token': 'another' } });
      expect(late.status).toBe(403);
      expect(await late.json()).toEqual({ error: { code: 'WEBHOOK_REPLAYED', details: {}, requestId: 'another' } });
    }
    expect(webhooks.readCounts()).toEqual({ refused: 0, repeated: 4, replayed: 4, failed: 0 });
  });

  it('that failed is not answered: its retry is new, however late', async () => {
    const works = answer;
    answer = async () => {
      throw new Error('no disk');
    };
    const sent = { path: '/hooks/twilio/status/a1', pairs: pairsOf({ CallStatus: 'completed' }) };
    expect((await send(sent)).status).toBe(500);
    now += 120_000;
    answer = works;
    expect((await send(sent)).status).toBe(204);
    expect(webhooks.readCounts()).toEqual({ refused: 0, repeated: 0, replayed: 0, failed: 1 });
  });

  it('at which we fail is answered with a sentence, never with a stack', async () => {
    answer = async () => {
      throw new Error('secret of the house');
    };
    const response = await send({ path: VOICE, pairs: pairsOf({ Digits: '2' }) });
    const xml = await response.text();
    expect(response.status).toBe(200);
    expect(xml).toContain('对不起，系统出了故障，我们稍后再打给您，再见！');
    expect(xml).toContain('<Hangup/>');
    expect(xml).not.toContain('secret');
    const status = await send({ path: '/hooks/twilio/status/a1', pairs: pairsOf({ CallStatus: 'completed' }) });
    expect([status.status, await status.text()]).toEqual([500, '']);
    expect(webhooks.readCounts()).toMatchObject({ failed: 2 });
  });

  it('for which there is no step ends the call politely', async () => {
    answer = async () => null;
    const response = await send({
      path: '/hooks/twilio/fallback/a1',
      pairs: pairsOf({ ErrorCode: '11200', ErrorUrl: 'https://x' }),
    });
    expect(events).toMatchObject([{ t: 'fallback', errorCode: '11200' }]);
    expect(await response.text()).toContain('系统出了故障');
  });
});
