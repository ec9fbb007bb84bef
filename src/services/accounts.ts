import { AppError } from '../core/errors.ts';
import type { Level } from '../core/units/types.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { AccountRow } from '../store/users.ts';
import { type Actor, OPERATOR, ROLES, type Role, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';

/** What accounts need from sign-in; `src/auth` provides it. */
export interface AuthPort {
  /** Slow on purpose: call it outside of transactions. Refuses a password that is too short or too long. */
  hashPassword(password: string): Promise<string>;
  addAccount(
    tx: Writer,
    account: {
      readonly username: string;
      readonly name: string;
      readonly role: Role;
      readonly unitCode: string;
      readonly passwordHash: string | null;
    },
  ): Promise<string>;
  setPassword(tx: Writer, userId: string, passwordHash: string | null): Promise<void>;
  createSignInLink(tx: Writer, userId: string, validMs: number): Promise<string>;
  findSignInLink(token: string): Promise<string | null>;
  spendSignInLink(tx: Writer, token: string): Promise<string | null>;
  endSessions(tx: Writer, userId: string): Promise<void>;
}

export interface Account {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly role: Role;
  /** ALL_UNITS stands for the whole tree, whatever is loaded into it later. */
  readonly unitCode: string;
  readonly unitName: string | null;
  readonly disabled: boolean;
  /** False until its one-time link was used. */
  readonly hasPassword: boolean;
  readonly createdAt: number;
}

/** The unit code of an account that belongs to no unit but to all of them: the first administrator comes before the units. */
export const ALL_UNITS = '';
const ALL_UNITS_PATH = '/';

/** How long a one-time link can be used. */
export const LINK_VALID_MS = 72 * 60 * 60 * 1000;

export interface Profile {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly role: Role;
  /** Null for an account of all units. */
  readonly unit: { readonly code: string; readonly name: string; readonly level: Level } | null;
}

/** An account of the demonstration, shown on the sign-in page with its password. */
export interface DemoAccount {
  readonly username: string;
  readonly password: string;
  readonly role: Role;
  readonly name: string;
}

export type AccountService = ReturnType<typeof createAccountService>;

export function createAccountService(
  deps: Pick<Deps, 'connection' | 'stores' | 'clock' | 'newId'> & { readonly auth: AuthPort },
) {
  const { connection, stores, clock, auth } = deps;

  /** The place of a unit in the tree, for the scope check. */
  async function placeOf(db: Reader, unitCode: string): Promise<{ code: string; path: string }> {
    if (unitCode === ALL_UNITS) return { code: unitCode, path: ALL_UNITS_PATH };
    const unit = await stores.units.find(db, unitCode);
    if (!unit) throw new AppError('NOT_FOUND', { what: 'unit', id: unitCode });
    return unit;
  }

  /** The account, if it exists and lies within the actor's scope. */
  async function findInScope(db: Reader, actor: Actor, id: string): Promise<AccountRow> {
    const account = await stores.users.findAccount(db, id);
    if (!account) throw new AppError('NOT_FOUND', { what: 'account', id });
    requireScope(actor, await placeOf(db, account.unitCode));
    return account;
  }

  const record = (tx: Writer, actor: Actor, action: string, account: AccountRow, details = {}) =>
    recordAudit(deps, tx, actor, {
      action,
      objectType: 'account',
      objectId: account.id,
      unitCode: account.unitCode || null,
      details: { username: account.username, ...details },
    });

  async function readBack(tx: Writer, id: string): Promise<AccountRow> {
    const account = await stores.users.findAccount(tx, id);
    if (!account) throw new RangeError(`account ${id} was just written`);
    return account;
  }

  /** Refuses to leave a unit without anybody who could manage its accounts. */
  async function requireAnotherAdministrator(tx: Writer, account: AccountRow): Promise<void> {
    const others = (await stores.users.listByRole(tx, 'administrator')).filter(
      (other) => other.id !== account.id && canSignIn(other) && pathOf(account).startsWith(pathOf(other)),
    );
    if (others.length > 0) return;
    throw new AppError('LAST_ADMINISTRATOR', { username: account.username, unit: account.unitName ?? '/' });
  }

  async function actorOf(userId: string): Promise<Actor | null> {
    const account = await stores.users.findAccount(connection.reader, userId);
    if (!account || account.disabled) return null;
    const unitPath = account.unitCode === ALL_UNITS ? ALL_UNITS_PATH : account.unitPath;
    if (unitPath === null) return null;
    const { id, name, unitCode } = account;
    return { kind: 'staff', id, name, role: roleOf(account), unitCode, unitPath };
  }

  /** Whose link this is; refuses one that was spent, has expired, or belongs to a disabled account. */
  async function holderOf(token: string): Promise<AccountRow> {
    const userId = await auth.findSignInLink(token);
    const account = userId && (await stores.users.findAccount(connection.reader, userId));
    if (!account || account.disabled) throw new AppError('SIGN_IN_LINK_SPENT');
    return account;
  }

  return {
    /** Who acts when this user is signed in; null for an unknown or disabled account. */
    actorOf,

    /** What the console shows of whoever is signed in; null when the account may not act. */
    async profileOf(userId: string): Promise<Profile | null> {
      const account = await stores.users.findAccount(connection.reader, userId);
      if (!account || account.disabled) return null;
      const unit = await stores.units.find(connection.reader, account.unitCode);
      const { id, name, username } = account;
      return {
        id,
        name,
        username,
        role: roleOf(account),
        unit: unit && { code: unit.code, name: unit.name, level: unit.level },
      };
    },

    /** The accounts within the actor's scope, by name. */
    async listAccounts(actor: Actor): Promise<Account[]> {
      requirePermission(actor, 'account.manage');
      const scope = scopePath(actor);
      const rows = await stores.users.listAccounts(connection.reader, scope === ALL_UNITS_PATH ? null : scope);
      return rows.map(toAccount);
    },

    /** Opens an account. Without a password it comes with a one-time link, with which its owner sets one. */
    async createAccount(
      actor: Actor,
      input: {
        readonly username: string;
        readonly name: string;
        readonly role: Role;
        readonly unitCode: string;
        readonly password: string | null;
      },
    ): Promise<{ account: Account; linkToken: string | null }> {
      requirePermission(actor, 'account.manage');
      const { password, ...rest } = input;
      requireScope(actor, await placeOf(connection.reader, rest.unitCode));
      const passwordHash = password === null ? null : await auth.hashPassword(password);
      return connection.transaction(async (tx) => {
        const id = await auth.addAccount(tx, { ...rest, passwordHash });
        const linkToken = passwordHash === null ? await auth.createSignInLink(tx, id, LINK_VALID_MS) : null;
        const account = await readBack(tx, id);
        await record(tx, actor, 'account.create', account, { role: account.role, name: account.name });
        return { account: toAccount(account), linkToken };
      });
    },

    /**
     * Changes name, role, unit, or whether the account is disabled; disabling ends its sessions at once. Nobody
     * changes their own role, unit or state, and no unit is left without an administrator.
     */
    async updateAccount(
      actor: Actor,
      id: string,
      change: {
        readonly name?: string | undefined;
        readonly role?: Role | undefined;
        readonly unitCode?: string | undefined;
        readonly disabled?: boolean | undefined;
      },
    ): Promise<Account> {
      requirePermission(actor, 'account.manage');
      return connection.transaction(async (tx) => {
        // Two administrators who disable each other at the same moment take turns, and the second is refused.
        await stores.users.lockRole(tx, 'administrator');
        const before = await findInScope(tx, actor, id);
        const {
          name = before.name,
          role = roleOf(before),
          unitCode = before.unitCode,
          disabled = before.disabled,
        } = change;
        const place = await placeOf(tx, unitCode);
        requireScope(actor, place);
        const isPowerChanged = role !== before.role || unitCode !== before.unitCode || disabled !== before.disabled;
        if (isPowerChanged && actor.id === id) throw new AppError('OWN_ACCOUNT');
        const stays = role === 'administrator' && !disabled && pathOf(before).startsWith(place.path);
        if (before.role === 'administrator' && canSignIn(before) && !stays) {
          await requireAnotherAdministrator(tx, before);
        }
        await stores.users.update(tx, id, { name, role, unitCode, disabled, updatedAt: clock() });
        if (disabled && !before.disabled) await auth.endSessions(tx, id);
        const after = await readBack(tx, id);
        await record(tx, actor, 'account.update', after, differenceOf(before, after));
        return toAccount(after);
      });
    },

    /** Takes the password away, ends all sessions, and gives a one-time link with which its owner sets a new one. */
    async resetPassword(actor: Actor, id: string): Promise<{ linkToken: string }> {
      requirePermission(actor, 'account.manage');
      return connection.transaction(async (tx) => {
        const account = await findInScope(tx, actor, id);
        if (account.disabled) throw new AppError('ACCOUNT_DISABLED', { username: account.username });
        await auth.setPassword(tx, id, null);
        await auth.endSessions(tx, id);
        const linkToken = await auth.createSignInLink(tx, id, LINK_VALID_MS);
        await record(tx, actor, 'account.reset-password', account);
        return { linkToken };
      });
    },

    /** For the page behind a one-time link: whose account it opens. */
    async describeLink(token: string): Promise<{ username: string; name: string }> {
      const { username, name } = await holderOf(token);
      return { username, name };
    },

    /** Spends a one-time link: sets the password of its account, which can then sign in as usual. */
    async redeemLink({
      token,
      password,
    }: {
      readonly token: string;
      readonly password: string;
    }): Promise<{ username: string }> {
      const account = await holderOf(token);
      const owner = await actorOf(account.id);
      if (!owner) throw new AppError('SIGN_IN_LINK_SPENT');
      const passwordHash = await auth.hashPassword(password);
      await connection.transaction(async (tx) => {
        // Between the look and now somebody else may have used it.
        if ((await auth.spendSignInLink(tx, token)) !== account.id) throw new AppError('SIGN_IN_LINK_SPENT');
        await auth.setPassword(tx, account.id, passwordHash);
        await auth.endSessions(tx, account.id);
        await record(tx, owner, 'account.redeem-link', account);
      });
      return { username: account.username };
    },

    /**
     * The way in to a new installation: a one-time link for the account `admin`, for all units. Only the operator
     * gets it, and only while no administrator can sign in; null afterwards. Asking again replaces the link.
     */
    async firstAdministratorLink(actor: Actor = OPERATOR): Promise<{ username: string; linkToken: string } | null> {
      if (actor.kind !== 'operator') throw new AppError('OPERATOR_ONLY');
      return connection.transaction(async (tx) => {
        const administrators = await stores.users.listByRole(tx, 'administrator');
        if (administrators.some(canSignIn)) return null;
        const waiting = administrators.find((one) => one.unitCode === ALL_UNITS && !one.disabled);
        const first = { username: 'admin', name: '管理员', role: 'administrator', unitCode: ALL_UNITS } as const;
        const id = waiting?.id ?? (await auth.addAccount(tx, { ...first, passwordHash: null }));
        const linkToken = await auth.createSignInLink(tx, id, LINK_VALID_MS);
        const account = await readBack(tx, id);
        await record(tx, actor, 'account.first-administrator', account);
        return { username: account.username, linkToken };
      });
    },
  };
}

function canSignIn(account: AccountRow): boolean {
  return !account.disabled && account.hasPassword;
}

function pathOf(account: AccountRow): string {
  return account.unitPath ?? ALL_UNITS_PATH;
}

function roleOf({ role, username }: AccountRow): Role {
  const known = ROLES.find((one) => one === role);
  if (!known) throw new RangeError(`account ${username} has the unknown role ${role}`);
  return known;
}

function toAccount(row: AccountRow): Account {
  const { id, username, name, unitCode, unitName, disabled, hasPassword, createdAt } = row;
  return { id, username, name, role: roleOf(row), unitCode, unitName, disabled, hasPassword, createdAt };
}

/** What changed, from what to what, for the audit log. */
function differenceOf(before: AccountRow, after: AccountRow): Record<string, { from: unknown; to: unknown }> {
  const fields = (['name', 'role', 'unitCode', 'disabled'] as const).filter((field) => before[field] !== after[field]);
  return Object.fromEntries(fields.map((field) => [field, { from: before[field], to: after[field] }]));
}
