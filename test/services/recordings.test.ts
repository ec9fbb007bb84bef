import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { INTERVIEWER, MANAGER, type PhoneWorld, startPhone } from '../support/phone.ts';
import { INTERVIEWER as SPEAKER, startTalk } from '../support/talk.ts';
import { refusalOf, staff } from '../support/world.ts';

const EVENT = {
  providerCallId: null,
  leg: 'respondent',
  seq: null,
  at: 1,
  dedupe: 'recording',
  t: 'recording',
  recordingId: 'RE1',
  url: '',
  seconds: 3,
  status: 'completed',
} as const;

describe('a recording', () => {
  let world: PhoneWorld;
  let held: { case: string; lease: string };
  beforeEach(async () => {
    world = await startPhone();
    await world.begin(1, { recording: true });
    held = await world.call(INTERVIEWER);
  });
  afterEach(() => world.stop());

  const call = async () => {
    const [attempt] = await world.stores.attempts.listOfCase(world.connection.reader, held.case);
    if (!attempt) throw new Error('no call');
    return attempt;
  };
  const consent = (given: boolean) => world.desk.noteConsent(INTERVIEWER, held, { kind: 'recording', given });
  /** Notes one and says whether it is kept. */
  const note = async (recordingId = 'RE1') => {
    const attempt = await call();
    await world.connection.transaction((tx) =>
      world.recordings.note(tx, attempt, { ...EVENT, recordingId, attemptId: attempt.id }),
    );
    return (await world.stores.recordings.find(world.connection.reader, recordingId))?.deletedAt === null;
  };
  /** Notes it and puts its sound where the fetched ones lie. */
  const keep = async (file: string | null) => {
    await consent(true);
    expect(await note()).toBe(true);
    const folder = join(world.config.dataDir, 'recordings');
    mkdirSync(folder, { recursive: true });
    if (file !== null) writeFileSync(join(folder, file), 'RIFF');
    await world.connection.transaction((tx) => world.stores.recordings.update(tx, 'RE1', { file: file ?? 'gone.wav' }));
  };

  it('is kept only when the last word on it was yes', async () => {
    expect(await note('RE1')).toBe(false);
    await consent(true);
    world.pass(1000);
    await consent(false);
    expect(await note('RE2')).toBe(false);
    world.pass(1000);
    await consent(true);
    await consent(true);
    const consents = await world.stores.attempts.listConsents(world.connection.reader, (await call()).id);
    expect(consents.map(({ given }) => given)).toEqual([true, false, true]);
    expect(await note('RE3')).toBe(true);
  });

  it('is heard by who may, in the own area, and that is written down', async () => {
    await keep('sound.wav');
    const { stream, bytes } = await world.recordings.open(staff('reviewer', '610902'), 'RE1');
    expect(bytes).toBe(4);
    expect(await new Response(stream).text()).toBe('RIFF');
    expect(await refusalOf(world.recordings.open(INTERVIEWER, 'RE1'))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(world.recordings.open(staff('reviewer', '610924'), 'RE1'))).toBe('OUT_OF_SCOPE');
    expect((await world.audit()).filter((line) => line.endsWith('recording.listen'))).toHaveLength(1);
  });

  it('is gone for everybody as soon as the consent is taken back, and its sound with the next deletion', async () => {
    await keep('sound.wav');
    world.pass(1000);
    await consent(false);
    expect(await refusalOf(world.recordings.open(MANAGER, 'RE1'))).toBe('RECORDING_GONE');
    expect(await world.recordings.deleteExpired()).toBe(1);
    expect((await world.stores.recordings.find(world.connection.reader, 'RE1'))?.file).toBeNull();
  });

  it('whose sound is missing says so', async () => {
    await keep(null);
    expect(await refusalOf(world.recordings.open(MANAGER, 'RE1'))).toBe('RECORDING_GONE');
  });
});

describe('the carrier’s copy of a recording', () => {
  it.each([
    ['that was fetched', true, true],
    ['that could never be fetched, once its time is over', true, false],
    ['that nobody agreed to keep', false, false],
  ])('%s is deleted there, however often it takes', async (_what, agreed, fetches) => {
    const world = await startTalk();
    const { recordings, desk, telephony } = world.phone;
    await desk.noteConsent(SPEAKER, world.held, { kind: 'recording', given: true });
    await world.run(10);
    if (!agreed) await desk.noteConsent(SPEAKER, world.held, { kind: 'recording', given: false });
    await world.run(5);
    await desk.hangUp(SPEAKER, world.held);
    await world.run(5);
    const { fetchRecording, deleteRecording } = telephony.carrier;
    const down = async () => Promise.reject(new Error('down'));
    Object.assign(telephony.carrier, { deleteRecording: down, ...(fetches ? {} : { fetchRecording: down }) });
    expect(await recordings.fetchNew()).toBe(fetches ? 1 : 0);
    await recordings.clearCarriers();
    if (agreed && !fetches) {
      world.setClock(400 * 86_400_000);
      expect(await recordings.deleteExpired()).toBe(1);
    }
    expect(await recordings.clearCarriers()).toBe(0);
    const deleted = () =>
      world.trace.entries.filter(({ kind, status }) => kind === 'recording' && status === 'deleted');
    expect(deleted()).toHaveLength(0);
    Object.assign(telephony.carrier, { fetchRecording, deleteRecording });
    expect(await recordings.clearCarriers()).toBe(1);
    expect(deleted()).toHaveLength(1);
    expect(await recordings.clearCarriers()).toBe(0);
    await world.close();
  });
});
