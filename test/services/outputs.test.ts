import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Kind } from '../../src/core/publicity/kinds.ts';
import { sumCells } from '../../src/core/publicity/sums.ts';
import { totalOf } from '../../src/core/publicity/totals.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { createKindService } from '../../src/services/kinds.ts';
import { createOutputService, type NewOutput, type OutputService } from '../../src/services/outputs.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';
import { createWorld, refusalOf, staff, type World } from '../support/world.ts';

const WULI = '610902104';

describe.each(DIALECTS)('the publicity ledger on %s', (dialect) => {
  let db: TestStores;
  let world: World;
  let outputs: OutputService;
  beforeEach(async () => {
    db = await withStores(dialect);
    world = createWorld(db);
    await world.loadUnits();
    const kinds = createKindService(world.deps);
    outputs = createOutputService({ ...world.deps, kinds });
  });
  afterEach(() => db.close());

  const town = staff('publicity', WULI);
  const county = staff('reviewer', '610902');
  let keys = 0;
  const leaflet = (over: Partial<NewOutput> = {}): NewOutput => {
    keys += 1;
    return { unit: WULI, clientKey: `k${keys}`, kind: 'leaflet', startDate: '2026-11-02', quantity: '500份', ...over };
  };
  const totals = async (kind: string, what = '') => {
    const { ever } = await world.stores.outputs.readSums(world.connection.reader, {
      ...{ units: ['6109'], stock: [], windows: { ever: { from: '', to: '9999' } } },
    });
    return totalOf(sumCells(ever.filter((one) => one.kind === kind && one.what === what)));
  };
  const audits = async (id: string) =>
    (await world.stores.audit.list(world.connection.reader, { units: null, limit: 50 }))
      .filter(({ objectId }) => objectId === id)
      .map(({ action }) => action);
  const isSound = async () => (await outputs.recountLedger(OPERATOR, { write: false })).differing === 0;

  test('an entry is written once however often it is sent, with its number as it was written', async () => {
    const input = leaflet({ quantity: '10万余份', reach: [{ reach: 'persons', quantity: '近300' }] });
    const first = await outputs.addOutput(town, input);
    const again = await outputs.addOutput(town, input);
    expect(again.id).toBe(first.id);
    expect(first).toMatchObject({
      state: 'submitted',
      unit: { name: '五里镇' },
      quantity: { text: '10万余份', value: 100_000 },
    });
    expect(await totals('leaflet')).toEqual({ value: 100_000, qualifier: 'at-least', entries: 1, uncounted: 0 });
    expect(await totals('leaflet', 'persons')).toMatchObject({ value: 300, qualifier: 'about' });
    expect(await isSound()).toBe(true);
  });

  test('a reviewer takes an acceptance and a return back, and nobody else may', async () => {
    const [one, two] = [await outputs.addOutput(town, leaflet()), await outputs.addOutput(town, leaflet())];
    await outputs.acceptOutputs(county, [one.id]);
    await outputs.returnOutput(county, two.id, { version: two.version, reason: '请写明地点' });
    expect(await totals('leaflet')).toMatchObject({ entries: 1 });
    expect(await refusalOf(outputs.reopenOutputs(town, [one.id]))).toBe('ROLE_FORBIDDEN');
    const elsewhere = staff('reviewer', '610924');
    expect(await refusalOf(outputs.reopenOutputs(elsewhere, [one.id]))).toBe('OUT_OF_SCOPE');
    expect(await outputs.reopenOutputs(county, [one.id, two.id])).toEqual({ reopened: 2 });
    expect(await outputs.reopenOutputs(county, [one.id, two.id])).toEqual({ reopened: 0 });
    expect(await outputs.readOutput(county, two.id)).toMatchObject({ state: 'submitted', returnReason: null });
    expect(await totals('leaflet')).toMatchObject({ entries: 2 });
    expect(await audits(one.id)).toContain('output.reopen');
    expect(await isSound()).toBe(true);
  });

  test('the calendar counts the entries that begin on each day, within the reader’s units', async () => {
    await outputs.addOutput(town, leaflet());
    await outputs.addOutput(town, leaflet({ endDate: '2026-11-04' }));
    await outputs.addOutput(town, leaflet({ startDate: '2026-10-31' }));
    const gone = await outputs.addOutput(town, leaflet({ startDate: '2026-11-09' }));
    await outputs.withdrawOutput(town, gone.id, { version: gone.version, reason: '登错' });
    const month = { month: '2026-11' };
    expect(await outputs.countDays(county, month)).toEqual([
      { day: '2026-11-02', entries: 2 },
      { day: '2026-11-09', entries: 1 },
    ]);
    expect(await outputs.countDays(county, { ...month, states: ['submitted'] })).toEqual([
      { day: '2026-11-02', entries: 2 },
    ]);
    expect(await outputs.countDays(staff('reviewer', '610924'), month)).toEqual([]);
    expect(await refusalOf(outputs.countDays(staff('interviewer', WULI), month))).toBe('ROLE_FORBIDDEN');
  });

  test('somebody else’s key is another entry', async () => {
    const input = leaflet();
    const first = await outputs.addOutput(town, input);
    expect((await outputs.addOutput(county, input)).id).not.toBe(first.id);
  });

  test('a change moves the totals and keeps its history; who comes second is told', async () => {
    const entry = await outputs.addOutput(town, leaflet());
    const input = { ...leaflet({ quantity: '700' }), version: entry.version };
    const changed = await outputs.changeOutput(town, entry.id, input);
    expect(changed.version).toBe(2);
    expect(await totals('leaflet')).toMatchObject({ value: 700, entries: 1 });
    expect(await refusalOf(outputs.changeOutput(town, entry.id, input))).toBe('OUTPUT_CHANGED');
    expect(await isSound()).toBe(true);
  });

  test('a returned entry is in no total until it is handed in again', async () => {
    const entry = await outputs.addOutput(town, leaflet());
    const returned = await outputs.returnOutput(county, entry.id, { version: 1, reason: '请补充发放地点' });
    expect(returned).toMatchObject({ state: 'returned', returnReason: '请补充发放地点' });
    expect(await totals('leaflet')).toBeNull();
    const again = await outputs.changeOutput(town, entry.id, { ...leaflet({ place: '集市' }), version: 2 });
    expect(again).toMatchObject({ state: 'submitted', returnReason: null, place: '集市' });
    expect(await totals('leaflet')).toMatchObject({ value: 500 });
    expect(await isSound()).toBe(true);
  });

  test('a withdrawn entry can be put back', async () => {
    const entry = await outputs.addOutput(town, leaflet());
    const gone = await outputs.withdrawOutput(town, entry.id, { version: 1, reason: '录错' });
    expect(await totals('leaflet')).toBeNull();
    await outputs.restoreOutput(town, entry.id, { version: gone.version });
    expect(await totals('leaflet')).toMatchObject({ value: 500, entries: 1 });
  });

  test('a merged repost counts once, at its highest level', async () => {
    const piece = { kind: 'media-piece', quantity: '1', title: '百场宣讲进院坝，扫黑除恶入人心' };
    const own = await outputs.addOutput(town, leaflet({ ...piece, mediaLevel: 'town' }));
    const repost = await outputs.addOutput(
      county,
      leaflet({ ...piece, mediaLevel: 'province', startDate: '2026-11-04' }),
    );
    const [proposal] = await outputs.listProposals(county, { unit: '610902', month: '2026-11' });
    expect(proposal).toMatchObject({ reasons: ['same-title'], first: { id: expect.any(String) } });
    const kept = await outputs.mergeOutputs(county, repost.id, own.id);
    expect(kept.mediaLevel).toBe('province');
    expect(await totals('media-piece')).toMatchObject({ value: 1, entries: 1 });
    expect(await outputs.listProposals(county, { unit: '610902', month: '2026-11' })).toEqual([]);
    expect(await isSound()).toBe(true);
  });

  test('of what stands, the latest count at each place is the total', async () => {
    const board = (place: string, startDate: string, quantity: string) =>
      outputs.addOutput(town, leaflet({ kind: 'notice-board', place, startDate, quantity }));
    const early = await board('桥头村', '2026-11-01', '4');
    await board('桥头村', '2026-11-05', '6');
    await board('河湾村', '2026-11-03', '2');
    expect(await totals('notice-board')).toMatchObject({ value: 8, entries: 2 });
    await outputs.withdrawOutput(town, early.id, { version: 1, reason: '重复' });
    expect(await totals('notice-board')).toMatchObject({ value: 8, entries: 2 });
    expect(await isSound()).toBe(true);
  });

  test('counts of one place at the same moment add up, and so do corrections', async () => {
    const board = (n: number): Promise<{ readonly id: string }> =>
      outputs.addOutput(town, leaflet({ kind: 'notice-board', place: '集市', quantity: `${n}块` }));
    const entries = await Promise.all([1, 2, 3, 4, 5, 6].map(board));
    expect(await totals('notice-board')).toMatchObject({ value: 21 });
    expect(await isSound()).toBe(true);
    await Promise.all(
      entries.map(({ id }, n) =>
        outputs.changeOutput(town, id, {
          ...leaflet({ kind: 'notice-board', place: n % 2 ? '集市' : '村口', startDate: '2026-11-01' }),
          ...{ quantity: '10块', version: 1 },
        }),
      ),
    );
    expect(await totals('notice-board')).toMatchObject({ value: 60 });
    expect(await isSound()).toBe(true);
  });

  test('a closed month takes corrections only with a reason, whoever of the units above closed it', async () => {
    const entry = await outputs.addOutput(town, leaflet({ startDate: '2026-10-20' }));
    await outputs.closeMonth(county, { unit: '610902', month: '2026-10' });
    expect(await refusalOf(outputs.addOutput(town, leaflet({ startDate: '2026-10-21' })))).toBe('OUTPUT_MONTH_CLOSED');
    const change = { ...leaflet({ startDate: '2026-10-20', quantity: '450' }), version: 1 };
    expect(await refusalOf(outputs.changeOutput(town, entry.id, change))).toBe('OUTPUT_MONTH_CLOSED');
    const corrected = await outputs.changeOutput(town, entry.id, { ...change, reason: '清点后更正' });
    expect(corrected).toMatchObject({ correctionReason: '清点后更正', quantity: { value: 450 } });
    await outputs.reopenMonth(county, { unit: '610902', month: '2026-10', reason: '补录' });
    await outputs.addOutput(town, leaflet({ startDate: '2026-10-21' }));
  });

  test('each reads and writes in their own subtree only', async () => {
    const entry = await outputs.addOutput(town, leaflet());
    await outputs.addOutput(staff('publicity'), leaflet({ unit: '610924101' }));
    const other = staff('reviewer', '610924');
    expect(await refusalOf(outputs.addOutput(town, leaflet({ unit: '610924101' })))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(outputs.readOutput(other, entry.id))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(outputs.returnOutput(other, entry.id, { version: 1, reason: '。' }))).toBe('OUT_OF_SCOPE');
    expect((await outputs.listOutputs(town, {})).outputs.map(({ unitCode }) => unitCode)).toEqual([WULI]);
    expect((await outputs.listOutputs(staff('leader'), {})).outputs).toHaveLength(2);
  });

  test('leaders read and write nothing; interviewers see nothing; towns do not review', async () => {
    const entry = await outputs.addOutput(town, leaflet());
    expect(await refusalOf(outputs.addOutput(staff('leader'), leaflet()))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(outputs.listOutputs(staff('interviewer'), {}))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(outputs.acceptOutputs(town, [entry.id]))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(outputs.closeMonth(town, { unit: WULI, month: '2026-11' }))).toBe('ROLE_FORBIDDEN');
  });

  test('accepting many is one act, and twice changes nothing', async () => {
    const ids = [await outputs.addOutput(town, leaflet()), await outputs.addOutput(town, leaflet())].map(
      ({ id }) => id,
    );
    expect(await outputs.acceptOutputs(county, ids)).toEqual({ accepted: 2 });
    expect(await outputs.acceptOutputs(county, ids)).toEqual({ accepted: 0 });
    expect(await audits(ids[0] ?? '')).toEqual(['output.accept', 'output.add']);
  });

  test('a list of several units is in order and whole, however it is narrowed', async () => {
    const units = ['610902', WULI, '610902107', '610924101'];
    const ids: { id: string; startDate: string; unitCode: string; kind: string; state: string }[] = [];
    for (let i = 0; i < 130; i += 1) {
      const unit = units[i % units.length] ?? WULI;
      const day = String(1 + ((i * 7) % 28)).padStart(2, '0');
      const kind = i % 3 === 0 ? 'banner' : 'leaflet';
      ids.push(await outputs.addOutput(OPERATOR, leaflet({ unit, kind, quantity: '1', startDate: `2026-10-${day}` })));
    }
    await outputs.acceptOutputs(
      OPERATOR,
      ids.filter((_, i) => i % 5 === 0).map(({ id }) => id),
    );
    const walk = async (query: Parameters<OutputService['listOutputs']>[1]) => {
      const seen: string[] = [];
      for (let after: { startDate: string; id: string } | undefined; ; ) {
        const page = await outputs.listOutputs(county, { ...query, after });
        seen.push(...page.outputs.map(({ id }) => id));
        if (page.next === null) return seen;
        after = page.next;
      }
    };
    const newestFirst = (wanted: (one: (typeof ids)[number], i: number) => boolean) =>
      ids
        .filter((one, i) => one.unitCode.startsWith('610902') && wanted(one, i))
        .sort((a, b) => (a.startDate + a.id < b.startDate + b.id ? 1 : -1))
        .map(({ id }) => id);
    expect(await walk({})).toEqual(newestFirst(() => true));
    expect(await walk({ kinds: ['banner'] })).toEqual(newestFirst(({ kind }) => kind === 'banner'));
    expect(await walk({ states: ['accepted'] })).toEqual(newestFirst((_, i) => i % 5 === 0));
    expect(await walk({ states: ['submitted', 'returned'], from: '2026-10-10' })).toEqual(
      newestFirst(({ startDate }, i) => i % 5 !== 0 && startDate >= '2026-10-10'),
    );
  });

  test('the list goes on where its page ended', async () => {
    for (let i = 0; i < 60; i += 1) {
      await outputs.addOutput(town, leaflet({ startDate: `2026-10-${String(1 + (i % 28)).padStart(2, '0')}` }));
    }
    const first = await outputs.listOutputs(town, {});
    const second = await outputs.listOutputs(town, { after: first.next ?? undefined });
    expect(first.outputs).toHaveLength(50);
    expect(second.outputs).toHaveLength(10);
    expect(second.next).toBeNull();
    expect(new Set([...first.outputs, ...second.outputs].map(({ id }) => id)).size).toBe(60);
  });
});

