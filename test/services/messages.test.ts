import { afterEach, describe, expect, it } from 'vitest';
import { MANAGER, startPhone } from '../support/phone.ts';
import { INTERVIEWER, prepareTalk, startTalk } from '../support/talk.ts';
import { ANSWERS, openEntry, refusalOf, staff } from '../support/world.ts';

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

describe('the link of an interview that somebody on the line asks for', () => {
  const open: Array<{ close(): Promise<void> }> = [];
  afterEach(async () => {
    for (const world of open.splice(0)) await world.close();
  });

  /** An interviewer who talks with somebody, whose telephone takes messages or does not. */
  async function talk(refuses: number | null = null) {
    const texts: string[] = [];
    const phone = { refuses: () => refuses, read: ({ body }: { readonly body: string }) => void texts.push(body) };
    const world = await startTalk(phone);
    open.push(world);
    const send = () => world.phone.desk.sendLink(INTERVIEWER, world.held);
    const sent = async () => (await world.phone.desk.readDesk(INTERVIEWER, 'calls')).current?.messages.sent ?? [];
    const tokenOf = (at: number, kind: 'i' | 'o') => new RegExp(`/${kind}/([\\w-]+)`).exec(texts[at] ?? '')?.[1] ?? '';
    return { ...world, texts, send, sent, tokenOf };
  }

  it('arrives, is followed until it has, and leads to the interview where the call stopped', async () => {
    const world = await talk();
    await world.phone.desk.giveAnswer(INTERVIEWER, world.held, { question: 'adult', keys: '1' });
    const shown = await world.send();
    expect(shown.messages).toMatchObject({ maySend: true, sent: [{ status: 'queued' }] });
    await world.run(60);
    expect(await world.sent()).toMatchObject([{ status: 'delivered' }]);
    expect(world.texts[0]).toMatch(/约\d+分钟：http.*退订回TD/);
    const entry = openEntry(await world.services.interviews.enterInvitation(world.tokenOf(0, 'i')));
    expect(entry).toMatchObject({ answers: { adult: '1' }, next: 'resident' });
    await world.services.interviews.finishInterview(entry.ticket, 'zh', ANSWERS);
    expect(await world.stores.cases.find(world.reader, world.held.case)).toMatchObject({
      ...{ state: 'FINAL', disposition: '1.1' },
    });
    expect((await world.audit()).map(({ action, actorId }) => [action, actorId])).toContainEqual([
      ...['message.send', INTERVIEWER.id],
    ]);
  });

  it('that does not arrive says so and may be sent again; the same wish at once sends nothing more', async () => {
    const world = await talk(30006);
    await Promise.all([world.send(), world.send()]);
    expect(await world.sent()).toHaveLength(1);
    await world.run(60);
    expect(await world.sent()).toMatchObject([{ status: 'undelivered' }]);
    await world.send();
    expect(await world.sent()).toHaveLength(2);
    expect(world.texts).toEqual([]);
  });

  it('may be sent again: the new link works, the old one no more, and both say how to hear no more of us', async () => {
    const world = await talk();
    await world.send();
    await world.run(60);
    await world.send();
    await world.run(60);
    expect(world.texts).toHaveLength(2);
    const { interviews } = world.services;
    expect(await refusalOf(interviews.enterInvitation(world.tokenOf(0, 'i')))).toBe('LINK_UNKNOWN');
    expect(openEntry(await interviews.enterInvitation(world.tokenOf(1, 'i')))).toMatchObject({ next: 'adult' });
    expect(await world.phone.suppressions.isSuppressed(world.theirs)).toBe(false);
    // The opt-out address of the older message.
    expect(await world.phone.messages.optOut(world.tokenOf(0, 'o'))).toBe(true);
    expect(await world.phone.suppressions.isSuppressed(world.theirs)).toBe(true);
    expect(await world.phone.messages.optOut('nobody')).toBe(false);
    expect(await refusalOf(world.send())).not.toBeNull();
  });

  it('is the last word when TD comes back: nobody writes or calls again', async () => {
    const world = await talk();
    await world.send();
    await world.run(60);
    world.network.textIn(world.theirs, world.boss.line?.from ?? '+862912340000', 'ＴＤ。');
    await world.run(5);
    expect(await world.phone.suppressions.isSuppressed(world.theirs)).toBe(true);
  });

  it('is sent to nobody who is not on the line, by nobody who does not hold the case, and not without a carrier', async () => {
    const world = await prepareTalk();
    open.push(world);
    expect(await refusalOf(world.phone.desk.sendLink(INTERVIEWER, world.held))).toBe('CASE_NOT_CALLED');
    const other = staff('interviewer', '610924');
    expect(await refusalOf(world.phone.desk.sendLink(other, world.held))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(world.phone.desk.sendLink(staff('leader', '610902'), world.held))).toBe('ROLE_FORBIDDEN');
    const byHand = await startPhone();
    await byHand.begin(1);
    const held = await byHand.call(staff('interviewer'));
    expect((await byHand.desk.readDesk(staff('interviewer'), '2026')).current?.messages).toEqual({
      ...{ maySend: false, sent: [] },
    });
    expect(await refusalOf(byHand.desk.sendLink(staff('interviewer'), held))).toBe('CARRIER_CANNOT');
    await byHand.stop();
  });
});
