import { readdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashOf } from '../../src/services/kept-files.ts';
import { MANAGER, type PhoneWorld, startPhone } from '../support/phone.ts';
import { speechWav } from '../support/speech.ts';
import { countySurvey, refusal, refusalOf, staff } from '../support/world.ts';

const ZH = { survey: 'saohei-county', lang: 'zh' } as const;

describe('recorded prompts', () => {
  let world: PhoneWorld;
  beforeEach(async () => {
    world = await startPhone();
  });
  afterEach(() => world.stop());

  const upload = (...files: ReadonlyArray<readonly [name: string, bytes: Uint8Array]>) =>
    world.prompts.uploadPrompts(
      MANAGER,
      ZH,
      files.map(([name, bytes]) => ({ name, bytes })),
    );
  const find = async (key: string, script: Parameters<typeof world.prompts.readPrompts>[1] = ZH) =>
    (await world.prompts.readPrompts(MANAGER, script)).prompts.find((prompt) => prompt.key === key);
  const folder = () => join(world.config.dataDir, 'prompts');
  const voice = () => world.prompts.voiceOf(world.connection.reader, 'saohei-county');
  const START = '开始请按1，稍后再打请按2，不再来电请按9。';

  it('are listed by their sentences, spoken by machine as long as nobody recorded them', async () => {
    const { version, prompts } = await world.prompts.readPrompts(MANAGER, ZH);
    expect(version).toBe(1);
    expect(prompts.length).toBeGreaterThan(60);
    expect(prompts.every(({ recording }) => recording === null)).toBe(true);
    expect(prompts.find(({ key }) => key === '_start')?.words).toBe(START);
    expect((await voice()).find(START, 'zh')).toBeNull();
  });

  it('have the consent text of the waves that use the version', async () => {
    await world.setUp({ consentText: { zh: '本轮的同意书。', en: 'This wave’s text.' } });
    expect((await find('_consentText'))?.words).toBe('本轮的同意书。');
  });

  it('are played from the next step on, with their length, at an address named by their content', async () => {
    await voice();
    const sound = speechWav({ ms: 3200 });
    expect(await upload(['_start.wav', sound])).toEqual([
      { file: '_start.wav', key: '_start', words: START, ms: 3200, result: 'new' },
    ]);
    const path = `/prompts/${hashOf(sound)}.wav`;
    expect(await find('_start')).toMatchObject({ recording: { ms: 3200, path, isMissing: false } });
    expect((await voice()).find(START, 'zh')).toEqual({ audio: `http://localhost:8787${path}`, ms: 3200 });
    expect((await voice()).find(START, 'en')).toBeNull();
    expect(Buffer.from((await world.prompts.openPrompt(hashOf(sound))) ?? [])).toEqual(Buffer.from(sound));
    expect(await world.audit()).toContain('survey-manager-6109 prompt.upload');
  });

  it('come many at once, in folders and in whatever case of letters', async () => {
    const report = await upload(
      ['录音/safety.WAV', speechWav({ pitch: 300 })],
      ['Safety.1.wav', speechWav({ pitch: 310 })],
      ['heard.gangs.name.wav', speechWav({ pitch: 320 })],
    );
    expect(report.map(({ key, result }) => `${key} ${result}`)).toEqual([
      'safety new',
      'safety.1 new',
      'heard.gangs.name new',
    ]);
    // One row in the log for what was one deed.
    expect((await world.audit()).filter((line) => line.endsWith('prompt.upload'))).toHaveLength(1);
  });

  it('are recorded once where the same is said at several places, under the name of any of them', async () => {
    const shared = (await world.prompts.readPrompts(MANAGER, ZH)).prompts.find(({ words }) => words === '说不清请按8');
    const other = shared?.alsoAt[0] ?? '';
    expect(await upload([`${other}.wav`, speechWav()])).toMatchObject([{ key: shared?.key }]);
    const error = await refusal(
      upload([`${shared?.key}.wav`, speechWav()], [`${other}.wav`, speechWav({ pitch: 500 })]),
    );
    expect(error.details.problems).toEqual([
      { code: 'PROMPT_FILE_TWICE', details: { file: `${other}.wav`, other: `${shared?.key}.wav` } },
    ]);
  });

  it('that are not right are all named, and then none is kept', async () => {
    const error = await refusal(
      upload(
        ['_start.wav', speechWav()],
        ['welcome.wav', speechWav()],
        ['safety.wav', Buffer.from('ID3 and so on')],
        ['trend.wav', speechWav({ bits: 24 })],
        ['awareness.wav', speechWav().subarray(0, 200)],
        ['recognition.wav', speechWav({ loudness: 0 })],
        ['disputes.wav', speechWav({ ms: 121_000, rate: 8000 })],
        ['coached.wav', speechWav({ ms: 60 })],
        ['reporting.wav', new Uint8Array(5 * 1024 * 1024 + 1)],
      ),
    );
    expect(error.code).toBe('PROMPTS_REFUSED');
    expect(error.details.problems).toEqual([
      { code: 'PROMPT_FILE_UNKNOWN', details: { file: 'welcome.wav', key: 'welcome' } },
      { code: 'PROMPT_FILE_TYPE', details: { file: 'safety.wav', found: 'MP3 / AAC' } },
      { code: 'PROMPT_FILE_FORMAT', details: { file: 'trend.wav', found: '24-bit' } },
      { code: 'PROMPT_FILE_DAMAGED', details: { file: 'awareness.wav' } },
      { code: 'PROMPT_FILE_SILENT', details: { file: 'recognition.wav' } },
      { code: 'PROMPT_FILE_LONG', details: { file: 'disputes.wav', seconds: 121, most: 120 } },
      { code: 'PROMPT_FILE_SHORT', details: { file: 'coached.wav', seconds: 0.1 } },
      { code: 'PROMPT_FILE_LARGE', details: { file: 'reporting.wav', limit: '5 MB' } },
    ]);
    expect((await find('_start'))?.recording).toBeNull();
    expect(await world.audit()).not.toContain('survey-manager-6109 prompt.upload');
  });

  it('are replaced and removed; the old file stays for the calls that may be playing it, and goes the next day', async () => {
    const [old, fresh] = [speechWav({ pitch: 300 }), speechWav({ pitch: 600 })];
    await upload(['_start.wav', old]);
    expect(await upload(['_start.wav', old])).toMatchObject([{ result: 'same' }]);
    world.pass(1000);
    expect(await upload(['_start.wav', fresh])).toMatchObject([{ result: 'replaced' }]);
    expect((await voice()).find(START, 'zh')?.audio).toContain(hashOf(fresh));
    const sweep = async () => {
      for (const name of readdirSync(folder())) utimesSync(join(folder(), name), 1, 1);
      return world.prompts.sweep();
    };
    expect(await sweep()).toBe(0);
    expect(await world.prompts.openPrompt(hashOf(old))).not.toBeNull();
    world.pass(25 * 3_600_000);
    expect(await sweep()).toBe(1);
    expect(await world.prompts.openPrompt(hashOf(old))).toBeNull();
    expect(readdirSync(folder())).toEqual([`${hashOf(fresh)}.wav`]);

    const id = (await find('_start'))?.recording?.id ?? '';
    await world.prompts.removePrompt(MANAGER, id);
    await world.prompts.removePrompt(MANAGER, id);
    expect((await voice()).find(START, 'zh')).toBeNull();
    expect((await find('_start'))?.recording).toBeNull();
    expect((await world.audit()).filter((line) => line.endsWith('prompt.remove'))).toHaveLength(1);
  });

  it('serve the next version of the questionnaire as far as it says the same', async () => {
    await upload(['_start.wav', speechWav()], ['safety.wav', speechWav({ pitch: 500 })]);
    await world.surveys.publishSurvey(
      MANAGER,
      countySurvey(({ definition }) => ({
        definition: definition.replaceAll('感觉安全还是不安全', '觉得安全还是不安全'),
      })),
    );
    const next = { ...ZH, version: 2 };
    expect((await find('_start', next))?.recording).not.toBeNull();
    expect((await find('safety', next))?.recording).toBeNull();
    await world.prompts.uploadPrompts(MANAGER, next, [{ name: 'safety.wav', bytes: speechWav({ pitch: 700 }) }]);
    // Calls of the first version go on to say what they said.
    expect((await find('safety', { ...ZH, version: 1 }))?.recording?.path).toContain(hashOf(speechWav({ pitch: 500 })));
    expect((await find('safety', next))?.recording?.path).toContain(hashOf(speechWav({ pitch: 700 })));
  });

  it('whose file is gone are spoken by machine, and the list says so', async () => {
    await world.connection.transaction((tx) =>
      world.stores.prompts.insert(tx, {
        ...{ id: 'p1', surveyCode: 'saohei-county', lang: 'zh', key: '_start', words: START, hash: 'a'.repeat(64) },
        ...{ ms: 1, bytes: 1, fileName: 'x', createdAt: 1, createdBy: 'x', retiredAt: null },
      }),
    );
    expect((await voice()).find(START, 'zh')).toBeNull();
    expect((await find('_start'))?.recording).toMatchObject({ isMissing: true });
  });

  it('take one file for a named sentence, whatever the file is called', async () => {
    const bytes = speechWav();
    const files = [{ name: '录音 001.wav', bytes }];
    expect(await world.prompts.uploadPrompts(MANAGER, ZH, files, 'safety')).toMatchObject([
      { file: '录音 001.wav', key: 'safety' },
    ]);
    const two = [...files, { name: 'b.wav', bytes }];
    expect(await refusalOf(world.prompts.uploadPrompts(MANAGER, ZH, two, 'safety'))).toBe('INPUT_INVALID');
    expect(await refusalOf(world.prompts.uploadPrompts(MANAGER, ZH, []))).toBe('INPUT_INVALID');
  });

  it('are read by who may read surveys and changed by who may publish them', async () => {
    const reader = staff('reviewer');
    expect((await world.prompts.readPrompts(reader, ZH)).prompts.length).toBeGreaterThan(0);
    const files = [{ name: '_start.wav', bytes: speechWav() }];
    expect(await refusalOf(world.prompts.uploadPrompts(reader, ZH, files))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(world.prompts.removePrompt(reader, 'x'))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(world.prompts.readPrompts(staff('interviewer'), ZH))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(world.prompts.readPrompts(MANAGER, { ...ZH, survey: 'none' }))).toBe('NOT_FOUND');
    expect(await refusalOf(world.prompts.readPrompts(MANAGER, { ...ZH, version: 9 }))).toBe('NOT_FOUND');
    expect(await refusalOf(world.prompts.removePrompt(MANAGER, 'none'))).toBe('NOT_FOUND');
  });

  it('open no other file by their address', async () => {
    await upload(['_start.wav', speechWav()]);
    for (const name of ['../zhixiao', '..%2fsecret', 'A'.repeat(64), `${'a'.repeat(64)}x`, ''])
      expect(await world.prompts.openPrompt(name)).toBeNull();
    rmSync(folder(), { recursive: true });
    expect(await world.prompts.openPrompt(hashOf(speechWav()))).toBeNull();
  });
});
