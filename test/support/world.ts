import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AppError, type ErrorCode } from '../../src/core/errors.ts';
import type { Mode } from '../../src/core/indicators/types.ts';
import { openTable, readTable } from '../../src/intake/table-file.ts';
import { newId } from '../../src/runtime.ts';
import { type Actor, OPERATOR, type Role } from '../../src/services/actor.ts';
import { createImportJobs } from '../../src/services/import-jobs.ts';
import { createImportService } from '../../src/services/imports.ts';
import { createInterviewImportJobs } from '../../src/services/interview-import-jobs.ts';
import { createInterviewService, type SurveyEntry } from '../../src/services/interviews.ts';
import { createLinkService } from '../../src/services/links.ts';
import { createMarginService } from '../../src/services/margins.ts';
import { createResultService } from '../../src/services/results.ts';
import { createSurveyService } from '../../src/services/surveys.ts';
import { createTallyService } from '../../src/services/tallies.ts';
import { createTickets } from '../../src/services/tickets.ts';
import { createUnitService } from '../../src/services/units.ts';
import { createWaveService, type NewWave } from '../../src/services/waves.ts';
import type { TestStores } from './store.ts';

/** A city of two counties and four towns; everybody's population is known. */
export const UNITS = `code,name,level,parent_code,population,population_source
6109,安康市,city,,100000,第七次人口普查
610902,汉滨区,county,6109,70000,第七次人口普查
610924,紫阳县,county,6109,30000,第七次人口普查
610902104,五里镇,town,610902,40000,第七次人口普查
610902107,恒口镇,town,610902,30000,第七次人口普查
610924101,蒿坪镇,town,610924,20000,第七次人口普查
610924102,汉王镇,town,610924,10000,第七次人口普查
`;

const PATHS: Readonly<Record<string, string>> = {
  '6109': '/6109/',
  '610902': '/6109/610902/',
  '610924': '/6109/610924/',
  '610902104': '/6109/610902/610902104/',
};

/** A member of staff of one of the units above. */
export function staff(role: Role, unitCode = '6109'): Actor {
  const unitPath = PATHS[unitCode];
  if (!unitPath) throw new RangeError(unitCode);
  return { kind: 'staff', id: `${role}-${unitCode}`, name: `${role} ${unitCode}`, role, unitCode, unitPath };
}

/** A whole interview of the county survey: aware, satisfied, safe. */
export const ANSWERS = {
  adult: '1',
  resident: '1',
  sex: 'female',
  age: '40-49',
  area: 'rural',
  safety: '1',
  trend: '1',
  heard: ['gangs'],
  awareness: '1',
  reporting: ['call-110'],
  channels: ['family'],
  recognition: '2',
  disputes: '1',
  coached: '2',
} as const;

export const readSurvey = (name: string): unknown => JSON.parse(readFileSync(`surveys/${name}.json`, 'utf8'));

/** The county survey as its files say, changed as a test wants it. */
export function countySurvey(change: (files: { definition: string; indicators: string }) => object = () => ({})) {
  const files = {
    definition: readFileSync('surveys/saohei-county.json', 'utf8'),
    indicators: readFileSync('surveys/saohei-county.indicators.json', 'utf8'),
  };
  const changed = { ...files, ...change(files) };
  return {
    definition: JSON.parse(changed.definition) as unknown,
    indicators: JSON.parse(changed.indicators) as unknown,
  };
}

export async function table(csv: string) {
  return readTable(await openTable({ name: 'units.csv', bytes: Buffer.from(csv) }));
}

export type World = ReturnType<typeof createWorld>;

