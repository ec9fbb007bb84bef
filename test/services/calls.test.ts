import { afterEach, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { hookAddresses } from '../../src/telephony/twilio/addresses.ts';
import { signRequest } from '../../src/telephony/twilio/signature.ts';
import { type Campaign, MINUTE, startCampaign } from '../support/campaign.ts';

const open: Campaign[] = [];
const start = async (options: Parameters<typeof startCampaign>[0] = {}): Promise<Campaign> => {
  const campaign = await startCampaign(options);
  open.push(campaign);
  return campaign;
};
afterEach(async () => {
  for (const campaign of open.splice(0)) await campaign.close();
});

const SID = 'CA00000000000000000000000000000001';

/** A webhook as the carrier would send it about an attempt. */
function webhook(campaign: Campaign, url: string, form: Record<string, string>, token = campaign.account.authToken) {
  return campaign.answer(
    new Request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': signRequest(token, url, form),
      },
      body: new URLSearchParams(form).toString(),
    }),
  );
}

const hooks = hookAddresses('http://localhost:8787');

describe('a call', () => {
  it('is committed before the carrier hears of it', async () => {
    const seen: unknown[] = [];
    const campaign = await start({
      cases: 1,
      intercept: (fetch) => async (url, init) => {
        const [one] = await campaign.listCases();
        const [attempt] = await campaign.attemptsOf(one?.id ?? '');
        seen.push([one?.state, attempt?.state, attempt?.providerCallId]);
        return fetch(url, init);
      },
    });
    await campaign.phone.dialer.tick();
    expect(seen).toEqual([['IN_CALL', 'created', null]]);
    const [one] = await campaign.listCases();
    expect((await campaign.attemptsOf(one?.id ?? ''))[0]).toMatchObject({ state: 'requested' });
  });

  it('goes through to a complete interview that is counted once', async () => {
    const campaign = await start({ cases: 6, persona: 'complete' });
    const jobs = campaign.drive();
    await campaign.time.run(campaign.time.now() + 3 * 24 * 60 * MINUTE);
    jobs.stop();
    const cases = await campaign.listCases();
    expect(cases.map(({ state, disposition }) => `${state} ${disposition}`)).toEqual(
      Array.from({ length: 6 }, () => expect.stringMatching(/^FINAL (1\.1|4\.\d0|3\.13)$/)),
    );
    const complete = cases.find(({ disposition }) => disposition === '1.1');
    const saved = await campaign.answersOf(complete?.invitationId ?? '');
    expect(saved?.row).toMatchObject({ mode: 'keypad', state: 'ended', disposition: '1.1' });
    expect(saved?.answers).toMatchObject({ adult: '1', resident: '1' });
    expect((await campaign.services.tallies.verifyTallies(OPERATOR, 'calls'))[0]?.differing).toEqual([]);
  });

  it('that hangs up in the middle keeps its answers and is called back once within ten minutes', async () => {
    const campaign = await start({ cases: 4, persona: 'drops' });
    const jobs = campaign.drive();
    await campaign.time.run(campaign.time.now() + 60 * MINUTE);
    jobs.stop();
    const talked = [];
    for (const one of await campaign.listCases()) {
      const attempts = await campaign.attemptsOf(one.id);
      const dropped = attempts.findIndex(({ disposition }) => disposition === '2.12' || disposition === '1.2');
      const again = attempts[dropped + 1];
      if (dropped < 0 || !again) continue;
      talked.push((again.askedAt - (attempts[dropped]?.endedAt ?? 0)) / MINUTE);
      const saved = await campaign.answersOf(one.invitationId);
      expect(Object.keys(saved?.answers ?? {}).length).toBeGreaterThan(0);
    }
    expect(talked.length).toBeGreaterThan(0);
    for (const minutes of talked) {
      expect(minutes).toBeGreaterThanOrEqual(5);
      expect(minutes).toBeLessThanOrEqual(10);
    }
  });

  it('of somebody who never wants to be called again puts the number on the list at once', async () => {
    const campaign = await start({ cases: 3, persona: 'never-again' });
    const jobs = campaign.drive();
    await campaign.time.run(campaign.time.now() + 20 * MINUTE);
    jobs.stop();
    const cases = await campaign.listCases();
    const refused = cases.filter(({ disposition }) => disposition === '2.112');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.map(({ state }) => state)).toEqual(refused.map(() => 'FINAL'));
    const { total } = await campaign.phone.suppressions.listSuppressions(OPERATOR);
    expect(total).toBe(refused.length);
  });

  it('that somebody puts off is made again within the hours, as a soft call-back', async () => {
    const campaign = await start({ cases: 4, persona: 'not-now' });
    const jobs = campaign.drive();
    await campaign.time.run(campaign.time.now() + 15 * MINUTE);
    jobs.stop();
    const put = (await campaign.listCases()).filter(({ state }) => state === 'APPOINTMENT');
    expect(put.length).toBeGreaterThan(0);
    for (const one of put) {
      expect(one).toMatchObject({ appointmentKind: 'soft', disposition: '2.21' });
      expect(new Date((one.appointmentStart ?? 0) + 8 * 60 * MINUTE).getUTCHours()).toBeGreaterThanOrEqual(9);
    }
  });

  it('taken by a machine is ended and finalises nothing', async () => {
    const campaign = await start({ cases: 2, persona: 'machine' });
    const jobs = campaign.drive();
    await campaign.time.run(campaign.time.now() + 10 * MINUTE);
    jobs.stop();
    for (const one of await campaign.listCases()) {
      expect(one).toMatchObject({ state: 'READY', disposition: '3.14' });
      const [attempt] = await campaign.attemptsOf(one.id);
      expect(attempt).toMatchObject({ state: 'completed', answeredBy: 'machine', disposition: '3.14' });
    }
  });

  it('whose making is in doubt is asked about before its case is dialled again', async () => {
    const campaign = await start({ cases: 1, persona: 'no-answer' });
    campaign.network.failNext('reset');
    const jobs = campaign.drive();
    await campaign.time.run(campaign.time.now() + 5_000);
    const [one] = await campaign.listCases();
    expect((await campaign.attemptsOf(one?.id ?? ''))[0]?.state).toMatch(/unknown|requested|ringing/);
    await campaign.time.run(campaign.time.now() + 15 * MINUTE);
    jobs.stop();
    const attempts = await campaign.attemptsOf(one?.id ?? '');
    expect(attempts).toHaveLength(1);
    expect(attempts[0]).toMatchObject({ state: 'no-answer', disposition: '3.13' });
    expect([...campaign.network.exchange.calls.values()]).toHaveLength(1);
  });

  it.each(['429', '500', '503', 'hang'] as const)(
    'that the carrier answers with %s does not count as an attempt',
    async (fault) => {
      const campaign = await start({ cases: 1, persona: 'no-answer' });
      campaign.network.failNext(fault);
      const jobs = campaign.drive();
      await campaign.time.run(campaign.time.now() + 3 * MINUTE);
      jobs.stop();
      const [one] = await campaign.listCases();
      const [attempt] = await campaign.attemptsOf(one?.id ?? '');
      expect(one).toMatchObject({ attempts: 0, state: 'READY' });
      expect(attempt).toMatchObject({ state: 'failed' });
      expect(attempt?.endedAt).not.toBeNull();
    },
  );

  it('refused for our credentials pauses the carrier and leaves the case alone', async () => {
    const campaign = await start({ cases: 2 });
    campaign.network.failNext('401', 2);
    const jobs = campaign.drive();
    await campaign.time.run(campaign.time.now() + 60 * MINUTE);
    jobs.stop();
    expect(await campaign.stores.campaigns.findCarrier(campaign.reader, 'simulator')).toMatchObject({
      state: 'paused',
      until: null,
    });
    expect([...campaign.network.exchange.calls.values()]).toHaveLength(0);
    expect((await campaign.listCases()).map(({ attempts }) => attempts)).toEqual([0, 0]);
  });

  it('to a number that does not exist ends its case as not in service', async () => {
    const campaign = await start({ cases: 2, persona: 'dead' });
    const jobs = campaign.drive();
    await campaign.time.run(campaign.time.now() + 2 * MINUTE);
    jobs.stop();
    expect((await campaign.listCases()).map(({ state, disposition }) => [state, disposition])).toEqual([
      ['FINAL', '4.31'],
      ['FINAL', '4.31'],
    ]);
  });

  it('is ended within a second when its case is finished on the web', async () => {
    const campaign = await start({ cases: 1, persona: 'slow', setup: { lines: 1 } });
    campaign.network.occupy('*', {
      ring: (line) =>
        void campaign.time.after(1000, () => line.answer({ hear: () => {}, listen: () => {}, ended: () => {} })),
    });
    await campaign.phone.dialer.tick();
    await campaign.time.run(campaign.time.now() + 8_000);
    const [one] = await campaign.listCases();
    expect(one?.state).toBe('IN_CALL');
    await campaign.services.connection.transaction(async (tx) => {
      const held = await campaign.stores.cases.hold(tx, one?.id ?? '');
      if (held) await campaign.phone.endings.finalise(tx, held, { disposition: '1.1', mode: 'web-token' });
    });
    await campaign.phone.dialer.tick();
    await campaign.time.run(campaign.time.now() + 1_000);
    expect((await campaign.attemptsOf(one?.id ?? ''))[0]).toMatchObject({ state: 'completed' });
    expect((await campaign.listCases())[0]).toMatchObject({ state: 'FINAL', disposition: '1.1' });
  });

  it('changes nothing any more once it has ended, whatever still comes', async () => {
    const campaign = await start({ cases: 1, persona: 'busy' });
    campaign.network.occupy('*', { ring: (line) => line.refuse(486) });
    await campaign.phone.dialer.tick();
    await campaign.time.run(campaign.time.now() + 10_000);
    const [before] = await campaign.listCases();
    const [attempt] = await campaign.attemptsOf(before?.id ?? '');
    expect(attempt).toMatchObject({ state: 'busy', disposition: '3.12' });
    const id = attempt?.id ?? '';
    const form = { CallSid: attempt?.providerCallId ?? SID, CallStatus: 'completed', SequenceNumber: '9' };
    expect((await webhook(campaign, hooks.status(id), form)).status).toBe(204);
    const voice = await webhook(campaign, hooks.start(id), { CallSid: form.CallSid });
    expect(await voice.text()).toContain('<Hangup/>');
    expect((await campaign.attemptsOf(before?.id ?? ''))[0]).toEqual(attempt);
    expect((await campaign.listCases())[0]).toEqual(before);
  });
});

