import { randomInt } from 'node:crypto';
import { AppError, type Problem } from '../core/errors.ts';
import { findColumns, readCount } from '../core/import/rows.ts';
import { createUnitFinder } from '../core/import/unit-finder.ts';
import type { Sex } from '../core/indicators/types.ts';
import { readBand } from '../core/questionnaire/coding.ts';
import type { Plan } from '../core/questionnaire/plan.ts';
import { hideNumbers, readPhoneNumber } from '../core/sample/phone-number.ts';
import type { Details } from '../core/text.ts';
import { buildTree } from '../core/units/tree.ts';
import type { TableFile } from '../intake/table-file.ts';
import type { PhoneMode } from '../store/tables.ts';
import type { StoredUnit } from '../store/units.ts';
import { type Actor, requirePermission, scopePath } from './actor.ts';
import type { Deps } from './deps.ts';
import { createPauses } from './pauses.ts';
import {
  type Candidate,
  type NumberHooks,
  type NumberReport,
  requireMonths,
  type SamplingFrames,
} from './sampling-frames.ts';

export interface NumberImport extends NumberHooks {
  readonly wave: string;
  readonly file: TableFile;
  /** Says what would happen and writes nothing. */
  readonly dryRun?: boolean | undefined;
  /** The manager has seen that some rows cannot be used. */
  readonly accept?: boolean | undefined;
  /** Numbers called within so many months are left out. */
  readonly months?: number | undefined;
  readonly mode?: PhoneMode | undefined;
  /** Completes landline numbers without one, `0915`. */
  readonly areaCode?: string | undefined;
  readonly seed?: number | undefined;
}

const COLUMNS = {
  unit: ['单位', '单位编码', '单位代码', '编码', '代码', '区划代码', '乡镇', '镇街', '镇', '街道', 'unit_code', 'town'],
  number: ['号码', '电话', '电话号码', '手机', '手机号', '手机号码', '联系电话', 'phone', 'tel', 'mobile'],
  number2: ['备用号码', '第二号码', '备用电话', '号码2', '电话2', '家庭电话', 'phone2'],
  sex: ['性别', 'gender'],
  age_band: ['年龄段', '年龄组', '年龄', 'age'],
} as const;
const SEXES: Readonly<Record<string, Sex>> = {
  男: 'male',
  男性: 'male',
  m: 'male',
  male: 'male',
  女: 'female',
  女性: 'female',
  f: 'female',
  female: 'female',
};

const PROBLEMS_SHOWN = 1000;

/** Numbers by list. */
export function createNumberLists({ connection, stores, frames }: Deps & { readonly frames: SamplingFrames }) {
  const { openWave, modeOf, sift, makeCases, countByTown } = frames;
  return {
    /**
     * Takes over a list: which town, which number, perhaps a second one, sex and age. A row that is no number or names no
     * town is told; the list is taken without those rows only when the manager confirms it. Doing it again adds only what
     * is missing.
     */
    async importNumbers(actor: Actor, input: NumberImport): Promise<NumberReport> {
      requirePermission(actor, 'number.import');
      const { file, dryRun = false, accept = false, months = 6 } = input;
      requireMonths(months);
      const { wave, root, modes } = await openWave(actor, input.wave, dryRun);
      const mode = modeOf(modes, input.mode, wave.code);
      const units = await stores.units.listSubtree(connection.reader, null);
      const byCode = new Map(units.map((unit) => [unit.code, unit]));
      const survey = await stores.surveys.find(connection.reader, wave.surveyVersionId);
      const bands = ((survey?.plan as Plan | undefined)?.ageBands ?? []).map((label) => ({
        label,
        ...readBand(label),
      }));
      const read = createRowReader({ units, root, areaCode: input.areaCode ?? null, bands, scope: scopePath(actor) });

      const columns = findColumns(file.header, COLUMNS, ['number2', 'sex', 'age_band']);
      const problems: Problem[] = [];
      const candidates: Candidate[] = [];
      let rows = 0;
      let invalid = 0;
      const { signal, onProgress = () => {} } = input;
      const pause = createPauses(signal);
      // Reading, looking up and writing take about as long each.
      const say = (part: number, share: number): void =>
        onProgress((part + share) / (dryRun ? 2 : 3), { done: rows, total: null });
      for await (const item of file.rows((bytes) => say(0, bytes / file.totalBytes))) {
        rows += 1;
        await pause();
        const cells = item.cells;
        const cell = (name: keyof typeof COLUMNS) => (cells === null ? '' : (cells[columns[name] ?? ''] ?? '').trim());
        const result =
          item.problem !== null
            ? { problem: item.problem, column: undefined }
            : read(item.row, {
                unit: cell('unit'),
                number: cell('number'),
                number2: cell('number2'),
                sex: cell('sex'),
                age: cell('age_band'),
              });
        if (!('problem' in result)) {
          candidates.push(result);
          continue;
        }
        invalid += 1;
        if (problems.length < PROBLEMS_SHOWN) {
          const column = result.column === undefined ? undefined : (columns[result.column] ?? result.column);
          const { code, details } = result.problem;
          problems.push({ code, details: hide(details), row: item.row, ...(column === undefined ? {} : { column }) });
        }
      }
      const { removed, left } = await sift(connection.reader, wave.id, candidates, {
        ...{ months, signal },
        onShare: (share) => say(1, share),
      });
      const report = {
        rows,
        accepted: left.length,
        byTown: countByTown(left, byCode),
        removed: { invalid, ...removed },
        problems,
        dryRun,
      };
      if (dryRun) return report;
      if (candidates.length === 0) throw new AppError('NUMBERS_NONE', { file: file.name, rows });
      if (invalid > 0 && !accept) throw new AppError('NUMBERS_UNCONFIRMED', { file: file.name, invalid });
      const seed = input.seed ?? randomInt(2 ** 31);
      const details = { file: file.name, rows, removed: report.removed, seed };
      const source = { wave, mode, origin: 'list', seed, details } as const;
      const accepted = await makeCases(actor, source, left, {
        ...input,
        onProgress: (share, done) => onProgress((2 + share) / 3, done),
      });
      return { ...report, accepted };
    },
  };
}

