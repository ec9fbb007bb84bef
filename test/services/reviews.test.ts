import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { INTERVIEWER, MANAGER, type PhoneWorld, startPhone } from '../support/phone.ts';
import { refusalOf, staff } from '../support/world.ts';

const REVIEWER = staff('reviewer', '610902');

describe('the re-listen queue', () => {
  let world: PhoneWorld;
  beforeEach(async () => {
    world = await startPhone();
  });
  afterEach(() => world.stop());

  /** One complete interview of the desk that lies in the queue. */
  async function queueOne(): Promise<{ attemptId: string; reviewId: string }> {
    const held = await world.call(INTERVIEWER);
    await world.answerAll(INTERVIEWER, held);
    await world.desk.closeCase(INTERVIEWER, held, { disposition: '1.1' });
    const attempt = (await world.stores.attempts.listOfCase(world.connection.reader, held.case)).at(-1);
    if (!attempt) throw new Error('no call');
    await world.connection.transaction((tx) =>
      world.reviews.queue(tx, attempt, { share: 0, flags: ['fast'], recorded: true }),
    );
    const review = await world.stores.recordings.findReviewOfAttempt(world.connection.reader, attempt.id);
    return { attemptId: attempt.id, reviewId: review?.id ?? '' };
  }

  it('shows every reviewer the own area, however much waits elsewhere, and nobody the own interviews', async () => {
    await world.begin(1);
    const { attemptId } = await queueOne();
    const attempt = await world.stores.attempts.find(world.connection.reader, attemptId);
    const one = await world.stores.recordings.findReviewOfAttempt(world.connection.reader, attemptId);
    if (!one || !attempt) throw new Error('no review');
    await world.connection.transaction(async (tx) => {
      for (let i = 0; i < 250; i += 1) {
        const elsewhere = { unitCode: '610924', createdAt: one.createdAt - 1000, interviewerId: null };
        await world.stores.attempts.insert(tx, { ...attempt, id: `a${i}`, seq: i + 2 });
        await world.stores.recordings.insertReview(tx, { ...one, ...elsewhere, id: `r${i}`, attemptId: `a${i}` });
      }
    });
    expect((await world.reviews.list(REVIEWER, '2026')).map(({ id }) => id)).toEqual([one.id]);
    expect(await world.reviews.list(staff('reviewer', '610924'), '2026')).toHaveLength(200);
    const self = { ...MANAGER, id: INTERVIEWER.id, unitPath: '/6109/610902/' } as typeof MANAGER;
    expect(await world.reviews.list(self, '2026')).toEqual([]);
  });

  it('hides the first answers until the own ones are in, then says how many agree, once', async () => {
    await world.begin(1);
    const { reviewId } = await queueOne();
    const open = await world.reviews.get(REVIEWER, reviewId);
    expect(open.questions.every(({ first }) => first === null)).toBe(true);
    expect(await refusalOf(world.reviews.get(staff('reviewer', '610924'), reviewId))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(world.reviews.get(INTERVIEWER, reviewId))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(world.reviews.get({ ...MANAGER, id: INTERVIEWER.id } as typeof MANAGER, reviewId))).toBe(
      'REVIEW_OWN',
    );
    const wrong = world.reviews.close(REVIEWER, reviewId, { coded: { adult: 'no such option' } });
    expect(await refusalOf(wrong)).toBe('ANSWER_CHOICE');
    const done = await world.reviews.close(REVIEWER, reviewId, {
      coded: { adult: '1' },
      note: '回拨 13912345678 核实',
    });
    expect(done).toMatchObject({ state: 'done', agreement: 1, note: '回拨 139****5678 核实' });
    expect(await refusalOf(world.reviews.close(REVIEWER, reviewId, { coded: { adult: '1' } }))).toBe('REVIEW_DONE');
  });

  it('keeps a disagreement beside the interview, which stays as it was, and shows both answers afterwards', async () => {
    await world.begin(1);
    const { attemptId, reviewId } = await queueOne();
    const answered = (await world.reviews.get(REVIEWER, reviewId)).questions.length;
    const coded = { adult: '1', resident: '1', sex: 'female', safety: '3' };
    const done = await world.reviews.close(REVIEWER, reviewId, { coded });
    // Two of the four that could be heard are the same.
    expect(done.agreement).toBe(0.5);
    const shown = done.questions.filter(({ second }) => second !== null);
    expect(shown.map(({ code, first, second }) => [code, first, second])).toEqual([
      ['adult', '1', '1'],
      ['resident', '1', '1'],
      ['sex', 'male', 'female'],
      ['safety', '1', '3'],
    ]);
    expect(done.questions).toHaveLength(answered);
    const attempt = await world.stores.attempts.find(world.connection.reader, attemptId);
    expect(await world.caseRow(attempt?.caseId ?? '')).toMatchObject({ state: 'FINAL', disposition: '1.1' });
    const listed = await world.reviews.list(REVIEWER, '2026', 'done');
    expect(listed).toMatchObject([{ id: reviewId, agreement: 0.5, reason: ['fast'] }]);
    expect(await world.reviews.list(REVIEWER, '2026')).toEqual([]);
    const log = await world.stores.audit.list(world.connection.reader, { units: null, limit: 50 });
    expect(log.find(({ action }) => action === 'review.close')).toMatchObject({
      ...{ actorId: REVIEWER.id, details: { agreement: 0.5, questions: 4 } },
    });
    const { reviews } = await world.board.readBoard(MANAGER, '2026');
    expect(reviews).toEqual({ open: 0, done: 1 });
  });

  it('takes one coding of two that come at once, and none of what was not asked', async () => {
    await world.begin(1);
    const { reviewId } = await queueOne();
    const strange = world.reviews.close(REVIEWER, reviewId, { coded: { nonsense: '1' } });
    expect(await refusalOf(strange)).toBe('ANSWER_QUESTION');
    const both = await Promise.allSettled([
      world.reviews.close(REVIEWER, reviewId, { coded: { adult: '1' } }),
      world.reviews.close(MANAGER, reviewId, { coded: { adult: '2' } }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await refusalOf(world.reviews.get(REVIEWER, 'nothing'))).toBe('NOT_FOUND');
  });

  it('nothing could be heard of has no agreement, which is not none', async () => {
    await world.begin(1);
    const { reviewId } = await queueOne();
    expect(await world.reviews.close(REVIEWER, reviewId, { coded: {} })).toMatchObject({
      state: 'done',
      agreement: null,
    });
  });
});
