/** Makes a new unique text id; the real one is in `runtime.ts`, tests pass a counter. */
export type NewId = () => string;

/** Tells the time in epoch milliseconds; the real one is in `runtime.ts`, tests pass their own. */
export type Clock = () => number;
