import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installationSecret } from '../../src/runtime.ts';
import type { Actor } from '../../src/services/actor.ts';
import { createTickets } from '../../src/services/tickets.ts';
import { INTERVIEWER, MANAGER, type PhoneWorld, startPhone } from '../support/phone.ts';
import { ANSWERS, openEntry, refusal, refusalOf, staff } from '../support/world.ts';

const MINUTE = 60_000;
const COUNTY_INTERVIEWER = staff('interviewer', '610924');
const LEADER = staff('leader');

describe("the interviewer's desk", () => {
  let world: PhoneWorld;
  beforeEach(async () => {
    world = await startPhone();
  });
  afterEach(() => world.stop());

  it('gives the next case, its number masked, and the same one again to who asks twice', async () => {
    await world.begin(3);
    const first = await world.desk.nextCase(INTERVIEWER, '2026');
    expect(first.current).toMatchObject({
      state: 'LEASED',
      unit: { code: '610902104', name: '五里镇' },
      mayCallNow: true,
      attempt: null,
      standing: { question: { code: 'adult', keys: '120' }, progress: { answered: 0 } },
    });
    expect(first.current?.numbers[0]?.masked).toMatch(/^139\*{4}000\d$/);
    const again = await world.desk.nextCase(INTERVIEWER, '2026');
    expect(again.current?.lease).toBe(first.current?.lease);
  });

  it('shows a number whole only to who holds the case, and writes it down', async () => {
    await world.begin();
    const { current } = await world.desk.nextCase(INTERVIEWER, '2026');
    const held = { case: current?.id ?? '', lease: current?.lease ?? '' };
    expect(await world.desk.revealNumber(INTERVIEWER, held, 0)).toEqual({ rank: 0, number: '+8613900000001' });
    expect(await world.audit()).toContain('interviewer-6109 number.reveal');
    expect(await refusalOf(world.desk.revealNumber(MANAGER, held, 0))).toBe('LEASE_LOST');
    for (const role of ['reviewer', 'leader', 'publicity'] as const) {
      // Not even under the name of who holds the case, whose role was changed meanwhile.
      const changed = { ...staff(role), id: INTERVIEWER.id } as Actor;
      expect(await refusalOf(world.desk.revealNumber(changed, held, 0))).toBe('ROLE_FORBIDDEN');
    }
    expect((await world.audit()).filter((line) => line.endsWith('number.reveal'))).toHaveLength(1);
  });

  it('goes by the lease in hand: one that was given back is nobody’s, also for who has the same case again', async () => {
    await world.begin();
    const { current } = await world.desk.nextCase(INTERVIEWER, '2026');
    const old = { case: current?.id ?? '', lease: current?.lease ?? '' };
    await world.desk.releaseCase(INTERVIEWER, old);
    const again = await world.desk.nextCase(INTERVIEWER, '2026');
    const held = { case: again.current?.id ?? '', lease: again.current?.lease ?? '' };
    expect(held.case).toBe(old.case);
    expect(await refusalOf(world.desk.revealNumber(INTERVIEWER, old, 0))).toBe('LEASE_LOST');
    expect(await refusalOf(world.desk.dial(INTERVIEWER, old))).toBe('LEASE_LOST');
    expect((await world.caseRow(held.case)).state).toBe('LEASED');
    await world.desk.dial(INTERVIEWER, held);
    await world.desk.reportCall(INTERVIEWER, held, 'answered');
    const answer = { question: 'adult', keys: '1' };
    expect(await refusalOf(world.desk.giveAnswer(INTERVIEWER, old, answer))).toBe('LEASE_LOST');
    expect(await refusalOf(world.desk.closeCase(INTERVIEWER, old, { disposition: '2.112' }))).toBe('LEASE_LOST');
    expect((await world.desk.giveAnswer(INTERVIEWER, held, answer)).standing.progress.answered).toBe(1);
  });

  it('puts a case back whose call the carrier gave up: there was no call, and there is no result', async () => {
    await world.begin();
    const { current } = await world.desk.nextCase(INTERVIEWER, '2026');
    const held = { case: current?.id ?? '', lease: current?.lease ?? '' };
    const { attempt } = await world.desk.dial(INTERVIEWER, held);
    await world.calls.report(attempt?.id ?? '', 'canceled');
    expect((await world.desk.readDesk(INTERVIEWER, '2026')).current).toMatchObject({
      attempt: { state: 'canceled' },
      dispositions: [],
    });
    await world.desk.releaseCase(INTERVIEWER, held);
    expect(await world.caseRow(held.case)).toMatchObject({ state: 'READY', attempts: 0, leaseToken: null });
    // A call that reached somebody has a result and cannot be put back.
    world.pass(10 * MINUTE);
    const reached = await world.call(INTERVIEWER);
    expect(await refusalOf(world.desk.releaseCase(INTERVIEWER, reached))).toBe('CASE_STATE');
  });

  it('takes a whole interview by keys and closes it complete: one response, counted once', async () => {
    await world.begin();
    const held = await world.call(INTERVIEWER);
    const standing = await world.answerAll(INTERVIEWER, held, { adult: '1', sex: '2', age: '3' });
    expect(standing).toMatchObject({ question: null, isComplete: true, missing: [], disposition: '1.1' });
    const closed = await world.desk.closeCase(INTERVIEWER, held, { disposition: '1.1', note: '很配合' });
    expect(closed).toEqual({ case: held.case, state: 'FINAL', disposition: '1.1' });
    expect(await world.desk.closeCase(INTERVIEWER, held, { disposition: '1.1' })).toEqual(closed);
    const { invitationId } = await world.caseRow(held.case);
    const response = await world.stores.responses.find(world.connection.reader, `i${invitationId}`);
    expect(response).toMatchObject({
      state: 'ended',
      disposition: '1.1',
      mode: 'phone',
      sex: 'female',
      ageBand: '40-49',
    });
    const wave = await world.stores.waves.findByCode(world.connection.reader, '2026');
    const cells = await world.stores.tallies.readUnit(
      world.connection.reader,
      wave?.id ?? '',
      'disposition',
      '610902104',
    );
    expect(cells).toEqual([{ mode: 'phone', outcome: '1.1', n: 1 }]);
    expect(await world.audit()).toContain('interviewer-6109 case.code');
    expect((await world.desk.nextCase(INTERVIEWER, '2026')).waiting?.reason).toBe('none-due');
    expect((await world.desk.readDesk(INTERVIEWER, '2026')).today).toEqual({ calls: 1, completes: 1 });
  });

  it('refuses “complete” without a whole interview, a code that does not fit the call, and answers that keys do not mean', async () => {
    await world.begin();
    const held = await world.call(INTERVIEWER);
    expect(await refusalOf(world.desk.closeCase(INTERVIEWER, held, { disposition: '1.1' }))).toBe(
      'DISPOSITION_REFUSED',
    );
    expect(await refusalOf(world.desk.closeCase(INTERVIEWER, held, { disposition: '3.12' }))).toBe(
      'DISPOSITION_REFUSED',
    );
    expect(await refusalOf(world.desk.closeCase(INTERVIEWER, held, { disposition: '7.7' }))).toBe(
      'DISPOSITION_REFUSED',
    );
    expect(await refusalOf(world.desk.giveAnswer(INTERVIEWER, held, { question: 'adult', keys: '7' }))).toBe(
      'ANSWER_CHOICE',
    );
    expect(await refusalOf(world.desk.giveAnswer(INTERVIEWER, held, { question: 'nope', keys: '1' }))).toBe(
      'ANSWER_QUESTION',
    );
  });

  it('takes no answers and no result of a case that was not called, and gives no case after the last day', async () => {
    await world.begin();
    const { current } = await world.desk.nextCase(INTERVIEWER, '2026');
    const held = { case: current?.id ?? '', lease: current?.lease ?? '' };
    const answer = world.desk.giveAnswer(INTERVIEWER, held, { question: 'adult', keys: '1' });
    expect(await refusalOf(answer)).toBe('CASE_NOT_CALLED');
    expect(await refusalOf(world.desk.closeCase(INTERVIEWER, held, { disposition: '4.31' }))).toBe('CASE_NOT_CALLED');
    await world.desk.releaseCase(INTERVIEWER, held);
    world.setTime('2026-12-01T10:00:00');
    expect((await world.desk.nextCase(INTERVIEWER, '2026')).waiting?.reason).toBe('not-running');
  });

  it('shows and calls no number that is out, and calls nobody while the campaign is paused', async () => {
    await world.setUp();
    const file = await world.numbersFile('单位,号码,备用号码\n610902104,13900000001,13900000002');
    await world.numbers.importNumbers(MANAGER, { wave: '2026', file, seed: 1 });
    await world.campaigns.startCampaign(MANAGER, '2026');
    const { current } = await world.desk.nextCase(INTERVIEWER, '2026');
    const held = { case: current?.id ?? '', lease: current?.lease ?? '' };
    await world.suppressions.addSuppression(MANAGER, { number: '139-0000-0001', reason: '本人要求' });
    expect(await refusalOf(world.desk.revealNumber(INTERVIEWER, held, 0))).toBe('NUMBER_NONE_LIVE');
    expect((await world.desk.revealNumber(INTERVIEWER, held, 1)).number).toBe('+8613900000002');
    await world.campaigns.pauseCampaign(MANAGER, '2026', '午间停电');
    expect(await refusalOf(world.desk.dial(INTERVIEWER, held))).toBe('CAMPAIGN_STATE');
    await world.campaigns.resumeCampaign(MANAGER, '2026');
    expect((await world.desk.dial(INTERVIEWER, held)).attempt?.state).toBe('created');
    // Put on the list while a list with it was being read: found at the moment of dialling.
    const hash = world.vault.suppressionHashOf('+8613900000002');
    await world.desk.hangUp(INTERVIEWER, held);
    await world.desk.closeCase(INTERVIEWER, held, { disposition: '3.16' });
    world.pass(4 * 3_600_000);
    const again = await world.desk.nextCase(INTERVIEWER, '2026');
    await world.connection.transaction((tx) =>
      world.stores.suppressions.insert(tx, {
        numberHash: hash,
        reason: '本人要求',
        source: 'office',
        at: 1,
        by: 'u',
        unitCode: null,
      }),
    );
    const heldAgain = { case: again.current?.id ?? '', lease: again.current?.lease ?? '' };
    expect(await refusalOf(world.desk.dial(INTERVIEWER, heldAgain))).toBe('NUMBER_NONE_LIVE');
  });

  it('a web link of the case that is completed ends it, with the channel where it ended', async () => {
    await world.begin();
    const held = await world.call(INTERVIEWER);
    await world.desk.giveAnswer(INTERVIEWER, held, { question: 'adult', keys: '1' });
    const { invitationId } = await world.caseRow(held.case);
    const link = {
      tokenHash: createTickets(installationSecret(world.config)).hashToken('token'),
      expiresAt: world.now() + 60 * MINUTE,
    };
    await world.connection.transaction((tx) => world.stores.invitations.renew(tx, invitationId, link));
    const entry = openEntry(await world.interviews.enterInvitation('token'));
    expect(entry).toMatchObject({ answers: { adult: '1' }, next: 'resident' });
    await world.interviews.finishInterview(entry.ticket, 'zh', ANSWERS);
    expect(await world.caseRow(held.case)).toMatchObject({ state: 'FINAL', disposition: '1.1', leaseToken: null });
    const response = await world.stores.responses.find(world.connection.reader, `i${invitationId}`);
    expect(response).toMatchObject({ mode: 'web-token', disposition: '1.1' });
    const late = world.desk.giveAnswer(INTERVIEWER, held, { question: 'resident', keys: '1' });
    expect(await refusalOf(late)).toBe('LEASE_LOST');
    // Nobody tells any more how the call by hand ended: it ends with its case.
    await world.dialer.tick();
    const [call] = await world.stores.attempts.listOfCase(world.connection.reader, held.case);
    expect(call).toMatchObject({ state: 'completed', disposition: null });
    expect((await world.board.readBoard(MANAGER, '2026')).calls).toEqual([]);
  });

  it('goes back without taking an answer away, changes it, and takes it back with null', async () => {
    await world.begin();
    const held = await world.call(INTERVIEWER);
    await world.desk.giveAnswer(INTERVIEWER, held, { question: 'adult', keys: '1' });
    await world.desk.giveAnswer(INTERVIEWER, held, { question: 'resident', keys: '1' });
    const back = await world.desk.goBack(INTERVIEWER, held, 'sex');
    expect(back.standing.question).toMatchObject({ code: 'resident', value: '1' });
    const changed = await world.desk.giveAnswer(INTERVIEWER, held, { question: 'resident', keys: '2' });
    expect(changed.standing).toMatchObject({ question: null, ended: '4.10', disposition: '4.10' });
    const taken = await world.desk.giveAnswer(INTERVIEWER, held, { question: 'resident', value: null });
    expect(taken.standing.question).toMatchObject({ code: 'resident', value: null });
  });

  it('a lease that ran out loses neither the case nor the answers: the next interviewer goes on where it stopped', async () => {
    await world.begin();
    const held = await world.call(INTERVIEWER);
    await world.desk.giveAnswer(INTERVIEWER, held, { question: 'adult', keys: '1' });
    await world.desk.reportCall(INTERVIEWER, held, 'completed');
    world.pass(14 * MINUTE);
    await world.desk.heartbeat(INTERVIEWER, held);
    world.pass(14 * MINUTE);
    expect(await world.cases.expireLeases()).toBe(0);
    world.pass(2 * MINUTE);
    expect(await world.cases.expireLeases()).toBe(1);
    expect(await refusalOf(world.desk.giveAnswer(INTERVIEWER, held, { question: 'resident', keys: '1' }))).toBe(
      'LEASE_LOST',
    );
    // Somebody was spoken to: the supervisor decides.
    expect((await world.caseRow(held.case)).state).toBe('SUPERVISOR');
    await world.cases.reassignCase(MANAGER, held.case, null, '访问员掉线');
    world.pass(4 * 60 * MINUTE);
    const other = staff('interviewer', '610902');
    const next = await world.desk.nextCase(other, '2026');
    expect(next.current).toMatchObject({ id: held.case, standing: { question: { code: 'resident' } } });
  });

  it('a case that was never called goes back to the queue when its lease runs out', async () => {
    await world.begin();
    const { current } = await world.desk.nextCase(INTERVIEWER, '2026');
    world.pass(16 * MINUTE);
    expect(await world.cases.expireLeases()).toBe(1);
    expect(await world.caseRow(current?.id ?? '')).toMatchObject({ state: 'READY', leaseToken: null });
  });

  it('a lease that was given before the clock was set back a day runs out all the same', async () => {
    await world.begin();
    world.pass(24 * 60 * MINUTE);
    const { current } = await world.desk.nextCase(INTERVIEWER, '2026');
    world.pass(-24 * 60 * MINUTE);
    expect(await world.cases.expireLeases()).toBe(1);
    expect(await world.caseRow(current?.id ?? '')).toMatchObject({ state: 'READY', leaseBy: null });
  });

  it.each([
    { cases: 'of another county', change: {}, isRecent: false },
    { cases: 'given to somebody else', change: { unitCode: '610924101', assignedTo: 'somebody' }, isRecent: false },
    { cases: 'that were called just now', change: { unitCode: '610924101' }, isRecent: true },
  ])('150 begun cases $cases that stand first keep nobody from the own ones', async ({ change, isRecent }) => {
    await world.begin(150);
    const { connection, stores } = world;
    await world.addNumbers(1, { unit: '610924101', from: 900 });
    const wave = await stores.waves.findByCode(connection.reader, '2026');
    const rows = await stores.cases.listOpenOf(connection.reader, {
      ...{ waveId: wave?.id ?? '', final: 'NEW', limit: 200 },
    });
    const own = rows.find(({ unitCode }) => unitCode === '610924101');
    const lastAttemptAt = isRecent ? world.now() : null;
    await connection.transaction(async (tx) => {
      for (const row of rows) {
        const begun = { attempts: 1, dueAt: world.now() - 1000 };
        const first = { ...begun, ...change, lastAttemptAt, dueAt: begun.dueAt - 1000 };
        await stores.cases.update(tx, row, row.id === own?.id ? begun : first);
      }
    });
    expect((await world.desk.nextCase(COUNTY_INTERVIEWER, '2026')).current?.id).toBe(own?.id);
  });

  it('two interviewers who ask at the same moment never get the same case', async () => {
    await world.begin(4);
    const people = ['610902', '6109'].map((unit) => staff('interviewer', unit));
    const views = await Promise.all([...people, MANAGER].map((actor) => world.desk.nextCase(actor, '2026')));
    const ids = views.map(({ current }) => current?.id);
    expect(new Set(ids).size).toBe(3);
    expect(ids).not.toContain(undefined);
  });

  it('an interviewer gets cases of the own area alone; a leader gets none', async () => {
    await world.begin(2);
    expect((await world.desk.nextCase(COUNTY_INTERVIEWER, '2026')).current).toBeNull();
    expect(await refusalOf(world.desk.nextCase(LEADER, '2026'))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(world.desk.readDesk(LEADER, '2026'))).toBe('ROLE_FORBIDDEN');
  });

  it('nobody is called outside the hours of the place, and a paused campaign gives no case', async () => {
    await world.begin(2);
    const { current } = await world.desk.nextCase(INTERVIEWER, '2026');
    const held = { case: current?.id ?? '', lease: current?.lease ?? '' };
    world.setTime('2026-11-09T12:30:00');
    await world.desk.readDesk(INTERVIEWER, '2026');
    const refused = await refusal(world.desk.dial(INTERVIEWER, held));
    expect(refused.code).toBe('CALLING_HOURS');
    expect(refused.details.next).toBe('2026-11-09T06:00:00.000Z');
    await world.desk.releaseCase(INTERVIEWER, held);
    expect((await world.desk.nextCase(INTERVIEWER, '2026')).waiting?.reason).toBe('none-due');
    world.setTime('2026-11-09T14:30:00');
    await world.campaigns.pauseCampaign(MANAGER, '2026', '设备检修');
    expect((await world.desk.nextCase(INTERVIEWER, '2026')).waiting?.reason).toBe('not-running');
  });

  it('no answer: called again hours later in a slot with room; dialling twice is one call', async () => {
    await world.begin();
    const { current } = await world.desk.nextCase(INTERVIEWER, '2026');
    const held = { case: current?.id ?? '', lease: current?.lease ?? '' };
    const first = await world.desk.dial(INTERVIEWER, held);
    const again = await world.desk.dial(INTERVIEWER, held);
    expect(again.attempt?.id).toBe(first.attempt?.id);
    await world.desk.closeCase(INTERVIEWER, held, { disposition: '3.13' });
    const row = await world.caseRow(held.case);
    expect(row).toMatchObject({ state: 'READY', attempts: 1, disposition: '3.13', leaseToken: null });
    expect(row.dueAt).toBeGreaterThanOrEqual(world.now() + 180 * MINUTE);
    const [attempt] = await world.stores.attempts.listOfCase(world.connection.reader, held.case);
    expect(attempt).toMatchObject({ state: 'no-answer', disposition: '3.13' });
  });

  it('an appointment comes first for the interviewer it was promised, then for anyone, and stands in the list of the day', async () => {
    await world.begin(2);
    const held = await world.call(INTERVIEWER);
    const start = Date.parse('2026-11-09T15:00:00+08:00');
    const appointment = { start, end: start + 60 * MINUTE, kind: 'hard' as const };
    const wrong = { disposition: '2.21', appointment: { ...appointment, end: start - 1 } };
    expect(await refusalOf(world.desk.closeCase(INTERVIEWER, held, wrong))).toBe('APPOINTMENT_BAD');
    const closed = await world.desk.closeCase(INTERVIEWER, held, { disposition: '2.21', appointment });
    expect(closed.state).toBe('APPOINTMENT');
    expect((await world.desk.readDesk(INTERVIEWER, '2026')).callbacks).toEqual([
      { id: held.case, unit: '五里镇', start, end: start + 60 * MINUTE, kind: 'hard' },
    ]);
    world.setTime('2026-11-09T15:00:00');
    const other = staff('interviewer', '610902');
    expect((await world.desk.nextCase(other, '2026')).current?.id).not.toBe(held.case);
    expect((await world.desk.nextCase(INTERVIEWER, '2026')).current?.id).toBe(held.case);
  });

  it('an appointment that was missed makes the case ready again, before others', async () => {
    await world.begin(1);
    const held = await world.call(INTERVIEWER);
    const start = Date.parse('2026-11-09T15:00:00+08:00');
    const appointment = { start, end: start + 60 * MINUTE, kind: 'soft' as const };
    await world.desk.closeCase(INTERVIEWER, held, { disposition: '2.21', appointment });
    world.setTime('2026-11-09T16:01:00');
    expect(await world.cases.releaseMissed()).toBe(1);
    expect(await world.caseRow(held.case)).toMatchObject({ state: 'READY', priority: 51, appointmentStart: null });
  });

  it('a refusal rests seven days and is asked once more; the second one is final and counted', async () => {
    await world.begin();
    const first = await world.call(INTERVIEWER);
    await world.desk.closeCase(INTERVIEWER, first, { disposition: '2.112' });
    expect(await world.caseRow(first.case)).toMatchObject({ state: 'REFUSAL_CONV', refusals: 1 });
    world.setTime('2026-11-15T10:00:00');
    expect((await world.desk.nextCase(INTERVIEWER, '2026')).current).toBeNull();
    world.setTime('2026-11-16T15:00:00');
    const second = await world.call(INTERVIEWER);
    await world.desk.closeCase(INTERVIEWER, second, { disposition: '2.112' });
    expect(await world.caseRow(first.case)).toMatchObject({ state: 'FINAL', disposition: '2.112' });
    const checks = await world.tallies.verifyTallies({ kind: 'operator', id: 'operator', name: 'x' });
    expect(checks).toMatchObject([{ responses: 1, differing: [] }]);
  });

  it('“never again” ends the case at once, and every other open case of that number', async () => {
    await world.begin();
    await world.waves.createWave(MANAGER, {
      ...{ code: '2026-b', survey: 'saohei-county', rootUnit: '6109', period: '2026', modes: ['phone'] },
      ...{ fieldworkStart: '2026-11-01', fieldworkEnd: '2026-11-30' },
    });
    await world.waves.openWave(MANAGER, '2026-b');
    await world.campaigns.saveCampaign(MANAGER, '2026-b', { carrier: 'manual' });
    await world.numbers.importNumbers(MANAGER, {
      wave: '2026-b',
      file: await world.numbersFile('单位,号码,备用号码\n五里镇,13900000009,\n'),
      seed: 1,
    });
    const other = await world.waves.listWaves(MANAGER);
    expect(other.map(({ code }) => code)).toContain('2026-b');
    const held = await world.call(INTERVIEWER);
    await world.desk.closeCase(INTERVIEWER, held, { disposition: '2.112', neverAgain: true });
    expect(await world.caseRow(held.case)).toMatchObject({ state: 'FINAL', disposition: '2.112' });
    const list = await world.suppressions.listSuppressions(MANAGER);
    expect(list).toMatchObject({ total: 1, entries: [{ source: 'desk' }] });
    expect(JSON.stringify(list)).not.toContain('13900000001');
    // The number is dead in the case, and no list brings it back.
    const report = await world.numbers.importNumbers(MANAGER, {
      wave: '2026-b',
      file: await world.numbersFile('单位,号码\n五里镇,139 0000 0001\n'),
    });
    expect(report).toMatchObject({ accepted: 0, removed: { suppressed: 1 } });
  });

  it('a break keeps cases away until it ends; a case not yet called goes back', async () => {
    await world.begin(1);
    const { current } = await world.desk.nextCase(INTERVIEWER, '2026');
    const resting = await world.desk.takeBreak(INTERVIEWER, '2026', true);
    expect(resting).toMatchObject({ current: null, onBreakSince: world.now() });
    expect((await world.caseRow(current?.id ?? '')).state).toBe('READY');
    expect(await refusalOf(world.desk.nextCase(INTERVIEWER, '2026'))).toBe('ON_BREAK');
    await world.desk.takeBreak(INTERVIEWER, '2026', false);
    expect((await world.desk.nextCase(INTERVIEWER, '2026')).current?.id).toBe(current?.id);
  });

  it('a quota that fills holds the other cases; who is on the line finishes and is flagged', async () => {
    await world.begin(3, { targetPerTown: 1 });
    const second = staff('interviewer', '610902');
    const mine = await world.call(INTERVIEWER);
    // The last place is reserved by the call under way.
    expect((await world.desk.nextCase(second, '2026')).current).toBeNull();
    await world.campaigns.saveCampaign(MANAGER, '2026', { targetPerTown: 2 });
    const other = await world.call(second);
    await world.campaigns.saveCampaign(MANAGER, '2026', { targetPerTown: 1 });
    await world.answerAll(INTERVIEWER, mine);
    await world.desk.closeCase(INTERVIEWER, mine, { disposition: '1.1' });
    await world.answerAll(second, other);
    await world.desk.closeCase(second, other, { disposition: '1.1' });
    expect(await world.caseRow(other.case)).toMatchObject({ state: 'FINAL', disposition: '1.1', overQuota: true });
    const { quotas } = await world.campaigns.readCampaign(MANAGER, '2026');
    expect(quotas).toEqual([{ unitCode: '610902104', sex: '*', ageBand: '*', target: 1, completes: 1 }]);
    const rest = await world.cases.listCases(MANAGER, '2026', { state: 'HOLD' });
    expect(rest.cases).toMatchObject([{ holdReason: 'quota-full' }]);
    await world.campaigns.saveCampaign(MANAGER, '2026', { targetPerTown: 5 });
    expect((await world.cases.listCases(MANAGER, '2026', { state: 'READY' })).cases).toHaveLength(1);
  });

  it('a refused case that a full quota held rests on and is asked as a refused one when the quota grows', async () => {
    await world.begin(2, { targetPerTown: 1 });
    const refused = await world.call(INTERVIEWER);
    await world.desk.closeCase(INTERVIEWER, refused, { disposition: '2.112' });
    const { dueAt } = await world.caseRow(refused.case);
    const complete = await world.call(INTERVIEWER);
    await world.answerAll(INTERVIEWER, complete);
    await world.desk.closeCase(INTERVIEWER, complete, { disposition: '1.1' });
    expect(await world.caseRow(refused.case)).toMatchObject({ state: 'HOLD', holdReason: 'quota-full' });
    await world.campaigns.saveCampaign(MANAGER, '2026', { targetPerTown: 2 });
    expect(await world.caseRow(refused.case)).toMatchObject({ state: 'REFUSAL_CONV', refusals: 1, dueAt });
  });
});
