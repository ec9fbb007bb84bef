import { type Details, fill, type Lang, type Text } from '../../src/core/text.ts';
import type { OpenEntry, Receipt } from './api.ts';
import { el } from './dom.ts';
import { type Failure, say, type WordingKey } from './wording.ts';

/** A screen in one language; the shell paints it again when the language changes. */
export type Screen = (lang: Lang) => readonly (Node | null)[];

const title = (text: string): HTMLElement => el('h1', { tabindex: '-1' }, text);

interface StartOptions {
  readonly entry: OpenEntry;
  readonly isUnfinished: boolean;
  readonly onStart: () => void;
  readonly onRestart: (() => void) | null;
}

/** Who asks, why, how long, that it is voluntary, and the legal marks of the form: all before the first question. */
export const startScreen =
  ({ entry, isUnfinished, onStart, onRestart }: StartOptions): Screen =>
  (lang) => {
    const { approval, wave } = entry;
    const facts: (readonly [WordingKey, string])[] = [
      ['place', entry.unit.name],
      ...(approval ? ([['asker', approval.authority]] as const) : []),
      ['duration', say('minutes', lang, { minutes: entry.minutes })],
      ['participation', say('voluntary', lang)],
    ];
    const marks: (readonly [WordingKey, string])[] = approval
      ? [
          ['formNumber', approval.formNumber],
          ['authority', approval.authority],
          ['approvalNumber', approval.number],
          ['validUntil', formatDay(approval.validUntil, lang)],
        ]
      : [];
    return [
      wave.synthetic || approval?.demonstration ? el('p', { class: 'mark' }, say('synthetic', lang)) : null,
      wave.kind === 'self-test' ? el('p', { class: 'mark' }, say('selfTest', lang)) : null,
      title(entry.title[lang]),
      el('p', { class: 'intro' }, entry.intro[lang]),
      list('facts', facts, lang),
      isUnfinished ? el('p', { class: 'note' }, say('unfinished', lang)) : null,
      el(
        'div',
        { class: 'actions' },
        el(
          'button',
          { class: 'primary', type: 'button', click: onStart },
          say(isUnfinished ? 'continue' : 'begin', lang),
        ),
        onRestart && el('button', { class: 'secondary', type: 'button', click: onRestart }, say('restart', lang)),
      ),
      marks.length > 0 ? list('legal', marks, lang) : null,
    ];
  };

interface ReceiptOptions extends Receipt {
  readonly unit: string;
  readonly thanks: Text;
  /** Only for open links: they may be answered by several people on one phone. */
  readonly onAnother: (() => void) | null;
}

export const receiptScreen =
  ({ unit, thanks, receipt, participants, onAnother }: ReceiptOptions): Screen =>
  (lang) => {
    const number = el('output', { class: 'number', id: 'receipt' }, receipt);
    const copied = el('p', { class: 'hint', role: 'status' });
    const copy = async (): Promise<void> => {
      copied.textContent = say((await copyText(number)) ? 'copied' : 'copyByHand', lang);
    };
    return [
      title(say('received', lang)),
      el('p', { class: 'intro' }, thanks[lang]),
      el(
        'section',
        { class: 'receipt' },
        el('label', { for: 'receipt' }, say('receipt', lang)),
        number,
        el('button', { class: 'secondary', type: 'button', click: copy }, say('copy', lang)),
        copied,
        el('p', { class: 'hint' }, say('receiptUse', lang)),
      ),
      el(
        'p',
        {},
        say('participants', lang, { unit, n: participants.toLocaleString('en-US') }),
        onAnother && (lang === 'zh' ? '' : ' ') + say('openLinkRule', lang),
      ),
      onAnother && another(lang, onAnother),
    ];
  };

export const screenedOutScreen =
  (onAnother: (() => void) | null): Screen =>
  (lang) => [
    title(say('screenedOut', lang)),
    el('p', { class: 'intro' }, say('screenedOutAdvice', lang)),
    onAnother && another(lang, onAnother),
  ];

export const failureScreen =
  (failure: Failure, details: Details, onAction: () => void): Screen =>
  (lang) => [
    title(fill(failure.title[lang], details)),
    el('p', { class: 'intro' }, fill(failure.advice[lang], details)),
    failure.action &&
      el(
        'div',
        { class: 'actions' },
        el(
          'button',
          { class: 'primary', type: 'button', click: onAction },
          say(failure.action === 'retry' ? 'retry' : 'startAgain', lang),
        ),
      ),
  ];

/** While the finished interview is on its way; `waiting` says why it has not arrived. */
export const submittingScreen =
  (waiting: WordingKey | null, onRetry: () => void): Screen =>
  (lang) => [
    title(say(waiting ? 'submitWaiting' : 'submitting', lang)),
    el('p', { class: 'intro', role: 'status' }, say(waiting ?? 'submittingAdvice', lang)),
    waiting &&
      el(
        'div',
        { class: 'actions' },
        el('button', { class: 'primary', type: 'button', click: onRetry }, say('retryNow', lang)),
      ),
  ];

export const openingScreen: Screen = (lang) => [el('p', { class: 'opening' }, say('opening', lang))];

const another = (lang: Lang, onAnother: () => void): HTMLElement =>
  el(
    'div',
    { class: 'actions' },
    el('button', { class: 'secondary', type: 'button', click: onAnother }, say('another', lang)),
  );

function list(name: string, rows: readonly (readonly [WordingKey, string])[], lang: Lang): HTMLElement {
  return el(
    'dl',
    { class: name },
    ...rows.map(([key, value]) => el('div', {}, el('dt', {}, say(key, lang)), el('dd', {}, value))),
  );
}

function formatDay(day: string, lang: Lang): string {
  const [year, month, date] = day.split('-').map(Number);
  return lang === 'zh' ? `${year}年${month}月${date}日` : day;
}

/** Pages without https have no clipboard: select the number and let the browser copy the selection. */
async function copyText(element: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(element.textContent ?? '');
    return true;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = window.getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
    try {
      return document.execCommand('copy');
    } catch {
      return false;
    }
  }
}
