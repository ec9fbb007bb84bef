import type { RandomStream } from '../../core/random.ts';
import type { NetworkCall, Recording } from './call.ts';
import type { Callbacks } from './callbacks.ts';
import type { NetworkClock } from './clock.ts';
import type { TraceEntry } from './trace.ts';
import { hex } from './webhooks.ts';

export interface RecordingOrder {
  /** The call that is recorded, or the one that began the conference. */
  readonly call: NetworkCall;
  readonly source: Recording['source'];
  readonly conferenceSid?: string;
  readonly callback: Recording['callback'];
}

export interface Recordings {
  readonly all: Map<string, Recording>;
  start(order: RecordingOrder): Recording;
  stop(recording: Recording): void;
  urlOf(recording: Recording): string;
}

/** Whole seconds of a recording, so far or in the end. */
export const recordedSeconds = ({ startedAt, endedAt }: Recording, now: number): number =>
  Math.max(1, Math.round(((endedAt ?? now) - startedAt) / 1000));

/** Recordings of calls, messages and conferences. Whoever asked is told when one is done. */
export function createRecordings(options: {
  readonly clock: NetworkClock;
  readonly ids: RandomStream;
  readonly accountSid: string;
  readonly callbacks: Callbacks;
  readonly note: (entry: Omit<TraceEntry, 'at'>) => void;
}): Recordings {
  const { clock, ids, accountSid, callbacks, note } = options;
  const all = new Map<string, Recording>();

  function start({ call, source, conferenceSid, callback }: RecordingOrder): Recording {
    const sid = `RE${hex(ids)}${hex(ids)}`;
    const recording: Recording = {
      ...{ sid, call, source, conferenceSid: conferenceSid ?? null, callback },
      ...{ startedAt: clock.now(), endedAt: null },
    };
    all.set(sid, recording);
    if (conferenceSid === undefined) call.recordings.push(recording);
    note({ kind: 'recording', call: call.sid, recording: sid, status: 'in-progress', source });
    return recording;
  }

  const addressOf = ({ sid }: Recording): string =>
    `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Recordings/${sid}`;

  function stop(recording: Recording): void {
    if (recording.endedAt !== null) return;
    recording.endedAt = clock.now();
    const { call, sid, callback, source, conferenceSid } = recording;
    note({ kind: 'recording', call: call.sid, recording: sid, status: 'completed' });
    if (!callback?.events.has('completed')) return;
    callbacks.tell({ about: { call: call.sid }, random: call.random }, callback, 'recording', {
      AccountSid: accountSid,
      ...(conferenceSid === null ? { CallSid: call.sid } : { ConferenceSid: conferenceSid }),
      RecordingSid: sid,
      RecordingUrl: addressOf(recording),
      RecordingStatus: 'completed',
      RecordingDuration: String(recordedSeconds(recording, clock.now())),
      RecordingChannels: '1',
      RecordingSource: source,
    });
  }

  return {
    all,
    start,
    stop,
    urlOf: addressOf,
  };
}
