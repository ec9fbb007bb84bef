import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { driveJobs } from '../../src/cli/simulation/run.ts';
import { readConfig } from '../../src/config.ts';
import { answerRequests, baseUrlOf, compose } from '../../src/main.ts';
import { installationSecret } from '../../src/runtime.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import type { CampaignSetup } from '../../src/services/campaigns.ts';
import { NO_CARRIER } from '../../src/telephony/connect.ts';
import { simulatedAccount } from '../../src/telephony/simulator/account.ts';
import { createVirtualClock } from '../../src/telephony/simulator/clock.ts';
import { createPhoneNetwork, type NetworkOptions } from '../../src/telephony/simulator/network.ts';
import { PERSONAS, type Persona } from '../../src/telephony/simulator/personas.ts';
import type { Fetch } from '../../src/telephony/twilio/transport.ts';
import { countySurvey, table, UNITS } from './world.ts';

export const MINUTE = 60_000;
/** Monday, 2 November 2026, ten in the morning in China. */
export const MONDAY = Date.UTC(2026, 10, 2, 2);

/** A town in which everybody is alike. */
export const everybody = (persona: Persona): Record<Persona, number> =>
  Object.fromEntries(PERSONAS.map((one) => [one, one === persona ? 1 : 0])) as Record<Persona, number>;

export type Campaign = Awaited<ReturnType<typeof startCampaign>>;

/**
 * A running campaign with its cases, the telephone network and a clock that stands still until a test lets it run: all
 * real but the people.
 */
export async function startCampaign({
  cases = 3,
  persona = 'complete' as Persona,
  setup = {} as Partial<CampaignSetup>,
  network: options = {} as Partial<NetworkOptions>,
  startAt = MONDAY,
  strideMs = 0,
  intercept = (fetch: Fetch): Fetch => fetch,
} = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'zhixiao-campaign-'));
  const time = createVirtualClock({ startAt, strideMs });
  let skew = 0;
  const clock = (): number => time.now() + skew;
  const config = {
    ...readConfig({ dataDir, port: 8787 }),
    ...{ logLevel: 'silent' as const, ratePerMinute: 0 },
    telephony: { ...NO_CARRIER, carrier: 'simulator' as const },
  };
  const account = simulatedAccount(installationSecret(config));
  const wire = intercept((url, init) => network.fetch(url, init));
  const services = await compose(config, { clock, carrierFetch: wire, defer: (work) => void time.after(0, work) });
  const answer = answerRequests(services);
  const network = createPhoneNetwork({
    ...{ clock: time, seed: 7, ...account, publicBaseUrl: baseUrlOf(config), mix: everybody(persona) },
    fetch: (url, init) => answer(new Request(url, init)),
    ...options,
  });
  await services.units.importUnits(OPERATOR, { units: await table(UNITS) });
  await services.surveys.publishSurvey(OPERATOR, countySurvey());
  await services.waves.createWave(OPERATOR, {
    ...{ code: 'calls', survey: 'saohei-county', rootUnit: '610902', period: '2026', kind: 'self-test' },
    ...{ modes: ['phone', 'keypad', 'web-token'], fieldworkStart: '2026-11-01', fieldworkEnd: '2026-12-20' },
    synthetic: true,
  });
  await services.waves.openWave(OPERATOR, 'calls');
  const { phone, stores, connection } = services;
  await phone.campaigns.saveCampaign(OPERATOR, 'calls', {
    ...{ carrier: 'simulator', modes: ['phone', 'keypad'], lines: 10, callsPerSecond: 5, ...setup },
  });
  await phone.numbers.drawNumbers(OPERATOR, {
    ...{ wave: 'calls', towns: [{ unit: '610902104', prefixes: ['1660100'], count: cases }] },
    ...{ method: 'systematic', seed: 7, mode: 'keypad' },
  });
  await phone.campaigns.startCampaign(OPERATOR, 'calls');
  const wave = await stores.waves.findByCode(connection.reader, 'calls');
  if (!wave) throw new Error('no wave');
  return {
    ...{ services, phone, stores, network, time, account, answer, wave, dataDir },
    reader: connection.reader,
    /** Sets our clock apart from the network's. */
    setClock: (ms: number): void => {
      skew = ms;
    },
    listCases: () => stores.cases.listOpenOf(connection.reader, { waveId: wave.id, final: 'NEW', limit: 1000 }),
    attemptsOf: (caseId: string) => stores.attempts.listOfCase(connection.reader, caseId),
    answersOf: async (invitationId: string) => {
      const row = await stores.responses.find(connection.reader, `i${invitationId}`);
      return row ? { row, answers: await stores.responses.findAnswers(connection.reader, row) } : null;
    },
    drive: () => driveJobs(services, time),
    async close(): Promise<void> {
      await services.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
