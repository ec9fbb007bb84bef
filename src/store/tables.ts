import type { Mode, Sex } from '../core/indicators/types.ts';
import type { WeightingMethod } from '../core/indicators/weighting.ts';
import type { AttemptState } from '../core/sample/attempt-state.ts';
import type { CallingRules } from '../core/sample/calling-rules.ts';
import type { CaseState } from '../core/sample/case-state.ts';
import type { Lang, Text } from '../core/text.ts';
import type { UnitPopulation as MarginCell } from '../core/units/parse-unit-population.ts';
import type { Level } from '../core/units/types.ts';
import type { Columns } from './dialect/columns.pg.ts';
import { isAbsent, isBegun, isPresent, isStaged } from './dialect/expressions.ts';
import { defineLedgerTables } from './ledger-tables.ts';

/** A self-test 自测 by a town is a kind of its own: watermarked, never official, never compared with an official wave. */
export type WaveKind = 'official' | 'self-test';
export type WaveState = 'draft' | 'open' | 'closed';
/**
 * `staged` rows belong to an import that has not been taken over yet; `excluded` ones were set aside by a supervisor and
 * are kept with the reason. Nobody counts either.
 */
export type ResponseState = 'staged' | 'started' | 'ended' | 'excluded';
export type InvitationState = 'open' | 'spent';
export type CampaignState = 'draft' | 'running' | 'paused';
/** What a call that comes in meets: it is answered, or rejected unanswered and called back. */
export type CallIns = 'answer' | 'call-back';
export type CarrierName = 'simulator' | 'manual' | 'twilio';
/** How a case is worked by phone: by an interviewer, or on the keypad. */
export type PhoneMode = Extract<Mode, 'phone' | 'keypad'>;
export type CaseOrigin = 'list' | 'drawn' | 'call-in';
export type AppointmentKind = 'soft' | 'hard';
export type NumberState = 'live' | 'dead';

/**
 * Every table, once, for both databases. Ids are text made by the application, instants are epoch milliseconds,
 * periods are text keys. JSON columns are stored and read whole, never queried.
 */
