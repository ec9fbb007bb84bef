import { DAY_KINDS, DEFAULT_RULES, type Hours } from '../core/sample/calling-rules.ts';
import { openTable } from '../intake/table-file.ts';
import type { Services } from '../main.ts';
import { OPERATOR } from '../services/actor.ts';

/** Towns of the demonstration's interviewer. */
const TOWNS = ['610902100', '610902102', '610902104'];
const NUMBERS_A_TOWN = 30;
const TARGET_A_TOWN = 10;
const SEXES = ['男', '女'];
const BANDS = ['18-29', '30-39', '40-49', '50-59', '60+'];

/** A demonstration is looked at at any hour; nobody is rung up. */
const ALWAYS = Object.fromEntries(DAY_KINDS.map((kind) => [kind, [{ from: 0, to: 24 * 60 }]])) as unknown as Hours;

/**
 * A small phone survey for the desk to be tried at once: no carrier, and numbers that cannot exist, for within an area
 * code no number begins with 1.
 */
export async function startPhoneSurvey({ phone }: Pick<Services, 'phone'>, wave: string): Promise<void> {
  const { campaigns, numbers } = phone;
  const known = await campaigns.readCampaign(OPERATOR, wave);
  if (known.state !== 'draft') return;
  await campaigns.saveCampaign(OPERATOR, wave, {
    ...{ carrier: 'manual', modes: ['phone'], targetPerTown: TARGET_A_TOWN },
    rules: { ...DEFAULT_RULES, hours: ALWAYS, regions: [], slots: [] },
  });
  const rows = TOWNS.flatMap((town, t) =>
    Array.from({ length: NUMBERS_A_TOWN }, (_, i) => {
      const tail = String(t * 1000 + i + 1).padStart(4, '0');
      return [town, `0915-100${tail}`, SEXES[i % 2], BANDS[i % BANDS.length]].join(',');
    }),
  );
  const bytes = Buffer.from(['单位,号码,性别,年龄段', ...rows].join('\n'));
  await numbers.importNumbers(OPERATOR, { wave, file: await openTable({ name: '演示号码.csv', bytes }), seed: 7 });
  await campaigns.startCampaign(OPERATOR, wave);
}
