import { and, asc, desc, eq, lt, sql } from 'drizzle-orm';
import { prepareOnce, type Reader, type Writer } from './connection.ts';
import { forUpdate } from './dialect/expressions.ts';
import type { Tables, WaveState } from './tables.ts';

export type WaveRow = Tables['waves']['$inferSelect'];
export type WaveMarginsRow = Tables['waveMargins']['$inferSelect'];

export function createWaveStore({ waves, waveMargins, invitations, campaigns, quotaCells, cases, importJobs }: Tables) {
  return {
    find: async (db: Reader, id: string): Promise<WaveRow | null> =>
      (
        await prepareOnce(db, 'wave.find', (d) =>
          d
            .select()
            .from(waves)
            .where(eq(waves.id, sql.placeholder('id')))
            .prepare('wave_find'),
        ).execute({ id })
      )[0] ?? null,

    findByCode: async (db: Reader, code: string): Promise<WaveRow | null> =>
      (
        await prepareOnce(db, 'wave.code', (d) =>
          d
            .select()
            .from(waves)
            .where(eq(waves.code, sql.placeholder('code')))
            .prepare('wave_code'),
        ).execute({ code })
      )[0] ?? null,

    /** The wave, which nobody else changes until the transaction ends. */
    lockByCode: async (tx: Writer, code: string): Promise<WaveRow | null> =>
      (await forUpdate(tx.select().from(waves).where(eq(waves.code, code))))[0] ?? null,

    /** What hangs on a wave before anybody answered. */
    findParts: async (db: Reader, id: string): Promise<{ margins: boolean; invitations: boolean; sample: boolean }> => {
      const has = async (
        part: typeof waveMargins | typeof invitations | typeof campaigns | typeof quotaCells | typeof cases,
      ) => (await db.select({ id: part.waveId }).from(part).where(eq(part.waveId, id)).limit(1)).length > 0;
      return {
        margins: await has(waveMargins),
        invitations: await has(invitations),
        sample: (await has(campaigns)) || (await has(quotaCells)) || (await has(cases)),
      };
    },

    list: async (db: Reader): Promise<WaveRow[]> =>
      db.select().from(waves).orderBy(desc(waves.period), asc(waves.code)),

    listOpen: async (db: Reader): Promise<WaveRow[]> =>
      prepareOnce(db, 'wave.open', (d) =>
        d
          .select()
          .from(waves)
          .where(eq(waves.state, 'open'))
          .orderBy(desc(waves.period), asc(waves.code))
          .prepare('wave_open'),
      ).execute(),

    /** Official waves of the same root before this one, newest first: candidates for what 同比 compares with. */
    listEarlier: async (db: Reader, wave: WaveRow): Promise<WaveRow[]> =>
      db
        .select()
        .from(waves)
        .where(and(eq(waves.kind, 'official'), eq(waves.rootUnit, wave.rootUnit), lt(waves.period, wave.period)))
        .orderBy(desc(waves.period)),

    insert: async (tx: Writer, row: WaveRow): Promise<void> => {
      await tx.insert(waves).values(row);
    },

    update: async (tx: Writer, { id, ...row }: WaveRow): Promise<void> => {
      await tx.update(waves).set(row).where(eq(waves.id, id));
    },

    /** Removes a wave that nobody answered, with its links and the populations it would be weighted to. */
    remove: async (tx: Writer, id: string): Promise<void> => {
      for (const part of [waveMargins, invitations]) await tx.delete(part).where(eq(part.waveId, id));
      // Lists of numbers that were only tried.
      await tx.delete(importJobs).where(eq(importJobs.numbersWaveId, id));
      await tx.delete(waves).where(eq(waves.id, id));
    },

    setState: async (
      tx: Writer,
      id: string,
      from: WaveState,
      change: { state: WaveState; openedAt?: number; closedAt?: number | null },
    ): Promise<boolean> => {
      const changed = await tx
        .update(waves)
        .set(change)
        .where(and(eq(waves.id, id), eq(waves.state, from)))
        .returning({ id: waves.id });
      return changed.length === 1;
    },

    findMargins: async (db: Reader, waveId: string): Promise<WaveMarginsRow | null> =>
      (await db.select().from(waveMargins).where(eq(waveMargins.waveId, waveId)))[0] ?? null,

    setMargins: async (tx: Writer, { waveId, ...row }: WaveMarginsRow): Promise<void> => {
      await tx
        .insert(waveMargins)
        .values({ waveId, ...row })
        .onConflictDoUpdate({ target: waveMargins.waveId, set: row });
    },

    /** Whether there were any. */
    removeMargins: async (tx: Writer, waveId: string): Promise<boolean> =>
      (await tx.delete(waveMargins).where(eq(waveMargins.waveId, waveId)).returning({ id: waveMargins.waveId }))
        .length > 0,
  };
}
