import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { createKindService } from '../../src/services/kinds.ts';
import { createOutputService, type OutputService } from '../../src/services/outputs.ts';
import { createReachService, type ReachService } from '../../src/services/reach.ts';
import { type TestStores, withStores } from '../support/store.ts';
import { countySurvey, createWorld, refusalOf, staff, type World } from '../support/world.ts';

const COUNTY = '610902';
const TOWNS = Array.from({ length: 10 }, (_, i) => `6109021${String(i).padStart(2, '0')}`);
/** Ten towns of ten thousand, and a village in the first. */
const UNITS = `code,name,level,parent_code,population,population_source
6109,安康市,city,,100000,普查
${COUNTY},汉滨区,county,6109,100000,普查
${TOWNS.map((code, i) => `${code},第${i}镇,town,${COUNTY},10000,普查`).join('\n')}
${TOWNS[0]}201,桥头村,village,${TOWNS[0]},1000,普查
`;

describe('outputs beside what residents say', () => {
  let db: TestStores;
  let world: World;
  let outputs: OutputService;
  let reach: ReachService;
  let keys = 0;
  beforeEach(async () => {
    db = await withStores('sqlite');
    world = createWorld(db);
    await world.loadUnits(UNITS);
    await world.surveys.publishSurvey(OPERATOR, countySurvey());
    const kinds = createKindService(world.deps);
    outputs = createOutputService({ ...world.deps, kinds });
    reach = createReachService({ ...world.deps, kinds, results: world.results });
  });
  afterEach(() => db.close());

  const enter = (unit: string, kind: string, startDate: string, quantity: string, persons?: string) => {
    keys += 1;
    const reached = persons === undefined ? [] : [{ reach: 'persons', quantity: persons }];
    return outputs.addOutput(OPERATOR, { unit, clientKey: `key-${keys}`, kind, startDate, quantity, reach: reached });
  };
  /** Two waves a year apart; of each town's hundred interviews so many are aware, last year and this. */
  const survey = async (aware: (town: number) => readonly [number, number], count = 100) => {
    for (const [at, wave] of ['2025', '2026'].entries()) {
      await world.openWave(wave, { fieldworkStart: `${wave}-11-01`, fieldworkEnd: `${wave}-11-30`, modes: ['phone'] });
      await world.importPhone(
        wave,
        TOWNS.map((unit, i) => ({ unit, count, aware: aware(i)[at as 0 | 1] })),
      );
    }
  };

  test('a town with more leaflets per thousand stands beside its rate before and after', async () => {
    await survey((i) => [60, 60 + 3 * i]);
    for (const [i, town] of TOWNS.entries()) if (i > 0) await enter(town, 'leaflet', '2026-05-04', String(1000 * i));
    await enter(TOWNS[3] ?? '', 'leaflet', '2026-11-04', '9000');
    await enter(TOWNS[3] ?? '', 'leaflet', '2025-10-30', '9000');
    const view = await reach.readReach(staff('leader'), { wave: '2026', unit: COUNTY });
    expect(view.months).toEqual({ from: '2025-11', to: '2026-10' });
    expect(view.towns.map(({ unit }) => unit.code)).toEqual(TOWNS);
    expect(view.towns[3]).toMatchObject({
      ...{ amount: { value: 3000, qualifier: 'exact' }, perThousand: 300, change: 900 },
      ...{ now: { printed: 6900, base: 100 }, last: { printed: 6000 } },
    });
    // Nothing entered is not nothing done.
    expect(view.towns[0]).toMatchObject({ amount: null, perThousand: null, now: { printed: 6000 } });
    expect(view.association).toMatchObject({ outcome: 'change', towns: 9, leftOut: 1 });
    expect(view.association?.correlation.r).toBeCloseTo(1, 6);
    expect(view.association?.slope?.perOutput).toBeCloseTo(0.03 / 100, 6);
    expect(view.finding.zh).toContain('每千人宣传资料较多的镇，知晓率上升较多（相关系数1.00');
    expect(view.caution.zh).toContain('关联，不能证明效果');
    expect(view.caution.en).toContain('Association, not proof of effect');
  });

  test('where rates do not follow, it says that no association is seen', async () => {
    const change = [3, -4, 1, 5, -2, 0, 2, -5, 4, -1];
    await survey((i) => [60, 60 + (change[i] ?? 0)]);
    for (const [i, town] of TOWNS.entries()) await enter(town, 'leaflet', '2026-05-04', String(1000 + 100 * i));
    const { association, finding } = await reach.readReach(OPERATOR, { wave: '2026', unit: COUNTY });
    expect(association?.correlation.lower).toBeLessThan(0);
    expect(association?.correlation.upper).toBeGreaterThan(0);
    expect(finding.zh).toMatch(/^看不出每千人宣传资料与知晓率变化有关联/);
  });

  test('what the survey hides stays hidden here, and is left out of the association', async () => {
    await survey((i) => [i === 4 ? 5 : 60, i === 4 ? 7 : 62], 100);
    await world.openWave('2027', { fieldworkStart: '2026-11-01', fieldworkEnd: '2026-11-30', modes: ['phone'] });
    await world.importPhone(
      '2027',
      TOWNS.map((unit, i) => ({ unit, count: i < 2 ? 5 : 60, aware: i < 2 ? 5 : 30 + i })),
    );
    for (const [i, town] of TOWNS.entries()) await enter(town, 'leaflet', '2026-10-04', String(1000 + 100 * i));
    const { towns, association } = await reach.readReach(OPERATOR, { wave: '2027', unit: COUNTY });
    for (const town of towns.slice(0, 2)) {
      expect(town.now).toEqual({ status: 'suppressed', printed: null, share: null, interval: null, base: null });
      expect(town.change).toBeNull();
    }
    expect(association?.towns ?? 0).toBeLessThanOrEqual(8);
    const results = await world.results.readResults(OPERATOR, { wave: '2027', unit: COUNTY, by: 'town' });
    expect(towns.map(({ now }) => now.printed)).toEqual(
      results.rows.map(({ figures }) => figures.awareness?.estimate?.printed ?? null),
    );
  });

  test('channels that residents name stand beside what was put out through them, unit by unit of measure', async () => {
    await survey(() => [60, 60]);
    await enter(TOWNS[1] ?? '', 'talk', '2026-05-04', '3场', '200余');
    await enter(TOWNS[2] ?? '', 'show', '2026-05-04', '1场');
    await enter(TOWNS[2] ?? '', 'notice-board', '2024-05-04', '7块');
    await enter(TOWNS[2] ?? '', 'meeting', '2026-05-04', '2次');
    const view = await reach.readReach(OPERATOR, { wave: '2026', unit: COUNTY, kind: 'talk', reach: 'persons' });
    const effort = (code: string) =>
      view.channels.find(({ channel }) => channel === code)?.effort.map(({ name, amount }) => [name.zh, amount.value]);
    expect(effort('talk-show')).toEqual([
      ['宣讲活动', 3],
      ['文艺演出', 1],
    ]);
    expect(effort('board-banner')).toEqual([['宣传栏', 7]]);
    expect(effort('family')).toEqual([]);
    expect(view.channels.find(({ channel }) => channel === 'family')).toMatchObject({
      title: { zh: '家人、亲友、邻居' },
    });
    expect(view.chosen).toMatchObject({ name: { zh: '宣讲活动参与人次' }, unit: { zh: '人次' } });
    expect(view.towns[1]).toMatchObject({ amount: { value: 200, qualifier: 'at-least' }, perThousand: 20 });
    expect(view.association).toBeNull();
  });

  test('a town sees itself; other units and roles without results are refused', async () => {
    await survey(() => [60, 66]);
    const town = TOWNS[1] ?? '';
    const actor = { ...staff('publicity', '610902104'), unitCode: town, unitPath: `/6109/${COUNTY}/${town}/` };
    await enter(town, 'leaflet', '2026-05-04', '500');
    const view = await reach.readReach(actor, { wave: '2026' });
    expect([view.unit.code, view.towns, view.total.perThousand]).toEqual([town, [], 50]);
    expect(await refusalOf(reach.readReach(actor, { wave: '2026', unit: COUNTY }))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(reach.readReach(staff('interviewer'), { wave: '2026' }))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(reach.readReach(OPERATOR, { wave: '2026', indicator: 'nothing' }))).toBe('NOT_FOUND');
    expect(await refusalOf(reach.readReach(OPERATOR, { wave: '2026', kind: 'nothing' }))).toBe('OUTPUT_KIND');
  });
});
