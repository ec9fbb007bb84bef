import type { Mode, Sex } from '../core/indicators/types.ts';
import type { WeightingMethod } from '../core/indicators/weighting.ts';
import type { Text } from '../core/text.ts';
import type { UnitPopulation as MarginCell } from '../core/units/parse-unit-population.ts';
import type { Level } from '../core/units/types.ts';
import type { Columns } from './dialect/columns.pg.ts';
import { isPresent, isStaged } from './dialect/expressions.ts';

/** A self-test 自测 by a town is a kind of its own: watermarked, never official, never compared with an official wave. */
export type WaveKind = 'official' | 'self-test';
export type WaveState = 'draft' | 'open' | 'closed';
/** `staged` rows belong to an import that has not been taken over yet: nobody counts them. */
export type ResponseState = 'staged' | 'started' | 'ended';
export type InvitationState = 'open' | 'spent';

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
    (t) => [primaryKey({ columns: [t.waveId, t.indicator, t.unitCode, t.mode, t.outcome, t.sex, t.ageBand] })],
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
    users,
    sessions,
    accounts,
    verifications,
    audit,
  };
}

export type Tables = ReturnType<typeof defineTables>;
