import type { Mode } from '../core/indicators/types.ts';
import type { CompiledPlan } from '../core/questionnaire/gate.ts';
import type { Answer, Answers } from '../core/questionnaire/plan.ts';
import { closePartial } from '../core/sample/dispositions.ts';
import { symbolOfCode } from '../core/sample/outcomes.ts';
import type { Lang } from '../core/text.ts';
import { type Finish, finishInterview, followPlan } from '../interview/session.ts';
import type { CaseRow } from '../store/cases.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { FoundResponse, ResponseRow } from '../store/responses.ts';
import type { Deps } from './deps.ts';
import { isReversed } from './interviews.ts';
import type { CompiledSurvey } from './surveys.ts';
import { countResponse } from './tallies.ts';
import type { Tickets } from './tickets.ts';

/** A case's interview as it stands. */
export interface CaseResponse {
  readonly answers: Answers;
  /** The result it ended with; null while it goes on or has not begun. */
  readonly disposition: string | null;
  readonly isEnded: boolean;
}

/** Why a response no longer counts for anything, and who says so. */
export interface SetAside {
  readonly reason: string;
  readonly by: string;
}

export type CaseResponses = ReturnType<typeof createCaseResponses>;

/** The response's id follows from the case, on every channel: so there is one response to a case by construction. */
export const responseIdOf = ({ invitationId }: Pick<CaseRow, 'invitationId'>): string => `i${invitationId}`;

