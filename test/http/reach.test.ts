import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTable } from '../../src/intake/table-file.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { errorOf, form, json, startApp, type TestApp } from '../support/app.ts';
import { attemptRow } from '../support/rows.ts';
import { speechWav } from '../support/speech.ts';
import { countySurvey, UNITS } from '../support/world.ts';

/** Routes that need no account: the resident's, the way in, and the pages themselves. */
const OPEN = new Set([
  'GET /healthz',
  'GET /',
  'GET /s/:code',
  'GET /i/:token',
  'GET /o/:token',
  'POST /o/:token',
  'GET /prompts/:file',
  'GET /console',
  'GET /console/*',
  'GET /console/worker.js',
  'GET /api/session',
  'POST /api/sign-in-links/describe',
  'POST /api/sign-in-links/redeem',
  'GET /api/entry/place/:code',
  'GET /api/entry/invitation/:token',
  'GET /api/interviews',
  'PUT /api/interviews/answers',
  'POST /api/interviews/finish',
]);

const OTHER = '610924';
const NEW_WAVE = {
  ...{ code: 'mine', survey: 'saohei-county', rootUnit: OTHER, period: '2026', modes: ['phone'] },
  ...{ fieldworkStart: '2026-01-01', fieldworkEnd: '2026-12-31' },
};

const OTHER_TOWN = '610924101';
const ENTRY = { kind: 'leaflet', startDate: '2026-01-05', quantity: '300份' };
const MONTH = { unit: OTHER, month: '2026-01' };
const KIND = {
  ...{
    code: 'drone',
    name: { zh: '无人机喊话', en: 'Drone announcements' },
    unit: '架次',
    unitAliases: [],
    aliases: [],
  },
  ...{ measure: 'flow', stage: 'output', audience: 'residents', inMedia: false, channel: null },
};

const ACCOUNT = { platform: 'wechat', name: '平安蒿坪', aliases: [] } as const;

/** What stands in the other county: an account, an entry of its ledger, a case with a recording and its review. */
interface Theirs {
  readonly account: string;
  readonly output: string;
  readonly ledgerImport: string;
  readonly attachment: string;
  readonly instrument: string;
  readonly mediaAccount: string;
  readonly case: string;
  readonly recording: string;
  readonly review: string;
}

const REASON = { reason: '试一试' };
const HELD = { case: 'none', lease: 'none' };
const held =
  (more: object = {}) =>
  ({ case: id }: Theirs): RequestInit =>
    json('POST', { ...HELD, case: id, ...more });

/** For every route of staff: a request for something of the other county; `{account}` and the like are what is there. */
const REQUESTS: Readonly<
  Record<string, { path: string; init?: (theirs: Theirs) => RequestInit; allowed?: true; unseen?: true; byRole?: true }>
