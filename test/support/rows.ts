import type { TallyCell } from '../../src/core/indicators/types.ts';
import type { AttemptRow } from '../../src/store/attempts.ts';
import type { CaseRow } from '../../src/store/cases.ts';
import type { InvitationRow } from '../../src/store/invitations.ts';
import type { ResponseRow } from '../../src/store/responses.ts';
import type { SurveyVersionRow } from '../../src/store/surveys.ts';
import type { StoredUnit } from '../../src/store/units.ts';
import type { WaveRow } from '../../src/store/waves.ts';
import type { TestStores } from './store.ts';

/** Complete rows with plain values; a test names only what it is about. */

export function unitRow(change: Partial<StoredUnit> = {}): StoredUnit {
  const code = change.code ?? '6109';
  return {
    code,
    name: '安康市',
    level: 'city',
    parentCode: null,
    population: null,
    populationSource: null,
    villages: null,
    path: `/${code}/`,
    placeCode: `p${code}`,
    ...change,
  };
}

export function surveyVersionRow(change: Partial<SurveyVersionRow> = {}): SurveyVersionRow {
  const id = change.id ?? 'version-1';
  return {
    id,
    surveyCode: 'saohei-county',
    version: 1,
    title: { zh: '扫黑除恶调查', en: 'Survey' },
    definition: { pages: [] },
    plan: { questions: [] },
    indicators: [],
    series: 'county',
    contentHash: `hash of ${id}`,
    validUntil: '2035-12-31',
    publishedAt: 1,
    publishedBy: 'operator',
    ...change,
  };
}

export function waveRow(change: Partial<WaveRow> = {}): WaveRow {
  const id = change.id ?? 'wave-1';
  return {
    id,
    code: id,
    title: '2019年测评',
    surveyVersionId: 'version-1',
    rootUnit: '6109',
    period: '2019',
    kind: 'official',
    series: 'county',
    modes: ['phone'],
    state: 'open',
    fieldworkStart: '2019-06-01',
    fieldworkEnd: '2019-06-30',
    synthetic: false,
    createdAt: 1,
    openedAt: 2,
    closedAt: null,
    ...change,
  };
}

export function responseRow(change: Partial<ResponseRow> = {}): ResponseRow {
  return {
    id: 'response-1',
    waveId: 'wave-1',
    unitCode: '6109',
    mode: 'phone',
    state: 'started',
    disposition: null,
    lang: 'zh',
    reversed: false,
    sex: 'unknown',
    ageBand: 'unknown',
    weight: 1,
    externalId: null,
    importId: null,
    invitationId: null,
    receipt: null,
    startedAt: 1,
    endedAt: null,
    ...change,
  };
}

export function invitationRow(change: Partial<InvitationRow> = {}): InvitationRow {
  const id = change.id ?? 'invitation-1';
  return {
    id,
    tokenHash: `hash of ${id}`,
    waveId: 'wave-1',
    unitCode: '6109',
    state: 'open',
    expiresAt: 1000,
    createdAt: 1,
    ...change,
  };
}

export function tallyCell(change: Partial<TallyCell> = {}): TallyCell {
  return {
    unit: '6109',
    mode: 'phone',
    indicator: 'safety',
    outcome: '1',
    sex: 'female',
    ageBand: '30-39',
    n: 1,
    sumW: 1,
    sumW2: 1,
    ...change,
  };
}

/** The least that a response hangs on: the unit 6109, a survey version and an open wave `wave-1`. */
export async function fillWave({ connection, stores }: TestStores): Promise<void> {
  await connection.transaction(async (tx) => {
    await stores.units.insert(tx, [unitRow()], 1);
    await stores.surveys.insert(tx, surveyVersionRow());
    await stores.waves.insert(tx, waveRow());
  });
}

export function caseRow(change: Partial<CaseRow> = {}): CaseRow {
  return {
    id: 'case-1',
    waveId: 'wave-1',
    unitCode: '6109',
    seq: 0,
    origin: 'list',
    mode: 'phone',
    state: 'READY',
    disposition: null,
    dueAt: 1,
    priority: 50,
    leaseToken: null,
    leaseBy: null,
    leaseUntil: null,
    version: 1,
    attempts: 0,
    slotAttempts: {},
    refusals: 0,
    everEligible: false,
    assignedTo: null,
    appointmentStart: null,
    appointmentEnd: null,
    appointmentFor: null,
    appointmentKind: null,
    holdReason: null,
    overQuota: false,
    invitationId: 'invitation-1',
    accessCode: null,
    sex: 'unknown',
    ageBand: 'unknown',
    lastAttemptAt: null,
    createdAt: 1,
    updatedAt: 1,
    ...change,
  };
}

export function attemptRow(change: Partial<AttemptRow> = {}): AttemptRow {
  return {
    id: 'attempt-1',
    caseId: 'case-1',
    waveId: 'wave-1',
    unitCode: '6109',
    seq: 1,
    mode: 'phone',
    direction: 'out',
    carrier: 'simulator',
    providerCallId: null,
    state: 'created',
    numberRank: 0,
    slot: 'day',
    interviewerId: null,
    askedAt: 1,
    answeredAt: null,
    endedAt: null,
    sip: null,
    errorCode: null,
    disposition: null,
    answeredBy: null,
    note: null,
    durationMs: null,
    ...change,
  };
}
