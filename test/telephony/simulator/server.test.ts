import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRealClock } from '../../../src/telephony/simulator/clock.ts';
import { createPhoneNetwork, type PhoneNetwork } from '../../../src/telephony/simulator/network.ts';
import { listenNetwork, type NetworkServer } from '../../../src/telephony/simulator/server.ts';
import { hookAddresses } from '../../../src/telephony/twilio/addresses.ts';
import { createTwilioCarrier } from '../../../src/telephony/twilio/client.ts';
import { findSigner, firstOf, readForm } from '../../../src/telephony/twilio/signature.ts';
import { ACCOUNT, OURS, scriptedPhone, THEIRS, TOKEN } from './world.ts';

describe('the network in a process of its own, over HTTP', () => {
  const clock = createRealClock(50);
  const told: string[] = [];
  let refused = 0;
  let hooks: Server;
  let network: PhoneNetwork;
  let server: NetworkServer;

  beforeAll(async () => {
    hooks = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += String(part);
      const form = readForm(body);
      const signature = String(request.headers['x-twilio-signature'] ?? '');
      const url = `http://127.0.0.1:${(hooks.address() as AddressInfo).port}${request.url ?? ''}`;
      if (findSigner([TOKEN], { url, form, signature }) !== 0) refused++;
      told.push(`${request.url?.split('/')[3] ?? ''} ${firstOf(form, 'CallStatus') ?? ''}`);
      response.setHeader('Content-Type', 'text/xml');
      response.end('<Response><Say language="cmn-CN">再见</Say></Response>');
    });
    await new Promise<void>((resolve) => hooks.listen(0, '127.0.0.1', resolve));
    network = createPhoneNetwork({
      clock,
      seed: 7,
      accountSid: ACCOUNT,
      authToken: TOKEN,
      publicBaseUrl: 'http://127.0.0.1',
      fetch: (url, init) => fetch(url, init),
      hangMs: 20_000,
    });
    server = await listenNetwork(network, { host: '127.0.0.1', port: 0, ours: OURS });
  });

  afterAll(async () => {
    await server.close();
    hooks.closeAllConnections();
    hooks.close();
  });

  const connect = (authToken = TOKEN) =>
    createTwilioCarrier({
      name: 'simulator',
      accountSid: ACCOUNT,
      authToken,
      baseUrl: `http://127.0.0.1:${server.port}`,
      hooks: hookAddresses(`http://127.0.0.1:${(hooks.address() as AddressInfo).port}`),
      maxCps: 10,
      maxLines: 10,
    });
  const order = { attemptId: 'a1', leg: 'respondent', to: THEIRS, from: OURS, ringMs: 28_000, maxMs: 60_000 };

  test('a call is placed, its document fetched with a right signature, its end told', async () => {
    network.occupy(
      THEIRS,
      scriptedPhone(() => {}, { clock }),
    );
    const { providerCallId } = await connect().placeCall(order);
    await expect.poll(() => told.includes('status completed'), { timeout: 5000 }).toBe(true);
    expect(told).toContain('voice in-progress');
    expect(refused).toBe(0);
    const found = await connect().reconcile({
      attemptId: 'a1',
      leg: 'respondent',
      to: THEIRS,
      askedAt: 0,
      providerCallId,
    });
    expect(found).toMatchObject({ t: 'ended', status: 'completed' });
  });

  test('another account is refused', async () => {
    await expect(connect('guessed').placeCall(order)).rejects.toMatchObject({ kind: 'auth' });
  });

  test.each(['reset', 'hang'] as const)(
    'the fault “%s” is a connection that breaks, and leaves it open',
    async (fault) => {
      network.failNext(fault);
      await expect(connect().placeCall({ ...order, to: '+8613900000099' })).rejects.toMatchObject({
        kind: 'ambiguous',
      });
    },
  );
});
