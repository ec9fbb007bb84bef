import { describe, expect, test } from 'vitest';
import type { Line } from '../../../src/telephony/simulator/phone.ts';
import { firstOf } from '../../../src/telephony/twilio/signature.ts';
import { ACCOUNT, createWorld, OURS, statuses, THEIRS, TOKEN } from './world.ts';

const INBOUND = '/hooks/twilio/inbound';
const STATUS = '/hooks/twilio/status/inbound';

/** Somebody calls us; what they hear, in order. */
function callIn(answers: Parameters<typeof createWorld>[0], onListen: (line: Line) => void = () => {}) {
  const world = createWorld(answers);
  const heard: string[] = [];
  const line = world.network.callIn(
    THEIRS,
    OURS,
    (open) => {
      heard.push('(open)');
      return {
        hear: ({ text }) => heard.push(text),
        listen: () => onListen(open),
        ended: () => heard.push('(ended)'),
      };
    },
    (tone) => heard.push(`(${tone})`),
  );
  return { ...world, heard, line };
}

describe('calls that come in (acceptance list, 4 and 5)', () => {
  test('the document is asked for while it rings; its first word takes the call', async () => {
    const world = callIn(
      { [INBOUND]: '<Gather action="/keys" numDigits="1"><Say>您好</Say></Gather>', '/keys': '<Hangup/>' },
      (line) => void world.clock.after(500, () => line.press('1')),
    );
    await world.clock.run();
    const [request] = world.to(INBOUND);
    expect(firstOf(request?.form ?? {}, 'From')).toBe(THEIRS);
    expect(firstOf(request?.form ?? {}, 'Direction')).toBe('inbound');
    expect(firstOf(request?.form ?? {}, 'CallStatus')).toBe('ringing');
    expect(firstOf(world.to('/keys')[0]?.form ?? {}, 'CallStatus')).toBe('in-progress');
    expect(firstOf(world.to('/keys')[0]?.form ?? {}, 'Digits')).toBe('1');
    expect(world.heard).toEqual(['(open)', '您好', '(ended)']);
    expect(statuses(world.to(STATUS))).toEqual(['completed']);
  });

  test.each([
    ['<Reject/>', 'no-answer', '(rejected)'],
    ['<Reject reason="rejected"/>', 'no-answer', '(rejected)'],
    ['<Reject reason="busy"/>', 'busy', '(busy)'],
  ])('%s: never answered, costs nothing, and the caller hears it', async (document, status, tone) => {
    const world = callIn({ [INBOUND]: document });
    await world.clock.run();
    expect(world.heard).toEqual([tone]);
    expect(statuses(world.to(STATUS))).toEqual([status]);
    expect(firstOf(world.to(STATUS)[0]?.form ?? {}, 'CallDuration')).toBe('0');
    expect(world.trace.entries.some((entry) => entry.status === 'answered')).toBe(false);
    const response = await world.network.fetch(
      `http://network.test/2010-04-01/Accounts/${ACCOUNT}/Calls/${world.line?.sid}.json`,
      { headers: { Authorization: `Basic ${Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')}` } },
    );
    expect(await response.json()).toMatchObject({ status, duration: '0', direction: 'inbound' });
  });

  test('one may let it ring for a while, or ask elsewhere, before it is rejected', async () => {
    const world = callIn({
      [INBOUND]: '<Pause length="6"/><Redirect>/then</Redirect>',
      '/then': '<Reject reason="busy"/>',
    });
    await world.clock.run();
    const [then] = world.to('/then');
    expect((then?.at ?? 0) - (world.to(INBOUND)[0]?.at ?? 0)).toBeGreaterThan(6000);
    expect(world.heard).toEqual(['(busy)']);
  });

  test('who gives up while it rings was never answered', async () => {
    const world = callIn({ [INBOUND]: '<Pause length="20"/><Say>您好</Say>' });
    world.clock.after(5000, () => world.line?.hangUp());
    await world.clock.run();
    expect(world.heard).toEqual(['(none)']);
    expect(statuses(world.to(STATUS))).toEqual(['canceled']);
  });

  test('a document that cannot be used is answered with the carrier’s own words', async () => {
    const world = callIn({ [INBOUND]: new Response('oops', { status: 500 }) });
    await world.clock.run();
    expect(world.heard).toEqual(['(open)', 'We are sorry, an application error has occurred. Goodbye.', '(ended)']);
    expect(firstOf(world.to(STATUS)[0]?.form ?? {}, 'ErrorCode')).toBe('11200');
  });
});
