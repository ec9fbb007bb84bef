import { describe, expect, test } from 'vitest';
import { firstOf } from '../../../src/telephony/twilio/signature.ts';
import { createWorld, MORNING, scriptedPhone, THEIRS, xml } from './world.ts';

const VOICE = '/hooks/twilio/voice';
const FALLBACK = '/hooks/twilio/fallback';

/** A call that is answered and follows its documents to the end. */
async function answered(answers: Parameters<typeof createWorld>[0], options: Parameters<typeof createWorld>[1] = {}) {
  const world = createWorld(answers, options);
  const phone = scriptedPhone(() => {}, world);
  world.network.occupy(THEIRS, phone);
  await world.place();
  await world.clock.run();
  return { ...world, phone };
}

describe('how documents are fetched (acceptance list, 3)', () => {
  test('by POST, signed over the exact address, with the parameters of the call', async () => {
    const world = await answered({ [VOICE]: '<Hangup/>' });
    const [request] = world.to(VOICE);
    expect(request).toMatchObject({ method: 'POST', signed: true });
    expect(firstOf(request?.form ?? {}, 'CallStatus')).toBe('in-progress');
    expect(firstOf(request?.form ?? {}, 'To')).toBe(THEIRS);
    expect(firstOf(request?.form ?? {}, 'Direction')).toBe('outbound-api');
    expect(request?.headers.get('content-type')).toContain('application/x-www-form-urlencoded');
    expect(request?.headers.get('i-twilio-idempotency-token')).toMatch(/^[0-9a-f]{32}$/);
  });

  test('by GET the parameters are in the query, and signed there', async () => {
    const world = await answered({ [VOICE]: '<Redirect method="GET">/next?a=1</Redirect>', '/next': '<Hangup/>' });
    const [request] = world.to('/next');
    expect(request).toMatchObject({ method: 'GET', signed: true });
    expect(new URL(request?.url ?? '').searchParams.get('a')).toBe('1');
    expect(new URL(request?.url ?? '').searchParams.get('CallSid')).toMatch(/^CA/);
  });

  test('relative addresses are taken from the document that answered in the end', async () => {
    const world = await answered({
      [VOICE]: new Response(null, { status: 302, headers: { Location: '/moved/here' } }),
      '/moved/here': '<Redirect>then</Redirect>',
      '/moved/then': '<Hangup/>',
    });
    expect(world.to('/moved/then')).toHaveLength(1);
    expect(world.received.every(({ signed }) => signed)).toBe(true);
  });

  test('ten redirects are followed, the eleventh is an error', async () => {
    const loop = (limit: number) => {
      let hops = 0;
      return () =>
        ++hops > limit
          ? xml('<Hangup/>')
          : new Response(null, { status: 307, headers: { Location: `${VOICE}/again` } });
    };
    expect((await answered({ [VOICE]: loop(10), [FALLBACK]: '<Hangup/>' })).to(FALLBACK)).toHaveLength(0);
    const [fallback] = (await answered({ [VOICE]: loop(11), [FALLBACK]: '<Hangup/>' })).to(FALLBACK);
    expect(firstOf(fallback?.form ?? {}, 'ErrorCode')).toBe('11215');
  });

  test('a call keeps its cookies, and only its own', async () => {
    const world = createWorld({
      [VOICE]: () => {
        const answer = xml('<Redirect>/next</Redirect>');
        answer.headers.append('Set-Cookie', 'seat=12; Path=/');
        return answer;
      },
      '/next': '<Hangup/>',
    });
    for (const number of [THEIRS, '+8613900000002']) {
      world.network.occupy(
        number,
        scriptedPhone(() => {}, world),
      );
      await world.place(number);
    }
    await world.clock.run();
    expect(world.to('/next').map(({ headers }) => headers.get('cookie'))).toEqual(['seat=12', 'seat=12']);
    expect(world.to(VOICE).map(({ headers }) => headers.get('cookie'))).toEqual([null, null]);
  });

  test('an answer that does not come in fifteen seconds is given up', async () => {
    const world = createWorld({ [VOICE]: () => new Promise<Response>(() => {}), [FALLBACK]: '<Hangup/>' });
    const clock = world.clock;
    world.network.occupy(
      THEIRS,
      scriptedPhone(() => {}, world),
    );
    await world.place();
    await clock.run();
    const [asked] = world.to(VOICE);
    const [fallback] = world.to(FALLBACK);
    expect(firstOf(fallback?.form ?? {}, 'ErrorCode')).toBe('11205');
    expect((fallback?.at ?? 0) - (asked?.at ?? 0)).toBeGreaterThanOrEqual(15_000);
    expect((fallback?.at ?? 0) - (asked?.at ?? 0)).toBeLessThan(16_000);
  }, 20_000);

  test('a broken connection is tried once more, with the same idempotency token', async () => {
    let tries = 0;
    const world = await answered({
      [VOICE]: () => {
        if (++tries === 1) throw new TypeError('fetch failed');
        return xml('<Hangup/>');
      },
    });
    const tokens = world.to(VOICE).map(({ headers }) => headers.get('i-twilio-idempotency-token'));
    expect(tokens).toHaveLength(2);
    expect(new Set(tokens).size).toBe(1);
    expect(world.to(FALLBACK)).toHaveLength(0);
  });

  test('an address may ask for more retries, after other failures; the fragment is not signed', async () => {
    let tries = 0;
    const world = await answered({
      [VOICE]: '<Redirect>/shaky#rc=3&amp;rp=5xx</Redirect>',
      '/shaky': () => (++tries < 4 ? new Response('no', { status: 503 }) : xml('<Hangup/>')),
    });
    expect(world.to('/shaky')).toHaveLength(4);
    expect(world.to('/shaky').every(({ signed, url }) => signed && !url.includes('#'))).toBe(true);
  });

  test.each([
    ['rp=4xx', () => new Response('no', { status: 404 }), 2],
    ['rp=5xx', () => new Response('no', { status: 404 }), 1],
    ['rp=all&rc=2', () => new Response('no', { status: 404 }), 3],
    ['rc=0', () => Promise.reject(new TypeError('fetch failed')), 1],
    ['rc=9', () => Promise.reject(new TypeError('fetch failed')), 6],
  ])('with #%s it is asked so often', async (fragment, answer, times) => {
    const world = await answered({
      [VOICE]: `<Redirect>/shaky#${fragment.replace('&', '&amp;')}</Redirect>`,
      ...{ '/shaky': answer, [FALLBACK]: '<Hangup/>' },
    });
    expect(world.to('/shaky')).toHaveLength(times);
    expect(world.to(FALLBACK)).toHaveLength(1);
  });

  test('an address may ask to be given up sooner', async () => {
    const world = await answered({
      [VOICE]: '<Redirect>/slow#rt=2000&amp;rp=rt</Redirect>',
      ...{ '/slow': () => new Promise<Response>(() => {}), [FALLBACK]: '<Hangup/>' },
    });
    expect(world.to('/slow')).toHaveLength(2);
    const [first, second] = world.to('/slow');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(2000);
    expect(firstOf(world.to(FALLBACK)[0]?.form ?? {}, 'ErrorCode')).toBe('11205');
  }, 20_000);

  test.each([
    ['a failing server', new Response('oops', { status: 500 }), '11200'],
    ['no content type', new Response(new Uint8Array([60])), '12300'],
    ['plain text', new Response('<Response/>', { headers: { 'Content-Type': 'text/plain' } }), '12300'],
    ['bad XML', new Response('<Response><Say>', { headers: { 'Content-Type': 'text/xml' } }), '12100'],
    ['no Response', new Response('<Answer/>', { headers: { 'Content-Type': 'text/xml' } }), '12100'],
    ['an unknown verb', xml('<Sing>la</Sing>'), '12200'],
    ['a verb where it cannot stand', xml('<Gather><Dial>+861</Dial></Gather>'), '12200'],
    ['more than 64 kB', xml(`<Say>${'长'.repeat(22_000)}</Say>`), '11750'],
  ])('%s leads to the fallback with its code', async (_what, answer, code) => {
    const world = await answered({ [VOICE]: answer, [FALLBACK]: '<Say language="cmn-CN">系统故障</Say>' });
    const [fallback] = world.to(FALLBACK);
    expect(firstOf(fallback?.form ?? {}, 'ErrorCode')).toBe(code);
    expect(firstOf(fallback?.form ?? {}, 'ErrorUrl')).toContain('/hooks/twilio/voice/at1');
    expect(fallback?.signed).toBe(true);
    expect(world.phone.heard).toEqual(['系统故障', '(ended)']);
  });

  test('when the fallback fails as well an error is said and the call ends', async () => {
    const bad = new Response('oops', { status: 500 });
    const world = await answered({ [VOICE]: bad, [FALLBACK]: bad });
    expect(world.phone.heard).toEqual(['We are sorry, an application error has occurred. Goodbye.', '(ended)']);
    const last = world.to('/hooks/twilio/status').at(-1);
    expect(firstOf(last?.form ?? {}, 'CallStatus')).toBe('completed');
    expect(firstOf(last?.form ?? {}, 'ErrorCode')).toBe('11200');
  });

  test('the machine that was asked to guess tells its guess while the call goes on', async () => {
    const world = createWorld({ [VOICE]: '<Pause length="20"/>' });
    world.network.occupy(THEIRS, {
      ring: (line) => line.answer({ speechMs: 8000, hear: () => {}, listen: () => {}, ended: () => {} }),
    });
    await world.place(THEIRS, { amd: true });
    await world.clock.run();
    const [guess] = world.to('/hooks/twilio/amd');
    expect(firstOf(guess?.form ?? {}, 'AnsweredBy')).toBe('machine_start');
    expect(guess?.signed).toBe(true);
    expect(guess?.at ?? 0).toBeLessThan(MORNING + 12_000);
  });
});
