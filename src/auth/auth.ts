import { APIError } from 'better-auth/api';
import { betterAuth } from 'better-auth/minimal';
import { username } from 'better-auth/plugins/username';
import { AppError, type ErrorCode } from '../core/errors.ts';
import type { Clock, NewId } from '../core/ids.ts';
import type { Connection } from '../store/connection.ts';
import type { Stores } from '../store/stores.ts';
import type { UserRow } from '../store/users.ts';
import { createStoreAdapter } from './adapter.ts';
import { createCredentials, isUsername, normaliseUsername } from './credentials.ts';
import { requireSameOrigin } from './origin.ts';
import { hashPassword, LEAST_PASSWORD_LENGTH, MOST_PASSWORD_LENGTH, verifyPassword } from './password.ts';
import { createRateLimit } from './rate-limit.ts';

const BASE_PATH = '/api/auth/';
const SESSION_SECONDS = 12 * 60 * 60;
/** A session that is used slides; it is written at most this often. */
const SLIDE_SECONDS = 60 * 60;
const MINUTE_MS = 60_000;
const DISABLED = 'ACCOUNT_DISABLED' satisfies ErrorCode;
/** Carries the caller's address to the library; what a caller writes into it is overwritten. */
const ADDRESS_HEADER = 'x-zhixiao-address';

/** What the pages may know of whoever is signed in. */
export interface SessionUser {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly role: string;
  readonly unitCode: string;
}

export interface Session {
  readonly userId: string;
  readonly sessionId: string;
  /** Set-Cookie values that belong on the response: the cookie slides with the session. */
  readonly cookies: readonly string[];
}

export type Auth = ReturnType<typeof createAuth>;

/**
 * Sign-in of staff. This folder is the only place that knows better-auth: it checks passwords, issues and slides
 * sessions; which of its endpoints exist, who may call them how often, and what they answer is decided here.
 */
