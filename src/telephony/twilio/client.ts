import type Twilio from 'twilio/lib/rest/Twilio.js';
import type { Step } from '../../interview/step.ts';
import {
  type AskedCall,
  type CarrierCaps,
  CarrierError,
  type CarrierEvent,
  type CarrierName,
  type LiveCall,
  type OutgoingMessage,
  type PhoneCarrier,
  type PlaceCall,
  type PlacedCall,
} from '../carrier.ts';
import type { HookAddresses } from './addresses.ts';
import { callBody } from './events.ts';
import { type Fetch, loadClient, rebase } from './transport.ts';
import { renderStep } from './twiml.ts';

export interface TwilioOptions {
  /** The simulated network is reached through this same adapter. */
  readonly name: Exclude<CarrierName, 'manual'>;
  readonly accountSid: string;
  readonly authToken: string;
  /** A server that speaks the same as Twilio; null: Twilio itself. */
  readonly baseUrl: string | null;
  readonly hooks: HookAddresses;
  readonly maxCps: number;
  readonly maxLines: number;
  readonly fetch?: Fetch;
  readonly timeoutMs?: number;
}

const API = 'https://api.twilio.com/2010-04-01';

/** What the API says about a call, in so far as we look at it. */
interface CallRecord {
  readonly sid: string;
  readonly status: string;
  readonly dateCreated: Date | null;
  readonly startTime: Date | null;
  readonly endTime: Date | null;
  readonly duration: string | null;
}

/** Calls by the official SDK: Twilio, or whoever speaks the same. */
export function createTwilioCarrier(options: TwilioOptions): PhoneCarrier {
  const { accountSid, authToken, baseUrl, hooks } = options;
  const doFetch: Fetch = options.fetch ?? ((url, init) => fetch(url, init));
  const timeoutMs = options.timeoutMs ?? 10_000;
  let loaded: Twilio | null = null;
  const sdk = (): Twilio => {
    loaded ??= loadClient(options, { baseUrl, fetch: doFetch, timeoutMs });
    return loaded;
  };

  const create = async (call: PlaceCall, to: string, leg?: 'agent'): Promise<PlacedCall> => {
    const { attemptId } = call;
    const created = await sdk().calls.create({
      to,
      from: call.from,
      url: hooks.start(attemptId, leg),
      method: 'POST',
      fallbackUrl: hooks.fallback(attemptId),
      fallbackMethod: 'POST',
      statusCallback: hooks.status(attemptId, leg),
      statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
      statusCallbackMethod: 'POST',
      timeout: Math.round(call.ringMs / 1000),
      timeLimit: Math.round(call.maxMs / 1000),
      ...(call.amd
        ? {
            machineDetection: 'Enable',
            // Without it the line stays silent until the carrier has made up its mind.
            asyncAmd: 'true',
            asyncAmdStatusCallback: hooks.amd(attemptId),
            asyncAmdStatusCallbackMethod: 'POST',
          }
        : {}),
    });
    if (!/^CA/.test(created.sid ?? ''))
      throw new CarrierError('ambiguous', 'the carrier answered without naming the call');
    return { providerCallId: created.sid, queuedMs: Number(created.queueTime) || 0 };
  };

  /** A leg into a conference that is there, or into a new one of that name. */
  const seat = async (
    conference: string,
    order: Pick<PlaceCall, 'to' | 'from' | 'ringMs' | 'maxMs'> & { readonly statusCallback: string },
    place: {
      readonly label: string;
      readonly muted: boolean;
      readonly earlyMedia: boolean;
      readonly startConferenceOnEnter: boolean;
      readonly endConferenceOnExit: boolean;
    },
  ): Promise<string> => {
    const { callSid } = await sdk()
      .conferences(conference)
      .participants.create({
        ...{ to: order.to, from: order.from, statusCallback: order.statusCallback, ...place },
        statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
        statusCallbackMethod: 'POST',
        timeout: Math.round(order.ringMs / 1000),
        timeLimit: Math.round(order.maxMs / 1000),
        ...{ beep: 'false', waitUrl: '' },
      });
    if (!/^CA/.test(callSid ?? '')) throw new CarrierError('ambiguous', 'the carrier answered without naming the leg');
    return callSid;
  };

  const recordingUrl = (recordingId: string): string =>
    rebase(`${API}/Accounts/${accountSid}/Recordings/${encodeURIComponent(recordingId)}.wav`, baseUrl).href;

  return {
    name: options.name,
    caps: capsOf(options),
    placeCall: (call) => create(call, call.to),
    bridge: (agent, call) => create(call, agent.number, 'agent'),
    async join(call) {
      const order = { ...call, statusCallback: hooks.status(call.attemptId) };
      const providerCallId = await seat(call.attemptId, order, {
        ...{ label: 'respondent', muted: false },
        // The interviewer hears it ring.
        ...{ earlyMedia: true, startConferenceOnEnter: true, endConferenceOnExit: true },
      });
      return { providerCallId, queuedMs: 0 };
    },
    async listen({ attemptId }, { listeningId, number, ...order }) {
      // By its own name: one that is over is not opened again, as it would be by ours.
      const [room] = await sdk().conferences.list({ friendlyName: attemptId, status: 'in-progress', limit: 1 });
      if (!room) return null;
      try {
        const to = { ...order, to: number, statusCallback: hooks.listening(listeningId) };
        const legId = await seat(room.sid, to, {
          ...{ label: listeningId, muted: true },
          // Not a sound of the supervisor's line is heard, not even its ringing.
          ...{ earlyMedia: false, startConferenceOnEnter: false, endConferenceOnExit: false },
        });
        return { legId };
      } catch (error) {
        if (isOver(error)) return null;
        throw error;
      }
    },
    async speak({ attemptId, providerCallId }: LiveCall, step: Step) {
      await sdk()
        .calls(providerCallId)
        .update({ twiml: renderStep(step, { hooks, attemptId }) });
    },
    async hangup(providerCallId) {
      try {
        await sdk().calls(providerCallId).update({ status: 'completed' });
      } catch (error) {
        if (!isOver(error)) throw error;
      }
    },
    async startRecording({ attemptId, providerCallId }) {
      const recording = await sdk()
        .calls(providerCallId)
        .recordings.create({
          recordingStatusCallback: hooks.recording(attemptId),
          recordingStatusCallbackEvent: ['completed', 'absent'],
          recordingStatusCallbackMethod: 'POST',
          recordingChannels: 'mono',
        });
      return { recordingId: recording.sid };
    },
    async stopRecording({ providerCallId }) {
      try {
        await sdk().calls(providerCallId).recordings('Twilio.CURRENT').update({ status: 'stopped' });
      } catch (error) {
        if (!isOver(error)) throw error;
      }
    },
    async fetchRecording(recordingId) {
      const credentials = Buffer.from(`${accountSid}:${authToken}`).toString('base64');
      const response = await doFetch(recordingUrl(recordingId), {
        headers: { Authorization: `Basic ${credentials}` },
        signal: AbortSignal.timeout(timeoutMs * 6),
      }).catch((error: unknown) => {
        throw new CarrierError('carrier-down', 'the recording could not be fetched', {}, { cause: error });
      });
      if (!response.ok)
        throw new CarrierError('carrier-down', 'the recording could not be fetched', {
          providerCode: `HTTP ${response.status}`,
        });
      return new Uint8Array(await response.arrayBuffer());
    },
    async deleteRecording(recordingId) {
      try {
        await sdk().recordings(recordingId).remove();
      } catch (error) {
        if (!isOver(error)) throw error;
      }
    },
    async reconcile(call) {
      const found = await findCall(sdk(), call);
      return found === null ? null : eventOf(call, found);
    },
    async sendMessage({ messageId, to, from, template, vars, body }: OutgoingMessage) {
      const isApproved = template.startsWith('HX');
      const sent = await sdk().messages.create({
        to,
        from,
        ...(isApproved ? { contentSid: template, contentVariables: JSON.stringify(vars) } : { body }),
        statusCallback: hooks.messageStatus(messageId),
      });
      return { providerId: sent.sid };
    },
  };
}

