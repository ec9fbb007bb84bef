import type { Problem } from '../../src/core/errors.ts';
import type { InterviewMapping } from '../../src/core/import/mapping.ts';
import type { Mode, ResultRow, ResultUnit } from '../../src/core/indicators/types.ts';
import type { CodedIndicator, IndicatorSet } from '../../src/core/questionnaire/coding.ts';
import type { Difference } from '../../src/core/questionnaire/difference.ts';
import type { Finding } from '../../src/core/questionnaire/lint.ts';
import type { Plan } from '../../src/core/questionnaire/plan.ts';
import type { computeOutcomeRates, countOutcomes } from '../../src/core/sample/outcomes.ts';
import type { Text } from '../../src/core/text.ts';
import type { Level, Unit } from '../../src/core/units/types.ts';

/** What the staff endpoints take and give, as seen from the page. */

export type Role = 'administrator' | 'survey-manager' | 'reviewer' | 'leader' | 'publicity' | 'interviewer';
export const ROLES: readonly Role[] = [
  'administrator',
  'survey-manager',
  'reviewer',
  'leader',
  'publicity',
  'interviewer',
];

export type Permission =
  | 'unit.read'
  | 'unit.import'
  | 'survey.read'
  | 'survey.publish'
  | 'wave.read'
  | 'wave.manage'
  | 'response.import'
  | 'invitation.create'
  | 'link.read'
  | 'result.read'
  | 'account.manage'
  | 'audit.read';

export interface SessionUser {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly role: Role;
  readonly unit: { readonly code: string; readonly name: string; readonly level: Level } | null;
  readonly permissions: readonly string[];
}

export interface DemoAccount {
  readonly username: string;
  readonly password: string;
  readonly role: string;
  readonly name: string;
}

export interface Session {
  readonly user: SessionUser | null;
  readonly demo: { readonly accounts: readonly DemoAccount[] } | null;
}

export type WaveKind = 'official' | 'self-test';

export interface WaveView {
  readonly code: string;
  readonly title: string;
  readonly period: string;
  readonly kind: WaveKind;
  readonly state: 'draft' | 'open' | 'closed';
  readonly series: { readonly code: string; readonly title: Text };
  readonly modes: readonly Mode[];
  readonly survey: { readonly code: string; readonly version: number; readonly title: Text };
  readonly root: { readonly code: string; readonly name: string };
  readonly fieldworkStart: string;
  readonly fieldworkEnd: string;
  readonly synthetic: boolean;
  readonly openedAt: number | null;
  readonly closedAt: number | null;
}

export interface NewWave {
  readonly code: string;
  readonly title?: string;
  readonly survey: string;
  readonly version?: number;
  readonly rootUnit: string;
  readonly period: string;
  readonly kind: WaveKind;
  readonly modes: readonly Mode[];
  readonly fieldworkStart: string;
  readonly fieldworkEnd: string;
}

export interface ResultIndicator {
  readonly code: string;
  readonly title: Text;
  readonly headline: boolean;
  readonly denominator: CodedIndicator['denominator'];
  readonly question: Text;
  readonly counted: readonly Text[];
  readonly scored: boolean;
}

export interface TrendFigure {
  readonly status: string;
  readonly printed: number | null;
  readonly share: number | null;
  readonly interval: { readonly lower: number; readonly upper: number } | null;
  readonly base: number | null;
}

export interface TrendPoint {
  readonly wave: string;
  readonly period: string;
  readonly title: string;
  readonly sameSeries: boolean;
  readonly figures: Readonly<Record<string, TrendFigure>>;
}

export interface ResultsView {
  readonly wave: WaveView;
  readonly base: {
    readonly wave: WaveView;
    readonly comparable: boolean;
    readonly breaks: readonly { readonly indicator: string; readonly sentence: Text }[];
  } | null;
  readonly unit: ResultUnit;
  readonly ancestors: readonly ResultUnit[];
  readonly levels: readonly Level[];
  readonly indicators: readonly ResultIndicator[];
  readonly summary: ResultRow;
  readonly rows: readonly ResultRow[];
  readonly sentences: Readonly<Record<string, Text>>;
  readonly trend: readonly TrendPoint[];
  readonly response: {
    readonly rates: ReturnType<typeof computeOutcomeRates>;
    readonly counts: ReturnType<typeof countOutcomes>;
    readonly eligibility: number | null;
  } | null;
}

export interface UnitView extends Unit {
  readonly placeCode: string;
}

export interface UnitImportReport {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly populations: number;
  readonly warnings: readonly Problem[];
}

export interface SurveyListed {
  readonly surveyCode: string;
  readonly version: number;
  readonly title: Text;
  readonly series: string;
  readonly validUntil: string;
  readonly publishedAt: number;
  readonly publishedBy: string;
}

export interface SurveyView {
  readonly surveyCode: string;
  readonly version: number;
  readonly title: Text;
  readonly publishedAt: number;
  readonly publishedBy: string;
  readonly plan: Plan;
  readonly set: IndicatorSet;
  readonly differences: readonly Difference[] | null;
  readonly versions: readonly number[];
}

export interface PublishReport {
  readonly surveyCode: string;
  readonly version: number;
  readonly created: boolean;
  readonly findings: readonly Finding[];
  readonly differences: readonly Difference[] | null;
}

export interface ImportReport {
  readonly rows: number;
  readonly created: number;
  readonly unchanged: number;
  readonly byDisposition: Readonly<Record<string, number>>;
  readonly mapping: InterviewMapping;
  readonly guessed: boolean;
  readonly unusedColumns: readonly string[];
  readonly warnings: readonly Problem[];
  readonly alreadyImported: boolean;
}

export interface ImportListed {
  readonly id: string;
  readonly fileName: string;
  readonly rows: number;
  readonly created: number;
  readonly importedAt: number;
  readonly importedBy: string;
}

export interface LinkView {
  readonly unit: {
    readonly code: string;
    readonly name: string;
    readonly level: Level;
    readonly parentCode: string | null;
  };
  readonly url: string;
  readonly participants: number;
}

export interface Account {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly role: Role;
  readonly unitCode: string;
  readonly unitName: string | null;
  readonly disabled: boolean;
  readonly hasPassword: boolean;
  readonly createdAt: number;
}

export interface AuditRow {
  readonly id: string;
  readonly at: number;
  readonly actorName: string;
  readonly action: string;
  readonly objectType: string;
  readonly objectId: string;
  readonly unitCode: string | null;
  readonly details: unknown;
}
