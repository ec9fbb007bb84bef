import type { Approval } from '../../src/core/questionnaire/plan.ts';
import type { Details, Lang, Text } from '../../src/core/text.ts';

/** Question code → answer; null takes an answer back. */
export type GivenAnswers = Readonly<Record<string, unknown>>;

interface Place {
  readonly code: string;
  readonly name: string;
}

/** An interview that may be answered: everything the page needs, so that it asks the server for nothing more. */
export interface OpenEntry {
  readonly state: 'open';
  readonly ticket: string;
  readonly unit: Place;
  readonly wave: {
    readonly code: string;
    readonly title: string;
    readonly synthetic: boolean;
    readonly kind: 'official' | 'self-test';
  };
  readonly title: Text;
  readonly minutes: number;
  readonly approval: Approval | null;
  readonly intro: Text;
  readonly thanks: Text;
  readonly page: Readonly<Record<Lang, Readonly<Record<string, unknown>>>>;
  readonly answers: GivenAnswers;
  readonly next: string | null;
}

export interface Receipt {
  readonly receipt: string;
  readonly participants: number;
  /** The result code: 1.1 complete; 4.x not meant for this survey. */
  readonly disposition: string;
}

export type Entry = OpenEntry | ({ readonly state: 'done'; readonly unit: Place; readonly thanks: Text } & Receipt);

export interface Refusal {
  readonly code: string;
  readonly details: Details;
  readonly requestId?: string | undefined;
}

/** `unreachable` is worth another try: no network, a time-out, a busy or broken server. A refusal stays a refusal. */
export type Reply<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unreachable' };

const TIMEOUT_MS = 20_000;

export const fetchEntry = (address: Address): Promise<Reply<Entry>> =>
  request('GET', `/api/entry/${address.kind}/${encodeURIComponent(address.code)}`);

/** Where the interview of a kept ticket stands. */
export const resumeInterview = (ticket: string): Promise<Reply<Entry>> => request('GET', '/api/interviews', ticket);

export const saveAnswers = (ticket: string, lang: Lang, answers: GivenAnswers): Promise<Reply<unknown>> =>
  request('PUT', '/api/interviews/answers', ticket, { lang, answers });

export const finishInterview = (ticket: string, lang: Lang, answers: GivenAnswers): Promise<Reply<Receipt>> =>
  request('POST', '/api/interviews/finish', ticket, { lang, answers });

export interface Address {
  readonly kind: 'place' | 'invitation';
  readonly code: string;
}

/** `/s/<place code>` or `/i/<token>`; null for anything else. */
export function readAddress(pathname: string): Address | null {
  const found = /^\/([si])\/([^/]+)\/?$/.exec(pathname);
  if (!found?.[2]) return null;
  try {
    return { kind: found[1] === 's' ? 'place' : 'invitation', code: decodeURIComponent(found[2]) };
  } catch {
    return null;
  }
}

async function request<T>(method: string, path: string, ticket?: string, body?: unknown): Promise<Reply<T>> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    const text = body === undefined ? null : JSON.stringify(body);
    const response = await fetch(path, {
      method,
      headers: {
        accept: 'application/json',
        ...(ticket !== undefined && { 'x-ticket': ticket }),
        ...(text !== null && { 'content-type': 'application/json' }),
      },
      body: text,
      credentials: 'omit',
      // The last answer still leaves when the page is closed right after it. Browsers allow 64 KB for this.
      keepalive: text !== null && text.length < 15_000,
      signal: abort.signal,
    });
    if (response.ok) return { kind: 'done', value: (await response.json()) as T };
    if (response.status >= 500 || response.status === 429 || response.status === 408) return { kind: 'unreachable' };
    return { kind: 'refused', refusal: ((await response.json()) as { error: Refusal }).error };
  } catch {
    return { kind: 'unreachable' };
  } finally {
    clearTimeout(timer);
  }
}
