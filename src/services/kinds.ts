import { AppError } from '../core/errors.ts';
import { AUDIENCES, CHANNELS, findKind, type Kind, MEASURES, SHIPPED_KINDS, STAGES } from '../core/publicity/kinds.ts';
import type { Reader } from '../store/connection.ts';
import { type Actor, requirePermission } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';

/** Characters of a name, a unit or an alias. */
const MOST_LETTERS = 30;
/** Characters of a wrong value that a sentence repeats. */
const SHOWN = 60;

const SHIPPED_UNITS = new Map(SHIPPED_KINDS.map(({ code, unitEn }) => [code, unitEn]));

export type KindService = ReturnType<typeof createKindService>;

/** The catalogue of kinds 类别表: the shipped ones and those that administrators added or taught other words. */
export function createKindService(deps: Deps) {
  const { connection, stores, clock } = deps;

  async function all(db: Reader): Promise<ReadonlyMap<string, Kind>> {
    const own = await stores.outputs.listKinds(db);
    return new Map([
      ...SHIPPED_KINDS.map((kind) => [kind.code, kind] as const),
      // A shipped kind that was taught words before units had English names keeps the shipped one.
      ...own.map(({ code, definition }) => [code, { unitEn: SHIPPED_UNITS.get(code), ...definition }] as const),
    ]);
  }

  return {
    all,

    async listKinds(actor: Actor): Promise<readonly Kind[]> {
      requirePermission(actor, 'output.read');
      return [...(await all(connection.reader)).values()];
    },

    /**
     * Adds a kind, or teaches one other words. Whether it is stock or flow, and its unit of measure, stay as they are
     * once it exists: its totals would change their meaning.
     */
    async saveKind(actor: Actor, kind: Kind): Promise<void> {
      requirePermission(actor, 'kind.manage');
      const words = [
        kind.name.zh,
        kind.name.en,
        kind.unit,
        ...(kind.unitEn === undefined ? [] : [kind.unitEn]),
        ...kind.aliases,
        ...kind.unitAliases,
      ];
      if (!/^[a-z][a-z0-9-]{1,39}$/.test(kind.code)) {
        throw new AppError('KIND_CODE_BAD', { value: kind.code.slice(0, SHOWN) });
      }
      const bad = words.find((word) => word.trim() === '' || word.length > MOST_LETTERS);
      if (bad !== undefined) throw new AppError('KIND_WORD_BAD', { value: bad.slice(0, SHOWN), most: MOST_LETTERS });
      const wrong =
        (!MEASURES.includes(kind.measure) && (['measure', kind.measure] as const)) ||
        (!STAGES.includes(kind.stage) && (['stage', kind.stage] as const)) ||
        (!AUDIENCES.includes(kind.audience) && (['audience', kind.audience] as const)) ||
        (kind.channel !== null && !CHANNELS.includes(kind.channel) && (['channel', kind.channel] as const));
      if (wrong) throw new AppError('KIND_BAD', { field: wrong[0], value: String(wrong[1]).slice(0, SHOWN) });
      await connection.transaction(async (tx) => {
        const known = await all(tx);
        const before = known.get(kind.code);
        if (before && (before.measure !== kind.measure || before.unit !== kind.unit)) {
          throw new AppError('KIND_UNIT_FIXED', { value: before.unit });
        }
        const others = [...known.values()].filter(({ code }) => code !== kind.code);
        for (const word of [kind.name.zh, ...kind.aliases]) {
          const other = findKind(others, word);
          if (other) throw new AppError('KIND_TAKEN', { value: word, kind: other.name.zh });
        }
        await stores.outputs.saveKind(tx, {
          ...{ code: kind.code, definition: kind, updatedAt: clock(), updatedBy: actor.id },
        });
        await recordAudit(deps, tx, actor, {
          ...{ action: before ? 'kind.change' : 'kind.add', objectType: 'kind', objectId: kind.code, unitCode: null },
          details: { name: kind.name.zh, unit: kind.unit, aliases: kind.aliases },
        });
      });
    },
  };
}
