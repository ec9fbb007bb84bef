import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { surveyVersionRow } from '../support/rows.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';

describe.each(DIALECTS)('survey versions on %s', (dialect) => {
  let db: TestStores;
  beforeEach(async () => {
    db = await withStores(dialect);
  });
  afterEach(() => db.close());

  const insert = (change: Parameters<typeof surveyVersionRow>[0]) =>
    db.connection.transaction((tx) => db.stores.surveys.insert(tx, surveyVersionRow(change)));

  it('keep the frozen definition to the letter', async () => {
    const definition = {
      title: { default: '您好！“安全感”调查', en: 'Hello' },
      pages: [{ elements: [{ name: 'q1', choices: ['1', 2, true, null, ''], nested: { empty: {}, none: [] } }] }],
      text: 'line\nbreak \u0001 \\ " 😀 𠮷',
      number: 0.1,
      big: 9007199254740991,
    };
    await insert({ definition, plan: ['a'], indicators: 'a bare text', title: { zh: '中文', en: 'English' } });
    const found = await db.stores.surveys.find(db.connection.reader, 'version-1');
    expect(found).toEqual(
      surveyVersionRow({ definition, plan: ['a'], indicators: 'a bare text', title: { zh: '中文', en: 'English' } }),
    );
  });

  it('are found by their content, and the newest by number', async () => {
    await insert({ id: 'a', version: 9, contentHash: 'nine' });
    await insert({ id: 'b', version: 10, contentHash: 'ten' });
    expect((await db.stores.surveys.latest(db.connection.reader, 'saohei-county'))?.id).toBe('b');
    expect((await db.stores.surveys.findByContent(db.connection.reader, 'saohei-county', 'nine'))?.id).toBe('a');
    expect(await db.stores.surveys.findByContent(db.connection.reader, 'saohei-county', 'eleven')).toBeNull();
    expect(await db.stores.surveys.latest(db.connection.reader, 'peace-five')).toBeNull();
    expect((await db.stores.surveys.list(db.connection.reader)).map((row) => row.version)).toEqual([10, 9]);
  });

  it('refuse the same number twice', async () => {
    await insert({ id: 'a', version: 1 });
    await expect(insert({ id: 'b', version: 1 })).rejects.toThrow();
  });
});
