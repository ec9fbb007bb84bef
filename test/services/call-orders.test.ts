import { afterEach, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { createAttemptService } from '../../src/services/attempts.ts';
import { type Campaign, startCampaign } from '../support/campaign.ts';
import { AGENT, INTERVIEWER, prepareTalk, sit } from '../support/talk.ts';
import { refusalOf } from '../support/world.ts';

/** On the list and nowhere else: as when the case was made in the same moment. */
const putOnList = ({ phone, stores, services, time }: Campaign, e164: string): Promise<boolean> =>
  services.connection.transaction((tx) =>
    stores.suppressions.insert(tx, {
      ...{ numberHash: phone.vault.suppressionHashOf(e164), reason: 'asked', source: 'desk', by: 'respondent' },
      ...{ at: time.now(), unitCode: null },
    }),
  );

describe('at the moment of dialling', () => {
  const open: Array<{ close(): Promise<void> }> = [];
  afterEach(async () => {
    for (const world of open.splice(0)) await world.close();
  });
  const keep = <T extends { close(): Promise<void> }>(world: T): T => {
    open.push(world);
    return world;
  };

  it('nobody is called in who asked never to be called while the interviewer’s telephone rang', async () => {
    const world = keep(await prepareTalk());
    await world.phone.desk.dial(INTERVIEWER, world.held, AGENT);
    await world.phone.suppressions.addSuppression(OPERATOR, { number: world.theirs, reason: '本人来电要求' });
    await world.run(30);
    expect([world.agent.rang, world.respondent.rang]).toEqual([1, 0]);
    expect(await world.attempt()).toMatchObject({ state: 'canceled', errorCode: 'ended' });
    expect(world.agent.ended).toBe(1);
  });

  it('a number that is out meanwhile is not called, though its case has another; the desk puts the case back', async () => {
    const world = keep(await prepareTalk());
    const { phone, stores, services, wave } = world;
    const another = '+8618699990000';
    await services.connection.transaction((tx) =>
      stores.numbers.insertMany(tx, [
        {
          ...{ caseId: world.held.case, rank: 9, waveId: wave.id, state: 'live', deleteAfter: null },
          ...{ numberHash: phone.vault.hashOf(another), cipher: phone.vault.seal(world.held.case, another) },
        },
      ]),
    );
    await phone.desk.dial(INTERVIEWER, world.held, AGENT);
    await putOnList(world, world.theirs);
    await world.run(30);
    expect(world.respondent.rang).toBe(0);
    expect(await world.attempt()).toMatchObject({ state: 'canceled', errorCode: 'suppressed' });
    await phone.desk.releaseCase(INTERVIEWER, world.held);
    expect(await stores.cases.find(world.reader, world.held.case)).toMatchObject({ state: 'READY', attempts: 0 });
  });

  it('nobody is called in after the hours, which ended while the interviewer’s telephone rang', async () => {
    const world = keep(await prepareTalk());
    sit(world.campaign, AGENT, (_line, take) => void world.time.after(20_000, take));
    // Ten seconds to noon, when the hours of the morning end.
    await world.run(2 * 3600 - 10);
    const { current } = await world.phone.desk.nextCase(INTERVIEWER, 'calls');
    const held = { case: current?.id ?? '', lease: current?.lease ?? '' };
    await world.phone.desk.dial(INTERVIEWER, held, AGENT);
    await world.run(60);
    expect(world.respondent.rang).toBe(0);
    expect(await world.attempt()).toMatchObject({ state: 'canceled', errorCode: 'hours' });
  });

  it('the keypad calls no number that is on the list, though it came on it while its case was being made', async () => {
    const campaign = keep(await startCampaign({ cases: 2 }));
    const { phone, stores, reader } = campaign;
    const [out] = (await campaign.listCases()).sort((a, b) => a.seq - b.seq);
    const [row] = await stores.numbers.listOfCase(reader, out?.id ?? '');
    const e164 = (row && phone.vault.read(row)) ?? '';
    await putOnList(campaign, e164);
    for (let second = 0; second < 5; second += 1) {
      await phone.dialer.tick();
      await campaign.time.run(campaign.time.now() + 1000);
    }
    expect(await campaign.attemptsOf(out?.id ?? '')).toEqual([]);
    expect((await campaign.listCases()).filter(({ state }) => state === 'IN_CALL')).toHaveLength(1);
  });

  it('a second call to a case is not even noted while the first may still be going on', async () => {
    const campaign = keep(await startCampaign({ cases: 1 }));
    const { stores, services, phone } = campaign;
    const [one] = await campaign.listCases();
    if (!one) throw new Error('no case');
    const attempts = createAttemptService({ ...services, clock: campaign.time.now });
    const call = {
      mode: 'keypad',
      direction: 'out',
      carrier: 'simulator',
      numberRank: 0,
      interviewerId: null,
    } as const;
    const place = await phone.moves.placeOf(campaign.reader, one);
    const first = await services.connection.transaction((tx) => attempts.open(tx, one, place, call));
    const second = () => services.connection.transaction((tx) => attempts.open(tx, one, place, call));
    expect(await refusalOf(second())).toBe('CASE_CALL_LIVE');
    await services.connection.transaction((tx) => stores.attempts.update(tx, first.id, { endedAt: 1 }));
    expect(await second()).toMatchObject({ seq: 2 });
  });

  it('“never again” of somebody who rings us holds for the telephone they ring from', async () => {
    const campaign = keep(await startCampaign({ cases: 1 }));
    const { phone, stores, services, wave } = campaign;
    const [one] = await campaign.listCases();
    const caseId = one?.id ?? '';
    const theirs = '+8618699990000';
    await services.connection.transaction((tx) =>
      stores.numbers.insertMany(tx, [
        {
          ...{ caseId, rank: 1, waveId: wave.id, state: 'live', deleteAfter: null },
          ...{ numberHash: phone.vault.hashOf(theirs), cipher: phone.vault.seal(caseId, theirs) },
        },
      ]),
    );
    campaign.network.callIn(theirs, '+862912340000', (line) => ({
      hear: () => {},
      listen: () => void campaign.time.after(300, () => line.press('9')),
      ended: () => {},
    }));
    await campaign.time.run(campaign.time.now() + 60_000);
    expect((await campaign.attemptsOf(caseId))[0]).toMatchObject({ direction: 'in', numberRank: 1 });
    expect(await phone.suppressions.isSuppressed(theirs)).toBe(true);
  });
});
