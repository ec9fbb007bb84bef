import { AppError } from '../core/errors.ts';

/**
 * Refuses a changing request that another site's page sent with our cookies. Allowed are the public address and the
 * address under which the request itself came (a first try on localhost or in the local network); a program that
 * is no browser sends neither header.
 */
export function requireSameOrigin(request: Request, baseUrl: string): void {
  const origin = request.headers.get('origin');
  if (origin !== null) {
    if (origin === new URL(baseUrl).origin || origin === new URL(request.url).origin) return;
    throw new AppError('ORIGIN_REFUSED', { origin });
  }
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none')
    throw new AppError('ORIGIN_REFUSED', { origin: site });
}