export function defineTables(c: Columns) {
  const { table, text, instant, flag, json, count, real, primaryKey, index, uniqueIndex } = c;

  const units = table(
    'units',
    {
      code: text().primaryKey(),
      name: text().notNull(),
      level: text().$type<Level>().notNull(),
      parentCode: text(),
      /** Codes from the root down to this unit, `/6109/610902/`: a subtree is a prefix. */
      path: text().notNull(),
      population: count(),
      populationSource: text(),
      /** Villages and communities 村社区 of it, where they are no units themselves. */
      villages: count(),
      /** The short code in the unit's open survey link. */
      placeCode: text().notNull(),
      updatedAt: instant().notNull(),
    },
    (t) => [
      uniqueIndex('units_place_code').on(t.placeCode),
      index('units_path').on(t.path),
      index('units_parent').on(t.parentCode),
    ],
  );

  const unitPopulations = table(
    'unit_populations',
    {
      unitCode: text()
        .notNull()
        .references(() => units.code),
      sex: text().$type<Sex>().notNull(),
      ageBand: text().notNull(),
      population: count().notNull(),
    },
    (t) => [primaryKey({ columns: [t.unitCode, t.sex, t.ageBand] })],
  );

  const surveyVersions = table(
    'survey_versions',
    {
      id: text().primaryKey(),
      surveyCode: text().notNull(),
      version: count().notNull(),
      title: json<Text>().notNull(),
      /** The SurveyJS definition as it was published. */
      definition: json<unknown>().notNull(),
      /** The flat plan parsed from it; every channel walks this. */
      plan: json<unknown>().notNull(),
      indicators: json<unknown>().notNull(),
      series: text().notNull(),
      /** Hash of definition and indicators: publishing the same content again gives the same version. */
      contentHash: text().notNull(),
      /** Last day on which the approval of the survey is valid, `YYYY-MM-DD`. */
      validUntil: text().notNull(),
      publishedAt: instant().notNull(),
      publishedBy: text().notNull(),
    },
    (t) => [
      uniqueIndex('survey_versions_number').on(t.surveyCode, t.version),
      uniqueIndex('survey_versions_content').on(t.surveyCode, t.contentHash),
    ],
  );

  const waves = table(
    'waves',
    {
      id: text().primaryKey(),
      code: text().notNull(),
      title: text().notNull(),
      surveyVersionId: text()
        .notNull()
        .references(() => surveyVersions.id),
      rootUnit: text()
        .notNull()
        .references(() => units.code),
      period: text().notNull(),
      kind: text().$type<WaveKind>().notNull(),
      /** Only waves of one series may be compared. */
      series: text().notNull(),
      modes: json<Mode[]>().notNull(),
      state: text().$type<WaveState>().notNull(),
      fieldworkStart: text().notNull(),
      fieldworkEnd: text().notNull(),
      /** Made-up data of a demonstration; every page that shows it says so. */
      synthetic: flag().notNull(),
      createdAt: instant().notNull(),
      openedAt: instant(),
      closedAt: instant(),
    },
    (t) => [uniqueIndex('waves_code').on(t.code), index('waves_series').on(t.series, t.period)],
  );

  /** The known populations a wave is weighted to, as they were when they were set: a later census changes no old wave. */
  const waveMargins = table('wave_margins', {
    waveId: text()
      .primaryKey()
      .references(() => waves.id),
    method: text().$type<WeightingMethod>().notNull(),
    cap: real().notNull(),
    collapse: flag().notNull(),
    cells: json<readonly MarginCell[]>().notNull(),
    setAt: instant().notNull(),
    setBy: text().notNull(),
  });

  const invitations = table(
    'invitations',
    {
      id: text().primaryKey(),
      /** Hash of the token in the link; the token itself is shown once and not kept. */
      tokenHash: text().notNull(),
      waveId: text()
        .notNull()
        .references(() => waves.id),
      unitCode: text()
        .notNull()
        .references(() => units.code),
      state: text().$type<InvitationState>().notNull(),
      expiresAt: instant().notNull(),
      createdAt: instant().notNull(),
    },
    (t) => [uniqueIndex('invitations_token').on(t.tokenHash), index('invitations_wave').on(t.waveId, t.unitCode)],
  );

  const imports = table(
    'imports',
    {
      id: text().primaryKey(),
      waveId: text()
        .notNull()
        .references(() => waves.id),
      fileName: text().notNull(),
      fileHash: text().notNull(),
      mapping: json<unknown>().notNull(),
      rows: count().notNull(),
      created: count().notNull(),
      importedAt: instant().notNull(),
      importedBy: text().notNull(),
    },
    (t) => [index('imports_wave').on(t.waveId, t.importedAt)],
  );

  const responses = table(
    'responses',
    {
      id: text().primaryKey(),
      waveId: text()
        .notNull()
        .references(() => waves.id),
      unitCode: text()
        .notNull()
        .references(() => units.code),
      mode: text().$type<Mode>().notNull(),
      state: text().$type<ResponseState>().notNull(),
      /** AAPOR result code once the interview ended. */
      disposition: text(),
      lang: text().notNull(),
      /** The random half that sees scales in the opposite order. */
      reversed: flag().notNull(),
      sex: text().$type<Sex>().notNull(),
      ageBand: text().notNull(),
      weight: real().notNull(),
      /** The interview's id at the survey house that did it. */
      externalId: text(),
      importId: text(),
      invitationId: text(),
      /** Shown to the respondent; it names no person. */
      receipt: text(),
      /** The answers of a response that still goes on; they become rows of their own when it ends. */
      draft: json<Record<string, unknown>>(),
      startedAt: instant().notNull(),
      /** For a staged response: when it was staged, which tells an import that goes on from one that died. */
      endedAt: instant(),
      /** Why, when and by whom it was set aside, with what the keypad measured. */
      excluded: json<Record<string, unknown>>(),
    },
    (t) => [
      // Only rows that have one: each further index is a page more to write for every response.
      uniqueIndex('responses_external').on(t.waveId, t.externalId).where(isPresent(t.externalId)),
      uniqueIndex('responses_invitation').on(t.invitationId).where(isPresent(t.invitationId)),
      uniqueIndex('responses_receipt').on(t.receipt).where(isPresent(t.receipt)),
      index('responses_wave').on(t.waveId, t.id),
      index('responses_staged').on(t.importId).where(isStaged()),
    ],
  );

  const answers = table(
    'answers',
    {
      responseId: text()
        .notNull()
        .references(() => responses.id),
      question: text().notNull(),
      value: json<unknown>().notNull(),
    },
    (t) => [primaryKey({ columns: [t.responseId, t.question] })],
  );

  const tallies = table(
    'tallies',
    {
      waveId: text()
        .notNull()
        .references(() => waves.id),
      indicator: text().notNull(),
      unitCode: text().notNull(),
      mode: text().$type<Mode>().notNull(),
      outcome: text().notNull(),
      sex: text().$type<Sex>().notNull(),
      ageBand: text().notNull(),
      n: count().notNull(),
      sumW: real().notNull(),
      sumW2: real().notNull(),
    },
    // All that one response counts for lies side by side under this key: writing it touches a page, not twenty.
    (t) => [primaryKey({ columns: [t.waveId, t.unitCode, t.mode, t.sex, t.ageBand, t.indicator, t.outcome] })],
  );

  /** The same counts summed over sex and age band: what every unweighted figure reads, however many cells are filled. */
  const tallyTotals = table(
    'tally_totals',
    {
      waveId: text()
        .notNull()
        .references(() => waves.id),
      unitCode: text().notNull(),
      indicator: text().notNull(),
      mode: text().$type<Mode>().notNull(),
      outcome: text().notNull(),
      n: count().notNull(),
      sumW: real().notNull(),
      sumW2: real().notNull(),
    },
    (t) => [primaryKey({ columns: [t.waveId, t.unitCode, t.indicator, t.mode, t.outcome] })],
  );

  const users = table(
    'users',
    {
      id: text().primaryKey(),
      name: text().notNull(),
      username: text().notNull(),
      displayUsername: text(),
      email: text().notNull(),
      emailVerified: flag().notNull(),
      image: text(),
      role: text().notNull(),
      unitCode: text().notNull(),
      disabled: flag().notNull(),
      createdAt: instant().notNull(),
      updatedAt: instant().notNull(),
    },
    (t) => [uniqueIndex('users_username').on(t.username), uniqueIndex('users_email').on(t.email)],
  );

  const sessions = table(
    'sessions',
    {
      id: text().primaryKey(),
      userId: text()
        .notNull()
        .references(() => users.id),
      token: text().notNull(),
      expiresAt: instant().notNull(),
      ipAddress: text(),
      userAgent: text(),
      createdAt: instant().notNull(),
      updatedAt: instant().notNull(),
    },
    (t) => [uniqueIndex('sessions_token').on(t.token), index('sessions_user').on(t.userId)],
  );

  const accounts = table(
    'accounts',
    {
      id: text().primaryKey(),
      userId: text()
        .notNull()
        .references(() => users.id),
      accountId: text().notNull(),
      providerId: text().notNull(),
      accessToken: text(),
      refreshToken: text(),
      idToken: text(),
      accessTokenExpiresAt: instant(),
      refreshTokenExpiresAt: instant(),
      scope: text(),
      password: text(),
      createdAt: instant().notNull(),
      updatedAt: instant().notNull(),
    },
    (t) => [index('accounts_user').on(t.userId)],
  );

  const verifications = table(
    'verifications',
    {
      id: text().primaryKey(),
      identifier: text().notNull(),
      value: text().notNull(),
      expiresAt: instant().notNull(),
      createdAt: instant().notNull(),
      updatedAt: instant().notNull(),
    },
    (t) => [index('verifications_identifier').on(t.identifier)],
  );

  const audit = table(
    'audit',
    {
      id: text().primaryKey(),
      at: instant().notNull(),
      actorId: text().notNull(),
      actorName: text().notNull(),
      action: text().notNull(),
      objectType: text().notNull(),
      objectId: text().notNull(),
      unitCode: text(),
      details: json<Record<string, unknown>>().notNull(),
    },
    (t) => [index('audit_at').on(t.at), index('audit_object').on(t.objectType, t.objectId)],
  );

  /** The phone side of a wave: how it is called, and whether it is running. */
  const campaigns = table('campaigns', {
    waveId: text()
      .primaryKey()
      .references(() => waves.id),
    state: text().$type<CampaignState>().notNull(),
    carrier: text().$type<CarrierName>().notNull(),
    modes: json<PhoneMode[]>().notNull(),
    rules: json<CallingRules>().notNull(),
    targetPerTown: count(),
    lines: count().notNull(),
    callsPerSecond: real().notNull(),
    callerId: text(),
    consentText: json<Text>().notNull(),
    recording: flag().notNull(),
    callIns: text().$type<CallIns>().notNull().default('answer'),
    /** The share of recorded interviews that a second person listens to again. */
    reviewShare: real().notNull(),
    pauseReason: text(),
    /** Where the calling order of the next list begins; null before the first. */
    nextSeq: count(),
    updatedAt: instant().notNull(),
    updatedBy: text().notNull(),
  });

  /** `*` stands for any unit, sex or age band. */
  const quotaCells = table(
    'quota_cells',
    {
      waveId: text()
        .notNull()
        .references(() => waves.id),
      unitCode: text().notNull(),
      sex: text().$type<Sex | '*'>().notNull(),
      ageBand: text().notNull(),
      target: count().notNull(),
      completes: count().notNull(),
    },
    (t) => [primaryKey({ columns: [t.waveId, t.unitCode, t.sex, t.ageBand] })],
  );

  /** A sampled household or person that is called until it has a final result. */
  const cases = table(
    'cases',
    {
      id: text().primaryKey(),
      waveId: text()
        .notNull()
        .references(() => waves.id),
      unitCode: text()
        .notNull()
        .references(() => units.code),
      /** The random calling order. */
      seq: count().notNull(),
      origin: text().$type<CaseOrigin>().notNull(),
      mode: text().$type<PhoneMode>().notNull(),
      state: text().$type<CaseState>().notNull(),
      /** The newest result code, interim or final. */
      disposition: text(),
      dueAt: instant().notNull(),
      priority: count().notNull(),
      leaseToken: text(),
      leaseBy: text(),
      leaseUntil: instant(),
      /** Grows with every change of the case: who claims it names the version that was seen. */
      version: count().notNull(),
      attempts: count().notNull(),
      slotAttempts: json<Record<string, number>>().notNull(),
      refusals: count().notNull(),
      everEligible: flag().notNull(),
      assignedTo: text(),
      appointmentStart: instant(),
      appointmentEnd: instant(),
      appointmentFor: text(),
      appointmentKind: text().$type<AppointmentKind>(),
      holdReason: text(),
      /** A cell was full before the interview that was going on could end. */
      overQuota: flag().notNull(),
      /** The response of the case is `i` + this, on whatever channel. */
      invitationId: text()
        .notNull()
        .references(() => invitations.id),
      /** Hash of the six digits that a caller may give. */
      accessCode: text(),
      sex: text().$type<Sex>().notNull(),
      ageBand: text().notNull(),
      lastAttemptAt: instant(),
      createdAt: instant().notNull(),
      updatedAt: instant().notNull(),
    },
    (t) => [
      index('cases_due').on(t.waveId, t.state, t.dueAt),
      index('cases_order').on(t.waveId, t.mode, t.state, t.priority, t.seq),
      index('cases_begun').on(t.waveId, t.mode, t.state, t.dueAt).where(isBegun()),
      index('cases_unit').on(t.waveId, t.unitCode),
      index('cases_lease').on(t.leaseBy).where(isPresent(t.leaseBy)),
      index('cases_assigned').on(t.assignedTo).where(isPresent(t.assignedTo)),
      uniqueIndex('cases_invitation').on(t.invitationId),
      index('cases_access').on(t.accessCode).where(isPresent(t.accessCode)),
    ],
  );

  /** The numbers of the cases, apart from all else and encrypted; the hash finds a number, it does not tell it. */
  const caseNumbers = table(
    'case_numbers',
    {
      caseId: text()
        .notNull()
        .references(() => cases.id),
      rank: count().notNull(),
      waveId: text().notNull(),
      numberHash: text().notNull(),
      /** Null once the time to keep it is over. */
      cipher: text(),
      state: text().$type<NumberState>().notNull(),
      deleteAfter: instant(),
    },
    (t) => [
      primaryKey({ columns: [t.caseId, t.rank] }),
      uniqueIndex('case_numbers_wave').on(t.waveId, t.numberHash),
      index('case_numbers_hash').on(t.numberHash),
      index('case_numbers_delete').on(t.deleteAfter).where(isPresent(t.deleteAfter)),
    ],
  );

  /** Numbers never to be called, by hash alone. */
  const suppressions = table('suppressions', {
    numberHash: text().primaryKey(),
    reason: text().notNull(),
    source: text().notNull(),
    at: instant().notNull(),
    by: text().notNull(),
    /** The area of the office that put it there; null for what people asked for themselves. */
    unitCode: text(),
  });

  const attempts = table(
    'attempts',
    {
      id: text().primaryKey(),
      caseId: text()
        .notNull()
        .references(() => cases.id),
      waveId: text().notNull(),
      unitCode: text().notNull(),
      seq: count().notNull(),
      mode: text().$type<PhoneMode>().notNull(),
      direction: text().$type<'out' | 'in'>().notNull(),
      carrier: text().$type<CarrierName>().notNull(),
      providerCallId: text(),
      state: text().$type<AttemptState>().notNull(),
      numberRank: count().notNull(),
      slot: text().notNull(),
      interviewerId: text(),
      askedAt: instant().notNull(),
      answeredAt: instant(),
      /** Null as long as the call may still be going on. */
      endedAt: instant(),
      sip: count(),
      errorCode: text(),
      disposition: text(),
      answeredBy: text(),
      note: text(),
      durationMs: count(),
    },
    (t) => [
      uniqueIndex('attempts_case').on(t.caseId, t.seq),
      uniqueIndex('attempts_provider').on(t.providerCallId).where(isPresent(t.providerCallId)),
      // At most one call at a time to a case.
      uniqueIndex('attempts_live').on(t.caseId).where(isAbsent(t.endedAt)),
      index('attempts_wave').on(t.waveId, t.state),
      index('attempts_asked').on(t.waveId, t.askedAt),
    ],
  );

  /** What the carrier told about a call, word for word and once; states are folded from it. */
  const attemptEvents = table(
    'attempt_events',
    {
      attemptId: text()
        .notNull()
        .references(() => attempts.id),
      dedupe: text().notNull(),
      seq: count(),
      kind: text().notNull(),
      at: instant().notNull(),
      receivedAt: instant().notNull(),
      body: json<unknown>().notNull(),
    },
    (t) => [primaryKey({ columns: [t.attemptId, t.dedupe] })],
  );

  const keypadSessions = table('keypad_sessions', {
    caseId: text()
      .primaryKey()
      .references(() => cases.id),
    session: json<unknown>().notNull(),
    updatedAt: instant().notNull(),
  });

  const consents = table(
    'consents',
    {
      id: text().primaryKey(),
      attemptId: text()
        .notNull()
        .references(() => attempts.id),
      caseId: text().notNull(),
      kind: text().$type<'interview' | 'recording'>().notNull(),
      given: flag().notNull(),
      at: instant().notNull(),
      scriptVersion: text().notNull(),
      lang: text().notNull(),
    },
    (t) => [index('consents_attempt').on(t.attemptId)],
  );

  const recordings = table(
    'recordings',
    {
      id: text().primaryKey(),
      attemptId: text()
        .notNull()
        .references(() => attempts.id),
      caseId: text().notNull(),
      waveId: text().notNull(),
      unitCode: text().notNull(),
      interviewerId: text(),
      file: text(),
      seconds: count().notNull(),
      createdAt: instant().notNull(),
      deleteAt: instant().notNull(),
      deletedAt: instant(),
      /** Null as long as the carrier may still have it. */
      clearedAt: instant(),
    },
    (t) => [
      index('recordings_attempt').on(t.attemptId),
      index('recordings_delete').on(t.deleteAt).where(isAbsent(t.deletedAt)),
      index('recordings_clear').on(t.deleteAt).where(isAbsent(t.clearedAt)),
    ],
  );

  /** Sentences of keypad calls that a person has recorded; the sound is a file named by its hash. */
  const promptRecordings = table(
    'prompt_recordings',
    {
      id: text().primaryKey(),
      surveyCode: text().notNull(),
      lang: text().$type<Lang>().notNull(),
      /** Its name in the script when it was uploaded. */
      key: text().notNull(),
      /** What is spoken in it: used wherever a call says just this. */
      words: text().notNull(),
      hash: text().notNull(),
      ms: count().notNull(),
      bytes: count().notNull(),
      fileName: text().notNull(),
      createdAt: instant().notNull(),
      createdBy: text().notNull(),
      /** Replaced or removed; the file stays until no call can be playing it. */
      retiredAt: instant(),
    },
    (t) => [index('prompt_recordings_survey').on(t.surveyCode, t.lang), index('prompt_recordings_hash').on(t.hash)],
  );

  /** A supervisor on a call that goes on: who, from when, until when. */
  const listenings = table(
    'listenings',
    {
      id: text().primaryKey(),
      attemptId: text()
        .notNull()
        .references(() => attempts.id),
      waveId: text().notNull(),
      unitCode: text().notNull(),
      userId: text().notNull(),
      userName: text().notNull(),
      /** The carrier's name of the supervisor's leg; null until the carrier has told it. */
      legId: text(),
      askedAt: instant().notNull(),
      /** When the supervisor's telephone was answered. */
      startedAt: instant(),
      endedAt: instant(),
    },
    (t) => [
      index('listenings_attempt').on(t.attemptId),
      index('listenings_live').on(t.waveId).where(isAbsent(t.endedAt)),
    ],
  );

  const reviews = table(
    'reviews',
    {
      id: text().primaryKey(),
      attemptId: text()
        .notNull()
        .references(() => attempts.id),
      caseId: text().notNull(),
      waveId: text().notNull(),
      unitCode: text().notNull(),
      interviewerId: text(),
      reason: json<string[]>().notNull(),
      state: text().$type<'open' | 'done'>().notNull(),
      reviewerId: text(),
      coded: json<Record<string, unknown>>(),
      agreement: real(),
      note: text(),
      createdAt: instant().notNull(),
      doneAt: instant(),
    },
    (t) => [uniqueIndex('reviews_attempt').on(t.attemptId), index('reviews_wave').on(t.waveId, t.state)],
  );

  const messages = table(
    'messages',
    {
      id: text().primaryKey(),
      caseId: text()
        .notNull()
        .references(() => cases.id),
      attemptId: text(),
      providerId: text(),
      template: text().notNull(),
      /** Of the opt-out address in it, which stays good when a newer message has another. */
      optOutHash: text(),
      status: text().notNull(),
      /** All that was told of it, in the order of arrival; the carrier tells each once or oftener. */
      statuses: json<string[]>().notNull(),
      at: instant().notNull(),
      updatedAt: instant().notNull(),
    },
    (t) => [
      index('messages_case').on(t.caseId),
      index('messages_opt_out').on(t.optOutHash).where(isPresent(t.optOutHash)),
      uniqueIndex('messages_provider').on(t.providerId).where(isPresent(t.providerId)),
    ],
  );

  const webhooksSeen = table('webhooks_seen', { key: text().primaryKey(), at: instant().notNull() }, (t) => [
    index('webhooks_seen_at').on(t.at),
  ]);

  const carrierStates = table('carrier_states', {
    carrier: text().$type<CarrierName>().primaryKey(),
    state: text().$type<'up' | 'paused'>().notNull(),
    reason: text(),
    until: instant(),
    at: instant().notNull(),
  });

  /** Who sits at a desk, and whether they take a break. */
  const desks = table('desks', {
    userId: text().primaryKey(),
    waveId: text(),
    breakSince: instant(),
    seenAt: instant().notNull(),
  });

  /** An import or its check that runs on while nobody waits, and its report afterwards. */
  const importJobs = table(
    'import_jobs',
    {
      id: text().primaryKey(),
      /** Into which wave interviews come. */
      waveId: text().references(() => waves.id),
      /** Into whose ledger a spreadsheet comes; `''` for an operator's that names no unit. */
      unitCode: text(),
      /** For which wave numbers come. */
      numbersWaveId: text().references(() => waves.id),
      fileName: text().notNull(),
      dryRun: flag().notNull(),
      state: text().$type<'running' | 'done' | 'refused' | 'cancelled' | 'interrupted'>().notNull(),
      /** 1 from the moment on in which it can be cancelled no more. */
      share: real().notNull(),
      rowsDone: count().notNull().default(0),
      /** Null as long as nobody has counted them. */
      rowsTotal: count(),
      report: json<unknown>(),
      error: json<unknown>(),
      startedAt: instant().notNull(),
      /** When the job last said that it lives. */
      seenAt: instant().notNull(),
      startedById: text().notNull(),
      startedBy: text().notNull(),
    },
    (t) => [
      index('import_jobs_wave').on(t.waveId, t.startedAt),
      index('import_jobs_unit').on(t.unitCode, t.startedAt),
      index('import_jobs_numbers').on(t.numbersWaveId, t.startedAt),
    ],
  );

  return {
    units,
    unitPopulations,
    surveyVersions,
    waves,
    waveMargins,
    invitations,
    imports,
    responses,
    answers,
    tallies,
    tallyTotals,
    users,
    sessions,
    accounts,
    verifications,
    audit,
    campaigns,
    quotaCells,
    cases,
    caseNumbers,
    suppressions,
    attempts,
    attemptEvents,
    keypadSessions,
    consents,
    recordings,
    promptRecordings,
    listenings,
    reviews,
    messages,
    webhooksSeen,
    carrierStates,
    desks,
    importJobs,
    ...defineLedgerTables(c),
  };
}

export type Tables = ReturnType<typeof defineTables>;
