import { afterEach, describe, expect, it } from 'vitest';
import type { KeypadParadata } from '../../src/interview/keypad-session.ts';
import { installationSecret } from '../../src/runtime.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { createTickets } from '../../src/services/tickets.ts';
import { type Campaign, MINUTE, startCampaign } from '../support/campaign.ts';
import { INTERVIEWER, MANAGER, type PhoneWorld, startPhone } from '../support/phone.ts';
import { ANSWERS, openEntry } from '../support/world.ts';

const WHY = '复核录音，疑似代答';

describe('answers that are set aside when a case is opened again', () => {
  let world: PhoneWorld;
  let campaign: Campaign | null = null;
  afterEach(async () => {
    await world?.stop();
    await campaign?.close();
    campaign = null;
  });

  const counted = async (indicator: string) => {
    const wave = await world.stores.waves.findByCode(world.connection.reader, '2026');
    const cells = await world.stores.tallies.readUnit(world.connection.reader, wave?.id ?? '', indicator, '610902104');
    return Object.fromEntries(cells.filter(({ n }) => n !== 0).map(({ outcome, n }) => [outcome, n]));
  };
  const differing = async () => (await world.tallies.verifyTallies(OPERATOR)).flatMap((each) => each.differing);
  const responseOf = (invitationId: string) => world.stores.responses.find(world.connection.reader, `i${invitationId}`);
  const completeByDesk = async () => {
    const held = await world.call(INTERVIEWER);
    await world.answerAll(INTERVIEWER, held);
    await world.desk.closeCase(INTERVIEWER, held, { disposition: '1.1' });
    return held.case;
  };

  it('are kept with the reason and count for nothing: rates, result codes, quota', async () => {
    world = await startPhone();
    await world.begin(1, { targetPerTown: 1 });
    const id = await completeByDesk();
    const { invitationId: old } = await world.caseRow(id);
    expect(await counted('disposition')).toEqual({ '1.1': 1 });

    const opened = await world.cases.reopenCase(MANAGER, id, WHY, 'set-aside');
    expect(opened.state).toBe('READY');
    expect(await counted('disposition')).toEqual({});
    expect(await counted('awareness')).toEqual({});
    expect((await world.campaigns.readCampaign(MANAGER, '2026')).quotas[0]?.completes).toBe(0);
    const kept = await responseOf(old);
    expect(kept).toMatchObject({ state: 'excluded', disposition: '1.1', draft: null, excluded: { reason: WHY } });
    expect(kept && (await world.stores.responses.findAnswers(world.connection.reader, kept))).toMatchObject({
      adult: '1',
      awareness: '1',
    });
    expect(await differing()).toEqual([]);

    const now = await world.caseRow(id);
    expect(now.invitationId).not.toBe(old);
    expect(now).toMatchObject({ everEligible: false, overQuota: false });
    expect(await world.caseResponses.read(world.connection.reader, now)).toMatchObject({ answers: {}, isEnded: false });
    const log = await world.stores.audit.list(world.connection.reader, { units: null, limit: 500 });
    expect(log.find(({ action }) => action === 'case.reopen')?.details).toMatchObject({
      reason: WHY,
      answers: 'set-aside',
    });
  });

  it('leave the interviewer with the first question, and the new interview counts once', async () => {
    world = await startPhone();
    await world.begin(1, { targetPerTown: 1 });
    const id = await completeByDesk();
    await world.cases.reopenCase(MANAGER, id, WHY, 'set-aside');
    world.pass(86_400_000);
    const held = await world.call(INTERVIEWER);
    expect(held.case).toBe(id);
    const begun = await world.caseResponses.read(world.connection.reader, await world.caseRow(id));
    expect(begun.answers).toEqual({});
    await world.answerAll(INTERVIEWER, held, { awareness: '3' });
    await world.desk.closeCase(INTERVIEWER, held, { disposition: '1.1' });
    expect(await counted('disposition')).toEqual({ '1.1': 1 });
    expect((await world.campaigns.readCampaign(MANAGER, '2026')).quotas[0]?.completes).toBe(1);
    // A third time round: two are set aside, none counts.
    await world.cases.reopenCase(MANAGER, id, '受访人不在本镇', 'set-aside');
    expect(await counted('disposition')).toEqual({});
    expect(await differing()).toEqual([]);
    const [check] = await world.tallies.rebuildTallies(OPERATOR, '2026');
    expect(check).toMatchObject({ responses: 0, cells: 0 });
  });

  it('are kept and gone on with when nobody says otherwise', async () => {
    world = await startPhone();
    await world.begin(1);
    const id = await completeByDesk();
    const { invitationId } = await world.caseRow(id);
    await world.cases.reopenCase(MANAGER, id, '补问一题');
    const now = await world.caseRow(id);
    expect(now.invitationId).toBe(invitationId);
    expect((await world.caseResponses.read(world.connection.reader, now)).answers).toMatchObject({ adult: '1' });
    expect(await responseOf(invitationId)).toMatchObject({ state: 'started', excluded: null });
  });

  it('leave nothing behind where nothing was answered', async () => {
    world = await startPhone();
    await world.begin(1);
    const held = await world.call(INTERVIEWER);
    await world.desk.closeCase(INTERVIEWER, held, { disposition: '4.31' });
    const { invitationId } = await world.caseRow(held.case);
    await world.cases.reopenCase(MANAGER, held.case, '号码核对后可用', 'set-aside');
    expect((await world.caseRow(held.case)).invitationId).toBe(invitationId);
    expect(await counted('disposition')).toEqual({});
    expect(await differing()).toEqual([]);
  });

  it('given on the web leave an old link with its receipt, and a new link begins anew', async () => {
    world = await startPhone();
    await world.begin(1);
    const [one] = (await world.cases.listCases(MANAGER, '2026')).cases;
    const { invitationId } = await world.caseRow(one?.id ?? '');
    const link = async (id: string) => {
      const token = `a link that was sent ${id}`;
      const hash = createTicketHash(world)(token);
      await world.connection.transaction((tx) =>
        world.stores.invitations.renew(tx, id, { tokenHash: hash, expiresAt: world.now() + 86_400_000 }),
      );
      return token;
    };
    const first = await link(invitationId);
    const entry = openEntry(await world.interviews.enterInvitation(first));
    const { receipt } = await world.interviews.finishInterview(entry.ticket, 'zh', ANSWERS);
    expect((await world.caseRow(one?.id ?? '')).state).toBe('FINAL');
    await world.cases.reopenCase(MANAGER, one?.id ?? '', '不是抽中的人', 'set-aside');
    expect(await counted('disposition')).toEqual({});

    expect(await world.interviews.enterInvitation(first)).toMatchObject({ state: 'done', receipt });
    expect(await world.interviews.finishInterview(entry.ticket, 'zh', ANSWERS)).toMatchObject({ receipt });
    await expect(world.interviews.saveAnswers(entry.ticket, 'zh', { adult: '1' })).rejects.toThrow('RESPONSE_ENDED');
    const fresh = await world.caseRow(one?.id ?? '');
    const again = openEntry(await world.interviews.enterInvitation(await link(fresh.invitationId)));
    expect(again.answers).toEqual({});
    await world.interviews.finishInterview(again.ticket, 'zh', ANSWERS);
    expect(await counted('disposition')).toEqual({ '1.1': 1 });
    expect(await differing()).toEqual([]);
  });

  it('given at the keypad are asked again from the greeting on, with nothing of the old call in the new one', async () => {
    world = await startPhone();
    campaign = await startCampaign({ cases: 1 });
    const { phone, stores, reader, time } = campaign;
    const run = async (minutes: number) => {
      const jobs = (campaign as Campaign).drive();
      await time.run(time.now() + minutes * MINUTE);
      jobs.stop();
    };
    await run(30);
    const [one] = await campaign.listCases();
    expect(one).toMatchObject({ state: 'FINAL', disposition: '1.1' });
    const before = (await stores.attempts.findSession(reader, one?.id ?? ''))?.session as {
      paradata: readonly KeypadParadata[];
    };
    await phone.cases.reopenCase(OPERATOR, one?.id ?? '', WHY, 'set-aside');
    expect(await stores.attempts.findSession(reader, one?.id ?? '')).toBeNull();
    const old = await campaign.answersOf(one?.invitationId ?? '');
    expect(old?.row).toMatchObject({ state: 'excluded', excluded: { reason: WHY, by: 'operator', caseId: one?.id } });
    expect(old?.row.excluded?.paradata).toEqual(before.paradata);

    await run(26 * 60);
    const [now] = await campaign.listCases();
    expect(now).toMatchObject({ state: 'FINAL', disposition: '1.1' });
    const calls = await campaign.attemptsOf(now?.id ?? '');
    const session = (await stores.attempts.findSession(reader, now?.id ?? ''))?.session as {
      resumed: boolean;
      paradata: readonly KeypadParadata[];
    };
    expect(session.resumed).toBe(false);
    expect(new Set(session.paradata.map(({ attempt }) => attempt)).has(calls[0]?.id ?? '')).toBe(false);
    expect(session.paradata.map(({ place }) => place)).toEqual(expect.arrayContaining(['INTRO', 'CONSENT', 'adult']));
    const [check] = await campaign.services.tallies.verifyTallies(OPERATOR, 'calls');
    expect(check).toMatchObject({ responses: 1, differing: [] });
  });

  it('are not waited for by a second listener any more', async () => {
    world = await startPhone();
    await world.begin(1);
    const id = await completeByDesk();
    const [attempt] = await world.stores.attempts.listOfCase(world.connection.reader, id);
    if (!attempt) throw new Error('no call');
    await world.connection.transaction((tx) =>
      world.reviews.queue(tx, attempt, { share: 0, flags: ['fast'], recorded: false }),
    );
    expect(await world.reviews.list(MANAGER, '2026')).toHaveLength(1);
    await world.cases.reopenCase(MANAGER, id, WHY, 'set-aside');
    expect(await world.reviews.list(MANAGER, '2026')).toEqual([]);
    const [review] = await world.reviews.list(MANAGER, '2026', 'done');
    expect(review).toMatchObject({ note: WHY, agreement: null });
    // What was heard stays beside what was said then, not beside the next interview.
    const first = async () =>
      (await world.reviews.get(MANAGER, review?.id ?? '')).questions.find(({ code }) => code === 'awareness')?.first;
    expect(await first()).toBe('1');
    world.pass(86_400_000);
    const held = await world.call(INTERVIEWER);
    await world.answerAll(INTERVIEWER, held, { awareness: '3' });
    expect(await first()).toBe('1');
  });
});

/** Links are known by a hash with the installation's key; a spent one is made for the test by the same. */
function createTicketHash({ config }: PhoneWorld): (token: string) => string {
  return createTickets(installationSecret(config)).hashToken;
}
