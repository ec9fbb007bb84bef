import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Auth, createAuth } from '../../src/auth/auth.ts';
import { AppError } from '../../src/core/errors.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 5, 8);
const SECRET = 'kXo2dVh8Qm4sT7yB1nZc6rWf3gLp9eJu';
const PASSWORD = '安康市汉滨区五里镇一号';

let db: TestStores;
let auth: Auth;
let now: number;

function createTestAuth(baseUrl = 'http://localhost:8787'): Auth {
  let next = 0;
  return createAuth({
    ...db,
    secret: SECRET,
    baseUrl,
    clock: () => now,
    newId: () => `id-${++next}-${baseUrl.length}`,
  });
}

/** Moves the library's clock and ours. */
function setTime(time: number): void {
  now = time;
  vi.setSystemTime(time);
}

async function addAccount(username: string, password: string | null = PASSWORD): Promise<string> {
  const passwordHash = password === null ? null : await auth.hashPassword(password);
  return db.connection.transaction((tx) =>
    auth.addAccount(tx, { username, name: '王芳', role: 'leader', unitCode: '6109', passwordHash }),
  );
}

interface Call {
  readonly cookie?: string | undefined;
  readonly ip?: string;
  readonly headers?: Record<string, string>;
  readonly base?: string;
  readonly to?: Auth;
}

