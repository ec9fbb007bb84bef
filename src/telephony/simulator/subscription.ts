import type { Address, Subscription } from './call.ts';
import type { Verb } from './document.ts';

/** Relative addresses are taken from the document that names them. */
export function addressIn(address: string, method: string | undefined, base: string): Address {
  return { url: new URL(address === '' ? base : address, base).href, method: method === 'GET' ? 'GET' : 'POST' };
}

/** Where a verb says that its progress is told; without events, the end alone. */
export function subscriptionOf({ attributes }: Verb, key: string, base: string): Subscription | null {
  const url = attributes[key];
  if (url === undefined) return null;
  const events = new Set((attributes[`${key}Event`] ?? 'completed').split(' '));
  return { ...addressIn(url, attributes[`${key}Method`], base), events };
}
