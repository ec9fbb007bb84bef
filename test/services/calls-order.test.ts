import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CarrierEvent } from '../../src/telephony/carrier.ts';
import { MINUTE, startCampaign } from '../support/campaign.ts';

type Told = CarrierEvent & { readonly t: CarrierEvent['t'] };

/** One call of one case, told by hand: what it does when told in this order. */
async function tell(pick: (events: readonly Told[]) => readonly Told[]) {
  const campaign = await startCampaign({ cases: 1 });
  try {
    await campaign.phone.dialer.tick();
    const [one] = await campaign.listCases();
    const [attempt] = await campaign.attemptsOf(one?.id ?? '');
    const at = campaign.time.now();
    const base = {
      attemptId: attempt?.id ?? '',
      providerCallId: attempt?.providerCallId ?? '',
      leg: 'respondent',
    } as const;
    const progress = (seq: number, status: 'initiated' | 'ringing' | 'answered'): Told => ({
      ...{ ...base, seq, at: at + seq * 1000, dedupe: `status:${seq}`, t: 'progress', status },
    });
    const statuses: Told[] = [
      progress(0, 'initiated'),
      progress(1, 'ringing'),
      progress(2, 'answered'),
      { ...base, seq: null, at: at + 2500, dedupe: 'amd:human', t: 'amd', by: 'human' },
    ];
    const end: Told = {
      ...{ ...base, seq: 3, at: at + 60_000, dedupe: 'status:3', t: 'ended', status: 'completed' },
      ...{ sip: 200, durationMs: 58_000, errorCode: null, fault: null },
    };
    // What is told of the call's progress comes in any order between the requests of the call, which come in theirs.
    const order = pick([...statuses, ...statuses]);
    let token = '';
    for (const keys of ['', '1', '1', '1', '1', '1', '3']) {
      for (const event of order.slice(0, 2)) await campaign.phone.calls.handle(event);
      const input: Told =
        token === ''
          ? { ...base, seq: null, at, dedupe: 'start:respondent', t: 'start' }
          : { ...base, seq: null, at, dedupe: `input:${token}`, t: 'input', token, digits: keys };
      const step = await campaign.phone.calls.handle(input);
      const again = await campaign.phone.calls.handle(input);
      expect(again).toEqual(step);
      token = step?.next.t === 'gather' ? step.next.token : '';
    }
    for (const event of [end, ...order, end]) await campaign.phone.calls.handle(event);
    const [after] = await campaign.listCases();
    const [call] = await campaign.attemptsOf(one?.id ?? '');
    const saved = await campaign.answersOf(after?.invitationId ?? '');
    return {
      case: [after?.state, after?.disposition, after?.attempts, after?.refusals, (after?.dueAt ?? 0) - at],
      call: [call?.state, call?.disposition],
      answers: saved?.answers,
    };
  } finally {
    await campaign.close();
  }
}

it('whatever order callbacks come in, doubled or lost, the call, the case and the answers are the same', {
  timeout: 120_000,
}, async () => {
  const straight = await tell((events) => events);
  expect(straight).toMatchObject({ call: ['completed', '2.12'], answers: { adult: '1', resident: '1', sex: 'male' } });
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat(1000)), fc.nat(6), async (stream, lost) => {
      const keys = [...stream.take(8)];
      const shuffled = await tell((events) =>
        events
          .map((event, i) => ({ event, key: keys[i] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .slice(lost)
          .map(({ event }) => event),
      );
      expect(shuffled).toEqual(straight);
    }),
    { numRuns: 12 },
  );
});

it('a clock that is set forward or back leaves no case behind and calls nobody at night', {
  timeout: 60_000,
}, async () => {
  const campaign = await startCampaign({ cases: 3, persona: 'no-answer' });
  try {
    const jobs = campaign.drive();
    await campaign.time.run(campaign.time.now() + 5 * MINUTE);
    const tried = (await campaign.listCases()).map(({ attempts }) => attempts);
    expect(tried).toEqual([1, 1, 1]);
    // Twelve hours ahead: it is ten at night now.
    campaign.setClock(12 * 60 * MINUTE);
    await campaign.time.run(campaign.time.now() + 30 * MINUTE);
    expect((await campaign.listCases()).map(({ attempts }) => attempts)).toEqual(tried);
    // And back by a day.
    campaign.setClock(-24 * 60 * MINUTE);
    await campaign.time.run(campaign.time.now() + 30 * MINUTE);
    // Set right again, they are called like before.
    campaign.setClock(0);
    await campaign.time.run(campaign.time.now() + 8 * 60 * MINUTE);
    jobs.stop();
    const after = await campaign.listCases();
    for (const one of after) {
      expect(one.attempts).toBeGreaterThanOrEqual(2);
      for (const { endedAt } of await campaign.attemptsOf(one.id)) expect(endedAt).not.toBeNull();
    }
  } finally {
    await campaign.close();
  }
});
