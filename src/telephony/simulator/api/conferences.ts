import { type FormParams, firstOf } from '../../twilio/signature.ts';
import { stamp } from '../call.ts';
import type { Conference, Seat, SeatOrder } from '../conference.ts';
import { orderOf } from './calls.ts';
import { type ApiContext, addressOf, fail, gone, json, NOT_FOUND, page, subscriptionOf } from './reply.ts';

/** A conference's name of the carrier's making. */
const SID = /^CF[0-9a-f]{32}$/i;
const LIMIT_S = 14_400;

/** Conferences and who takes part in them. */
export function createConferencesApi({ exchange, accountSid, root, checkNumbers }: ApiContext) {
  const { conferences } = exchange;

  function answer(method: string, parts: readonly string[], form: FormParams, query: URLSearchParams): Response {
    const [name, sub, who] = parts.map(decodeURIComponent);
    if (name === undefined) return list(query);
    const conference = conferences.find(name);
    if (sub === 'Participants' && who === undefined && method === 'POST') return invite(name, conference, form);
    if (!conference) return fail(NOT_FOUND);
    if (sub === undefined) {
      if (method === 'POST' && firstOf(form, 'Status') === 'completed')
        conferences.finish(conference, 'conference-ended-via-api', null);
      return json(write(conference));
    }
    if (sub !== 'Participants') return fail(NOT_FOUND);
    if (who === undefined) return listSeats(conference, query);
    const seat = [...conference.seats.values()].find(({ call, label }) => call.sid === who || label === who);
    if (!seat) return fail(NOT_FOUND);
    if (method === 'DELETE') {
      if (seat.joinedAt === null) exchange.cut(seat.call);
      else conferences.leave(seat, 'kicked');
      return gone();
    }
    if (method === 'POST') change(seat, form);
    return json(writeSeat(seat));
  }

  function list(query: URLSearchParams): Response {
    const [name, status] = [query.get('FriendlyName'), query.get('Status')];
    const found = [...conferences.all.values()]
      .reverse()
      .filter((one) => (name === null || one.name === name) && (status === null || one.status === status));
    return page('conferences', { found, query, path: `${root}/Conferences.json`, write });
  }

  /** Rings somebody for a conference; a name that nobody has used yet makes one. */
  function invite(name: string, found: Conference | undefined, form: FormParams): Response {
    if (found ? found.status === 'completed' : SID.test(name)) return fail(NOT_FOUND);
    const order = orderOf(form, LIMIT_S);
    const wrong = checkNumbers(order.to, order.from);
    if (wrong) return fail(wrong);
    if (exchange.isFull()) return fail({ status: 429, code: 10_004, message: 'Call concurrency limit exceeded' });
    const conference =
      found ??
      conferences.open({
        name,
        callbacks: subscriptionOf(form, 'ConferenceStatusCallback'),
        record: /^(true|record-from-start)$/.test(firstOf(form, 'ConferenceRecord') ?? '')
          ? { callback: subscriptionOf(form, 'ConferenceRecordingStatusCallback') }
          : null,
      });
    const amd = firstOf(form, 'MachineDetection') === null ? null : addressOf(form, 'AmdStatusCallback');
    const call = exchange.invite({ ...order, amd }, conference, seatOf(form, order.limitMs));
    return call.seat ? json(writeSeat(call.seat), 201) : fail(NOT_FOUND);
  }

  function listSeats({ sid, seats }: Conference, query: URLSearchParams): Response {
    const [muted, hold] = [query.get('Muted'), query.get('Hold')];
    const found = [...seats.values()]
      .reverse()
      .filter(
        (seat) =>
          seat.joinedAt !== null &&
          (muted === null || String(seat.isMuted) === muted) &&
          (hold === null || String(seat.isHeld) === hold),
      );
    return page('participants', {
      found,
      query,
      path: `${root}/Conferences/${sid}/Participants.json`,
      write: writeSeat,
    });
  }

  function change(seat: Seat, form: FormParams): void {
    const [muted, hold, ends] = [firstOf(form, 'Muted'), firstOf(form, 'Hold'), firstOf(form, 'EndConferenceOnExit')];
    if (muted !== null) conferences.mute(seat, muted === 'true');
    if (hold !== null) conferences.hold(seat, hold === 'true');
    if (ends !== null) seat.endsOnExit = ends === 'true';
  }

  const write = (conference: Conference): object => ({
    sid: conference.sid,
    account_sid: accountSid,
    api_version: '2010-04-01',
    friendly_name: conference.name,
    status: conference.status,
    region: 'us1',
    reason_conference_ended: conference.reason,
    call_sid_ending_conference: conference.endedBy,
    date_created: stamp(conference.createdAt),
    date_updated: stamp(conference.endedAt ?? conference.createdAt),
    uri: `${root}/Conferences/${conference.sid}.json`,
    subresource_uris: { participants: `${root}/Conferences/${conference.sid}/Participants.json` },
  });

  const writeSeat = (seat: Seat): object => ({
    account_sid: accountSid,
    call_sid: seat.call.sid,
    conference_sid: seat.conference.sid,
    label: seat.label,
    muted: seat.isMuted,
    hold: seat.isHeld,
    coaching: false,
    call_sid_to_coach: null,
    start_conference_on_enter: seat.startsOnEnter,
    end_conference_on_exit: seat.endsOnExit,
    status: statusOf(seat),
    queue_time: String(seat.call.queueMs),
    date_created: stamp(seat.joinedAt ?? seat.createdAt),
    date_updated: stamp(seat.joinedAt ?? seat.createdAt),
    uri: `${root}/Conferences/${seat.conference.sid}/Participants/${seat.call.sid}.json`,
  });

  return { answer };
}

function statusOf({ call, joinedAt }: Seat): string {
  if (joinedAt !== null) return 'connected';
  return call.status === 'in-progress' ? 'connecting' : call.status;
}

function seatOf(form: FormParams, limitMs: number): SeatOrder {
  const beep = firstOf(form, 'Beep');
  const wait = addressOf(form, 'WaitUrl');
  return {
    label: firstOf(form, 'Label'),
    isMuted: firstOf(form, 'Muted') === 'true',
    startsOnEnter: firstOf(form, 'StartConferenceOnEnter') !== 'false',
    endsOnExit: firstOf(form, 'EndConferenceOnExit') === 'true',
    beeps: beep === 'false' || beep === 'onEnter' || beep === 'onExit' ? beep : 'true',
    wait: wait?.url === '' ? null : wait,
    limitMs,
  };
}
