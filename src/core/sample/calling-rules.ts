import type { DelayClass } from './dispositions.ts';

/**
 * When a case may be called: hours where the respondent lives, attempts spread over day, evening and weekend, delays
 * after each outcome. All instants are epoch milliseconds (UTC); only this file turns them into a clock on the wall.
 */

/** Minutes of the local day, the end not included. */
export interface DayWindow {
  readonly from: number;
  readonly to: number;
}

export const DAY_KINDS = ['weekday', 'saturday', 'sunday', 'holiday'] as const;
export type DayKind = (typeof DAY_KINDS)[number];

export type Hours = Readonly<Record<DayKind, readonly DayWindow[]>>;

export interface Region {
  /** The units whose code, or the code of a unit above them, begins so. The longest match counts. */
  readonly unitPrefix: string;
  /** Minutes before UTC by which people there live: 新疆 keeps Beijing time but rises two hours later, so 360. */
  readonly offsetMinutes?: number;
  readonly hours?: Hours;
}

export interface Slot extends DayWindow {
  readonly code: string;
  readonly days: readonly DayKind[];
  /** Attempts at one case in this slot at most. */
  readonly max: number;
}

export interface CallingRules {
  readonly offsetMinutes: number;
  readonly hours: Hours;
  readonly regions: readonly Region[];
  /** Local days (`2026-10-01`) that keep the hours of a holiday, and weekend days on which people work (调休). */
  readonly holidays: readonly string[];
  readonly workdays: readonly string[];
  readonly slots: readonly Slot[];
  readonly maxAttempts: number;
  readonly maxPerDay: number;
  readonly minGapMinutes: number;
  readonly delays: Readonly<Record<DelayClass, number>>;
  readonly refusalCoolOffDays: number;
  readonly refusalConversions: number;
  readonly leaseMinutes: number;
  /** An appointment counts as due so long before it begins. */
  readonly appointmentLeadMinutes: number;
  /** The named interviewer of a hard appointment goes first for so long. */
  readonly appointmentHeadStartMinutes: number;
  readonly ringSeconds: number;
  readonly maxCallSeconds: { readonly keypad: number; readonly phone: number };
}

const clock = (hours: number, minutes = 0): number => hours * 60 + minutes;
const WEEKDAY: readonly DayWindow[] = [
  { from: clock(9), to: clock(12) },
  { from: clock(14), to: clock(18) },
  { from: clock(18, 30), to: clock(21) },
];
const WEEKEND: readonly DayWindow[] = [
  { from: clock(9, 30), to: clock(12) },
  { from: clock(14), to: clock(20, 30) },
];

export const DEFAULT_RULES: CallingRules = {
  offsetMinutes: 480,
  hours: { weekday: WEEKDAY, saturday: WEEKEND, sunday: WEEKEND, holiday: [] },
  regions: [{ unitPrefix: '65', offsetMinutes: 360 }],
  holidays: [],
  workdays: [],
  slots: [
    { code: 'weekday-morning', days: ['weekday'], from: clock(9), to: clock(12), max: 2 },
    { code: 'weekday-afternoon', days: ['weekday'], from: clock(14), to: clock(18), max: 2 },
    { code: 'weekday-evening', days: ['weekday'], from: clock(18, 30), to: clock(21), max: 2 },
    { code: 'saturday', days: ['saturday'], from: clock(9, 30), to: clock(20, 30), max: 2 },
    { code: 'sunday', days: ['sunday'], from: clock(9, 30), to: clock(20, 30), max: 2 },
  ],
  maxAttempts: 6,
  maxPerDay: 2,
  minGapMinutes: 180,
  delays: {
    'no-answer': 180,
    busy: 180,
    machine: 180,
    technical: 180,
    dropped: 8,
    refusal: 7 * 24 * 60,
    system: 5,
    other: 180,
  },
  refusalCoolOffDays: 7,
  refusalConversions: 1,
  leaseMinutes: 15,
  appointmentLeadMinutes: 5,
  appointmentHeadStartMinutes: 10,
  ringSeconds: 28,
  maxCallSeconds: { keypad: 900, phone: 3600 },
};

