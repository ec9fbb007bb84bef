import { createHash } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import { acceptAnswer } from '../core/questionnaire/gate.ts';
import type { Answer, Answers, QuestionType } from '../core/questionnaire/plan.ts';
import { hideNumbers } from '../core/sample/phone-number.ts';
import { followPlan } from '../interview/session.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { ReviewRow } from '../store/recordings.ts';
import { type Actor, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { CaseResponses } from './case-responses.ts';
import type { Deps } from './deps.ts';
import type { CompiledSurvey, SurveyService } from './surveys.ts';
import { findUnit } from './units.ts';
import { findWave } from './waves.ts';

const MOST_LISTED = 200;

export type ReviewService = ReturnType<typeof createReviewService>;

/** What the second listener sees. The first answers are shown only when the own ones are in. */
export interface ReviewView extends Pick<ReviewRow, 'id' | 'unitCode' | 'reason' | 'state' | 'agreement' | 'note'> {
  readonly createdAt: number;
  readonly doneAt: number | null;
  readonly byKeypad: boolean;
  readonly recordings: readonly { readonly id: string; readonly seconds: number }[];
  readonly questions: readonly {
    readonly code: string;
    readonly type: QuestionType;
    readonly title: { readonly zh: string; readonly en: string };
    readonly choices: readonly {
      readonly code: string;
      readonly key: string | null;
      readonly title: { readonly zh: string; readonly en: string };
    }[];
    readonly first: Answer | null;
    readonly second: Answer | null;
  }[];
}

/** The re-listen queue: a second person codes the answers anew from the recording, and the agreement is kept. */
export function createReviewService(
  deps: Deps & { readonly surveys: SurveyService; readonly caseResponses: CaseResponses },
) {
  const { connection, stores, clock, newId, surveys, caseResponses } = deps;

  async function requireReview(db: Reader, actor: Actor, id: string): Promise<ReviewRow> {
    requirePermission(actor, 'recording.listen');
    const review = await stores.recordings.findReview(db, id);
    if (!review) throw new AppError('NOT_FOUND', { what: 'review', id });
    requireScope(actor, await findUnit(deps, review.unitCode, db));
    if (review.interviewerId === actor.id) throw new AppError('REVIEW_OWN');
    return review;
  }

  async function interviewOf(db: Reader, review: ReviewRow): Promise<{ survey: CompiledSurvey; answers: Answers }> {
    const one = await stores.cases.find(db, review.caseId);
    const wave = one && (await stores.waves.find(db, one.waveId));
    if (!one || !wave) throw new AppError('NOT_FOUND', { what: 'case', id: review.caseId });
    const survey = await surveys.compile(db, wave.surveyVersionId);
    return { survey, answers: (await caseResponses.readAt(db, one, review.createdAt)).answers };
  }

  async function view(db: Reader, review: ReviewRow): Promise<ReviewView> {
    const { survey, answers } = await interviewOf(db, review);
    const isDone = review.state === 'done';
    const recordings = await stores.recordings.listOfAttempt(db, review.attemptId);
    const { id, unitCode, reason, state, agreement, note, createdAt, doneAt, interviewerId, coded } = review;
    return {
      ...{ id, unitCode, reason, state, agreement, note, createdAt, doneAt, byKeypad: interviewerId === null },
      recordings: recordings.filter(({ deletedAt }) => deletedAt === null).map((one) => ({ ...one })),
      questions: followPlan(survey.plan, answers).asked.map(({ question: { code, type, title, choices } }) => ({
        code,
        type,
        title,
        choices: choices.map((choice) => ({ code: choice.code, key: choice.key, title: choice.title })),
        first: isDone ? (answers[code] ?? null) : null,
        second: isDone ? ((coded?.[code] as Answer | undefined) ?? null) : null,
      })),
    };
  }

  return {
    /**
     * Puts a call into the queue when chance or a sign says so; the chance follows from the call's id, so asking twice
     * draws once. Without a recording there is nothing to draw for, but a sign is still looked into.
     */
    async queue(
      tx: Writer,
      attempt: AttemptRow,
      why: { readonly share: number; readonly flags: readonly string[]; readonly recorded: boolean },
    ): Promise<boolean> {
      const drawn = why.recorded && shareOf(attempt.id) < why.share;
      const reason = [...(drawn ? ['random'] : []), ...why.flags];
      if (reason.length === 0) return false;
      const { id: attemptId, caseId, waveId, unitCode, interviewerId } = attempt;
      return stores.recordings.insertReview(tx, {
        ...{ id: newId(), attemptId, caseId, waveId, unitCode, interviewerId, reason, state: 'open' },
        ...{ reviewerId: null, coded: null, agreement: null, note: null, createdAt: clock(), doneAt: null },
      });
    },

    /** The queue of a wave within the actor's scope, oldest first; never the actor's own interviews. */
    async list(
      actor: Actor,
      waveCode: string,
      state: ReviewRow['state'] = 'open',
    ): Promise<Omit<ReviewView, 'recordings' | 'questions'>[]> {
      requirePermission(actor, 'recording.listen');
      const wave = await findWave(deps, waveCode);
      const rows = await stores.recordings.listReviews(connection.reader, {
        ...{ waveId: wave.id, state, unitPath: scopePath(actor), notBy: actor.id, limit: MOST_LISTED },
      });
      return rows.map(({ id, unitCode, reason, state: now, agreement, note, createdAt, doneAt, interviewerId }) => {
        const byKeypad = interviewerId === null;
        return { id, unitCode, reason, state: now, agreement, note, createdAt, doneAt, byKeypad };
      });
    },

    async get(actor: Actor, id: string): Promise<ReviewView> {
      return view(connection.reader, await requireReview(connection.reader, actor, id));
    },

    /** Takes the second person's answers, judged by the same gate, and says how many of them agree with the first. */
    async close(
      actor: Actor,
      id: string,
      { coded, note = null }: { readonly coded: Readonly<Record<string, unknown>>; readonly note?: string | null },
    ): Promise<ReviewView> {
      const done = await connection.transaction(async (tx) => {
        const review = await requireReview(tx, actor, id);
        if (review.state === 'done') throw new AppError('REVIEW_DONE');
        const { survey, answers } = await interviewOf(tx, review);
        const accepted: Record<string, Answer> = {};
        for (const [code, value] of Object.entries(coded)) {
          const question = survey.plan.find.get(code);
          if (!question) throw new AppError('ANSWER_QUESTION', { question: code.slice(0, 40) });
          accepted[code] = acceptAnswer(question, value);
        }
        const agreement = agreementOf(answers, accepted);
        const change = {
          state: 'done' as const,
          reviewerId: actor.id,
          coded: accepted,
          agreement,
          note: note && hideNumbers(note),
          doneAt: clock(),
        };
        if (!(await stores.recordings.updateReview(tx, { id, state: 'open' }, change)))
          throw new AppError('REVIEW_DONE');
        await recordAudit(deps, tx, actor, {
          ...{ action: 'review.close', objectType: 'review', objectId: id, unitCode: review.unitCode },
          details: { agreement, questions: Object.keys(accepted).length },
        });
        return { ...review, ...change };
      });
      return view(connection.reader, done);
    },
  };
}

/** The share of the second person's answers that are the first ones; null when nothing could be heard. */
export function agreementOf(first: Answers, second: Answers): number | null {
  const codes = Object.keys(second);
  if (codes.length === 0) return null;
  const same = codes.filter((code) => sameAnswer(first[code], second[code]));
  return same.length / codes.length;
}

function sameAnswer(a: Answer | undefined, b: Answer | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one) => b.includes(one));
  return a === b;
}

/** A number 0 ≤ x < 1 that is always the same for a call and evenly spread over calls. */
function shareOf(attemptId: string): number {
  return createHash('sha256').update(`review\n${attemptId}`).digest().readUInt32BE(0) / 2 ** 32;
}
