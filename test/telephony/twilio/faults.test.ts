import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { CarrierError } from '../../../src/telephony/carrier.ts';
import { hookAddresses } from '../../../src/telephony/twilio/addresses.ts';
import { createTwilioCarrier } from '../../../src/telephony/twilio/client.ts';
import { kindOfCode } from '../../../src/telephony/twilio/faults.ts';
import { type Fetch, rebase } from '../../../src/telephony/twilio/transport.ts';

const ORDER = { attemptId: 'a1', to: '+85223456789', from: '+862912340000', ringMs: 28_000, maxMs: 900_000 };

const carrierAt = (options: { readonly baseUrl?: string; readonly fetch?: Fetch; readonly timeoutMs?: number }) =>
  createTwilioCarrier({
    name: 'twilio',
    accountSid: `AC${'0'.repeat(32)}`,
    authToken: 'token',
    baseUrl: null,
    hooks: hookAddresses('https://survey.example'),
    maxCps: 1,
    maxLines: 1,
    ...options,
  });

async function failureOf(work: Promise<unknown>): Promise<CarrierError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CarrierError)) throw new Error(`no CarrierError but ${String(error)}`);
  return error;
}

const refusing = (status: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
  carrierAt({ fetch: async () => new Response(body, { status, headers }) });

describe('what an error of the carrier means for the attempt', () => {
  test.each([
    [20_003, 401, 'auth'],
    [20_429, 429, 'rate'],
    [10_004, 429, 'rate'],
    [21_211, 400, 'bad-number'],
    [21_217, 400, 'bad-number'],
    [13_224, 400, 'bad-number'],
    [21_214, 400, 'bad-number'],
    [21_614, 400, 'bad-number'],
    [21_215, 400, 'region'],
    [13_227, 400, 'region'],
    [32_205, 400, 'region'],
    [13_225, 400, 'blocked'],
    [21_216, 400, 'blocked'],
    [21_610, 400, 'blocked'],
    [21_210, 400, 'config'],
    [21_212, 400, 'config'],
    [13_214, 400, 'config'],
    [99_999, 400, 'config'],
  ])('error %i (HTTP %i) is “%s”', async (code, status, kind) => {
    const body = JSON.stringify({ code, message: 'no', more_info: '', status });
    const error = await failureOf(refusing(status, body).placeCall(ORDER));
    expect([error.kind, error.providerCode]).toEqual([kind, String(code)]);
  });

  test.each([11_200, 11_205, 11_210, 11_220, 12_100, 12_200, 12_300, 11_750])(
    'error %i in a call is our own fault',
    (code) => {
      expect(kindOfCode(code)).toBe('our-fault');
    },
  );

  test.each([
    [30_003, 'carrier-down'],
    [30_005, 'bad-number'],
    [30_006, 'bad-number'],
    [30_007, 'config'],
    [30_008, 'carrier-down'],
  ])('status %i of a message is “%s”', (code, kind) => {
    expect(kindOfCode(code)).toBe(kind);
  });

  test('a code that nobody knows means nothing', () => {
    expect([kindOfCode(99_999), kindOfCode(null)]).toEqual([null, null]);
  });
});

describe('answers that are none', () => {
  test('401 in HTML is about the account, 404 and other refusals about the settings', async () => {
    expect((await failureOf(refusing(401, '<html>').placeCall(ORDER))).kind).toBe('auth');
    expect((await failureOf(refusing(404, '<html>').placeCall(ORDER))).kind).toBe('config');
  });

  test('too many requests says when to come back', async () => {
    const error = await failureOf(refusing(429, '', { 'Retry-After': '7' }).placeCall(ORDER));
    expect([error.kind, error.retryAfterMs]).toEqual(['rate', 7000]);
  });

  test('after a failing gateway the call may have been placed; after 503 it was not', async () => {
    for (const status of [500, 502, 504])
      expect((await failureOf(refusing(status, '<html>').placeCall(ORDER))).kind).toBe('ambiguous');
    expect((await failureOf(refusing(503, '<html>').placeCall(ORDER))).kind).toBe('carrier-down');
  });

  test('a failing gateway leaves nothing in doubt where nothing is placed', async () => {
    const sid = `CA${'0'.repeat(32)}`;
    expect((await failureOf(refusing(500, '<html>').hangup(sid))).kind).toBe('carrier-down');
  });

  test('a page instead of an answer, or an answer without a name, leaves it open', async () => {
    expect((await failureOf(refusing(200, '<html>sign in</html>').placeCall(ORDER))).kind).toBe('ambiguous');
    expect((await failureOf(refusing(201, '{}').placeCall(ORDER))).kind).toBe('ambiguous');
  });
});

describe('a real connection', () => {
  async function withServer(
    answer: Parameters<typeof createServer>[1],
    work: (baseUrl: string) => Promise<void>,
  ): Promise<void> {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/twilio`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  test('orders go to the server of the settings, whatever host the client names', async () => {
    const seen: (string | undefined)[] = [];
    await withServer(
      (request, response) => {
        seen.push(request.url, request.headers.authorization);
        response.writeHead(201, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify({ sid: `CA${'1'.repeat(32)}`, queue_time: '1500' }));
      },
      async (baseUrl) => {
        const placed = await carrierAt({ baseUrl }).placeCall(ORDER);
        expect(placed).toEqual({ providerCallId: `CA${'1'.repeat(32)}`, queuedMs: 1500 });
      },
    );
    expect(seen).toEqual([
      `/twilio/2010-04-01/Accounts/AC${'0'.repeat(32)}/Calls.json`,
      `Basic ${Buffer.from(`AC${'0'.repeat(32)}:token`).toString('base64')}`,
    ]);
  });

  test('silence, and a connection cut after the order was taken, leave it open', async () => {
    await withServer(
      () => {},
      async (baseUrl) => {
        expect((await failureOf(carrierAt({ baseUrl, timeoutMs: 200 }).placeCall(ORDER))).kind).toBe('ambiguous');
      },
    );
    await withServer(
      (request) => request.socket.destroy(),
      async (baseUrl) => {
        expect((await failureOf(carrierAt({ baseUrl }).placeCall(ORDER))).kind).toBe('ambiguous');
      },
    );
  });

  test('when nobody listens nothing was placed', async () => {
    let gone = '';
    await withServer(
      () => {},
      async (baseUrl) => {
        gone = baseUrl;
      },
    );
    expect((await failureOf(carrierAt({ baseUrl: gone }).placeCall(ORDER))).kind).toBe('carrier-down');
  });
});

test('only protocol, host and port change, and a path in front', () => {
  const uri = 'https://api.twilio.com/2010-04-01/Accounts/AC1/Calls.json?To=%2B86';
  expect(rebase(uri, 'http://127.0.0.1:8790/').href).toBe(
    'http://127.0.0.1:8790/2010-04-01/Accounts/AC1/Calls.json?To=%2B86',
  );
  expect(rebase(uri, 'https://sw.example/api/laml').pathname).toBe('/api/laml/2010-04-01/Accounts/AC1/Calls.json');
  expect(rebase(uri, null).href).toBe(uri);
});

test('Twilio itself does not call mainland China; others who speak the same may', () => {
  expect(carrierAt({}).caps.serves('+8613900000001')).toBe(false);
  expect(carrierAt({}).caps.serves('+85223456789')).toBe(true);
  expect(carrierAt({ baseUrl: 'http://127.0.0.1:1' }).caps.serves('+8613900000001')).toBe(true);
});
