import { openDB } from 'idb';
import { ERRORS, type ErrorCode } from '../../../src/core/errors.ts';
import type { EntryInput } from '../../../src/core/publicity/entry.ts';
import type { Details } from '../../../src/core/text.ts';
import { ApiError } from '../../shared/api.ts';
import type { NewOutput, OutputView, Versioned } from './wire.ts';

export type WaitingEntry = EntryInput & { readonly unit: string; readonly reason?: string | undefined };

/** An entry on its way from this device to the ledger, with its photos. */
export interface Waiting {
  /** The same however often it is sent: the server writes it once. */
  readonly clientKey: string;
  /** The account that wrote it; a phone may be lent, and nothing goes out under another name. */
  readonly owner: string;
  readonly savedAt: number;
  readonly entry: WaitingEntry;
  readonly photos: readonly File[];
  /** Sent once without an answer: it may be written already. */
  readonly tried: boolean;
  /** Changed after that: what the server may hold is brought up to date. */
  readonly edited: boolean;
  /** The entry is written and only photos are left. */
  readonly written: Pick<OutputView, 'id'> | null;
  readonly refused: { readonly code: ErrorCode; readonly details: Details } | null;
}

export interface OutboxView {
  readonly items: readonly Waiting[];
  /** Key of the entry that is being sent. */
  readonly sending: string | null;
  /** Why nothing moves: no network, or the session has ended. */
  readonly held: 'offline' | 'signed-out' | null;
  /** What went out since the page was opened, the latest first. */
  readonly receipts: readonly OutputView[];
  /** False where the browser keeps nothing beyond this page. */
  readonly isLasting: boolean;
}

/** Where waiting entries are kept on the device. */
export interface Keeper {
  readonly isLasting: boolean;
  readonly load: () => Promise<readonly Waiting[]>;
  readonly put: (item: Waiting) => Promise<unknown>;
  readonly remove: (clientKey: string) => Promise<unknown>;
}

export interface OutboxPorts {
  readonly owner: string;
  readonly keeper: Promise<Keeper>;
  readonly add: (entry: NewOutput & { readonly reason?: string | undefined }) => Promise<OutputView>;
  readonly change: (
    output: Versioned,
    entry: EntryInput & { readonly reason?: string | undefined },
  ) => Promise<OutputView>;
  readonly attach: (outputId: string, photo: File) => Promise<unknown>;
  readonly now: () => number;
}

const LONGEST_WAIT_MS = 60_000;
/** After so long without an answer the line counts as lost; whatever was sent is sent again, and counts once. */
const ENTRY_MS = 30_000;
const PHOTO_MS = 10 * 60_000;
const MOST_RECEIPTS = 5;

export type Outbox = ReturnType<typeof createOutbox>;

/**
 * Brings entries to the server one after the other and keeps each on the device until the server has it. What the
 * server refuses stays, with its reason, until somebody mends it or throws it away; it does not hold up the others.
 */
