import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mode } from '../../src/core/indicators/types.ts';
import { type CompiledPlan, checkAnswer } from '../../src/core/questionnaire/gate.ts';
import type { Answers } from '../../src/core/questionnaire/plan.ts';
import { createRandom } from '../../src/core/random.ts';
import { followPlan } from '../../src/interview/session.ts';
import { compose, type Services } from '../../src/main.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { NO_CARRIER } from '../../src/telephony/connect.ts';

/** The built service and command line. */
export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** The key of the bench's own installation; it signs nothing that outlives the run. */
export const SECRET = 'only the bench of this machine signs with this key';

const COUNTIES = 10;
const TOWNS_PER_COUNTY = 14;
const EVER = { fieldworkStart: '2000-01-01', fieldworkEnd: '2035-12-31' };

export function temporaryFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'zhixiao-bench-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Where the data are: in the folder, or on a PostgreSQL server. */
export interface Place {
  readonly databaseUrl: string | null;
}

/** A data folder with a city of ten counties and 140 towns, and the county survey published. */
export async function createWorld(dataDir: string, { databaseUrl }: Place = { databaseUrl: null }): Promise<Services> {
  const services = await compose({
    ...{ dataDir, databaseUrl, host: '127.0.0.1', port: 0, publicBaseUrl: null, secret: SECRET },
    ...{ timeZone: 'Asia/Shanghai', trustProxy: false, ratePerMinute: 0, logLevel: 'error' },
    telephony: NO_CARRIER,
    recordingDays: 180,
  });
  await services.units.importUnits(OPERATOR, { units: unitTable(), populations: null, dryRun: false });
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(new URL(`../../surveys/${name}.json`, import.meta.url), 'utf8'));
  await services.surveys.publishSurvey(OPERATOR, {
    definition: read('saohei-county'),
    indicators: read('saohei-county.indicators'),
  });
  return services;
}

/** Opens a wave of the whole city that takes answers on any day. */
export async function openWave({ waves, stores, connection }: Services, period: string, modes: readonly Mode[]) {
  await waves.createWave(OPERATOR, {
    ...{ code: period, survey: 'saohei-county', rootUnit: '99', period, modes, synthetic: true },
    ...EVER,
  });
  await waves.openWave(OPERATOR, period);
  const wave = await stores.waves.findByCode(connection.reader, period);
  if (!wave) throw new Error(`no wave ${period}`);
  return wave;
}

export async function townsOf({ units }: Services) {
  return (await units.listUnits(OPERATOR)).filter(({ level }) => level === 'town');
}

function unitTable() {
  const header = ['code', 'name', 'level', 'parent_code', 'population', 'population_source'];
  const lines = [['99', '测试市', 'city', '', '', '']];
  for (let county = 1; county <= COUNTIES; county += 1) {
    const code = `99${String(county).padStart(4, '0')}`;
    lines.push([code, `第${county}县`, 'county', '99', '', '']);
    for (let town = 1; town <= TOWNS_PER_COUNTY; town += 1) {
      const population = String(8000 + ((county * 7919 + town * 104_729) % 40_000));
      lines.push([`${code}${100 + town}`, `第${county}县第${town}镇`, 'town', code, population, 'bench']);
    }
  }
  const rows = lines.map((line, index) => ({
    row: index + 2,
    cells: Object.fromEntries(header.map((name, column) => [name, line[column] ?? ''])),
  }));
  return { header, rows, problems: [] };
}

/** The complete answers of made-up respondents: each walks the questionnaire to its end. */
export function makeRespondents(plan: CompiledPlan, count: number, seed: number): Answers[] {
  const random = createRandom(seed).next;
  return Array.from({ length: count }, () => answerAtRandom(plan, random));
}

function answerAtRandom(plan: CompiledPlan, random: () => number): Answers {
  let answers: Answers = {};
  for (;;) {
    const { next } = followPlan(plan, answers);
    if (next === null) return answers;
    const { code, type, choices } = next.question;
    // The lower of two draws: like people, it prefers the first options to the last.
    const drawn = choices[Math.floor(Math.min(random(), random()) * choices.length)]?.code ?? '';
    const given = type === 'multiple' ? [drawn] : drawn;
    const tried = { ...answers, [code]: given };
    const isFit = 'answer' in checkAnswer(next, given) && followPlan(plan, tried).ended === null;
    const first = choices[0]?.code ?? '';
    answers = isFit ? tried : { ...answers, [code]: type === 'multiple' ? [first] : first };
  }
}
