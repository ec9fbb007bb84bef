import { afterEach, expect, test } from 'vitest';
import { edit, withdraw } from '../../../web/console/publicity/reviewing.ts';
import type { OutputView } from '../../../web/console/publicity/wire.ts';

const real = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = real;
});

const output = (id: string, place: string): OutputView =>
  ({ id, version: 1, state: 'submitted', place, kind: 'leaflet' }) as OutputView;

/** A line to a server that takes everything; it can be told to break at the n-th call. */
function line() {
  const calls: string[] = [];
  const state = { breakAt: 0 };
  globalThis.fetch = async (address, init) => {
    if (calls.length + 1 === state.breakAt) {
      state.breakAt = 0;
      throw new TypeError('Failed to fetch');
    }
    const { ids = [] } = JSON.parse(String(init?.body ?? '{}')) as { ids?: string[] };
    calls.push([String(address).replace('/api/outputs/', ''), ...ids].join(' '));
    const id = calls.at(-1)?.split('/')[0] ?? '';
    return Response.json({ id, version: 2 });
  };
  return { calls, state };
}

test('a withdrawal of many whose way back breaks half way goes on where it stopped', async () => {
  const { calls, state } = line();
  const { n, undo } = await withdraw([output('a', ''), output('b', ''), output('c', '')], '重复');
  expect([n, calls.splice(0)]).toEqual([3, ['a/withdraw', 'b/withdraw', 'c/withdraw']]);
  state.breakAt = 2;
  await expect(undo()).rejects.toThrow();
  await undo();
  expect(calls).toEqual(['a/restore', 'b/restore', 'c/restore']);
});

test('entries that had the same before are changed back together, each group once', async () => {
  const { calls, state } = line();
  const outputs = [output('a', '大集'), output('b', '广场'), output('c', '大集')];
  const { undo } = await edit(outputs, { place: '村口' }, { reason: undefined, mayReview: false });
  expect(calls.splice(0)).toEqual(['bulk a b c']);
  state.breakAt = 2;
  await expect(undo()).rejects.toThrow();
  await undo();
  expect(calls).toEqual(['bulk a c', 'bulk b']);
});
