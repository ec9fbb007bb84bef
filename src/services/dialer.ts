import { type CallingRules, mayCallAt, nextAllowed, nextCallable } from '../core/sample/calling-rules.ts';
import { type CaseState, CLAIMABLE_STATES } from '../core/sample/case-state.ts';
import { type Callable, type Obstacle, whyNotCallable } from '../core/sample/eligibility.ts';
import { isWholeHeld } from '../core/sample/quota.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { CampaignRow } from '../store/campaigns.ts';
import type { CaseRow } from '../store/cases.ts';
import type { Writer } from '../store/connection.ts';
import type { Stores } from '../store/stores.ts';
import type { WaveRow } from '../store/waves.ts';
import type { PhoneCarrier } from '../telephony/carrier.ts';
import type { AttemptService } from './attempts.ts';
import type { CallLog, CallService } from './calls.ts';
import type { CaseMoves } from './case-moves.ts';
import type { CaseService } from './cases.ts';
import type { Deps } from './deps.ts';
import type { KeypadCalls } from './keypad-calls.ts';
import { isCallable } from './suppressions.ts';
import type { Vault } from './vault.ts';
import { isTaking } from './waves.ts';

const DIALER = { kind: 'dialer', id: 'dialer' } as const;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A case that rules or its numbers hold back is looked at again when they let it go. */
const POSTPONED: ReadonlySet<Obstacle> = new Set([
  ...(['outside-hours', 'too-soon', 'enough-today', 'slot-used', 'appointment-later', 'max-attempts'] as const),
]);
const CLOSED: readonly CaseState[] = ['FINAL', 'BLOCKED'];
const LOOKED_AT = 200;
/** So often it is looked whether interviews under way have left a place in their cells. */
const UNDER_WAY_MS = 15_000;

/**
 * Places the calls of the automatic campaigns. One tick looks at every running campaign, takes as many cases as there are
 * free lines, calls a second and interviews wanted, commits, and only then asks the carrier.
 */
