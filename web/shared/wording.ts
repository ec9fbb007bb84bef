import type { Mode } from '../../src/core/indicators/types.ts';
import { type Details, fill, type Lang, type Text } from '../../src/core/text.ts';
import type { Level } from '../../src/core/units/types.ts';

/** One entry of a wording dictionary: a missing language does not compile. */
export const words = (zh: string, en: string): Text => ({ zh, en });

/** Looks words up in a dictionary, in one language. */
export function speak<W extends Readonly<Record<string, Text>>>(dictionary: W, lang: Lang) {
  return (word: keyof W & string, details: Details = {}): string => {
    const text: Text | undefined = dictionary[word];
    if (!text) throw new RangeError(`no word “${word}”`);
    return fill(text[lang], details);
  };
}

/** Words of the domain that every face uses. */
export const LEVEL_WORDS = {
  province: words('省', 'Province'),
  city: words('市', 'City'),
  county: words('县（区）', 'County'),
  town: words('镇（街道）', 'Town'),
  village: words('村（社区）', 'Village'),
  grid: words('网格', 'Grid'),
} as const satisfies Record<Level, Text>;

export const MODE_WORDS = {
  phone: words('电话访问', 'Phone interview'),
  keypad: words('电话按键', 'Keypad'),
  'web-token': words('网上单次链接', 'Web, single-use link'),
  'web-open': words('网上开放链接', 'Web, open link'),
  face: words('入户面访', 'Face to face'),
} as const satisfies Record<Mode, Text>;
