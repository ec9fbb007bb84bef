import { AppError } from '../core/errors.ts';
import type { PhoneCarrier } from './carrier.ts';

/**
 * No carrier at all: the interviewer dials on the phone of the desk and says what came of it. Whoever asks for a call
 * all the same is told so.
 */
export function createManualCarrier(): PhoneCarrier {
  const refuse = async (): Promise<never> => {
    throw new AppError('CARRIER_MANUAL');
  };
  return {
    name: 'manual',
    caps: {
      multiStep: false,
      inbound: false,
      bridge: false,
      listen: false,
      browserAudio: false,
      record: false,
      amd: false,
      smsOut: false,
      smsIn: false,
      maxCps: 0,
      maxLines: 0,
      serves: () => false,
    },
    placeCall: refuse,
    bridge: refuse,
    join: refuse,
    listen: refuse,
    speak: refuse,
    // There is no call that could go on.
    hangup: async () => {},
    startRecording: refuse,
    stopRecording: async () => {},
    fetchRecording: refuse,
    deleteRecording: async () => {},
    reconcile: async () => null,
    sendMessage: refuse,
  };
}
