import { describe, expect, test } from 'vitest';
import type { Line } from '../../../src/telephony/simulator/phone.ts';
import { firstOf } from '../../../src/telephony/twilio/signature.ts';
import { loadClient } from '../../../src/telephony/twilio/transport.ts';
import { ACCOUNT, BASE, createWorld, MORNING, OURS, type Received, statuses, THEIRS, TOKEN } from './world.ts';

const AGENT = '+8613700000001';
const BOSS = '+8613700000002';
const VOICE = '/hooks/twilio/voice';
const SECOND = 1000;

/** A phone that is taken after a second and keeps what it hears of others. */
function person(world: ReturnType<typeof createWorld>, number: string) {
  const one = { line: null as Line | null, heard: [] as string[], talks: 0, beeps: 0, ended: false };
  world.network.occupy(number, {
    ring(line) {
      one.line = line;
      world.clock.after(SECOND, () =>
        line.answer({
          hear: ({ text, audio }) => one.heard.push(audio ?? text),
          listen: () => {},
          talk: () => one.talks++,
          beep: () => one.beeps++,
          voice: ({ text }) => one.heard.push(`“${text}”`),
          ended: () => {
            one.ended = true;
          },
        }),
      );
    },
  });
  return one;
}

/** The official client, talking to the network. */
const clientOf = (world: ReturnType<typeof createWorld>) =>
  loadClient(
    { accountSid: ACCOUNT, authToken: TOKEN },
    { baseUrl: 'http://network.test', fetch: world.network.fetch, timeoutMs: 10_000 },
  );

const room = (attributes: string, dial = 'action="/after"'): string =>
  `<Dial ${dial}><Conference ${attributes}>at1</Conference></Dial><Say>behind</Say>`;

/** The interviewer waits in the conference, the respondent is rung for it by the API. */
async function talk(attributes = 'endConferenceOnExit="true"', invited: object = { endConferenceOnExit: true }) {
  const world = createWorld({ [VOICE]: room(attributes), '/after': '<Hangup/>' });
  const client = clientOf(world);
  const [agent, respondent, boss] = [person(world, AGENT), person(world, THEIRS), person(world, BOSS)];
  await world.place(AGENT);
  await world.clock.run(MORNING + 5 * SECOND);
  const participant = await client.conferences('at1').participants.create({
    ...{ from: OURS, to: THEIRS, timeout: 28, label: 'respondent', ...invited },
    statusCallback: `${BASE}/respondent`,
    statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
  });
  await world.clock.run(MORNING + 10 * SECOND);
  return { ...world, client, agent, respondent, boss, participant };
}

const conferenceEvents = (received: readonly Received[]): (string | null)[] =>
  received.map(({ form }) => firstOf(form, 'StatusCallbackEvent'));

