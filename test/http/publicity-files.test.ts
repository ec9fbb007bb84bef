import { copyFileSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { bookParts, sheetOf, zipBytes } from '../intake/xlsx-bytes.ts';
import { BASE_URL, errorOf, form, json, startApp, type TestApp } from '../support/app.ts';
import { ANSWERS } from '../support/world.ts';

const WULI = '610902104';
const MB = 1024 * 1024;

/** A photo as a phone makes it: lying on its side, with the place where it was taken. */
const photo = (width = 3000, height = 2000) =>
  sharp({ create: { width, height, channels: 3, background: '#884422' } })
    .jpeg()
    .withMetadata({ orientation: 6 })
    .withExifMerge({
      IFD0: { Model: 'PHONE-7' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '32/1 41/1 0/1' },
    })
    .toBuffer();

/** A PNG that claims so many pixels in its head and has none. */
function claimPixels(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    ...[chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.alloc(100))), chunk('IEND', Buffer.alloc(0))],
  ]);
}

describe('files of the ledger', () => {
  let it: TestApp;
  let as: (path: string, init?: RequestInit) => Promise<Response>;
  let output: string;
  let folder: string;
  beforeAll(async () => {
    it = await startApp();
    as = await it.signIn('publicity', WULI);
    folder = join(it.services.config.dataDir, 'attachments');
    output = await addEntry('first-entry');
  });
  afterAll(() => it.close());

  async function addEntry(clientKey: string): Promise<string> {
    const entry = { unit: WULI, clientKey, kind: 'talk', startDate: '2026-01-05', quantity: '1场' };
    const response = await as('/api/outputs', json('POST', entry));
    expect(response.status).toBe(201);
    return ((await response.json()) as { id: string }).id;
  }
  const send = (name: string, bytes: Uint8Array | string, more: Record<string, string> = {}, to = output) =>
    as(`/api/outputs/${to}/attachments`, form({ file: [name, bytes], ...more }));
  const refusedAs = async (response: Response) => `${response.status} ${(await errorOf(response)).code}`;
  const files = () => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  };

  test('a photo is kept upright and small, without the place where it was taken, and shown to those in scope', async () => {
    const bytes = await photo();
    const response = await send('D:\\照片\\宣讲 现场.jpg', bytes);
    expect(response.status).toBe(201);
    const kept = (await response.json()) as { id: string };
    expect(kept).toMatchObject({ name: '宣讲 现场.jpg', type: 'image/jpeg', keepsPosition: false, alsoOn: [] });
    const shown = await as(`/api/attachments/${kept.id}`);
    expect(Object.fromEntries(shown.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-disposition': `inline; filename*=UTF-8''${encodeURIComponent('宣讲 现场.jpg')}`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, max-age=3600',
    });
    const whole = Buffer.from(await shown.arrayBuffer());
    const { width, height, exif, orientation } = await sharp(whole).metadata();
    expect([width, height, exif, orientation]).toEqual([1707, 2560, undefined, undefined]);
    expect(whole.includes('PHONE-7')).toBe(false);
    const small = await as(`/api/attachments/${kept.id}/thumbnail`);
    const thumbnail = await sharp(Buffer.from(await small.arrayBuffer())).metadata();
    expect([thumbnail.format, thumbnail.width, thumbnail.height]).toEqual(['webp', 320, 320]);
    expect(files().filter((name) => name.endsWith('.part'))).toEqual([]);

    // Sent again it is the same; on another entry it is found as the same photo, which also proposes the two as one.
    expect(((await (await send('again.jpg', bytes)).json()) as { id: string }).id).toBe(kept.id);
    const second = await addEntry('second-entry');
    const elsewhere = await send('other.jpg', bytes, {}, second);
    expect(await elsewhere.json()).toMatchObject({ alsoOn: [output] });
    // Two pages of one phone send it at the same moment: it is attached once.
    const third = await addEntry('third-entry');
    const twins = await Promise.all([1, 2].map(async () => (await send('twin.jpg', bytes, {}, third)).json()));
    expect(new Set(twins.map((one) => (one as { id: string }).id)).size).toBe(1);
    await it.services.publicity.outputs.withdrawOutput(OPERATOR, third, { version: 1, reason: '试' });
    const proposals = await it.services.publicity.outputs.listProposals(OPERATOR, { unit: WULI, month: '2026-01' });
    expect(proposals.map(({ reasons }) => reasons)).toEqual([['same-photo']]);
  });

  test('the place is kept when somebody says so, and the log knows', async () => {
    const entry = await addEntry('with-place');
    const response = await send('a.jpg', await photo(400, 300), { keepPosition: 'yes' }, entry);
    const { id, keepsPosition } = (await response.json()) as { id: string; keepsPosition: boolean };
    expect(keepsPosition).toBe(true);
    const whole = Buffer.from(await (await as(`/api/attachments/${id}`)).arrayBuffer());
    const { width, height, exif, orientation } = await sharp(whole).metadata();
    expect([width, height, orientation ?? 1]).toEqual([300, 400, 1]);
    expect(exif?.includes('PHONE-7')).toBe(true);
    const history = (await (await as(`/api/outputs/${entry}/history`)).json()) as {
      events: { action: string; details: object }[];
    };
    expect(history.events[0]).toMatchObject({ action: 'attachment.add', details: { keepsPosition: true } });
  });

  test.each([
    ['a program named .jpg', 'a.jpg', Buffer.from('MZ\x90\x00\x03')],
    ['an SVG with a script', 'a.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['a page named .png', 'a.png', '<!doctype html><script>alert(1)</script>'],
  ])('%s is refused by its content', async (_, name, bytes) => {
    expect(await refusedAs(await send(name, bytes))).toBe('422 ATTACHMENT_TYPE');
  });

  test('a photo that broke off, and half a PDF, are refused', async () => {
    const bytes = await photo(800, 600);
    expect(await refusedAs(await send('a.jpg', bytes.subarray(0, bytes.length / 2)))).toBe('422 ATTACHMENT_DAMAGED');
    expect(await refusedAs(await send('a.pdf', '%PDF-1.7\n1 0 obj'))).toBe('422 ATTACHMENT_DAMAGED');
  });

  test('a picture of more pixels than any phone makes is refused before it is unpacked', async () => {
    const bomb = claimPixels(20_000, 20_000);
    expect(bomb.length).toBeLessThan(MB);
    expect(await refusedAs(await send('bomb.png', bomb))).toBe('413 ATTACHMENT_PIXELS');
  });

  test('a body of 200 MB is refused by its announced length, and an unannounced one is read no further than the limit', async () => {
    const path = `/api/outputs/${output}/attachments`;
    const announced = await as(path, {
      ...{
        method: 'POST',
        body: 'x',
        headers: { 'content-length': String(200 * MB), 'content-type': 'multipart/form-data; boundary=x' },
      },
    });
    expect(await refusedAs(announced)).toBe('413 BODY_TOO_LARGE');
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(MB));
        if (sent === 200) controller.close();
      },
    });
    const init = {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    };
    expect(await refusedAs(await as(path, init as RequestInit))).toBe('413 BODY_TOO_LARGE');
    expect(sent).toBeLessThan(30);
  });

  test('an upload that breaks off leaves nothing', async () => {
    const before = files();
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(
          new TextEncoder().encode('--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'),
        );
        controller.error(new Error('the network is gone'));
      },
    });
    const init = {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    };
    const response = await as(`/api/outputs/${output}/attachments`, init as RequestInit).catch(() => null);
    expect(response?.status ?? 500).toBeGreaterThanOrEqual(400);
    expect(files()).toEqual(before);
  });

  test('a PDF is handed over to keep, never shown here; removed, its file goes too', async () => {
    const entry = await addEntry('with-scan');
    const { id } = (await (await send('签领单.pdf', '%PDF-1.4\n%%EOF', {}, entry)).json()) as { id: string };
    expect((await as(`/api/attachments/${id}`)).headers.get('content-disposition')).toMatch(/^attachment/);
    const before = files().length;
    expect((await as(`/api/attachments/${id}`, { method: 'DELETE' })).status).toBe(200);
    expect(files()).toHaveLength(before - 1);
    expect((await as(`/api/attachments/${id}`)).status).toBe(404);
  });

  test('an entry takes nine attachments', async () => {
    const entry = await addEntry('with-many');
    for (let i = 0; i < 9; i += 1) expect((await send('a.pdf', `%PDF-1.4\n${i}%%EOF`, {}, entry)).status).toBe(201);
    expect(await refusedAs(await send('a.pdf', '%PDF-1.4\nmore%%EOF', {}, entry))).toBe('409 ATTACHMENT_MANY');
  });

  test('files that belong to nobody are swept after an hour, and no others', async () => {
    const { attachments } = it.services.publicity;
    const kept = files();
    const [some] = kept;
    copyFileSync(join(folder, some ?? ''), join(folder, 'f'.repeat(64)));
    writeFileSync(join(folder, '.broken.part'), 'x');
    expect(await attachments.sweepOrphans()).toBe(0);
    const old = new Date(Date.now() - 2 * 3_600_000);
    for (const name of files()) utimesSync(join(folder, name), old, old);
    expect(await attachments.sweepOrphans()).toBe(2);
    expect(files()).toEqual(kept);
    expect(readFileSync(join(folder, kept[0] ?? '')).length).toBeGreaterThan(0);
  });
});

