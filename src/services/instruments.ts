import { randomInt } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import { drawCode } from '../images/code.ts';
import type { Writer } from '../store/connection.ts';
import { isUniqueViolation } from '../store/dialect/expressions.ts';
import type { InstrumentRow } from '../store/instruments.ts';
import { type Actor, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { KindService } from './kinds.ts';
import { findUnit } from './units.ts';

/** A batch of posters or leaflets with a code of its own, and what came through it. */
export interface InstrumentView {
  readonly code: string;
  readonly unit: { readonly code: string; readonly name: string };
  readonly kind: string;
  readonly label: string;
  readonly outputId: string | null;
  /** What the code on the paper leads to. */
  readonly url: string;
  /** Devices that opened the survey through it, each once a day, and surveys completed through it. */
  readonly scans: number;
  readonly completes: number;
  readonly createdAt: number;
}

export type InstrumentService = ReturnType<typeof createInstrumentService>;

/** No 0/o, 1/l/i: a code may have to be typed from paper. */
const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';
const LENGTH = 6;
const SHAPE = /^[2-9a-hjkmnp-z]{6}$/;
const LONGEST_LABEL = 60;
const MOST_LISTED = 500;
/** Scans wait so long to be written together. */
const GATHER_MS = 1000;
/** Codes that were asked for are remembered, the wrong ones too: the door is open to everybody. */
const MOST_REMEMBERED = 10_000;
const REMEMBER_MS = 60_000;

/** Printed things with a code: what residents open and answer through it is counted, and never who. */
export function createInstrumentService(
  deps: Deps & { readonly kinds: KindService; readonly baseUrl: string; readonly onFailure: (error: unknown) => void },
) {
  const { connection, stores, clock, today, kinds, baseUrl, onFailure } = deps;
  const known = new Map<string, { readonly placeCode: string | null; readonly until: number }>();
  const scanned = new Map<string, number>();
  let timer: NodeJS.Timeout | null = null;

  /** The place a code was printed for; null when there is no such code. */
  async function placeOf(code: string): Promise<string | null> {
    const now = clock();
    const remembered = known.get(code);
    if (remembered && remembered.until > now) return remembered.placeCode;
    const row = await stores.instruments.find(connection.reader, code);
    const unit = row && (await stores.units.find(connection.reader, row.unitCode));
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(code, { placeCode: unit?.placeCode ?? null, until: now + REMEMBER_MS });
    return unit?.placeCode ?? null;
  }

  /** Writes the scans that were gathered; what cannot be written now is written with the next. */
  async function flush(): Promise<void> {
    timer = null;
    const taken = [...scanned];
    scanned.clear();
    if (taken.length === 0) return;
    const day = today();
    const rows = taken
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, scans]) => ({ code, day, scans, completes: 0 }));
    try {
      await connection.transaction((tx) => stores.instruments.count(tx, rows));
    } catch (error) {
      for (const { code, scans } of rows) scanned.set(code, (scanned.get(code) ?? 0) + scans);
      onFailure(error);
    }
  }

  async function requireInstrument(actor: Actor, code: string): Promise<InstrumentRow> {
    requirePermission(actor, 'output.read');
    const row = await stores.instruments.find(connection.reader, code);
    if (!row) throw new AppError('NOT_FOUND', { what: 'instrument', id: code });
    requireScope(actor, await findUnit(deps, row.unitCode));
    return row;
  }

  async function view(rows: readonly InstrumentRow[]): Promise<InstrumentView[]> {
    const db = connection.reader;
    const units = await stores.units.listByCodes(db, [...new Set(rows.map(({ unitCode }) => unitCode))]);
    const unitOf = new Map(units.map((unit) => [unit.code, unit]));
    const totals = await stores.instruments.totals(
      db,
      rows.map(({ code }) => code),
    );
    const countOf = new Map(totals.map((one) => [one.code, one]));
    return rows.map(({ code, unitCode, kind, label, outputId, createdAt }) => {
      const unit = unitOf.get(unitCode);
      const { scans = 0, completes = 0 } = countOf.get(code) ?? {};
      return {
        ...{ code, unit: { code: unitCode, name: unit?.name ?? unitCode }, kind, label, outputId },
        ...{ url: `${baseUrl}/s/${unit?.placeCode ?? ''}?c=${code}`, scans, completes, createdAt },
      };
    });
  }

  const viewOne = async (row: InstrumentRow): Promise<InstrumentView> => {
    const [one] = await view([row]);
    if (!one) throw new RangeError('a view of one instrument');
    return one;
  };

  return {
    /** Gives a batch its code. */
    async createInstrument(
      actor: Actor,
      input: {
        readonly unit: string;
        readonly kind: string;
        readonly label: string;
        readonly outputId?: string | null | undefined;
      },
    ): Promise<InstrumentView> {
      requirePermission(actor, 'output.write');
      const label = input.label.trim();
      if (label === '') throw new AppError('FIELD_EMPTY', { field: 'label' });
      if (label.length > LONGEST_LABEL) throw new AppError('FIELD_TOO_LONG', { field: 'label', most: LONGEST_LABEL });
      const unit = await findUnit(deps, input.unit);
      requireScope(actor, unit);
      if (!(await kinds.all(connection.reader)).has(input.kind)) {
        throw new AppError('OUTPUT_KIND', { field: 'kind', value: input.kind.slice(0, 60) });
      }
      const outputId = input.outputId ?? null;
      const output = outputId === null ? null : await stores.outputs.find(connection.reader, outputId);
      if (outputId !== null && output?.unitCode !== unit.code) {
        throw new AppError('NOT_FOUND', { what: 'output', id: outputId });
      }
      for (;;) {
        const code = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
        const row: InstrumentRow = {
          ...{ code, unitCode: unit.code, kind: input.kind, label, outputId },
          ...{ createdAt: clock(), createdBy: actor.id },
        };
        try {
          await connection.transaction(async (tx) => {
            await stores.instruments.insert(tx, row);
            await recordAudit(deps, tx, actor, {
              ...{ action: 'instrument.add', objectType: 'instrument', objectId: code, unitCode: unit.code },
              details: { kind: input.kind, label },
            });
          });
        } catch (error) {
          if (isUniqueViolation(error)) continue;
          throw error;
        }
        known.delete(code);
        return viewOne(row);
      }
    },

    async listInstruments(
      actor: Actor,
      filter: { readonly unit?: string | undefined } = {},
    ): Promise<InstrumentView[]> {
      requirePermission(actor, 'output.read');
      let scope = scopePath(actor);
      if (filter.unit !== undefined) {
        const unit = await findUnit(deps, filter.unit);
        requireScope(actor, unit);
        scope = unit.path;
      }
      return view(await stores.instruments.list(connection.reader, scope === '/' ? null : scope, MOST_LISTED));
    },

    /** One of them with its days. */
    async readInstrument(actor: Actor, code: string) {
      const row = await requireInstrument(actor, code);
      const days = await stores.instruments.listDays(connection.reader, code);
      return { ...(await viewOne(row)), days: days.map(({ day, scans, completes }) => ({ day, scans, completes })) };
    },

    /** The QR code to print, as SVG. */
    async drawInstrument(actor: Actor, code: string): Promise<string> {
      const { url } = await viewOne(await requireInstrument(actor, code));
      return drawCode(url);
    },

    /**
     * Counts one opening of a place's survey through a code, unless the same device has opened it already today. Gives the
     * code when it was printed for this place, else null: then nothing is counted, and the survey opens all the same.
     */
    async countScan(
      code: string,
      placeCode: string,
      { isAgain = false }: { readonly isAgain?: boolean } = {},
    ): Promise<string | null> {
      if (!SHAPE.test(code) || (await placeOf(code)) !== placeCode.toLowerCase()) return null;
      if (isAgain) return code;
      scanned.set(code, (scanned.get(code) ?? 0) + 1);
      timer ??= setTimeout(() => void flush(), GATHER_MS).unref();
      return code;
    },

    /** Counts a survey completed through a code, in the transaction that ends it; nothing else is kept of it. */
    async countComplete(tx: Writer, code: string): Promise<void> {
      await stores.instruments.count(tx, [{ code, day: today(), scans: 0, completes: 1 }]);
    },

    /** Writes what is gathered, before the database is closed. */
    async settle(): Promise<void> {
      if (timer !== null) clearTimeout(timer);
      await flush();
    },
  };
}
