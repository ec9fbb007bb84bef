import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createRealClock, createVirtualClock } from '../../../src/telephony/simulator/clock.ts';

describe('virtual time', () => {
  test('goes from timer to timer, in order, and those of the same instant in the order they were set', async () => {
    const clock = createVirtualClock({ startAt: 1000 });
    const seen: string[] = [];
    clock.after(50, () => void seen.push(`b${clock.now()}`));
    clock.after(10, () => void seen.push(`a${clock.now()}`));
    clock.after(50, () => void seen.push(`c${clock.now()}`));
    await clock.run();
    expect(seen).toEqual(['a1010', 'b1050', 'c1050']);
    expect(clock.now()).toBe(1050);
  });

  test('stands still while work is under way', async () => {
    const clock = createVirtualClock({ startAt: 0 });
    const seen: string[] = [];
    clock.after(10, async () => {
      await wait(20);
      seen.push(`slow ${clock.now()}`);
    });
    clock.after(11, () => void seen.push(`next ${clock.now()}`));
    await clock.run();
    expect(seen).toEqual(['slow 10', 'next 11']);
  });

  test('goes on while work only waits for time', async () => {
    const clock = createVirtualClock({ startAt: 0 });
    const seen: number[] = [];
    clock.after(10, async () => {
      await clock.sleep(100);
      seen.push(clock.now());
    });
    await clock.run();
    expect(seen).toEqual([110]);
  });

  test('stops at the given time, and a timer that was taken back never comes', async () => {
    const clock = createVirtualClock({ startAt: 0 });
    const seen: number[] = [];
    const cancel = clock.after(10, () => void seen.push(1));
    clock.after(100, () => void seen.push(2));
    cancel();
    await clock.run(50);
    expect([seen, clock.now(), clock.waiting]).toEqual([[], 50, 1]);
  });

  test('ends with the first error', async () => {
    const clock = createVirtualClock({ startAt: 0 });
    clock.after(1, async () => {
      throw new RangeError('broken');
    });
    await expect(clock.run()).rejects.toThrow('broken');
  });

  test('within a stride, work is under way at the same time', async () => {
    const clock = createVirtualClock({ startAt: 0, strideMs: 50 });
    let busy = 0;
    let most = 0;
    for (let n = 0; n < 5; n++)
      clock.after(10 * n, async () => {
        most = Math.max(most, ++busy);
        await wait(5);
        busy--;
      });
    await clock.run();
    expect(most).toBe(5);
  });
});

test('real time can run faster', async () => {
  const clock = createRealClock(100);
  const startedAt = clock.now();
  await clock.sleep(2000);
  expect(clock.now() - startedAt).toBeGreaterThanOrEqual(1900);
});
