import { useEffect, useRef, useState } from 'react';

export interface Live<T> {
  readonly data: T | null;
  /** Why the newest ask failed; what was there stays. */
  readonly error: unknown;
}

/** Asks again and again, but not while nobody looks: a hidden page asks nothing and is up to date when it is shown. */
export function useLive<T>(key: string, load: () => Promise<T>, everyMs: number): Live<T> {
  const [held, setHeld] = useState<{ key: string; data: T | null; error: unknown }>({ key, data: null, error: null });
  const latest = useRef(load);
  latest.current = load;

  useEffect(() => {
    let isWanted = true;
    let timer = 0;
    async function ask(): Promise<void> {
      if (!document.hidden) {
        try {
          const data = await latest.current();
          if (isWanted) setHeld({ key, data, error: null });
        } catch (error) {
          if (isWanted) setHeld((old) => ({ key, data: old.key === key ? old.data : null, error }));
        }
      }
      if (isWanted) timer = window.setTimeout(() => void ask(), everyMs);
    }
    function show(): void {
      if (document.hidden) return;
      window.clearTimeout(timer);
      void ask();
    }
    void ask();
    document.addEventListener('visibilitychange', show);
    return () => {
      isWanted = false;
      window.clearTimeout(timer);
      document.removeEventListener('visibilitychange', show);
    };
  }, [key, everyMs]);

  return {
    data: held.key === key ? held.data : null,
    error: held.key === key ? held.error : null,
  };
}
