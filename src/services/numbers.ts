import { maskNumber } from '../core/sample/phone-number.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { WaveRow } from '../store/waves.ts';
import type { Deps } from './deps.ts';
import { createNumberDraws } from './number-draws.ts';
import { createNumberLists } from './number-lists.ts';
import type { QuotaService } from './quotas.ts';
import { createSamplingFrames } from './sampling-frames.ts';
import { isCallable } from './suppressions.ts';
import type { Tickets } from './tickets.ts';
import type { Vault } from './vault.ts';

const DAY_MS = 86_400_000;
/** How long numbers are kept after their wave was closed. */
const KEPT_DAYS = 90;

export type NumberService = ReturnType<typeof createNumberService>;

/** The sampling frame: numbers by list or by draw, kept apart from everything else and encrypted. */
export function createNumberService(
  deps: Deps & { readonly vault: Vault; readonly tickets: Tickets; readonly quotas: QuotaService },
) {
  const { connection, stores, clock, vault } = deps;
  const frames = createSamplingFrames(deps);

  return {
    ...createNumberLists({ ...deps, frames }),
    ...createNumberDraws({ ...deps, frames }),
    openFrame: frames.openWave,

    /** The numbers of a case as everybody may see them. */
    async maskedNumbers(
      db: Reader,
      caseId: string,
    ): Promise<ReadonlyArray<{ readonly rank: number; readonly masked: string; readonly isLive: boolean }>> {
      return (await stores.numbers.listOfCase(db, caseId)).map((row) => ({
        rank: row.rank,
        masked: maskedOf(vault.read(row)),
        isLive: isCallable(row),
      }));
    },

    /**
     * Numbers of a case that turned out dead may be tried again; those never to be called stay out. False when none is
     * left to call.
     */
    async revive(tx: Writer, caseId: string): Promise<boolean> {
      let left = false;
      for (const row of await stores.numbers.listOfCase(tx, caseId)) {
        if (row.cipher === null) continue;
        const isOut = await stores.suppressions.has(tx, vault.suppressionHashOf(vault.open(caseId, row.cipher)));
        await stores.numbers.setState(tx, row, isOut ? 'dead' : 'live');
        left ||= !isOut;
      }
      return left;
    },

    /** The number to call next for a case: the first that is alive and on no list, or null. For the dialer and the desk. */
    async numberToCall(db: Reader, caseId: string): Promise<{ readonly rank: number; readonly e164: string } | null> {
      for (const row of await stores.numbers.listOfCase(db, caseId)) {
        if (row.state !== 'live' || row.cipher === null) continue;
        const e164 = vault.open(caseId, row.cipher);
        if (await stores.suppressions.has(db, vault.suppressionHashOf(e164))) continue;
        return { rank: row.rank, e164 };
      }
      return null;
    },

    /** Numbers of a closed wave are kept for a while; a wave that goes on again keeps them. */
    async keepUntil(tx: Writer, wave: Pick<WaveRow, 'id' | 'closedAt'>): Promise<void> {
      await stores.numbers.setDeleteAfter(
        tx,
        wave.id,
        wave.closedAt === null ? null : wave.closedAt + KEPT_DAYS * DAY_MS,
      );
    },

    /** Forgets the numbers whose time is over. Says how many. */
    forgetExpired: (): Promise<number> => connection.transaction((tx) => stores.numbers.forgetExpired(tx, clock())),
  };
}

const maskedOf = (e164: string | null): string => (e164 === null ? '—' : maskNumber(e164));
