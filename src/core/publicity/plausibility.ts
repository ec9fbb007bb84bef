import { findOutliers } from '../stats/outlier.ts';

/** Ratios that tell whether a figure can be right. They mark an entry for a look; they are no score. */
export const CHECKS = ['copies-per-resident', 'talks-per-village', 'reads-per-follower'] as const;
export type Check = (typeof CHECKS)[number];

/** Above this a figure is marked whatever the others report. */
const LIMITS: Readonly<Record<Check, number>> = {
  // Three leaflets for every man, woman and child in one month.
  'copies-per-resident': 3,
  // More than one talk in every village on every working day of a month.
  'talks-per-village': 22,
  // Reposts reach beyond the followers, but a hundred reads per follower is another account's post or a mistake.
  'reads-per-follower': 100,
};

export interface Ratio {
  readonly unitCode: string;
  readonly check: Check;
  /** Only figures of one kind are usual or unusual beside each other. */
  readonly kind: string;
  readonly amount: number;
  /** Residents, villages or followers; null when nobody knows. */
  readonly per: number | null;
}

export interface Mark {
  readonly unitCode: string;
  readonly check: Check;
  readonly kind: string;
  readonly ratio: number;
  readonly reason: 'limit' | 'unlike-others';
}

/** The figures worth a look, in the order given: beyond the limit, or far from what the other units report. */
export function markImplausible(ratios: readonly Ratio[]): Mark[] {
  const known = ratios.flatMap(({ unitCode, check, kind, amount, per }) =>
    per !== null && per > 0 ? [{ unitCode, check, kind, ratio: amount / per }] : [],
  );
  const groups = new Map(known.map(({ check, kind }) => [`${check} ${kind}`, { check, kind }]));
  return [...groups.values()].flatMap(({ check, kind }) => {
    const same = known.filter((one) => one.check === check && one.kind === kind);
    const far = findOutliers(same.map(({ ratio }) => ratio));
    return same.flatMap((one, index): Mark[] => {
      if (one.ratio > LIMITS[check]) return [{ ...one, reason: 'limit' }];
      return far.has(index) ? [{ ...one, reason: 'unlike-others' }] : [];
    });
  });
}
