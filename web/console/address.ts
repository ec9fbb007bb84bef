import { useCallback, useEffect, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { Lang } from '../../src/core/text.ts';

const REMEMBERED = 'zhixiao.lang';

/** What an address named during this visit: a link to an English page leads on in English. */
let spoken: Lang | null = null;

function rememberedLang(): Lang {
  if (spoken !== null) return spoken;
  try {
    return window.localStorage.getItem(REMEMBERED) === 'en' ? 'en' : 'zh';
  } catch {
    return 'zh';
  }
}

/** The address is the state: filters, tabs, wave and unit are read from it and written to it. */
export interface Address {
  readonly get: (name: string) => string | null;
  /** Changes parameters of this page; null or an empty text removes one. */
  readonly set: (changes: Readonly<Record<string, string | null>>, options?: { replace?: boolean }) => void;
  /** This page's address with changed parameters, for links. */
  readonly with: (changes: Readonly<Record<string, string | null>>) => string;
}

export function useAddress(): Address {
  const [path, navigate] = useLocation();
  const search = useSearch();
  return useMemo(() => {
    const parameters = new URLSearchParams(search);
    const change = (changes: Readonly<Record<string, string | null>>): string => {
      const changed = new URLSearchParams(parameters);
      for (const [name, value] of Object.entries(changes)) {
        if (value) changed.set(name, value);
        else changed.delete(name);
      }
      const text = changed.toString();
      return text ? `${path}?${text}` : path;
    };
    return {
      get: (name) => parameters.get(name) || null,
      set: (changes, options = {}) => navigate(change(changes), options),
      with: change,
    };
  }, [path, navigate, search]);
}

/** The language of the address, else that of this visit or the one chosen last; English always shows in the address. */
export function useAddressLang(): [Lang, (lang: Lang) => void] {
  const address = useAddress();
  const named = address.get('lang');
  const lang: Lang = named === 'en' || named === 'zh' ? named : rememberedLang();

  useEffect(() => {
    spoken = lang;
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
    if (lang === 'en' && named === null) {
      const search = new URLSearchParams(window.location.search);
      search.set('lang', 'en');
      // The fragment may hold a one-time token; keep it.
      window.history.replaceState(
        window.history.state,
        '',
        `${window.location.pathname}?${search}${window.location.hash}`,
      );
    }
  });

  const choose = useCallback(
    (next: Lang) => {
      spoken = next;
      try {
        window.localStorage.setItem(REMEMBERED, next);
      } catch {
        // Without storage the address alone carries the language.
      }
      address.set({ lang: next === 'en' ? 'en' : null }, { replace: true });
    },
    [address],
  );
  return [lang, choose];
}
