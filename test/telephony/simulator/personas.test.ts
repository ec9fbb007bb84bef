import { describe, expect, test } from 'vitest';
import { createRealClock } from '../../../src/telephony/simulator/clock.ts';
import { createPhoneNetwork } from '../../../src/telephony/simulator/network.ts';
import { PERSONAS, type Persona, readOptions, TYPICAL_MIX } from '../../../src/telephony/simulator/personas.ts';
import { firstOf } from '../../../src/telephony/twilio/signature.ts';
import { createKeypadServer, hooks } from './keypad-server.ts';
import { ACCOUNT, BASE, createWorld, OURS, statuses, THEIRS, TOKEN, xml } from './world.ts';

/** One persona, called up to six times until the interview comes to an end. */
async function meet(persona: Persona, seed: number) {
  let server: ReturnType<typeof createKeypadServer> | null = null;
  const world = createWorld(
    { '/hooks/twilio/voice': (request) => (server ? server.answer(request) : xml('<Hangup/>')) },
    { known: new Map([[THEIRS, persona]]), seed },
  );
  server = createKeypadServer(world.clock);
  for (let call = 0; call < 6 && !server.interviews.get('at1')?.ended; call++) {
    await world.place();
    await world.clock.run();
  }
  return { ...world, interview: server.interviews.get('at1') ?? null };
}

describe('people at the other end (acceptance list, 5)', () => {
  test.each(['complete', 'slow', 'double-key', 'long-press', 'hard-of-hearing'] as const)(
    'who is “%s” comes to the end of the interview in most cases, by the keypad’s own rules',
    async (persona) => {
      const ends: (string | undefined)[] = [];
      for (let seed = 1; seed <= 12; seed++) ends.push((await meet(persona, seed)).interview?.ended?.reason);
      expect(ends.filter((reason) => reason === 'complete').length).toBeGreaterThanOrEqual(8);
    },
  );

  test.each([
    ['refuses', null],
    ['never-again', 'never'],
    ['not-now', 'later'],
    ['wrong-number', 'screened'],
    ['no-answer', null],
    ['machine', 'no-response'],
    ['dead', null],
  ] as const)('who is “%s” ends the first conversation with %s', async (persona, reason) => {
    const ends = new Set<string | null>();
    for (let seed = 1; seed <= 6; seed++) {
      const { interview } = await meet(persona, seed);
      if (interview || reason === null) ends.add(interview?.ended?.reason ?? null);
    }
    expect([...ends]).toEqual([reason]);
  });

  test('who drops the line leaves answers behind', async () => {
    let kept = 0;
    for (let seed = 1; seed <= 6; seed++) {
      const world = await meet('drops', seed);
      const first = world.trace.entries.findIndex(({ status }) => status === 'hung-up-by-phone');
      if (first >= 0) kept += Object.keys(world.interview?.answers ?? {}).length > 0 ? 1 : 0;
    }
    expect(kept).toBeGreaterThan(2);
  });

  test('who missed the call calls back', async () => {
    const world = createWorld(
      { '/hooks/twilio/inbound': '<Say language="cmn-CN">谢谢您来电</Say>' },
      { known: new Map([[THEIRS, 'calls-back']]) },
    );
    await world.place();
    await world.clock.run();
    expect(statuses(world.to('/hooks/twilio/status/at1')).at(-1)).toBe('no-answer');
    expect(world.to('/hooks/twilio/inbound')).toHaveLength(1);
  });

  test('an answering machine speaks long, and is taken for one by the carrier in most cases, never in all', async () => {
    const guesses: (string | null)[] = [];
    for (let seed = 1; seed <= 40; seed++) {
      const world = createWorld(
        { '/hooks/twilio/voice': '<Pause length="40"/>' },
        { known: new Map([[THEIRS, seed % 2 === 0 ? 'machine' : 'complete']]), seed },
      );
      for (let call = 0; call < 3 && world.to('/hooks/twilio/amd').length === 0; call++) {
        await world.place(THEIRS, { amd: true });
        await world.clock.run();
      }
      const guess = firstOf(world.to('/hooks/twilio/amd')[0]?.form ?? {}, 'AnsweredBy');
      guesses.push(`${seed % 2 === 0 ? 'machine' : 'person'} ${guess}`);
    }
    const count = (guess: string): number => guesses.filter((one) => one === guess).length;
    expect(count('machine machine_start')).toBeGreaterThan(12);
    expect(count('machine human')).toBeGreaterThan(0);
    expect(count('person human')).toBeGreaterThan(12);
  });

  test('the seed and the number decide who somebody is, and the mix is that of a campaign', () => {
    const { network } = createWorld({});
    const again = createWorld({}).network;
    const counts: Partial<Record<Persona, number>> = {};
    for (let n = 0; n < 4000; n++) {
      const number = `+86139${String(n).padStart(8, '0')}`;
      const persona = network.personaOf(number);
      expect(again.personaOf(number)).toBe(persona);
      counts[persona] = (counts[persona] ?? 0) + 1;
    }
    const total = Object.values(TYPICAL_MIX).reduce((sum, share) => sum + share, 0);
    for (const persona of PERSONAS)
      expect(Math.abs((counts[persona] ?? 0) / 4000 - TYPICAL_MIX[persona] / total)).toBeLessThan(0.02);
  });

  test('menus are understood in both languages', () => {
    expect(readOptions('您满意吗？很满意请按1，不太满意请按4。')).toEqual([
      { key: '1', label: '很满意' },
      { key: '4', label: '不太满意' },
    ]);
    expect(readOptions('Are you satisfied? Very satisfied, press 1; not at all, press 5.')).toEqual([
      { key: '1', label: 'Very satisfied' },
      { key: '5', label: 'not at all' },
    ]);
  });
});