/** A report is kept longer than numbers are: none may be read in what it says of a row, whichever column it stood in. */
function hide(details: Details): Details {
  const hidden = Object.entries(details).map(([name, value]) => [
    name,
    typeof value === 'string' ? hideNumbers(value) : value,
  ]);
  return Object.fromEntries(hidden) as Details;
}

interface Cells {
  readonly unit: string;
  readonly number: string;
  readonly number2: string;
  readonly sex: string;
  readonly age: string;
}

/** Judges the rows of a list one by one. */
function createRowReader({
  units,
  root,
  areaCode,
  bands,
  scope,
}: {
  readonly units: readonly StoredUnit[];
  readonly root: StoredUnit;
  readonly areaCode: string | null;
  readonly bands: ReadonlyArray<{ readonly label: string; readonly from: number; readonly to: number }>;
  readonly scope: string | null;
}) {
  const tree = buildTree(units);
  const byCode = createUnitFinder(tree, root.code, 'code');
  const byName = createUnitFinder(tree, root.code, 'name');

  function readAge(text: string): string {
    const age = readCount(text.replace(/岁$/, ''));
    const plain = text
      .replaceAll(/[岁周\s]/g, '')
      .replaceAll(/[—–－~～至]+/g, '-')
      .replace(/(及)?以上$/, '+');
    const band =
      age === null
        ? bands.find(({ label }) => label === plain)
        : bands.find(({ from, to }) => age >= from && age <= to);
    return band?.label ?? 'unknown';
  }

  return (
    row: number,
    cells: Cells,
  ): Candidate | { readonly problem: Problem; readonly column?: keyof typeof COLUMNS } => {
    const found = /^\d+$/.test(cells.unit) ? byCode(cells.unit) : byName(cells.unit);
    if ('problem' in found) return { problem: { code: found.problem, details: found.details }, column: 'unit' };
    if (scope !== null && !tree.path(found.code).startsWith(scope))
      return { problem: { code: 'OUT_OF_SCOPE', details: { unit: cells.unit } }, column: 'unit' };
    const first = readPhoneNumber(cells.number, { areaCode });
    if ('problem' in first) return { problem: first.problem, column: 'number' };
    const numbers = [first.number.e164];
    // A second number that is none is no reason to lose the first.
    const second = cells.number2 === '' ? null : readPhoneNumber(cells.number2, { areaCode });
    if (second && 'number' in second && second.number.e164 !== first.number.e164) numbers.push(second.number.e164);
    const sex = Object.hasOwn(SEXES, cells.sex.toLowerCase()) ? SEXES[cells.sex.toLowerCase()] : undefined;
    return { row, unitCode: found.code, numbers, sex: sex ?? 'unknown', ageBand: readAge(cells.age) };
  };
}
