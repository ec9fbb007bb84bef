import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { startCampaign } from '../support/campaign.ts';

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
