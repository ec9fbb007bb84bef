import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { createKindService } from '../../src/services/kinds.ts';
import { createMarkService, type MarkService } from '../../src/services/ledger-marks.ts';
import { createMediaAccountService, type MediaAccountService } from '../../src/services/media-accounts.ts';
import { createOutputService, type NewOutput, type OutputService } from '../../src/services/outputs.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';
import { createWorld, refusalOf, staff, type World } from '../support/world.ts';

const COUNTY = '610902';
const TOWNS = Array.from({ length: 10 }, (_, i) => `6109021${String(i).padStart(2, '0')}`);
const [FIRST = '', SECOND = '', THIRD = ''] = TOWNS;
/** Ten towns of ten thousand; a village in the first, a number of villages for the first two. */
const UNITS = `code,name,level,parent_code,population,population_source,村社区数
6109,安康市,city,,100000,普查,
${COUNTY},汉滨区,county,6109,100000,普查,
${TOWNS.map((code, i) => `${code},第${i}镇,town,${COUNTY},10000,普查,${i < 2 ? 20 : ''}`).join('\n')}
${FIRST}201,桥头村,village,${FIRST},1000,普查,
`;

describe.each(DIALECTS)('figures for a look on %s', (dialect) => {
  let db: TestStores;
  let world: World;
  let outputs: OutputService;
  let accounts: MediaAccountService;
  let marks: MarkService;
  let keys = 0;
  beforeEach(async () => {
    db = await withStores(dialect);
    world = createWorld(db);
    await world.loadUnits(UNITS);
    const kinds = createKindService(world.deps);
    outputs = createOutputService({ ...world.deps, kinds });
    accounts = createMediaAccountService(world.deps);
    marks = createMarkService({ ...world.deps, kinds, accounts });
  });
  afterEach(() => db.close());

  const enter = (unit: string, kind: string, quantity: string, over: Partial<NewOutput> = {}) => {
    keys += 1;
    return outputs.addOutput(OPERATOR, {
      ...{ unit, clientKey: `key-${keys}`, kind, startDate: '2026-10-04', quantity },
      ...over,
    });
  };
  const found = () => marks.listMarks(staff('leader'), { unit: COUNTY, month: '2026-10' });
  const wechat = { unit: COUNTY, platform: 'wechat', name: '平利县法院', aliases: [] } as const;
  const reads = (quantity: string, asOf?: string) => [{ reach: 'reads', quantity, asOf }];

  test('copies are held against residents, talks against villages or the number of them', async () => {
    for (const [i, town] of TOWNS.entries()) await enter(town, 'leaflet', i === 5 ? '4万余' : String(900 + i));
    await enter(FIRST, 'talk', '60场');
    await enter(SECOND, 'talk', '500场');
    await enter(THIRD, 'talk', '500场');
    const { marks: list, unjudged } = await found();
    expect(list.map(({ unit, check, reason, sentence }) => [unit.name, check, reason, sentence.zh])).toEqual([
      [
        ...['第5镇', 'copies-per-resident', 'limit'],
        '2026-10共至少40,000份；常住人口10,000人；平均每位居民4.0份。标出的规则：一个月里平均每位居民超过3份。',
      ],
      [
        ...['第0镇', 'talks-per-village', 'limit'],
        // The village that is a unit counts before the number that was given.
        '2026-10共60场；村（社区）1个；平均每个村（社区）60场。标出的规则：一个月里平均每个村（社区）超过22场。',
      ],
      [
        ...['第1镇', 'talks-per-village', 'limit'],
        '2026-10共500场；村（社区）20个；平均每个村（社区）25场。标出的规则：一个月里平均每个村（社区）超过22场。',
      ],
    ]);
    // The third town says nothing of its villages: no figure, no finding.
    expect(unjudged).toEqual({ 'copies-per-resident': 0, 'talks-per-village': 1, 'reads-per-follower': 0 });
  });

  test('reads are held against the newest followers at their day, and the finding says both with their days', async () => {
    const { id } = await accounts.addAccount(OPERATOR, wechat);
    const note = (day: string, quantity: string) => accounts.noteFollowers(OPERATOR, id, { day, quantity });
    await note('2026-09-01', '300');
    await note('2026-10-05', '500人');
    await note('2026-10-31', '10万+');
    const post = (title: string, quantity: string, asOf: string, outlet = '平利县法院 微信公众号', n = '1') =>
      enter(FIRST, 'post', n, { title, outlet, reach: reads(quantity, asOf) });
    await post('十月五日', '6万', '2026-10-05');
    await post('十月四日', '4万', '2026-10-04');
    await post('都不多', '2000', '2026-10-31');
    await post('很多篇', '6万', '2026-10-05', '平利县法院', '30');
    await post('更早', '6万', '2026-08-31');
    await post('别处', '6万', '2026-10-05', '安康日报');
    const { marks: list, unjudged } = await found();
    expect(list.map(({ piece, sentence }) => [piece?.title, sentence])).toEqual([
      [
        '十月五日',
        {
          zh: '阅读量6万（截至2026-10-05）；“平利县法院（微信公众号）”的粉丝500人（2026-10-05）；平均每篇是粉丝数的120倍。标出的规则：平均每篇的阅读量超过粉丝数的100倍。',
          en: 'Reads 6万 (as of 2026-10-05); 500人 followers of “平利县法院（微信公众号）” (2026-10-05); 120 times the followers for each piece. Marked by the rule: more than 100 reads of a piece per follower.',
        },
      ],
      ['十月四日', expect.objectContaining({ zh: expect.stringContaining('粉丝300（2026-09-01）') })],
    ]);
    expect(unjudged['reads-per-follower']).toBe(2);
  });

  test('a lower limit of followers is said to be one', async () => {
    const { id } = await accounts.addAccount(OPERATOR, { ...wechat, unit: FIRST });
    await accounts.noteFollowers(OPERATOR, id, { day: '2026-10-01', quantity: '1千多' });
    await enter(FIRST, 'post', '1', { title: '文章', outlet: '平利县法院', reach: reads('100万+') });
    const [mark] = (await found()).marks;
    expect(mark?.sentence.zh).toContain(
      '阅读量100万+（截至2026-10-04）；“平利县法院（微信公众号）”的粉丝1千多（2026-10-01），只知道下限；',
    );
  });

  test('which of two is not guessed: the platform tells, or the unit’s own account', async () => {
    const county = await accounts.addAccount(OPERATOR, wechat);
    const video = await accounts.addAccount(OPERATOR, { ...wechat, platform: 'douyin', aliases: ['平法君'] });
    for (const { id } of [county, video]) {
      await accounts.noteFollowers(OPERATOR, id, { day: '2026-10-01', quantity: '10' });
    }
    const post = (outlet: string) => enter(FIRST, 'post', '1', { title: outlet, outlet, reach: reads('2万') });
    for (const outlet of ['平利县法院', '平利县法院（抖音）', '“平法君”', '微信公众号：平利县法院']) await post(outlet);
    expect((await found()).marks.map(({ piece }) => piece?.title)).toEqual([
      ...['平利县法院（抖音）', '“平法君”', '微信公众号：平利县法院'],
    ]);
    const own = await accounts.addAccount(OPERATOR, { ...wechat, unit: FIRST });
    await accounts.noteFollowers(OPERATOR, own.id, { day: '2026-10-01', quantity: '10' });
    expect((await found()).marks).toHaveLength(4);
  });

  test('an account is kept by its unit, seen by those below, and free again once it has ended', async () => {
    const town = { ...staff('publicity', COUNTY), unitCode: FIRST, unitPath: `/6109/${COUNTY}/${FIRST}/` };
    const { id } = await accounts.addAccount(OPERATOR, wechat);
    const seen = async () =>
      (await accounts.listAccounts(town)).map(({ label, isOwn, aliases, endedOn }) => [label, isOwn, aliases, endedOn]);
    expect(await seen()).toEqual([['平利县法院（微信公众号）', false, [], null]]);
    expect(await refusalOf(accounts.addAccount(town, wechat))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(accounts.noteFollowers(town, id, { day: '2026-10-01', quantity: '5' }))).toBe(
      'OUT_OF_SCOPE',
    );
    expect(await refusalOf(accounts.listAccounts(staff('interviewer', COUNTY)))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(accounts.addAccount(staff('leader'), wechat))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(accounts.addAccount(OPERATOR, { ...wechat, name: '平利县 法院' }))).toBe('ACCOUNT_TAKEN');
    expect(await refusalOf(accounts.addAccount(OPERATOR, { ...wechat, name: ' ' }))).toBe('FIELD_EMPTY');
    expect(await refusalOf(accounts.addAccount(OPERATOR, { ...wechat, name: '长'.repeat(61) }))).toBe('FIELD_TOO_LONG');
    await accounts.changeAccount(OPERATOR, id, { ...wechat, name: '平利法院', version: 1 });
    expect(await seen()).toEqual([['平利法院（微信公众号）', false, ['平利县法院'], null]]);
    expect(await refusalOf(accounts.changeAccount(OPERATOR, id, { ...wechat, version: 1 }))).toBe('OUTPUT_CHANGED');
    await accounts.endAccount(OPERATOR, id, { endedOn: '2026-10-01', version: 2 });
    const next = await accounts.addAccount(OPERATOR, wechat);
    expect(await refusalOf(accounts.endAccount(OPERATOR, id, { endedOn: null, version: 3 }))).toBe('ACCOUNT_TAKEN');
    await accounts.endAccount(OPERATOR, next.id, { endedOn: '2026-10-02', version: 1 });
    await accounts.endAccount(OPERATOR, id, { endedOn: null, version: 3 });
    expect((await seen()).map(([label, , , endedOn]) => [label, endedOn])).toEqual([
      ['平利县法院（微信公众号）', '2026-10-02'],
      ['平利法院（微信公众号）', null],
    ]);
  });

  test.each(['十来个', '-3', '每天3', '3.5', '10¹²', '500份', ''])('%o is no number of followers', async (quantity) => {
    const { id } = await accounts.addAccount(OPERATOR, wechat);
    expect(await refusalOf(accounts.noteFollowers(OPERATOR, id, { day: '2026-10-01', quantity }))).toBe(
      'FOLLOWERS_BAD',
    );
  });

  test('a figure of a day is replaced, and can be taken back; days to come are refused', async () => {
    const { id } = await accounts.addAccount(OPERATOR, wechat);
    const note = (day: string, quantity: string) => accounts.noteFollowers(OPERATOR, id, { day, quantity });
    await note('2026-10-02', '1.2万');
    await note('2026-10-01', '1万');
    await note('2026-10-02', '1.3万');
    const figures = async () =>
      (await accounts.listAccounts(OPERATOR))[0]?.followers.map(({ day, quantity }) => [day, quantity.text]);
    expect(await figures()).toEqual([
      ['2026-10-01', '1万'],
      ['2026-10-02', '1.3万'],
    ]);
    await accounts.removeFollowers(OPERATOR, id, '2026-10-02');
    expect(await figures()).toEqual([['2026-10-01', '1万']]);
    expect(await refusalOf(note('2999-01-01', '5'))).toBe('OUTPUT_DATE_RANGE');
    expect(await refusalOf(note('昨天', '5'))).toBe('OUTPUT_DATE_BAD');
  });
});
