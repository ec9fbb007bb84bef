import { AppError } from '../core/errors.ts';
import type { Mode } from '../core/indicators/types.ts';
import { symbolOfCode } from '../core/sample/outcomes.ts';
import type { CaseChange, CaseRow } from '../store/cases.ts';
import type { Writer } from '../store/connection.ts';
import type { ResponseRow } from '../store/responses.ts';
import type { CaseResponses, SetAside } from './case-responses.ts';
import type { Deps } from './deps.ts';
import type { QuotaService } from './quotas.ts';
import type { SurveyService } from './surveys.ts';

/** What a case is no longer when it ends. */
const ENDED: CaseChange = {
  state: 'FINAL',
  leaseToken: null,
  leaseBy: null,
  leaseUntil: null,
  appointmentStart: null,
  appointmentEnd: null,
  appointmentFor: null,
  appointmentKind: null,
  holdReason: null,
};

export type CaseEndings = ReturnType<typeof createCaseEndings>;

/** How a case ends on whatever channel: its response ends with it and is counted once, and quotas are taken. */
export function createCaseEndings(
  deps: Deps & {
    readonly surveys: SurveyService;
    readonly responses: CaseResponses;
    readonly quotas: QuotaService;
  },
) {
  const { stores, clock, surveys, responses, quotas } = deps;

  async function close(
    tx: Writer,
    one: CaseRow,
    result: { readonly disposition: string } & Pick<ResponseRow, 'sex' | 'ageBand'>,
    more: CaseChange = {},
  ): Promise<CaseRow> {
    const { disposition, sex, ageBand } = result;
    const isComplete = disposition === '1.1';
    const overQuota = isComplete && !(await quotas.take(tx, one.waveId, { unitCode: one.unitCode, sex, ageBand }));
    // Taking the last of a quota may have put this very case on hold.
    const seen = (await stores.cases.hold(tx, one.id)) ?? one;
    const isEligible = ['I', 'P', 'R', 'O'].includes(symbolOfCode(disposition) ?? '');
    const closed = await stores.cases.update(tx, seen, {
      ...more,
      ...ENDED,
      disposition,
      overQuota,
      everEligible: (more.everEligible ?? one.everEligible) || isEligible,
      updatedAt: clock(),
    });
    if (!closed) throw new AppError('CASE_CHANGED', { case: one.id });
    return closed;
  }

  return {
    /**
     * Ends a case with this result, or with what its answers amount to when it is null. A case that has ended stays as
     * it is; one whose response has ended elsewhere takes that result.
     */
    async finalise(
      tx: Writer,
      one: CaseRow,
      by: { readonly disposition: string | null; readonly mode?: Mode; readonly change?: CaseChange },
    ): Promise<CaseRow> {
      if (one.state === 'FINAL') return one;
      const survey = await surveys.compileOf(tx, one.waveId);
      const { disposition, mode = one.mode } = by;
      const ended = await responses.end(tx, one, survey, { mode, lang: 'zh', disposition });
      return close(tx, one, ended, by.change);
    },

    /** The response of a case ended by itself, on the web: the case ends in the same transaction. */
    async finaliseByResponse(tx: Writer, response: ResponseRow): Promise<void> {
      if (response.invitationId === null || response.disposition === null) return;
      const found = await stores.cases.findByInvitation(tx, response.invitationId);
      const one = found && (await stores.cases.hold(tx, found.id));
      if (!one || one.state === 'FINAL') return;
      const { disposition, sex, ageBand } = response;
      await close(tx, one, { disposition, sex, ageBand });
    },

    /**
     * Opens an ended case again: what it counted for is taken back, from the results as from the quotas. Its answers go on,
     * or are set aside, and then it is asked from the beginning.
     */
    async reopen(tx: Writer, one: CaseRow, change: CaseChange, aside: SetAside | null): Promise<CaseRow> {
      const survey = await surveys.compileOf(tx, one.waveId);
      const { was, invitationId } = await responses.reopen(tx, one, survey, aside);
      if (was?.disposition === '1.1' && !one.overQuota) {
        await quotas.giveBack(tx, one.waveId, { unitCode: one.unitCode, sex: was.sex, ageBand: was.ageBand });
      }
      const opened = await stores.cases.update(tx, one, {
        overQuota: false,
        updatedAt: clock(),
        ...change,
        invitationId,
      });
      if (!opened) throw new AppError('CASE_CHANGED', { case: one.id });
      return opened;
    },
  };
}
