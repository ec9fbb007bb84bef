import { afterEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/services/actor.ts';
import type { Line } from '../../src/telephony/simulator/phone.ts';
import { AGENT, BOSS, INTERVIEWER, MANAGER, type Person, prepareTalk, sit, startTalk } from '../support/talk.ts';
import { refusalOf, staff } from '../support/world.ts';

describe('a call that the carrier connects', () => {
  const open: Array<{ close(): Promise<void> }> = [];
  afterEach(async () => {
    for (const world of open.splice(0)) await world.close();
  });
  const keep = <T extends { close(): Promise<void> }>(world: T): T => {
    open.push(world);
    return world;
  };
  const prepare = async (onRing?: Parameters<typeof prepareTalk>[0]) => keep(await prepareTalk(onRing));
  const connect = async () => keep(await startTalk());

  const hears = ({ heard }: Person, text: string): boolean => heard.includes(`“${text}”`);

  it('rings the interviewer first, then the respondent, and both hear each other', async () => {
    const world = await prepare();
    await world.phone.desk.dial(INTERVIEWER, world.held, AGENT);
    await world.run(1);
    expect([world.agent.rang, world.respondent.rang]).toEqual([1, 0]);
    await world.run(8);
    expect([world.agent.rang, world.respondent.rang]).toEqual([1, 1]);
    expect((await world.attempt()).state).toBe('answered');
    world.agent.line?.say('您好');
    world.respondent.line?.say('你好');
    expect(hears(world.respondent, '您好')).toBe(true);
    expect(hears(world.agent, '你好')).toBe(true);
  });

  it.each(['agent', 'respondent'] as const)('ends for both when the %s hangs up', async (who) => {
    const world = await connect();
    world[who].line?.hangUp();
    await world.run(5);
    expect([world.agent.ended, world.respondent.ended]).toEqual([1, 1]);
    expect(await world.attempt()).toMatchObject({ state: 'completed' });
    const { current } = await world.phone.desk.readDesk(INTERVIEWER, 'calls');
    expect(current?.state).toBe('WRAP_UP');
  });

  it.each([
    ['busy', (line: Line) => line.refuse(486), 'busy'],
    ['no such number', (line: Line) => line.refuse(404), 'failed'],
    ['nobody', () => {}, 'no-answer'],
  ] as const)('that meets %s lets the interviewer go, and is coded as it was', async (_what, onRing, state) => {
    const world = await prepare(onRing);
    await world.phone.desk.dial(INTERVIEWER, world.held, AGENT);
    await world.run(60);
    expect((await world.attempt()).state).toBe(state);
    expect(world.agent.ended).toBe(1);
  });

  it('rings no respondent any more when the interviewer has hung up', async () => {
    let answered = 0;
    const world = await prepare((_line, answer) => {
      answered += 1;
      void answer;
    });
    await world.phone.desk.dial(INTERVIEWER, world.held, AGENT);
    await world.run(5);
    expect(world.respondent.rang).toBe(1);
    await world.phone.desk.hangUp(INTERVIEWER, world.held);
    await world.run(5);
    expect((await world.attempt()).state).not.toBe('answered');
    expect((await world.attempt()).endedAt).not.toBeNull();
    const ended = world.trace.entries.filter(({ kind, status }) => kind === 'call' && status === 'canceled');
    expect(ended.length).toBeGreaterThan(0);
    expect(answered).toBe(1);
  });

  it('of which every callback is lost was a conversation all the same when the interviewer hangs up', async () => {
    const world = keep(await startTalk({}, { lost: 1 }));
    await world.run(20);
    const before = await world.attempt();
    expect(before.state).toBe('queued');
    world.agent.line?.hangUp();
    await world.run(2);
    await world.phone.calls.handle({
      ...{ attemptId: before.id, providerCallId: before.providerCallId, leg: 'agent', seq: 3, at: world.time.now() },
      ...{ dedupe: 'status:agent:3', t: 'ended', status: 'completed', sip: 200, durationMs: null },
      ...{ errorCode: null, fault: null },
    });
    const after = await world.attempt();
    expect(after.state).toBe('completed');
    expect(after.answeredAt).toBeLessThan(world.time.now() - 15 * 1000);
    const { current } = await world.phone.desk.readDesk(INTERVIEWER, 'calls');
    expect(current?.dispositions.map(({ code }) => code)).toContain('2.12');
  });

  it('of which every callback is lost is found by the watch, and the desk goes on', async () => {
    const world = keep(await startTalk({}, { lost: 1 }));
    await world.run(95);
    await world.phone.watch.tick();
    expect((await world.attempt()).state).toBe('answered');
    world.respondent.line?.hangUp();
    await world.run(95);
    await world.phone.watch.tick();
    expect((await world.attempt()).state).toBe('completed');
    await world.run(5);
    expect(world.agent.ended).toBe(1);
  });

  it('is recorded after consent with both voices', async () => {
    const world = await connect();
    await world.phone.desk.noteConsent(INTERVIEWER, world.held, { kind: 'recording', given: true });
    await world.run(20);
    await world.phone.desk.hangUp(INTERVIEWER, world.held);
    await world.run(5);
    const kept = await world.phone.recordings.listOfAttempt((await world.attempt()).id);
    expect(kept).toHaveLength(1);
    expect(kept[0]?.seconds).toBeGreaterThan(15);
    expect(await world.phone.recordings.fetchNew()).toBe(1);
    expect(await world.phone.recordings.clearCarriers()).toBe(1);
    expect(await world.phone.recordings.clearCarriers()).toBe(0);
  });

  it('is listened to by a supervisor who is never heard; the desk says so; the log says who, when and how long', async () => {
    const world = await connect();
    const { phone, held } = world;
    const { id } = await world.attempt();
    // Not before the introduction, which announces it, was read.
    expect(await refusalOf(phone.listenings.listen(MANAGER, id, BOSS))).toBe('LISTEN_UNANNOUNCED');
    const before = await phone.desk.noteConsent(INTERVIEWER, held, { kind: 'interview', given: true });
    expect([before.mayBeHeard, before.listening]).toEqual([true, []]);
    await phone.listenings.listen(MANAGER, id, BOSS);
    await phone.listenings.listen(MANAGER, id, BOSS);
    await world.run(5);
    expect(world.boss.rang).toBe(1);
    const beat = await phone.desk.heartbeat(INTERVIEWER, held);
    expect(beat.listening).toMatchObject([{ by: MANAGER.id, name: MANAGER.name }]);
    world.respondent.line?.say('我放心');
    world.agent.line?.say('好的');
    world.boss.line?.say('听得见吗');
    expect([hears(world.boss, '我放心'), hears(world.boss, '好的')]).toEqual([true, true]);
    expect([hears(world.agent, '听得见吗'), hears(world.respondent, '听得见吗')]).toEqual([false, false]);
    const [line] = (await phone.board.readBoard(MANAGER, 'calls')).calls;
    expect(line?.listening).toMatchObject({ obstacle: null, by: [{ by: MANAGER.id }] });
    // Nowhere does the supervisor meet the respondent's number.
    expect(JSON.stringify(line)).not.toContain(world.theirs.slice(3));
    expect(world.trace.entries.some(({ kind, call }) => kind === 'call' && call === world.boss.line?.sid)).toBe(true);
    expect(world.boss.line?.from).not.toBe(world.theirs);

    await world.run(30);
    const [listening] = beat.listening;
    // Nobody of another area, and nobody who may not listen, takes the supervisor off the line.
    const { leave } = phone.listenings;
    expect(await refusalOf(leave(staff('survey-manager', '610924'), listening?.id ?? ''))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(leave(staff('interviewer', '610902'), listening?.id ?? ''))).toBe('ROLE_FORBIDDEN');
    await world.run(2);
    expect(world.boss.ended).toBe(0);
    expect((await phone.desk.heartbeat(INTERVIEWER, held)).listening).toEqual(beat.listening);
    await leave(MANAGER, listening?.id ?? '');
    await world.run(2);
    expect([world.boss.ended, world.agent.ended, world.respondent.ended]).toEqual([1, 0, 0]);
    expect((await phone.desk.heartbeat(INTERVIEWER, held)).listening).toEqual([]);
    const log = await world.audit();
    expect(log.map(({ action, actorId, objectId }) => [action, actorId, objectId]).sort()).toEqual([
      ['call.listen', MANAGER.id, id],
      ['call.listen-end', MANAGER.id, id],
    ]);
    const seconds = Number(log.find(({ action }) => action === 'call.listen-end')?.details.seconds);
    expect(seconds).toBeGreaterThan(28);
    expect(seconds).toBeLessThan(40);
    expect(JSON.stringify(log)).not.toContain(BOSS.slice(3));
  });

  it('takes the supervisor off the line when it ends, also one whose telephone still rings', async () => {
    const world = await connect();
    await world.phone.desk.noteConsent(INTERVIEWER, world.held, { kind: 'interview', given: true });
    const { id } = await world.attempt();
    await world.phone.listenings.listen(MANAGER, id, BOSS);
    await world.run(5);
    const slow = sit(world.campaign, '+8613700000003', () => {});
    await world.phone.listenings.listen({ ...MANAGER, id: 'other' } as Actor, id, '13700000003');
    await world.run(2);
    expect(slow.rang).toBe(1);
    world.respondent.line?.hangUp();
    await world.run(5);
    expect([world.boss.ended, world.agent.ended]).toEqual([1, 1]);
    const rows = await world.stores.listenings.listOfAttempt(world.reader, id);
    expect(rows).toEqual([]);
    expect((await world.audit()).filter(({ action }) => action === 'call.listen-end')).toHaveLength(2);
    expect(await refusalOf(world.phone.listenings.listen(MANAGER, id, BOSS))).toBe('LISTEN_OVER');
  });

  it('is not listened to by anybody but a survey manager of the area, nor when it was dialled by hand', async () => {
    const world = await connect();
    await world.phone.desk.noteConsent(INTERVIEWER, world.held, { kind: 'interview', given: true });
    const { id } = await world.attempt();
    const { listen } = world.phone.listenings;
    for (const role of ['administrator', 'reviewer', 'leader', 'publicity', 'interviewer'] as const)
      expect(await refusalOf(listen(staff(role, '6109'), id, BOSS))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(listen(staff('survey-manager', '610924'), id, BOSS))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(listen(MANAGER, id, '12'))).not.toBeNull();
    expect(await refusalOf(listen(MANAGER, 'nobody', BOSS))).toBe('NOT_FOUND');
    const { obstacleOf } = world.phone.listenings;
    expect(obstacleOf({ mode: 'phone', carrier: 'manual', state: 'answered' }, true)).toBe('LISTEN_BY_HAND');
    expect(obstacleOf({ mode: 'keypad', carrier: 'simulator', state: 'answered' }, true)).toBe('LISTEN_KEYPAD');
    expect(obstacleOf({ mode: 'phone', carrier: 'simulator', state: 'ringing' }, true)).toBe('LISTEN_NOT_TALKING');
    expect(world.boss.rang).toBe(0);
  });
});
