import { getExpectedTwilioSignature, validateRequest } from 'twilio/lib/webhooks/webhooks.js';

/** The form of a webhook, every pair of it: a key that came twice is a list. */
export type FormParams = Readonly<Record<string, string | readonly string[]>>;

/**
 * Reads a form body without losing or mending anything: the signature covers every pair, empty ones and those we do not
 * know included, and nothing is trimmed.
 */
export function readForm(body: string): FormParams {
  const form: Record<string, string | string[]> = Object.create(null);
  for (const [key, value] of new URLSearchParams(body)) {
    const earlier = form[key];
    if (earlier === undefined) form[key] = value;
    else if (Array.isArray(earlier)) earlier.push(value);
    else form[key] = [earlier, value];
  }
  return form;
}

/** The first value of a key; null when it did not come. */
export function firstOf(form: FormParams, key: string): string | null {
  const value = form[key];
  return value === undefined ? null : typeof value === 'string' ? value : (value[0] ?? null);
}

export interface SignedRequest {
  /**
   * The address as the carrier called it: our public base, then path and search exactly as they arrived. Never from the
   * Host or X-Forwarded headers. A connection-override fragment (`#rc=2`) may stay; it is not signed.
   */
  readonly url: string;
  readonly form: FormParams;
  /** The X-Twilio-Signature header. */
  readonly signature: string | null;
}

/**
 * Which of our tokens signed a request: 0 the primary, 1 the secondary (kept while a key is being rotated); null when
 * none did.
 */
export function findSigner(tokens: readonly string[], { url, form, signature }: SignedRequest): number | null {
  if (!signature) return null;
  const address = url.replace(/#.*$/s, '');
  const index = tokens.findIndex((token) => token !== '' && validateRequest(token, signature, address, { ...form }));
  return index < 0 ? null : index;
}

/** Signs a request as the carrier does; the simulated network uses it, and tests. */
export function signRequest(token: string, url: string, form: FormParams): string {
  return getExpectedTwilioSignature(token, url.replace(/#.*$/s, ''), { ...form });
}
