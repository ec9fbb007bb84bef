import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sumCells } from '../../src/core/publicity/sums.ts';
import { totalOf } from '../../src/core/publicity/totals.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { createKindService } from '../../src/services/kinds.ts';
import { createOutputService, type NewOutput, type OutputService } from '../../src/services/outputs.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';
import { createWorld, refusalOf, staff, type World } from '../support/world.ts';

const WULI = '610902104';

describe.each(DIALECTS)('changing many entries at once on %s', (dialect) => {
  let db: TestStores;
  let world: World;
  let outputs: OutputService;
  beforeEach(async () => {
    db = await withStores(dialect);
    world = createWorld(db);
    await world.loadUnits();
    outputs = createOutputService({ ...world.deps, kinds: createKindService(world.deps) });
  });
  afterEach(() => db.close());

  const town = staff('publicity', WULI);
  const county = staff('reviewer', '610902');
  const add = (clientKey: string, over: Partial<NewOutput> = {}) =>
    outputs.addOutput(town, {
      ...{ unit: WULI, clientKey, kind: 'leaflet', startDate: '2026-10-05', quantity: '10万余', place: '集市' },
      ...over,
    });
  const total = async (kind: string, month: string) => {
    const sums = await world.stores.outputs.listSums(world.connection.reader);
    const own = sums.filter((one) => one.unitCode === '6109' && one.kind === kind && one.month === month);
    return totalOf(sumCells(own.filter(({ what }) => what === '')));
  };
  const isSound = async () => (await outputs.recountLedger(OPERATOR, { write: false })).differing === 0;

  test('what is named changes, with its counters; the rest stays, and each history says so', async () => {
    const one = await add('first', { reach: [{ reach: 'persons', quantity: '近300', asOf: '2026-10-06' }] });
    const days = await add('second', { endDate: '2026-10-07', quantity: '200' });
    const edited = await outputs.editOutputs(town, [one.id, days.id], {
      change: { startDate: '2026-09-30', note: '补' },
    });
    expect(edited.map((row) => [row.startDate, row.endDate, row.note, row.place, row.quantity.text])).toEqual([
      ['2026-09-30', '2026-09-30', '补', '集市', '10万余'],
      ['2026-09-30', '2026-10-07', '补', '集市', '200'],
    ]);
    expect(edited[0]?.reach).toMatchObject([{ reach: 'persons', quantity: { value: 300 }, asOf: '2026-10-06' }]);
    expect(await total('leaflet', '2026-10')).toBeNull();
    expect(await total('leaflet', '2026-09')).toMatchObject({ value: 100_200, qualifier: 'at-least', entries: 2 });
    expect(await isSound()).toBe(true);
    const [change, first] = await outputs.readHistory(county, one.id);
    expect([change?.action, first?.action]).toEqual(['output.change', 'output.add']);
    expect(change).toMatchObject({
      by: `publicity ${WULI}`,
      details: { before: { startDate: '2026-10-05', note: '' }, after: { startDate: '2026-09-30', note: '补' } },
    });
  });

  test('all change or none does', async () => {
    const good = await add('first');
    const other = await add('second', { quantity: '5份' });
    const change = { kind: 'banner' };
    expect(await refusalOf(outputs.editOutputs(town, [good.id, other.id], { change }))).toBe('OUTPUT_UNIT');
    expect((await outputs.readOutput(town, good.id)).kind).toBe('leaflet');
    const gone = await outputs.withdrawOutput(town, other.id, { version: 1, reason: '录错' });
    expect(await refusalOf(outputs.editOutputs(town, [good.id, gone.id], { change: { note: 'x' } }))).toBe(
      'OUTPUT_STATE',
    );
    expect((await outputs.readOutput(town, good.id)).version).toBe(1);
    expect(await isSound()).toBe(true);
  });

  test('a closed month asks for a reason, and who closed it is shown to the units below', async () => {
    const entry = await add('first');
    await outputs.closeMonth(county, { unit: '610902', month: '2026-10' });
    expect(await outputs.listClosings(town, { unit: WULI, year: '2026' })).toMatchObject([
      { unitCode: '610902', month: '2026-10' },
    ]);
    expect(await outputs.listClosings(town, { unit: WULI, year: '2025' })).toEqual([]);
    const edit = { change: { note: '补' } };
    expect(await refusalOf(outputs.editOutputs(town, [entry.id], edit))).toBe('OUTPUT_MONTH_CLOSED');
    const [changed] = await outputs.editOutputs(town, [entry.id], { ...edit, reason: '核对后补充' });
    expect(changed).toMatchObject({ note: '补', correctionReason: '核对后补充' });
  });

  test('what was merged into an entry counts again when that one is withdrawn or returned', async () => {
    const [first, second] = [await add('first', { quantity: '300' }), await add('second', { quantity: '300' })];
    await outputs.mergeOutputs(county, second.id, first.id);
    expect(await total('leaflet', '2026-10')).toMatchObject({ value: 300, entries: 1 });
    await outputs.withdrawOutput(town, first.id, { version: 1, reason: '录错' });
    expect(await outputs.readOutput(town, second.id)).toMatchObject({ state: 'submitted', mergedInto: null });
    expect(await total('leaflet', '2026-10')).toMatchObject({ value: 300, entries: 1 });
    const third = await add('third', { quantity: '300' });
    await outputs.mergeOutputs(county, third.id, second.id);
    const held = await outputs.readOutput(county, second.id);
    await outputs.returnOutput(county, second.id, { version: held.version, reason: '请补充' });
    expect((await outputs.readOutput(town, third.id)).state).toBe('submitted');
    expect(await total('leaflet', '2026-10')).toMatchObject({ value: 300, entries: 1 });
    expect(await isSound()).toBe(true);
  });

  test('others’ entries are neither changed nor read', async () => {
    const entry = await add('first');
    const foreign = staff('reviewer', '610924');
    expect(await refusalOf(outputs.editOutputs(foreign, [entry.id], { change: { note: 'x' } }))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(outputs.readHistory(foreign, entry.id))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(outputs.listClosings(foreign, { unit: WULI, year: '2026' }))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(outputs.editOutputs(staff('leader'), [entry.id], { change: {} }))).toBe('ROLE_FORBIDDEN');
  });

  test('a merger undone gives what stayed its own level back, also when that one is withdrawn', async () => {
    const piece = { kind: 'media-piece', quantity: '1', title: '百场宣讲进院坝，扫黑除恶入人心' };
    const own = await add('own-piece', { ...piece, mediaLevel: 'county' });
    const repost = await add('repost', { ...piece, mediaLevel: 'province' });
    const levels = async () =>
      Promise.all([own.id, repost.id].map(async (id) => (await outputs.readOutput(county, id)).mediaLevel));
    await outputs.mergeOutputs(county, repost.id, own.id);
    expect(await levels()).toEqual(['province', 'province']);
    await outputs.restoreOutput(county, repost.id, { version: 2 });
    expect(await levels()).toEqual(['county', 'province']);
    await outputs.mergeOutputs(county, repost.id, own.id);
    const { version } = await outputs.readOutput(county, own.id);
    await outputs.withdrawOutput(town, own.id, { version, reason: '录错' });
    expect(await levels()).toEqual(['county', 'province']);
    expect(await isSound()).toBe(true);
  });

  const clearLog = () => db.connection.transaction((tx) => tx.delete(db.connection.tables.audit));

  test.each([
    ['the first one first', 0, 1, ['province', 'county']],
    ['the second one first', 1, 0, ['city', 'county']],
  ] as const)(
    'of two reposts taken back, %s, each step gives the right level, without the log',
    async (_, a, b, then) => {
      const piece = { kind: 'media-piece', quantity: '1', title: '百场宣讲进院坝，扫黑除恶入人心' };
      const own = await add('own', { ...piece, mediaLevel: 'county' });
      const reposts = [
        await add('city', { ...piece, mediaLevel: 'city' }),
        await add('province', { ...piece, mediaLevel: 'province' }),
      ];
      for (const { id } of reposts) await outputs.mergeOutputs(county, id, own.id);
      await clearLog();
      const levels = [];
      for (const at of [a, b]) {
        await outputs.restoreOutput(county, reposts[at]?.id ?? '', { version: 2 });
        const { mediaLevel, ownLevel } = await outputs.readOutput(county, own.id);
        expect(ownLevel).toBe('county');
        levels.push(mediaLevel);
      }
      expect(levels).toEqual(then);
      expect(await isSound()).toBe(true);
    },
  );

  test('what is changed while a repost counts in it keeps its own level, and counts at the higher one', async () => {
    const piece = { kind: 'media-piece', quantity: '1', title: '百场宣讲进院坝，扫黑除恶入人心' };
    const own = await add('raised', { ...piece, mediaLevel: 'county' });
    const repost = await add('higher', { ...piece, mediaLevel: 'province' });
    const { id, version } = await outputs.mergeOutputs(county, repost.id, own.id);
    const edited = await outputs.changeOutput(town, id, {
      ...{ ...piece, startDate: '2026-10-05', mediaLevel: 'city', version },
    });
    expect([edited.ownLevel, edited.mediaLevel]).toEqual(['city', 'province']);
    await outputs.editOutputs(town, [id], { change: { note: '补' } });
    await outputs.restoreOutput(county, repost.id, { version: 2 });
    expect(await outputs.readOutput(county, id)).toMatchObject({ mediaLevel: 'city', ownLevel: 'city', note: '补' });
    expect(await isSound()).toBe(true);
  });

  test('a repost of a repost raises all above it, and takes them down again', async () => {
    const piece = { kind: 'media-piece', quantity: '1', title: '百场宣讲进院坝，扫黑除恶入人心' };
    const levels: readonly string[] = ['town', 'county', 'province'];
    const [first, second, third] = await Promise.all(
      levels.map((mediaLevel) => add(`chain-${mediaLevel}`, { ...piece, mediaLevel })),
    );
    await outputs.mergeOutputs(county, third?.id ?? '', second?.id ?? '');
    await outputs.mergeOutputs(county, second?.id ?? '', first?.id ?? '');
    expect(await outputs.readOutput(county, first?.id ?? '')).toMatchObject({ mediaLevel: 'province' });
    await outputs.restoreOutput(county, third?.id ?? '', { version: 2 });
    expect(await outputs.readOutput(county, first?.id ?? '')).toMatchObject({ mediaLevel: 'county', ownLevel: 'town' });
    expect(await isSound()).toBe(true);
  });

  test('what is put back is again what it was: waiting, returned or accepted', async () => {
    const [waiting, returned, accepted] = [await add('waits'), await add('returned'), await add('accepted')];
    await outputs.returnOutput(county, returned.id, { version: 1, reason: '请补充' });
    await outputs.acceptOutputs(county, [accepted.id]);
    const target = await add('target');
    const states = async () =>
      Promise.all(
        [waiting.id, returned.id, accepted.id].map(async (id) => (await outputs.readOutput(county, id)).state),
      );
    const each = async (act: (id: string, version: number) => Promise<unknown>) => {
      for (const { id } of [waiting, returned, accepted]) {
        await act(id, (await outputs.readOutput(county, id)).version);
      }
    };
    await each((id, version) => outputs.withdrawOutput(county, id, { version, reason: '登错' }));
    expect(await states()).toEqual(['withdrawn', 'withdrawn', 'withdrawn']);
    await clearLog();
    await each((id, version) => outputs.restoreOutput(town, id, { version }));
    expect(await states()).toEqual(['submitted', 'returned', 'accepted']);
    expect(await outputs.readOutput(town, returned.id)).toMatchObject({ returnReason: '请补充' });
    await each((id) => outputs.mergeOutputs(county, id, target.id));
    const gone = await outputs.withdrawOutput(county, target.id, { version: 1, reason: '登错' });
    expect(await states()).toEqual(['submitted', 'returned', 'accepted']);
    expect(await outputs.restoreOutput(county, target.id, gone)).toMatchObject({ state: 'submitted' });
    expect(await isSound()).toBe(true);
  });

  test('in a closed month a merger and its undoing are corrections with a reason too', async () => {
    const [one, two] = [await add('one-of-two'), await add('two-of-two')];
    await outputs.closeMonth(county, { unit: WULI, month: '2026-10' });
    expect(await refusalOf(outputs.mergeOutputs(county, two.id, one.id))).toBe('OUTPUT_MONTH_CLOSED');
    await outputs.mergeOutputs(county, two.id, one.id, '与村里重复');
    expect(await total('leaflet', '2026-10')).toMatchObject({ entries: 1 });
    expect(await refusalOf(outputs.restoreOutput(county, two.id, { version: 2 }))).toBe('OUTPUT_MONTH_CLOSED');
    await outputs.restoreOutput(county, two.id, { version: 2, reason: '不是一回事' });
    expect(await total('leaflet', '2026-10')).toMatchObject({ entries: 2 });
    const [restored, merged] = await outputs.readHistory(county, two.id);
    expect([restored?.details.reason, merged?.details.reason]).toEqual(['不是一回事', '与村里重复']);
    expect(await isSound()).toBe(true);
  });

  test('two that were judged not to be the same are proposed again only when that is taken back', async () => {
    const [one, two] = [await add('pair-one', { quantity: '200' }), await add('pair-two', { quantity: '200' })];
    const proposed = async () => (await outputs.listProposals(county, { unit: '610902', month: '2026-10' })).length;
    expect(await proposed()).toBe(1);
    await outputs.judgePair(county, { a: two.id, b: one.id }, false);
    expect(await proposed()).toBe(0);
    await outputs.judgePair(county, { a: one.id, b: two.id }, false);
    await clearLog();
    expect(await proposed()).toBe(0);
    await outputs.judgePair(county, { a: one.id, b: two.id }, true);
    expect(await proposed()).toBe(1);
    expect(await refusalOf(outputs.judgePair(town, { a: one.id, b: two.id }, false))).toBe('ROLE_FORBIDDEN');
    const foreign = staff('reviewer', '610924');
    expect(await refusalOf(outputs.judgePair(foreign, { a: one.id, b: two.id }, false))).toBe('OUT_OF_SCOPE');
  });

  test('one piece in the newspaper and on WeChat is one; a banner is none', async () => {
    const title = '百场宣讲进院坝，扫黑除恶入人心';
    const paper = await add('paper', { kind: 'media-piece', quantity: '1', title });
    const post = await add('post', { kind: 'post', quantity: '1', title });
    const banner = await add('banner', { kind: 'banner', quantity: '1', title });
    expect(await refusalOf(outputs.mergeOutputs(county, banner.id, paper.id))).toBe('OUTPUT_MERGE_SELF');
    await outputs.mergeOutputs(county, post.id, paper.id);
    expect([await total('media-piece', '2026-10'), await total('post', '2026-10')]).toMatchObject([{ value: 1 }, null]);
    expect(await isSound()).toBe(true);
  });

  test('the same entry sent twice at the same moment is one', async () => {
    const [one, two] = await Promise.all([add('same-moment'), add('same-moment')]);
    expect(two.id).toBe(one.id);
    expect(await isSound()).toBe(true);
  });
});
