import { afterEach, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import type { Habit } from '../../src/telephony/simulator/readers.ts';
import { type Campaign, everybody, MINUTE, startCampaign } from '../support/campaign.ts';
import { ANSWERS } from '../support/world.ts';

/** A town in which four ways to take a message are equally frequent. */
const HABITS: Readonly<Record<Habit, number>> = {
  ...{ opens: 1, stops: 1, ignores: 1, unreachable: 1 },
  ...{ replies: 0, unknown: 0, landline: 0, filtered: 0 },
};

describe('a town that is sent messages', () => {
  let campaign: Campaign | null = null;
  afterEach(async () => {
    await campaign?.close();
    campaign = null;
  });

  it('who opens the link answers on the web, who says stop is left alone, and nobody is called after either', async () => {
    const visits: string[] = [];
    campaign = await startCampaign({
      cases: 24,
      network: {
        ...{ habits: HABITS, mix: everybody('no-answer'), callbackFaults: { late: 0.2, twice: 0.2, lost: 0.1 } },
        async visit({ number, url }) {
          visits.push(number);
          if (campaign) await answerOnTheWeb(campaign, url);
        },
      },
    });
    const { phone, stores, reader, network, time } = campaign;
    for (const { id } of await campaign.listCases()) await phone.messages.sendLink(OPERATOR, id);
    await time.run(time.now() + 60 * MINUTE);
    const numbers = new Map([...network.exchange.messages.all.values()].map(({ sid, to }) => [sid, to]));
    const people: { readonly number: string; readonly habit: Habit; readonly end: string | null }[] = [];
    for (const { id, state, disposition } of await campaign.listCases()) {
      const [row] = await stores.messages.listOfCase(reader, id);
      const number = numbers.get(row?.providerId ?? '') ?? '';
      const habit = network.habitOf(number);
      people.push({ number, habit, end: state === 'FINAL' ? disposition : null });
      const undelivered = row?.statuses.includes('undelivered') ? row.status : null;
      expect([null, habit === 'unreachable' ? 'undelivered' : null]).toContain(undelivered);
    }
    const ends: Partial<Record<Habit, string>> = { opens: '1.1', stops: '2.112' };
    for (const { habit, end } of people) expect(end, habit).toBe(ends[habit] ?? null);
    expect(new Set(people.map(({ habit }) => habit))).toEqual(new Set(['opens', 'stops', 'ignores', 'unreachable']));
    expect(new Set(visits)).toEqual(
      new Set(people.filter(({ habit }) => habit === 'opens').map(({ number }) => number)),
    );

    const jobs = campaign.drive();
    await time.run(time.now() + 60 * MINUTE);
    jobs.stop();
    const called = new Set([...network.exchange.calls.values()].map(({ to }) => to));
    expect(called).toEqual(new Set(people.filter(({ end }) => end === null).map(({ number }) => number)));
  });
});

async function answerOnTheWeb({ answer }: Campaign, url: string): Promise<void> {
  const { origin, pathname } = new URL(url);
  const entry = await answer(new Request(`${origin}/api/entry/invitation/${pathname.split('/').at(-1)}`));
  const { ticket } = (await entry.json()) as { ticket: string };
  const finished = await answer(
    new Request(`${origin}/api/interviews/finish`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Ticket': ticket },
      body: JSON.stringify({ lang: 'zh', answers: ANSWERS }),
    }),
  );
  if (!finished.ok) throw new Error(`${finished.status} ${await finished.text()}`);
}