/** Twilio has not called mainland China since the end of November 2023; others who speak the same may. */
function capsOf({ baseUrl, maxCps, maxLines }: TwilioOptions): CarrierCaps {
  return {
    multiStep: true,
    inbound: true,
    bridge: true,
    listen: true,
    browserAudio: false,
    record: true,
    amd: true,
    smsOut: true,
    smsIn: true,
    maxCps,
    maxLines,
    serves: (number) => baseUrl !== null || !number.startsWith('+86'),
  };
}

/** The call is not there any more, or over already: what was wanted is so. */
const isOver = (error: unknown): boolean =>
  error instanceof CarrierError && ['HTTP 404', '20404', '21220'].includes(error.providerCode ?? '');

/**
 * The call we asked for. When its name never reached us: the first call to this number since then. A waiting call has
 * no start time yet, so the list cannot be asked by time.
 */
async function findCall(client: Twilio, { to, askedAt, providerCallId }: AskedCall): Promise<CallRecord | null> {
  if (providerCallId !== null) {
    try {
      return await client.calls(providerCallId).fetch();
    } catch (error) {
      if (isOver(error)) return null;
      throw error;
    }
  }
  const calls: CallRecord[] = await client.calls.list({ to, limit: 50 });
  // The carrier's clock may be a little behind ours, and its times are whole seconds.
  const since = calls.filter(({ dateCreated }) => dateCreated !== null && dateCreated.getTime() >= askedAt - 5000);
  return since.at(-1) ?? null;
}

function eventOf({ attemptId, leg, askedAt }: AskedCall, record: CallRecord): CarrierEvent | null {
  const { sid, status, duration, startTime, endTime } = record;
  const body = callBody(status, duration === null ? {} : { CallDuration: duration });
  if (body === null) return null;
  return {
    attemptId,
    providerCallId: sid,
    leg,
    seq: null,
    at: (endTime ?? startTime)?.getTime() ?? askedAt,
    dedupe: leg === 'agent' ? `reconcile:agent:${status}` : `reconcile:${status}`,
    ...body,
  };
}
