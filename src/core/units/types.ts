/** Levels of the division tree, highest first. A child's level is lower than its parent's. */
export const LEVELS = ['province', 'city', 'county', 'town', 'village', 'grid'] as const;
export type Level = (typeof LEVELS)[number];

/** A unit 单位: one place of the official division, or a grid below it. */
export interface Unit {
  readonly code: string;
  readonly name: string;
  readonly level: Level;
  readonly parentCode: string | null;
  /** Resident population; null means unknown, never zero. */
  readonly population: number | null;
  readonly populationSource: string | null;
  /** How many villages and communities it has, where they are no units themselves; null means unknown. */
  readonly villages: number | null;
}
