import { createHash } from 'node:crypto';
import { openTable, readTable } from '../intake/table-file.ts';
import type { Services } from '../main.ts';
import { OPERATOR } from '../services/actor.ts';
import type { NewWave } from '../services/waves.ts';
import { makeDemoAccounts, readDemoAccounts, type SignIn } from './accounts.ts';
import { demoUnitsFile, readShippedSurvey } from './files.ts';
import { DEMO_MAPPING, type DemoYear, writeInterviews } from './interviews.ts';
import { fillLedger } from './ledger.ts';
import { startPhoneSurvey } from './phone.ts';
import { fillPopulations } from './populations.ts';

const ROOT = '6109';
const SURVEY = 'saohei-county';
const SURVEYS = [SURVEY, 'peace-five', 'industries-twelve'];

/** What the city published for 2019, and for 2018 by the changes it published. */
const YEARS: readonly DemoYear[] = [
  { year: 2018, awareness: 92.45, recognition: 97.36, safety: 98.2 },
  { year: 2019, awareness: 97.97, recognition: 97.7, safety: 98.81 },
];

type DemoServices = Pick<
  Services,
  'config' | 'connection' | 'units' | 'surveys' | 'waves' | 'imports' | 'accounts' | 'phone' | 'publicity' | 'today'
>;

export interface PreparedDemo {
  /** False when there was data already. */
  readonly created: boolean;
  readonly accounts: readonly SignIn[];
}

/**
 * Fills an empty data folder with the demonstration, through the services alone: every figure comes out of the same
 * import and the same estimation as real data. A preparation that broke off is taken up where it stopped.
 */
export async function prepareDemo(
  services: DemoServices,
  { onProgress = () => {} }: { readonly onProgress?: (share: number) => void } = {},
): Promise<PreparedDemo> {
  const { config, units, surveys, waves, imports, accounts, today } = services;
  const known = readDemoAccounts(config.dataDir);
  const isEmpty = (await units.listUnits(OPERATOR)).length === 0;
  if (!isEmpty && known === null) return { created: false, accounts: [] };
  const current = currentWave(today());
  const waveByCode = new Map((await waves.listWaves(OPERATOR)).map((wave) => [wave.code, wave]));
  const newest = [...waveByCode.values()].find(({ modes }) => modes.includes('web-open'));
  if (known !== null && newest) {
    if (newest.state === 'open' && newest.synthetic) await startPhoneSurvey(services, newest.code);
    return { created: false, accounts: known };
  }

  const signIns = known ?? makeDemoAccounts(config.dataDir);
  const table = await readTable(await openTable({ path: demoUnitsFile() }));
  await units.importUnits(OPERATOR, { units: { ...fillPopulations(table), problems: table.problems } });
  onProgress(0.03);
  for (const code of SURVEYS) await surveys.publishSurvey(OPERATOR, readShippedSurvey(code));
  const usernames = new Set((await accounts.listAccounts(OPERATOR)).map(({ username }) => username));
  for (const account of signIns) {
    if (!usernames.has(account.username)) await accounts.createAccount(OPERATOR, account);
  }
  onProgress(0.1);

  const towns = await listTowns(services);
  for (const [i, year] of YEARS.entries()) {
    const wave = pastWave(year.year);
    if (waveByCode.get(wave.code)?.state === 'closed') continue;
    if (!waveByCode.has(wave.code)) await waves.createWave(OPERATOR, wave);
    await waves.openWave(OPERATOR, wave.code);
    const bytes = Buffer.from(writeInterviews(towns, year));
    const fileName = `电话测评${year.year}.csv`;
    const file = await openTable({ name: fileName, bytes });
    await imports.importInterviews(OPERATOR, {
      ...{ wave: wave.code, file, fileName, mapping: DEMO_MAPPING },
      fileHash: createHash('sha256').update(bytes).digest('hex'),
      onProgress: (share) => onProgress(0.1 + 0.44 * (i + share)),
    });
    await waves.closeWave(OPERATOR, wave.code);
  }
  await waves.createWave(OPERATOR, current);
  await waves.openWave(OPERATOR, current.code);
  await startPhoneSurvey(services, current.code);
  await fillLedger(services, towns);
  onProgress(1);
  return { created: true, accounts: signIns };
}

async function listTowns({ units }: DemoServices) {
  const all = await units.listUnits(OPERATOR);
  const names = new Map(all.map(({ code, name }) => [code, name]));
  return all
    .filter(({ level }) => level === 'town')
    .map(({ code, name, parentCode, population }) => {
      return { code, name, county: names.get(parentCode ?? '') ?? '', population: population ?? 0 };
    });
}

function pastWave(year: number): NewWave {
  return {
    ...{ code: String(year), title: `${year}年度电话测评`, survey: SURVEY, rootUnit: ROOT, period: String(year) },
    ...{ modes: ['phone'], fieldworkStart: `${year}-10-08`, fieldworkEnd: `${year}-11-30`, synthetic: true },
  };
}

/** A wave that is open on the day of the demonstration, so that a town's survey can be answered at once. */
function currentWave(today: string): NewWave {
  const planned = today >= '2026-11-01' && today <= '2027-12-31';
  const year = planned ? 2026 : Number(today.slice(0, 4));
  return {
    ...{ code: String(year), title: `${year}年度测评`, survey: SURVEY, rootUnit: ROOT, period: String(year) },
    modes: ['phone', 'web-open'],
    fieldworkStart: planned ? '2026-11-01' : `${year}-01-01`,
    fieldworkEnd: `${year + 1}-12-31`,
    synthetic: true,
  };
}