describe('webhooks', () => {
  it('that are forged are refused and counted, and reach no call', async () => {
    const campaign = await start({ cases: 1 });
    await campaign.phone.dialer.tick();
    const [one] = await campaign.listCases();
    const [attempt] = await campaign.attemptsOf(one?.id ?? '');
    const form = { CallSid: SID, CallStatus: 'completed', SequenceNumber: '3' };
    const forged = await webhook(campaign, hooks.status(attempt?.id ?? ''), form, 'not the token');
    expect(forged.status).toBe(403);
    expect(campaign.phone.webhooks.readCounts().refused).toBe(1);
    expect((await campaign.attemptsOf(one?.id ?? ''))[0]).toEqual(attempt);
  });

  it('tried again by the carrier are answered the same, with one effect; played back later they are refused', async () => {
    const campaign = await start({ cases: 1 });
    await campaign.phone.dialer.tick();
    const [one] = await campaign.listCases();
    const [attempt] = await campaign.attemptsOf(one?.id ?? '');
    const url = hooks.start(attempt?.id ?? '');
    const form = { CallSid: attempt?.providerCallId ?? '' };
    const first = await (await webhook(campaign, url, form)).text();
    const token = /token=([^"&]+)/.exec(first)?.[1] ?? '';
    const pressed = { ...form, Digits: '1' };
    const step = await (
      await webhook(campaign, hooks.voice(attempt?.id ?? '', decodeURIComponent(token)), pressed)
    ).text();
    const again = await (
      await webhook(campaign, hooks.voice(attempt?.id ?? '', decodeURIComponent(token)), pressed)
    ).text();
    expect(again).toBe(step);
    expect(campaign.phone.webhooks.readCounts()).toMatchObject({ repeated: 1, replayed: 0 });
    campaign.setClock(61_000);
    const before = await campaign.listCases();
    const late = await webhook(campaign, hooks.voice(attempt?.id ?? '', decodeURIComponent(token)), pressed);
    expect(late.status).toBe(403);
    expect(campaign.phone.webhooks.readCounts()).toMatchObject({ repeated: 1, replayed: 1 });
    expect(await campaign.listCases()).toEqual(before);
    const events = await campaign.stores.attempts.listEvents(campaign.reader, attempt?.id ?? '');
    expect(events.filter(({ kind }) => kind === 'input')).toHaveLength(1);
  });
});

describe('somebody who calls us', () => {
  it('is led to the open case of the number and goes through the interview', async () => {
    const campaign = await start({ cases: 5, persona: 'calls-back' });
    const jobs = campaign.drive();
    await campaign.time.run(campaign.time.now() + 90 * MINUTE);
    jobs.stop();
    const inbound = [];
    for (const one of await campaign.listCases())
      for (const attempt of await campaign.attemptsOf(one.id))
        if (attempt.direction === 'in') inbound.push({ one, attempt });
    expect(inbound.length).toBeGreaterThan(0);
    expect(inbound.some(({ one }) => one.disposition === '1.1')).toBe(true);
  });

  it('and is in no sample is asked for a code three times and thanked', async () => {
    const campaign = await start({ cases: 1 });
    const heard: string[] = [];
    campaign.network.callIn('+8618699990000', '+862912340000', (line) => ({
      hear: ({ text }) => heard.push(text),
      listen: () => [...'123456#'].forEach((key, i) => void campaign.time.after(300 * (i + 1), () => line.press(key))),
      ended: () => {},
    }));
    await campaign.time.run(campaign.time.now() + 5 * MINUTE);
    expect(heard.filter((text) => text.includes('访问码')).length).toBeGreaterThanOrEqual(3);
    expect(heard.at(-1)).toMatch(/再见/);
    const [one] = await campaign.listCases();
    expect(await campaign.attemptsOf(one?.id ?? '')).toEqual([]);
  });
});
