import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';
import { ANSWERS, createWorld, openEntry, refusal, refusalOf, type World } from '../support/world.ts';

describe.each(DIALECTS)('interviews on %s', (dialect) => {
  let db: TestStores;
  let world: World;
  beforeEach(async () => {
    db = await withStores(dialect);
    world = createWorld(db);
    await world.prepare();
  });
  afterEach(() => db.close());

  const save = (ticket: string, given: Record<string, unknown>) => world.interviews.saveAnswers(ticket, 'zh', given);
  const finish = (ticket: string, given: Record<string, unknown> = {}) =>
    world.interviews.finishInterview(ticket, 'zh', given);

  /** What the store holds of a wave: response and answers, by response. */
  async function stored() {
    const rows = [];
    for await (const page of world.stores.responses.walk(world.connection.reader, (await world.waveRow()).id)) {
      rows.push(...page);
    }
    return rows;
  }

  async function invite(unit = '610902104', validUntil = '2026-11-20'): Promise<string> {
    const {
      links: [link],
    } = await world.links.createInvitations(OPERATOR, '2026', { unit, count: 1, validUntil });
    return link?.split('/i/')[1] ?? '';
  }

  test('a resident enters by the place code, in capitals too, and looking writes nothing', async () => {
    const code = (await world.placeCode('610902104')).toUpperCase();
    const entry = openEntry(await world.interviews.enterPlace(code));
    expect(entry).toMatchObject({ unit: { name: '五里镇' }, wave: { code: '2026' }, answers: {}, next: 'adult' });
    expect(await stored()).toEqual([]);
    expect(await refusalOf(world.interviews.enterPlace('nothing'))).toBe('LINK_UNKNOWN');
  });

  test('every answer is saved as it is given, and the interview goes on where it stopped', async () => {
    const { ticket } = await world.enter();
    await save(ticket, { adult: '1' });
    await save(ticket, { resident: '1' });
    await save(ticket, { resident: '1' });
    expect(openEntry(await world.interviews.resumeInterview(ticket))).toMatchObject({
      answers: { adult: '1', resident: '1' },
      next: 'sex',
    });
    await save(ticket, { resident: null });
    expect(openEntry(await world.interviews.resumeInterview(ticket)).answers).toEqual({ adult: '1' });
    expect(await stored()).toHaveLength(1);
  });

  test.each<[string, Record<string, unknown>]>([
    ['an option that is none', { safety: '7' }],
    ['a number for an option', { safety: 1 }],
    ['a list for one option', { safety: ['1'] }],
    ['one option for a list', { heard: 'gangs' }],
    ['the same option twice', { heard: ['gangs', 'gangs'] }],
    ['“none” beside another', { heard: ['none', 'gangs'] }],
    ['a flag', { adult: true }],
    ['an unknown question', { nothing: '1' }],
    ['a name every object has', { constructor: '1' }],
    ['the prototype', JSON.parse('{"__proto__":"1"}')],
  ])('the gate refuses %s and keeps nothing of the request', async (_, given) => {
    const { ticket } = await world.enter();
    expect(await refusalOf(save(ticket, { adult: '1', ...given }))).toMatch(/^ANSWER_/);
    expect(await stored()).toEqual([]);
  });

  test('answers to questions that turned out hidden are dropped at the end', async () => {
    const { ticket } = await world.enter();
    await save(ticket, { ...ANSWERS, safety: '5', problems: ['theft'] });
    await save(ticket, { safety: '1' });
    expect(await finish(ticket)).toMatchObject({ disposition: '1.1', participants: 1 });
    const [one] = await stored();
    expect(one?.answers).toEqual(ANSWERS);
    expect(await world.differing()).toEqual([]);
  });

  test('an interview that lacks answers is not finished, and says which', async () => {
    const { ticket } = await world.enter();
    const { coached: _, ...most } = ANSWERS;
    expect((await refusal(finish(ticket, most))).code).toBe('ANSWERS_MISSING');
    expect((await stored()).map(({ response }) => response.state)).not.toContain('ended');
    expect(await world.differing()).toEqual([]);
  });

  test('who is too young is thanked, gets a result code and is in no rate', async () => {
    const { ticket } = await world.enter();
    expect(await finish(ticket, { adult: '2', safety: '1' })).toMatchObject({ disposition: '4.70', participants: 0 });
    const cells = await world.stores.tallies.readCells(world.connection.reader, (await world.waveRow()).id);
    expect(cells.map(({ indicator, outcome, n }) => [indicator, outcome, n])).toEqual([['disposition', '4.70', 1]]);
    expect(await world.differing()).toEqual([]);
  });

  test('finishing again gives the same receipt and counts once', async () => {
    const { ticket } = await world.enter();
    const first = await finish(ticket, ANSWERS);
    expect(first.receipt).toMatch(/^[2-9A-Z]{5}-[2-9A-Z]{5}$/);
    expect(await finish(ticket, { safety: '5' })).toEqual(first);
    expect((await stored())[0]?.answers).toEqual(ANSWERS);
    expect(await refusalOf(save(ticket, { safety: '5' }))).toBe('RESPONSE_ENDED');
    expect(await world.interviews.resumeInterview(ticket)).toMatchObject({ state: 'done', receipt: first.receipt });
    expect(await world.differing()).toEqual([]);
  });

  test('of many requests that finish one interview at once, with other answers each, one counts', async () => {
    await world.warmUp();
    for (let round = 0; round < 5; round += 1) {
      const { ticket } = await world.enter();
      const receipts = await Promise.all(
        ['1', '2', '3', '4', '5', '8'].map((recognition) => finish(ticket, { ...ANSWERS, recognition })),
      );
      expect(new Set(receipts.map(({ receipt }) => receipt)).size).toBe(1);
    }
    expect(await stored()).toHaveLength(5);
    expect(await world.differing()).toEqual([]);
  });

  test('an answer that arrives with the end is in the record or refused, never behind the counters', async () => {
    await world.warmUp();
    for (let round = 0; round < 5; round += 1) {
      const { ticket } = await world.enter();
      await Promise.allSettled([
        finish(ticket, ANSWERS),
        save(ticket, { recognition: '5' }),
        save(ticket, { safety: '5', problems: ['theft'] }),
        finish(ticket, { ...ANSWERS, awareness: '3' }),
      ]);
    }
    expect(await world.differing()).toEqual([]);
  });

  test('residents of one place who finish at the same moment are all counted', async () => {
    await world.warmUp();
    const entries = await Promise.all(Array.from({ length: 20 }, () => world.enter()));
    await Promise.all(entries.map(({ ticket }) => finish(ticket, ANSWERS)));
    expect((await finish(entries[0]?.ticket ?? '')).participants).toBe(20);
    expect(await world.differing()).toEqual([]);
  });

  test('a single-use link is one response on every device, and shows its receipt afterwards', async () => {
    const token = await invite();
    const phone = openEntry(await world.interviews.enterInvitation(token));
    await save(phone.ticket, { adult: '1', resident: '1' });
    const tablet = openEntry(await world.interviews.enterInvitation(token));
    expect(tablet).toMatchObject({ answers: { adult: '1', resident: '1' }, next: 'sex' });
    const { receipt } = await finish(tablet.ticket, ANSWERS);
    expect(await finish(phone.ticket, ANSWERS)).toMatchObject({ receipt });
    expect(await world.interviews.enterInvitation(token)).toMatchObject({ state: 'done', receipt, participants: 0 });
    await world.waves.closeWave(OPERATOR, '2026');
    expect(await world.interviews.enterInvitation(token)).toMatchObject({ state: 'done', receipt });
    expect((await stored()).map(({ response }) => response.mode)).toEqual(['web-token']);
  });

  test('two completions of one link at once are one response', async () => {
    await world.warmUp();
    const token = await invite();
    const [a, b] = [
      openEntry(await world.interviews.enterInvitation(token)),
      openEntry(await world.interviews.enterInvitation(token)),
    ];
    const receipts = await Promise.all([
      finish(a.ticket, ANSWERS),
      finish(b.ticket, { ...ANSWERS, safety: '5', problems: ['theft'] }),
    ]);
    expect(receipts[0]).toEqual(receipts[1]);
    expect(await stored()).toHaveLength(1);
    expect(await world.stores.invitations.count(world.connection.reader, (await world.waveRow()).id)).toEqual([
      { unitCode: '610902104', state: 'spent', n: 1 },
    ]);
    expect(await world.differing()).toEqual([]);
  });

  test('a single-use link is good through its last day and not after it', async () => {
    const token = await invite('610902104', '2026-11-12');
    world.setDay('2026-11-12');
    expect(await world.interviews.enterInvitation(token)).toMatchObject({ state: 'open' });
    world.setDay('2026-11-13');
    const error = await refusal(world.interviews.enterInvitation(token));
    expect([error.code, error.details]).toEqual(['INVITATION_EXPIRED', { day: '2026-11-12' }]);
    expect(await refusalOf(world.interviews.enterInvitation('nothing'))).toBe('LINK_UNKNOWN');
  });

  test('whoever began with a single-use link in time may go on and finish after its last day', async () => {
    const token = await invite('610902104', '2026-11-12');
    world.setDay('2026-11-12');
    await save(openEntry(await world.interviews.enterInvitation(token)).ticket, { adult: '1' });
    world.setDay('2026-11-13');
    const again = openEntry(await world.interviews.enterInvitation(token));
    expect(again).toMatchObject({ answers: { adult: '1' }, next: 'resident' });
    const { receipt } = await finish(again.ticket, ANSWERS);
    expect(await world.interviews.enterInvitation(token)).toMatchObject({ state: 'done', receipt });
    expect(await world.differing()).toEqual([]);
  });

  test('a questionnaire that comes whole leaves no draft, and one that comes over a draft is laid over it', async () => {
    const whole = await world.enter();
    await finish(whole.ticket, ANSWERS);
    const started = await world.enter();
    await save(started.ticket, { ...ANSWERS, recognition: '5', trend: '2' });
    const { trend: _, ...most } = ANSWERS;
    await finish(started.ticket, most);
    const rows = await stored();
    expect(rows.map(({ response }) => [response.state, response.draft])).toEqual([
      ['ended', null],
      ['ended', null],
    ]);
    const answersOf = (ticket: string) =>
      rows.find(({ response }) => Buffer.from(ticket, 'base64url').toString().includes(response.id))?.answers;
    expect(answersOf(whole.ticket)).toEqual(ANSWERS);
    expect(answersOf(started.ticket)).toEqual({ ...ANSWERS, trend: '2' });
    expect(await world.differing()).toEqual([]);
  });

  test('whole questionnaires, single answers and ends of one interview at once are one response', async () => {
    await world.warmUp();
    for (let round = 0; round < 5; round += 1) {
      const { ticket } = await world.enter();
      const outcomes = await Promise.allSettled([
        save(ticket, { recognition: '5' }),
        finish(ticket, ANSWERS),
        save(ticket, { safety: '5', problems: ['theft'] }),
        finish(ticket),
        finish(ticket, { ...ANSWERS, awareness: '3' }),
        save(ticket, { adult: null }),
      ]);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected')
          expect(outcome.reason).toMatchObject({ code: expect.stringMatching(/^(RESPONSE_ENDED|ANSWERS_MISSING)$/) });
      }
    }
    expect((await stored()).map(({ response }) => response.state)).toEqual(Array(5).fill('ended'));
    expect(await world.differing()).toEqual([]);
  });

  test('answers are taken on the days of the fieldwork only', async () => {
    const { ticket } = await world.enter();
    await save(ticket, { adult: '1' });
    world.setDay('2026-11-30');
    await save(ticket, { resident: '1' });
    world.setDay('2026-12-01');
    expect(await refusalOf(save(ticket, { sex: 'male' }))).toBe('WAVE_NOT_OPEN');
    expect(await refusalOf(world.enter())).toBe('NO_OPEN_SURVEY');
    expect(await refusalOf(world.interviews.resumeInterview(ticket))).toBe('NO_OPEN_SURVEY');
    world.setDay('2026-10-31');
    expect(await refusalOf(world.enter())).toBe('NO_OPEN_SURVEY');
  });

  test('a ticket that was changed, cut or made elsewhere is refused', async () => {
    const { ticket } = await world.enter();
    const [body = '', signature = ''] = ticket.split('.');
    const other = Buffer.from(body, 'base64url').toString().replace('610902104', '610924101');
    for (const bad of [
      '',
      '.',
      body,
      `${body}.`,
      `${body}.${signature.slice(0, -2)}`,
      `${Buffer.from(other).toString('base64url')}.${signature}`,
      'x'.repeat(100_000),
    ]) {
      expect(await refusalOf(save(bad, { adult: '1' }))).toBe('TICKET_INVALID');
    }
    expect(await stored()).toEqual([]);
  });

  test('after all of this together, the counters equal a recount', async () => {
    await world.importPhone('2026', [{ unit: '610902104', count: 15, aware: 12, missed: 4 }]);
    const token = await invite('610902107');
    const invited = openEntry(await world.interviews.enterInvitation(token));
    await save(invited.ticket, { adult: '1' });
    const broken = await world.enter('610924101');
    await save(broken.ticket, { ...ANSWERS });
    await world.answer('610902104');
    await world.answer('610902104', { adult: '2' });
    await Promise.all([finish(invited.ticket, ANSWERS), world.answer('610924102', { sex: 'refused', age: 'refused' })]);
    expect(await world.differing()).toEqual([]);
    const [check] = await world.tallies.verifyTallies(OPERATOR, '2026');
    expect(check?.responses).toBe(23);
  });
});
