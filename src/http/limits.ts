import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import { createRateLimit } from '../auth/rate-limit.ts';
import { AppError } from '../core/errors.ts';
import { headerOf } from './headers.ts';

/** The address a request comes from: the socket's, or what the trusted proxy in front says. */
export function addressOf(c: Context, trustProxy: boolean): string {
  const forwarded = trustProxy ? headerOf(c, 'x-forwarded-for')?.split(',')[0]?.trim() : undefined;
  if (forwarded) return forwarded;
  try {
    return getConnInfo(c).remote.address ?? 'unknown';
  } catch {
    return 'unknown'; // a request without a socket, as tests make them
  }
}

/** Counts a request to its address; refuses more than `perMinute` of one address a minute. 0 switches it off. */
export function limitRate(options: {
  readonly perMinute: number;
  readonly trustProxy: boolean;
}): (c: Context) => Promise<void> {
  if (options.perMinute === 0) return () => Promise.resolve();
  const limit = createRateLimit({ limit: options.perMinute, windowMs: 60_000 });
  return (c) => limit.take(addressOf(c, options.trustProxy));
}

/** Refuses a body larger than `bytes`, by its announced or its real length. */
export function limitBody(bytes: number): MiddlewareHandler {
  const limit = bytes >= 1_048_576 ? `${bytes / 1_048_576} MB` : `${bytes / 1024} KB`;
  return async (c, next) => {
    const announced = headerOf(c, 'content-length');
    if (announced !== undefined && Number(announced) > bytes) throw new AppError('BODY_TOO_LARGE', { limit });
    if (announced === undefined && c.req.raw.body) {
      const body = await readUpTo(c.req.raw.body, bytes);
      if (!body) throw new AppError('BODY_TOO_LARGE', { limit });
      c.req.raw = new Request(c.req.raw, { body });
    }
    await next();
  };
}

/** The whole body, or null when it is larger than `bytes`; it is not read further than that. */
async function readUpTo(body: ReadableStream<Uint8Array>, bytes: number): Promise<Blob | null> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const reader = body.getReader();
  let seen = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    seen += part.value.byteLength;
    if (seen > bytes) return null;
    chunks.push(new Uint8Array(part.value));
  }
  return new Blob(chunks);
}