/** The one response of a case, for the desk and the keypad: read, saved and ended like the one of the web link. */
export function createCaseResponses(deps: Deps & { readonly tickets: Tickets }) {
  const { stores, clock, newId, tickets } = deps;

  function beginningOf(one: CaseRow, mode: Mode, lang: Lang): ResponseRow {
    const id = responseIdOf(one);
    return {
      id,
      waveId: one.waveId,
      unitCode: one.unitCode,
      mode,
      state: 'started',
      disposition: null,
      lang,
      reversed: isReversed(id),
      sex: 'unknown',
      ageBand: 'unknown',
      weight: 1,
      externalId: null,
      importId: null,
      invitationId: one.invitationId,
      receipt: null,
      startedAt: clock(),
      endedAt: null,
    };
  }

  /** Keeps a response apart from all counting, with what the keypad measured; gives the case's new invitation. */
  async function setAside(
    tx: Writer,
    one: CaseRow,
    { held, answers, aside }: { readonly held: FoundResponse; readonly answers: Answers; readonly aside: SetAside },
  ): Promise<string> {
    const at = clock();
    const keypad = (await stores.attempts.findSession(tx, one.id))?.session as { paradata?: unknown } | undefined;
    const excluded = { ...aside, at, caseId: one.id, paradata: keypad?.paradata ?? null };
    await stores.responses.exclude(tx, held, answers, excluded);
    await stores.attempts.dropSession(tx, one.id);
    await stores.recordings.closeReviewsOf(tx, one.id, { note: aside.reason, doneAt: at });
    const id = newId();
    // Nobody knows the new link until one is sent; the old one shows its receipt.
    await stores.invitations.follow(tx, one.invitationId, {
      id,
      tokenHash: tickets.hashToken(`${id}${newId()}`),
      createdAt: at,
    });
    return id;
  }

  return {
    /** Whether this respondent hears scales in reverse. */
    isReversed: (one: Pick<CaseRow, 'invitationId'>): boolean => isReversed(responseIdOf(one)),

    async read(db: Reader, one: Pick<CaseRow, 'invitationId'>): Promise<CaseResponse> {
      const row = await stores.responses.find(db, responseIdOf(one));
      if (!row) return { answers: {}, disposition: null, isEnded: false };
      const answers = (await stores.responses.findAnswers(db, row)) as Answers;
      return { answers, disposition: row.disposition, isEnded: row.state === 'ended' };
    },

    /** The interview as it was talked about at `at`: what was set aside since is still what was said then. */
    async readAt(db: Reader, one: Pick<CaseRow, 'id' | 'waveId' | 'invitationId'>, at: number): Promise<CaseResponse> {
      const now = await stores.responses.find(db, responseIdOf(one));
      if (now && now.startedAt <= at) return this.read(db, one);
      const set = (await stores.responses.listExcluded(db, one.waveId))
        .map((row) => ({ row, why: row.excluded as { caseId?: string; at?: number } | null }))
        .filter(({ why }) => why?.caseId === one.id && (why.at ?? 0) >= at)
        .sort((a, b) => (a.why?.at ?? 0) - (b.why?.at ?? 0))[0]?.row;
      if (!set) return this.read(db, one);
      const answers = (await stores.responses.findAnswers(db, set)) as Answers;
      return { answers, disposition: set.disposition, isEnded: true };
    },

    /** Saves answers that the gate has accepted; null takes one back. False when the response has ended. */
    async save(
      tx: Writer,
      one: CaseRow,
      by: { readonly mode: Mode; readonly lang: Lang },
      given: Readonly<Record<string, Answer | null>>,
    ): Promise<boolean> {
      if (Object.keys(given).length === 0) return true;
      return stores.responses.draft(tx, beginningOf(one, by.mode, by.lang), given);
    },

    /**
     * Ends the case's response with whatever was answered and counts it once; with `disposition` null by what the answers
     * amount to. Gives the result it has then: the earlier one when it had ended already.
     */
    async end(
      tx: Writer,
      one: CaseRow,
      survey: CompiledSurvey,
      by: { readonly mode: Mode; readonly lang: Lang; readonly disposition: string | null },
    ): Promise<{ readonly disposition: string; readonly counted: boolean } & Pick<ResponseRow, 'sex' | 'ageBand'>> {
      const begun = beginningOf(one, by.mode, by.lang);
      const held = await stores.responses.hold(tx, begun.id);
      if (held?.state === 'ended') {
        const { sex, ageBand } = held;
        return { disposition: held.disposition ?? '', counted: false, sex, ageBand };
      }
      const finish = finishInterview(survey.plan, (held?.draft ?? {}) as Answers);
      const untold = held?.receipt === null && by.disposition !== null ? untoldOf(by.disposition, finish) : null;
      const disposition = untold ?? by.disposition ?? finish.disposition;
      // Nobody was reached: the answers are those of the channel where they were given.
      const mode = held && untold !== null ? held.mode : by.mode;
      const { unitCode: unit, weight } = begun;
      const { sex, ageBand, cells } = countResponse(survey, { unit, mode, weight, disposition }, finish.answers);
      const receipt = tickets.receiptOf(begun.id);
      const ended = { mode, state: 'ended' as const, disposition, sex, ageBand, receipt, endedAt: clock() };
      const row = { ...begun, ...ended };
      const written = held
        ? await stores.responses.end(tx, row, finish.answers)
        : await stores.responses.insertEnded(tx, row, finish.answers);
      if (!written) throw new RangeError(`response ${begun.id} can neither be inserted nor ended`);
      await stores.invitations.spend(tx, one.invitationId);
      await stores.tallies.add(tx, one.waveId, cells);
      return { disposition, counted: true, sex, ageBand };
    },

    /**
     * Takes back what an ended response counted for. Its answers are a draft again and its link is good again; or they are
     * set aside with the reason, and the case gets a new invitation, so that its next response begins with nothing. Gives the
     * response as it was, null when it had not ended, and the invitation that the case has now.
     */
    async reopen(
      tx: Writer,
      one: CaseRow,
      survey: CompiledSurvey,
      aside: SetAside | null,
    ): Promise<{ readonly was: ResponseRow | null; readonly invitationId: string }> {
      const held = await stores.responses.hold(tx, responseIdOf(one));
      if (!held) return { was: null, invitationId: one.invitationId };
      const answers = (await stores.responses.findAnswers(tx, held)) as Answers;
      const was = held.state === 'ended' && held.disposition !== null ? held : null;
      if (was) {
        const { unitCode: unit, mode, weight } = held;
        const { cells } = countResponse(survey, { unit, mode, weight, disposition: was.disposition ?? '' }, answers);
        await stores.tallies.add(
          tx,
          one.waveId,
          cells.map((cell) => ({ ...cell, n: -cell.n, sumW: -cell.sumW, sumW2: -cell.sumW2 })),
        );
      }
      // Where nothing was answered there is nothing to set aside.
      if (aside !== null && Object.keys(answers).length > 0)
        return { was, invitationId: await setAside(tx, one, { held, answers, aside }) };
      if (was) {
        await stores.responses.reopen(tx, held.id, answers);
        await stores.invitations.reopen(tx, one.invitationId);
      }
      return { was, invitationId: one.invitationId };
    },
  };
}

/** What is saved of an interview, as the table of a case's states asks it. */
export function measureSaved(
  plan: CompiledPlan,
  answers: Answers,
): { readonly saved: 'complete' | 'partial' | 'none'; readonly enough: boolean } {
  const { disposition, missing } = finishInterview(plan, answers);
  if (disposition === '1.1') return { saved: 'complete', enough: true };
  const required = followPlan(plan, answers).asked.filter(({ question }) => question.required).length;
  if (Object.keys(answers).length === 0 || required === 0) return { saved: 'none', enough: false };
  return { saved: 'partial', enough: closePartial(Math.max(0, required - missing.length), required).enough };
}

/**
 * What answers amount to that no call told of, as those of a web link that was left before its end: the closing rule of all
 * channels, for a case whose own code says less. Complete is only what somebody finished. Null: the case's code stands.
 */
function untoldOf(code: string, { disposition, answers }: Finish): string | null {
  if (Object.keys(answers).length === 0) return null;
  const told = disposition === '1.1' ? '1.2' : disposition;
  const isNobody = ['UH', 'UR', 'UO', 'NC'].includes(symbolOfCode(code) ?? '');
  return isNobody || (code === '2.12' && told === '1.2') ? told : null;
}
