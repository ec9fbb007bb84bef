import { describe, expect, test } from 'vitest';
import type { Line } from '../../../src/telephony/simulator/phone.ts';
import { firstOf } from '../../../src/telephony/twilio/signature.ts';
import { createWorld, MORNING, OURS, scriptedPhone, statuses, THEIRS } from './world.ts';

const VOICE = '/hooks/twilio/voice';

/** A call with one document, and what its one respondent presses when keys count: [key, after milliseconds]. */
async function played(
  document: string,
  presses: readonly (readonly [string, number])[] = [],
  first: 'once' | 'always' = 'once',
) {
  const world = createWorld({ [VOICE]: document, '/keys': '<Hangup/>', '/next': '<Hangup/>' });
  const phone = scriptedPhone((line, _heard, step) => {
    if (first === 'once' && step > 1) return;
    for (const [key, afterMs] of presses) world.clock.after(afterMs, () => line.press(key));
  }, world);
  world.network.occupy(THEIRS, phone);
  await world.place();
  await world.clock.run();
  const [keys] = world.to('/keys');
  return {
    ...world,
    phone,
    keys: keys && {
      digits: firstOf(keys.form, 'Digits'),
      finishedOn: firstOf(keys.form, 'FinishedOnKey'),
      at: keys.at,
    },
  };
}

const gather = (
  attributes: string,
  inside = '<Say language="cmn-CN">您对治安满意吗？满意请按1，不满意请按2。</Say>',
): string => `<Gather action="/keys" ${attributes}>${inside}</Gather><Redirect>/next</Redirect>`;

