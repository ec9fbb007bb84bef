import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { DEFAULT_RULES } from '../../src/core/sample/calling-rules.ts';
import { compose } from '../../src/main.ts';
import { installationSecret } from '../../src/runtime.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { createStores, openConnection } from '../../src/store/stores.ts';
import { NO_CARRIER } from '../../src/telephony/connect.ts';
import { simulatedAccount } from '../../src/telephony/simulator/account.ts';
import { countySurvey, table, UNITS } from '../support/world.ts';

const children: ChildProcess[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function startCli(args: readonly string[], env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli.ts', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env, LOG_LEVEL: 'silent' },
  });
  children.push(child);
  return child;
}

async function until(what: string, isSo: () => Promise<boolean>, patienceMs = 60_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await sleep(100);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

it('a server killed in the middle of a campaign ends every call, calls nobody twice at once and loses no answer', {
  timeout: 180_000,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'zhixiao-kill-'));
  folders.push(dataDir);
  const [port, networkPort] = [await freePort(), await freePort()];
  const config = { ...readConfig({ dataDir, port }), logLevel: 'silent' as const };
  const services = await compose({ ...config, telephony: { ...NO_CARRIER, carrier: 'simulator' } });
  await services.units.importUnits(OPERATOR, { units: await table(UNITS) });
  await services.surveys.publishSurvey(OPERATOR, countySurvey());
  await services.waves.createWave(OPERATOR, {
    ...{ code: 'kill', survey: 'saohei-county', rootUnit: '610902', period: '2026', kind: 'self-test' },
    ...{ modes: ['keypad'], fieldworkStart: '2020-01-01', fieldworkEnd: '2034-12-31', synthetic: true },
  });
  await services.waves.openWave(OPERATOR, 'kill');
  // The test runs at any hour of any day.
  const always = [{ from: 0, to: 24 * 60 }];
  const hours = { weekday: always, saturday: always, sunday: always, holiday: always };
  await services.phone.campaigns.saveCampaign(OPERATOR, 'kill', {
    ...{ carrier: 'simulator', modes: ['keypad'], lines: 12, callsPerSecond: 8 },
    rules: { ...DEFAULT_RULES, hours, slots: [] },
  });
  await services.phone.numbers.drawNumbers(OPERATOR, {
    ...{ wave: 'kill', towns: [{ unit: '610902104', prefixes: ['1660900'], count: 30 }] },
    ...{ method: 'systematic', seed: 7, mode: 'keypad' },
  });
  await services.phone.campaigns.startCampaign(OPERATOR, 'kill');
  await services.close();

  const env = { CARRIER: 'simulator', TWILIO_BASE_URL: `http://127.0.0.1:${networkPort}` };
  startCli(
    [
      '--data',
      dataDir,
      'phone-network',
      '--port',
      String(networkPort),
      '--server',
      `http://localhost:${port}`,
      '--seed',
      '7',
      '--speed',
      '20',
    ],
    env,
  );
  const serve = () => startCli(['--data', dataDir, 'serve', '--port', String(port)], env);
  await until('the network', async () => (await fetch(`http://127.0.0.1:${networkPort}/`)).status > 0);
  const server = serve();

  const connection = openConnection({ databaseUrl: null, file: join(dataDir, 'zhixiao.sqlite') });
  const stores = createStores(connection);
  const { reader } = connection;
  const wave = await stores.waves.findByCode(reader, 'kill');
  const waveId = wave?.id ?? '';
  const drafts = async () => {
    const found = new Map<string, Record<string, unknown>>();
    for await (const page of stores.responses.walk(reader, waveId))
      for (const { response, answers } of page) found.set(response.id, answers);
    return found;
  };
  try {
    await until('answers in several calls that go on', async () => {
      const live = await stores.attempts.listLive(reader, waveId);
      return (
        live.length >= 3 && [...(await drafts()).values()].filter((one) => Object.keys(one).length >= 3).length >= 2
      );
    });
    server.kill('SIGKILL');
    await once(server, 'exit');
    const liveAtKill = await stores.attempts.listLive(reader, waveId);
    const before = await drafts();
    expect(liveAtKill.length).toBeGreaterThan(0);

    serve();
    await until('the server', async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok);
    await until(
      'every call to end and every case to be called',
      async () => {
        const live = await stores.attempts.listLive(reader, waveId);
        const states = await stores.cases.countStates(reader, waveId);
        const asked = await stores.attempts.listAsked(reader, {
          waveId,
          from: 0,
          to: Number.MAX_SAFE_INTEGER,
          limit: 1000,
        });
        return (
          live.length === 0 &&
          new Set(asked.map(({ caseId }) => caseId)).size === 30 &&
          states.every(({ state }) => state !== 'IN_CALL' && state !== 'LEASED')
        );
      },
      120_000,
    );

    const attempts = await stores.attempts.listAsked(reader, {
      waveId,
      from: 0,
      to: Number.MAX_SAFE_INTEGER,
      limit: 1000,
    });
    for (const { id } of liveAtKill) expect(attempts.find((one) => one.id === id)?.endedAt).not.toBeNull();
    const byCase = new Map<string, typeof attempts>();
    for (const one of attempts) byCase.set(one.caseId, [...(byCase.get(one.caseId) ?? []), one]);
    for (const own of byCase.values())
      for (const [i, one] of own.entries()) expect(one.askedAt).toBeGreaterThanOrEqual(own[i - 1]?.endedAt ?? 0);

    const after = await drafts();
    for (const [id, given] of before) expect(after.get(id)).toMatchObject(given);

    // The network's own books: no number was ever called while a call to it was going on.
    const { accountSid, authToken } = simulatedAccount(installationSecret(config));
    const listed = await fetch(
      `http://127.0.0.1:${networkPort}/2010-04-01/Accounts/${accountSid}/Calls.json?PageSize=1000`,
      { headers: { Authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` } },
    );
    const { calls } = (await listed.json()) as {
      calls: { to: string; direction: string; date_created: string; end_time: string | null; status: string }[];
    };
    const outgoing = calls.filter(({ direction }) => direction === 'outbound-api');
    expect(outgoing.length).toBe(
      attempts.filter(({ direction, providerCallId }) => direction === 'out' && providerCallId).length,
    );
    for (const number of new Set(outgoing.map(({ to }) => to))) {
      const own = outgoing
        .filter(({ to }) => to === number)
        .sort((a, b) => Date.parse(a.date_created) - Date.parse(b.date_created));
      for (const [i, call] of own.entries()) {
        const earlier = own[i - 1];
        if (earlier) expect(Date.parse(call.date_created)).toBeGreaterThanOrEqual(Date.parse(earlier.end_time ?? ''));
      }
    }
  } finally {
    await connection.close();
  }
});
