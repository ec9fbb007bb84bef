import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../../src/core/sample/calling-rules.ts';
import type { BoardView } from '../../src/services/board.ts';
import type { CampaignView } from '../../src/services/campaigns.ts';
import type { DeskCase, DeskView } from '../../src/services/desk-views.ts';
import type { NumberReport } from '../../src/services/sampling-frames.ts';
import { errorOf, form, json, startApp, type TestApp } from '../support/app.ts';

/** Calls may be made at any hour: the test runs by the real clock. */
const ALWAYS = [{ from: 0, to: 24 * 60 }];
const RULES = {
  ...DEFAULT_RULES,
  hours: { weekday: ALWAYS, saturday: ALWAYS, sunday: ALWAYS, holiday: ALWAYS },
};

describe('a phone survey over HTTP', () => {
  let app: TestApp;
  let manager: Awaited<ReturnType<TestApp['signIn']>>;
  let interviewer: Awaited<ReturnType<TestApp['signIn']>>;
  beforeAll(async () => {
    app = await startApp();
    manager = await app.signIn('survey-manager', '6109');
    interviewer = await app.signIn('interviewer', '6109');
  });
  afterAll(() => app.close());

  const read = async <T>(response: Response): Promise<T> => {
    const body = (await response.json()) as T;
    expect([response.status, response.ok ? '' : JSON.stringify(body)]).toEqual([200, '']);
    return body;
  };

  it('goes from the settings to a complete interview and the board', async () => {
    const setup = { carrier: 'manual', modes: ['phone'], rules: RULES, targetPerTown: 2 };
    const saved = await read<CampaignView>(await manager('/api/waves/2026/phone', json('PUT', setup)));
    expect(saved).toMatchObject({ state: 'draft', carrier: 'manual', targetPerTown: 2 });

    const file: [string, string] = ['号码.csv', '单位,号码\n五里镇,13900000001\n五里镇,不知道\n'];
    const dry = form({ file, dryRun: 'yes' });
    const tried = await read<NumberReport>(await manager('/api/waves/2026/phone/numbers', dry));
    expect(tried).toMatchObject({ accepted: 1, removed: { invalid: 1 }, problems: [{ row: 3, column: '号码' }] });
    const refused = await manager('/api/waves/2026/phone/numbers', form({ file }));
    expect((await errorOf(refused)).code).toBe('NUMBERS_UNCONFIRMED');
    await read(await manager('/api/waves/2026/phone/numbers', form({ file, accept: 'yes' })));
    await read(await manager('/api/waves/2026/phone/start', { method: 'POST' }));

    const desk = await read<DeskView>(await interviewer('/api/desk/next', json('POST', { wave: '2026' })));
    const held = { case: desk.current?.id, lease: desk.current?.lease };
    expect(desk.current?.numbers).toMatchObject([{ masked: '139****0001' }]);
    expect(await read(await interviewer('/api/desk/reveal', json('POST', held)))).toMatchObject({
      number: '+8613900000001',
    });
    const called = await read<DeskCase>(await interviewer('/api/desk/dial', json('POST', held)));
    expect(called).toMatchObject({ state: 'IN_CALL', bridges: false, attempt: { state: 'created' } });
    await read(await interviewer('/api/desk/call-result', json('POST', { ...held, result: 'answered' })));
    await read(await interviewer('/api/desk/consent', json('POST', { ...held, kind: 'interview', given: true })));
    let question: string | undefined = 'adult';
    let last: DeskCase | null = null;
    while (question !== undefined) {
      last = await read<DeskCase>(
        await interviewer('/api/desk/answers', json('PUT', { ...held, question, keys: '1' })),
      );
      question = last.standing.question?.code;
    }
    expect(last?.standing).toMatchObject({ isComplete: true, disposition: '1.1' });
    expect(await read(await interviewer('/api/desk/heartbeat', json('POST', held)))).toMatchObject({
      state: 'IN_CALL',
    });
    const closed = await read(await interviewer('/api/desk/close', json('POST', { ...held, disposition: '1.1' })));
    expect(closed).toMatchObject({ state: 'FINAL', disposition: '1.1' });
    const board = await read<BoardView>(await manager('/api/waves/2026/phone/board'));
    expect(board).toMatchObject({ towns: [{ name: '五里镇', completes: 1, target: 2 }], calls: [] });
    const lost = await interviewer('/api/desk/answers', json('PUT', { ...held, question: 'adult', keys: '1' }));
    expect([lost.status, (await errorOf(lost)).code]).toEqual([409, 'LEASE_LOST']);
  });

  it('opens no file of somebody who may not bring one', async () => {
    const file: [string, string] = ['bad.xlsx', 'PK but no workbook'];
    for (const path of ['/api/waves/2026/phone/numbers', '/api/suppressions/import']) {
      expect((await errorOf(await interviewer(path, form({ file })))).code).toBe('ROLE_FORBIDDEN');
    }
  });

  it('names the field of a setting that cannot be, and of rules that are not whole', async () => {
    const lines = await manager('/api/waves/2026/phone', json('PUT', { lines: 0 }));
    expect([lines.status, (await errorOf(lines)).code]).toEqual([422, 'INPUT_INVALID']);
    const rules = await manager('/api/waves/2026/phone', json('PUT', { rules: { maxAttempts: 3 } }));
    expect((await errorOf(rules)).code).toBe('INPUT_INVALID');
  });
});
