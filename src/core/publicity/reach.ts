import { parseQuantity, type Quantity } from './quantity.ts';
import type { Reach } from './totals.ts';

const WORDS: readonly (readonly [RegExp, Reach])[] = [
  [/阅读|浏览|閱讀|瀏覽/, 'reads'],
  [/播放|观看/, 'plays'],
  [/点击|點擊/, 'clicks'],
  [/发放|领取/, 'copies-handed-out'],
  [/印制|印刷|印发/, 'copies-printed'],
  [/户/, 'households'],
  [/人|群众|群眾|观众|听众|学员/, 'persons'],
];

/** What makes the number behind it one that nobody knows, or one of something else than the whole. */
const VAGUE = /(数|數|几|幾|上|成|平均|人均|每[^\d]{0,3})$/;

/** What a remark such as `阅读量达50万人次` says was reached. */
export interface ReadReach {
  readonly reach: Reach;
  readonly quantity: Quantity;
  /** Reads written as if they were persons (人次): counted as reads, and told. */
  readonly readsAsPersons: boolean;
}

/**
 * Reads a remark about an audience. Null when it names nothing that could be reached: `村社区全覆盖` is a remark.
 * The first word decides: `阅读量达50万人次` counts reads, whatever stands behind the number.
 */
export function parseReach(remark: string): ReadReach | null {
  const text = remark.normalize('NFKC').replace(/[“”"'\s]/g, '');
  if (text === '') return null;
  const found = WORDS.find(([pattern]) => pattern.test(text));
  // 见上一行 is no number: a numeral by itself has a digit or a power of ten in it.
  const digit = /[0-9十百千万]/.exec(text);
  if (!found || !digit) return null;
  // From the word that qualifies the number on; 率 and 量 belong to what was counted.
  const start = /(达到?|超过?|突破|逾|近|约|共计?|累计|至少|不少于)?[0-9〇零一二两三四五六七八九十百千万.,]+.*$/.exec(
    text,
  );
  // 数百人次 and 每场200人 are no number of persons: the words before belong to the quantity and make it words.
  const vague = start && VAGUE.exec(text.slice(0, start.index));
  const quantity = parseQuantity(`${vague?.[0] ?? ''}${start?.[0] ?? text}`);
  const [, reach] = found;
  const isSeen = reach === 'reads' || reach === 'plays' || reach === 'clicks';
  return { reach, quantity, readsAsPersons: isSeen && /人次?$/.test(text) };
}
