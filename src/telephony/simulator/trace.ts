/** One thing that happened in the network, told by the network: what a campaign's totals are recomputed from. */
export interface TraceEntry {
  readonly at: number;
  readonly kind: /** A request to the API: what was asked, what was answered, and the fault that was played. */
    | 'rest'
    /** A call's life: created, ringing, answered, ended. */
    | 'call'
    /** A document was asked for, and what came. */
    | 'document'
    /** A callback and its fate: sent, late, twice, lost. */
    | 'callback'
    /** What the respondent heard, pressed, and when the line was cut. */
    | 'heard'
    | 'key'
    /** What somebody said, and who heard it. */
    | 'voice'
    /** Who came to a conference, left it, was muted, and who hears whom since then. */
    | 'conference'
    | 'recording'
    | 'message';
  readonly call?: string;
  readonly [detail: string]: unknown;
}

export interface Trace {
  add(entry: TraceEntry): void;
}

/** Keeps everything, for checks at the end. */
export function createTraceList(): Trace & { readonly entries: readonly TraceEntry[] } {
  const entries: TraceEntry[] = [];
  return { entries, add: (entry) => entries.push(entry) };
}

/** One JSON object a line, for a file. */
export function createTraceLines(write: (line: string) => void): Trace {
  return { add: (entry) => write(`${JSON.stringify(entry)}\n`) };
}

export const NO_TRACE: Trace = { add: () => {} };
