import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PromptRecordingRow } from '../../src/store/prompts.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';

const row = (change: Partial<PromptRecordingRow> = {}): PromptRecordingRow => ({
  ...{
    id: 'p1',
    surveyCode: 'county',
    lang: 'zh',
    key: '_start',
    words: '开始请按1。',
    hash: 'h1',
    ms: 1500,
    bytes: 9,
  },
  ...{ fileName: '_start.wav', createdAt: 1, createdBy: 'm', retiredAt: null },
  ...change,
});

describe.each(DIALECTS)('recorded prompts on %s', (dialect) => {
  let db: TestStores;
  beforeEach(async () => {
    db = await withStores(dialect);
    await db.connection.transaction(async (tx) => {
      for (const one of [
        row(),
        row({ id: 'p0', hash: 'h0', createdAt: 3 }),
        row({ id: 'other', surveyCode: 'peace', hash: 'h2' }),
        row({ id: 'en', lang: 'en', words: '长'.repeat(1000), createdAt: 2 }),
      ])
        await db.stores.prompts.insert(tx, one);
    });
  });
  afterEach(() => db.close());

  const active = async () => (await db.stores.prompts.listActive(db.connection.reader, 'county')).map(({ id }) => id);

  it('are those of the survey, the newest last', async () => {
    expect(await active()).toEqual(['p1', 'en', 'p0']);
    expect(await db.stores.prompts.find(db.connection.reader, 'p1')).toEqual(row());
    expect(await db.stores.prompts.find(db.connection.reader, 'nothing')).toBeNull();
  });

  it('are retired once, keep their file for a while, and are forgotten', async () => {
    const { prompts } = db.stores;
    const retire = () => db.connection.transaction((tx) => prompts.retire(tx, ['p1', 'en'], 10));
    expect(await retire()).toBe(2);
    expect(await retire()).toBe(0);
    expect(await active()).toEqual(['p0']);
    expect(await prompts.isFileUsed(db.connection.reader, 'h1')).toBe(true);
    await db.connection.transaction((tx) => prompts.forgetRetired(tx, 9));
    expect(await prompts.find(db.connection.reader, 'p1')).not.toBeNull();
    await db.connection.transaction((tx) => prompts.forgetRetired(tx, 10));
    expect(await prompts.isFileUsed(db.connection.reader, 'h1')).toBe(false);
    expect(await active()).toEqual(['p0']);
  });
});
