import { describe, expect, test } from 'vitest';
import { firstOf } from '../../../src/telephony/twilio/signature.ts';
import { createWorld, MORNING, scriptedPhone, statuses, THEIRS } from './world.ts';

const STATUS = '/hooks/twilio/status';

describe('progress of a call (acceptance list, 2)', () => {
  test('a call that is answered tells initiated, ringing, answered and completed, numbered from nought', async () => {
    const world = createWorld({ '/hooks/twilio/voice': '<Say language="cmn-CN">您好</Say><Hangup/>' });
    world.network.occupy(
      THEIRS,
      scriptedPhone(() => {}, world),
    );
    await world.place();
    await world.clock.run();
    const told = world.to(STATUS);
    expect(statuses(told)).toEqual(['initiated', 'ringing', 'in-progress', 'completed']);
    expect(told.map(({ form }) => firstOf(form, 'SequenceNumber'))).toEqual(['0', '1', '2', '3']);
    expect(told.every(({ signed }) => signed)).toBe(true);
    const [, , , last] = told;
    expect(firstOf(last?.form ?? {}, 'CallDuration')).toBe('1');
    expect(firstOf(last?.form ?? {}, 'SipResponseCode')).toBe('200');
    expect(Date.parse(firstOf(last?.form ?? {}, 'Timestamp') ?? '')).toBeGreaterThan(MORNING);
  });

  test.each([
    [486, 'busy'],
    [480, 'no-answer'],
    [603, 'failed'],
    [404, 'failed'],
  ])('a phone that refuses with %i ends as %s, with the code', async (sip, status) => {
    const world = createWorld({});
    world.network.occupy(THEIRS, { ring: (line) => line.refuse(sip) });
    await world.place();
    await world.clock.run();
    expect(statuses(world.to(STATUS))).toEqual(['initiated', status]);
    expect(firstOf(world.to(STATUS).at(-1)?.form ?? {}, 'SipResponseCode')).toBe(String(sip));
  });

  test('a phone that nobody takes rings as long as was asked', async () => {
    const world = createWorld({});
    world.network.occupy(THEIRS, { ring: () => {} });
    await world.place(THEIRS, { ringMs: 20_000 });
    await world.clock.run();
    const [, ringing, ended] = world.to(STATUS);
    expect(statuses(world.to(STATUS))).toEqual(['initiated', 'ringing', 'no-answer']);
    expect(Math.round(((ended?.at ?? 0) - (ringing?.at ?? 0)) / 1000)).toBe(20);
  });

  test('a waiting call that we end is canceled', async () => {
    const world = createWorld({});
    world.network.occupy(THEIRS, { ring: () => {} });
    const { providerCallId } = await world.place();
    await world.clock.run(MORNING + 5000);
    await world.carrier.hangup(providerCallId);
    await world.clock.run();
    expect(statuses(world.to(STATUS))).toEqual(['initiated', 'ringing', 'canceled']);
  });

  test('only what was subscribed is told', async () => {
    const world = createWorld({});
    world.network.occupy(THEIRS, { ring: (line) => line.refuse(486) });
    world.network.exchange.call({
      from: '+862912340000',
      to: THEIRS,
      direction: 'outbound-api',
      voice: null,
      fallback: null,
      callbacks: { url: 'http://survey.test/hooks/twilio/status/x', method: 'POST', events: new Set(['completed']) },
      amd: null,
      ringMs: 20_000,
      limitMs: 60_000,
      parent: null,
    });
    await world.clock.run();
    expect(statuses(world.to(STATUS))).toEqual(['busy']);
  });

  test('callbacks come late, twice or never as the seed has it, and the same seed tells the same', async () => {
    const play = async (): Promise<string[]> => {
      const world = createWorld(
        { '/hooks/twilio/voice': '<Hangup/>' },
        { callbackFaults: { late: 0.3, twice: 0.2, lost: 0.2 } },
      );
      for (let n = 0; n < 30; n++) {
        const number = `+8613900000${100 + n}`;
        world.network.occupy(
          number,
          scriptedPhone(() => {}, world),
        );
        await world.place(number);
      }
      await world.clock.run();
      return world.to(STATUS).map(({ form, at }) => `${at} ${firstOf(form, 'CallSid')} ${firstOf(form, 'CallStatus')}`);
    };
    const [first, second] = [await play(), await play()];
    expect(second).toEqual(first);
    const one = (text: string): string => text.replace(/^\d+ /, '');
    const distinct = new Set(first.map(one));
    expect(distinct.size).toBeLessThan(120);
    expect(first.length).toBeGreaterThan(distinct.size);
    const completedFirst = first.findIndex((text) => text.endsWith('completed'));
    const laterRinging = first.findIndex((text, at) => at > completedFirst && text.endsWith('ringing'));
    expect(laterRinging).toBeGreaterThan(completedFirst);
  });

  test('no call is ever without its end: the completed callback goes out when the line is cut in a sentence', async () => {
    const world = createWorld({ '/hooks/twilio/voice': `<Say language="cmn-CN">${'很长的话'.repeat(40)}</Say>` });
    const phone = scriptedPhone(() => {}, world);
    world.network.occupy(THEIRS, phone);
    await world.place();
    await world.clock.run(MORNING + 6000);
    phone.line?.hangUp();
    await world.clock.run();
    expect(statuses(world.to(STATUS)).at(-1)).toBe('completed');
    expect(world.to('/hooks/twilio/voice')).toHaveLength(1);
  });
});
