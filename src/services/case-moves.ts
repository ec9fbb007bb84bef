import { AppError } from '../core/errors.ts';
import type { CallingRules } from '../core/sample/calling-rules.ts';
import { type CaseEffect, type CaseEvent, type CaseRefusal, transitionCase } from '../core/sample/case-state.ts';
import type { CaseRow } from '../store/cases.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { CaseEndings } from './case-endings.ts';
import type { SetAside } from './case-responses.ts';
import type { Deps } from './deps.ts';

/** A case after an event: as it stands now, with what the caller still has to do; or why nothing happened. */
export type CaseMove =
  | { readonly row: CaseRow; readonly effects: readonly CaseEffect[]; readonly refused?: undefined }
  | { readonly refused: CaseRefusal };

/** Where a case lives and by which rules it is called. */
export interface CasePlace {
  readonly rules: CallingRules;
  readonly unitPath: string;
}

export type CaseMoves = ReturnType<typeof createCaseMoves>;

/**
 * The only way a case changes its state, for desk, keypad, dialer and supervisor: the table of `core/sample/case-state`,
 * and what has to happen with it in the same transaction.
 */
export function createCaseMoves(deps: Deps & { readonly endings: CaseEndings }) {
  const { stores, clock, endings } = deps;
  /** Units keep their place in the tree for as long as cases hang on them. */
  const paths = new Map<string, string>();
  /** Rules are needed for every case that is looked at; a second is short enough for a change to count. */
  const known = new Map<string, { readonly rules: CallingRules; readonly at: number }>();

  async function rulesOf(db: Reader, waveId: string): Promise<CallingRules> {
    const now = clock();
    const cached = known.get(waveId);
    if (cached && cached.at <= now && now < cached.at + 1000) return cached.rules;
    const campaign = await stores.campaigns.find(db, waveId);
    if (!campaign) throw new AppError('NOT_FOUND', { what: 'campaign', id: waveId });
    known.set(waveId, { rules: campaign.rules, at: now });
    return campaign.rules;
  }

  async function placeOf(db: Reader, { waveId, unitCode }: Pick<CaseRow, 'waveId' | 'unitCode'>): Promise<CasePlace> {
    let unitPath = paths.get(unitCode);
    if (unitPath === undefined) {
      unitPath = (await stores.units.find(db, unitCode))?.path;
      if (unitPath === undefined) throw new AppError('NOT_FOUND', { what: 'unit', id: unitCode });
      paths.set(unitCode, unitPath);
    }
    return { rules: await rulesOf(db, waveId), unitPath };
  }

  return {
    placeOf,

    /**
     * Takes a case through these events, one after the other, and writes it once. A refusal of any of them writes nothing.
     * Of the effects, the response, the number's state and the case itself are taken care of; hanging up, suppressing the
     * number, making the attempt and the audit row are the caller's.
     * @param numberRank the number of the case that was called, for `number-dead`
     */
    async move(
      tx: Writer,
      one: CaseRow,
      events: readonly CaseEvent[],
      { numberRank = null }: { readonly numberRank?: number | null } = {},
    ): Promise<CaseMove> {
      const context = { ...(await placeOf(tx, one)), now: clock() };
      let record = one;
      const effects: CaseEffect[] = [];
      for (const event of events) {
        const result = transitionCase(record, event, context);
        if ('refused' in result) return { refused: result.refused };
        record = { ...record, ...result.next };
        effects.push(...result.effects);
      }
      if (effects.includes('number-dead') && numberRank !== null)
        await stores.numbers.setState(tx, { caseId: one.id, rank: numberRank }, 'dead');
      const row = await write(tx, one, record, effects, setAsideOf(events));
      return { row, effects };
    },
  };

  async function write(
    tx: Writer,
    seen: CaseRow,
    record: CaseRow,
    effects: readonly CaseEffect[],
    aside: SetAside | null,
  ): Promise<CaseRow> {
    const { id: _id, waveId: _wave, version: _version, createdAt: _created, ...change } = record;
    change.updatedAt = clock();
    if (effects.includes('take-back-response') || effects.includes('set-response-aside')) {
      const isClosedAgain = effects.includes('end-response');
      const opened = await endings.reopen(tx, seen, isClosedAgain ? { ...change, state: 'READY' } : change, aside);
      if (!isClosedAgain) return opened;
      return endings.finalise(tx, opened, { disposition: record.disposition, change });
    }
    // A complete interview names no effect of its own: its response ends with the case all the same.
    if (effects.includes('end-response') || (record.state === 'FINAL' && seen.state !== 'FINAL'))
      return endings.finalise(tx, seen, { disposition: record.disposition, mode: record.mode, change });
    const written = await stores.cases.update(tx, seen, change);
    if (!written) throw new AppError('CASE_CHANGED', { case: seen.id });
    return written;
  }
}

/** Who sets the answers aside in one of these events, and why; null when nobody does. */
function setAsideOf(events: readonly CaseEvent[]): SetAside | null {
  for (const event of events)
    if (event.t === 'reopen' && event.setAsideBy !== null) return { reason: event.reason, by: event.setAsideBy };
  return null;
}
