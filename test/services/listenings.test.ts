import { afterEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/services/actor.ts';
import type { Line } from '../../src/telephony/simulator/phone.ts';
import { createTraceList } from '../../src/telephony/simulator/trace.ts';
import { type Campaign, startCampaign } from '../support/campaign.ts';
import { refusalOf, staff } from '../support/world.ts';

const AGENT = '+8613700000001';
const BOSS = '+8613700000002';
const SECOND = 1000;
const INTERVIEWER = staff('interviewer', '610902');
const MANAGER = staff('survey-manager', '610902');

type Person = ReturnType<typeof sit>;

/** Somebody with a telephone: takes the call after a second, or does with it what a test wants. */
function sit(
  campaign: Campaign,
  number: string,
  onRing: (line: Line, answer: () => void) => void = (_, take) => take(),
) {
  const one = { line: null as Line | null, heard: [] as string[], rang: 0, talks: 0, ended: 0 };
  campaign.network.occupy(number, {
    ring(line) {
      one.rang += 1;
      one.line = line;
      const answer = () =>
        line.answer({
          hear: ({ text }) => one.heard.push(text),
          listen: () => {},
          talk: () => one.talks++,
          voice: ({ text }) => one.heard.push(`“${text}”`),
          ended: () => one.ended++,
        });
      campaign.time.after(SECOND, () => onRing(line, answer));
    },
  });
  return one;
}

describe('a call that the carrier connects', () => {
  const open: Campaign[] = [];
  afterEach(async () => {
    for (const campaign of open.splice(0)) await campaign.close();
  });

  /** An interviewer with a case in hand and everybody at their telephones; nobody was called yet. */
  async function prepare(onRing?: (line: Line, answer: () => void) => void) {
    const trace = createTraceList();
    const campaign = await startCampaign({ cases: 1, setup: { recording: true }, network: { trace } });
    open.push(campaign);
    const { phone, services } = campaign;
    await services.connection.transaction(async (tx) => {
      for (const one of await campaign.listCases()) {
        const row = await campaign.stores.cases.hold(tx, one.id);
        if (row) await campaign.stores.cases.update(tx, row, { mode: 'phone' });
      }
    });
    const agent = sit(campaign, AGENT);
    const boss = sit(campaign, BOSS);
    const { current } = await phone.desk.nextCase(INTERVIEWER, 'calls');
    if (!current) throw new Error('no case');
    const held = { case: current.id, lease: current.lease };
    const [row] = await campaign.stores.numbers.listOfCase(campaign.reader, current.id);
    const theirs = (row && phone.vault.read(row)) ?? '';
    const respondent = sit(campaign, theirs, onRing);
    const attempt = async () => {
      const [one] = await campaign.attemptsOf(held.case);
      if (!one) throw new Error('no call');
      return one;
    };
    const run = (seconds: number) => campaign.time.run(campaign.time.now() + seconds * SECOND);
    const audit = async () =>
      (await campaign.stores.audit.list(campaign.reader, { units: null, limit: 500 })).filter(({ action }) =>
        action.startsWith('call.listen'),
      );
    return { ...campaign, campaign, trace, agent, boss, respondent, theirs, held, attempt, run, audit };
  }

  /** The same, connected: both talk, and the introduction was read. */
  async function connect() {
    const world = await prepare();
    await world.phone.desk.dial(INTERVIEWER, world.held, AGENT);
    await world.run(8);
    return world;
  }

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
    await phone.listenings.leave(MANAGER, listening?.id ?? '');
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
