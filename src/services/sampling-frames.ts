import { setImmediate } from 'node:timers/promises';
import { AppError, type Problem } from '../core/errors.ts';
import type { Sex } from '../core/indicators/types.ts';
import { createRandom } from '../core/random.ts';
import { type CaseRow, USUAL_PRIORITY } from '../store/cases.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { CaseNumberRow } from '../store/numbers.ts';
import type { CaseOrigin, PhoneMode } from '../store/tables.ts';
import type { StoredUnit } from '../store/units.ts';
import type { WaveRow } from '../store/waves.ts';
import { type Actor, requireScope } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { QuotaService } from './quotas.ts';
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

/** One future case. */
export interface Candidate {
  readonly row: number;
  readonly unitCode: string;
  /** The numbers, the first to try first. */
  numbers: string[];
  readonly sex: Sex;
  readonly ageBand: string;
}

/** Rows that are looked at, or written, before others get their turn. */
export const BATCH = 500;
/** Six digits are a million codes; a wave that has nearly all of them is no wave. */
const MOST_TRIES = 1000;
const MONTH_MS = 30.4375 * 86_400_000;
const DAY_MS = 86_400_000;

export type SamplingFrames = ReturnType<typeof createSamplingFrames>;

/** What a list and a draw have in common: who is left out, and how the rest become cases. */
export function createSamplingFrames(
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
    const names = await nameCases(tx, wave.id, batch.length);
    const rows = batch.map(({ unitCode, sex, ageBand, seq }, i): CaseRow => {
      const { id, code } = names[i] ?? { id: newId(), code: null };
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
        accessCode: code,
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
    const base = await reserveOrder(wave.id, candidates.length);
    const order = shuffled(candidates.length, seed);
    let made = 0;
    for (let i = 0; i < candidates.length; i += BATCH) {
      made += await connection.transaction(async (tx) => {
        // Held first: of two lists for one wave each waits while a part of the other is written.
        await stores.campaigns.hold(tx, wave.id);
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

  /** The places in the calling order that one list fills, its own alone however many are brought in at once. */
  const reserveOrder = (waveId: string, places: number): Promise<number> =>
    connection.transaction(async (tx) => {
      const campaign = await stores.campaigns.hold(tx, waveId);
      if (!campaign) throw new RangeError(`no campaign of ${waveId}`);
      const base = Math.max(campaign.nextSeq ?? 0, (await stores.cases.maxSeq(tx, waveId)) + 1);
      await stores.campaigns.save(tx, { ...campaign, nextSeq: base + places });
      return base;
    });

  /**
   * So many new cases' names, each with an access code that no other case of the wave has. The code follows from the name,
   * so whoever meets a code that is taken gets another name.
   */
  async function nameCases(tx: Writer, waveId: string, count: number): Promise<Array<{ id: string; code: string }>> {
    const named: Array<{ id: string; code: string }> = [];
    const taken = new Set<string>();
    for (let tries = 0; named.length < count; tries += 1) {
      if (tries > MOST_TRIES) throw new RangeError('no access code is left');
      const drawn = Array.from({ length: count - named.length }, () => {
        const id = newId();
        return { id, code: vault.accessCodeHashOf(vault.accessCodeOf(id)) };
      });
      const known = await stores.cases.findAccessCodes(
        tx,
        waveId,
        drawn.map(({ code }) => code),
      );
      for (const one of drawn) {
        if (known.has(one.code) || taken.has(one.code)) continue;
        taken.add(one.code);
        named.push(one);
      }
    }
    return named;
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

  return { openWave, modeOf, sift, insertAll, countByTown };
}

const isTownCell = ({ sex, ageBand }: { readonly sex: string; readonly ageBand: string }): boolean =>
  sex === '*' && ageBand === '*';

export function requireMonths(months: number): void {
  if (!Number.isFinite(months) || months < 0 || months > 120)
    throw new AppError('INPUT_INVALID', { field: 'months', reason: '0–120' });
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
