import { AppError, type ErrorCode } from '../core/errors.ts';
import type { Sex } from '../core/indicators/types.ts';
import type { AttemptState } from '../core/sample/attempt-state.ts';
import { nextAllowed } from '../core/sample/calling-rules.ts';
import {
  alertCarrier,
  alertCells,
  alertRefusals,
  type Board,
  type CampaignAlert,
  computeBoard,
  measurePace,
  measureTarget,
} from '../core/sample/campaign.ts';
import { CLAIMABLE_STATES, OPEN_STATES } from '../core/sample/case-state.ts';
import { type CellOutlook, forecastCell, type QuotaCell } from '../core/sample/quota.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { CampaignState, CarrierName, PhoneMode } from '../store/tables.ts';
import { type Actor, requireOverlap, requirePermission, scopePath } from './actor.ts';
import type { Deps } from './deps.ts';
import type { ListeningService, ListeningView } from './listenings.ts';
import { findUnit } from './units.ts';
import { findWave } from './waves.ts';
import type { WebhookService } from './webhooks.ts';

export interface LiveCall {
  readonly attempt: string;
  readonly case: string;
  readonly unit: string;
  readonly mode: PhoneMode;
  readonly state: AttemptState;
  readonly interviewer: string | null;
  readonly askedAt: number;
  readonly answeredAt: number | null;
  /** Why nobody can listen to it, and who does. */
  readonly listening: { readonly obstacle: ErrorCode | null; readonly by: readonly ListeningView[] };
}

export interface InterviewerLine {
  readonly id: string;
  readonly name: string;
  readonly isPresent: boolean;
  readonly onBreakSince: number | null;
  readonly pace: ReturnType<typeof measurePace>;
}

export interface BoardView {
  readonly at: number;
  readonly wave: { readonly code: string; readonly title: string; readonly state: string; readonly synthetic: boolean };
  readonly state: CampaignState;
  readonly pauseReason: string | null;
  readonly carrier: {
    readonly name: CarrierName;
    readonly state: 'up' | 'paused';
    readonly reason: string | null;
    /** Requests to the hooks that were not the carrier's, since the service started. */
    readonly refusedWebhooks: number;
    /** Requests answered long ago that came once more: a carrier's late double, or somebody plays them back. */
    readonly replayedWebhooks: number;
  };
  readonly lines: number;
  readonly calls: readonly LiveCall[];
  /** From when the next case may be called, where nobody may be called now. */
  readonly nextAt: number | null;
  /** Cases by state. */
  readonly states: Readonly<Record<string, number>>;
  readonly board: Board;
  readonly towns: ReadonlyArray<{ readonly code: string; readonly name: string } & ReturnType<typeof measureTarget>>;
  readonly cells: readonly CellOutlook[];
  readonly interviewers: readonly InterviewerLine[];
  readonly alerts: readonly CampaignAlert[];
  readonly reviews: { readonly open: number; readonly done: number };
}

/** Fewer finished cases than this tell nothing about how many will be completed. */
const FEWEST_FINISHED = 30;
const NEWEST_CALLS = 100;
const CALLS_OF_A_DAY = 20_000;
/** Who was heard of within so long sits at a desk. */
const PRESENT_MS = 3 * 60_000;
/** A board that several watch is counted once for all. */
const FRESH_MS = 1500;

export type BoardService = ReturnType<typeof createBoardService>;

