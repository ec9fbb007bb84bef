import type { Address, GatherState, NetworkCall, Playing } from './call.ts';
import { secondsOf, type Verb } from './document.ts';
import { promptMs } from './prompts.ts';
import { addressIn } from './subscription.ts';

/** The verb Gather: prompts that a key cuts short, digits, and the silences between and after them. */
export function createGathering(steps: {
  readonly speak: (call: NetworkCall, playing: Playing, verb: Verb, then: () => void) => void;
  readonly wait: (call: NetworkCall, ms: number, then: () => void) => void;
  readonly goOn: (call: NetworkCall) => void;
  readonly follow: (call: NetworkCall, address: Address, params: Readonly<Record<string, string>>) => void;
}) {
  const { speak, wait, goOn, follow } = steps;

  function finish(call: NetworkCall, finishedOnKey: string): void {
    const { playing } = call;
    const state = playing?.gather;
    if (!playing || !state) return;
    playing.gather = null;
    call.heard = [];
    call.listener?.heardOut?.();
    if (state.digits === '' && !state.onEmpty) {
      goOn(call);
      return;
    }
    const { action, method, digits } = state;
    const params = { Digits: digits, FinishedOnKey: finishedOnKey, msg: 'Gather End' };
    follow(call, addressIn(action, method, playing.base), params);
  }

  return {
    begin(call: NetworkCall, playing: Playing, verb: Verb): void {
      const { attributes, children } = verb;
      const state: GatherState = {
        action: attributes.action ?? playing.base,
        method: attributes.method === 'GET' ? 'GET' : 'POST',
        timeoutMs: secondsOf(verb, 'timeout', 5) * 1000,
        numDigits: Number(attributes.numDigits ?? Number.POSITIVE_INFINITY),
        finishOnKey: attributes.finishOnKey ?? '#',
        onEmpty: attributes.actionOnEmptyResult === 'true',
        digits: '',
        isSpeaking: true,
      };
      playing.gather = state;
      const own = children.filter(({ name }) => name === 'Say').map(({ text }) => text);
      const { finishOnKey, timeoutMs, numDigits } = state;
      call.listener?.listen({
        ...{ text: [...call.heard, ...own].join(''), timeoutMs, numDigits, finishOnKey },
        promptMs: children.reduce((sum, child) => sum + promptMs(child, playing), 0),
      });
      const speakFrom = (index: number): void => {
        if (playing.gather !== state) return;
        const child = children[index];
        if (child && state.isSpeaking) {
          speak(call, playing, child, () => speakFrom(index + 1));
          return;
        }
        state.isSpeaking = false;
        wait(call, timeoutMs, () => finish(call, ''));
      };
      speakFrom(0);
    },

    press(call: NetworkCall, playing: Playing, state: GatherState, key: string, heldMs: number): void {
      playing.cancel?.();
      if (state.isSpeaking) {
        state.isSpeaking = false;
        call.listener?.hush?.();
      }
      const isTerminator = state.finishOnKey.includes(key);
      // The terminator ends nothing that has not begun.
      if (!isTerminator) state.digits += key;
      if (isTerminator && state.digits !== '') finish(call, key);
      else if (state.digits.length >= state.numDigits) finish(call, '');
      else wait(call, heldMs + state.timeoutMs, () => finish(call, ''));
    },
  };
}