export function createAuth(deps: {
  readonly connection: Connection;
  readonly stores: Stores;
  readonly secret: string;
  /** The public address; cookies are Secure when it is https. */
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly newId: NewId;
}) {
  const { connection, stores, secret, baseUrl, clock, newId } = deps;
  const { removeExpired, ...credentials } = createCredentials(deps);
  const perAccount = createRateLimit({ limit: 10, windowMs: MINUTE_MS });
  // One office often shares an address: room for many people, not for a machine that tries many accounts.
  const perAddress = createRateLimit({ limit: 60, windowMs: MINUTE_MS });

  const library = betterAuth({
    appName: 'zhixiao',
    baseURL: baseUrl,
    secret,
    database: createStoreAdapter(deps),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: LEAST_PASSWORD_LENGTH,
      maxPasswordLength: MOST_PASSWORD_LENGTH,
    },
    plugins: [
      username({ displayUsername: false, usernameNormalization: normaliseUsername, usernameValidator: isUsername }),
    ],
    user: {
      additionalFields: {
        role: { type: 'string', required: true, input: false },
        unitCode: { type: 'string', required: true, input: false },
        disabled: { type: 'boolean', required: true, input: false },
      },
    },
    session: { expiresIn: SESSION_SECONDS, updateAge: SLIDE_SECONDS },
    databaseHooks: {
      session: {
        create: {
          // The password was right: saying that the account is disabled tells nothing to a stranger.
          before: async ({ userId }) => {
            const user = await stores.users.find(connection.reader, userId);
            if (user?.disabled) throw new APIError('FORBIDDEN', { code: DISABLED });
          },
        },
      },
    },
    advanced: {
      cookiePrefix: 'zhixiao',
      useSecureCookies: baseUrl.startsWith('https:'),
      database: { generateId: () => newId() },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      // `requireSameOrigin` judges every changing request before the library sees it.
      disableCSRFCheck: true,
      disableOriginCheck: true,
    },
    // Our own limit counts by account as well as by address.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    onAPIError: { throw: true },
  });

  /** Whoever the request's cookie stands for; null when nobody, or when the account is disabled. */
  async function sessionOf(headers: Headers): Promise<Session | null> {
    const { headers: out, response } = await library.api
      .getSession({ headers, returnHeaders: true })
      .catch((error: unknown) => {
        // The library wraps what the store threw; the store's own word is the one to act on.
        throw error instanceof Error && error.cause !== undefined ? error.cause : error;
      });
    if (!response || response.user.disabled) return null;
    return { userId: response.user.id, sessionId: response.session.id, cookies: out.getSetCookie() };
  }

  /** Calls one endpoint of the library with exactly what we mean to pass on. */
  async function callLibrary(request: Request, ip: string, body: Record<string, string>): Promise<string[]> {
    const headers = new Headers({ 'content-type': 'application/json', [ADDRESS_HEADER]: ip });
    for (const name of ['cookie', 'user-agent']) {
      const value = request.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    const url = new URL(new URL(request.url).pathname, baseUrl);
    const response = await library.handler(new Request(url, { method: 'POST', headers, body: JSON.stringify(body) }));
    if (response.ok) return response.headers.getSetCookie();
    const text = await response.text();
    if (response.status >= 500) throw new Error(`the sign-in library answered ${response.status}: ${text}`);
    throw text.includes(DISABLED)
      ? new AppError('ACCOUNT_DISABLED', { username: body.username })
      : new AppError('SIGN_IN_FAILED');
  }

  async function signIn(request: Request, ip: string): Promise<Response> {
    const body = await readBody(request, ['username', 'password']);
    const name = normaliseUsername(body.username);
    const accountKey = `${ip} ${name}`;
    await perAddress.take(ip);
    await perAccount.take(accountKey);
    const cookies = await callLibrary(request, ip, { username: name, password: body.password });
    await perAccount.clear(accountKey);
    const user = await connection.transaction(async (tx) => {
      await removeExpired(tx);
      const row = await stores.users.findByUsername(tx, name);
      if (!row) throw new AppError('SIGN_IN_FAILED');
      await recordOwn(row, 'account.sign-in', tx);
      return row;
    });
    return answer({ user: toSessionUser(user) }, cookies);
  }

  async function signOut(request: Request, ip: string): Promise<Response> {
    // The library would swallow a failure here, and leave a session behind that its owner believes ended.
    const session = await sessionOf(request.headers);
    if (session) await connection.transaction((tx) => credentials.endSession(tx, session.sessionId));
    return answer({}, await callLibrary(request, ip, {}));
  }

  async function changePassword(request: Request): Promise<Response> {
    const session = await sessionOf(request.headers);
    if (!session) throw new AppError('SIGN_IN_REQUIRED');
    const { currentPassword, newPassword } = await readBody(request, ['currentPassword', 'newPassword']);
    const limitKey = `password of ${session.userId}`;
    await perAccount.take(limitKey);
    const hash = await credentials.findPasswordHash(session.userId);
    if (hash === null || !(await verifyPassword({ hash, password: currentPassword }))) {
      throw new AppError('PASSWORD_WRONG');
    }
    await perAccount.clear(limitKey);
    const newHash = await hashPassword(newPassword);
    await connection.transaction(async (tx) => {
      const user = await stores.users.find(tx, session.userId);
      if (!user || user.disabled) throw new AppError('SIGN_IN_REQUIRED');
      await credentials.setPassword(tx, user.id, newHash);
      await credentials.endSessions(tx, user.id, session.sessionId);
      await recordOwn(user, 'account.change-password', tx);
    });
    return answer({}, session.cookies);
  }

  async function getSession(request: Request): Promise<Response> {
    const session = await sessionOf(request.headers);
    const user = session && (await stores.users.find(connection.reader, session.userId));
    return answer({ user: user ? toSessionUser(user) : null }, session?.cookies ?? []);
  }

  /** What people do with their own account; nobody's permission is asked, so it is recorded here. */
  function recordOwn(user: UserRow, action: string, tx: Parameters<typeof stores.audit.insert>[0]): Promise<void> {
    return stores.audit.insert(tx, {
      id: newId(),
      at: clock(),
      actorId: user.id,
      actorName: user.name,
      action,
      objectType: 'account',
      objectId: user.id,
      unitCode: user.unitCode,
      details: {},
    });
  }

  return {
    ...credentials,
    hashPassword,
    sessionOf,

    /** Answers `/api/auth/*`; throws AppError for everything that is refused, so that all errors look alike. */
    async handle(request: Request, { ip }: { readonly ip: string }): Promise<Response> {
      const { pathname } = new URL(request.url);
      const endpoint = pathname.startsWith(BASE_PATH) ? pathname.slice(BASE_PATH.length) : '';
      if (request.method !== 'GET') requireSameOrigin(request, baseUrl);
      switch (`${request.method} ${endpoint}`) {
        case 'POST sign-in/username':
          return signIn(request, ip);
        case 'POST sign-out':
          return signOut(request, ip);
        case 'GET get-session':
          return getSession(request);
        case 'POST change-password':
          return changePassword(request);
        default:
          throw new AppError('NOT_FOUND', { what: 'page', id: pathname });
      }
    },
  };
}

function toSessionUser({ id, username: name, name: displayName, role, unitCode }: UserRow): SessionUser {
  return { id, username: name, name: displayName, role, unitCode };
}

function answer(body: object, cookies: readonly string[]): Response {
  const response = Response.json(body, { headers: { 'cache-control': 'no-store' } });
  for (const cookie of cookies) response.headers.append('set-cookie', cookie);
  return response;
}

/** The named fields of a JSON body; what is missing or no text reads as empty, and is refused as such. */
async function readBody<const Field extends string>(
  request: Request,
  fields: readonly Field[],
): Promise<Record<Field, string>> {
  const body: unknown = await request.json().catch(() => null);
  const read = (field: Field): string => {
    const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[field] : null;
    return typeof value === 'string' ? value : '';
  };
  return Object.fromEntries(fields.map((field) => [field, read(field)])) as Record<Field, string>;
}
