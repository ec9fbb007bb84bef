import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { runJobs } from '../../src/jobs/runner.ts';
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

describe('the watch', () => {
  it('finds out what became of a call whose callbacks were all lost', async () => {
    const campaign = await start({ cases: 2, persona: 'no-answer', network: { callbackFaults: { lost: 1 } } });
    const jobs = campaign.drive();
    await campaign.time.run(campaign.time.now() + 10 * MINUTE);
    jobs.stop();
    for (const one of await campaign.listCases())
      expect((await campaign.attemptsOf(one.id))[0]).toMatchObject({ state: 'no-answer', disposition: '3.13' });
  });

  it('ends a call that was noted and never asked for, and only then lets its case be called', async () => {
    const campaign = await start({
      cases: 1,
      persona: 'no-answer',
      // The process dies between the commit and the request: nothing ever reaches the carrier.
      intercept: (fetch) => (url, init) =>
        init.method === 'POST' ? Promise.reject(new TypeError('killed')) : fetch(url, init),
    });
    await campaign.phone.dialer.tick();
    const [one] = await campaign.listCases();
    expect((await campaign.attemptsOf(one?.id ?? ''))[0]?.endedAt).toBeNull();
    await campaign.phone.watch.recover();
    expect((await campaign.attemptsOf(one?.id ?? ''))[0]).toMatchObject({ state: 'failed' });
    expect((await campaign.listCases())[0]).toMatchObject({ state: 'READY', attempts: 0 });
  });

  it('hangs up and gives up a call that outlives its longest time', async () => {
    const campaign = await start({ cases: 1 });
    campaign.network.occupy('*', {
      ring: (line) =>
        void campaign.time.after(1000, () => line.answer({ hear: () => {}, listen: () => {}, ended: () => {} })),
    });
    await campaign.phone.dialer.tick();
    await campaign.time.run(campaign.time.now() + 4000);
    campaign.setClock(30 * MINUTE);
    await campaign.phone.watch.tick();
    const [one] = await campaign.listCases();
    expect((await campaign.attemptsOf(one?.id ?? ''))[0]?.endedAt).not.toBeNull();
    await campaign.time.run(campaign.time.now() + 4000);
    expect([...campaign.network.exchange.calls.values()].map(({ status }) => status)).toEqual(['completed']);
  });
});

describe('recordings', () => {
  it('are kept only of those who agreed, under names that tell nothing, and go when their time is over', async () => {
    const campaign = await start({ cases: 6, persona: 'complete', setup: { recording: true } });
    const jobs = campaign.drive();
    await campaign.time.run(campaign.time.now() + 60 * MINUTE);
    jobs.stop();
    await campaign.phone.retention.tick();
    const folder = join(campaign.dataDir, 'recordings');
    const files = existsSync(folder) ? readdirSync(folder) : [];
    expect(files.length).toBeGreaterThan(0);
    let recorded = 0;
    for (const one of await campaign.listCases())
      for (const { id } of await campaign.attemptsOf(one.id)) {
        const kept = await campaign.stores.recordings.listOfAttempt(campaign.reader, id);
        const consents = await campaign.stores.attempts.listConsents(campaign.reader, id);
        recorded += kept.length;
        if (kept.length > 0)
          expect(consents).toContainEqual(expect.objectContaining({ kind: 'recording', given: true }));
        for (const { file } of kept) expect(file).not.toContain(id);
      }
    expect(recorded).toBe(files.length);
    campaign.setClock(181 * 24 * 60 * MINUTE);
    await campaign.phone.recordings.deleteExpired();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the runner', () => {
  it('goes on after a turn that fails, takes no two turns of a job at once, and stops cleanly', async () => {
    let turns = 0;
    let at = 0;
    let most = 0;
    const errors: string[] = [];
    const jobs = runJobs(
      {
        job: {
          longestMs: 5,
          tick: async () => {
            at += 1;
            most = Math.max(most, at);
            turns += 1;
            await sleep(3);
            at -= 1;
            if (turns === 2) throw new Error('a bad turn');
            return null;
          },
        },
      },
      { clock: Date.now, log: { error: (_fields, message) => errors.push(message) } },
    );
    for (let i = 0; i < 20; i++) {
      jobs.wake('job');
      await sleep(2);
    }
    await jobs.stop();
    const atStop = turns;
    await sleep(30);
    expect(turns).toBe(atStop);
    expect(turns).toBeGreaterThan(3);
    expect(most).toBe(1);
    expect(errors).toHaveLength(1);
  });
});
