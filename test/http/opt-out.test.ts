import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable } from '../../src/intake/table-file.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { MANAGER } from '../support/phone.ts';

const NUMBER = '+8613900000001';
const HTML = { accept: 'text/html' };

describe('the opt-out address of a message', () => {
  let app: TestApp;
  let address: string;
  beforeAll(async () => {
    app = await startApp();
    const { phone } = app.services;
    await phone.campaigns.saveCampaign(OPERATOR, '2026', { carrier: 'simulator', modes: ['phone'] });
    const file = await openTable({ name: 'a.csv', bytes: Buffer.from(`单位,号码\n五里镇,${NUMBER}\n`) });
    await phone.numbers.importNumbers(OPERATOR, { wave: '2026', file });
    const [one] = (await phone.cases.listCases(MANAGER, '2026')).cases;
    const sent: string[] = [];
    const carrier = phone.telephony.carrier;
    carrier.sendMessage = async ({ vars }) => {
      sent.push(vars.optOut ?? '');
      return { providerId: 'SM1' };
    };
    await phone.messages.sendLink(OPERATOR, one?.id ?? '');
    address = new URL(sent[0] ?? '').pathname;
  });
  afterAll(() => app.close());

  it('changes nothing when it is only opened, in either language, and loads and runs nothing', async () => {
    const zh = await app.send(address, { headers: HTML });
    expect(zh.status).toBe(200);
    expect(await zh.text()).toContain('<button>不再联系我</button>');
    expect(zh.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^ ]+'; form-action/,
    );
    expect(zh.headers.get('referrer-policy')).toBe('no-referrer');
    expect(zh.headers.get('cache-control')).toBe('no-store');
    const en = await (await app.send(`${address}?lang=en`, { headers: HTML })).text();
    expect(en).toContain('<html lang="en">');
    expect(en).toContain('action="?lang=en"');
    expect(en).not.toContain('<script');
    expect(await app.services.phone.suppressions.isSuppressed(NUMBER)).toBe(false);
  });

  it('says nothing of whether a link belongs to anybody until the button is pressed', async () => {
    expect((await app.send('/o/nobody', { headers: HTML })).status).toBe(200);
    const refused = await app.send('/o/nobody', { method: 'POST' });
    expect(refused.status).toBe(404);
    expect(await refused.text()).toContain('重新点开短信里的整个网址');
  });

  it('puts the number on the do-not-call list when the button is pressed, once or twice', async () => {
    for (const lang of ['zh', 'en']) {
      // As a browser sends the form: no script, no session, no origin for a page without referrer.
      const headers = { ...HTML, origin: 'null', 'content-type': 'application/x-www-form-urlencoded' };
      const pressed = await app.send(`${address}?lang=${lang}`, { method: 'POST', headers, body: '' });
      expect(pressed.status).toBe(200);
      const text = await pressed.text();
      expect(text).toMatch(lang === 'zh' ? /已办好[\s\S]*Done\./ : /Done\.[\s\S]*已办好/);
      // To choose the other language here would ask the same again.
      expect(text).not.toContain('<a ');
    }
    expect(await app.services.phone.suppressions.isSuppressed(NUMBER)).toBe(true);
    const [one] = (await app.services.phone.cases.listCases(MANAGER, '2026')).cases;
    expect(one).toMatchObject({ state: 'FINAL' });
  });

  it('takes no large body, and not too many requests of one address', async () => {
    const large = await app.send(address, { method: 'POST', body: 'x'.repeat(2000) });
    expect(large.status).toBe(413);
    const busy = await startApp({ ratePerMinute: 2 });
    const answers: number[] = [];
    for (let n = 0; n < 3; n += 1) answers.push((await busy.send('/o/nobody', { method: 'POST' })).status);
    expect(answers).toEqual([404, 404, 429]);
    await busy.close();
  });
});
