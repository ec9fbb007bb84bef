import { describe, expect, test } from 'vitest';
import { connectTelephony, NO_CARRIER } from '../../src/telephony/connect.ts';
import { simulatedAccount } from '../../src/telephony/simulator/account.ts';

const ORDER = { attemptId: 'a1', to: '+8613900000001', from: '+862912340000', ringMs: 28_000, maxMs: 900_000 };

describe('the carrier of the settings', () => {
  test('without a carrier every order is refused with a sentence, and ending what never was is no error', async () => {
    const { carrier, tokens } = connectTelephony(NO_CARRIER, 'http://survey.example', 'secret');
    expect(tokens).toEqual([]);
    expect(carrier.caps).toMatchObject({ multiStep: false, inbound: false, bridge: false, record: false, maxLines: 0 });
    await expect(carrier.placeCall(ORDER)).rejects.toMatchObject({ code: 'CARRIER_MANUAL' });
    await expect(carrier.hangup('none')).resolves.toBeUndefined();
    expect(
      await carrier.reconcile({ attemptId: 'a1', leg: 'respondent', to: ORDER.to, askedAt: 0, providerCallId: null }),
    ).toBeNull();
  });

  test('server and simulated network make the same account from the same key', async () => {
    const orders: [string, string][] = [];
    const { carrier, tokens } = connectTelephony(
      { ...NO_CARRIER, carrier: 'simulator' },
      'http://survey.example',
      'secret',
      async (url, init) => {
        orders.push([url, new Headers(init.headers).get('authorization') ?? '']);
        return new Response(JSON.stringify({ sid: `CA${'0'.repeat(32)}` }), { status: 201 });
      },
    );
    await carrier.placeCall(ORDER);
    const { accountSid, authToken } = simulatedAccount('secret');
    expect(accountSid).toMatch(/^AC[0-9a-f]{32}$/);
    expect(tokens).toEqual([authToken]);
    expect(orders).toEqual([
      [
        `http://127.0.0.1:8790/2010-04-01/Accounts/${accountSid}/Calls.json`,
        `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
      ],
    ]);
    expect(simulatedAccount('another').authToken).not.toBe(authToken);
  });

  test('a token that is being changed is believed beside the other', () => {
    const settings = {
      ...NO_CARRIER,
      carrier: 'twilio' as const,
      accountSid: `AC${'0'.repeat(32)}`,
      authToken: 'new',
      secondaryAuthToken: 'old',
    };
    expect(connectTelephony(settings, 'http://survey.example', 'secret').tokens).toEqual(['new', 'old']);
  });
});
