import { setImmediate } from 'node:timers/promises';
import { AppError, type Problem } from '../core/errors.ts';
import { findColumns, type ImportRow } from '../core/import/rows.ts';
import { hideNumbers, readPhoneNumber } from '../core/sample/phone-number.ts';
import type { Writer } from '../store/connection.ts';
import type { CaseNumberRow } from '../store/numbers.ts';
import type { SuppressionRow } from '../store/suppressions.ts';
import { type Actor, requirePermission } from './actor.ts';
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
}

export interface SuppressionReport {
  readonly rows: number;
  readonly added: number;
  readonly known: number;
  /** Open cases that lost a number, and those of them that ended by it. */
  readonly cases: number;
  readonly ended: number;
  readonly problems: readonly Problem[];
  readonly dryRun: boolean;
}

const COLUMNS = {
  number: ['号码', '电话', '电话号码', '手机', '手机号', '手机号码', '联系电话', 'phone', 'tel', 'mobile'],
};
const PAGE = 100;
const BATCH = 500;
/** So many problems are told one by one; the rest are counted. */
const PROBLEMS_SHOWN = 1000;

export type SuppressionService = ReturnType<typeof createSuppressionService>;

/** The do-not-call list 免访名单. It holds hashes alone; what is put on it counts at once for every open case. */
export function createSuppressionService(deps: Deps & { readonly vault: Vault; readonly moves: CaseMoves }) {
  const { connection, stores, clock, vault, moves } = deps;

  /** Takes a number out of the open cases that have it; a case with none left ends. */
  async function withdraw(tx: Writer, numberHash: string): Promise<{ cases: number; ended: number }> {
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
      const moved = await moves.move(tx, one, [{ t: 'suppress', numbersLeft: left, onLine }]);
      cases += 1;
      if (moved.refused === undefined && moved.row.state === 'FINAL') ended += 1;
    }
    return { cases, ended };
  }

  /** Puts a number on the list and takes it out of all cases, in the caller's transaction. */
  async function suppress(
    tx: Writer,
    e164: string,
    entry: Pick<SuppressionRow, 'reason' | 'source' | 'by'>,
  ): Promise<{ readonly added: boolean; readonly cases: number; readonly ended: number }> {
    const { reason, source, by } = entry;
    const added = await stores.suppressions.insert(tx, {
      numberHash: vault.suppressionHashOf(e164),
      reason,
      source,
      at: clock(),
      by,
    });
    return { added, ...(await withdraw(tx, vault.hashOf(e164))) };
  }

  return {
    suppress,

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
        const report = await suppress(tx, e164, { reason, source, by: actor.id });
        if (report.added) {
          await recordAudit(deps, tx, actor, {
            action: 'suppression.add',
            objectType: 'suppression',
            objectId: vault.suppressionHashOf(e164),
            unitCode: null,
            details: { reason, source, cases: report.cases, ended: report.ended },
          });
        }
        return report;
      });
    },

    /** Takes a number off the list, when it was put there by mistake. Cases that ended stay ended. */
    async removeSuppression(
      actor: Actor,
      input: { readonly number: string; readonly reason: string },
    ): Promise<{ readonly removed: boolean }> {
      requirePermission(actor, 'suppression.manage');
      const e164 = requireNumber(input.number);
      const reason = requireReason(input.reason);
      const numberHash = vault.suppressionHashOf(e164);
      return connection.transaction(async (tx) => {
        const removed = await stores.suppressions.remove(tx, numberHash);
        if (removed) {
          await recordAudit(deps, tx, actor, {
            action: 'suppression.remove',
            objectType: 'suppression',
            objectId: numberHash,
            unitCode: null,
            details: { reason },
          });
        }
        return { removed };
      });
    },

    /** Takes over a list of numbers. Rows that are no numbers are told and left out; the others count. */
    async importSuppressions(
      actor: Actor,
      input: {
        readonly file: NumberTable;
        readonly reason: string;
        readonly source: string;
        readonly dryRun?: boolean;
      },
    ): Promise<SuppressionReport> {
      requirePermission(actor, 'suppression.manage');
      const reason = requireReason(input.reason);
      const { file, dryRun = false } = input;
      const source = hideNumbers(input.source);
      const columns = findColumns(file.header, COLUMNS);
      const column = columns.number ?? '';
      const problems: Problem[] = [];
      const tell = (problem: Problem) => {
        if (problems.length < PROBLEMS_SHOWN) problems.push(problem);
      };
      const numbers = new Set<string>();
      let rows = 0;
      for await (const item of file.rows()) {
        rows += 1;
        if (rows % BATCH === 0) await setImmediate();
        if (item.problem !== null) {
          tell(item.problem);
          continue;
        }
        const parsed = readPhoneNumber(item.cells[column] ?? '');
        if ('number' in parsed) numbers.add(parsed.number.e164);
        else tell({ ...parsed.problem, row: item.row, column });
      }
      const list = [...numbers];
      let added = 0;
      let cases = 0;
      let ended = 0;
      for (let i = 0; i < list.length; i += BATCH) {
        const batch = list.slice(i, i + BATCH);
        if (dryRun) {
          const known = await stores.suppressions.findMany(connection.reader, batch.map(vault.suppressionHashOf));
          added += batch.length - known.size;
          continue;
        }
        // Counted anew each time: PostgreSQL may run a transaction again.
        const done = await connection.transaction(async (tx) => {
          const sum = { added: 0, cases: 0, ended: 0 };
          for (const e164 of batch) {
            const one = await suppress(tx, e164, { reason, source, by: actor.id });
            sum.added += one.added ? 1 : 0;
            sum.cases += one.cases;
            sum.ended += one.ended;
          }
          await recordAudit(deps, tx, actor, {
            action: 'suppression.import',
            objectType: 'suppression',
            objectId: file.name,
            unitCode: null,
            details: { added: sum.added, reason, source },
          });
          return sum;
        });
        added += done.added;
        cases += done.cases;
        ended += done.ended;
      }
      return { rows, added, known: list.length - added, cases, ended, problems, dryRun };
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
      const entries = rows
        .slice(0, PAGE)
        .map(({ numberHash, reason, source, at, by }) => ({ id: numberHash, reason, source, at, by }));
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
