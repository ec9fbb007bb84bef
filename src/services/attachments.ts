import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { cleanFile } from '../images/photo.ts';
import type { Reader } from '../store/connection.ts';
import type { AttachmentRow, OutputRow } from '../store/outputs.ts';
import { type Actor, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import { hashOf, keepFile } from './kept-files.ts';
import { findUnit } from './units.ts';

/** So large a file may be sent; a phone's photo has 3 to 12 MB. */
export const MOST_ATTACHMENT_BYTES = 20 * 1024 * 1024;
const MOST_PER_ENTRY = 9;
/** A file that belongs to no entry for so long was left behind by an upload that broke off. */
const ORPHAN_PATIENCE_MS = 60 * 60_000;

export interface AttachmentView {
  readonly id: string;
  readonly outputId: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly hasThumbnail: boolean;
  /** What the camera noted, the position among it, was kept on purpose. */
  readonly keepsPosition: boolean;
  readonly createdAt: number;
  /** Other entries in the actor's sight that hold the same photo. */
  readonly alsoOn: readonly string[];
}

export type AttachmentService = ReturnType<typeof createAttachmentService>;

/** Photos and scans of the ledger: made clean before they are kept, named by their content, seen by those in scope. */
export function createAttachmentService(deps: Deps & { readonly dataDir: string }) {
  const { connection, stores, clock, newId } = deps;
  const folder = join(deps.dataDir, 'attachments');
  const pathOf = (hash: string) => join(folder, hash);
  const thumbnailOf = (hash: string) => join(folder, `${hash}.thumb`);

  async function requireOutput(db: Reader, actor: Actor, id: string): Promise<OutputRow> {
    const row = await stores.outputs.find(db, id);
    if (!row) throw new AppError('NOT_FOUND', { what: 'output', id });
    requireScope(actor, await findUnit(deps, row.unitCode, db));
    return row;
  }

  async function requireAttachment(db: Reader, actor: Actor, id: string) {
    const row = await stores.outputs.findAttachment(db, id);
    if (!row) throw new AppError('NOT_FOUND', { what: 'attachment', id });
    return { row, output: await requireOutput(db, actor, row.outputId) };
  }

  async function forget(hash: string): Promise<void> {
    if (await stores.outputs.isFileUsed(connection.reader, hash)) return;
    await rm(pathOf(hash), { force: true });
    await rm(thumbnailOf(hash), { force: true });
  }

  async function view(db: Reader, actor: Actor, row: AttachmentRow): Promise<AttachmentView> {
    const { id, outputId, name, type, bytes, keepsPosition, createdAt } = row;
    const others = (await stores.outputs.listBySource(db, row.sourceHash)).filter((one) => one.outputId !== outputId);
    const scope = scopePath(actor);
    const alsoOn: string[] = [];
    for (const other of new Set(others.map((one) => one.outputId))) {
      const output = await stores.outputs.find(db, other);
      const unit = output && (await stores.units.find(db, output.unitCode));
      if (unit && (scope === null || unit.path.startsWith(scope))) alsoOn.push(other);
    }
    const hasThumbnail = type.startsWith('image/');
    return { id, outputId, name, type, bytes, hasThumbnail, keepsPosition, createdAt, alsoOn };
  }

  return {
    /** Attaches a photo or scan to an entry. The same file sent again to the same entry is the one that is there. */
    async addAttachment(
      actor: Actor,
      outputId: string,
      input: { readonly name: string; readonly bytes: Uint8Array; readonly keepPosition?: boolean },
    ): Promise<AttachmentView> {
      requirePermission(actor, 'output.write');
      const name = cleanName(input.name);
      await requireOutput(connection.reader, actor, outputId);
      if (input.bytes.byteLength > MOST_ATTACHMENT_BYTES) {
        throw new AppError('ATTACHMENT_TOO_LARGE', { file: name, limit: `${MOST_ATTACHMENT_BYTES / 1024 / 1024} MB` });
      }
      const sourceHash = hashOf(input.bytes);
      /** The same file, or one that came to the same picture, on the entry already; refuses one too many. */
      const findSame = async (db: Reader, hash: string | null): Promise<AttachmentRow | undefined> => {
        const there = await stores.outputs.listAttachments(db, [outputId]);
        const same = there.find((one) => one.sourceHash === sourceHash || one.hash === hash);
        if (!same && there.length >= MOST_PER_ENTRY) throw new AppError('ATTACHMENT_MANY', { most: MOST_PER_ENTRY });
        return same;
      };
      const before = await findSame(connection.reader, null);
      if (before) return view(connection.reader, actor, before);

      const keepsPosition = input.keepPosition ?? false;
      const clean = await cleanFile({ name, bytes: input.bytes }, { keepDetails: keepsPosition });
      const hash = hashOf(clean.bytes);
      await keepFile(folder, hash, clean.bytes, newId);
      if (clean.thumbnail) await keepFile(folder, `${hash}.thumb`, clean.thumbnail, newId);
      const row: AttachmentRow = {
        ...{ id: newId(), outputId, hash, sourceHash, name, type: clean.type, bytes: clean.bytes.byteLength },
        ...{ keepsPosition, createdAt: clock(), createdBy: actor.id },
      };
      try {
        const twin = await connection.transaction(async (tx) => {
          const output = await requireOutput(tx, actor, outputId);
          const same = await findSame(tx, hash);
          if (same) return same;
          await stores.outputs.insertAttachment(tx, row);
          await recordAudit(deps, tx, actor, {
            ...{ action: 'attachment.add', objectType: 'output', objectId: outputId, unitCode: output.unitCode },
            details: { name, type: row.type, bytes: row.bytes, keepsPosition },
          });
          return null;
        });
        if (twin) {
          await forget(hash);
          return view(connection.reader, actor, twin);
        }
      } catch (error) {
        await forget(hash);
        throw error;
      }
      return view(connection.reader, actor, row);
    },

    async listAttachments(actor: Actor, outputId: string): Promise<AttachmentView[]> {
      requirePermission(actor, 'output.read');
      await requireOutput(connection.reader, actor, outputId);
      const rows = await stores.outputs.listAttachments(connection.reader, [outputId]);
      return Promise.all(rows.map((row) => view(connection.reader, actor, row)));
    },

    /** The file itself, or its small picture, for those who may see its entry. */
    async openAttachment(actor: Actor, id: string, size: 'whole' | 'thumbnail') {
      requirePermission(actor, 'output.read');
      const { row } = await requireAttachment(connection.reader, actor, id);
      const isWhole = size === 'whole';
      try {
        const bytes = await readFile(isWhole ? pathOf(row.hash) : thumbnailOf(row.hash));
        return { name: row.name, type: isWhole ? row.type : 'image/webp', hash: row.hash, bytes };
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
        throw new AppError('NOT_FOUND', { what: 'attachment', id });
      }
    },

    async removeAttachment(actor: Actor, id: string): Promise<void> {
      requirePermission(actor, 'output.write');
      const hash = await connection.transaction(async (tx) => {
        const { row, output } = await requireAttachment(tx, actor, id);
        await stores.outputs.removeAttachment(tx, id);
        await recordAudit(deps, tx, actor, {
          ...{ action: 'attachment.remove', objectType: 'output', objectId: output.id, unitCode: output.unitCode },
          details: { name: row.name, type: row.type, bytes: row.bytes },
        });
        return row.hash;
      });
      await forget(hash);
    },

    /** Removes files that belong to no entry. Says how many. */
    async sweepOrphans(): Promise<number> {
      const names = await readdir(folder).catch(() => []);
      let swept = 0;
      for (const name of names) {
        const hash = /^([0-9a-f]{64})(\.thumb)?$/.exec(name)?.[1];
        if (hash !== undefined && (await stores.outputs.isFileUsed(connection.reader, hash))) continue;
        const path = join(folder, name);
        const found = await stat(path).catch(() => null);
        if (found === null || found.mtimeMs > clock() - ORPHAN_PATIENCE_MS) continue;
        await rm(path, { force: true });
        swept += 1;
      }
      return swept;
    },
  };
}

/** A name that is only a name: no folder, nothing that a terminal or a header would obey. */
function cleanName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  const clean = last.replace(/[\p{Cc}\p{Cf}"<>|:*?]+/gu, ' ').trim();
  return clean.slice(-100) || '附件';
}
