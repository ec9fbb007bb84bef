import { describe, expect, it } from 'vitest';
import { DESK_WORDS } from '../../../web/console/desk/wording.ts';
import { PHONE_WORDS } from '../../../web/console/phone/wording.ts';
import { LEDGER_WORDS } from '../../../web/console/publicity/wording.ts';
import { WORDS } from '../../../web/console/wording.ts';

const placeholders = (text: string): string[] => [...new Set(text.match(/(?<=\{)\w+/g))].sort();

describe.each([
  ['of the console', WORDS],
  ['of the desk', DESK_WORDS],
  ['of phone surveys', PHONE_WORDS],
  ['of the ledger', LEDGER_WORDS],
])('the words %s', (_of, dictionary) => {
  it('fill the same places in both languages', () => {
    const differing = Object.entries(dictionary).filter(
      ([, { zh, en }]) => placeholders(zh).join() !== placeholders(en).join(),
    );
    expect(differing).toEqual([]);
  });

  it('are never empty', () => {
    expect(Object.entries(dictionary).filter(([, { zh, en }]) => zh.trim() === '' || en.trim() === '')).toEqual([]);
  });
});
