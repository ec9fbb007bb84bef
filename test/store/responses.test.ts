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

  const insert = (change: Parameters<typeof responseRow>[0] = {}) =>
    db.connection.transaction((tx) => db.stores.responses.insertOnce(tx, responseRow(change)));
  const save = (question: string, value: unknown) =>
    db.connection.transaction((tx) => db.stores.responses.saveAnswers(tx, 'response-1', { [question]: value }));
  const answers = () => db.stores.responses.findAnswers(db.connection.reader, 'response-1');

  it('come back as they were written', async () => {
    const row = responseRow({
      reversed: true,
      weight: 0.3333333333333333,
      invitationId: 'i',
      receipt: 'r',
      sex: 'male',
    });
    await insert(row);
    expect(await db.stores.responses.find(db.connection.reader, 'response-1')).toEqual(row);
    expect(await db.stores.responses.findByInvitation(db.connection.reader, 'i')).toEqual(row);
    expect(await db.stores.responses.find(db.connection.reader, 'nothing')).toBeNull();
  });

  it('hold every kind of answer exactly', async () => {
    const given: Record<string, unknown> = {
      choice: '1',
      word: 'true',
      quoted: '"x"',
      nothing: 'null',
      text: '很满意，“真的” 𠮷😀',
      number: 42,
      zero: 0,
      fraction: 0.1,
      yes: true,
      no: false,
      missing: null,
      ticks: ['1', '2', 'none'],
      empty: [],
      record: { a: null, b: ['1'] },
    };
    await insert();
    for (const [question, value] of Object.entries(given)) await save(question, value);
    expect(await answers()).toEqual(given);
    const many = await db.stores.responses.findAnswersOfMany(db.connection.reader, ['response-1', 'unknown']);
    expect(many.get('response-1')).toEqual(given);
    expect(many.get('unknown')).toEqual({});
    await db.connection.transaction((tx) =>
      db.stores.responses.insertMany(tx, [{ response: responseRow({ id: 'imported' }), answers: given }]),
    );
    expect(await db.stores.responses.findAnswers(db.connection.reader, 'imported')).toEqual(given);
  });

  it('take the last answer to a question, however often it is sent', async () => {
    await insert();
    await save('q1', '1');
    await save('q1', '1');
    await save('q1', '2');
    expect(await answers()).toEqual({ q1: '2' });
  });

  it('lose the answers that are taken back and no others', async () => {
    await insert();
    await save('q1', '1');
    await save('q2', '2');
    await save('q3', '3');
    await db.connection.transaction((tx) => db.stores.responses.removeAnswers(tx, 'response-1', ['q1', 'q3']));
    await db.connection.transaction((tx) => db.stores.responses.removeAnswers(tx, 'response-1', []));
    expect(await answers()).toEqual({ q2: '2' });
  });

  it('end once when two requests end them at the same moment', async () => {
    await insert();
    const end = (receipt: string) =>
      db.connection.transaction((tx) =>
        db.stores.responses.end(tx, 'response-1', {
          disposition: '1.1',
          sex: 'female',
          ageBand: '30-39',
          receipt,
          endedAt: 9,
        }),
      );
    const outcomes = await Promise.all([end('first'), end('second')]);
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await db.stores.responses.find(db.connection.reader, 'response-1')).toEqual(
      responseRow({
        state: 'ended',
        disposition: '1.1',
        sex: 'female',
        ageBand: '30-39',
        receipt: outcomes[0] ? 'first' : 'second',
        endedAt: 9,
      }),
    );
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

  it('begin once when two requests begin the same one, and the first stands', async () => {
    const begin = (lang: string) =>
      db.connection.transaction((tx) => db.stores.responses.insertOnce(tx, responseRow({ lang })));
    const outcomes = await Promise.all([begin('zh'), begin('en')]);
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await db.stores.responses.find(db.connection.reader, 'response-1')).toEqual(
      responseRow({ lang: outcomes[0] ? 'zh' : 'en' }),
    );
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
    expect(found.get('A1000')).toEqual(batch[1000]?.response);
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
      expect(seen).toEqual({ ...Object.fromEntries(ids.map((id) => [id, { q1: id, q2: '2' }])), silent: {} });
    }
  });
});
