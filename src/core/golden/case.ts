/**
 * Reference cases: input, and what R gives for it, in the schema `golden-case/1`. A case is computed again by the public
 * engine and compared number by number at its own tolerance.
 */
import { AppError } from '../errors.ts';
import { type CellValue, Table } from './table.ts';

export interface GoldenCase {
  readonly name: string;
  readonly group: string;
  readonly description: string;
  readonly dataSource: string;
  readonly rows: Table;
  readonly rowsFile: string | null;
  /** Names of further tables the case reads: towns and population margins of the large cases. */
  readonly tableFiles: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly tolerance: Tolerance;
}

export interface Tolerance {
  readonly rel: number;
  readonly abs: number;
  /** Looser relative tolerance for a key and everything below it. */
  readonly over: Readonly<Record<string, number>>;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads a parsed JSON file as a case; anything else is refused as invalid. */
export function readCase(json: unknown): GoldenCase {
  if (!isRecord(json) || json.schema !== 'golden-case/1' || !isRecord(json.input) || !isRecord(json.expected)) {
    throw new AppError('INPUT_INVALID', { field: 'golden-case/1', reason: 'schema' });
  }
  const { input, expected } = json;
  const tolerance = isRecord(json.tolerance) ? json.tolerance : {};
  const code = Array.isArray(json.r_code) ? json.r_code.join('\n') : String(json.r_code ?? '');
  const tableFiles: Record<string, string> = {};
  for (const match of code.matchAll(/(\w+)\s*<-\s*read\.csv\(gzfile\(file\.path\(dir,\s*"([^"]+)"/g)) {
    tableFiles[match[1] as string] = match[2] as string;
  }
  return {
    name: String(json.name),
    group: String(json.group),
    description: String(json.description ?? ''),
    dataSource: String(json.data_source ?? ''),
    rows: new Table(isRecord(input.rows) ? (input.rows as Record<string, CellValue[]>) : {}),
    rowsFile: typeof input.rows_file === 'string' ? input.rows_file : null,
    tableFiles,
    params: isRecord(input.params) ? input.params : {},
    expected,
    tolerance: {
      rel: Number(tolerance.rel ?? 1e-9),
      abs: Number(tolerance.abs ?? 1e-12),
      over: isRecord(tolerance.over) ? (tolerance.over as Record<string, number>) : {},
    },
  };
}

export interface Difference {
  readonly path: string;
  readonly got: unknown;
  readonly expected: unknown;
}

export interface Comparison {
  /** Values compared. */
  readonly compared: number;
  /** Largest relative difference among those outside the absolute tolerance; 0 when none is. */
  readonly worst: number;
  readonly failures: readonly Difference[];
}

/**
 * What need not be reproduced: notes, R's own errors and failures, and what the cases call wrong on purpose.
 */
const INFORMATIVE = new Set(['note', 'naive_wrong', 'se_if_wrongly_independent', 'r_error', 'r_raw_p2']);

/** Compares |got − expected| ≤ max(abs, rel·max(|got|, |expected|)); everything expected must have been computed. */
export function compareCase(computed: unknown, expected: unknown, tolerance: Tolerance): Comparison {
  let compared = 0;
  let worst = 0;
  const failures: Difference[] = [];

  const visit = (got: unknown, want: unknown, path: string, rel: number): void => {
    if (Array.isArray(want)) {
      const list = Array.isArray(got) || ArrayBuffer.isView(got) ? Array.from(got as ArrayLike<unknown>) : [got];
      if (list.length !== want.length)
        failures.push({ path: `${path}.length`, got: list.length, expected: want.length });
      else for (const [i, value] of want.entries()) visit(list[i], value, `${path}[${i}]`, rel);
      return;
    }
    if (isRecord(want)) {
      for (const [key, value] of Object.entries(want)) {
        if (INFORMATIVE.has(key)) continue;
        const inner = isRecord(got) ? got[key] : undefined;
        visit(inner, value, path === '' ? key : `${path}.${key}`, tolerance.over[key] ?? rel);
      }
      return;
    }
    compared += 1;
    let value: unknown = got;
    if (Array.isArray(value) || ArrayBuffer.isView(value)) {
      const list = Array.from(value as ArrayLike<unknown>);
      value = list.length === 1 ? list[0] : list;
    }
    if (typeof want === 'number') {
      // Unit codes are labels to the engine and numbers to R.
      const number = typeof value === 'boolean' || String(Number(value)) === value ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isFinite(number)) failures.push({ path, got: value, expected: want });
      else {
        const size = Math.max(Math.abs(number), Math.abs(want));
        const difference = Math.abs(number - want);
        if (difference > tolerance.abs) worst = Math.max(worst, difference / size);
        if (difference > Math.max(tolerance.abs, rel * size)) failures.push({ path, got: value, expected: want });
      }
    } else if (want === null) {
      if (value !== null && value !== undefined && !(typeof value === 'number' && Number.isNaN(value))) {
        failures.push({ path, got: value, expected: want });
      } else if (value !== null) failures.push({ path, got: String(value), expected: want });
    } else if (value !== want && String(value) !== String(want)) failures.push({ path, got: value, expected: want });
  };
  visit(computed, expected, '', tolerance.rel);
  return { compared, worst, failures };
}
