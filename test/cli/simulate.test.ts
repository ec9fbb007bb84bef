import { afterAll, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { openShell } from './terminal.ts';

const shell = openShell();
afterAll(shell.remove);

it('a campaign of 300 cases on the simulated network keeps every rule, recounted from what went over the wire', {
  timeout: 240_000,
}, async () => {
  const { code, out } = await shell.run(['simulate', '--cases', '300', '--seed', '7', '--json']);
  const verdict = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
  expect(verdict).toMatchObject({ ok: true, cases: 300, broken: [] });
  expect(verdict.completes).toBeGreaterThan(20);
  expect(verdict.messages).toBeGreaterThan(20);
  // The faults did happen: what held, held in spite of them.
  expect(verdict.faults).toMatchObject({ rest: expect.any(Number) });
  expect((verdict.faults as { rest: number }).rest).toBeGreaterThan(0);
  // Doubled callbacks that come within a minute are taken as retries; those that come later are refused.
  expect((verdict.faults as { repeatedWebhooks: number }).repeatedWebhooks).toBeGreaterThan(0);
  expect((verdict.faults as { refusedWebhooks: number }).refusedWebhooks).toBeGreaterThan(0);
  expect(code).toBe(0);
});

it('a wave with real people in it is never simulated on', { timeout: 60_000 }, async () => {
  const { code, err } = await shell.run(['simulate', '--wave', '2026']);
  expect(code).toBe(3);
  expect(err).toContain('自测');
});

it('a watched campaign serves the board and the phones of its residents; stopped, it claims nothing', {
  timeout: 60_000,
}, async () => {
  const stop = new AbortController();
  const running = shell.run(['simulate', '--cases', '10', '--serve', '--speed', '30', '--port', '0'], stop.signal);
  setTimeout(() => stop.abort(), 8000);
  const { code, out, err } = await running;
  expect(err).toMatch(/http:\/\/127\.0\.0\.1:\d+\/\n.*\/console\/waves\/SIM-\d+\/phone\n/);
  expect(err).toContain('没有核对');
  expect(out).toBe('');
  expect(code).toBe(1);
});

it('who watches stays signed in, however far the simulated time has gone', async () => {
  const ahead = () => Date.now() + 30 * 86_400_000;
  const world = await startApp({}, {}, { clock: ahead, signInClock: () => Date.now() });
  const manager = await world.signIn('survey-manager', '6109');
  expect(await (await manager('/api/session')).json()).toMatchObject({ user: { role: 'survey-manager' } });
  await world.close();
});