export function createOutbox({ owner, keeper, add, change, attach, now }: OutboxPorts) {
  let view: OutboxView = { items: [], sending: null, held: null, receipts: [], isLasting: true };
  const listeners = new Set<() => void>();
  let delivery: Promise<void> | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let failures = 0;
  const losses = new Set<() => void>();

  /** Waits for an answer no longer than there is a line: a request on a dead line may hang for minutes. */
  function within<T>(answer: Promise<T>, mostMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const lose = (): void => reject(new ApiError(null, {}));
      const limit = setTimeout(lose, mostMs);
      losses.add(lose);
      void answer.then(resolve, reject).finally(() => {
        clearTimeout(limit);
        losses.delete(lose);
      });
    });
  }

  function show(change: Partial<OutboxView>): void {
    view = { ...view, ...change };
    for (const listener of listeners) listener();
  }

  const find = (clientKey: string): Waiting | undefined => view.items.find((item) => item.clientKey === clientKey);

  async function keep(item: Waiting): Promise<void> {
    const known = find(item.clientKey) !== undefined;
    show({
      items: known ? view.items.map((one) => (one.clientKey === item.clientKey ? item : one)) : [...view.items, item],
    });
    await (await keeper).put(item).catch(() => show({ isLasting: false }));
  }

  async function remove(clientKey: string): Promise<void> {
    show({ items: view.items.filter((item) => item.clientKey !== clientKey) });
    await (await keeper).remove(clientKey).catch(() => undefined);
  }

  const ready = keeper.then(async (kept) => {
    const items = await kept.load();
    show({ isLasting: kept.isLasting, items: [...items.filter((item) => item.owner === owner), ...view.items] });
  });

  async function deliverOne(item: Waiting): Promise<void> {
    let now = item;
    if (now.written === null) {
      await keep({ ...now, tried: true });
      let output = await within(add({ ...now.entry, clientKey: now.clientKey }), ENTRY_MS);
      if (now.edited) output = await within(change(output, now.entry), ENTRY_MS);
      now = { ...now, tried: false, edited: false, written: { id: output.id } };
      show({ receipts: [output, ...view.receipts].slice(0, MOST_RECEIPTS) });
      if (now.photos.length > 0) await keep(now);
    }
    for (let photo = now.photos[0]; photo && now.written; photo = now.photos[0]) {
      await within(attach(now.written.id, photo), PHOTO_MS);
      now = { ...now, photos: now.photos.slice(1) };
      await keep(now);
    }
    await remove(now.clientKey);
  }

  async function deliver(): Promise<void> {
    await ready;
    for (let next = view.items.find(isDue); next; next = view.items.find(isDue)) {
      show({ sending: next.clientKey, held: null });
      try {
        await deliverOne(next);
        failures = 0;
      } catch (error) {
        const held = holdOf(error);
        if (held !== null) {
          show({ sending: null, held });
          if (held === 'offline') tryLater();
          return;
        }
        const refused = error instanceof ApiError && error.code !== null ? error : new ApiError('INTERNAL', {});
        const latest = find(next.clientKey) ?? next;
        // Only a fault of the server leaves open whether the entry is written.
        const tried = refused.code === 'INTERNAL' && latest.tried;
        await keep({
          ...{ ...latest, tried, edited: tried && latest.edited },
          refused: { code: refused.code ?? 'INTERNAL', details: refused.details },
        });
      }
    }
    show({ sending: null, held: null });
  }

  function tryLater(): void {
    failures += 1;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void flush(), Math.min(LONGEST_WAIT_MS, 1000 * 2 ** failures));
  }

  /** Sends what waits, now. */
  function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    delivery ??= deliver().finally(() => {
      delivery = null;
      // Something may have been put in just when the last one had gone.
      if (view.held === null && view.items.some(isDue)) void flush();
    });
    return delivery;
  }

  return {
    view: (): OutboxView => view,
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    flush,
    ready,

    /** The device says that the line is gone: what is on its way waits for the next one. */
    lose(): void {
      for (const lose of losses) lose();
    },

    async put(clientKey: string, entry: WaitingEntry, photos: readonly File[]): Promise<void> {
      await ready;
      const known = find(clientKey);
      await keep({
        ...{ clientKey, owner, savedAt: known?.savedAt ?? now(), entry, photos },
        ...{ tried: known?.tried ?? false, edited: known?.tried ?? false },
        ...{ written: known?.written ?? null, refused: null },
      });
      void flush();
    },

    /** Takes the photo the server will not have off an entry that is written. */
    async dropPhoto(clientKey: string): Promise<void> {
      const item = find(clientKey);
      if (!item) return;
      await keep({ ...item, photos: item.photos.slice(1), refused: null });
      void flush();
    },

    /** Sends a refused entry again as it is. */
    async retry(clientKey: string): Promise<void> {
      const item = find(clientKey);
      if (!item) return;
      await keep({ ...item, refused: null });
      void flush();
    },

    remove,
  };
}

const isDue = ({ refused }: Waiting): boolean => refused === null;

/** What is no fault of the entry: it waits and is sent again. */
function holdOf(error: unknown): OutboxView['held'] {
  if (!(error instanceof ApiError)) return null;
  if (error.code === 'SIGN_IN_REQUIRED') return 'signed-out';
  if (error.code === null) return 'offline';
  return ERRORS[error.code].kind === 'busy' ? 'offline' : null;
}

const STORE = 'waiting';

/** The browser's own database, which also keeps photos; a page without one still works, and says what it cannot. */
export async function openKeeper(): Promise<Keeper> {
  try {
    const db = await openDB('zhixiao-ledger', 1, {
      upgrade: (database) => {
        database.createObjectStore(STORE, { keyPath: 'clientKey' });
      },
    });
    return {
      isLasting: true,
      load: async () => {
        const items = (await db.getAll(STORE)) as Waiting[];
        return items.sort((a, b) => a.savedAt - b.savedAt);
      },
      put: (item) => db.put(STORE, item),
      remove: (clientKey) => db.delete(STORE, clientKey),
    };
  } catch {
    return { isLasting: false, load: async () => [], put: async () => undefined, remove: async () => undefined };
  }
}

/** A key nobody else makes. `randomUUID` is missing on plain http, where many office servers are. */
export function newClientKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
