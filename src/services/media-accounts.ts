import { AppError } from '../core/errors.ts';
import { isDay } from '../core/period.ts';
import {
  accountLabel,
  type FollowerFigure,
  type MediaAccount,
  normaliseAccount,
  PLATFORMS,
  type Platform,
} from '../core/publicity/media-accounts.ts';
import { parseQuantity, type Quantity } from '../core/publicity/quantity.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { MediaAccountRow } from '../store/media-accounts.ts';
import type { StoredUnit } from '../store/units.ts';
import { type Actor, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import { findUnit } from './units.ts';

const LONGEST_NAME = 60;
const MOST_ALIASES = 10;
const FIRST_DAY = '2000-01-01';
/** More people than live in the world. */
const MOST_FOLLOWERS = 1e10;
const FOLLOWER_UNITS: readonly (string | null)[] = [null, '人', '个', '位', '名', '粉丝'];

export interface AccountInput {
  readonly platform: Platform;
  readonly name: string;
  readonly aliases: readonly string[];
}

/** An account as somebody in its neighbourhood sees it. */
export interface MediaAccountView extends MediaAccount {
  readonly unit: { readonly code: string; readonly name: string };
  readonly label: string;
  readonly version: number;
  /** Whether it belongs to the reader's own units; those of units above are only named. */
  readonly isOwn: boolean;
}

export type MediaAccountService = ReturnType<typeof createMediaAccountService>;

/** Accounts under which units publish 发布账号: reads are held against their followers, and never are accounts ranked. */
export function createMediaAccountService(deps: Deps) {
  const { connection, stores, clock, newId, today } = deps;

  /** The accounts that entries of a unit, or of those below it, may name. */
  async function listAround(db: Reader, path: string | null): Promise<Omit<MediaAccountView, 'isOwn'>[]> {
    const rows = await stores.mediaAccounts.list(db, path);
    const figures = new Map<string, FollowerFigure[]>();
    const ids = rows.map(({ id }) => id);
    for (const { accountId, day, quantity } of await stores.mediaAccounts.listFollowers(db, ids)) {
      figures.set(accountId, [...(figures.get(accountId) ?? []), { day, quantity }]);
    }
    return rows.map(({ id, unitCode, unitPath, unitName, platform, name, aliases, endedOn, version }) => ({
      ...{ id, unitPath, platform, name, aliases, endedOn, version, label: accountLabel({ name, platform }) },
      ...{ unit: { code: unitCode, name: unitName }, followers: figures.get(id) ?? [] },
    }));
  }

  async function requireAccount(tx: Reader, actor: Actor, id: string): Promise<MediaAccountRow> {
    requirePermission(actor, 'output.write');
    const row = await stores.mediaAccounts.find(tx, id);
    if (!row) throw new AppError('NOT_FOUND', { what: 'account', id });
    requireScope(actor, await findUnit(deps, row.unitCode, tx));
    return row;
  }

  /** No two accounts in use of a unit answer to the same name on one platform: an entry could mean either. */
  async function requireFree(tx: Reader, unit: StoredUnit, { id, platform, name, aliases }: Checked): Promise<void> {
    const words = new Set([name, ...aliases].map(normaliseAccount));
    const others = (await stores.mediaAccounts.list(tx, unit.path)).filter(
      (one) => one.unitCode === unit.code && one.id !== id && one.platform === platform && one.endedOn === null,
    );
    for (const other of others) {
      const taken = [other.name, ...other.aliases].find((word) => words.has(normaliseAccount(word)));
      if (taken !== undefined) throw new AppError('ACCOUNT_TAKEN', { field: 'name', value: taken });
    }
  }

  async function write(tx: Writer, actor: Actor, row: MediaAccountRow, action: string, details: object): Promise<void> {
    const changed = { ...row, updatedAt: clock(), updatedBy: actor.id };
    if (!(await stores.mediaAccounts.update(tx, changed))) throw new AppError('OUTPUT_CHANGED');
    await audit(tx, actor, row, action, details);
  }

  async function audit(
    tx: Writer,
    actor: Actor,
    { id, unitCode, name, platform }: MediaAccountRow,
    action: string,
    details: object = {},
  ): Promise<void> {
    const about = { objectType: 'media-account', objectId: id, unitCode };
    await recordAudit(deps, tx, actor, { ...about, action, details: { name, platform, ...details } });
  }

  return {
    listAround,

    /** The accounts of the actor's units and of those above them, by unit and name. */
    async listAccounts(actor: Actor): Promise<MediaAccountView[]> {
      requirePermission(actor, 'output.read');
      const scope = scopePath(actor);
      const around = await listAround(connection.reader, scope === '/' ? null : scope);
      const nameOf = ({ unit, label }: (typeof around)[number]): string => `${unit.code} ${label}`;
      around.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
      return around.map((one) => ({ ...one, isOwn: scope === null || one.unitPath.startsWith(scope) }));
    },

    async addAccount(actor: Actor, input: AccountInput & { readonly unit: string }): Promise<{ readonly id: string }> {
      requirePermission(actor, 'output.write');
      const checked = check(input);
      return connection.transaction(async (tx) => {
        const unit = await findUnit(deps, input.unit, tx);
        requireScope(actor, unit);
        await requireFree(tx, unit, { id: null, ...checked });
        const now = clock();
        const row: MediaAccountRow = {
          ...{ id: newId(), unitCode: unit.code, ...checked, endedOn: null, version: 1 },
          ...{ createdAt: now, createdBy: actor.id, updatedAt: now, updatedBy: actor.id },
        };
        await stores.mediaAccounts.insert(tx, row);
        await audit(tx, actor, row, 'media-account.add');
        return { id: row.id };
      });
    },

    /** Changes what it is called. A former name stays one of its other names, for entries that were written under it. */
    async changeAccount(actor: Actor, id: string, input: AccountInput & { readonly version: number }): Promise<void> {
      await connection.transaction(async (tx) => {
        const row = await requireAccount(tx, actor, id);
        const isRenamed = normaliseAccount(input.name) !== normaliseAccount(row.name);
        const checked = check({ ...input, aliases: [...input.aliases, ...(isRenamed ? [row.name] : [])] });
        await requireFree(tx, await findUnit(deps, row.unitCode, tx), { id, ...checked });
        await write(tx, actor, { ...row, ...checked, version: input.version }, 'media-account.change', {
          before: row.name,
        });
      });
    },

    /** Says on which day an account was used last; null takes that back. */
    async endAccount(
      actor: Actor,
      id: string,
      { endedOn, version }: { readonly endedOn: string | null; readonly version: number },
    ): Promise<void> {
      if (endedOn !== null) requireDay('endedOn', endedOn, today());
      await connection.transaction(async (tx) => {
        const row = await requireAccount(tx, actor, id);
        if (endedOn === null) await requireFree(tx, await findUnit(deps, row.unitCode, tx), row);
        await write(tx, actor, { ...row, endedOn, version }, 'media-account.end', { endedOn });
      });
    },

    /** Notes how many followed an account on a day, as it was read off: 8200, 1.2万, 10万+. */
    async noteFollowers(
      actor: Actor,
      id: string,
      { day, quantity: written }: { readonly day: string; readonly quantity: string },
    ): Promise<void> {
      requireDay('day', day, today());
      const quantity = readFollowers(written);
      await connection.transaction(async (tx) => {
        const row = await requireAccount(tx, actor, id);
        await stores.mediaAccounts.noteFollowers(tx, {
          ...{ accountId: id, day, quantity, notedAt: clock(), notedBy: actor.id },
        });
        await audit(tx, actor, row, 'media-account.followers', { day, followers: quantity.text });
      });
    },

    async removeFollowers(actor: Actor, id: string, day: string): Promise<void> {
      await connection.transaction(async (tx) => {
        const row = await requireAccount(tx, actor, id);
        if (await stores.mediaAccounts.removeFollowers(tx, id, day)) {
          await audit(tx, actor, row, 'media-account.followers', { day, followers: null });
        }
      });
    },
  };
}

type Checked = AccountInput & { readonly id: string | null };

/** Names as they are kept: trimmed, none twice. */
function check({ platform, name, aliases }: AccountInput): AccountInput {
  const own = name.trim();
  if (own === '') throw new AppError('FIELD_EMPTY', { field: 'name' });
  const known = new Set([normaliseAccount(own)]);
  const others: string[] = [];
  for (const alias of aliases.map((one) => one.trim())) {
    const word = normaliseAccount(alias);
    if (word === '' || known.has(word)) continue;
    known.add(word);
    others.push(alias);
  }
  if ([own, ...others].some((word) => word.length > LONGEST_NAME) || others.length > MOST_ALIASES) {
    throw new AppError('FIELD_TOO_LONG', { field: own.length > LONGEST_NAME ? 'name' : 'aliases', most: LONGEST_NAME });
  }
  if (!PLATFORMS.includes(platform)) throw new AppError('INPUT_INVALID', { field: 'platform', reason: platform });
  return { platform, name: own, aliases: others };
}

function requireDay(field: string, day: string, last: string): void {
  if (!isDay(day)) throw new AppError('OUTPUT_DATE_BAD', { field, value: day.slice(0, 30) });
  if (day < FIRST_DAY || day > last)
    throw new AppError('OUTPUT_DATE_RANGE', { field, value: day, first: FIRST_DAY, last });
}

/** A number of people as somebody wrote it; nothing else follows an account. */
function readFollowers(written: string): Quantity {
  const quantity = parseQuantity(written);
  const isCount =
    quantity.kind === 'number' &&
    quantity.per === null &&
    FOLLOWER_UNITS.includes(quantity.unit) &&
    Number.isInteger(quantity.value) &&
    quantity.value >= 0 &&
    quantity.value <= MOST_FOLLOWERS;
  if (!isCount) throw new AppError('FOLLOWERS_BAD', { field: 'quantity', value: quantity.text.slice(0, 40) });
  return quantity;
}
