import { AppError } from '../core/errors.ts';
import { createRandom } from '../core/random.ts';
import { type CaseRow, USUAL_PRIORITY } from '../store/cases.ts';
import type { Writer } from '../store/connection.ts';
import type { InvitationRow } from '../store/invitations.ts';
import type { CaseNumberRow } from '../store/numbers.ts';
import type { CaseOrigin, PhoneMode } from '../store/tables.ts';
import type { WaveRow } from '../store/waves.ts';
import type { Actor } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import { createPauses } from './pauses.ts';
import type { QuotaService } from './quotas.ts';
import type { Candidate, NumberHooks } from './sampling-frames.ts';
import type { Tickets } from './tickets.ts';
import type { Vault } from './vault.ts';

/** Where cases come from and what they are for. */
export interface CaseSource {
  readonly wave: WaveRow;
  readonly mode: PhoneMode;
  readonly origin: CaseOrigin;
  readonly seed: number;
  readonly details: Record<string, unknown>;
}

/** One case as it will be written, with its access code, the link that nobody has yet, and its numbers. */
interface Prepared {
  readonly row: CaseRow & { readonly accessCode: string };
  readonly invitation: InvitationRow;
  readonly numbers: readonly CaseNumberRow[];
  /** By these its numbers would stand in the do-not-call list. */
  readonly refusals: readonly string[];
}

/** Cases written in one transaction: few enough that nobody else waits long. */
const BATCH = 100;
/** Six digits are a million codes; a wave that has nearly all of them is no wave. */
const MOST_TRIES = 1000;
const DAY_MS = 86_400_000;