/** The live board of a campaign: all its numbers come from the tables, each time anew. */
export function createBoardService(
  deps: Deps & { readonly webhooks: WebhookService; readonly listenings: ListeningService },
) {
  const { connection, stores, clock, today, webhooks, listenings } = deps;
  const counted = new Map<string, { readonly at: number; readonly numbers: ReturnType<typeof count> }>();

  /** Everything that costs counting, for the whole wave. */
  async function count(waveId: string) {
    const { reader } = connection;
    const dayStart = Date.parse(`${today()}T00:00:00+08:00`);
    return {
      rows: await stores.cases.countStates(reader, waveId),
      open: await stores.cases.countOpen(reader, waveId, OPEN_STATES),
      quotas: await stores.quotas.list(reader, waveId),
      live: await stores.attempts.listLive(reader, waveId),
      newest: await stores.attempts.listNewest(reader, waveId, NEWEST_CALLS),
      ofToday: await stores.attempts.listAsked(reader, {
        waveId,
        from: dayStart,
        to: Number.MAX_SAFE_INTEGER,
        limit: CALLS_OF_A_DAY,
      }),
      desks: await stores.campaigns.listDesks(reader, waveId),
      due: [
        await stores.cases.findNextDue(reader, waveId, 'phone', CLAIMABLE_STATES, 0),
        await stores.cases.findNextDue(reader, waveId, 'keypad', CLAIMABLE_STATES, 0),
      ],
      reviews: await stores.recordings.countReviews(reader, waveId),
    };
  }

  function freshNumbers(waveId: string): ReturnType<typeof count> {
    const known = counted.get(waveId);
    const now = clock();
    if (known && now >= known.at && now - known.at < FRESH_MS) return known.numbers;
    const numbers = count(waveId);
    counted.set(waveId, { at: now, numbers });
    numbers.catch(() => counted.delete(waveId));
    return numbers;
  }

  return {
    /** The board as far as the actor's scope goes. */
    async readBoard(actor: Actor, code: string): Promise<BoardView> {
      requirePermission(actor, 'fieldwork.read');
      const { reader } = connection;
      const wave = await findWave(deps, code);
      const root = await findUnit(deps, wave.rootUnit);
      requireOverlap(actor, root);
      const campaign = await stores.campaigns.find(reader, wave.id);
      if (!campaign) throw new AppError('CAMPAIGN_MISSING', { wave: code });
      const units = new Map(
        (await stores.units.listSubtree(reader, scopePath(actor))).map((unit) => [unit.code, unit.name]),
      );
      const numbers = await freshNumbers(wave.id);
      const inScope = <T extends { readonly unitCode: string }>(rows: readonly T[]) =>
        rows.filter(({ unitCode }) => units.has(unitCode));
      const rows = inScope(numbers.rows);
      const board = computeBoard(rows);
      const live = inScope(numbers.live);
      const ofToday = inScope(numbers.ofToday);
      const nameOf = (unitCode: string): string => units.get(unitCode) ?? unitCode;

      const people = new Map<string, string>();
      const ids = [...ofToday, ...live].flatMap(({ interviewerId }) => interviewerId ?? []);
      for (const id of new Set([...ids, ...board.byInterviewer.map(({ key }) => key), ...deskIds(numbers.desks)])) {
        const user = await stores.users.find(reader, id);
        // Whoever sits elsewhere and has called nobody here is none of this reader's.
        if (ids.includes(id) || user === null || units.has(user.unitCode)) people.set(id, user?.name ?? id);
      }
      const cells = numbers.quotas.filter(({ unitCode }) => (unitCode === '*' ? true : units.has(unitCode)));
      const outlooks = forecast(cells, inScope(numbers.open), rows);
      const carrier = await stores.campaigns.findCarrier(reader, campaign.carrier);
      const alerts = [
        // Of a wave that is over nothing can be filled any more.
        ...(wave.state === 'closed' ? [] : alertCells(outlooks, nameOf)),
        ...carrierAlerts(campaign.carrier, carrier, numbers.newest),
        ...alertRefusals(
          board.byInterviewer.map(({ key, outcomes: { I, P, R, O } }) => ({
            ...{ key, name: people.get(key) ?? key, contacts: I + P + R + O, refusals: R },
          })),
        ),
      ];
      const now = clock();
      const due = Math.min(...numbers.due.map((at) => at ?? Number.POSITIVE_INFINITY));
      const nextAt = Number.isFinite(due) ? nextAllowed(campaign.rules, root.path, Math.max(due, now)) : null;
      const listeningOf = await listenings.viewCalls(reader, wave.id, live);
      const { refused, replayed } = webhooks.readCounts();
      return {
        at: now,
        wave: { code: wave.code, title: wave.title, state: wave.state, synthetic: wave.synthetic },
        state: campaign.state,
        pauseReason: campaign.pauseReason,
        carrier: {
          name: campaign.carrier,
          state: carrier?.state ?? 'up',
          reason: carrier?.state === 'paused' ? carrier.reason : null,
          refusedWebhooks: refused,
          replayedWebhooks: replayed,
        },
        lines: campaign.lines,
        calls: live.map((call) => ({
          attempt: call.id,
          case: call.caseId,
          unit: nameOf(call.unitCode),
          mode: call.mode,
          state: call.state,
          interviewer: call.interviewerId === null ? null : (people.get(call.interviewerId) ?? null),
          askedAt: call.askedAt,
          answeredAt: call.answeredAt,
          listening: listeningOf(call),
        })),
        nextAt: nextAt !== null && nextAt > now ? nextAt : null,
        states: countBy(rows),
        board,
        towns: board.byTown.map(({ key, completes }) => ({
          code: key,
          name: nameOf(key),
          ...measureTarget(completes, targetOf(numbers.quotas, key)),
        })),
        cells: outlooks,
        interviewers: [...people]
          .map(([id, name]): InterviewerLine => {
            const desk = numbers.desks.find(({ userId }) => userId === id);
            return {
              id,
              name,
              isPresent: desk !== undefined && now - desk.seenAt < PRESENT_MS,
              onBreakSince: desk?.breakSince ?? null,
              pace: measurePace(
                ofToday
                  .filter(({ interviewerId }) => interviewerId === id)
                  .map(({ askedAt, endedAt, disposition }) => ({
                    ...{ askedAt, endedAt, isComplete: disposition === '1.1' },
                  })),
              ),
            };
          })
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
        alerts,
        reviews: {
          open: numbers.reviews.find(({ state }) => state === 'open')?.n ?? 0,
          done: numbers.reviews.find(({ state }) => state === 'done')?.n ?? 0,
        },
      };
    },
  };
}

