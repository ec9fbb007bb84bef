import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newId } from '../../src/runtime.ts';
import { countResponse } from '../../src/services/tallies.ts';
import { createTickets } from '../../src/services/tickets.ts';
import type { BareRows } from './bare.ts';
import { startMeasured } from './child.ts';
import { type Load, runLoad, type Visit, visitOnce, visitPage } from './respond.ts';
import { CLI, createWorld, makeRespondents, openWave, SECRET, temporaryFolder, townsOf } from './world.ts';

const BARE = fileURLToPath(new URL('bare.ts', import.meta.url));
const AT = /:(\d+)\//;
/** Rounds of submissions, after one to warm up; odd, for one of them to be in the middle. */
const ROUNDS = 5;
const SUBMISSIONS = 1500;

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
  /** Submissions of our service for each of the bare handler's with counters, in the middle round. */
  readonly share: number;
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
    const tickets = createTickets(SECRET);
    const once = visitOnce(() => {
      const ticket = {
        responseId: newId(),
        waveId: wave.id,
        unitCode,
        mode: 'web-open',
        instrument: null,
        invitationId: null,
      } as const;
      return tickets.sign({ ...ticket, reversed: false, startedAt: Date.now() });
    }, people);
    const bareOn = (name: string, ...counters: string[]) =>
      startHandler(['--import', 'tsx', BARE, join(folder, `${name}.sqlite`), rowsFile, ...counters]);
    const [service, bare, less] = await Promise.all([
      startHandler([CLI, '--lang', 'en', 'serve', '--port', '0'], {
        ...{ DATA_DIR: folder, DATABASE_URL: '', SECRET, RATE_PER_MINUTE: '0', LOG_LEVEL: 'error', HOST: '127.0.0.1' },
      }),
      bareOn('bare', 'counters'),
      bareOn('less'),
    ]);
    try {
      const visits: Load[] = [];
      const nothing: Load[] = [];
      await service.run(8, 2000, visit);
      await bare.run(64, 20_000, ask);
      for (const [concurrency, responses] of [
        [1, 300],
        [8, 2500],
        [64, 4000],
      ] as const) {
        visits.push(await service.run(concurrency, responses, visit));
        nothing.push(await bare.run(concurrency, responses * 4, ask));
      }
      const peakMb = await service.peakMb();
      // In turns, so that whatever else the machine does falls on all alike.
      const rounds: Array<Record<'service' | 'bare' | 'less', Load>> = [];
      for (let round = 0; round <= ROUNDS; round += 1) {
        const loads = {
          service: await service.run(64, SUBMISSIONS, once),
          bare: await bare.run(64, SUBMISSIONS, once),
          less: await less.run(64, SUBMISSIONS, once),
        };
        if (round > 0) rounds.push(loads);
      }
      const answered = people.reduce((sum, answers) => sum + Object.keys(answers).length, 0) / people.length;
      return {
        ...{ visits, nothing, peakMb, requests: 2 + answered },
        service: middleBy(rounds, ({ service: load }) => load.perSecond).service,
        bare: middleBy(rounds, ({ bare: load }) => load.perSecond).bare,
        bareWithoutCounters: middleBy(rounds, ({ less: load }) => load.perSecond).less,
        share: shareOf(middleBy(rounds, shareOf)),
      };
    } finally {
      for (const handler of [service, bare, less]) await handler.stop();
    }
  } finally {
    remove();
  }
}

const ask: Visit = async (send) => {
  await send('GET', '/');
};

const shareOf = (loads: Readonly<Record<'service' | 'bare', Load>>): number =>
  loads.service.perSecond / loads.bare.perSecond;

function middleBy<T>(values: readonly T[], by: (value: T) => number): T {
  const middle = values.toSorted((a, b) => by(a) - by(b))[Math.floor(values.length / 2)];
  if (middle === undefined) throw new RangeError('the middle of nothing');
  return middle;
}

async function startHandler(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const handler = startMeasured(args, env);
  const port = Number(await handler.waitFor(AT));
  return {
    run: (concurrency: number, responses: number, visit: Visit): Promise<Load> =>
      runLoad(handler, port, { concurrency, responses, visit }),
    peakMb: async (): Promise<number> => (await handler.usage()).peakMb,
    stop: () => handler.stop(),
  };
}
