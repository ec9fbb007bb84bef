import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readConfig } from '../config.ts';
import { createRandom, seedOf } from '../core/random.ts';
import { DEFAULT_RULES, nextAllowed } from '../core/sample/calling-rules.ts';
import { answerRequests, baseUrlOf, compose, listenOnly, type Services } from '../main.ts';
import { installationSecret, systemClock } from '../runtime.ts';
import { OPERATOR } from '../services/actor.ts';
import { simulatedAccount } from '../telephony/simulator/account.ts';
import {
  createRealClock,
  createVirtualClock,
  type NetworkClock,
  type VirtualClock,
} from '../telephony/simulator/clock.ts';
import { createPhoneNetwork, type PhoneNetwork } from '../telephony/simulator/network.ts';
import { createTraceLines, type Trace } from '../telephony/simulator/trace.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { openNetwork } from './phone-network.ts';
import type { Session } from './session.ts';
import { judgeCampaign, type Verdict } from './simulation/check.ts';
import { startInterviewers } from './simulation/interviewers.ts';
import { QUIET_HABITS } from './simulation/messages.ts';
import { layVerdict } from './simulation/report.ts';
import { driveJobs } from './simulation/run.ts';
import { createWire, type WireEntry } from './simulation/wire.ts';
import { FIRST_MORNING, findWave, makeWave, type SimulatedWave } from './simulation/world.ts';

export interface SimulateOptions {
  readonly wave?: string;
  readonly cases: number;
  readonly seed: number;
  readonly speed: number;
  readonly serve?: boolean;
  readonly trace?: string;
  readonly port?: number;
  readonly json?: boolean;
}

const HOUR = 3_600_000;
const DESKS = 3;
/** Faults of every kind that a campaign must survive: shares of callbacks, and of orders for calls. */
const CALLBACK_FAULTS = { late: 0.08, lateMs: 20_000, twice: 0.05, againMs: 180_000, lost: 0.03 };
const REST_FAULTS = { '429': 0.01, '500': 0.01, reset: 0.01 };
const STOPPED = {
  zh: '已停止：拨打还没有结束，没有核对。\n',
  en: 'Stopped before the end of the campaign: nothing was checked.\n',
};

/**
 * Runs a whole campaign against the simulated network: on a virtual clock in seconds, or watchable on the real one. Exit
 * code 0 only when every invariant holds, recomputed from what went over the wire.
 */
export async function simulateCampaign(session: Session, options: SimulateOptions): Promise<ExitCode> {
  const { seed, cases, speed, serve: isServed = false } = options;
  const virtual = isServed ? null : createVirtualClock({ startAt: FIRST_MORNING });
  // What is to be watched begins with the next hours in which somebody may be called.
  const time = virtual ?? createRealClock(speed, nextAllowed(DEFAULT_RULES, '', Date.now()) ?? Date.now());
  const config = {
    ...readConfig({ dataDir: session.dataDir, port: options.port }),
    ...{ logLevel: 'silent' as const, ratePerMinute: 0 },
    telephony: {
      ...{ carrier: 'simulator' as const, accountSid: null, authToken: null, secondaryAuthToken: null },
      ...{ baseUrl: null, callerId: null },
    },
  };
  const wire = createWire(time.now);
  let network: PhoneNetwork | null = null;
  let ids = createIds(time, `setup ${Date.now()}`);
  const services = await compose(config, {
    clock: time.now,
    signInClock: systemClock,
    newId: () => ids(),
    isDurable: false,
    carrierFetch: wire.rest((url, init) => {
      if (!network) throw new RangeError('no network yet');
      return network.fetch(url, init);
    }),
    defer: (work) => void time.after(0, work),
  });
  try {
    const start = options.wave === undefined ? null : await findWave(services, options.wave);
    ids = createIds(time, `${seed} ${(await services.waves.listWaves(OPERATOR)).length}`);
    const simulated = start ?? (await makeWave(services, { cases, seed }));
    const answer = answerRequests(services);
    const lines = options.trace === undefined ? null : createWriteStream(options.trace);
    const trace: Trace = lines ? createTraceLines((line) => lines.write(line)) : { add: () => {} };
    network = createPhoneNetwork({
      // Each run has a network of its own: the names of its calls are in our tables already, from the run before.
      ...{ clock: time, seed: seedOf(`${seed} ${simulated.wave.code}`), publicBaseUrl: baseUrlOf(config), trace },
      ...simulatedAccount(installationSecret(config)),
      fetch: wire.webhooks((url, init) => answer(new Request(url, init))),
      ...{ callbackFaults: CALLBACK_FAULTS, restFaults: REST_FAULTS, hangMs: 10_000, habits: QUIET_HABITS },
    });
    const jobs = driveJobs(services, time);
    const root = await services.units.getUnit(OPERATOR, simulated.wave.root.code);
    const interviewers = startInterviewers({
      ...{ services, network, time, seed, wave: simulated.wave.code, unit: root, desks: DESKS },
    });
    const began = performance.now();
    if (virtual) await runToEnd(session, services, virtual, simulated);
    else await runWatched(session, services, simulated, { time, network });
    interviewers.stop();
    jobs.stop();
    if (session.signal.aborted) {
      lines?.end();
      // Calls were cut in the middle: nothing can be said about them.
      session.terminal.err(STOPPED[session.terminal.lang]);
      return EXIT.found;
    }
    const verdict = await conclude(services, simulated, wire.entries, interviewers.notes);
    await virtual?.run(time.now() + 1000);
    lines?.end();
    const seconds = (performance.now() - began) / 1000;
    session.terminal.out(layVerdict(verdict, { lang: session.terminal.lang, seconds, json: options.json ?? false }));
    return verdict.broken.length === 0 ? EXIT.ok : EXIT.found;
  } finally {
    await services.close();
  }
}

