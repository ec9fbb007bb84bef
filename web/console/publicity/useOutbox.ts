import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useStaff } from '../context.tsx';
import { addAttachment, addOutput, changeOutput } from './calls.ts';
import { createOutbox, type Outbox, type OutboxView, openKeeper } from './outbox.ts';

/** One per account, as long as the page lives: it goes on sending while other pages are open. */
const outboxes = new Map<string, Outbox>();

function outboxOf(owner: string): Outbox {
  const known = outboxes.get(owner);
  if (known) return known;
  const outbox = createOutbox({
    ...{ owner, keeper: openKeeper(), add: addOutput, change: changeOutput, attach: addAttachment },
    now: () => Date.now(),
  });
  outboxes.set(owner, outbox);
  return outbox;
}

export function useOutbox(): { readonly outbox: Outbox; readonly view: OutboxView } {
  const { id } = useStaff().user;
  const outbox = useMemo(() => outboxOf(id), [id]);
  const view = useSyncExternalStore(outbox.subscribe, outbox.view);
  useEffect(() => {
    const go = (): void => {
      if (document.visibilityState === 'visible') void outbox.flush();
    };
    go();
    window.addEventListener('online', go);
    window.addEventListener('offline', outbox.lose);
    document.addEventListener('visibilitychange', go);
    return () => {
      window.removeEventListener('online', go);
      window.removeEventListener('offline', outbox.lose);
      document.removeEventListener('visibilitychange', go);
    };
  }, [outbox]);
  return { outbox, view };
}

/** Carries what waits also while other sections are open, and lets the console open without a network. */
export function Courier(): null {
  useOutbox();
  useEffect(() => {
    // Missing in old browsers and on plain http: there the page has to be opened with a network.
    void navigator.serviceWorker?.register('/console/worker.js', { scope: '/console' }).catch(() => undefined);
  }, []);
  return null;
}