const deskIds = (desks: ReadonlyArray<{ readonly userId: string }>): string[] => desks.map(({ userId }) => userId);

function countBy(rows: ReadonlyArray<{ readonly state: string; readonly n: number }>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state, n } of rows) counts[state] = (counts[state] ?? 0) + n;
  return counts;
}

const targetOf = (cells: readonly QuotaCell[], unitCode: string): number | null =>
  cells.find((cell) => cell.unitCode === unitCode && cell.sex === '*' && cell.ageBand === '*')?.target ?? null;

interface Kind {
  readonly unitCode: string;
  readonly sex: Sex;
  readonly ageBand: string;
  readonly n: number;
}

/** What the open cases can still bring to each cell; whose sex or age is unknown may belong to any. */
function forecast(
  cells: readonly QuotaCell[],
  open: readonly Kind[],
  rows: ReadonlyArray<{ readonly state: string; readonly disposition: string | null; readonly n: number }>,
): CellOutlook[] {
  const finished = rows.filter(({ state }) => state === 'FINAL').reduce((sum, { n }) => sum + n, 0);
  const complete = rows
    .filter(({ state, disposition }) => state === 'FINAL' && disposition === '1.1')
    .reduce((sum, { n }) => sum + n, 0);
  const yieldRate = finished < FEWEST_FINISHED ? null : complete / finished;
  return cells.map((cell) => {
    const fits = ({ unitCode, sex, ageBand }: Kind): boolean =>
      (cell.unitCode === '*' || cell.unitCode === unitCode) &&
      (cell.sex === '*' || sex === 'unknown' || cell.sex === sex) &&
      (cell.ageBand === '*' || ageBand === 'unknown' || cell.ageBand === ageBand);
    return forecastCell(
      cell,
      open.filter(fits).reduce((sum, { n }) => sum + n, 0),
      yieldRate,
    );
  });
}

function carrierAlerts(
  name: CarrierName,
  state: { readonly state: string; readonly reason: string | null; readonly until: number | null } | null,
  newest: readonly AttemptRow[],
): CampaignAlert[] {
  const calls = newest.filter(({ carrier, endedAt }) => carrier === name && endedAt !== null);
  const failed = calls.filter((call) => call.state === 'failed' && call.disposition !== '4.31').length;
  // A short rest that ends by itself is no trouble.
  const pausedFor = state?.state === 'paused' && state.until === null ? (state.reason ?? '—') : null;
  const alert = alertCarrier(name, { calls: calls.length, failed, pausedFor });
  return alert ? [alert] : [];
}
