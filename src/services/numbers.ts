import { randomInt } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { AppError, type Problem } from '../core/errors.ts';
import { findColumns, readCount } from '../core/import/rows.ts';
import { createUnitFinder } from '../core/import/unit-finder.ts';
import type { Sex } from '../core/indicators/types.ts';
import { readBand } from '../core/questionnaire/coding.ts';
import type { Plan } from '../core/questionnaire/plan.ts';
import { createRandom } from '../core/random.ts';
import { type DrawMethod, drawNumbers, prefixOf } from '../core/sample/draw.ts';
import { maskNumber, readPhoneNumber } from '../core/sample/phone-number.ts';
import { buildTree } from '../core/units/tree.ts';
import { type CaseRow, USUAL_PRIORITY } from '../store/cases.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { CaseNumberRow } from '../store/numbers.ts';
import type { CaseOrigin, PhoneMode } from '../store/tables.ts';
import type { StoredUnit } from '../store/units.ts';
import type { WaveRow } from '../store/waves.ts';
import { type Actor, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { QuotaService } from './quotas.ts';
import { isCallable, type NumberTable } from './suppressions.ts';
import type { Tickets } from './tickets.ts';
import { findUnit } from './units.ts';
import type { Vault } from './vault.ts';
import { findWave } from './waves.ts';

export interface NumberReport {
  readonly rows: number;
  /** Cases made, or that would be. */
  readonly accepted: number;
  readonly byTown: ReadonlyArray<{ readonly code: string; readonly name: string; readonly accepted: number }>;
  /** Rows, or drawn numbers, that were left out. */
  readonly removed: {
    readonly invalid: number;
    /** In the list twice, or in the wave already. */
    readonly duplicates: number;
    readonly suppressed: number;
    readonly recentlyUsed: number;
  };
  /** What is wrong with which row, as many as are told one by one. */
  readonly problems: readonly Problem[];
  readonly dryRun: boolean;
}

export interface DrawReport extends NumberReport {
  readonly inclusion: ReadonlyArray<{
    readonly unit: string;
    readonly prefix: string;
    readonly probability: number;
    readonly drawn: number;
  }>;
}

export interface NumberImport {
  readonly wave: string;
  readonly file: NumberTable;
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

export interface NumberDraw {
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

/** One future case. */
interface Candidate {
  readonly row: number;
  readonly unitCode: string;
  /** The numbers, the first to try first. */
  numbers: string[];
  readonly sex: Sex;
  readonly ageBand: string;
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
const BATCH = 500;
/** Numbers of one draw: more than the largest province needs at once, and few enough to be held in memory. */
const MOST_DRAWN = 500_000;
const MONTH_MS = 30.4375 * 86_400_000;
const DAY_MS = 86_400_000;
/** How long numbers are kept after their wave was closed. */
const KEPT_DAYS = 90;

export type NumberService = ReturnType<typeof createNumberService>;

/** The sampling frame: numbers by list or by draw, kept apart from everything else and encrypted. */
export function createNumberService(
  deps: Deps & { readonly vault: Vault; readonly tickets: Tickets; readonly quotas: QuotaService },
) {
  const { connection, stores, clock, newId, vault, tickets, quotas } = deps;

  async function openWave(actor: Actor, code: string, dryRun: boolean) {
    const { reader } = connection;
    const wave = await findWave(deps, code);
    const root = await findUnit(deps, wave.rootUnit);
    requireScope(actor, root);
    if (wave.state === 'closed') throw new AppError('WAVE_NOT_OPEN', { wave: code });
    const campaign = await stores.campaigns.find(reader, wave.id);
    // A list may be tried before there are any settings.
    if (!campaign && !dryRun) throw new AppError('CAMPAIGN_MISSING', { wave: code });
    const modes = campaign?.modes ?? wave.modes.filter((mode) => mode === 'phone' || mode === 'keypad');
    return { wave, root, modes };
  }

  function modeOf(modes: readonly PhoneMode[], wanted: PhoneMode | undefined, wave: string): PhoneMode {
    const mode = wanted ?? modes[0];
    if (mode === undefined || !modes.includes(mode)) throw new AppError('CAMPAIGN_MODE', { wave, mode: wanted ?? '—' });
    return mode;
  }

  /** Takes out what must not or need not be called; what is left is in the list once. */
  async function sift(db: Reader, waveId: string, candidates: readonly Candidate[], months: number) {
    const since = clock() - months * MONTH_MS;
    const seen = new Set<string>();
    const removed = { duplicates: 0, suppressed: 0, recentlyUsed: 0 };
    const left: Candidate[] = [];
    for (let i = 0; i < candidates.length; i += BATCH) {
      // Calls that are going on wait for nobody's list.
      await setImmediate();
      const batch = candidates.slice(i, i + BATCH);
      const all = batch.flatMap(({ numbers }) => numbers);
      const hashes = all.map(vault.hashOf);
      const inWave = await stores.numbers.findInWave(db, waveId, hashes);
      const used = await stores.numbers.findUsed(db, { waveId, since, final: 'FINAL' }, hashes);
      const suppressed = await stores.suppressions.findMany(db, all.map(vault.suppressionHashOf));
      for (const candidate of batch) {
        const fates = candidate.numbers.map((e164) => {
          const hash = vault.hashOf(e164);
          if (suppressed.has(vault.suppressionHashOf(e164))) return 'suppressed' as const;
          if (seen.has(hash) || inWave.has(hash)) return 'duplicates' as const;
          if (used.has(hash)) return 'recentlyUsed' as const;
          return null;
        });
        // A person who asked for peace on one number is not called on another; neither is one who is in already.
        const fate = fates.find((each) => each !== null);
        if (fate) {
          removed[fate] += 1;
          continue;
        }
        for (const e164 of candidate.numbers) seen.add(vault.hashOf(e164));
        left.push(candidate);
      }
    }
    return { removed, left };
  }

  /** Makes the cases of one batch with their invitations and numbers. */
  async function insertCases(
    tx: Writer,
    { wave, mode, origin }: { readonly wave: WaveRow; readonly mode: PhoneMode; readonly origin: CaseOrigin },
    batch: ReadonlyArray<Candidate & { readonly seq: number }>,
  ): Promise<CaseRow[]> {
    const now = clock();
    const expiresAt = Date.parse(`${wave.fieldworkEnd}T00:00:00+08:00`) + DAY_MS;
    const rows = batch.map(({ unitCode, sex, ageBand, seq }): CaseRow => {
      const id = newId();
      return {
        id,
        waveId: wave.id,
        unitCode,
        seq,
        origin,
        mode,
        state: 'READY',
        disposition: null,
        dueAt: now,
        priority: USUAL_PRIORITY,
        leaseToken: null,
        leaseBy: null,
        leaseUntil: null,
        version: 1,
        attempts: 0,
        slotAttempts: {},
        refusals: 0,
        everEligible: false,
        assignedTo: null,
        appointmentStart: null,
        appointmentEnd: null,
        appointmentFor: null,
        appointmentKind: null,
        holdReason: null,
        overQuota: false,
        invitationId: newId(),
        accessCode: vault.accessCodeHashOf(vault.accessCodeOf(id)),
        sex,
        ageBand,
        lastAttemptAt: null,
        createdAt: now,
        updatedAt: now,
      };
    });
    await stores.invitations.insertMany(
      tx,
      rows.map(({ invitationId, unitCode }) => ({
        id: invitationId,
        // No link is given yet: this hash belongs to a token that nobody has.
        tokenHash: tickets.hashToken(`${newId()}${newId()}`),
        waveId: wave.id,
        unitCode,
        state: 'open' as const,
        expiresAt,
        createdAt: now,
      })),
    );
    await stores.cases.insertMany(tx, rows);
    await stores.numbers.insertMany(
      tx,
      rows.flatMap(({ id: caseId }, i) =>
        (batch[i]?.numbers ?? []).map((e164, rank): CaseNumberRow => {
          const numberHash = vault.hashOf(e164);
          const cipher = vault.seal(caseId, e164);
          return { caseId, rank, waveId: wave.id, numberHash, cipher, state: 'live', deleteAfter: null };
        }),
      ),
    );
    return rows;
  }

  /** Writes the cases batch by batch: a list of a hundred thousand keeps nobody else from writing. */
  async function insertAll(
    actor: Actor,
    of: {
      readonly wave: WaveRow;
      readonly mode: PhoneMode;
      readonly origin: CaseOrigin;
      readonly seed: number;
      readonly details: Record<string, unknown>;
    },
    candidates: readonly Candidate[],
  ): Promise<number> {
    const { wave, seed } = of;
    const base = (await stores.cases.maxSeq(connection.reader, wave.id)) + 1;
    const order = shuffled(candidates.length, seed);
    let made = 0;
    for (let i = 0; i < candidates.length; i += BATCH) {
      made += await connection.transaction(async (tx) => {
        const batch = candidates
          .slice(i, i + BATCH)
          .map((candidate, n) => ({ ...candidate, seq: base + (order[i + n] ?? 0) }));
        // Another import may have brought one of them a moment ago.
        const known = await stores.numbers.findInWave(
          tx,
          wave.id,
          batch.flatMap(({ numbers }) => numbers.map(vault.hashOf)),
        );
        // So may somebody have asked never to be called.
        const refused = await stores.suppressions.findMany(
          tx,
          batch.flatMap(({ numbers }) => numbers.map(vault.suppressionHashOf)),
        );
        const isOut = (e164: string): boolean =>
          known.has(vault.hashOf(e164)) || refused.has(vault.suppressionHashOf(e164));
        const fresh = batch.filter(({ numbers }) => !numbers.some(isOut));
        if (fresh.length === 0) return 0;
        await insertCases(tx, of, fresh);
        await recordAudit(deps, tx, actor, {
          action: of.origin === 'drawn' ? 'number.draw' : 'number.import',
          objectType: 'wave',
          objectId: wave.code,
          unitCode: wave.rootUnit,
          details: { ...of.details, cases: fresh.length },
        });
        await addTownCells(tx, wave, new Set(fresh.map(({ unitCode }) => unitCode)));
        return fresh.length;
      });
    }
    return made;
  }

  /** Towns that got their first cases get the target that the campaign sets for each town. */
  async function addTownCells(tx: Writer, wave: WaveRow, towns: ReadonlySet<string>): Promise<void> {
    const campaign = await stores.campaigns.find(tx, wave.id);
    if (campaign?.targetPerTown == null) return;
    const cells = await stores.quotas.list(tx, wave.id);
    const known = new Set(cells.filter(isTownCell).map(({ unitCode }) => unitCode));
    const target = campaign.targetPerTown;
    const added = [...towns]
      .filter((code) => !known.has(code))
      .map((unitCode) => ({ unitCode, sex: '*' as const, ageBand: '*', target }));
    if (added.length > 0) await quotas.replace(tx, wave.id, [...cells, ...added]);
  }

  function countByTown(candidates: readonly Candidate[], units: ReadonlyMap<string, StoredUnit>) {
    const counts = new Map<string, number>();
    for (const { unitCode } of candidates) counts.set(unitCode, (counts.get(unitCode) ?? 0) + 1);
    return [...counts]
      .map(([code, accepted]) => ({ code, name: units.get(code)?.name ?? code, accepted }))
      .sort((a, b) => (a.code < b.code ? -1 : 1));
  }

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
      for await (const item of file.rows()) {
        rows += 1;
        if (rows % BATCH === 0) await setImmediate();
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
          problems.push({ ...result.problem, row: item.row, ...(column === undefined ? {} : { column }) });
        }
      }
      const { removed, left } = await sift(connection.reader, wave.id, candidates, months);
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
      const accepted = await insertAll(actor, { wave, mode, origin: 'list', seed, details }, left);
      return { ...report, accepted };
    },

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
        for (const [n, { digits }] of drawn.numbers.entries()) {
          if (n % BATCH === 0) await setImmediate();
          const reading = readPhoneNumber(digits);
          if ('problem' in reading) throw new AppError(reading.problem.code, reading.problem.details);
          const numbers = [reading.number.e164];
          candidates.push({ row: 0, unitCode: unit.code, numbers, sex: 'unknown', ageBand: 'unknown' });
        }
      }
      const { removed, left } = await sift(connection.reader, wave.id, candidates, months);
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
      const accepted = await insertAll(actor, { wave, mode, origin: 'drawn', seed, details }, left);
      return { ...report, accepted };
    },

    /** The numbers of a case as everybody may see them. */
    async maskedNumbers(
      db: Reader,
      caseId: string,
    ): Promise<ReadonlyArray<{ readonly rank: number; readonly masked: string; readonly isLive: boolean }>> {
      return (await stores.numbers.listOfCase(db, caseId)).map((row) => ({
        rank: row.rank,
        masked: maskedOf(vault.read(row)),
        isLive: isCallable(row),
      }));
    },

    /**
     * Numbers of a case that turned out dead may be tried again; those never to be called stay out. False when none is
     * left to call.
     */
    async revive(tx: Writer, caseId: string): Promise<boolean> {
      let left = false;
      for (const row of await stores.numbers.listOfCase(tx, caseId)) {
        if (row.cipher === null) continue;
        const isOut = await stores.suppressions.has(tx, vault.suppressionHashOf(vault.open(caseId, row.cipher)));
        await stores.numbers.setState(tx, row, isOut ? 'dead' : 'live');
        left ||= !isOut;
      }
      return left;
    },

    /** The number to call next for a case: the first that is alive and on no list, or null. For the dialer and the desk. */
    async numberToCall(db: Reader, caseId: string): Promise<{ readonly rank: number; readonly e164: string } | null> {
      for (const row of await stores.numbers.listOfCase(db, caseId)) {
        if (row.state !== 'live' || row.cipher === null) continue;
        const e164 = vault.open(caseId, row.cipher);
        if (await stores.suppressions.has(db, vault.suppressionHashOf(e164))) continue;
        return { rank: row.rank, e164 };
      }
      return null;
    },

    /** Numbers of a closed wave are kept for a while; a wave that goes on again keeps them. */
    async keepUntil(tx: Writer, wave: Pick<WaveRow, 'id' | 'closedAt'>): Promise<void> {
      await stores.numbers.setDeleteAfter(
        tx,
        wave.id,
        wave.closedAt === null ? null : wave.closedAt + KEPT_DAYS * DAY_MS,
      );
    },

    /** Forgets the numbers whose time is over. Says how many. */
    forgetExpired: (): Promise<number> => connection.transaction((tx) => stores.numbers.forgetExpired(tx, clock())),
  };
}

const maskedOf = (e164: string | null): string => (e164 === null ? '—' : maskNumber(e164));

const isTownCell = ({ sex, ageBand }: { readonly sex: string; readonly ageBand: string }): boolean =>
  sex === '*' && ageBand === '*';

function requireMonths(months: number): void {
  if (!Number.isFinite(months) || months < 0 || months > 120)
    throw new AppError('INPUT_INVALID', { field: 'months', reason: '0–120' });
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

/** The numbers 0 … n−1 in an order that the seed decides. */
function shuffled(n: number, seed: number): number[] {
  const random = createRandom(seed);
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i -= 1) {
    const j = random.between(0, i);
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}
