import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../../src/services/kept-files.ts';
import { errorOf, json, startApp, type TestApp } from '../support/app.ts';
import { speechWav } from '../support/speech.ts';

const PROMPTS = '/api/surveys/saohei-county/prompts';

describe('recorded prompts over HTTP', () => {
  let app: TestApp;
  let as: Awaited<ReturnType<TestApp['signIn']>>;
  beforeAll(async () => {
    app = await startApp();
    as = await app.signIn('survey-manager', '6109');
  });
  afterAll(() => app.close());

  const upload = (files: ReadonlyArray<readonly [name: string, bytes: Uint8Array<ArrayBuffer>]>, key?: string) => {
    const body = new FormData();
    for (const [name, bytes] of files) body.append('file', new File([bytes], name));
    if (key !== undefined) body.append('key', key);
    return as(`${PROMPTS}?lang=zh`, { method: 'POST', body });
  };

  it('come as several files of one form and are served to a carrier without a session, for ever', async () => {
    const [start, safety] = [speechWav({ pitch: 300 }), speechWav({ pitch: 400 })];
    const response = await upload([
      ['_start.wav', start],
      ['safety.wav', safety],
    ]);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ uploads: [{ key: '_start' }, { key: 'safety' }] });
    const served = await app.send(`/prompts/${hashOf(safety)}.wav`);
    expect(served.status).toBe(200);
    expect(Object.fromEntries(served.headers)).toMatchObject({
      'content-type': 'audio/wav',
      'content-length': String(safety.byteLength),
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    });
    expect(served.headers.getSetCookie()).toEqual([]);
    expect(Buffer.from(await served.arrayBuffer())).toEqual(Buffer.from(safety));
  });

  it('come in parts for players that ask for parts', async () => {
    const sound = speechWav({ pitch: 400 });
    const ask = (range: string) => app.send(`/prompts/${hashOf(sound)}.wav`, { headers: { range } });
    for (const [range, from, to] of [
      ['bytes=0-1', 0, 1],
      ['bytes=100-', 100, sound.byteLength - 1],
      ['bytes=-10', sound.byteLength - 10, sound.byteLength - 1],
      [`bytes=5-${sound.byteLength + 5}`, 5, sound.byteLength - 1],
    ] as const) {
      const part = await ask(range);
      expect([range, part.status, part.headers.get('content-range')]).toEqual([
        range,
        206,
        `bytes ${from}-${to}/${sound.byteLength}`,
      ]);
      expect(Buffer.from(await part.arrayBuffer())).toEqual(Buffer.from(sound.subarray(from, to + 1)));
    }
    for (const range of ['bytes=-', 'bytes=9-5', 'bytes=0-1,5-6', 'pages=1-2', `bytes=${sound.byteLength}-`])
      expect([range, (await ask(range)).status]).toEqual([range, 200]);
  });

  it('are the only files at that address', async () => {
    for (const path of ['/prompts/', '/prompts/x.wav', `/prompts/${'a'.repeat(64)}.wav`, '/prompts/..%2Fsecret'])
      expect((await app.send(path)).status, path).toBe(404);
    const hash = hashOf(speechWav({ pitch: 300 }));
    expect((await app.send(`/prompts/${hash}`)).status).toBe(404);
    expect((await app.send(`/prompts/${hash.toUpperCase()}.wav`)).status).toBe(404);
  });

  it('that are refused say which and why', async () => {
    const response = await upload([['nonsense.wav', speechWav()]]);
    expect(response.status).toBe(422);
    expect(await errorOf(response)).toMatchObject({
      code: 'PROMPTS_REFUSED',
      details: { count: 1, problems: [{ code: 'PROMPT_FILE_UNKNOWN' }] },
    });
    expect((await upload([])).status).toBe(422);
  });

  it('are read with the list, and removed', async () => {
    expect((await upload([['take 3.wav', speechWav({ pitch: 500 })]], 'trend')).status).toBe(200);
    const read = async () => {
      const { prompts } = (await (await as(`${PROMPTS}?version=1&lang=zh`)).json()) as {
        prompts: Array<{ key: string; recording: { id: string; fileName: string } | null }>;
      };
      return prompts.find(({ key }) => key === 'trend')?.recording ?? null;
    };
    const recording = await read();
    expect(recording?.fileName).toBe('take 3.wav');
    expect((await as(`/api/prompts/${recording?.id}`, json('DELETE', {}))).status).toBe(200);
    expect(await read()).toBeNull();
  });
});
