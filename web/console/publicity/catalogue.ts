import { normaliseName, suggestKinds } from '../../../src/core/publicity/kinds.ts';
import { listUnits } from '../calls.ts';
import { type Remote, useRemote } from '../remote.ts';
import type { UnitView } from '../wire.ts';
import { listAccounts } from './account-calls.ts';
import { listKinds } from './calls.ts';
import { findCopy, keepCopy } from './copies.ts';
import type { Kind, MediaAccountView } from './wire.ts';

/** What the pages looked up last: an entry can be written while the network is away. */
const last = new Map<string, unknown>();

function remembering<T>(key: string, load: () => Promise<T>): () => Promise<T> {
  return async () => {
    try {
      const data = await load();
      last.set(key, data);
      return data;
    } catch (error) {
      const known = last.get(key);
      if (known === undefined) throw error;
      return known as T;
    }
  };
}

export function useRemembered<T>(key: string | null, load: () => Promise<T>): Remote<T> {
  return useRemote(key, remembering(key ?? '', load));
}

/** With the moment it was kept where it is a copy, since the server could not be asked. */
type Kept<T> = T & { readonly keptAt?: number };

/** As above, and beyond the life of the page: what the form cannot do without. */
function keeping<T extends object>(name: string, load: () => Promise<T>): () => Promise<Kept<T>> {
  return async () => {
    try {
      const data = await load();
      void keepCopy(name, data);
      return data;
    } catch (error) {
      const copy = await findCopy(name);
      if (!copy) throw error;
      return { ...(copy.data as T), keptAt: copy.at };
    }
  };
}

export const useKinds = (): Remote<Kept<{ kinds: readonly Kind[] }>> =>
  useRemembered('kinds', keeping('kinds', listKinds));
export const useUnits = (): Remote<Kept<{ units: readonly UnitView[] }>> =>
  useRemembered('units', keeping('units', listUnits));

export const useAccounts = (): Remote<Kept<{ accounts: readonly MediaAccountView[] }>> =>
  useRemembered('accounts', keeping('accounts', listAccounts));

/** Levels of units that keep a ledger; villages and grids are places in it. */
const WRITING_LEVELS: readonly string[] = ['province', 'city', 'county', 'town'];

export const writingUnits = (units: readonly UnitView[]): readonly UnitView[] =>
  units.filter(({ level }) => WRITING_LEVELS.includes(level));

/** Names of the villages and grids below a unit. */
export function placesUnder(units: readonly UnitView[], unit: string): readonly string[] {
  const below = new Set([unit]);
  const names: string[] = [];
  // Parents stand before children in the list.
  for (const { code, parentCode, level, name } of units) {
    if (parentCode === null || !below.has(parentCode) || below.has(code)) continue;
    below.add(code);
    if (!WRITING_LEVELS.includes(level)) names.push(name);
  }
  return names;
}

/** Kinds whose name or other words contain what is typed. */
export function searchKinds(kinds: readonly Kind[], typed: string): readonly Kind[] {
  const wanted = normaliseName(typed);
  return kinds.filter((kind) =>
    [kind.name.zh, kind.name.en, ...kind.aliases].some((word) => normaliseName(word).includes(wanted)),
  );
}

export const closestKinds = (kinds: readonly Kind[], typed: string): readonly Kind[] => suggestKinds(kinds, typed, 4);

/** Where nobody has entered anything yet, what towns do most. */
const COMMON = ['leaflet', 'banner', 'talk', 'loudspeaker', 'post', 'home-visit', 'notice', 'video'];
const MOST_FREQUENT = 8;

/** The kinds that this unit used most of late, filled up with what towns do most. */
export function frequentKinds(kinds: readonly Kind[], used: readonly string[]): readonly Kind[] {
  const counts = new Map<string, number>();
  for (const code of used) counts.set(code, (counts.get(code) ?? 0) + 1);
  const order = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  const known = new Map(kinds.map((kind) => [kind.code, kind]));
  return [...new Set([...order, ...COMMON])].flatMap((code) => known.get(code) ?? []).slice(0, MOST_FREQUENT);
}
