import type { Lang } from '../../src/core/text.ts';

const LANG_KEY = 'zhixiao.lang';
const LARGE_KEY = 'zhixiao.large';

export interface Preferences {
  lang: Lang;
  /** The elder view: 24 px text, targets of 60 px. */
  large: boolean;
}

/** Language and size: from the address, else as chosen last time on this device, else Chinese in the normal size. */
export function readPreferences(): Preferences {
  const lang = new URLSearchParams(location.search).get('lang') ?? recall(LANG_KEY);
  return { lang: lang === 'en' ? 'en' : 'zh', large: recall(LARGE_KEY) === 'yes' };
}

export function applyPreferences({ lang, large }: Preferences): void {
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
  document.documentElement.classList.toggle('large', large);
}

/** Remembers the choice, and puts the language into the address so that a forwarded link opens the same way. */
export function keepPreferences({ lang, large }: Preferences): void {
  const url = new URL(location.href);
  if (lang === 'en') url.searchParams.set('lang', 'en');
  else url.searchParams.delete('lang');
  history.replaceState(history.state, '', url);
  try {
    localStorage.setItem(LANG_KEY, lang);
    localStorage.setItem(LARGE_KEY, large ? 'yes' : 'no');
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