describe('a sheet sent by a page', () => {
  let it: TestApp;
  let as: (path: string, init?: RequestInit) => Promise<Response>;
  beforeAll(async () => {
    it = await startApp();
    as = await it.signIn('publicity', WULI);
  });
  afterAll(() => it.close());

  test('a workbook with a merged title above its names is checked, taken, listed and undone', async () => {
    const rows = [
      ['五里镇2026年宣传台账'],
      ['序号', '日期', '类别', '数量', '单位'],
      ['1', '46027', '横幅', '12', '条'],
      ['2', '2026年1月6日', '宣传单', '3000余', '份'],
    ];
    const after = { 台账: '<mergeCells count="1"><mergeCell ref="A1:E1"/></mergeCells>' };
    const bytes = zipBytes(bookParts({ sheets: { 台账: sheetOf(rows) }, after }));
    const check = await as('/api/ledger/imports', form({ file: ['台账.xlsx', bytes], dryRun: 'yes' }));
    expect(await check.json()).toMatchObject({
      ...{ rows: 2, created: 2, count: 0, importId: null, header: ['序号', '日期', '类别', '数量', '单位'] },
      preview: [
        { row: 3, kind: 'banner', entry: { startDate: '2026-01-05', quantity: { text: '12条' } } },
        { row: 4, kind: 'leaflet', entry: { startDate: '2026-01-06', quantity: { qualifier: 'at-least' } } },
      ],
    });
    const taken = (await (await as('/api/ledger/imports', form({ file: ['台账.xlsx', bytes] }))).json()) as {
      importId: string;
    };
    const listed = (await (await as('/api/ledger/imports')).json()) as { imports: object[] };
    expect(listed.imports).toMatchObject([{ id: taken.importId, fileName: '台账.xlsx', rows: 2, state: 'taken' }]);
    const undone = await as(`/api/ledger/imports/${taken.importId}/undo`, json('POST', {}));
    expect(await undone.json()).toEqual({ withdrawn: 2 });
  });

  test('cells pasted from a spreadsheet are a table too', async () => {
    const text = '日期\t类别\t数量\t备注\n2026-01-07\t横幅\t3\t\n2026-01-08\t大篷车\t1\t';
    const response = await as('/api/ledger/imports', form({ text, dryRun: 'yes' }));
    expect(await response.json()).toMatchObject({
      ...{ rows: 2, count: 1, words: [{ word: '大篷车', rows: 1 }] },
      problems: [{ code: 'OUTPUT_KIND', row: 3, column: '类别' }],
    });
  });
});

