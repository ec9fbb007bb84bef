import { useCallback, useEffect, useRef, useState } from 'react';

/** What a page knows of something it asked the server for. While it reloads, what was there stays. */
export interface Remote<T> {
  readonly data: T | null;
  readonly error: unknown;
  readonly loading: boolean;
  readonly reload: () => void;
}

/** Loads once per `key`; a null key asks for nothing. An answer that comes too late is dropped. */
export function useRemote<T>(key: string | null, load: () => Promise<T>): Remote<T> {
  const [turn, setTurn] = useState(0);
  const [held, setHeld] = useState<{ ask: string; data: T | null; error: unknown } | null>(null);
  const latest = useRef(load);
  latest.current = load;
  const ask = key === null ? null : `${turn} ${key}`;

  useEffect(() => {
    if (ask === null) return;
    let wanted = true;
    latest
      .current()
      .then((data) => wanted && setHeld({ ask, data, error: null }))
      .catch((error: unknown) => wanted && setHeld({ ask, data: null, error }));
    return () => {
      wanted = false;
    };
  }, [ask]);

  return {
    data: held?.data ?? null,
    error: held?.ask === ask ? (held?.error ?? null) : null,
    loading: ask !== null && held?.ask !== ask,
    reload: useCallback(() => setTurn((now) => now + 1), []),
  };
}

/** Asks again when the network is back, as long as what is shown is only remembered. */
export function useWhenBack(isRemembered: boolean, reload: () => void): void {
  useEffect(() => {
    if (!isRemembered) return;
    const again = (): void => {
      if (document.visibilityState === 'visible') reload();
    };
    window.addEventListener('online', again);
    document.addEventListener('visibilitychange', again);
    return () => {
      window.removeEventListener('online', again);
      document.removeEventListener('visibilitychange', again);
    };
  }, [isRemembered, reload]);
}

/** Something the user sets off: whether it runs, what it was refused with. */
export interface Task<A extends readonly unknown[]> {
  readonly run: (...args: A) => Promise<void>;
  readonly busy: boolean;
  readonly error: unknown;
  readonly clear: () => void;
}

/** One run at a time; a second press while it runs does nothing. */
export function useTask<A extends readonly unknown[]>(work: (...args: A) => Promise<void>): Task<A> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const running = useRef(false);
  return {
    busy,
    error,
    clear: () => setError(null),
    run: async (...args) => {
      if (running.current) return;
      running.current = true;
      setBusy(true);
      setError(null);
      try {
        await work(...args);
      } catch (thrown) {
        setError(thrown);
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
  };
}