describe('Dial with a conference (acceptance list, 4)', () => {
  test('two calls that dial the same name talk with each other, and with nobody else', async () => {
    const world = createWorld({
      [VOICE]: ({ form }) =>
        firstOf(form, 'To') === BOSS
          ? new Response('<Response><Dial><Conference>at2</Conference></Dial></Response>', {
              headers: { 'Content-Type': 'text/xml' },
            })
          : new Response('<Response><Dial><Conference>at1</Conference></Dial></Response>', {
              headers: { 'Content-Type': 'text/xml' },
            }),
    });
    const [agent, respondent, boss] = [person(world, AGENT), person(world, THEIRS), person(world, BOSS)];
    for (const number of [AGENT, THEIRS, BOSS]) await world.place(number);
    await world.clock.run(MORNING + 20 * SECOND);
    agent.line?.say('您好');
    respondent.line?.say('你好');
    boss.line?.say('喂？');
    expect([agent.heard, respondent.heard, boss.heard]).toEqual([['“你好”'], ['“您好”'], []]);
    expect([agent.talks, respondent.talks, boss.talks]).toEqual([1, 1, 0]);
  });

  test('who is muted hears everybody and is never heard', async () => {
    const { client, agent, respondent, boss, clock, trace } = await talk();
    await client.conferences('at1').participants.create({ from: OURS, to: BOSS, muted: true, beep: 'false' });
    await clock.run(MORNING + 20 * SECOND);
    boss.line?.say('我在听');
    agent.line?.say('请问');
    respondent.line?.say('请讲');
    expect(boss.heard).toEqual(['“请问”', '“请讲”']);
    expect([...agent.heard, ...respondent.heard]).toEqual(['“请讲”', '“请问”']);
    expect([agent.beeps, respondent.beeps]).toEqual([1, 1]);
    const hears = trace.entries.filter(({ kind }) => kind === 'conference').at(-1)?.hears as Record<string, string[]>;
    expect(Object.keys(hears)).toHaveLength(3);
    expect(Object.values(hears).some((heard) => heard.includes(boss.line?.sid ?? ''))).toBe(false);
    const said = trace.entries.filter(({ kind, call }) => kind === 'voice' && call === boss.line?.sid);
    expect(said.map(({ heardBy }) => heardBy)).toEqual([[]]);
  });

  test('muting and holding by the API changes who hears whom, and back', async () => {
    const { client, agent, respondent, participant } = await talk();
    const seat = client.conferences(participant.conferenceSid).participants(participant.callSid);
    await seat.update({ muted: true });
    respondent.line?.say('一');
    await seat.update({ muted: false, hold: true });
    respondent.line?.say('二');
    agent.line?.say('三');
    await seat.update({ hold: false });
    respondent.line?.say('四');
    agent.line?.say('五');
    expect([agent.heard, respondent.heard]).toEqual([['“四”'], ['“五”']]);
    await expect(seat.update({ muted: true })).resolves.toMatchObject({
      muted: true,
      hold: false,
      label: 'respondent',
    });
  });

  test('when somebody leaves whose exit ends it, the document of the others goes on', async () => {
    const world = await talk();
    world.respondent.line?.hangUp();
    await world.clock.run();
    const [after] = world.to('/after');
    expect(firstOf(after?.form ?? {}, 'DialCallStatus')).toBe('answered');
    expect(firstOf(after?.form ?? {}, 'DialCallSid')).toBeNull();
    expect(statuses(world.to('/respondent'))).toEqual(['initiated', 'ringing', 'in-progress', 'completed']);
    expect(statuses(world.to('/hooks/twilio/status')).at(-1)).toBe('completed');
  });

  test('when the interviewer’s exit ends it, the call of the respondent ends, having no document', async () => {
    const world = await talk();
    world.agent.line?.hangUp();
    await world.clock.run();
    expect(world.respondent.ended).toBe(true);
    expect(world.to('/after')).toHaveLength(0);
    const [conference] = await world.client.conferences.list({ friendlyName: 'at1' });
    expect(conference).toMatchObject({
      status: 'completed',
      reasonConferenceEnded: 'participant-with-end-conference-on-exit-left',
      callSidEndingConference: world.agent.line?.sid,
    });
  });

  test('without an action the verb behind the Dial is next', async () => {
    const world = createWorld({ [VOICE]: room('', '') });
    const agent = person(world, AGENT);
    await world.place(AGENT);
    await world.clock.run(MORNING + 5 * SECOND);
    const [conference] = await clientOf(world).conferences.list({ status: 'init' });
    await clientOf(world)
      .conferences(conference?.sid ?? '')
      .update({ status: 'completed' });
    await world.clock.run();
    expect(agent.heard).toEqual(['behind']);
  });

  test('whoever waits hears what the address for waiting says, again and again, until the talk begins', async () => {
    const world = createWorld({
      [VOICE]: room('waitUrl="/wait" startConferenceOnEnter="true"'),
      '/wait': '<Say>please wait</Say><Pause length="2"/><Gather/>',
    });
    const agent = person(world, AGENT);
    person(world, THEIRS);
    await world.place(AGENT);
    await world.clock.run(MORNING + 5 * SECOND);
    expect(agent.heard).toEqual(['please wait']);
    const again = createWorld({
      [VOICE]: room('waitUrl="/wait"'),
      '/wait': '<Say>please wait</Say><Pause length="2"/>',
    });
    const one = person(again, AGENT);
    person(again, THEIRS);
    await again.place(AGENT);
    await again.clock.run(MORNING + 30 * SECOND);
    const before = one.heard.length;
    expect(before).toBeGreaterThan(3);
    await clientOf(again).conferences('at1').participants.create({ from: OURS, to: THEIRS });
    await again.clock.run(MORNING + 40 * SECOND);
    const since = one.heard.length;
    await again.clock.run(MORNING + 60 * SECOND);
    expect(one.heard.length).toBe(since);
  });

  test('an address for waiting that fails is silence', async () => {
    const world = createWorld({ [VOICE]: room('waitUrl="/wait"'), '/wait': new Response('no', { status: 500 }) });
    const agent = person(world, AGENT);
    await world.place(AGENT);
    await world.clock.run(MORNING + 60 * SECOND);
    expect([agent.heard, agent.ended]).toEqual([[], false]);
  });

  test('who does not begin it waits for somebody who does', async () => {
    const world = createWorld({ [VOICE]: room('startConferenceOnEnter="false"') });
    const [agent, respondent, boss] = [person(world, AGENT), person(world, THEIRS), person(world, BOSS)];
    await world.place(AGENT);
    await world.place(THEIRS);
    await world.clock.run(MORNING + 10 * SECOND);
    agent.line?.say('有人吗');
    expect([respondent.heard, respondent.talks]).toEqual([[], 0]);
    await clientOf(world).conferences('at1').participants.create({ from: OURS, to: BOSS });
    await world.clock.run(MORNING + 20 * SECOND);
    agent.line?.say('大家好');
    expect([respondent.heard, boss.heard, respondent.talks]).toEqual([['“大家好”'], ['“大家好”'], 1]);
  });

  test('nobody sits longer than the Dial allows', async () => {
    const world = createWorld({ [VOICE]: room('', 'timeLimit="30" action="/after"'), '/after': '<Hangup/>' });
    person(world, AGENT);
    await world.place(AGENT);
    await world.clock.run();
    expect(world.to('/after')).toHaveLength(1);
    expect(firstOf(world.to('/hooks/twilio/status').at(-1)?.form ?? {}, 'CallDuration')).toBe('30');
  });

  test('a call that gets another document leaves, and its old one does not come back', async () => {
    const world = await talk('', {});
    await world.client
      .calls(world.agent.line?.sid ?? '')
      .update({ twiml: '<Response><Say>elsewhere</Say></Response>' });
    world.respondent.line?.say('喂');
    await world.clock.run();
    expect(world.agent.heard).toEqual(['elsewhere']);
    expect(world.to('/after')).toHaveLength(0);
  });

  test('its progress is told to the address of whoever opened it, as far as subscribed', async () => {
    const world = await talk(
      'endConferenceOnExit="true" statusCallback="/room" statusCallbackEvent="start end join leave mute hold"',
    );
    const seat = world.client.conferences('at1').participants('respondent');
    await seat.update({ muted: true });
    await world.clock.run(MORNING + 12 * SECOND);
    world.agent.line?.hangUp();
    await world.clock.run();
    const told = world.to('/room').toSorted((a, b) => number(a) - number(b));
    expect(conferenceEvents(told)).toEqual([
      ...['participant-join', 'participant-join', 'conference-start', 'participant-mute'],
      ...['participant-leave', 'participant-leave', 'conference-end'],
    ]);
    expect(told.every(({ signed }) => signed)).toBe(true);
    expect(firstOf(told[1]?.form ?? {}, 'ParticipantLabel')).toBe('respondent');
    expect(firstOf(told[6]?.form ?? {}, 'CallSidEndingConference')).toBe(world.agent.line?.sid);
  });

  test('a recording of the whole conference is told to its own address, one of a leg to that of the leg', async () => {
    const world = await talk('endConferenceOnExit="true" record="record-from-start" recordingStatusCallback="/tape"');
    await world.client
      .calls(world.agent.line?.sid ?? '')
      .recordings.create({ recordingStatusCallback: `${BASE}/leg`, recordingStatusCallbackEvent: ['completed'] });
    await world.clock.run(MORNING + 30 * SECOND);
    world.respondent.line?.hangUp();
    await world.clock.run();
    const [tape] = world.to('/tape');
    expect(firstOf(tape?.form ?? {}, 'ConferenceSid')).toMatch(/^CF/);
    expect(firstOf(tape?.form ?? {}, 'RecordingSource')).toBe('Conference');
    expect(firstOf(world.to('/leg')[0]?.form ?? {}, 'RecordingDuration')).toBe('20');
  });
});

