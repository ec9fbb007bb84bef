import { callParams, durationOf, type NetworkCall, stamp } from './call.ts';
import type { Callbacks } from './callbacks.ts';
import type { NetworkClock } from './clock.ts';

/** Who speaks longer when a call is taken is likely a machine. */
const GREETING_MS = 3000;

/** What a call tells of itself to whoever subscribed. */
export function createProgress(options: {
  readonly clock: NetworkClock;
  readonly accountSid: string;
  readonly callbacks: Callbacks;
  readonly later: (call: NetworkCall, delayMs: number, work: () => void) => void;
}) {
  const { clock, accountSid, callbacks, later } = options;

  return {
    emit(call: NetworkCall, event: 'initiated' | 'ringing' | 'answered' | 'completed'): void {
      const subscription = call.callbacks;
      if (!subscription?.events.has(event)) return;
      const isEnd = event === 'completed';
      const duration = String(durationOf(call));
      callbacks.tell({ about: { call: call.sid }, random: call.random }, subscription, event, {
        ...callParams(call, accountSid),
        // The carrier's word for a call that only begins is the event itself.
        CallStatus: event === 'initiated' ? 'initiated' : call.status,
        CallbackSource: 'call-progress-events',
        SequenceNumber: String(call.sequence++),
        Timestamp: stamp(clock.now()),
        ...(isEnd ? { CallDuration: duration, Duration: String(Math.ceil(Number(duration) / 60)) } : {}),
        ...(isEnd && call.sip !== null ? { SipResponseCode: String(call.sip) } : {}),
        ...(isEnd && call.errorCode !== null ? { ErrorCode: String(call.errorCode) } : {}),
      });
    },

    /** A guess, leaning to “human” as in life; told while the call goes on. */
    detectMachine(call: NetworkCall): void {
      const { amd } = call;
      if (!amd) return;
      const isMachine = (call.listener?.speechMs ?? 0) > GREETING_MS;
      const isRight = call.random.next() < (isMachine ? 0.85 : 0.97);
      const guess = isMachine === isRight ? 'machine_start' : 'human';
      later(call, 2200 + 2000 * call.random.next(), () => {
        call.answeredBy = guess;
        callbacks.tell({ about: { call: call.sid }, random: call.random }, amd, 'amd', {
          ...callParams(call, accountSid),
          AnsweredBy: guess,
          MachineDetectionDuration: '3200',
        });
      });
    },
  };
}
