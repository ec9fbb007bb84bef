import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { hookAddresses } from '../../../src/telephony/twilio/addresses.ts';
import { createTwilioCarrier } from '../../../src/telephony/twilio/client.ts';
import { readForm } from '../../../src/telephony/twilio/signature.ts';
import { CONTRACT, type Operation, operationOf, schemaOf } from './contract.ts';

const CLIENT = new URL('../../../node_modules/twilio/lib/rest/api/v2010/account/', import.meta.url);
const SOURCES: Readonly<Record<Operation, string>> = {
  'POST Calls': 'call.js',
  'GET Conferences': 'conference.js',
  'POST Conferences/:conference/Participants': 'conference/participant.js',
  'POST Calls/:call': 'call.js',
  'POST Calls/:call/Recordings': 'call/recording.js',
  'POST Calls/:call/Recordings/:recording': 'call/recording.js',
  'POST Messages': 'message.js',
};

const ajv = new Ajv({ allErrors: true });
const check = Object.fromEntries(
  Object.keys(CONTRACT).map((operation) => [operation, ajv.compile(schemaOf(operation as Operation))]),
);

const SID = `CA${'0'.repeat(32)}`;
const ROOM = `CF${'0'.repeat(32)}`;

describe('what we ask the carrier for', () => {
  test.each(Object.keys(CONTRACT) as Operation[])(
    'every name of “%s” is one that the installed client sends',
    (operation) => {
      const source = readFileSync(new URL(SOURCES[operation], CLIENT), 'utf8');
      const sent = new Set([...source.matchAll(/data\["(\w+)"\]/g)].map(([, name]) => name));
      expect(Object.keys(CONTRACT[operation]).filter((name) => !sent.has(name))).toEqual([]);
    },
  );

  test('everything we send is in the contract, with the right type', async () => {
    const sent: { operation: string; form: object }[] = [];
    const carrier = createTwilioCarrier({
      name: 'twilio',
      accountSid: `AC${'0'.repeat(32)}`,
      authToken: 'token',
      baseUrl: null,
      hooks: hookAddresses('https://survey.example'),
      maxCps: 1,
      maxLines: 1,
      fetch: async (url, init) => {
        const { pathname, search } = new URL(url);
        const operation = operationOf(init.method ?? 'GET', pathname);
        sent.push({ operation, form: { ...readForm(String(init.body ?? search.slice(1))) } });
        if (operation === 'GET Conferences')
          return new Response(JSON.stringify({ conferences: [{ sid: ROOM }] }), { status: 200 });
        return new Response(JSON.stringify({ sid: SID, call_sid: SID, queue_time: '0' }), { status: 201 });
      },
    });
    const call = { attemptId: 'a1', to: '+85223456789', from: '+862912340000', ringMs: 28_000, maxMs: 900_000 };
    const live = { attemptId: 'a1', providerCallId: SID };
    await carrier.placeCall(call);
    await carrier.placeCall({ ...call, amd: true });
    await carrier.bridge({ number: '+85223456780' }, call);
    expect(await carrier.join(call)).toEqual({ providerCallId: SID, queuedMs: 0 });
    const supervisor = { listeningId: 'l1', number: '+85223456781', from: call.from, ringMs: 30_000, maxMs: 900_000 };
    expect(await carrier.listen({ attemptId: 'a1' }, supervisor)).toEqual({ legId: SID });
    await carrier.speak(live, { prompts: [], next: { t: 'hangup', reason: '' } });
    await carrier.hangup(SID);
    await carrier.startRecording(live);
    await carrier.stopRecording(live);
    await carrier.sendMessage({
      messageId: 'm1',
      to: call.to,
      from: call.from,
      template: 'plain',
      vars: {},
      body: '您好',
    });
    const template = `HX${'0'.repeat(32)}`;
    await carrier.sendMessage({ messageId: 'm2', to: call.to, from: call.from, template, vars: { 1: 'x' }, body: '' });
    expect(sent.map(({ operation }) => operation)).toEqual([
      'POST Calls',
      'POST Calls',
      'POST Calls',
      'POST Conferences/:conference/Participants',
      'GET Conferences',
      'POST Conferences/:conference/Participants',
      'POST Calls/:call',
      'POST Calls/:call',
      'POST Calls/:call/Recordings',
      'POST Calls/:call/Recordings/:recording',
      'POST Messages',
      'POST Messages',
    ]);
    for (const { operation, form } of sent) {
      const judge = check[operation];
      expect(judge?.(form), `${operation}: ${ajv.errorsText(judge?.errors)}`).toBe(true);
    }
    expect(sent[0]?.form).toMatchObject({
      To: '+85223456789',
      Url: 'https://survey.example/hooks/twilio/voice/a1',
      StatusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
      Timeout: '28',
      TimeLimit: '900',
    });
    expect(sent[0]?.form).not.toHaveProperty('Record');
    // Respondent and interviewer end the conversation for all, a supervisor for nobody; and nobody hears a supervisor.
    expect(sent[3]?.form).toMatchObject({
      To: call.to,
      Muted: 'false',
      EndConferenceOnExit: 'true',
      EarlyMedia: 'true',
    });
    expect(sent[4]?.form).toMatchObject({ FriendlyName: 'a1', Status: 'in-progress' });
    expect(sent[5]?.form).toMatchObject({
      ...{ To: supervisor.number, Muted: 'true', EndConferenceOnExit: 'false', StartConferenceOnEnter: 'false' },
      ...{ EarlyMedia: 'false', Beep: 'false', StatusCallback: 'https://survey.example/hooks/twilio/listening/l1' },
    });
    expect(sent[1]?.form).toMatchObject({ MachineDetection: 'Enable', AsyncAmd: 'true' });
  });

  test.each([
    ['no number', { To: undefined }],
    ['a number without its plus', { To: '85223456789' }],
    ['two numbers', { To: ['+85223456789', '+85223456780'] }],
    ['a method nobody knows', { Method: 'FETCH' }],
    ['an event nobody knows', { StatusCallbackEvent: ['initiated', 'nonsense'] }],
    ['the same event twice', { StatusCallbackEvent: ['initiated', 'initiated'] }],
    ['a time that is no number', { Timeout: '28s' }],
    ['an address that is none', { Url: 'survey.example' }],
    ['a flag that is neither', { AsyncAmd: 'maybe' }],
    ['a name nobody knows', { Urll: 'https://survey.example/x' }],
  ])('an order with %s does not pass', (_what, wrong) => {
    const order = { To: '+85223456789', From: '+862912340000', Url: 'https://survey.example/x', ...wrong };
    const form = Object.fromEntries(Object.entries(order).filter(([, value]) => value !== undefined));
    expect(check['POST Calls']?.(form)).toBe(false);
  });
});
