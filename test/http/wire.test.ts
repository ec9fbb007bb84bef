import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { errorOf, json, PASSWORD, startApp, type TestApp } from '../support/app.ts';
import { ANSWERS, table } from '../support/world.ts';

interface Entry {
  state: string;
  ticket: string;
  unit: { name: string };
}

describe('what goes over the wire', () => {
  let it: TestApp;
  let code: string;
  beforeAll(async () => {
    it = await startApp();
    code = await it.placeCode('610902104');
  });
  afterAll(() => it.close());

  const enter = async (): Promise<Entry> => (await it.send(`/api/entry/place/${code}`)).json() as Promise<Entry>;
  const put = (ticket: string, init: RequestInit) =>
    it.send('/api/interviews/answers', { ...init, headers: { ...init.headers, 'x-ticket': ticket } });

  test.each([
    ['GET', '/nothing', 404, 'NOT_FOUND'],
    ['GET', '/assets/nothing.js', 404, 'NOT_FOUND'],
    ['GET', '/assets/..%2f..%2fpackage.json', 404, 'NOT_FOUND'],
    ['GET', '/api/nothing', 401, 'SIGN_IN_REQUIRED'],
    ['GET', '/api/entry/place/nothing', 404, 'LINK_UNKNOWN'],
    ['GET', '/api/entry/invitation/nothing', 404, 'LINK_UNKNOWN'],
    ['GET', '/api/interviews', 403, 'TICKET_INVALID'],
    ['POST', '/api/auth/nothing', 404, 'NOT_FOUND'],
    ['DELETE', '/api/waves', 401, 'SIGN_IN_REQUIRED'],
  ])('%s %s answers %i with %s in the one shape of errors', async (method, path, status, expected) => {
    const response = await it.send(path, { method });
    expect([response.status, (await errorOf(response)).code]).toEqual([status, expected]);
    expect(response.headers.get('content-type')).toContain('application/json');
  });

  test('whoever types an unknown address reads a page in both languages; a program gets the one shape of errors', async () => {
    const send = (path: string, accept: string) => it.send(path, { headers: { accept } });
    const page = await send('/<b>nothing', 'text/html,application/xhtml+xml,*/*;q=0.8');
    const html = await page.text();
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8']);
    expect(html).toContain('没有找到页面');
    expect(html).toContain('There is no page');
    expect(html).not.toContain('<b>');
    expect((await errorOf(await send('/nothing', 'application/json'))).code).toBe('NOT_FOUND');
    expect((await errorOf(await send('/api/entry/place/nothing', 'text/html'))).code).toBe('LINK_UNKNOWN');
  });

  test('an unknown api address is a 404 once one is signed in', async () => {
    const as = await it.signIn('leader', '6109');
    expect((await errorOf(await as('/api/nothing'))).code).toBe('NOT_FOUND');
  });

  test('a fault of ours says its number and nothing else, and is logged whole', async () => {
    const broken = await startApp({
      results: {
        readResults: () => Promise.reject(new Error('SELECT secret FROM users: disk I/O error')),
      },
    });
    const as = await broken.signIn('leader', '6109');
    const response = await as('/api/results?wave=2026');
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toMatch(/secret|disk|SELECT/);
    const { error } = JSON.parse(text) as { error: { code: string; details: object; requestId: string } };
    expect(error).toEqual({ code: 'INTERNAL', details: { requestId: error.requestId }, requestId: error.requestId });
    expect(broken.logged).toHaveLength(1);
    expect(broken.logged[0]?.fields).toMatchObject({ requestId: error.requestId, path: '/api/results' });
    await broken.close();
  });

  test('every page and every answer carries the strict policy', async () => {
    const policy =
      "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    // Answers are data: nothing in them may run or load anything at all.
    const data = "default-src 'none'; frame-ancestors 'none'";
    for (const path of [
      '/console',
      `/s/${code}`,
      '/s/nothing',
      '/api/session',
      '/api/nothing',
      '/nothing',
      '/healthz',
    ]) {
      const { headers } = await it.send(path, { headers: { accept: 'text/html' } });
      const expected = path.startsWith('/api/') ? data : policy;
      expect([path, headers.get('content-security-policy')]).toEqual([path, expected]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
    }
  });

  test('a body that is too large is refused by its announced and by its real length', async () => {
    const { ticket } = await enter();
    const huge = JSON.stringify({ lang: 'zh', answers: { adult: 'x'.repeat(10_000_000) } });
    const headers = { 'content-type': 'application/json' };
    const announced = await put(ticket, {
      method: 'PUT',
      headers: { ...headers, 'content-length': String(huge.length) },
      body: huge,
    });
    expect([announced.status, (await errorOf(announced)).code]).toEqual([413, 'BODY_TOO_LARGE']);
    const chunks = new ReadableStream({
      start(controller) {
        for (let at = 0; at < huge.length; at += 65_536) {
          controller.enqueue(new TextEncoder().encode(huge.slice(at, at + 65_536)));
        }
        controller.close();
      },
    });
    const streamed = await put(ticket, { method: 'PUT', headers, body: chunks, duplex: 'half' } as RequestInit);
    expect([streamed.status, (await errorOf(streamed)).code]).toEqual([413, 'BODY_TOO_LARGE']);
  });

  test.each([
    ['half a document', '{"answers":'],
    ['nothing', ''],
    ['a list', '[]'],
    ['a word', '"x"'],
    ['null', 'null'],
    ['no answers', '{"lang":"zh"}'],
    ['a language we do not speak', '{"lang":"fr","answers":{}}'],
    ['an object for an answer', '{"answers":{"adult":{"a":1}}}'],
  ])('%s for a body is refused as bad input', async (_, body) => {
    const { ticket } = await enter();
    const response = await put(ticket, { method: 'PUT', headers: { 'content-type': 'application/json' }, body });
    expect([response.status, (await errorOf(response)).code]).toEqual([422, 'INPUT_INVALID']);
  });

  test('a title that is too long is refused in a sentence that says how long it may be', async () => {
    const as = await it.signIn('administrator', '610902');
    const response = await as('/api/waves/2026', json('PATCH', { title: '题'.repeat(81) }));
    const error = await errorOf(response);
    expect([response.status, error.code, error.details.field, error.details.most]).toEqual([
      ...[422, 'FIELD_TOO_LONG', 'title', 80],
    ]);
  });

  test('a document nested without end is refused, not a fault of ours', async () => {
    const as = await it.signIn('survey-manager', '6109');
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    for (const body of [
      `{"definition":${deep},"indicators":{}}`,
      `{"definition":{"code":"x","pages":[{"elements":${deep}}]},"indicators":${deep}}`,
      `{"definition":{"x":${deep}},"indicators":{}}`,
    ]) {
      const response = await as('/api/surveys', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect([response.status, (await errorOf(response)).code]).toEqual([422, 'SURVEY_REFUSED']);
    }
    const { ticket } = await enter();
    const answer = {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: `{"answers":{"adult":${deep}}}`,
    };
    expect([413, 422]).toContain((await put(ticket, answer)).status);
  });

  test('an answer outside its choices names the question', async () => {
    const { ticket } = await enter();
    const error = await errorOf(await put(ticket, json('PUT', { answers: { safety: '7' } })));
    expect(error.code).toMatch(/^ANSWER_/);
    expect(JSON.stringify(error.details)).toContain('safety');
  });

  test('a forged ticket is refused', async () => {
    for (const ticket of ['x', 'x.y', `${(await enter()).ticket}x`]) {
      const response = await put(ticket, json('PUT', { answers: { adult: '1' } }));
      expect([response.status, (await errorOf(response)).code]).toEqual([403, 'TICKET_INVALID']);
    }
  });

  test('a whole interview goes over the wire and ends with its receipt', async () => {
    const { ticket } = await enter();
    expect(await (await put(ticket, json('PUT', { lang: 'en', answers: { adult: '1' } }))).json()).toEqual({
      saved: 1,
    });
    const end = () => it.send('/api/interviews/finish', json('POST', { answers: ANSWERS }, { 'x-ticket': ticket }));
    const receipt = (await (await end()).json()) as { receipt: string };
    expect(receipt).toMatchObject({ disposition: '1.1', participants: 1 });
    expect(await (await end()).json()).toEqual(receipt);
    const late = await put(ticket, json('PUT', { answers: { adult: '1' } }));
    expect([late.status, await errorOf(late)]).toEqual([
      409,
      { code: 'RESPONSE_ENDED', details: { receipt: receipt.receipt } },
    ]);
  });

  test('too many requests from one address are told how long to wait, on the page too', async () => {
    const busy = await startApp({ ratePerMinute: 3 });
    const place = await busy.placeCode('610902104');
    for (let i = 0; i < 3; i += 1) expect((await busy.send(`/api/entry/place/${place}`)).status).toBe(200);
    for (const path of [`/api/entry/place/${place}`, `/s/${place}`, '/i/nothing']) {
      const response = await busy.send(path);
      expect([path, response.status]).toEqual([path, 429]);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(response.headers.get('content-type')).toContain(path.startsWith('/api/') ? 'json' : 'text/html');
      expect(await response.text()).toContain('TOO_MANY_REQUESTS');
    }
    expect((await busy.send('/healthz')).status).toBe(200);
    await busy.close();
  });

  test('behind a trusted proxy each address has its own share', async () => {
    const busy = await startApp({ ratePerMinute: 1, trustProxy: true });
    const from = (ip: string) => busy.send('/api/entry/place/x', { headers: { 'x-forwarded-for': `${ip}, 10.0.0.1` } });
    expect((await from('1.1.1.1')).status).toBe(404);
    expect((await from('1.1.1.1')).status).toBe(429);
    expect((await from('2.2.2.2')).status).toBe(404);
    await busy.close();
  });

  test('the session cookie is out of reach of scripts and of other sites', async () => {
    await it.addAccount('cookie-leader', 'leader', '6109');
    const response = await it.send(
      '/api/auth/sign-in/username',
      json('POST', { username: 'cookie-leader', password: PASSWORD }),
    );
    expect(response.status).toBe(200);
    const cookies = response.headers.getSetCookie();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/HttpOnly/i);
      expect(cookie).toMatch(/SameSite=(Lax|Strict)/i);
      expect(cookie).toMatch(/Path=\//i);
      expect(cookie).not.toMatch(/Secure/i);
    }
    expect(await response.text()).not.toContain(decodeURIComponent(cookies[0]?.split(/[=;]/)[1] ?? 'x'));
  });

  test('under https the cookie is for https only', async () => {
    const secure = await startApp({ baseUrl: 'https://survey.test' }, { publicBaseUrl: 'https://survey.test' });
    await secure.addAccount('leader', 'leader', '6109');
    const response = await secure.send(
      '/api/auth/sign-in/username',
      json('POST', { username: 'leader', password: PASSWORD }, { origin: 'https://survey.test' }),
    );
    expect(response.status).toBe(200);
    for (const cookie of response.headers.getSetCookie()) expect(cookie).toMatch(/Secure/i);
    await secure.close();
  });

  test('a page of another site changes nothing with our cookies', async () => {
    const as = await it.signIn('administrator', '6109');
    const evil = { origin: 'https://evil.test' };
    for (const [path, init] of [
      ['/api/waves/2026/close', { method: 'POST', headers: evil }],
      ['/api/waves/2026/close', { method: 'POST', headers: { origin: 'null' } }],
      ['/api/accounts', json('POST', { username: 'mole', name: 'x', role: 'leader', unitCode: '6109' }, evil)],
      ['/api/auth/sign-out', json('POST', {}, evil)],
    ] as const) {
      const response = await as(path, init);
      expect([path, response.status, (await errorOf(response)).code]).toEqual([path, 403, 'ORIGIN_REFUSED']);
    }
    expect((await it.services.waves.listWaves(OPERATOR))[0]?.state).toBe('open');
    expect((await as('/api/session')).status).toBe(200);
  });

  test('what staff read is kept in no cache, nor is a resident’s page', async () => {
    const as = await it.signIn('reviewer', '6109');
    expect((await as('/api/waves')).headers.get('cache-control')).toBe('no-store');
    expect((await as('/api/session')).headers.get('cache-control')).toBe('no-store');
    expect((await it.send(`/s/${code}`)).headers.get('cache-control')).toBe('no-store');
  });

  test('the session tells who is signed in and what they may, and nobody else anything', async () => {
    expect(await (await it.send('/api/session')).json()).toEqual({ user: null, demo: null });
    const as = await it.signIn('leader', '610902');
    const { user } = (await (await as('/api/session')).json()) as { user: Record<string, unknown> };
    expect(user).toMatchObject({ role: 'leader', unit: { code: '610902', name: '汉滨区', level: 'county' } });
    expect(user.permissions).toContain('result.read');
    expect(user.permissions).not.toContain('unit.import');
  });

  test('a one-time link opens the account once', async () => {
    const { linkToken } = await it.services.accounts.createAccount(OPERATOR, {
      ...{ username: 'newcomer', name: '新人', role: 'leader', unitCode: '610902', password: null },
    });
    const call = (verb: string, body: object) => it.send(`/api/sign-in-links/${verb}`, json('POST', body));
    expect(await (await call('describe', { token: linkToken })).json()).toEqual({ username: 'newcomer', name: '新人' });
    expect((await call('redeem', { token: linkToken, password: 'short' })).status).toBe(422);
    expect(await (await call('redeem', { token: linkToken, password: PASSWORD })).json()).toEqual({
      username: 'newcomer',
    });
    const again = await call('redeem', { token: linkToken, password: PASSWORD });
    expect((await errorOf(again)).code).toBe('SIGN_IN_LINK_SPENT');
  });

  test('a name that tries to end the script it stands in stays text', async () => {
    const name = '</script><script>alert(1)</script><!--\u2028';
    await it.services.units.importUnits(OPERATOR, {
      units: await table(`code,name,level,parent_code\n610902107,${name},town,610902\n`),
    });
    const html = await (await it.send(`/s/${await it.placeCode('610902107')}`)).text();
    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('<!--\u2028');
    const embedded = /<script type="application\/json" id="entry">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
    expect((JSON.parse(embedded) as Entry).unit.name).toContain('</script>');
  });

  test('a page for a link that leads nowhere is a page, with the error inside', async () => {
    const response = await it.send('/s/nothing');
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(await response.text()).toContain('LINK_UNKNOWN');
    expect((await it.send('/', { redirect: 'manual' })).headers.get('location')).toBe('/console');
    expect((await it.send('/?wave=2026', { redirect: 'manual' })).headers.get('location')).toBe('/console?wave=2026');
    expect((await it.send(`/s/${encodeURIComponent('%')}`)).status).toBe(404);
    expect((await it.send('/s/%E0%A4%A')).status).toBe(404);
  });
});
