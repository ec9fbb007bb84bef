import { createRandom, type RandomStream, seedOf } from '../../core/random.ts';
import {
  type Address,
  isOver,
  type NetworkCall,
  type Playing,
  type Recording,
  type Subscription,
  stamp,
} from './call.ts';
import type { Callbacks } from './callbacks.ts';
import type { NetworkClock } from './clock.ts';
import type { Recordings } from './recordings.ts';
import type { TraceEntry } from './trace.ts';
import { hex } from './webhooks.ts';

/** How somebody takes part. */
export interface SeatOrder {
  readonly label: string | null;
  readonly isMuted: boolean;
  /** The talk does not begin before somebody comes who begins it. */
  readonly startsOnEnter: boolean;
  readonly endsOnExit: boolean;
  readonly beeps: 'true' | 'false' | 'onEnter' | 'onExit';
  /** What is played until the talk begins; null: nothing. */
  readonly wait: Address | null;
  /** Who sits longer is sent out. */
  readonly limitMs: number;
}

/** A place in a conference, from the moment its call is made. */
export interface Seat extends Omit<SeatOrder, 'endsOnExit' | 'isMuted'> {
  readonly call: NetworkCall;
  readonly conference: Conference;
  readonly createdAt: number;
  endsOnExit: boolean;
  isMuted: boolean;
  isHeld: boolean;
  joinedAt: number | null;
  unlimit: () => void;
  /** Where the call's document stands meanwhile; null: the call has no document, it exists for the conference alone. */
  document: Playing | null;
}

/** What whoever opens a conference decides for all. */
export interface ConferenceOrder {
  readonly name: string;
  readonly callbacks: Subscription | null;
  /** Record from the beginning, and tell here. */
  readonly record: { readonly callback: Recording['callback'] } | null;
}

export interface Conference extends ConferenceOrder {
  readonly sid: string;
  readonly createdAt: number;
  readonly random: RandomStream;
  /** By the name of their call, those who still ring included. */
  readonly seats: Map<string, Seat>;
  status: 'init' | 'in-progress' | 'completed';
  endedAt: number | null;
  reason: string | null;
  endedBy: string | null;
  sequence: number;
  recording: Recording | null;
}

export type Conferences = ReturnType<typeof createConferences>;

/** `moved`: the call does something else already. */
export type Leaving = 'hung-up' | 'moved' | 'kicked' | 'over';