> = {
  'GET /api/kinds': { path: '/api/kinds', allowed: true },
  'POST /api/kinds': { path: '/api/kinds', init: () => json('POST', KIND), allowed: true },
  'GET /api/outputs': { path: `/api/outputs?unit=${OTHER}` },
  'POST /api/outputs': {
    path: '/api/outputs',
    init: () => json('POST', { ...ENTRY, unit: OTHER_TOWN, clientKey: 'key-of-mole' }),
  },
  'POST /api/outputs/accept': {
    path: '/api/outputs/accept',
    init: ({ output }) => json('POST', { ids: [output] }),
  },
  'POST /api/outputs/bulk': {
    path: '/api/outputs/bulk',
    init: ({ output }) => json('POST', { ids: [output], change: { note: '改' } }),
  },
  'POST /api/outputs/proposals/judge': {
    path: '/api/outputs/proposals/judge',
    init: ({ output }) => json('POST', { a: output, b: output, isSame: false }),
  },
  'POST /api/outputs/reopen': {
    path: '/api/outputs/reopen',
    init: ({ output }) => json('POST', { ids: [output] }),
  },
  'GET /api/outputs/days': { path: `/api/outputs/days?unit=${OTHER}&month=2026-01` },
  'GET /api/ledger/report': { path: `/api/ledger/report?unit=${OTHER}&period=2026-01` },
  'GET /api/ledger/report.xlsx': { path: `/api/ledger/report.xlsx?unit=${OTHER}&period=2026-01` },
  'GET /api/ledger/outputs.csv': { path: `/api/ledger/outputs.csv?unit=${OTHER}` },
  'GET /api/ledger/reach': { path: `/api/ledger/reach?wave=2026&unit=${OTHER}` },
  'GET /api/ledger/marks': { path: `/api/ledger/marks?unit=${OTHER}&month=2026-01` },
  'GET /api/outputs/proposals': { path: `/api/outputs/proposals?unit=${OTHER}&month=2026-01` },
  'GET /api/outputs/:id': { path: '/api/outputs/{output}' },
  'GET /api/outputs/:id/history': { path: '/api/outputs/{output}/history' },
  'PUT /api/outputs/:id': { path: '/api/outputs/{output}', init: () => json('PUT', { ...ENTRY, version: 1 }) },
  'POST /api/outputs/:id/withdraw': {
    path: '/api/outputs/{output}/withdraw',
    init: () => json('POST', { version: 1, reason: '录错' }),
  },
  'POST /api/outputs/:id/restore': {
    path: '/api/outputs/{output}/restore',
    init: () => json('POST', { version: 1 }),
  },
  'POST /api/outputs/:id/return': {
    path: '/api/outputs/{output}/return',
    init: () => json('POST', { version: 1, reason: '请补充' }),
  },
  'POST /api/outputs/:id/merge': {
    path: '/api/outputs/{output}/merge',
    init: () => json('POST', { into: 'nothing' }),
  },
  'GET /api/ledger/imports': { path: '/api/ledger/imports', allowed: true },
  'POST /api/ledger/imports': {
    path: '/api/ledger/imports',
    init: () => form({ unit: OTHER, text: '日期,类别,数量\n2026-01-05,横幅,3' }),
  },
  'POST /api/ledger/import-jobs': {
    path: '/api/ledger/import-jobs',
    init: () => form({ unit: OTHER, text: '日期,类别,数量\n2026-01-05,横幅,3' }),
  },
  'GET /api/ledger/import-jobs': { path: '/api/ledger/import-jobs', allowed: true },
  'GET /api/ledger/import-jobs/:id': { path: '/api/ledger/import-jobs/none', unseen: true },
  'POST /api/ledger/import-jobs/:id/cancel': {
    path: '/api/ledger/import-jobs/none/cancel',
    init: () => json('POST', {}),
    unseen: true,
  },
  'POST /api/ledger/imports/:id/undo': {
    path: '/api/ledger/imports/{ledgerImport}/undo',
    init: () => json('POST', {}),
  },
  'GET /api/outputs/:id/attachments': { path: '/api/outputs/{output}/attachments' },
  'POST /api/outputs/:id/attachments': {
    path: '/api/outputs/{output}/attachments',
    init: () => form({ file: ['a.pdf', '%PDF-1.4\n%%EOF'] }),
  },
  'GET /api/attachments/:id': { path: '/api/attachments/{attachment}' },
  'GET /api/attachments/:id/thumbnail': { path: '/api/attachments/{attachment}/thumbnail' },
  'DELETE /api/attachments/:id': { path: '/api/attachments/{attachment}', init: () => ({ method: 'DELETE' }) },
  'GET /api/instruments': { path: `/api/instruments?unit=${OTHER}` },
  'POST /api/instruments': {
    path: '/api/instruments',
    init: () => json('POST', { unit: OTHER_TOWN, kind: 'poster', label: '海报' }),
  },
  'GET /api/media-accounts': { path: '/api/media-accounts', allowed: true },
  'POST /api/media-accounts': {
    path: '/api/media-accounts',
    init: () => json('POST', { ...ACCOUNT, unit: OTHER_TOWN }),
  },
  'PUT /api/media-accounts/:id': {
    path: '/api/media-accounts/{mediaAccount}',
    init: () => json('PUT', { ...ACCOUNT, version: 1 }),
  },
  'POST /api/media-accounts/:id/end': {
    path: '/api/media-accounts/{mediaAccount}/end',
    init: () => json('POST', { endedOn: '2026-01-31', version: 1 }),
  },
  'PUT /api/media-accounts/:id/followers': {
    path: '/api/media-accounts/{mediaAccount}/followers',
    init: () => json('PUT', { day: '2026-01-31', quantity: '1.2万' }),
  },
  'DELETE /api/media-accounts/:id/followers/:day': {
    path: '/api/media-accounts/{mediaAccount}/followers/2026-01-01',
    init: () => ({ method: 'DELETE' }),
  },
  'GET /api/instruments/:code': { path: '/api/instruments/{instrument}' },
  'GET /api/instruments/:code/qr.svg': { path: '/api/instruments/{instrument}/qr.svg' },
  'GET /api/ledger/closings': { path: `/api/ledger/closings?unit=${OTHER}&year=2026` },
  'POST /api/ledger/close': { path: '/api/ledger/close', init: () => json('POST', MONTH) },
  'POST /api/ledger/reopen': { path: '/api/ledger/reopen', init: () => json('POST', { ...MONTH, reason: '补录' }) },
  'GET /api/results': { path: `/api/results?wave=2026&unit=${OTHER}` },
  'GET /api/waves': { path: '/api/waves', allowed: true },
  'POST /api/waves': { path: '/api/waves', init: () => json('POST', NEW_WAVE) },
  'POST /api/waves/:code/open': { path: '/api/waves/foreign/open', init: () => ({ method: 'POST' }) },
  'POST /api/waves/:code/close': { path: '/api/waves/foreign/close', init: () => ({ method: 'POST' }) },
  'GET /api/waves/:code/links': { path: '/api/waves/foreign/links', allowed: true },
  'POST /api/waves/:code/invitations': {
    path: '/api/waves/2026/invitations',
    init: () => json('POST', { unit: '610924101', count: 1, validUntil: '2034-01-01' }),
  },
  'GET /api/waves/:code/margins': { path: '/api/waves/foreign/margins' },
  'POST /api/waves/:code/margins': {
    path: '/api/waves/foreign/margins',
    init: () => form({ file: ['a.csv', 'code,sex,age_band,population\n610924,male,18-29,1\n'] }),
  },
  'DELETE /api/waves/:code/margins': { path: '/api/waves/foreign/margins', init: () => ({ method: 'DELETE' }) },
  'PATCH /api/waves/:code': { path: '/api/waves/foreign', init: () => json('PATCH', { title: '改' }) },
  'DELETE /api/waves/:code': { path: '/api/waves/foreign', init: () => ({ method: 'DELETE' }) },
  'POST /api/waves/:code/import-jobs': {
    path: '/api/waves/foreign/import-jobs',
    init: () => form({ file: ['a.csv', 'interview_id,unit_code\n1,610924101\n'] }),
  },
  'GET /api/waves/:code/import-jobs': { path: '/api/waves/foreign/import-jobs', allowed: true },
  'GET /api/waves/:code/import-jobs/:id': { path: '/api/waves/foreign/import-jobs/none', unseen: true },
  'POST /api/waves/:code/import-jobs/:id/cancel': {
    path: '/api/waves/foreign/import-jobs/none/cancel',
    init: () => json('POST', {}),
    unseen: true,
  },
  'GET /api/waves/:code/imports': { path: '/api/waves/foreign/imports' },
  'POST /api/waves/:code/imports': {
    path: '/api/waves/foreign/imports',
    init: () => form({ file: ['a.csv', 'interview_id,unit_code\n1,610924101\n'] }),
  },
  'GET /api/units': { path: `/api/units?under=${OTHER}` },
  'POST /api/units/import': {
    path: '/api/units/import',
    init: () => form({ units: ['units.csv', UNITS.replace('蒿坪镇', '改名镇')] }),
  },
  'GET /api/surveys': { path: '/api/surveys', allowed: true },
  'GET /api/surveys/:code': { path: '/api/surveys/saohei-county', allowed: true },
  'POST /api/surveys': { path: '/api/surveys', init: () => json('POST', countySurvey()), allowed: true },
  'GET /api/accounts': { path: '/api/accounts', allowed: true },
  'POST /api/accounts': {
    path: '/api/accounts',
    init: () => json('POST', { username: 'mole', name: '某', role: 'leader', unitCode: OTHER }),
  },
  'PATCH /api/accounts/:id': { path: '/api/accounts/{account}', init: () => json('PATCH', { disabled: true }) },
  'POST /api/accounts/:id/reset': { path: '/api/accounts/{account}/reset', init: () => ({ method: 'POST' }) },
  'GET /api/waves/:code/phone': { path: '/api/waves/foreign/phone' },
  'PUT /api/waves/:code/phone': { path: '/api/waves/foreign/phone', init: () => json('PUT', { lines: 2 }) },
  'POST /api/waves/:code/phone/start': { path: '/api/waves/foreign/phone/start', init: () => ({ method: 'POST' }) },
  'POST /api/waves/:code/phone/pause': { path: '/api/waves/foreign/phone/pause', init: () => json('POST', REASON) },
  'POST /api/waves/:code/phone/resume': { path: '/api/waves/foreign/phone/resume', init: () => ({ method: 'POST' }) },
  'POST /api/waves/:code/phone/numbers': {
    path: '/api/waves/foreign/phone/numbers',
    init: () => form({ file: ['a.csv', '单位,号码\n610924101,13900000002\n'] }),
  },
  'POST /api/waves/:code/phone/numbers/draw': {
    path: '/api/waves/foreign/phone/numbers/draw',
    init: () =>
      json('POST', { towns: [{ unit: OTHER_TOWN, prefixes: ['1390000'], count: 1 }], method: 'systematic', seed: 1 }),
  },
  'POST /api/waves/:code/phone/number-jobs': {
    path: '/api/waves/foreign/phone/number-jobs',
    init: () => form({ file: ['a.csv', '单位,号码\n610924101,13900000002\n'] }),
  },
  'POST /api/waves/:code/phone/number-jobs/draw': {
    path: '/api/waves/foreign/phone/number-jobs/draw',
    init: () =>
      json('POST', { towns: [{ unit: OTHER_TOWN, prefixes: ['1390000'], count: 1 }], method: 'systematic', seed: 1 }),
  },
  'GET /api/waves/:code/phone/number-jobs': { path: '/api/waves/foreign/phone/number-jobs' },
  'GET /api/waves/:code/phone/number-jobs/:id': { path: '/api/waves/foreign/phone/number-jobs/none' },
  'POST /api/waves/:code/phone/number-jobs/:id/cancel': {
    path: '/api/waves/foreign/phone/number-jobs/none/cancel',
    init: () => json('POST', {}),
  },
  'PUT /api/waves/:code/phone/quotas': {
    path: '/api/waves/foreign/phone/quotas',
    init: () => json('PUT', { cells: [] }),
  },
  'GET /api/waves/:code/phone/board': { path: '/api/waves/foreign/phone/board' },
  'GET /api/waves/:code/phone/cases': { path: '/api/waves/foreign/phone/cases' },
  'GET /api/waves/:code/phone/reviews': { path: '/api/waves/foreign/phone/reviews', allowed: true },
  'POST /api/cases/:id/reopen': { path: '/api/cases/{case}/reopen', init: () => json('POST', REASON) },
  'POST /api/cases/:id/reassign': {
    path: '/api/cases/{case}/reassign',
    init: () => json('POST', { ...REASON, to: null }),
  },
  'POST /api/cases/:id/release': { path: '/api/cases/{case}/release', init: () => json('POST', REASON) },
  'POST /api/cases/:id/recode': {
    path: '/api/cases/{case}/recode',
    init: () => json('POST', { ...REASON, disposition: '4.31' }),
  },
  'POST /api/cases/:id/hold': { path: '/api/cases/{case}/hold', init: () => json('POST', REASON) },
  'POST /api/cases/:id/unhold': { path: '/api/cases/{case}/unhold', init: () => json('POST', REASON) },
  // Survey managers alone listen to calls that go on.
  'POST /api/calls/:id/listen': {
    path: '/api/calls/their-call/listen',
    init: () => json('POST', { number: '13800138000' }),
    byRole: true,
  },
  'POST /api/listenings/:id/leave': {
    path: '/api/listenings/none/leave',
    init: () => json('POST', {}),
    byRole: true,
  },
  'GET /api/reviews/:id': { path: '/api/reviews/{review}' },
  'POST /api/reviews/:id': { path: '/api/reviews/{review}', init: () => json('POST', { coded: {} }) },
  'GET /api/recordings/:id': { path: '/api/recordings/{recording}' },
  'GET /api/suppressions': { path: '/api/suppressions', allowed: true },
  'POST /api/suppressions': {
    path: '/api/suppressions',
    init: () => json('POST', { ...REASON, number: '13800138000' }),
    allowed: true,
  },
  'DELETE /api/suppressions': {
    path: '/api/suppressions',
    init: () => json('DELETE', { ...REASON, number: '13800138000' }),
    allowed: true,
  },
  'POST /api/suppressions/import': {
    path: '/api/suppressions/import',
    init: () => form({ file: ['a.csv', '号码\n13800138001\n'], reason: '试一试' }),
    allowed: true,
  },
  'GET /api/surveys/:code/prompts': { path: '/api/surveys/saohei-county/prompts', allowed: true },
  'POST /api/surveys/:code/prompts': {
    path: '/api/surveys/saohei-county/prompts',
    init: () => form({ file: ['_start.wav', speechWav()] }),
    allowed: true,
  },
  'DELETE /api/prompts/:id': { path: '/api/prompts/none', init: () => json('DELETE', {}), unseen: true },
  'GET /api/desk': { path: '/api/desk?wave=foreign' },
  'POST /api/desk/next': { path: '/api/desk/next', init: () => json('POST', { wave: 'foreign' }) },
  'POST /api/desk/break': { path: '/api/desk/break', init: () => json('POST', { wave: 'foreign', on: true }) },
  'POST /api/desk/heartbeat': { path: '/api/desk/heartbeat', init: held() },
  'POST /api/desk/reveal': { path: '/api/desk/reveal', init: held() },
  'POST /api/desk/dial': { path: '/api/desk/dial', init: held() },
  'POST /api/desk/call-result': { path: '/api/desk/call-result', init: held({ result: 'busy' }) },
  'POST /api/desk/hang-up': { path: '/api/desk/hang-up', init: held() },
  'POST /api/desk/consent': { path: '/api/desk/consent', init: held({ kind: 'recording', given: true }) },
  'POST /api/desk/link': { path: '/api/desk/link', init: held() },
  'PUT /api/desk/answers': {
    path: '/api/desk/answers',
    init: (theirs) => json('PUT', { ...HELD, case: theirs.case, question: 'adult', keys: '1' }),
  },
  'POST /api/desk/back': { path: '/api/desk/back', init: held() },
  'POST /api/desk/close': { path: '/api/desk/close', init: held({ disposition: '3.12' }) },
  'POST /api/desk/release': { path: '/api/desk/release', init: held() },
  'GET /api/audit': { path: '/api/audit', allowed: true },
};