describe('Gather (acceptance list, 4)', () => {
  test('a key while the prompt plays cuts it short and counts', async () => {
    const { keys, phone } = await played(gather('numDigits="1"', '<Say>one</Say><Say>two</Say>'), [['3', 200]]);
    expect(keys?.digits).toBe('3');
    expect(phone.heard).toEqual(['one', '(ended)']);
  });

  test('so many digits are enough', async () => {
    const { keys } = await played(gather('numDigits="3"'), [
      ['1', 100],
      ['2', 900],
      ['3', 1700],
      ['4', 1750],
    ]);
    expect(keys?.digits).toBe('123');
  });

  test('the terminator ends the digits and is not one of them', async () => {
    const { keys } = await played(gather('numDigits="5" finishOnKey="#"'), [
      ['4', 100],
      ['2', 600],
      ['#', 1100],
    ]);
    expect(keys).toMatchObject({ digits: '42', finishedOn: '#' });
  });

  test('the terminator needs a digit before it', async () => {
    const { keys } = await played(gather('numDigits="5" finishOnKey="#"'), [
      ['#', 100],
      ['4', 600],
      ['#', 1100],
    ]);
    expect(keys?.digits).toBe('4');
  });

  test('without a terminator star and hash are keys', async () => {
    expect((await played(gather('numDigits="1" finishOnKey=""'), [['*', 100]])).keys?.digits).toBe('*');
    expect((await played(gather('numDigits="1" finishOnKey=""'), [['#', 100]])).keys?.digits).toBe('#');
  });

  test('silence after a digit sends what there is', async () => {
    const { keys } = await played(gather('numDigits="5" timeout="3"'), [
      ['4', 100],
      ['2', 2000],
    ]);
    expect(keys?.digits).toBe('42');
  });

  test('silence is counted from the end of the prompts, and goes on to the next verb', async () => {
    const world = await played(gather('numDigits="1" timeout="4"', '<Pause length="10"/>'));
    expect(world.keys).toBeUndefined();
    const [asked] = world.to(VOICE);
    const [next] = world.to('/next');
    const seconds = ((next?.at ?? 0) - (asked?.at ?? 0)) / 1000;
    expect(seconds).toBeGreaterThan(13.9);
    expect(seconds).toBeLessThan(14.6);
  });

  test('silence comes back as empty digits where that was asked for', async () => {
    const { keys, to } = await played(gather('numDigits="1" timeout="4" actionOnEmptyResult="true"'));
    expect(keys?.digits).toBe('');
    expect(to('/next')).toHaveLength(0);
  });

  test('keys pressed before it begins are lost', async () => {
    const document = `<Say language="cmn-CN">${'同意参加的说明。'.repeat(4)}</Say>${gather('numDigits="1" actionOnEmptyResult="true"')}`;
    const world = createWorld({ [VOICE]: document, '/keys': '<Hangup/>' });
    const phone = scriptedPhone(() => {}, world);
    world.network.occupy(THEIRS, phone);
    await world.place();
    await world.clock.run(MORNING + 4500);
    phone.line?.press('1');
    await world.clock.run();
    expect(firstOf(world.to('/keys')[0]?.form ?? {}, 'Digits')).toBe('');
  });

  test('a key that is kept down is one digit, and the silence begins when it is let go', async () => {
    const world = createWorld({ [VOICE]: gather('numDigits="3" timeout="3"'), '/keys': '<Hangup/>' });
    let pressedAt = 0;
    const phone = scriptedPhone((line) => {
      world.clock.after(500, () => {
        pressedAt = world.clock.now();
        line.press('4', 2000);
      });
    }, world);
    world.network.occupy(THEIRS, phone);
    await world.place();
    await world.clock.run();
    const [keys] = world.to('/keys');
    expect(firstOf(keys?.form ?? {}, 'Digits')).toBe('4');
    expect(Math.floor(((keys?.at ?? 0) - pressedAt) / 1000)).toBe(5);
  });

  test('a key pressed twice is two digits where several are asked for', async () => {
    const { keys } = await played(gather('numDigits="2"'), [
      ['7', 100],
      ['7', 190],
    ]);
    expect(keys?.digits).toBe('77');
  });

  test('a key pressed twice is one digit where one is asked for: the second finds no Gather', async () => {
    const second = '<Gather action="/keys" numDigits="1" timeout="2" actionOnEmptyResult="true"/>';
    const world = createWorld({
      [VOICE]: gather('numDigits="1"').replace('/keys', '/first'),
      '/first': second,
      '/keys': '<Hangup/>',
    });
    const phone = scriptedPhone((line, _heard, step) => {
      if (step > 1) return;
      for (const afterMs of [100, 130]) world.clock.after(afterMs, () => line.press('2'));
    }, world);
    world.network.occupy(THEIRS, phone);
    await world.place();
    await world.clock.run();
    expect(firstOf(world.to('/first')[0]?.form ?? {}, 'Digits')).toBe('2');
    expect(firstOf(world.to('/keys')[0]?.form ?? {}, 'Digits')).toBe('');
    expect(world.trace.entries.filter(({ kind }) => kind === 'key').map(({ heard }) => heard)).toEqual([true, false]);
  });

  test('the second of two touches counts for the next Gather when that has begun', async () => {
    const world = createWorld({
      [VOICE]: gather('numDigits="1"').replace('/keys', '/first'),
      '/first': gather('numDigits="1"'),
      '/keys': '<Hangup/>',
    });
    const phone = scriptedPhone((line, _heard, step) => {
      if (step > 1) return;
      for (const afterMs of [100, 700]) world.clock.after(afterMs, () => line.press('2'));
    }, world);
    world.network.occupy(THEIRS, phone);
    await world.place();
    await world.clock.run();
    expect(firstOf(world.to('/keys')[0]?.form ?? {}, 'Digits')).toBe('2');
  });

  test('without an action its own document is asked for again', async () => {
    const world = await played('<Gather numDigits="1"/>', [['1', 100]]);
    const [, second] = world.to(VOICE);
    expect(firstOf(second?.form ?? {}, 'Digits')).toBe('1');
    expect(second?.url).toContain('/hooks/twilio/voice/at1');
  });
});

