import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppServer, listen } from '../../../src/http/server.ts';
import { createWebhookService } from '../../../src/services/webhooks.ts';
import type { CarrierEvent } from '../../../src/telephony/carrier.ts';
import { hookAddresses } from '../../../src/telephony/twilio/addresses.ts';
import { startApp, type TestApp } from '../../support/app.ts';

const BASE = 'https://survey.example.cn';
const TOKEN = 'token';

/** Through a real port: what Node, its adapter and the middleware before the hooks make of an address. */
describe('a webhook through a real port', () => {
  const events: CarrierEvent[] = [];
  let app: TestApp;
  let server: AppServer;
  beforeAll(async () => {
    app = await startApp();
    const { services } = app;
    const log = { warn: () => {}, error: () => {} };
    server = await listen(
      {
        ...{ ...services, log, baseUrl: BASE, trustProxy: true, ratePerMinute: 0, demo: null },
        twilio: {
          handle: async (event) => {
            events.push(event);
            return null;
          },
          webhooks: createWebhookService(services),
          ...{ tokens: [TOKEN], publicBaseUrl: BASE, addresses: hookAddresses(BASE) },
          ...{ clock: services.clock, log },
        },
      },
      { host: '127.0.0.1', port: 0 },
    );
  });
  afterAll(async () => {
    await server.close();
    await app.close();
  });

  const post = (path: string, body: string, signature: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const headers = {
        host: 'internal:8787',
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': signature,
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'http',
      };
      request({ port: server.port, host: '127.0.0.1', method: 'POST', path, headers }, (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode));
      })
        .once('error', reject)
        .end(body);
    });
  const sign = (path: string, pairs: string): string =>
    createHmac('sha1', TOKEN).update(`${BASE}${path}${pairs}`).digest('base64');

  it.each([
    '/hooks/twilio/voice/a1?token=a1.safety.7',
    '/hooks/twilio/voice/a1?token=a1.safety.7&x=%e5%ae%89',
    '/hooks/twilio/voice/a1?b=2&token=a1.safety.7&a=1&b=1',
    '/hooks/twilio/voice/a1?token=a1.safety.7&empty=&plus=+&tilde=~&brackets=[1]',
    '/hooks/twilio/voice/a%2D1?token=a1.safety.7',
  ])('is judged by its address as it was sent: %s', async (path) => {
    events.length = 0;
    expect(await post(path, 'Digits=+1&CallSid=CA1', sign(path, 'CallSidCA1Digits 1'))).toBe(200);
    expect(events).toMatchObject([{ t: 'input', digits: ' 1', token: 'a1.safety.7' }]);
  });

  it('and refused when anything of it was changed', async () => {
    events.length = 0;
    const path = '/hooks/twilio/voice/a1?token=a1.safety.7';
    expect(await post(path.replace('.7', '.8'), 'CallSid=CA1', sign(path, 'CallSidCA1'))).toBe(403);
    expect(await post(path, 'CallSid=CA2', sign(path, 'CallSidCA1'))).toBe(403);
    expect(await post(`${path}&x=1`, 'CallSid=CA1', sign(path, 'CallSidCA1'))).toBe(403);
    expect(events).toEqual([]);
  });

  it('has no hooks to reach where no carrier is set', async () => {
    const without = await startApp({ twilio: null });
    expect((await without.send('/hooks/twilio/inbound', { method: 'POST' })).status).toBe(404);
    await without.close();
  });
});
