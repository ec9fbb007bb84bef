import {
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  max,
  min,
  ne,
  or,
  sql,
} from 'drizzle-orm';
import type { CaseState } from '../core/sample/case-state.ts';
import { prepareOnce, type Reader, type Writer } from './connection.ts';
import {
  changedRows,
  forUpdate,
  isBegun,
  isPresent,
  plus,
  rowCount,
  skipLocked,
  startsWith,
  startsWithGiven,
  suffixed,
} from './dialect/expressions.ts';
import { insertRows } from './many-rows.ts';
import { findAmong } from './many-values.ts';
import { updateOnce } from './one-row.ts';
import type { PhoneMode, Tables } from './tables.ts';

export type CaseRow = Tables['cases']['$inferSelect'];
export type CaseChange = Partial<Omit<CaseRow, 'id' | 'waveId' | 'version' | 'createdAt'>>;

/** What a case has that nobody raised or lowered. */
export const USUAL_PRIORITY = 50;

/** Who takes a case, and until when. */
export interface Lease {
  readonly token: string;
  readonly by: string;
  readonly until: number;
}

export function createCaseStore({ cases, units, responses, attempts, campaigns }: Tables) {
  const selectById = (db: Reader) =>
    db
      .select()
      .from(cases)
      .where(eq(cases.id, sql.placeholder('id')));
  const isOfVersion = and(
    eq(cases.id, sql.placeholder('where:id')),
    eq(cases.version, sql.placeholder('where:version')),
  );
  /** As what a case waits that is let go again. */
  const waiting = {
    appointed: isNotNull(cases.appointmentEnd),
    refused: and(isNull(cases.appointmentEnd), gt(cases.refusals, 0)),
    ready: and(isNull(cases.appointmentEnd), eq(cases.refusals, 0)),
  };
  const isAsSeen = and(isOfVersion, eq(cases.state, sql.placeholder('where:state')));
  return {
    insertMany: (tx: Writer, rows: readonly CaseRow[]): Promise<void> =>
      insertRows(tx, 'case.insert', rows, (d, values) => d.insert(cases).values(values)),

    find: async (db: Reader, id: string): Promise<CaseRow | null> =>
      (await prepareOnce(db, 'case.find', (d) => selectById(d).prepare('case_find')).execute({ id }))[0] ?? null,

    findMany: async (db: Reader, ids: readonly string[]): Promise<CaseRow[]> =>
      ids.length === 0
        ? []
        : db
            .select()
            .from(cases)
            .where(inArray(cases.id, [...ids]))
            .orderBy(asc(cases.id)),

    findByInvitation: async (db: Reader, invitationId: string): Promise<CaseRow | null> =>
      (await db.select().from(cases).where(eq(cases.invitationId, invitationId)))[0] ?? null,

    /** Which of these access codes the wave has given already. */
    findAccessCodes: async (db: Reader, waveId: string, among: readonly string[]): Promise<Set<string>> => {
      const rows = await findAmong(
        db,
        'case_codes',
        among,
        (d, values) =>
          d
            .select({ code: cases.accessCode })
            .from(cases)
            // As a text put together the wave is a condition only: else all its cases would be walked by.
            .where(and(eq(suffixed(cases.waveId, ''), sql.placeholder('waveId')), inArray(cases.accessCode, values))),
        { waveId },
      );
      return new Set(rows.flatMap(({ code }) => code ?? []));
    },

    /** Cases whose access code has this hash: one at most in each wave. */
    findByAccessCode: async (db: Reader, accessCode: string): Promise<CaseRow[]> =>
      db.select().from(cases).where(eq(cases.accessCode, accessCode)),

    /** The case, held against others until the transaction ends. */
    hold: async (tx: Writer, id: string): Promise<CaseRow | null> =>
      (await prepareOnce(tx, 'case.hold', (d) => forUpdate(selectById(d)).prepare('case_hold')).execute({ id }))[0] ??
      null,

    /**
     * Takes a case as it was seen: of all who try, one succeeds. A case that another transaction is just taking is not
     * waited for. Gives the case as it now stands, or null.
     */
    claim: async (
      tx: Writer,
      seen: Pick<CaseRow, 'id' | 'version' | 'state'>,
      lease: Lease,
      { state, at }: { readonly state: CaseState; readonly at: number },
    ): Promise<CaseRow | null> => {
      const free = prepareOnce(tx, 'case.free', (d) =>
        skipLocked(d.select({ id: cases.id }).from(cases).where(isAsSeen)).prepare('case_free'),
      );
      const { id, version } = seen;
      if ((await free.execute({ 'where:id': id, 'where:version': version, 'where:state': seen.state })).length === 0)
        return null;
      const { token: leaseToken, by: leaseBy, until: leaseUntil } = lease;
      const change = { state, leaseToken, leaseBy, leaseUntil, version: version + 1, updatedAt: at };
      const where = { id, version, state: seen.state };
      const taken = await updateOnce(tx, 'case.claim', { table: cases, change, where }, (d, set) =>
        d.update(cases).set(set).where(isAsSeen).returning(),
      );
      return taken[0] ?? null;
    },

    /**
     * Changes a case as it was seen; null when it changed meanwhile, then nothing was written. Only what differs is
     * written: of a column that is named, changed or not, every index is written anew.
     */
    update: async (
      tx: Writer,
      seen: Pick<CaseRow, 'id' | 'version'> & CaseChange,
      change: CaseChange,
    ): Promise<CaseRow | null> => {
      const { id, version } = seen;
      const differing: CaseChange = Object.fromEntries(
        Object.entries(change).filter(([key, value]) => !isSame(value, seen[key as keyof CaseChange])),
      );
      const written = { table: cases, change: { ...differing, version: version + 1 }, where: { id, version } };
      const rows = await updateOnce(tx, 'case.update', written, (d, set) =>
        d.update(cases).set(set).where(isOfVersion).returning(),
      );
      return rows[0] ?? null;
    },

    /** What somebody holds a lease of. */
    listLeasedBy: async (db: Reader, leaseBy: string): Promise<CaseRow[]> =>
      prepareOnce(db, 'case.leased', (d) =>
        d
          .select()
          .from(cases)
          .where(eq(cases.leaseBy, sql.placeholder('leaseBy')))
          .orderBy(asc(cases.leaseUntil))
          .prepare('case_leased'),
      ).execute({ leaseBy }),

    /** All leases there are: few, and they have an index. */
    listLeased: async (db: Reader): Promise<Pick<CaseRow, 'id' | 'waveId' | 'unitCode' | 'leaseUntil'>[]> =>
      prepareOnce(db, 'case.leases', (d) =>
        d
          .select({ id: cases.id, waveId: cases.waveId, unitCode: cases.unitCode, leaseUntil: cases.leaseUntil })
          .from(cases)
          .where(isPresent(cases.leaseBy))
          .orderBy(asc(cases.leaseUntil))
          .prepare('case_leases'),
      ).execute(),

    /**
     * Cases of one state and mode that are due, as far as they may come first: those begun by the moment they are due,
     * fresh ones in the random order. With `within` only those of a part of the tree, with `by` only those that are
     * given to this person or nobody.
     */
    listDue: async (
      db: Reader,
      of: {
        readonly waveId: string;
        readonly mode: PhoneMode;
        readonly state: CaseState;
        readonly now: number;
        readonly part: 'all' | 'raised' | 'begun' | 'fresh';
        readonly within?: string | null;
        readonly by?: string | null;
        readonly limit: number;
      },
    ): Promise<CaseRow[]> => {
      const { part, within = null, by = null } = of;
      const parts = {
        all: undefined,
        raised: gt(cases.priority, USUAL_PRIORITY),
        begun: isBegun(),
        fresh: and(eq(cases.attempts, 0), eq(cases.priority, USUAL_PRIORITY)),
      };
      const name = `case_due_${part}_${within === null ? 'all' : 'within'}_${by === null ? 'any' : 'by'}`;
      const now = sql.placeholder('now');
      return prepareOnce(db, name, (d) =>
        d
          .select()
          .from(cases)
          .where(
            and(
              eq(cases.waveId, sql.placeholder('waveId')),
              eq(cases.mode, sql.placeholder('mode')),
              eq(cases.state, sql.placeholder('state')),
              parts[part],
              // As a sum the moment is a condition only: else it would be walked by, past all fresh cases each time.
              part === 'all' || part === 'begun' ? lte(cases.dueAt, now) : lte(plus(cases.dueAt, 0), now),
              within === null
                ? undefined
                : inArray(
                    cases.unitCode,
                    d
                      .select({ code: units.code })
                      .from(units)
                      .where(startsWithGiven(units.path, sql.placeholder('within'))),
                  ),
              by === null ? undefined : or(isNull(cases.assignedTo), eq(cases.assignedTo, sql.placeholder('by'))),
            ),
          )
          .orderBy(part === 'fresh' ? asc(cases.seq) : part === 'raised' ? asc(plus(cases.dueAt, 0)) : asc(cases.dueAt))
          .limit(sql.placeholder('limit'))
          .prepare(name),
      ).execute({ ...of });
    },

    /** The cases of the wave that somebody works at. There are few of them in all waves together, and they have an index. */
    listBusy: async (db: Reader, waveId: string): Promise<Pick<CaseRow, 'unitCode' | 'sex' | 'ageBand'>[]> =>
      prepareOnce(db, 'case.busy', (d) =>
        d
          .select({ unitCode: cases.unitCode, sex: cases.sex, ageBand: cases.ageBand })
          .from(cases)
          // As a text put together the wave is a condition only: the index is that of the leases.
          .where(and(isPresent(cases.leaseBy), eq(suffixed(cases.waveId, ''), sql.placeholder('waveId'))))
          .prepare('case_busy'),
      ).execute({ waveId }),

    /** Appointments of these hours, for the desk's list of call-backs. */
    listAppointments: async (
      db: Reader,
      of: {
        readonly waveId: string;
        readonly state: CaseState;
        readonly appointmentFor: string | null;
        readonly from: number;
        readonly to: number;
        readonly limit: number;
      },
    ): Promise<CaseRow[]> =>
      prepareOnce(db, `case.appointments.${of.appointmentFor === null ? 'all' : 'own'}`, (d) =>
        d
          .select()
          .from(cases)
          .where(
            and(
              eq(cases.waveId, sql.placeholder('waveId')),
              eq(cases.state, sql.placeholder('state')),
              of.appointmentFor === null ? undefined : eq(cases.appointmentFor, sql.placeholder('appointmentFor')),
              gte(cases.appointmentEnd, sql.placeholder('from')),
              lte(cases.appointmentStart, sql.placeholder('to')),
            ),
          )
          .orderBy(asc(cases.appointmentStart))
          .limit(sql.placeholder('limit'))
          .prepare(`case_appointments_${of.appointmentFor === null ? 'all' : 'own'}`),
      ).execute(of),

    /** Appointments of running campaigns whose window has gone by. */
    listMissed: async (db: Reader, state: CaseState, now: number, limit: number): Promise<{ readonly id: string }[]> =>
      prepareOnce(db, 'case.missed', (d) =>
        d
          .select({ id: cases.id })
          .from(campaigns)
          .innerJoin(cases, eq(cases.waveId, campaigns.waveId))
          .where(
            and(
              eq(campaigns.state, 'running'),
              eq(cases.state, sql.placeholder('state')),
              lte(cases.appointmentEnd, sql.placeholder('now')),
            ),
          )
          .orderBy(asc(cases.appointmentEnd))
          .limit(sql.placeholder('limit'))
          .prepare('case_missed'),
      ).execute({ state, now, limit }),

    /** When the first case of this mode and these states is due that is due after a moment; null when there is none. */
    findNextDue: async (
      db: Reader,
      waveId: string,
      mode: PhoneMode,
      states: readonly CaseState[],
      after: number,
    ): Promise<number | null> =>
      (
        await prepareOnce(db, `case.next.${states}`, (d) =>
          d
            .select({ dueAt: min(cases.dueAt) })
            .from(cases)
            .where(
              and(
                eq(cases.waveId, sql.placeholder('waveId')),
                eq(cases.mode, sql.placeholder('mode')),
                inArray(cases.state, [...states]),
                gt(cases.dueAt, sql.placeholder('after')),
              ),
            )
            .prepare(`case_next_${states.join('_')}`),
        ).execute({ waveId, mode, after })
      )[0]?.dueAt ?? null,

    /**
     * Counts for the board: one row for each combination of town, mode, state, result and the interviewer who called the
     * case last (null when nobody did).
     */
    countStates: async (db: Reader, waveId: string) => {
      const latest = db
        .select({ caseId: attempts.caseId, seq: max(attempts.seq).as('latest_seq') })
        .from(attempts)
        .where(and(eq(attempts.waveId, waveId), isNotNull(attempts.interviewerId)))
        .groupBy(attempts.caseId)
        .as('latest');
      return db
        .select({
          unitCode: cases.unitCode,
          mode: cases.mode,
          interviewerId: attempts.interviewerId,
          state: cases.state,
          disposition: cases.disposition,
          n: rowCount(),
        })
        .from(cases)
        .leftJoin(latest, eq(latest.caseId, cases.id))
        .leftJoin(attempts, and(eq(attempts.caseId, cases.id), eq(attempts.seq, latest.seq)))
        .where(eq(cases.waveId, waveId))
        .groupBy(cases.unitCode, cases.mode, attempts.interviewerId, cases.state, cases.disposition);
    },

    /** Open cases by town, sex and age band, as far as they are known: what quota cells can still draw on. */
    countOpen: async (db: Reader, waveId: string, states: readonly CaseState[]) =>
      db
        .select({ unitCode: cases.unitCode, sex: cases.sex, ageBand: cases.ageBand, n: rowCount() })
        .from(cases)
        .where(and(eq(cases.waveId, waveId), inArray(cases.state, [...states])))
        .groupBy(cases.unitCode, cases.sex, cases.ageBand),

    /** The kinds of people the open cases are: what quotas are compared with. */
    listKinds: async (db: Reader, waveId: string, unitCode: string | null, states: readonly CaseState[]) =>
      db
        .selectDistinct({ unitCode: cases.unitCode, sex: cases.sex, ageBand: cases.ageBand })
        .from(cases)
        .where(
          and(
            eq(cases.waveId, waveId),
            unitCode === null ? undefined : eq(cases.unitCode, unitCode),
            inArray(cases.state, [...states]),
          ),
        ),

    /** Moves all cases of one kind from these states to another, but those that somebody holds. Says how many. */
    moveKind: async (
      tx: Writer,
      kind: Pick<CaseRow, 'waveId' | 'unitCode' | 'sex' | 'ageBand'>,
      from: {
        readonly states: readonly CaseState[];
        readonly holdReason?: string;
        readonly waits?: 'appointed' | 'refused' | 'ready';
      },
      change: CaseChange,
    ): Promise<number> =>
      changedRows(
        await tx
          .update(cases)
          .set({ ...change, version: plus(cases.version, 1) })
          .where(
            and(
              eq(cases.waveId, kind.waveId),
              eq(cases.unitCode, kind.unitCode),
              eq(cases.sex, kind.sex),
              eq(cases.ageBand, kind.ageBand),
              inArray(cases.state, [...from.states]),
              isNull(cases.leaseBy),
              from.holdReason === undefined ? undefined : eq(cases.holdReason, from.holdReason),
              from.waits === undefined ? undefined : waiting[from.waits],
            ),
          ),
      ),

    /** Completes of the wave's cases by town, sex and age band as answered: what quota cells begin with. */
    countCompletes: async (db: Reader, waveId: string) =>
      db
        .select({ unitCode: cases.unitCode, sex: responses.sex, ageBand: responses.ageBand, n: rowCount() })
        .from(cases)
        .innerJoin(responses, eq(responses.invitationId, cases.invitationId))
        .where(
          and(
            eq(cases.waveId, waveId),
            eq(cases.overQuota, false),
            eq(responses.state, 'ended'),
            eq(responses.disposition, '1.1'),
          ),
        )
        .groupBy(cases.unitCode, responses.sex, responses.ageBand),

    count: async (db: Reader, waveId: string): Promise<number> =>
      (await db.select({ n: count() }).from(cases).where(eq(cases.waveId, waveId)))[0]?.n ?? 0,

    /** The towns that have cases. */
    listTowns: async (db: Reader, waveId: string): Promise<string[]> =>
      (
        await db
          .selectDistinct({ unitCode: cases.unitCode })
          .from(cases)
          .where(eq(cases.waveId, waveId))
          .orderBy(asc(cases.unitCode))
      ).map(({ unitCode }) => unitCode),

    /** The highest place in the calling order; −1 when the wave has no case. */
    maxSeq: async (db: Reader, waveId: string): Promise<number> =>
      (
        await db
          .select({ seq: max(cases.seq) })
          .from(cases)
          .where(eq(cases.waveId, waveId))
      )[0]?.seq ?? -1,

    /** Open cases that belong to quota cells: by town, and when given by sex and age band. */
    listOpenOf: async (
      db: Reader,
      of: {
        readonly waveId: string;
        readonly final: CaseState;
        readonly unitCode?: string | null;
        readonly sex?: CaseRow['sex'] | null;
        readonly ageBand?: string | null;
        readonly after?: string;
        readonly limit: number;
      },
    ): Promise<CaseRow[]> =>
      db
        .select()
        .from(cases)
        .where(
          and(
            eq(cases.waveId, of.waveId),
            ne(cases.state, of.final),
            of.unitCode ? eq(cases.unitCode, of.unitCode) : undefined,
            of.sex ? eq(cases.sex, of.sex) : undefined,
            of.ageBand ? eq(cases.ageBand, of.ageBand) : undefined,
            gt(cases.id, of.after ?? ''),
          ),
        )
        .orderBy(asc(cases.id))
        .limit(of.limit),

    /** A page of cases for the manager, newest change first. */
    listPage: async (
      db: Reader,
      of: {
        readonly waveId: string;
        readonly unitPath: string | null;
        readonly state?: CaseState | undefined;
        readonly interviewer?: string | undefined;
        readonly before?: Pick<CaseRow, 'id' | 'updatedAt'> | null | undefined;
        readonly limit: number;
      },
    ): Promise<CaseRow[]> =>
      (
        await db
          .select({ row: cases })
          .from(cases)
          .innerJoin(units, eq(units.code, cases.unitCode))
          .where(
            and(
              eq(cases.waveId, of.waveId),
              of.unitPath === null ? undefined : startsWith(units.path, of.unitPath),
              of.state === undefined ? undefined : eq(cases.state, of.state),
              of.interviewer === undefined
                ? undefined
                : or(
                    eq(cases.leaseBy, of.interviewer),
                    eq(cases.assignedTo, of.interviewer),
                    eq(cases.appointmentFor, of.interviewer),
                  ),
              of.before
                ? or(
                    lt(cases.updatedAt, of.before.updatedAt),
                    and(eq(cases.updatedAt, of.before.updatedAt), lt(cases.id, of.before.id)),
                  )
                : undefined,
            ),
          )
          .orderBy(desc(cases.updatedAt), desc(cases.id))
          .limit(of.limit)
      ).map(({ row }) => row),

    /** What was given to somebody by name, in all waves: found by an index of its own. */
    listAssigned: async (db: Reader, to: string): Promise<CaseRow[]> =>
      prepareOnce(db, 'case.assigned', (d) =>
        d
          .select()
          .from(cases)
          .where(eq(cases.assignedTo, sql.placeholder('to')))
          .orderBy(asc(cases.id))
          .prepare('case_assigned'),
      ).execute({ to }),
  };
}

const isSame = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'object' && a !== null && JSON.stringify(a) === JSON.stringify(b));