describe('a whole town (acceptance list, 6)', () => {
  /** Three hundred numbers, called once each. */
  async function campaign(seed: number) {
    let server: ReturnType<typeof createKeypadServer> | null = null;
    const world = createWorld(
      { '/hooks/twilio/voice': (request) => (server ? server.answer(request) : xml('<Hangup/>')) },
      { seed, callbackFaults: { late: 0.1, twice: 0.05, lost: 0.05 }, callsPerSecond: 2 },
    );
    server = createKeypadServer(world.clock);
    for (let n = 0; n < 300; n++)
      await world.carrier.placeCall({
        attemptId: `at${n}`,
        to: `+86138${String(n).padStart(8, '0')}`,
        from: OURS,
        ringMs: 28_000,
        maxMs: 900_000,
      });
    await world.clock.run();
    return { ...world, server };
  }

  test('every call ends once, after its documents, and nothing is asked for after its end', async () => {
    const { trace, network, server } = await campaign(7);
    const ends = new Map<string, number>();
    for (const { kind, call = '', at, status, durationS } of trace.entries) {
      const isEnd = kind === 'call' && durationS !== undefined;
      if (isEnd) {
        expect(ends.has(call), String(status)).toBe(false);
        ends.set(call, at);
      }
      if (kind === 'heard' || kind === 'key') expect(ends.has(call)).toBe(false);
    }
    expect(ends.size).toBeGreaterThanOrEqual(300);
    expect(network.exchange.live()).toBe(0);
    const done = [...server.interviews.values()].filter(({ ended }) => ended?.reason === 'complete');
    expect(done.length).toBeGreaterThan(15);
  });

  test('the same seed plays the same campaign, another seed another one', async () => {
    const lines = async (seed: number): Promise<string> => JSON.stringify((await campaign(seed)).trace.entries);
    const [first, second, other] = [await lines(3), await lines(3), await lines(4)];
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  test('the same code runs on real time', async () => {
    const clock = createRealClock(400);
    const server = createKeypadServer(clock);
    const heard: string[] = [];
    const network = createPhoneNetwork({
      clock,
      seed: 7,
      accountSid: ACCOUNT,
      authToken: TOKEN,
      publicBaseUrl: BASE,
      known: new Map([[THEIRS, 'refuses']]),
      fetch: (url, init) => {
        heard.push(new URL(url).pathname);
        if (!url.includes('/voice/')) return new Response(null, { status: 204 });
        const form = Object.fromEntries(new URLSearchParams(String(init.body)));
        return server.answer({ url, form });
      },
    });
    const call = network.exchange.call({
      from: OURS,
      to: THEIRS,
      direction: 'outbound-api',
      voice: { url: hooks.start('at1'), method: 'POST' },
      fallback: null,
      callbacks: { url: hooks.status('at1'), method: 'POST', events: new Set(['completed']) },
      amd: null,
      ringMs: 28_000,
      limitMs: 60_000,
      parent: null,
    });
    await expect.poll(() => heard.includes('/hooks/twilio/status/at1'), { timeout: 5000 }).toBe(true);
    expect(call.endedAt).not.toBeNull();
  });
});
