import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.ts';
import { openTable } from '../../src/intake/table-file.ts';
import { compose } from '../../src/main.ts';
import { type Actor, OPERATOR } from '../../src/services/actor.ts';
import type { CampaignSetup } from '../../src/services/campaigns.ts';
import { countySurvey, staff, table, UNITS } from './world.ts';

/** A Monday in fieldwork, 10:00 where the respondents live. */
export const MONDAY_10 = Date.parse('2026-11-09T10:00:00+08:00');
export const MANAGER = staff('survey-manager');
export const INTERVIEWER = staff('interviewer');

export type PhoneWorld = Awaited<ReturnType<typeof startPhone>>;

/** The whole service on a data folder of its own with a clock that a test moves; an open wave “2026” for phone. */
export async function startPhone({ databaseUrl = null }: { readonly databaseUrl?: string | null } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'zhixiao-phone-'));
  let now = MONDAY_10;
  let ids = 0;
  const services = await compose(
    { ...readConfig({ dataDir, port: 8787 }), logLevel: 'silent', databaseUrl },
    {
      clock: () => now,
      newId: () => {
        ids += 1;
        return `id${String(ids).padStart(6, '0')}`;
      },
    },
  );
  const { phone, stores, connection } = services;
  await services.units.importUnits(OPERATOR, { units: await table(UNITS) });
  await services.surveys.publishSurvey(OPERATOR, countySurvey());
  await services.waves.createWave(OPERATOR, {
    ...{ code: '2026', survey: 'saohei-county', rootUnit: '6109', period: '2026' },
    modes: ['phone', 'keypad', 'web-token'],
    ...{ fieldworkStart: '2026-11-01', fieldworkEnd: '2026-11-30' },
  });
  await services.waves.openWave(OPERATOR, '2026');

  const numbersFile = (csv: string) => openTable({ name: 'numbers.csv', bytes: Buffer.from(csv) });

  return {
    ...services,
    ...phone,
    numbersFile,
    now: () => now,
    pass: (ms: number) => {
      now += ms;
    },
    setTime: (text: string) => {
      now = Date.parse(`${text}+08:00`);
    },

    /** Settings for desks without a carrier, changed as a test wants them. */
    setUp: (change: Partial<CampaignSetup> = {}) =>
      phone.campaigns.saveCampaign(MANAGER, '2026', { carrier: 'manual', modes: ['phone'], ...change }),

    /** Numbers `+8613900000001` … of one town. */
    async addNumbers(count: number, { unit = '610902104', from = 1 } = {}): Promise<void> {
      const rows = Array.from({ length: count }, (_, i) => `${unit},1390000${String(from + i).padStart(4, '0')}`);
      await phone.numbers.importNumbers(MANAGER, {
        wave: '2026',
        file: await numbersFile(['单位,号码', ...rows].join('\n')),
        seed: 1,
      });
    },

    /** Set up, with numbers, and running. */
    async begin(count = 1, change: Partial<CampaignSetup> = {}): Promise<void> {
      await phone.campaigns.saveCampaign(MANAGER, '2026', { carrier: 'manual', modes: ['phone'], ...change });
      await this.addNumbers(count);
      await phone.campaigns.startCampaign(MANAGER, '2026');
    },

    /** Takes the next case and says who was reached. */
    async call(actor: Actor, result: 'answered' | 'busy' | 'no-answer' = 'answered') {
      const { current } = await phone.desk.nextCase(actor, '2026');
      if (!current) throw new Error('there is no case');
      const held = { case: current.id, lease: current.lease };
      await phone.desk.dial(actor, held);
      await phone.desk.reportCall(actor, held, result);
      return held;
    },

    /** Answers everything that is asked with these keys, else with `1`; gives how it stands then. */
    async answerAll(actor: Actor, held: { case: string; lease: string }, keys: Record<string, string> = {}) {
      let { standing } = await phone.desk.goBack(actor, held, null);
      for (let i = 0; i < 40; i += 1) {
        const question = i === 0 ? 'adult' : standing.question?.code;
        if (question === undefined) break;
        const given = { question, keys: keys[question] ?? '1' };
        ({ standing } = await phone.desk.giveAnswer(actor, held, given));
      }
      return standing;
    },

    caseRow: async (id: string) => {
      const row = await stores.cases.find(connection.reader, id);
      if (!row) throw new RangeError(id);
      return row;
    },

    async audit(): Promise<string[]> {
      const rows = await stores.audit.list(connection.reader, { units: null, limit: 500 });
      return rows.map((row) => `${row.actorId} ${row.action}`).reverse();
    },

    async stop(): Promise<void> {
      await services.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
