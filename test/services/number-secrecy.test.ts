import { expect, it } from 'vitest';
import { hookAddresses } from '../../src/telephony/twilio/addresses.ts';
import { signRequest } from '../../src/telephony/twilio/signature.ts';
import { MINUTE, startCampaign } from '../support/campaign.ts';
import { INTERVIEWER, MANAGER, startPhone } from '../support/phone.ts';

interface Services {
  readonly connection: { readonly reader: unknown; readonly tables: object };
}

/** Every row of every table as text, by the table's name. */
async function dump({ connection }: Services): Promise<Map<string, string>> {
  const reader = connection.reader as { select(): { from(table: unknown): Promise<object[]> } };
  const texts = new Map<string, string>();
  for (const [name, table] of Object.entries(connection.tables)) {
    texts.set(name, JSON.stringify(await reader.select().from(table)));
  }
  return texts;
}

const tablesWith = (texts: ReadonlyMap<string, string>, pattern: RegExp): string[] =>
  [...texts].filter(([, text]) => pattern.test(text)).map(([name]) => name);

it('after a campaign with people who call back, no table tells a number', async () => {
  const campaign = await startCampaign({ cases: 5, persona: 'calls-back' });
  const jobs = campaign.drive();
  await campaign.time.run(campaign.time.now() + 90 * MINUTE);
  jobs.stop();
  const texts = await dump(campaign.services);
  expect(texts.get('attemptEvents')).toContain('"inbound"');
  expect(tablesWith(texts, /1660100\d{4}/)).toEqual([]);
  await campaign.close();
});

it('what an interviewer or a manager writes down keeps no number either', async () => {
  const world = await startPhone();
  await world.begin(2);
  const held = await world.call(INTERVIEWER, 'answered');
  await world.desk.closeCase(INTERVIEWER, held, { disposition: '2.21', note: '晚上打他手机 139 1234 5678，找张先生' });
  await world.suppressions.addSuppression(MANAGER, {
    ...{ number: '13900000002', reason: '来电要求：13900000002 不要再打', source: '热线 0915-3212345' },
  });
  const texts = await dump(world);
  expect(texts.get('attempts')).toContain('晚上打他手机 139****5678，找张先生');
  expect(tablesWith(texts, /139 ?1234 ?5678|13900000002|3212345/)).toEqual([]);
  await world.stop();
});

it('a caller’s code leads to the case and is kept nowhere', async () => {
  const campaign = await startCampaign({ cases: 1 });
  const [one] = await campaign.listCases();
  const code = campaign.phone.vault.accessCodeOf(one?.id ?? '');
  const call = { CallSid: 'CA9', From: '+8618600000000', To: '+862912340000', CallStatus: 'in-progress' };
  const send = async (url: string, form: Record<string, string>) => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signRequest(campaign.account.authToken, url, form),
    };
    const body = new URLSearchParams(form).toString();
    return (await campaign.answer(new Request(url, { method: 'POST', headers, body }))).text();
  };
  const asked = await send(hookAddresses('http://localhost:8787').inbound(), call);
  const next = /action="([^"]+)"/.exec(asked)?.[1]?.replaceAll('&amp;', '&') ?? '';
  expect(await send(next, { ...call, Digits: code })).toContain('INTRO');
  expect((await campaign.attemptsOf(one?.id ?? '')).map(({ direction }) => direction)).toEqual(['in']);
  expect(tablesWith(await dump(campaign.services), new RegExp(`"${code}"`))).toEqual([]);
  await campaign.close();
});
