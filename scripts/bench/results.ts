import { TallySum } from '../../src/core/indicators/tally.ts';
import { createRandom } from '../../src/core/random.ts';
import type { Services } from '../../src/main.ts';
import { newId } from '../../src/runtime.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { countResponse } from '../../src/services/tallies.ts';
import type { ResponseRow } from '../../src/store/responses.ts';
import { createWorld, makeRespondents, openWave, temporaryFolder, townsOf } from './world.ts';

const BATCH = 5000;
const READS = 25;
const DIFFERENT_PEOPLE = 5000;

export interface ReadingFigures {
  readonly interviews: number;
  readonly rows: number;
  /** Medians of one reading. */
  readonly wallMs: number;
  readonly cpuMs: number;
}

/**
 * The city by town, all indicators, two waves, on a data folder of its own for each number of interviews. The folders are
 * read in turns, so that whatever else the machine does meanwhile falls on all of them.
 */
export async function measureReadings(sizes: readonly number[]): Promise<ReadingFigures[]> {
  const folders = sizes.map(() => temporaryFolder());
  try {
    const measured = [];
    for (const [k, interviews] of sizes.entries()) {
      const services = await createWorld(folders[k]?.folder ?? '');
      for (const [index, period] of ['2025', '2026'].entries()) await fillWave(services, period, interviews / 2, index);
      measured.push({ interviews, services, rows: 0, wall: [] as number[], cpu: [] as number[] });
    }
    for (let i = 0; i < READS; i += 1) {
      for (const one of measured) {
        const startedAt = performance.now();
        const before = process.cpuUsage();
        one.rows = (await one.services.results.readResults(OPERATOR, { wave: '2026', by: 'town' })).rows.length;
        const { user, system } = process.cpuUsage(before);
        one.wall.push(performance.now() - startedAt);
        one.cpu.push((user + system) / 1000);
      }
    }
    for (const { services } of measured) await services.close();
    return measured.map(({ interviews, rows, wall, cpu }) => {
      return { interviews, rows, wallMs: median(wall), cpuMs: median(cpu) };
    });
  } finally {
    for (const { remove } of folders) remove();
  }
}

/**
 * Writes a wave's responses and counters through the stores. Their single answers are left out: no page reads them, and
 * so the bench ends in minutes.
 */
async function fillWave(services: Services, period: string, interviews: number, seed: number): Promise<void> {
  const { stores, connection } = services;
  const wave = await openWave(services, period, ['phone']);
  const survey = await services.surveys.compile(connection.reader, wave.surveyVersionId);
  const people = makeRespondents(survey.plan, DIFFERENT_PEOPLE, seed);
  const towns = await townsOf(services);
  const random = createRandom(seed).next;
  const sum = new TallySum();
  for (let done = 0; done < interviews; done += BATCH) {
    const batch: Array<{ response: ResponseRow; answers: Record<string, never> }> = [];
    for (let i = done; i < Math.min(done + BATCH, interviews); i += 1) {
      const unit = towns[i % towns.length]?.code ?? '';
      const answers = people[Math.floor(random() * people.length)] ?? {};
      const coded = countResponse(survey, { unit, mode: 'phone', weight: 1, disposition: '1.1' }, answers);
      sum.add(coded.cells);
      batch.push({
        response: {
          ...{ id: newId(), waveId: wave.id, unitCode: unit, mode: 'phone', state: 'ended', disposition: '1.1' },
          ...{ lang: 'zh', reversed: false, sex: coded.sex, ageBand: coded.ageBand, weight: 1, externalId: null },
          ...{ importId: null, invitationId: null, receipt: null, startedAt: i, endedAt: i },
        },
        answers: {},
      });
    }
    await connection.transaction((tx) => stores.responses.insertMany(tx, batch));
  }
  await connection.transaction((tx) => stores.tallies.add(tx, wave.id, sum));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
