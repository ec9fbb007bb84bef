import type { NetworkCall } from './call.ts';
import { wavMs } from './wav.ts';
import type { Delivered, WebhookClient } from './webhooks.ts';

/** A recording that documents play. */
export interface Sound {
  readonly ms: number;
  readonly type: string;
  readonly bytes: Uint8Array;
}

export interface Sounds {
  /** Fetches what a document plays; a number is the error that stands in its way. */
  load(call: NetworkCall, urls: Iterable<string>): Promise<ReadonlyMap<string, Sound | number>>;
  /** What was fetched already, for whoever listens in a browser. */
  find(url: string): Sound | undefined;
}

/** What the carrier plays: kinds of sound that a telephone takes. */
const PLAYABLE = /^audio\/(mpeg|mp3|wav|wave|x-wav|vnd\.wave|aiff|x-aiff|gsm|x-gsm|basic|ulaw)\b/i;
const LARGEST_SOUND = 40 * 1024 * 1024;
/** So many are remembered: a carrier keeps what it fetched, by its address. */
const MOST_KEPT = 200;
/** Sounds other than WAV are taken to be so fast: 64 kbit/s. */
const BYTES_PER_MS = 8;

/** Fetches recordings once, checks that they are sound, and knows how long they play. */
export function createSounds(client: WebhookClient): Sounds {
  const kept = new Map<string, Sound>();

  function read(delivered: Delivered): Sound | number {
    if (!delivered.ok) return delivered.code;
    const { contentType, bytes } = delivered;
    if (!PLAYABLE.test(contentType) || bytes.length === 0) return 12_300;
    const ms = /wav/i.test(contentType) ? wavMs(bytes) : Math.round(bytes.length / BYTES_PER_MS);
    return ms === null ? 12_300 : { ms, type: contentType, bytes };
  }

  async function fetchOne(call: NetworkCall, url: string): Promise<Sound | number> {
    const found = kept.get(url);
    if (found) return found;
    const sound = read(
      await client.deliver({ url, method: 'GET', params: {}, cookies: call.cookies, largestBytes: LARGEST_SOUND }),
    );
    if (typeof sound === 'number') return sound;
    const [oldest] = kept.keys();
    if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(url, sound);
    return sound;
  }

  return {
    find: (url) => kept.get(url),
    async load(call, urls) {
      const loaded = [...new Set(urls)].map(async (url) => [url, await fetchOne(call, url)] as const);
      return new Map(await Promise.all(loaded));
    },
  };
}
