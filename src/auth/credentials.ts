import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import type { Clock, NewId } from '../core/ids.ts';
import type { Connection, Writer } from '../store/connection.ts';
import type { CredentialCondition } from '../store/credentials.ts';
import { isUniqueViolation } from '../store/dialect/expressions.ts';
import type { Stores } from '../store/stores.ts';

const USERNAME = /^[a-z0-9][a-z0-9._-]{2,29}$/;

/** Account names are compared in lower case. */
export function normaliseUsername(username: string): string {
  return username.trim().toLowerCase();
}

export function isUsername(username: string): boolean {
  return USERNAME.test(username);
}

export interface NewAccount {
  readonly username: string;
  readonly name: string;
  readonly role: string;
  /** '' stands for all units. */
  readonly unitCode: string;
  /** null: nobody can sign in before a one-time link was used. */
  readonly passwordHash: string | null;
}

/** Accounts, passwords and one-time links as the sign-in library expects them in the tables. */
export function createCredentials({
  connection,
  stores: { credentials, users },
  clock,
  newId,
}: {
  readonly connection: Connection;
  readonly stores: Pick<Stores, 'credentials' | 'users'>;
  readonly clock: Clock;
  readonly newId: NewId;
}) {
  const passwordOf = (userId: string): CredentialCondition[] => [
    { column: 'userId', is: 'eq', value: userId },
    { column: 'providerId', is: 'eq', value: 'credential' },
  ];

  /** The hash of the user's password; null when none was set. */
  async function findPasswordHash(userId: string): Promise<string | null> {
    const [account] = await credentials.select(connection.reader, 'accounts', passwordOf(userId), { limit: 1 });
    return typeof account?.password === 'string' ? account.password : null;
  }

  async function addAccount(tx: Writer, account: NewAccount): Promise<string> {
    const username = normaliseUsername(account.username);
    if (!isUsername(username)) throw new AppError('USERNAME_BAD', { username: account.username });
    if (await users.findByUsername(tx, username)) throw new AppError('USERNAME_TAKEN', { username });
    const now = clock();
    const id = newId();
    const { name, role, unitCode, passwordHash } = account;
    await credentials
      .insert(tx, 'users', {
        id,
        name,
        username,
        // The library wants an address; this one cannot exist, and nothing is ever sent.
        email: `${username}@accounts.invalid`,
        emailVerified: false,
        role,
        unitCode,
        disabled: false,
        createdAt: now,
        updatedAt: now,
      })
      .catch((error: unknown) => {
        // Another transaction took the name since we looked.
        throw isUniqueViolation(error) ? new AppError('USERNAME_TAKEN', { username }) : error;
      });
    await credentials.insert(tx, 'accounts', {
      id: newId(),
      userId: id,
      accountId: id,
      providerId: 'credential',
      password: passwordHash,
      createdAt: now,
      updatedAt: now,
    });
    return id;
  }

  /** Replaces the password; null takes it away. */
  async function setPassword(tx: Writer, userId: string, passwordHash: string | null): Promise<void> {
    await credentials.update(tx, 'accounts', passwordOf(userId), { password: passwordHash, updatedAt: clock() });
  }

  /** Makes a link token for the user; an earlier one stops working. Only its hash is kept: show it now or never. */
  async function createSignInLink(tx: Writer, userId: string, validMs: number): Promise<string> {
    const token = randomBytes(24).toString('base64url');
    const now = clock();
    await credentials.remove(tx, 'verifications', [{ column: 'value', is: 'eq', value: userId }]);
    await credentials.insert(tx, 'verifications', {
      id: newId(),
      identifier: identifierOf(token),
      value: userId,
      expiresAt: now + validMs,
      createdAt: now,
      updatedAt: now,
    });
    return token;
  }

  const valid = (token: string): CredentialCondition[] => [
    { column: 'identifier', is: 'eq', value: identifierOf(token) },
    { column: 'expiresAt', is: 'gt', value: clock() },
  ];

  /** Whose link this is, without spending it; null when it was spent or has expired. */
  async function findSignInLink(token: string): Promise<string | null> {
    const [link] = await credentials.select(connection.reader, 'verifications', valid(token), { limit: 1 });
    return typeof link?.value === 'string' ? link.value : null;
  }

  /** Spends the link: of two at once, one gets the user's id and the other null. */
  async function spendSignInLink(tx: Writer, token: string): Promise<string | null> {
    const [link] = await credentials.remove(tx, 'verifications', valid(token));
    return typeof link?.value === 'string' ? link.value : null;
  }

  /** Signs the user out everywhere, or everywhere but in one session. */
  async function endSessions(tx: Writer, userId: string, exceptSessionId: string | null = null): Promise<void> {
    const conditions: CredentialCondition[] = [{ column: 'userId', is: 'eq', value: userId }];
    if (exceptSessionId !== null) conditions.push({ column: 'id', is: 'ne', value: exceptSessionId });
    await credentials.remove(tx, 'sessions', conditions);
  }

  async function endSession(tx: Writer, sessionId: string): Promise<void> {
    await credentials.remove(tx, 'sessions', [{ column: 'id', is: 'eq', value: sessionId }]);
  }

  /** Throws out sessions and links whose time is over. */
  async function removeExpired(tx: Writer): Promise<void> {
    const expired: CredentialCondition[] = [{ column: 'expiresAt', is: 'lte', value: clock() }];
    await credentials.remove(tx, 'sessions', expired);
    await credentials.remove(tx, 'verifications', expired);
  }

  return {
    findPasswordHash,
    addAccount,
    setPassword,
    createSignInLink,
    findSignInLink,
    spendSignInLink,
    endSession,
    endSessions,
    removeExpired,
  };
}

function identifierOf(token: string): string {
  return `sign-in-link:${createHash('sha256').update(token).digest('base64url')}`;
}
