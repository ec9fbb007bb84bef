import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newId } from '../../src/runtime.ts';
import { countResponse } from '../../src/services/tallies.ts';
import { createTickets } from '../../src/services/tickets.ts';
import type { BareRows } from './bare.ts';
import { type Measured, startMeasured } from './child.ts';
import { type Load, runLoad, type Visit, visitOnce, visitPage } from './respond.ts';
import { CLI, createWorld, makeRespondents, openWave, SECRET, temporaryFolder, townsOf } from './world.ts';

const BARE = fileURLToPath(new URL('bare.ts', import.meta.url));
const AT = /:(\d+)\//;
const SUBMISSIONS = 6000;

export interface WebFigures {
  /** The whole visit at 1, 8 and 64 at once. */
  readonly visits: readonly Load[];
  readonly peakMb: number;
  /** Requests that a visit makes, on average. */
  readonly requests: number;
  /** A bare handler that does nothing at all, per request, at 1, 8 and 64 at once: what HTTP in Node costs here. */
  readonly nothing: readonly Load[];
  /** All answers and the end in one request: our service, and a bare handler with and without the counters. */
  readonly service: Load;
  readonly bare: Load;
  readonly bareWithoutCounters: Load;
}

/** The built service, and the bare handler, each in a process of its own on an SQLite file of its own. */
export async function measureWeb(): Promise<WebFigures> {
  const { folder, remove } = temporaryFolder();
  try {
    const world = await createWorld(folder);
    const wave = await openWave(world, '2026', ['web-open']);
    const towns = await townsOf(world);
    const survey = await world.surveys.compile(world.connection.reader, wave.surveyVersionId);
    const people = makeRespondents(survey.plan, 64, 1);
    const unitCode = towns[0]?.code ?? '';
    const coded = people.map((answers) => {
      const response = { unit: unitCode, mode: 'web-open', weight: 1, disposition: '1.1' } as const;
      return countResponse(survey, response, answers);
    });
    const rowsFile = join(folder, 'rows.json');
    writeFileSync(rowsFile, JSON.stringify({ waveId: wave.id, unitCode, people: coded } satisfies BareRows));
    for (const name of ['bare', 'less']) await world.connection.backup(join(folder, `${name}.sqlite`));
    await world.close();

    const visit = visitPage(
      towns.map(({ placeCode }) => placeCode),
      people,
    );
    const server = startMeasured([CLI, '--lang', 'en', 'serve', '--port', '0'], {
      ...{ DATA_DIR: folder, DATABASE_URL: '', SECRET, RATE_PER_MINUTE: '0', LOG_LEVEL: 'error', HOST: '127.0.0.1' },
    });
    const visits: Load[] = [];
    let peakMb = 0;
    const once = visitOnce(() => {
      const ticket = { responseId: newId(), waveId: wave.id, unitCode, mode: 'web-open', invitationId: null } as const;
      return tickets.sign({ ...ticket, reversed: false, startedAt: Date.now() });
    }, people);
    const tickets = createTickets(SECRET);
    const service = await onceRunning(server, async (port) => {
      await runLoad(server, port, { concurrency: 8, responses: 500, visit });
      for (const [concurrency, responses] of [
        [1, 300],
        [8, 2500],
        [64, 4000],
      ] as const) {
        visits.push(await runLoad(server, port, { concurrency, responses, visit }));
      }
      peakMb = (await server.usage()).peakMb;
      return measureSubmissions(server, port, once);
    });
    const bareOn = (name: string, counters: string) => {
      const handler = startMeasured(['--import', 'tsx', BARE, join(folder, `${name}.sqlite`), rowsFile, counters]);
      return onceRunning(handler, (port) => measureSubmissions(handler, port, once));
    };
    const nothing: Load[] = [];
    const idle = startMeasured(['--import', 'tsx', BARE, join(folder, 'bare.sqlite'), rowsFile]);
    await onceRunning(idle, async (port) => {
      for (const concurrency of [1, 8, 64]) {
        nothing.push(
          await runLoad(idle, port, { concurrency, responses: concurrency === 1 ? 3000 : 20_000, visit: ask }),
        );
      }
    });
    const answered = people.reduce((sum, answers) => sum + Object.keys(answers).length, 0) / people.length;
    return {
      ...{ visits, peakMb, service, nothing, requests: 2 + answered },
      bare: await bareOn('bare', 'counters'),
      bareWithoutCounters: await bareOn('less', ''),
    };
  } finally {
    remove();
  }
}

const ask: Visit = async (send) => {
  await send('GET', '/');
};

async function measureSubmissions(server: Measured, port: number, visit: Visit): Promise<Load> {
  await runLoad(server, port, { concurrency: 64, responses: 1000, visit });
  return runLoad(server, port, { concurrency: 64, responses: SUBMISSIONS, visit });
}

async function onceRunning<T>(server: Measured, work: (port: number) => Promise<T>): Promise<T> {
  try {
    return await work(Number(await server.waitFor(AT)));
  } finally {
    await server.stop();
  }
}
