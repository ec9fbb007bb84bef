import type { GivenAnswers } from './api.ts';

/**
 * What this device keeps of an interview at one address: no more than it needs to go on. Acknowledged answers are not
 * kept, because the phone may be lent to a neighbour.
 */
export interface Remembered {
  readonly ticket: string;
  readonly unsent: GivenAnswers;
  /** The respondent pressed “submit” and the server has not confirmed it yet. */
  readonly finishing: boolean;
}

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** A browser may refuse storage (private mode, full disk); the page then works without it and says so. */
export function openStorage(): Storage | null {
  try {
    const storage = window.localStorage;
    storage.setItem('zhixiao.probe', '1');
    storage.removeItem('zhixiao.probe');
    return storage;
  } catch {
    return null;
  }
}

export function createMemory(storage: Storage | null, key: string) {
  return {
    isLasting: storage !== null,
    recall(): Remembered | null {
      try {
        return JSON.parse(storage?.getItem(key) ?? 'null') as Remembered | null;
      } catch {
        return null;
      }
    },
    remember(remembered: Remembered): void {
      try {
        storage?.setItem(key, JSON.stringify(remembered));
      } catch {
        // A full disk: the answers are still in this page and are sent from here.
      }
    },
    forget: (): void => storage?.removeItem(key),
  };
}