/** Makes cases of candidates, batch by batch: a list of a hundred thousand keeps nobody else from writing. */
export function createNumberCases(
  deps: Deps & { readonly vault: Vault; readonly tickets: Tickets; readonly quotas: QuotaService },
) {
  const { connection, stores, clock, newId, vault, tickets, quotas } = deps;

  /** All that can be done about a batch while nobody waits: keys, codes, and the numbers encrypted. */
  async function prepare({ wave, mode, origin }: CaseSource, batch: readonly Placed[]): Promise<Prepared[]> {
    const now = clock();
    const names = await nameCases(wave.id, batch.length);
    return batch.map(({ unitCode, sex, ageBand, seq, numbers }, i): Prepared => {
      const { id, accessCode } = names[i] as Named;
      const invitationId = newId();
      return {
        row: {
          ...{ id, waveId: wave.id, unitCode, seq, origin, mode, state: 'READY', disposition: null },
          ...{ dueAt: now, priority: USUAL_PRIORITY, leaseToken: null, leaseBy: null, leaseUntil: null, version: 1 },
          ...{ attempts: 0, slotAttempts: {}, refusals: 0, everEligible: false, assignedTo: null },
          ...{ appointmentStart: null, appointmentEnd: null, appointmentFor: null, appointmentKind: null },
          ...{ holdReason: null, overQuota: false, invitationId, accessCode, sex, ageBand },
          ...{ lastAttemptAt: null, createdAt: now, updatedAt: now },
        },
        invitation: {
          // No link is given yet: this hash belongs to a token that nobody has.
          ...{ id: invitationId, tokenHash: tickets.hashToken(`${newId()}${newId()}`), waveId: wave.id, unitCode },
          ...{ state: 'open', expiresAt: Date.parse(`${wave.fieldworkEnd}T00:00:00+08:00`) + DAY_MS, createdAt: now },
        },
        numbers: numbers.map((e164, rank): CaseNumberRow => {
          const numberHash = vault.hashOf(e164);
          const cipher = vault.seal(id, e164);
          return { caseId: id, rank, waveId: wave.id, numberHash, cipher, state: 'live', deleteAfter: null };
        }),
        refusals: numbers.map(vault.suppressionHashOf),
      };
    });
  }

  /** Writes a batch as far as it is still wanted; null when its access codes were given to others a moment ago. */
  async function write(tx: Writer, wave: WaveRow, batch: readonly Prepared[]): Promise<number | null> {
    // Held first: of two lists for one wave each waits while a part of the other is written.
    await stores.campaigns.hold(tx, wave.id);
    if ((await stores.waves.find(tx, wave.id))?.state === 'closed')
      throw new AppError('WAVE_NOT_OPEN', { wave: wave.code });
    const codes = batch.map(({ row }) => row.accessCode);
    if ((await stores.cases.findAccessCodes(tx, wave.id, codes)).size > 0) return null;
    // Another import may have brought one of them a moment ago, or somebody have asked never to be called.
    const hashes = batch.flatMap(({ numbers }) => numbers.map(({ numberHash }) => numberHash));
    const known = await stores.numbers.findInWave(tx, wave.id, hashes);
    const refused = await stores.suppressions.findMany(
      tx,
      batch.flatMap(({ refusals }) => refusals),
    );
    const fresh = batch.filter(
      ({ numbers, refusals }) =>
        !numbers.some(({ numberHash }) => known.has(numberHash)) && !refusals.some((hash) => refused.has(hash)),
    );
    await stores.invitations.insertMany(
      tx,
      fresh.map(({ invitation }) => invitation),
    );
    await stores.cases.insertMany(
      tx,
      fresh.map(({ row }) => row),
    );
    await stores.numbers.insertMany(
      tx,
      fresh.flatMap(({ numbers }) => numbers),
    );
    return fresh.length;
  }

  /**
   * Writes the cases of a list or a draw, and says how many. What is written counts: when it breaks off, the same list
   * brings the rest.
   */
  async function makeCases(
    actor: Actor,
    of: CaseSource,
    candidates: readonly Candidate[],
    { signal, onProgress, advance }: NumberHooks,
  ): Promise<number> {
    const total = candidates.length;
    if (total === 0) return 0;
    const { wave, details } = of;
    const note = (tx: Writer, more: Record<string, number>): Promise<void> =>
      recordAudit(deps, tx, actor, {
        action: of.origin === 'drawn' ? 'number.draw' : 'number.import',
        objectType: 'wave',
        objectId: wave.code,
        unitCode: wave.rootUnit,
        details: { ...details, ...more },
      });
    const base = await connection.transaction(async (tx) => {
      const first = await reserveOrder(tx, wave.id, total);
      await addTownCells(tx, wave, new Set(candidates.map(({ unitCode }) => unitCode)));
      await note(tx, { cases: total });
      return first;
    });
    const order = shuffled(total, of.seed);
    const pause = createPauses(signal);
    let made = 0;
    try {
      for (let at = 0; at < total; ) {
        await pause();
        const some = candidates.slice(at, at + BATCH).map((one, n) => ({ ...one, seq: base + (order[at + n] ?? 0) }));
        const batch = await prepare(of, some);
        const rows = { done: at + some.length, total };
        const written = await connection.transaction(async (tx) => {
          const count = await write(tx, wave, batch);
          if (count !== null) await advance?.(tx, rows);
          return count;
        });
        if (written === null) continue;
        made += written;
        at += some.length;
        onProgress?.(rows.done / total, rows);
      }
    } finally {
      // What was noted before is what was to be made.
      if (made < total) await connection.transaction((tx) => note(tx, { cases: made, of: total }));
    }
    return made;
  }

  /** The places in the calling order that one list fills, its own alone however many are brought in at once. */
  async function reserveOrder(tx: Writer, waveId: string, places: number): Promise<number> {
    const campaign = await stores.campaigns.hold(tx, waveId);
    if (!campaign) throw new RangeError(`no campaign of ${waveId}`);
    const base = Math.max(campaign.nextSeq ?? 0, (await stores.cases.maxSeq(tx, waveId)) + 1);
    await stores.campaigns.save(tx, { ...campaign, nextSeq: base + places });
    return base;
  }

  /**
   * So many new cases' names, each with an access code that no other case of the wave has. The code follows from the name,
   * so whoever meets a code that is taken gets another name.
   */
  async function nameCases(waveId: string, count: number): Promise<Named[]> {
    const named = new Map<string, Named>();
    for (let tries = 0; named.size < count; tries += 1) {
      if (tries > MOST_TRIES) throw new RangeError('no access code is left');
      const drawn = Array.from({ length: count - named.size }, () => {
        const id = newId();
        return { id, accessCode: vault.accessCodeHashOf(vault.accessCodeOf(id)) };
      });
      const codes = drawn.map(({ accessCode }) => accessCode);
      const known = await stores.cases.findAccessCodes(connection.reader, waveId, codes);
      for (const one of drawn) {
        if (!known.has(one.accessCode) && !named.has(one.accessCode)) named.set(one.accessCode, one);
      }
    }
    return [...named.values()];
  }

  /** Towns that get their first cases get the target that the campaign sets for each town. */
  async function addTownCells(tx: Writer, wave: WaveRow, towns: ReadonlySet<string>): Promise<void> {
    const target = (await stores.campaigns.find(tx, wave.id))?.targetPerTown ?? null;
    if (target === null) return;
    const cells = await stores.quotas.list(tx, wave.id);
    const known = new Set(
      cells.filter(({ sex, ageBand }) => sex === '*' && ageBand === '*').map(({ unitCode }) => unitCode),
    );
    const added = [...towns]
      .filter((code) => !known.has(code))
      .map((unitCode) => ({ unitCode, sex: '*' as const, ageBand: '*', target }));
    if (added.length > 0) await quotas.replace(tx, wave.id, [...cells, ...added]);
  }

  return makeCases;
}

type Placed = Candidate & { readonly seq: number };

interface Named {
  readonly id: string;
  readonly accessCode: string;
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
