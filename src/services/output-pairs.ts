import { findDuplicates, type Piece, type Proposal } from '../core/publicity/duplicates.ts';
import type { OutputPair } from '../store/output-pairs.ts';
import { type Actor, requirePermission, requireScope } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { KindService } from './kinds.ts';
import type { OutputRows } from './output-rows.ts';
import { findUnit } from './units.ts';

/** So many entries are compared at a time; a month of a city has fewer. */
const MOST_COMPARED = 20_000;
/** So many pairs are looked at for those that nobody has judged. */
const MOST_PROPOSED = 500;

/** Pairs of entries that may be one and the same, and what a reviewer said of them. */
export function createOutputPairs(deps: Deps & { readonly kinds: KindService; readonly rows: OutputRows }) {
  const {
    connection,
    stores,
    clock,
    kinds,
    rows: { requireOutput, view },
  } = deps;

  return {
    /** Entries of a month that may be one and the same, the likeliest first, both sides shown. */
    async listProposals(actor: Actor, input: { readonly unit: string; readonly month: string }) {
      requirePermission(actor, 'output.review');
      const unit = await findUnit(deps, input.unit);
      requireScope(actor, unit);
      const db = connection.reader;
      // A piece is reposted into the next month: look a month back as well.
      const from = new Date(Date.parse(`${input.month}-01T00:00:00Z`) - 31 * 86_400_000).toISOString().slice(0, 10);
      const near = await stores.outputs.listNear(
        db,
        { scope: unit.path, from, to: `${input.month}-31`, kinds: null },
        MOST_COMPARED,
      );
      const photos = new Map<string, string[]>();
      for (let at = 0; at < near.length; at += 400) {
        const held = await stores.outputs.listAttachments(
          db,
          near.slice(at, at + 400).map(({ id }) => id),
        );
        for (const { outputId, sourceHash } of held)
          photos.set(outputId, [...(photos.get(outputId) ?? []), sourceHash]);
      }
      const known = await kinds.all(db);
      const pieces = near.map(
        (row): Piece => ({
          ...{ id: row.id, unitCode: row.unitCode, kind: row.kind, title: row.title, date: row.startDate },
          ...{ inMedia: known.get(row.kind)?.inMedia ?? false, outlet: row.outlet, place: row.place },
          value: row.quantity.kind === 'number' ? row.quantity.value : null,
          photos: photos.get(row.id) ?? [],
        }),
      );
      const byId = new Map(near.map((row) => [row.id, row]));
      const found = findDuplicates(pieces).slice(0, MOST_PROPOSED);
      const firsts = [...new Set(found.map((one) => inOrder(one).a))];
      const apart = new Set((await stores.outputPairs.list(db, firsts)).map(keyOf));
      const proposals = found.filter((one) => !apart.has(keyOf(one))).slice(0, 100);
      const shown = await view(
        db,
        [...new Set(proposals.flatMap(({ a, b }) => [a, b]))].flatMap((id) => byId.get(id) ?? []),
      );
      const views = new Map(shown.map((one) => [one.id, one]));
      return proposals.flatMap(({ a, b, reasons, score }) => {
        const [first, second] = [views.get(a), views.get(b)];
        return first && second ? [{ first, second, reasons: reasons as Proposal['reasons'], score }] : [];
      });
    },

    /** Remembers that two entries are not the same, so that nobody is asked again; or asks again. */
    async judgePair(actor: Actor, pair: OutputPair, isSame: boolean): Promise<void> {
      requirePermission(actor, 'output.review');
      await connection.transaction(async (tx) => {
        const { row } = await requireOutput(tx, actor, pair.a);
        await requireOutput(tx, actor, pair.b);
        const sorted = inOrder(pair);
        if (isSame) await stores.outputPairs.remove(tx, sorted);
        else await stores.outputPairs.add(tx, { ...sorted, judgedAt: clock(), judgedBy: actor.id });
        await recordAudit(deps, tx, actor, {
          ...{ action: isSame ? 'output.together' : 'output.apart', objectType: 'output-pair' },
          ...{ objectId: keyOf(pair), unitCode: row.unitCode },
        });
      });
    },
  };
}

/** Two entries as one thing, whichever is named first. */
const inOrder = ({ a, b }: OutputPair): OutputPair => (a < b ? { a, b } : { a: b, b: a });
const keyOf = (pair: OutputPair): string => {
  const { a, b } = inOrder(pair);
  return `${a} ${b}`;
};
