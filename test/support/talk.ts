import type { NetworkClock } from '../../src/telephony/simulator/clock.ts';
import type { PhoneNetwork } from '../../src/telephony/simulator/network.ts';
import type { Line, Phone } from '../../src/telephony/simulator/phone.ts';
import { createTraceList } from '../../src/telephony/simulator/trace.ts';
import { startCampaign } from './campaign.ts';
import { staff } from './world.ts';

export const AGENT = '+8613700000001';
export const BOSS = '+8613700000002';
const SECOND = 1000;
export const INTERVIEWER = staff('interviewer', '610902');
export const MANAGER = staff('survey-manager', '610902');

/** A network of telephones and the time that passes there. */
export interface Telephones {
  readonly network: PhoneNetwork;
  readonly time: NetworkClock;
}

export type Person = ReturnType<typeof sit>;

/** Somebody with a telephone: takes the call after a second, or does with it what a test wants. */
export function sit(
  { network, time }: Telephones,
  number: string,
  onRing: (line: Line, answer: () => void) => void = (_, take) => take(),
  more: Partial<Phone> = {},
) {
  const one = { line: null as Line | null, heard: [] as string[], rang: 0, talks: 0, ended: 0 };
  network.occupy(number, {
    ...more,
    ring(line) {
      one.rang += 1;
      one.line = line;
      const answer = () =>
        line.answer({
          hear: ({ text }) => one.heard.push(text),
          listen: () => {},
          talk: () => one.talks++,
          voice: ({ text }) => one.heard.push(`“${text}”`),
          ended: () => one.ended++,
        });
      time.after(SECOND, () => onRing(line, answer));
    },
  });
  return one;
}

/** An interviewer with a case in hand and everybody at their telephones; nobody was called yet. */
export async function prepareTalk(
  onRing?: (line: Line, answer: () => void) => void,
  more: Partial<Phone> = {},
  callbackFaults = {},
) {
  const trace = createTraceList();
  const campaign = await startCampaign({ cases: 1, setup: { recording: true }, network: { trace, callbackFaults } });
  const { phone, services } = campaign;
  await services.connection.transaction(async (tx) => {
    for (const one of await campaign.listCases()) {
      const row = await campaign.stores.cases.hold(tx, one.id);
      if (row) await campaign.stores.cases.update(tx, row, { mode: 'phone' });
    }
  });
  const agent = sit(campaign, AGENT);
  const boss = sit(campaign, BOSS);
  const { current } = await phone.desk.nextCase(INTERVIEWER, 'calls');
  if (!current) throw new Error('no case');
  const held = { case: current.id, lease: current.lease };
  const [row] = await campaign.stores.numbers.listOfCase(campaign.reader, current.id);
  const theirs = (row && phone.vault.read(row)) ?? '';
  const respondent = sit(campaign, theirs, onRing, more);
  const attempt = async () => {
    const [one] = await campaign.attemptsOf(held.case);
    if (!one) throw new Error('no call');
    return one;
  };
  const run = (seconds: number) => campaign.time.run(campaign.time.now() + seconds * SECOND);
  const audit = async () =>
    (await campaign.stores.audit.list(campaign.reader, { units: null, limit: 500 })).filter(({ action }) =>
      /^(call\.listen|message\.)/.test(action),
    );
  return { ...campaign, campaign, trace, agent, boss, respondent, theirs, held, attempt, run, audit };
}

/** The same, connected: both talk, and the introduction was read. */
export async function startTalk(more: Partial<Phone> = {}, callbackFaults = {}) {
  const world = await prepareTalk(undefined, more, callbackFaults);
  await world.phone.desk.dial(INTERVIEWER, world.held, AGENT);
  await world.run(8);
  return world;
}