/** All services on one database, with a clock that a test moves. Nothing is in it yet. */
export function createWorld({ connection, stores }: TestStores) {
  let now = Date.UTC(2026, 10, 10, 4);
  let counter = 0;
  const deps = {
    connection,
    stores,
    clock: () => now,
    newId: () => {
      counter += 1;
      return `${newId()}${counter.toString(36)}`;
    },
    today: () => new Date(now + 8 * 3_600_000).toISOString().slice(0, 10),
  };
  const tickets = createTickets('a key for tests that is long enough');
  const surveys = createSurveyService(deps);
  const waves = createWaveService(deps);
  const imports = createImportService({ ...deps, surveys });
  /** What went wrong in the background. */
  const failures: unknown[] = [];
  const jobs = createImportJobs({ ...deps, onFailure: (error) => failures.push(error) });
  const services = {
    surveys,
    waves,
    units: createUnitService(deps),
    tallies: createTallyService({ ...deps, surveys }),
    imports,
    importJobs: createInterviewImportJobs({ ...deps, imports, jobs }),
    interviews: createInterviewService({ ...deps, surveys, tickets }),
    links: createLinkService({ ...deps, tickets, baseUrl: () => 'https://survey.test' }),
    margins: createMarginService(deps),
    results: createResultService({ ...deps, surveys, waves }),
  };
  const world = {
    ...services,
    connection,
    stores,
    deps,
    tickets,
    failures,
    jobs,
    pass: (ms: number) => {
      now += ms;
    },
    setDay: (day: string) => {
      now = Date.parse(`${day}T12:00:00+08:00`);
    },

    async loadUnits(csv = UNITS): Promise<void> {
      await services.units.importUnits(OPERATOR, { units: await table(csv) });
    },

    /** Units, the county survey, and the open wave “2026” that takes phone, open and single-use web answers. */
    async prepare(): Promise<void> {
      await world.loadUnits();
      await surveys.publishSurvey(OPERATOR, countySurvey());
      await world.openWave('2026');
    },

    async openWave(code: string, change: Partial<NewWave> = {}): Promise<void> {
      await waves.createWave(OPERATOR, {
        code,
        survey: 'saohei-county',
        rootUnit: '6109',
        period: code,
        modes: ['phone', 'web-open', 'web-token'],
        fieldworkStart: '2026-11-01',
        fieldworkEnd: '2026-11-30',
        ...change,
      });
      await waves.openWave(OPERATOR, code);
    },

    async placeCode(unit: string): Promise<string> {
      return (await stores.units.find(connection.reader, unit))?.placeCode ?? '';
    },

    /** Enters through a place's open link; the entry must be an open one. */
    async enter(unit = '610902104'): Promise<Extract<SurveyEntry, { state: 'open' }>> {
      return openEntry(await services.interviews.enterPlace(await world.placeCode(unit)));
    },

    /** Opens several connections of a pool, so that what is started at once does run at once. */
    async warmUp(): Promise<void> {
      const once = () => connection.transaction(async (tx) => stores.waves.list(tx));
      await Promise.all(Array.from({ length: 8 }, once));
    },

    /** Answers the whole survey through a place's open link. */
    async answer(unit: string, change: Record<string, unknown> = {}): Promise<void> {
      const { ticket } = await world.enter(unit);
      await services.interviews.finishInterview(ticket, 'zh', { ...ANSWERS, ...change });
    },

    /** Brings `count` interviews of a town into a wave; the first `aware` of them are aware, all are safe. */
    async importPhone(
      wave: string,
      towns: ReadonlyArray<{
        readonly unit: string;
        readonly count: number;
        readonly aware?: number;
        readonly missed?: number;
      }>,
      mode: Mode = 'phone',
    ): Promise<void> {
      const header = ['interview_id', 'unit_code', 'mode', 'disposition', 'problems', ...Object.keys(ANSWERS)];
      const rows = towns.flatMap(({ unit, count, aware = count, missed = 0 }) => [
        ...Array.from({ length: count }, (_, i) => {
          const given = { ...ANSWERS, awareness: i < aware ? '1' : '3' };
          return [`${wave}-${unit}-${i}`, unit, mode, '1.1', '', ...Object.values(given)].join(',');
        }),
        ...Array.from({ length: missed }, (_, i) =>
          [`${wave}-${unit}-m${i}`, unit, mode, '2.11', '', ...Object.keys(ANSWERS).map(() => '')].join(','),
        ),
      ]);
      const bytes = Buffer.from([header.join(','), ...rows].join('\n'));
      await services.imports.importInterviews(OPERATOR, {
        wave,
        file: await openTable({ name: 'house.csv', bytes }),
        fileHash: createHash('sha256').update(bytes).digest('hex'),
        fileName: 'house.csv',
        mapping: null,
        dryRun: false,
      });
    },

    /** The wave's stored row. */
    async waveRow(code = '2026') {
      const wave = await stores.waves.findByCode(connection.reader, code);
      if (!wave) throw new RangeError(code);
      return wave;
    },

    /** Cells of a wave that a recount would make otherwise. */
    async differing(code = '2026') {
      return (await services.tallies.verifyTallies(OPERATOR, code)).flatMap((check) => check.differing);
    },

    /** What the audit log says, oldest first. */
    async audit(): Promise<string[]> {
      const rows = await stores.audit.list(connection.reader, { units: null, limit: 500 });
      return rows.map((row) => `${row.actorId} ${row.action} ${row.objectId} @${row.unitCode}`).reverse();
    },
  };
  return world;
}

export function openEntry(entry: SurveyEntry): Extract<SurveyEntry, { state: 'open' }> {
  if (entry.state !== 'open') throw new Error(`the entry is ${entry.state}`);
  return entry;
}

/** The code of the known error that `work` ends with; it must end with one. */
export async function refusalOf(work: Promise<unknown>): Promise<ErrorCode> {
  return (await refusal(work)).code;
}

export async function refusal(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  if (error instanceof AppError) return error;
  throw error;
}