/** The slot of a moment inside the hours that no slot covers; it has no limit of its own. */
export const OTHER_SLOT = 'other';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** No rule asks for a longer wait: beyond it lies a mistake, or a clock that was set. */
const HORIZON_DAYS = 60;

interface LocalMoment {
  /** `2026-11-23` */
  readonly day: string;
  readonly minute: number;
  /** The instant at which this local day began. */
  readonly dayStart: number;
  readonly kind: DayKind;
}

/** What follows from rules alone, kept for as long as they are: it is asked for every case that is looked at. */
interface Derived {
  readonly regions: Map<string, { readonly offsetMinutes: number; readonly hours: Hours }>;
  readonly days: Map<number, { readonly day: string; readonly kind: DayKind }>;
}
const derived = new WeakMap<CallingRules, Derived>();

function derivedOf(rules: CallingRules): Derived {
  let known = derived.get(rules);
  if (!known) {
    known = { regions: new Map(), days: new Map() };
    derived.set(rules, known);
  }
  return known;
}

function regionOf(rules: CallingRules, unitPath: string): { readonly offsetMinutes: number; readonly hours: Hours } {
  const { regions } = derivedOf(rules);
  let region = regions.get(unitPath);
  if (!region) {
    region = findRegion(rules, unitPath);
    regions.set(unitPath, region);
  }
  return region;
}

function findRegion(rules: CallingRules, unitPath: string): { offsetMinutes: number; hours: Hours } {
  const codes = unitPath.split('/');
  const region = rules.regions
    .filter(({ unitPrefix }) => codes.some((code) => code !== '' && code.startsWith(unitPrefix)))
    .sort((a, b) => b.unitPrefix.length - a.unitPrefix.length)[0];
  return { offsetMinutes: region?.offsetMinutes ?? rules.offsetMinutes, hours: region?.hours ?? rules.hours };
}

function localMoment(rules: CallingRules, offsetMinutes: number, t: number): LocalMoment {
  const local = t + offsetMinutes * MINUTE;
  const days = Math.floor(local / DAY);
  const known = derivedOf(rules).days;
  let date = known.get(days);
  if (!date) {
    date = dateOf(rules, days);
    known.set(days, date);
  }
  return { ...date, minute: (local - days * DAY) / MINUTE, dayStart: days * DAY - offsetMinutes * MINUTE };
}

function dateOf(rules: CallingRules, days: number): { readonly day: string; readonly kind: DayKind } {
  const day = new Date(days * DAY).toISOString().slice(0, 10);
  // 1970-01-01 was a Thursday.
  const weekday = (((days + 4) % 7) + 7) % 7;
  const isWeekend = (weekday === 0 || weekday === 6) && !rules.workdays.includes(day);
  const kind = rules.holidays.includes(day)
    ? 'holiday'
    : !isWeekend
      ? 'weekday'
      : weekday === 6
        ? 'saturday'
        : 'sunday';
  return { day, kind };
}

/** The calendar day where the unit lies. */
export function localDay(rules: CallingRules, unitPath: string, t: number): string {
  return localMoment(rules, regionOf(rules, unitPath).offsetMinutes, t).day;
}

/** Minutes before UTC by which people of this unit live. */
export function offsetOf(rules: CallingRules, unitPath: string): number {
  return regionOf(rules, unitPath).offsetMinutes;
}

/** Whether people of this unit may be called at this moment; asked again at the moment of dialling. */
export function mayCallAt(rules: CallingRules, unitPath: string, t: number): boolean {
  const { offsetMinutes, hours } = regionOf(rules, unitPath);
  const { kind, minute } = localMoment(rules, offsetMinutes, t);
  return hours[kind].some(({ from, to }) => minute >= from && minute < to);
}

