import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { prepareOnce, type Reader, type Writer } from './connection.ts';
import { excluded, forUpdate } from './dialect/expressions.ts';
import { insertOnce } from './one-row.ts';
import type { CampaignState, CarrierName, Tables, WaveState } from './tables.ts';

export type CampaignRow = Tables['campaigns']['$inferSelect'];
export type CarrierStateRow = Tables['carrierStates']['$inferSelect'];
export type DeskRow = Tables['desks']['$inferSelect'];

/** The phone side of waves, the state of the carriers, and who sits at a desk. */
export function createCampaignStore({ campaigns, carrierStates, desks, waves }: Tables) {
  return {
    find: async (db: Reader, waveId: string): Promise<CampaignRow | null> =>
      (
        await prepareOnce(db, 'campaign.find', (d) =>
          d
            .select()
            .from(campaigns)
            .where(eq(campaigns.waveId, sql.placeholder('waveId')))
            .prepare('campaign_find'),
        ).execute({ waveId })
      )[0] ?? null,

    /** The campaign, held against others until the transaction ends. */
    hold: async (tx: Writer, waveId: string): Promise<CampaignRow | null> =>
      (await forUpdate(tx.select().from(campaigns).where(eq(campaigns.waveId, waveId))))[0] ?? null,

    list: async (db: Reader, states: readonly CampaignState[]): Promise<CampaignRow[]> =>
      prepareOnce(db, `campaign.list.${states}`, (d) =>
        d
          .select()
          .from(campaigns)
          .where(inArray(campaigns.state, [...states]))
          .orderBy(asc(campaigns.waveId))
          .prepare(`campaign_list_${states.join('_')}`),
      ).execute(),

    /** Campaigns in these states with their waves, as far as these are of one state. */
    listWithWaves: async (db: Reader, states: readonly CampaignState[], state: WaveState) =>
      prepareOnce(db, `campaign.waves.${states}.${state}`, (d) =>
        d
          .select({ campaign: campaigns, wave: waves })
          .from(campaigns)
          .innerJoin(waves, eq(waves.id, campaigns.waveId))
          .where(and(inArray(campaigns.state, [...states]), eq(waves.state, state)))
          .orderBy(asc(campaigns.waveId))
          .prepare(`campaign_waves_${states.join('_')}_${state}`),
      ).execute(),

    save: async (tx: Writer, { waveId, ...row }: CampaignRow): Promise<void> => {
      await tx
        .insert(campaigns)
        .values({ waveId, ...row })
        .onConflictDoUpdate({ target: campaigns.waveId, set: row });
    },

    findCarrier: async (db: Reader, carrier: CarrierName): Promise<CarrierStateRow | null> =>
      (
        await prepareOnce(db, 'carrier.find', (d) =>
          d
            .select()
            .from(carrierStates)
            .where(eq(carrierStates.carrier, sql.placeholder('carrier')))
            .prepare('carrier_find'),
        ).execute({ carrier })
      )[0] ?? null,

    saveCarrier: async (tx: Writer, { carrier, ...row }: CarrierStateRow): Promise<void> => {
      await tx
        .insert(carrierStates)
        .values({ carrier, ...row })
        .onConflictDoUpdate({ target: carrierStates.carrier, set: row });
    },

    findDesk: async (db: Reader, userId: string): Promise<DeskRow | null> =>
      (
        await prepareOnce(db, 'desk.find', (d) =>
          d
            .select()
            .from(desks)
            .where(eq(desks.userId, sql.placeholder('userId')))
            .prepare('desk_find'),
        ).execute({ userId })
      )[0] ?? null,

    listDesks: async (db: Reader, waveId: string): Promise<DeskRow[]> =>
      db.select().from(desks).where(eq(desks.waveId, waveId)).orderBy(asc(desks.userId)),

    saveDesk: async (tx: Writer, row: DeskRow): Promise<void> => {
      const set = {
        ...{ waveId: excluded(desks.waveId), breakSince: excluded(desks.breakSince), seenAt: excluded(desks.seenAt) },
      };
      await insertOnce(tx, 'desk.save', { table: desks, row }, (d, values) =>
        d.insert(desks).values(values).onConflictDoUpdate({ target: desks.userId, set }),
      );
    },
  };
}
