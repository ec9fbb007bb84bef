import { ERRORS, type ErrorCode, errorSentence } from '../../src/core/errors.ts';
import type { Details, Lang } from '../../src/core/text.ts';

/** What the server refused, or that it could not be reached at all (`code: null`). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode | null;
  readonly details: Details;

  constructor(code: ErrorCode | null, details: Details) {
    super(code ?? 'UNREACHABLE');
    this.code = code;
    this.details = details;
  }
}

/** The sentence for whatever was thrown by `request`. */
export function sentenceOf(error: unknown, lang: Lang): string {
  if (error instanceof ApiError && error.code !== null) {
    return errorSentence({ code: error.code, details: error.details }, lang);
  }
  return lang === 'zh'
    ? '连不上服务器。请检查网络后重试；已填的内容还在。'
    : 'The server cannot be reached. Check the network and try again; what you entered is still here.';
}

/** One call of our own server. A form is sent as such (uploads), anything else as JSON. */
export async function request<T>(
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> {
  const isForm = body instanceof FormData;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: {
        Accept: 'application/json',
        ...(body === undefined || isForm ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(null, {});
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as T;
  throw readError(answer);
}

function readError(answer: unknown): ApiError {
  const error = (answer as { error?: { code?: string; details?: Details; requestId?: string } } | null)?.error;
  if (!error?.code) return new ApiError(null, {});
  const details = { ...error.details, requestId: error.requestId ?? '' };
  // A newer server may know codes this page does not.
  return new ApiError(error.code in ERRORS ? (error.code as ErrorCode) : 'INTERNAL', details);
}
