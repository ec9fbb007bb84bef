import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../../src/core/questionnaire/plan.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { responseIdOf } from '../../src/services/case-responses.ts';
import type { CaseRow } from '../../src/store/cases.ts';
import { INTERVIEWER, MANAGER, type PhoneWorld, startPhone } from '../support/phone.ts';
import { ANSWERS, refusalOf, staff } from '../support/world.ts';

describe('what a manager does to cases', () => {
  let world: PhoneWorld;
  beforeEach(async () => {
    world = await startPhone();
  });
  afterEach(() => world.stop());

  const dispositions = async () => {
    const wave = await world.stores.waves.findByCode(world.connection.reader, '2026');
    const cells = await world.stores.tallies.readUnit(
      world.connection.reader,
      wave?.id ?? '',
      'disposition',
      '610902104',
    );
    return Object.fromEntries(cells.filter(({ n }) => n !== 0).map(({ outcome, n }) => [outcome, n]));
  };
  const close = async (disposition: string) => {
    const held = await world.call(INTERVIEWER);
    if (disposition === '1.1') await world.answerAll(INTERVIEWER, held);
    await world.desk.closeCase(INTERVIEWER, held, { disposition });
    return held.case;
  };

  it('opens an ended case again: what it counted for is taken back, and it can be completed after all', async () => {
    await world.begin(1);
    const id = await close('4.31');
    expect(await dispositions()).toEqual({ '4.31': 1 });
    const reopened = await world.cases.reopenCase(MANAGER, id, '号码核对后可用');
    expect(reopened.state).toBe('READY');
    expect(await dispositions()).toEqual({});
    await world.connection.transaction((tx) => world.stores.numbers.setState(tx, { caseId: id, rank: 0 }, 'live'));
    world.pass(86_400_000);
    await close('1.1');
    expect(await dispositions()).toEqual({ '1.1': 1 });
    expect((await world.tallies.verifyTallies(OPERATOR)).flatMap(({ differing }) => differing)).toEqual([]);
    expect(await world.audit()).toContain('survey-manager-6109 case.reopen');
  });

  it('opens a complete one again: its place in the quota is free, its answers are kept as a draft', async () => {
    await world.begin(1, { targetPerTown: 1 });
    const id = await close('1.1');
    expect((await world.campaigns.readCampaign(MANAGER, '2026')).quotas[0]?.completes).toBe(1);
    await world.cases.reopenCase(MANAGER, id, '复核发现代答');
    expect((await world.campaigns.readCampaign(MANAGER, '2026')).quotas[0]?.completes).toBe(0);
    expect(await dispositions()).toEqual({});
    expect((await world.caseResponses.read(world.connection.reader, await world.caseRow(id))).answers).toMatchObject({
      adult: '1',
    });
  });

  it('recodes with a reason: the counters follow', async () => {
    await world.begin(1);
    const id = await close('4.31');
    const recoded = await world.cases.recodeCase(MANAGER, id, '4.51', '实为商铺');
    expect(recoded).toMatchObject({ state: 'FINAL', disposition: '4.51' });
    expect(await dispositions()).toEqual({ '4.51': 1 });
    expect(await refusalOf(world.cases.recodeCase(MANAGER, id, '1.1', '改为完访'))).toBe('DISPOSITION_REFUSED');
  });

  const finalise = async () => {
    await world.waves.closeWave(MANAGER, '2026');
    const wave = await world.stores.waves.findByCode(world.connection.reader, '2026');
    if (!wave) throw new Error('no wave');
    await world.cases.finaliseClosed(wave);
  };
  const differing = async () => (await world.tallies.verifyTallies(OPERATOR)).flatMap((each) => each.differing);

  it('an interview that was taken back is not complete again because nobody was reached, or the wave was closed', async () => {
    await world.begin(2);
    const first = await close('1.1');
    const second = await close('1.1');
    const row = await world.caseRow(first);
    await world.connection.transaction((tx) => world.stores.cases.update(tx, row, { attempts: 6 }));
    await world.cases.reopenCase(MANAGER, first, '复核发现代答');
    await world.cases.reopenCase(MANAGER, second, '复核发现代答');
    world.pass(86_400_000);
    const held = await world.call(INTERVIEWER, 'no-answer');
    await world.desk.closeCase(INTERVIEWER, held, { disposition: '3.13' });
    await finalise();
    expect(await dispositions()).toEqual({ '2.20': 2 });
    expect(await differing()).toEqual([]);
  });

  it('an interview that was whole when the desk broke down: the supervisor may call it complete, and nothing less whole', async () => {
    await world.begin(2);
    const whole = await world.call(INTERVIEWER);
    await world.answerAll(INTERVIEWER, whole);
    world.pass(2 * 3_600_000);
    await world.watch.tick();
    world.pass(16 * 60_000);
    await world.watch.tick();
    expect((await world.caseRow(whole.case)).state).toBe('SUPERVISOR');
    expect((await world.cases.recodeCase(MANAGER, whole.case, '1.1', '浏览器故障，答案齐全')).disposition).toBe('1.1');
    world.pass(22 * 3_600_000);
    const empty = await close('4.31');
    for (const code of ['1.1', '1.2']) {
      expect(await refusalOf(world.cases.recodeCase(MANAGER, empty, code, '改一改'))).toBe('DISPOSITION_REFUSED');
    }
    expect(await dispositions()).toEqual({ '1.1': 1, '4.31': 1 });
    expect(await differing()).toEqual([]);
  });

  it('closing the wave in the middle of a call counts what was answered in it', async () => {
    await world.begin(2);
    const whole = await world.call(INTERVIEWER);
    await world.answerAll(INTERVIEWER, whole);
    const other = staff('interviewer', '610902');
    await world.call(other);
    await finalise();
    expect(await dispositions()).toEqual({ '1.1': 1, '3.21': 1 });
    expect(await differing()).toEqual([]);
    // Who was just going to say so hears that it is so.
    expect(await world.desk.closeCase(INTERVIEWER, whole, { disposition: '1.1' })).toMatchObject({ state: 'FINAL' });
  });

  it('closing the wave codes what was answered by the web link and never finished by the closing rule', async () => {
    await world.begin(6);
    const held = await world.call(INTERVIEWER, 'no-answer');
    await world.desk.closeCase(INTERVIEWER, held, { disposition: '3.13' });
    const all = Object.entries(ANSWERS);
    const drafts = [
      {},
      { adult: '2' },
      Object.fromEntries(all.slice(0, 3)),
      Object.fromEntries(all.slice(0, 8)),
      ANSWERS,
    ];
    const { reader } = world.connection;
    const wave = await world.stores.waves.findByCode(reader, '2026');
    const rows = await world.stores.cases.listOpenOf(reader, { waveId: wave?.id ?? '', final: 'FINAL', limit: 10 });
    const others = rows.filter(({ id }) => id !== held.case);
    const save = (one: CaseRow, given: Record<string, Answer>) =>
      world.connection.transaction((tx) => world.caseResponses.save(tx, one, { mode: 'web-token', lang: 'zh' }, given));
    for (const [n, given] of drafts.entries()) await save(others[n] as CaseRow, given);
    await save(await world.caseRow(held.case), Object.fromEntries(all.slice(0, 9)));
    await finalise();
    const ended = await Promise.all(
      [...others.map(({ id }) => id), held.case].map(async (id) => {
        const one = await world.caseRow(id);
        const response = await world.stores.responses.find(reader, responseIdOf(one));
        return [one.disposition, response?.disposition, response?.mode].join(' ');
      }),
    );
    expect(ended).toEqual([
      '3.11 3.11 phone',
      '4.70 4.70 web-token',
      '2.12 2.12 web-token',
      '1.2 1.2 web-token',
      '1.2 1.2 web-token',
      '1.2 1.2 web-token',
    ]);
    expect(await dispositions()).toEqual({ '3.11': 1, '4.70': 1, '2.12': 1, '1.2': 3 });
    expect(await differing()).toEqual([]);
  });

  it('is not opened again for somebody who is never to be called', async () => {
    await world.begin(1);
    const held = await world.call(INTERVIEWER);
    await world.desk.closeCase(INTERVIEWER, held, { disposition: '2.112', neverAgain: true });
    expect(await refusalOf(world.cases.reopenCase(MANAGER, held.case, '再打一次'))).toBe('NUMBER_NONE_LIVE');
    expect((await world.caseRow(held.case)).state).toBe('FINAL');
    expect(await dispositions()).toEqual({ '2.112': 1 });
  });

  it('a case that waits for the supervisor is not called because a quota opened again', async () => {
    await world.begin(3, { targetPerTown: 1 });
    const id = await close('2.332');
    await close('1.1');
    expect((await world.caseRow(id)).state).toBe('SUPERVISOR');
    await world.campaigns.saveCampaign(MANAGER, '2026', { targetPerTown: 5 });
    expect((await world.caseRow(id)).state).toBe('SUPERVISOR');
  });

  it('holds and lets go, takes back from a desk, gives to somebody by name', async () => {
    await world.begin(1);
    const { current } = await world.desk.nextCase(INTERVIEWER, '2026');
    const id = current?.id ?? '';
    expect((await world.cases.releaseCase(MANAGER, id, '访问员下班')).state).toBe('READY');
    expect(await refusalOf(world.desk.heartbeat(INTERVIEWER, { case: id, lease: current?.lease ?? '' }))).toBe(
      'LEASE_LOST',
    );
    expect((await world.cases.holdCase(MANAGER, id, '核实号码')).state).toBe('HOLD');
    expect((await world.desk.nextCase(INTERVIEWER, '2026')).current).toBeNull();
    expect((await world.cases.unholdCase(MANAGER, id, '已核实')).state).toBe('READY');
    const account = await world.accounts.createAccount(OPERATOR, {
      ...{ username: 'zhang', name: '张访', role: 'interviewer', unitCode: '610902', password: '五里镇的访问员口令1' },
    });
    await world.cases.reassignCase(MANAGER, id, account.account.id, '熟悉方言');
    expect((await world.desk.nextCase(INTERVIEWER, '2026')).current).toBeNull();
    const named = await world.accounts.actorOf(account.account.id);
    if (!named) throw new Error('no actor');
    expect((await world.desk.nextCase(named, '2026')).current?.id).toBe(id);
    expect(await refusalOf(world.cases.reassignCase(MANAGER, id, 'nobody', '试一试'))).toBe('INTERVIEWER_UNKNOWN');
  });

  it('closing the wave ends every open case by what its calls amount to; a second pass finds nothing', async () => {
    await world.begin(5);
    const held = await world.call(INTERVIEWER, 'no-answer');
    await world.desk.closeCase(INTERVIEWER, held, { disposition: '3.13' });
    const busy = await world.call(INTERVIEWER, 'busy');
    await world.desk.closeCase(INTERVIEWER, busy, { disposition: '3.12' });
    await world.waves.closeWave(MANAGER, '2026');
    const wave = await world.stores.waves.findByCode(world.connection.reader, '2026');
    if (!wave) throw new Error('no wave');
    expect(await world.cases.finaliseClosed(wave)).toBe(5);
    expect(await world.cases.finaliseClosed(wave)).toBe(0);
    expect(await dispositions()).toEqual({ '3.11': 3, '3.12': 1, '3.13': 1 });
    expect((await world.tallies.verifyTallies(OPERATOR)).flatMap(({ differing }) => differing)).toEqual([]);
  });

  it('lists what lies in the own area, by state, a page at a time, numbers masked', async () => {
    await world.begin(60);
    const first = await world.cases.listCases(MANAGER, '2026');
    expect(first.cases).toHaveLength(50);
    const rest = await world.cases.listCases(MANAGER, '2026', { before: first.next ?? '' });
    expect(rest).toMatchObject({ next: null });
    expect(new Set([...first.cases, ...rest.cases].map(({ id }) => id)).size).toBe(60);
    expect(JSON.stringify(first)).not.toContain('13900000');
    expect((await world.cases.listCases(staff('survey-manager', '610924'), '2026')).cases).toEqual([]);
    expect((await world.cases.listCases(MANAGER, '2026', { state: 'FINAL' })).cases).toEqual([]);
  });

  it('refuses who may not, without a reason, and outside the own area', async () => {
    await world.begin(1);
    const [one] = (await world.cases.listCases(MANAGER, '2026')).cases;
    const id = one?.id ?? '';
    expect(await refusalOf(world.cases.holdCase(INTERVIEWER, id, '试一试'))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(world.cases.holdCase(MANAGER, id, ' '))).toBe('REASON_MISSING');
    expect(await refusalOf(world.cases.holdCase(staff('survey-manager', '610924'), id, '试一试'))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(world.cases.reopenCase(MANAGER, id, '没有结束'))).toBe('CASE_STATE');
    expect(await refusalOf(world.cases.releaseCase(MANAGER, id, '没有人拿着'))).toBe('CASE_STATE');
    expect(await refusalOf(world.cases.holdCase(MANAGER, 'none', '试一试'))).toBe('NOT_FOUND');
  });
});
