import type { EntryInput } from '../../../src/core/publicity/entry.ts';
import type { Reach } from '../../../src/core/publicity/totals.ts';
import { today } from './dates.ts';
import type { WaitingEntry } from './outbox.ts';
import { usualReach } from './reading.ts';
import type { Kind, OutputView } from './wire.ts';

/** An entry as a form holds it: every field is text. */
export interface Draft {
  readonly unit: string;
  readonly kind: string;
  readonly startDate: string;
  readonly endDate: string;
  readonly statedPeriod: string;
  readonly place: string;
  readonly quantity: string;
  readonly reach: readonly { readonly reach: Reach; readonly quantity: string; readonly asOf: string }[];
  readonly title: string;
  readonly outlet: string;
  readonly mediaLevel: string;
  readonly link: string;
  readonly note: string;
  readonly reason: string;
}

const EMPTY = {
  ...{ endDate: '', statedPeriod: '', place: '', quantity: '', title: '' },
  ...{ outlet: '', mediaLevel: '', link: '', note: '', reason: '' },
};

export function emptyDraft(kind: Kind, unit: string): Draft {
  const first = usualReach(kind)[0];
  return {
    ...{ ...EMPTY, unit, kind: kind.code, startDate: today() },
    reach: first ? [{ reach: first, quantity: '', asOf: '' }] : [],
  };
}

/** What an entry of the ledger says, to be changed. */
export function draftOf(view: OutputView): Draft {
  const { unit, kind, startDate, endDate, place, title, outlet, link, note } = view;
  return {
    ...{ ...EMPTY, kind, startDate, place, title, outlet, link, note },
    ...{ unit: unit.code, endDate: endDate === startDate ? '' : endDate },
    ...{ statedPeriod: view.statedPeriod ?? '', mediaLevel: view.ownLevel ?? '', quantity: view.quantity.text },
    reach: view.reach.map(({ reach, quantity, asOf }) => ({ reach, quantity: quantity.text, asOf: asOf ?? '' })),
  };
}

/** The same thing done again today: numbers that grow afterwards are not yet known. */
export function draftAgain(view: OutputView): Draft {
  const draft = draftOf(view);
  const reach = draft.reach.map((one) => (one.asOf === '' ? one : { ...one, quantity: '', asOf: '' }));
  return { ...draft, reach, startDate: today(), endDate: '', statedPeriod: '', link: '' };
}

/** What waits in the outbox, to be mended. */
export function draftOfWaiting(entry: WaitingEntry): Draft {
  const { unit, kind, quantity, reach, reason, ...rest } = entry;
  const given = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, value ?? '']));
  return {
    ...{ ...EMPTY, startDate: '', ...given, unit, kind, quantity, reason: reason ?? '' },
    reach: (reach ?? []).map((one) => ({ reach: one.reach as Reach, quantity: one.quantity, asOf: one.asOf ?? '' })),
  };
}

/** What the form sends; empty fields are left away. */
export function inputOf(draft: Draft): EntryInput {
  const { kind, quantity, reach, startDate, endDate, statedPeriod, place, title, outlet, mediaLevel, link, note } =
    draft;
  const given = { startDate, endDate, statedPeriod, place, title, outlet, mediaLevel, link, note };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value.trim() !== '')),
    ...{ kind, quantity },
    reach: reach
      .filter((one) => one.quantity.trim() !== '')
      .map((one) => ({ reach: one.reach, quantity: one.quantity, asOf: one.asOf || undefined })),
  };
}

const keyOf = (owner: string): string => `zhixiao.draft.${owner}`;

/** A half-filled form outlives the page: taking a photo makes small phones throw the page away. */
export function rememberDraft(owner: string, draft: Draft | null): void {
  try {
    if (draft) window.localStorage.setItem(keyOf(owner), JSON.stringify(draft));
    else window.localStorage.removeItem(keyOf(owner));
  } catch {
    // Without storage the form lives as long as the page.
  }
}

export function recallDraft(owner: string): Draft | null {
  try {
    return JSON.parse(window.localStorage.getItem(keyOf(owner)) ?? 'null') as Draft | null;
  } catch {
    return null;
  }
}
