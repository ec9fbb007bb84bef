import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTable } from '../../src/intake/table-file.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { createKindService } from '../../src/services/kinds.ts';
import { createLedgerImportService } from '../../src/services/ledger-imports.ts';
import { createOutputService, type OutputService } from '../../src/services/outputs.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';
import { createWorld, refusalOf, staff, type World } from '../support/world.ts';

const WULI = '610902104';
/** Races are won and lost by chance: each is run so often. */
const TIMES = 15;

describe.each(DIALECTS)('reviewers at the same entries on %s', (dialect) => {
  let db: TestStores;
  let world: World;
  let outputs: OutputService;
  let keys = 0;
  beforeEach(async () => {
    db = await withStores(dialect);
    world = createWorld(db);
    await world.loadUnits();
    outputs = createOutputService({ ...world.deps, kinds: createKindService(world.deps) });
    await world.warmUp();
  });
  afterEach(() => db.close());

  const reviewer = staff('reviewer', '610902');
  const enter = async (over: object = {}) => {
    keys += 1;
    const entry = { unit: WULI, clientKey: `race-${keys}`, kind: 'post', startDate: '2026-10-02', quantity: '1' };
    return outputs.addOutput(reviewer, { ...entry, ...over });
  };
  const states = async (...ids: string[]) => {
    const rows = await Promise.all(ids.map((id) => outputs.readOutput(reviewer, id)));
    return rows.map(({ state, mergedInto }) => `${state}${mergedInto === null ? '' : ' away'}`).sort();
  };
  const isSound = async () => (await outputs.recountLedger(OPERATOR, { write: false })).differing === 0;

  test('each merged into the other at once: one of them still counts', async () => {
    for (let i = 0; i < TIMES; i += 1) {
      const [a, b] = [await enter(), await enter()];
      const merge = (one: string, into: string) => outputs.mergeOutputs(reviewer, one, into).then(() => true);
      const done = await Promise.allSettled([merge(a.id, b.id), merge(b.id, a.id)]);
      expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await states(a.id, b.id)).toEqual(['merged away', 'submitted']);
    }
    expect(await isSound()).toBe(true);
  });

  test('merged into what is withdrawn or returned at the same moment: it counts by itself', async () => {
    for (let i = 0; i < TIMES; i += 1) {
      const [a, b] = [await enter(), await enter()];
      const input = { version: 1, reason: '录错' };
      await Promise.allSettled([
        outputs.mergeOutputs(reviewer, a.id, b.id),
        i % 2 === 0 ? outputs.withdrawOutput(reviewer, b.id, input) : outputs.returnOutput(reviewer, b.id, input),
      ]);
      const [first, second] = [await outputs.readOutput(reviewer, a.id), await outputs.readOutput(reviewer, b.id)];
      if (first.state === 'merged') expect(second.state).toBe('submitted');
      else expect(first).toMatchObject({ state: 'submitted', mergedInto: null });
    }
    expect(await isSound()).toBe(true);
  });

  test('two reposts merged into one at once: it counts at the higher level of both', async () => {
    for (let i = 0; i < TIMES; i += 1) {
      const target = await enter({ mediaLevel: 'town' });
      const [a, b] = [await enter({ mediaLevel: 'central' }), await enter({ mediaLevel: 'county' })];
      await Promise.all([a, b].map(({ id }) => outputs.mergeOutputs(reviewer, id, target.id)));
      expect((await outputs.readOutput(reviewer, target.id)).mediaLevel).toBe('central');
      // And both taken back at once.
      await Promise.all([a, b].map(({ id }) => outputs.restoreOutput(reviewer, id, { version: 2 })));
      expect((await outputs.readOutput(reviewer, target.id)).mediaLevel).toBe('town');
    }
    expect(await isSound()).toBe(true);
  });

  test('what was returned comes back into a closed month only with a reason', async () => {
    const entry = await enter();
    await outputs.returnOutput(reviewer, entry.id, { version: 1, reason: '请核对' });
    await outputs.closeMonth(reviewer, { unit: '610902', month: '2026-10' });
    expect(await refusalOf(outputs.reopenOutputs(reviewer, [entry.id]))).toBe('OUTPUT_MONTH_CLOSED');
    expect(await refusalOf(outputs.reopenOutputs(reviewer, [entry.id], ' '))).toBe('OUTPUT_REASON_MISSING');
    expect(await outputs.reopenOutputs(reviewer, [entry.id], '核对无误')).toEqual({ reopened: 1 });
    // Accepted and waiting is one total.
    await outputs.acceptOutputs(reviewer, [entry.id]);
    expect(await outputs.reopenOutputs(reviewer, [entry.id])).toEqual({ reopened: 1 });
    const [, , back] = await outputs.readHistory(reviewer, entry.id);
    expect(back).toMatchObject({ action: 'output.reopen', details: { reason: '核对无误' } });
    expect(await isSound()).toBe(true);
  });

  test('an import undone while its entries are changed or merged into: the counters are those of what counts', async () => {
    const imports = createLedgerImportService({ ...world.deps, kinds: createKindService(world.deps) });
    for (let i = 0; i < TIMES; i += 1) {
      const bytes = Buffer.from(`日期,类别,名称,数量\n2026-10-02,推送图文,第${i}期,1\n2026-10-03,宣传栏,第${i}处,4`);
      const { importId } = await imports.importLedger(reviewer, {
        ...{ unit: WULI, fileName: '台账.csv', fileHash: String(i), mapping: null },
        file: await openTable({ name: '台账.csv', bytes }),
      });
      const { outputs: rows } = await outputs.listOutputs(reviewer, { importId: importId ?? '' });
      const post = rows.find(({ kind }) => kind === 'post');
      const board = rows.find(({ kind }) => kind === 'notice-board');
      const other = await enter();
      if (!importId || !post || !board) throw new RangeError('two rows');
      const change = { kind: 'notice-board', startDate: '2026-10-03', quantity: `${i + 5}块`, version: 1 };
      const [undone] = await Promise.allSettled([
        imports.undoImport(reviewer, importId),
        outputs.changeOutput(reviewer, board.id, change),
        outputs.mergeOutputs(reviewer, other.id, post.id),
      ]);
      const { state, mergedInto } = await outputs.readOutput(reviewer, other.id);
      if (undone.status === 'fulfilled') expect([state, mergedInto]).toEqual(['submitted', null]);
      else expect([state, mergedInto]).toEqual(['merged', post.id]);
      expect(await isSound()).toBe(true);
    }
  });

  test('who returns an entry that was changed since is told', async () => {
    const entry = await enter();
    await outputs.acceptOutputs(reviewer, [entry.id]);
    const stale = outputs.returnOutput(reviewer, entry.id, { version: 1, reason: '请核对' });
    expect(await refusalOf(stale)).toBe('OUTPUT_CHANGED');
  });

  test('a repost taken back lowers a piece of a closed month only with a reason', async () => {
    const piece = await enter({ startDate: '2026-09-30', mediaLevel: 'town' });
    const [high, low] = [await enter({ mediaLevel: 'province' }), await enter({ mediaLevel: 'town' })];
    for (const { id } of [high, low]) await outputs.mergeOutputs(reviewer, id, piece.id);
    await outputs.closeMonth(reviewer, { unit: '610902', month: '2026-09' });
    expect(await outputs.restoreOutput(reviewer, low.id, { version: 2 })).toMatchObject({ state: 'submitted' });
    expect(await refusalOf(outputs.restoreOutput(reviewer, high.id, { version: 2 }))).toBe('OUTPUT_MONTH_CLOSED');
    await outputs.restoreOutput(reviewer, high.id, { version: 2, reason: '不是转载' });
    expect((await outputs.readOutput(reviewer, piece.id)).mediaLevel).toBe('town');
    expect(await isSound()).toBe(true);
  });
});
