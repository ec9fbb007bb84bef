import { AppError } from '../core/errors.ts';
import { type DrawMethod, drawNumbers, prefixOf } from '../core/sample/draw.ts';
import { readPhoneNumber } from '../core/sample/phone-number.ts';
import type { PhoneMode } from '../store/tables.ts';
import { type Actor, requirePermission, requireScope } from './actor.ts';
import type { Deps } from './deps.ts';
import { createPauses } from './pauses.ts';
import {
  type Candidate,
  type NumberHooks,
  type NumberReport,
  requireMonths,
  type SamplingFrames,
} from './sampling-frames.ts';

export interface DrawReport extends NumberReport {
  readonly inclusion: ReadonlyArray<{
    readonly unit: string;
    readonly prefix: string;
    readonly probability: number;
    readonly drawn: number;
  }>;
}

export interface NumberDraw extends NumberHooks {
  readonly wave: string;
  readonly towns: ReadonlyArray<{
    readonly unit: string;
    readonly prefixes: readonly string[];
    readonly count: number;
  }>;
  readonly method: DrawMethod;
  readonly seed: number;
  readonly prefixCount?: number | undefined;
  readonly landlineDigits?: 7 | 8 | undefined;
  readonly dryRun?: boolean | undefined;
  readonly months?: number | undefined;
  readonly mode?: PhoneMode | undefined;
}

/** Numbers of one draw: more than the largest province needs at once, and few enough to be held in memory. */
const MOST_DRAWN = 500_000;

/** Numbers by chance. */
export function createNumberDraws({ connection, stores, frames }: Deps & { readonly frames: SamplingFrames }) {
  const { openWave, modeOf, sift, makeCases, countByTown } = frames;
  return {
    /** Draws random numbers from prefixes, town by town. The same seed draws the same numbers. */
    async drawNumbers(actor: Actor, input: NumberDraw): Promise<DrawReport> {
      requirePermission(actor, 'number.import');
      const { dryRun = false, months = 6, method, seed } = input;
      requireMonths(months);
      if (!Number.isSafeInteger(seed) || Math.abs(seed) > 2 ** 40) {
        throw new AppError('INPUT_INVALID', { field: 'seed', reason: '0 – 999999999' });
      }
      const { wave, root, modes } = await openWave(actor, input.wave, dryRun);
      const mode = modeOf(modes, input.mode, wave.code);
      const units = await stores.units.listSubtree(connection.reader, null);
      const byCode = new Map(units.map((unit) => [unit.code, unit]));
      const wanted = input.towns.reduce((sum, { count }) => sum + count, 0);
      if (wanted > MOST_DRAWN) throw new AppError('INPUT_INVALID', { field: 'count', reason: `Σ ≤ ${MOST_DRAWN}` });
      const candidates: Candidate[] = [];
      const inclusion: Array<DrawReport['inclusion'][number]> = [];
      const { signal, onProgress = () => {} } = input;
      const pause = createPauses(signal);
      // Drawing, looking up and writing.
      const say = (part: number, share: number): void =>
        onProgress((part + share) / (dryRun ? 2 : 3), { done: candidates.length, total: null });
      for (const [i, town] of input.towns.entries()) {
        const unit = byCode.get(town.unit);
        if (!unit) throw new AppError('NOT_FOUND', { what: 'unit', id: town.unit });
        requireScope(actor, unit);
        if (!unit.path.startsWith(root.path))
          throw new AppError('UNIT_OUTSIDE_WAVE', { unit: unit.code, wave: wave.code });
        if (!Number.isSafeInteger(town.count) || town.count < 1 || town.count > 100_000) {
          throw new AppError('INPUT_INVALID', { field: 'count', reason: '1–100000' });
        }
        const drawn = drawNumbers({
          prefixes: town.prefixes.map((digits) => prefixOf(digits, input.landlineDigits ?? 7)),
          count: town.count,
          method,
          // Each town a stream of its own, so that adding a town changes no other.
          seed: seed + i * 1_000_003,
          prefixCount: input.prefixCount ?? null,
        });
        for (const one of drawn.inclusion) inclusion.push({ unit: unit.code, ...one });
        say(0, candidates.length / wanted);
        for (const { digits } of drawn.numbers) {
          await pause();
          const reading = readPhoneNumber(digits);
          if ('problem' in reading) throw new AppError(reading.problem.code, reading.problem.details);
          const numbers = [reading.number.e164];
          candidates.push({ row: 0, unitCode: unit.code, numbers, sex: 'unknown', ageBand: 'unknown' });
        }
      }
      const { removed, left } = await sift(connection.reader, wave.id, candidates, {
        ...{ months, signal },
        onShare: (share) => say(1, share),
      });
      const report = {
        rows: candidates.length,
        accepted: left.length,
        byTown: countByTown(left, byCode),
        removed: { invalid: 0, ...removed },
        problems: [],
        inclusion,
        dryRun,
      };
      if (dryRun) return report;
      const details = { method, seed, towns: input.towns.length, removed: report.removed };
      const source = { wave, mode, origin: 'drawn', seed, details } as const;
      const accepted = await makeCases(actor, source, left, {
        ...input,
        onProgress: (share, done) => onProgress((2 + share) / 3, done),
      });
      return { ...report, accepted };
    },
  };
}
