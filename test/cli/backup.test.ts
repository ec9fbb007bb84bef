import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { compose } from '../../src/main.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { openShell } from './terminal.ts';

const UNITS = `code,name,level,parent_code,population,population_source
610902,汉滨区,county,,,
610902104,五里镇,town,610902,30000,普查
`;

let here: ReturnType<typeof openShell>;
let there: ReturnType<typeof openShell>;
beforeEach(() => {
  here = openShell();
  there = openShell();
});
afterEach(() => {
  here.remove();
  there.remove();
});

async function withData<T>(dataDir: string, work: (services: Awaited<ReturnType<typeof compose>>) => Promise<T>) {
  const services = await compose({ ...readConfig({ dataDir }), logLevel: 'silent' });
  try {
    return await work(services);
  } finally {
    await services.close();
  }
}

/** A town with one entry and its photo, and the sound of a call. Gives the photo's id. */
async function prepare(): Promise<string> {
  const units = join(here.folder, 'units.csv');
  writeFileSync(units, UNITS);
  await here.run(['units', 'import', units]);
  mkdirSync(join(here.data, 'recordings'));
  writeFileSync(join(here.data, 'recordings', 'call.wav'), 'sound');
  return withData(here.data, async ({ publicity }) => {
    const { id } = await publicity.outputs.addOutput(OPERATOR, {
      ...{ unit: '610902104', clientKey: 'k-1', kind: 'leaflet', startDate: '2026-01-05', quantity: '300份' },
    });
    const bytes = await sharp({ create: { width: 80, height: 60, channels: 3, background: '#246' } })
      .jpeg()
      .toBuffer();
    return (await publicity.attachments.addAttachment(OPERATOR, id, { name: '大集.jpg', bytes })).id;
  });
}

const photoIn = (dataDir: string, id: string) =>
  withData(dataDir, async ({ publicity }) => {
    const open = (size: 'whole' | 'thumbnail') => publicity.attachments.openAttachment(OPERATOR, id, size);
    return [(await open('whole')).bytes, (await open('thumbnail')).bytes];
  });

describe('a backup', () => {
  test('holds database, photos and recordings and not the secret, and comes back in an empty folder', async () => {
    const id = await prepare();
    const copy = join(here.folder, 'copy');
    const made = await here.run(['backup', copy]);
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(made.out).toContain('（4个文件，');
    expect(made.out).toContain('不含密钥');
    expect(readdirSync(copy).sort()).toEqual(['attachments', 'backup.json', 'recordings', 'zhixiao.sqlite']);
    expect((await here.run(['backup', copy])).code).toBe(3);

    const restored = await there.run(['restore', copy]);
    expect(restored).toMatchObject({ code: 0, err: '' });
    expect(restored.out).toContain(join(there.data, 'secret'));
    copyFileSync(join(here.data, 'secret'), join(there.data, 'secret'));
    expect(await photoIn(there.data, id)).toEqual(await photoIn(here.data, id));
    expect(readFileSync(join(there.data, 'recordings', 'call.wav'), 'utf8')).toBe('sound');
    expect((await there.run(['outputs', 'recount'])).code).toBe(0);
    expect((await there.run(['restore', copy])).code).toBe(3);
  });

  test('is written, and says so, when the data folder lacks a photo or holds another in its place', async () => {
    await prepare();
    const photos = join(here.data, 'attachments');
    const [photo = ''] = readdirSync(photos).filter((name) => !name.endsWith('.thumb'));
    appendFileSync(join(photos, photo), 'x');
    const spoilt = await here.run(['backup', join(here.folder, 'a')]);
    expect([spoilt.code, spoilt.err]).toEqual([1, expect.stringContaining(`attachments/${photo}`)]);
    rmSync(join(photos, photo));
    const missing = await here.run(['backup', join(here.folder, 'b')]);
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining(`attachments/${photo}`)]);
    expect(existsSync(join(here.folder, 'b', 'zhixiao.sqlite'))).toBe(true);
  });

  test('that was changed or is no backup is not restored, and leaves no database behind', async () => {
    await prepare();
    const copy = join(here.folder, 'copy');
    await here.run(['backup', copy]);
    appendFileSync(join(copy, 'recordings', 'call.wav'), 'x');
    const changed = await there.run(['restore', copy]);
    expect([changed.code, changed.err]).toEqual([2, expect.stringContaining('recordings/call.wav')]);
    expect(existsSync(there.data)).toBe(false);

    const list = JSON.parse(readFileSync(join(copy, 'backup.json'), 'utf8'));
    list.files[0].path = '../outside.sqlite';
    writeFileSync(join(copy, 'backup.json'), JSON.stringify(list));
    expect((await there.run(['restore', copy])).code).toBe(2);
    writeFileSync(join(copy, 'backup.json'), '{');
    expect((await there.run(['restore', copy])).code).toBe(2);
    expect((await there.run(['restore', here.folder])).code).toBe(3);
    expect(existsSync(there.data)).toBe(false);
  });
});