/** Ids that the seed decides: what hangs on them, as the order in which options are read, is the same in every run. */
function createIds(time: NetworkClock, seed: string): () => string {
  const random = createRandom(seedOf(seed));
  const hex = (): string =>
    Math.floor(random.next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return () => `${time.now().toString(36).padStart(9, '0')}${hex()}${hex()}`;
}

async function isOver(services: Services, { wave }: SimulatedWave): Promise<boolean> {
  const { connection, stores, clock } = services;
  const row = await stores.waves.findByCode(connection.reader, wave.code);
  if (!row) return true;
  const states = await stores.cases.countStates(connection.reader, row.id);
  const isBusy = (await stores.attempts.listLive(connection.reader, row.id)).length > 0;
  const hasOpen = states.some(({ state }) => state !== 'FINAL' && state !== 'BLOCKED' && state !== 'HOLD');
  return !isBusy && (!hasOpen || clock() > Date.parse(`${wave.fieldworkEnd}T16:00:00Z`));
}

async function runToEnd(
  { signal }: Session,
  services: Services,
  time: VirtualClock,
  simulated: SimulatedWave,
): Promise<void> {
  while (!signal.aborted && !(await isOver(services, simulated))) await time.run(time.now() + HOUR);
  // Callbacks that are still on their way arrive late, and change nothing.
  await time.run(time.now() + HOUR);
}

async function runWatched(
  { terminal, signal }: Session,
  services: Services,
  simulated: SimulatedWave,
  { time, network }: { readonly time: NetworkClock; readonly network: PhoneNetwork },
): Promise<void> {
  const server = await listenOnly(services);
  // Beside the board, the page on which one is a resident of the simulated town.
  const phones = await openNetwork(network, services.config, 0);
  terminal.err(`${phones.address}\n`);
  terminal.err(`${baseUrlOf(services.config, server.port)}/console/waves/${simulated.wave.code}/phone\n`);
  // Listened for once: the loop may go round for hours.
  const aborted = signal.aborted ? Promise.resolve() : once(signal, 'abort');
  while (!signal.aborted && !(await isOver(services, simulated))) await Promise.race([time.sleep(60_000), aborted]);
  await phones.server.close();
  await server.close();
}

/** Closes the wave as a manager does, and judges the campaign. */
async function conclude(
  services: Services,
  simulated: SimulatedWave,
  entries: readonly WireEntry[],
  notes: ReadonlyMap<string, string>,
): Promise<Verdict> {
  const { waves, phone, stores, connection } = services;
  await waves.closeWave(OPERATOR, simulated.wave.code);
  const row = await stores.waves.findByCode(connection.reader, simulated.wave.code);
  if (row) await phone.cases.finaliseClosed(row);
  return judgeCampaign(services, { simulated, wire: entries, notes });
}