function call(method: 'GET' | 'POST', path: string, body: unknown = null, options: Call = {}): Promise<Response> {
  const { cookie, ip = '127.0.0.1', headers = {}, base = 'http://localhost:8787', to = auth } = options;
  const request = new Request(`${base}/api/auth/${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(cookie === undefined ? {} : { cookie }), ...headers },
    ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
  });
  return to.handle(request, { ip });
}

const signIn = (username: string, password: string, options: Call = {}) =>
  call('POST', 'sign-in/username', { username, password }, options);

/** The code of the error that a call is refused with. */
const refusal = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

/** What a browser would send back. */
const cookieOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

const sessionOf = (cookie: string) => auth.sessionOf(new Headers({ cookie }));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  setTime(START);
});
afterEach(async () => {
  vi.useRealTimers();
  await db.close();
});

describe.each(DIALECTS)('sign-in on %s', (dialect) => {
  beforeEach(async () => {
    db = await withStores(dialect);
    auth = createTestAuth();
  });

  it('gives a session in a cookie that scripts cannot read, and the token nowhere else', async () => {
    const id = await addAccount('wangfang');
    const response = await signIn('WangFang ', PASSWORD, { ip: '10.1.2.3', headers: { 'user-agent': 'Firefox' } });
    expect(response.status).toBe(200);
    const user = { id, username: 'wangfang', name: '王芳', role: 'leader', unitCode: '6109' };
    expect(await response.json()).toEqual({ user });
    const [cookie, ...others] = response.headers.getSetCookie();
    expect(others).toEqual([]);
    expect(cookie).toMatch(/^zhixiao\.session_token=/);
    expect(cookie).toContain('; Max-Age=43200');
    expect(cookie).toContain('; Path=/');
    expect(cookie).toContain('; HttpOnly');
    expect(cookie).toContain('; SameSite=Lax');
    expect(cookie).not.toContain('Secure');

    expect(await sessionOf(cookieOf(response))).toMatchObject({ userId: id, cookies: [] });
    const seen = await call('GET', 'get-session', null, { cookie: cookieOf(response) });
    expect(await seen.json()).toEqual({ user });
    const [row] = await db.stores.credentials.select(db.connection.reader, 'sessions', [], { limit: 9 });
    expect(row).toMatchObject({
      userId: id,
      ipAddress: '10.1.2.3',
      userAgent: 'Firefox',
      createdAt: START,
      expiresAt: START + 12 * HOUR,
    });
    expect(await db.stores.audit.list(db.connection.reader, { units: null, limit: 9 })).toMatchObject([
      { action: 'account.sign-in', actorId: id, actorName: '王芳', objectId: id, at: START },
    ]);
  });

  it('is refused alike for a wrong password, an unknown name, no password at all and nonsense', async () => {
    await addAccount('wangfang');
    await addAccount('newcomer', null);
    const attempts = [
      signIn('wangfang', 'wrong password'),
      signIn('nobody', PASSWORD),
      signIn('newcomer', PASSWORD),
      signIn('newcomer', ''),
      signIn('', ''),
      signIn('x', 'y'),
      signIn('wangfang', 'a'.repeat(100_000)),
      signIn('王芳', PASSWORD),
      call('POST', 'sign-in/username', null),
      call('POST', 'sign-in/username', { username: { $ne: '' }, password: [PASSWORD] }),
    ];
    const codes = await Promise.all(attempts.map(refusal));
    expect(new Set(codes)).toEqual(new Set(['SIGN_IN_FAILED']));
    expect(await db.stores.credentials.count(db.connection.reader, 'sessions', [])).toBe(0);
  });

  it('ends with signing out, in the store too', async () => {
    await addAccount('wangfang');
    const cookie = cookieOf(await signIn('wangfang', PASSWORD));
    const out = await call('POST', 'sign-out', {}, { cookie });
    expect(out.headers.getSetCookie().join()).toMatch(/session_token=;.*Max-Age=0/);
    expect(await sessionOf(cookie)).toBeNull();
    expect(await db.stores.credentials.count(db.connection.reader, 'sessions', [])).toBe(0);
    expect(await refusal(call('POST', 'sign-out', {}))).toBe('accepted');
  });

  it('lasts twelve hours unless it is used, then it slides with its cookie', async () => {
    const id = await addAccount('wangfang');
    const cookie = cookieOf(await signIn('wangfang', PASSWORD));
    setTime(START + 0.5 * HOUR);
    expect(await sessionOf(cookie)).toMatchObject({ userId: id, cookies: [] });
    setTime(START + 11 * HOUR);
    const slid = await sessionOf(cookie);
    expect(slid?.cookies.join()).toMatch(/^zhixiao\.session_token=.*Max-Age=43200/);
    setTime(START + 22 * HOUR);
    expect(await (await call('GET', 'get-session', null, { cookie })).json()).toMatchObject({ user: { id } });
    setTime(START + 35 * HOUR);
    expect(await sessionOf(cookie)).toBeNull();
    expect(await (await call('GET', 'get-session', null, { cookie })).json()).toEqual({ user: null });
  });

  it('does not believe a cookie that was changed or signed with another key', async () => {
    await addAccount('wangfang');
    const cookie = cookieOf(await signIn('wangfang', PASSWORD));
    const [row] = await db.stores.credentials.select(db.connection.reader, 'sessions', [], { limit: 1 });
    for (const forged of [
      cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      `zhixiao.session_token=${row?.token}`,
      `zhixiao.session_token=${row?.token}.`,
      'zhixiao.session_token=',
      'zhixiao.session_token=%',
      '',
    ]) {
      expect(await sessionOf(forged), forged).toBeNull();
    }
    const other = createAuth({
      ...db,
      secret: `${SECRET}!`,
      baseUrl: 'http://localhost:8787',
      clock: () => now,
      newId: () => 'x',
    });
    expect(await other.sessionOf(new Headers({ cookie }))).toBeNull();
    expect(await sessionOf(cookie)).not.toBeNull();
  });

  it('is closed to a disabled account, also where it was open before', async () => {
    const id = await addAccount('wangfang');
    const cookie = cookieOf(await signIn('wangfang', PASSWORD));
    await db.connection.transaction((tx) => db.stores.users.update(tx, id, { disabled: true }));
    expect(await sessionOf(cookie)).toBeNull();
    expect(await (await call('GET', 'get-session', null, { cookie })).json()).toEqual({ user: null });
    expect(await refusal(signIn('wangfang', PASSWORD))).toBe('ACCOUNT_DISABLED');
    expect(await refusal(signIn('wangfang', 'wrong password'))).toBe('SIGN_IN_FAILED');
    expect(await refusal(call('POST', 'change-password', {}, { cookie }))).toBe('SIGN_IN_REQUIRED');
    expect(await db.stores.credentials.count(db.connection.reader, 'sessions', [])).toBe(1);
  });

  it('throws out what has expired', async () => {
    const id = await addAccount('wangfang');
    await signIn('wangfang', PASSWORD);
    await db.connection.transaction((tx) => auth.createSignInLink(tx, id, HOUR));
    setTime(START + 13 * HOUR);
    await signIn('wangfang', PASSWORD);
    expect(await db.stores.credentials.count(db.connection.reader, 'sessions', [])).toBe(1);
    expect(await db.stores.credentials.count(db.connection.reader, 'verifications', [])).toBe(0);
  });
});

describe('sign-in', () => {
  beforeEach(async () => {
    db = await withStores('sqlite');
    auth = createTestAuth();
  });

  it('is tried ten times a minute per account and address, and sixty times per address', async () => {
    await addAccount('wangfang');
    for (let i = 0; i < 10; i += 1) expect(await refusal(signIn('wangfang', 'wrong'))).toBe('SIGN_IN_FAILED');
    setTime(START + 20_000);
    const error = await signIn('wangfang', PASSWORD).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'TOO_MANY_REQUESTS', details: { seconds: 40 } });
    expect(await refusal(signIn('wangfang', PASSWORD, { ip: '10.0.0.9' }))).toBe('accepted');
    expect(await refusal(signIn('nobody', PASSWORD))).toBe('SIGN_IN_FAILED');
    setTime(START + 60_000);
    expect(await refusal(signIn('wangfang', PASSWORD))).toBe('accepted');

    setTime(START + 10 * 60_000);
    const codes = await Promise.all(Array.from({ length: 70 }, (_, i) => refusal(signIn(`nobody${i}`, ''))));
    expect(codes.filter((code) => code === 'TOO_MANY_REQUESTS')).toHaveLength(10);
  });

  it('does not count against whoever knows the password', async () => {
    await addAccount('wangfang');
    for (let i = 0; i < 25; i += 1) expect(await refusal(signIn('wangfang', PASSWORD))).toBe('accepted');
  });

  it('sends Secure cookies when the public address is https', async () => {
    const secure = createTestAuth('https://zhixiao.example');
    await addAccount('wangfang');
    const response = await signIn('wangfang', PASSWORD, { to: secure, base: 'http://127.0.0.1:8787' });
    expect(response.headers.getSetCookie().join()).toMatch(/^__Secure-zhixiao\.session_token=.*; Secure/);
    const session = await secure.sessionOf(new Headers({ cookie: cookieOf(response) }));
    expect(session).not.toBeNull();
  });

  it('is refused to the pages of other sites', async () => {
    await addAccount('wangfang');
    const from = (headers: Record<string, string>, base?: string) =>
      refusal(signIn('wangfang', PASSWORD, base === undefined ? { headers } : { headers, base }));
    expect(await from({ origin: 'http://localhost:8787' })).toBe('accepted');
    expect(await from({ origin: 'http://192.168.1.5:8787' }, 'http://192.168.1.5:8787')).toBe('accepted');
    expect(await from({ origin: 'http://evil.example' })).toBe('ORIGIN_REFUSED');
    expect(await from({ origin: 'null' })).toBe('ORIGIN_REFUSED');
    expect(await from({ origin: 'http://localhost:9999' })).toBe('ORIGIN_REFUSED');
    expect(await from({ 'sec-fetch-site': 'cross-site' })).toBe('ORIGIN_REFUSED');
    expect(await from({ 'sec-fetch-site': 'same-origin' })).toBe('accepted');
    expect(await from({})).toBe('accepted');
    const cookie = cookieOf(await signIn('wangfang', PASSWORD));
    const evil = { cookie, headers: { origin: 'http://evil.example' } };
    expect(await refusal(call('POST', 'sign-out', {}, evil))).toBe('ORIGIN_REFUSED');
    expect(await refusal(call('POST', 'change-password', {}, evil))).toBe('ORIGIN_REFUSED');
    expect(await sessionOf(cookie)).not.toBeNull();
  });

  it('has four endpoints and no more', async () => {
    await addAccount('wangfang');
    const cookie = cookieOf(await signIn('wangfang', PASSWORD));
    for (const path of [
      'sign-up/email',
      'sign-in/email',
      'sign-in/social',
      'is-username-available',
      'update-user',
      'delete-user',
      'change-email',
      'set-password',
      'reset-password',
      'request-password-reset',
      'list-sessions',
      'revoke-sessions',
      'verify-password',
      'ok',
      'error',
      '',
      '../auth/sign-up/email',
      'sign-in/username/',
    ]) {
      expect(await refusal(call('GET', path, null, { cookie })), path).toBe('NOT_FOUND');
      expect(await refusal(call('POST', path, {}, { cookie })), path).toBe('NOT_FOUND');
    }
    expect(await refusal(call('GET', 'sign-out', null, { cookie }))).toBe('NOT_FOUND');
  });

  it('believes the address it is told, not the one in the request’s headers', async () => {
    await addAccount('wangfang');
    await signIn('wangfang', PASSWORD, {
      ip: '10.0.0.1',
      headers: { 'x-forwarded-for': '1.1.1.1', 'x-zhixiao-address': '2.2.2.2' },
    });
    const [row] = await db.stores.credentials.select(db.connection.reader, 'sessions', [], { limit: 1 });
    expect(row?.ipAddress).toBe('10.0.0.1');
  });

  it('passes on what went wrong in the database, and takes it for no wrong password', async () => {
    await addAccount('wangfang');
    const cookie = cookieOf(await signIn('wangfang', PASSWORD));
    const broken = createAuth({
      ...db,
      stores: {
        ...db.stores,
        credentials: { ...db.stores.credentials, select: () => Promise.reject(new Error('disk on fire')) },
      },
      secret: SECRET,
      baseUrl: 'http://localhost:8787',
      clock: () => now,
      newId: () => 'x',
    });
    await expect(signIn('wangfang', PASSWORD, { to: broken })).rejects.toThrow('disk on fire');
    await expect(call('POST', 'sign-out', {}, { to: broken, cookie })).rejects.toThrow('disk on fire');
    await expect(broken.sessionOf(new Headers({ cookie }))).rejects.toThrow('disk on fire');
    expect(await sessionOf(cookie)).not.toBeNull();
  });

  it('calls no other host', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch');
    auth = createTestAuth();
    await addAccount('wangfang');
    const cookie = cookieOf(await signIn('wangfang', PASSWORD));
    await call('POST', 'sign-out', {}, { cookie });
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
  });
});

describe('changing one’s password', () => {
  let cookie: string;
  beforeEach(async () => {
    db = await withStores('sqlite');
    auth = createTestAuth();
    await addAccount('wangfang');
    cookie = cookieOf(await signIn('wangfang', PASSWORD));
  });

  const change = (currentPassword: string, newPassword: string, as = cookie) =>
    call('POST', 'change-password', { currentPassword, newPassword }, { cookie: as });

  it('takes the new one, ends all other sessions and is recorded', async () => {
    const elsewhere = cookieOf(await signIn('wangfang', PASSWORD));
    expect(await (await change(PASSWORD, '一个足够长的新的密码')).json()).toEqual({});
    expect(await sessionOf(cookie)).not.toBeNull();
    expect(await sessionOf(elsewhere)).toBeNull();
    expect(await refusal(signIn('wangfang', PASSWORD))).toBe('SIGN_IN_FAILED');
    expect(await refusal(signIn('wangfang', '一个足够长的新的密码'))).toBe('accepted');
    const log = await db.stores.audit.list(db.connection.reader, {
      units: null,
      action: 'account.change-password',
      limit: 9,
    });
    expect(log).toHaveLength(1);
  });

  it('is refused without a session, with the wrong password, or for one that is too short or too long', async () => {
    expect(await refusal(change(PASSWORD, '一个足够长的新的密码', ''))).toBe('SIGN_IN_REQUIRED');
    expect(await refusal(change('wrong', '一个足够长的新的密码'))).toBe('PASSWORD_WRONG');
    expect(await refusal(change(PASSWORD, '123456789'))).toBe('PASSWORD_TOO_SHORT');
    expect(await refusal(change(PASSWORD, '九个字符的密码😀😀'))).toBe('PASSWORD_TOO_SHORT');
    expect(await refusal(change(PASSWORD, 'a'.repeat(129)))).toBe('PASSWORD_TOO_LONG');
    expect(await refusal(call('POST', 'change-password', null, { cookie }))).toBe('PASSWORD_WRONG');
    expect(await refusal(signIn('wangfang', PASSWORD))).toBe('accepted');
  });

  it('does not let a stolen session guess the password', async () => {
    for (let i = 0; i < 10; i += 1) expect(await refusal(change('wrong', 'x'))).toBe('PASSWORD_WRONG');
    expect(await refusal(change(PASSWORD, '一个足够长的新的密码'))).toBe('TOO_MANY_REQUESTS');
  });
});

describe.each(DIALECTS)('a one-time link on %s', (dialect) => {
  let id: string;
  beforeEach(async () => {
    db = await withStores(dialect);
    auth = createTestAuth();
    id = await addAccount('wangfang', null);
  });

  const create = (validMs = HOUR) => db.connection.transaction((tx) => auth.createSignInLink(tx, id, validMs));
  const spend = (token: string) => db.connection.transaction((tx) => auth.spendSignInLink(tx, token));

  it('is good for one of two at once, and never again', async () => {
    const token = await create();
    expect(await auth.findSignInLink(token)).toBe(id);
    expect((await Promise.all([spend(token), spend(token)])).filter((user) => user === id)).toHaveLength(1);
    expect(await spend(token)).toBeNull();
    expect(await auth.findSignInLink(token)).toBeNull();
  });

  it('expires', async () => {
    const token = await create(HOUR);
    setTime(START + HOUR);
    expect(await auth.findSignInLink(token)).toBeNull();
    expect(await spend(token)).toBeNull();
  });

  it('replaces the one before', async () => {
    const first = await create();
    const second = await create();
    expect(await spend(first)).toBeNull();
    expect(await spend(second)).toBe(id);
  });

  it('is not kept: only its hash is', async () => {
    const token = await create();
    const rows = await db.stores.credentials.select(db.connection.reader, 'verifications', [], { limit: 9 });
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(await auth.findSignInLink(String(rows[0]?.identifier))).toBeNull();
  });
});

describe.each(DIALECTS)('a new account on %s', (dialect) => {
  beforeEach(async () => {
    db = await withStores(dialect);
    auth = createTestAuth();
  });

  it('has a name of its own, in whatever case it is written', async () => {
    await addAccount('Wang.Fang_1');
    expect(await refusal(addAccount('wang.fang_1'))).toBe('USERNAME_TAKEN');
    const both = await Promise.all([refusal(addAccount('twice', null)), refusal(addAccount('TWICE', null))]);
    expect(both.sort()).toEqual(['USERNAME_TAKEN', 'accepted']);
    expect(await db.stores.users.findByUsername(db.connection.reader, 'wang.fang_1')).toMatchObject({
      email: 'wang.fang_1@accounts.invalid',
      disabled: false,
      emailVerified: false,
      displayUsername: null,
    });
  });

  it('is refused a name that nobody could type', async () => {
    for (const name of ['ab', '王芳', 'a b c', '-abc', 'a'.repeat(31), "a';--", '']) {
      expect(await refusal(addAccount(name, null)), name).toBe('USERNAME_BAD');
    }
  });
});
