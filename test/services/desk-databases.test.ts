import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { INTERVIEWER, MANAGER, type PhoneWorld, startPhone } from '../support/phone.ts';
import { createDatabase, DIALECTS } from '../support/store.ts';
import { refusalOf, staff } from '../support/world.ts';

describe.each(DIALECTS)('desks, board and closing on %s', (dialect) => {
  let world: PhoneWorld;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    const database = await createDatabase(dialect);
    remove = database.remove;
    world = await startPhone({ databaseUrl: database.place.databaseUrl });
  });
  afterEach(async () => {
    await world.stop();
    await remove();
  });

  it('many desks that ask at the same moment get a case each, none twice', async () => {
    await world.begin(30);
    const people = Array.from({ length: 12 }, (_, i) => ({ ...INTERVIEWER, id: `interviewer ${i}` }) as typeof MANAGER);
    const views = await Promise.all(people.map((actor) => world.desk.nextCase(actor, '2026')));
    const ids = views.map(({ current }) => current?.id);
    expect(ids).not.toContain(undefined);
    expect(new Set(ids).size).toBe(12);
  });

  it('one interviewer who asks many times at once gets one case', async () => {
    await world.begin(10);
    const views = await Promise.all(Array.from({ length: 8 }, () => world.desk.nextCase(INTERVIEWER, '2026')));
    expect(new Set(views.map(({ current }) => current?.id)).size).toBe(1);
    expect((await world.cases.listCases(MANAGER, '2026', { state: 'LEASED' })).cases).toHaveLength(1);
  });

  it('a call that is closed twice at the same moment is closed once, and both hear so', async () => {
    await world.begin(1);
    const held = await world.call(INTERVIEWER);
    expect(await refusalOf(world.desk.closeCase(INTERVIEWER, held, { disposition: '1.1' }))).toBe(
      'DISPOSITION_REFUSED',
    );
    expect((await world.caseRow(held.case)).state).toBe('IN_CALL');
    await world.answerAll(INTERVIEWER, held);
    const closing = () => world.desk.closeCase(INTERVIEWER, held, { disposition: '1.1' });
    const closed = await Promise.all(Array.from({ length: 6 }, closing));
    expect(closed.map(({ state, disposition }) => `${state} ${disposition}`)).toEqual(Array(6).fill('FINAL 1.1'));
    expect((await world.audit()).filter((line) => line.endsWith('case.code'))).toHaveLength(1);
    expect(
      await refusalOf(
        world.desk.closeCase({ ...INTERVIEWER, id: 'x' } as typeof MANAGER, held, { disposition: '1.1' }),
      ),
    ).toBe('LEASE_LOST');
  });

  it('the last place of a quota is given to one of many desks that ask at the same moment', async () => {
    await world.begin(10, { targetPerTown: 1 });
    const people = Array.from({ length: 8 }, (_, i) => ({ ...INTERVIEWER, id: `interviewer ${i}` }) as typeof MANAGER);
    const views = await Promise.all(people.map((actor) => world.desk.nextCase(actor, '2026')));
    expect(views.filter(({ current }) => current !== null)).toHaveLength(1);
    await world.campaigns.saveCampaign(MANAGER, '2026', { targetPerTown: 5 });
    const more = await Promise.all(people.map((actor) => world.desk.nextCase(actor, '2026')));
    expect(more.filter(({ current }) => current !== null)).toHaveLength(5);
  });

  it('two desks complete the last two places of a quota at the same moment: no more than the target is counted', async () => {
    await world.begin(3, { targetPerTown: 3 });
    const second = staff('interviewer', '610902');
    const third = staff('interviewer', '610902104');
    const people = [INTERVIEWER, second, third];
    const held: Array<{ case: string; lease: string }> = [];
    for (const actor of people) {
      const one = await world.call(actor);
      await world.answerAll(actor, one);
      held.push(one);
    }
    await world.campaigns.saveCampaign(MANAGER, '2026', { targetPerTown: 2 });
    await Promise.all(
      people.map((actor, i) => world.desk.closeCase(actor, held[i] ?? { case: '', lease: '' }, { disposition: '1.1' })),
    );
    const { quotas } = await world.campaigns.readCampaign(MANAGER, '2026');
    expect(quotas).toMatchObject([{ target: 2, completes: 2 }]);
    const rows = await Promise.all(held.map(({ case: id }) => world.caseRow(id)));
    expect(rows.map(({ overQuota }) => overQuota).sort()).toEqual([false, false, true]);
  });

  it('the board counts and closing the wave ends the rest', async () => {
    await world.begin(4);
    const held = await world.call(INTERVIEWER);
    await world.answerAll(INTERVIEWER, held);
    await world.desk.closeCase(INTERVIEWER, held, { disposition: '1.1' });
    const board = await world.board.readBoard(MANAGER, '2026');
    expect(board.board.total).toMatchObject({ cases: 4, open: 3, completes: 1 });
    expect(board.board.byInterviewer).toMatchObject([{ key: INTERVIEWER.id, cases: 1 }]);
    await world.waves.closeWave(MANAGER, '2026');
    const wave = await world.stores.waves.findByCode(world.connection.reader, '2026');
    expect(wave && (await world.cases.finaliseClosed(wave))).toBe(3);
    expect((await world.tallies.verifyTallies(OPERATOR)).flatMap(({ differing }) => differing)).toEqual([]);
    const all = await world.cases.listCases(MANAGER, '2026', { state: 'FINAL' });
    expect(all.cases).toHaveLength(4);
  });
});
