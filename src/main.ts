import { join } from 'node:path';
import { createAuth } from './auth/auth.ts';
import type { Config } from './config.ts';
import type { Clock, NewId } from './core/ids.ts';
import { dayOf } from './core/period.ts';
import { type AppDeps, createApp } from './http/app.ts';
import type { TwilioHookDeps } from './http/hooks/twilio.ts';
import { type AppServer, listen } from './http/server.ts';
import { runJobs } from './jobs/runner.ts';
import { composePhone, type PhoneSurroundings } from './phone.ts';
import { composePublicity } from './publicity.ts';
import { createLogger, installationSecret, newId as realNewId, systemClock } from './runtime.ts';
import { createAccountService, type DemoAccount } from './services/accounts.ts';
import { createAuditService } from './services/audit-log.ts';
import type { Deps } from './services/deps.ts';
import { createImportJobs } from './services/import-jobs.ts';
import { createImportService } from './services/imports.ts';
import { createInterviewImportJobs } from './services/interview-import-jobs.ts';
import { createInterviewService } from './services/interviews.ts';
import { createLinkService } from './services/links.ts';
import { createMarginService } from './services/margins.ts';
import { createNumberJobs } from './services/number-jobs.ts';
import { createResultService } from './services/results.ts';
import { createSurveyService } from './services/surveys.ts';
import { createTallyService } from './services/tallies.ts';
import { createTickets } from './services/tickets.ts';
import { createUnitService } from './services/units.ts';
import { createWaveService } from './services/waves.ts';
import { createStores, openConnection } from './store/stores.ts';

/** The day it is. Writing one is slow, and it is asked for with every call: no zone changes its day within a quarter hour. */
function createDays(clock: Clock, timeZone: string): () => string {
  const QUARTER = 900_000;
  let known = { quarter: Number.NaN, day: '' };
  return () => {
    const quarter = Math.floor(clock() / QUARTER);
    if (quarter !== known.quarter) known = { quarter, day: dayOf(quarter * QUARTER, timeZone) };
    return known.day;
  };
}

/** The address residents and staff use, known once the port is. */
export function baseUrlOf(config: Config, port = config.port): string {
  return config.publicBaseUrl ?? `http://localhost:${port}`;
}

export type Services = Awaited<ReturnType<typeof compose>>;

/**
 * Composition root: settings → connection → stores → services. Everything is built here, by hand, once.
 * The schema is brought up to date before anything else touches it. A simulation brings a clock of its own.
 */
export async function compose(
  config: Config,
  {
    clock = systemClock,
    signInClock = clock,
    newId = realNewId,
    isDurable = true,
    ...surroundings
  }: PhoneSurroundings & {
    readonly clock?: Clock;
    /** The time of those who look on, when that of the simulation goes faster: their sessions last as long as ever. */
    readonly signInClock?: Clock;
    readonly newId?: NewId;
    /** False for a simulation, which a loss of power may cut short. */
    readonly isDurable?: boolean;
  } = {},
) {
  const log = createLogger(config.logLevel);
  const secret = installationSecret(config);
  const connection = openConnection({
    databaseUrl: config.databaseUrl,
    file: join(config.dataDir, 'zhixiao.sqlite'),
    isDurable,
  });
  try {
    await connection.migrate();
  } catch (error) {
    await connection.close();
    throw error;
  }
  const stores = createStores(connection);
  const deps: Deps = {
    connection,
    stores,
    clock,
    newId,
    today: createDays(clock, config.timeZone),
  };
  const baseUrl = baseUrlOf(config);
  const tickets = createTickets(secret);
  const auth = createAuth({ ...deps, clock: signInClock, secret, baseUrl });
  const surveys = createSurveyService(deps);
  const phone = composePhone({ ...deps, config, secret, baseUrl, surveys, tickets, log }, surroundings);
  const waves = createWaveService({ ...deps, onState: phone.numbers.keepUntil });
  const imports = createImportService({ ...deps, surveys });
  const results = createResultService({ ...deps, surveys, waves });
  const onFailure = (error: unknown): void => log.error({ err: error }, 'an import failed');
  const jobs = createImportJobs({ ...deps, onFailure });
  const publicity = composePublicity({
    ...{ ...deps, results, jobs, dataDir: config.dataDir, baseUrl },
    onFailure: (error) => log.error({ err: error }, 'openings through codes could not be counted'),
  });
  return {
    config,
    log,
    connection,
    stores,
    auth,
    surveys,
    waves,
    units: createUnitService({ ...deps, onMoved: publicity.outputs.recountMoved }),
    tallies: createTallyService({ ...deps, surveys }),
    imports,
    importJobs: createInterviewImportJobs({ ...deps, imports, jobs }),
    numberJobs: createNumberJobs({ ...deps, numbers: phone.numbers, jobs }),
    interviews: createInterviewService({
      ...{ ...deps, surveys, tickets, onEnded: phone.endings.finaliseByResponse },
      onInstrument: publicity.instruments.countComplete,
    }),
    phone,
    links: createLinkService({ ...deps, tickets, baseUrl: () => baseUrl }),
    margins: createMarginService(deps),
    publicity,
    results,
    accounts: createAccountService({ ...deps, auth }),
    audit: createAuditService(deps),
    today: deps.today,
    clock,
    newId,
    async close(): Promise<void> {
      await jobs.stop();
      await publicity.instruments.settle();
      await phone.settle();
      await connection.close();
    },
  };
}

/** What the hooks for carriers need; null without a carrier. */
export function hooksOf({ phone, config, clock, log }: Services): TwilioHookDeps | null {
  const { tokens, hooks: addresses } = phone.telephony;
  if (tokens.length === 0) return null;
  const { calls, webhooks } = phone;
  return { handle: calls.handle, webhooks, tokens, publicBaseUrl: baseUrlOf(config), addresses, clock, log };
}

/** Everything the HTTP face is made of. */
function appDepsOf(services: Services, demo: readonly DemoAccount[] | null): AppDeps {
  const { config } = services;
  return {
    ...services,
    baseUrl: baseUrlOf(config),
    trustProxy: config.trustProxy,
    ratePerMinute: config.ratePerMinute,
    demo,
    twilio: hooksOf(services),
  };
}

/** The HTTP face without a port: for a simulation in one process. */
export function answerRequests(services: Services): (request: Request) => Response | Promise<Response> {
  return createApp(appDepsOf(services, null)).fetch;
}

/** Listens without dialing: for a simulation that dials by a clock of its own. */
export function listenOnly(services: Services, demo: readonly DemoAccount[] | null = null): Promise<AppServer> {
  const { host, port } = services.config;
  return listen(appDepsOf(services, demo), { host, port });
}

/** How often imports that died half-way are looked for. */
const SWEEP_MS = 30_000;

/** Starts the service; it answers requests and dials until the returned server is closed. */
export async function serve(services: Services, demo: readonly DemoAccount[] | null = null): Promise<AppServer> {
  const { imports, publicity, clock, log } = services;
  await publicity.attachments.sweepOrphans();
  const server = await listenOnly(services, demo);
  const sweep = async (): Promise<null> => {
    await imports.sweepStaged();
    await publicity.imports.sweepStaged();
    return null;
  };
  const sweeping = runJobs({ sweep: { tick: sweep, longestMs: SWEEP_MS } }, { clock, log });
  const jobs = services.phone.start();
  return {
    port: server.port,
    async close(): Promise<void> {
      await jobs.stop();
      await sweeping.stop();
      await server.close();
    },
  };
}
