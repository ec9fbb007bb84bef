import { type CallingRules, mayCallAt, nextAllowed, nextCallable } from '../core/sample/calling-rules.ts';
import { type CaseState, CLAIMABLE_STATES } from '../core/sample/case-state.ts';
import { type Callable, compareCases, type Obstacle, whyNotCallable } from '../core/sample/eligibility.ts';
import { admit, mayBeWanted } from '../core/sample/quota.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { CampaignRow } from '../store/campaigns.ts';
import type { CaseRow } from '../store/cases.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { PhoneCarrier } from '../telephony/carrier.ts';
import type { AttemptService } from './attempts.ts';
import type { CallLog, CallService } from './calls.ts';
import type { CaseMoves } from './case-moves.ts';
import type { Deps } from './deps.ts';
import type { KeypadCalls } from './keypad-calls.ts';
import { isCallable } from './suppressions.ts';
import type { Vault } from './vault.ts';

const DIALER = { kind: 'dialer', id: 'dialer' } as const;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A case that rules or its numbers hold back is looked at again when they let it go. */
const POSTPONED: ReadonlySet<Obstacle> = new Set(['outside-hours', 'too-soon', 'enough-today', 'slot-used', 'not-due']);
const CLOSED: readonly CaseState[] = ['FINAL', 'BLOCKED'];
const FEWEST_LOOKED_AT = 50;

export type DialerService = ReturnType<typeof createDialerService>;

/**
 * Places the calls of the automatic campaigns. One tick looks at every running campaign, takes as many cases as there are
 * free lines, calls a second and interviews wanted, commits, and only then asks the carrier.
 */
