import fc from 'fast-check';
import { Hono } from 'hono';
import { afterAll, describe, expect, it } from 'vitest';
import type { CompiledPlan } from '../../../src/core/questionnaire/gate.ts';
import type { Answers, Question } from '../../../src/core/questionnaire/plan.ts';
import { twilioHooks } from '../../../src/http/hooks/twilio.ts';
import { advanceKeypad, startKeypad } from '../../../src/interview/keypad.ts';
import type { KeypadEnd } from '../../../src/interview/keypad-session.ts';
import { finishInterview } from '../../../src/interview/session.ts';
import { createWebhookService } from '../../../src/services/webhooks.ts';
import type { CarrierEvent } from '../../../src/telephony/carrier.ts';
import { createVirtualClock } from '../../../src/telephony/simulator/clock.ts';
import { createPhoneNetwork } from '../../../src/telephony/simulator/network.ts';
import { hookAddresses } from '../../../src/telephony/twilio/addresses.ts';
import { createTwilioCarrier } from '../../../src/telephony/twilio/client.ts';
import { completeAnswers } from '../../core/questionnaire/answers.ts';
import { OPTIONS } from '../../interview/call.ts';
import { industries, inOrder, keysOfAnswer, peace, RESPONDENTS, saohei } from '../../interview/respondents.ts';
import { withStores } from '../../support/store.ts';

const BASE = 'https://survey.example.cn';
const ACCOUNT = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'token' };
const database = await withStores('sqlite');
afterAll(() => database.close());

/**
 * One interview from the order for a call to the hang-up: our client, the network's API, its signed webhooks, our hooks,
 * the documents, and a respondent who knows a question by its words and presses keys.
 */
async function overTheWire(plan: CompiledPlan, keysFor: (question: Question) => string, reversed = false) {
  const clock = createVirtualClock({ startAt: Date.UTC(2026, 10, 2, 11) });
  let session = startKeypad({ ...OPTIONS, attempt: 'a1', reversed, recording: true });
  let answers: Answers = {};
  let ended: KeypadEnd | null = null;
  const events: CarrierEvent[] = [];
  const addresses = hookAddresses(BASE);
  const app = new Hono().route(
    '/hooks/twilio',
    twilioHooks({
      handle: async (event) => {
        events.push(event);
        if (event.t !== 'start' && event.t !== 'input') return null;
        const input = event.t === 'input' ? event : 'begin';
        const next = advanceKeypad(plan, session, answers, input, clock.now());
        session = next.session;
        answers = { ...answers, ...(next.given as Answers) };
        ended ??= next.ended;
        return next.step;
      },
      webhooks: createWebhookService({ ...database, clock: clock.now }),
      ...{ tokens: [ACCOUNT.authToken], publicBaseUrl: BASE, addresses, clock: clock.now },
      log: {
        warn: (fields, message) => {
          throw new Error(`${message} ${JSON.stringify(fields)}`);
        },
        error: (fields, message) => {
          throw new Error(`${message} ${JSON.stringify(fields)}`);
        },
      },
    }),
  );
  const network = createPhoneNetwork({
    ...{ clock, seed: 7, ...ACCOUNT, publicBaseUrl: BASE, lines: 10 },
    fetch: (url, init) => app.request(url, init),
  });
  const heard: string[] = [];
  network.occupy('*', {
    ring: (line) =>
      clock.after(2000, () =>
        line.answer({
          hear: ({ text }) => heard.push(text),
          listen: ({ text }) => {
            const asked = plan.plan.questions.filter(({ spoken, title }) => text.includes((spoken ?? title).zh));
            const keys = asked[0] ? keysFor(asked[0]) : '1';
            // A key each 300 ms, the first after a moment's thought.
            [...keys].forEach((key, at) => {
              clock.after(1500 + 300 * at, () => line.press(key));
            });
          },
          ended: () => {},
        }),
      ),
  });
  const carrier = createTwilioCarrier({
    ...{ name: 'simulator', ...ACCOUNT, baseUrl: 'http://network', hooks: addresses },
    ...{ maxCps: 10, maxLines: 10, fetch: network.fetch },
  });
  const call = { attemptId: 'a1', to: '+8613800138000', from: '+8609151234567', ringMs: 28_000, maxMs: 900_000 };
  await Promise.all([carrier.placeCall(call), clock.run()]);
  await clock.run();
  return { record: finishInterview(plan, answers), ended: ended as KeypadEnd | null, events, heard };
}

describe('an interview through the telephone network', () => {
  it.each(RESPONDENTS)(
    'gives the same record as on any other channel: $who',
    async ({ plan, keys, disposition, answers }) => {
      const { record, ended, events, heard } = await overTheWire(plan, inOrder(keys));
      expect(record).toEqual({ disposition, answers, missing: [] });
      expect(ended).toMatchObject({ disposition });
      expect(events.at(-1)).toMatchObject({ t: 'ended', status: 'completed' });
      expect(heard.at(-1)).toMatch(/再见！$/);
    },
  );

  it.each([
    ['saohei-county', saohei],
    ['peace-five', peace],
    ['industries-twelve', industries],
  ] as const)('of %s, by any respondent', async (_code, plan) => {
    await fc.assert(
      fc.asyncProperty(completeAnswers(plan.plan), fc.boolean(), async (all, reversed) => {
        const keysFor = (question: Question) => keysOfAnswer(question, all[question.code]) ?? '';
        fc.pre(plan.questions.every(({ question }) => keysFor(question) !== ''));
        const { record } = await overTheWire(plan, keysFor, reversed);
        expect(record).toEqual(finishInterview(plan, all));
      }),
      { numRuns: 15 },
    );
  });
});
