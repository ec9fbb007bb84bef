import { describe, expect, test } from 'vitest';
import { createOutbox, type Keeper, type OutboxPorts, type Waiting } from '../../../web/console/publicity/outbox.ts';
import type { OutputView } from '../../../web/console/publicity/wire.ts';
import { ApiError } from '../../../web/shared/api.ts';

const ENTRY = { unit: '610902104', kind: 'leaflet', startDate: '2026-11-20', quantity: '10万余份' };
const PHOTO = new File(['bytes'], '大集.jpg', { type: 'image/jpeg' });
const OFFLINE = new ApiError(null, {});

/** A device that keeps what it is given, and a server that can be out of reach. */
function setUp(over: Partial<OutboxPorts> = {}, kept = new Map<string, Waiting>()) {
  const written = new Map<string, { kind: string; quantity: string }>();
  const attached: string[] = [];
  const network = { failure: null as Error | null };
  const call = <T>(answer: () => T): Promise<T> =>
    network.failure ? Promise.reject(network.failure) : Promise.resolve(answer());
  const keeper: Keeper = {
    isLasting: true,
    load: async () => [...kept.values()],
    put: async (item) => kept.set(item.clientKey, item),
    remove: async (key) => kept.delete(key),
  };
  const outbox = createOutbox({
    ...{ owner: 'wang', keeper: Promise.resolve(keeper), now: () => 1 },
    add: (entry) =>
      call(() => {
        if (!written.has(entry.clientKey)) written.set(entry.clientKey, { kind: entry.kind, quantity: entry.quantity });
        return { id: `id-${entry.clientKey}`, version: 1 } as OutputView;
      }),
    change: ({ id }, entry) =>
      call(() => {
        written.set(id.slice(3), { kind: entry.kind, quantity: entry.quantity });
        return { id, version: 2 } as OutputView;
      }),
    attach: (id, photo) => call(() => attached.push(`${id} ${photo.name}`)),
    ...over,
  });
  return { outbox, kept, written, attached, network };
}

describe('the outbox of the ledger', () => {
  test('an entry with its photo goes out and leaves the device', async () => {
    const { outbox, kept, written, attached } = setUp();
    await outbox.put('k1', ENTRY, [PHOTO]);
    await outbox.flush();
    expect([...written.keys()]).toEqual(['k1']);
    expect(attached).toEqual(['id-k1 大集.jpg']);
    expect(kept.size).toBe(0);
    expect(outbox.view()).toMatchObject({ items: [], held: null, receipts: [{ id: 'id-k1' }] });
  });

  test('without a network it waits, survives the page, and goes out once', async () => {
    const first = setUp();
    first.network.failure = OFFLINE;
    await first.outbox.put('k1', ENTRY, [PHOTO]);
    await first.outbox.flush();
    expect(first.outbox.view()).toMatchObject({ held: 'offline', items: [{ clientKey: 'k1', tried: true }] });

    const second = setUp({}, first.kept);
    await second.outbox.flush();
    expect([...second.written.keys()]).toEqual(['k1']);
    expect(second.attached).toHaveLength(1);
    expect(first.kept.size).toBe(0);
  });

  test('a break between entry and photo sends the photo alone afterwards', async () => {
    let broken = true;
    const sent: string[] = [];
    const { outbox, kept, written } = setUp({
      attach: async (id, photo) => {
        if (broken) throw OFFLINE;
        sent.push(`${id} ${photo.name}`);
      },
    });
    await outbox.put('k1', ENTRY, [PHOTO]);
    await outbox.flush();
    expect(kept.get('k1')).toMatchObject({ written: { id: 'id-k1' }, photos: [PHOTO] });
    broken = false;
    await outbox.flush();
    expect(sent).toEqual(['id-k1 大集.jpg']);
    expect(written.size).toBe(1);
    expect(kept.size).toBe(0);
  });

  test('a line that goes dead without an error is left at once, and the photo is sent on the next one', async () => {
    const sent: string[] = [];
    let dead = true;
    const { outbox } = setUp({
      attach: (id) => (dead ? new Promise(() => {}) : Promise.resolve(sent.push(id))),
    });
    await outbox.put('k1', ENTRY, [PHOTO]);
    const delivery = outbox.flush();
    await new Promise((resolve) => setTimeout(resolve, 5));
    outbox.lose();
    await delivery;
    expect(outbox.view()).toMatchObject({ held: 'offline', sending: null, items: [{ written: { id: 'id-k1' } }] });
    dead = false;
    await outbox.flush();
    expect(sent).toEqual(['id-k1']);
  });

  test('what the server refuses stays with its reason and does not hold up the others', async () => {
    const { outbox, written } = setUp({
      add: async (entry) => {
        if (entry.clientKey === 'bad') throw new ApiError('OUTPUT_MONTH_CLOSED', { month: '2026-08' });
        return { id: `id-${entry.clientKey}`, version: 1 } as OutputView;
      },
    });
    await outbox.put('bad', ENTRY, []);
    await outbox.put('good', ENTRY, []);
    await outbox.flush();
    expect(outbox.view().items).toMatchObject([{ clientKey: 'bad', refused: { code: 'OUTPUT_MONTH_CLOSED' } }]);
    expect(outbox.view().receipts).toMatchObject([{ id: 'id-good' }]);
    expect(written.size).toBe(0);
  });

  test('an entry mended after an answer that never came is what the server holds in the end', async () => {
    const { outbox, written, network } = setUp();
    // The server wrote it, and the answer was lost.
    written.set('k1', { kind: 'leaflet', quantity: '10万余份' });
    network.failure = OFFLINE;
    await outbox.put('k1', ENTRY, []);
    await outbox.flush();
    await outbox.put('k1', { ...ENTRY, quantity: '900份' }, []);
    await outbox.flush();
    network.failure = null;
    await outbox.flush();
    expect(written.get('k1')?.quantity).toBe('900份');
    expect(outbox.view().items).toEqual([]);
  });

  test('nothing of another account goes out or is shown', async () => {
    const kept = new Map<string, Waiting>([
      [
        'theirs',
        {
          ...{ clientKey: 'theirs', owner: 'li', savedAt: 1, entry: ENTRY, photos: [], tried: false, edited: false },
          ...{ written: null, refused: null },
        },
      ],
    ]);
    const { outbox, written } = setUp({}, kept);
    await outbox.flush();
    expect(outbox.view().items).toEqual([]);
    expect(written.size).toBe(0);
    expect(kept.size).toBe(1);
  });

  test('a session that has ended is told apart from a missing network', async () => {
    const { outbox, network } = setUp();
    network.failure = new ApiError('SIGN_IN_REQUIRED', {});
    await outbox.put('k1', ENTRY, []);
    await outbox.flush();
    expect(outbox.view()).toMatchObject({ held: 'signed-out', items: [{ clientKey: 'k1', refused: null }] });
  });
});
