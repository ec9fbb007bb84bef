import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { INTERVIEWER, MANAGER, type PhoneWorld, startPhone } from '../support/phone.ts';
import { refusalOf, staff } from '../support/world.ts';

describe('the live board', () => {
  let world: PhoneWorld;
  beforeEach(async () => {
    world = await startPhone();
  });
  afterEach(() => world.stop());

  it('counts from the tables: calls under way, states, targets, rates, the pace of interviewers', async () => {
    await world.begin(6, { targetPerTown: 3 });
    const complete = await world.call(INTERVIEWER);
    await world.answerAll(INTERVIEWER, complete);
    await world.desk.closeCase(INTERVIEWER, complete, { disposition: '1.1' });
    const silent = await world.call(INTERVIEWER, 'no-answer');
    await world.desk.closeCase(INTERVIEWER, silent, { disposition: '3.13' });
    const dead = await world.call(INTERVIEWER);
    await world.desk.closeCase(INTERVIEWER, dead, { disposition: '4.31' });
    const { current } = await world.desk.nextCase(INTERVIEWER, '2026');
    await world.desk.dial(INTERVIEWER, { case: current?.id ?? '', lease: current?.lease ?? '' });
    world.pass(5000);
    const view = await world.board.readBoard(MANAGER, '2026');
    expect(view).toMatchObject({
      state: 'running',
      carrier: { name: 'manual', state: 'up' },
      calls: [{ case: current?.id, unit: '五里镇', mode: 'phone', state: 'created' }],
      states: { READY: 3, FINAL: 2, IN_CALL: 1 },
      towns: [{ code: '610902104', name: '五里镇', completes: 1, target: 3, missing: 2 }],
      board: { total: { cases: 6, open: 4, completes: 1 } },
      cells: [{ wanted: 2, open: 4, willFill: true }],
      interviewers: [{ id: INTERVIEWER.id, isPresent: true, pace: { calls: 4, completes: 1 } }],
    });
    // One complete, one not eligible, four of unknown eligibility: e = 1/2.
    expect(view.board.eligibility).toBeCloseTo(0.5, 12);
    expect(view.board.total.rates.RR1).toBeCloseTo(1 / 5, 12);
    expect(view.board.total.rates.RR3).toBeCloseTo(1 / (1 + 0.5 * 4), 12);
    expect(view.board.byInterviewer.map(({ key, cases }) => [key, cases])).toEqual([[INTERVIEWER.id, 4]]);
  });

  it('says which cell will not fill and that a carrier is paused', async () => {
    await world.begin(2, { targetPerTown: 50 });
    await world.connection.transaction((tx) =>
      world.stores.campaigns.saveCarrier(tx, {
        ...{ carrier: 'manual', state: 'paused', reason: '401', until: null, at: world.now() },
      }),
    );
    const { alerts } = await world.board.readBoard(MANAGER, '2026');
    expect(alerts.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
      'quota-cell 610902104 × * × *',
      'carrier manual',
    ]);
    expect(alerts[0]?.sentence.zh).toContain('五里镇');
    await world.waves.closeWave(MANAGER, '2026');
    expect((await world.board.readBoard(MANAGER, '2026')).alerts.map(({ kind }) => kind)).toEqual(['carrier']);
  });

  it('shows a county its own towns alone, and nothing to who may not see it', async () => {
    await world.begin(2);
    await world.addNumbers(3, { unit: '610924101', from: 100 });
    const county = await world.board.readBoard(staff('survey-manager', '610924'), '2026');
    expect(county.board.total.cases).toBe(3);
    expect(JSON.stringify(county)).not.toContain('610902104');
    expect(await refusalOf(world.board.readBoard(INTERVIEWER, '2026'))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(world.board.readBoard(MANAGER, 'none'))).toBe('NOT_FOUND');
  });
});
