import { afterEach, describe, expect, it } from 'vitest';
import type { KeypadParadata } from '../../src/interview/keypad-session.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { createTraceList } from '../../src/telephony/simulator/trace.ts';
import { type Campaign, MINUTE, startCampaign } from '../support/campaign.ts';
import { speechWav } from '../support/speech.ts';

const SCRIPT = { survey: 'saohei-county', lang: 'zh' } as const;
/** What the respondent presses when the question sounds, by its name in the script. */
const KEYS: Readonly<Record<string, string>> = { heard: '23#', reporting: '12#', channels: '24#' };

let campaign: Campaign | null = null;
afterEach(async () => {
  await campaign?.close();
  campaign = null;
});

/** Records these sentences, each with a sound and a length of its own; gives the words behind each address. */
async function record({ phone }: Campaign, wanted: (key: string) => boolean) {
  const { prompts } = await phone.prompts.readPrompts(OPERATOR, SCRIPT);
  const files = prompts
    .filter(({ key, alsoAt }) => [key, ...alsoAt].some(wanted))
    .map(({ key }, i) => ({
      name: `${key}.wav`,
      bytes: speechWav({ rate: 8000, ms: 600 + 10 * i, pitch: 200 + 5 * i }),
    }));
  await phone.prompts.uploadPrompts(OPERATOR, SCRIPT, files);
  const { prompts: recorded } = await phone.prompts.readPrompts(OPERATOR, SCRIPT);
  return new Map(
    recorded.flatMap(({ recording, ...line }) => (recording ? [[recording.path, { ...line, ms: recording.ms }]] : [])),
  );
}

/** A call to the only case, by the telephone network, with somebody who knows the sounds. */
async function callOut(wanted: (key: string) => boolean) {
  const trace = createTraceList();
  const own = await startCampaign({ cases: 1, network: { trace } });
  campaign = own;
  const sounds = await record(own, wanted);
  const heard: Array<{ text: string; audio: string | null; ms: number }> = [];
  let step: string[] = [];
  own.network.occupy('*', {
    ring: (line) =>
      own.time.after(2000, () =>
        line.answer({
          hear: ({ text, audio, ms }) => {
            heard.push({ text, audio, ms });
            const line = audio === null ? undefined : sounds.get(new URL(audio).pathname);
            step.push(line?.key ?? text);
          },
          listen: ({ promptMs }) => {
            own.time.after(promptMs + 900, () => {
              const question = step.find((key) => KEYS[key]);
              const keys = step.includes('_confirmChoices') ? '1' : ((question && KEYS[question]) ?? '1');
              step = [];
              [...keys].forEach((key, i) => {
                own.time.after(300 * i, () => line.press(key));
              });
            });
          },
          ended: () => {},
        }),
      ),
  });
  const jobs = own.drive();
  await own.time.run(own.time.now() + 15 * MINUTE);
  jobs.stop();
  const [one] = await own.listCases();
  const session = (await own.stores.attempts.findSession(own.reader, one?.id ?? ''))?.session as {
    paradata: readonly KeypadParadata[];
  };
  return { own, one, sounds, heard, paradata: session.paradata, trace };
}

describe('a keypad call', () => {
  it('with every sentence recorded plays the sounds, and says nothing by machine', async () => {
    const { own, one, sounds, heard, paradata } = await callOut(() => true);
    expect(one).toMatchObject({ state: 'FINAL', disposition: '1.1' });
    expect((await own.answersOf(one?.invitationId ?? ''))?.answers).toMatchObject({
      adult: '1',
      heard: ['gangs', 'drugs'],
      reporting: ['online', 'call-110'],
    });
    expect(heard.filter(({ text }) => text !== '').map(({ text }) => text)).toEqual(['For English, press 3.']);
    const played = heard.filter(({ audio }) => audio !== null);
    expect(played.length).toBeGreaterThan(60);
    // The network fetched each sound by its address, and it plays as long as we think it does.
    for (const { audio, ms } of played) expect(sounds.get(new URL(audio ?? '').pathname)?.ms).toBe(ms);

    const questions = paradata.filter(({ place }) => place !== 'INTRO');
    expect(questions.length).toBeGreaterThan(15);
    for (const one of questions) {
      expect(one.basis).toBe('recording');
      expect(one.bargeIn).toBe(false);
      // The way to the network and back is in it, and the keys after the first.
      expect(one.latencyMs).toBeGreaterThanOrEqual(900);
      // Where the hash key is an answer, the keys end with a silence of five seconds.
      expect(one.latencyMs).toBeLessThan(one.place === 'channels' ? 8000 : 2500);
    }
  });

  it('with some sentences recorded mixes sounds and speech', async () => {
    const { one, heard, paradata } = await callOut((key) => key === 'safety' || key.startsWith('safety.'));
    expect(one).toMatchObject({ state: 'FINAL', disposition: '1.1' });
    expect(heard.some(({ audio }) => audio !== null)).toBe(true);
    expect(heard.some(({ text }) => text.startsWith('您好！'))).toBe(true);
    expect(paradata.find(({ place }) => place === 'safety')?.basis).toBe('recording');
    expect(paradata.find(({ place }) => place === 'trend')?.basis).toBe('estimate');
  });
});
