import type { Unit } from '../../src/core/units/types.ts';

import type { DemoAccount, Profile } from '../../src/services/accounts.ts';
import type { Permission, Role } from '../../src/services/actor.ts';
import type { ImportJob, ImportJobListing } from '../../src/services/import-jobs.ts';
import type { LinkService } from '../../src/services/links.ts';
import type { IndicatorView, ResultsView, TrendPoint } from '../../src/services/results.ts';
import type { SurveyService } from '../../src/services/surveys.ts';
import type { WaveView } from '../../src/services/waves.ts';

/**
 * What the staff endpoints take and give. These are the services' own types, imported as types: nothing is written down
 * twice, and a change of the server that the console does not follow fails the compiler.
 */
export type { Account } from '../../src/services/accounts.ts';
export type { ImportListing as ImportListed, ImportReport } from '../../src/services/imports.ts';
export type { MarginsReport, MarginsView } from '../../src/services/margins.ts';
export type { WeightingView } from '../../src/services/results.ts';
export type { PublishReport } from '../../src/services/surveys.ts';
export type { UnitImportReport } from '../../src/services/units.ts';
export type { NewWave, WaveChange } from '../../src/services/waves.ts';
export type { AuditRow } from '../../src/store/audit.ts';
export type {
  DemoAccount,
  ImportJob,
  ImportJobListing,
  IndicatorView as ResultIndicator,
  Permission,
  ResultsView,
  Role,
  TrendPoint,
  WaveView,
};

export interface SessionUser extends Profile {
  readonly permissions: readonly Permission[];
}

export interface Session {
  readonly user: SessionUser | null;
  readonly demo: { readonly accounts: readonly DemoAccount[] } | null;
}

export type WaveKind = WaveView['kind'];
export type TrendFigure = TrendPoint['figures'][string];
export type SurveyListed = Awaited<ReturnType<SurveyService['listSurveys']>>[number];
export type SurveyView = Awaited<ReturnType<SurveyService['getSurvey']>>;
export type InvitationsMade = Awaited<ReturnType<LinkService['createInvitations']>>;
export type LinkView = Awaited<ReturnType<LinkService['listLinks']>>[number];

export interface UnitView extends Unit {
  /** Codes from the root down to this unit, `/6109/610902/`. */
  readonly path: string;
  readonly placeCode: string;
}

/** Roles in the order of the forms. */
export const ROLES: readonly Role[] = [
  'administrator',
  'survey-manager',
  'reviewer',
  'leader',
  'publicity',
  'interviewer',
];

/** Where the jobs of one kind of import are asked for. */
export interface JobSource<Report> {
  readonly name: string;
  /** What is written counts at once, and stays when a job ends before its time. */
  readonly keepsRows?: boolean;
  readonly list: () => Promise<{ jobs: readonly ImportJobListing[] }>;
  readonly get: (id: string) => Promise<ImportJob<Report>>;
  readonly cancel: (id: string) => Promise<ImportJob<Report>>;
}
