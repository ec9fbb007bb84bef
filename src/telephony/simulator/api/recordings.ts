import { type FormParams, firstOf } from '../../twilio/signature.ts';
import { type NetworkCall, type Recording, stamp } from '../call.ts';
import { recordedSeconds } from '../recordings.ts';
import { toneWav } from '../wav.ts';
import { type ApiContext, bad, fail, gone, json, NOT_FOUND, page, subscriptionOf } from './reply.ts';

/** Recordings: of a call, and by their own names. */
export function createRecordingsApi({ exchange, accountSid, root }: ApiContext) {
  const { recordings, clock } = exchange;

  function ofCall(call: NetworkCall, method: string, id: string | undefined, form: FormParams): Response {
    if (method !== 'POST') return json({ recordings: call.recordings.map(write), next_page_uri: null });
    if (id === undefined) {
      if (call.status !== 'in-progress') return fail(bad(21_220, 'Requested resource is not eligible for recording'));
      const callback = subscriptionOf(form, 'RecordingStatusCallback');
      return json(write(recordings.start({ call, source: 'StartCallRecordingAPI', callback })), 201);
    }
    const recording =
      id === 'Twilio.CURRENT'
        ? call.recordings.find(({ endedAt }) => endedAt === null)
        : call.recordings.find(({ sid }) => sid === id);
    if (!recording) return fail(NOT_FOUND);
    if (firstOf(form, 'Status') === 'stopped') recordings.stop(recording);
    return json(write(recording));
  }

  function list(query: URLSearchParams): Response {
    const callSid = query.get('CallSid');
    const found = [...recordings.all.values()].reverse().filter(({ call }) => callSid === null || call.sid === callSid);
    return page('recordings', { found, query, path: `${root}/Recordings.json`, write });
  }

  /** By its own name; with `.wav` or `.mp3` behind it, the sound. */
  function byName(method: string, name: string): Response {
    const sid = name.replace(/\.(wav|mp3)$/, '');
    const recording = recordings.all.get(sid);
    if (!recording) return fail(NOT_FOUND);
    if (method === 'DELETE') {
      recordings.all.delete(sid);
      exchange.note({ kind: 'recording', call: recording.call.sid, recording: sid, status: 'deleted' });
      return gone();
    }
    if (name === sid) return json(write(recording));
    return new Response(toneWav(recordedSeconds(recording, clock.now())), {
      headers: { 'Content-Type': 'audio/x-wav' },
    });
  }

  const write = (recording: Recording): object => ({
    sid: recording.sid,
    account_sid: accountSid,
    call_sid: recording.call.sid,
    conference_sid: recording.conferenceSid,
    status: recording.endedAt === null ? 'in-progress' : 'completed',
    duration: recording.endedAt === null ? null : String(recordedSeconds(recording, clock.now())),
    channels: 1,
    source: recording.source,
    date_created: stamp(recording.startedAt),
    date_updated: stamp(recording.endedAt ?? recording.startedAt),
    start_time: stamp(recording.startedAt),
    uri: `${root}/Recordings/${recording.sid}.json`,
  });

  return { ofCall, list, byName };
}
