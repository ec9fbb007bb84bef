import type { ReviewService } from '../../../src/services/reviews.ts';

/** What the manager's endpoints of phone surveys take and give: the services' own types. */
export type { CallingRules, DayKind, Hours, Region, Slot } from '../../../src/core/sample/calling-rules.ts';
export type { BoardLine } from '../../../src/core/sample/campaign.ts';
export type { QuotaCell } from '../../../src/core/sample/quota.ts';
export type { BoardView, LiveCall } from '../../../src/services/board.ts';
export type { CampaignSetup, CampaignView } from '../../../src/services/campaigns.ts';
export type { CaseView, KeptAnswers } from '../../../src/services/cases.ts';
export type { ListeningView } from '../../../src/services/listenings.ts';
export type { NumberDraw } from '../../../src/services/number-draws.ts';
export type { ReviewView } from '../../../src/services/reviews.ts';
export type { NumberReport } from '../../../src/services/sampling-frames.ts';
export type { SuppressionReport } from '../../../src/services/suppression-lists.ts';
export type { SuppressionView } from '../../../src/services/suppressions.ts';

export type ReviewListed = Awaited<ReturnType<ReviewService['list']>>[number];
