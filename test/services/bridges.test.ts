import { afterEach, expect, it } from 'vitest';
import { hookAddresses } from '../../src/telephony/twilio/addresses.ts';
import { signRequest } from '../../src/telephony/twilio/signature.ts';
import { AGENT, INTERVIEWER, prepareTalk } from '../support/talk.ts';

const open: Array<{ close(): Promise<void> }> = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

it('the respondent is called once, however often the interviewer’s leg asks what to do', async () => {
  const world = await prepareTalk();
  open.push(world);
  await world.phone.desk.dial(INTERVIEWER, world.held, AGENT);
  await world.run(8);
  expect([world.agent.rang, world.respondent.rang]).toEqual([1, 1]);
  const { id, providerCallId } = await world.attempt();
  const url = hookAddresses('http://localhost:8787').start(id, 'agent');
  for (const retry of ['1', '2']) {
    const form = { CallSid: providerCallId ?? '', Retry: retry };
    const answered = await world.answer(
      new Request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-twilio-signature': signRequest(world.account.authToken, url, form),
        },
        body: new URLSearchParams(form).toString(),
      }),
    );
    expect(await answered.text()).toContain('<Conference');
    await world.run(5);
  }
  expect(world.respondent.rang).toBe(1);
  // The interviewer's leg and the respondent's: nobody was asked for a third.
  expect(world.network.exchange.calls.size).toBe(2);
  expect((await world.attempt()).state).toBe('answered');
});
