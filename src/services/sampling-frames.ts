import { AppError, type Problem } from '../core/errors.ts';
import type { Sex } from '../core/indicators/types.ts';
import type { Reader } from '../store/connection.ts';
import type { PhoneMode } from '../store/tables.ts';
import type { StoredUnit } from '../store/units.ts';
import { type Actor, requireScope } from './actor.ts';
import type { Deps } from './deps.ts';
import type { JobHooks, OnProgress } from './import-jobs.ts';
import { createNumberCases } from './number-cases.ts';
import { createPauses } from './pauses.ts';
import type { QuotaService } from './quotas.ts';
import type { Tickets } from './tickets.ts';
import { findUnit } from './units.ts';
import type { Vault } from './vault.ts';
import { findWave } from './waves.ts';

export interface NumberReport {
  readonly rows: number;
  /** Cases made, or that would be. */
  readonly accepted: number;
  readonly byTown: ReadonlyArray<{ readonly code: string; readonly name: string; readonly accepted: number }>;
  /** Rows, or drawn numbers, that were left out. */
  readonly removed: {
    readonly invalid: number;
    /** In the list twice, or in the wave already. */
    readonly duplicates: number;
    readonly suppressed: number;
    readonly recentlyUsed: number;
  };
  /** What is wrong with which row, as many as are told one by one. */
  readonly problems: readonly Problem[];
  readonly dryRun: boolean;
}

/** One future case. */
export interface Candidate {
  readonly row: number;
  readonly unitCode: string;
  /** The numbers, the first to try first. */
  readonly numbers: readonly string[];
  readonly sex: Sex;
  readonly ageBand: string;
}

/** What a list or a draw is given to run as a job. */
export interface NumberHooks {
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
  readonly advance?: JobHooks['advance'];
}

type OnShare = (share: number) => void;

/** Numbers that are looked up together. */
const BATCH = 100;
const MONTH_MS = 30.4375 * 86_400_000;

export type SamplingFrames = ReturnType<typeof createSamplingFrames>;

/** What a list and a draw have in common: who is left out, and how the rest become cases. */
export function createSamplingFrames(
  deps: Deps & { readonly vault: Vault; readonly tickets: Tickets; readonly quotas: QuotaService },
) {
  const { connection, stores, clock, vault } = deps;

  async function openWave(actor: Actor, code: string, dryRun: boolean) {
    const { reader } = connection;
    const wave = await findWave(deps, code);
    const root = await findUnit(deps, wave.rootUnit);
    requireScope(actor, root);
    if (wave.state === 'closed') throw new AppError('WAVE_NOT_OPEN', { wave: code });
    const campaign = await stores.campaigns.find(reader, wave.id);
    // A list may be tried before there are any settings.
    if (!campaign && !dryRun) throw new AppError('CAMPAIGN_MISSING', { wave: code });
    const modes = campaign?.modes ?? wave.modes.filter((mode) => mode === 'phone' || mode === 'keypad');
    return { wave, root, modes };
  }

  function modeOf(modes: readonly PhoneMode[], wanted: PhoneMode | undefined, wave: string): PhoneMode {
    const mode = wanted ?? modes[0];
    if (mode === undefined || !modes.includes(mode)) throw new AppError('CAMPAIGN_MODE', { wave, mode: wanted ?? '—' });
    return mode;
  }

  /** Takes out what must not or need not be called; what is left is in the list once. */
  async function sift(
    db: Reader,
    waveId: string,
    candidates: readonly Candidate[],
    { months, signal, onShare = () => {} }: { months: number; signal: AbortSignal | undefined; onShare?: OnShare },
  ) {
    const since = clock() - months * MONTH_MS;
    const seen = new Set<string>();
    const removed = { duplicates: 0, suppressed: 0, recentlyUsed: 0 };
    const left: Candidate[] = [];
    const pause = createPauses(signal);
    for (let i = 0; i < candidates.length; i += BATCH) {
      // Calls that are going on wait for nobody's list.
      await pause();
      onShare(i / candidates.length);
      const batch = candidates.slice(i, i + BATCH);
      const all = batch.flatMap(({ numbers }) => numbers);
      const hashes = new Map(all.map((e164) => [e164, vault.hashOf(e164)]));
      const refusals = new Map(all.map((e164) => [e164, vault.suppressionHashOf(e164)]));
      const inWave = await stores.numbers.findInWave(db, waveId, [...hashes.values()]);
      const used = await stores.numbers.findUsed(db, { waveId, since, final: 'FINAL' }, [...hashes.values()]);
      const suppressed = await stores.suppressions.findMany(db, [...refusals.values()]);
      for (const candidate of batch) {
        const fates = candidate.numbers.map((e164) => {
          const hash = hashes.get(e164) ?? '';
          if (suppressed.has(refusals.get(e164) ?? '')) return 'suppressed' as const;
          if (seen.has(e164) || inWave.has(hash)) return 'duplicates' as const;
          if (used.has(hash)) return 'recentlyUsed' as const;
          return null;
        });
        // A person who asked for peace on one number is not called on another; neither is one who is in already.
        const fate = fates.find((each) => each !== null);
        if (fate) {
          removed[fate] += 1;
          continue;
        }
        for (const e164 of candidate.numbers) seen.add(e164);
        left.push(candidate);
      }
    }
    return { removed, left };
  }

  function countByTown(candidates: readonly Candidate[], units: ReadonlyMap<string, StoredUnit>) {
    const counts = new Map<string, number>();
    for (const { unitCode } of candidates) counts.set(unitCode, (counts.get(unitCode) ?? 0) + 1);
    return [...counts]
      .map(([code, accepted]) => ({ code, name: units.get(code)?.name ?? code, accepted }))
      .sort((a, b) => (a.code < b.code ? -1 : 1));
  }

  return { openWave, modeOf, sift, makeCases: createNumberCases(deps), countByTown };
}

export function requireMonths(months: number): void {
  if (!Number.isFinite(months) || months < 0 || months > 120)
    throw new AppError('INPUT_INVALID', { field: 'months', reason: '0–120' });
}
