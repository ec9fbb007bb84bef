import { AppError, type Problem } from '../core/errors.ts';
import type { ImportRow } from '../core/import/rows.ts';
import { hideNumbers, readPhoneNumber } from '../core/sample/phone-number.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { CaseNumberRow } from '../store/numbers.ts';
import type { SuppressionRow } from '../store/suppressions.ts';
import { type Actor, may, requirePermission, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { CaseMoves } from './case-moves.ts';
import type { Deps } from './deps.ts';
import type { Vault } from './vault.ts';

/** A list's rows as the file readers give them, with the problem of those that could not be read. */
export interface NumberTable {
  readonly name: string;
  readonly header: readonly string[];
  rows(): AsyncIterable<
    (ImportRow & { readonly problem: null }) | { readonly row: number; readonly cells: null; readonly problem: Problem }
  >;
}

/** An entry as it is shown: the number itself is not kept, so nobody can show it. */
export interface SuppressionView {
  readonly id: string;
  readonly reason: string;
  readonly source: string;
  readonly at: number;
  readonly by: string;
  /** The area whose office put it there; null for what people asked for themselves. */
  readonly unit: { readonly code: string; readonly name: string } | null;
  /** The reader may take it off again. */
  readonly mayRemove: boolean;
}

const PAGE = 100;

const BLOCKED = 'blocked-by-carrier';

export type SuppressionService = ReturnType<typeof createSuppressionService>;

/**
 * The do-not-call list 免访名单. It holds hashes alone; what is put on it counts at once for every open case, wherever it is:
 * a person's refusal is no county's. What an office put there is taken off by that office, or one above it; what people
 * asked for themselves, by the city alone.
 */
export function createSuppressionService(deps: Deps & { readonly vault: Vault; readonly moves: CaseMoves }) {
  const { connection, stores, clock, vault, moves } = deps;

  /** Takes a number out of the open cases that have it; a case with none left ends. */
  async function withdraw(
    tx: Writer,
    numberHash: string,
    isBlocked: boolean,
  ): Promise<{ cases: number; ended: number }> {
    let cases = 0;
    let ended = 0;
    for (const { caseId, rank, state } of await stores.numbers.findByHash(tx, numberHash)) {
      const one = await stores.cases.hold(tx, caseId);
      if (!one) continue;
      if (state === 'live') await stores.numbers.setState(tx, { caseId, rank }, 'dead');
      if (one.state === 'FINAL') continue;
      const left = (await stores.numbers.listOfCase(tx, caseId)).filter(isCallable).length;
      const live = await stores.attempts.findLive(tx, caseId);
      const onLine = live !== null && live.numberRank === rank;
      const moved = await moves.move(tx, one, [{ t: 'suppress', numbersLeft: left, onLine, isBlocked }]);
      cases += 1;
      if (moved.refused === undefined && moved.row.state === 'FINAL') ended += 1;
    }
    return { cases, ended };
  }

  /** Puts a number on the list and takes it out of all cases, in the caller's transaction. */
  async function suppress(
    tx: Writer,
    e164: string,
    entry: Pick<SuppressionRow, 'reason' | 'source' | 'by'> & Partial<Pick<SuppressionRow, 'unitCode'>>,
  ): Promise<{ readonly added: boolean; readonly cases: number; readonly ended: number }> {
    const { reason, source, by, unitCode = null } = entry;
    const added = await stores.suppressions.insert(tx, {
      numberHash: vault.suppressionHashOf(e164),
      reason,
      source,
      at: clock(),
      by,
      unitCode,
    });
    return { added, ...(await withdraw(tx, vault.hashOf(e164), reason === BLOCKED)) };
  }

  /** The city, or whatever stands highest here: it answers for everybody's numbers. */
  async function isHighest(db: Reader, actor: Actor): Promise<boolean> {
    if (actor.kind === 'operator') return true;
    const unit = await stores.units.find(db, actor.unitCode);
    return unit !== null && (unit.parentCode === null || unit.level === 'province' || unit.level === 'city');
  }

  /** Whose entries somebody may take off the list. */
  async function removable(db: Reader, actor: Actor): Promise<(row: Pick<SuppressionRow, 'unitCode'>) => boolean> {
    if (!may(actor, 'suppression.manage')) return () => false;
    if (await isHighest(db, actor)) return () => true;
    const own = new Set((await stores.units.listSubtree(db, scopePath(actor))).map(({ code }) => code));
    return ({ unitCode }) => unitCode !== null && own.has(unitCode);
  }

  return {
    suppress,
    isHighest,

    /** The carrier will not call this number: nor do we, though nobody refused. */
    async suppressBlocked(tx: Writer, called: CaseNumberRow | null): Promise<void> {
      if (called === null || called.cipher === null) return;
      await suppress(tx, vault.open(called.caseId, called.cipher), {
        ...{ reason: BLOCKED, source: 'carrier', by: 'carrier' },
      });
    },

    /** “Never again” in a call: the number that was called goes on the list. */
    async suppressCalled(
      tx: Writer,
      called: CaseNumberRow | null,
      by: string,
      source: 'desk' | 'keypad',
    ): Promise<void> {
      if (called === null || called.cipher === null) return;
      const e164 = vault.open(called.caseId, called.cipher);
      await suppress(tx, e164, { reason: 'asked in a call', source, by });
    },

    /** Whether a number may not be called; asked again at the moment of dialling. */
    isSuppressed: (e164: string): Promise<boolean> =>
      stores.suppressions.has(connection.reader, vault.suppressionHashOf(e164)),

    async addSuppression(
      actor: Actor,
      input: { readonly number: string; readonly reason: string; readonly source?: string | undefined },
    ): Promise<{ readonly added: boolean; readonly cases: number; readonly ended: number }> {
      requirePermission(actor, 'suppression.manage');
      const e164 = requireNumber(input.number);
      const reason = requireReason(input.reason);
      return connection.transaction(async (tx) => {
        const source = hideNumbers(input.source?.trim() || 'office');
        const unitCode = areaOf(actor);
        const report = await suppress(tx, e164, { reason, source, by: actor.id, unitCode });
        if (report.added) {
          await recordAudit(deps, tx, actor, {
            action: 'suppression.add',
            objectType: 'suppression',
            objectId: vault.suppressionHashOf(e164),
            unitCode,
            details: { reason, source, cases: report.cases, ended: report.ended },
          });
        }
        return report;
      });
    },

    /**
     * Takes a number off the list, when it was put there by mistake, with a reason. Cases that ended stay ended.
     */
    async removeSuppression(
      actor: Actor,
      input: { readonly number: string; readonly reason: string },
    ): Promise<{ readonly removed: boolean }> {
      requirePermission(actor, 'suppression.manage');
      const e164 = requireNumber(input.number);
      const reason = requireReason(input.reason);
      const numberHash = vault.suppressionHashOf(e164);
      return connection.transaction(async (tx) => {
        const entry = await stores.suppressions.find(tx, numberHash);
        if (entry && !(await removable(tx, actor))(entry)) throw new AppError('SUPPRESSION_OTHERS');
        const removed = entry !== null && (await stores.suppressions.remove(tx, numberHash));
        if (removed) {
          await recordAudit(deps, tx, actor, {
            action: 'suppression.remove',
            objectType: 'suppression',
            objectId: numberHash,
            unitCode: entry.unitCode,
            details: { reason, entry: { reason: entry.reason, source: entry.source, at: entry.at, by: entry.by } },
          });
        }
        return { removed };
      });
    },

    /** The entries, newest first. */
    async listSuppressions(
      actor: Actor,
      page: { readonly before?: string | undefined } = {},
    ): Promise<{ readonly total: number; readonly entries: readonly SuppressionView[]; readonly next: string | null }> {
      requirePermission(actor, 'suppression.manage');
      const { reader } = connection;
      const before = page.before ? await stores.suppressions.find(reader, page.before) : null;
      const rows = await stores.suppressions.list(reader, { limit: PAGE + 1, before });
      const mayRemove = await removable(reader, actor);
      const codes = rows.flatMap(({ unitCode }) => unitCode ?? []);
      const units = await stores.units.listByCodes(reader, [...new Set(codes)]);
      const entries = rows.slice(0, PAGE).map((row): SuppressionView => {
        const { numberHash: id, reason, source, at, by, unitCode: code } = row;
        const name = units.find((unit) => unit.code === code)?.name ?? code;
        const unit = code === null ? null : { code, name: name ?? code };
        return { id, reason, source, at, by, unit, mayRemove: mayRemove(row) };
      });
      return {
        total: await stores.suppressions.count(reader),
        entries,
        next: rows.length > PAGE ? (entries.at(-1)?.id ?? null) : null,
      };
    },
  };
}

/** A number that may still be called. */
export const isCallable = ({ state, cipher }: Pick<CaseNumberRow, 'state' | 'cipher'>): boolean =>
  state === 'live' && cipher !== null;

/** The area for which somebody puts a number on the list. */
export const areaOf = (actor: Actor): string | null => (actor.kind === 'operator' ? null : actor.unitCode);

function requireNumber(text: string): string {
  const reading = readPhoneNumber(text);
  if ('problem' in reading) throw new AppError(reading.problem.code, reading.problem.details);
  return reading.number.e164;
}

/** Why somebody does something, in words that name no number. */
export function requireReason(text: string): string {
  const reason = text.trim();
  if (reason.length < 2 || reason.length > 200) throw new AppError('REASON_MISSING');
  return hideNumbers(reason);
}
