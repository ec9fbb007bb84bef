import type { NetworkCall, Playing } from './call.ts';
import type { NetworkClock } from './clock.ts';
import { secondsOf, type Verb } from './document.ts';
import { type Recordings, recordedSeconds } from './recordings.ts';
import { subscriptionOf } from './subscription.ts';

/** The verb Record at work. */
export interface Recorder {
  /** Somebody speaks for so long. */
  voice(ms: number): void;
  press(key: string): void;
}

/**
 * Records what is said until a key, the limit or silence. `done` is told what there is; null when nobody said anything:
 * that is no recording.
 */
export function startRecorder(options: {
  readonly clock: NetworkClock;
  readonly recordings: Recordings;
  readonly call: NetworkCall;
  readonly playing: Playing;
  readonly verb: Verb;
  readonly done: (params: Readonly<Record<string, string>> | null) => void;
}): Recorder {
  const { clock, recordings, call, playing, verb, done } = options;
  const { finishOnKey = '1234567890*#' } = verb.attributes;
  const silenceMs = secondsOf(verb, 'timeout', 5) * 1000;
  const endsAt = clock.now() + secondsOf(verb, 'maxLength', 3600) * 1000;
  const callback = subscriptionOf(verb, 'recordingStatusCallback', playing.base);
  const recording = recordings.start({ call, source: 'RecordVerb', callback });
  let isEmpty = true;

  function wait(ms: number): void {
    playing.cancel?.();
    playing.cancel = clock.after(Math.min(ms, endsAt - clock.now()), () => finish(''));
  }

  function finish(digits: string): void {
    playing.cancel?.();
    playing.cancel = null;
    playing.recorder = null;
    recordings.stop(recording);
    if (isEmpty) done(null);
    else
      done({
        RecordingSid: recording.sid,
        RecordingUrl: recordings.urlOf(recording),
        RecordingDuration: String(recordedSeconds(recording, clock.now())),
        Digits: digits,
      });
  }

  wait(silenceMs);
  return {
    voice(ms) {
      isEmpty = false;
      wait(ms + silenceMs);
    },
    press: (key) => {
      if (finishOnKey.includes(key)) finish(key);
    },
  };
}
