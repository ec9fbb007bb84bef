import { AppError } from '../../core/errors.ts';
import { prepareDemo } from '../../demo/demo.ts';
import type { Services } from '../../main.ts';
import { OPERATOR } from '../../services/actor.ts';
import type { WaveView } from '../../services/waves.ts';

/** A Monday of the demonstration's year, before the first call of the day. */
export const FIRST_MORNING = Date.UTC(2026, 10, 2, 0, 55);
const DAY = 86_400_000;
const FIELD_DAYS = 35;
const TOWNS = 5;
/** Share of the cases that interviewers call; the keypad calls the others. */
const BY_INTERVIEWER = 0.15;
/** About so many of a hundred numbers can be expected to end complete. */
const YIELD = 0.18;
const PREFIX = '166';

export interface SimulatedWave {
  readonly wave: WaveView;
  readonly cases: number;
  readonly towns: readonly string[];
}

const dayOf = (t: number): string => new Date(t + 8 * 3_600_000).toISOString().slice(0, 10);

/** A wave of its own for every run: a self-test with made-up people, never official, never compared. */
export async function makeWave(services: Services, { cases, seed }: { cases: number; seed: number }) {
  const { units, waves, surveys, phone, clock } = services;
  if ((await units.listUnits(OPERATOR)).length === 0) await prepareDemo(services);
  const survey = (await surveys.listSurveys(OPERATOR)).find(({ surveyCode }) => surveyCode === 'saohei-county');
  const all = await units.listUnits(OPERATOR);
  const county = all.find(
    ({ code, level }) => level === 'county' && all.filter(({ parentCode }) => parentCode === code).length >= TOWNS,
  );
  if (!survey || !county) throw new AppError('NOT_FOUND', { what: 'survey', id: 'saohei-county' });
  const towns = all.filter(({ parentCode, level }) => parentCode === county.code && level === 'town').slice(0, TOWNS);
  const run = (await waves.listWaves(OPERATOR)).filter(({ code }) => code.startsWith('SIM-')).length + 1;
  const wave = await waves.createWave(OPERATOR, {
    ...{ code: `SIM-${run}`, title: `模拟拨打${run}（合成数据）`, survey: survey.surveyCode, rootUnit: county.code },
    ...{ period: dayOf(clock()).slice(0, 4), kind: 'self-test', modes: ['phone', 'keypad', 'web-token'] },
    ...{ fieldworkStart: dayOf(clock()), fieldworkEnd: dayOf(clock() + FIELD_DAYS * DAY), synthetic: true },
  });
  await waves.openWave(OPERATOR, wave.code);
  await phone.campaigns.saveCampaign(OPERATOR, wave.code, {
    ...{ carrier: 'simulator', modes: ['phone', 'keypad'], lines: 30, callsPerSecond: 2, recording: true },
    targetPerTown: Math.max(1, Math.ceil((cases / towns.length) * YIELD)),
  });
  const made = { keypad: 0, phone: 0 };
  for (const mode of ['keypad', 'phone'] as const) {
    const share = mode === 'phone' ? BY_INTERVIEWER : 1 - BY_INTERVIEWER;
    const perTown = Math.max(1, Math.round((cases * share) / towns.length));
    const report = await phone.numbers.drawNumbers(OPERATOR, {
      wave: wave.code,
      // A block of numbers for each town, mode and run: what a number is tells where it lives, without our tables.
      towns: towns.map(({ code }, i) => ({
        unit: code,
        prefixes: [`${PREFIX}${String(run % 100).padStart(2, '0')}${mode === 'phone' ? 9 - i : i}0`],
        count: perTown,
      })),
      ...{ method: 'systematic', seed, mode },
    });
    made[mode] = report.accepted;
  }
  // Besides the towns, the whole: it fills while towns still have room, so calls under way have to be reserved for.
  await phone.campaigns.setQuotas(OPERATOR, wave.code, [
    { unitCode: '*', sex: '*', ageBand: '*', target: Math.ceil(cases * YIELD * 0.9) },
  ]);
  await phone.campaigns.startCampaign(OPERATOR, wave.code);
  return { wave, cases: made.keypad + made.phone, towns: towns.map(({ code }) => code) } satisfies SimulatedWave;
}

/** A wave that may be simulated on: made-up people only. */
export async function findWave(services: Services, code: string): Promise<SimulatedWave> {
  const wave = (await services.waves.listWaves(OPERATOR)).find((one) => one.code === code);
  if (!wave) throw new AppError('NOT_FOUND', { what: 'wave', id: code });
  if (!wave.synthetic || wave.kind !== 'self-test') throw new AppError('SIMULATION_WAVE', { wave: code });
  const campaign = await services.phone.campaigns.readCampaign(OPERATOR, code);
  if (campaign.state === 'draft') await services.phone.campaigns.startCampaign(OPERATOR, code);
  if (campaign.state === 'paused') await services.phone.campaigns.resumeCampaign(OPERATOR, code);
  return { wave, cases: campaign.cases, towns: [] };
}
