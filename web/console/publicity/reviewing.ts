import { acceptOutputs, editOutputs, reopenOutputs, restoreOutput, returnOutput, withdrawOutput } from './calls.ts';
import type { OutputEdit, OutputView } from './wire.ts';

/** What can be done with entries, each with its way back. */

type Undo = () => Promise<unknown>;
const idsOf = (outputs: readonly OutputView[]): string[] => outputs.map(({ id }) => id);

/** Calls one after the other: each is a small change of its own, and a refusal stops at the one it is about. */
async function each<T, R>(list: readonly T[], call: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (const one of list) done.push(await call(one));
  return done;
}

export async function accept(outputs: readonly OutputView[]): Promise<{ n: number; undo: Undo }> {
  const waiting = outputs.filter(({ state }) => state === 'submitted');
  if (waiting.length === 0) return { n: 0, undo: async () => undefined };
  await acceptOutputs(idsOf(waiting));
  return { n: waiting.length, undo: () => reopenOutputs(idsOf(waiting)) };
}

/** As above; called again after a break it goes on where it stopped, so that a way back never ends half way. */
function eachOnce<T>(list: readonly T[], call: (one: T) => Promise<unknown>): Undo {
  let left = list;
  return async () => {
    for (let one = left[0]; one !== undefined; one = left[0]) {
      await call(one);
      left = left.slice(1);
    }
  };
}

/** As they were before: accepted again where they had been. */
async function back(before: readonly OutputView[]): Promise<void> {
  const accepted = before.filter(({ state }) => state === 'accepted');
  if (accepted.length > 0) await acceptOutputs(idsOf(accepted));
}

export async function sendBack(outputs: readonly OutputView[], reason: string): Promise<{ n: number; undo: Undo }> {
  const open = outputs.filter(({ state }) => state === 'submitted' || state === 'accepted');
  await each(open, (output) => returnOutput(output, reason));
  return {
    n: open.length,
    undo: async () => {
      // Also in a closed month, as below.
      await reopenOutputs(idsOf(open), reason);
      await back(open);
    },
  };
}

export async function withdraw(outputs: readonly OutputView[], reason: string): Promise<{ n: number; undo: Undo }> {
  const open = outputs.filter(({ state }) => state !== 'withdrawn' && state !== 'merged');
  const gone = await each(open, (output) => withdrawOutput(output, reason));
  // Also in a closed month: the history then says the same reason for both.
  const putBack = eachOnce(gone, (output) => restoreOutput(output, reason));
  return {
    n: open.length,
    undo: async () => {
      await putBack();
    },
  };
}

export async function edit(
  outputs: readonly OutputView[],
  change: OutputEdit,
  options: { readonly reason: string | undefined; readonly mayReview: boolean },
): Promise<{ n: number; undo: Undo }> {
  const { reason } = options;
  await editOutputs(idsOf(outputs), change, reason);
  const changeBack = eachOnce([...groupByBefore(outputs, change).values()], ({ ids, before }) =>
    editOutputs(ids, before, reason),
  );
  return {
    n: outputs.length,
    undo: async () => {
      await changeBack();
      if (options.mayReview) await back(outputs);
    },
  };
}

/** Entries that had the same before go back together. */
function groupByBefore(outputs: readonly OutputView[], change: OutputEdit) {
  const groups = new Map<string, { ids: string[]; before: OutputEdit }>();
  const fields = Object.keys(change) as (keyof OutputEdit)[];
  for (const output of outputs) {
    const before = Object.fromEntries(fields.map((field) => [field, ownWord(output, field)]));
    const key = JSON.stringify(before);
    const group = groups.get(key);
    groups.set(key, { ids: [...(group?.ids ?? []), output.id], before });
  }
  return groups;
}

/** What an entry says of itself; of its level, not the one to which a repost raised it. */
const ownWord = (output: OutputView, field: keyof OutputEdit): string =>
  (field === 'mediaLevel' ? output.ownLevel : output[field]) ?? '';