export function createDialerService(
  deps: Deps & {
    readonly cases: CaseService;
    readonly calls: CallService;
    readonly attempts: AttemptService;
    readonly keypadCalls: KeypadCalls;
    readonly moves: CaseMoves;
    readonly vault: Vault;
    readonly carrierNamed: (name: string) => PhoneCarrier | null;
    readonly log: CallLog;
  },
) {
  const { connection, stores, clock, today, cases, calls, attempts, keypadCalls, moves, vault, carrierNamed } = deps;
  const buckets = new Map<string, Bucket>();
  const hungUp = new Set<string>();

  function bucketOf(name: string, perSecond: number): Bucket {
    let bucket = buckets.get(name);
    if (bucket?.perSecond !== perSecond) {
      bucket = createBucket(perSecond, clock());
      buckets.set(name, bucket);
    }
    return bucket;
  }

  /** A call whose case was finished elsewhere, on the web above all, is ended; one that just says thanks may finish. */
  async function endNeedless(): Promise<void> {
    await endThose(await stores.attempts.listLines(connection.reader));
  }

  async function endThose(live: Lines): Promise<void> {
    if (!live.some(({ state }) => CLOSED.includes(state))) return hungUp.clear();
    const needless = await stores.attempts.listLiveOf(connection.reader, CLOSED);
    const ids = new Set(needless.map(({ id }) => id));
    for (const id of hungUp) if (!ids.has(id)) hungUp.delete(id);
    for (const attempt of needless) {
      // Dialled by hand: no carrier tells its end, and whoever talks still hangs up when they have done.
      if (attempt.carrier === 'manual')
        await calls.report(attempt.id, attempt.answeredAt === null ? 'canceled' : 'completed');
      if (attempt.mode === 'phone' || attempt.providerCallId === null || hungUp.has(attempt.id)) continue;
      if (await connection.transaction((tx) => keypadCalls.isSayingGoodbye(tx, attempt))) continue;
      hungUp.add(attempt.id);
      try {
        await calls.hangUp(attempt);
      } catch (error) {
        hungUp.delete(attempt.id);
        deps.log.warn({ err: error, attempt: attempt.id }, 'a call could not be ended; it is tried again');
      }
    }
  }

  /** Moves a case that may not be called now to the moment when it may, or ends it when there is none. */
  async function postpone(record: Callable & CaseRow, rules: CallingRules, why: Obstacle): Promise<void> {
    const now = clock();
    const dueAt =
      why === 'appointment-later'
        ? (record.appointmentStart ?? now) - rules.appointmentLeadMinutes * MINUTE
        : why === 'max-attempts'
          ? null
          : nextCallable(record, rules, record.unitPath, now);
    await connection.transaction(async (tx) => {
      const one = await stores.cases.hold(tx, record.id);
      if (one?.version !== record.version) return;
      if (dueAt !== null) {
        await stores.cases.update(tx, one, { dueAt: Math.max(dueAt, now + 1000), updatedAt: now });
        return;
      }
      const earlier = (await stores.attempts.listOfCase(tx, one.id)).flatMap(({ disposition }) => disposition ?? []);
      const moved = await moves.move(tx, one, [{ t: 'exhaust', earlier }]);
      if (moved.refused !== undefined) await stores.cases.update(tx, one, { dueAt: now + DAY, updatedAt: now });
    });
  }

  /** Notes the call of a case that was just claimed; null when its number is not to be called after all. */
  async function note(tx: Writer, claimed: CaseRow, carrier: PhoneCarrier): Promise<AttemptRow | null> {
    const place = await moves.placeOf(tx, claimed);
    const token = claimed.leaseToken ?? '';
    const number = (await stores.numbers.listOfCase(tx, claimed.id)).find(isCallable);
    // One that cannot be read is looked at again later; it keeps nobody else from being called.
    const e164 = number ? vault.read(number) : null;
    const isRefused = e164 === null || (await stores.suppressions.has(tx, vault.suppressionHashOf(e164)));
    const isLive = (await stores.attempts.findLive(tx, claimed.id)) !== null;
    const mayCall = mayCallAt(place.rules, place.unitPath, clock());
    const moved = isRefused ? null : await moves.move(tx, claimed, [{ t: 'dial', token, mayCall, isLive }]);
    if (!number || moved === null || moved.refused !== undefined) {
      await moves.move(tx, claimed, [{ t: 'not-called', token }]);
      return null;
    }
    return attempts.open(tx, moved.row, place, {
      ...{ mode: 'keypad', direction: 'out', carrier: carrier.name, numberRank: number.rank, interviewerId: null },
    });
  }

  /** Cases that are due by their row and not by the rules, so that nobody looks at them in vain again and again. */
  async function postponeDue(campaign: CampaignRow, now: number): Promise<number> {
    const { waveId, rules } = campaign;
    let postponed = 0;
    for (const state of CLAIMABLE_STATES) {
      const of = { waveId, mode: 'keypad', state, now, part: 'all', limit: LOOKED_AT } as const;
      for (const row of await stores.cases.listDue(connection.reader, of)) {
        const { unitPath } = await moves.placeOf(connection.reader, row);
        const record = { ...row, unitPath, isWanted: true, hasNumber: true };
        const why = whyNotCallable(record, DIALER, rules, now);
        if (why === null || !POSTPONED.has(why)) continue;
        await postpone(record, rules, why);
        postponed += 1;
      }
    }
    return postponed;
  }

  async function tickCampaign(campaign: CampaignRow, wave: WaveRow, live: Lines): Promise<number | null> {
    const { reader } = connection;
    const now = clock();
    const carrier = carrierNamed(campaign.carrier);
    if (!carrier?.caps.multiStep || !campaign.modes.includes('keypad')) return null;
    if (!isTaking(wave, today())) return null;
    const free = Math.min(
      campaign.lines - live.filter(({ waveId }) => waveId === wave.id).length,
      carrier.caps.maxLines - live.filter((call) => call.carrier === carrier.name).length,
    );
    if (free <= 0) return null;
    const state = await stores.campaigns.findCarrier(reader, carrier.name);
    if (state?.state === 'paused' && state.until === null) return null;
    // A rest that began in the future was noted by a clock that has been set back since.
    if (state?.state === 'paused' && state.until !== null && state.until > now && state.at <= now) return state.until;

    const pace = [
      bucketOf(campaign.waveId, Math.min(campaign.callsPerSecond, carrier.caps.maxCps)),
      bucketOf(carrier.name, carrier.caps.maxCps),
    ];
    const tokens = Math.min(...pace.map((bucket) => bucket.available(now)));
    if (tokens < 1) return Math.max(...pace.map((bucket) => bucket.readyAt(now)));

    // Nobody is to be called before the first one is due.
    const nextCall = async (after: number): Promise<number | null> => {
      const due = await stores.cases.findNextDue(reader, campaign.waveId, 'keypad', CLAIMABLE_STATES, after);
      if (due === null || due <= now) return due;
      const root = (await stores.units.find(reader, wave.rootUnit))?.path ?? '/';
      return nextAllowed(campaign.rules, root, Math.min(due, now + 365 * DAY));
    };
    const first = await nextCall(0);
    if (first === null || first > now) return first;

    // Without looking at any case: those under way have the last places, and one that ends is told of.
    const busy = (await stores.cases.listBusy(reader, campaign.waveId)).length;
    const cells = busy === 0 ? [] : await stores.quotas.list(reader, campaign.waveId);
    if (isWholeHeld(cells, busy, campaign.lines)) return now + UNDER_WAY_MS;

    const n = Math.min(free, Math.floor(tokens));
    const noted = await connection.transaction(async (tx) => {
      const claimed = await cases.claimNext(tx, campaign, DIALER, n);
      const calls: Array<AttemptRow | null> = [];
      for (const one of claimed) calls.push(await note(tx, one, carrier));
      return calls;
    });
    const placed = noted.filter((attempt) => attempt !== null);
    for (const { waveId, carrier } of placed) live.push({ waveId, carrier, state: 'IN_CALL' });
    for (const bucket of pace) bucket.take(now, placed.length);
    await Promise.all(placed.map((attempt) => calls.place(attempt)));
    // As many as the pace allows: then there may be more, as soon as it allows them.
    if (noted.length > 0) return Math.max(now + 1, ...pace.map((bucket) => bucket.readyAt(clock())));
    if ((await postponeDue(campaign, now)) >= LOOKED_AT) return now + 1;
    // Interviews under way hold the last places of their cells: they may yet become free.
    if ((await stores.cases.listBusy(reader, campaign.waveId)).length > 0) return now + UNDER_WAY_MS;
    return nextCall(now);
  }

  return {
    /**
     * Looks at every running campaign once. Gives the moment when it wants to be asked again; null: when a call has
     * ended or something else has changed.
     */
    async tick(): Promise<number | null> {
      const { reader } = connection;
      const running = await stores.campaigns.listWithWaves(reader, ['running'], 'open');
      const live = await stores.attempts.listLines(reader);
      await endThose(live);
      const wishes: number[] = [];
      for (const { campaign, wave } of running) {
        try {
          const wish = await tickCampaign(campaign, wave, live);
          if (wish !== null) wishes.push(wish);
        } catch (error) {
          // One campaign's trouble is not the others'.
          deps.log.error({ err: error, wave: campaign.waveId }, 'a campaign could not be dialled; it is tried again');
        }
      }
      return wishes.length === 0 ? null : Math.min(...wishes);
    },

    /** Ends calls that are needed no more; the answer is asked for within a second of a completion on the web. */
    endNeedless,
  };
}

/** The lines taken; those of the calls that a turn places are added. */
type Lines = Awaited<ReturnType<Stores['attempts']['listLines']>>;

interface Bucket {
  readonly perSecond: number;
  available(now: number): number;
  readyAt(now: number): number;
  take(now: number, n: number): void;
}

/** So many calls a second and no burst after a pause; a clock that is set back starts it anew. */
function createBucket(perSecond: number, start: number): Bucket {
  const size = Math.max(1, perSecond);
  let tokens = 1;
  let at = start;
  const fill = (now: number): void => {
    tokens = now < at ? Math.min(tokens, 1) : Math.min(size, tokens + ((now - at) / 1000) * perSecond);
    at = now;
  };
  return {
    perSecond,
    available(now) {
      fill(now);
      return tokens;
    },
    readyAt(now) {
      fill(now);
      return now + Math.max(0, Math.ceil(((1 - tokens) / perSecond) * 1000));
    },
    take(now, n) {
      fill(now);
      tokens -= n;
    },
  };
}