/** What every role may look at. */
const READABLE = new Set(['GET /api/waves', 'GET /api/units']);

describe('who reaches what', () => {
  let it: TestApp;
  let theirs: Theirs;
  const pathOf = (path: string) => path.replace(/\{(\w+)\}/g, (_, name: string) => theirs[name as keyof Theirs]);
  beforeAll(async () => {
    it = await startApp();
    await it.openWave('foreign', OTHER);
    const { id: output } = await it.services.publicity.outputs.addOutput(OPERATOR, {
      ...{ ...ENTRY, unit: OTHER_TOWN, clientKey: 'their-entry', place: '蒿坪集市' },
    });
    theirs = {
      account: await it.addAccount('their-leader', 'leader', OTHER),
      output,
      ...(await addTheirFiles(output)),
      ...(await addTheirCase()),
    };
  });
  afterAll(() => it.close());

  async function addTheirFiles(
    output: string,
  ): Promise<Pick<Theirs, 'ledgerImport' | 'attachment' | 'instrument' | 'mediaAccount'>> {
    const { imports, attachments, instruments, accounts } = it.services.publicity;
    const bytes = Buffer.from('日期,类别,数量\n2026-01-06,横幅,3\n');
    const file = await openTable({ name: 'a.csv', bytes });
    const about = { unit: OTHER_TOWN, fileHash: 'hash', fileName: '蒿坪台账.csv', mapping: null };
    const { importId } = await imports.importLedger(OPERATOR, { ...about, file });
    const scan = { name: '蒿坪签领单.pdf', bytes: Buffer.from('%PDF-1.4\n%%EOF') };
    const attachment = await attachments.addAttachment(OPERATOR, output, scan);
    const poster = { unit: OTHER_TOWN, kind: 'poster', label: '蒿坪海报' };
    const instrument = await instruments.createInstrument(OPERATOR, poster);
    const { id: mediaAccount } = await accounts.addAccount(OPERATOR, { ...ACCOUNT, unit: OTHER_TOWN });
    return { ledgerImport: importId ?? '', attachment: attachment.id, instrument: instrument.code, mediaAccount };
  }

  async function addTheirCase(): Promise<Pick<Theirs, 'case' | 'recording' | 'review'>> {
    const { stores, connection, phone } = it.services;
    await phone.campaigns.saveCampaign(OPERATOR, 'foreign', { carrier: 'manual' });
    const file = await openTable({ name: 'a.csv', bytes: Buffer.from(`单位,号码\n${OTHER_TOWN},13900000001\n`) });
    await phone.numbers.importNumbers(OPERATOR, { wave: 'foreign', file });
    const [one] = (await phone.cases.listCases(OPERATOR, 'foreign')).cases;
    if (!one) throw new Error('no case');
    const at = { caseId: one.id, waveId: '', unitCode: OTHER_TOWN };
    await connection.transaction(async (tx) => {
      await stores.attempts.insert(tx, attemptRow({ ...at, id: 'their-call', state: 'completed', endedAt: 2 }));
      const own = { ...at, attemptId: 'their-call', interviewerId: null, createdAt: 1 };
      await stores.recordings.insert(tx, {
        ...{ ...own, id: 'their-recording', file: 'x.wav', seconds: 1, deleteAt: 2, deletedAt: null, clearedAt: null },
      });
      await stores.recordings.insertReview(tx, {
        ...{ ...own, id: 'their-review', reason: ['random'], state: 'open', reviewerId: null, coded: null },
        ...{ agreement: null, note: null, doneAt: null },
      });
    });
    return { case: one.id, recording: 'their-recording', review: 'their-review' };
  }

  const routes = () => {
    // Middleware stands under ALL; the sign-in routes are one handler for all methods, tested with auth.
    const named = it.app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`);
    return [...new Set(named)];
  };

  test('every route is either meant for everybody or named in this test', () => {
    const known = [...OPEN, ...Object.keys(REQUESTS)].sort();
    expect(routes().sort()).toEqual(known);
  });

  test('nobody without a session gets anything from a route of staff', async () => {
    for (const [route, { path, init }] of Object.entries(REQUESTS)) {
      const response = await it.send(pathOf(path), init?.(theirs));
      expect([route, response.status, (await errorOf(response)).code]).toEqual([route, 401, 'SIGN_IN_REQUIRED']);
    }
  });

  test('an administrator of one county gets nothing of the other, by any route', async () => {
    const as = await it.signIn('administrator', '610902');
    for (const [route, { path, init, allowed, unseen, byRole }] of Object.entries(REQUESTS)) {
      const response = await as(pathOf(path), init?.(theirs));
      const text = await response.text();
      expect(`${route} ${text}`).not.toMatch(/紫阳|蒿坪|汉王|their-leader|"foreign"/);
      if (!allowed) {
        const { code } = (JSON.parse(text) as { error: { code: string } }).error;
        const expected = unseen ? [404, 'NOT_FOUND'] : [403, byRole ? 'ROLE_FORBIDDEN' : 'OUT_OF_SCOPE'];
        expect([route, response.status, code]).toEqual([route, ...expected]);
      } else expect([route, response.status]).toEqual([route, 200]);
    }
    const units = await it.services.units.listUnits(OPERATOR, OTHER);
    expect(units.map(({ name }) => name)).toEqual(['紫阳县', '蒿坪镇', '汉王镇']);
    const waves = await it.services.waves.listWaves(OPERATOR);
    expect(waves.map(({ code, state }) => `${code} ${state}`).sort()).toEqual(['2026 open', 'foreign open']);
    const accounts = await it.services.accounts.listAccounts(OPERATOR);
    expect(accounts.find(({ id }) => id === theirs.account)).toMatchObject({ disabled: false, hasPassword: true });
  });

  test('an interviewer reaches waves, units and links, and is refused by role everywhere else', async () => {
    const as = await it.signIn('interviewer', '610902');
    for (const [route, { path, init }] of Object.entries(REQUESTS)) {
      const response = await as(pathOf(path), init?.(theirs));
      const text = await response.text();
      expect(`${route} ${text}`).not.toMatch(/紫阳|蒿坪|汉王|their-leader|"foreign"/);
      if (READABLE.has(route) || route === 'GET /api/waves/:code/links') expect([200, 403]).toContain(response.status);
      else expect([route, response.status]).toEqual([route, 403]);
    }
  });
});
