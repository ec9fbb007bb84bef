import type { CarrierErrorKind } from '../carrier.ts';

/** What the carrier's error codes mean for an attempt. Codes of a whole family are below. */
const KINDS: Readonly<Record<number, CarrierErrorKind>> = {
  // The account
  20003: 'auth',
  20008: 'auth',
  // Too many requests, or calls at once
  20429: 'rate',
  10004: 'rate',
  // The number cannot be called, or not by message
  13224: 'bad-number',
  21211: 'bad-number',
  21214: 'bad-number',
  21217: 'bad-number',
  21614: 'bad-number',
  30005: 'bad-number',
  30006: 'bad-number',
  // The carrier does not serve this part of the world
  13227: 'region',
  21215: 'region',
  21408: 'region',
  32205: 'region',
  // This number must not be called; its owner sent STOP
  13225: 'blocked',
  21216: 'blocked',
  21610: 'blocked',
  30004: 'blocked',
  // Our number or text is not the one agreed on
  13214: 'config',
  21210: 'config',
  21212: 'config',
  30007: 'config',
  // For now
  30003: 'carrier-down',
  30008: 'carrier-down',
};

/** The meaning of an error code; null for one that we do not know. */
export function kindOfCode(code: number | null): CarrierErrorKind | null {
  if (code === null) return null;
  const known = KINDS[code];
  if (known !== undefined) return known;
  // The carrier could not fetch, read or understand what our webhooks answered.
  return code >= 11_000 && code < 13_000 ? 'our-fault' : null;
}
