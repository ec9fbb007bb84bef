import { afterEach, expect, it } from 'vitest';
import { type Campaign, startCampaign } from '../support/campaign.ts';

const open: Campaign[] = [];
afterEach(async () => {
  for (const campaign of open.splice(0)) await campaign.close();
});

/** A call to somebody who takes part, answers the question of the recording with these keys and talks on for a while. */
async function askedToBeRecorded(keys: readonly string[]) {
  const campaign = await startCampaign({ cases: 1, setup: { recording: true } });
  open.push(campaign);
  const { network, time, stores, reader, phone } = campaign;
  const left = [...keys];
  let steps = 0;
  network.occupy('*', {
    ring: (line) =>
      line.answer({
        hear: () => {},
        listen: ({ text, promptMs }) => {
          const isRecording = text.includes('同意录音请按1');
          if (!isRecording) steps += 1;
          const key = isRecording ? left.shift() : '1';
          // Three questions later there was time enough for a recording to begin.
          if (steps > 5) line.hangUp();
          else if (key) time.after(promptMs + 500, () => line.press(key));
        },
        ended: () => {},
      }),
  });
  await phone.dialer.tick();
  await time.run(time.now() + 5 * 60_000);
  const [one] = await campaign.listCases();
  const [attempt] = await campaign.attemptsOf(one?.id ?? '');
  const said = await stores.attempts.listConsents(reader, attempt?.id ?? '');
  const recordings = [...network.exchange.calls.values()].flatMap((call) => call.recordings);
  return { said: said.map(({ kind, given }) => `${kind} ${given}`), recordings, left, steps };
}

it.each([
  ['two, for no', ['2']],
  ['nothing', []],
  ['keys that mean nothing', ['7', '8', '0']],
])('a keypad call is never recorded when the respondent presses %s; the interview goes on', async (_what, keys) => {
  const { said, recordings, left, steps } = await askedToBeRecorded(keys);
  expect(said).toEqual(['interview true', 'recording false']);
  expect(recordings).toEqual([]);
  expect(left).toEqual([]);
  expect(steps).toBeGreaterThan(5);
});

it('a keypad call is recorded once as soon as the respondent has agreed', async () => {
  const { said, recordings } = await askedToBeRecorded(['1']);
  expect(said).toEqual(['interview true', 'recording true']);
  expect(recordings).toHaveLength(1);
});
