import { afterEach, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import type { CampaignSetup } from '../../src/services/campaigns.ts';
import type { Line } from '../../src/telephony/simulator/phone.ts';
import { type Campaign, MONDAY, startCampaign } from '../support/campaign.ts';

describe('an automatic campaign', () => {
  const open: Campaign[] = [];
  afterEach(async () => {
    for (const campaign of open.splice(0)) await campaign.close();
  });

  /** A town in which every telephone rings and nobody takes it. */
  async function ringEverywhere(setup: Partial<CampaignSetup>) {
    const campaign = await startCampaign({ cases: 12, setup });
    open.push(campaign);
    const { phone, time } = campaign;
    const lines = new Set<Line>();
    campaign.network.occupy('*', { ring: (line) => void lines.add(line) });
    const live = async () => (await campaign.stores.attempts.listLines(campaign.reader)).length;
    const askedAt = async () => {
      const calls = (await Promise.all((await campaign.listCases()).map(({ id }) => campaign.attemptsOf(id)))).flat();
      return calls.map((call) => call.askedAt - MONDAY).sort((a, b) => a - b);
    };
    /** Looks more often than it asks for, as when calls end; says how many calls there were at most at once. */
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
    return { phone, time, live, askedAt, tickEvery, refuseOne };
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
    expect(await askedAt()).toEqual([0]);
    // Too soon for the second: it says when, and asks nobody before.
    expect(await phone.dialer.tick()).toBe(time.now() + 500);
    expect(await askedAt()).toEqual([0]);
    await tickEvery(100, 3);
    expect(await askedAt()).toEqual([0, 500, 1000, 1500, 2000, 2500]);
  });

  it('does not make up for a rest with more than the calls of a second', async () => {
    const { phone, time, askedAt, tickEvery } = await ringEverywhere({ lines: 10, callsPerSecond: 2 });
    await phone.dialer.tick();
    await time.run(time.now() + 20_000);
    await tickEvery(100, 1);
    const since = (await askedAt()).filter((at) => at >= 20_000);
    expect(since.filter((at) => at < 20_500)).toHaveLength(2);
  });
});
