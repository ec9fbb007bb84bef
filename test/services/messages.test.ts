import { expect, it } from 'vitest';
import { MANAGER, startPhone } from '../support/phone.ts';

it('a carrier that says a message was refused means the number it was sent to, not a dead one before it', async () => {
  const world = await startPhone();
  await world.setUp();
  const file = await world.numbersFile('单位,号码,备用号码\n610902104,13900000001,13900000002');
  await world.numbers.importNumbers(MANAGER, { wave: '2026', file, seed: 1 });
  const [one] = (await world.cases.listCases(MANAGER, '2026')).cases;
  const caseId = one?.id ?? '';
  await world.connection.transaction(async (tx) => {
    await world.stores.numbers.setState(tx, { caseId, rank: 0 }, 'dead');
    await world.stores.messages.insert(tx, {
      ...{ id: 'm1', caseId, attemptId: null, providerId: null, template: 'survey-link' },
      ...{ optOutHash: null, status: 'queued', statuses: [], at: 1, updatedAt: 1 },
    });
  });
  const status = {
    attemptId: null,
    providerCallId: null,
    leg: 'respondent',
    seq: null,
    at: 1,
    dedupe: 'sms',
    t: 'sms-status',
    messageId: 'm1',
    providerId: 'SM1',
    status: 'undelivered',
    errorCode: '21610',
    fault: 'blocked',
  } as const;
  await world.messages.takeStatus(status, async () => {});
  expect(await world.suppressions.isSuppressed('+8613900000002')).toBe(true);
  expect(await world.suppressions.isSuppressed('+8613900000001')).toBe(false);
  expect(await world.caseRow(caseId)).toMatchObject({ state: 'FINAL', disposition: '2.112' });
  await world.stop();
});
