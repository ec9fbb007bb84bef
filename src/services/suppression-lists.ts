import { setImmediate } from 'node:timers/promises';
import { AppError, type Problem } from '../core/errors.ts';
import { findColumns } from '../core/import/rows.ts';
import { hideNumbers, readPhoneNumber } from '../core/sample/phone-number.ts';
import { type Actor, requirePermission, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import { areaOf, type NumberTable, requireReason, type SuppressionService } from './suppressions.ts';
import type { Vault } from './vault.ts';

export interface SuppressionReport {
  readonly rows: number;
  readonly added: number;
  readonly known: number;
  /** Open cases that lost a number, and those of them that ended by it. */
  readonly cases: number;
  readonly ended: number;
  /** Numbers with open cases beyond the reader's area: such a list is the city's to bring in. */
  readonly outside: number;
  readonly problems: readonly Problem[];
  readonly dryRun: boolean;
}

const COLUMNS = {
  number: ['号码', '电话', '电话号码', '手机', '手机号', '手机号码', '联系电话', 'phone', 'tel', 'mobile'],
};
const BATCH = 500;
/** So many problems are told one by one; the rest are counted. */
const PROBLEMS_SHOWN = 1000;

export type SuppressionLists = ReturnType<typeof createSuppressionLists>;

/** Lists of numbers never to be called. */
export function createSuppressionLists(
  deps: Deps & { readonly vault: Vault; readonly suppressions: SuppressionService },
) {
  const { connection, stores, vault, suppressions } = deps;

  /** How many of these numbers belong to open cases outside the actor's area. */
  async function countOutside(actor: Actor, list: readonly string[]): Promise<number> {
    let outside = 0;
    for (let i = 0; i < list.length; i += BATCH) {
      const hashes = list.slice(i, i + BATCH).map(vault.hashOf);
      outside += (await stores.numbers.findOpenOutside(connection.reader, scopePath(actor) ?? '', hashes)).size;
    }
    return outside;
  }

  return {
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
      const outside = (await suppressions.isHighest(connection.reader, actor)) ? 0 : await countOutside(actor, list);
      if (outside > 0 && !dryRun) throw new AppError('SUPPRESSIONS_OUTSIDE', { count: outside });
      const unitCode = areaOf(actor);
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
            const one = await suppressions.suppress(tx, e164, { reason, source, by: actor.id, unitCode });
            sum.added += one.added ? 1 : 0;
            sum.cases += one.cases;
            sum.ended += one.ended;
          }
          await recordAudit(deps, tx, actor, {
            action: 'suppression.import',
            objectType: 'suppression',
            objectId: file.name,
            unitCode,
            details: { added: sum.added, reason, source },
          });
          return sum;
        });
        added += done.added;
        cases += done.cases;
        ended += done.ended;
      }
      return { rows, added, known: list.length - added, cases, ended, outside, problems, dryRun };
    },
  };
}
