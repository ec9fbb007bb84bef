import { and, asc, eq, gt, gte, inArray, isNotNull, lte, max, sql } from 'drizzle-orm';
import { prepareOnce, type Reader, type Writer } from './connection.ts';
import { changedRows, forUpdate, isStaged, mergeJson } from './dialect/expressions.ts';
import { insertRows } from './many-rows.ts';
import type { Tables } from './tables.ts';

/** A response as it is written: its answers go their own way, into the draft or into rows. */
export type ResponseRow = Omit<FoundResponse, 'draft' | 'excluded'>;
/** A response as it is read, with the answers so far while it goes on. */
export type FoundResponse = Tables['responses']['$inferSelect'];
/** What was answered: question code → value as the gate accepted it. */
export type StoredAnswers = Record<string, unknown>;

/** Rows of one multi-row statement; SQLite allows 32,766 parameters. */
const CHUNK = 400;

export function createResponseStore({ responses, answers }: Tables) {
  const byId = (db: Reader) =>
    prepareOnce(db, 'response.find', (d) =>
      d
        .select()
        .from(responses)
        .where(eq(responses.id, sql.placeholder('id')))
        .prepare('response_find'),
    );
  const answersOf = (db: Reader) =>
    prepareOnce(db, 'answers.find', (d) =>
      d
        .select({ question: answers.question, value: answers.value })
        .from(answers)
        .where(eq(answers.responseId, sql.placeholder('id')))
        .prepare('answers_find'),
    );

  const mergedDraft = mergeJson(responses.draft, sql.placeholder('given'));
  const isGoingOn = and(eq(responses.id, sql.placeholder('id')), eq(responses.state, 'started'));
  const insertAnswers = (tx: Writer, responseId: string, given: StoredAnswers): Promise<void> =>
    insertRows(
      tx,
      'answer.insert',
      Object.entries(given).map(([question, value]) => ({ responseId, question, value })),
      (d, values) => d.insert(answers).values(values),
    );

  return {
    find: async (db: Reader, id: string): Promise<FoundResponse | null> => (await byId(db).execute({ id }))[0] ?? null,

    /** The answers of a response, whether it goes on or has ended. */
    findAnswers: async (db: Reader, { id, state, draft }: FoundResponse): Promise<StoredAnswers> =>
      state === 'started' ? (draft ?? {}) : toAnswers(await answersOf(db).execute({ id })),

    findByInvitation: async (db: Reader, invitationId: string): Promise<FoundResponse | null> =>
      (await db.select().from(responses).where(eq(responses.invitationId, invitationId)))[0] ?? null,

    /**
     * The response, held against others until the transaction ends: an answer never lands in a response that another
     * request is just ending.
     */
    hold: async (tx: Writer, id: string): Promise<FoundResponse | null> =>
      (
        await prepareOnce(tx, 'response.hold', (d) =>
          forUpdate(
            d
              .select()
              .from(responses)
              .where(eq(responses.id, sql.placeholder('id'))),
          ).prepare('response_hold'),
        ).execute({ id })
      )[0] ?? null,

    /**
     * Lays answers over the draft of a response that goes on; null takes one back, and sending one twice changes nothing.
     * The first ones begin it, so looking at a page writes nothing. False when it has ended: then nothing was written.
     */
    draft: async (tx: Writer, row: ResponseRow, given: StoredAnswers): Promise<boolean> => {
      const changes = { id: row.id, given: JSON.stringify(given) };
      const drafted = await prepareOnce(tx, 'response.draft', (d) =>
        d.update(responses).set({ draft: mergedDraft }).where(isGoingOn).prepare('response_draft'),
      ).execute(changes);
      if (changedRows(drafted) === 1) return true;
      const draft = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
      const begun = await prepareOnce(tx, 'response.begin', (d) =>
        d
          .insert(responses)
          .values(placeholdersFor({ ...row, draft }))
          // Another request may have begun it since the look above.
          .onConflictDoUpdate({
            target: responses.id,
            set: { draft: mergedDraft },
            setWhere: eq(responses.state, 'started'),
          })
          .prepare('response_begin'),
      ).execute({ ...row, ...changes, draft });
      return changedRows(begun) === 1;
    },

    /** Inserts a response that ends as it comes; false when it is there already, perhaps by another request this moment. */
    insertEnded: async (tx: Writer, row: ResponseRow, given: StoredAnswers): Promise<boolean> => {
      const inserted = await prepareOnce(tx, 'response.insert', (d) =>
        d.insert(responses).values(placeholdersFor(row)).onConflictDoNothing().prepare('response_insert'),
      ).execute(row);
      if (changedRows(inserted) === 0) return false;
      await insertAnswers(tx, row.id, given);
      return true;
    },

    /**
     * Ends a response that goes on, with the answers that count, on the channel where it ended; false when another request
     * ended it first.
     */
    end: async (
      tx: Writer,
      ended: Pick<ResponseRow, 'id' | 'mode' | 'disposition' | 'sex' | 'ageBand' | 'receipt' | 'endedAt'>,
      given: StoredAnswers,
    ): Promise<boolean> => {
      const changed = await prepareOnce(tx, 'response.end', (d) =>
        d
          .update(responses)
          .set({
            state: 'ended',
            draft: null,
            mode: sql`${sql.placeholder('mode')}`,
            disposition: sql`${sql.placeholder('disposition')}`,
            sex: sql`${sql.placeholder('sex')}`,
            ageBand: sql`${sql.placeholder('ageBand')}`,
            receipt: sql`${sql.placeholder('receipt')}`,
            endedAt: sql`${sql.placeholder('endedAt')}`,
          })
          .where(isGoingOn)
          .prepare('response_end'),
      ).execute(ended);
      if (changedRows(changed) === 0) return false;
      await insertAnswers(tx, ended.id, given);
      return true;
    },

    /** Lets an ended response go on with these answers; false when it has not ended. */
    reopen: async (tx: Writer, id: string, draft: StoredAnswers): Promise<boolean> => {
      const changed = await tx
        .update(responses)
        .set({ state: 'started', draft, disposition: null, sex: 'unknown', ageBand: 'unknown', endedAt: null })
        .where(and(eq(responses.id, id), eq(responses.state, 'ended')))
        .returning({ id: responses.id });
      if (changed.length === 1) await tx.delete(answers).where(eq(answers.responseId, id));
      return changed.length === 1;
    },

    /** Sets a response aside with its answers: it counts for nothing and is kept with the reason. */
    exclude: async (
      tx: Writer,
      { id, state }: Pick<FoundResponse, 'id' | 'state'>,
      given: StoredAnswers,
      excluded: Record<string, unknown>,
    ): Promise<void> => {
      if (state === 'started') await insertAnswers(tx, id, given);
      await tx.update(responses).set({ state: 'excluded', draft: null, excluded }).where(eq(responses.id, id));
    },

    /** What was set aside in a wave: little, and looked for seldom. */
    listExcluded: async (db: Reader, waveId: string): Promise<FoundResponse[]> =>
      db
        .select()
        .from(responses)
        .where(and(eq(responses.waveId, waveId), eq(responses.state, 'excluded'))),

    /** Many finished responses with their answers, as an import brings them. */
    insertMany: async (
      tx: Writer,
      batch: ReadonlyArray<{ readonly response: ResponseRow; readonly answers: StoredAnswers }>,
    ): Promise<void> => {
      await insertRows(
        tx,
        'response.insert',
        batch.map(({ response }) => response),
        (d, values) => d.insert(responses).values(values),
      );
      await insertRows(
        tx,
        'answer.insert',
        batch.flatMap(({ response, answers: given }) =>
          Object.entries(given).map(([question, value]) => ({ responseId: response.id, question, value })),
        ),
        (d, values) => d.insert(answers).values(values),
      );
    },

    /** Makes the staged responses of an import count: they ended when they took place. Says how many there were. */
    takeOverStaged: async (tx: Writer, importId: string): Promise<number> =>
      changedRows(
        await tx
          .update(responses)
          .set({ state: 'ended', endedAt: responses.startedAt })
          .where(and(isStaged(), eq(responses.importId, importId))),
      ),

    /** Removes the staged responses of an import with their answers. */
    dropStaged: async (tx: Writer, importId: string): Promise<void> => {
      const staged = and(isStaged(), eq(responses.importId, importId));
      const ids = tx.select({ id: responses.id }).from(responses).where(staged);
      await tx.delete(answers).where(inArray(answers.responseId, ids));
      await tx.delete(responses).where(staged);
    },

    /** The imports that have staged responses, each with the moment of its newest. */
    listStaged: async (db: Reader): Promise<{ importId: string; waveId: string; stagedAt: number }[]> =>
      (
        await db
          .select({ importId: responses.importId, waveId: responses.waveId, stagedAt: max(responses.endedAt) })
          .from(responses)
          .where(and(isStaged(), isNotNull(responses.importId)))
          .groupBy(responses.importId, responses.waveId)
      ).map(({ importId, waveId, stagedAt }) => ({ importId: importId ?? '', waveId, stagedAt: stagedAt ?? 0 })),

    /** Which of these interview ids the wave holds already, with the response that holds each. */
    findExternal: async (
      db: Reader,
      waveId: string,
      externalIds: readonly string[],
    ): Promise<Map<string, ResponseRow>> => {
      const found = new Map<string, ResponseRow>();
      for (let i = 0; i < externalIds.length; i += CHUNK) {
        const rows = await db
          .select()
          .from(responses)
          .where(and(eq(responses.waveId, waveId), inArray(responses.externalId, externalIds.slice(i, i + CHUNK))));
        for (const row of rows) if (row.externalId !== null) found.set(row.externalId, row);
      }
      return found;
    },

    findAnswersOfMany: async (db: Reader, ids: readonly string[]): Promise<Map<string, StoredAnswers>> => {
      const found = new Map<string, StoredAnswers>(ids.map((id) => [id, {}]));
      for (let i = 0; i < ids.length; i += CHUNK) {
        const rows = await db
          .select()
          .from(answers)
          .where(inArray(answers.responseId, ids.slice(i, i + CHUNK)));
        for (const row of rows) {
          const one = found.get(row.responseId);
          if (one) one[row.question] = row.value;
        }
      }
      return found;
    },

    /** Walks all responses of a wave in id order, a page at a time, with their answers. */
    async *walk(
      db: Reader,
      waveId: string,
      pageSize = 2000,
    ): AsyncGenerator<Array<{ response: FoundResponse; answers: StoredAnswers }>> {
      for (let after = ''; ; ) {
        const page = await db
          .select()
          .from(responses)
          .where(and(eq(responses.waveId, waveId), gt(responses.id, after)))
          .orderBy(asc(responses.id))
          .limit(pageSize);
        const first = page[0];
        const last = page.at(-1);
        if (!first || !last) return;
        const rows = await db
          .select()
          .from(answers)
          .where(and(gte(answers.responseId, first.id), lte(answers.responseId, last.id)))
          .orderBy(asc(answers.responseId));
        const byResponse = new Map<string, StoredAnswers>(page.map((row) => [row.id, {}]));
        for (const row of rows) {
          const one = byResponse.get(row.responseId);
          if (one) one[row.question] = row.value;
        }
        yield page.map((response) => ({ response, answers: response.draft ?? byResponse.get(response.id) ?? {} }));
        after = last.id;
      }
    },
  };
}

/** A row of placeholders, one for each column of this one. */
function placeholdersFor<Row extends object>(row: Row): Row {
  return Object.fromEntries(Object.keys(row).map((key) => [key, sql.placeholder(key)])) as Row;
}

function toAnswers(rows: ReadonlyArray<{ readonly question: string; readonly value: unknown }>): StoredAnswers {
  return Object.fromEntries(rows.map((row) => [row.question, row.value]));
}