const number = ({ form }: Received): number => Number(firstOf(form, 'SequenceNumber'));

describe('conferences in the API (acceptance list, 1)', () => {
  test('a name that nobody has used makes a conference, a carrier’s name that does not exist does not', async () => {
    const world = createWorld({});
    const client = clientOf(world);
    person(world, THEIRS);
    const made = await client.conferences('new').participants.create({ from: OURS, to: THEIRS, muted: true });
    expect(made).toMatchObject({ status: 'queued', muted: true, hold: false, endConferenceOnExit: false });
    expect(made.conferenceSid).toMatch(/^CF[0-9a-f]{32}$/);
    const nowhere = client.conferences(`CF${'0'.repeat(32)}`).participants;
    await expect(nowhere.create({ from: OURS, to: THEIRS })).rejects.toMatchObject({ providerCode: '20404' });
    await world.clock.run(MORNING + 5 * SECOND);
    const [seat] = await client.conferences('new').participants.list();
    expect(seat).toMatchObject({ callSid: made.callSid, status: 'connected' });
  });

  test.each([
    ['no number to call', { From: OURS }, 21_201],
    ['no number of ours', { To: THEIRS }, 21_213],
    ['a number that is none', { To: '12', From: OURS }, 21_211],
  ])('an order with %s is refused', async (_what, order, code) => {
    const { network } = createWorld({});
    const response = await network.fetch(
      `http://network.test/2010-04-01/Accounts/${ACCOUNT}/Conferences/x/Participants.json`,
      {
        method: 'POST',
        headers: { Authorization: `Basic ${Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')}` },
        body: new URLSearchParams(order as Record<string, string>).toString(),
      },
    );
    expect((await response.json()) as object).toMatchObject({ code, status: 400 });
  });

  test('a participant that is busy never comes, and the others wait on', async () => {
    const world = createWorld({ [VOICE]: room('endConferenceOnExit="true"') });
    const agent = person(world, AGENT);
    world.network.occupy(THEIRS, { ring: (line) => line.refuse(486) });
    await world.place(AGENT);
    await world.clock.run(MORNING + 5 * SECOND);
    const { callSid } = await clientOf(world)
      .conferences('at1')
      .participants.create({ from: OURS, to: THEIRS, statusCallback: `${BASE}/respondent` });
    await world.clock.run(MORNING + 20 * SECOND);
    expect(statuses(world.to('/respondent'))).toEqual(['busy']);
    expect(agent.ended).toBe(false);
    await expect(clientOf(world).conferences('at1').participants(callSid).fetch()).rejects.toMatchObject({
      providerCode: '20404',
    });
  });

  test('who still rings when it ends goes on ringing, and finds nobody', async () => {
    const world = createWorld({ [VOICE]: room('endConferenceOnExit="true"'), '/after': '<Hangup/>' });
    const agent = person(world, AGENT);
    let line: Line | null = null;
    const seen: string[] = [];
    world.network.occupy(THEIRS, {
      ring: (one) => {
        line = one;
      },
    });
    await world.place(AGENT);
    await world.clock.run(MORNING + 5 * SECOND);
    await clientOf(world).conferences('at1').participants.create({ from: OURS, to: THEIRS });
    await world.clock.run(MORNING + 10 * SECOND);
    agent.line?.hangUp();
    await world.clock.run(MORNING + 12 * SECOND);
    const ringing = line as Line | null;
    ringing?.answer({
      hear: () => {},
      listen: () => {},
      talk: () => seen.push('talk'),
      ended: () => seen.push('ended'),
    });
    await world.clock.run();
    expect(seen).toEqual(['ended']);
  });

  test('somebody who is sent out goes on with the own document, and the rest talk on', async () => {
    const world = await talk('', {});
    await world.client.conferences('at1').participants.create({ from: OURS, to: BOSS });
    await world.clock.run(MORNING + 20 * SECOND);
    await world.client
      .conferences('at1')
      .participants(world.boss.line?.sid ?? '')
      .remove();
    expect(world.boss.ended).toBe(true);
    await world.client
      .conferences('at1')
      .participants(world.agent.line?.sid ?? '')
      .remove();
    await world.clock.run(MORNING + 30 * SECOND);
    expect(world.to('/after')).toHaveLength(1);
    expect(world.respondent.ended).toBe(false);
    expect((await world.client.conferences('at1').participants.list()).map(({ label }) => label)).toEqual([
      'respondent',
    ]);
  });

  test('an order for a participant meets the same faults as one for a call', async () => {
    const world = createWorld({});
    world.network.failNext('429');
    await expect(
      clientOf(world).conferences('x').participants.create({ from: OURS, to: THEIRS }),
    ).rejects.toMatchObject({ kind: 'rate' });
  });

  test('the same seed plays the same conference', async () => {
    const lines = async (): Promise<string> => {
      const world = await talk();
      world.agent.line?.hangUp();
      await world.clock.run();
      return JSON.stringify(world.trace.entries);
    };
    expect(await lines()).toBe(await lines());
  });
});
