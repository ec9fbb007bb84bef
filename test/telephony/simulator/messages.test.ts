import { describe, expect, test } from 'vitest';
import { CarrierError } from '../../../src/telephony/carrier.ts';
import { HABITS, type Habit, TYPICAL_HABITS } from '../../../src/telephony/simulator/readers.ts';
import { firstOf } from '../../../src/telephony/twilio/signature.ts';
import { createWorld, OURS, type Received, THEIRS } from './world.ts';

const message = {
  messageId: 'm1',
  to: THEIRS,
  from: OURS,
  template: 'invitation',
  vars: {},
  body: '您好 https://a.b/i/1',
};
const STATUS = '/hooks/twilio/sms-status/m1';
const told = (received: readonly Received[]): (string | null)[] =>
  received.map(({ form }) => firstOf(form, 'MessageStatus'));
const known = (habit: Habit) => ({ knownHabits: new Map([[THEIRS, habit]]) });

/** Thirty messages to thirty numbers whose statuses go astray. */
async function astray(seed: number) {
  const world = createWorld(
    {},
    { seed, callbackFaults: { late: 0.3, lateMs: 600_000, twice: 0.2, lost: 0.2 }, habits: only('ignores') },
  );
  for (let n = 0; n < 30; n++)
    await world.carrier.sendMessage({ ...message, messageId: `m${n}`, to: `+861390000${1000 + n}` });
  await world.clock.run();
  return world;
}

const only = (habit: Habit) =>
  Object.fromEntries(HABITS.map((one) => [one, one === habit ? 1 : 0])) as Record<Habit, number>;

describe('messages (acceptance list, 1, 2 and 5)', () => {
  test('a message tells its way to the phone', async () => {
    const world = createWorld({}, known('ignores'));
    const { providerId } = await world.carrier.sendMessage(message);
    await world.clock.run();
    expect(told(world.to(STATUS))).toEqual(['sending', 'sent', 'delivered']);
    expect(world.to(STATUS).every(({ signed }) => signed)).toBe(true);
    expect(firstOf(world.to(STATUS)[0]?.form ?? {}, 'MessageSid')).toBe(providerId);
  });

  test.each([
    ['unreachable', '30003'],
    ['unknown', '30005'],
    ['landline', '30006'],
    ['filtered', '30007'],
  ] as const)('to a number that is “%s” it is undelivered, with %s', async (habit, code) => {
    const world = createWorld({}, known(habit));
    await world.carrier.sendMessage(message);
    await world.clock.run();
    expect(told(world.to(STATUS))).toEqual(['sending', 'sent', 'undelivered']);
    expect(firstOf(world.to(STATUS).at(-1)?.form ?? {}, 'ErrorCode')).toBe(code);
  });

  test('what gets no calls gets no messages', async () => {
    const world = createWorld({}, { known: new Map([[THEIRS, 'dead']]) });
    await world.carrier.sendMessage(message);
    await world.clock.run();
    expect(firstOf(world.to(STATUS).at(-1)?.form ?? {}, 'ErrorCode')).toBe('30005');
  });

  test('its statuses come late, twice, never and out of order as the seed has it, and the same seed tells the same', async () => {
    const world = await astray(3);
    const fates = world.trace.entries.filter(({ kind, message: sid }) => kind === 'callback' && sid !== undefined);
    expect(new Set(fates.map(({ fate }) => fate))).toEqual(new Set(['sent', 'late', 'twice', 'lost']));
    const order = new Map<string, string[]>();
    for (const { path, form } of world.to('/hooks/twilio/sms-status'))
      order.set(path, [...(order.get(path) ?? []), firstOf(form, 'MessageStatus') ?? '']);
    const isSwapped = (statuses: readonly string[]): boolean =>
      statuses.indexOf('delivered') >= 0 && statuses.indexOf('delivered') < statuses.indexOf('sent');
    expect([...order.values()].some(isSwapped)).toBe(true);
    expect([...order.values()].some((statuses) => new Set(statuses).size < statuses.length)).toBe(true);
    expect([...order.values()].some((statuses) => !statuses.includes('delivered'))).toBe(true);
    expect(JSON.stringify((await astray(3)).trace.entries)).toBe(JSON.stringify(world.trace.entries));
    expect(JSON.stringify((await astray(4)).trace.entries)).not.toBe(JSON.stringify(world.trace.entries));
  });

  test.each([
    ['stop', true],
    ['STOPALL', true],
    [' Unsubscribe ', true],
    ['退订', false],
    ['please stop', false],
  ])('after “%s” the carrier itself refuses to send: %s', async (word, isBlocked) => {
    const world = createWorld({}, known('ignores'));
    world.network.textIn(THEIRS, OURS, word);
    await world.clock.run();
    expect(firstOf(world.to('/hooks/twilio/sms-in')[0]?.form ?? {}, 'Body')).toBe(word);
    const sent = world.carrier.sendMessage(message);
    if (!isBlocked) return void (await expect(sent).resolves.toMatchObject({ providerId: expect.any(String) }));
    await expect(sent).rejects.toMatchObject({ kind: 'blocked', providerCode: '21610' });
    await expect(sent).rejects.toBeInstanceOf(CarrierError);
    world.network.textIn(THEIRS, OURS, 'START');
    await expect(world.carrier.sendMessage(message)).resolves.toMatchObject({ providerId: expect.any(String) });
  });

  test('who wants no more says so in one of many words', async () => {
    const words = new Set<string>();
    for (let seed = 1; seed <= 12; seed++) {
      const world = createWorld({}, { seed, ...known('stops') });
      await world.carrier.sendMessage(message);
      await world.clock.run();
      words.add(firstOf(world.to('/hooks/twilio/sms-in')[0]?.form ?? {}, 'Body') ?? '');
    }
    expect(words.size).toBeGreaterThan(2);
    expect(words).toContain('退订');
  });

  test('who replies says something else, who ignores says nothing, who opens it opens the first link', async () => {
    const opened: string[] = [];
    const visit = ({ number, url }: { number: string; url: string }): void => void opened.push(`${number} ${url}`);
    for (const habit of ['replies', 'ignores', 'opens'] as const) {
      const world = createWorld({}, { ...known(habit), visit });
      await world.carrier.sendMessage({
        ...message,
        body: '请点击https://a.b/i/x_1-2，约3分钟。退订点https://a.b/o/x',
      });
      await world.clock.run();
      expect(world.to('/hooks/twilio/sms-in')).toHaveLength(habit === 'replies' ? 1 : 0);
    }
    expect(opened).toEqual([`${THEIRS} https://a.b/i/x_1-2`]);
  });

  test('the seed and the number decide who reads how', () => {
    const { network } = createWorld({});
    const counts = new Map<Habit, number>();
    for (let n = 0; n < 3000; n++) {
      const habit = network.habitOf(`+86139${String(n).padStart(8, '0')}`);
      counts.set(habit, (counts.get(habit) ?? 0) + 1);
    }
    for (const habit of HABITS)
      expect(Math.abs((counts.get(habit) ?? 0) / 30 - TYPICAL_HABITS[habit]), habit).toBeLessThan(2.5);
  });
});
