import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GivenAnswers, Refusal, Reply } from '../../../web/survey/api.ts';
import { createOutbox } from '../../../web/survey/outbox.ts';
import { createPatience } from '../../../web/survey/patience.ts';

/** An outbox over a server that answers as the script says; after its last line it takes everything. */
function open(script: readonly Reply<unknown>['kind'][] = [], unsent: GivenAnswers = {}, refusal?: Refusal) {
  const sent: GivenAnswers[] = [];
  const kept: GivenAnswers[] = [];
  const states: string[] = [];
  const refused: string[] = [];
  const replies = [...script];
  const patience = createPatience();
  const outbox = createOutbox({
    unsent,
    keep: (left) => kept.push(left),
    send: async (answers) => {
      sent.push(answers);
      const kind = replies.shift() ?? 'done';
      if (kind === 'refused') return { kind, refusal: refusal ?? { code: 'WAVE_NOT_OPEN', details: {} } };
      return kind === 'done' ? { kind, value: {} } : { kind };
    },
    patience,
    onState: (state) => {
      if (states.at(-1) !== state) states.push(state);
    },
    onRefused: ({ code }) => refused.push(code),
  });
  return { outbox, patience, sent, kept, states, refused };
}

describe('the outbox of answers', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('keeps an answer on the device before it sends it, and lets go once it is acknowledged', async () => {
    const { outbox, sent, kept, states } = open();
    outbox.put('safety', '2');
    expect([kept, sent]).toEqual([[{ safety: '2' }], []]);
    await vi.advanceTimersByTimeAsync(300);
    expect(sent).toEqual([{ safety: '2' }]);
    expect(kept.at(-1)).toEqual({});
    expect(states).toEqual(['saving', 'saved']);
  });

  it('sends several ticks in one request, the newest value of each question last', async () => {
    const { outbox, sent } = open();
    outbox.put('heard', ['fraud']);
    outbox.put('safety', '1');
    outbox.put('heard', ['fraud', 'drugs']);
    await vi.advanceTimersByTimeAsync(300);
    expect(sent).toEqual([{ safety: '1', heard: ['fraud', 'drugs'] }]);
    expect(Object.keys(sent[0] ?? {})).toEqual(['safety', 'heard']);
  });

  it('tries again at growing intervals until the server is reached', async () => {
    const { outbox, sent, states } = open(['unreachable', 'unreachable']);
    outbox.put('safety', '1');
    await vi.advanceTimersByTimeAsync(300);
    expect([sent.length, states]).toEqual([1, ['saving', 'waiting']]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent.length).toBe(2);
    await vi.advanceTimersByTimeAsync(1999);
    expect(sent.length).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect([sent.length, states]).toEqual([3, ['saving', 'waiting', 'saved']]);
  });

  it('tries at once when the network is back', async () => {
    const { outbox, patience, sent } = open(['unreachable', 'unreachable', 'unreachable']);
    outbox.put('safety', '1');
    await vi.advanceTimersByTimeAsync(300 + 1000 + 2000);
    expect(sent.length).toBe(3);
    patience.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(sent.length).toBe(4);
  });

  it('does not lose an answer that was changed while the older one was on its way', async () => {
    const { outbox, sent, kept } = open(['unreachable']);
    outbox.put('safety', '1');
    await vi.advanceTimersByTimeAsync(300);
    outbox.put('safety', '5');
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toEqual([{ safety: '1' }, { safety: '5' }]);
    expect(kept.at(-1)).toEqual({});
  });

  it('delivers what an earlier visit left behind', async () => {
    const { outbox, sent } = open([], { trend: '2' });
    await outbox.flush();
    expect(sent).toEqual([{ trend: '2' }]);
  });

  it('says nothing of saving when there is nothing to save', async () => {
    const { outbox, states } = open();
    await outbox.flush();
    expect(states).toEqual([]);
  });

  it('drops only the answer that was refused and sends the others again', async () => {
    const { outbox, sent, refused, kept } = open(
      ['refused'],
      {},
      { code: 'ANSWER_CHOICE', details: { question: 'age' } },
    );
    outbox.put('age', 'old');
    outbox.put('safety', '1');
    await vi.advanceTimersByTimeAsync(300);
    expect(sent).toEqual([{ age: 'old', safety: '1' }, { safety: '1' }]);
    expect([refused, kept.at(-1)]).toEqual([['ANSWER_CHOICE'], {}]);
  });

  it('sends nothing more once it is stopped, and hands over what is left', async () => {
    const { outbox, sent } = open(['unreachable']);
    outbox.put('safety', '1');
    await vi.advanceTimersByTimeAsync(300);
    outbox.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent.length).toBe(1);
    expect(outbox.unsent()).toEqual({ safety: '1' });
  });
});
