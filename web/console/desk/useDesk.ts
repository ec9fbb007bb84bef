import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from '../../shared/api.ts';
import { heartbeat, nextCase, readDesk, takeBreak } from './calls.ts';
import type { DeskCase, DeskView, Held } from './wire.ts';

const BEAT_MS = 60_000;
/** While a carrier connects the call or carries a message, what becomes of it is asked for oftener. */
const LIVE_MS = 2000;
const RETRY_MS = 3000;
/** Nothing more is told of these. */
const ENDED_MESSAGES: ReadonlySet<string> = new Set(['delivered', 'undelivered', 'failed']);

export interface Desk {
  readonly view: DeskView | null;
  /** Why the desk could not be read at all. */
  readonly failed: unknown;
  readonly busy: boolean;
  readonly offline: boolean;
  /** The case is in other hands. */
  readonly lost: boolean;
  /** What the last wish was refused with. */
  readonly refusal: unknown;
  readonly next: () => void;
  readonly setBreak: (on: boolean) => void;
  /** Does something with the case in hand; what it gives replaces it. */
  readonly change: (
    work: (held: Held, current: DeskCase) => Promise<DeskCase>,
    after?: (now: DeskCase) => void,
  ) => void;
  /** Ends with the case: the desk is read anew. */
  readonly leave: (work: (held: Held) => Promise<unknown>, after?: () => void) => void;
  readonly run: (work: (held: Held) => Promise<void>) => void;
  readonly retry: () => void;
  readonly reload: () => void;
  readonly clear: () => void;
}

const isUnreachable = (error: unknown): boolean => error instanceof ApiError && error.code === null;
const isLost = (error: unknown): boolean => error instanceof ApiError && error.code === 'LEASE_LOST';
/** Answers that the question does not take are said; all else may mean that the desk shows something old. */
const isAboutAnswer = (error: unknown): boolean =>
  error instanceof ApiError && (error.code?.startsWith('ANSWER') || error.code === 'SIGN_IN_REQUIRED') === true;

/**
 * What lies on the desk, and the one line to the server. A wish that does not reach the server is tried again until it
 * does: the server carries each out once, so nothing is lost and nothing done twice.
 */
export function useDesk(wave: string): Desk {
  const [view, setView] = useState<DeskView | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [offline, setOffline] = useState(false);
  const [lost, setLost] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const working = useRef(false);
  const wishes = useRef(0);
  const wake = useRef<() => void>(() => {});
  const gone = useRef(false);

  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
      wake.current();
    };
  }, []);

  const insist = useCallback(async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        const result = await work();
        setOffline(false);
        return result;
      } catch (error) {
        if (!isUnreachable(error) || gone.current) throw error;
        setOffline(true);
        await new Promise<void>((resolve) => {
          const timer = window.setTimeout(resolve, RETRY_MS);
          wake.current = () => {
            window.clearTimeout(timer);
            resolve();
          };
        });
      }
    }
  }, []);

  const act = useCallback(
    async (work: () => Promise<void>): Promise<void> => {
      // One wish at a time: a key pressed while another is under way does nothing.
      if (working.current) return;
      working.current = true;
      wishes.current += 1;
      setBusy(true);
      setRefusal(null);
      try {
        await insist(work);
      } catch (error) {
        if (isLost(error)) setLost(true);
        else setRefusal(error);
        if (!isAboutAnswer(error)) await insist(() => readDesk(wave)).then(setView, () => {});
      } finally {
        working.current = false;
        setBusy(false);
      }
    },
    [insist, wave],
  );

  const reload = useCallback(() => {
    setFailed(null);
    insist(() => readDesk(wave)).then(
      (read) => {
        setLost(false);
        setView(read);
      },
      (error: unknown) => setFailed(error),
    );
  }, [insist, wave]);
  useEffect(reload, [reload]);

  const current = view?.current ?? null;
  const caseId = current?.id ?? null;
  const lease = current?.lease ?? null;
  const isConnecting = current?.bridges === true && current.attempt !== null && current.attempt.endedAt === null;
  const callState = current?.attempt?.state ?? null;
  const message = current?.messages.sent.at(-1)?.status ?? 'delivered';
  const isCarrying = isConnecting || !ENDED_MESSAGES.has(message);

  const beat = useRef<() => void>(() => {});
  beat.current = () => {
    if (working.current) return;
    // What was asked before a wish is older than what the wish gave.
    const before = wishes.current;
    const show = (change: (old: DeskView | null) => DeskView | null): void => {
      if (wishes.current === before) setView(change);
    };
    const asked =
      caseId === null || lease === null
        ? readDesk(wave).then((read) => show(() => read))
        : heartbeat({ case: caseId, lease }).then(async ({ state, attempt, ...told }) => {
            if (attempt?.state !== callState || state !== current?.state) {
              const read = await readDesk(wave);
              show(() => read);
              return;
            }
            show((old) => (old?.current ? { ...old, current: { ...old.current, ...told } } : old));
          });
    asked.then(
      () => setOffline(false),
      (error: unknown) => {
        if (isLost(error)) setLost(true);
        else if (isUnreachable(error)) setOffline(true);
      },
    );
  };
  useEffect(() => {
    const timer = window.setInterval(() => beat.current(), offline ? RETRY_MS : isCarrying ? LIVE_MS : BEAT_MS);
    return () => window.clearInterval(timer);
  }, [offline, isCarrying]);

  return {
    view,
    failed,
    busy,
    offline,
    lost,
    refusal,
    next: () =>
      void act(async () => {
        setView(await nextCase(wave));
        setLost(false);
      }),
    setBreak: (on) => void act(async () => setView(await takeBreak(wave, on))),
    change: (work, after) => {
      if (!current) return;
      void act(async () => {
        const now = await work({ case: current.id, lease: current.lease }, current);
        setView((old) => old && { ...old, current: now });
        after?.(now);
      });
    },
    leave: (work, after) => {
      if (!current) return;
      void act(async () => {
        await work({ case: current.id, lease: current.lease });
        after?.();
        setView(await readDesk(wave));
      });
    },
    run: (work) => {
      if (current) void act(() => work({ case: current.id, lease: current.lease }));
    },
    retry: () => (working.current ? wake.current() : beat.current()),
    reload,
    clear: () => setRefusal(null),
  };
}