describe('the other verbs (acceptance list, 4)', () => {
  test('Pause waits', async () => {
    const world = await played('<Pause length="7"/><Redirect>/next</Redirect>');
    const seconds = ((world.to('/next')[0]?.at ?? 0) - (world.to(VOICE)[0]?.at ?? 0)) / 1000;
    expect(Math.round(seconds)).toBe(7);
  });

  test('what stands behind a Redirect is never reached', async () => {
    const { phone, to } = await played('<Redirect>/next</Redirect><Say>never</Say>');
    expect(to('/next')).toHaveLength(1);
    expect(phone.heard).toEqual(['(ended)']);
  });

  test('the end of the document is the end of the call', async () => {
    const { phone, to } = await played('<Say>all</Say>');
    expect(phone.heard).toEqual(['all', '(ended)']);
    expect(statuses(to('/hooks/twilio/status')).at(-1)).toBe('completed');
  });

  test('Reject comes too late for a call that was answered: it ends, and was one', async () => {
    const { to } = await played('<Reject reason="busy"/>');
    expect(statuses(to('/hooks/twilio/status')).at(-1)).toBe('completed');
  });

  test.each([
    ['by silence after the last word', 'timeout="3"', null, { Digits: '', RecordingDuration: '7' }],
    ['by its limit', 'timeout="3" maxLength="2"', null, { Digits: '', RecordingDuration: '2' }],
    ['by any key', 'timeout="9"', '5', { Digits: '5', RecordingDuration: '5' }],
    ['not by a key that does not end it', 'timeout="3" finishOnKey="#"', '5', { Digits: '', RecordingDuration: '7' }],
  ])('Record ends %s, and tells its recording', async (_how, attributes, key, expected) => {
    const world = createWorld({
      [VOICE]: `<Say>speak</Say><Record action="/keys" recordingStatusCallback="/tape" ${attributes}/>`,
      '/keys': '<Hangup/>',
    });
    const phone = scriptedPhone(() => {}, world);
    world.network.occupy(THEIRS, phone);
    await world.place();
    world.clock.after(4000, () => phone.line?.say('我对村里的治安很满意'));
    if (key !== null) world.clock.after(8000, () => phone.line?.press(key));
    await world.clock.run();
    const [done] = world.to('/keys');
    expect(done?.form).toMatchObject({ RecordingSid: expect.stringMatching(/^RE/), Digits: expected.Digits });
    const seconds = Number(firstOf(done?.form ?? {}, 'RecordingDuration'));
    expect(Math.abs(seconds - Number(expected.RecordingDuration))).toBeLessThanOrEqual(1);
    expect(firstOf(world.to('/tape')[0]?.form ?? {}, 'RecordingSource')).toBe('RecordVerb');
  });

  test('Record of somebody who says nothing is none: the next verb', async () => {
    const { to } = await played('<Record action="/keys" timeout="3"/><Redirect>/next</Redirect>');
    expect(to('/keys')).toHaveLength(0);
    expect(to('/next')).toHaveLength(1);
  });

  test('Hangup ends the call, whatever stands behind it', async () => {
    const { phone, to } = await played('<Say>one</Say><Hangup/><Say>two</Say>');
    expect(phone.heard).toEqual(['one', '(ended)']);
    expect(statuses(to('/hooks/twilio/status')).at(-1)).toBe('completed');
  });

  test('Dial connects two phones, tells the progress of the second and comes back with what became of it', async () => {
    const agent = '+8613700000001';
    const document = `<Dial action="/keys" callerId="${OURS}" timeout="20"><Number statusCallback="/child" statusCallbackEvent="ringing answered completed">${THEIRS}</Number></Dial>`;
    const world = createWorld({ [VOICE]: document, '/keys': '<Hangup/>' });
    world.network.occupy(
      agent,
      scriptedPhone(() => {}, world),
    );
    world.network.occupy(THEIRS, {
      ring: (line) =>
        void world.clock.after(2000, () =>
          line.answer({
            hear: () => {},
            listen: () => {},
            ended: () => {},
            talk: () => void world.clock.after(90_000, line.hangUp),
          }),
        ),
    });
    await world.carrier.bridge(
      { number: agent },
      { attemptId: 'at1', to: THEIRS, from: OURS, ringMs: 28_000, maxMs: 900_000 },
    );
    await world.clock.run();
    expect(statuses(world.to('/child'))).toEqual(['ringing', 'in-progress', 'completed']);
    const [back] = world.to('/keys');
    expect(firstOf(back?.form ?? {}, 'DialCallStatus')).toBe('completed');
    expect(firstOf(back?.form ?? {}, 'DialCallDuration')).toBe('90');
    expect(world.to(VOICE)[0]?.url).toContain('leg=agent');
  });

  test('Dial to a phone that is busy comes back at once', async () => {
    const world = createWorld({ [VOICE]: `<Dial action="/keys">${THEIRS}</Dial>`, '/keys': '<Hangup/>' });
    world.network.occupy(
      '+8613700000001',
      scriptedPhone(() => {}, world),
    );
    world.network.occupy(THEIRS, { ring: (line) => line.refuse(486) });
    await world.place('+8613700000001');
    await world.clock.run();
    expect(firstOf(world.to('/keys')[0]?.form ?? {}, 'DialCallStatus')).toBe('busy');
  });

  test('Dial to somebody who does not answer comes back after its timeout', async () => {
    const world = createWorld({ [VOICE]: `<Dial action="/keys" timeout="12">${THEIRS}</Dial>`, '/keys': '<Hangup/>' });
    world.network.occupy(
      '+8613700000001',
      scriptedPhone(() => {}, world),
    );
    world.network.occupy(THEIRS, { ring: () => {} });
    await world.place('+8613700000001');
    await world.clock.run();
    const [back] = world.to('/keys');
    expect(firstOf(back?.form ?? {}, 'DialCallStatus')).toBe('no-answer');
    const seconds = ((back?.at ?? 0) - (world.to(VOICE)[0]?.at ?? 0)) / 1000;
    expect(seconds).toBeGreaterThan(12);
    expect(seconds).toBeLessThan(14);
  });

  test('Dial to a browser rings it by its name; without an action the next verb is next', async () => {
    const world = createWorld({ [VOICE]: '<Dial><Client>wang</Client></Dial><Say>behind</Say>' });
    const agent = scriptedPhone(() => {}, world);
    world.network.occupy(THEIRS, agent);
    let line: Line | null = null;
    world.network.occupy('client:wang', {
      ring(one) {
        line = one;
        one.answer({ hear: () => {}, listen: () => {}, ended: () => {} });
      },
    });
    await world.place();
    await world.clock.run(MORNING + 20_000);
    (line as Line | null)?.hangUp();
    await world.clock.run();
    expect(agent.heard).toEqual(['behind', '(ended)']);
  });

  test('two who are connected hear each other, and nobody before and after', async () => {
    const world = createWorld({ [VOICE]: `<Dial action="/keys">${OURS}</Dial>`, '/keys': '<Pause length="5"/>' });
    const heard: string[] = [];
    const lines: Line[] = [];
    for (const number of [THEIRS, OURS])
      world.network.occupy(number, {
        ring: (line) => {
          lines.push(line);
          world.clock.after(2000, () =>
            line.answer({
              ...{ hear: () => {}, listen: () => {}, ended: () => {} },
              voice: ({ text }) => heard.push(`${number === OURS ? '我方' : '对方'}听到${text}`),
            }),
          );
        },
      });
    await world.place();
    await world.clock.run(MORNING + 4500);
    lines[0]?.say('有人吗');
    await world.clock.run(MORNING + 10_000);
    lines[0]?.say('您好');
    lines[1]?.say('你好');
    lines[1]?.hangUp();
    lines[0]?.say('喂？');
    await world.clock.run();
    expect(heard).toEqual(['我方听到您好', '对方听到你好']);
  });

  test('no call lasts longer than was asked', async () => {
    const world = createWorld({ [VOICE]: '<Pause length="4000"/>' });
    world.network.occupy(
      THEIRS,
      scriptedPhone(() => {}, world),
    );
    await world.place(THEIRS, { maxMs: 60_000 });
    await world.clock.run();
    expect(firstOf(world.to('/hooks/twilio/status').at(-1)?.form ?? {}, 'CallDuration')).toBe('60');
  });
});
