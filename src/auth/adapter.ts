import { type CleanedWhere, createAdapterFactory } from 'better-auth/adapters';
import type { Connection } from '../store/connection.ts';
import {
  CREDENTIAL_TABLES,
  type CredentialCondition,
  type CredentialRow,
  type CredentialTable,
  type CredentialValue,
} from '../store/credentials.ts';
import type { Stores } from '../store/stores.ts';

/**
 * better-auth on our store. It never sees a database handle: what it writes goes through the queue of writers like
 * everything else (a write beside the queue could vanish in a neighbour's rollback), what it reads comes from the reader.
 */
export function createStoreAdapter({
  connection,
  stores,
}: {
  connection: Connection;
  stores: Pick<Stores, 'credentials'>;
}) {
  const { credentials } = stores;
  return createAdapterFactory({
    config: {
      adapterId: 'zhixiao',
      usePlural: true,
      supportsNumericIds: false,
      // Instants are epoch milliseconds in our tables and dates in the library.
      customTransformInput: ({ data }) => (data instanceof Date ? data.getTime() : data),
      customTransformOutput: ({ data, fieldAttributes }) =>
        fieldAttributes.type === 'date' && typeof data === 'number' ? new Date(data) : data,
    },
    adapter: () => ({
      create: async <T extends Record<string, unknown>>({ model, data }: { model: string; data: T }) =>
        (await connection.transaction((tx) => credentials.insert(tx, tableOf(model), data))) as T,
      findOne: async <T>({ model, where }: { model: string; where: CleanedWhere[] }) =>
        first<T>(await credentials.select(connection.reader, tableOf(model), conditionsOf(where), { limit: 1 })),
      findMany: async <T>({ model, where = [], ...page }: FindMany) =>
        (await credentials.select(connection.reader, tableOf(model), conditionsOf(where), page)) as T[],
      count: ({ model, where = [] }) => credentials.count(connection.reader, tableOf(model), conditionsOf(where)),
      update: async <T>({ model, where, update }: { model: string; where: CleanedWhere[]; update: T }) =>
        first<T>(
          await connection.transaction((tx) =>
            credentials.update(tx, tableOf(model), conditionsOf(where), update as CredentialRow),
          ),
        ),
      updateMany: async ({ model, where, update }) =>
        (
          await connection.transaction((tx) =>
            credentials.update(tx, tableOf(model), conditionsOf(where), update as CredentialRow),
          )
        ).length,
      delete: async ({ model, where }) => {
        await connection.transaction((tx) => credentials.remove(tx, tableOf(model), conditionsOf(where)));
      },
      deleteMany: async ({ model, where }) =>
        (await connection.transaction((tx) => credentials.remove(tx, tableOf(model), conditionsOf(where)))).length,
    }),
  });
}

interface FindMany {
  readonly model: string;
  readonly where?: CleanedWhere[] | undefined;
  readonly limit: number;
  readonly offset?: number | undefined;
  readonly sortBy?: { field: string; direction: 'asc' | 'desc' } | undefined;
}

function first<T>(rows: readonly CredentialRow[]): T | null {
  return (rows[0] ?? null) as T | null;
}

function tableOf(model: string): CredentialTable {
  const table = CREDENTIAL_TABLES.find((name) => name === model);
  if (!table) throw new RangeError(`sign-in has no table ${model}`);
  return table;
}

/** What the endpoints in use ask for; anything else is refused loudly instead of being answered wrongly. */
function conditionsOf(where: readonly CleanedWhere[]): CredentialCondition[] {
  return where.map(({ field, operator, value, connector, mode }) => {
    if (connector !== 'AND' || mode !== 'sensitive')
      throw new RangeError(`condition on ${field}: ${connector} ${mode}`);
    switch (operator) {
      case 'in':
      case 'not_in':
        return { column: field, is: operator, value: value as readonly CredentialValue[] };
      case 'eq':
      case 'ne':
      case 'lt':
      case 'lte':
      case 'gt':
      case 'gte':
        return { column: field, is: operator, value: value as CredentialValue };
      default:
        throw new RangeError(`condition on ${field}: ${operator}`);
    }
  });
}
