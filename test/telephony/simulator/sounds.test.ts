import { describe, expect, test } from 'vitest';
import { toneWav, wavMs } from '../../../src/telephony/simulator/wav.ts';
import { firstOf } from '../../../src/telephony/twilio/signature.ts';
import { BASE, createWorld, MORNING, scriptedPhone, THEIRS } from './world.ts';

const VOICE = '/hooks/twilio/voice';
const FALLBACK = '/hooks/twilio/fallback';
const sound = (seconds: number, type = 'audio/wav'): Response =>
  new Response(toneWav(seconds), { headers: { 'Content-Type': type } });

async function called(answers: Parameters<typeof createWorld>[0], press?: readonly [string, number]) {
  const world = createWorld(answers);
  const prompts: number[] = [];
  const phone = scriptedPhone((line, heard) => {
    prompts.push(heard.promptMs);
    if (press) world.clock.after(press[1], () => line.press(press[0]));
  }, world);
  world.network.occupy(THEIRS, phone);
  await world.place();
  await world.clock.run();
  return { ...world, phone, prompts };
}

describe('Play (acceptance list, 4)', () => {
  test('a recording is fetched and plays as long as it is; others say what stands around it', async () => {
    const world = await called({
      [VOICE]: '<Say>one</Say><Play>/sounds/a.wav?v=1</Play><Say>two</Say><Redirect>/next</Redirect>',
      '/sounds/a.wav': sound(7),
      '/next': '<Hangup/>',
    });
    expect(world.phone.heard).toEqual(['one', `${BASE}/sounds/a.wav?v=1`, 'two', '(ended)']);
    const [asked] = world.to('/sounds');
    expect(asked).toMatchObject({ method: 'GET', url: `${BASE}/sounds/a.wav?v=1` });
    const ms = (world.to('/next')[0]?.at ?? 0) - (world.to(VOICE)[0]?.at ?? 0);
    expect(Math.floor(ms / 1000)).toBe(8);
  });

  test('it is heard as often as it says, and fetched once', async () => {
    const world = await called({ [VOICE]: '<Play loop="3">/a.wav</Play>', '/a.wav': sound(2) });
    expect(world.phone.heard).toEqual([...Array(3).fill(`${BASE}/a.wav`), '(ended)']);
    expect(world.to('/a.wav')).toHaveLength(1);
  });

  test('a loop of 0 goes on until somebody hangs up', async () => {
    const world = createWorld({ [VOICE]: '<Play loop="0">/a.wav</Play><Say>never</Say>', '/a.wav': sound(2) });
    const phone = scriptedPhone(() => {}, world);
    world.network.occupy(THEIRS, phone);
    await world.place();
    await world.clock.run(MORNING + 100_000);
    expect(phone.heard.length).toBeGreaterThan(45);
    phone.line?.hangUp();
    await world.clock.run();
    expect(phone.heard).not.toContain('never');
  });

  test('a loop of 0 that nobody ends is stopped by the carrier', async () => {
    const world = await called({ [VOICE]: '<Play loop="0">/a.wav</Play><Say>never</Say>', '/a.wav': sound(0.1) });
    expect(world.phone.heard.filter((one) => one.endsWith('a.wav'))).toHaveLength(1000);
  });

  test('digits are dialled, with their silences', async () => {
    const world = await called({ [VOICE]: '<Play digits="wW12"/><Redirect>/next</Redirect>', '/next': '<Hangup/>' });
    const heard = world.trace.entries.filter(({ kind }) => kind === 'heard');
    expect(heard.map(({ tones }) => tones)).toEqual(['wW12']);
    const ms = (world.to('/next')[0]?.at ?? 0) - (world.to(VOICE)[0]?.at ?? 0);
    expect(ms).toBeGreaterThan(1900);
    expect(ms).toBeLessThan(2200);
  });

  test('a key cuts a recording short, and the Gather knows how long it would have played', async () => {
    const world = await called(
      {
        [VOICE]: '<Gather action="/keys" numDigits="1"><Play>/a.wav</Play><Play>/b.wav</Play></Gather>',
        ...{ '/a.wav': sound(3), '/b.wav': sound(4.5), '/keys': '<Hangup/>' },
      },
      ['5', 1000],
    );
    expect(world.prompts).toEqual([7500]);
    expect(world.phone.heard).toEqual([`${BASE}/a.wav`, '(ended)']);
    expect(firstOf(world.to('/keys')[0]?.form ?? {}, 'Digits')).toBe('5');
  });

  test.each([
    ['is not there', () => new Response('no', { status: 404 }), '11200'],
    ['is no sound', () => new Response('<p>login</p>', { headers: { 'Content-Type': 'text/html' } }), '12300'],
    ['says it is sound and is not', () => new Response('hm', { headers: { 'Content-Type': 'audio/wav' } }), '12300'],
    [
      'cannot be reached',
      () => {
        throw new TypeError('fetch failed');
      },
      '11210',
    ],
  ])('a recording that %s is an error when its turn comes', async (_what, answer, code) => {
    const world = await called({
      [VOICE]: '<Say>before</Say><Play>/a.wav</Play><Say>after</Say>',
      ...{ '/a.wav': answer, [FALLBACK]: '<Say>系统故障</Say>' },
    });
    expect(world.phone.heard).toEqual(['before', '系统故障', '(ended)']);
    expect(firstOf(world.to(FALLBACK)[0]?.form ?? {}, 'ErrorCode')).toBe(code);
  });

  test('a recording that does not come in fifteen seconds is an error', async () => {
    const world = await called({
      [VOICE]: '<Play>/a.wav</Play>',
      ...{ '/a.wav': () => new Promise<Response>(() => {}), [FALLBACK]: '<Hangup/>' },
    });
    expect(firstOf(world.to(FALLBACK)[0]?.form ?? {}, 'ErrorCode')).toBe('11205');
  }, 20_000);

  test('MP3 is taken, too, and its length guessed', async () => {
    const world = await called({
      [VOICE]: '<Play>/a.mp3</Play>',
      '/a.mp3': new Response(new Uint8Array(16_000), { headers: { 'Content-Type': 'audio/mpeg' } }),
    });
    expect(world.phone.heard).toEqual([`${BASE}/a.mp3`, '(ended)']);
  });
});

describe('the length of a WAV file', () => {
  test('is read from its header', () => {
    expect(wavMs(toneWav(2.5))).toBe(2500);
  });

  test('is right when other chunks stand before the sound', () => {
    const plain = Buffer.from(toneWav(1));
    const extra = Buffer.from('LIST\x05\0\0\0hello\0', 'latin1');
    expect(wavMs(Buffer.concat([plain.subarray(0, 36), extra, plain.subarray(36)]))).toBe(1000);
  });

  test('of what is cut off is what there is; of nothing, none', () => {
    expect(wavMs(toneWav(2).subarray(0, 44 + 8000))).toBe(1000);
    expect(wavMs(toneWav(2).subarray(0, 30))).toBeNull();
    expect(wavMs(new Uint8Array(0))).toBeNull();
    expect(wavMs(new TextEncoder().encode('RIFFxxxxWAVEno more'))).toBeNull();
  });
});
