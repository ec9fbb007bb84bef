import { el } from './dom.ts';
import type { SaveState } from './outbox.ts';
import { applyPreferences, keepPreferences, type Preferences } from './preferences.ts';
import type { Screen } from './screens.ts';
import { say, type WordingKey } from './wording.ts';

/** Something that paints itself into the page, such as the questions; it is told to go before the next screen. */
export type Mount = (main: HTMLElement, preferences: Preferences) => () => void;

/** The frame around every screen: language, large text, and whether the answers are safe. */
export function createShell(app: HTMLElement, preferences: Preferences, isStorageLasting: boolean) {
  const main = el('main', { id: 'main' });
  const quiet = el('span', {});
  // Only trouble is announced; “saved” after every tap would drown the questions for who listens to the page.
  const trouble = el('p', { class: 'trouble', role: 'status' });
  const large = el('button', { type: 'button', click: () => change({ large: !preferences.large }) });
  const language = el('button', {
    type: 'button',
    click: () => change({ lang: preferences.lang === 'zh' ? 'en' : 'zh' }),
  });
  app.textContent = '';
  app.append(el('header', {}, el('div', { class: 'bar' }, quiet, large, language)), trouble, main);

  let mount: Mount = () => () => {};
  let unmount = (): void => {};
  let saveState: SaveState | null = null;

  function change(changed: Partial<Preferences>): void {
    Object.assign(preferences, changed);
    keepPreferences(preferences);
    paint();
  }

  function paint(): void {
    applyPreferences(preferences);
    large.textContent = say('large', preferences.lang);
    large.setAttribute('aria-pressed', String(preferences.large));
    language.textContent = say('otherLanguage', preferences.lang);
    language.lang = preferences.lang === 'zh' ? 'en' : 'zh-CN';
    paintSaveState();
    unmount();
    main.textContent = '';
    unmount = mount(main, preferences);
    const heading = main.querySelector('h1');
    if (heading) document.title = heading.textContent ?? '';
  }

  function paintSaveState(): void {
    const key = saveState === 'saved' || saveState === 'saving' ? saveState : null;
    quiet.textContent = key ? say(key, preferences.lang) : '';
    quiet.className = key ? `save ${key}` : 'save';
    trouble.textContent = saveState === 'waiting' ? say(explainWaiting(), preferences.lang) : '';
  }

  /** Says what is true: “kept on this device” only where the browser lets us keep anything. */
  function explainWaiting(): WordingKey {
    if (!isStorageLasting) return 'openPage';
    return navigator.onLine ? 'unreachable' : 'offline';
  }

  return {
    preferences,
    explainWaiting,
    show(next: Mount): void {
      mount = next;
      paint();
    },
    /** Shows a plain screen and moves the reader to its heading, except on the first paint. */
    showScreen(screen: Screen, moveFocus = true): void {
      saveState = null;
      mount = (target, { lang }) => {
        target.append(...screen(lang).filter((node) => node !== null));
        return () => {};
      };
      paint();
      if (!moveFocus) return;
      window.scrollTo(0, 0);
      main.querySelector('h1')?.focus({ preventScroll: true });
    },
    setSaveState(state: SaveState | null): void {
      saveState = state;
      paintSaveState();
    },
  };
}
