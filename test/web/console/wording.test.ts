import { expect, it } from 'vitest';
import { WORDS } from '../../../web/console/wording.ts';

const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

it('fills the same places in both languages', () => {
  const differing = Object.entries(WORDS).filter(
    ([, { zh, en }]) => placeholders(zh).join() !== placeholders(en).join(),
  );
  expect(differing).toEqual([]);
});

it('leaves no word empty', () => {
  expect(Object.entries(WORDS).filter(([, { zh, en }]) => zh.trim() === '' || en.trim() === '')).toEqual([]);
});
