import { createHash } from 'node:crypto';
import { AppError, type Problem } from '../core/errors.ts';
import { guessMapping } from '../core/import/guess-mapping.ts';
import { compileMapping, createDuplicateCheck, type ImportedInterview } from '../core/import/interviews.ts';
import { findUnusedColumns, type InterviewMapping, parseMapping } from '../core/import/mapping.ts';
import { readMoment } from '../core/import/moments.ts';
import { planStrata } from '../core/indicators/strata.ts';
import { TallySum } from '../core/indicators/tally.ts';
import { codeResponse } from '../core/questionnaire/coding.ts';
import type { Answers } from '../core/questionnaire/plan.ts';
import { symbolOfCode } from '../core/sample/outcomes.ts';
import { buildTree } from '../core/units/tree.ts';
import type { TableFile } from '../intake/table-file.ts';
import { finishInterview } from '../interview/session.ts';
import type { Writer } from '../store/connection.ts';
import { isUniqueViolation } from '../store/dialect/expressions.ts';
import type { ResponseRow, StoredAnswers } from '../store/responses.ts';
import type { WaveRow } from '../store/waves.ts';
import { type Actor, requirePermission, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { OnProgress } from './import-jobs.ts';
import type { CompiledSurvey, SurveyService } from './surveys.ts';
import { countResponse } from './tallies.ts';
import { findUnit } from './units.ts';
import { findWave } from './waves.ts';

export interface ImportReport {
  readonly rows: number;
  readonly created: number;
  /** Rows that the wave held already, with the same content. */
  readonly unchanged: number;
  /** AAPOR result code → rows of the file. */
  readonly byDisposition: Readonly<Record<string, number>>;
  /** The mapping as it was used, and whether it was guessed from the header. */
  readonly mapping: InterviewMapping;
  readonly guessed: boolean;
  readonly unusedColumns: readonly string[];
  readonly warnings: readonly Problem[];
  /** This very file was imported before with this mapping: nothing was read again. */
  readonly alreadyImported: boolean;
  /** Null when nothing was written. */
  readonly importId: string | null;
}

export interface ImportListing {
  readonly id: string;
  readonly fileName: string;
  readonly rows: number;
  readonly created: number;
  readonly importedAt: number;
  readonly importedBy: string;
}

export interface NewImport {
  readonly wave: string;
  readonly file: TableFile;
  /** Hash of the file's bytes. */
  readonly fileHash: string;
  readonly fileName: string;
  /** What the mapping file says; null to guess from the header. */
  readonly mapping: unknown;
  readonly dryRun?: boolean;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
  /** Asked in the transaction that makes the rows count; throws when they are wanted no more. */
  readonly confirm?: (tx: Writer) => Promise<void>;
}

export type ImportService = ReturnType<typeof createImportService>;

/** One row as it will be stored. */
interface Judged extends Pick<ImportedInterview, 'interviewId' | 'unitCode' | 'mode' | 'weight' | 'interviewedAt'> {
  readonly row: number;
  readonly disposition: string;
  readonly answers: Answers;
}
type Judge = (interview: ImportedInterview, row: number) => { readonly judged: Judged } | { readonly problem: Problem };

/**
 * Rows read, judged and written together: small enough that nobody else waits long for the database, and that they are
 * gone before the collector takes them for something lasting.
 */
const BATCH = 100;
const MOST_PROBLEMS = 1000;
/** An import that staged nothing for this long has died. */
const STAGED_PATIENCE_MS = 5 * 60_000;
const DAY_MS = 86_400_000;

export function createImportService(deps: Deps & { readonly surveys: SurveyService }) {
  const { connection, stores, clock, newId, surveys } = deps;

  async function waveInReach(actor: Actor, code: string): Promise<WaveRow> {
    const wave = await findWave(deps, code);
    const { path } = await findUnit(deps, wave.rootUnit);
    const scope = scopePath(actor);
    if (scope !== null && !path.startsWith(scope) && !scope.startsWith(path)) {
      throw new AppError('OUT_OF_SCOPE', { unit: wave.rootUnit });
    }
    return wave;
  }

  /** Everything about a file that is settled before its first row. */
  async function prepare(actor: Actor, wave: WaveRow, input: NewImport) {
    const survey = await surveys.compile(connection.reader, wave.surveyVersionId);
    const tree = buildTree(await stores.units.listSubtree(connection.reader, null));
    const { header } = input.file;
    const guessed = input.mapping === null;
    const json = guessed ? guessMapping(header, survey.plan.plan) : input.mapping;
    const { mapping, problems } = parseMapping({ json, header, compiled: survey.plan });
    if (mapping === null) throw new AppError('IMPORT_REFUSED', { count: problems.length, problems });
    const read = compileMapping({ mapping, compiled: survey.plan, tree, root: wave.rootUnit });
    const scope = scopePath(actor);
    const mayReach = (unit: string) => scope === null || tree.path(unit).startsWith(scope);
    const { stratumOf } = planStrata(tree.units);
    return { wave, survey, mapping, guessed, read, stratumOf, judge: createJudge({ wave, survey, mapping, mayReach }) };
  }
  type Prepared = Awaited<ReturnType<typeof prepare>>;

  /** The first pass: reads and judges everything, writes nothing. */
  async function check(prepared: Prepared, input: NewImport, progress: Progress) {
    const { wave, survey, mapping, read, judge } = prepared;
    const findings = createFindings();
    const dates = createDateCheck(wave, mapping);
    const places = createPlaceCheck(prepared);
    const findDuplicate = createDuplicateCheck(mapping);
    const byDisposition: Record<string, number> = {};
    const known = new Set<string>();
    const sum = new TallySum();
    let rows = 0;
    for await (const batch of inBatches(input.file, progress, input.signal)) {
      const fresh: Judged[] = [];
      for (const item of batch) {
        rows += 1;
        if (item.problem !== null) {
          findings.add(item.problem);
          continue;
        }
        const result = read(item);
        if ('problems' in result) {
          for (const problem of result.problems) findings.add(problem);
          continue;
        }
        const duplicate = findDuplicate(result.interview.interviewId, item.row);
        const outcome = duplicate ? { problem: duplicate } : judge(result.interview, item.row);
        if ('problem' in outcome) findings.add(outcome.problem);
        else fresh.push(outcome.judged);
      }
      const held = await findHeld(wave, fresh);
      for (const judged of fresh) {
        byDisposition[judged.disposition] = (byDisposition[judged.disposition] ?? 0) + 1;
        dates.add(judged);
        places.add(judged);
        const before = held.get(judged.interviewId);
        if (before === undefined) sum.add(count(survey, judged).cells);
        else if (isSame(before, judged)) known.add(judged.interviewId);
        else {
          const details = { id: judged.interviewId };
          findings.add({ code: 'INTERVIEW_CHANGED', row: judged.row, column: mapping.interviewId, details });
        }
      }
    }
    findings.refuse();
    return { rows, known, sum, byDisposition, warnings: [...places.warnings(), ...dates.warnings()] };
  }

  /** What the wave holds already under the ids of these rows. */
  async function findHeld(wave: WaveRow, batch: readonly Judged[]) {
    const ids = batch.map(({ interviewId }) => interviewId);
    const found = await stores.responses.findExternal(connection.reader, wave.id, ids);
    const responses = [...found.values()];
    if (responses.some(({ state }) => state === 'staged')) throw new AppError('IMPORT_RUNNING', { wave: wave.code });
    const answers = await stores.responses.findAnswersOfMany(
      connection.reader,
      responses.map(({ id }) => id),
    );
    return new Map(
      [...found].map(([id, response]) => [id, { response, answers: answers.get(response.id) ?? {} }] as const),
    );
  }

  /** The second pass: writes the rows that are new, in short transactions, as staged: nobody counts them yet. */
  async function stage(prepared: Prepared, input: NewImport, importId: string, known: Set<string>, progress: Progress) {
    const { wave, survey, read, judge } = prepared;
    let created = 0;
    for await (const batch of inBatches(input.file, progress, input.signal)) {
      const now = clock();
      const rows = batch.flatMap((item) => {
        const result = item.problem === null ? read(item) : null;
        const outcome = result && 'interview' in result ? judge(result.interview, item.row) : null;
        if (!outcome || !('judged' in outcome)) throw new AppError('IMPORT_INTERRUPTED', { file: input.fileName });
        if (known.has(outcome.judged.interviewId)) return [];
        return [toRow(wave, survey, outcome.judged, { id: newId(), importId, now })];
      });
      created += rows.length;
      if (rows.length > 0) await connection.transaction((tx) => stores.responses.insertMany(tx, rows));
    }
    return created;
  }

  /** Removes what imports left behind that died on the way; called at the start and before each import. */
  async function sweepStaged(): Promise<number> {
    const dead = (await stores.responses.listStaged(connection.reader)).filter(
      ({ stagedAt }) => stagedAt < clock() - STAGED_PATIENCE_MS,
    );
    for (const { importId } of dead) {
      await connection.transaction((tx) => stores.responses.dropStaged(tx, importId));
    }
    return dead.length;
  }

  return {
    sweepStaged,

    /**
     * Takes over the interviews of a survey house: all of them or none. A first pass judges every row and refuses the
     * file with the list of its problems; a second writes in short transactions, and the last of these makes the rows
     * count all at once, so that others go on working meanwhile and never see half an import.
     */
    async importInterviews(actor: Actor, input: NewImport): Promise<ImportReport> {
      requirePermission(actor, 'response.import');
      const wave = await waveInReach(actor, input.wave);
      if (wave.state !== 'open') throw new AppError('WAVE_NOT_OPEN', { wave: wave.code });
      await sweepStaged();
      const prepared = await prepare(actor, wave, input);
      const { mapping, guessed } = prepared;
      const unusedColumns = findUnusedColumns(mapping, input.file.header);
      // The same file read through another mapping is another import.
      const fileHash = createHash('sha256')
        .update(input.fileHash + JSON.stringify(mapping))
        .digest('hex');
      const about = { mapping, guessed, unusedColumns };
      const before = await stores.imports.findByFile(connection.reader, wave.id, fileHash);
      if (before) {
        const counts = { rows: before.rows, created: 0, unchanged: before.rows, byDisposition: {} };
        return { ...counts, ...about, warnings: [], alreadyImported: true, importId: before.id };
      }

      const progress = input.onProgress ?? (() => {});
      const { totalBytes } = input.file;
      const inPart = (from: number, to: number, total: number | null = null): Progress => {
        const part = (bytes: number): number => (totalBytes > 0 ? Math.min(1, bytes / totalBytes) : 1);
        return (bytes, done) => progress(from + (to - from) * part(bytes), { done, total });
      };
      const { rows, known, sum, byDisposition, warnings } = await check(
        prepared,
        input,
        inPart(0, input.dryRun ? 1 : 0.35),
      );
      const created = rows - known.size;
      const report: ImportReport = {
        ...{ rows, created, unchanged: known.size, byDisposition },
        ...about,
        ...{ warnings, alreadyImported: false, importId: null },
      };
      if (input.dryRun || created === 0) {
        progress(1);
        return report;
      }

      const importId = newId();
      try {
        const staged = await stage(prepared, input, importId, known, inPart(0.35, 1, rows));
        await connection.transaction(async (tx) => {
          await input.confirm?.(tx);
          // Touches the wave's row, so that it cannot be closed before this is done.
          if (!(await stores.waves.setState(tx, wave.id, 'open', { state: 'open' }))) {
            throw new AppError('WAVE_NOT_OPEN', { wave: wave.code });
          }
          const taken = await stores.responses.takeOverStaged(tx, importId);
          if (taken !== created || staged !== created) {
            throw new AppError('IMPORT_INTERRUPTED', { file: input.fileName });
          }
          await stores.tallies.add(tx, wave.id, sum);
          await stores.imports.insert(tx, {
            ...{ id: importId, waveId: wave.id, fileName: input.fileName, fileHash, mapping, rows, created },
            ...{ importedAt: clock(), importedBy: actor.name },
          });
          await recordAudit(deps, tx, actor, {
            action: 'response.import',
            objectType: 'wave',
            objectId: wave.code,
            unitCode: wave.rootUnit,
            details: { import: importId, file: input.fileName, rows, created },
          });
        });
      } catch (error) {
        // Should this fail as well, the next sweep removes them.
        await connection.transaction((tx) => stores.responses.dropStaged(tx, importId)).catch(() => {});
        throw isUniqueViolation(error) ? new AppError('IMPORT_RUNNING', { wave: wave.code }) : error;
      }
      progress(1);
      return { ...report, importId };
    },

    /** The imports of a wave, newest first. */
    async listImports(actor: Actor, waveCode: string): Promise<ImportListing[]> {
      requirePermission(actor, 'response.import');
      const wave = await waveInReach(actor, waveCode);
      return (await stores.imports.list(connection.reader, wave.id)).map(
        ({ id, fileName, rows, created, importedAt, importedBy }) => {
          return { id, fileName, rows, created, importedAt, importedBy };
        },
      );
    },
  };
}

type Progress = (bytes: number, rows: number) => void;

async function* inBatches(file: TableFile, onBytes: Progress, signal: AbortSignal | undefined) {
  let batch: TableItem[] = [];
  let rows = 0;
  for await (const item of file.rows((bytes) => onBytes(bytes, rows))) {
    rows += 1;
    batch.push(item);
    if (batch.length < BATCH) continue;
    signal?.throwIfAborted();
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
type TableItem = ReturnType<TableFile['rows']> extends AsyncIterable<infer Item> ? Item : never;

/** Collects problems up to a number that somebody may read, and counts them all. */
function createFindings() {
  const problems: Problem[] = [];
  let count = 0;
  return {
    add(problem: Problem): void {
      count += 1;
      if (problems.length < MOST_PROBLEMS) problems.push(problem);
    },
    refuse(): void {
      if (count > 0) throw new AppError('IMPORT_REFUSED', { count, problems });
    },
  };
}

/** An interview of a whole county can be kept, but no town's rate counts it: one warning for all of them. */
function createPlaceCheck({ stratumOf }: { readonly stratumOf: ReadonlyMap<string, number> }) {
  const units = new Set<string>();
  let count = 0;
  let first = 0;
  return {
    add({ unitCode, row }: Judged): void {
      if ((stratumOf.get(unitCode) ?? -1) >= 0) return;
      units.add(unitCode);
      count += 1;
      first ||= row;
    },
    warnings(): Problem[] {
      const details = { count, units: [...units].slice(0, 5) };
      return count === 0 ? [] : [{ code: 'INTERVIEW_UNPLACED', row: first, details }];
    },
  };
}

/** Dates outside the fieldwork are a sign of the wrong file, but no proof: one warning for all of them. */
function createDateCheck(wave: WaveRow, mapping: InterviewMapping) {
  const start = readMoment(`${wave.fieldworkStart} 00:00`) ?? 0;
  const end = (readMoment(`${wave.fieldworkEnd} 00:00`) ?? 0) + DAY_MS;
  let count = 0;
  let first = 0;
  return {
    add({ interviewedAt, row }: Judged): void {
      if (interviewedAt === null || (interviewedAt >= start && interviewedAt < end)) return;
      count += 1;
      first ||= row;
    },
    warnings(): Problem[] {
      if (count === 0) return [];
      const column = mapping.date === undefined ? {} : { column: mapping.date };
      const details = { count, start: wave.fieldworkStart, end: wave.fieldworkEnd };
      return [{ code: 'INTERVIEW_DATE_OUTSIDE', row: first, ...column, details }];
    },
  };
}

/** Makes the function that decides what an interview amounts to, and whether this wave and this actor take it. */
function createJudge({
  wave,
  survey,
  mapping,
  mayReach,
}: {
  readonly wave: WaveRow;
  readonly survey: CompiledSurvey;
  readonly mapping: InterviewMapping;
  readonly mayReach: (unit: string) => boolean;
}): Judge {
  const unitColumn = [mapping.unit.column].flat().at(-1);
  const modeColumn = typeof mapping.mode === 'string' ? undefined : mapping.mode.column;
  return (interview, row) => {
    const { interviewId, unitCode, mode, weight, interviewedAt } = interview;
    const refuse = (code: Problem['code'], column: string | undefined, details: Problem['details']) => {
      return { problem: { code, row, ...(column === undefined ? {} : { column }), details } };
    };
    if (!mayReach(unitCode)) return refuse('OUT_OF_SCOPE', unitColumn, { unit: unitCode });
    if (!wave.modes.includes(mode)) return refuse('WAVE_MODE', modeColumn, { wave: wave.code, mode });
    const finish = finishInterview(survey.plan, interview.answers);
    // A question that the mapping leaves out on purpose is missing from every row and no fault of this one.
    const missing = finish.missing.filter((question) => mapping.questions[question] !== null);
    const found = finish.missing.length > 0 ? '1.1' : finish.disposition;
    const disposition = interview.disposition ?? found;
    if (disposition === '1.1') {
      if (missing.length > 0) return refuse('INTERVIEW_INCOMPLETE', undefined, { question: missing });
      if (found !== '1.1') return refuse('INTERVIEW_SCREENED_OUT', mapping.disposition?.column, { disposition: found });
    }
    if (symbolOfCode(disposition) === null) {
      return refuse('INTERVIEW_DISPOSITION', mapping.disposition?.column, { value: disposition });
    }
    const { answers } = finish;
    return { judged: { row, interviewId, unitCode, mode, weight, interviewedAt, disposition, answers } };
  };
}

function count(survey: CompiledSurvey, { unitCode: unit, mode, weight, disposition, answers }: Judged) {
  return countResponse(survey, { unit, mode, weight, disposition }, answers);
}

function toRow(
  wave: WaveRow,
  survey: CompiledSurvey,
  judged: Judged,
  { id, importId, now }: { readonly id: string; readonly importId: string; readonly now: number },
): { response: ResponseRow; answers: StoredAnswers } {
  const { sex, ageBand } = codeResponse(survey.coding, judged.answers);
  const { unitCode, mode, weight, disposition, interviewId, interviewedAt } = judged;
  return {
    response: {
      ...{ id, waveId: wave.id, unitCode, mode, state: 'staged', disposition, lang: 'zh', reversed: false },
      ...{ sex, ageBand, weight, externalId: interviewId, importId, invitationId: null, receipt: null },
      ...{ startedAt: interviewedAt ?? now, endedAt: now },
    },
    answers: judged.answers,
  };
}

function isSame(before: { readonly response: ResponseRow; readonly answers: StoredAnswers }, judged: Judged): boolean {
  const { unitCode, mode, weight, disposition } = before.response;
  return (
    unitCode === judged.unitCode &&
    mode === judged.mode &&
    weight === judged.weight &&
    disposition === judged.disposition &&
    isSameAnswers(before.answers, judged.answers)
  );
}

function isSameAnswers(a: StoredAnswers, b: Answers): boolean {
  const questions = Object.keys(a);
  return (
    questions.length === Object.keys(b).length &&
    questions.every((question) => JSON.stringify(a[question]) === JSON.stringify(b[question]))
  );
}