describe('codes of printed things', () => {
  let it: TestApp;
  beforeAll(async () => {
    it = await startApp();
  });
  afterAll(() => it.close());

  test('openings and completions through a code are counted to it, others are not', async () => {
    const as = await it.signIn('publicity', WULI);
    const poster = { unit: WULI, kind: 'poster', label: '春季海报第一批' };
    const made = await as('/api/instruments', json('POST', poster));
    expect(made.status).toBe(201);
    const { code, url } = (await made.json()) as { code: string; url: string };
    const place = await it.placeCode(WULI);
    expect(url).toBe(`${BASE_URL}/s/${place}?c=${code}`);
    const svg = await as(`/api/instruments/${code}/qr.svg`);
    expect([svg.headers.get('content-type'), (await svg.text()).startsWith('<svg')]).toEqual(['image/svg+xml', true]);

    const cookies: (string | null)[] = [];
    const openPage = async (query: string, unit = WULI, cookie?: string) => {
      const headers = cookie === undefined ? {} : { cookie };
      const response = await it.send(`/s/${await it.placeCode(unit)}${query}`, { headers });
      expect(response.status).toBe(200);
      cookies.push(response.headers.get('set-cookie'));
      const [, entry] = /id="entry">(.*?)<\/script>/s.exec(await response.text()) ?? [];
      return JSON.parse(entry ?? '') as { ticket: string };
    };
    const { ticket } = await openPage(`?c=${code}`);
    await openPage(`?c=${code}`);
    expect(cookies[0]).toBe(`zx_seen=${code}; Path=/s; Max-Age=86400; HttpOnly; SameSite=Lax`);
    // The same device again: its answers still count to the poster, its opening no more.
    await openPage(`?c=${code}`, WULI, `theme=dark; zx_seen=222222.${code}`);
    await openPage('?c=zzzzzz');
    await openPage('?c=%27');
    expect((await it.send(`/s/${place}?c=%00`)).status).toBe(422);
    await openPage('');
    // Another town's poster on this town's page is nobody's.
    await openPage(`?c=${code}`, '610902107');
    expect(cookies.slice(2)).toEqual([null, null, null, null, null]);
    const finish = () =>
      it.send('/api/interviews/finish', json('POST', { lang: 'zh', answers: ANSWERS }, { 'x-ticket': ticket }));
    expect((await finish()).status).toBe(200);
    expect((await finish()).status).toBe(200);
    const plain = await openPage('');
    await it.send(
      '/api/interviews/finish',
      json('POST', { lang: 'zh', answers: ANSWERS }, { 'x-ticket': plain.ticket }),
    );

    await it.services.publicity.instruments.settle();
    const read = (await (await as(`/api/instruments/${code}`)).json()) as object;
    expect(read).toMatchObject({ label: '春季海报第一批', scans: 2, completes: 1, days: [{ scans: 2, completes: 1 }] });
    const list = (await (await as('/api/instruments')).json()) as { instruments: object[] };
    expect(list.instruments).toMatchObject([{ code, scans: 2, completes: 1, unit: { name: '五里镇' } }]);
  });

  test('a code needs a label, a kind of the catalogue and a unit in scope', async () => {
    const as = await it.signIn('reviewer', '610902');
    const make = async (over: object) => {
      const body = { unit: WULI, kind: 'poster', label: '海报', ...over };
      return (await errorOf(await as('/api/instruments', json('POST', body)))).code;
    };
    expect(await make({ label: ' ' })).toBe('FIELD_EMPTY');
    expect(await make({ label: '长'.repeat(61) })).toBe('FIELD_TOO_LONG');
    expect(await make({ kind: 'drone' })).toBe('OUTPUT_KIND');
    expect(await make({ unit: '610924101' })).toBe('OUT_OF_SCOPE');
    expect(await make({ outputId: 'nothing' })).toBe('NOT_FOUND');
  });
});