export function createDialerService(
  deps: Deps & {
    readonly calls: CallService;
    readonly attempts: AttemptService;
    readonly keypadCalls: KeypadCalls;
    readonly moves: CaseMoves;
    readonly vault: Vault;
    readonly carrierNamed: (name: string) => PhoneCarrier | null;
    readonly log: CallLog;
  },
) {
  const { connection, stores, clock, newId, today, calls, attempts, keypadCalls, moves, vault, carrierNamed } = deps;
  const buckets = new Map<string, Bucket>();
  const hungUp = new Set<string>();
  const paths = new Map<string, string>();

  function bucketOf(name: string, perSecond: number): Bucket {
    let bucket = buckets.get(name);
    if (bucket?.perSecond !== perSecond) {
      bucket = createBucket(perSecond, clock());
      buckets.set(name, bucket);
    }
    return bucket;
  }

  async function pathOf(db: Reader, unitCode: string): Promise<string> {
    const known = paths.get(unitCode);
    if (known !== undefined) return known;
    const path = (await stores.units.find(db, unitCode))?.path ?? '/';
    paths.set(unitCode, path);
    return path;
  }

  /** A call whose case was finished elsewhere, on the web above all, is ended; one that just says thanks may finish. */
  async function endNeedless(): Promise<void> {
    const needless = await stores.attempts.listLiveOf(connection.reader, CLOSED);
    const ids = new Set(needless.map(({ id }) => id));
    for (const id of hungUp) if (!ids.has(id)) hungUp.delete(id);
    for (const attempt of needless) {
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

  async function candidates(campaign: CampaignRow, now: number, wanted: number): Promise<Callable[]> {
    const { reader } = connection;
    const limit = Math.max(FEWEST_LOOKED_AT, 4 * wanted);
    const of = { waveId: campaign.waveId, mode: 'keypad', now, limit } as const;
    const rows = [
      ...(await stores.cases.listDue(reader, { ...of, state: 'APPOINTMENT', part: 'all' })),
      ...(await stores.cases.listDue(reader, { ...of, state: 'REFUSAL_CONV', part: 'all' })),
      ...(await stores.cases.listDue(reader, { ...of, state: 'READY', part: 'raised' })),
      ...(await stores.cases.listDue(reader, { ...of, state: 'READY', part: 'begun' })),
      ...(await stores.cases.listDue(reader, { ...of, state: 'READY', part: 'fresh' })),
    ];
    const known = new Map(rows.map((row) => [row.id, row]));
    const cells = await stores.quotas.list(reader, campaign.waveId);
    const numbers = (await stores.numbers.listOfCases(reader, [...known.keys()])).filter(isCallable);
    const callable = new Set(numbers.map(({ caseId }) => caseId));
    return Promise.all(
      [...known.values()].map(async (row) => ({
        ...row,
        unitPath: await pathOf(reader, row.unitCode),
        isWanted: mayBeWanted(cells, row),
        hasNumber: callable.has(row.id),
      })),
    );
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

  /** Takes one case as it was seen and notes its call; null when somebody was faster or something came between. */
  async function take(tx: Writer, seen: Callable & CaseRow, carrier: PhoneCarrier): Promise<AttemptRow | null> {
    const one = await stores.cases.hold(tx, seen.id);
    if (!one || one.version !== seen.version) return null;
    const place = await moves.placeOf(tx, one);
    const numbers = (await stores.numbers.listOfCase(tx, one.id)).filter(isCallable);
    const number = numbers[0];
    if (!number?.cipher) return null;
    if (await stores.suppressions.has(tx, vault.suppressionHashOf(vault.open(one.id, number.cipher)))) return null;
    const now = clock();
    const record = { ...one, unitPath: place.unitPath, isWanted: seen.isWanted, hasNumber: true };
    const obstacle = whyNotCallable(record, DIALER, place.rules, now);
    const token = newId();
    const isLive = (await stores.attempts.findLive(tx, one.id)) !== null;
    const moved = await moves.move(tx, one, [
      { t: 'claim', by: DIALER.id, token, version: one.version, obstacle },
      { t: 'dial', token, mayCall: mayCallAt(place.rules, place.unitPath, now), isLive },
    ]);
    if (moved.refused !== undefined) return null;
    return attempts.open(tx, moved.row, place, {
      ...{ mode: 'keypad', direction: 'out', carrier: carrier.name, numberRank: number.rank, interviewerId: null },
    });
  }

  async function tickCampaign(campaign: CampaignRow): Promise<number | null> {
    const { reader } = connection;
    const now = clock();
    const carrier = carrierNamed(campaign.carrier);
    const wave = await stores.waves.find(reader, campaign.waveId);
    if (!wave || !carrier?.caps.multiStep || !campaign.modes.includes('keypad')) return null;
    if (wave.state !== 'open' || wave.fieldworkStart > today() || wave.fieldworkEnd < today()) return null;
    const state = await stores.campaigns.findCarrier(reader, carrier.name);
    if (state?.state === 'paused' && state.until === null) return null;
    // A rest that began in the future was noted by a clock that has been set back since.
    if (state?.state === 'paused' && state.until !== null && state.until > now && state.at <= now) return state.until;

    const live = await stores.attempts.listLive(reader, campaign.waveId);
    const onCarrier = await stores.attempts.countLive(reader, carrier.name);
    const free = Math.min(campaign.lines - live.length, carrier.caps.maxLines - onCarrier);
    if (free <= 0) return null;
    const pace = [
      bucketOf(campaign.waveId, Math.min(campaign.callsPerSecond, carrier.caps.maxCps)),
      bucketOf(carrier.name, carrier.caps.maxCps),
    ];
    const tokens = Math.min(...pace.map((bucket) => bucket.available(now)));
    if (tokens < 1) return Math.max(...pace.map((bucket) => bucket.readyAt(now)));

    const n = Math.min(free, Math.floor(tokens));
    const found = (await candidates(campaign, now, n)) as Array<Callable & CaseRow>;
    const eligible: Array<Callable & CaseRow> = [];
    for (const record of found) {
      const why = whyNotCallable(record, DIALER, campaign.rules, now);
      if (why === null) eligible.push(record);
      else if (POSTPONED.has(why) || why === 'appointment-later' || why === 'max-attempts')
        await postpone(record, campaign.rules, why);
    }
    eligible.sort((a, b) => compareCases(a, b, { rules: campaign.rules, claimant: DIALER, now }));
    const busy = await stores.cases.listBusy(reader, campaign.waveId);
    const cells = await stores.quotas.list(reader, campaign.waveId);
    const admitted = admit(cells, { underWay: busy, waiting: eligible, lines: campaign.lines }).slice(0, n);

    const placed: AttemptRow[] = [];
    for (const record of admitted) {
      const attempt = await connection.transaction((tx) => take(tx, record, carrier));
      if (attempt === null) continue;
      for (const bucket of pace) bucket.take(now);
      placed.push(attempt);
    }
    await Promise.all(placed.map((attempt) => calls.place(attempt)));
    // With cases left over it is the pace or the lines that hold them back; with none admitted, the quotas do.
    if (admitted.length > 0) return Math.max(now + 1, ...pace.map((bucket) => bucket.readyAt(clock())));
    if (eligible.length > 0) return null;
    const next = await stores.cases.findNextDue(reader, campaign.waveId, [...CLAIMABLE_STATES], now);
    const root = await pathOf(reader, wave.rootUnit);
    return next === null ? null : nextAllowed(campaign.rules, root, Math.min(next, now + 365 * DAY));
  }

  return {
    /**
     * Looks at every running campaign once. Gives the moment when it wants to be asked again; null: when a call has
     * ended or something else has changed.
     */
    async tick(): Promise<number | null> {
      await endNeedless();
      const wishes: number[] = [];
      for (const campaign of await stores.campaigns.list(connection.reader, ['running'])) {
        const wish = await tickCampaign(campaign);
        if (wish !== null) wishes.push(wish);
      }
      return wishes.length === 0 ? null : Math.min(...wishes);
    },

    /** Ends calls that are needed no more; the answer is asked for within a second of a completion on the web. */
    endNeedless,
  };
}

interface Bucket {
  readonly perSecond: number;
  available(now: number): number;
  readyAt(now: number): number;
  take(now: number): void;
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
    take(now) {
      fill(now);
      tokens -= 1;
    },
  };
}
