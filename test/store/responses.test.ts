import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isUniqueViolation } from '../../src/store/dialect/expressions.ts';
import { fillWave, responseRow, waveRow } from '../support/rows.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';

describe.each(DIALECTS)('responses on %s', (dialect) => {
  let db: TestStores;
  beforeEach(async () => {
    db = await withStores(dialect);
    await fillWave(db);
  });
  afterEach(() => db.close());

  const draft = (given: Record<string, unknown>, change: Parameters<typeof responseRow>[0] = {}) =>
    db.connection.transaction((tx) => db.stores.responses.draft(tx, responseRow(change), given));
  const find = () => db.stores.responses.find(db.connection.reader, 'response-1');
  const answers = async () => {
    const found = await find();
    return found && db.stores.responses.findAnswers(db.connection.reader, found);
  };
  const outcome = {
    mode: 'web-open',
    disposition: '1.1',
    sex: 'female',
    ageBand: '30-39',
    receipt: 'r',
    endedAt: 9,
  } as const;
  const end = (given: Record<string, unknown>, receipt = 'r') =>
    db.connection.transaction((tx) => db.stores.responses.end(tx, { id: 'response-1', ...outcome, receipt }, given));
  const insertEnded = (given: Record<string, unknown>, receipt = 'r') =>
    db.connection.transaction((tx) =>
      db.stores.responses.insertEnded(tx, responseRow({ state: 'ended', ...outcome, receipt }), given),
    );

  /** Every kind of answer, and what is easily taken for another. */
  const KINDS: Record<string, unknown> = {
    choice: '1',
    word: 'true',
    quoted: '"x"',
    nothing: 'null',
    text: '很满意，“真的” 𠮷😀\n\t\\',
    number: 42,
    zero: 0,
    fraction: 0.1,
    large: 9007199254740991,
    yes: true,
    no: false,
    ticks: ['1', '2', 'none'],
    empty: [],
  };

  it('come back as they were written', async () => {
    const row = responseRow({ reversed: true, weight: 0.3333333333333333, invitationId: 'i', sex: 'male' });
    await draft({}, row);
    expect(await find()).toEqual({ ...row, draft: {}, excluded: null });
    expect(await db.stores.responses.findByInvitation(db.connection.reader, 'i')).toEqual({
      ...row,
      draft: {},
      excluded: null,
    });
    expect(await db.stores.responses.find(db.connection.reader, 'nothing')).toBeNull();
  });

  it('hold every kind of answer exactly, while they go on and when they have ended', async () => {
    await draft(KINDS);
    expect(await answers()).toEqual(KINDS);
    for (const [question, value] of Object.entries(KINDS)) await draft({ [question]: value });
    expect(await answers()).toEqual(KINDS);
    expect((await find())?.draft).toEqual(KINDS);
    await end(KINDS);
    expect((await find())?.draft).toBeNull();
    expect(await answers()).toEqual(KINDS);
    const many = await db.stores.responses.findAnswersOfMany(db.connection.reader, ['response-1', 'unknown']);
    expect(many.get('response-1')).toEqual(KINDS);
    expect(many.get('unknown')).toEqual({});
    const given = { ...KINDS, missing: null, record: { a: null, b: ['1'] } };
    await db.connection.transaction((tx) =>
      db.stores.responses.insertMany(tx, [
        { response: responseRow({ id: 'imported', state: 'ended' }), answers: given },
      ]),
    );
    const found = await db.stores.responses.findAnswersOfMany(db.connection.reader, ['imported']);
    expect(found.get('imported')).toEqual(given);
  });

  it('take the last answer to a question, however often it is sent', async () => {
    for (const answer of ['1', '1', ['1', '2', '3'], ['2'], '2']) await draft({ q1: answer });
    expect(await answers()).toEqual({ q1: '2' });
  });

  it('lose the answers that are taken back and no others', async () => {
    await draft({ q0: null, q1: '1' });
    expect(await answers()).toEqual({ q1: '1' });
    await draft({ q2: '2', q3: ['3'] });
    await draft({ q1: null, q3: null, q4: '4', q5: null });
    await draft({});
    expect(await answers()).toEqual({ q2: '2', q4: '4' });
  });

  it('keep all answers that arrive at the same moment, the one that begins it included', async () => {
    const codes = Array.from({ length: 12 }, (_, i) => `q${i}`);
    await Promise.all(codes.map((code) => draft({ [code]: code })));
    expect(await answers()).toEqual(Object.fromEntries(codes.map((code) => [code, code])));
  });

  it('take no answer once they have ended, and lose none by it', async () => {
    await draft({ q1: '1' });
    expect(await end({ q1: '1' })).toBe(true);
    expect(await draft({ q1: '2' })).toBe(false);
    expect(await draft({ q2: null })).toBe(false);
    expect(await insertEnded({ q1: '3' })).toBe(false);
    expect(await answers()).toEqual({ q1: '1' });
  });

  it('end once when two requests end them at the same moment, each with its own answers', async () => {
    await draft({ q1: '0' });
    const outcomes = await Promise.all([end({ q1: 'first' }, 'first'), end({ q1: 'second' }, 'second')]);
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    const winner = outcomes[0] ? 'first' : 'second';
    expect(await find()).toEqual({
      ...responseRow({ state: 'ended', ...outcome, receipt: winner }),
      draft: null,
      excluded: null,
    });
    expect(await answers()).toEqual({ q1: winner });
  });

  it('end once when two requests bring them whole at the same moment', async () => {
    const outcomes = await Promise.all([insertEnded({ q1: 'first' }), insertEnded({ q1: 'second' })]);
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await answers()).toEqual({ q1: outcomes[0] ? 'first' : 'second' });
  });

  it('refuse or keep an answer that arrives as they end: what stood is what the one who ends them saw', async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = `round-${round}`;
      await draft({ q1: '1' }, { id });
      const finish = db.connection.transaction(async (tx) => {
        const held = await db.stores.responses.hold(tx, id);
        await db.stores.responses.end(tx, { id, ...outcome, receipt: id }, held?.draft ?? {});
      });
      const [, kept] = await Promise.all([finish, draft({ q2: '2' }, { id })]);
      const found = await db.stores.responses.findAnswersOfMany(db.connection.reader, [id]);
      expect(found.get(id)).toEqual(kept ? { q1: '1', q2: '2' } : { q1: '1' });
    }
  });

  it('refuse an interview id that the wave has, and a unique violation is known as one', async () => {
    await db.connection.transaction((tx) => db.stores.waves.insert(tx, waveRow({ id: 'wave-2' })));
    const bring = (change: Parameters<typeof responseRow>[0]) =>
      db.connection
        .transaction((tx) => db.stores.responses.insertMany(tx, [{ response: responseRow(change), answers: {} }]))
        .catch((error: unknown) => error);
    expect(await bring({ id: 'a', externalId: 'A001' })).toBeUndefined();
    expect(await bring({ id: 'other-wave', waveId: 'wave-2', externalId: 'A001' })).toBeUndefined();
    expect(await bring({ id: 'web-1' })).toBeUndefined();
    expect(await bring({ id: 'web-2' })).toBeUndefined();
    expect(isUniqueViolation(await bring({ id: 'b', externalId: 'A001' }))).toBe(true);
    expect(isUniqueViolation(await bring({ id: 'a' }))).toBe(true);
    const orphan = await bring({ id: 'c', unitCode: 'nowhere' });
    expect(orphan).toBeInstanceOf(Error);
    expect(isUniqueViolation(orphan)).toBe(false);
  });

  it('are set aside with their answers and the reason, whether they had ended or not', async () => {
    const excluded = { reason: '疑似代答', by: 'm', at: 5 };
    const exclude = async () => {
      const found = await find();
      const given = (await answers()) ?? {};
      if (found) await db.connection.transaction((tx) => db.stores.responses.exclude(tx, found, given, excluded));
    };
    await insertEnded(KINDS);
    await exclude();
    expect(await find()).toMatchObject({ state: 'excluded', disposition: '1.1', receipt: 'r', draft: null, excluded });
    expect(await answers()).toEqual(KINDS);
    expect(await end({ q1: '1' })).toBe(false);
    expect(await draft({ q1: '1' })).toBe(false);
    await db.connection.transaction((tx) =>
      db.stores.responses.draft(tx, responseRow({ id: 'going-on' }), { q1: '2' }),
    );
    const found = await db.stores.responses.find(db.connection.reader, 'going-on');
    if (!found) throw new Error('nothing was begun');
    await db.connection.transaction((tx) => db.stores.responses.exclude(tx, found, found.draft ?? {}, excluded));
    const kept = await db.stores.responses.find(db.connection.reader, 'going-on');
    expect(kept && (await db.stores.responses.findAnswers(db.connection.reader, kept))).toEqual({ q1: '2' });
  });

  it('begin once when two requests begin the same one, and the first stands', async () => {
    await Promise.all([draft({ q1: '1' }, { lang: 'zh' }), draft({ q2: '2' }, { lang: 'en' })]);
    const found = await find();
    expect(found).toEqual({ ...responseRow({ lang: found?.lang ?? '' }), draft: { q1: '1', q2: '2' }, excluded: null });
  });

  it('are found by the interview ids of a file longer than one statement', async () => {
    const batch = Array.from({ length: 1001 }, (_, i) => ({
      response: responseRow({ id: `r${i}`, externalId: `A${i}`, state: 'ended' }),
      answers: { q1: '1', q2: ['2', '3'] },
    }));
    await db.connection.transaction((tx) => db.stores.responses.insertMany(tx, batch));
    const found = await db.stores.responses.findExternal(db.connection.reader, 'wave-1', [
      ...batch.map(({ response }) => response.externalId ?? ''),
      'unknown',
    ]);
    expect(found.size).toBe(1001);
    expect(found.get('A1000')).toEqual({ ...batch[1000]?.response, draft: null, excluded: null });
    expect(await db.stores.responses.findExternal(db.connection.reader, 'wave-1', [])).toEqual(new Map());
  });

  it('are walked page by page, each once with its own answers', async () => {
    await db.connection.transaction((tx) => db.stores.waves.insert(tx, waveRow({ id: 'wave-2' })));
    // Ids on purpose in an order that differs between collations.
    const ids = ['a', 'B', 'c', '10', '9', 'Z', 'é', '中', 'aa', 'A'];
    await db.connection.transaction((tx) =>
      db.stores.responses.insertMany(tx, [
        ...ids.map((id) => ({ response: responseRow({ id, state: 'ended' }), answers: { q1: id, q2: '2' } })),
        { response: responseRow({ id: 'b-other-wave', waveId: 'wave-2', state: 'ended' }), answers: { q1: 'other' } },
        { response: responseRow({ id: 'silent', state: 'ended' }), answers: {} },
      ]),
    );
    await draft({ q1: 'so far' }, { id: 'going-on' });
    for (const pageSize of [1, 2, 3, 11, 100]) {
      const seen: Record<string, unknown> = {};
      const sizes: number[] = [];
      for await (const page of db.stores.responses.walk(db.connection.reader, 'wave-1', pageSize)) {
        sizes.push(page.length);
        for (const { response, answers: given } of page) {
          expect(seen).not.toHaveProperty([response.id]);
          seen[response.id] = given;
        }
      }
      expect(Math.max(...sizes)).toBeLessThanOrEqual(pageSize);
      expect(seen).toEqual({
        ...Object.fromEntries(ids.map((id) => [id, { q1: id, q2: '2' }])),
        silent: {},
        'going-on': { q1: 'so far' },
      });
    }
  });
});
