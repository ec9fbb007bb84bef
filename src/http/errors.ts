import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError, type ErrorKind, errorSentence } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { Details } from '../core/text.ts';
import { DATA_HEADERS, PAGE_HEADERS } from './headers.ts';

/** The wire shape of every error, 404 included. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly details: Details; readonly requestId: string };
}

export const STATUS: Record<ErrorKind, ContentfulStatusCode> = {
  missing: 404,
  invalid: 422,
  conflict: 409,
  forbidden: 403,
  unauthenticated: 401,
  busy: 429,
  'too-large': 413,
  gone: 410,
  internal: 500,
};

interface ErrorLog {
  error(fields: object, message: string): void;
}

/** The known error behind whatever was thrown; null when it is a fault of ours. */
export function knownError(error: unknown): AppError | null {
  if (error instanceof AppError) return error;
  if (error instanceof HTTPException && error.status < 500) {
    return error.status === 413
      ? new AppError('BODY_TOO_LARGE', { limit: '' })
      : new AppError('INPUT_INVALID', { field: 'body', reason: 'JSON' });
  }
  return null;
}

/** Answers an error. Unknown ones are logged whole under a number, and say nothing but that number. */
export function answerError({ log, newId }: { readonly log: ErrorLog; readonly newId: NewId }) {
  return (error: unknown, c: Context): Response => {
    const requestId = newId();
    const known = knownError(error);
    if (!known) log.error({ err: error, requestId, path: c.req.path, method: c.req.method }, 'request failed');
    const shown = known ?? new AppError('INTERNAL', { requestId });
    const { code, details, kind } = shown;
    if (kind === 'busy' && typeof details.seconds === 'number') c.header('Retry-After', String(details.seconds));
    if (!c.req.path.startsWith('/api/') && c.req.header('accept')?.includes('text/html')) {
      return c.html(errorPage(shown), STATUS[kind], { ...PAGE_HEADERS, 'Cache-Control': 'no-store' });
    }
    return c.json({ error: { code, details, requestId } } satisfies ErrorBody, STATUS[kind], DATA_HEADERS);
  };
}

/** For whoever typed an address: the sentence of the error in both languages, and nothing to load. */
function errorPage(error: AppError): string {
  const [zh, en] = [escapeHtml(errorSentence(error, 'zh')), escapeHtml(errorSentence(error, 'en'))];
  return `<!doctype html>
<html lang="zh-CN">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex" />
    <title>${zh}</title>
  </head>
  <body>
    <h1>${zh}</h1>
    <p lang="en">${en}</p>
    <p><a href="/console">返回首页 <span lang="en">Home</span></a></p>
  </body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
