import type { Habit } from '../../telephony/simulator/readers.ts';
import type { WireEntry } from './wire.ts';

/**
 * How the simulated town takes messages. Nobody in it answers on the web or refuses by message: what those do to a case is
 * not on the wire to the telephone network, from which a campaign is recounted.
 */
export const QUIET_HABITS: Readonly<Record<Habit, number>> = {
  ...{ ignores: 66, replies: 10, unreachable: 10, unknown: 4, landline: 8, filtered: 2 },
  ...{ opens: 0, stops: 0 },
};

const RANKS = ['unknown', 'queued', 'sending', 'sent'];
const rankOf = (status: string): number => (RANKS.includes(status) ? RANKS.indexOf(status) : RANKS.length);

/** What became of each message, by our name of it, as the wire alone tells it. */
export function replayMessages(wire: readonly WireEntry[]): ReadonlyMap<string, string> {
  const messages = new Map<string, string>();
  for (const { kind, url, method, form, status } of wire) {
    const { pathname } = new URL(url);
    if (kind === 'rest' && method === 'POST' && pathname.endsWith('/Messages.json')) {
      const id = lastOf(new URL(form.StatusCallback ?? url).pathname);
      messages.set(id, status === 201 ? 'queued' : status === null || status === 500 ? 'unknown' : 'failed');
    }
    if (kind !== 'webhook' || !pathname.includes('/sms-status/') || status === null || status >= 300) continue;
    const [id, told] = [lastOf(pathname), form.MessageStatus ?? ''];
    if (rankOf(told) > rankOf(messages.get(id) ?? 'unknown')) messages.set(id, told);
  }
  return messages;
}

const lastOf = (pathname: string): string => decodeURIComponent(pathname.split('/').at(-1) ?? '');
