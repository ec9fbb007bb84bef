import { type Details, fill, type Lang, type Text } from './text.ts';

/** What a caller may do about an error; `http/errors.ts` maps each kind to a status, `cli.ts` to an exit code. */
export type ErrorKind =
  | 'missing'
  | 'invalid'
  | 'conflict'
  | 'forbidden'
  | 'unauthenticated'
  | 'busy'
  | 'too-large'
  | 'gone'
  | 'internal';

interface ErrorEntry {
  readonly kind: ErrorKind;
  readonly sentence: Text;
}

const entry = (kind: ErrorKind, zh: string, en: string): ErrorEntry => ({ kind, sentence: { zh, en } });

/**
 * Every error a user can meet, with its kind and its sentence: what went wrong, where, and how to mend it.
 * `{names}` are filled from the error's details. This is the only table of errors; sections keep it readable.
 */
export const ERRORS = {
  // General
  INTERNAL: entry(
    'internal',
    '系统出错，请稍后再试；若再次出现，请把编号{requestId}告诉管理员。',
    'Something went wrong on our side. Try again; if it happens again, give the administrator the number {requestId}.',
  ),
  NOT_FOUND: entry(
    'missing',
    '没有找到{what}“{id}”。请检查编号或地址。',
    'There is no {what} “{id}”. Check the code or the address.',
  ),
  INPUT_INVALID: entry('invalid', '{field}填写有误：{reason}。', '{field} is not right: {reason}.'),
  BODY_TOO_LARGE: entry(
    'too-large',
    '提交的内容超过{limit}，请缩小后再试。',
    'What was sent is larger than {limit}. Make it smaller and try again.',
  ),
  TOO_MANY_REQUESTS: entry(
    'busy',
    '操作太频繁，请{seconds}秒后再试。',
    'Too many requests. Try again in {seconds} seconds.',
  ),
  // Sign-in and scope
  SIGN_IN_REQUIRED: entry('unauthenticated', '请先登录。', 'Please sign in first.'),
  SIGN_IN_FAILED: entry('unauthenticated', '账号或密码不对。', 'The account name or the password is wrong.'),
  ROLE_FORBIDDEN: entry(
    'forbidden',
    '您的角色（{role}）不能做这件事；请联系管理员。',
    'Your role ({role}) may not do this; ask an administrator.',
  ),
  OUT_OF_SCOPE: entry('forbidden', '单位“{unit}”不在您的管理范围内。', 'Unit “{unit}” is outside your area.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** One finding in a file or a form: which sentence, where it stands, and what fills it. */
export interface Problem {
  readonly code: ErrorCode;
  /** 1-based line of the file, header included; absent when the finding is about the whole. */
  readonly row?: number;
  readonly column?: string;
  readonly details: Details;
}

/** The one error class. Its code decides kind and sentence; details are safe to show to the user. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: Details;

  constructor(code: ErrorCode, details: Details = {}) {
    super(`${code} ${JSON.stringify(details)}`);
    this.code = code;
    this.details = details;
  }

  get kind(): ErrorKind {
    return ERRORS[this.code].kind;
  }
}

/** The sentence of an error or a problem in the reader's language. */
export function errorSentence(error: { readonly code: ErrorCode; readonly details: Details }, lang: Lang): string {
  return fill(ERRORS[error.code].sentence[lang], error.details);
}