/** Conversations of several calls, by their names: who is in, who hears whom, and how they end. */
export function createConferences(options: {
  readonly clock: NetworkClock;
  readonly seed: number;
  readonly ids: RandomStream;
  readonly accountSid: string;
  readonly callbacks: Callbacks;
  readonly recordings: Recordings;
  readonly note: (entry: Omit<TraceEntry, 'at'>) => void;
  readonly later: (call: NetworkCall, delayMs: number, work: () => void) => () => void;
  /** Plays to somebody who waits. */
  readonly entertain: (call: NetworkCall, wait: Address) => void;
  readonly hush: (call: NetworkCall) => void;
  /** The call goes on without the conference. */
  readonly release: (call: NetworkCall) => void;
}) {
  const { clock, ids, accountSid, callbacks, recordings } = options;
  const all = new Map<string, Conference>();
  const openNames = new Map<string, Conference>();
  const present = (conference: Conference): Seat[] =>
    [...conference.seats.values()].filter(({ joinedAt }) => joinedAt !== null);
  const isHeard = ({ joinedAt, isMuted, isHeld }: Seat): boolean => joinedAt !== null && !isMuted && !isHeld;

  /** Whom a seat hears: everybody else who is in, neither muted nor on hold, once the talk has begun. */
  function heardBy(seat: Seat): Seat[] {
    if (seat.conference.status !== 'in-progress' || seat.joinedAt === null || seat.isHeld) return [];
    return present(seat.conference).filter((other) => other !== seat && isHeard(other));
  }

  function note(conference: Conference, event: string, call: string | null): void {
    const { sid, name } = conference;
    const hears = Object.fromEntries(
      present(conference).map((seat) => [seat.call.sid, heardBy(seat).map((other) => other.call.sid)]),
    );
    options.note({ kind: 'conference', conference: sid, name, event, ...(call === null ? {} : { call }), hears });
  }

  /** `subscribed` is the word under which an event is asked for, `event` the one under which it is told. */
  function tell(conference: Conference, subscribed: string, event: string, seat: Seat | null): void {
    note(conference, event, seat?.call.sid ?? null);
    const subscription = conference.callbacks;
    const sequence = conference.sequence++;
    if (!subscription?.events.has(subscribed)) return;
    const { reason, endedBy } = conference;
    callbacks.tell({ about: { conference: conference.sid }, random: conference.random }, subscription, event, {
      AccountSid: accountSid,
      ConferenceSid: conference.sid,
      FriendlyName: conference.name,
      StatusCallbackEvent: event,
      SequenceNumber: String(sequence),
      Timestamp: stamp(clock.now()),
      ...(seat
        ? {
            CallSid: seat.call.sid,
            Muted: String(seat.isMuted),
            Hold: String(seat.isHeld),
            Coaching: 'false',
            StartConferenceOnEnter: String(seat.startsOnEnter),
            EndConferenceOnExit: String(seat.endsOnExit),
            ...(seat.label === null ? {} : { ParticipantLabel: seat.label }),
          }
        : {}),
      ...(event === 'conference-end' && reason !== null ? { ReasonConferenceEnded: reason } : {}),
      ...(event === 'conference-end' && endedBy !== null ? { CallSidEndingConference: endedBy } : {}),
    });
  }

  const find = (nameOrSid: string): Conference | undefined => all.get(nameOrSid) ?? openNames.get(nameOrSid);

  /** The conference of this name; there is one as soon as somebody asks for it. */
  function open(order: ConferenceOrder): Conference {
    const found = find(order.name);
    if (found) return found;
    const conference: Conference = {
      ...order,
      ...{ sid: `CF${hex(ids)}${hex(ids)}`, createdAt: clock.now(), seats: new Map(), status: 'init', endedAt: null },
      random: createRandom(seedOf(`${options.seed}:conference:${order.name}:${all.size}`)),
      ...{ reason: null, endedBy: null, sequence: 0, recording: null },
    };
    all.set(conference.sid, conference);
    openNames.set(conference.name, conference);
    note(conference, 'made', null);
    return conference;
  }

  /** Keeps a place for a call that may still ring. */
  function reserve(conference: Conference, call: NetworkCall, order: SeatOrder): Seat {
    const seat: Seat = {
      ...{ ...order, call, conference, createdAt: clock.now() },
      ...{ isHeld: false, joinedAt: null, document: null, unlimit: () => {} },
    };
    conference.seats.set(call.sid, seat);
    call.seat = seat;
    return seat;
  }

  function enter(seat: Seat): void {
    const { conference, call } = seat;
    if (conference.status === 'completed') {
      leave(seat, 'over');
      return;
    }
    seat.document = call.playing;
    seat.joinedAt = clock.now();
    seat.unlimit = options.later(call, seat.limitMs, () => leave(seat, 'kicked'));
    tell(conference, 'join', 'participant-join', seat);
    const seats = present(conference);
    if (conference.status === 'init') {
      if (seats.length < 2 || !seats.some(({ startsOnEnter }) => startsOnEnter)) {
        if (seat.wait) options.entertain(call, seat.wait);
        return;
      }
      conference.status = 'in-progress';
      if (conference.record)
        conference.recording = recordings.start({
          ...{ call, source: 'Conference', conferenceSid: conference.sid, callback: conference.record.callback },
        });
      tell(conference, 'start', 'conference-start', null);
      for (const other of seats) {
        options.hush(other.call);
        other.call.listener?.talk?.();
      }
    } else call.listener?.talk?.();
    beep(seat, 'onEnter');
  }

  function beep(seat: Seat, when: 'onEnter' | 'onExit'): void {
    if (seat.conference.status !== 'in-progress' || (seat.beeps !== 'true' && seat.beeps !== when)) return;
    for (const { call } of present(seat.conference)) call.listener?.beep?.();
  }

  function leave(seat: Seat, how: Leaving): void {
    const { conference, call } = seat;
    if (!conference.seats.delete(call.sid)) return;
    const wasIn = seat.joinedAt !== null;
    const { document } = seat;
    call.seat = null;
    if (wasIn) {
      seat.unlimit();
      options.hush(call);
      if (!isOver(call)) call.playing = document;
      tell(conference, 'leave', 'participant-leave', seat);
      if (how !== 'over') beep(seat, 'onExit');
    }
    if (wasIn && seat.endsOnExit) finish(conference, 'participant-with-end-conference-on-exit-left', call.sid);
    else if (present(conference).length === 0 && (wasIn || conference.seats.size === 0))
      finish(conference, how === 'kicked' ? 'last-participant-kicked' : 'last-participant-left', call.sid);
    if (how === 'kicked' || how === 'over') options.release(call);
  }

  function finish(conference: Conference, reason: string, endedBy: string | null): void {
    if (conference.status === 'completed') return;
    conference.status = 'completed';
    conference.endedAt = clock.now();
    conference.reason = reason;
    conference.endedBy = endedBy;
    if (conference.recording) recordings.stop(conference.recording);
    openNames.delete(conference.name);
    // Who still rings goes on ringing: nobody told the one called that the talk is over.
    for (const seat of present(conference)) leave(seat, 'over');
    tell(conference, 'end', 'conference-end', null);
  }

  return {
    all: all as ReadonlyMap<string, Conference>,
    find,
    open,
    reserve,
    enter,
    leave,
    heardBy,
    /** Who hears what is said in a seat. */
    hearersOf: (seat: Seat): NetworkCall[] =>
      isHeard(seat)
        ? present(seat.conference)
            .filter((other) => heardBy(other).includes(seat))
            .map(({ call }) => call)
        : [],
    mute(seat: Seat, isMuted: boolean): void {
      if (seat.isMuted === isMuted) return;
      seat.isMuted = isMuted;
      tell(seat.conference, 'mute', isMuted ? 'participant-mute' : 'participant-unmute', seat);
    },
    hold(seat: Seat, isHeld: boolean): void {
      if (seat.isHeld === isHeld) return;
      seat.isHeld = isHeld;
      tell(seat.conference, 'hold', isHeld ? 'participant-hold' : 'participant-unhold', seat);
    },
    finish,
  };
}
