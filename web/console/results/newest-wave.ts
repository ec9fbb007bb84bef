import type { WaveView } from '../wire.ts';

/**
 * What a leader most likely wants: the latest official wave that covers their unit and whose fieldwork has ended, else
 * the one that runs. Division codes begin with the code of the unit above.
 */
export function newestWave(waves: readonly WaveView[], unit: string | null): WaveView | undefined {
  const covering = waves.filter(({ root }) => unit === null || unit.startsWith(root.code));
  const widest = (wave: WaveView): number => wave.root.code.length;
  const byPeriod = [...(covering.length > 0 ? covering : waves)].sort(
    (a, b) => widest(a) - widest(b) || b.period.localeCompare(a.period),
  );
  return (
    byPeriod.find(({ kind, state }) => kind === 'official' && state === 'closed') ??
    byPeriod.find(({ kind, state }) => kind === 'official' && state === 'open') ??
    byPeriod.find(({ state }) => state !== 'draft') ??
    byPeriod[0]
  );
}
