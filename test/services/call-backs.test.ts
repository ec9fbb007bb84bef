import { afterEach, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { createTraceList } from '../../src/telephony/simulator/trace.ts';
import { hookAddresses } from '../../src/telephony/twilio/addresses.ts';
import { signRequest } from '../../src/telephony/twilio/signature.ts';
import { type Campaign, MINUTE, startCampaign } from '../support/campaign.ts';

const OURS = '+862912340000';
const open: Campaign[] = [];
async function start(options: Parameters<typeof startCampaign>[0] = {}) {
  const trace = createTraceList();
  const campaign = await startCampaign({ setup: { callIns: 'call-back' }, network: { trace }, ...options });
  open.push(campaign);
  return { ...campaign, trace };
}
afterEach(async () => {
  for (const campaign of open.splice(0)) await campaign.close();
});

/** The only case, and the number it is called at. */
async function theCase({ listCases, stores, reader, phone }: Campaign) {
  const [one] = await listCases();
  if (!one) throw new Error('no case');
  const [row] = await stores.numbers.listOfCase(reader, one.id);
  return { one, number: (row && phone.vault.read(row)) ?? '' };
}

/** Somebody rings us; says whether it was answered. */
async function ring(campaign: Campaign, from: string): Promise<{ isAnswered: boolean }> {
  const told = { isAnswered: false };
  const line = campaign.network.callIn(from, OURS, (own) => {
    told.isAnswered = true;
    return { hear: () => campaign.time.after(500, () => own.hangUp()), listen: () => {}, ended: () => {} };
  });
  expect(line).not.toBeNull();
  await campaign.time.run(campaign.time.now() + 10_000);
  return told;
}

describe('a wave that calls back', () => {
  it('rejects the call of a waiting case unanswered, and calls in a minute', async () => {
    const campaign = await start({ cases: 1 });
    const { one, number } = await theCase(campaign);
    const at = campaign.time.now();
    expect((await ring(campaign, number)).isAnswered).toBe(false);
    expect(campaign.trace.entries.some(({ verbs }) => String(verbs) === 'Reject')).toBe(true);
    const waiting = (await theCase(campaign)).one;
    expect(waiting).toMatchObject({ state: 'APPOINTMENT', attempts: 0, appointmentFor: null, appointmentKind: 'soft' });
    expect(waiting.dueAt - at).toBeGreaterThanOrEqual(MINUTE);
    expect(waiting.dueAt - at).toBeLessThan(MINUTE + 5000);
    expect(await campaign.attemptsOf(one.id)).toMatchObject([
      { direction: 'in', state: 'canceled', disposition: null, answeredAt: null },
    ]);
    // What the carrier told is kept, but no number.
    const [call] = await campaign.attemptsOf(one.id);
    const events = await campaign.stores.attempts.listEvents(campaign.reader, call?.id ?? '');
    expect(events.map(({ kind }) => kind)).toContain('inbound');
    expect(JSON.stringify(events)).not.toContain(number.slice(-8));

    const jobs = campaign.drive();
    await campaign.time.run(at + 10 * MINUTE);
    jobs.stop();
    const calls = await campaign.attemptsOf(one.id);
    expect(calls.map(({ direction }) => direction)).toEqual(['in', 'out']);
    expect((calls[1]?.askedAt ?? 0) - at).toBeGreaterThanOrEqual(MINUTE);
    expect((calls[1]?.askedAt ?? 0) - at).toBeLessThan(MINUTE + 10_000);
    expect((await theCase(campaign)).one).toMatchObject({ state: 'FINAL', disposition: '1.1', attempts: 1 });
  });

  it('reaches those who missed our call and ring us, although it called them a moment ago', async () => {
    const campaign = await start({ cases: 6, persona: 'calls-back' });
    const jobs = campaign.drive();
    await campaign.time.run(campaign.time.now() + 45 * MINUTE);
    jobs.stop();
    const lives = [];
    for (const one of await campaign.listCases())
      lives.push((await campaign.attemptsOf(one.id)).map(({ direction, state }) => `${direction} ${state}`));
    const rung = lives.filter((life) => life.includes('in canceled'));
    expect(rung.length).toBeGreaterThan(0);
    for (const life of rung) expect(life.slice(0, 2)).toEqual(['out no-answer', 'in canceled']);
    expect(rung.some((life) => life.length === 3)).toBe(true);
    const { differing } = (await campaign.services.tallies.verifyTallies(OPERATOR))[0] ?? {};
    expect(differing).toEqual([]);
  });

  it('is not made to ring anybody again and again', async () => {
    const campaign = await start({ cases: 1, persona: 'no-answer' });
    const { one, number } = await theCase(campaign);
    for (let times = 0; times < 5; times += 1) {
      expect((await ring(campaign, number)).isAnswered).toBe(false);
      await campaign.time.run(campaign.time.now() + 2 * MINUTE);
    }
    expect(await campaign.attemptsOf(one.id)).toHaveLength(1);
    const jobs = campaign.drive();
    await campaign.time.run(campaign.time.now() + 5 * MINUTE);
    jobs.stop();
    expect((await campaign.attemptsOf(one.id)).map(({ direction }) => direction)).toEqual(['in', 'out']);
    // Our call failed; a further one is promised when half an hour is over.
    expect((await ring(campaign, number)).isAnswered).toBe(false);
    expect(await campaign.attemptsOf(one.id)).toHaveLength(2);
    await campaign.time.run(campaign.time.now() + 30 * MINUTE);
    expect((await ring(campaign, number)).isAnswered).toBe(false);
    expect((await campaign.attemptsOf(one.id)).map(({ direction }) => direction)).toEqual(['in', 'out', 'in']);
  });

  it('calls only within the hours: who rings at night is called in the morning', async () => {
    const campaign = await start({ cases: 1, startAt: Date.parse('2026-11-02T22:30:00+08:00') });
    const { number } = await theCase(campaign);
    expect((await ring(campaign, number)).isAnswered).toBe(false);
    expect((await theCase(campaign)).one.dueAt).toBe(Date.parse('2026-11-03T09:00:00+08:00'));
  });

  it('answers those it does not know, and those with an agreed time', async () => {
    const campaign = await start({ cases: 1 });
    expect((await ring(campaign, '+8618699990000')).isAnswered).toBe(true);
    const { one, number } = await theCase(campaign);
    const tomorrow = campaign.time.now() + 24 * 60 * MINUTE;
    const agreed = { appointmentStart: tomorrow, appointmentEnd: tomorrow + MINUTE, appointmentKind: 'hard' } as const;
    await campaign.services.connection.transaction((tx) =>
      campaign.stores.cases.update(tx, one, { state: 'APPOINTMENT', dueAt: tomorrow, ...agreed }),
    );
    expect((await ring(campaign, number)).isAnswered).toBe(true);
  });

  it('rejects the carrier’s second try as well, and keeps one call', async () => {
    const campaign = await start({ cases: 1 });
    const { one, number } = await theCase(campaign);
    const url = hookAddresses('http://localhost:8787').inbound();
    const form = {
      CallSid: `CA${'1'.repeat(32)}`,
      From: number,
      To: OURS,
      CallStatus: 'ringing',
      Direction: 'inbound',
    };
    const send = async () => {
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': signRequest(campaign.account.authToken, url, form),
      };
      const body = new URLSearchParams(form).toString();
      return (await campaign.answer(new Request(url, { method: 'POST', headers, body }))).text();
    };
    expect(await send()).toContain('<Reject reason="busy"/>');
    expect(await send()).toContain('<Reject reason="busy"/>');
    expect(await campaign.attemptsOf(one.id)).toHaveLength(1);
  });

  it('answers as ever where the setting is to answer', async () => {
    const campaign = await start({ cases: 1, setup: {} });
    const { number } = await theCase(campaign);
    expect((await ring(campaign, number)).isAnswered).toBe(true);
  });
});
