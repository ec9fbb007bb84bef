import { describe, expect, test } from 'vitest';
import { CarrierError } from '../../../src/telephony/carrier.ts';
import { firstOf } from '../../../src/telephony/twilio/signature.ts';
import { ACCOUNT, BASE, createWorld, MORNING, OURS, scriptedPhone, statuses, THEIRS, TOKEN } from './world.ts';

const API = `http://network.test/2010-04-01/Accounts/${ACCOUNT}`;
const basic = (user: string, token: string): string => `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`;

const failure = async (work: Promise<unknown>): Promise<CarrierError> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CarrierError)) throw new Error('no CarrierError');
  return error;
};

describe('the API of the network (acceptance list, 1)', () => {
  test('a wrong token is 401 with the carrier’s own error', async () => {
    const { network } = createWorld({});
    const response = await network.fetch(`${API}/Calls.json`, {
      headers: { Authorization: basic(ACCOUNT, 'guessed') },
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      code: 20_003,
      message: 'Authenticate',
      more_info: 'https://www.twilio.com/docs/errors/20003',
      status: 401,
    });
  });

  test.each([
    ['no number to call', { From: OURS, Url: BASE }, 21_201],
    ['no number of ours', { To: THEIRS, Url: BASE }, 21_213],
    ['a number that is none', { To: '13900000001', From: OURS, Url: BASE }, 21_211],
    ['no document', { To: THEIRS, From: OURS }, 21_205],
    ['a host name with an underscore', { To: THEIRS, From: OURS, Url: 'http://survey_server/x' }, 21_205],
  ])('an order with %s is refused', async (_what, order, code) => {
    const { network } = createWorld({});
    const response = await network.fetch(`${API}/Calls.json`, {
      method: 'POST',
      headers: { Authorization: basic(ACCOUNT, TOKEN) },
      body: new URLSearchParams(order as Record<string, string>).toString(),
    });
    expect(response.status).toBe(400);
    expect((await response.json()) as { code: number }).toMatchObject({ code, status: 400 });
  });

  test('a number that is not ours, or a place where nobody is called, is refused', async () => {
    const { place } = createWorld({}, { callerIds: ['+8602900000000'] });
    expect(await failure(place())).toMatchObject({ kind: 'config', providerCode: '21210' });
    const elsewhere = createWorld({}, { refuses: /^\+86/ });
    expect(await failure(elsewhere.place())).toMatchObject({ kind: 'region', providerCode: '21215' });
  });

  test('calls above the rate wait in a queue, and the answer says how long', async () => {
    const { place, clock, to } = createWorld({}, { callsPerSecond: 1 });
    const placed = [await place('+8613900000011'), await place('+8613900000012'), await place('+8613900000013')];
    expect(placed.map(({ queuedMs }) => queuedMs)).toEqual([0, 1000, 2000]);
    await clock.run(MORNING + 1500);
    expect(to('/hooks/twilio/status').filter(({ form }) => firstOf(form, 'CallStatus') === 'initiated')).toHaveLength(
      2,
    );
  });

  test('a second’s worth of calls starts at once, then one by one as tokens come back', async () => {
    const { place, clock } = createWorld({}, { callsPerSecond: 2 });
    const queued: number[] = [];
    for (let n = 0; n < 5; n++) queued.push((await place(`+861390000001${n}`)).queuedMs);
    expect(queued).toEqual([0, 0, 500, 1000, 1500]);
    await clock.run(MORNING + 10_000);
    queued.length = 0;
    for (let n = 5; n < 8; n++) queued.push((await place(`+861390000001${n}`)).queuedMs);
    expect(queued).toEqual([0, 0, 500]);
  });

  test('a call in the queue says so, and can be taken back before anybody is rung', async () => {
    const { place, carrier, clock, network, to } = createWorld({}, { callsPerSecond: 1 });
    await place('+8613900000011');
    const { providerCallId } = await place('+8613900000012');
    const path = `${API}/Calls/${providerCallId}.json`;
    const asked = await network.fetch(path, { headers: { Authorization: basic(ACCOUNT, TOKEN) } });
    expect(await asked.json()).toMatchObject({ status: 'queued', queue_time: '1000', start_time: null });
    await carrier.hangup(providerCallId);
    await clock.run();
    const told = to('/hooks/twilio/status').filter(({ form }) => firstOf(form, 'CallSid') === providerCallId);
    expect(statuses(told)).toEqual(['canceled']);
  });

  test('no more calls at once than there are lines', async () => {
    const { place, clock } = createWorld({}, { lines: 1, known: new Map([[THEIRS, 'dead']]) });
    await place();
    expect(await failure(place('+8613900000012'))).toMatchObject({ kind: 'rate', providerCode: '10004' });
    await clock.run();
    await expect(place('+8613900000012')).resolves.toMatchObject({ queuedMs: 0 });
  });

  test('a call is fetched, listed newest first in pages, and found by its number', async () => {
    const { place, network, carrier, clock } = createWorld({}, { known: new Map([[THEIRS, 'dead']]) });
    const { providerCallId } = await place();
    for (let n = 0; n < 4; n++) await place(`+861390000002${n}`);
    const page = await network.fetch(`${API}/Calls.json?PageSize=2`, {
      headers: { Authorization: basic(ACCOUNT, TOKEN) },
    });
    const { calls, next_page_uri: next } = (await page.json()) as { calls: { to: string }[]; next_page_uri: string };
    expect(calls.map(({ to }) => to)).toEqual(['+8613900000023', '+8613900000022']);
    expect(next).toContain('Page=1');
    await clock.run();
    const asked = { attemptId: 'at1', leg: 'respondent', to: THEIRS, askedAt: MORNING, providerCallId: null } as const;
    expect(await carrier.reconcile(asked)).toMatchObject({ t: 'ended', status: 'failed', providerCallId });
    expect(await carrier.reconcile({ ...asked, providerCallId })).toMatchObject({ t: 'ended', status: 'failed' });
    expect(await carrier.reconcile({ ...asked, to: '+8613911111111' })).toBeNull();
    expect(await carrier.reconcile({ ...asked, askedAt: MORNING + 3_600_000 })).toBeNull();
  });

  test('an ended call cannot be ended again, and hanging up all the same is no error', async () => {
    const { place, network, carrier, clock } = createWorld({}, { known: new Map([[THEIRS, 'dead']]) });
    const { providerCallId } = await place();
    await clock.run();
    const response = await network.fetch(`${API}/Calls/${providerCallId}.json`, {
      method: 'POST',
      headers: { Authorization: basic(ACCOUNT, TOKEN) },
      body: 'Status=completed',
    });
    expect(((await response.json()) as { code: number }).code).toBe(21_220);
    await expect(carrier.hangup(providerCallId)).resolves.toBeUndefined();
    await expect(carrier.hangup(`CA${'0'.repeat(32)}`)).resolves.toBeUndefined();
  });

  test('a live call takes another document', async () => {
    const world = createWorld({ '/hooks/twilio/voice': '<Pause length="60"/>' });
    const phone = scriptedPhone(() => {}, world);
    world.network.occupy(THEIRS, phone);
    const { providerCallId } = await world.place();
    await world.clock.run(MORNING + 10_000);
    await world.carrier.speak(
      { attemptId: 'at1', providerCallId },
      { prompts: [{ say: '您已在网上答完，谢谢，再见！', lang: 'zh' }], next: { t: 'hangup', reason: 'done' } },
    );
    await world.clock.run();
    expect(phone.heard).toEqual(['您已在网上答完，谢谢，再见！', '(ended)']);
  });

  test('a recording starts in a live call, tells when it is done, is a real sound file, and can be deleted', async () => {
    const world = createWorld({ '/hooks/twilio/voice': '<Pause length="20"/>' });
    world.network.occupy(
      THEIRS,
      scriptedPhone(() => {}, world),
    );
    const { providerCallId } = await world.place();
    const call = { attemptId: 'at1', providerCallId };
    expect(await failure(world.carrier.startRecording(call))).toMatchObject({ providerCode: '21220' });
    await world.clock.run(MORNING + 10_000);
    const { recordingId } = await world.carrier.startRecording(call);
    await world.clock.run(MORNING + 15_000);
    await world.carrier.stopRecording(call);
    await world.clock.run();
    const [told] = world.to('/hooks/twilio/recording');
    expect(firstOf(told?.form ?? {}, 'RecordingSid')).toBe(recordingId);
    expect(firstOf(told?.form ?? {}, 'RecordingDuration')).toBe('5');
    const sound = Buffer.from(await world.carrier.fetchRecording(recordingId));
    expect(sound.subarray(0, 4).toString()).toBe('RIFF');
    expect(sound.length).toBe(44 + 5 * 8000);
    await world.carrier.deleteRecording(recordingId);
    expect(await failure(world.carrier.fetchRecording(recordingId))).toMatchObject({ providerCode: 'HTTP 404' });
  });

  test.each([
    ['429', 'rate', 0],
    ['401', 'auth', 0],
    ['500', 'ambiguous', 0],
    ['503', 'carrier-down', 0],
    ['hang', 'ambiguous', 0],
    ['reset', 'ambiguous', 1],
  ] as const)('the fault %s is %s to us; calls placed all the same: %i', async (fault, kind, placed) => {
    const world = createWorld({}, { known: new Map([[THEIRS, 'dead']]) });
    world.network.failNext(fault);
    const order = failure(world.place());
    await world.clock.run();
    expect((await order).kind).toBe(kind);
    const found = await world.carrier.reconcile({
      attemptId: 'at1',
      to: THEIRS,
      leg: 'respondent',
      askedAt: MORNING,
      providerCallId: null,
    });
    expect(found === null ? 0 : 1).toBe(placed);
    expect(statuses(world.to('/hooks/twilio/status'))).toHaveLength(placed * 2);
  });

  test('orders meet faults as often as was asked, by the seed; questions never do', async () => {
    const faults = async (seed: number): Promise<(string | null)[]> => {
      const world = createWorld(
        {},
        { seed, restFaults: { '429': 0.2, '500': 0.1 }, known: new Map([[THEIRS, 'dead']]) },
      );
      for (let n = 0; n < 60; n++) await world.place().catch(() => {});
      for (let n = 0; n < 20; n++) {
        const list = await world.network.fetch(`${API}/Calls.json`, {
          headers: { Authorization: basic(ACCOUNT, TOKEN) },
        });
        expect(list.status).toBe(200);
      }
      const orders = world.trace.entries.filter(({ kind, method }) => kind === 'rest' && method === 'POST');
      return orders.map(({ fault }) => fault as string | null);
    };
    const [first, second, other] = [await faults(3), await faults(3), await faults(4)];
    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
    expect(first.filter((fault) => fault === '429').length).toBeGreaterThan(5);
    expect(first.filter((fault) => fault === '500').length).toBeGreaterThan(1);
    expect(first.filter((fault) => fault === null).length).toBeGreaterThan(30);
  });

  test('recordings are listed, of one call or of all', async () => {
    const world = createWorld({ '/hooks/twilio/voice': '<Pause length="20"/>' });
    world.network.occupy(
      THEIRS,
      scriptedPhone(() => {}, world),
    );
    const { providerCallId } = await world.place();
    await world.clock.run(MORNING + 10_000);
    const { recordingId } = await world.carrier.startRecording({ attemptId: 'at1', providerCallId });
    const list = async (query: string) => {
      const init = { headers: { Authorization: basic(ACCOUNT, TOKEN) } };
      const response = await world.network.fetch(`${API}/Recordings.json${query}`, init);
      const { recordings } = (await response.json()) as { recordings: { sid: string; status: string }[] };
      return recordings.map(({ sid, status }) => `${sid} ${status}`);
    };
    expect(await list('')).toEqual([`${recordingId} in-progress`]);
    await world.clock.run();
    expect(await list(`?CallSid=${providerCallId}`)).toEqual([`${recordingId} completed`]);
    expect(await list('?CallSid=CA0')).toEqual([]);
  });
});