describe('kinds', () => {
  test('an administrator adds a kind and teaches words; what it counts stays', async () => {
    const db = await withStores('sqlite');
    try {
      const world = createWorld(db);
      const kinds = createKindService(world.deps);
      const drone: Kind = {
        code: 'drone',
        name: { zh: '无人机喊话', en: 'Drone announcements' },
        unit: '架次',
        unitAliases: ['次'],
        measure: 'flow',
        stage: 'output',
        audience: 'residents',
        inMedia: false,
        channel: 'tv-radio',
        aliases: ['无人机'],
      };
      await kinds.saveKind(OPERATOR, drone);
      expect((await kinds.listKinds(OPERATOR)).at(-1)?.code).toBe('drone');
      const kindOf = async (code: string) => (await kinds.listKinds(OPERATOR)).find((kind) => kind.code === code);
      const { unitEn, ...banner } = (await kindOf('banner')) ?? drone;
      await kinds.saveKind(OPERATOR, { ...banner, aliases: ['拉条'] });
      expect(await kindOf('banner')).toMatchObject({ unitEn, aliases: ['拉条'] });
      await kinds.saveKind(OPERATOR, { ...drone, unitEn: 'flights' });
      expect(await kindOf('drone')).toMatchObject({ unitEn: 'flights' });
      expect(await refusalOf(kinds.saveKind(OPERATOR, { ...drone, unit: '台' }))).toBe('KIND_UNIT_FIXED');
      expect(await refusalOf(kinds.saveKind(OPERATOR, { ...drone, code: 'x y' }))).toBe('KIND_CODE_BAD');
      expect(await refusalOf(kinds.saveKind(OPERATOR, { ...drone, aliases: ['长'.repeat(31)] }))).toBe('KIND_WORD_BAD');
      expect(await refusalOf(kinds.saveKind(OPERATOR, { ...drone, aliases: ['海报'] }))).toBe('KIND_TAKEN');
      expect(await refusalOf(kinds.saveKind(staff('reviewer'), drone))).toBe('ROLE_FORBIDDEN');
    } finally {
      await db.close();
    }
  });
});
