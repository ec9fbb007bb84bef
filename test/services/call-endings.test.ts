import { afterEach, describe, expect, it } from 'vitest';
import { CASE_STATES } from '../../src/core/sample/case-state.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { type Campaign, MINUTE, startCampaign } from '../support/campaign.ts';

describe('the end of a keypad call', () => {
  const open: Campaign[] = [];
  afterEach(async () => {
    for (const campaign of open.splice(0)) await campaign.close();
  });
  const start = async (options: Parameters<typeof startCampaign>[0]): Promise<Campaign> => {
    const campaign = await startCampaign(options);
    open.push(campaign);
    return campaign;
  };
  const numberOf = async (campaign: Campaign, caseId: string): Promise<string> => {
    const [row] = await campaign.stores.numbers.listOfCase(campaign.reader, caseId);
    return (row && campaign.phone.vault.read(row)) ?? '';
  };

  it('puts a number that the carrier may not call on the list, as the carrier’s word, and it is called no more', async () => {
    let asked = 0;
    const campaign = await start({
      cases: 1,
      intercept: (fetch) => async (url, init) => {
        if (init?.method !== 'POST' || !url.endsWith('/Calls.json')) return fetch(url, init);
        asked += 1;
        return Response.json({ status: 400, code: 21216, message: 'blocked' }, { status: 400 });
      },
    });
    const [one] = await campaign.listCases();
    const number = await numberOf(campaign, one?.id ?? '');
    const jobs = campaign.drive();
    await campaign.time.run(campaign.time.now() + 3 * 24 * 60 * MINUTE);
    jobs.stop();
    expect(asked).toBe(1);
    const { entries } = await campaign.phone.suppressions.listSuppressions(OPERATOR);
    expect(entries).toMatchObject([{ by: 'carrier', source: 'carrier', reason: 'blocked-by-carrier', unit: null }]);
    expect(await campaign.phone.suppressions.isSuppressed(number)).toBe(true);
    expect(await campaign.listCases()).toMatchObject([{ state: 'FINAL', disposition: '3.15' }]);
  });

  it('in which “9” was pressed puts the number on the list at once; no case of that number is called again', async () => {
    const campaign = await start({ cases: 3, persona: 'never-again' });
    const jobs = campaign.drive();
    const { time, phone } = campaign;
    const { isSuppressed } = phone.suppressions;
    // Cases whose number was on the list while the call in which that was asked for still went on.
    const atOnce = new Set<string>();
    for (let second = 0; second < 20 * 60; second += 1) {
      await time.run(time.now() + 1000);
      for (const { caseId } of await campaign.stores.attempts.listLiveOf(campaign.reader, CASE_STATES))
        if (await isSuppressed(await numberOf(campaign, caseId))) atOnce.add(caseId);
    }
    const refused = (await campaign.listCases()).filter(({ disposition }) => disposition === '2.112');
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ id }) => id))).toEqual(atOnce);
    const before = await Promise.all(refused.map(({ id }) => campaign.attemptsOf(id)));
    await time.run(time.now() + 10 * 24 * 60 * MINUTE);
    jobs.stop();
    for (const [i, { id }] of refused.entries()) expect(await campaign.attemptsOf(id)).toEqual(before[i]);
    const { entries } = await phone.suppressions.listSuppressions(OPERATOR);
    expect(new Set(entries.map(({ by }) => by))).toEqual(new Set(['respondent']));
    expect(await Promise.all(refused.map(async ({ id }) => isSuppressed(await numberOf(campaign, id))))).toEqual(
      refused.map(() => true),
    );
  });
});
