import type { Quantity } from './quantity.ts';

/** A stated total beside the sum of its parts, when the two contradict each other. */
export interface Contradiction {
  readonly stated: number;
  readonly sum: number;
  readonly difference: number;
}

/**
 * Holds a stated total against its parts. Null when they agree, or when nothing can be said: a part in words, parts that
 * are themselves lower limits. 163余 against parts that are exact and sum to 162 is a contradiction: “and some” of exact
 * parts is no excuse, the total would have to be at least 163.
 */
export function checkParts(stated: Quantity, parts: readonly Quantity[]): Contradiction | null {
  if (stated.kind === 'words' || parts.length === 0) return null;
  let sum = 0;
  let open = false;
  for (const part of parts) {
    if (part.kind === 'words' || part.per !== null) return null;
    sum += part.value;
    open ||= part.qualifier !== 'exact';
  }
  const { value, qualifier } = stated;
  const agrees =
    value === sum ||
    qualifier === 'about' ||
    (qualifier === 'at-least' && sum > value) ||
    (qualifier === 'capped' && sum > value) ||
    (qualifier === 'at-most' && sum < value) ||
    (open && sum < value);
  return agrees ? null : { stated: value, sum, difference: value - sum };
}
