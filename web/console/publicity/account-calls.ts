import type { AccountInput } from '../../../src/services/media-accounts.ts';
import { request } from '../../shared/api.ts';
import { at } from '../calls.ts';
import type { MediaAccountView, Versioned } from './wire.ts';

/** Every call about the accounts under which units publish, one line each. */

export const listAccounts = (): Promise<{ accounts: readonly MediaAccountView[] }> =>
  request('GET', '/api/media-accounts');
export const addAccount = (account: AccountInput & { readonly unit: string }): Promise<{ id: string }> =>
  request('POST', '/api/media-accounts', account);
export const changeAccount = ({ id, version }: Versioned, account: AccountInput): Promise<unknown> =>
  request('PUT', `/api/media-accounts/${at(id)}`, { ...account, version });
export const endAccount = ({ id, version }: Versioned, endedOn: string | null): Promise<unknown> =>
  request('POST', `/api/media-accounts/${at(id)}/end`, { endedOn, version });
export const noteFollowers = (id: string, figure: { day: string; quantity: string }): Promise<unknown> =>
  request('PUT', `/api/media-accounts/${at(id)}/followers`, figure);
export const removeFollowers = (id: string, day: string): Promise<unknown> =>
  request('DELETE', `/api/media-accounts/${at(id)}/followers/${at(day)}`);
