import { AppError } from '../core/errors.ts';
import { isLeaseOver } from '../core/sample/calling-rules.ts';
import type { CaseEvent, CaseRefusal, CaseState } from '../core/sample/case-state.ts';
import { type Callable, type Claimant, sortCases, whyNotCallable } from '../core/sample/eligibility.ts';
import { admit, mayBeWanted } from '../core/sample/quota.ts';
import { finishInterview } from '../interview/session.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { CampaignRow } from '../store/campaigns.ts';
import type { CaseRow } from '../store/cases.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { QuotaCellRow } from '../store/quotas.ts';
import type { PhoneMode } from '../store/tables.ts';
import type { WaveRow } from '../store/waves.ts';
import { type Actor, requireOverlap, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { CaseMoves } from './case-moves.ts';
import { type CaseResponses, measureSaved } from './case-responses.ts';
import type { Deps } from './deps.ts';
import type { NumberService } from './numbers.ts';
import { isCallable, requireReason } from './suppressions.ts';
import type { SurveyService } from './surveys.ts';
import { findUnit } from './units.ts';
import { findWave } from './waves.ts';

/** A case as a manager's list shows it. */
export interface CaseView {
  readonly id: string;
  readonly unit: { readonly code: string; readonly name: string };
  readonly mode: PhoneMode;
  readonly state: CaseState;
  readonly disposition: string | null;
  readonly attempts: number;
  readonly refusals: number;
  readonly numbers: readonly string[];
  readonly leaseBy: string | null;
  readonly leaseUntil: number | null;
  readonly assignedTo: string | null;
  readonly appointmentStart: number | null;
  readonly appointmentEnd: number | null;
  readonly holdReason: string | null;
  readonly overQuota: boolean;
  readonly dueAt: number;
  readonly lastAttemptAt: number | null;
  readonly updatedAt: number;
}

/**
 * How many cases of each kind are looked at for one claim: enough that the best of all is among them, and more when
 * those that come first may not be called.
 */
const WINDOWS: readonly number[] = [100, 500, 2500];
const PAGE = 50;
const BATCH = 200;
/** Endings of one transaction: few enough that nobody who writes meanwhile waits long. */
const CLOSED_AT_ONCE = 25;

/** What happens to the answers of a case that is opened again. */
export type KeptAnswers = 'keep' | 'set-aside';

export type CaseService = ReturnType<typeof createCaseService>;

/** Who calls which case next, and what a manager does to cases. */
export function createCaseService(
  deps: Deps & {
    readonly moves: CaseMoves;
    readonly numbers: NumberService;
    readonly surveys: SurveyService;
    readonly responses: CaseResponses;
  },
) {
  const { connection, stores, clock, newId, moves, numbers, surveys, responses } = deps;

  /** Cases as eligibility looks at them, as if each had a number. */
  async function toCallable(
    db: Reader,
    cells: readonly QuotaCellRow[],
    rows: readonly CaseRow[],
  ): Promise<Array<CaseRow & Callable>> {
    const paths = new Map<string, string>();
    for (const row of rows)
      if (!paths.has(row.unitCode)) paths.set(row.unitCode, (await moves.placeOf(db, row)).unitPath);
    return rows.map((row) => ({
      ...row,
      unitPath: paths.get(row.unitCode) ?? '',
      isWanted: mayBeWanted(cells, row),
      hasNumber: true,
    }));
  }

  /** Those that may be called next, best first: appointments, what was given by name, raised, begun, then fresh ones. */
  async function listEligible(
    db: Reader,
    campaign: CampaignRow,
    claimant: Claimant,
    mode: PhoneMode,
    {
      cells,
      wanted,
      scope,
    }: { readonly cells: readonly QuotaCellRow[]; readonly wanted: number; readonly scope: string | null },
  ): Promise<Array<CaseRow & Callable>> {
    const { waveId, rules } = campaign;
    const now = clock();
    const seen = new Set<string>();
    const eligible: Array<CaseRow & Callable> = [];
    const add = async (rows: readonly CaseRow[]) => {
      const fresh = rows.filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) seen.add(id);
      for (const row of await toCallable(db, cells, fresh)) {
        const isWithin = scope === null || row.unitPath.startsWith(scope);
        if (isWithin && whyNotCallable(row, claimant, rules, now) === null) eligible.push(row);
      }
    };
    const look = async (state: CaseState, part: 'all' | 'raised' | 'begun' | 'fresh') => {
      for (const limit of WINDOWS) {
        const of = { waveId, mode, state, now, part, within: scope, by: claimant.id, limit };
        const rows = await stores.cases.listDue(db, of);
        await add(rows);
        if (rows.length < limit || eligible.length >= wanted) return;
      }
    };
    await look('APPOINTMENT', 'all');
    await look('REFUSAL_CONV', 'all');
    if (claimant.kind === 'interviewer') {
      const given = await stores.cases.listAssigned(db, claimant.id);
      await add(given.filter((row) => row.waveId === waveId && row.mode === mode));
    }
    for (const part of ['raised', 'begun', 'fresh'] as const) await look('READY', part);
    return sortCases(eligible, { rules, claimant, now });
  }

  /**
   * Takes up to `limit` cases for a claimant, in the caller's transaction. Of several who claim at once each case goes to
   * one. Cases that would overshoot a quota with all calls under way are left.
   */
  async function claimNext(
    tx: Writer,
    campaign: CampaignRow,
    claimant: Claimant,
    limit: number,
    scope: string | null = null,
  ): Promise<CaseRow[]> {
    if (limit < 1) return [];
    const mode: PhoneMode = claimant.kind === 'dialer' ? 'keypad' : 'phone';
    // Held first: two who claim at the same moment neither count on the same place nor look at the same case.
    const cells = await stores.quotas.hold(tx, campaign.waveId);
    const claimed: CaseRow[] = [];
    const at = clock();
    // Few cases have no number that may be called: it is asked for when one is to be taken.
    const numberless = new Set<string>();
    for (;;) {
      const before = numberless.size;
      const of = { cells, wanted: (limit + before) * 2, scope };
      const eligible = (await listEligible(tx, campaign, claimant, mode, of)).filter(({ id }) => !numberless.has(id));
      if (eligible.length === 0) return claimed;
      const underWay = await stores.cases.listBusy(tx, campaign.waveId);
      // Interviewers are no lines of the carrier's; they reserve all the same.
      const lines = Math.max(campaign.lines, underWay.length + limit);
      for (const seen of admit(cells, { underWay, waiting: eligible, lines })) {
        if (claimed.length >= limit) break;
        if (!(await stores.numbers.listOfCase(tx, seen.id)).some(isCallable)) {
          numberless.add(seen.id);
          continue;
        }
        const lease = { token: newId(), by: claimant.id, until: at + campaign.rules.leaseMinutes * 60_000 };
        const row = await stores.cases.claim(tx, seen, lease, { state: 'LEASED', at });
        if (row) claimed.push(row);
      }
      // Those without a number stood in others' places.
      if (claimed.length >= limit || numberless.size === before) return claimed;
    }
  }

  async function requireCase(tx: Writer, actor: Actor, id: string): Promise<CaseRow> {
    requirePermission(actor, 'fieldwork.manage');
    const one = await stores.cases.hold(tx, id);
    if (!one) throw new AppError('NOT_FOUND', { what: 'case', id });
    requireScope(actor, await findUnit(deps, one.unitCode, tx));
    return one;
  }

  /** What is saved of a case's interview, and the code that it amounts to. */
  async function savedOf(db: Reader, one: CaseRow) {
    const { plan } = await surveys.compileOf(db, one.waveId);
    const { answers } = await responses.read(db, one);
    return { ...measureSaved(plan, answers), disposition: finishInterview(plan, answers).disposition };
  }

  /** What the case comes to when its wave is closed: the codes of its calls, and what was said in one that nobody coded. */
  async function closingOf(tx: Writer, one: CaseRow): Promise<CaseEvent> {
    const attempts = await stores.attempts.listOfCase(tx, one.id);
    const last = attempts.at(-1);
    const earlier = attempts.flatMap(({ disposition }) => disposition ?? []);
    let untold: string | null = null;
    if (last && last.disposition === null && wasTalk(last)) {
      const { saved, disposition } = await savedOf(tx, one);
      untold = saved === 'none' ? '3.21' : disposition;
      await stores.attempts.update(tx, last.id, { disposition: untold });
    }
    return { t: 'close', earlier, untold };
  }

  /** What a manager does to a case, with a reason, in one transaction with its row in the log. */
  async function manage(
    actor: Actor,
    id: string,
    action: string,
    reason: string,
    events: (tx: Writer, one: CaseRow) => Promise<CaseEvent[]>,
    details: Record<string, unknown> = {},
  ): Promise<CaseView> {
    const why = requireReason(reason);
    return connection.transaction(async (tx) => {
      const one = await requireCase(tx, actor, id);
      const moved = await moves.move(tx, one, await events(tx, one));
      if (moved.refused !== undefined) throw refusalOf(moved.refused, one);
      await recordAudit(deps, tx, actor, {
        action,
        objectType: 'case',
        objectId: one.id,
        unitCode: one.unitCode,
        details: { reason: why, from: one.state, to: moved.row.state, ...details },
      });
      const [shown] = await view(tx, [moved.row]);
      if (!shown) throw new RangeError(`case ${id}`);
      return shown;
    });
  }

  async function view(db: Reader, rows: readonly CaseRow[]): Promise<CaseView[]> {
    const units = await stores.units.listByCodes(db, [...new Set(rows.map(({ unitCode }) => unitCode))]);
    const names = new Map(units.map(({ code, name }) => [code, name]));
    const views: CaseView[] = [];
    for (const row of rows) {
      const { id, unitCode, mode, state, disposition, attempts, refusals, leaseBy, leaseUntil, assignedTo } = row;
      const { appointmentStart, appointmentEnd, holdReason, overQuota, dueAt, lastAttemptAt, updatedAt } = row;
      views.push({
        ...{ id, mode, state, disposition, attempts, refusals, leaseBy, leaseUntil, assignedTo },
        ...{ appointmentStart, appointmentEnd, holdReason, overQuota, dueAt, lastAttemptAt, updatedAt },
        unit: { code: unitCode, name: names.get(unitCode) ?? unitCode },
        numbers: (await numbers.maskedNumbers(db, id)).map(({ masked }) => masked),
      });
    }
    return views;
  }

  return {
    claimNext,

    /** The case that somebody works at, if any. */
    async findLeased(db: Reader, by: string): Promise<CaseRow | null> {
      return (await stores.cases.listLeasedBy(db, by))[0] ?? null;
    },

    /** Leases that ran out: the case goes back, or to the supervisor when somebody was spoken to. Says how many. */
    async expireLeases(limit = BATCH): Promise<number> {
      let expired = 0;
      for (const leased of await stores.cases.listLeased(connection.reader)) {
        if (expired >= limit) break;
        const { id, leaseUntil } = leased;
        const place = await moves.placeOf(connection.reader, leased);
        if (leaseUntil === null || !isLeaseOver(leaseUntil, place.rules, clock())) continue;
        const done = await connection.transaction(async (tx) => {
          const one = await stores.cases.hold(tx, id);
          if (!one || one.leaseUntil === null) return false;
          const { rules } = await moves.placeOf(tx, one);
          if (!isLeaseOver(one.leaseUntil, rules, clock())) return false;
          const attempts = await stores.attempts.listOfCase(tx, id);
          const last = attempts.at(-1);
          const isLive = last !== undefined && last.endedAt === null;
          const hadTalk = last !== undefined && last.disposition === null && wasTalk(last);
          const moved = await moves.move(tx, one, [{ t: 'lease-expired', isLive, hadTalk }]);
          return moved.refused === undefined;
        });
        if (done) expired += 1;
      }
      return expired;
    },

    /** Appointments whose window went by: the case is ready again, before others. Says how many. */
    async releaseMissed(limit = BATCH): Promise<number> {
      let released = 0;
      for (const { id } of await stores.cases.listMissed(connection.reader, 'APPOINTMENT', clock(), limit)) {
        const done = await connection.transaction(async (tx) => {
          const one = await stores.cases.hold(tx, id);
          if (one?.state !== 'APPOINTMENT') return false;
          return (await moves.move(tx, one, [{ t: 'appointment-missed' }])).refused === undefined;
        });
        if (done) released += 1;
      }
      return released;
    },

    /**
     * Ends all cases of a closed wave by what their calls so far amount to, some at a time: it may be called again and
     * again, also after a restart. Says how many are done.
     */
    async finaliseClosed(wave: Pick<WaveRow, 'id' | 'state'>, limit = Number.POSITIVE_INFINITY): Promise<number> {
      let done = 0;
      if (wave.state !== 'closed') return done;
      for (let after = ''; done < limit; ) {
        const open = await stores.cases.listOpenOf(connection.reader, {
          waveId: wave.id,
          final: 'FINAL',
          after,
          limit: CLOSED_AT_ONCE,
        });
        const last = open.at(-1);
        if (!last) break;
        after = last.id;
        done += await connection.transaction(async (tx) => {
          let closed = 0;
          for (const { id } of open) {
            const one = await stores.cases.hold(tx, id);
            if (!one || one.state === 'FINAL') continue;
            const moved = await moves.move(tx, one, [await closingOf(tx, one)]);
            if (moved.refused === undefined) closed += 1;
          }
          return closed;
        });
      }
      return done;
    },

    /** Cases of a wave within the actor's scope, newest change first. */
    async listCases(
      actor: Actor,
      code: string,
      of: {
        readonly state?: CaseState | undefined;
        readonly unit?: string | undefined;
        readonly interviewer?: string | undefined;
        readonly before?: string | undefined;
      } = {},
    ): Promise<{ readonly cases: readonly CaseView[]; readonly next: string | null }> {
      requirePermission(actor, 'fieldwork.read');
      const { reader } = connection;
      const wave = await findWave(deps, code);
      requireOverlap(actor, await findUnit(deps, wave.rootUnit));
      const unit = of.unit === undefined ? null : await findUnit(deps, of.unit);
      if (unit) requireScope(actor, unit);
      const before = of.before === undefined ? null : await stores.cases.find(reader, of.before);
      const rows = await stores.cases.listPage(reader, {
        waveId: wave.id,
        unitPath: unit?.path ?? scopePath(actor),
        state: of.state,
        interviewer: of.interviewer,
        before,
        limit: PAGE + 1,
      });
      const page = rows.slice(0, PAGE);
      return { cases: await view(reader, page), next: rows.length > PAGE ? (page.at(-1)?.id ?? null) : null };
    },

    /**
     * A case that has ended is called again; what it counted for is taken back. Its answers are kept and gone on with, or set
     * aside: then they are kept with the reason, count for nothing, and the case is asked from the beginning.
     */
    reopenCase: (actor: Actor, id: string, reason: string, answers: KeptAnswers = 'keep'): Promise<CaseView> =>
      manage(
        actor,
        id,
        'case.reopen',
        reason,
        async (tx, one) => {
          const wave = await stores.waves.find(tx, one.waveId);
          if (wave?.state !== 'open') throw new AppError('WAVE_NOT_OPEN', { wave: wave?.code ?? '' });
          if (!(await numbers.revive(tx, one.id))) throw new AppError('NUMBER_NONE_LIVE');
          return [{ t: 'reopen', reason: reason.trim(), setAsideBy: answers === 'set-aside' ? actor.id : null }];
        },
        { answers },
      ),

    /** Gives a case to somebody by name, or to anyone (null). Whoever has it in hand loses it. */
    reassignCase: (actor: Actor, id: string, to: string | null, reason: string): Promise<CaseView> =>
      manage(
        actor,
        id,
        'case.reassign',
        reason,
        async (tx, one) => {
          if (to !== null) await requireInterviewer(tx, to, one);
          return [{ t: 'reassign', to, reason: reason.trim() }];
        },
        { to },
      ),

    /** Takes a case back from whoever has it in hand. */
    releaseCase: (actor: Actor, id: string, reason: string): Promise<CaseView> =>
      manage(actor, id, 'case.release', reason, async (_tx, one) => {
        if (one.leaseToken === null) throw new AppError('CASE_STATE', { case: one.id, state: one.state });
        return [{ t: 'reassign', to: one.assignedTo, reason: reason.trim() }];
      }),

    /** Corrects the result of a case; also ends one whose interview was whole when its desk broke down. */
    recodeCase: (actor: Actor, id: string, disposition: string, reason: string): Promise<CaseView> =>
      manage(
        actor,
        id,
        'case.recode',
        reason,
        async (tx, one) => {
          const { saved } = await savedOf(tx, one);
          return [{ t: 'recode', disposition, saved, reason: reason.trim() }];
        },
        { disposition },
      ),

    /** Keeps a case from being called until it is let go again. */
    holdCase: (actor: Actor, id: string, reason: string): Promise<CaseView> =>
      manage(actor, id, 'case.hold', reason, async () => [{ t: 'hold', reason: requireReason(reason) }]),

    unholdCase: (actor: Actor, id: string, reason: string): Promise<CaseView> =>
      manage(actor, id, 'case.unhold', reason, async () => [{ t: 'unhold' }]),

    view,
  };

  async function requireInterviewer(tx: Writer, userId: string, one: CaseRow): Promise<void> {
    const user = await stores.users.find(tx, userId);
    const unit = user && !user.disabled ? await stores.units.find(tx, user.unitCode) : null;
    const { unitPath } = await moves.placeOf(tx, one);
    const mayWork = user && ['interviewer', 'survey-manager', 'administrator'].includes(user.role);
    if (!unit || !mayWork || !unitPath.startsWith(unit.path)) {
      throw new AppError('INTERVIEWER_UNKNOWN', { user: user?.name ?? userId });
    }
  }
}

/** Somebody was spoken to, even when nobody told how the call ended. */
const wasTalk = ({ state, answeredAt }: Pick<AttemptRow, 'state' | 'answeredAt'>): boolean =>
  state === 'completed' || answeredAt !== null;

/** Why a case does not take a step, as the caller is told. */
export function refusalOf(refused: CaseRefusal, one: Pick<CaseRow, 'id' | 'state'>): AppError {
  switch (refused) {
    case 'token':
      return new AppError('LEASE_LOST');
    case 'version':
      return new AppError('CASE_CHANGED', { case: one.id });
    case 'live-call':
      return new AppError('CASE_CALL_LIVE');
    case 'reason-missing':
      return new AppError('REASON_MISSING');
    case 'appointment-not-allowed':
      return new AppError('APPOINTMENT_REFUSED');
    case 'appointment-bad':
      return new AppError('APPOINTMENT_BAD');
    case 'code-unknown':
    case 'code-not-allowed':
    case 'no-interview':
      return new AppError('DISPOSITION_REFUSED', { disposition: '—', result: one.state });
    default:
      return new AppError('CASE_STATE', { case: one.id, state: one.state });
  }
}
