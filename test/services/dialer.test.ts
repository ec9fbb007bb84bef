import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import type { CampaignSetup } from '../../src/services/campaigns.ts';
import type { Line } from '../../src/telephony/simulator/phone.ts';
import { type Campaign, MONDAY, startCampaign } from '../support/campaign.ts';

it('a number that cannot be read keeps nobody else from being called, nor the list from being shown', async () => {
  const campaign = await startCampaign({ cases: 4 });
  const { connection } = campaign.services;
  const { caseNumbers } = connection.tables;
  const [first] = (await campaign.listCases()).sort((a, b) => a.seq - b.seq);
  await connection.transaction(async (tx) => {
    const spoilt = { cipher: 'no cipher of ours' };
    await tx
      .update(caseNumbers)
      .set(spoilt)
      .where(eq(caseNumbers.caseId, first?.id ?? ''));
  });
  for (let second = 0; second < 5; second += 1) {
    await campaign.phone.dialer.tick();
    await campaign.time.run(campaign.time.now() + 1000);
  }
  const states = new Map((await campaign.listCases()).map(({ id, state }) => [id, state]));
  expect(states.get(first?.id ?? '')).toBe('READY');
  expect([...states.values()].filter((state) => state !== 'READY')).toHaveLength(3);
  const { cases } = await campaign.phone.cases.listCases(OPERATOR, 'calls');
  expect(cases.find(({ id }) => id === first?.id)?.numbers).toEqual(['—']);
  await campaign.close();
});

describe('an automatic campaign', () => {
  const open: Campaign[] = [];
  afterEach(async () => {
    for (const campaign of open.splice(0)) await campaign.close();
  });

  /** A town in which every telephone rings until it is taken or given up; `taken` are those that ring or talk now. */
  async function ringEverywhere(setup: Partial<CampaignSetup>) {
    const campaign = await startCampaign({ cases: 12, setup });
    open.push(campaign);
    const { phone, time } = campaign;
    const lines = new Set<Line>();
    const rangAt: number[] = [];
    campaign.network.occupy('*', {
      ring: (line) => {
        rangAt.push(time.now());
        lines.add(line);
      },
    });
    const live = async () => (await campaign.stores.attempts.listLines(campaign.reader)).length;
    const askedAt = async () => {
      const calls = (await Promise.all((await campaign.listCases()).map(({ id }) => campaign.attemptsOf(id)))).flat();
      return calls.map((call) => call.askedAt - MONDAY).sort((a, b) => a - b);
    };
    /** Looks this often for so long: more often than it asks for, as when calls end. */
    const tickEvery = async (ms: number, seconds: number): Promise<number> => {
      let most = 0;
      for (const end = time.now() + seconds * 1000; time.now() < end; await time.run(time.now() + ms)) {
        await phone.dialer.tick();
        most = Math.max(most, await live());
      }
      return most;
    };
    const refuseOne = async () => {
      const [line] = lines;
      if (!line) throw new Error('nobody is called');
      lines.delete(line);
      line.refuse(486);
      await time.run(time.now() + 1000);
    };
    return { campaign, phone, time, live, askedAt, tickEvery, refuseOne };
  }

  it('has no more calls at once than lines, also when they become fewer; one that ends makes room for one', async () => {
    const { phone, live, tickEvery, refuseOne } = await ringEverywhere({ lines: 3, callsPerSecond: 5 });
    expect(await tickEvery(200, 5)).toBe(3);
    // All are taken: there is nothing to look for until a call has ended.
    expect(await phone.dialer.tick()).toBeNull();
    await refuseOne();
    expect(await live()).toBe(2);
    expect(await tickEvery(200, 3)).toBe(3);
    await phone.campaigns.saveCampaign(OPERATOR, 'calls', { lines: 1 });
    await refuseOne();
    expect(await tickEvery(200, 3)).toBe(2);
    expect(await phone.dialer.tick()).toBeNull();
  });

  it('places so many calls a second and no more, however often it looks', async () => {
    const { phone, time, askedAt, tickEvery } = await ringEverywhere({ lines: 10, callsPerSecond: 2 });
    await phone.dialer.tick();
    const calls = await askedAt();
    expect(calls).toEqual([0]);
    // Too soon for the second: it says when, and asks nobody before.
    expect(await phone.dialer.tick()).toBe(time.now() + 500);
    expect(await askedAt()).toEqual([0]);
    await tickEvery(100, 3);
    expect(await askedAt()).toEqual([0, 500, 1000, 1500, 2000, 2500]);
  });

  it('does not make up for a rest with a burst', async () => {
    const { phone, time, askedAt, tickEvery } = await ringEverywhere({ lines: 10, callsPerSecond: 2 });
    await phone.dialer.tick();
    await time.run(time.now() + 20_000);
    await tickEvery(100, 1);
    const since = (await askedAt()).filter((at) => at >= 20_000);
    expect(since.filter((at) => at < 20_500).length).toBeLessThanOrEqual(2);
  });
});

it.each([
  ['the day before fieldwork begins', '2026-10-31', 0],
  ['its first day', '2026-11-01', 2],
  ['its last day', '2026-12-20', 2],
  ['the day after it has ended', '2026-12-21', 0],
])('nobody is called outside the days of fieldwork: on %s', async (_what, day, calls) => {
  const campaign = await startCampaign({ cases: 2, startAt: Date.parse('2026-10-31T09:00:00+08:00') });
  await campaign.time.run(Date.parse(`${day}T10:00:00+08:00`));
  for (let second = 0; second < 5; second += 1) {
    await campaign.phone.dialer.tick();
    await campaign.time.run(campaign.time.now() + 1000);
  }
  const attempts = await Promise.all((await campaign.listCases()).map(({ id }) => campaign.attemptsOf(id)));
  expect(attempts.flat()).toHaveLength(calls);
  await campaign.close();
});
