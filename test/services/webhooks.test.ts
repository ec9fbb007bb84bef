import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import type { CarrierEvent } from '../../src/telephony/carrier.ts';
import { startCampaign } from '../support/campaign.ts';
import { refusalOf } from '../support/world.ts';

const open: Array<{ close(): Promise<void> }> = [];
afterEach(async () => {
  for (const campaign of open.splice(0)) await campaign.close();
});

/** A call that was asked for, and what its carrier tells of it: a request and its retries have one key. */
async function placeOne() {
  const campaign = await startCampaign({ cases: 1 });
  open.push(campaign);
  const { phone, stores, reader, services, time } = campaign;
  await phone.dialer.tick();
  const [one] = await campaign.listCases();
  const caseId = one?.id ?? '';
  const [attempt] = await campaign.attemptsOf(caseId);
  const attemptId = attempt?.id ?? '';
  const base = { attemptId, providerCallId: attempt?.providerCallId ?? null, leg: 'respondent', seq: null } as const;
  const begin = (): CarrierEvent => ({ ...base, at: time.now(), dedupe: 'start:respondent', t: 'start' });
  return {
    ...{ campaign, phone, begin, caseId },
    tell: (event: CarrierEvent) => phone.webhooks.answer('key', (admit) => phone.calls.handle(event, admit)),
    kinds: async () => (await stores.attempts.listEvents(reader, attemptId)).map(({ kind }) => kind),
    state: async () => (await campaign.attemptsOf(caseId))[0]?.state,
    noted: () => stores.messages.seenAt(reader, 'key'),
    /** What nobody can go on from, as a fault of the disk or of ours would leave it. */
    spoil: () =>
      services.connection.transaction((tx) =>
        stores.attempts.saveSession(tx, {
          caseId,
          session: { options: { attempt: attemptId } },
          updatedAt: time.now(),
        }),
      ),
    mend: () => services.connection.transaction((tx) => stores.attempts.dropSession(tx, caseId)),
    pass: (ms: number) => campaign.setClock(ms),
  };
}

describe('a request of a carrier', () => {
  it('that is not admitted changes nothing: it is refused in the event’s own transaction, before anything else', async () => {
    const { phone, begin, kinds, state } = await placeOne();
    const before = await kinds();
    const refuse = async () => {
      throw new AppError('WEBHOOK_REPLAYED');
    };
    expect(await refusalOf(phone.calls.handle(begin(), refuse))).toBe('WEBHOOK_REPLAYED');
    expect(await kinds()).toEqual(before);
    expect(await state()).toBe('requested');
  });

  it('that fails leaves no event and no note; its retry is new, however late it comes', async () => {
    const { begin, tell, kinds, state, noted, spoil, mend, pass, phone } = await placeOne();
    const before = await kinds();
    await spoil();
    await expect(tell(begin())).rejects.toThrow(TypeError);
    expect([await noted(), await state()]).toEqual([null, 'requested']);
    expect(await kinds()).toEqual(before);

    await mend();
    pass(90_000);
    const step = await tell(begin());
    expect(step?.next.t).toBe('gather');
    expect(await noted()).not.toBeNull();
    expect(await state()).toBe('answered');
    expect(phone.webhooks.readCounts()).toMatchObject({ failed: 1, repeated: 0, replayed: 0 });

    // Done once, it is a replay.
    pass(180_000);
    expect(await refusalOf(tell(begin()))).toBe('WEBHOOK_REPLAYED');
  });
});