/** The first allowed moment from `t` on; null when the rules allow none within two months. */
export function nextAllowed(rules: CallingRules, unitPath: string, t: number): number | null {
  const { offsetMinutes, hours } = regionOf(rules, unitPath);
  let { dayStart } = localMoment(rules, offsetMinutes, t);
  for (let n = 0; n <= HORIZON_DAYS; n++, dayStart += DAY) {
    const { kind } = localMoment(rules, offsetMinutes, dayStart);
    const starts = hours[kind]
      .filter(({ from, to }) => from < to && dayStart + to * MINUTE > t)
      .map(({ from }) => Math.max(t, dayStart + from * MINUTE));
    if (starts.length > 0) return Math.min(...starts);
  }
  return null;
}

/** The slot of a moment; `other` where no slot lies. */
export function slotOf(rules: CallingRules, unitPath: string, t: number): string {
  return findSlot(rules, unitPath, t)?.code ?? OTHER_SLOT;
}

function findSlot(rules: CallingRules, unitPath: string, t: number): Slot | null {
  const { kind, minute } = localMoment(rules, regionOf(rules, unitPath).offsetMinutes, t);
  return rules.slots.find(({ days, from, to }) => days.includes(kind) && minute >= from && minute < to) ?? null;
}

/** What the rules need to know of a case's calls so far. */
export interface CallHistory {
  readonly attempts: number;
  /**
   * Counted attempts by slot; besides, under its date, those of the newest day (`2026-11-23`), and under `callback` the
   * quick call-backs after a fallen line.
   */
  readonly slotAttempts: Readonly<Record<string, number>>;
  readonly lastAttemptAt: number | null;
}

const CALLBACK = 'callback';
const isDayKey = (key: string): boolean => /^\d{4}-/.test(key);

/** The history with one more attempt, asked for at `at`. Called when the call is over and counts: the network's faults do not. */
export function countAttempt(
  { attempts, slotAttempts }: CallHistory,
  rules: CallingRules,
  unitPath: string,
  at: number,
): CallHistory {
  const day = localDay(rules, unitPath, at);
  const slot = slotOf(rules, unitPath, at);
  const kept = Object.fromEntries(Object.entries(slotAttempts).filter(([key]) => key === day || !isDayKey(key)));
  return {
    attempts: attempts + 1,
    slotAttempts: { ...kept, [slot]: (kept[slot] ?? 0) + 1, [day]: (kept[day] ?? 0) + 1 },
    lastAttemptAt: at,
  };
}

/** How often the slot of this moment was used for this case. */
export function slotUse({ slotAttempts }: CallHistory, rules: CallingRules, unitPath: string, t: number): number {
  return slotAttempts[slotOf(rules, unitPath, t)] ?? 0;
}

/** Why a further attempt is not allowed now by number and distance of attempts; null when it is. */
export function whyNotAgain(
  { attempts, slotAttempts, lastAttemptAt }: CallHistory,
  rules: CallingRules,
  unitPath: string,
  now: number,
): 'max-attempts' | 'too-soon' | 'enough-today' | 'slot-used' | null {
  if (attempts >= rules.maxAttempts) return 'max-attempts';
  if (lastAttemptAt !== null && !isPast(lastAttemptAt + rules.minGapMinutes * MINUTE, now)) return 'too-soon';
  if ((slotAttempts[localDay(rules, unitPath, now)] ?? 0) >= rules.maxPerDay) return 'enough-today';
  const slot = findSlot(rules, unitPath, now);
  if (slot !== null && (slotAttempts[slot.code] ?? 0) >= slot.max) return 'slot-used';
  return null;
}

/**
 * Whether an instant that we once noted has passed. One more than a month ahead was noted by a clock that ran far ahead
 * and was set back since: waiting for it would bury the case.
 */
export function isPast(t: number, now: number): boolean {
  return t <= now || t - now > 31 * DAY;
}

/** A lease has run out, or was given under a clock that has been set back by more than its length since. */
export function isLeaseOver(leaseUntil: number, rules: CallingRules, now: number): boolean {
  return leaseUntil <= now || leaseUntil - now > 2 * rules.leaseMinutes * MINUTE;
}

