import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Auth, createAuth } from '../../src/auth/auth.ts';
import { AppError } from '../../src/core/errors.ts';
import { type AccountService, ALL_UNITS, createAccountService, LINK_VALID_MS } from '../../src/services/accounts.ts';
import { type Actor, OPERATOR, ROLES, type Role } from '../../src/services/actor.ts';
import { unitRow } from '../support/rows.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';

const PASSWORD = 'a long enough password';

describe.each(DIALECTS)('accounts on %s', (dialect) => {
  let db: TestStores;
  let auth: Auth;
  let accounts: AccountService;
  let now: number;

  beforeEach(async () => {
    db = await withStores(dialect);
    now = Date.UTC(2026, 0, 5);
    let next = 0;
    const clock = () => now;
    const newId = () => `id-${String(++next).padStart(3, '0')}`;
    auth = createAuth({ ...db, secret: 'kXo2dVh8Qm4sT7yB1nZc6rWf3gLp9eJu', baseUrl: 'http://localhost', clock, newId });
    accounts = createAccountService({ ...db, auth, clock, newId });
    await db.connection.transaction((tx) =>
      db.stores.units.insert(
        tx,
        [
          unitRow(),
          unitRow({ code: '610902', name: '汉滨区', level: 'county', parentCode: '6109', path: '/6109/610902/' }),
          unitRow({ code: '610921', name: '汉阴县', level: 'county', parentCode: '6109', path: '/6109/610921/' }),
        ],
        1,
      ),
    );
  });
  afterEach(() => db.close());

  /** Opens an account as the operator and gives the actor that its owner is. */
  async function staff(username: string, role: Role, unitCode: string): Promise<Actor & { kind: 'staff' }> {
    const { account } = await accounts.createAccount(OPERATOR, {
      username,
      name: username,
      role,
      unitCode,
      password: PASSWORD,
    });
    const actor = await accounts.actorOf(account.id);
    if (actor?.kind !== 'staff') throw new Error('no actor');
    return actor;
  }

  const refusal = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'accepted',
      (error: unknown) => (error instanceof AppError ? error.code : String(error)),
    );

  const log = async () =>
    (await db.stores.audit.list(db.connection.reader, { units: null, limit: 99 })).map(
      ({ action, actorId, objectId, unitCode, details }) => ({
        action,
        actorId,
        objectId,
        unitCode,
        details,
      }),
    );

  const signIn = (username: string, password: string) =>
    auth.handle(
      new Request('http://localhost/api/auth/sign-in/username', {
        method: 'POST',
        body: JSON.stringify({ username, password }),
      }),
      { ip: '127.0.0.1' },
    );

  it('are opened with a password, or with a link with which the owner sets one', async () => {
    const input = { name: '李强', role: 'leader', unitCode: '610902' } as const;
    const first = await accounts.createAccount(OPERATOR, { ...input, username: 'LiQiang', password: PASSWORD });
    expect(first).toEqual({
      account: {
        id: expect.any(String),
        username: 'liqiang',
        name: '李强',
        role: 'leader',
        unitCode: '610902',
        unitName: '汉滨区',
        disabled: false,
        hasPassword: true,
        createdAt: now,
      },
      linkToken: null,
    });
    expect((await signIn('liqiang', PASSWORD)).status).toBe(200);

    const second = await accounts.createAccount(OPERATOR, { ...input, username: 'zhaomin', password: null });
    expect(second.account.hasPassword).toBe(false);
    expect(await accounts.describeLink(second.linkToken ?? '')).toEqual({ username: 'zhaomin', name: '李强' });
    expect(await refusal(accounts.redeemLink({ token: second.linkToken ?? '', password: 'short' }))).toBe(
      'PASSWORD_TOO_SHORT',
    );
    expect(await accounts.redeemLink({ token: second.linkToken ?? '', password: PASSWORD })).toEqual({
      username: 'zhaomin',
    });
    expect((await signIn('zhaomin', PASSWORD)).status).toBe(200);
    expect(await refusal(accounts.redeemLink({ token: second.linkToken ?? '', password: PASSWORD }))).toBe(
      'SIGN_IN_LINK_SPENT',
    );
    expect(await refusal(accounts.describeLink(second.linkToken ?? ''))).toBe('SIGN_IN_LINK_SPENT');

    expect((await log()).filter(({ action }) => action !== 'account.sign-in').reverse()).toEqual([
      {
        action: 'account.create',
        actorId: 'operator',
        objectId: first.account.id,
        unitCode: '610902',
        details: { username: 'liqiang', name: '李强', role: 'leader' },
      },
      expect.objectContaining({ action: 'account.create', objectId: second.account.id }),
      {
        action: 'account.redeem-link',
        actorId: second.account.id,
        objectId: second.account.id,
        unitCode: '610902',
        details: { username: 'zhaomin' },
      },
    ]);
  });

  it('are not opened for a unit that does not exist, under a name that is taken, or with a short password', async () => {
    const input = { username: 'liqiang', name: '李强', role: 'leader', unitCode: '6109', password: PASSWORD } as const;
    expect(await refusal(accounts.createAccount(OPERATOR, { ...input, unitCode: '9999' }))).toBe('NOT_FOUND');
    expect(await refusal(accounts.createAccount(OPERATOR, { ...input, password: '123456789' }))).toBe(
      'PASSWORD_TOO_SHORT',
    );
    expect(await refusal(accounts.createAccount(OPERATOR, { ...input, username: '李强' }))).toBe('USERNAME_BAD');
    expect(await accounts.listAccounts(OPERATOR)).toEqual([]);
    expect(await log()).toEqual([]);
    await accounts.createAccount(OPERATOR, input);
    expect(await refusal(accounts.createAccount(OPERATOR, { ...input, username: 'LIQIANG' }))).toBe('USERNAME_TAKEN');
  });

  it('are the business of administrators only', async () => {
    const target = await staff('target', 'leader', '610902');
    const before = await log();
    for (const role of ROLES.filter((one) => one !== 'administrator')) {
      const actor = await staff(`a-${role}`, role, '6109');
      const input = { username: 'new', name: 'new', role: 'leader', unitCode: '610902', password: null } as const;
      expect(await refusal(accounts.listAccounts(actor)), role).toBe('ROLE_FORBIDDEN');
      expect(await refusal(accounts.createAccount(actor, input)), role).toBe('ROLE_FORBIDDEN');
      expect(await refusal(accounts.updateAccount(actor, target.id, { name: 'x' })), role).toBe('ROLE_FORBIDDEN');
      expect(await refusal(accounts.updateAccount(actor, actor.id, { role: 'administrator' })), role).toBe(
        'ROLE_FORBIDDEN',
      );
      expect(await refusal(accounts.resetPassword(actor, target.id)), role).toBe('ROLE_FORBIDDEN');
      expect(await refusal(accounts.firstAdministratorLink(actor)), role).toBe('OPERATOR_ONLY');
    }
    expect((await log()).filter(({ action }) => action !== 'account.create')).toEqual(
      before.filter(({ action }) => action !== 'account.create'),
    );
  });

  it('are managed within the administrator’s own subtree', async () => {
    await staff('city', 'administrator', '6109');
    const everywhere = await staff('everywhere', 'administrator', ALL_UNITS);
    const hanbin = await staff('hanbin', 'administrator', '610902');
    const inside = await staff('inside', 'leader', '610902');
    const outside = await staff('outside', 'leader', '610921');
    const above = await staff('above', 'leader', '6109');

    const names = async (actor: Actor) => (await accounts.listAccounts(actor)).map((one) => one.username);
    expect(await names(hanbin)).toEqual(['hanbin', 'inside']);
    expect(await names(everywhere)).toEqual(['above', 'city', 'everywhere', 'hanbin', 'inside', 'outside']);
    expect(await names(OPERATOR)).toHaveLength(6);

    for (const other of [outside, above, everywhere]) {
      expect(await refusal(accounts.updateAccount(hanbin, other.id, { name: 'x' })), other.name).toBe('OUT_OF_SCOPE');
      expect(await refusal(accounts.resetPassword(hanbin, other.id)), other.name).toBe('OUT_OF_SCOPE');
    }
    for (const unitCode of ['6109', '610921', ALL_UNITS]) {
      const input = { username: 'new', name: 'new', role: 'leader', unitCode, password: null } as const;
      expect(await refusal(accounts.createAccount(hanbin, input)), unitCode).toBe('OUT_OF_SCOPE');
      expect(await refusal(accounts.updateAccount(hanbin, inside.id, { unitCode })), unitCode).toBe('OUT_OF_SCOPE');
    }
    expect(await refusal(accounts.updateAccount(hanbin, 'nobody', { name: 'x' }))).toBe('NOT_FOUND');
    expect((await accounts.updateAccount(hanbin, inside.id, { role: 'reviewer' })).role).toBe('reviewer');
  });

  it('change with a record of what changed', async () => {
    const administrator = await staff('city', 'administrator', '6109');
    const leader = await staff('leader', 'leader', '610902');
    const changed = await accounts.updateAccount(administrator, leader.id, {
      name: '李强',
      role: 'reviewer',
      unitCode: '610921',
    });
    expect(changed).toMatchObject({ name: '李强', role: 'reviewer', unitCode: '610921', unitName: '汉阴县' });
    expect((await log())[0]).toEqual({
      action: 'account.update',
      actorId: administrator.id,
      objectId: leader.id,
      unitCode: '610921',
      details: {
        username: 'leader',
        name: { from: 'leader', to: '李强' },
        role: { from: 'leader', to: 'reviewer' },
        unitCode: { from: '610902', to: '610921' },
      },
    });
    expect(await accounts.actorOf(leader.id)).toEqual({
      kind: 'staff',
      id: leader.id,
      name: '李强',
      role: 'reviewer',
      unitCode: '610921',
      unitPath: '/6109/610921/',
    });
  });

  it('are not widened, moved or disabled by their owner, who may change the name', async () => {
    await staff('other', 'administrator', '6109');
    const self = await staff('self', 'administrator', '610902');
    expect(await refusal(accounts.updateAccount(self, self.id, { role: 'leader' }))).toBe('OWN_ACCOUNT');
    expect(await refusal(accounts.updateAccount(self, self.id, { disabled: true }))).toBe('OWN_ACCOUNT');
    expect(await refusal(accounts.updateAccount(self, self.id, { unitCode: ALL_UNITS }))).toBe('OUT_OF_SCOPE');
    const city = await staff('city', 'administrator', '6109');
    expect(await refusal(accounts.updateAccount(city, city.id, { unitCode: '610902' }))).toBe('OWN_ACCOUNT');
    expect((await accounts.updateAccount(self, self.id, { name: '张伟', role: 'administrator' })).name).toBe('张伟');
  });

  it('that are disabled are signed out at once and have no actor, until they are enabled', async () => {
    const leader = await staff('leader', 'leader', '610902');
    const cookie = (await signIn('leader', PASSWORD)).headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect(await auth.sessionOf(new Headers({ cookie }))).not.toBeNull();
    await accounts.updateAccount(OPERATOR, leader.id, { disabled: true });
    expect(await accounts.actorOf(leader.id)).toBeNull();
    expect(await refusal(signIn('leader', PASSWORD))).toBe('ACCOUNT_DISABLED');
    expect(await refusal(accounts.resetPassword(OPERATOR, leader.id))).toBe('ACCOUNT_DISABLED');
    await accounts.updateAccount(OPERATOR, leader.id, { disabled: false });
    expect(await accounts.actorOf(leader.id)).toEqual(leader);
    expect(await auth.sessionOf(new Headers({ cookie }))).toBeNull();
    expect(await refusal(signIn('leader', PASSWORD))).toBe('accepted');
  });

  it('keep an administrator for every unit that has one', async () => {
    const only = await staff('only', 'administrator', '6109');
    for (const change of [{ disabled: true }, { role: 'leader' }, { unitCode: '610902' }] as const) {
      expect(await refusal(accounts.updateAccount(OPERATOR, only.id, change))).toBe('LAST_ADMINISTRATOR');
    }
    // A county's administrator cannot stand in for the city's, nor can one who never set a password.
    await staff('county', 'administrator', '610902');
    await accounts.createAccount(OPERATOR, {
      username: 'waiting',
      name: 'w',
      role: 'administrator',
      unitCode: '6109',
      password: null,
    });
    expect(await refusal(accounts.updateAccount(OPERATOR, only.id, { disabled: true }))).toBe('LAST_ADMINISTRATOR');
    expect(await refusal(accounts.updateAccount(OPERATOR, only.id, { unitCode: ALL_UNITS }))).toBe('accepted');
    await staff('second', 'administrator', ALL_UNITS);
    expect(await refusal(accounts.updateAccount(OPERATOR, only.id, { disabled: true }))).toBe('accepted');
  });

  it('of two administrators who disable each other at the same moment keep one', async () => {
    const [one, other] = [await staff('one', 'administrator', '6109'), await staff('other', 'administrator', '6109')];
    // Several connections of the pool are open, so that what is started at once does run at once.
    const once = () => db.connection.transaction(async (tx) => db.stores.units.listSubtree(tx, null));
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(Array.from({ length: 4 }, once));
      const outcomes = await Promise.all([
        refusal(accounts.updateAccount(one, other.id, { disabled: true })),
        refusal(accounts.updateAccount(other, one.id, { disabled: true })),
      ]);
      expect(outcomes.sort()).toEqual(['LAST_ADMINISTRATOR', 'accepted']);
      for (const { id, disabled } of await accounts.listAccounts(OPERATOR)) {
        if (disabled) await accounts.updateAccount(OPERATOR, id, { disabled: false });
      }
    }
  });

  it('whose password is reset are open to the new link only', async () => {
    const leader = await staff('leader', 'leader', '610902');
    const cookie = (await signIn('leader', PASSWORD)).headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const { linkToken } = await accounts.resetPassword(OPERATOR, leader.id);
    expect(await auth.sessionOf(new Headers({ cookie }))).toBeNull();
    expect(await refusal(signIn('leader', PASSWORD))).toBe('SIGN_IN_FAILED');
    expect((await accounts.listAccounts(OPERATOR))[0]?.hasPassword).toBe(false);
    const redeem = (password: string) => refusal(accounts.redeemLink({ token: linkToken, password }));
    const outcomes = await Promise.all([redeem('first new password'), redeem('second new password')]);
    expect(outcomes.sort()).toEqual(['SIGN_IN_LINK_SPENT', 'accepted']);
    expect((await log()).filter(({ action }) => action === 'account.redeem-link')).toHaveLength(1);
  });

  it('have links that end after three days, and with the account', async () => {
    const leader = await staff('leader', 'leader', '610902');
    const first = await accounts.resetPassword(OPERATOR, leader.id);
    now += LINK_VALID_MS;
    expect(await refusal(accounts.redeemLink({ token: first.linkToken, password: PASSWORD }))).toBe(
      'SIGN_IN_LINK_SPENT',
    );
    const second = await accounts.resetPassword(OPERATOR, leader.id);
    await accounts.updateAccount(OPERATOR, leader.id, { disabled: true });
    expect(await refusal(accounts.describeLink(second.linkToken))).toBe('SIGN_IN_LINK_SPENT');
    expect(await refusal(accounts.redeemLink({ token: second.linkToken, password: PASSWORD }))).toBe(
      'SIGN_IN_LINK_SPENT',
    );
  });

  it('begin with one link for the first administrator, until it was used', async () => {
    const first = await accounts.firstAdministratorLink();
    expect(first?.username).toBe('admin');
    const again = await accounts.firstAdministratorLink();
    expect(await refusal(accounts.describeLink(first?.linkToken ?? ''))).toBe('SIGN_IN_LINK_SPENT');
    await accounts.redeemLink({ token: again?.linkToken ?? '', password: PASSWORD });
    expect(await accounts.firstAdministratorLink()).toBeNull();
    const [admin, ...others] = await accounts.listAccounts(OPERATOR);
    expect(others).toEqual([]);
    expect(await accounts.actorOf(admin?.id ?? '')).toMatchObject({
      role: 'administrator',
      unitCode: '',
      unitPath: '/',
    });
    expect((await log()).map(({ action, actorId, unitCode }) => [action, actorId, unitCode])).toEqual([
      ['account.redeem-link', admin?.id, null],
      ['account.first-administrator', 'operator', null],
      ['account.first-administrator', 'operator', null],
    ]);
  });

  it('need no first link where an administrator was opened with a password', async () => {
    await staff('city', 'administrator', '6109');
    expect(await accounts.firstAdministratorLink()).toBeNull();
  });

  it('stand for nobody when the id is unknown', async () => {
    expect(await accounts.actorOf('nobody')).toBeNull();
  });
});