/** All attempts are used up: in total, or in every slot that the hours of the place leave open. */
export function isExhausted({ attempts, slotAttempts }: CallHistory, rules: CallingRules, unitPath: string): boolean {
  if (attempts >= rules.maxAttempts) return true;
  const { hours } = regionOf(rules, unitPath);
  const open = rules.slots.filter(({ days, from, to }) =>
    days.some((kind) => kind !== 'holiday' && hours[kind].some((window) => window.from < to && window.to > from)),
  );
  // Hours outside every slot stay open until the total is reached.
  const isCovered = DAY_KINDS.every((kind) =>
    hours[kind].every(({ from, to }) =>
      isCoveredBy(
        rules.slots.filter(({ days }) => days.includes(kind)),
        from,
        to,
      ),
    ),
  );
  return isCovered && open.length > 0 && open.every(({ code, max }) => (slotAttempts[code] ?? 0) >= max);
}

function isCoveredBy(slots: readonly DayWindow[], from: number, to: number): boolean {
  let reached = from;
  for (const slot of slots.toSorted((a, b) => a.from - b.from))
    if (slot.from <= reached) reached = Math.max(reached, slot.to);
  return reached >= to;
}

/** The first moment from `t` on at which the rules allow the next attempt; null when there is none. */
export function nextCallable(history: CallHistory, rules: CallingRules, unitPath: string, t: number): number | null {
  const { offsetMinutes } = regionOf(rules, unitPath);
  let from = t;
  // Each turn skips a slot or a day.
  for (let turn = 0; turn < HORIZON_DAYS * 6; turn++) {
    const moment = nextAllowed(rules, unitPath, from);
    if (moment === null || moment - t > HORIZON_DAYS * DAY) return null;
    const why = whyNotAgain(history, rules, unitPath, moment);
    if (why === null) return moment;
    if (why === 'max-attempts') return null;
    const { dayStart } = localMoment(rules, offsetMinutes, moment);
    if (why === 'enough-today') from = dayStart + DAY;
    else if (why === 'slot-used') from = dayStart + (findSlot(rules, unitPath, moment)?.to ?? 24 * 60) * MINUTE;
    else from = Math.max(moment + MINUTE, (history.lastAttemptAt ?? moment) + rules.minGapMinutes * MINUTE);
  }
  return null;
}

/**
 * When a case is due again after an outcome, and its history. A line that fell is called back once within minutes;
 * all else waits for its delay and for the next slot with room. Null: never, its attempts are used up.
 */
export function dueAfter(
  history: CallHistory,
  outcome: DelayClass,
  rules: CallingRules,
  { unitPath, now }: { readonly unitPath: string; readonly now: number },
): { readonly dueAt: number | null; readonly slotAttempts: CallHistory['slotAttempts'] } {
  const { slotAttempts } = history;
  const later = now + rules.delays[outcome] * MINUTE;
  if (outcome === 'dropped') {
    if ((slotAttempts[CALLBACK] ?? 0) === 0 && mayCallAt(rules, unitPath, later))
      return { dueAt: later, slotAttempts: { ...slotAttempts, [CALLBACK]: 1 } };
    return { dueAt: nextCallable(history, rules, unitPath, now + rules.delays.other * MINUTE), slotAttempts };
  }
  if (outcome === 'refusal') {
    const cooled = now + rules.refusalCoolOffDays * DAY;
    return { dueAt: nextAllowed(rules, unitPath, cooled), slotAttempts };
  }
  return { dueAt: nextCallable(history, rules, unitPath, later), slotAttempts };
}

/** Whether the call-back after a fallen line is what this case waits for: gap, day and slot do not stand in its way. */
export function isCallBackDue(
  { slotAttempts, lastAttemptAt }: CallHistory,
  dueAt: number,
  rules: CallingRules,
): boolean {
  return (
    (slotAttempts[CALLBACK] ?? 0) === 1 &&
    lastAttemptAt !== null &&
    dueAt > lastAttemptAt &&
    dueAt - lastAttemptAt < rules.minGapMinutes * MINUTE
  );
}
